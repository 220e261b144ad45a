//! What the checker asks of the application, beside its [`Schema`](smalt_model::Schema).

use smalt_model::DimensionId;

/// Items by name. The one who saves a formula sees only what they may see, so an implementation answers for that person.
pub trait Items {
    /// The ordinal of the item with exactly this unique name.
    fn find(&self, dimension: DimensionId, name: &str) -> Option<u32>;

    /// Names close to `name` (or equal but for case), the closest first, at most three.
    fn similar(&self, dimension: DimensionId, name: &str) -> Vec<String>;

    /// The unique name of an item, for printing a checked formula back.
    fn name(&self, dimension: DimensionId, item: u32) -> Option<String>;
}
