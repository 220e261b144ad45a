//! The order of coordinates: by the dimensions as declared, the last fastest, each by item order (formulas.md §5).

use std::sync::Arc;

use smalt_model::DimensionId;
use smalt_vault::{Field, Layout};

use crate::call::Facts;
use crate::run::Run;
use crate::width::Width;

/// The turn of every coordinate: a number that grows as coordinates follow one another.
#[derive(Debug)]
pub(super) struct Turns {
    /// For each dimension as declared: where its item stands in a key, and the places of its items in item order.
    fields: Vec<(Field, Arc<[u32]>)>,
}

impl Turns {
    /// For keys under `layout`, which has the dimensions `dims` in any order.
    pub(super) fn new(run: &Run, dims: &[DimensionId], layout: &Layout) -> Turns {
        Turns { fields: dims.iter().filter_map(|d| Some((layout.field(*d)?, run.position(*d)))).collect() }
    }

    /// The turn of a coordinate.
    pub(super) fn of<K: Width>(&self, key: K) -> u128 {
        self.fields.iter().fold(0, |turn, (field, position)| {
            let place = position.get(key.get(*field) as usize).copied().unwrap_or(u32::MAX);
            (turn << field.bits) | (u128::from(place) & u128::from(field.mask()))
        })
    }
}
