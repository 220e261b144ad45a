//! TOSUBSET and TOPARENTLIST: the cells of the items that both dimensions have, under the other one.

use std::sync::Arc;

use smalt_model::DimensionId;
use smalt_vault::{Body, Builder, Cells, Field, Items, Layout};

use crate::error::CalcError;
use crate::run::Run;
use crate::width::Width;

/// The cells by `to` in the place of `from`. A dimension and its subsets share their ordinals, so a key stays what it is.
pub(crate) fn convert(cells: &Cells, run: &Run, from: DimensionId, to: DimensionId) -> Result<Cells, CalcError> {
    let before = cells.layout();
    let dims: Vec<DimensionId> = before.dims().iter().map(|d| if *d == from { to } else { *d }).collect();
    let layout = run.layout(&dims)?;
    if before.fields() != layout.fields() {
        return Err(CalcError::Internal("a subset has other ordinals than its dimension"));
    }
    let field = layout.field(to).ok_or(CalcError::Internal("a conversion leads to no dimension"))?;
    // Every item of a subset is one of its parent; the other way some are not there.
    let parts = run.revision().schema().line(from).any(|above| above == to);
    let members = (!parts).then(|| run.items(to));
    if layout.is_wide() {
        converted::<u128>(cells, layout, field, members.as_deref())
    } else {
        converted::<u64>(cells, layout, field, members.as_deref())
    }
}

fn converted<K: Width>(cells: &Cells, layout: Arc<Layout>, field: Field, members: Option<&Items>) -> Result<Cells, CalcError> {
    let body: &Body<K> = K::body(cells).ok_or(CalcError::Internal("a conversion has another key width"))?;
    let mut builder = Builder::new(layout, cells.ty());
    for chunk in (0..body.block_count()).filter_map(|block| body.chunk(block)) {
        let Some(members) = members else {
            builder.push_chunk(chunk);
            continue;
        };
        let keys = chunk.keys.decode();
        let places: Vec<usize> =
            keys.iter().enumerate().filter(|(_, key)| members.position(key.get(field)).is_some()).map(|(place, _)| place).collect();
        if places.len() == keys.len() {
            builder.push_chunk(chunk);
        } else {
            builder
                .push_plain(places.iter().filter_map(|place| keys.get(*place).copied()).collect(), chunk.column.to_vector().take(&places));
        }
    }
    Ok(K::cells(builder.finish()))
}
