//! FILTER and EXCLUDE, and what SELECT makes of them: a condition on items and properties alone says where something is read at all.

use std::sync::Arc;

use smalt_formula::program::{Comparison, Kind, Node};
use smalt_model::{DimensionId, Value};
use smalt_planted::{Leak, planted};
use smalt_security::{BLANK, Footprint, Look};

use super::axis::Axis;
use super::{Reader, is_by_name, nothing, seen, together};
use crate::calc;

/// A part of a condition: where it lets something through, if items and properties of one dimension alone decide it.
struct Part<'a> {
    node: &'a Node,
    kept: Option<(DimensionId, Arc<[u32]>)>,
}

impl Reader<'_> {
    pub(super) fn filter(&self, node: &Node, input: &Node, condition: &Node, keep: bool) -> Footprint {
        if node.rows.is_some() {
            return together([self.at(input, node), self.at(condition, node), self.all_words(condition)]);
        }
        let parts = self.parts(condition, keep);
        let only = |axis: Axis| self.only(axis, node, &parts);
        let conditions = parts.iter().map(|part| match part.kept {
            None => self.look(part.node, only),
            // Which items it chooses by the item that they are, or belong to, shows no more than a total by that item does.
            Some(_) if keep && names_items(part.node) => together([self.look(part.node, only), self.all_words(part.node)]),
            // Else which items are left out would tell of what is hidden there.
            Some(_) => together([self.look(part.node, |axis| self.everything(axis, None)), self.all_words(part.node)]),
        });
        together([self.look(input, only)].into_iter().chain(conditions.filter(|_| !planted(Leak::FreeConditions))))
    }

    /// The items that an expression is by, at its own coordinates: those that a filter leaves out are not there.
    pub(super) fn keys(&self, node: &Node) -> Footprint {
        match &node.kind {
            Kind::Filter { input, condition, keep } if node.rows.is_none() => {
                let parts = self.parts(condition, *keep);
                let looks = self.axes(input).into_iter().map(|axis| self.only(axis, node, &parts)).collect();
                seen(self.keys(input), looks)
            }
            _ => self.own_keys(node),
        }
    }

    /// All items that an expression is by, those too that a filter in it leaves out.
    pub(super) fn own_keys(&self, node: &Node) -> Footprint {
        let item = |(position, axis): (usize, Axis)| match axis {
            Axis::Dimension(dimension) => self.items(dimension, Look::Image { position, map: None }),
            Axis::Column(_) => nothing(),
        };
        together(self.axes(node).into_iter().enumerate().map(item))
    }

    /// What tells which items the subsets have that an expression is by, but for the coordinates that `stays` says. `named` are dimensions of
    /// whose items a filter names those that count; `None` where filters do not matter.
    pub(super) fn members_of(&self, node: &Node, named: Option<Vec<DimensionId>>, stays: &dyn Fn(Axis) -> bool) -> Footprint {
        if let (Kind::Filter { input, condition, keep: true }, Some(mut named), None) = (&node.kind, named.clone(), node.rows) {
            let parts = self.parts(condition, true);
            named.extend(parts.iter().filter(|part| names_items(part.node)).filter_map(|part| Some(part.kept.as_ref()?.0)));
            return self.members_of(input, Some(named), stays);
        }
        let is_named = |dimension: DimensionId| named.as_ref().is_some_and(|named| named.contains(&dimension));
        let members = |axis: Axis| match axis {
            Axis::Dimension(dimension) if !stays(axis) && !is_named(dimension) => self.members(dimension),
            _ => nothing(),
        };
        together(self.axes(node).into_iter().map(members))
    }

    /// Whether a condition tells no more of an item than whether it is one of some that are named, or belongs to one of some.
    pub(super) fn tells_no_more(&self, condition: &Node) -> bool {
        let is_computed = |node: &Node| match &node.kind {
            Kind::Property { item, property } => item.item_dimension().is_some_and(|d| self.programs.property(d, *property).is_some()),
            _ => false,
        };
        match &condition.kind {
            Kind::And(parts) => parts.iter().all(|part| self.tells_no_more(part)),
            Kind::Constant(_) => true,
            _ => is_by_names(condition) || names_items(condition) && !condition.any(&is_computed),
        }
    }

    fn parts<'n>(&self, condition: &'n Node, keep: bool) -> Vec<Part<'n>> {
        let conjuncts: Vec<&Node> = match &condition.kind {
            Kind::And(parts) if keep => parts.iter().collect(),
            _ => vec![condition],
        };
        conjuncts.into_iter().map(|node| Part { node, kept: self.kept(node, keep) }).collect()
    }

    /// From a coordinate of a filter to the same of what it filters, where the condition lets that through.
    fn only(&self, axis: Axis, node: &Node, parts: &[Part<'_>]) -> Look {
        match self.same(axis, node.rows, &self.axes(node)) {
            Look::Image { position, map: None } => {
                let maps =
                    parts.iter().filter_map(|part| part.kept.as_ref()).filter(|(d, _)| axis == Axis::Dimension(*d)).map(|(_, map)| map);
                let map = maps.cloned().reduce(|a, b| a.iter().zip(b.iter()).map(|(a, b)| if *a == *b { *a } else { BLANK }).collect());
                Look::Image { position, map }
            }
            other => other,
        }
    }

    /// The items at which a condition lets something through, each mapped to itself and others to BLANK; `None` where cells decide, or several
    /// dimensions together.
    fn kept(&self, condition: &Node, keep: bool) -> Option<(DimensionId, Arc<[u32]>)> {
        let ([dimension], true) = (condition.dims.as_slice(), condition.rows.is_none() && !condition.any(&|n| reads_cells(n))) else {
            return None;
        };
        let holds = calc::truths(self.revision, condition, *dimension, &self.programs.limits)?;
        let item = |(item, holds): (u32, bool)| if holds == keep { item } else { BLANK };
        Some((*dimension, (0u32..).zip(holds).map(item).collect()))
    }
}

/// Whether a condition compares an item, or the item that it belongs to, with items by name.
fn names_items(condition: &Node) -> bool {
    let named = |node: &Node| matches!(node.kind, Kind::Constant(Value::Item(..)));
    let belongs = |node: &Node| match &node.kind {
        Kind::Current(_) => true,
        Kind::Property { item, .. } => node.item_dimension().is_some() && matches!(item.kind, Kind::Current(_)),
        _ => false,
    };
    match &condition.kind {
        Kind::Compare(Comparison::Equal, a, b) => belongs(a) && named(b) || named(a) && belongs(b),
        Kind::InList(value, choices) => belongs(value) && choices.iter().all(named),
        _ => false,
    }
}

/// Whether a condition is made of questions whether the item is one of some that are named.
fn is_by_names(condition: &Node) -> bool {
    match &condition.kind {
        Kind::And(parts) | Kind::Or(parts) => parts.iter().all(is_by_names),
        Kind::Not(part) => is_by_names(part),
        _ => is_by_name(condition),
    }
}

/// Whether an operation looks at cells, or at several items together.
fn reads_cells(node: &Node) -> bool {
    node.moves_cells()
        || matches!(
            node.kind,
            Kind::Metric(_)
                | Kind::Input(_)
                | Kind::Column(..)
                | Kind::CurrentValue
                | Kind::Filter { .. }
                | Kind::Previous { .. }
                | Kind::PreviousOf { .. }
                | Kind::ResetRights(_)
                | Kind::MakeRights(..)
        )
}
