//! The front end of the statement language: from the text of a script to typed statements, each with its place in the script.
//!
//! [`Splitter`] cuts a script into statements and [`parse`] reads one of them; [`expected`] says what could come next in one that is being typed. Nothing in here knows a model: names are not looked up,
//! formulas and queries stay texts with their places.

pub mod ast;
mod cursor;
mod error;
mod expect;
mod lex;
mod parse;
mod place;
mod split;
mod suggest;
#[cfg(test)]
mod tests;

pub use ast::Statement;
pub use error::StatementError;
pub use expect::{Expected, expected, formula_functions, formula_name};
pub use parse::parse;
pub use place::Place;
pub use split::{Piece, Splitter, is_complete, split};
