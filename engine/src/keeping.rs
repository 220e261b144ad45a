//! Keeping an application: backups, verifying, keys.

use std::path::Path;

use crate::application::Application;
use crate::audit::{Class, Deed, Outcome, Who};
use crate::error::Error;
use crate::store::{BackupOptions, BackupReport, Backups, KeyProvider, Store, verify_files};

impl Application {
    /// Makes a backup, while readers and writers go on: of all that is acknowledged now. Only what the place does not have is copied; what is
    /// written is read back and compared. It blocks the thread, so it is not for a host's async threads.
    ///
    /// # Errors
    /// The application lives in memory, files are damaged ([`Error::is_damaged`]), or the place does not take them. The backups that were there
    /// stay as they are.
    pub fn back_up(&self, to: &Backups, options: &BackupOptions) -> Result<BackupReport, Error> {
        let Some(store) = self.store() else { return Err(Error::refused("an application that lives in memory has no files to back up")) };
        let report = store.back_up(to, self.audit(), options, self.audit().now());
        let outcome = if report.is_ok() { Outcome::Done } else { Outcome::Failed };
        self.audit().note(Deed::plain(Class::Administration, "BACKUP", outcome, Who::Owner));
        report
    }

    /// Reads the files of an application that nobody has open, and holds them against their hashes and seals, without making anything good. Gives the
    /// revision that it has, and what is damaged and can be made good when it is opened.
    ///
    /// # Errors
    /// Something else is damaged ([`Error::is_damaged`]), another process has it open, or the keys are missing or wrong.
    pub fn verify(path: impl AsRef<Path>, keys: Option<&dyn KeyProvider>) -> Result<(u64, Vec<String>), Error> {
        if !Application::exists(&path) {
            return Err(Error::refused(format!("there is no application in `{}`", path.as_ref().display())));
        }
        verify_files(path.as_ref(), keys)
    }

    /// Changes the keys of an application that is encrypted on the disk, while it goes on: a new data key is taken into use, all are wrapped by the
    /// master key that [`Options::keys`](crate::Options::keys) gives today, and everything on the disk is written anew. Afterwards the master key of before is needed
    /// for older backups only.
    ///
    /// # Errors
    /// The application is not encrypted, the provider does not answer, or files cannot be written. Nothing is lost then, and the keys can be
    /// changed again.
    pub fn change_keys(&self) -> Result<(), Error> {
        let (Some(store), Some(keys)) = (self.store(), self.keys()) else {
            return Err(Error::refused("this application is not encrypted"));
        };
        store.renew_keys(keys)?;
        self.write_anew(store)?;
        self.audit().note(Deed::plain(Class::Administration, "CHANGE KEYS", Outcome::Done, Who::Owner));
        Ok(())
    }

    /// Writes anew what is still in clear in an application that is to be encrypted.
    pub(crate) fn encrypt_the_rest(&self) -> Result<(), Error> {
        let Some(store) = self.store().filter(|store| store.is_partly_clear()) else { return Ok(()) };
        self.write_anew(store)?;
        self.audit().note(Deed::plain(Class::Administration, "ENCRYPT APPLICATION", Outcome::Done, Who::Owner));
        Ok(())
    }

    /// Writes all files anew with the keys of now.
    fn write_anew(&self, store: &Store) -> Result<(), Error> {
        let written = self.audit().write_anew().and_then(|()| store.write_anew()).and_then(|()| store.end_of_clear());
        written.map_err(|e| Error::refused(format!("the files cannot be written anew: {e}; the keys of before are still needed")))
    }
}
