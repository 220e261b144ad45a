//! In which order a line is walked: item order, or the order that `D ON expr` gives, for all lines alike or for each by itself.

use std::borrow::Cow;

use smalt_formula::program::Node;
use smalt_vault::Vector;

use super::Line;
use super::args::Args;
use crate::call::Facts;
use crate::error::CalcError;
use crate::eval::Site;
use crate::operator::codes::order_of;
use crate::run::Run;

/// The items of the line's dimension in the order in which a line is walked.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    /// Items by place.
    pub(super) items: Vec<u32>,
    /// Place by item; `u32::MAX` for one that is gone.
    pub(super) places: Vec<u32>,
    /// The turn of each place among the items for which arguments are asked, where that is another one.
    turns: Option<Vec<usize>>,
}

/// How the lines of an operator are walked.
#[derive(Debug)]
pub(super) struct Ways<'a> {
    run: &'a Run,
    first: Walk,
    /// The order, where it differs from line to line.
    by_line: Option<&'a Node>,
}

impl Walk {
    fn new(items: Vec<u32>, capacity: usize, turns: Option<Vec<usize>>) -> Walk {
        let mut places = vec![u32::MAX; capacity];
        for (place, item) in (0u32..).zip(&items) {
            if let Some(slot) = places.get_mut(*item as usize) {
                *slot = place;
            }
        }
        Walk { items, places, turns }
    }

    #[cfg(test)]
    pub(super) fn in_item_order(items: u32) -> Walk {
        Walk::new((0..items).collect(), items as usize, None)
    }

    /// The place of an item among those for which arguments are asked, by its place along the line.
    pub(super) fn turn(&self, place: usize) -> usize {
        self.turns.as_ref().map_or(place, |turns| turns.get(place).copied().unwrap_or(place))
    }
}

impl<'a> Ways<'a> {
    pub(super) fn new(line: &Line<'a>) -> Result<Ways<'a>, CalcError> {
        let run: &Run = &line.scope.run;
        let mut items: Vec<u32> = run.order(line.dimension).to_vec();
        let by_line = line.order.filter(|order| order.dims.iter().any(|d| *d != line.dimension));
        if let (Some(order), None) = (line.order, by_line) {
            let layout = run.layout(&[line.dimension])?;
            let field = layout.field(line.dimension).ok_or(CalcError::Internal("a line has no dimension"))?;
            let keys: Vec<u64> = items.iter().map(|i| smalt_vault::Key::with(0u64, field, *i)).collect();
            let values = line.scope.values(order, &Site::at(&layout, &keys))?;
            items = order_of(&values, run).into_iter().filter_map(|at| items.get(at).copied()).collect();
        }
        let capacity = run.items(line.dimension).capacity() as usize;
        Ok(Ways { run, first: Walk::new(items, capacity, None), by_line })
    }

    /// The order of all lines; where each has one of its own, item order. Arguments are asked for in this order.
    pub(super) fn first(&self) -> &Walk {
        &self.first
    }

    /// The order, where it differs from line to line.
    pub(super) fn by_line(&self) -> Option<&'a Node> {
        self.by_line
    }

    /// Whether every line is walked as its cells are stored.
    pub(super) fn natural(&self) -> bool {
        self.by_line.is_none() && self.first.items.is_sorted()
    }

    /// The walk along one line of a batch.
    pub(super) fn of_line(&self, args: &Args, line: usize) -> Cow<'_, Walk> {
        let Some(values) = args.order(line) else { return Cow::Borrowed(&self.first) };
        let turns = order_of(&values, self.run);
        let items = turns.iter().filter_map(|turn| self.first.items.get(*turn).copied()).collect();
        Cow::Owned(Walk::new(items, self.first.places.len(), Some(turns)))
    }
}

/// The values of one line out of those of a batch.
pub(super) fn part(values: &Vector, line: usize, items: usize) -> Vector {
    values.take(&(line * items..(line + 1) * items).collect::<Vec<_>>())
}
