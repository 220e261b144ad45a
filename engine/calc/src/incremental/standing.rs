//! What stands: ranges of an operator's cells that a change does not reach are taken over from before, block by block, and the others are computed
//! as if all were. That is faster than to list the coordinates of a large region, and its cost is that of the blocks which hold any of them.

use std::sync::Arc;

use smalt_vault::{Cells, Chunk, Key, Layout};

use super::region::{Part, Region};
use crate::feed::Range;
use crate::width::Width;

/// Cells from before, and where they may be others now.
#[derive(Debug)]
pub(crate) struct Standing {
    base: Arc<Cells>,
    reached: Vec<Heads>,
}

/// Coordinates by the first dimensions of a layout: their keys without the bits below those.
#[derive(Debug)]
struct Heads {
    low_bits: u32,
    /// Ascending.
    heads: Vec<u128>,
}

impl Standing {
    /// `None` where no range is free of the region: a part of it has not the first dimension of the cells.
    pub(super) fn new(base: &Arc<Cells>, dirty: &Region) -> Option<Standing> {
        let reached = dirty.parts().iter().map(|part| Heads::of(part, base.layout())).collect::<Option<Vec<_>>>()?;
        Some(Standing { base: Arc::clone(base), reached })
    }

    /// The layout of the cells.
    pub(crate) fn layout(&self) -> &Arc<Layout> {
        self.base.layout()
    }

    /// Whether cells of a range of keys under this layout may be others now.
    pub(crate) fn is_reached<K: Width>(&self, (from, to): Range<K>) -> bool {
        self.reached.iter().any(|heads| heads.reach(from.wide(), to.map(|to| to.wide().saturating_sub(1))))
    }

    /// Whether the cell of a key may be another one now, of keys from the first to the last of these.
    pub(crate) fn is_reached_between<K: Width>(&self, (first, last): (K, K)) -> bool {
        self.reached.iter().any(|heads| heads.reach(first.wide(), Some(last.wide())))
    }

    /// The cells of a range as they were.
    pub(crate) fn range<K: Width>(&self, (from, to): Range<K>) -> Option<Chunk<K>> {
        K::body(&self.base)?.range(from, to)
    }
}

impl Heads {
    fn of(part: &Part, layout: &Layout) -> Option<Heads> {
        let leading: Vec<_> = layout
            .dims()
            .iter()
            .zip(layout.fields())
            .map_while(|(dimension, field)| Some((*field, part.layout.field(*dimension)?)))
            .collect();
        let low_bits = leading.last()?.0.shift;
        let head = |key: &u128| leading.iter().fold(0u128, |head, (to, from)| head.with(*to, key.get(*from))) >> low_bits;
        let mut heads: Vec<u128> = part.keys.iter().map(head).collect();
        if !heads.is_sorted() {
            heads.sort_unstable();
        }
        heads.dedup();
        Some(Heads { low_bits, heads })
    }

    /// Whether a key of one of the heads may lie between two, both included.
    fn reach(&self, first: u128, last: Option<u128>) -> bool {
        let (first, last) = (first >> self.low_bits, last.map(|last| last >> self.low_bits));
        let at = self.heads.partition_point(|head| *head < first);
        self.heads.get(at).is_some_and(|head| last.is_none_or(|last| *head <= last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_reached_where_a_head_lies_in_it() {
        let heads = Heads { low_bits: 4, heads: vec![2, 5] };
        let reach = |from, to| heads.reach(from, to);
        assert!(reach(0, None) && reach(0x20, Some(0x20)) && reach(0x2f, Some(0x2f)) && reach(0x30, Some(0x50)) && reach(0x5f, None));
        assert!(!reach(0, Some(0x1f)) && !reach(0x30, Some(0x4f)) && !reach(0x60, None) && !reach(0, Some(0)));
    }
}
