//! What can stop a calculation. Data never can: what has no answer is BLANK.

use std::fmt;

use smalt_formula::Span;

/// A calculation that was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalcError {
    /// The result would have more cells than the application allows.
    TooManyCells {
        /// How many coordinates would have to be looked at.
        estimate: u128,
        /// The limit.
        limit: u64,
    },
    /// Its dimensions do not fit a coordinate.
    TooWide(String),
    /// A part of the formula language that is not computed yet.
    NotYet(NotYet),
    /// A fault of the engine itself.
    Internal(&'static str),
}

/// A part of the formula language that is not computed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotYet {
    /// Its name in the formula language.
    pub what: String,
    /// Where it stands.
    pub span: Span,
}

impl fmt::Display for NotYet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not yet supported", self.what)
    }
}

impl fmt::Display for CalcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CalcError::TooManyCells { estimate, limit } => {
                write!(f, "the formula would visit {estimate} coordinates and the application's limit is {limit}")
            }
            CalcError::TooWide(text) => write!(f, "{text}"),
            CalcError::NotYet(part) => write!(f, "{part}"),
            CalcError::Internal(text) => write!(f, "the engine failed: {text}"),
        }
    }
}

impl std::error::Error for CalcError {}
