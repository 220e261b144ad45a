//! The lines that were typed, kept for the next time in a file that only its owner can read.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Where they are kept: `SMALT_HISTORY`, where it is set (nowhere, if to nothing), else `.smalt_history` in the home folder.
pub(super) fn file() -> Option<PathBuf> {
    match std::env::var_os("SMALT_HISTORY") {
        Some(path) => Some(PathBuf::from(path)).filter(|path| !path.as_os_str().is_empty()),
        None => std::env::home_dir().map(|home| home.join(".smalt_history")),
    }
}

/// The lines of a file, the oldest first; none where there is none.
pub(super) fn load(path: &Path) -> Vec<String> {
    fs::read_to_string(path).unwrap_or_default().lines().map(str::to_owned).collect()
}

/// Writes the lines anew.
pub(super) fn save(path: &Path, lines: &[String]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    lines.iter().try_for_each(|line| writeln!(file, "{line}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn lines_are_kept_for_their_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        assert!(load(&path).is_empty());
        let lines = vec!["SELECT 1;".to_owned(), "-- é".to_owned()];
        save(&path, &lines).unwrap();
        save(&path, &lines).unwrap();
        assert_eq!(load(&path), lines);
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777, 0o600);
        assert!(save(&folder.path().join("no/such/folder"), &lines).is_err());
    }
}
