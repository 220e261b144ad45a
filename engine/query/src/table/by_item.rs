//! Expressions of one item, computed once an item instead of once a row: what an export makes of the names of its items, and the like.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, UInt32Array, new_empty_array};
use datafusion::arrow::compute::{concat, take, take_arrays};
use datafusion::arrow::datatypes::{DataType, FieldRef, SchemaRef};
use datafusion::common::config::ConfigOptions;
use datafusion::common::{Result, exec_err};
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::projection::ProjectionExpr;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};

use super::{Computed, MaskedScanExec};
use crate::plain::with_columns;
use crate::rewrite::replaced;
use crate::source::Source;

/// The most items that are remembered at once. Rows come in the order of their keys, so that an item of long ago hardly comes again.
const MOST: usize = 1 << 16;
/// The place of an item that nothing has been computed for.
const UNKNOWN: u32 = u32::MAX;

/// Moves expressions of the items of one axis into the scan of a metric or a list, where those are numbers to look up.
#[derive(Debug)]
pub(crate) struct ComputeByItem;

impl PhysicalOptimizerRule for ComputeByItem {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        replaced(plan, move_down)
    }

    fn name(&self) -> &str {
        "compute_by_item"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// A column of a scan.
#[derive(Clone, Debug)]
pub(super) enum Output {
    /// A column of the table, by its place there.
    Field(usize),
    /// What an expression makes of some of the same axis.
    Computed(Computed, FieldRef),
}

/// The projection over a scan that computes what is of one item; `None` where there is nothing of the kind.
fn move_down(projection: &ProjectionExec) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let Some(scan) = MaskedScanExec::below(projection.input()) else { return Ok(None) };
    let parts: Vec<_> = projection.expr().iter().map(|part| (part, of_one_item(&part.expr, scan))).collect();
    if parts.iter().all(|(_, moved)| moved.is_none()) {
        return Ok(None);
    }
    let (schema, mut outputs, mut exprs) = (scan.schema(), Vec::new(), Vec::new());
    for (part, moved) in parts {
        let expr = match moved {
            Some(computed) => {
                let made = part.expr.return_field(&schema)?.as_ref().clone().with_name(&part.alias);
                outputs.push(Output::Computed(computed, Arc::new(made)));
                Arc::new(Column::new(&part.alias, outputs.len() - 1))
            }
            None => with_columns(&part.expr, &mut |column| {
                let Some(field) = scan.field(column.index()) else { return exec_err!("a column that the scan has not") };
                let known = outputs.iter().position(|output| matches!(output, Output::Field(other) if *other == field));
                let place = known.unwrap_or_else(|| {
                    outputs.push(Output::Field(field));
                    outputs.len() - 1
                });
                Ok(Arc::new(Column::new(column.name(), place)))
            })?,
        };
        exprs.push(ProjectionExpr { expr, alias: part.alias.clone() });
    }
    let scan = MaskedScanExec::new(Arc::clone(scan.shared()), outputs, scan.sets().to_vec())?;
    let input = scan.in_place_of(projection.input());
    Ok(Some(Arc::new(ProjectionExec::try_new(exprs, input)?)))
}

/// An expression of the items of one axis that gives a number or the like. Texts stay where they are: they would be held for every item, in buffers of
/// their own.
fn of_one_item(expr: &Arc<dyn PhysicalExpr>, scan: &MaskedScanExec) -> Option<Computed> {
    if expr.is::<Column>() || !matches!(scan.shared().source, Source::Metric(_) | Source::List(_)) {
        return None;
    }
    let computed = Computed::of(expr, scan.shared(), &|column| scan.field(column))?;
    let made = expr.data_type(&scan.schema()).ok()?;
    (made.is_primitive() || made == DataType::Boolean).then_some(computed)
}

/// What an expression makes of the items of an axis, as far as it has met them.
pub(super) struct ByItem {
    expr: Arc<dyn PhysicalExpr>,
    /// Of the columns that the expression is over.
    schema: SchemaRef,
    /// Those columns for each item.
    operands: Vec<ArrayRef>,
    /// Where in `made` an item's value is; BLANK stands after the last item.
    places: Vec<u32>,
    made: ArrayRef,
    held: MemoryReservation,
}

impl ByItem {
    /// Of an expression over columns of which each is given for each item.
    pub(super) fn new(expr: Arc<dyn PhysicalExpr>, schema: SchemaRef, operands: Vec<ArrayRef>, held: MemoryReservation) -> Result<ByItem> {
        let items = operands.iter().map(|column| column.len()).max().unwrap_or(0);
        let made = new_empty_array(&expr.data_type(&schema)?);
        Ok(ByItem { expr, schema, operands, places: vec![UNKNOWN; items + 1], made, held })
    }

