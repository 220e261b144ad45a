//! Sums, ends and counts by groups in one pass over blocks and masks: no column is made, no row that is hidden is looked at.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use roaring::RoaringBitmap;
use smalt_lanes::{AHEAD, soon};
use smalt_planted::{Leak, planted};

use super::groups::Groups;
use super::kinds::{ByWord, Kinds, SKIP, SKIP_WIDE, step, wide_step};
use super::selection::{Resolved, Selection};
use super::totals::{Count, Ends, Sum, SumAndEnds, Total, Wanted};
use super::visible::{VisibleWords, each_key};
use crate::cells::{Body, Cells, Chunk, Column, Field, Key};
use crate::exact::{OfLine, WordsByLine, bits_of};

/// No group: the cells of such items are in one more group of the axis, after all others.
pub const NO_GROUP: u32 = u32::MAX;

/// Up to so many groups have their totals in one table per thread.
const DENSE_GROUPS: u128 = 1 << 22;
/// Tables of up to so many groups are made whatever the number of cells.
const SMALL_GROUPS: u128 = 1 << 12;
/// Fewer visible cells are added up on one thread.
const CELLS_PER_THREAD: u64 = 65_536;

/// What to group by: a dimension, or a property of it.
#[derive(Clone)]
pub struct GroupAxis {
    /// The declared place of the dimension.
    pub position: usize,
    /// From the item to its group, below `groups`, or [`NO_GROUP`]; past the end there is no group.
    pub codes: Arc<[u32]>,
    /// The number of groups.
    pub groups: u32,
}

impl GroupAxis {
    fn code(&self, item: u32) -> u32 {
        self.codes.get(item as usize).map_or(self.groups, |code| (*code).min(self.groups))
    }
}

impl std::fmt::Debug for GroupAxis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GroupAxis").field("position", &self.position).field("groups", &self.groups).finish_non_exhaustive()
    }
}

/// An aggregation made ready for a metric.
pub(super) struct Aggregation {
    positions: Vec<Kinds>,
    /// Per axis: which of `positions`, and which place in the tuples of its kinds.
    axes: Vec<(usize, usize)>,
    /// All groups that there could be.
    space: u128,
}

impl Aggregation {
    /// `None` if a position is none of the metric's.
    pub(super) fn new(
        axes: &[GroupAxis],
        filters: &[(usize, &RoaringBitmap)],
        fields: &[Field],
        capacities: &[u32],
    ) -> Option<Aggregation> {
        let mut order: Vec<usize> = Vec::new();
        for position in axes.iter().map(|a| a.position).chain(filters.iter().map(|(position, _)| *position)) {
            if !order.contains(&position) {
                order.push(position);
            }
        }
        let mut positions = Vec::new();
        for position in &order {
            let here: Vec<&GroupAxis> = axes.iter().filter(|a| a.position == *position).collect();
            let kept = |item: u32| filters.iter().filter(|(at, _)| at == position).all(|(_, items)| items.contains(item));
            let codes = |item: u32| kept(item).then(|| here.iter().map(|a| a.code(item)).collect());
            positions.push(Kinds::new(*fields.get(*position)?, *capacities.get(*position)?, codes));
        }
        let mut space = 1u128;
        for kinds in positions.iter_mut().rev() {
            kinds.stride = space;
            // There are not more kinds than items, so this stays below the metric's 127 bits of coordinates.
            space = space.saturating_mul(kinds.len());
        }
        let mut used = vec![0usize; order.len()];
        let mut places = Vec::new();
        for axis in axes {
            let at = order.iter().position(|p| *p == axis.position)?;
            let place = used.get_mut(at)?;
            places.push((at, *place));
            *place += 1;
        }
        Some(Aggregation { positions, axes: places, space })
    }

    /// Adds the visible cells up.
    pub(super) fn run(&self, cells: &Cells, resolved: &Resolved, wanted: Wanted) -> Groups {
        match (cells.narrow(), cells.wide()) {
            (Some(body), _) => self.over(body, resolved, wanted),
            (None, Some(body)) => self.over(body, resolved, wanted),
            (None, None) => Groups::default(),
        }
    }

