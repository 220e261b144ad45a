//! The current revision, its one writer and its readers.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Condvar, Mutex, RwLock};
use smalt_security::Access;

use crate::revision::Revision;
use crate::view::{MaskedView, Workshop};

/// Holds the current revision. Readers take it and never wait; one writer at a time makes the next one.
pub struct Vault {
    current: RwLock<Arc<Revision>>,
    /// Whether a writer has the ticket.
    writing: Mutex<bool>,
    free: Condvar,
    workshop: Arc<Workshop>,
}

/// Another writer did not finish in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy {
    /// How long was waited.
    pub waited: Duration,
}

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "another session has been changing the data for {} seconds; try again when it has committed", self.waited.as_secs())
    }
}

impl std::error::Error for Busy {}

impl Vault {
    /// A vault whose current revision is this one. What runs on several threads for a view runs in the caller's rayon pool.
    pub fn new(revision: Revision) -> Vault {
        Vault::with(revision, Workshop::new(None))
    }

    /// A vault whose views do their work in this pool.
    pub fn with_pool(revision: Revision, pool: Arc<rayon::ThreadPool>) -> Vault {
        Vault::with(revision, Workshop::new(Some(pool)))
    }

    fn with(revision: Revision, workshop: Workshop) -> Vault {
        let current = RwLock::new(Arc::new(revision));
        Vault { current, writing: Mutex::new(false), free: Condvar::new(), workshop: Arc::new(workshop) }
    }

    /// The current revision: raw, see [`Revision`].
    pub fn revision(&self) -> Arc<Revision> {
        Arc::clone(&self.current.read())
    }

    /// Starts a change. Waits while another writer is at work.
    ///
    /// # Errors
    /// It still was when `patience` ran out.
    pub fn begin(self: &Arc<Vault>, patience: Duration) -> Result<Draft, Busy> {
        let mut writing = self.writing.lock();
        self.free.wait_while_for(&mut writing, |writing| *writing, patience);
        if *writing {
            return Err(Busy { waited: patience });
        }
        *writing = true;
        drop(writing);
        let base = self.revision();
        Ok(Draft { revision: Revision::clone(&base), base, ticket: Ticket { vault: Arc::clone(self) } })
    }

    /// How many masks are kept that were resolved against blocks, and what they take, about, in bytes.
    pub fn resolved(&self) -> (usize, usize) {
        self.workshop.tally()
    }

    /// What `access` lets through of the current revision.
    pub fn view(&self, access: Arc<Access>) -> MaskedView {
        self.view_at(self.revision(), access)
    }

    /// What `access` lets through of a pinned revision, or of an open change's own state. The access must have been compiled
    /// from the same state of items, properties and rights.
    pub fn view_at(&self, revision: Arc<Revision>, access: Arc<Access>) -> MaskedView {
        MaskedView::new(revision, access, Arc::clone(&self.workshop))
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("revision", &self.revision()).finish_non_exhaustive()
    }
}

/// The right to write; given back when dropped.
struct Ticket {
    vault: Arc<Vault>,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        *self.vault.writing.lock() = false;
        self.vault.free.notify_one();
    }
}

/// A change that nobody else sees yet: a revision to be altered in place. Dropping it rolls back.
pub struct Draft {
    revision: Revision,
    base: Arc<Revision>,
    ticket: Ticket,
}

impl Draft {
    /// The revision that the change started from.
    pub fn base(&self) -> &Arc<Revision> {
        &self.base
    }

    /// The change's own state as an immutable revision, for views of what is not committed yet.
    pub fn state(&self) -> Arc<Revision> {
        Arc::new(self.revision.clone())
    }

    /// Takes the change back to an earlier [`Draft::state`], so that a statement that fails leaves nothing behind.
    pub fn restore(&mut self, state: &Revision) {
        self.revision = state.clone();
    }

    /// Makes the change the current revision, with the next number.
    pub fn commit(mut self) -> Arc<Revision> {
        self.revision.set_number(self.base.number() + 1);
        let next = Arc::new(self.revision);
        *self.ticket.vault.current.write() = Arc::clone(&next);
        next
    }
}

impl Deref for Draft {
    type Target = Revision;

    fn deref(&self) -> &Revision {
        &self.revision
    }
}

