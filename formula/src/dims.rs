//! Sets of dimensions, in the order of their first appearance.

use smalt_model::DimensionId;

/// The dimensions of several sets, each once.
pub(crate) fn union<'a>(sets: impl IntoIterator<Item = &'a [DimensionId]>) -> Vec<DimensionId> {
    let mut out: Vec<DimensionId> = Vec::new();
    for &dimension in sets.into_iter().flatten() {
        if !out.contains(&dimension) {
            out.push(dimension);
        }
    }
    out
}
