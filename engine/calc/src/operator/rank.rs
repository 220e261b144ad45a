//! RANK: the place of each cell's value among the cells with the same group value.

use std::sync::Arc;

use rayon::prelude::*;
use smalt_formula::program::{Node, Ties};
use smalt_model::{DimensionId, Type};
use smalt_vault::{BLANK_INTEGER, Body, Builder, Cells, Vector};

use super::codes::{BLANK, codes};
use super::turns::Turns;
use crate::error::CalcError;
use crate::eval::{Scope, Site};
use crate::feed::Places;
use crate::reorder::reorder;
use crate::width::Width;

/// What RANK was given beside its cells.
pub(crate) struct Ranking<'a> {
    pub(crate) scope: &'a Scope,
    pub(crate) group: Option<&'a Node>,
    pub(crate) descending: bool,
    pub(crate) ties: Ties,
    pub(crate) ty: Type,
    /// The dimensions in the order in which equal values follow one another.
    pub(crate) dims: &'a [DimensionId],
}

/// The ranks, at the cells of the values; BLANK where the group is.
pub(crate) fn rank(cells: &Cells, ranking: &Ranking<'_>) -> Result<Cells, CalcError> {
    let layout = ranking.scope.run.layout(ranking.dims)?;
    let cells = reorder(cells, &layout)?;
    match (cells.narrow(), cells.wide()) {
        (Some(body), _) => ranks(body, ranking),
        (_, Some(body)) => ranks(body, ranking),
        (None, None) => Err(CalcError::Internal("cells of no width")),
    }
}

/// A cell to be ranked: its group, its value, where it comes among equals, and its place.
type Entry = (u64, u64, u32, u32);

fn ranks<K: Width>(body: &Body<K>, ranking: &Ranking<'_>) -> Result<Cells, CalcError> {
    let run = &ranking.scope.run;
    let layout = body.layout();
    let mut values = Vector::blank(body.ty(), 0);
    let mut groups = ranking.group.map(|g| Vector::blank(g.ty, 0));
    let mut turns: Vec<u128> = Vec::new();
    // Cells stand in the order of their ordinals, which mostly is item order.
    let needed = ranking.ties == Ties::Sequential && layout.dims().iter().any(|d| !run.items(*d).is_natural());
    let places = needed.then(|| Turns::new(run, layout.dims(), layout));
    for chunk in (0..body.block_count()).filter_map(|block| body.chunk(block)) {
        chunk.column.append_to(&mut values);
        Places::Shared(chunk.keys).in_pieces(layout, |site: Site<'_, K>| {
            if let (Some(node), Some(groups)) = (ranking.group, &mut groups) {
                groups.append(&ranking.scope.values(node, &site)?);
            }
            if let Some(places) = &places {
                turns.extend(site.keys().iter().map(|key| places.of(*key)));
            }
            Ok::<_, CalcError>(())
        })?;
    }
    let count = values.len();
    if u32::try_from(count).is_err() {
        let dimensions = layout.dims().iter().map(|d| (*d, run.count(*d))).collect();
        return Err(CalcError::TooManyCells { limit: u64::from(u32::MAX), estimate: count as u128, dimensions });
    }
    let sequence = sequence(&turns, count);
    let by_value = codes(&values, run.as_ref());
    let by_group = groups.map(|g| codes(&g, run.as_ref()));
    let mut entries: Vec<Entry> = (0..count)
        .filter_map(|at| {
            let group = by_group.as_ref().map_or(0, |g| g.get(at).copied().unwrap_or(BLANK));
            let value = by_value.get(at).copied().filter(|v| *v != BLANK)?;
            let value = if ranking.descending { !value } else { value };
            (group != BLANK).then_some((group, value, sequence.get(at).copied()?, u32::try_from(at).ok()?))
        })
        .collect();
    entries.par_sort_unstable();
    let mut found = vec![f64::NAN; count];
    for group in entries.chunk_by(|a, b| a.0 == b.0) {
        let mut before = 0usize;
        for equal in group.chunk_by(|a, b| a.1 == b.1) {
            for (at, (_, _, _, place)) in equal.iter().enumerate() {
                let rank = match ranking.ties {
                    Ties::Minimum => (before + 1) as f64,
                    Ties::Maximum => (before + equal.len()) as f64,
                    Ties::Sequential => (before + at + 1) as f64,
                    Ties::Average => before as f64 + (equal.len() + 1) as f64 / 2.0,
                };
                if let Some(slot) = found.get_mut(*place as usize) {
                    *slot = rank;
                }
            }
            before += equal.len();
        }
    }
    let mut builder = Builder::new(Arc::clone(layout), ranking.ty);
    let mut from = 0;
    for chunk in (0..body.block_count()).filter_map(|block| body.chunk(block)) {
        let ranks = found.get(from..from + chunk.keys.len()).unwrap_or_default();
        from += chunk.keys.len();
        builder.push(
            &chunk.keys,
            match ranking.ty {
                Type::Integer => Vector::Integer(ranks.iter().map(|r| if r.is_nan() { BLANK_INTEGER } else { *r as i64 }).collect()),
                _ => Vector::Number(ranks.to_vec()),
            },
        );
    }
    Ok(K::cells(builder.finish()))
}

/// The place of each cell among all by item order; its own number where the cells stand in that order already.
fn sequence(turns: &[u128], count: usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..u32::try_from(count).unwrap_or(u32::MAX)).collect();
    if turns.is_empty() {
        return order;
    }
    order.par_sort_unstable_by_key(|at| turns.get(*at as usize).copied());
    let mut sequence = vec![0u32; count];
    for (turn, at) in (0u32..).zip(&order) {
        if let Some(slot) = sequence.get_mut(*at as usize) {
            *slot = turn;
        }
    }
    sequence
}
