//! Functions along the dimension of a recurrence: they read what is solved at several items, so that is kept from step to step.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::ptr;
use std::sync::Arc;

use smalt_formula::program::{Along, Kind, Node};
use smalt_vault::Cells;

use super::{Step, at_item, dimension_first, together};
use crate::error::CalcError;
use crate::physical::direct;
use crate::reach::looks_ahead;

/// What was computed for functions along the dimension. Parts of formulas are told by where they stand in memory: a recurrence keeps its
/// formulas as long as it is solved.
#[derive(Default)]
pub(super) struct History {
    /// The cells of a part at a place. Once all that it reads is solved they never change.
    cells: RefCell<HashMap<(*const Node, usize), Arc<Cells>>>,
    /// How many results of a function were too large, up to the last place at which it was computed.
    too_large: RefCell<HashMap<*const Node, u64>>,
}

impl Step<'_> {
    /// A function along the recurrence's dimension at a place, from all that it can look at.
    pub(super) fn along(&self, node: &Node, at: usize) -> Result<Arc<Cells>, CalcError> {
        let places = self.looked_at(node, at)?;
        let mut externals = Vec::new();
        let whole = node.rebuild(&mut |part| self.past(part, &places, &mut externals))?;
        let run = Arc::new(self.run.over_all_items(externals));
        let cells = direct(&run, &whole)?;
        // Each step computes the earlier places again.
        let before = self.history.too_large.borrow_mut().insert(ptr::from_ref(node), run.too_large());
        self.run.add_too_large(run.too_large().saturating_sub(before.unwrap_or(0)));
        at_item(&dimension_first(self.run, self.dimension, &cells)?, self.dimension, self.item(at)?)
    }

    /// The places that a function can look at from one of them.
    fn looked_at(&self, node: &Node, at: usize) -> Result<RangeInclusive<usize>, CalcError> {
        let Kind::Along { function, order, args, .. } = &node.kind else {
            return Err(CalcError::Internal("no function along a dimension"));
        };
        let ahead = looks_ahead(*function, order.as_deref(), args).ok_or(CalcError::Internal("a group reads later items"))?;
        let constant = |at: usize| args.get(at).and_then(Option::as_ref).and_then(Node::integer);
        // How many places back it looks at most, where that is known.
        let back = match function {
            Along::MovingSum | Along::MovingAverage | Along::MovingMin | Along::MovingMax => {
                constant(0).map(|window| window.saturating_sub(1).saturating_sub(constant(1).unwrap_or(0)))
            }
            Along::Growth => constant(0),
            _ => None,
        };
        let places = |n: i64| usize::try_from(n).unwrap_or(0);
        let last = at.saturating_add(places(ahead)).min(self.order.len().saturating_sub(1));
        Ok(back.map_or(0, |back| at.saturating_sub(places(back)))..=last)
    }

    /// A part of such a function: what it reads of the group becomes cells at these places, an input the cells that it has anywhere.
    fn past(&self, part: &Node, places: &RangeInclusive<usize>, externals: &mut Vec<Arc<Cells>>) -> Result<Node, CalcError> {
        let cells = if part.any(&|n| matches!(n.kind, Kind::Metric(_) | Kind::PreviousOf { .. })) {
            if !part.dims.contains(&self.dimension) {
                return Err(CalcError::Internal("a group is read without its dimension"));
            }
            let steps = places.clone().map(|place| self.known(part, place)).collect::<Result<Vec<_>, _>>()?;
            let items = self.order.get(places.clone()).ok_or(CalcError::Internal("a step past the last item"))?;
            Arc::new(together(self.run, self.dimension, items, &steps, &part.dims, part.ty)?)
        } else if let Kind::Input(input) = part.kind {
            Arc::clone(self.inputs.get(input).ok_or(CalcError::Internal("an input of a group is missing"))?)
        } else {
            return part.rebuild(&mut |inner| self.past(inner, places, externals));
        };
        externals.push(cells);
        Ok(Node { kind: Kind::Input(externals.len() - 1), ..part.clone() })
    }

    /// The cells of a part at a place, computed once.
    fn known(&self, part: &Node, place: usize) -> Result<Arc<Cells>, CalcError> {
        let key = (ptr::from_ref(part), place);
        if let Some(cells) = self.history.cells.borrow().get(&key) {
            return Ok(Arc::clone(cells));
        }
        let cells = self.cells(part, place)?;
        self.history.cells.borrow_mut().insert(key, Arc::clone(&cells));
        Ok(cells)
    }
}
