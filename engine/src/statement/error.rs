//! What is said of a statement that cannot be read.

use std::error::Error;
use std::fmt;

use super::place::Place;

/// A statement that cannot be read: where, why, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementError {
    /// The line within the script, from 1.
    pub line: usize,
    /// The column within the script, from 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do, where that can be said.
    pub help: Option<String>,
}

impl StatementError {
    /// An error without advice.
    pub fn new(at: Place, message: impl Into<String>) -> StatementError {
        StatementError { line: at.line, column: at.column, message: message.into(), help: None }
    }

    /// The same with advice.
    #[must_use]
    pub fn with_help(self, help: impl Into<String>) -> StatementError {
        StatementError { help: Some(help.into()), ..self }
    }
}

impl fmt::Display for StatementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl Error for StatementError {}
