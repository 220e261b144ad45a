//! What a statement gave, kept to be shown and checked.

use smalt::{Outcome, ScriptError, Session};

use crate::output::{Cell, Column, OutputError, format};

/// Runs a script and keeps what it gives.
pub(crate) fn ask(session: &Session, script: &str) -> Result<Answer, ScriptError> {
    let mut outcome = Outcome::default();
    session.run(script, &mut outcome)?;
    Ok(Answer(outcome))
}

/// All that a script gave.
#[derive(Debug, Default)]
pub(crate) struct Answer(Outcome);

impl Answer {
    /// The results as aligned text.
    pub(crate) fn shown(&self) -> Result<String, OutputError> {
        self.0.tables.iter().map(|(_, table)| format(table)).collect()
    }

    /// What the statements said.
    pub(crate) fn messages(&self) -> impl Iterator<Item = &str> {
        self.0.messages.iter().map(|(_, message)| message.as_str())
    }

    /// The rows of the first result: a text for the first column, and the number of the last, if it is one.
    pub(crate) fn pairs(&self) -> Vec<(String, Option<f64>)> {
        let Some((_, table)) = self.0.tables.first() else {
            return Vec::new();
        };
        let mut pairs = Vec::new();
        for batch in &table.batches {
            let Ok(columns) = Column::all_of(batch) else { continue };
            let (Some(first), Some(last)) = (columns.first(), columns.last()) else { continue };
            pairs.extend((0..batch.num_rows()).map(|row| (text(first.cell(row)), number(last.cell(row)))));
        }
        pairs
    }

    /// The number of a row, found by its first column.
    pub(crate) fn value(&self, key: &str) -> Option<f64> {
        self.pairs().into_iter().find(|(found, _)| found == key).and_then(|(_, value)| value)
    }

    /// The sum of the last column.
    pub(crate) fn total(&self) -> f64 {
        self.pairs().into_iter().filter_map(|(_, value)| value).sum()
    }
}

fn text(cell: Cell<'_>) -> String {
    match cell {
        Cell::Blank => String::new(),
        Cell::Number(digits) => digits,
        Cell::Boolean(value) => value.to_string(),
        Cell::Text(text) => text.into_owned(),
    }
}

/// Digits read back to the number that they came from.
fn number(cell: Cell<'_>) -> Option<f64> {
    match cell {
        Cell::Number(digits) => digits.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::samples::{numbers, table, texts};

    #[test]
    fn rows_are_found_by_their_first_column() {
        let result = table(vec![("k", texts(&[Some("a"), Some("b"), None])), ("v", numbers(&[Some(0.1), None, Some(2.0)]))]);
        let answer = Answer(Outcome { tables: vec![(1, result)], messages: vec![] });
        assert_eq!(answer.value("a"), Some(0.1));
        assert_eq!(answer.value("b"), None);
        assert_eq!(answer.value(""), Some(2.0));
        assert_eq!(answer.total(), 2.1);
        assert_eq!(Answer::default().pairs(), []);
    }
}
