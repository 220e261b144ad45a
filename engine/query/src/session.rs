//! A DataFusion session for one bound query: its tables, the functions that exist, and nothing that reads or writes files.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use datafusion::arrow::datatypes::DataType;
use datafusion::catalog::{TableFunction, TableProvider};
use datafusion::common::config::ConfigOptions;
use datafusion::common::{DFSchema, DataFusionError, Result, TableReference, plan_err};
use datafusion::datasource::provider_as_source;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::MemoryPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::{SessionState, SessionStateBuilder, SessionStateDefaults};
use datafusion::logical_expr::planner::{ContextProvider, ExprPlanner};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{AggregateUDF, Expr, HigherOrderUDF, LogicalPlan, ScalarUDF, TableSource, WindowUDF};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::prelude::SessionConfig;
use datafusion::sql::planner::{ParserOptions, SqlToRel};
use datafusion::sql::sqlparser::ast::Statement;
use smalt_vault::MaskedView;

use crate::bind::{Bound, Scan};
use crate::functions::{CheckOperators, functions, item_function};
use crate::fused::FuseAggregates;
use crate::limits::Limits;
use crate::meter::TapPlans;
use crate::patience::patient_rules;
use crate::source::Source;
use crate::table::{ComputeByItem, MaskedTable, NarrowScans, ScenarioTable};

/// The one function that the optimizer looks up by its name. All others are found by [`Context`]: to register some two hundred of them for each
/// query would be a tenth of what planning a small one takes.
const OF_DISTINCT_ON: &str = "first_value";

/// A session under some limits, whose operators take their memory from a share. One partition: an answer depends on rows and text alone.
pub(crate) fn session(share: &Arc<dyn MemoryPool>, limits: &Arc<Limits>) -> Result<SessionState> {
    let mut config = SessionConfig::new().with_target_partitions(1).with_batch_size(crate::table::ROWS).with_information_schema(false);
    let options = config.options_mut();
    options.optimizer.enable_dynamic_filter_pushdown = false;
    options.optimizer.enable_topk_dynamic_filter_pushdown = false;
    options.optimizer.enable_join_dynamic_filter_pushdown = false;
    options.optimizer.enable_aggregate_dynamic_filter_pushdown = false;
    options.optimizer.enable_topk_aggregation = false;
    options.optimizer.enable_distinct_aggregation_soft_limit = false;
    options.explain.show_sizes = false;
    options.explain.show_statistics = false;
    options.execution.collect_statistics = false;
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::clone(share))
        .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled))
        .build_arc()?;
    let (optimizers, physical_optimizers) = patient_rules(limits);
    let mut state = SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_optimizer_rules(optimizers)
        .with_physical_optimizer_rules(physical_optimizers)
        .with_aggregate_functions(functions().aggregates.get(OF_DISTINCT_ON).cloned().into_iter().collect())
        .with_expr_planners(expr_planners().to_vec())
        .with_analyzer_rule(Arc::new(CheckOperators))
        .with_physical_optimizer_rule(Arc::new(NarrowScans))
        .with_physical_optimizer_rule(Arc::new(FuseAggregates))
        .with_physical_optimizer_rule(Arc::new(ComputeByItem))
        .with_physical_optimizer_rule(Arc::new(TapPlans(Arc::clone(limits))))
        .build();
    // The time that NOW and CURRENT_DATE give.
    state.mark_start_execution();
    Ok(state)
}

/// The plan of a bound query over what the view shows.
pub(crate) fn plan(bound: Bound, view: &MaskedView, state: &SessionState, limits: &Arc<Limits>) -> Result<LogicalPlan> {
    let mut tables: HashMap<String, Arc<dyn TableSource>> = HashMap::new();
    for scan in bound.scans {
        tables.insert(scan.name.clone(), provider_as_source(table(scan, limits)?));
    }
    let mut items = HashMap::new();
    for function in &bound.functions {
        let view = function.then.and_then(|then| bound.pasts.get(then)).unwrap_or(view);
        items.insert(function.name.clone(), item_function(view, function)?);
    }
    let context = Context { state, tables, items };
    let options = ParserOptions::new().with_enable_ident_normalization(false);
    SqlToRel::new_with_options(&context, options).sql_statement_to_plan(Statement::Query(Box::new(bound.query)))
}

