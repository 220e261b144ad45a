//! Conditions on the items of one axis that are no plain comparison: what they are true of is found once an item, not once a row.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, UnboundedMemoryPool};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::projection::ProjectionExpr;
use datafusion::physical_expr::{conjunction, split_conjunction};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::filter::{FilterExec, FilterExecBuilder};
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};

use super::cells::Cells;
use super::computed::{Computed, Computing};
use super::exec::ItemSet;
use super::{MaskedScanExec, Shared};
use crate::rewrite::replaced;
use crate::source::Source;

/// Moves conditions on the items of one axis from a filter into the scan of a metric below. One that fails stays: it may fail for no row.
#[derive(Debug)]
pub(crate) struct NarrowScans;

impl PhysicalOptimizerRule for NarrowScans {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, options: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let size = options.execution.batch_size.get();
        replaced(plan, |filter| narrow(filter, size))
    }

    fn name(&self) -> &str {
        "narrow_scans"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn narrow(filter: &FilterExec, size: usize) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let Some(scan) = MaskedScanExec::below(filter.input()) else { return Ok(None) };
    if filter.fetch().is_some() {
        return Ok(None);
    }
    let (mut sets, mut left) = (scan.sets().to_vec(), Vec::new());
    for part in split_conjunction(filter.predicate()) {
        match items(part, scan.shared(), scan, size)? {
            Some(set) => sets.push(set),
            None => left.push(Arc::clone(part)),
        }
    }
    if sets.len() == scan.sets().len() {
        return Ok(None);
    }
    let input = scan.narrowed(sets)?.in_place_of(filter.input());
    let kept = filter.projection().as_ref().map(|kept| kept.to_vec());
    if !left.is_empty() {
        return Ok(Some(Arc::new(FilterExecBuilder::new(conjunction(left), input).apply_projection(kept)?.build()?)));
    }
    let Some(kept) = kept else { return Ok(Some(input)) };
    let schema = input.schema();
    let column = |place: &usize| {
        let name = schema.fields().get(*place).map_or("", |field| field.name().as_str());
        ProjectionExpr { expr: Arc::new(Column::new(name, *place)), alias: name.to_owned() }
    };
    let columns: Vec<ProjectionExpr> = kept.iter().map(column).collect();
    Ok(Some(Arc::new(ProjectionExec::try_new(columns, input)?)))
}

/// The items of an axis for which a condition is true; `None` where it is of no axis, or fails.
fn items(condition: &Arc<dyn PhysicalExpr>, shared: &Shared, scan: &MaskedScanExec, size: usize) -> Result<Option<ItemSet>> {
    let Source::Metric(def) = &shared.source else { return Ok(None) };
    let Some(computed) = Computed::of(condition, shared, &|column| scan.field(column)) else { return Ok(None) };
    shared.limits.look()?;
    // What is held for a while is true or false for each item.
    let pool: Arc<dyn MemoryPool> = Arc::new(UnboundedMemoryPool::default());
    let held = MemoryConsumer::new("condition").register(&pool);
    let cells = Cells { shared, sets: scan.sets() };
    let met = |axis, dimension| cells.items(axis, dimension);
    let found = computed.values(Computing { shared, size, held: &held, met: &met }, &def.dimensions);
    let Ok(values) = found else {
        shared.limits.look()?;
        return Ok(None);
    };
    let Ok(axis) = u16::try_from(values.axis) else { return Ok(None) };
    Ok(Some((axis, Arc::new(values.trues()?))))
}
