//! Where values are wanted: at the cells of a chunk, or at the rows of a list.

use std::cell::OnceCell;
use std::sync::Arc;

use smalt_vault::{Keys, Layout, Rows, Vector, Words};

use super::spill::Spill;

use crate::width::Width;

/// Some places, in order.
#[derive(Debug)]
pub(crate) struct Site<'a, K> {
    /// The dimensions of the keys.
    pub(crate) layout: &'a Arc<Layout>,
    coordinates: Coordinates<'a, K>,
    /// Rows from a first one on, instead of coordinates.
    pub(crate) rows: Option<(&'a Rows, usize)>,
    /// The number of places.
    pub(crate) len: usize,
    /// `CurrentValue` at each place.
    pub(crate) current: Option<&'a Vector>,
    /// Where it is told at which places a result was too large.
    pub(crate) spill: Option<&'a Spill>,
}

/// The coordinates of some places.
#[derive(Debug)]
enum Coordinates<'a, K> {
    Listed(&'a [K]),
    OfBlock(&'a OfBlock<'a, K>),
}

impl<K> Clone for Coordinates<'_, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Coordinates<'_, K> {}

/// Neighbouring coordinates of a block.
#[derive(Debug)]
pub(crate) struct OfBlock<'a, K> {
    /// The keys as the block has them.
    keys: &'a Arc<Keys<K>>,
    /// The place of the first of these among them.
    from: usize,
    len: usize,
    /// The coordinates by words, where the block has them so.
    words: Option<&'a Words<'a, K>>,
    /// The keys, made for the first who asks.
    decoded: OnceCell<Vec<K>>,
}

impl<'a, K: Width> OfBlock<'a, K> {
    /// Those at the places `from..to`.
    pub(crate) fn part(keys: &'a Arc<Keys<K>>, from: usize, to: usize) -> OfBlock<'a, K> {
        let to = to.min(keys.len());
        OfBlock { keys, from, len: to.saturating_sub(from), words: None, decoded: OnceCell::new() }
    }

    /// Those of some words.
    pub(crate) fn words(keys: &'a Arc<Keys<K>>, words: &'a Words<'a, K>) -> OfBlock<'a, K> {
        OfBlock { keys, from: words.from(), len: words.len(), words: Some(words), decoded: OnceCell::new() }
    }
}

impl<'a, K: Width> Site<'a, K> {
    /// Coordinates.
    pub(crate) fn at(layout: &'a Arc<Layout>, keys: &'a [K]) -> Site<'a, K> {
        Site { layout, coordinates: Coordinates::Listed(keys), rows: None, len: keys.len(), current: None, spill: None }
    }

    /// Neighbouring coordinates of a block.
    pub(crate) fn of_block(layout: &'a Arc<Layout>, part: &'a OfBlock<'a, K>) -> Site<'a, K> {
        Site { layout, coordinates: Coordinates::OfBlock(part), rows: None, len: part.len, current: None, spill: None }
    }

    /// The coordinates.
    pub(crate) fn keys(&self) -> &'a [K] {
        match self.coordinates {
            Coordinates::Listed(keys) => keys,
            Coordinates::OfBlock(part) => part.decoded.get_or_init(|| {
                let mut keys = Vec::new();
                part.keys.decode_part(part.from, part.from + part.len, &mut keys);
                keys
            }),
        }
    }

    /// The first and the last coordinate, of sorted ones.
    pub(crate) fn ends(&self) -> Option<(K, K)> {
        match self.words() {
            Some(words) => words.ends(),
            None => self.keys().first().copied().zip(self.keys().last().copied()),
        }
    }

    /// The keys as a block has them, and the place of the first of these among them.
    pub(crate) fn shared(&self) -> Option<(&'a Arc<Keys<K>>, usize)> {
        match self.coordinates {
            Coordinates::Listed(_) => None,
            Coordinates::OfBlock(part) => Some((part.keys, part.from)),
        }
    }

    /// The coordinates by words, where they are those of a block that has them so.
    pub(crate) fn words(&self) -> Option<&'a Words<'a, K>> {
        match self.coordinates {
            Coordinates::Listed(_) => None,
            Coordinates::OfBlock(part) => part.words,
        }
    }

    /// Rows `from..from + len` of a list.
    pub(crate) fn rows(layout: &'a Arc<Layout>, rows: &'a Rows, from: usize, len: usize) -> Site<'a, K> {
        Site { layout, coordinates: Coordinates::Listed(&[]), rows: Some((rows, from)), len, current: None, spill: None }
    }

    /// The same places with values for `CurrentValue`.
    pub(crate) fn with_current<'b>(&'b self, current: &'b Vector) -> Site<'b, K> {
        Site { current: Some(current), ..self.telling(self.spill) }
    }

    /// The same places, which tell of results that are too large.
    pub(crate) fn telling<'b>(&'b self, spill: Option<&'b Spill>) -> Site<'b, K> {
        Site { layout: self.layout, coordinates: self.coordinates, rows: self.rows, len: self.len, current: self.current, spill }
    }

    /// A result at a place is too large for its type.
    pub(crate) fn too_large(&self, place: usize) {
        if let Some(spill) = self.spill {
            spill.tell(place);
        }
    }
}
