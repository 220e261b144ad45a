//! What the command line lends to the application that it opens.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use smalt::{Application, Error, Options};

/// Opens the application in a directory, or a new one in memory. Files are read and written in `folders` only.
pub(crate) fn open(app: Option<&Path>, threads: Option<usize>, folders: Vec<PathBuf>) -> Result<Arc<Application>, Error> {
    let options = Options { threads, folders, ..Options::default() };
    match app {
        Some(path) => Application::open(path, options),
        None => Application::in_memory_with(options),
    }
}
