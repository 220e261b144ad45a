//! The further arguments of a function along a dimension: a group, a window, a rate, at the cells of a line or at all of its items.

use std::sync::Arc;

use smalt_formula::program::{Kind, Node};
use smalt_model::{Decimal, DimensionId, Value};
use smalt_vault::{Field, Layout, Vector};

use super::walk::{Walk, Ways, part};
use crate::error::CalcError;
use crate::eval::{Scope, Site};
use crate::feed::PIECE;
use crate::width::Width;

/// Where a function asks for an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// At the cells of the line.
    AtCells,
    /// At every item of the dimension.
    AtItems,
}

/// One argument over some lines.
#[derive(Debug)]
enum Column {
    /// Left out.
    Missing,
    /// The same everywhere; `None` is BLANK.
    One(Option<Value>),
    /// By cell of the stretch.
    Cells(Vector),
    /// By place, on all lines alike.
    Items(Arc<Vector>),
    /// By line and place.
    Lines(Vector),
}

/// Which cell of which line is asked about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asks {
    /// The number of the line among those of the batch.
    pub(super) line: usize,
    /// The place of the item in the order in which arguments are asked for: [`Walk::turn`].
    pub(super) place: usize,
    /// The cell's place in the stretch; of no meaning for arguments by item.
    pub(super) cell: usize,
}

/// The arguments over a batch of lines.
#[derive(Debug)]
pub(super) struct Args {
    columns: Vec<Column>,
    items: usize,
    /// What the lines are ordered by, by line and item, where each has an order of its own.
    order: Option<Vector>,
}

/// What is known of the arguments before any line is seen.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    scope: &'a Scope,
    layout: Arc<Layout>,
    field: Field,
    items: &'a [u32],
    asked: Asked,
    args: Vec<Planned<'a>>,
    order: Option<&'a Node>,
}

#[derive(Debug)]
enum Planned<'a> {
    Missing,
    One(Option<Value>),
    Items(Arc<Vector>),
    Each(&'a Node),
}

impl<'a> Plan<'a> {
    /// `layout` has the line's dimension last.
    pub(super) fn new(
        scope: &'a Scope,
        dimension: DimensionId,
        layout: &Arc<Layout>,
        ways: &'a Ways<'a>,
        args: &'a [Option<Node>],
        asked: Asked,
    ) -> Result<Plan<'a>, CalcError> {
        let items = ways.first().items.as_slice();
        let field = layout.field(dimension).ok_or(CalcError::Internal("a line has no dimension"))?;
        let own = scope.run.layout(&[dimension])?;
        let own_field = own.field(dimension).ok_or(CalcError::Internal("a line has no dimension"))?;
        let args = args
            .iter()
            .map(|arg| {
                let Some(node) = arg else { return Ok(Planned::Missing) };
                match &node.kind {
                    Kind::Constant(value) => Ok(Planned::One(Some(value.clone()))),
                    Kind::Blank => Ok(Planned::One(None)),
                    _ if node.dims.iter().all(|d| *d == dimension) => {
                        let keys: Vec<u64> = items.iter().map(|i| smalt_vault::Key::with(0u64, own_field, *i)).collect();
                        Ok(Planned::Items(Arc::new(scope.values(node, &Site::at(&own, &keys))?)))
                    }
                    _ => Ok(Planned::Each(node)),
                }
            })
            .collect::<Result<_, CalcError>>()?;
        Ok(Plan { scope, layout: Arc::clone(layout), field, items, asked, args, order: ways.by_line() })
    }

    /// How many lines are best looked at together.
    pub(super) fn batch(&self) -> usize {
        let each = self.order.is_some() || self.asked == Asked::AtItems && self.args.iter().any(|a| matches!(a, Planned::Each(_)));
        if each { (8 * PIECE / self.items.len().max(1)).max(1) } else { usize::MAX }
    }

    /// The arguments of some lines, given by their heads, whose cells are `cells`.
    pub(super) fn over<K: Width>(&self, heads: &[K], cells: &[K]) -> Result<Args, CalcError> {
        let columns = self
            .args
            .iter()
            .map(|arg| {
                Ok(match (arg, self.asked) {
                    (Planned::Missing, _) => Column::Missing,
                    (Planned::One(value), _) => Column::One(value.clone()),
                    (Planned::Items(values), _) => Column::Items(Arc::clone(values)),
                    (Planned::Each(node), Asked::AtCells) => Column::Cells(self.values(node, cells)?),
                    (Planned::Each(node), Asked::AtItems) => Column::Lines(self.values(node, &self.all_items(heads))?),
                })
            })
            .collect::<Result<_, CalcError>>()?;
        let order = self.order.map(|order| self.values(order, &self.all_items(heads))).transpose()?;
        Ok(Args { columns, items: self.items.len(), order })
    }

    fn all_items<K: Width>(&self, heads: &[K]) -> Vec<K> {
        heads.iter().flat_map(|head| self.items.iter().map(|item| head.with(self.field, *item))).collect()
    }

    fn values<K: Width>(&self, node: &Node, keys: &[K]) -> Result<Vector, CalcError> {
        let mut all = Vector::blank(node.ty, 0);
        for piece in keys.chunks(PIECE) {
            all.append(&self.scope.values(node, &Site::at(&self.layout, piece))?);
        }
        Ok(all)
    }
}