    /// The column of rows with these items. The expression is computed for items that are new, in the order in which they come, so that it fails
    /// for the row for which it would have failed.
    pub(super) fn column(&mut self, items: &UInt32Array) -> Result<ArrayRef> {
        if self.made.len() + items.len() > MOST && !self.made.is_empty() {
            self.places.fill(UNKNOWN);
            self.made = new_empty_array(self.made.data_type());
        }
        let (mut new, blank) = (Vec::new(), self.places.len() - 1);
        let mut picks = Vec::with_capacity(items.len());
        for item in items {
            let Some(place) = self.places.get_mut(item.map_or(blank, |item| item as usize)) else { return exec_err!("no such item") };
            if *place == UNKNOWN {
                *place = u32::try_from(self.made.len() + new.len()).unwrap_or(UNKNOWN);
                new.push(item);
            }
            picks.push(*place);
        }
        if !new.is_empty() {
            let rows = new.len();
            let operands = take_arrays(&self.operands, &UInt32Array::from(new), None)?;
            let made = self.expr.evaluate(&RecordBatch::try_new(Arc::clone(&self.schema), operands)?)?.into_array(rows)?;
            self.made = concat(&[&self.made, &made])?;
            self.held.try_resize(self.made.get_array_memory_size())?;
        }
        Ok(take(&self.made, &UInt32Array::from(picks), None)?)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use datafusion::arrow::array::{AsArray, StringViewArray};
    use datafusion::arrow::datatypes::{Field as ArrowField, Int64Type, Schema as ArrowSchema};
    use datafusion::execution::memory_pool::{GreedyMemoryPool, MemoryConsumer, MemoryPool};
    use datafusion::physical_expr::expressions::cast;

    use super::*;

    /// `CAST(name AS BIGINT)` over so many items, whose names are their numbers but for one.
    fn numbers(items: u32, broken: Option<u32>, share: usize) -> ByItem {
        let names = (0..items).map(|item| if broken == Some(item) { "none".to_owned() } else { item.to_string() });
        let schema = Arc::new(ArrowSchema::new(vec![ArrowField::new("Item", DataType::Utf8View, true)]));
        let expr = cast(Arc::new(Column::new("Item", 0)), &schema, DataType::Int64).unwrap();
        let pool: Arc<dyn MemoryPool> = Arc::new(GreedyMemoryPool::new(share));
        let held = MemoryConsumer::new("test").register(&pool);
        ByItem::new(expr, schema, vec![Arc::new(StringViewArray::from_iter_values(names))], held).unwrap()
    }

    fn column(by_item: &mut ByItem, items: Vec<Option<u32>>) -> Result<Vec<Option<i64>>> {
        Ok(by_item.column(&UInt32Array::from(items))?.as_primitive::<Int64Type>().iter().collect())
    }

    #[test]
    fn rows_get_what_the_expression_makes_of_their_items() {
        let mut by_item = numbers(10, None, 1 << 20);
        assert_eq!(column(&mut by_item, vec![Some(3), None, Some(9), Some(3)]).unwrap(), [Some(3), None, Some(9), Some(3)]);
        assert_eq!(by_item.made.len(), 3, "once an item, and once for BLANK");
        assert_eq!(column(&mut by_item, vec![Some(9), None, Some(0)]).unwrap(), [Some(9), None, Some(0)]);
        assert_eq!(by_item.made.len(), 4);
        assert!(column(&mut by_item, Vec::new()).unwrap().is_empty());
    }

    #[test]
    fn it_fails_for_a_row_that_is_there_and_for_no_other() {
        let mut by_item = numbers(10, Some(7), 1 << 20);
        assert_eq!(column(&mut by_item, vec![Some(6), Some(8)]).unwrap(), [Some(6), Some(8)]);
        let error = column(&mut by_item, vec![Some(8), Some(7)]).unwrap_err();
        assert!(error.to_string().contains("'none'"), "{error}");
    }

    #[test]
    fn what_it_remembers_is_bounded_and_counted() {
        let items = u32::try_from(3 * MOST).unwrap();
        let mut by_item = numbers(items, None, 2 * MOST * size_of::<i64>());
        for first in (0..items).step_by(1_000) {
            let rows = first..items.min(first + 1_000);
            let found = column(&mut by_item, rows.clone().map(Some).collect()).unwrap();
            assert!(found.into_iter().eq(rows.map(|item| Some(i64::from(item)))));
            assert!(by_item.made.len() <= MOST);
        }
        assert_eq!(column(&mut by_item, vec![Some(5)]).unwrap(), [Some(5)], "one of those that were forgotten");
        let error = column(&mut numbers(1_000, None, 100), (0..1_000).map(Some).collect()).unwrap_err();
        assert!(error.to_string().contains("exhausted") || error.to_string().contains("allocate"), "{error}");
    }
}
