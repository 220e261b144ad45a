//! Shares: what one person's queries may take of an application's memory and of its planners.
//!
//! Whether a query is *refused* for want of memory depends on what it and the other queries of the same person hold, which follows the rows
//! that this person may read. Where the application's memory is in use by others, a query waits, as it waits for a processor: it is not told.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use datafusion::common::Result;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation};

use crate::limits::Limits;
use crate::{QueryError, QueryOptions};

/// Queries of one person that run at the same time; more of them wait.
const RUNNING: usize = 8;
/// Queries that are planned at the same time, each by another person.
const PLANNERS: usize = 2;
/// So much each query has without waiting for anybody, in bytes: a cheap question is answered whatever the others hold.
const SMALL: usize = 16 << 20;
/// How long a thread waits before it looks at its limits again.
const GLANCE: Duration = Duration::from_millis(20);

/// A count that threads wait for.
#[derive(Debug, Default)]
struct Gauge {
    count: Mutex<usize>,
    less: Condvar,
}

impl Gauge {
    fn lock(&self) -> MutexGuard<'_, usize> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds `more` as soon as the count stays within `limit`; waits until then.
    fn add(&self, more: usize, limit: usize, limits: &Limits) -> Result<(), QueryError> {
        let mut count = self.lock();
        while count.saturating_add(more) > limit {
            limits.look()?;
            count = self.less.wait_timeout(count, GLANCE).unwrap_or_else(PoisonError::into_inner).0;
        }
        *count += more;
        Ok(())
    }

    /// Adds `more` if the count stays within `limit`.
    fn try_add(&self, more: usize, limit: usize) -> bool {
        let mut count = self.lock();
        let fits = count.saturating_add(more) <= limit;
        if fits {
            *count += more;
        }
        fits
    }

    fn force(&self, more: usize) {
        let mut count = self.lock();
        *count = count.saturating_add(more);
    }

    fn take(&self, less: usize) {
        let mut count = self.lock();
        *count = count.saturating_sub(less);
        drop(count);
        self.less.notify_all();
    }
}

/// The planners of the process: planning needs a large stack.
static PLANNING: Gauge = Gauge { count: Mutex::new(0), less: Condvar::new() };

/// The memory of all queries of an application.
#[derive(Debug)]
pub struct Memory {
    /// Bytes.
    limit: usize,
    used: Gauge,
}

impl Memory {
    /// So many bytes for all queries together.
    pub fn new(limit: usize) -> Arc<Memory> {
        Arc::new(Memory { limit, used: Gauge::default() })
    }
}

/// One person who asks: all queries of theirs share it.
pub struct Asker {
    memory: Arc<Memory>,
    /// Bytes that this person's queries may hold together.
    limit: usize,
    used: Gauge,
    running: Gauge,
    planning: Gauge,
    errands: Gauge,
}

impl Asker {
    /// A person whose queries may hold `limit` bytes together of an application's memory.
    pub fn new(memory: &Arc<Memory>, limit: usize) -> Arc<Asker> {
        let none = Gauge::default;
        Arc::new(Asker { memory: Arc::clone(memory), limit, used: none(), running: none(), planning: none(), errands: none() })
    }

    /// A person with nobody else beside.
    pub(crate) fn alone() -> Arc<Asker> {
        Asker::new(&Memory::new(usize::MAX), usize::MAX)
    }

    /// How many queries of this person run, or wait for their turn at planning.
    pub fn running(&self) -> usize {
        *self.running.lock()
    }

    /// A place among the queries that run; waits for one.
    pub(crate) fn enter(self: &Arc<Asker>, limits: &Limits) -> Result<Turn, QueryError> {
        self.running.add(1, RUNNING, limits)?;
        Ok(Turn { asker: Arc::clone(self), at: Place::Running })
    }

    /// A turn at planning; waits for one. Nobody has two at a time, so that one person cannot keep all others from theirs.
    pub(crate) fn plan(self: &Arc<Asker>, limits: &Limits) -> Result<Turn, QueryError> {
        self.planning.add(1, 1, limits)?;
        if let Err(error) = PLANNING.add(1, PLANNERS, limits) {
            self.planning.take(1);
            return Err(error);
        }
        Ok(Turn { asker: Arc::clone(self), at: Place::Planning })
    }
}

