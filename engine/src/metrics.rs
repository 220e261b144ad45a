//! What a host is told of the work of its sessions.

use std::fmt;
use std::time::Duration;

/// How a statement ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// It was carried out.
    Done,
    /// For want of a permission or a right.
    Refused,
    /// For another reason.
    Failed,
}

/// A statement that has ended: neither its text, nor a name, nor a value, nor whose it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatementDone {
    /// The words that it begins with, such as `SELECT` or `EXPLAIN VALUE`; `?` for what is no statement.
    pub kind: &'static str,
    /// From its text to its answer, a wait for another session's change included.
    pub took: Duration,
    /// The rows that it answered with, or the cells, items or rows that it wrote; `None` where it does neither, or came to no end. For the host:
    /// it may count what the person does not see.
    pub rows: Option<u64>,
    /// How it ended.
    pub ending: Ending,
}

/// Takes what a host measures. Called on the thread of the statement, so it should be quick; it must not use the session.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// use smalt::{Application, Metrics, Options, Outcome, StatementDone};
///
/// #[derive(Debug, Default)]
/// struct Counter(AtomicU64);
///
/// impl Metrics for Counter {
///     fn statement(&self, _: &StatementDone) {
///         self.0.fetch_add(1, Ordering::Relaxed);
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let counter = Arc::new(Counter::default());
/// let app = Application::in_memory_with(Options { metrics: Some(counter.clone()), ..Options::default() })?;
/// app.owner_session()?.run("SHOW METRICS; SELECT 1 + 1;", &mut Outcome::default())?;
/// assert_eq!(counter.0.load(Ordering::Relaxed), 2);
/// # Ok(())
/// # }
/// ```
pub trait Metrics: fmt::Debug + Send + Sync {
    /// A statement has ended.
    fn statement(&self, done: &StatementDone);
}
