//! Recognises what can be answered by [`FusedExec`].

use std::sync::Arc;

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
use crate::table::MaskedScanExec;

/// Puts [`FusedExec`] in the place of an aggregation straight over a scan of a metric, by dimensions and paths.
#[derive(Debug)]
pub(crate) struct FuseAggregates;

impl PhysicalOptimizerRule for FuseAggregates {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let fused = plan.transform_down(|node| match node.downcast_ref::<AggregateExec>().and_then(fuse) {
            Some(fused) => Ok(Transformed::yes(Arc::new(fused) as Arc<dyn ExecutionPlan>)),
            None => Ok(Transformed::no(node)),
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

fn fuse(aggregate: &AggregateExec) -> Option<FusedExec> {
    let plain = matches!(aggregate.mode(), AggregateMode::Single | AggregateMode::SinglePartitioned)
        && aggregate.group_expr().is_single()
        && aggregate.filter_expr().iter().all(Option::is_none);
    if !plain {
        return None;
    }
    let scan = leaf(aggregate.input())?;
    let Source::Metric(metric) = &scan.shared().source else { return None };
    let field = |expr: &Arc<dyn PhysicalExpr>| {
        let column = expr.downcast_ref::<Column>()?;
        trace(aggregate.input(), column.index())
    };
    let mut groups = Vec::new();
    for (expr, _) in aggregate.group_expr().expr() {
        let index = field(expr)?;
        matches!(scan.shared().fields.get(index)?.field, Field::Path { .. } | Field::Position { .. }).then_some(())?;
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
                    field(arg)?;
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
    Some(FusedExec::new(Arc::clone(scan.shared()), scan.sets().to_vec(), groups, aggregates, aggregate.schema()))
}

/// What stands between an aggregation and its scan, if nothing but names.
fn below(plan: &Arc<dyn ExecutionPlan>) -> Option<&Arc<dyn ExecutionPlan>> {
    if let Some(coop) = plan.downcast_ref::<CooperativeExec>() {
        return Some(coop.input());
    }
    Some(plan.downcast_ref::<ProjectionExec>()?.input())
}

fn leaf(plan: &Arc<dyn ExecutionPlan>) -> Option<&MaskedScanExec> {
    match plan.downcast_ref::<MaskedScanExec>() {
        Some(scan) => Some(scan),
        None => leaf(below(plan)?),
    }
}

/// The place in the scan's table of a column of `plan`.
fn trace(plan: &Arc<dyn ExecutionPlan>, column: usize) -> Option<usize> {
    if let Some(scan) = plan.downcast_ref::<MaskedScanExec>() {
        return scan.field(column);
    }
    let column = match plan.downcast_ref::<ProjectionExec>() {
        Some(projection) => projection.expr().get(column)?.expr.downcast_ref::<Column>()?.index(),
        None => column,
    };
    trace(below(plan)?, column)
}
