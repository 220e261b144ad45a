//! The words of a statement. Lexing never fails: what is no token of the language comes out as its character.

use super::cursor::{Comments, Cursor, begins_name, continues_name};
use super::place::Place;

/// A token and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token<'a> {
    /// The token.
    pub(super) kind: Kind<'a>,
    /// Where it begins.
    pub(super) at: Place,
}

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind<'a> {
    /// A bare word, a keyword or a name.
    Word(&'a str),
    /// A name in `"`, unquoted.
    Quoted(String),
    /// A text in `'`, unquoted.
    Text(String),
    /// A number without sign.
    Number(&'a str),
    /// `$$ … $$`, whole.
    Dollars(&'a str),
    /// `->`
    Arrow,
    /// Any other character.
    Sign(char),
    /// Behind the last token.
    End,
}

/// The tokens of a text, one by one.
#[derive(Clone, Debug)]
pub(super) struct Lexer<'a> {
    cursor: Cursor<'a>,
}

impl<'a> Lexer<'a> {
    /// The tokens from `cursor` on.
    pub(super) fn new(cursor: Cursor<'a>) -> Lexer<'a> {
        Lexer { cursor }
    }

    /// The place behind the last token taken.
    pub(super) fn cursor(&self) -> Cursor<'a> {
        self.cursor
    }

    /// Takes the next token.
    pub(super) fn next(&mut self) -> Token<'a> {
        self.cursor.skip_trivia(Comments::Sql);
        let at = self.cursor.place();
        let kind = match self.cursor.peek() {
            None => Kind::End,
            Some(c) if begins_name(c) => Kind::Word(self.cursor.eat_while(continues_name)),
            Some('\'') => Kind::Text(self.quoted('\'')),
            Some('"') => Kind::Quoted(self.quoted('"')),
            Some(c) if c.is_ascii_digit() => Kind::Number(self.number()),
            Some('.') if self.cursor.rest().chars().nth(1).is_some_and(|c| c.is_ascii_digit()) => Kind::Number(self.number()),
            Some('$') if self.cursor.at("$$") => {
                let start = self.cursor;
                self.cursor.eat("$$");
                self.cursor.skip_past("$$");
                Kind::Dollars(start.up_to(&self.cursor))
            }
            Some('-') if self.cursor.eat("->") => Kind::Arrow,
            Some(c) => {
                self.cursor.bump();
                Kind::Sign(c)
            }
        };
        Token { kind, at }
    }

    fn quoted(&mut self, quote: char) -> String {
        let start = self.cursor;
        self.cursor.skip_quoted();
        let whole = start.up_to(&self.cursor);
        let inner = whole.strip_prefix(quote).unwrap_or(whole);
        let inner = inner.strip_suffix(quote).unwrap_or(inner);
        inner.replace(&format!("{quote}{quote}"), &quote.to_string())
    }

    /// `12`, `1.5`, `.5`, `2.5e-3`
    fn number(&mut self) -> &'a str {
        let start = self.cursor;
        let digit = |c: char| c.is_ascii_digit();
        self.cursor.eat_while(digit);
        if self.cursor.rest().strip_prefix('.').is_some_and(|rest| rest.starts_with(digit)) {
            self.cursor.bump();
            self.cursor.eat_while(digit);
        }
        if self.cursor.at("e") || self.cursor.at("E") {
            let mut exponent = self.cursor;
            exponent.bump();
            let _signed = exponent.eat("-") || exponent.eat("+");
            if !exponent.eat_while(digit).is_empty() {
                self.cursor = exponent;
            }
        }
        start.up_to(&self.cursor)
    }
}
