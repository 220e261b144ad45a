//! What is wrong with a formula, where, and what to do about it.

use std::fmt;

use crate::code::Code;
use crate::span::Span;

/// The widest source line that is shown; longer ones are cut around the place.
const SHOWN: usize = 120;

/// The longest message, in bytes.
const LONGEST: usize = 1_000;

/// One thing that is wrong with a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its kind.
    pub code: Code,
    /// Where it is, in bytes.
    pub span: Span,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    source: String,
    caret: String,
}

impl Diagnostic {
    /// What is wrong at a place of a formula's text.
    pub fn new(text: &str, code: Code, span: Span, message: String, help: Option<String>) -> Diagnostic {
        let start = floor_boundary(text, span.start);
        let end = floor_boundary(text, span.end).max(start);
        let before = text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line_end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| start + at);
        let lead = text.get(line_start..start).unwrap_or_default();
        let column = lead.chars().count();
        let marked: Vec<char> = text.get(start..end.min(line_end).max(start)).unwrap_or_default().chars().take(SHOWN).collect();
        let tail = text.get(start..line_end).unwrap_or_default().trim_end_matches('\r').chars();

        let cut = if column > SHOWN / 2 { column - SHOWN / 3 } else { 0 };
        let mut shown: Vec<char> = lead.chars().rev().take(column - cut).collect();
        shown.reverse();
        let mut source: String = if cut > 0 { "…".to_owned() } else { String::new() };
        let mut caret: String = if cut > 0 { " ".to_owned() } else { String::new() };
        source.extend(&shown);
        caret.extend(shown.iter().map(|&c| if c == '\t' { '\t' } else { ' ' }));
        let room = SHOWN.saturating_sub(shown.len()).max(1);
        source.extend(tail.take(room));
        caret.push_str(&"^".repeat(marked.len().clamp(1, room)));

        Diagnostic {
            code,
            span,
            line: before.matches('\n').count() + 1,
            column: column + 1,
            message: shortened(message),
            help: help.map(shortened),
            source,
            caret,
        }
    }

    /// The line of the formula and, under it, carets under the place.
    pub fn excerpt(&self) -> String {
        format!("{}\n{}", self.source, self.caret)
    }
}

/// A message that holds a name of any length stays a message.
fn shortened(mut text: String) -> String {
    if text.len() > LONGEST {
        text.truncate(floor_boundary(&text, LONGEST));
        text.push('…');
    }
    text
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {} [{}]\n{}", self.line, self.column, self.message, self.code, self.excerpt())?;
        match &self.help {
            Some(help) => write!(f, "\nhelp: {help}"),
            None => Ok(()),
        }
    }
}

/// All that is wrong with a formula: at least one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics(Box<List>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct List {
    first: Diagnostic,
    rest: Vec<Diagnostic>,
}

impl Diagnostics {
    pub(crate) fn one(first: Diagnostic) -> Diagnostics {
        Diagnostics(Box::new(List { first, rest: Vec::new() }))
    }

    /// `None` when nothing is wrong. Kept in the order of the text.
    pub(crate) fn from_list(mut list: Vec<Diagnostic>) -> Option<Diagnostics> {
        list.sort_by_key(|d| d.span.start);
        let mut all = list.into_iter();
        all.next().map(|first| Diagnostics(Box::new(List { first, rest: all.collect() })))
    }

    /// The first in the text.
    pub fn first(&self) -> &Diagnostic {
        &self.0.first
    }

    /// All of them, in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        std::iter::once(&self.0.first).chain(&self.0.rest)
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.first)?;
        for one in &self.0.rest {
            write!(f, "\n{one}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_counted_in_characters_from_one() {
        let text = "aé +\n\tü § b";
        let at = text.find('§').unwrap_or(0);
        let d = Diagnostic::new(text, Code::Syntax, Span { start: at, end: at + 2 }, "odd".to_owned(), Some("do".to_owned()));
        assert_eq!((d.line, d.column), (2, 4));
        assert_eq!(d.to_string(), "line 2, column 4: odd [E_SYNTAX]\n\tü § b\n\t  ^\nhelp: do");
    }

    #[test]
    fn a_place_at_the_end_or_beyond_it_still_has_a_caret() {
        for at in [0, 1, 2, 50] {
            let d = Diagnostic::new("é", Code::Syntax, Span { start: at, end: at }, String::new(), None);
            assert_eq!(d.line, 1);
            assert!(d.caret.ends_with('^'));
        }
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = "x".repeat(10_000);
        let d = Diagnostic::new(&text, Code::Syntax, Span { start: 5_000, end: 9_000 }, String::new(), None);
        assert_eq!(d.column, 5_001);
        assert!(d.source.chars().count() <= SHOWN + 1 && d.caret.chars().count() <= SHOWN + 1);
    }
}
