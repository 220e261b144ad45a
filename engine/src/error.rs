//! Errors of the public doors.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::Path;

use crate::fault::Fault;
use crate::statement::Place;

/// Why an application or a session cannot be had.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    message: String,
    source: Option<io::Error>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Damaged,
    Files,
    Refused,
}

impl Error {
    pub(crate) fn damaged(message: impl Into<String>) -> Error {
        Error { kind: Kind::Damaged, message: message.into(), source: None }
    }

    pub(crate) fn refused(message: impl Into<String>) -> Error {
        Error { kind: Kind::Refused, message: message.into(), source: None }
    }

    pub(crate) fn files(what: &str, path: &Path, source: io::Error) -> Error {
        Error { kind: Kind::Files, message: format!("{what} `{}`: {source}", path.display()), source: Some(source) }
    }

    /// Whether files could not be read or written.
    pub fn is_about_files(&self) -> bool {
        self.kind == Kind::Files
    }

    /// Whether the application's files are damaged, so that only a backup helps.
    pub fn is_damaged(&self) -> bool {
        self.kind == Kind::Damaged
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|e| e as &(dyn StdError + 'static))
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Error {
        match fault.help {
            Some(help) => Error::refused(format!("{}; {help}", fault.message)),
            None => Error::refused(fault.message),
        }
    }
}

/// Why a statement of a script was refused or failed, and where. What was committed before it stays; an open transaction is
/// rolled back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// The number of the statement in the script, from 1.
    pub statement: usize,
    /// The line within the script, from 1.
    pub line: usize,
    /// The column within the script, from 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do, where that can be said.
    pub help: Option<String>,
    /// The kind of a mistake in a formula, such as `E_TYPE`; stable, for tools.
    pub code: Option<&'static str>,
    /// For a mistake in a formula: its line, and under it carets under the place.
    pub excerpt: Option<String>,
    /// Whether a transaction was open, which is rolled back now.
    pub rolled_back: bool,
}

impl ScriptError {
    pub(crate) fn new(statement: usize, at: Place, fault: Fault) -> ScriptError {
        let at = fault.at.unwrap_or(at);
        let statement = fault.statement.unwrap_or(statement);
        let (code, excerpt) = fault.mistake.map_or((None, None), |mistake| (Some(mistake.code.text()), mistake.excerpt));
        ScriptError {
            statement,
            line: at.line,
            column: at.column,
            message: fault.message,
            help: fault.help,
            code,
            excerpt,
            rolled_back: false,
        }
    }
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "statement {}, line {}, column {}: {}", self.statement, self.line, self.column, self.message)?;
        if let Some(code) = self.code {
            write!(f, " [{code}]")?;
        }
        if let Some(excerpt) = &self.excerpt {
            write!(f, "\n{excerpt}")?;
        }
        match (&self.help, &self.excerpt) {
            (Some(help), Some(_)) => write!(f, "\nhelp: {help}"),
            (Some(help), None) => write!(f, "; {help}"),
            (None, _) => Ok(()),
        }
    }
}

impl StdError for ScriptError {}
