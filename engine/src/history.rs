//! What an application was: the revisions that are kept, and the snapshots.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use smalt_model::fold;

use crate::audit::{Moment, Who};
use crate::world::World;

/// How a revision came about.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Made {
    /// When; `None` for what was there before the first commit, and for what earlier versions wrote.
    pub(crate) at: Option<Moment>,
    pub(crate) who: Who,
    /// What kind of statement it was, or the last one of a transaction.
    pub(crate) action: Arc<str>,
}

impl Made {
    /// Nobody knows how.
    pub(crate) fn unknown() -> Made {
        Made { at: None, who: Who::Owner, action: Arc::from("") }
    }
}

/// A revision before the current one.
#[derive(Clone, Debug)]
pub(crate) enum Past {
    /// As it was.
    World(Arc<World>),
    /// As the files had it.
    Filed(Arc<Filed>),
}

/// A revision that came with the files, and is put together when somebody asks for it.
pub(crate) struct Filed {
    number: u64,
    made: Made,
    restore: Box<dyn Fn() -> Option<World> + Send + Sync>,
    world: OnceLock<Arc<World>>,
}

impl Filed {
    /// `restore` puts it together; `None` where that fails.
    pub(crate) fn new(number: u64, made: Made, restore: impl Fn() -> Option<World> + Send + Sync + 'static) -> Filed {
        Filed { number, made, restore: Box::new(restore), world: OnceLock::new() }
    }

    /// Two who ask at the same time both put it together: if one waited for the other, a thread that calculates could wait for itself.
    fn world(&self) -> Option<&Arc<World>> {
        if self.world.get().is_none() {
            let _ = self.world.set(Arc::new((self.restore)()?));
        }
        self.world.get()
    }
}

impl fmt::Debug for Filed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filed").field("number", &self.number).finish_non_exhaustive()
    }
}

impl Past {
    /// The number of commits that led there.
    pub(crate) fn number(&self) -> u64 {
        match self {
            Past::World(world) => world.number(),
            Past::Filed(filed) => filed.number,
        }
    }

    /// How it came about.
    pub(crate) fn made(&self) -> &Made {
        match self {
            Past::World(world) => &world.made,
            Past::Filed(filed) => &filed.made,
        }
    }
}

/// The revisions before the current one, oldest first. Cheap to clone; what revisions have in common they share.
#[derive(Clone, Debug)]
pub(crate) struct History {
    kept: Arc<VecDeque<Past>>,
    most: usize,
}

impl History {
    /// Some, oldest first; at most so many are kept.
    pub(crate) fn new(past: impl IntoIterator<Item = Past>, most: usize) -> History {
        let mut kept: VecDeque<Past> = past.into_iter().collect();
        kept.drain(..kept.len().saturating_sub(most));
        History { kept: Arc::new(kept), most }
    }

    /// None, now and later.
    pub(crate) fn none() -> History {
        History::new([], 0)
    }

    /// How many are kept.
    pub(crate) fn most(&self) -> usize {
        self.most
    }

    /// The revision of a number, if it is kept.
    pub(crate) fn get(&self, number: u64) -> Option<&Arc<World>> {
        let place = self.kept.binary_search_by_key(&number, Past::number).ok()?;
        match self.kept.get(place)? {
            Past::World(world) => Some(world),
            Past::Filed(filed) => filed.world(),
        }
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Past> {
        self.kept.iter()
    }

    /// With one more, which is not the current one any longer.
    pub(crate) fn with(&self, world: Arc<World>) -> History {
        let mut kept = VecDeque::clone(&self.kept);
        kept.push_back(Past::World(world));
        kept.drain(..kept.len().saturating_sub(self.most));
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
