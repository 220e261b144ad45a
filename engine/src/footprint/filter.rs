//! FILTER and EXCLUDE, and what SELECT makes of them: a condition on items and properties alone says where something is read at all.

use std::sync::Arc;

use smalt_formula::program::{Kind, Node};
use smalt_model::DimensionId;
use smalt_security::{BLANK, Footprint, Look};

use super::axis::Axis;
use super::{Reader, together};
use crate::calc;

impl Reader<'_> {
    pub(super) fn filter(&self, node: &Node, input: &Node, condition: &Node, keep: bool) -> Footprint {
        if node.rows.is_some() {
            return together([self.at(input, node), self.at(condition, node), self.all_words(condition)]);
        }
        let outer = self.axes(node);
        let conjuncts: Vec<&Node> = match &condition.kind {
            Kind::And(parts) if keep => parts.iter().collect(),
            _ => vec![condition],
        };
        let decided: Vec<Option<(DimensionId, Arc<[u32]>)>> = conjuncts.iter().map(|part| self.kept(part, keep)).collect();
        let only = |axis: Axis| match self.same(axis, node.rows, &outer) {
            Look::Image { position, map: None } => {
                let maps = decided.iter().flatten().filter(|(d, _)| axis == Axis::Dimension(*d)).map(|(_, map)| map);
                let map = maps.cloned().reduce(|a, b| a.iter().zip(b.iter()).map(|(a, b)| if *a == *b { *a } else { BLANK }).collect());
                Look::Image { position, map }
            }
            other => other,
        };
        let conditions = conjuncts.iter().zip(&decided).map(|(part, decided)| {
            // Which items are left out would tell of a property that is hidden there.
            let words = decided.as_ref().map_or_else(super::nothing, |_| self.all_words(part));
            together([self.look(part, only), words])
        });
        together([self.look(input, only)].into_iter().chain(conditions))
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
