//! All cells of one metric under one key width.

use std::ops::Range;
use std::sync::Arc;

use smalt_model::Type;

use super::block::{Block, Chunk};
use super::build::Builder;
use super::key::Key;
use super::keys::Keys;
use super::layout::{Field, Layout};
use super::walk::place_from;
use crate::pool::map_in_pool;
use crate::vector::Vector;

/// So many edits are worth more than one thread.
const MANY_EDITS: usize = 4_096;

/// A block with its edits over it.
enum Patched<K> {
    Whole(Arc<Block<K>>),
    /// They are so many that its cells are put together anew.
    Cells(Vec<K>, Vector),
}

/// Blocks in coordinate order. Immutable; a change makes a new body that shares the blocks it did not touch.
#[derive(Clone, Debug)]
pub struct Body<K> {
    layout: Arc<Layout>,
    ty: Type,
    blocks: Vec<Arc<Block<K>>>,
    firsts: Vec<K>,
    len: u64,
}

impl<K: Key> Body<K> {
    /// No cells.
    pub fn empty(layout: Arc<Layout>, ty: Type) -> Body<K> {
        Body { layout, ty, blocks: Vec::new(), firsts: Vec::new(), len: 0 }
    }

    pub(super) fn from_blocks(layout: Arc<Layout>, ty: Type, blocks: Vec<Arc<Block<K>>>) -> Body<K> {
        let blocks: Vec<_> = blocks.into_iter().filter(|b| !b.is_empty()).collect();
        let firsts = blocks.iter().map(|b| b.first()).collect();
        let len = blocks.iter().map(|b| b.len() as u64).sum();
        Body { layout, ty, blocks, firsts, len }
    }

    pub(super) fn blocks(&self) -> &[Arc<Block<K>>] {
        &self.blocks
    }

    /// Where each dimension stands in a key.
    pub fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    /// The type of the values.
    pub fn ty(&self) -> Type {
        self.ty
    }

    /// The number of cells.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The number of blocks.
    pub fn block_count(&self) -> usize {
        self.blocks.len()
    }

    /// The cells of a block.
    pub fn chunk(&self, block: usize) -> Option<Chunk<K>> {
        self.blocks.get(block)?.chunk()
    }

    /// A number for which cells a block has: blocks of one number, of whichever metric, have the very same keys. `None` where edits that lie
    /// over the block add cells to it or clear some.
    pub fn keys_stamp(&self, block: usize) -> Option<u64> {
        self.blocks.get(block)?.keys_stamp()
    }

    /// The number of cells of a block.
    pub fn block_len(&self, block: usize) -> usize {
        self.blocks.get(block).map_or(0, |b| b.len())
    }

    /// All keys, ascending, and their values. For few cells: it decodes everything.
    pub fn entries(&self) -> (Vec<K>, Vector) {
        let (mut keys, mut values) = (Vec::new(), Vector::blank(self.ty, 0));
        for chunk in self.blocks.iter().filter_map(|block| block.chunk()) {
            chunk.keys.decode_into(&mut keys);
            chunk.column.append_to(&mut values);
        }
        (keys, values)
    }

    /// Where a block stands in memory: blocks of two versions that are both held are the very same where the numbers are equal.
    pub fn block_address(&self, block: usize) -> Option<usize> {
        self.blocks.get(block).map(|b| Arc::as_ptr(b).addr())
    }

    /// Whether later edits stand over a block.
    pub fn is_patched(&self, block: usize) -> bool {
        self.blocks.get(block).is_some_and(|b| b.is_patched())
    }

    /// The lowest key of each block: places at which work over these cells is best cut.
    pub fn cuts(&self) -> &[K] {
        &self.firsts
    }

    /// All cells with `from <= key`, and `key < to` where there is a `to`. Where that is one whole block nothing is copied.
    pub fn range(&self, from: K, to: Option<K>) -> Option<Chunk<K>> {
        let mut parts = Vec::new();
        let start = self.firsts.partition_point(|f| *f <= from).saturating_sub(1);
        for block in self.blocks.iter().skip(start) {
            if to.is_some_and(|to| block.first() >= to) {
                break;
            }
            parts.extend(block.range(from, to));
        }
        if parts.len() <= 1 {
            return parts.pop();
        }
        let mut keys = Vec::new();
        let mut values = Vector::blank(self.ty, 0);
        for part in &parts {
            part.keys.decode_into(&mut keys);
            part.column.append_to(&mut values);
        }
        Some(Chunk { keys: Arc::new(Keys::from_sorted(&keys)?), column: super::column::Column::from_full(values) })
    }

