//! Groups of stored numbers, one item of the result's first dimension after the other.
//!
//! Where the first dimension of the cells alone tells the first one of the groups, all cells of one such item are a few ranges of keys. Their totals
//! are a small part of all, which stays in a cache while they are added up; they belong to one thread, and come out in order.

use std::collections::BTreeMap;

use rayon::prelude::*;
use smalt_vault::{Body, Field, Layout};

use super::target::Targets;
use super::totals::{Accumulator, Totals};
use crate::error::CalcError;
use crate::eval::{OfBlock, Site, numbers_of};
use crate::width::Width;

/// Fewer cells are added up at once.
const FEW_CELLS: u64 = 1 << 12;
/// With fewer parts for each thread, threads would wait for one another.
const PARTS_PER_THREAD: usize = 4;
/// With more of them, neighbours are taken together: each part looks through the pages of all groups when it ends.
const MOST_PARTS_PER_THREAD: usize = 32;
/// Groups of more bits are not laid out in pages for each part.
const MOST_BITS: u32 = 24;

/// The cells of each item of the result's first dimension, or of a few neighbouring ones: ranges of items of their own first one.
pub(super) struct Parts {
    field: Field,
    ranges: Vec<Vec<(u32, u32)>>,
}

impl Parts {
    /// `None` where groups are no such parts, or are not worth it.
    pub(super) fn of<S: Width, T: Width>(body: &Body<S>, targets: &Targets<'_, T>, groups: &Layout) -> Option<Parts> {
        if body.len() < FEW_CELLS || groups.bits() > MOST_BITS {
            return None;
        }
        let (field, table) = targets.leading(body.layout(), groups)?;
        let mut parts: BTreeMap<T, Vec<(u32, u32)>> = BTreeMap::new();
        for (target, item) in table.iter().zip(0u32..).filter(|(target, _)| **target != T::HIGHEST) {
            let ranges = parts.entry(*target).or_default();
            match ranges.last_mut() {
                Some((_, to)) if *to == item => *to += 1,
                _ => ranges.push((item, item + 1)),
            }
        }
        let threads = rayon::current_num_threads();
        if parts.len() < PARTS_PER_THREAD * threads {
            return None;
        }
        let together = parts.len().div_ceil(MOST_PARTS_PER_THREAD * threads);
        let parts: Vec<Vec<(u32, u32)>> = parts.into_values().collect();
        Some(Parts { field, ranges: parts.chunks(together).map(<[_]>::concat).collect() })
    }

    /// The totals of all groups, ascending. `add` gets the totals of a part, some places and their values.
    pub(super) fn accumulate<S: Width, T: Width, A: Accumulator>(
        &self,
        body: &Body<S>,
        groups: &Layout,
        add: impl Fn(&mut Totals<A>, &Site<'_, S>, &[f64]) -> Result<(), CalcError> + Sync,
    ) -> Result<(Vec<T>, Vec<A>), CalcError> {
        let part = |ranges: &Vec<(u32, u32)>| {
            let mut totals = Totals::new(groups.bits(), u128::from(body.len()));
            for (from, to) in ranges {
                let key = |item: &u32| S::narrow(u128::from(*item) << self.field.shift);
                each_site(body, key(from), key(to), |site, values| add(&mut totals, site, values))?;
            }
            Ok(totals.finish::<T>())
        };
        let parts: Vec<(Vec<T>, Vec<A>)> = self.ranges.par_iter().map(part).collect::<Result<_, CalcError>>()?;
        let (mut keys, mut totals) = (Vec::new(), Vec::new());
        for (more_keys, more) in parts {
            keys.extend(more_keys);
            totals.extend(more);
        }
        Ok((keys, totals))
    }
}

/// Hands the cells with `from <= key < to` to `f`, a block at a time.
fn each_site<S: Width>(
    body: &Body<S>,
    from: S,
    to: S,
    mut f: impl FnMut(&Site<'_, S>, &[f64]) -> Result<(), CalcError>,
) -> Result<(), CalcError> {
    let first = body.cuts().partition_point(|cut| *cut <= from).saturating_sub(1);
    for block in (first..).zip(body.cuts().iter().skip(first)).take_while(|(_, cut)| **cut < to).map(|(block, _)| block) {
        let Some(chunk) = body.chunk(block) else { continue };
        let (low, high) = (chunk.keys.below(from), chunk.keys.below(to));
        if low >= high {
            continue;
        }
        let column = chunk.column.slice(low, high);
        let values = numbers_of(&column);
        match chunk.keys.words_over(low, high).filter(|words| words.from() == low && words.len() == high - low) {
            Some(words) => f(&Site::of_block(body.layout(), &OfBlock::words(&chunk.keys, &words)), &values)?,
            None => f(&Site::of_block(body.layout(), &OfBlock::part(&chunk.keys, low, high)), &values)?,
        }
    }
    Ok(())
}
