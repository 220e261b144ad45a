//! Cuts a script into statements.

use super::cursor::{Closed, Comments, Cursor, begins_name, continues_name, is_blank};
use super::error::StatementError;
use super::place::Place;

/// One statement of a script, without its `;` and without the blanks and comments before it. Never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// The text of the statement.
    pub text: &'a str,
    /// Where its first character stands in the script.
    pub at: Place,
    /// Whether a `;` ends it. Only the last statement of a script may go without.
    pub terminated: bool,
}

/// The statements of a script, one after the other. A statement comes out before the rest of the script is looked at.
#[derive(Clone, Debug)]
pub struct Splitter<'a> {
    cursor: Cursor<'a>,
}

impl<'a> Splitter<'a> {
    /// The statements of `script`.
    pub fn new(script: &'a str) -> Splitter<'a> {
        Splitter { cursor: Cursor::new(script, Place::START) }
    }

    /// What has not been cut yet.
    fn finish(&mut self) {
        self.cursor = Cursor::new("", self.cursor.place());
    }
}

impl<'a> Iterator for Splitter<'a> {
    type Item = Result<Piece<'a>, StatementError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.cursor.skip_blanks();
            let opening = self.cursor.place();
            match self.cursor.skip_comment(Comments::Sql) {
                Some(Closed::Yes) => {}
                Some(Closed::No) => return Some(Err(unclosed_comment(opening))),
                None if self.cursor.eat(";") => {}
                None => break,
            }
        }
        if self.cursor.rest().is_empty() {
            return None;
        }
        let piece = cut(&mut self.cursor);
        if piece.is_err() {
            self.finish();
        }
        Some(piece)
    }
}

/// All statements of `script`, or the first thing that keeps it from being cut.
///
/// # Errors
/// A quote, a bracket, a comment or `$$` that is never closed, and a `;` that stands in a comment.
pub fn split(script: &str) -> Result<Vec<Piece<'_>>, StatementError> {
    Splitter::new(script).collect()
}

/// Whether `script` ends between two statements, so that a shell may run it without waiting for more lines.
pub fn is_complete(script: &str) -> bool {
    Splitter::new(script).all(|piece| piece.is_ok_and(|piece| piece.terminated))
}

/// Takes one statement and its `;`.
fn cut<'a>(cursor: &mut Cursor<'a>) -> Result<Piece<'a>, StatementError> {
    let start = *cursor;
    let mut head = Head::default();
    let mut open: Vec<(char, Place)> = Vec::new();
    let mut commented: Option<(Place, Comments, bool)> = None;
    while let Some(c) = cursor.peek() {
        let before = *cursor;
        if let Some(closed) = cursor.skip_comment(head.comments()) {
            if closed == Closed::No {
                return Err(unclosed_comment(before.place()));
            }
            if commented.is_none() {
                commented = semicolon_within(&before, cursor).map(|at| (at, head.comments(), before.at("--")));
            }
            continue;
        }
        match c {
            ';' if open.is_empty() => {
                let text = start.up_to(&before);
                cursor.bump();
                return Ok(Piece { text, at: start.place(), terminated: true });
            }
            '\'' | '"' => {
                if cursor.skip_quoted() == Closed::No {
                    return Err(unclosed(before.place(), &c.to_string()));
                }
                head.other();
            }
            '$' if cursor.eat("$$") => {
                if cursor.skip_past("$$") == Closed::No {
                    return Err(unclosed(before.place(), "$$"));
                }
                head.other();
            }
            c if begins_name(c) => {
                let word = cursor.eat_while(continues_name);
                if open.is_empty() {
                    head.word(word);
                }
            }
            _ => {
                cursor.bump();
                match c {
                    '(' | '[' => open.push((c, before.place())),
                    // One that closes nothing is left to whoever reads the statement.
                    ')' if open.last().is_some_and(|(c, _)| *c == '(') => drop(open.pop()),
                    ']' if open.last().is_some_and(|(c, _)| *c == '[') => drop(open.pop()),
                    _ => {}
                }
                if !is_blank(c) {
                    head.other();
                }
            }
        }
    }
    if let Some((bracket, at)) = open.pop() {
        return Err(unclosed(at, &bracket.to_string()));
    }
    if let Some((at, comments, dashes)) = commented {
        let help = match (comments, dashes) {
            (Comments::Formula, true) => "write `;` outside of the comment; two minus signs are written `- -`",
            _ => "write `;` outside of the comment",
        };
        return Err(StatementError::new(at, "the script ends inside this statement: its `;` stands in a comment").with_help(help));
    }
    Ok(Piece { text: start.rest(), at: start.place(), terminated: false })
}

/// The first `;` between two places.
fn semicolon_within<'a>(from: &Cursor<'a>, to: &Cursor<'a>) -> Option<Place> {
    let comment = from.up_to(to);
    comment.find(';').map(|index| from.place().after(comment.get(..index).unwrap_or("")))
}

fn unclosed_comment(at: Place) -> StatementError {
    StatementError::new(at, "this `/*` is never closed").with_help("write `*/` where the comment ends")
}

fn unclosed(at: Place, opening: &str) -> StatementError {
    let (what, closing) = match opening {
        "(" => ("bracket", ")"),
        "[" => ("bracket", "]"),
        "$$" => ("formula", "$$"),
        _ => ("quote", opening),
    };
    StatementError::new(at, format!("this `{opening}` is never closed")).with_help(match what {
        "quote" => format!("write `{closing}` where the text ends; inside it a `{closing}` is doubled"),
        _ => format!("write `{closing}` where the {what} ends"),
    })
}

/// What is known of a statement from its words so far: where it turns into a formula, in which `//` begins a comment.
#[derive(Debug, Default)]
enum Head {
    /// Nothing has been read.
    #[default]
    Start,
    /// `CREATE` has been.
    Create,
    /// `ALTER` has been.
    Alter,
    /// A formula follows `AS`.
    BeforeAs,
    /// This is the formula.
    Formula,
    /// There is none.
    Sql,
}

impl Head {
    fn comments(&self) -> Comments {
        match self {
            Head::Formula => Comments::Formula,
            _ => Comments::Sql,
        }
    }

    /// A bare word outside of all brackets.
    fn word(&mut self, word: &str) {
        let is = |other: &str| word.eq_ignore_ascii_case(other);
        *self = match self {
            Head::Start if is("EVALUATE") => Head::Formula,
            Head::Start if is("CREATE") => Head::Create,
            Head::Start if is("ALTER") => Head::Alter,
            Head::Create if is("METRIC") || is("SUBSET") => Head::BeforeAs,
            Head::Alter if is("METRIC") || is("DIMENSION") || is("SUBSET") => Head::BeforeAs,
            Head::BeforeAs if is("AS") => Head::Formula,
            Head::BeforeAs => Head::BeforeAs,
            Head::Formula => Head::Formula,
            Head::Start | Head::Create | Head::Alter | Head::Sql => Head::Sql,
        };
    }

    /// Anything else.
    fn other(&mut self) {
        if matches!(self, Head::Start | Head::Create | Head::Alter) {
            *self = Head::Sql;
        }
    }
}
