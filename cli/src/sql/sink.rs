//! Receives what statements give: results go to standard output, everything else to standard error.

use std::io::Write;
use std::time::{Duration, Instant};

use smalt::{Progress, ResultSink, Session, Stop, Table};

use crate::console::Console;
use crate::output::{Format, OutputError, Results, across, has_column};
use crate::progress::ProgressLine;

/// A column whose items stand side by side, in the order in which the person of the session sees them.
#[derive(Debug)]
pub(crate) struct Across<'a> {
    pub(crate) column: &'a str,
    pub(crate) session: &'a Session,
}

impl Across<'_> {
    fn apply(&self, table: &Table, format: Format) -> Result<Table, OutputError> {
        let mut table = table.clone();
        if format != Format::Table {
            // Programs find columns by the names of the items.
            table.columns.iter_mut().for_each(|column| column.labels = None);
        }
        // Where the column holds no items, they stand in the order of the rows.
        let dimension = self.column.trim_matches('"');
        let dimension = dimension.rsplit('.').next().unwrap_or(dimension);
        let items = self.session.snapshot().and_then(|snapshot| snapshot.items(dimension, "", usize::MAX));
        let order: Vec<String> = items.map(|items| items.iter().map(ToString::to_string).collect()).unwrap_or_default();
        across(&table, self.column, &order)
    }
}

/// How the writing of results ended.
#[derive(Debug)]
pub(crate) enum Written {
    /// All that there were.
    Done,
    /// The stream did not take one.
    Lost(std::io::Error),
    /// The result of a statement has no form in which it could be written; none after it was computed.
    Refused { statement: usize, message: String },
}

/// A sink for one script.
#[derive(Debug)]
pub(crate) struct StatementSink<'a, W> {
    output: &'a mut Results<W>,
    across: Option<Across<'a>>,
    console: &'a Console,
    /// Set where the script is to end.
    stop: &'a Stop,
    progress: ProgressLine<'a>,
    /// When the statement that runs now began, as far as can be told: when the one before it ended.
    began: Instant,
    written: Written,
    /// How many results there were, and how many of them had the column that goes across.
    tables: usize,
    wide: usize,
}

impl<'a, W: Write + Send> StatementSink<'a, W> {
    pub(crate) fn new(output: &'a mut Results<W>, across: Option<Across<'a>>, console: &'a Console, stop: &'a Stop) -> Self {
        let (progress, began, written) = (ProgressLine::new(console), Instant::now(), Written::Done);
        Self { output, across, console, stop, progress, began, written, tables: 0, wide: 0 }
    }

    /// The outcome of writing, after the script.
    pub(crate) fn finish(mut self) -> Written {
        self.progress.clear();
        if let Some(across) = &self.across
            && self.tables > 0
            && self.wide == 0
        {
            self.console.note(&format!("smalt: no result has a column `{}` that could stand across", across.column));
        }
        self.written
    }

    fn write(&mut self, table: &Table) -> Result<(), OutputError> {
        self.tables += 1;
        match &self.across {
            Some(across) if has_column(table, across.column) => {
                self.wide += 1;
                let format = self.output.format();
                self.output.write(&across.apply(table, format)?)
            }
            _ => self.output.write(table),
        }
    }

    /// How long the statement took; the next one begins now.
    fn lap(&mut self) -> Duration {
        self.progress.clear();
        let now = Instant::now();
        let taken = now - self.began;
        self.began = now;
        taken
    }
}

impl<W: Write + Send> ResultSink for StatementSink<'_, W> {
    fn table(&mut self, statement: usize, table: &Table) {
        let taken = self.lap();
        let rows = table.row_count();
        if matches!(self.written, Written::Done) {
            match self.write(table) {
                Ok(()) => {}
                // Once the reader is gone, the script still runs to its end: it may change the application.
                Err(OutputError::Stream(error)) => self.written = Written::Lost(error),
                Err(OutputError::Format(message)) => {
                    self.written = Written::Refused { statement, message };
                    self.stop.stop();
                    return;
                }
            }
        }
        let noun = if rows == 1 { "row" } else { "rows" };
        self.console.note(&format!("-- statement {statement}: {rows} {noun} ({})", seconds(taken)));
        self.progress.restart();
        self.began = Instant::now();
    }

    fn message(&mut self, statement: usize, text: &str) {
        let taken = self.lap();
        self.console.note(&format!("-- statement {statement}: {text} ({})", seconds(taken)));
        self.progress.restart();
    }

    fn progress(&mut self, progress: &Progress) {
        self.progress.draw(progress);
    }
}

/// A duration as people read it.
pub(crate) fn seconds(taken: Duration) -> String {
    let milliseconds = taken.as_secs_f64() * 1e3;
    if milliseconds < 10.0 {
        format!("{milliseconds:.1} ms")
    } else if milliseconds < 1e3 {
        format!("{milliseconds:.0} ms")
    } else {
        format!("{:.2} s", taken.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        assert_eq!(seconds(Duration::from_micros(1_234)), "1.2 ms");
        assert_eq!(seconds(Duration::from_millis(412)), "412 ms");
        assert_eq!(seconds(Duration::from_millis(61_230)), "61.23 s");
    }
}
