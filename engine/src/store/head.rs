//! How far the log goes: a small file that is written after each commit, so that an end of the log that was cut off is missed.
//!
//! It is not synced. So it may lag behind after the machine lost power, and it never runs ahead; a log that falls short of it was damaged.
//! Two places are written by turns: a write that was torn leaves the one before.

use std::io;
use std::path::Path;

use super::disk::{Disk, Places};
use super::envelope::{self, Content};

const NAME: &str = "log.head";
/// Room for one place.
const ROOM: u64 = 128;

/// The file, open for writing.
#[derive(Debug)]
pub(super) struct Head {
    file: Box<dyn Places>,
}

impl Head {
    /// Opens it, or makes it, and gives the last commit that was acknowledged as far as it tells.
    pub(super) fn open(disk: &dyn Disk, folder: &Path) -> io::Result<(Head, u64)> {
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
            let whole = bytes.get(..sealed(0).len()).unwrap_or_default();
            if let Ok(number) = envelope::open(Content::Head, whole)
                && let Some(number) = number.first_chunk::<8>()
            {
                last = last.max(u64::from_le_bytes(*number));
            }
        }
        Ok((Head { file }, last))
    }

    /// Notes the last commit that is on the disk. If that fails the head lags behind, which it may.
    pub(super) fn mark(&self, number: u64) {
        drop(self.file.write_at(number % 2 * ROOM, &sealed(number)));
    }
}

fn sealed(number: u64) -> Vec<u8> {
    envelope::seal(Content::Head, &number.to_le_bytes())
}
