//! Why a statement is refused, before its number and place in the script are known.

use smalt_formula::{Code, Diagnostic, Span};
use smalt_security::{Permission, PolicyError, missing};

use crate::statement::{Place, StatementError};

/// A refusal. `at` is a place in the script; without one it is the statement's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    /// The kind of a mistake in a formula.
    pub(crate) code: Option<Code>,
    /// The line of the formula, with carets under the place.
    pub(crate) excerpt: Option<String>,
    pub(crate) at: Option<Place>,
    /// The statement that is at fault, where it is not the one that runs: a formula that COMMIT refuses.
    pub(crate) statement: Option<usize>,
}

/// What a statement gives, or why not.
pub(crate) type Done<T = ()> = Result<T, Fault>;

impl Fault {
    pub(crate) fn new(message: impl Into<String>) -> Fault {
        Fault { message: message.into(), help: None, code: None, excerpt: None, at: None, statement: None }
    }

    /// `x` is not there yet.
    pub(crate) fn not_yet(what: impl AsRef<str>) -> Fault {
        Fault::new(format!("`{}` is not yet supported", what.as_ref()))
    }

    pub(crate) fn missing(permission: Permission) -> Fault {
        Fault::new(missing(permission))
    }

    /// The kind of a mistake in a formula.
    #[must_use]
    pub(crate) fn code(self, code: Code) -> Fault {
        Fault { code: Some(code), ..self }
    }

    /// Shows a part of a formula with carets under it, unless one is shown already.
    #[must_use]
    pub(crate) fn shows(self, formula: &str, part: Span) -> Fault {
        let Some(code) = self.code else { return self };
        let shown = self.excerpt.unwrap_or_else(|| Diagnostic::new(formula, code, part, String::new(), None).excerpt());
        Fault { excerpt: Some(shown), ..self }
    }

    #[must_use]
    pub(crate) fn at(self, at: Place) -> Fault {
        Fault { at: self.at.or(Some(at)), ..self }
    }

    #[must_use]
    pub(crate) fn help(self, help: impl Into<String>) -> Fault {
        Fault { help: Some(help.into()), ..self }
    }

    #[must_use]
    pub(crate) fn help_if(self, help: Option<String>) -> Fault {
        Fault { help: help.or(self.help), ..self }
    }
}

impl From<StatementError> for Fault {
    fn from(e: StatementError) -> Fault {
        let at = Some(Place { offset: 0, line: e.line, column: e.column });
        Fault { at, ..Fault::new(e.message).help_if(e.help) }
    }
}

impl From<PolicyError> for Fault {
    fn from(e: PolicyError) -> Fault {
        Fault::new(e.message()).help_if(e.help())
    }
}
