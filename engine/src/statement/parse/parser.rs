//! One statement under the reader's finger: tokens, keywords, names, lists, formulas and pieces of SQL.

use std::cell::RefCell;

use smalt_model::quoted;

use super::Parsed;
use crate::statement::ast::{Formula, Name, PropertyPath, Sql, Text};
use crate::statement::cursor::{Comments, Cursor, is_blank};
use crate::statement::error::StatementError;
use crate::statement::expect::Expected;
use crate::statement::lex::{Kind, Lexer, Token};
use crate::statement::place::Place;
use crate::statement::split::Piece;
use crate::statement::suggest::closest;

/// Bare words that are never names, since a sentence goes on with them. They are names in `"`.
const RESERVED: [&str; 11] = ["AS", "BY", "FROM", "OF", "ON", "SELECT", "SET", "TO", "VALUES", "WHERE", "WITH"];

/// A long text in a message is cut behind so many characters.
const LONGEST_QUOTE: usize = 40;

/// A statement being read.
#[derive(Debug)]
pub(super) struct Parser<'a> {
    lexer: Lexer<'a>,
    token: Token<'a>,
    /// Where `token` begins, and where the token before it ends.
    here: Cursor<'a>,
    before: Cursor<'a>,
    /// What was looked for where the statement ends.
    wanted: RefCell<Expected>,
}

impl<'a> Parser<'a> {
    /// The first token of a statement.
    pub(super) fn new(piece: &Piece<'a>) -> Parser<'a> {
        let start = Cursor::new(piece.text, piece.at);
        let mut lexer = Lexer::new(start);
        let token = lexer.next();
        let mut here = start;
        here.skip_trivia(Comments::Sql);
        Parser { lexer, token, here, before: start, wanted: RefCell::default() }
    }

    /// The current token.
    pub(super) fn peek(&self) -> &Kind<'a> {
        &self.token.kind
    }

