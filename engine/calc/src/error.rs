//! What can stop a calculation. Data never can: what has no answer is BLANK.

use std::fmt;

use smalt_formula::{Code, Span};
use smalt_model::DimensionId;

use crate::watch::Ending;

/// A calculation that was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalcError {
    /// More coordinates would have to be looked at than the application allows. How many is not for everybody: all items count, hidden ones
    /// too. So the text of the error does not tell it.
    TooManyCells {
        /// The limit.
        limit: u64,
        /// About how many it would be.
        estimate: u128,
        /// The dimensions of the coordinates with their numbers of items.
        dimensions: Vec<(DimensionId, u64)>,
    },
    /// Its operators together made more cells than it may.
    TooManyMade {
        /// The limit.
        limit: u64,
    },
    /// It makes too much text.
    TooMuchText,
    /// It was ended early.
    Ended(Ending),
    /// Its dimensions do not fit a coordinate.
    TooWide(String),
    /// A fault of the engine itself.
    Internal(&'static str),
}

/// A part of a formula that is refused when it is saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The kind of what is wrong.
    pub code: Code,
    /// What is wrong with it.
    pub message: String,
    /// What to write instead, where that can be said.
    pub help: Option<String>,
    /// Where it stands.
    pub span: Span,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

impl fmt::Display for CalcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CalcError::TooManyCells { limit, .. } => {
                write!(f, "the formula would visit more than {limit} coordinates, which is the application's limit")
            }
            CalcError::TooManyMade { limit } => {
                write!(f, "the formula would make more than {limit} cells on its way, which is the limit for one that is not saved")
            }
            CalcError::TooMuchText => write!(f, "the formula would make more text than it may"),
            CalcError::Ended(Ending::Stopped) => write!(f, "the calculation was cancelled"),
            CalcError::Ended(Ending::Late) => write!(f, "the calculation took longer than it may"),
            CalcError::TooWide(text) => write!(f, "{text}"),
            CalcError::Internal(text) => write!(f, "the engine failed: {text}"),
        }
    }
}

impl std::error::Error for CalcError {}