    fn over<K: Key>(&self, body: &Body<K>, resolved: &Resolved, wanted: Wanted) -> Groups {
        match (wanted.sum, wanted.min || wanted.max) {
            (false, false) => self.pass::<K, Count>(body, resolved, wanted),
            (false, true) => self.pass::<K, Ends>(body, resolved, wanted),
            (true, false) => self.pass::<K, Sum>(body, resolved, wanted),
            (true, true) => self.pass::<K, SumAndEnds>(body, resolved, wanted),
        }
    }

    fn pass<K: Key, T: Total>(&self, body: &Body<K>, resolved: &Resolved, wanted: Wanted) -> Groups {
        let dense = self.space <= DENSE_GROUPS && self.space <= SMALL_GROUPS.max(4 * u128::from(resolved.len()));
        let totals = if dense { self.dense::<K, T>(body, resolved) } else { self.sparse::<K, T>(body, resolved) };
        self.answer(totals, wanted)
    }

    /// Totals in a table by the number of the group.
    fn dense<K: Key, T: Total>(&self, body: &Body<K>, resolved: &Resolved) -> Vec<(u128, T)> {
        let tables: Vec<(Field, Vec<u32>)> = self.positions.iter().map(|kinds| (kinds.field, kinds.steps())).collect();
        let by_word = ByWord::new(&tables);
        let space = self.space as usize;
        let mut parts = in_parts(body.block_count(), resolved, |blocks| {
            let mut totals = vec![T::default(); space];
            let walk = Walk { body, resolved, positions: &self.positions, values: T::VALUES };
            match (tables.as_slice(), &by_word) {
                ([], _) => {
                    let mut total = T::default();
                    walk.runs(blocks, |values, count| total.add_all(values, count));
                    totals.iter_mut().for_each(|all| all.merge(&total));
                }
                (_, Some(by_word)) if by_word.is_level => walk.level(
                    blocks,
                    |head| by_word.line(head),
                    |group, values, count| totals.get_mut(group as usize).into_iter().for_each(|total| total.add_all(values, count)),
                ),
                (_, Some(by_word)) => {
                    let mut adding =
                        WordTotals { by_word, totals: &mut totals, words: VisibleWords::default(), lines: WordsByLine::default() };
                    walk.chunks(blocks, |chunk, selection, values| adding.add(chunk, selection, values));
                }
                (all, None) => walk.cells(blocks, |key, value| {
                    let group: u32 = all.iter().map(|table| step(key, table)).sum();
                    totals.get_mut(group as usize).into_iter().for_each(|total| total.add(value));
                }),
            }
            totals
        });
        let mut whole = parts.pop().unwrap_or_default();
        for part in &parts {
            whole.iter_mut().zip(part).for_each(|(total, more)| total.merge(more));
        }
        (0u128..).zip(whole).filter(|(_, total)| total.count() > 0).collect()
    }

    /// Totals only of the groups that come up.
    fn sparse<K: Key, T: Total>(&self, body: &Body<K>, resolved: &Resolved) -> Vec<(u128, T)> {
        let tables: Vec<(Field, Vec<u128>)> = self.positions.iter().map(|kinds| (kinds.field, kinds.wide_steps())).collect();
        let mut parts = in_parts(body.block_count(), resolved, |blocks| {
            let mut found = Found { numbers: HashMap::default(), totals: Vec::<(u128, T)>::new(), last: (SKIP_WIDE, 0) };
            Walk { body, resolved, positions: &self.positions, values: T::VALUES }.cells(blocks, |key, value| {
                let group = tables.iter().fold(0u128, |sum, table| sum.saturating_add(wide_step(key, table)));
                if group != SKIP_WIDE {
                    found.with(group, |total| total.add(value));
                }
            });
            found
        });
        let Some(mut whole) = parts.pop() else { return Vec::new() };
        for part in parts {
            part.totals.iter().for_each(|(group, more)| whole.with(*group, |total| total.merge(more)));
        }
        whole.totals
    }

