//! Regions seen through mappings: where coordinates go, and from which ones they come.

use std::collections::HashMap;
use std::sync::Arc;

use smalt_formula::program::Node;
use smalt_model::DimensionId;
use smalt_vault::{BLANK_ITEM, Key, Layout, Projection, Vector};

use super::region::{Part, Region};
use crate::error::CalcError;
use crate::eval::{Scope, Site};
use crate::feed::PIECE;

/// The sources of a mapping are looked through up to so many; past that they may be anywhere.
const MOST_SOURCES: u128 = 1 << 20;
/// As many coordinates may come of a part before it is taken for everything.
const MOST_COMING: usize = 1 << 21;

/// A target dimension and the item expression that leads there.
pub(super) type Mapping<'a> = (DimensionId, &'a Node);

/// Where the coordinates of a region go: the dimensions `kept` stay, mapped items arrive, all others are gone. Where an item is mapped to
/// nothing, its coordinates go nowhere.
pub(super) fn forward(scope: &Scope, region: &Region, kept: &[DimensionId], mappings: &[Mapping<'_>]) -> Result<Region, CalcError> {
    let run = &scope.run;
    let mut out = Region::nothing();
    for part in region.parts() {
        let mut dims: Vec<DimensionId> = part.dims().iter().copied().filter(|d| kept.contains(d)).collect();
        let stays = run.layout(&dims)?;
        let mut columns = Vec::new();
        for (target, mapping) in mappings {
            if mapping.dims.iter().all(|d| part.dims().contains(d)) {
                columns.push(items_at(scope, mapping, &part.layout, &part.keys)?);
                dims.push(*target);
            }
        }
        let Ok(layout) = run.layout(&dims) else { return Ok(Region::everything(run)) };
        let stay = Projection::new(&part.layout, &stays).ok_or(CalcError::Internal("a region has other dimensions"))?;
        let fields: Vec<_> = layout.fields().iter().skip(stays.dims().len()).copied().collect();
        let low = layout.bits() - stays.bits();
        let keys = part.keys.iter().enumerate().filter_map(|(at, key)| {
            let start = stay.apply::<u128, u128>(*key) << low;
            fields.iter().zip(&columns).try_fold(start, |key, (field, items)| {
                let item = items.get(at).copied().filter(|item| *item != BLANK_ITEM)?;
                Some(key.with(*field, item))
            })
        });
        out.unite(run, Region::listed(run, &dims, keys.collect(), None));
    }
    Ok(out)
}

/// From which coordinates those of a region come: the other way round. Dimensions that lead to no target of the region may be anywhere.
pub(super) fn backward(scope: &Scope, region: &Region, mappings: &[Mapping<'_>]) -> Result<Region, CalcError> {
    let mut out = Region::nothing();
    for part in region.parts() {
        match coming(scope, part, mappings)? {
            Some(region) => out.unite(&scope.run, region),
            None => return Ok(Region::everything(&scope.run)),
        }
    }
    Ok(out)
}

/// Where one part comes from; `None` where it cannot be listed.
fn coming(scope: &Scope, part: &Part, mappings: &[Mapping<'_>]) -> Result<Option<Region>, CalcError> {
    let run = &scope.run;
    let is_target = |d: &DimensionId| mappings.iter().any(|(target, _)| target == d);
    let mut known: Vec<DimensionId> = part.dims().iter().copied().filter(|d| !is_target(d)).collect();
    let constrained: Vec<&Mapping<'_>> = mappings
        .iter()
        .filter(|(target, mapping)| part.layout.field(*target).is_some() && run.space(&mapping.dims) <= MOST_SOURCES)
        .collect();
    let mut dims = known.clone();
    for (_, mapping) in &constrained {
        dims.extend(mapping.dims.iter().filter(|d| !dims.contains(d)).copied().collect::<Vec<_>>());
    }
    let Ok(layout) = run.layout(&dims) else { return Ok(None) };
    // Each coordinate of the part with what is known of where it comes from.
    let mut found: Vec<(usize, u128)> = part
        .keys
        .iter()
        .map(|key| {
            known.iter().fold(0u128, |all, d| match (part.layout.field(*d), layout.field(*d)) {
                (Some(from), Some(to)) => all.with(to, key.get(from)),
                _ => all,
            })
        })
        .enumerate()
        .collect();
    for (target, mapping) in constrained {
        let Some(field) = part.layout.field(*target) else { continue };
        let shared: Vec<DimensionId> = mapping.dims.iter().copied().filter(|d| known.contains(d)).collect();
        let sources = Sources::new(scope, mapping, &shared, &layout)?;
        let mut next = Vec::new();
        for (at, key) in &found {
            let Some(item) = part.keys.get(*at).map(|k| k.get(field)) else { continue };
            next.extend(sources.of(item, *key).iter().map(|source| (*at, key.both(*source))));
            if next.len() > MOST_COMING {
                return Ok(None);
            }
        }
        found = next;
        known.extend(mapping.dims.iter().filter(|d| !shared.contains(d)));
    }
    Ok(Some(Region::listed(run, &dims, found.into_iter().map(|(_, key)| key).collect(), None)))
}

/// Which coordinates a mapping sends to which item.
struct Sources {
    /// The bits of the dimensions that are known before.
    mask: u128,
    by_item: HashMap<(u32, u128), Vec<u128>>,
}

impl Sources {
    fn new(scope: &Scope, mapping: &Node, shared: &[DimensionId], layout: &Layout) -> Result<Sources, CalcError> {
        let run = &scope.run;
        let own = run.layout(&mapping.dims)?;
        let keys: Vec<u128> = Region::everything(run).coordinates(run, &own);
        let items = items_at(scope, mapping, &own, &keys)?;
        let moved = |key: u128| {
            own.dims().iter().zip(own.fields()).fold(0u128, |all, (d, from)| match layout.field(*d) {
                Some(to) => all.with(to, key.get(*from)),
                None => all,
            })
        };
        let mask = shared.iter().filter_map(|d| layout.field(*d)).fold(0u128, |mask, f| mask | (u128::from(f.mask()) << f.shift));
        let mut by_item: HashMap<(u32, u128), Vec<u128>> = HashMap::new();
        for (key, item) in keys.into_iter().zip(items).filter(|(_, item)| *item != BLANK_ITEM) {
            let key = moved(key);
            by_item.entry((item, key & mask)).or_default().push(key);
        }
        Ok(Sources { mask, by_item })
    }

    fn of(&self, item: u32, known: u128) -> &[u128] {
        self.by_item.get(&(item, known & self.mask)).map_or(&[], Vec::as_slice)
    }
}

/// The items that a mapping gives at some coordinates.
fn items_at(scope: &Scope, mapping: &Node, layout: &Arc<Layout>, keys: &[u128]) -> Result<Vec<u32>, CalcError> {
    let mut all = Vec::with_capacity(keys.len());
    for piece in keys.chunks(PIECE) {
        match scope.values(mapping, &Site::at(layout, piece))? {
            Vector::Item(_, items) => all.extend(items),
            _ => return Err(CalcError::Internal("a mapping gives no items")),
        }
    }
    Ok(all)
}
