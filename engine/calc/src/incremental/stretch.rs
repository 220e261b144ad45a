//! Functions along a dimension that carry values forward only, and not past the end of a stretch of items: what changes at an item changes
//! nothing before it, nor in another stretch.

use std::ops::Range;

use smalt_formula::program::{Along, Kind, Node};
use smalt_model::DimensionId;
use smalt_vault::Key;

use super::region::Region;
use crate::error::CalcError;
use crate::eval::{Scope, Site};
use crate::feed::PIECE;
use crate::run::Run;

/// The stretches of one dimension: for each place, those places that are in the same one.
pub(super) struct Stretches {
    dimension: DimensionId,
    places: Vec<Range<usize>>,
}

impl Stretches {
    /// Those of a function along a dimension; `None` where lines are to be taken whole.
    pub(super) fn of(node: &Node, scope: &Scope) -> Result<Option<Stretches>, CalcError> {
        let Kind::Along { function, dimension, order: None, args, .. } = &node.kind else { return Ok(None) };
        let count = scope.run.items(*dimension).order().len();
        let groups = match (function, args.first().and_then(Option::as_ref)) {
            (Along::FillForward, _) | (Along::Cumulate | Along::Decumulate, None) => None,
            (Along::Cumulate | Along::Decumulate, Some(group)) => {
                let is_by_item = group.dims.iter().all(|d| d == dimension) && !group.any(&|n| matches!(n.kind, Kind::Input(_)));
                if !is_by_item {
                    return Ok(None);
                }
                Some(group)
            }
            _ => return Ok(None),
        };
        let ends = match groups {
            None => Vec::new(),
            Some(group) => ends(group, *dimension, scope)?,
        };
        let mut places = Vec::with_capacity(count);
        let mut from = 0;
        for end in ends.into_iter().chain([count]) {
            places.extend((from..end).map(|_| from..end));
            from = end;
        }
        Ok(Some(Stretches { dimension: *dimension, places }))
    }

    /// What a region's coordinates reach: themselves, and what comes behind them in their stretches.
    pub(super) fn reached(&self, run: &Run, region: &Region) -> Region {
        self.spread(run, region, |place, _| place)
    }

    /// The whole stretches of a region's coordinates.
    pub(super) fn whole(&self, run: &Run, region: &Region) -> Region {
        self.spread(run, region, |_, stretch| stretch.start)
    }

    /// The stretches of a region's coordinates, each from a place on that is told by the coordinate's own.
    fn spread(&self, run: &Run, region: &Region, from: impl Fn(usize, &Range<usize>) -> usize) -> Region {
        let items = run.items(self.dimension);
        region.each(run, |part| {
            let Some(field) = part.layout.field(self.dimension) else { return Some(Region::of_part(part.clone())) };
            let places = part.keys.iter().filter_map(|key| {
                let place = items.position(key.get(field))? as usize;
                let stretch = self.places.get(place)?;
                Some((key.clear(field), stretch.end, from(place, stretch)))
            });
            // Each stretch once, from the first of its places: coordinates of the same one mostly follow one another.
            let mut stretches: Vec<(u128, usize, usize)> = Vec::new();
            for (line, end, from) in places {
                match stretches.last_mut() {
                    Some(last) if (last.0, last.1) == (line, end) => last.2 = last.2.min(from),
                    _ => stretches.push((line, end, from)),
                }
            }
            if !stretches.is_sorted() {
                stretches.sort_unstable();
                stretches.dedup_by_key(|(line, end, _)| (*line, *end));
            }
            let items_of = |from: usize, end: usize| items.order().get(from..end).unwrap_or_default();
            let keys = stretches.iter().flat_map(|(line, end, from)| items_of(*from, *end).iter().map(|item| line.with(field, *item)));
            Some(Region::listed(run, part.dims(), keys.collect(), None))
        })
    }
}

/// The places at which a group ends and another one begins.
fn ends(group: &Node, dimension: DimensionId, scope: &Scope) -> Result<Vec<usize>, CalcError> {
    let layout = scope.run.layout(&[dimension])?;
    let field = layout.field(dimension).ok_or(CalcError::Internal("a line has no dimension"))?;
    let keys: Vec<u64> = scope.run.items(dimension).order().iter().map(|item| Key::with(0u64, field, *item)).collect();
    let mut values = smalt_vault::Vector::blank(group.ty, 0);
    for piece in keys.chunks(PIECE) {
        values.append(&scope.values(group, &Site::at(&layout, piece))?);
    }
    Ok((1..keys.len()).filter(|place| values.get(*place) != values.get(*place - 1)).collect())
}
