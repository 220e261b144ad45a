//! How far the backups of an application go: its log stays from there on, so that the next one has every commit between the two.

use std::io;
use std::path::Path;

use super::disk::{Disk, put};
use super::envelope::Content;
use super::keys::Seals;
use super::log::NEW;

const NAME: &str = "backup.head";

/// The last commit that a backup has; `None` where there never was one, or nobody can tell: it is worth no refusal.
pub(super) fn read(disk: &dyn Disk, folder: &Path, seals: &Seals) -> Option<u64> {
    let sealed = disk.read(&folder.join(NAME)).ok()?;
    let number = seals.open(Content::Archived, &sealed).ok()?;
    number.first_chunk::<8>().copied().map(u64::from_le_bytes)
}

/// Notes it.
pub(super) fn write(disk: &dyn Disk, folder: &Path, seals: &Seals, number: u64) -> io::Result<()> {
    let sealed = seals.seal(Content::Archived, &number.to_le_bytes())?;
    put(disk, &folder.join(format!("{NAME}{NEW}")), &folder.join(NAME), &sealed)?;
    disk.sync_folder(folder)
}
