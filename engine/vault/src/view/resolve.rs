//! From a mask and blocks of cells, or rows, to the places that are visible.

use rayon::prelude::*;
use smalt_planted::{Leak, planted};

use super::selection::{Collector, Resolved, Selection};
use super::sieve::{ItemSet, Sieve};
use crate::cells::{Body, Cells, Column, Field, Key, WORD_BITS};
use crate::each_width;
use crate::rows::Rows;
use crate::vector::{BLANK_ITEM, Vector};

/// The rows of a list are looked at in pieces of so many.
pub(super) const ROWS_PER_BLOCK: usize = 65_536;

/// Which cells pass a sieve. `fields` by the positions that the sieve knows; `values`: the items that a cell may hold; `known`: what the same
/// sieve let through of other cells by the same fields.
pub(super) fn cells(cells: &Cells, fields: &[Field], sieve: &Sieve, values: Option<&ItemSet>, known: Option<&Resolved>) -> Resolved {
    match (cells.narrow(), cells.wide()) {
        (Some(body), _) => Plan { body, fields, sieve, values, known }.resolve(),
        (None, Some(body)) => Plan { body, fields, sieve, values, known }.resolve(),
        (None, None) => Resolved::new([]),
    }
}

/// The stamps of the blocks' keys, for who is to find later what was let through of them: where a sieve alone decides, and not the values.
pub(super) fn stamps(cells: &Cells) -> Vec<Option<u64>> {
    each_width!(cells, body => (0..body.block_count()).map(|block| body.keys_stamp(block)).collect())
}

struct Plan<'a, K> {
    body: &'a Body<K>,
    fields: &'a [Field],
    sieve: &'a Sieve,
    values: Option<&'a ItemSet>,
    known: Option<&'a Resolved>,
}

impl<K: Key> Plan<'_, K> {
    fn resolve(&self) -> Resolved {
        let positions = self.sieve.positions();
        let looked_at = || positions.iter().filter_map(|p| self.fields.get(*p));
        // Below this bit nothing is looked at: cells that agree above it share one answer.
        let free = looked_at().map(|f| f.shift).min().unwrap_or(u32::MAX);
        let bits = self.body.layout().bits();
        let top = (0..).zip(self.fields).find(|(_, f)| f.shift + f.bits == bits);
        let blocks: Vec<_> = (0..self.body.block_count())
            .into_par_iter()
            .map_init(Vec::new, |scratch, block| self.known(block).unwrap_or_else(|| self.block(block, free, top, scratch)))
            .collect();
        Resolved::new(blocks)
    }

    /// What is known of a block that has the keys of another one.
    fn known(&self, block: usize) -> Option<(Selection, u32)> {
        let known = self.known.filter(|_| self.values.is_none())?;
        known.of_keys(self.body.keys_stamp(block)?)
    }

    fn block(&self, block: usize, free: u32, top: Option<(usize, &Field)>, scratch: &mut Vec<K>) -> (Selection, u32) {
        let len = self.body.block_len(block);
        if self.sieve.is_never() {
            return (Selection::None, 0);
        }
        let patched = planted(Leak::UnmaskedPatches) && self.body.is_patched(block);
        if self.sieve.is_always() && self.values.is_none() || patched {
            return (Selection::All, u32::try_from(len).unwrap_or(u32::MAX));
        }
        // A range of hidden items of the slowest dimension hides the block before it is touched.
        if let (Some((position, field)), Some(first)) = (top, self.body.cuts().get(block)) {
            let last = self.body.cuts().get(block + 1).map_or(u32::MAX, |next| next.get(*field));
            if self.sieve.never_within(position, first.get(*field), last) {
                return (Selection::None, 0);
            }
        }
        let Some(chunk) = self.body.chunk(block) else { return (Selection::None, 0) };
        let mut seen = Collector::default();
        let (first, last) = (chunk.keys.first(), chunk.keys.last());
        if first.prefix(free) == last.prefix(free) {
            if self.allows(first) {
                self.push(&chunk.column, 0, chunk.keys.len(), &mut seen);
            }
            return seen.finish(chunk.keys.len());
        }
        if free >= WORD_BITS
            && let Some((base, words)) = chunk.keys.as_words()
        {
            // All cells of a word share one answer, and so may those of its neighbours.
            let (mut from, mut answered) = (0, None);
            for (word, distance) in words.iter().zip((0u64..).step_by(1 << WORD_BITS)).filter(|(word, _)| **word != 0) {
                let Some(head) = base.plus(distance) else { break };
                let prefix = head.prefix(free);
                let allowed = match answered {
                    Some((of, allowed)) if of == prefix => allowed,
                    _ => self.allows(head),
                };
                answered = Some((prefix, allowed));
                let to = from + word.count_ones() as usize;
                if allowed {
                    self.push(&chunk.column, from, to, &mut seen);
                }
                from = to;
            }
            return seen.finish(chunk.keys.len());
        }
        scratch.clear();
        chunk.keys.decode_into(scratch);
        let mut from = 0;
        while let Some(key) = scratch.get(from) {
            let prefix = key.prefix(free);
            let rest = scratch.get(from + 1..).unwrap_or_default();
            let to = from + 1 + rest.iter().position(|k| k.prefix(free) != prefix).unwrap_or(rest.len());
            if self.allows(*key) {
                self.push(&chunk.column, from, to, &mut seen);
            }
            from = to;
        }
        seen.finish(scratch.len())
    }

    #[inline]
    fn allows(&self, key: K) -> bool {
        self.sieve.allows(|position| self.fields.get(position).map_or(BLANK_ITEM, |f| key.get(*f)))
    }

    /// Adds a range of places, without those whose value is a hidden item.
    #[inline]
    fn push(&self, column: &Column, from: usize, to: usize, seen: &mut Collector) {
        match (self.values, column) {
            (None, _) => seen.push(from, to),
            (Some(values), Column::Item(_, held)) => {
                for (at, item) in held.iter().enumerate().take(to).skip(from) {
                    if values.contains(*item) {
                        seen.push(at, at + 1);
                    }
                }
            }
            (Some(_), _) => {}
        }
    }
}

/// Which rows pass a sieve whose positions are columns.
pub(super) fn rows(rows: &Rows, sieve: &Sieve) -> Resolved {
    let columns: Vec<Option<&[u32]>> = (0..rows.column_count())
        .map(|c| match rows.column(u16::try_from(c).unwrap_or(u16::MAX)).map(AsRef::as_ref) {
            Some(Vector::Item(_, items)) => Some(items.as_slice()),
            _ => None,
        })
        .collect();
    let item = |position: usize, row: usize| columns.get(position).copied().flatten().and_then(|c| c.get(row)).copied();
    let blocks: Vec<_> = (0..rows.len().div_ceil(ROWS_PER_BLOCK))
        .into_par_iter()
        .map(|block| {
            let from = block * ROWS_PER_BLOCK;
            let len = ROWS_PER_BLOCK.min(rows.len() - from);
            let mut seen = Collector::default();
            if sieve.is_always() || planted(Leak::UnmaskedLists) {
                seen.push(0, len);
            } else if !sieve.is_never() {
                for at in 0..len {
                    if sieve.allows(|position| item(position, from + at).unwrap_or(BLANK_ITEM)) {
                        seen.push(at, at + 1);
                    }
                }
            }
            seen.finish(len)
        })
        .collect();
    Resolved::new(blocks)
}