impl Args {
    /// Whether an argument was given.
    pub(super) fn given(&self, arg: usize) -> bool {
        !matches!(self.columns.get(arg), None | Some(Column::Missing))
    }

    /// An argument's value; `None` where it is BLANK or left out.
    pub(super) fn value(&self, arg: usize, at: Asks) -> Option<Value> {
        match self.columns.get(arg)? {
            Column::Missing => None,
            Column::One(value) => value.clone(),
            Column::Cells(values) => values.get(at.cell),
            Column::Items(values) => values.get(at.place),
            Column::Lines(values) => values.get(at.line * self.items + at.place),
        }
    }

    /// A whole number; the default where the argument is left out, `None` where it is BLANK.
    pub(super) fn whole(&self, arg: usize, at: Asks, default: Option<i64>) -> Option<i64> {
        if !self.given(arg) {
            return default;
        }
        match self.value(arg, at)? {
            Value::Integer(v) => Some(v),
            Value::Number(v) => Some(v.trunc() as i64),
            other => other.exact().map(|x| x.to_number().trunc() as i64),
        }
    }

    /// A number.
    pub(super) fn number(&self, arg: usize, at: Asks) -> Option<f64> {
        match self.value(arg, at)? {
            Value::Integer(v) => Some(v as f64),
            Value::Number(v) => Some(v),
            other => other.exact().map(Decimal::to_number),
        }
    }

    /// An item.
    pub(super) fn item(&self, arg: usize, at: Asks) -> Option<u32> {
        match self.value(arg, at)? {
            Value::Item(_, item) => Some(item),
            _ => None,
        }
    }

    /// A day.
    pub(super) fn day(&self, arg: usize, at: Asks) -> Option<i32> {
        match self.value(arg, at)? {
            Value::Date(day) => Some(day),
            _ => None,
        }
    }

    /// The run of each place of a line: a new number where the argument differs from the one before, BLANK being a value of its own.
    pub(super) fn runs(&self, arg: usize, line: usize, walk: &Walk) -> Vec<u32> {
        let mut runs = vec![0u32; self.items];
        if !self.given(arg) {
            return runs;
        }
        let mut run = 0;
        let mut before = self.value(arg, Asks { line, place: walk.turn(0), cell: 0 });
        for (place, slot) in runs.iter_mut().enumerate().skip(1) {
            let value = self.value(arg, Asks { line, place: walk.turn(place), cell: 0 });
            if value != before {
                run += 1;
                before = value;
            }
            *slot = run;
        }
        runs
    }

    /// What a line is ordered by, item by item, where each has an order of its own.
    pub(super) fn order(&self, line: usize) -> Option<Vector> {
        self.order.as_ref().map(|values| part(values, line, self.items))
    }

    /// Whether an argument is the same on all lines.
    pub(super) fn is_shared(&self, arg: usize) -> bool {
        !matches!(self.columns.get(arg), Some(Column::Cells(_) | Column::Lines(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_count_blanks_as_a_group() {
        let values = Vector::Integer(vec![1, 1, smalt_vault::BLANK_INTEGER, smalt_vault::BLANK_INTEGER, 1]);
        let args = Args { columns: vec![Column::Items(Arc::new(values))], items: 5, order: None };
        assert_eq!(args.runs(0, 0, &Walk::in_item_order(5)), [0, 0, 1, 1, 2]);
        assert!(args.given(0) && !args.given(1));
        assert_eq!(args.whole(0, Asks { line: 0, place: 2, cell: 0 }, Some(7)), None);
        assert_eq!(args.whole(1, Asks { line: 0, place: 2, cell: 0 }, Some(7)), Some(7));
    }

    #[test]
    fn lines_have_values_of_their_own() {
        let values = Vector::Number(vec![1.9, f64::NAN, 3.0, 4.0]);
        let args = Args { columns: vec![Column::Lines(values)], items: 2, order: None };
        assert_eq!(args.whole(0, Asks { line: 0, place: 0, cell: 0 }, None), Some(1));
        assert_eq!(args.number(0, Asks { line: 0, place: 1, cell: 0 }), None);
        assert_eq!(args.number(0, Asks { line: 1, place: 1, cell: 0 }), Some(4.0));
        assert!(!args.is_shared(0));
    }
}