    /// The values of the block whose keys these very keys are (the same allocation), where there is one: metrics computed from one another
    /// share their keys, and then nothing needs to be looked up.
    pub fn column_of(&self, keys: &Arc<Keys<K>>) -> Option<super::column::Column> {
        let block = self.firsts.partition_point(|f| *f <= keys.first()).checked_sub(1)?;
        let chunk = self.blocks.get(block)?.chunk()?;
        Arc::ptr_eq(&chunk.keys, keys).then_some(chunk.column)
    }

    /// The values at some keys, BLANK where there is no cell. Keys in any order; ascending ones are fastest.
    pub fn probe(&self, keys: &[K]) -> Vector {
        let mut out = Vector::blank(self.ty, 0);
        let mut scratch = Vec::new();
        let mut at = 0;
        while let Some(&key) = keys.get(at) {
            let block = self.firsts.partition_point(|f| *f <= key);
            if block == 0 {
                out.push(None);
                at += 1;
                continue;
            }
            let (low, high) = (self.firsts.get(block - 1).copied().unwrap_or(key), self.firsts.get(block).copied());
            let inside = |k: &K| *k >= low && high.is_none_or(|h| *k < h);
            let rest = keys.get(at..).unwrap_or_default();
            let run = rest.iter().position(|k| !inside(k)).unwrap_or(rest.len());
            match (self.blocks.get(block - 1), rest.get(..run)) {
                (Some(found), Some(run_keys)) => found.probe(run_keys, &mut scratch, &mut out),
                _ => (0..run).for_each(|_| out.push(None)),
            }
            at += run;
        }
        out
    }

    /// The numbers at some keys of a block, each moved along a field by `by` ordinals; BLANK where a move leaves `0..count`, or there is no
    /// cell. `near` are the block's keys from the place `from` on. `None` if this body has no block with these very keys, or no numbers.
    ///
    /// Moving keeps keys in order, so most of them are found by walking along `near`, without a look-up.
    pub fn numbers_moved(&self, keys: &Arc<Keys<K>>, from: usize, near: &[K], field: Field, by: i64, count: u32) -> Option<Vec<f64>> {
        let super::column::Column::Number(values) = self.column_of(keys)? else { return None };
        let (first, last) = (near.first().copied()?, near.last().copied()?);
        let at_rank = |rank: usize| values.get(rank).copied().unwrap_or(f64::NAN);
        let mut walk = 0;
        let one = |key: &K| {
            let item = i64::from(key.get(field)).saturating_add(by);
            let Some(item) = u32::try_from(item).ok().filter(|item| *item < count) else { return f64::NAN };
            let moved = key.clear(field).with(field, item);
            if moved < first || moved > last {
                // Past this part of the block, or in another one.
                return match self.probe(&[moved]) {
                    Vector::Number(v) => v.first().copied().unwrap_or(f64::NAN),
                    _ => f64::NAN,
                };
            }
            while near.get(walk).is_some_and(|k| *k < moved) {
                walk += 1;
            }
            if near.get(walk) == Some(&moved) { at_rank(from + walk) } else { f64::NAN }
        };
        Some(near.iter().map(one).collect())
    }

    /// The cells with edits applied: ascending keys, none twice; BLANK clears.
    pub(super) fn apply(&self, keys: &[K], values: &Vector) -> Body<K> {
        let mut builder = Builder::new(Arc::clone(&self.layout), self.ty);
        if self.blocks.is_empty() {
            builder.push_plain(keys.to_vec(), values.clone());
            return builder.finish();
        }
        let mut from = 0;
        let edits = self.blocks.iter().enumerate().map(|(i, block)| {
            let end = match self.firsts.get(i + 1) {
                Some(next) => place_from(keys, from, next),
                None => keys.len(),
            };
            (block, std::mem::replace(&mut from, end)..end)
        });
        let patched = |(block, edits): (&Arc<Block<K>>, Range<usize>)| match edits.is_empty() {
            true => Patched::Whole(Arc::clone(block)),
            false => match block.patched(keys.get(edits.clone()).unwrap_or_default(), &values.part(edits.start, edits.end)) {
                Ok(block) => Patched::Whole(Arc::new(block)),
                Err((keys, values)) => Patched::Cells(keys, values),
            },
        };
        let blocks = map_in_pool(edits.collect(), keys.len() >= MANY_EDITS, patched);
        for block in blocks {
            match block {
                Patched::Whole(block) => builder.push_block(&block),
                Patched::Cells(keys, values) => builder.push_plain(keys, values),
            }
        }
        builder.finish()
    }
}