// No amounts: they are nobody else's business.
impl fmt::Debug for Asker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asker").finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Running,
    Errand,
    Planning,
}

/// A turn at something; given back when dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    asker: Arc<Asker>,
    at: Place,
}

impl Drop for Turn {
    fn drop(&mut self) {
        match self.at {
            Place::Running => self.asker.running.take(1),
            Place::Errand => self.asker.errands.take(1),
            Place::Planning => {
                PLANNING.take(1);
                self.asker.planning.take(1);
            }
        }
    }
}

/// What one query holds, of its own limit, of its person's and of the application's.
pub(crate) struct Share {
    asker: Arc<Asker>,
    limits: Arc<Limits>,
    /// Bytes that the query may hold.
    limit: usize,
    used: Mutex<usize>,
}

impl Share {
    pub(crate) fn new(asker: &Arc<Asker>, limits: &Arc<Limits>, limit: usize) -> Share {
        Share { asker: Arc::clone(asker), limits: Arc::clone(limits), limit, used: Mutex::new(0) }
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Work of a person that is no query, under the same bounds: a place among what runs for that person, memory and a deadline.
pub struct Errand {
    limits: Arc<Limits>,
    held: MemoryReservation,
    _place: Turn,
    _alone: Turn,
}

impl Errand {
    /// Begins; waits for a place. Of errands a person has one at a time.
    ///
    /// # Errors
    /// The deadline passes, or nobody wants it any more, before there is one.
    pub fn begin(options: &QueryOptions) -> Result<Errand, QueryError> {
        let limits = Arc::new(Limits::new(options));
        options.asker.errands.add(1, 1, &limits)?;
        let alone = Turn { asker: Arc::clone(&options.asker), at: Place::Errand };
        let place = options.asker.enter(&limits)?;
        let share: Arc<dyn MemoryPool> = Arc::new(Share::new(&options.asker, &limits, options.memory_limit));
        Ok(Errand { limits, held: MemoryConsumer::new("errand").register(&share), _place: place, _alone: alone })
    }

    /// Takes memory until the errand is done.
    ///
    /// # Errors
    /// There is not so much left for this person.
    pub fn take(&self, bytes: usize) -> Result<(), QueryError> {
        self.held.try_grow(bytes).map_err(|e| QueryError::from_datafusion(&e))
    }

    /// `Err` once the deadline has passed or nobody wants it any more.
    ///
    /// # Errors
    /// As said.
    pub fn look(&self) -> Result<(), QueryError> {
        self.limits.look()
    }
}

// No amounts.
impl fmt::Debug for Errand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Errand").finish_non_exhaustive()
    }
}

/// What of so many bytes counts against the application's memory.
fn large(bytes: usize) -> usize {
    bytes.saturating_sub(SMALL)
}

impl MemoryPool for Share {
    fn name(&self) -> &str {
        "share"
    }

    fn grow(&self, _: &MemoryReservation, more: usize) {
        let mut used = self.lock();
        let after = used.saturating_add(more);
        self.asker.used.force(more);
        self.asker.memory.used.force(large(after) - large(*used));
        *used = after;
    }

    fn shrink(&self, _: &MemoryReservation, less: usize) {
        let mut used = self.lock();
        let after = used.saturating_sub(less);
        self.asker.memory.used.take(large(*used) - large(after));
        self.asker.used.take(*used - after);
        *used = after;
    }

    // The lock of the query is held while it waits: its other operators wait with it, and all run on one thread anyway.
    fn try_grow(&self, _: &MemoryReservation, more: usize) -> Result<()> {
        let mut used = self.lock();
        let after = used.saturating_add(more);
        if after > self.limit {
            return Err(QueryError::too_much_memory(self.limit).into());
        }
        if !self.asker.used.try_add(more, self.asker.limit) {
            return Err(QueryError::too_much_together(self.asker.limit).into());
        }
        let counts = large(after) - large(*used);
        if counts > 0
            && let Err(error) = self.asker.memory.used.add(counts, self.asker.memory.limit, &self.limits)
        {
            self.asker.used.take(more);
            return Err(error.into());
        }
        *used = after;
        Ok(())
    }

    fn reserved(&self) -> usize {
        *self.lock()
    }

    fn memory_limit(&self) -> MemoryLimit {
        MemoryLimit::Finite(self.limit)
    }
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Share").field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("share")
    }
}
