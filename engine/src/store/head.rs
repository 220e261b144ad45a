//! How far the log goes: a small file that is written after each commit, so that an end of the log that was cut off is missed.
//!
//! It is not synced. So it may lag behind after the machine lost power, and it never runs ahead; a log that falls short of it was damaged.
//! Two places are written by turns: a write that was torn leaves the one before.

use std::io;
use std::path::Path;

use super::disk::{Disk, Places};
use super::envelope::Content;
use super::keys::Seals;

const NAME: &str = "log.head";
/// Room for one place.
const ROOM: u64 = 128;

/// The file, open for writing.
#[derive(Debug)]
pub(super) struct Head {
    file: Box<dyn Places>,
    seals: Seals,
}

impl Head {
    /// Opens it, or makes it, and gives the last commit that was acknowledged as far as it tells.
    pub(super) fn open(disk: &dyn Disk, folder: &Path, seals: &Seals) -> io::Result<(Head, u64)> {
        let file = disk.open(&folder.join(NAME))?;
        let mut last = 0;
        for place in 0..2u64 {
            let at = place * ROOM;
            let end = file.len()?.min(at + ROOM);
            if end <= at {
                continue;
            }
            let mut bytes = vec![0; usize::try_from(end - at).unwrap_or(0)];
            file.read_at(at, &mut bytes)?;
            // One that was never encrypted is shorter, or longer, than what is written now.
            for len in [Seals::clear().seal(Content::Head, &[0; 8])?.len(), seals.seal(Content::Head, &[0; 8])?.len()] {
                if let Ok(number) = seals.open(Content::Head, bytes.get(..len).unwrap_or_default())
                    && let Some(number) = number.first_chunk::<8>()
                {
                    last = last.max(u64::from_le_bytes(*number));
                }
            }
        }
        Ok((Head { file, seals: seals.clone() }, last))
    }

    /// Notes the last commit that is on the disk. If that fails the head lags behind, which it may.
    pub(super) fn mark(&self, number: u64) {
        if let Ok(sealed) = self.seals.seal(Content::Head, &number.to_le_bytes()) {
            drop(self.file.write_at(number % 2 * ROOM, &sealed));
        }
    }

    /// Writes both places anew, so that none is left that was sealed with other keys.
    pub(super) fn mark_both(&self, number: u64) -> io::Result<()> {
        let sealed = self.seals.seal(Content::Head, &number.to_le_bytes())?;
        (0..2).try_for_each(|place| self.file.write_at(place * ROOM, &sealed))
    }
}
