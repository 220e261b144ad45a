//! The words of one rights metric for one person, as sets in the coordinates of that metric.

use std::sync::Arc;

use roaring::{RoaringBitmap, RoaringTreemap};
use smalt_model::{DimensionId, MetricId};

use crate::Facts;
use crate::fingerprint::{Fingerprint, of_tuples};
use crate::rule::Half;

/// A set of coordinates of a rights metric, its `User`, `Role` or `Group` dimension left out.
#[derive(Clone, PartialEq)]
pub(crate) enum WordSet {
    /// No coordinate.
    Never,
    /// Every coordinate.
    Always,
    /// Items of the only other dimension.
    Items(Arc<RoaringBitmap>),
    /// Tuples of several other dimensions.
    Tuples(Arc<Tuples>),
}

/// Packed tuples; see [`RegionSet`](crate::RegionSet).
#[derive(PartialEq)]
pub(crate) struct Tuples {
    pub(crate) radix: Arc<[u32]>,
    pub(crate) set: Arc<RoaringTreemap>,
    pub(crate) fingerprint: u128,
}

/// Where one half says ALLOWED and where it says DENIED. Over several groups or roles a coordinate may be in both: it is denied.
#[derive(Clone, PartialEq)]
pub(crate) struct Spoken {
    pub(crate) allowed: WordSet,
    pub(crate) denied: WordSet,
}

impl Spoken {
    /// Its contents, into a hash.
    pub(crate) fn print(&self, hash: &mut Fingerprint) {
        for set in [&self.allowed, &self.denied] {
            match set {
                WordSet::Never => hash.number(0),
                WordSet::Always => hash.number(1),
                WordSet::Items(items) => {
                    hash.number(2);
                    hash.runs(items.iter().map(u64::from));
                }
                WordSet::Tuples(tuples) => {
                    hash.number(3);
                    hash.print(tuples.fingerprint);
                }
            }
        }
    }
}

/// Both halves of a rights metric for one person.
#[derive(PartialEq)]
pub(crate) struct RightsWords {
    pub(crate) others: Vec<DimensionId>,
    read: Spoken,
    write: Spoken,
}

impl RightsWords {
    /// Asks for the slices of `principals`: the user, or each role or group of the person. Over several of them one FALSE denies,
    /// else one TRUE allows.
    pub(crate) fn collect(rights: MetricId, others: Vec<DimensionId>, principals: &[u32], facts: &dyn Facts) -> RightsWords {
        let radix = others.iter().map(|dimension| facts.item_count(*dimension)).collect::<Arc<[u32]>>();
        let size = radix.iter().try_fold(1u64, |size, &count| size.checked_mul(u64::from(count).max(1)));
        if size.is_none() {
            // More tuples than a number can count: nothing can be looked up, so nothing is allowed.
            let closed = Spoken { allowed: WordSet::Never, denied: WordSet::Always };
            return RightsWords { others, read: closed.clone(), write: closed };
        }
        let mut read = Halfway::default();
        let mut write = Halfway::default();
        for &principal in principals {
            facts.words(rights, principal, &mut |coordinate, right| {
                if let Some(packed) = pack(coordinate, &radix) {
                    read.hear(right.read, packed);
                    write.hear(right.write, packed);
                }
            });
        }
        RightsWords { others, read: read.finish(&radix), write: write.finish(&radix) }
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        let of = |set: &WordSet| match set {
            WordSet::Never | WordSet::Always => 0,
            WordSet::Items(items) => items.serialized_size(),
            WordSet::Tuples(tuples) => tuples.set.serialized_size(),
        };
        [&self.read, &self.write].iter().map(|spoken| of(&spoken.allowed) + of(&spoken.denied)).sum()
    }

    pub(crate) fn half(&self, half: Half) -> &Spoken {
        match half {
            Half::Read => &self.read,
            Half::Write => &self.write,
        }
    }
}

/// The packed tuple; `None` for what lies outside.
fn pack(coordinate: &[u32], radix: &[u32]) -> Option<u64> {
    if coordinate.len() != radix.len() || coordinate.iter().zip(radix).any(|(item, radix)| item >= radix) {
        return None;
    }
    Some(coordinate.iter().zip(radix).fold(0, |packed, (item, radix)| packed * u64::from(*radix) + u64::from(*item)))
}

#[derive(Default)]
struct Halfway {
    allowed: Vec<u64>,
    denied: Vec<u64>,
}

impl Halfway {
    fn hear(&mut self, word: Option<bool>, packed: u64) {
        match word {
            Some(true) => self.allowed.push(packed),
            Some(false) => self.denied.push(packed),
            None => {}
        }
    }

    fn finish(mut self, radix: &Arc<[u32]>) -> Spoken {
        for side in [&mut self.allowed, &mut self.denied] {
            side.sort_unstable();
            side.dedup();
        }
        Spoken { allowed: to_set(&self.allowed, radix), denied: to_set(&self.denied, radix) }
    }
}

fn to_set(sorted: &[u64], radix: &Arc<[u32]>) -> WordSet {
    match (sorted.is_empty(), radix.len()) {
        (true, _) => WordSet::Never,
        (false, 0) => WordSet::Always,
        // Every packed number is below the one radix here.
        (false, 1) => WordSet::Items(Arc::new(sorted.iter().filter_map(|&item| u32::try_from(item).ok()).collect())),
        (false, _) => {
            let set = Arc::new(sorted.iter().copied().collect());
            WordSet::Tuples(Arc::new(Tuples { radix: Arc::clone(radix), set, fingerprint: of_tuples(radix, sorted.iter().copied()) }))
        }
    }
}
