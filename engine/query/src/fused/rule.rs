//! Recognises what can be answered by [`FusedExec`].

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_expr::expressions::{Column, Literal};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};
use smalt_model::Type;

use super::exec::{Aggregate, FusedExec};
use crate::functions::Exact;
use crate::source::{Field, Source};
use crate::table::{BesideExec, MaskedScanExec};

/// Puts [`FusedExec`] in the place of an aggregation straight over a scan of a metric, by dimensions and paths; over scans of several scenarios
/// where each of them has groups of its own.
#[derive(Debug)]
pub(crate) struct FuseAggregates;

impl PhysicalOptimizerRule for FuseAggregates {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let fused = plan.transform_down(|node| {
            let aggregate = node.downcast_ref::<AggregateExec>();
            match aggregate.map(fuse).transpose()?.flatten() {
                Some(fused) => Ok(Transformed::yes(fused)),
                None => Ok(Transformed::no(node)),
            }
        })?;
        Ok(fused.data)
    }

    fn name(&self) -> &str {
        "fuse_aggregates"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn fuse(aggregate: &AggregateExec) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let plain = matches!(aggregate.mode(), AggregateMode::Single | AggregateMode::SinglePartitioned)
        && aggregate.group_expr().is_single()
        && aggregate.filter_expr().iter().all(Option::is_none);
    if !plain {
        return Ok(None);
    }
    let leaf = leaf(aggregate.input());
    if let Some(scan) = leaf.downcast_ref::<MaskedScanExec>() {
        let always = aggregate.group_expr().is_empty();
        let parts = parts(aggregate, scan, &|column| Some(Place::Scan(column)));
        return Ok(parts.map(|parts| parts.over(scan, always, aggregate.schema())));
    }
    let Some(beside) = leaf.downcast_ref::<BesideExec>() else { return Ok(None) };
    let scans = beside.scans().iter().map(|(name, scan)| Some((Arc::clone(name), self::leaf(scan).downcast_ref::<MaskedScanExec>()?)));
    let Some(scans) = scans.collect::<Option<Vec<_>>>() else { return Ok(None) };
    let Some((_, first)) = scans.first() else { return Ok(None) };
    let place = |column: usize| beside.columns().get(column).map(|inner| inner.map_or(Place::Scenario, Place::Scan));
    let Some(parts) = parts(aggregate, first, &place).filter(|parts| parts.columns.contains(&None)) else { return Ok(None) };
    // What a scenario gives is without its name, which stands among the groups.
    let kept = parts.columns.iter().enumerate().filter(|(_, column)| column.is_some()).map(|(place, _)| place).collect::<Vec<_>>();
    let inner = Arc::new(aggregate.schema().project(&kept)?);
    let fused = scans.iter().map(|(name, scan)| (Arc::clone(name), parts.over(scan, false, Arc::clone(&inner)))).collect();
    Ok(Some(Arc::new(BesideExec::new(fused, parts.columns, aggregate.schema()))))
}

/// Where a column comes from.
enum Place {
    /// The scenario's name.
    Scenario,
    /// A column of the scan.
    Scan(usize),
}

/// What is fused.
struct Parts {
    groups: Vec<usize>,
    aggregates: Vec<Aggregate>,
    /// For each column of the aggregation its place where the scenario's name is left out; `None`: the name.
    columns: Vec<Option<usize>>,
}

impl Parts {
    fn over(&self, scan: &MaskedScanExec, always: bool, schema: SchemaRef) -> Arc<dyn ExecutionPlan> {
        let (groups, aggregates) = (self.groups.clone(), self.aggregates.clone());
        Arc::new(FusedExec::new(Arc::clone(scan.shared()), scan.sets().to_vec(), groups, aggregates, always, schema))
    }
}

/// The parts of an aggregation of what a scan gives, or several scans of the same columns. `place` tells of a column of the leaf where it comes
/// from.
fn parts(aggregate: &AggregateExec, scan: &MaskedScanExec, place: &dyn Fn(usize) -> Option<Place>) -> Option<Parts> {
    let Source::Metric(metric) = &scan.shared().source else { return None };
    let origin = |expr: &Arc<dyn PhysicalExpr>| {
        let column = expr.downcast_ref::<Column>()?;
        place(trace(aggregate.input(), column.index())?)
    };
    let field = |expr: &Arc<dyn PhysicalExpr>| match origin(expr)? {
        Place::Scan(column) => scan.field(column),
        Place::Scenario => None,
    };
    let (mut groups, mut columns) = (Vec::new(), Vec::new());
    for (expr, _) in aggregate.group_expr().expr() {
        if let Place::Scenario = origin(expr)? {
            columns.push(None);
            continue;
        }
        let index = field(expr)?;
        matches!(scan.shared().fields.get(index)?.field, Field::Path { .. } | Field::Position { .. }).then_some(())?;
        columns.push(Some(groups.len()));
        groups.push(index);
    }
    let one = |expr: &Arc<AggregateFunctionExpr>| {
        if expr.is_distinct() || !expr.order_bys().is_empty() {
            return None;
        }
        let args = expr.expressions();
        let [arg] = args.as_slice() else { return None };
        let of_value = || matches!(scan.shared().fields.get(field(arg)?)?.field, Field::Value).then_some(());
        if expr.fun().name() == "count" {
            // A literal that is not NULL, or a column that has none.
            let counts_all = match arg.downcast_ref::<Literal>() {
                Some(literal) => !literal.value().is_null(),
                None => {
                    origin(arg)?;
                    !arg.nullable(&aggregate.input_schema()).ok()?
                }
            };
            return counts_all.then_some(Aggregate::Count);
        }
        of_value()?;
        if metric.ty != Type::Number {
            return None;
        }
        let is_exact = expr.fun().inner().is::<Exact>();
        match expr.fun().name() {
            "sum" if is_exact => Some(Aggregate::Sum),
            "avg" if is_exact => Some(Aggregate::Average),
            "min" => Some(Aggregate::Min),
            "max" => Some(Aggregate::Max),
            _ => None,
        }
    };
    let aggregates = aggregate.aggr_expr().iter().map(one).collect::<Option<Vec<_>>>()?;
    columns.extend((groups.len()..groups.len() + aggregates.len()).map(Some));
    Some(Parts { groups, aggregates, columns })
}

/// What stands between an aggregation and its scan, if nothing but names.
fn below(plan: &Arc<dyn ExecutionPlan>) -> Option<&Arc<dyn ExecutionPlan>> {
    if let Some(coop) = plan.downcast_ref::<CooperativeExec>() {
        return Some(coop.input());
    }
    Some(plan.downcast_ref::<ProjectionExec>()?.input())
}

fn leaf(plan: &Arc<dyn ExecutionPlan>) -> &Arc<dyn ExecutionPlan> {
    below(plan).map_or(plan, leaf)
}

/// The place among the columns of the leaf of a column of `plan`.
fn trace(plan: &Arc<dyn ExecutionPlan>, column: usize) -> Option<usize> {
    let Some(below) = below(plan) else { return Some(column) };
    let column = match plan.downcast_ref::<ProjectionExec>() {
        Some(projection) => projection.expr().get(column)?.expr.downcast_ref::<Column>()?.index(),
        None => column,
    };
    trace(below, column)
}
