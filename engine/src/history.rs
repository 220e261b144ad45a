//! What an application was: the revisions that are kept, and the snapshots.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use smalt_model::fold;

use crate::audit::{Moment, Who};
use crate::world::World;

/// How a revision came about.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    /// When; `None` for what was read from files.
    pub(crate) at: Option<Moment>,
    pub(crate) who: Who,
    /// The statement, or the last one of a transaction.
    pub(crate) action: Arc<str>,
}

/// The revisions before the current one, oldest first. Cheap to clone; what revisions have in common they share.
#[derive(Clone, Debug)]
pub(crate) struct History {
    kept: Arc<VecDeque<Arc<World>>>,
    most: usize,
}

impl History {
    /// None yet; at most so many are kept.
    pub(crate) fn new(most: usize) -> History {
        History { kept: Arc::default(), most }
    }

    /// The revision of a number, if it is kept.
    pub(crate) fn get(&self, number: u64) -> Option<&Arc<World>> {
        let place = self.kept.binary_search_by_key(&number, |world| world.number()).ok()?;
        self.kept.get(place)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<World>> {
        self.kept.iter()
    }

    /// With one more, which is not the current one any longer.
    pub(crate) fn with(&self, world: Arc<World>) -> History {
        let mut kept = VecDeque::clone(&self.kept);
        kept.push_back(world);
        while kept.len() > self.most {
            kept.pop_front();
        }
        History { kept: Arc::new(kept), most: self.most }
    }
}

/// A revision that keeps its name.
#[derive(Clone, Debug)]
pub(crate) struct NamedRevision {
    pub(crate) name: Arc<str>,
    pub(crate) world: Arc<World>,
}

/// The snapshots. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshots {
    by_name: Arc<BTreeMap<String, NamedRevision>>,
}

impl Snapshots {
    pub(crate) fn find(&self, name: &str) -> Option<&NamedRevision> {
        self.by_name.get(&fold(name))
    }

    /// By name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &NamedRevision> {
        self.by_name.values()
    }

    pub(crate) fn put(&mut self, name: &str, world: Arc<World>) {
        Arc::make_mut(&mut self.by_name).insert(fold(name), NamedRevision { name: Arc::from(name), world });
    }

    pub(crate) fn remove(&mut self, name: &str) {
        Arc::make_mut(&mut self.by_name).remove(&fold(name));
    }
}
