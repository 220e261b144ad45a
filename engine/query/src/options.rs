//! What a query may use.

use std::time::Duration;

/// Bounds on one query.
#[derive(Clone, Debug)]
pub struct QueryOptions {
    /// Threads that an aggregation over a metric may use; at least 1. The answer does not depend on it.
    pub threads: usize,
    /// So many rows are given; where there are more, [`Answer::cut`](crate::Answer::cut) tells. `None`: any number.
    pub row_limit: Option<u64>,
    /// Bytes that joins, sorts and groups may hold at once.
    pub memory_limit: usize,
    /// Time from the call to the last row. `None`: any time.
    pub deadline: Option<Duration>,
}

impl Default for QueryOptions {
    fn default() -> Self {
        QueryOptions { threads: 2, row_limit: None, memory_limit: 4 << 30, deadline: Some(Duration::from_secs(300)) }
    }
}
