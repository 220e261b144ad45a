//! Taking away files that nothing needs any more.

use std::io;
use std::path::Path;

use super::checkpoint::{PARTS, Written};
use super::disk::Disk;
use super::{log, manifest};

/// So many files of the log are kept for a backup that does not come, and no more.
const MOST_KEPT: usize = 256;

/// Takes away what none of some checkpoints needs, the oldest first, and the files of the log before the oldest, but for commits from
/// `kept_from` on.
pub(super) fn all_but(disk: &dyn Disk, folder: &Path, checkpoints: &[&Written], kept_from: u64) -> io::Result<()> {
    let names = disk.names(folder)?;
    let is_old = |name: &&String| manifest::number(name).is_some_and(|number| checkpoints.iter().all(|kept| kept.manifest != number));
    for name in names.iter().filter(is_old) {
        disk.remove(&folder.join(name))?;
    }
    let parts = folder.join(PARTS);
    for name in disk.names(&parts)?.into_iter().filter(|name| !checkpoints.iter().any(|kept| kept.has(name))) {
        disk.remove(&parts.join(name))?;
    }
    let mut firsts: Vec<u64> = names.iter().filter_map(|name| log::first(name)).collect();
    firsts.sort_unstable();
    let covered = checkpoints.first().map_or(0, |oldest| oldest.number);
    let most = firsts.len().saturating_sub(MOST_KEPT);
    for (at, pair) in firsts.windows(2).enumerate() {
        if let [first, next] = pair {
            let last = next.saturating_sub(1);
            if last <= covered && (last < kept_from || at < most) {
                disk.remove(&folder.join(log::name(*first)))?;
            }
        }
    }
    disk.sync_folder(folder)
}
