//! The pieces that many statements share.

use std::fmt;

use crate::statement::cursor::Cursor;
use crate::statement::lex::{Kind, Lexer};
use crate::statement::place::Place;

/// A name, without its quotes. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Its letters, as written.
    pub text: String,
    /// Where it stands.
    pub at: Place,
}

/// A text that stood in single quotes, without them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Its letters.
    pub text: String,
    /// Where it stands.
    pub at: Place,
}

/// A name and the properties behind it: `Store`, `Store.Country`, `Store.Country.Region`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyPath {
    /// The dimension (of a rule's `THROUGH` and of `BY`).
    pub head: Name,
    /// The properties, in order.
    pub properties: Vec<Name>,
}

/// A formula as it stands in the script, without the `$$` around it and without blanks at its ends. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    /// The formula, byte for byte.
    pub text: String,
    /// Where its first character stands.
    pub at: Place,
}

impl Formula {
    /// The place in the script of a byte of the formula; of its end where the byte is behind it.
    pub fn place(&self, byte: usize) -> Place {
        place_within(self.at, &self.text, byte)
    }
}

/// A query or an expression as it stands in the script, without blanks and comments at its ends. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sql {
    /// The SQL, byte for byte.
    pub text: String,
    /// Where its first character stands.
    pub at: Place,
}

impl Sql {
    /// The place in the script of a byte of the SQL; of its end where the byte is behind it.
    pub fn place(&self, byte: usize) -> Place {
        place_within(self.at, &self.text, byte)
    }

    /// Whether it asks for a past state: `AS OF REVISION 17`, `AS OF SNAPSHOT "Budget"`.
    pub fn looks_back(&self) -> bool {
        ["REVISION", "SNAPSHOT"].into_iter().any(|past| self.has_words(&["AS", "OF", past]))
    }

    /// Whether an expression has a query in it.
    pub fn has_query(&self) -> bool {
        self.has_words(&["SELECT"])
    }

    /// Whether these words stand in it one after the other, outside of quotes and comments.
    fn has_words(&self, words: &[&str]) -> bool {
        let mut lexer = Lexer::new(Cursor::new(&self.text, self.at));
        let mut found = 0;
        loop {
            let kind = lexer.next().kind;
            let is = |text: Option<&&str>| matches!((&kind, text), (Kind::Word(word), Some(text)) if word.eq_ignore_ascii_case(text));
            found = if is(words.get(found)) { found + 1 } else { usize::from(is(words.first())) };
            if found == words.len() || kind == Kind::End {
                return found == words.len();
            }
        }
    }
}

fn place_within(at: Place, text: &str, byte: usize) -> Place {
    text.char_indices().take_while(|(index, _)| *index < byte).fold(at, |place, (_, c)| place.step(c))
}

/// A constant of `INSERT … VALUES`, of a coordinate or of a user's properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The constant.
    pub literal: Literal,
    /// Where it stands.
    pub at: Place,
}

/// A constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `NULL`
    Null,
    /// `TRUE`, `FALSE`
    Boolean(bool),
    /// A number as it was written, with a `-` before it where it is negative. Where an item is wanted, this is the item's name.
    Number(String),
    /// `'text'`
    Text(String),
    /// `DATE '2024-01-31'`, in days since 1970-01-01
    Date(i32),
}

/// One dimension of a coordinate: `Product = 'P1'`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coordinate {
    /// The dimension.
    pub dimension: Name,
    /// The item.
    pub item: Value,
}

/// What a name names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObjectKind {
    /// `METRIC`
    Metric,
    /// `DIMENSION`
    Dimension,
    /// `SUBSET`
    Subset,
    /// `LIST`
    List,
    /// `TABLE`
    Table,
    /// `VIEW`
    View,
    /// `RULE`
    Rule,
    /// `USER`
    User,
    /// `ROLE`
    Role,
    /// `GROUP`
    Group,
    /// `SCENARIO`
    Scenario,
    /// `SNAPSHOT`
    Snapshot,
}

impl ObjectKind {
    /// Every kind.
    pub const ALL: [ObjectKind; 12] = [
        ObjectKind::Metric,
        ObjectKind::Dimension,
        ObjectKind::Subset,
        ObjectKind::List,
        ObjectKind::Table,
        ObjectKind::View,
        ObjectKind::Rule,
        ObjectKind::User,
        ObjectKind::Role,
        ObjectKind::Group,
        ObjectKind::Scenario,
        ObjectKind::Snapshot,
    ];

    /// `DROP METRIC` and the like.
    pub fn drop_title(self) -> &'static str {
        match self {
            ObjectKind::Metric => "DROP METRIC",
            ObjectKind::Dimension => "DROP DIMENSION",
            ObjectKind::Subset => "DROP SUBSET",
            ObjectKind::List => "DROP LIST",
            ObjectKind::Table => "DROP TABLE",
            ObjectKind::View => "DROP VIEW",
            ObjectKind::Rule => "DROP RULE",
            ObjectKind::User => "DROP USER",
            ObjectKind::Role => "DROP ROLE",
            ObjectKind::Group => "DROP GROUP",
            ObjectKind::Scenario => "DROP SCENARIO",
            ObjectKind::Snapshot => "DROP SNAPSHOT",
        }
    }

    /// The word of the language: `METRIC`.
    pub fn word(self) -> &'static str {
        self.drop_title().trim_start_matches("DROP ")
    }
}

/// The kind as one says it in a sentence: `metric`.
impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.word().to_ascii_lowercase())
    }
}
