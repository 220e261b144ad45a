//! The files under an application, behind a seam: tests put a disk there that fails, fills up, or writes a part.

use std::fmt::Debug;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use parking_lot::Mutex;

/// What is done with files. Paths are whole.
pub(crate) trait Disk: Debug + Send + Sync {
    /// All bytes of a file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// Makes a file of these bytes and has them on the disk. Its name is there for sure after [`Disk::sync_folder`].
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Gives a file another name in the same folder, in place of what has that name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Takes a file away; none is no error.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Has the names of a folder on the disk.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
    /// The names of the files of a folder, in no order.
    fn names(&self, folder: &Path) -> io::Result<Vec<String>>;
    /// A file to be read and written in places; made where there is none.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Places>>;
}

/// A file that is read and written in places.
pub(crate) trait Places: Debug + Send + Sync {
    /// How many bytes it has.
    fn len(&self) -> io::Result<u64>;
    /// Fills `out` from the bytes at `at`.
    fn read_at(&self, at: u64, out: &mut [u8]) -> io::Result<()>;
    /// Writes `bytes` at `at`.
    fn write_at(&self, at: u64, bytes: &[u8]) -> io::Result<()>;
    /// Cuts it, or fills it up with zeros.
    fn set_len(&self, len: u64) -> io::Result<()>;
    /// Has all that was written on the disk.
    fn sync(&self) -> io::Result<()>;
}

/// The disk of the machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RealDisk;

impl Disk for RealDisk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut file = File::open(path)?;
        let mut bytes = Vec::with_capacity(usize::try_from(file.metadata()?.len()).unwrap_or(0));
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        match fs::remove_file(path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        // Elsewhere a folder cannot be opened, and names need no help.
        if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                names.extend(entry.file_name().into_string().ok());
            }
        }
        Ok(names)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Places>> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        Ok(Box::new(RealPlaces { file: Mutex::new(file) }))
    }
}

#[derive(Debug)]
struct RealPlaces {
    file: Mutex<File>,
}

impl Places for RealPlaces {
    fn len(&self) -> io::Result<u64> {
        self.file.lock().metadata().map(|m| m.len())
    }

    #[cfg(unix)]
    fn read_at(&self, at: u64, out: &mut [u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&*self.file.lock(), out, at)
    }

    #[cfg(unix)]
    fn write_at(&self, at: u64, bytes: &[u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(&*self.file.lock(), bytes, at)
    }

    // One place in the file is all that there is elsewhere: whoever moves it keeps it until done.
    #[cfg(not(unix))]
    fn read_at(&self, at: u64, out: &mut [u8]) -> io::Result<()> {
        use std::io::{Seek, SeekFrom};
        let mut file = self.file.lock();
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(out)
    }

    #[cfg(not(unix))]
    fn write_at(&self, at: u64, bytes: &[u8]) -> io::Result<()> {
        use std::io::{Seek, SeekFrom};
        let mut file = self.file.lock();
        file.seek(SeekFrom::Start(at))?;
        file.write_all(bytes)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.file.lock().set_len(len)
    }

    fn sync(&self) -> io::Result<()> {
        self.file.lock().sync_all()
    }
}

/// Writes a file under another name first, so that the right one is never had by a part of it.
pub(super) fn put(disk: &dyn Disk, new: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let written = disk.write(new, bytes).and_then(|()| disk.rename(new, path));
    if written.is_err() {
        // A part of a file is of no use, and takes room where there may be none.
        drop(disk.remove(new));
    }
    written
}
