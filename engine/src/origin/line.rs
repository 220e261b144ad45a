//! Which items of a line a function along a dimension reads at one of them.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use smalt_calc::{CalcError, lines_of};
use smalt_formula::plan::simplified;
use smalt_formula::program::{Along, Kind, Node};
use smalt_model::{DimensionId, Value};
use smalt_vault::Vector;

use super::{At, Origin, number};

impl Origin<'_> {
    /// The items whose cells a function reads. Where cells decide that in ways that are not followed here, all items of the line.
    pub(super) fn on_the_line(&self, node: &Node, at: &At) -> Result<Vec<u32>, CalcError> {
        // A year to date is short for a sum over the items of one year.
        let long = simplified(node, self.state.revision.schema()).unwrap_or_else(|_| node.clone());
        let Kind::Along { function, input, dimension, order, args, .. } = &long.kind else { return Ok(Vec::new()) };
        let line = self.line(*dimension, order.as_deref(), at)?;
        let Some(here) = at.get(dimension).and_then(|item| line.iter().position(|on| on == item)) else { return Ok(Vec::new()) };
        let arg = |place: usize| args.get(place).and_then(Option::as_ref);
        let between = |first: i64, last: i64| -> Vec<u32> {
            let inside = |place: &usize| i64::try_from(*place).is_ok_and(|place| (first..=last).contains(&place));
            (0..line.len()).filter(inside).filter_map(|place| line.get(place).copied()).collect()
        };
        let place = i64::try_from(here).unwrap_or(i64::MAX);
        Ok(match function {
            Along::Cumulate => between(self.run_start(&line, here, arg(0), *dimension, at)?, place),
            Along::Decumulate => between(self.run_start(&line, here, arg(0), *dimension, at)?.max(place - 1), place),
            Along::MovingSum | Along::MovingAverage | Along::MovingMin | Along::MovingMax => {
                let (window, offset) = (self.given(arg(0), at)?, arg(1).map_or(Ok(Some(0)), |offset| self.whole(offset, at))?);
                match (window, offset) {
                    (Some(window), Some(offset)) => {
                        let last = place.saturating_add(offset);
                        between(last.saturating_sub(window).saturating_add(1), last)
                    }
                    _ => Vec::new(),
                }
            }
            Along::Growth => match self.given(arg(0), at)?.and_then(|back| place.checked_sub(back)) {
                Some(there) => between(there, there).into_iter().chain(between(place, place)).collect(),
                None => Vec::new(),
            },
            Along::FillForward => {
                let values = lines_of(&self.state.revision, input, *dimension, at, &self.state.programs.limits, &self.watch)?;
                let there = |item: &&u32| values.get(**item as usize).is_some();
                line.iter().take(here + 1).rev().find(there).copied().into_iter().collect()
            }
            // A cell of x stands as it is; whatever comes behind the last one is made of all of them.
            _ if function.is_forecast() => {
                let values = lines_of(&self.state.revision, input, *dimension, at, &self.state.programs.limits, &self.watch)?;
                let own = line.get(here).copied().filter(|item| values.get(*item as usize).is_some());
                own.map_or(line, |item| vec![item])
            }
            _ => line,
        })
    }

    fn given(&self, arg: Option<&Node>, at: &At) -> Result<Option<i64>, CalcError> {
        arg.map_or(Ok(None), |arg| self.whole(arg, at))
    }

    /// The items of a dimension in the order that a function follows.
    fn line(&self, dimension: DimensionId, order: Option<&Node>, at: &At) -> Result<Vec<u32>, CalcError> {
        let mut line = self.state.revision.items(dimension).order().to_vec();
        if let Some(order) = order {
            let by = lines_of(&self.state.revision, order, dimension, at, &self.state.programs.limits, &self.watch)?;
            let key = |item: &u32| by.get(*item as usize);
            line.sort_by(|a, b| self.compare(key(a).as_ref(), key(b).as_ref()));
        }
        Ok(line)
    }

    /// BLANK comes last.
    fn compare(&self, a: Option<&Value>, b: Option<&Value>) -> Ordering {
        let place = |dimension: DimensionId, item: u32| self.state.revision.items(dimension).position(item);
        match (a, b) {
            (Some(Value::Text(a)), Some(Value::Text(b))) => a.cmp(b),
            (Some(Value::Date(a)), Some(Value::Date(b))) => a.cmp(b),
            (Some(Value::Boolean(a)), Some(Value::Boolean(b))) => a.cmp(b),
            (Some(Value::Item(d, a)), Some(Value::Item(_, b))) => place(*d, *a).cmp(&place(*d, *b)),
            (Some(a), Some(b)) => match (number(a), number(b)) {
                (Some(a), Some(b)) => a.total_cmp(&b),
                _ => Ordering::Equal,
            },
            (a, b) => a.is_none().cmp(&b.is_none()),
        }
    }

    /// The place at which the run of a place began: items whose groups are the same, BLANK being a group.
    fn run_start(&self, line: &[u32], here: usize, group: Option<&Node>, dimension: DimensionId, at: &At) -> Result<i64, CalcError> {
        let Some(group) = group else { return Ok(0) };
        let groups = lines_of(&self.state.revision, group, dimension, at, &self.state.programs.limits, &self.watch)?;
        let of = |place: usize| line.get(place).and_then(|item| groups.get(*item as usize));
        let own = of(here);
        let run = (0..here).rev().take_while(|place| of(*place) == own).count();
        Ok(i64::try_from(here - run).unwrap_or(0))
    }

    /// An item and all that hang on it.
    pub(super) fn hanging_on(&self, dimension: DimensionId, parent: u16, at: &At) -> Vec<u32> {
        let items = self.state.revision.items(dimension);
        let parents = match items.property(parent).map(AsRef::as_ref) {
            Some(Vector::Item(_, parents)) => parents.clone(),
            _ => Vec::new(),
        };
        let mut found: BTreeSet<u32> = at.get(&dimension).copied().into_iter().collect();
        loop {
            let hangs = |item: &&u32| !found.contains(*item) && parents.get(**item as usize).is_some_and(|above| found.contains(above));
            let more: Vec<u32> = items.order().iter().filter(hangs).copied().collect();
            if more.is_empty() {
                return found.into_iter().collect();
            }
            found.extend(more);
        }
    }
}
