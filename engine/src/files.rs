//! Paths of statements: only inside the folders that the host lends.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use tempfile::NamedTempFile;

use crate::fault::{Done, Fault};
use crate::output::OutputError;

/// The file that a statement names, if it lies inside a lent folder.
pub(crate) fn find(folders: &[PathBuf], name: &str) -> Done<PathBuf> {
    let path = Path::new(name);
    if folders.is_empty() {
        return Err(Fault::new(format!("`{name}` cannot be read: no folder is lent to this application"))
            .help("the host lends folders when it opens the application"));
    }
    if path.components().any(|c| matches!(c, Component::ParentDir)) {
        return Err(outside(name));
    }
    for folder in folders {
        let Ok(root) = folder.canonicalize() else { continue };
        // An absolute path replaces the folder; whether it lies inside is decided below.
        let Ok(found) = root.join(path).canonicalize() else { continue };
        if !found.starts_with(&root) {
            continue;
        }
        if !found.is_file() {
            return Err(Fault::new(format!("`{name}` is not a file")));
        }
        return Ok(found);
    }
    let out = path.is_absolute() || folders.iter().any(|folder| leads_out(folder, path));
    if out { Err(outside(name)) } else { Err(Fault::new(format!("there is no file `{name}`"))) }
}

/// Where a statement may write: a name in a folder that is there.
#[derive(Debug)]
pub(crate) struct Destination {
    path: PathBuf,
    /// As the statement has it.
    name: String,
}

/// The place of a file that a statement is to write, if it lies inside a lent folder. The file may be there already: it is replaced.
pub(crate) fn destination(folders: &[PathBuf], name: &str) -> Done<Destination> {
    let path = Path::new(name);
    if folders.is_empty() {
        return Err(Fault::new(format!("`{name}` cannot be written: no folder is lent to this application"))
            .help("the host lends folders when it opens the application"));
    }
    if path.components().any(|c| matches!(c, Component::ParentDir)) {
        return Err(outside(name));
    }
    let Some(file) = path.file_name() else { return Err(Fault::new(format!("`{name}` is no name of a file"))) };
    for folder in folders {
        let Ok(root) = folder.canonicalize() else { continue };
        let Some(Ok(parent)) = root.join(path).parent().map(Path::canonicalize) else { continue };
        if !parent.starts_with(&root) {
            continue;
        }
        let target = parent.join(file);
        let path = match target.symlink_metadata() {
            // A link is followed to what it leads to, which must be there and inside.
            Ok(found) if found.is_symlink() => match target.canonicalize() {
                Ok(end) if end.starts_with(&root) && end.extension() == path.extension() => end,
                _ => return Err(outside(name)),
            },
            _ => target,
        };
        if path.exists() && !path.is_file() {
            return Err(Fault::new(format!("`{name}` is not a file")));
        }
        return Ok(Destination { path, name: name.to_owned() });
    }
    let out = path.is_absolute() || folders.iter().any(|folder| leads_out(folder, path));
    if out { Err(outside(name)) } else { Err(Fault::new(format!("there is no folder for `{name}`"))) }
}

/// A file that is written whole and does not stand under its name before [`Written::publish`]. Dropped, it leaves nothing behind.
#[derive(Debug)]
pub(crate) struct Written {
    file: NamedTempFile,
    destination: Destination,
}

impl Destination {
    /// Whether it is this file, whose links have been followed.
    pub(crate) fn is(&self, path: &Path) -> bool {
        self.path == path
    }

    /// Writes the content beside the destination; on the disk when this returns.
    pub(crate) fn write<E: Into<Unwritten>>(
        self,
        content: impl FnOnce(&mut BufWriter<&mut NamedTempFile>) -> Result<(), E>,
    ) -> Done<Written> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        sweep(folder);
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).suffix(SUFFIX);
        // As any new file of the host's: its mask takes off what others may not do.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(folder).map_err(|e| self.fault(&e))?;
        // Held as long as the file is open: it tells others that somebody is at work. Where there are no locks, old files stay.
        let _ = file.as_file().try_lock();
        let mut buffer = BufWriter::with_capacity(1 << 20, &mut file);
        content(&mut buffer).map_err(|e| self.fault(&e.into().0))?;
        buffer.flush().map_err(|e| self.fault(&e))?;
        drop(buffer);
        file.as_file().sync_all().map_err(|e| self.fault(&e))?;
        Ok(Written { file, destination: self })
    }

    fn fault(&self, reason: &dyn std::fmt::Display) -> Fault {
        Fault::new(format!("`{}` cannot be written: {reason}", self.name))
    }
}