/// The table that a scan reads.
fn table(scan: Scan, limits: &Arc<Limits>) -> Result<Arc<dyn TableProvider>> {
    if let Source::Scenarios(def) = &scan.source {
        let (names, views): (Vec<_>, Vec<_>) = scan.views.into_iter().unzip();
        let of = |place: usize, fields| {
            let view = views.get(place).cloned();
            view.map(|view| MaskedTable::new(view, Source::Metric(Arc::clone(def)), fields, Arc::clone(limits)))
        };
        return Ok(Arc::new(ScenarioTable::new(names, scan.fields, of)));
    }
    match scan.views.into_iter().next() {
        Some((_, view)) => Ok(Arc::new(MaskedTable::new(view, scan.source, scan.fields, Arc::clone(limits)))),
        None => plan_err!("a table of no scenario"),
    }
}

fn expr_planners() -> &'static [Arc<dyn ExprPlanner>] {
    static PLANNERS: OnceLock<Vec<Arc<dyn ExprPlanner>>> = OnceLock::new();
    PLANNERS.get_or_init(SessionStateDefaults::default_expr_planners)
}

fn table_functions() -> &'static HashMap<String, Arc<TableFunction>> {
    static TABLE_FUNCTIONS: OnceLock<HashMap<String, Arc<TableFunction>>> = OnceLock::new();
    TABLE_FUNCTIONS.get_or_init(|| SessionStateDefaults::default_table_functions().into_iter().map(|f| (f.name().to_owned(), f)).collect())
}

/// What names mean to the planner: the bound query's tables and functions by their exact names.
struct Context<'a> {
    state: &'a SessionState,
    tables: HashMap<String, Arc<dyn TableSource>>,
    items: HashMap<String, Arc<ScalarUDF>>,
}

impl ContextProvider for Context<'_> {
    fn get_table_source(&self, name: TableReference) -> Result<Arc<dyn TableSource>> {
        match self.tables.get(name.table()) {
            Some(table) if name.schema().is_none() => Ok(Arc::clone(table)),
            _ => plan_err!("no such table"),
        }
    }

    fn get_table_function_source(&self, name: &str, args: Vec<Expr>) -> Result<Arc<dyn TableSource>> {
        let Some(function) = table_functions().get(name) else { return plan_err!("no such table function") };
        let simplifier = ExprSimplifier::new(SimplifyContext::default());
        let empty = DFSchema::empty();
        let args = args.into_iter().map(|arg| simplifier.simplify(simplifier.coerce(arg, &empty)?));
        let args = args.collect::<Result<Vec<_>, DataFusionError>>()?;
        let args = datafusion::catalog::TableFunctionArgs::new(&args, self.state);
        Ok(provider_as_source(function.create_table_provider_with_args(args)?))
    }

    fn get_expr_planners(&self) -> &[Arc<dyn ExprPlanner>] {
        expr_planners()
    }

    fn get_function_meta(&self, name: &str) -> Option<Arc<ScalarUDF>> {
        self.items.get(name).or_else(|| functions().scalars.get(name)).cloned()
    }

    fn get_higher_order_meta(&self, _: &str) -> Option<Arc<HigherOrderUDF>> {
        None
    }

    fn get_aggregate_meta(&self, name: &str) -> Option<Arc<AggregateUDF>> {
        functions().aggregates.get(name).cloned()
    }

    fn get_window_meta(&self, name: &str) -> Option<Arc<WindowUDF>> {
        functions().windows.get(name).cloned()
    }

    fn get_variable_type(&self, _: &[String]) -> Option<DataType> {
        None
    }

    fn options(&self) -> &ConfigOptions {
        self.state.config_options()
    }

    fn udf_names(&self) -> Vec<String> {
        Vec::new()
    }

    fn higher_order_function_names(&self) -> Vec<String> {
        Vec::new()
    }

    fn udaf_names(&self) -> Vec<String> {
        Vec::new()
    }

    fn udwf_names(&self) -> Vec<String> {
        Vec::new()
    }
}
