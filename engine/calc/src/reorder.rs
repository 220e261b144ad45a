//! The same cells under another order of their dimensions.

use std::sync::Arc;

use smalt_vault::{Body, Builder, Cells, Layout, Projection, Vector};

use crate::error::CalcError;
use crate::radix;
use crate::width::Width;

/// The cells under a layout with the same dimensions in any order.
pub(crate) fn reorder(cells: &Cells, layout: &Arc<Layout>) -> Result<Cells, CalcError> {
    if cells.layout() == layout {
        return Ok(cells.clone());
    }
    if let Some(moved) = cells.relayout(layout) {
        return Ok(moved);
    }
    let projection = Projection::new(cells.layout(), layout).ok_or(CalcError::Internal("cells cannot be put under other dimensions"))?;
    match (cells.narrow(), cells.wide(), layout.is_wide()) {
        (Some(body), _, false) => Ok(sorted::<u64, u64>(body, layout, &projection)),
        (Some(body), _, true) => Ok(sorted::<u64, u128>(body, layout, &projection)),
        (_, Some(body), false) => Ok(sorted::<u128, u64>(body, layout, &projection)),
        (_, Some(body), true) => Ok(sorted::<u128, u128>(body, layout, &projection)),
        (None, None, _) => Err(CalcError::Internal("cells of no width")),
    }
}

fn sorted<S: Width, T: Width>(body: &Body<S>, layout: &Arc<Layout>, projection: &Projection) -> Cells {
    let mut keys: Vec<T> = Vec::new();
    let mut values = Vector::blank(body.ty(), 0);
    for chunk in (0..body.block_count()).filter_map(|i| body.chunk(i)) {
        keys.extend(projection.apply_all::<S, T>(&chunk.keys.decode()));
        chunk.column.append_to(&mut values);
    }
    from_unsorted(layout, keys, values)
}

/// Cells of coordinates in any order, none twice.
pub(crate) fn from_unsorted<K: Width>(layout: &Arc<Layout>, keys: Vec<K>, values: Vector) -> Cells {
    let mut builder = Builder::new(Arc::clone(layout), values.ty());
    if keys.is_sorted() {
        builder.push_plain(keys, values);
    } else {
        let mut order: Vec<(K, usize)> = keys.into_iter().zip(0..).collect();
        radix::sort_by_key(&mut order, layout.bits(), |(key, _)| *key);
        let values = values.take(&order.iter().map(|(_, at)| *at).collect::<Vec<_>>());
        builder.push_plain(order.into_iter().map(|(key, _)| key).collect(), values);
    }
    K::cells(builder.finish())
}
