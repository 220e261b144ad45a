//! The folder that holds the sample data: one of the caller's, or a temporary one that disappears.

use std::io;
use std::path::{Path, PathBuf};

/// A folder to write to. A temporary one is removed, with all that is in it, when this value goes away.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    temporary: bool,
}

impl Folder {
    /// A new folder in the system's place for temporary files.
    pub(crate) fn temporary() -> io::Result<Self> {
        let parent = std::env::temp_dir();
        let mut number = 0usize;
        loop {
            let path = parent.join(format!("smalt-demo-{}-{number}", std::process::id()));
            match std::fs::create_dir(&path) {
                // The application sees a resolved path, so that a link on the way to it does not look like a way out.
                Ok(()) => return Ok(Self { path: path.canonicalize()?, temporary: true }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// A folder that stays. It is made where it is not there; one that holds something is refused.
    pub(crate) fn kept(path: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(path)?;
        if std::fs::read_dir(path)?.next().is_some() {
            return Err(io::Error::other("the folder is not empty"));
        }
        Ok(Self { path: path.canonicalize()?, temporary: false })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.temporary {
            // Nobody is left to tell; the system clears its temporary files by itself.
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn temporary_folders_are_different_and_disappear() {
        let (first, second) = (Folder::temporary().unwrap(), Folder::temporary().unwrap());
        assert_ne!(first.path(), second.path());
        std::fs::write(first.path().join("x"), "x").unwrap();
        let path = first.path().to_owned();
        drop(first);
        assert!(!path.exists() && second.path().exists());
    }

    #[test]
    fn a_kept_folder_must_be_empty() {
        let outer = Folder::temporary().unwrap();
        let inner = outer.path().join("a").join("b");
        std::fs::write(Folder::kept(&inner).unwrap().path().join("x"), "x").unwrap();
        assert!(inner.join("x").exists());
        assert!(Folder::kept(&inner).is_err());
    }
}
