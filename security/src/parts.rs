//! Words pulled back to the coordinates of what a rule protects: computed once per person, shared by all its metrics.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use roaring::RoaringBitmap;
use smalt_model::MetricId;

use crate::ground::Ground;
use crate::profile::Words;
use crate::reach::Reach;
use crate::rule::{Half, Path};
use crate::words::{Tuples, WordSet};
use crate::{Axis, Region};

/// Where a word stands among the cells of a target.
pub(crate) enum Part {
    /// Nowhere.
    Never,
    /// Everywhere.
    Always,
    /// Here.
    Region(Region),
}

/// Where a path leads from each item.
pub(crate) struct Map {
    pub(crate) items: Arc<[u32]>,
    pub(crate) fingerprint: u128,
}

/// The words of a person, with the paths to them.
pub(crate) struct Parts {
    pub(crate) words: Words,
    ground: Arc<Ground>,
    pulled: Mutex<HashMap<PullKey, Arc<RoaringBitmap>>>,
}

/// Which words, along which paths.
type PullKey = (MetricId, Half, bool, Vec<Option<Path>>);

impl Parts {
    pub(crate) fn new(ground: Arc<Ground>, words: Words) -> Parts {
        Parts { words, ground, pulled: Mutex::default() }
    }

    /// Where the rights metric, read that way, says ALLOWED.
    pub(crate) fn allowed(&self, rights: MetricId, half: Half, reading: &[Reach<'_>]) -> Part {
        self.part(rights, half, true, reading)
    }

    /// Where the rights metric, read that way, says DENIED.
    pub(crate) fn denied(&self, rights: MetricId, half: Half, reading: &[Reach<'_>]) -> Part {
        self.part(rights, half, false, reading)
    }

    fn part(&self, rights: MetricId, half: Half, allowed: bool, reading: &[Reach<'_>]) -> Part {
        let Some(words) = self.words.get(&rights).map(|words| words.half(half)) else { return Part::Never };
        let key = || (rights, half, allowed, reading.iter().map(|reach| reach.path.cloned()).collect());
        match (if allowed { &words.allowed } else { &words.denied }, reading) {
            (WordSet::Never, _) => Part::Never,
            (WordSet::Always, _) => Part::Always,
            (WordSet::Items(items), [reach]) => {
                let items = match reach.path {
                    None => Arc::clone(items),
                    // BLANK is no item of any word.
                    Some(path) => self.pull(key(), || {
                        let ends = (0u32..).zip(self.map(path));
                        ends.filter(|(_, end)| items.contains(**end)).map(|(item, _)| item).collect()
                    }),
                };
                Part::Region(Region::items(reach.position, items))
            }
            // The dimensions of the words and the reading go together; words of one dimension have one reach.
            (WordSet::Items(_), _) => Part::Never,
            (WordSet::Tuples(tuples), [first, rest @ ..]) if rest.iter().all(|reach| reach.position == first.position) => {
                let items = self.pull(key(), || self.pull_tuples(tuples, reading));
                Part::Region(Region::items(first.position, items))
            }
            (WordSet::Tuples(tuples), _) => Part::Region(self.tuples(tuples, reading)),
        }
    }

    fn tuples(&self, tuples: &Tuples, reading: &[Reach<'_>]) -> Region {
        let axes = reading.iter().map(|reach| self.axis(reach)).collect();
        let print = |reach: &Reach<'_>| reach.path.and_then(|path| self.ground.maps.get(path)).map_or(0, |map| map.fingerprint);
        let prints = reading.iter().map(print).collect::<Vec<_>>();
        Region::tuples(axes, &prints, Arc::clone(&tuples.radix), Arc::clone(&tuples.set), tuples.fingerprint)
    }

    /// All axes at one coordinate: the items there whose tuple is in the set.
    fn pull_tuples(&self, tuples: &Tuples, reading: &[Reach<'_>]) -> RoaringBitmap {
        let here = reading.iter().map(|reach| Reach { position: 0, path: reach.path }).collect::<Vec<_>>();
        let region = self.tuples(tuples, &here);
        let count = reading.iter().filter_map(|reach| reach.path).map(|path| self.map(path).len()).max().unwrap_or(0);
        (0u32..).take(count).filter(|&item| region.contains(&[item])).collect()
    }

    fn axis(&self, reach: &Reach<'_>) -> Axis {
        let map = reach.path.map(|path| self.ground.maps.get(path).map_or_else(|| Arc::from([]), |map| Arc::clone(&map.items)));
        Axis { position: reach.position, map }
    }

    fn map(&self, path: &Path) -> &[u32] {
        self.ground.maps.get(path).map_or(&[], |map| &map.items)
    }

    fn pull(&self, key: PullKey, make: impl FnOnce() -> RoaringBitmap) -> Arc<RoaringBitmap> {
        let mut pulled = self.pulled.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(pulled.entry(key).or_insert_with(|| Arc::new(make())))
    }
}
