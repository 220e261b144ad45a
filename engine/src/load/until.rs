//! A source whose rows are given up with the statement that wants them.

use smalt_query::Stop;

use super::source::{Chunk, Source};
use crate::fault::{Done, Fault};

/// A source that ends when `stop` is set.
pub(crate) struct Until<'a> {
    pub(crate) source: Box<dyn Source>,
    pub(crate) stop: &'a Stop,
}

impl Source for Until<'_> {
    fn columns(&self) -> &[String] {
        self.source.columns()
    }

    fn select(&mut self, columns: &[usize]) -> Done {
        self.source.select(columns)
    }

    fn next(&mut self) -> Option<Done<Chunk>> {
        if self.stop.is_stopped() { Some(Err(Fault::new("the load was cancelled"))) } else { self.source.next() }
    }

    fn rows(&self) -> Option<u64> {
        self.source.rows()
    }

    fn bytes(&self) -> Option<(u64, u64)> {
        self.source.bytes()
    }

    fn of(&self) -> Option<&dyn Source> {
        Some(self.source.as_ref())
    }
}
