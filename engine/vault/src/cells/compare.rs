//! What differs between two versions of the same cells.
//!
//! Versions share the blocks that no edit touched, so comparing them costs what was changed, not what there is.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::block::{Block, Difference};
use super::body::Body;
use super::key::Key;
use crate::pool::map_in_pool;
use crate::vector::Vector;

/// Cells of blocks that stand elsewhere than they did are compared one by one, up to so many.
const MOST_ONE_BY_ONE: usize = 1 << 22;

/// A body compared with the version before.
pub(super) struct Compared<K> {
    /// The blocks of the new version; those of the old one where they hold the same.
    pub(super) blocks: Vec<Arc<Block<K>>>,
    pub(super) changed: Changed<K>,
}

/// The cells that differ, came or went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed<K> {
    /// How many they are; `None` where to count them would take too long.
    pub count: Option<u64>,
    /// Their coordinates, ascending; `None` where they are more than were asked for.
    pub keys: Option<Vec<K>>,
}

/// A block of the new version that stands for the keys of one of the old version.
struct Pair<'a, K> {
    partner: &'a Arc<Block<K>>,
    difference: Difference<K>,
}

/// Compares a body with the version before it, telling at most so many coordinates.
pub(super) fn compared<K: Key>(now: &Body<K>, before: &Body<K>, most: usize) -> Compared<K> {
    let addresses = |blocks: &[Arc<Block<K>>]| -> HashSet<usize> { blocks.iter().map(address).collect() };
    let (ours, theirs) = (addresses(now.blocks()), addresses(before.blocks()));
    let ours_and_theirs = |block: &Arc<Block<K>>| theirs.contains(&address(block));
    let gone: Vec<&Arc<Block<K>>> = before.blocks().iter().filter(|b| !ours.contains(&address(b))).collect();
    let by_keys: HashMap<usize, &Arc<Block<K>>> = gone.iter().map(|b| (Arc::as_ptr(b.stored_keys()).addr(), *b)).collect();
    let by_first: HashMap<K, &Arc<Block<K>>> = gone.iter().map(|b| (b.first(), *b)).collect();
    let pair = |block: &Arc<Block<K>>| {
        if ours_and_theirs(block) {
            return None;
        }
        let partner = by_keys.get(&Arc::as_ptr(block.stored_keys()).addr()).or_else(|| by_first.get(&block.first()))?;
        Some(Pair { partner, difference: block.differs_from(partner)? })
    };
    let beside = map_in_pool(now.blocks().iter().collect(), true, pair);
    let mut paired: HashSet<usize> = HashSet::new();
    let (mut differences, mut rest) = (Vec::new(), Vec::new());
    let mut blocks = Vec::with_capacity(beside.len());
    for (block, beside) in now.blocks().iter().zip(beside) {
        let same = match beside {
            Some(Pair { partner, difference }) => {
                paired.insert(address(partner));
                let same = (difference.count() == 0).then_some(partner);
                differences.extend(same.is_none().then_some(difference));
                same
            }
            None => {
                if !ours_and_theirs(block) {
                    rest.push(block);
                }
                None
            }
        };
        blocks.push(Arc::clone(same.unwrap_or(block)));
    }
    let left: Vec<&Arc<Block<K>>> = gone.into_iter().filter(|b| !paired.contains(&address(b))).collect();
    let size = |blocks: &[&Arc<Block<K>>]| blocks.iter().map(|b| b.len()).sum::<usize>();
    if size(&left) + size(&rest) > MOST_ONE_BY_ONE {
        return Compared { blocks, changed: Changed { count: None, keys: None } };
    }
    let blank = || Vector::blank(now.ty(), 0);
    let elsewhere = one_by_one(&entries(&left, blank()), &entries(&rest, blank()));
    let count = elsewhere.len() + differences.iter().map(Difference::count).sum::<usize>();
    // Coordinates of many changes are not even made, unless one may be told twice.
    let keys = (count <= most || !elsewhere.is_empty()).then(|| {
        let mut keys = map_in_pool(differences, true, Difference::into_keys).concat();
        keys.extend(elsewhere);
        // A cell that came to another block was found in both.
        if !keys.is_sorted_by(|a, b| a < b) {
            keys.sort_unstable();
            keys.dedup();
        }
        keys
    });
    let count = keys.as_ref().map_or(count, Vec::len);
    Compared { blocks, changed: Changed { count: Some(count as u64), keys: keys.filter(|keys| keys.len() <= most) } }
}

/// Which block it is.
fn address<K>(block: &Arc<Block<K>>) -> usize {
    Arc::as_ptr(block).addr()
}

/// All cells of some blocks.
fn entries<K: Key>(blocks: &[&Arc<Block<K>>], mut values: Vector) -> (Vec<K>, Vector) {
    let mut keys = Vec::new();
    for chunk in blocks.iter().filter_map(|b| b.chunk()) {
        chunk.keys.decode_into(&mut keys);
        chunk.column.append_to(&mut values);
    }
    (keys, values)
}

/// The keys at which two sorted sets of cells differ.
fn one_by_one<K: Key>((keys, values): &(Vec<K>, Vector), (other_keys, others): &(Vec<K>, Vector)) -> Vec<K> {
    let (mut a, mut b, mut changed) = (0, 0, Vec::new());
    loop {
        match (keys.get(a), other_keys.get(b)) {
            (Some(key), Some(other)) if key == other => {
                if !values.same_at(a, others, b) {
                    changed.push(*key);
                }
                (a, b) = (a + 1, b + 1);
            }
            (Some(key), other) if other.is_none_or(|other| key < other) => {
                changed.push(*key);
                a += 1;
            }
            (_, Some(other)) => {
                changed.push(*other);
                b += 1;
            }
            (Some(_), None) | (None, None) => return changed,
        }
    }
}
