//! What a mask lets through of one block, and of all blocks of a metric.

use std::collections::HashMap;
use std::sync::Arc;

/// The visible cells of one block by their places in it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Selection {
    /// No cell: the block is not touched.
    None,
    /// Every cell.
    All,
    /// Ranges `from..to`, ascending, with gaps between them.
    Runs(Arc<[(u32, u32)]>),
    /// Bit i of word w stands for the cell 64 w + i.
    Bits(Arc<[u64]>),
}

/// Runs of at least this many cells on the mean take no more room than bits.
const CELLS_PER_RUN: usize = 64;

/// To find a place among the keys of a block takes about as long as to read so many of them.
const CELLS_PER_SEARCH: usize = 32;

/// Collects ascending ranges of visible cells.
#[derive(Debug, Default)]
pub(super) struct Collector {
    runs: Vec<(u32, u32)>,
    count: u32,
}

impl Collector {
    /// The cells `from..to` are visible; above all that came before.
    #[inline]
    pub(super) fn push(&mut self, from: usize, to: usize) {
        // A block has far fewer cells than 2^32.
        let (from, to) = (from as u32, to as u32);
        if from >= to {
            return;
        }
        self.count += to - from;
        match self.runs.last_mut() {
            Some(last) if last.1 == from => last.1 = to,
            _ => self.runs.push((from, to)),
        }
    }

    /// The selection out of a block of `len` cells and the number of cells in it.
    pub(super) fn finish(self, len: usize) -> (Selection, u32) {
        let count = self.count;
        let selection = if count == 0 {
            Selection::None
        } else if count as usize == len {
            Selection::All
        } else if self.runs.len() * CELLS_PER_RUN <= len {
            Selection::Runs(self.runs.into())
        } else {
            let mut words = vec![0u64; len.div_ceil(64)];
            for (from, to) in self.runs {
                for at in from..to {
                    if let Some(word) = words.get_mut((at >> 6) as usize) {
                        *word |= 1 << (at & 63);
                    }
                }
            }
            Selection::Bits(words.into())
        };
        (selection, count)
    }
}

impl Selection {
    /// Calls `each` with the ranges of visible cells of a block of `len` cells, ascending.
    #[inline]
    pub(super) fn runs(&self, len: usize, mut each: impl FnMut(usize, usize)) {
        match self {
            Selection::None => {}
            Selection::All => each(0, len),
            Selection::Runs(runs) => runs.iter().for_each(|(from, to)| each(*from as usize, *to as usize)),
            Selection::Bits(words) => {
                let mut open: Option<usize> = None;
                for (at, word) in words.iter().enumerate() {
                    let base = at * 64;
                    let mut done = 0u32;
                    while done < 64 {
                        let rest = word >> done;
                        if open.is_none() {
                            if rest == 0 {
                                break;
                            }
                            done += rest.trailing_zeros();
                            open = Some(base + done as usize);
                        } else {
                            done += rest.trailing_ones();
                            if done < 64
                                && let Some(from) = open.take()
                            {
                                each(from, base + done as usize);
                            }
                        }
                    }
                }
                if let Some(from) = open {
                    each(from, len);
                }
            }
        }
    }

    /// Whether so few cells in so few ranges are visible that each range is better read by itself than out of the whole block.
    pub(super) fn is_sparse(&self, len: usize) -> bool {
        let (runs, cells) = match self {
            Selection::None => return true,
            Selection::All => return false,
            Selection::Runs(runs) => (runs.len(), runs.iter().map(|(from, to)| (to - from) as usize).sum()),
            Selection::Bits(words) => {
                let mut before = 0u64;
                let mut runs = 0;
                for word in words.iter() {
                    runs += (word & !(word << 1 | before)).count_ones() as usize;
                    before = word >> 63;
                }
                (runs, words.iter().map(|word| word.count_ones() as usize).sum::<usize>())
            }
        };
        runs * CELLS_PER_SEARCH + cells < len
    }

    fn bytes(&self) -> usize {
        match self {
            Selection::None | Selection::All => 0,
            Selection::Runs(runs) => runs.len() * 8,
            Selection::Bits(words) => words.len() * 8,
        }
    }
}

/// The visible cells of a metric, or rows of a list, block by block.
#[derive(Debug)]
pub(super) struct Resolved {
    blocks: Vec<Selection>,
    /// The number of visible cells before each block, and at the end their sum.
    before: Vec<u64>,
    /// The blocks by the stamps of their keys, where the answer depends on these alone.
    by_keys: HashMap<u64, usize>,
}

impl Resolved {
    pub(super) fn new(blocks: impl IntoIterator<Item = (Selection, u32)>) -> Resolved {
        let mut resolved = Resolved { blocks: Vec::new(), before: vec![0], by_keys: HashMap::new() };
        let mut all = 0;
        for (selection, count) in blocks {
            all += u64::from(count);
            resolved.blocks.push(selection);
            resolved.before.push(all);
        }
        resolved
    }

