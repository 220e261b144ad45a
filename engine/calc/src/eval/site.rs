//! Where values are wanted: at the cells of a chunk, or at the rows of a list.

use std::sync::Arc;

use smalt_vault::{Keys, Layout, Rows, Vector};

use super::spill::Spill;

use crate::width::Width;

/// Some places, in order.
#[derive(Debug)]
pub(crate) struct Site<'a, K> {
    /// The dimensions of the keys.
    pub(crate) layout: &'a Arc<Layout>,
    /// The coordinates.
    pub(crate) keys: &'a [K],
    /// The keys as a block has them, and the place of the first of these among them.
    pub(crate) shared: Option<(&'a Arc<Keys<K>>, usize)>,
    /// Rows from a first one on, instead of coordinates.
    pub(crate) rows: Option<(&'a Rows, usize)>,
    /// The number of places.
    pub(crate) len: usize,
    /// `CurrentValue` at each place.
    pub(crate) current: Option<&'a Vector>,
    /// Where it is told at which places a result was too large.
    pub(crate) spill: Option<&'a Spill>,
}

impl<'a, K: Width> Site<'a, K> {
    /// Coordinates.
    pub(crate) fn at(layout: &'a Arc<Layout>, keys: &'a [K]) -> Site<'a, K> {
        Site { layout, keys, shared: None, rows: None, len: keys.len(), current: None, spill: None }
    }

    /// Neighbouring coordinates, which may be those of a block from a place on.
    pub(crate) fn of_block(layout: &'a Arc<Layout>, keys: &'a [K], shared: Option<(&'a Arc<Keys<K>>, usize)>) -> Site<'a, K> {
        Site { layout, keys, shared, rows: None, len: keys.len(), current: None, spill: None }
    }

    /// Rows `from..from + len` of a list.
    pub(crate) fn rows(layout: &'a Arc<Layout>, rows: &'a Rows, from: usize, len: usize) -> Site<'a, K> {
        Site { layout, keys: &[], shared: None, rows: Some((rows, from)), len, current: None, spill: None }
    }

    /// The same places with values for `CurrentValue`.
    pub(crate) fn with_current<'b>(&'b self, current: &'b Vector) -> Site<'b, K> {
        Site { current: Some(current), ..self.telling(self.spill) }
    }

    /// The same places, which tell of results that are too large.
    pub(crate) fn telling<'b>(&'b self, spill: Option<&'b Spill>) -> Site<'b, K> {
        Site { layout: self.layout, keys: self.keys, shared: self.shared, rows: self.rows, len: self.len, current: self.current, spill }
    }

    /// A result at a place is too large for its type.
    pub(crate) fn too_large(&self, place: usize) {
        if let Some(spill) = self.spill {
            spill.tell(place);
        }
    }
}
