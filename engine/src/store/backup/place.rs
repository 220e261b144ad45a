//! Where backups are kept.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;

use super::super::envelope;
use super::super::manifest::FileEntry;
use super::objects::{Objects, Stored};
use super::s3::{S3, S3Options};
use crate::error::Error;

/// The place of the backups of one application: a folder, or a prefix in an object store.
#[derive(Clone)]
pub struct Backups {
    objects: Arc<dyn Objects>,
    /// The folder, if it is one: its files are to be on the disk, not in the system's memory.
    folder: Option<PathBuf>,
    /// The place in words.
    about: Arc<str>,
}

impl Backups {
    /// In a folder, which is made where there is none.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn in_folder(path: impl AsRef<Path>) -> Result<Backups, Error> {
        let path = path.as_ref();
        let failed = |e| Error::files("the folder of the backups cannot be opened:", path, e);
        std::fs::create_dir_all(path).map_err(failed)?;
        let folder = path.canonicalize().map_err(failed)?;
        let store = LocalFileSystem::new_with_prefix(&folder).map_err(|e| failed(io::Error::other(e)))?;
        let objects = Arc::new(Stored::new(Arc::new(store), ObjectPath::default()).map_err(failed)?);
        Ok(Backups { objects, folder: Some(folder), about: path.display().to_string().into() })
    }

    /// Under a prefix of an object store of the host's: any that the crate `object_store` knows.
    ///
    /// What is done with it blocks the caller's thread, so it is not for async threads.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn in_store(store: Arc<dyn ObjectStore>, prefix: &str) -> Result<Backups, Error> {
        let about: Arc<str> = format!("{store}/{prefix}").into();
        let objects = Stored::new(store, ObjectPath::from(prefix))
            .map_err(|e| Error::files("no thread can be started for", Path::new(&*about), e))?;
        Ok(Backups { objects: Arc::new(objects), folder: None, about })
    }

    /// Under a prefix of a bucket that speaks the protocol of S3. See [`S3Options`] for what it can do.
    ///
    /// # Errors
    /// The endpoint is no address.
    pub fn in_s3(options: S3Options) -> Result<Backups, Error> {
        let about: Arc<str> = format!("s3://{}/{}", options.bucket, options.prefix).into();
        Ok(Backups { objects: Arc::new(S3::new(options).map_err(Error::refused)?), folder: None, about })
    }

    /// A folder, or `s3://BUCKET/PREFIX` with the usual variables of the environment ([`S3Options::from_environment`]).
    ///
    /// # Errors
    /// The folder cannot be made, or a variable is missing.
    pub fn at(place: &str) -> Result<Backups, Error> {
        match place.strip_prefix("s3://") {
            None => Backups::in_folder(place),
            Some(bucket) => {
                let (bucket, prefix) = bucket.split_once('/').unwrap_or((bucket, ""));
                Backups::in_s3(S3Options::from_environment(bucket, prefix).map_err(Error::refused)?)
            }
        }
    }

    /// The same, of backups that are to be read: a folder that is not there is an error, and is not made.
    ///
    /// # Errors
    /// There is no such folder, or a variable is missing.
    pub fn existing(place: &str) -> Result<Backups, Error> {
        if !place.starts_with("s3://") && !Path::new(place).is_dir() {
            return Err(Error::files("there is no folder", Path::new(place), io::ErrorKind::NotFound.into()));
        }
        Backups::at(place)
    }

    /// What is wrong, with the place and the object.
    pub(super) fn failed(&self, what: &str, name: &str, e: io::Error) -> Error {
        Error::files(what, Path::new(&format!("{self}/{name}")), e)
    }

    /// The folder of the backups, if it is one.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    pub(super) fn list(&self, folder: &str) -> Result<BTreeMap<String, u64>, Error> {
        self.objects.list(folder).map_err(|e| self.failed("the backups cannot be listed, in", folder, e))
    }

    pub(super) fn get(&self, name: &str) -> Result<Vec<u8>, Error> {
        self.objects.get(name).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => Error::damaged(format!("the backup in `{self}` is damaged: `{name}` is not there")),
            _ => self.failed("the backup cannot be read:", name, e),
        })
    }

    /// An object that is named by its hash.
    pub(super) fn get_hashed(&self, folder: &str, file: &FileEntry) -> Result<Vec<u8>, Error> {
        let name = format!("{folder}/{}", file.name);
        let bytes = self.get(&name)?;
        match bytes.len() as u64 == file.bytes && is_named(&bytes, &file.name) {
            true => Ok(bytes),
            false => Err(Error::damaged(format!("the backup in `{self}` is damaged: `{name}` is not what was written"))),
        }
    }

    /// Writes an object, and reads it back to see that it is there as it is.
    pub(super) fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), Error> {
        let failed = |e| self.failed("the backup cannot be written:", name, e);
        let hash = envelope::name_of(&bytes);
        self.objects.put(name, bytes).map_err(failed)?;
        if let Some(folder) = &self.folder {
            sync(&folder.join(name)).map_err(failed)?;
        }
        match envelope::name_of(&self.objects.get(name).map_err(failed)?) == hash {
            true => Ok(()),
            false => Err(failed(io::Error::other("what was written is not what is there"))),
        }
    }

    pub(super) fn remove(&self, name: &str) -> Result<(), Error> {
        self.objects.remove(name).map_err(|e| self.failed("an old backup cannot be taken away:", name, e))
    }
}

/// Whether a name is the hash of what is in a file and an ending. Who wrote a list of files may be no friend: its names lead nowhere else.
pub(super) fn is_named(bytes: &[u8], name: &str) -> bool {
    let is_ending = |ending: &str| !ending.is_empty() && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    name.split_once('.').is_some_and(|(stem, ending)| stem == envelope::name_of(bytes) && is_ending(ending))
}

/// Has a file and its name on the disk.
fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()?;
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

impl fmt::Display for Backups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.about)
    }
}

impl fmt::Debug for Backups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Backups({self})")
    }
}
