//! Recognises what can be answered by [`FusedExec`].

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::config::ConfigOptions;
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_expr::expressions::{CaseExpr, Column, Literal};
use datafusion::physical_expr::split_conjunction;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};
use smalt_model::Type;

use super::codes::Group;
use super::exec::{Aggregate, Condition, FusedExec, Kind, Question};
use crate::functions::Exact;
use crate::plain;
use crate::rewrite::replaced;
use crate::source::{Field, Source};
use crate::table::{BesideExec, Computed, MaskedScanExec};

/// Puts [`FusedExec`] in the place of an aggregation straight over a scan of a metric, by dimensions, paths, and what is made of those of one axis;
/// over scans of several scenarios where each of them has groups of its own.
#[derive(Debug)]
pub(crate) struct FuseAggregates;

impl PhysicalOptimizerRule for FuseAggregates {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        replaced(plan, fuse)
    }

    fn name(&self) -> &str {
        "fuse_aggregates"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn fuse(aggregate: &AggregateExec) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let plain = matches!(aggregate.mode(), AggregateMode::Single | AggregateMode::SinglePartitioned) && aggregate.group_expr().is_single();
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
    question: Arc<Question>,
    /// For each column of the aggregation its place where the scenario's name is left out; `None`: the name.
    columns: Vec<Option<usize>>,
}

impl Parts {
    fn over(&self, scan: &MaskedScanExec, always: bool, schema: SchemaRef) -> Arc<dyn ExecutionPlan> {
        Arc::new(FusedExec::new(Arc::clone(scan.shared()), scan.sets().to_vec(), Arc::clone(&self.question), always, schema))
    }
}

/// The parts of an aggregation of what a scan gives, or several scans of the same columns. `place` tells of a column of the leaf where it comes
/// from.
fn parts(aggregate: &AggregateExec, scan: &MaskedScanExec, place: &dyn Fn(usize) -> Option<Place>) -> Option<Parts> {
    let Source::Metric(metric) = &scan.shared().source else { return None };
    let leaf = Leaf { input: aggregate.input(), scan, place, ty: metric.ty };
    let (mut question, mut columns) = (Question::default(), Vec::new());
    for (expr, _) in aggregate.group_expr().expr() {
        let expr = composed(aggregate.input(), Arc::clone(expr))?;
        let column = expr.downcast_ref::<Column>().map(Column::index);
        if let Some(Place::Scenario) = column.and_then(place) {
            columns.push(None);
            continue;
        }
        let computed = Computed::of(&expr, scan.shared(), &|column| leaf.field(column))?;
        columns.push(Some(question.groups.len()));
        question.groups.push(column.and_then(|column| leaf.field(column)).map_or(Group::Computed(computed), Group::Field));
    }
    for (expr, filter) in aggregate.aggr_expr().iter().zip(aggregate.filter_expr()) {
        let aggregate = leaf.aggregate(expr, filter.as_ref(), &mut question.conditions)?;
        question.aggregates.push(aggregate);
    }
    let groups = question.groups.len();
    columns.extend((groups..groups + question.aggregates.len()).map(Some));
    Some(Parts { question: Arc::new(question), columns })
}

/// What an aggregation reads.
struct Leaf<'a> {
    input: &'a Arc<dyn ExecutionPlan>,
    scan: &'a MaskedScanExec,
    place: &'a dyn Fn(usize) -> Option<Place>,
    /// The type of the metric's values.
    ty: Type,
}

