//! A part of some cells: taken out, compared, put in.

use std::sync::Arc;

use smalt_vault::{Body, Builder, Cells, Edits, Key, Vector, each_width};

use super::region::Region;
use crate::error::CalcError;
use crate::run::Run;
use crate::width::Width;

/// Coordinates are looked up one by one, up to so many, or as many as there are cells.
const LOOKED_UP: u128 = 65_536;

/// Some cells inside a region, ascending.
pub(super) fn picked(run: &Run, cells: &Cells, region: &Region) -> (Vec<u128>, Vector) {
    if region.size(run, cells.layout().dims()) <= LOOKED_UP.max(u128::from(cells.len())) {
        let keys: Vec<u128> = region.coordinates(run, cells.layout());
        let values = cells.at(&keys);
        if values.is_full() {
            return (keys, values);
        }
        let there: Vec<usize> = (0..keys.len()).filter(|at| !values.is_blank(*at)).collect();
        return (there.iter().filter_map(|at| keys.get(*at).copied()).collect(), values.take(&there));
    }
    let sieve = region.sieve(cells.layout());
    let (mut keys, mut values) = (Vec::new(), Vector::blank(cells.ty(), 0));
    each_width!(cells, body => {
        for chunk in (0..body.block_count()).filter_map(|block| body.chunk(block)) {
            let own = chunk.keys.decode();
            let there = sieve.inside(&own);
            if !there.is_empty() {
                keys.extend(there.iter().filter_map(|at| own.get(*at)).map(|key| key.wide()));
                values.append(&chunk.column.to_vector().take(&there));
            }
        }
    });
    (keys, values)
}

/// The cells that are inside a region.
pub(super) fn inside(run: &Run, cells: Arc<Cells>, region: &Region) -> Result<Arc<Cells>, CalcError> {
    fn sifted<K: Width>(body: &Body<K>, region: &Region) -> Cells {
        let sieve = region.sieve(body.layout());
        let mut builder = Builder::new(Arc::clone(body.layout()), body.ty());
        for chunk in (0..body.block_count()).filter_map(|block| body.chunk(block)) {
            let keys = chunk.keys.decode();
            let there = sieve.inside(&keys);
            if there.len() == keys.len() {
                builder.push_chunk(chunk);
            } else if !there.is_empty() {
                let kept = there.iter().filter_map(|at| keys.get(*at).copied()).collect();
                builder.push_plain(kept, chunk.column.to_vector().take(&there));
            }
        }
        K::cells(builder.finish())
    }
    // What stands beside a wider region is told by the dimensions that it has.
    let region = region.onto(run, cells.layout().dims());
    if region.is_everything() {
        return Ok(cells);
    }
    each_width!(cells, body => Ok(Arc::new(sifted(body, &region))))
}

/// Cells with those inside a region replaced by others, which have the same layout; and the coordinates at which that makes a difference.
pub(super) fn patched(run: &Run, base: &Arc<Cells>, region: &Region, part: &Cells) -> Result<(Arc<Cells>, Vec<u128>), CalcError> {
    let (keys, values) = picked(run, base, region);
    let (new_keys, new_values) = part.entries();
    let (mut a, mut b) = (0, 0);
    let mut changed: Vec<u128> = Vec::new();
    // The place of each changed cell's value among the new ones; past their end for a cell that is gone.
    let mut from = Vec::new();
    loop {
        match (keys.get(a), new_keys.get(b)) {
            (Some(key), Some(new)) if key == new => {
                if !values.same_at(a, &new_values, b) {
                    changed.push(*key);
                    from.push(b);
                }
                (a, b) = (a + 1, b + 1);
            }
            (Some(key), new) if new.is_none_or(|new| key < new) => {
                changed.push(*key);
                from.push(usize::MAX);
                a += 1;
            }
            (_, Some(new)) => {
                changed.push(*new);
                from.push(b);
                b += 1;
            }
            (Some(_), None) | (None, None) => break,
        }
    }
    if changed.is_empty() {
        return Ok((Arc::clone(base), changed));
    }
    let edits = Edits::from_keys(changed.clone(), new_values.take(&from));
    let cells = base.apply(edits).map_err(|_| CalcError::Internal("a cell was computed twice"))?;
    Ok((Arc::new(cells), changed))
}