    /// The token behind the current one.
    pub(super) fn peek_second(&self) -> Kind<'a> {
        self.lexer.clone().next().kind
    }

    /// What `look` finds from here on; the parser stays where it is.
    pub(super) fn ahead<T>(&self, look: impl FnOnce(&mut Parser<'a>) -> T) -> T {
        let mut scout = Parser {
            lexer: self.lexer.clone(),
            token: self.token.clone(),
            here: self.here,
            before: self.before,
            wanted: RefCell::default(),
        };
        look(&mut scout)
    }

    /// What was looked for where the statement ends.
    pub(super) fn wanted(self) -> Expected {
        self.wanted.into_inner()
    }

    /// Where the current token stands.
    pub(super) fn at(&self) -> Place {
        self.token.at
    }

    /// Goes on to the next token.
    pub(super) fn advance(&mut self) {
        self.before = self.lexer.cursor();
        self.here = self.before;
        self.here.skip_trivia(Comments::Sql);
        self.token = self.lexer.next();
    }

    // What goes wrong.

    /// The current token, as it is shown in a message.
    pub(super) fn found(&self) -> String {
        shortened(self.here.up_to(&self.lexer.cursor()))
    }

    /// `what` is expected and something else is there.
    pub(super) fn expected(&self, what: &str) -> StatementError {
        let found = match self.peek() {
            Kind::End => "the end of the statement".to_owned(),
            _ => format!("`{}`", self.found()),
        };
        StatementError::new(self.at(), format!("expected {what}, found {found}"))
    }

    /// One of `words` is expected.
    pub(super) fn expected_one_of(&self, words: &[&str]) -> StatementError {
        let error = self.expected(&one_of(words));
        let meant = match self.peek() {
            Kind::Word(word) => closest(word, words.iter().copied()),
            _ => None,
        };
        match meant {
            Some(word) => error.with_help(format!("did you mean `{word}`?")),
            None => error,
        }
    }

    /// Nothing may follow.
    pub(super) fn end(&self) -> Parsed<()> {
        match self.peek() {
            Kind::End => Ok(()),
            _ => Err(self.expected("the end of the statement").with_help("statements are kept apart by `;`")),
        }
    }

    // Keywords and signs.

    /// Notes that one of `words` could stand here, where the statement ends here.
    pub(super) fn wants(&self, words: &[&str]) {
        if *self.peek() == Kind::End {
            words.iter().for_each(|word| self.wanted.borrow_mut().word(word));
        }
    }

    /// Whether the current token is the bare word `word`.
    pub(super) fn at_word(&self, word: &str) -> bool {
        self.wants(&[word]);
        matches!(self.peek(), Kind::Word(w) if w.eq_ignore_ascii_case(word))
    }

    /// Whether a bare word `word` comes behind the current token.
    pub(super) fn second_word(&self, word: &str) -> bool {
        let second = self.peek_second();
        if second == Kind::End {
            self.wanted.borrow_mut().word(word);
        }
        matches!(second, Kind::Word(w) if w.eq_ignore_ascii_case(word))
    }

    /// Takes the bare word `word` where it stands.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        if found {
            self.advance();
        }
        found
    }

    /// Takes the words of `phrase`, each of which must be there.
    pub(super) fn keyword(&mut self, phrase: &str) -> Parsed<()> {
        for word in phrase.split(' ') {
            if !self.eat_word(word) {
                return Err(self.expected_one_of(&[word]));
            }
        }
        Ok(())
    }

    /// Takes one of `words` and says which, by its index.
    pub(super) fn one_of(&mut self, words: &[&str]) -> Parsed<usize> {
        match words.iter().position(|word| self.at_word(word)) {
            Some(index) => {
                self.advance();
                Ok(index)
            }
            None => Err(self.expected_one_of(words)),
        }
    }

    /// Takes one of the words and gives what it stands for.
    pub(super) fn choice<T: Copy>(&mut self, choices: &[(&str, T)]) -> Parsed<T> {
        match choices.iter().find(|(word, _)| self.at_word(word)) {
            Some((_, meaning)) => {
                self.advance();
                Ok(*meaning)
            }
            None => Err(self.expected_one_of(&choices.iter().map(|(word, _)| *word).collect::<Vec<_>>())),
        }
    }

    /// Takes `sign` where it stands.
    pub(super) fn eat_sign(&mut self, sign: char) -> bool {
        let found = *self.peek() == Kind::Sign(sign);
        if found {
            self.advance();
        }
        found
    }

    /// Takes `sign`, which must be there.
    pub(super) fn sign(&mut self, sign: char) -> Parsed<()> {
        if self.eat_sign(sign) { Ok(()) } else { Err(self.expected(&format!("`{sign}`"))) }
    }

    // Lists.

    /// `item, item, …`: at least one.
    pub(super) fn commas<T>(&mut self, mut item: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.eat_sign(',') {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// `(item, …)`: at least one.
    pub(super) fn brackets<T>(&mut self, item: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        self.sign('(')?;
        let items = self.commas(item)?;
        if self.eat_sign(')') { Ok(items) } else { Err(self.expected("`,` or `)`")) }
    }

    /// `(item, …)` or `()`.
    pub(super) fn brackets_or_none<T>(&mut self, item: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        if *self.peek() == Kind::Sign('(') && self.peek_second() == Kind::Sign(')') {
            self.advance();
            self.advance();
            return Ok(Vec::new());
        }
        self.brackets(item)
    }

    // Names and texts.

    /// A name; `what` says whose.
    pub(super) fn name(&mut self, what: &str) -> Parsed<Name> {
        let at = self.at();
        let text = match self.peek() {
            Kind::Word(word) if RESERVED.iter().any(|reserved| word.eq_ignore_ascii_case(reserved)) => {
                let help = format!("a name like this word is written `\"{word}\"`");
                return Err(self.expected(what).with_help(help));
            }
            Kind::Word(word) => (*word).to_owned(),
            Kind::Quoted(text) if text.is_empty() => return Err(StatementError::new(at, "a name may not be empty")),
            Kind::Quoted(text) => text.clone(),
            Kind::Text(text) => {
                let help = format!("names are quoted with `\"`: `{}`", quoted(text));
                return Err(self.expected(what).with_help(help));
            }
            Kind::Number(_) => return Err(self.expected(what).with_help("a name that begins with a digit is quoted with `\"`")),
            Kind::End => {
                self.wanted.borrow_mut().name(what);
                return Err(self.expected(what));
            }
            _ => return Err(self.expected(what)),
        };
        self.advance();
        Ok(Name { text, at })
    }

    /// The name of what is written to, with the scenario before it where one is named: `Upside.Volume`.
    pub(super) fn written(&mut self, what: &str) -> Parsed<(Option<Name>, Name)> {
        let first = self.name(what)?;
        if self.eat_sign('.') { Ok((Some(first), self.name(what)?)) } else { Ok((None, first)) }
    }

    /// The name of a user, which is quoted as a text or as a name.
    pub(super) fn user(&mut self) -> Parsed<Name> {
        match self.peek() {
            Kind::Text(text) if text.is_empty() => Err(StatementError::new(self.at(), "a user's name may not be empty")),
            Kind::Text(text) => {
                let name = Name { text: text.clone(), at: self.at() };
                self.advance();
                Ok(name)
            }
            _ => self.name("a user's name in `'`"),
        }
    }

    /// A text in single quotes.
    pub(super) fn text(&mut self, what: &str) -> Parsed<Text> {
        let at = self.at();
        match self.peek() {
            Kind::Text(text) => {
                let text = Text { text: text.clone(), at };
                self.advance();
                Ok(text)
            }
            Kind::Quoted(text) => {
                let help = format!("texts are quoted with `'`: `'{}'`", text.replace('\'', "''"));
                Err(self.expected(what).with_help(help))
            }
            _ => Err(self.expected(what)),
        }
    }

    /// The name of a file.
    pub(super) fn file(&mut self) -> Parsed<Text> {
        let text = self.text("the name of a file in `'`")?;
        if text.text.is_empty() {
            return Err(StatementError::new(text.at, "the name of a file may not be empty"));
        }
        Ok(text)
    }

    /// `Store` or `Store.Country.Region`.
    pub(super) fn path(&mut self, what: &str) -> Parsed<PropertyPath> {
        let head = self.name(what)?;
        let mut properties = Vec::new();
        while self.eat_sign('.') {
            properties.push(self.name("a property's name")?);
        }
        Ok(PropertyPath { head, properties })
    }

    // Texts of the other two languages.

    /// The formula behind `keyword`, up to the end of the statement.
    pub(super) fn formula(&mut self, keyword: &str) -> Parsed<Formula> {
        let mut start = self.before;
        let mut first = start;
        first.skip_trivia(Comments::Formula);
        let mut behind = first;
        behind.eat_while(|_| true);
        let mut text = start.rest();
        let mut missing = first.place();
        self.wanted.get_mut().formula = !first.at("$$") || first.rest().matches("$$").nth(1).is_none();
        if first.eat("$$") {
            start = first;
            text = first.rest().split_once("$$").map_or(first.rest(), |(inside, _)| inside);
            missing = first.place();
            behind = first;
            behind.skip_past("$$");
            first.skip_trivia(Comments::Formula);
        }
        // Two minus signs are no comment of a formula: its own parser says what to write.
        let is_minus = text.trim_start_matches(is_blank).starts_with("--");
        if (first.rest().is_empty() || first.at("$$")) && !is_minus {
            return Err(StatementError::new(missing, format!("expected a formula after {keyword}")));
        }
        start.skip_blanks();
        let formula = Formula { text: text.trim_matches(is_blank).to_owned(), at: start.place() };
        self.lexer = Lexer::new(behind);
        self.advance();
        match self.peek() {
            Kind::End => Ok(formula),
            _ => Err(self.expected("the end of the statement").with_help("the formula ends at its second `$$`")),
        }
    }

    /// SQL from the current token up to a token outside of all brackets for which `stop` holds, or the end; `what` says what is missing
    /// where there is none.
    pub(super) fn sql_until(&mut self, what: &str, stop: impl Fn(&Self) -> bool) -> Parsed<Sql> {
        let start = self.here;
        let mut depth = 0_usize;
        let mut end = None;
        while *self.peek() != Kind::End && !(depth == 0 && stop(self)) {
            match self.peek() {
                Kind::Sign('(' | '[') => depth += 1,
                Kind::Sign(')' | ']') => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.advance();
            end = Some(self.before);
        }
        self.wanted.get_mut().sql |= *self.peek() == Kind::End;
        match end {
            Some(end) => Ok(Sql { text: start.up_to(&end).to_owned(), at: start.place() }),
            None => Err(self.expected(what)),
        }
    }
}

/// A text as it is shown in a message.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_QUOTE) {
        Some((index, _)) => format!("{}…", text.get(..index).unwrap_or("")),
        None => text.to_owned(),
    }
}

/// `A`, `A or B`, `A, B or C`.
fn one_of(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [word] => (*word).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
