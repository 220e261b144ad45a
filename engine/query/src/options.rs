//! What a query may use.

use std::sync::Arc;
use std::time::Duration;

use crate::{Asker, Stop};

/// Bounds on one query.
#[derive(Clone, Debug)]
pub struct QueryOptions {
    /// Threads that an aggregation over a metric may use; at least 1. The answer does not depend on it.
    pub threads: usize,
    /// So many rows are given; where there are more, [`Answer::cut`](crate::Answer::cut) tells. `None`: any number.
    pub row_limit: Option<u64>,
    /// Bytes that joins, sorts, groups, windows and the answer itself may hold at once.
    pub memory_limit: usize,
    /// Time from the call to the last row. `None`: any time.
    pub deadline: Option<Duration>,
    /// Who asks; the memory of all queries of one person, and of all persons, has limits of its own.
    pub asker: Arc<Asker>,
    /// Ends the query when it is set.
    pub stop: Stop,
    /// Whether EXPLAIN ANALYZE tells how long the query took: time is the one thing in which what is hidden may show.
    pub tells_time: bool,
}

impl Default for QueryOptions {
    fn default() -> Self {
        let (asker, stop) = (Asker::alone(), Stop::default());
        QueryOptions {
            threads: 2,
            row_limit: None,
            memory_limit: 2 << 30,
            deadline: Some(Duration::from_secs(300)),
            asker,
            stop,
            tells_time: false,
        }
    }
}
