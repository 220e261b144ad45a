//! FIRST and LAST: which coordinate of each group is its first or its last one, whether or not a cell is there.
//!
//! What mappings send to a group is a product of sets, one for each part of the dimensions that mappings tie together; the first coordinate
//! of a product has the first one of every factor. So each part is looked at by itself.

use std::collections::HashSet;

use smalt_formula::program::{Kind, Node};
use smalt_model::{DimensionId, Type};
use smalt_vault::{BLANK_ITEM, Projection, Vector};

use super::source::Piece;
use super::turns::Turns;
use crate::call::Facts;
use crate::error::CalcError;
use crate::eval::{Scope, Site};
use crate::feed::{Domain, Feed, PIECE, domain};
use crate::width::Width;

/// Tells the coordinates at which groups begin or end.
#[derive(Debug)]
pub(super) struct Ends {
    /// Dimensions that leave without a mapping, each with its first or last item.
    fixed: Vec<(DimensionId, u32)>,
    /// Dimensions that mappings tie together, and their coordinates that are the first or last of a group.
    parts: Vec<(Vec<DimensionId>, HashSet<u64>)>,
}

impl Ends {
    /// `dims` are the dimensions of what is grouped, as declared.
    pub(super) fn new(
        scope: &Scope,
        dims: &[DimensionId],
        kept: &[DimensionId],
        mappings: &[(DimensionId, Node)],
        last: bool,
    ) -> Result<Ends, CalcError> {
        let mut ends = Ends { fixed: Vec::new(), parts: Vec::new() };
        for part in tied(dims, mappings) {
            let inside: Vec<&Node> = mappings.iter().map(|(_, m)| m).filter(|m| m.dims.iter().any(|d| part.contains(d))).collect();
            ends.parts.push((part.clone(), ends_of(scope, &part, kept, &inside, last)?));
        }
        for dimension in dims.iter().filter(|d| !kept.contains(d) && !ends.parts.iter().any(|(part, _)| part.contains(d))) {
            let order = scope.run.order(*dimension);
            let end = if last { order.last() } else { order.first() };
            ends.fixed.push((*dimension, end.copied().unwrap_or(BLANK_ITEM)));
        }
        Ok(ends)
    }

    /// Which places of a piece are ends.
    pub(super) fn at<S: Width>(&self, scope: &Scope, piece: &Piece<'_, S>) -> Result<Vec<bool>, CalcError> {
        let site = &piece.site;
        let mut holds = vec![true; site.len];
        for (dimension, end) in &self.fixed {
            let field = site.layout.field(*dimension).ok_or(CalcError::Internal("a dimension is missing at its place"))?;
            holds.iter_mut().zip(site.keys()).for_each(|(h, key)| *h &= key.get(field) == *end);
        }
        for (part, ends) in &self.parts {
            let layout = scope.run.layout(part)?;
            let projection = Projection::new(site.layout, &layout).ok_or(CalcError::Internal("a dimension is missing at its place"))?;
            let keys: Vec<u64> = projection.apply_all(site.keys());
            holds.iter_mut().zip(&keys).for_each(|(h, key)| *h &= ends.contains(key));
        }
        Ok(holds)
    }
}

/// The dimensions of mappings, those that share one together.
fn tied(dims: &[DimensionId], mappings: &[(DimensionId, Node)]) -> Vec<Vec<DimensionId>> {
    let mut parts: Vec<Vec<DimensionId>> = Vec::new();
    for (_, mapping) in mappings.iter().filter(|(_, m)| !m.dims.is_empty()) {
        let (mut joined, apart): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| part.iter().any(|d| mapping.dims.contains(d)));
        joined.push(mapping.dims.clone());
        parts = apart;
        parts.push(dims.iter().copied().filter(|d| joined.iter().any(|part| part.contains(d))).collect());
    }
    parts
}

/// The coordinates of some dimensions that are the first (or last) ones of their groups.
fn ends_of(scope: &Scope, part: &[DimensionId], kept: &[DimensionId], mappings: &[&Node], last: bool) -> Result<HashSet<u64>, CalcError> {
    let run = &scope.run;
    let layout = run.layout(part)?;
    if layout.is_wide() {
        return Err(CalcError::TooWide("the mappings of a FIRST or LAST read too many items together".to_owned()));
    }
    // Only where every mapping has a value: a place that is sent nowhere begins no group.
    let every = |node: &Node, parts: Vec<Node>| Node {
        kind: Kind::And(parts),
        ty: Type::Boolean,
        dims: part.to_vec(),
        rows: None,
        span: node.span,
    };
    let wanted = match mappings {
        [] => Domain::Nothing,
        [first, ..] => domain(&every(first, mappings.iter().copied().cloned().collect()), scope),
    };
    let mut keys: Vec<u64> = Feed::new(&wanted, &layout, scope)?.all();
    if part.iter().any(|d| !run.items(*d).is_natural()) {
        let turns = Turns::new(run, part, &layout);
        keys.sort_by_cached_key(|key| turns.of(*key));
    }
    if last {
        keys.reverse();
    }
    let stays: Vec<_> = part.iter().filter(|d| kept.contains(d)).filter_map(|d| layout.field(*d)).collect();
    let (mut ends, mut known) = (HashSet::new(), HashSet::new());
    for piece in keys.chunks(PIECE) {
        let columns = mappings
            .iter()
            .map(|mapping| match scope.values(mapping, &Site::at(&layout, piece))? {
                Vector::Item(_, items) => Ok(items),
                _ => Err(CalcError::Internal("a mapping gives no items")),
            })
            .collect::<Result<Vec<_>, _>>()?;
        for (at, key) in piece.iter().enumerate() {
            let mapped = columns.iter().map(|items| items.get(at).copied().unwrap_or(BLANK_ITEM));
            let group: Vec<u32> = mapped.chain(stays.iter().map(|field| smalt_vault::Key::get(*key, *field))).collect();
            if !group.contains(&BLANK_ITEM) && known.insert(group) {
                ends.insert(*key);
            }
        }
    }
    Ok(ends)
}
