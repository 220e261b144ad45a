//! What the compiler asks of the model: ordinals and rights, no values and no names.

use std::sync::Arc;

use roaring::RoaringBitmap;
use smalt_model::{DimensionId, MetricId, Rights, Schema};

use crate::{Footprints, Path, Target};

/// One state of the model. Everything in it is of the same revision; rights are those of all data, whoever asks.
pub trait Facts {
    /// The number of ordinals given so far in a dimension: every item's ordinal is below it.
    fn item_count(&self, dimension: DimensionId) -> u32;

    /// All cells of the rights metric's slice at `principal`, an item of its `User`, `Role` or `Group` dimension: the ordinals of
    /// the *other* dimensions in declared order, and the right there. In any order, each coordinate once.
    fn words(&self, rights: MetricId, principal: u32, each: &mut dyn FnMut(&[u32], Rights));

    /// A number for all cells of a rights metric: facts that tell the same one tell the same words of everybody. `None`: nobody knows.
    fn version(&self, rights: MetricId) -> Option<u64> {
        let _ = rights;
        None
    }

    /// For each item of `path.dimension` the item where the path ends, [`BLANK`](crate::BLANK) where it is BLANK on the way.
    fn path(&self, path: &Path) -> Arc<[u32]>;

    /// The definitions.
    fn schema(&self) -> &Schema;

    /// What the formulas of metrics and properties read. Asked for only where there are rules and inheritance is on.
    fn footprints(&self) -> Arc<Footprints> {
        Arc::default()
    }

    /// The items of a dimension that are there no more, where the state is an old one: nobody sees them but who defines security.
    fn gone_items(&self, _: DimensionId) -> RoaringBitmap {
        RoaringBitmap::new()
    }

    /// Whether a metric, a list or a property is there no more, where the state is an old one: no rule of today can speak of it.
    fn is_gone(&self, _: &Target) -> bool {
        false
    }
}
