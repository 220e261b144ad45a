//! What the host is told of a statement: a span while it runs, and one call when it has ended.

use std::time::Instant;

use smalt_query::Stop;
use tracing::{debug, debug_span};

use super::Inner;
use crate::fault::Done;
use crate::metrics::{Ending, StatementDone};
use crate::outcome::ResultSink;
use crate::statement::Statement;

impl Inner {
    /// Carries out a statement, unless it is none.
    pub(super) fn measured(&self, statement: Done<Statement>, number: usize, sink: &mut dyn ResultSink, stop: &Stop) -> Done {
        let begun = Instant::now();
        let kind = statement.as_ref().map_or("?", Statement::title);
        // No text, no name, no value: what traces are kept in is not under the rights of the application.
        let span = debug_span!("statement", kind);
        let _inside = span.enter();
        let done = statement.and_then(|statement| self.statement(&statement, number, sink, stop));
        let (rows, ending) = match &done {
            Ok(rows) => (*rows, Ending::Done),
            Err(fault) if fault.denied => (None, Ending::Refused),
            Err(_) => (None, Ending::Failed),
        };
        let took = begun.elapsed();
        debug!(?ending, rows, took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX), "statement ended");
        if let Some(metrics) = self.app.metrics() {
            metrics.statement(&StatementDone { kind, took, rows, ending });
        }
        done.map(drop)
    }
}