    fn answer<T: Total>(&self, totals: Vec<(u128, T)>, wanted: Wanted) -> Groups {
        let column = |(at, place): &(usize, usize)| {
            let kinds = self.positions.get(*at);
            totals.iter().filter_map(|(group, _)| kinds.and_then(|k| k.codes(*group).get(*place)).copied()).collect()
        };
        let numbers = |wanted: bool, of: fn(&T) -> f64| totals.iter().filter(|_| wanted).map(|(_, total)| of(total)).collect();
        let mut groups = Groups {
            codes: self.axes.iter().map(column).collect(),
            count: totals.iter().filter(|_| wanted.count).map(|(_, total)| total.count()).collect(),
            sum: numbers(wanted.sum, T::sum),
            min: numbers(wanted.min, |total| total.ends().0),
            max: numbers(wanted.max, |total| total.ends().1),
            len: totals.len(),
        };
        groups.sort();
        groups
    }
}

/// Totals of words, whose groups are found once a word.
struct WordTotals<'a, K, T> {
    by_word: &'a ByWord<'a>,
    totals: &'a mut [T],
    words: VisibleWords<K>,
    lines: WordsByLine<u32>,
}

impl<K: Key, T: Total> WordTotals<'_, K, T> {
    /// Adds the visible cells of a block.
    fn add(&mut self, chunk: &Chunk<K>, selection: &Selection, values: &[f64]) {
        let WordTotals { by_word, totals, words, lines } = self;
        let group = |line: u32, bit: u32| (line + by_word.steps.get(bit as usize).copied().unwrap_or(SKIP)) as usize;
        let one_by_one = |line: u32, bits: u64, values: &[f64], totals: &mut [T]| {
            let mut values = values.iter();
            for bit in bits_of(bits) {
                let value = values.next().copied().unwrap_or(0.0);
                totals.get_mut(group(line, bit)).into_iter().for_each(|total| total.add(value));
            }
        };
        words.of(chunk, selection, |head, bits, from| match by_word.line(head) {
            SKIP.. => {}
            line if T::TAKE.is_some() => lines.push(line, bits, from),
            line => one_by_one(line, bits, values.get(from..).unwrap_or_default(), totals),
        });
        let Some(take) = T::TAKE else { return };
        lines.finish(values, |line, part| match part {
            OfLine::Sum(bit, sum) => totals.get_mut(group(line, bit)).into_iter().for_each(|total| take(total, sum)),
            OfLine::Word(bits, values) => one_by_one(line, bits, values, totals),
        });
    }
}

/// Runs `work` on each thread of the pool with a common source of blocks.
fn in_parts<R: Send>(blocks: usize, resolved: &Resolved, work: impl Fn(&Blocks) -> R + Sync) -> Vec<R> {
    let source = Blocks { next: AtomicUsize::new(0), count: blocks };
    let useful = usize::try_from(resolved.len() / CELLS_PER_THREAD).unwrap_or(usize::MAX).saturating_add(1);
    let threads = rayon::current_num_threads().min(useful);
    if threads <= 1 {
        return vec![work(&source)];
    }
    (0..threads).into_par_iter().with_max_len(1).map(|_| work(&source)).collect()
}

fn numbers(column: &Column) -> &[f64] {
    match column {
        Column::Number(values) => values,
        _ => &[],
    }
}

/// Hands out blocks, each once.
struct Blocks {
    next: AtomicUsize,
    count: usize,
}

impl Blocks {
    fn next(&self) -> Option<usize> {
        let block = self.next.fetch_add(1, Ordering::Relaxed);
        (block < self.count).then_some(block)
    }
}

/// A walk over the visible cells.
struct Walk<'a, K> {
    body: &'a Body<K>,
    resolved: &'a Resolved,
    /// What is looked at of a key.
    positions: &'a [Kinds],
    /// Whether values are needed.
    values: bool,
}

