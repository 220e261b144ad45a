//! What could come next in a statement that is being typed. The parser says it itself: it is what it looked for where the text ends.

use super::parse;
use super::place::Place;
use super::split::{Piece, Splitter};

/// What could come next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// Words of the language, each once, as they are written.
    pub words: Vec<String>,
    /// Names, by whose they are: `a metric's name`.
    pub names: Vec<String>,
    /// Whether the text ends in a query, or in an expression of SQL, which the parser does not read.
    pub sql: bool,
    /// Whether it ends in a formula, which it does not read either.
    pub formula: bool,
}

impl Expected {
    pub(super) fn word(&mut self, word: &str) {
        add(&mut self.words, word);
    }

    pub(super) fn name(&mut self, whose: &str) {
        add(&mut self.names, whose);
    }
}

fn add(to: &mut Vec<String>, text: &str) {
    if !to.iter().any(|other| other == text) {
        to.push(text.to_owned());
    }
}

/// What could come next in the last statement of a script, which may end anywhere but within a word or a quote. Nothing, where the statement is
/// wrong before its end.
pub fn expected(script: &str) -> Expected {
    let (mut text, mut at) = (script, Place::START);
    // The one that is being typed is the one that no `;` ends.
    for piece in Splitter::new(script).flatten().filter(|piece| piece.terminated) {
        let end = piece.at.offset + piece.text.len();
        text = script.get(end..).and_then(|rest| rest.strip_prefix(';')).unwrap_or("");
        at = piece.at.after(piece.text).step(';');
    }
    parse::expected(&Piece { text, at, terminated: false })
}

/// The names of all functions of the formula language.
pub fn formula_functions() -> impl Iterator<Item = &'static str> {
    smalt_formula::FUNCTIONS.iter().map(|function| function.name)
}

/// A name as a formula takes it, in quotes only where it needs them.
pub fn formula_name(name: &str) -> String {
    smalt_formula::quote_name(name)
}