    /// With the stamps of the blocks' keys.
    pub(super) fn keyed(self, stamps: impl IntoIterator<Item = Option<u64>>) -> Resolved {
        let by_keys = stamps.into_iter().enumerate().filter_map(|(block, stamp)| Some((stamp?, block))).collect();
        Resolved { by_keys, ..self }
    }

    /// What was let through of a block with these keys, and how many cells that are.
    pub(super) fn of_keys(&self, stamp: u64) -> Option<(Selection, u32)> {
        let block = *self.by_keys.get(&stamp)?;
        let count = u32::try_from(self.before(block + 1) - self.before(block)).ok()?;
        Some((self.blocks.get(block)?.clone(), count))
    }

    /// The number of visible cells.
    pub(super) fn len(&self) -> u64 {
        self.before.last().copied().unwrap_or(0)
    }

    /// The number of visible cells among the first ones of the first block: what only a planted leak asks.
    pub(super) fn among_first(&self, cells: u64) -> u64 {
        let (len, mut visible) = (usize::try_from(cells).unwrap_or(usize::MAX), 0);
        self.block(0).runs(len, |from, to| visible += to.min(len).saturating_sub(from) as u64);
        visible.min(self.len())
    }

    pub(super) fn block(&self, block: usize) -> &Selection {
        self.blocks.get(block).unwrap_or(&Selection::None)
    }

    /// The number of visible cells in all blocks before this one.
    pub(super) fn before(&self, block: usize) -> u64 {
        self.before.get(block).copied().unwrap_or(self.len())
    }

    /// The block that holds the visible cell of this number.
    pub(super) fn block_of(&self, visible: u64) -> usize {
        self.before.partition_point(|b| *b <= visible).saturating_sub(1)
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.blocks.iter().map(|b| b.bytes() + size_of::<Selection>() + 8).sum::<usize>() + 24 * self.by_keys.len()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Collector, Selection};

    fn places(selection: &Selection, len: usize) -> Vec<usize> {
        let mut out = Vec::new();
        selection.runs(len, |from, to| {
            assert!(from < to && out.last().is_none_or(|last| *last < from), "ranges ascend");
            out.extend(from..to);
        });
        out
    }

    #[test]
    fn every_shape_gives_back_what_was_collected() {
        let mut seed = 5u64;
        for round in 0..2_000usize {
            let len = 1 + round % 300;
            let mut want = Vec::new();
            let mut collector = Collector::default();
            let mut at = 0;
            while at < len {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let run = 1 + (seed >> 33) as usize % if round % 3 == 0 { 3 } else { 150 };
                let end = (at + run).min(len);
                if (seed >> 60) & 1 == 1 {
                    collector.push(at, end);
                    want.extend(at..end);
                }
                at = end;
            }
            let (selection, count) = collector.finish(len);
            assert_eq!(count as usize, want.len());
            assert_eq!(places(&selection, len), want);
        }
    }

    #[test]
    fn few_ranges_of_few_cells_are_sparse() {
        let of = |runs: &[(usize, usize)], len| {
            let mut collector = Collector::default();
            runs.iter().for_each(|(from, to)| collector.push(*from, *to));
            collector.finish(len).0
        };
        let spread = (0..20).map(|at| (at * 50, at * 50 + 1)).collect::<Vec<_>>();
        assert!(matches!(of(&spread, 1_000), Selection::Bits(_)) && matches!(of(&spread, 2_000), Selection::Runs(_)));
        // Twenty ranges of one cell each: 20 * 32 + 20.
        assert!(of(&spread, 1_000).is_sparse(1_000) && !of(&spread, 1_000).is_sparse(660));
        assert!(of(&[], 10).is_sparse(10) && !of(&[(0, 10)], 10).is_sparse(10));
        assert!(!of(&[(0, 999)], 1_000).is_sparse(1_000) && of(&[(0, 900)], 1_000).is_sparse(1_000));
    }

    #[test]
    fn shapes_are_as_small_as_they_can_be() {
        let shape = |runs: &[(usize, usize)], len| {
            let mut collector = Collector::default();
            runs.iter().for_each(|(from, to)| collector.push(*from, *to));
            collector.finish(len).0
        };
        assert_eq!(shape(&[], 10), Selection::None);
        assert_eq!(shape(&[(0, 4), (4, 10)], 10), Selection::All);
        assert_eq!(shape(&[(3, 1_000)], 1_000), Selection::Runs(Arc::from([(3, 1_000)])));
        assert!(matches!(shape(&[(0, 1), (2, 3)], 64), Selection::Bits(_)));
    }
}
