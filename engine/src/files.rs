//! Paths of statements: only inside the folders that the host lends.

use std::path::{Component, Path, PathBuf};

use crate::fault::{Done, Fault};

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
}
