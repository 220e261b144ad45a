//! Changing the keys of an application that is open, and encrypting one that was in clear.
//!
//! New keys are on the disk before anything is sealed with them, and the keys before stay: so each moment of it can be opened, whatever is
//! sealed with what.

use std::io;
use std::path::Path;

use super::checkpoint::Written;
use super::claim::locked;
use super::keys::{KeyProvider, Keyring};
use super::{Claim, Store, log, sweep};
use crate::error::Error;

impl Store {
    /// Whether there may be files in clear besides encrypted ones.
    pub(crate) fn is_partly_clear(&self) -> bool {
        self.claim.seals.ring().is_some_and(|ring| ring.takes_clear())
    }

    /// Takes a new data key into use, and has all of them wrapped by the provider's key of today. Readers and writers go on.
    ///
    /// # Errors
    /// The provider does not wrap, or the keys cannot be written; those of before are in use then.
    pub(crate) fn renew_keys(&self, provider: &dyn KeyProvider) -> Result<(), Error> {
        let Claim { folder, seals, .. } = &self.claim;
        let Some(ring) = seals.ring() else {
            return Err(Error::refused(format!("the application in `{}` is not encrypted", folder.display())));
        };
        let ring = ring.with_new_key(provider).map_err(|e| locked(folder, &e))?;
        self.keep(&ring).and_then(|()| seals.change(ring)).map_err(|e| Error::files("the keys cannot be written, in", folder, e))
    }

    /// Writes everything anew with the keys of now, and takes away what was sealed with others, or was in clear. The log of commits that no
    /// backup has yet stays where it is encrypted.
    ///
    /// # Errors
    /// Something cannot be written. Nothing is lost.
    pub(crate) fn write_anew(&self) -> io::Result<()> {
        let _copying = self.copying.lock();
        let mut written = self.written.lock();
        let bare = Written::bare(&written);
        let before = std::mem::replace(&mut *written, bare);
        if let Err(e) = self.write(&mut written) {
            *written = before;
            return Err(e);
        }
        self.writer.mark_anew()?;
        let Claim { disk, folder, .. } = &self.claim;
        let kept_from = if self.is_partly_clear() { u64::MAX } else { self.kept_from() };
        sweep::all_but(&**disk, folder, &[&written], kept_from)?;
        remove_covered_log(self, folder, written.number, kept_from)
    }

    /// Notes that nothing is in clear any more.
    ///
    /// # Errors
    /// The keys cannot be written.
    pub(crate) fn end_of_clear(&self) -> io::Result<()> {
        let Some(ring) = self.claim.seals.ring().filter(Keyring::takes_clear) else { return Ok(()) };
        let ring = ring.without_clear();
        self.keep(&ring)?;
        self.claim.seals.change(ring)
    }

    fn keep(&self, ring: &Keyring) -> io::Result<()> {
        ring.write(&*self.claim.disk, &self.claim.folder)
    }
}

/// Removes the files of the log that a checkpoint has all of, also the last one: it is closed.
fn remove_covered_log(store: &Store, folder: &Path, number: u64, kept_from: u64) -> io::Result<()> {
    let disk = &store.claim.disk;
    for first in disk.names(folder)?.iter().filter_map(|name| log::first(name)).filter(|first| *first <= number && number < kept_from) {
        disk.remove(&folder.join(log::name(first)))?;
    }
    disk.sync_folder(folder)
}
