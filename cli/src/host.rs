//! What the command line lends to the application that it opens.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use smalt::{Application, Error, KeyFile, KeyProvider, KeyVariable, Options};

use crate::console::{Console, Status};

/// Opens the application in a directory, or a new one in memory. Files are read and written in `folders` only.
pub(crate) fn open(app: Option<&Path>, threads: Option<usize>, folders: Vec<PathBuf>) -> Result<Arc<Application>, Error> {
    open_with(app, Options { threads, folders, ..Options::default() })
}

/// Opens the application that a directory has, and tells its owner what of it is damaged. Where it cannot be had, that is told, and how the program
/// ends.
pub(crate) fn existing(app: &Path, options: Options, console: &Console) -> Result<Arc<Application>, Status> {
    if !Application::exists(app) {
        console.note(&format!("smalt: there is no application in `{}`", app.display()));
        return Err(Status::BadArguments);
    }
    let opened = open_with(Some(app), options).map_err(|error| refused(&error, console))?;
    tell_damage(&opened, console);
    Ok(opened)
}

/// Who has the keys that `--keys` names: a file, or `env:` and the name of a variable.
pub(crate) fn keys(named: Option<&str>) -> Option<Arc<dyn KeyProvider>> {
    named.map(|named| match named.strip_prefix("env:") {
        Some(variable) => Arc::new(KeyVariable::new(variable)) as Arc<dyn KeyProvider>,
        None => Arc::new(KeyFile::new(named)),
    })
}

/// Tells of an error of the application; gives how the program ends.
pub(crate) fn refused(error: &Error, console: &Console) -> Status {
    console.note(&format!("smalt: {error}"));
    status(error)
}

/// The same under other options.
pub(crate) fn open_with(app: Option<&Path>, options: Options) -> Result<Arc<Application>, Error> {
    match app {
        Some(path) => Application::open(path, options),
        None => Application::in_memory_with(options),
    }
}

/// How the program ends where the application cannot be had.
pub(crate) fn status(error: &Error) -> Status {
    match () {
        () if error.is_damaged() => Status::Damaged,
        () if error.is_about_files() => Status::BadArguments,
        () => Status::Refused,
    }
}

/// Tells the owner what could not be restored, what was made good, and what does not fit in the audit.
pub(crate) fn tell_damage(app: &Application, console: &Console) {
    app.mended().iter().for_each(|mended| console.note(&format!("smalt: {mended}")));
    app.broken_formulas().iter().for_each(|broken| console.note(&format!("smalt: {broken}")));
    if let Some(damage) = app.audit_damage() {
        console.note(&format!("smalt: the audit is damaged: {damage}"));
    }
}
