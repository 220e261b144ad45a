//! The lines that were typed in the shell, kept in a file. They may hold data, so only their owner may read it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// So many lines are remembered.
const MOST_LINES: usize = 1_000;

/// The file that `SMALT_HISTORY` names (none, if it names nothing), else one in the home folder.
pub(super) fn file() -> Option<PathBuf> {
    match std::env::var_os("SMALT_HISTORY") {
        Some(path) => Some(PathBuf::from(path)).filter(|path| !path.as_os_str().is_empty()),
        None => std::env::home_dir().map(|home| home.join(".smalt_history")),
    }
}

/// Lines from before, the oldest first, and those that come.
#[derive(Debug, Default)]
pub(super) struct History {
    lines: Vec<String>,
    /// Where each is written when it comes, so that nothing is lost with the shell; nowhere, once that has failed.
    path: Option<PathBuf>,
    /// Why that has failed, until it is told.
    failure: Option<String>,
}

impl History {
    /// What a file has; nothing where there is none. It is cut where it has become long.
    pub(super) fn load(path: Option<PathBuf>) -> History {
        let mut history = History { path, ..History::default() };
        let Some(path) = history.path.clone() else { return history };
        history.lines =
            fs::read(&path).map(|bytes| String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect()).unwrap_or_default();
        let over = history.lines.len().saturating_sub(MOST_LINES);
        history.lines.drain(..over);
        if over >= MOST_LINES {
            let written = open(&path, false).and_then(|mut file| file.write_all(format!("{}\n", history.lines.join("\n")).as_bytes()));
            history.check(written);
        }
        history
    }

    /// The lines, the oldest first.
    pub(super) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Keeps a line, unless it is empty or the same as the one before.
    pub(super) fn add(&mut self, line: &str) {
        if line.trim().is_empty() || self.lines.last().is_some_and(|last| last == line) {
            return;
        }
        self.lines.push(line.to_owned());
        let over = self.lines.len().saturating_sub(MOST_LINES);
        self.lines.drain(..over);
        if let Some(path) = &self.path {
            // In one piece: another shell may write to it too.
            let written = open(path, true).and_then(|mut file| file.write_all(format!("{line}\n").as_bytes()));
            self.check(written);
        }
    }

    /// Why lines are not kept; told once.
    pub(super) fn take_failure(&mut self) -> Option<String> {
        self.failure.take()
    }

    fn check(&mut self, written: io::Result<()>) {
        if let Err(error) = written
            && let Some(path) = self.path.take()
        {
            self.failure = Some(format!("the history cannot be kept in `{}`: {error}", path.display()));
        }
    }
}

fn open(path: &Path, append: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(append).write(true).truncate(!append);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn lines_are_kept_for_their_owner_alone_and_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        let mut history = History::load(Some(path.clone()));
        assert!(history.lines().is_empty());
        for line in ["SELECT 1;", "SELECT 1;", "  ", "-- é"] {
            history.add(line);
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "SELECT 1;\n-- é\n");
        assert_eq!(History::load(Some(path.clone())).lines(), ["SELECT 1;", "-- é"]);
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777, 0o600);
    }

    #[test]
    fn two_shells_share_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        let (mut one, mut other) = (History::load(Some(path.clone())), History::load(Some(path.clone())));
        one.add("a");
        other.add("b");
        one.add("c");
        assert_eq!(one.lines(), ["a", "c"]);
        assert_eq!(History::load(Some(path)).lines(), ["a", "b", "c"]);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut history = History::load(Some(folder.path().join("no/such/folder")));
        history.add("a");
        assert!(history.take_failure().unwrap().contains("cannot be kept in `"));
        history.add("b");
        assert_eq!((history.take_failure(), history.lines().len()), (None, 2));
        History::load(None).add("a");
    }

    #[test]
    fn a_long_file_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        for (lines, kept) in [(MOST_LINES + 5, MOST_LINES + 5), (2 * MOST_LINES, MOST_LINES)] {
            fs::write(&path, (0..lines).map(|n| format!("{n}\n")).collect::<String>()).unwrap();
            let history = History::load(Some(path.clone()));
            assert_eq!((history.lines().len(), history.lines().last()), (MOST_LINES, Some(&(lines - 1).to_string())));
            assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), kept);
        }
    }
}