impl<K: Key> Walk<'_, K> {
    /// Hands out blocks that have visible cells, with which of them are visible.
    fn each(&self, blocks: &Blocks, mut f: impl FnMut(usize, &Selection)) {
        while let Some(block) = blocks.next() {
            let selection = if planted(Leak::TotalsOfAllCells) { &Selection::All } else { self.resolved.block(block) };
            if !matches!(selection, Selection::None) && !self.is_filtered_out(block) {
                f(block, selection);
            }
        }
    }

    /// Runs of visible values and their numbers, without where they are.
    fn runs(&self, blocks: &Blocks, mut f: impl FnMut(&[f64], usize)) {
        self.each(blocks, |block, selection| {
            let len = self.body.block_len(block);
            if !self.values {
                let selection = if planted(Leak::CountsOfBlocks) { &Selection::All } else { selection };
                return selection.runs(len, |from, to| f(&[], to - from));
            }
            let Some(chunk) = self.body.chunk(block) else { return };
            let values = numbers(&chunk.column);
            selection.runs(len, |from, to| f(values.get(from..to).unwrap_or_default(), to - from));
        });
    }

    /// Hands out blocks with visible cells, which of them are visible, and the values of all, if values are needed.
    fn chunks(&self, blocks: &Blocks, mut f: impl FnMut(&Chunk<K>, &Selection, &[f64])) {
        self.each(blocks, |block, selection| {
            let Some(chunk) = self.body.chunk(block) else { return };
            f(&chunk, selection, if self.values { numbers(&chunk.column) } else { &[] });
        });
    }

    /// The visible cells in runs of one group, which follows from the head of a word: their values, if values are needed, and their number.
    fn level(&self, blocks: &Blocks, group: impl Fn(K) -> u32, mut f: impl FnMut(u32, &[f64], usize)) {
        let (mut words, mut runs) = (VisibleWords::default(), Vec::<(u32, usize, usize)>::new());
        self.chunks(blocks, |chunk, selection, values| {
            runs.clear();
            words.of(chunk, selection, |head, bits, from| {
                let (group, to) = (group(head), from + bits.count_ones() as usize);
                match runs.last_mut() {
                    Some((of, _, end)) if *of == group && *end == from => *end = to,
                    _ => runs.push((group, from, to)),
                }
            });
            let of = |(_, from, to): &(u32, usize, usize)| values.get(*from..*to).unwrap_or_default();
            for (at, run) in runs.iter().enumerate() {
                // Between what is visible there are gaps, over which the processor does not look ahead.
                runs.get(at + AHEAD).into_iter().for_each(|next| soon(of(next)));
                f(run.0, of(run), run.2 - run.1);
            }
        });
    }

    /// The visible cells one by one.
    fn cells(&self, blocks: &Blocks, mut f: impl FnMut(K, f64)) {
        let mut keys: Vec<K> = Vec::new();
        self.chunks(blocks, |chunk, selection, values| {
            each_key(selection, chunk, &mut keys, |key, at| f(key, values.get(at).copied().unwrap_or(0.0)));
        });
    }

    /// Whether a filter on the slowest dimension leaves nothing of a block.
    fn is_filtered_out(&self, block: usize) -> bool {
        let bits = self.body.layout().bits();
        let Some(top) = self.positions.iter().find(|kinds| kinds.field.shift + kinds.field.bits == bits) else { return false };
        let Some(first) = self.body.cuts().get(block) else { return true };
        let last = self.body.cuts().get(block + 1).map_or(u32::MAX, |next| next.get(top.field));
        top.none_within(first.get(top.field), last)
    }
}

/// Groups as they come up.
struct Found<T> {
    numbers: HashMap<u128, usize, BuildHasherDefault<Mix>>,
    totals: Vec<(u128, T)>,
    /// The group of the cell before: neighbours often share one.
    last: (u128, usize),
}

impl<T: Total> Found<T> {
    #[inline]
    fn with(&mut self, group: u128, change: impl FnOnce(&mut T)) {
        if self.last.0 != group {
            let at = match self.numbers.entry(group) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(new) => {
                    self.totals.push((group, T::default()));
                    *new.insert(self.totals.len() - 1)
                }
            };
            self.last = (group, at);
        }
        if let Some((_, total)) = self.totals.get_mut(self.last.1) {
            change(total);
        }
    }
}

/// A fast hash for numbers of groups, which nobody outside chooses.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u128(u128::from(*byte)));
    }

    fn write_u128(&mut self, number: u128) {
        let folded = (number as u64) ^ ((number >> 64) as u64).rotate_left(32) ^ self.0;
        let product = u128::from(folded ^ 0x9e37_79b9_7f4a_7c15) * 0xd6e8_feb8_6659_fd93_u128;
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }
}

const _: () = assert!(DENSE_GROUPS < SKIP as u128, "sums of steps with a SKIP among them are no groups");
