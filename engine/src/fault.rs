//! Why a statement is refused, before its number and place in the script are known.

use smalt_formula::{Code, Diagnostic, Span};
use smalt_security::{Permission, PolicyError, missing};

use crate::statement::{Place, StatementError};

/// A refusal. `at` is a place in the script; without one it is the statement's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    /// What is wrong with a formula.
    pub(crate) mistake: Option<Box<Mistake>>,
    pub(crate) at: Option<Place>,
    /// The statement that is at fault, where it is not the one that runs: a formula that COMMIT refuses.
    pub(crate) statement: Option<usize>,
    /// Whether it is for want of a permission or a right.
    pub(crate) denied: bool,
}

/// A mistake in a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// Its kind.
    pub(crate) code: Code,
    /// The line of the formula, with carets under the place.
    pub(crate) excerpt: Option<String>,
}

/// What a statement gives, or why not.
pub(crate) type Done<T = ()> = Result<T, Fault>;

impl Fault {
    pub(crate) fn new(message: impl Into<String>) -> Fault {
        Fault { message: message.into(), help: None, mistake: None, at: None, statement: None, denied: false }
    }

    /// `x` is not there yet.
    pub(crate) fn not_yet(what: impl AsRef<str>) -> Fault {
        Fault::new(format!("`{}` is not yet supported", what.as_ref()))
    }

    pub(crate) fn missing(permission: Permission) -> Fault {
        Fault::denied(missing(permission))
    }

    /// For want of a permission or a right.
    pub(crate) fn denied(message: impl Into<String>) -> Fault {
        Fault { denied: true, ..Fault::new(message) }
    }

    /// The kind of a mistake in a formula.
    #[must_use]
    pub(crate) fn code(self, code: Code) -> Fault {
        let excerpt = self.mistake.and_then(|mistake| mistake.excerpt);
        Fault { mistake: Some(Box::new(Mistake { code, excerpt })), ..self }
    }

    /// Shows these lines.
    #[must_use]
    pub(crate) fn excerpt(mut self, excerpt: String) -> Fault {
        if let Some(mistake) = &mut self.mistake {
            mistake.excerpt = Some(excerpt);
        }
        self
    }

    /// Shows a part of a formula with carets under it, unless one is shown already.
    #[must_use]
    pub(crate) fn shows(self, formula: &str, part: Span) -> Fault {
        match self.mistake.as_deref() {
            Some(Mistake { code, excerpt: None }) => {
                let excerpt = Diagnostic::new(formula, *code, part, String::new(), None).excerpt();
                self.excerpt(excerpt)
            }
            _ => self,
        }
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
