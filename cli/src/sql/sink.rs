//! Receives what statements give: results go to standard output, everything else to standard error.

use std::io::Write;
use std::time::{Duration, Instant};

use smalt::{Progress, ResultSink, Session, Table};

use crate::console::{Console, Status};
use crate::output::{OutputError, Results, across};
use crate::progress::ProgressLine;

/// A column whose items stand side by side, in the order in which the person of the session sees them.
#[derive(Debug)]
pub(crate) struct Across<'a> {
    pub(crate) column: &'a str,
    pub(crate) session: &'a Session,
}

impl Across<'_> {
    fn apply(&self, table: &Table) -> Result<Table, OutputError> {
        // Where the column holds no items, they stand in the order of the rows.
        let dimension = self.column.trim_matches('"');
        let dimension = dimension.rsplit('.').next().unwrap_or(dimension);
        let items = self.session.snapshot().and_then(|snapshot| snapshot.items(dimension, "", usize::MAX));
        let order: Vec<String> = items.map(|items| items.iter().map(ToString::to_string).collect()).unwrap_or_default();
        across(table, self.column, &order)
    }
}

/// A sink for one script.
#[derive(Debug)]
pub(crate) struct StatementSink<'a, W> {
    output: &'a mut Results<W>,
    across: Option<Across<'a>>,
    console: &'a Console,
    progress: ProgressLine<'a>,
    /// When the statement that runs now began, as far as can be told: when the one before it ended.
    began: Instant,
    failure: Option<OutputError>,
}

impl<'a, W: Write + Send> StatementSink<'a, W> {
    pub(crate) fn new(output: &'a mut Results<W>, across: Option<Across<'a>>, console: &'a Console) -> Self {
        Self { output, across, console, progress: ProgressLine::new(console), began: Instant::now(), failure: None }
    }

    /// The outcome of writing, after the script.
    pub(crate) fn finish(mut self) -> Status {
        self.progress.clear();
        match self.failure {
            None => Status::Done,
            Some(OutputError::Stream(error)) => self.console.outcome(Err(error)),
            Some(OutputError::Format(message)) => {
                self.console.note(&format!("smalt: {message}"));
                Status::Refused
            }
        }
    }

    fn write(&mut self, table: &Table) -> Result<(), OutputError> {
        match &self.across {
            Some(across) => self.output.write(&across.apply(table)?),
            None => self.output.write(table),
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
        // Once the reader is gone, the script still runs to its end: it may change the application.
        if self.failure.is_none()
            && let Err(error) = self.write(table)
        {
            self.failure = Some(error);
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
