//! Parts that several formulas of one recalculation have in common: computed once.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::logical_expr::LogicalPlan;
use parking_lot::Mutex;
use smalt_formula::plan::CellNode;
use smalt_vault::Cells;

/// What is known of a part that is used more than once.
#[derive(Debug, Default)]
struct Part {
    /// Uses that are still to come.
    uses: usize,
    cells: Option<Arc<Cells>>,
    /// How many results were too large where the cells were made: each metric that takes them reports it.
    too_large: u64,
}

/// The parts in common of one recalculation, by what they compute. Metrics are computed in order and each once, so a part gives the same cells
/// wherever it stands.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    parts: Mutex<HashMap<Arc<str>, Part>>,
}

impl Shared {
    /// The parts that occur at least twice in some plans.
    pub(crate) fn of<'a>(plans: impl Iterator<Item = &'a LogicalPlan>) -> Shared {
        let mut parts: HashMap<Arc<str>, Part> = HashMap::new();
        // A part inside of one that is shared is asked for once less than it stands there; that only keeps its cells a little longer.
        for (identity, uses) in plans.flat_map(identities) {
            parts.entry(identity).or_default().uses += uses;
        }
        parts.retain(|_, part| part.uses > 1);
        Shared { parts: Mutex::new(parts) }
    }

    /// Whether somebody else wants a part as well.
    pub(crate) fn wants(&self, identity: &str) -> bool {
        self.parts.lock().contains_key(identity)
    }

    /// The cells of a part, if they are known, and how many results in it were too large; the last use lets go of them.
    pub(crate) fn take(&self, identity: &str) -> Option<(Arc<Cells>, u64)> {
        let mut parts = self.parts.lock();
        let part = parts.get_mut(identity)?;
        part.uses = part.uses.saturating_sub(1);
        let last = part.uses == 0;
        let cells = part.cells.as_ref().map(|cells| (Arc::clone(cells), part.too_large));
        if last {
            parts.remove(identity);
        }
        cells
    }

    /// Keeps the cells of a part for the uses to come.
    pub(crate) fn keep(&self, identity: &str, cells: &Arc<Cells>, too_large: u64) {
        if let Some(part) = self.parts.lock().get_mut(identity) {
            part.cells = Some(Arc::clone(cells));
            part.too_large = too_large;
        }
    }
}

/// How often each part that can be shared occurs in a plan.
pub(crate) fn identities(plan: &LogicalPlan) -> HashMap<Arc<str>, usize> {
    fn count(plan: &LogicalPlan, found: &mut HashMap<Arc<str>, usize>) {
        let LogicalPlan::Extension(extension) = plan else { return };
        if let Some(identity) = extension.node.as_any().downcast_ref::<CellNode>().and_then(CellNode::identity) {
            *found.entry(Arc::clone(identity)).or_default() += 1;
        }
        extension.node.inputs().into_iter().for_each(|input| count(input, found));
    }
    let mut found = HashMap::new();
    count(plan, &mut found);
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use smalt_formula::Span;
    use smalt_formula::plan::lower;
    use smalt_formula::program::{Kind, Method, Node};
    use smalt_model::{MetricId, Schema, Type};
    use smalt_vault::Layout;

    use super::*;

    fn node(kind: Kind, at: usize) -> Node {
        Node { kind, ty: Type::Number, dims: Vec::new(), rows: None, span: Span { start: at, end: at + 1 } }
    }

    fn total(metric: u32, at: usize) -> Node {
        node(Kind::Whole(Method::Sum, Box::new(node(Kind::Metric(MetricId(metric)), at + 2))), at)
    }

    #[test]
    fn parts_are_the_same_wherever_they_stand_in_a_text() {
        let formulas = [total(1, 0), node(Kind::Negate(Box::new(total(1, 17))), 16), total(2, 0)];
        let schema = Schema::default();
        let plans = formulas.map(|formula| lower(&formula, &schema).unwrap());
        let shared = Shared::of(plans.iter());
        let identity = |plan: &LogicalPlan| match plan {
            LogicalPlan::Extension(e) => e.node.as_any().downcast_ref::<CellNode>().and_then(|c| c.identity().map(Arc::clone)),
            _ => None,
        };
        let (one, other) = (identity(&plans[0]).unwrap(), identity(&plans[2]).unwrap());
        assert!(shared.wants(&one) && !shared.wants(&other));
        assert!(shared.take(&one).is_none());
        let layout = Layout::new(&[]).unwrap();
        shared.keep(&one, &Arc::new(Cells::empty(Arc::new(layout), Type::Number)), 3);
        assert_eq!(shared.take(&one).map(|(_, too_large)| too_large), Some(3));
        // That was the last of two uses.
        assert!(!shared.wants(&one));
    }
}