impl DerefMut for Draft {
    fn deref_mut(&mut self) -> &mut Revision {
        &mut self.revision
    }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft").field("base", &self.base).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use smalt_model::{DimensionId, MetricDef, MetricId, Type, Value};

    use super::Vault;
    use crate::{Cells, Edits, Layout, Revision};

    const PATIENCE: Duration = Duration::from_secs(30);

    /// Metrics 0 and 1, one cell each.
    fn vault() -> Arc<Vault> {
        let mut revision = Revision::empty();
        for id in [MetricId(0), MetricId(1)] {
            let name = Arc::from(format!("m{}", id.0).as_str());
            revision.schema_mut().put_metric(MetricDef { id, name, ty: Type::Number, dimensions: Vec::new(), formula: None });
            revision.set_cells(id, Arc::new(Cells::empty(Arc::new(Layout::new(&[]).unwrap()), Type::Number)));
        }
        Arc::new(Vault::new(revision))
    }

    fn set(revision: &mut Revision, metric: MetricId, value: f64) {
        let mut edits = Edits::new(Type::Number);
        edits.push(0, Some(&Value::Number(value)));
        let cells = revision.cells(metric).unwrap().apply(edits).unwrap();
        revision.set_cells(metric, Arc::new(cells));
    }

    fn value(revision: &Revision, metric: MetricId) -> Option<Value> {
        revision.cells(metric).unwrap().get(&[])
    }

    #[test]
    fn readers_see_whole_commits_and_keep_what_they_hold() {
        let vault = vault();
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let readers: Vec<_> = (0..2)
                .map(|_| {
                    scope.spawn(|| {
                        let mut last = 0;
                        while !done.load(Ordering::Relaxed) {
                            let held = vault.revision();
                            let before = value(&held, MetricId(0));
                            std::thread::yield_now();
                            assert_eq!(value(&held, MetricId(0)), before);
                            assert_eq!(value(&held, MetricId(1)), before, "both metrics of one commit");
                            assert!(held.number() >= last);
                            last = held.number();
                        }
                    })
                })
                .collect();
            let writers: Vec<_> = (0..2)
                .map(|_| {
                    scope.spawn(|| {
                        for _ in 0..150 {
                            let mut draft = vault.begin(PATIENCE).unwrap();
                            let next = draft.number() as f64 + 1.0;
                            set(&mut draft, MetricId(0), next);
                            set(&mut draft, MetricId(1), next);
                            draft.commit();
                        }
                    })
                })
                .collect();
            writers.into_iter().for_each(|w| w.join().unwrap());
            done.store(true, Ordering::Relaxed);
            readers.into_iter().for_each(|r| r.join().unwrap());
        });
        assert_eq!(vault.revision().number(), 300);
        assert_eq!(value(&vault.revision(), MetricId(1)), Some(Value::Number(300.0)));
    }

    #[test]
    fn a_dropped_draft_leaves_nothing_behind() {
        let vault = vault();
        let mut draft = vault.begin(PATIENCE).unwrap();
        set(&mut draft, MetricId(0), 1.0);
        let half_way = draft.state();
        set(&mut draft, MetricId(0), 2.0);
        assert_eq!(value(&half_way, MetricId(0)), Some(Value::Number(1.0)));
        draft.restore(&half_way);
        assert_eq!(value(&draft, MetricId(0)), Some(Value::Number(1.0)));
        assert_eq!(value(draft.base(), MetricId(0)), None);
        drop(draft);
        assert_eq!((vault.revision().number(), value(&vault.revision(), MetricId(0))), (0, None));
    }

    #[test]
    fn one_writer_at_a_time() {
        let vault = vault();
        let draft = vault.begin(PATIENCE).unwrap();
        assert!(vault.begin(Duration::from_millis(5)).is_err());
        drop(draft);
        assert!(vault.begin(Duration::from_millis(5)).is_ok());
    }

    #[test]
    fn what_was_never_set_is_empty() {
        let revision = Revision::empty();
        assert!(revision.items(DimensionId(4)).is_empty());
        assert!(revision.cells(MetricId(4)).is_none());
        assert!(revision.path(DimensionId(4), &[1]).is_empty());
    }
}