/// What the names of files begin and end with that are not written to their end yet.
const PREFIX: &str = ".smalt-";
const SUFFIX: &str = ".part";
/// A file that is younger may be one that its writer is about to lock.
const SETTLED: Duration = Duration::from_secs(60);

/// Takes away what writers left behind that were killed. Best effort: it is about tidiness, never about what the statement does.
fn sweep(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_ours = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        let is_old =
            || entry.metadata().is_ok_and(|m| m.is_file() && m.modified().is_ok_and(|at| at.elapsed().is_ok_and(|age| age > SETTLED)));
        if is_ours
            && is_old()
            && let Ok(file) = File::options().write(true).open(entry.path())
            && file.try_lock().is_ok()
        {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Why content was not written, in words.
pub(crate) struct Unwritten(String);

impl From<io::Error> for Unwritten {
    fn from(error: io::Error) -> Unwritten {
        Unwritten(error.to_string())
    }
}

impl From<OutputError> for Unwritten {
    fn from(error: OutputError) -> Unwritten {
        Unwritten(error.to_string())
    }
}

impl Written {
    /// Puts the file where it belongs, in place of one that is there, at once.
    pub(crate) fn publish(self) -> Done {
        let Written { file, destination } = self;
        file.persist(&destination.path).map_err(|e| destination.fault(&e.error))?;
        Ok(())
    }
}

/// Whether a link on the way leads out of the folder, whatever there is or is not at its end.
fn leads_out(folder: &Path, path: &Path) -> bool {
    let Ok(root) = folder.canonicalize() else { return false };
    let mut at = root.clone();
    for part in path.components() {
        at.push(part);
        match at.canonicalize() {
            Ok(found) if found.starts_with(&root) => {}
            Ok(_) => return true,
            Err(_) => return at.symlink_metadata().is_ok(),
        }
    }
    false
}

fn outside(name: &str) -> Fault {
    Fault::new(format!("`{name}` leads out of the folders that are lent to this application"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn only_files_inside_a_lent_folder_are_found() {
        let root = tempfile::tempdir().unwrap();
        let lent = root.path().join("lent");
        std::fs::create_dir_all(lent.join("deep")).unwrap();
        std::fs::write(lent.join("deep/a.csv"), "x").unwrap();
        std::fs::write(root.path().join("secret.csv"), "x").unwrap();
        let folders = [lent.clone()];
        assert!(find(&folders, "deep/a.csv").is_ok());
        assert!(find(&folders, lent.join("deep/a.csv").to_str().unwrap()).is_ok());
        assert_eq!(find(&folders, "b.csv").unwrap_err().message, "there is no file `b.csv`");
        assert_eq!(find(&folders, "deep").unwrap_err().message, "`deep` is not a file");
        let out = |name: &str| format!("`{name}` leads out of the folders that are lent to this application");
        for name in ["../secret.csv", "deep/../../secret.csv", root.path().join("secret.csv").to_str().unwrap(), "/etc/hostname"] {
            assert_eq!(find(&folders, name).unwrap_err().message, out(name));
        }
        assert!(find(&[], "a.csv").unwrap_err().message.contains("no folder is lent"));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(root.path().join("secret.csv"), lent.join("link.csv")).unwrap();
            assert_eq!(find(&folders, "link.csv").unwrap_err().message, out("link.csv"));
            std::os::unix::fs::symlink(root.path(), lent.join("up")).unwrap();
            std::os::unix::fs::symlink(root.path().join("nothing"), lent.join("nowhere")).unwrap();
            for name in ["up/secret.csv", "up/nothing.csv", "nowhere", "nowhere/x.csv"] {
                assert_eq!(find(&folders, name).unwrap_err().message, out(name));
            }
        }
    }

    /// The names in a folder.
    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn only_places_inside_a_lent_folder_are_written() {
        let root = tempfile::tempdir().unwrap();
        let lent = root.path().join("lent");
        std::fs::create_dir_all(lent.join("deep")).unwrap();
        std::fs::write(root.path().join("secret.csv"), "x").unwrap();
        let folders = [lent.clone()];
        let refused = |name: &str| destination(&folders, name).unwrap_err().message;
        let out = |name: &str| format!("`{name}` leads out of the folders that are lent to this application");
        for name in ["../secret.csv", "deep/../../secret.csv", root.path().join("secret.csv").to_str().unwrap(), "/etc/smalt.csv"] {
            assert_eq!(refused(name), out(name));
        }
        assert_eq!(refused("nowhere/a.csv"), "there is no folder for `nowhere/a.csv`");
        assert_eq!(refused("deep"), "`deep` is not a file");
        assert_eq!(refused(""), "`` is no name of a file");
        assert!(destination(&[], "a.csv").unwrap_err().message.contains("no folder is lent"));
        let write = |name: &str, text: &'static [u8]| {
            let done = destination(&folders, name).unwrap().write(|out| out.write_all(text)).and_then(Written::publish);
            done.map_err(|e| e.message)
        };
        write("deep/a.csv", b"one").unwrap();
        write(lent.join("deep/a.csv").to_str().unwrap(), b"two").unwrap();
        assert_eq!(std::fs::read(lent.join("deep/a.csv")).unwrap(), b"two");
        #[cfg(unix)]
        {
            use std::os::unix::fs::symlink;
            symlink(root.path().join("secret.csv"), lent.join("link.csv")).unwrap();
            symlink(root.path().join("new.csv"), lent.join("nowhere.csv")).unwrap();
            symlink(root.path(), lent.join("up")).unwrap();
            symlink(lent.join("deep/a.csv"), lent.join("inside.csv")).unwrap();
            for name in ["link.csv", "nowhere.csv", "up/new.csv", "up/lent2/new.csv"] {
                assert_eq!(refused(name), out(name));
            }
            write("inside.csv", b"three").unwrap();
            assert_eq!(std::fs::read(lent.join("deep/a.csv")).unwrap(), b"three");
            assert!(lent.join("inside.csv").symlink_metadata().unwrap().is_symlink());
        }
        assert_eq!(std::fs::read(root.path().join("secret.csv")).unwrap(), b"x");
        assert_eq!(
            (names(&lent.join("deep")), names(root.path())),
            (vec!["a.csv".to_owned()], vec!["lent".to_owned(), "secret.csv".to_owned()])
        );
    }

    #[test]
    #[allow(clippy::disallowed_methods, reason = "the age of a file is by the system's clock")]
    fn what_killed_writers_left_is_taken_away_and_nothing_else() {
        let lent = tempfile::tempdir().unwrap();
        let hour_ago = std::time::SystemTime::now() - Duration::from_secs(3600);
        let make = |name: &str, old: bool| {
            let file = File::create(lent.path().join(name)).unwrap();
            if old {
                file.set_modified(hour_ago).unwrap();
            }
            file
        };
        make(".smalt-dead.part", true);
        make(".smalt-young.part", false);
        make(".smalt-other", true);
        make("mine.part", true);
        let at_work = make(".smalt-busy.part", true);
        at_work.lock().unwrap();
        let folders = [lent.path().to_owned()];
        destination(&folders, "a.csv").unwrap().write(|out| out.write_all(b"x")).and_then(Written::publish).unwrap();
        assert_eq!(names(lent.path()), [".smalt-busy.part", ".smalt-other", ".smalt-young.part", "a.csv", "mine.part"]);
    }

    #[test]
    fn what_is_not_written_to_its_end_leaves_nothing_behind() {
        let lent = tempfile::tempdir().unwrap();
        std::fs::write(lent.path().join("a.csv"), "before").unwrap();
        let folders = [lent.path().to_owned()];
        let full = || io::Error::new(io::ErrorKind::StorageFull, "no space left");
        let failed = destination(&folders, "a.csv").unwrap().write(|out| out.write_all(b"half").and_then(|()| Err(full())));
        assert_eq!(failed.unwrap_err().message, "`a.csv` cannot be written: no space left");
        // Written and thrown away, as where the transaction is rolled back.
        drop(destination(&folders, "a.csv").unwrap().write(|out| out.write_all(b"whole")).unwrap());
        drop(destination(&folders, "b.csv").unwrap().write(|out| out.write_all(b"whole")).unwrap());
        assert_eq!((names(lent.path()), std::fs::read(lent.path().join("a.csv")).unwrap()), (vec!["a.csv".to_owned()], b"before".to_vec()));
    }
}
