//! What ends a query early: its deadline, and that nobody waits for its answer any more.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::{QueryError, QueryOptions};

/// Planning may take this long at most: few queries are planned at a time, so that the others wait for it.
const PLANNING: Duration = Duration::from_secs(60);
/// Texts that all calls of a query make of one batch of rows, in bytes, one column beside the other.
const TEXT_BYTES: u64 = 1 << 30;
/// The most of that for one column.
const MOST_TEXT: u64 = 64 << 20;
/// Texts that are computed while a query is planned, of constants, all together.
const CONSTANT_BYTES: u64 = 16 << 20;

/// A flag by which a host gives a query up, also one that has not begun.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Gives up whatever heeds this flag.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was given up.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What ends a query early, and how its scans work.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    deadline: Option<Instant>,
    stop: Stop,
    /// Nobody waits for the answer.
    dropped: AtomicBool,
    /// When planning has to be over, in milliseconds after `start`; 0: it is.
    planning: AtomicU64,
    start: Option<Instant>,
    /// The parts that the query has, at least 1.
    parts: AtomicUsize,
    /// Bytes of the texts that were computed of constants.
    constants: AtomicU64,
    /// Whether scans may run ahead of their readers on a thread of their own.
    pub(crate) ahead: bool,
}

impl Limits {
    pub(crate) fn new(options: &QueryOptions) -> Limits {
        let now = Instant::now();
        let deadline = options.deadline.and_then(|d| now.checked_add(d));
        Limits { deadline, stop: options.stop.clone(), ahead: options.threads > 1, start: Some(now), ..Limits::default() }
    }

    /// Nobody waits for the answer any more.
    pub(crate) fn drop_answer(&self) {
        self.dropped.store(true, Ordering::Relaxed);
    }

    /// `Err` once the deadline has passed or nobody waits for the answer.
    pub(crate) fn look(&self) -> Result<(), QueryError> {
        if self.dropped.load(Ordering::Relaxed) || self.stop.is_stopped() {
            return Err(QueryError::new("the query was cancelled"));
        }
        let now = Instant::now();
        if self.deadline.is_some_and(|deadline| now > deadline) {
            return Err(QueryError::new("this query took longer than it may").help("narrow it with WHERE, or group by fewer columns"));
        }
        let planning = self.planning.load(Ordering::Relaxed);
        let past = |start: Instant| now.saturating_duration_since(start) > Duration::from_millis(planning);
        if planning > 0 && self.start.is_some_and(past) {
            return Err(QueryError::new("planning this query took longer than it may").help("ask for less at once"));
        }
        Ok(())
    }

    /// Planning begins: it has a deadline of its own.
    pub(crate) fn begin_planning(&self) {
        let passed = self.start.map_or(Duration::ZERO, |start| start.elapsed());
        let until = passed.saturating_add(PLANNING).as_millis();
        self.planning.store(u64::try_from(until).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Planning is over. `parts`: how many columns and expressions there are to be computed.
    pub(crate) fn end_planning(&self, parts: usize) {
        self.planning.store(0, Ordering::Relaxed);
        self.parts.store(parts.max(1), Ordering::Relaxed);
    }

    /// The most bytes that the texts of one column may have in one batch of rows: the fewer, the more columns and expressions there are,
    /// so that a batch has an end whatever the query makes of it.
    pub(crate) fn text_bytes(&self) -> u64 {
        (TEXT_BYTES / self.parts.load(Ordering::Relaxed).max(1) as u64).min(MOST_TEXT)
    }

    /// Counts the bytes of a text that is computed once, of constants. `false` when there are too many.
    pub(crate) fn takes_constant(&self, bytes: u64) -> bool {
        self.constants.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) <= CONSTANT_BYTES
    }

    /// Runs `work` on this thread under these limits, which the functions of the query find by [`Limits::here`].
    pub(crate) fn govern<T>(self: &Arc<Limits>, work: impl FnOnce() -> T) -> T {
        let before = HERE.replace(Some(Arc::clone(self)));
        let done = work();
        HERE.set(before);
        done
    }

    /// The limits of the query that this thread works for. Functions are shared by all queries, so they cannot hold them.
    pub(crate) fn here() -> Arc<Limits> {
        HERE.with_borrow(|here| here.as_ref().map(Arc::clone)).unwrap_or_default()
    }
}

thread_local! {
    static HERE: RefCell<Option<Arc<Limits>>> = const { RefCell::new(None) };
}
