//! Where something stands in a script.

/// A place in a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Bytes before it, from the start of the script.
    pub offset: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its column, from 1, in characters.
    pub column: usize,
}

impl Place {
    /// The first character of a script.
    pub const START: Place = Place { offset: 0, line: 1, column: 1 };

    /// The place behind `c`, which stands here.
    pub fn step(self, c: char) -> Place {
        let offset = self.offset + c.len_utf8();
        match c {
            '\n' => Place { offset, line: self.line + 1, column: 1 },
            // A byte order mark is no character to its reader.
            '\u{feff}' if self.offset == 0 => Place { offset, ..self },
            _ => Place { offset, line: self.line, column: self.column + 1 },
        }
    }

    /// The place behind `text`, which stands here.
    pub fn after(self, text: &str) -> Place {
        text.chars().fold(self, Place::step)
    }
}