impl Leaf<'_> {
    /// The column of the table that one of the leaf is.
    fn field(&self, column: usize) -> Option<usize> {
        match (self.place)(column)? {
            Place::Scan(column) => self.scan.field(column),
            Place::Scenario => None,
        }
    }

    fn is_value(&self, expr: &Arc<dyn PhysicalExpr>) -> bool {
        let field = expr.downcast_ref::<Column>().and_then(|column| self.field(column.index()));
        field.and_then(|field| self.scan.shared().fields.get(field)).is_some_and(|info| matches!(info.field, Field::Value))
    }

    /// Whether an expression over the leaf is NULL in no row: a literal, or a column that has none.
    fn is_never_null(&self, expr: &Arc<dyn PhysicalExpr>) -> bool {
        match expr.downcast_ref::<Literal>() {
            Some(literal) => !literal.value().is_null(),
            None => expr.downcast_ref::<Column>().is_some_and(|column| match (self.place)(column.index()) {
                Some(Place::Scenario) => true,
                Some(Place::Scan(column)) => self.scan.schema().fields().get(column).is_some_and(|field| !field.is_nullable()),
                None => false,
            }),
        }
    }

    /// An aggregate of cells, or of those under a condition on their items: `FILTER (WHERE …)`, or `CASE WHEN … THEN … END` as its argument.
    fn aggregate(
        &self,
        expr: &AggregateFunctionExpr,
        filter: Option<&Arc<dyn PhysicalExpr>>,
        conditions: &mut Vec<Condition>,
    ) -> Option<Aggregate> {
        let args = expr.expressions();
        let [arg] = args.as_slice() else { return None };
        if expr.is_distinct() || !expr.order_bys().is_empty() {
            return None;
        }
        let is_exact = expr.fun().inner().is::<Exact>();
        let kind = match expr.fun().name() {
            "count" => Kind::Count,
            "sum" if is_exact => Kind::Sum,
            "avg" if is_exact => Kind::Average,
            "min" => Kind::Min,
            "max" => Kind::Max,
            _ => return None,
        };
        let arg = composed(self.input, Arc::clone(arg))?;
        let Chosen { value: arg, when, else_zero } = match (arg.downcast_ref::<CaseExpr>(), filter) {
            (None, None) => Chosen { value: arg, when: None, else_zero: false },
            (None, Some(filter)) => Chosen { value: arg, when: Some(composed(self.input, Arc::clone(filter))?), else_zero: false },
            (Some(case), None) => case_of(case)?,
            (Some(_), Some(_)) => return None,
        };
        let fits = match kind {
            Kind::Count => !else_zero && self.is_never_null(&arg),
            Kind::Sum => self.ty == Type::Number && self.is_value(&arg),
            Kind::Average | Kind::Min | Kind::Max => !else_zero && self.ty == Type::Number && self.is_value(&arg),
        };
        if !fits {
            return None;
        }
        let condition = match when {
            None => None,
            Some(when) => {
                let part = |part| Computed::of(part, self.scan.shared(), &|column| self.field(column));
                let condition = split_conjunction(&when).into_iter().map(part).collect::<Option<Condition>>()?;
                Some(conditions.iter().position(|other| *other == condition).unwrap_or_else(|| {
                    conditions.push(condition);
                    conditions.len() - 1
                }))
            }
        };
        Some(Aggregate { kind, condition, else_zero })
    }
}

/// What an aggregate takes of a row.
struct Chosen {
    value: Arc<dyn PhysicalExpr>,
    /// Where it takes it; `None`: of every row.
    when: Option<Arc<dyn PhysicalExpr>>,
    /// Whether it takes 0 elsewhere.
    else_zero: bool,
}

/// Of `CASE WHEN condition THEN value END`, or with `ELSE NULL` or `ELSE 0`.
fn case_of(case: &CaseExpr) -> Option<Chosen> {
    let [(when, then)] = case.when_then_expr() else { return None };
    let or = case.else_expr().map(|or| or.downcast_ref::<Literal>().map(Literal::value));
    let else_zero = match or {
        None => false,
        Some(Some(or)) if or.is_null() => false,
        Some(Some(ScalarValue::Float64(Some(zero)))) if *zero == 0.0 => true,
        Some(_) => return None,
    };
    case.expr().is_none().then(|| Chosen { value: Arc::clone(then), when: Some(Arc::clone(when)), else_zero })
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

/// An expression over `plan` as one over the leaf.
fn composed(plan: &Arc<dyn ExecutionPlan>, expr: Arc<dyn PhysicalExpr>) -> Option<Arc<dyn PhysicalExpr>> {
    let Some(below) = below(plan) else { return Some(expr) };
    let expr = match plan.downcast_ref::<ProjectionExec>() {
        Some(projection) => plain::with_columns(&expr, &mut |column| match projection.expr().get(column.index()) {
            Some(part) => Ok(Arc::clone(&part.expr)),
            None => exec_err!("a column that the projection has not"),
        }),
        None => Ok(expr),
    };
    composed(below, expr.ok()?)
}
