//! What of the lines that were typed is whole statements.

use smalt::statement::{Splitter, StatementError};

/// A text, cut behind its last statement that is whole.
#[derive(Debug, PartialEq)]
pub(super) struct Cut {
    /// Its bytes that may run.
    pub(super) whole: usize,
    /// What keeps the rest from being a statement, where that can be said.
    pub(super) open: Option<StatementError>,
}

/// Cuts a text. Comments behind the last statement go with it.
pub(super) fn cut(text: &str) -> Cut {
    let mut whole = 0;
    for piece in Splitter::new(text) {
        match piece {
            Ok(piece) if piece.terminated => whole = piece.at.offset + piece.text.len() + 1,
            Ok(_) => return Cut { whole, open: None },
            Err(error) => return Cut { whole, open: Some(error) },
        }
    }
    Cut { whole: text.len(), open: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_cut_by_their_grammar() {
        for (text, whole) in [
            ("", ""),
            ("\n", "\n"),
            ("SELECT 1;\n", "SELECT 1;\n"),
            ("SELECT 1; -- hi\n", "SELECT 1; -- hi\n"),
            ("SELECT 1; /* hi; */\n", "SELECT 1; /* hi; */\n"),
            ("-- hi;\n", "-- hi;\n"),
            ("SELECT 1\n", ""),
            ("SELECT 1; SELECT 2\n", "SELECT 1;"),
            ("SELECT 1; SELECT 2;\nSELECT", "SELECT 1; SELECT 2;"),
            ("SELECT 'é;", ""),
            ("SELECT 'é;\nb' AS x;\n", "SELECT 'é;\nb' AS x;\n"),
            ("SELECT (1;\n", ""),
            ("CREATE METRIC A NUMBER AS $$ 1;\n", ""),
            ("SELECT 1 -- hi;\n", ""),
            ("SELECT 1; /* hi\n", "SELECT 1;"),
        ] {
            assert_eq!(&text[..cut(text).whole], whole, "{text}");
        }
        let open = |text: &str| cut(text).open.map(|open| open.message).unwrap_or_default();
        assert_eq!(open("SELECT (1;\n"), "this `(` is never closed");
        assert_eq!(open("SELECT 'a;\n"), "this `'` is never closed");
        assert_eq!(open("SELECT 1\n"), "");
    }
}
