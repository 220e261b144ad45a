//! A place in a text that moves forward over blanks, comments and quotes. The splitter and the lexer share it, so that they agree.

use super::place::Place;

/// Which comments there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comments {
    /// `--` and `/* */`
    Sql,
    /// `//` as well
    Formula,
}

/// Whether what was opened has been closed before the text ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closed {
    /// It has.
    Yes,
    /// It has not.
    No,
}

/// A place in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    rest: &'a str,
    place: Place,
}

impl<'a> Cursor<'a> {
    /// The start of `text`, which stands at `place` of its script.
    pub(super) fn new(text: &'a str, place: Place) -> Cursor<'a> {
        Cursor { rest: text, place }
    }

    /// What is still to come.
    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }

    /// The place in the script.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// The next character.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Whether `prefix` comes next.
    pub(super) fn at(&self, prefix: &str) -> bool {
        self.rest.starts_with(prefix)
    }

    /// Takes the next character.
    pub(super) fn bump(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        self.place = self.place.step(c);
        Some(c)
    }

    /// Takes `prefix` where it comes next.
    pub(super) fn eat(&mut self, prefix: &str) -> bool {
        let found = self.at(prefix);
        if found {
            prefix.chars().for_each(|_| {
                self.bump();
            });
        }
        found
    }

    /// Takes characters while `wanted` holds.
    pub(super) fn eat_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let before = *self;
        while self.peek().is_some_and(&wanted) {
            self.bump();
        }
        before.up_to(self)
    }

    /// The text between this place and a later one.
    pub(super) fn up_to(&self, later: &Cursor<'a>) -> &'a str {
        self.rest.get(..self.rest.len() - later.rest.len()).unwrap_or("")
    }

    /// Takes the blanks that come next.
    pub(super) fn skip_blanks(&mut self) {
        self.eat_while(is_blank);
    }

    /// Takes the comment that comes next; `None` where none does.
    pub(super) fn skip_comment(&mut self, comments: Comments) -> Option<Closed> {
        if self.at("--") || (comments == Comments::Formula && self.at("//")) {
            self.eat_while(|c| c != '\n');
            Some(Closed::Yes)
        } else if self.eat("/*") {
            Some(self.skip_past("*/"))
        } else {
            None
        }
    }

    /// Takes all blanks and comments that come next.
    pub(super) fn skip_trivia(&mut self, comments: Comments) {
        self.skip_blanks();
        while self.skip_comment(comments).is_some() {
            self.skip_blanks();
        }
    }

    /// Takes the quoted text that comes next, its quotes included; a doubled quote does not end it.
    pub(super) fn skip_quoted(&mut self) -> Closed {
        let Some(quote) = self.bump() else { return Closed::No };
        while let Some(c) = self.bump() {
            if c == quote {
                if self.peek() != Some(quote) {
                    return Closed::Yes;
                }
                self.bump();
            }
        }
        Closed::No
    }

    /// Takes everything up to `end` and `end` itself.
    pub(super) fn skip_past(&mut self, end: &str) -> Closed {
        while !self.rest.is_empty() {
            if self.eat(end) {
                return Closed::Yes;
            }
            self.bump();
        }
        Closed::No
    }
}

/// Whether a character stands between words. A byte order mark does, since some editors begin a file with one.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// Whether a bare name may begin with it.
pub(super) fn begins_name(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// Whether a bare name may go on with it.
pub(super) fn continues_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '%'
}
