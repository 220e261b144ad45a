//! A folder that this process alone has, and the keys to it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::checkpoint::PARTS;
use super::disk::Disk;
use super::keys::{Found, KeyError, KeyProvider, Keyring, Seals, Twin, find, write};
use super::log::NEW;
use super::{OLD_FILE, manifest};
use crate::audit::has_events;
use crate::error::Error;

const LOCK: &str = "lock";
/// What stands in the lock of an application that was written.
const MARK: &[u8] = b"in use\n";

/// A folder whose lock is held.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(super) folder: PathBuf,
    pub(super) disk: Arc<dyn Disk>,
    /// Locked as long as the file is open.
    lock: File,
    pub(super) seals: Seals,
    /// What of the keys was damaged and has been made good.
    pub(super) mended: Vec<String>,
}

/// What a host gives to open what is encrypted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Unlock<'a> {
    pub(crate) keys: Option<&'a dyn KeyProvider>,
    /// Whether an application that is in clear is to be encrypted.
    pub(crate) encrypt: bool,
}

impl Claim {
    /// Takes the folder, which is made where there is none.
    ///
    /// # Errors
    /// Another process has it, the keys are not the right ones, or files cannot be read or written.
    pub(crate) fn take(disk: Arc<dyn Disk>, folder: &Path, unlock: Unlock<'_>) -> Result<Claim, Error> {
        let parts = folder.join(PARTS);
        fs::create_dir_all(&parts).map_err(|e| Error::files("the folder cannot be created:", folder, e))?;
        let lock = take_lock(folder)?;
        for folder in [folder, &parts] {
            remove_left_overs(&*disk, folder).map_err(|e| Error::files("a left-over cannot be removed, in", folder, e))?;
        }
        let mut claim = Claim { folder: folder.to_owned(), disk, lock, seals: Seals::clear(), mended: Vec::new() };
        claim.unlock(unlock)?;
        Ok(claim)
    }

    /// How its files are sealed.
    pub(crate) fn seals(&self) -> &Seals {
        &self.seals
    }

    fn unlock(&mut self, unlock: Unlock<'_>) -> Result<(), Error> {
        let failed = |e| Error::files("the keys cannot be read or written, in", &self.folder, e);
        let ring = match (find(&*self.disk, &self.folder).map_err(failed)?, unlock.keys) {
            (Found::Damaged, _) => {
                return Err(Error::damaged(format!("the files of the keys in `{}` are damaged: restore a backup", self.folder.display())));
            }
            (Found::Nothing, None) => return Ok(()),
            (Found::Bytes(..), None) => {
                return Err(Error::refused(format!("the application in `{}` is encrypted: give its key", self.folder.display())));
            }
            (Found::Bytes(bytes, twin), Some(provider)) => {
                let ring = Keyring::open(&bytes, provider).map_err(|e| locked(&self.folder, &e))?;
                if twin != Twin::Same {
                    write(&*self.disk, &self.folder, &bytes).map_err(failed)?;
                }
                if twin == Twin::Damaged {
                    self.mended.push(format!("one of the two files of the keys in `{}` was damaged", self.folder.display()));
                }
                ring
            }
            (Found::Nothing, Some(provider)) => {
                let is_used = self.is_used().map_err(failed)?;
                if is_used && !unlock.encrypt {
                    let what = format!("a key was given, and the application in `{}` is not encrypted", self.folder.display());
                    return Err(Error::refused(format!("{what}: open it without one, or have it encrypted")));
                }
                let ring = Keyring::new(provider, is_used).map_err(|e| locked(&self.folder, &e))?;
                ring.write(&*self.disk, &self.folder).map_err(failed)?;
                ring
            }
        };
        self.seals = Seals::with(ring).map_err(failed)?;
        Ok(())
    }

    /// Whether there is anything of an application.
    fn is_used(&self) -> io::Result<bool> {
        Ok(self.was_in_use()? || holds_application(&*self.disk, &self.folder) || has_events(&self.folder))
    }

    /// Whether an application was written here before: a crash before that leaves a lock without a mark.
    pub(super) fn was_in_use(&self) -> io::Result<bool> {
        self.lock.metadata().map(|m| m.len() > 0)
    }

    /// Notes in the lock that the application is written.
    pub(super) fn mark(&self) -> io::Result<()> {
        if self.was_in_use()? {
            return Ok(());
        }
        (&self.lock).write_all(MARK)?;
        self.lock.sync_all()
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // By word, not by closing the file: a process that the host is just about to start has it too, for a moment.
        drop(self.lock.unlock());
    }
}

/// Whether a folder holds an application.
pub(super) fn holds_application(disk: &dyn Disk, folder: &Path) -> bool {
    let is_manifest = |name: &String| manifest::number(name).is_some();
    folder.join(OLD_FILE).exists() || disk.names(folder).is_ok_and(|names| names.iter().any(is_manifest))
}

/// What is said where the keys do not open an application.
pub(super) fn locked(folder: &Path, error: &KeyError) -> Error {
    Error::refused(format!("the application in `{}` cannot be opened with this key: {error}", folder.display()))
}

/// Removes files that did not get their names.
fn remove_left_overs(disk: &dyn Disk, folder: &Path) -> io::Result<()> {
    let new = disk.names(folder)?.into_iter().filter(|name| name.ends_with(NEW));
    new.into_iter().try_for_each(|name| disk.remove(&folder.join(name)))
}

fn take_lock(folder: &Path) -> Result<File, Error> {
    let path = folder.join(LOCK);
    let lock = File::options().create(true).truncate(false).write(true).open(&path);
    let lock = lock.map_err(|e| Error::files("the lock cannot be opened:", &path, e))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(fs::TryLockError::WouldBlock) => {
            Err(Error::refused(format!("the application in `{}` is open in another process", folder.display())))
        }
        Err(fs::TryLockError::Error(e)) => Err(Error::files("the lock cannot be taken:", &path, e)),
    }
}
