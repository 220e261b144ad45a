//! A cell of a rights metric: two halves, each TRUE, FALSE or unset.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A read half and a write half. Both unset is BLANK, so such a value is never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rights {
    /// May it be read?
    pub read: Option<bool>,
    /// May it be written?
    pub write: Option<bool>,
}

impl Rights {
    /// A right, or `None` (BLANK) where both halves are unset.
    pub fn new(read: Option<bool>, write: Option<bool>) -> Option<Rights> {
        (read.is_some() || write.is_some()).then_some(Rights { read, write })
    }

    /// The two letters of files and SQL: `rw`, `r-`, `r.`; `..` is BLANK (`Some(None)`). `None` when the text is no right.
    pub fn parse(text: &str) -> Option<Option<Rights>> {
        let half = |c: char, letter: char| match c {
            c if c == letter => Some(Some(true)),
            '-' => Some(Some(false)),
            '.' => Some(None),
            _ => None,
        };
        let mut letters = text.chars();
        match (letters.next(), letters.next(), letters.next()) {
            (Some(r), Some(w), None) => Some(Rights::new(half(r, 'r')?, half(w, 'w')?)),
            _ => None,
        }
    }

    /// One byte: 0 is BLANK, else 3 * read + write with unset 0, FALSE 1, TRUE 2.
    pub fn code(self) -> u8 {
        let half = |h: Option<bool>| match h {
            None => 0,
            Some(false) => 1,
            Some(true) => 2,
        };
        3 * half(self.read) + half(self.write)
    }

    /// The inverse of [`Rights::code`].
    pub fn from_code(code: u8) -> Option<Rights> {
        let half = |h: u8| match h {
            1 => Some(false),
            2 => Some(true),
            _ => None,
        };
        Rights::new(half(code / 3), half(code % 3))
    }
}

impl fmt::Display for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = |h: Option<bool>, letter: &'static str| match h {
            None => ".",
            Some(false) => "-",
            Some(true) => letter,
        };
        write!(f, "{}{}", half(self.read, "r"), half(self.write, "w"))
    }
}
