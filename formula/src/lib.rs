//! The formula language: text to tokens to a tree to a checked [`Program`] that says, node by node, what is computed, with types and
//! dimensions. It knows the definitions of an application and the names of its items, never a value.
//!
//! [`parse`] gives the tree as it is written, [`check`] the program, [`compile`] both. What is wrong comes back as [`Diagnostics`] with
//! the place in the text, the reason and a suggestion.

mod check;
mod code;
mod correct;
mod diagnostic;
mod dims;
mod expr;
mod lexer;
mod modifier;
mod names;
mod parser;
#[cfg(feature = "plan")]
pub mod plan;
mod print;
pub mod program;
mod rebuild;
mod redact;
pub mod reference;
mod refs;
mod rename;
mod signature;
mod span;
mod suggest;
#[cfg(test)]
mod tests;
mod walk;

pub use check::{Place, Target, check};
pub use code::{Code, Example};
pub use diagnostic::{Diagnostic, Diagnostics};
pub use expr::{Argument, BinaryOp, Expr, ExprKind, MethodClause, MethodWord, Modifier, ModifierKind, Name, ProductFactor, SumTerm};
pub use names::Items;
pub use parser::parse;
pub use program::{Along, Comparison, Factor, Function, Kind, Method, Node, Program, Spread, Term, Ties};
pub use redact::{redact, rename_items};
pub use refs::{referenced_names, security_call};
pub use rename::{Renamed, rename};
pub use signature::{Accept, FUNCTIONS, Gives, Need, Parameter, Signature, function};
pub use span::Span;
pub use suggest::{quote_name, quote_text};

use smalt_model::Schema;

/// Parses and checks a formula.
pub fn compile(text: &str, schema: &Schema, items: &dyn Items, place: &Place) -> Result<Program, Diagnostics> {
    check(text, &parse(text)?, schema, items, place)
}
