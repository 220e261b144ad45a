//! Makes blocks of ascending cells.

use std::sync::Arc;

use super::block::{Block, Chunk, without_blanks};
use super::body::Body;
use super::column::Column;
use super::key::Key;
use super::keys::Keys;
use super::layout::Layout;
use crate::pool::map_in_pool;
use crate::vector::Vector;
use smalt_model::Type;

/// The most cells of a block: several 8-byte columns of them fit a second-level cache, and what changes at one item of a first dimension is in few blocks.
/// With four times as many, ten scenarios of PlanBench took half as long again.
pub(super) const MOST_CELLS: usize = 16_384;
/// Fewer cells than this are put together with their neighbours.
const FEWEST_CELLS: usize = 4_096;

/// Collects ascending cells and cuts them into blocks. Chunks of a block's size pass through with their keys shared.
#[derive(Debug)]
pub struct Builder<K> {
    layout: Arc<Layout>,
    ty: Type,
    blocks: Vec<Arc<Block<K>>>,
    pending_keys: Vec<K>,
    pending: Vector,
    /// Blocks are cut where the key above these bits changes, so that a series is never torn apart.
    series_bits: u32,
}

impl<K: Key> Builder<K> {
    /// An empty builder.
    pub fn new(layout: Arc<Layout>, ty: Type) -> Builder<K> {
        let series_bits = layout.fields().last().map_or(0, |f| if f.bits <= 12 { f.bits } else { 0 });
        Builder { layout, ty, blocks: Vec::new(), pending_keys: Vec::new(), pending: Vector::blank(ty, 0), series_bits }
    }

    /// Adds cells above all that were added before. BLANK places are dropped.
    pub fn push(&mut self, keys: &Arc<Keys<K>>, values: Vector) {
        let full = values.is_full();
        let fits = (FEWEST_CELLS..=MOST_CELLS).contains(&keys.len());
        if full && fits && (self.pending_keys.is_empty() || self.pending_keys.len() >= FEWEST_CELLS) {
            self.flush();
            self.blocks.push(Arc::new(Block::new(Chunk { keys: Arc::clone(keys), column: Column::from_full(values) })));
            return;
        }
        self.push_plain(keys.decode(), values);
    }

    /// Adds a chunk that is already a block's content.
    pub fn push_chunk(&mut self, chunk: Chunk<K>) {
        if (FEWEST_CELLS..=MOST_CELLS).contains(&chunk.keys.len())
            && (self.pending_keys.is_empty() || self.pending_keys.len() >= FEWEST_CELLS)
        {
            self.flush();
            self.blocks.push(Arc::new(Block::new(chunk)));
            return;
        }
        self.push_plain(chunk.keys.decode(), chunk.column.to_vector());
    }

    /// Adds ascending cells, above all that were added before. BLANK places are dropped.
    pub fn push_plain(&mut self, keys: Vec<K>, values: Vector) {
        debug_assert!(keys.len() == values.len(), "as many keys as values");
        debug_assert!(self.pending_keys.last().into_iter().chain(&keys).is_sorted_by(|a, b| a < b), "keys ascend, and none comes twice");
        let (keys, values) = without_blanks(keys, values);
        if keys.is_empty() {
            return;
        }
        // Only as many cells are copied as complete the block that was begun; the others are cut where they are.
        let mut from = 0;
        while !self.pending_keys.is_empty() && from < keys.len() {
            let begun = self.pending_keys.len();
            let to = (from + MOST_CELLS + 1).saturating_sub(begun).min(keys.len());
            self.pending_keys.extend_from_slice(keys.get(from..to).unwrap_or_default());
            self.pending.append(&values.part(from, to));
            if self.pending_keys.len() <= MOST_CELLS {
                return;
            }
            let end = self.end_of_block(&self.pending_keys, 0);
            self.blocks.extend(block(&self.pending_keys, &self.pending, (0, end)));
            // What comes behind the block and was there before stays begun.
            from += end.saturating_sub(begun);
            self.pending_keys.truncate(begun);
            self.pending_keys.drain(..end.min(begun));
            self.pending = self.pending.part(end.min(begun), begun);
        }
        self.cut(keys, values, from, false);
    }

    /// Adds a block as it is, patch and all; above all that were added before.
    pub(super) fn push_block(&mut self, block: &Arc<Block<K>>) {
        if block.is_empty() {
            return;
        }
        if self.pending_keys.is_empty() || self.pending_keys.len() >= FEWEST_CELLS {
            self.flush();
            self.blocks.push(Arc::clone(block));
        } else if let Some(chunk) = block.chunk() {
            self.push_plain(chunk.keys.decode(), chunk.column.to_vector());
        }
    }

    /// The cells.
    pub fn finish(mut self) -> Body<K> {
        self.flush();
        Body::from_blocks(self.layout, self.ty, self.blocks)
    }

    fn flush(&mut self) {
        if !self.pending_keys.is_empty() {
            let keys = std::mem::take(&mut self.pending_keys);
            let values = std::mem::replace(&mut self.pending, Vector::blank(self.ty, 0));
            self.cut(keys, values, 0, true);
        }
    }

    /// Turns cells from one on into blocks, when none is begun; unless `all`, begins one with the last of them.
    fn cut(&mut self, keys: Vec<K>, values: Vector, from: usize, all: bool) {
        let (mut at, mut cuts) = (from, Vec::new());
        while at < keys.len() {
            let to = self.end_of_block(&keys, at);
            if to >= keys.len() && !all {
                break;
            }
            cuts.push((at, to));
            at = to;
        }
        let is_several = cuts.len() > 1;
        let blocks = map_in_pool(cuts, is_several, |cut| block(&keys, &values, cut));
        self.blocks.extend(blocks.into_iter().flatten());
        if at == 0 {
            (self.pending_keys, self.pending) = (keys, values);
        } else if at < keys.len() {
            self.pending = values.part(at, keys.len());
            self.pending_keys = keys.get(at..).unwrap_or_default().to_vec();
        }
    }

    fn end_of_block(&self, keys: &[K], from: usize) -> usize {
        let most = (from + MOST_CELLS).min(keys.len());
        if most == keys.len() {
            return most;
        }
        let Some(next) = keys.get(most) else { return most };
        let series = next.prefix(self.series_bits);
        let run = keys.get(from..most).map_or(0, |piece| piece.partition_point(|k| *k < series));
        if run >= FEWEST_CELLS { from + run } else { most }
    }
}

/// The block of some of the cells.
fn block<K: Key>(keys: &[K], values: &Vector, (from, to): (usize, usize)) -> Option<Arc<Block<K>>> {
    let keys = keys.get(from..to).and_then(Keys::from_sorted)?;
    Some(Arc::new(Block::new(Chunk { keys: Arc::new(keys), column: Column::from_full(values.part(from, to)) })))
}
