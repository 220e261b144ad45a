//! The physical plan: our operators as DataFusion execution plans.
//!
//! Operators of ours that feed one another hand over cells directly, with their keys shared; any other consumer gets record batches
//! (a column of ordinals for each dimension, then the values). The root stores what it gets, as DataFusion's own sinks do, and gives the
//! number of cells.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::array::{UInt8Array, UInt32Array, UInt64Array};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::catalog::Session;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, SessionStateBuilder, TaskContext};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{Extension, LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties, ReplaceChildrenOptions};
use datafusion::physical_planner::{DefaultPhysicalPlanner, ExtensionPlanner, PhysicalPlanner};
use datafusion::prelude::SessionConfig;
use parking_lot::Mutex;
use smalt_formula::plan::{CellNode, RecurNode, Recurrence, StoreNode, lower, stands_alone};
use smalt_formula::program::{Kind, Node, Spread};
use smalt_model::{MetricId, Schema};
use smalt_vault::{Cells, Key, Vector};

use crate::error::CalcError;
use crate::eval::Scope;
use crate::incremental::kept::Reads;
use crate::incremental::pass::is_kept;
use crate::operator::{Cellwise, Source, in_order, open, recur};
use crate::run::Run;

/// Cells by metric, and how many results were too large on the way to them.
pub(crate) type Solved = Vec<(MetricId, Arc<Cells>, u64)>;

/// What a plan runs on; travels with the task, typed, so that no setting can show or change it.
struct Surroundings {
    run: Arc<Run>,
    outcome: Mutex<Option<std::result::Result<Arc<Cells>, CalcError>>>,
    solved: Mutex<Option<std::result::Result<Solved, CalcError>>>,
}

/// The plan of an expression.
pub(crate) fn plan_of(node: &Node, schema: &Schema) -> std::result::Result<LogicalPlan, CalcError> {
    lower(node, schema).map_err(|_| CalcError::Internal("an expression has no plan"))
}

/// The cells of an expression, by its plan. They have the expression's dimensions in the order in which they were computed.
pub(crate) fn cells_of(run: &Arc<Run>, plan: LogicalPlan) -> std::result::Result<Arc<Cells>, CalcError> {
    let surroundings = Surroundings::new(run);
    let ran = match StoreNode::new(plan) {
        Ok(plan) => at_once(execute(Arc::new(plan), &surroundings)),
        Err(error) => Err(error),
    };
    let outcome = surroundings.outcome.lock().take();
    outcome.unwrap_or_else(|| Err(failed(ran))).and_then(|cells| run.check().map(|()| cells))
}

/// Runs what never waits for anything but the threads of the pool.
///
/// Without an executor of futures: those refuse to be entered twice by a thread, and one that waits for others in the pool may be given another calculation
/// meanwhile, which then comes here as well.
fn at_once<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let mut work = std::pin::pin!(work);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(done) = work.as_mut().poll(&mut context) {
            return done;
        }
    }
}

/// The cells of metrics that are solved together, by their plan.
pub(crate) fn solve(run: &Arc<Run>, recurrence: Recurrence, inputs: &[Node]) -> std::result::Result<Solved, CalcError> {
    let surroundings = Surroundings::new(run);
    let schema = run.revision().schema();
    let plan = inputs
        .iter()
        .map(|input| lower(input, schema))
        .collect::<Result<Vec<_>>>()
        .and_then(|inputs| RecurNode::new(recurrence, inputs, schema));
    let ran = match plan {
        Ok(plan) => at_once(execute(Arc::new(plan), &surroundings)),
        Err(error) => Err(error),
    };
    let outcome = surroundings.solved.lock().take();
    outcome.unwrap_or_else(|| Err(failed(ran))).and_then(|solved| run.check().map(|()| solved))
}

/// The cells of an expression without a physical plan, for the many small steps of a recurrence.
pub(crate) fn direct(run: &Arc<Run>, node: &Node) -> std::result::Result<Arc<Cells>, CalcError> {
    if is_fused(node) {
        // What stands in it of other cells are those from outside, by the same numbers.
        let scope = Scope::new(run, run.externals().to_vec());
        return Source::Cellwise(Cellwise::new(scope, Arc::new(node.clone()))?).into_cells();
    }
    open_plan(run, &plan_of(node, run.revision().schema())?)?.into_cells()
}

/// What a plan gives, its inputs opened in turn.
pub(crate) fn open_plan(run: &Arc<Run>, plan: &LogicalPlan) -> std::result::Result<Source, CalcError> {
    let (node, inputs) = open_inputs(run, plan)?;
    open(run, &node, inputs)
}

/// The operator of a plan and the plans of its inputs.
pub(crate) fn operator_of(plan: &LogicalPlan) -> std::result::Result<(&CellNode, Vec<&LogicalPlan>), CalcError> {
    match plan {
        LogicalPlan::Extension(Extension { node }) => node.as_any().downcast_ref::<CellNode>().map(|cells| (cells, node.inputs())),
        _ => None,
    }
    .ok_or(CalcError::Internal("a plan of cells holds something else"))
}

/// The operator of a plan and what its inputs give.
pub(crate) fn open_inputs(run: &Arc<Run>, plan: &LogicalPlan) -> std::result::Result<(Arc<Node>, Vec<Source>), CalcError> {
    let (cells, inputs) = operator_of(plan)?;
    let inputs = inputs.into_iter().map(|p| open_plan(run, p)).collect::<std::result::Result<Vec<_>, _>>()?;
    Ok((Arc::clone(cells.node()), inputs))
}

/// Whether an expression is computed cell by cell as it stands, so that its plan would be a single operator. (One from outside is none.)
fn is_fused(node: &Node) -> bool {
    fn is_plain(node: &Node) -> bool {
        let own = match &node.kind {
            Kind::ParentOffset { .. } | Kind::Along { .. } => false,
            Kind::Down { spread, .. } => matches!(spread, Spread::Constant),
            Kind::Add { spread, .. } => !matches!(spread, Spread::SplitOn(_)),
            Kind::Input(_) => node.rows.is_none(),
            _ => !stands_alone(node) && node.rows.is_none(),
        };
        own && node.children().into_iter().all(is_plain)
    }
    !matches!(node.kind, Kind::Input(_)) && is_plain(node)
}

impl Surroundings {
    fn new(run: &Arc<Run>) -> Arc<Surroundings> {
        Arc::new(Surroundings { run: Arc::clone(run), outcome: Mutex::new(None), solved: Mutex::new(None) })
    }
}

/// The reason why a plan left no outcome.
fn failed(ran: Result<()>) -> CalcError {
    match ran {
        Err(DataFusionError::External(error)) => match error.downcast::<CalcError>() {
            Ok(error) => *error,
            Err(_) => CalcError::Internal("a plan failed"),
        },
        _ => CalcError::Internal("a plan gave no cells"),
    }
}

async fn execute(plan: Arc<dyn UserDefinedLogicalNode>, surroundings: &Arc<Surroundings>) -> Result<()> {
    let plan = LogicalPlan::Extension(Extension { node: plan });
    let config = SessionConfig::new().with_extension(Arc::clone(surroundings));
    let state =
        SessionStateBuilder::new().with_config(config).with_optimizer_rules(Vec::new()).with_physical_optimizer_rules(Vec::new()).build();
    let planner = DefaultPhysicalPlanner::with_extension_planners(vec![Arc::new(Planner)]);
    let physical = planner.create_physical_plan(&plan, &state).await?;
    let mut stream = physical.execute(0, state.task_ctx())?;
    while let Some(batch) = futures::StreamExt::next(&mut stream).await {
        batch?;
    }
    Ok(())
}

/// Our nodes become our operators.
#[derive(Debug)]
struct Planner;

#[async_trait]
impl ExtensionPlanner for Planner {
    async fn plan_extension(
        &self,
        _: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        inputs: &[Arc<dyn ExecutionPlan>],
        _: &dyn Session,
        _: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let any: &dyn Any = node.as_any();
        if let Some(cells) = any.downcast_ref::<CellNode>() {
            let schema = Arc::clone(node.schema().inner());
            return Ok(Some(Arc::new(CellsExec {
                node: Arc::clone(cells.node()),
                identity: cells.identity().map(Arc::clone),
                inputs: inputs.to_vec(),
                properties: properties(schema),
            })));
        }
        if any.is::<StoreNode>()
            && let [input] = inputs
        {
            let schema = Arc::clone(node.schema().inner());
            return Ok(Some(Arc::new(StoreExec { input: Arc::clone(input), properties: properties(schema) })));
        }
        if let Some(recur) = any.downcast_ref::<RecurNode>() {
            let schema = Arc::clone(node.schema().inner());
            return Ok(Some(Arc::new(RecurExec {
                recurrence: Arc::clone(recur.recurrence()),
                inputs: inputs.to_vec(),
                properties: properties(schema),
            })));
        }
        Ok(None)
    }
}

fn properties(schema: SchemaRef) -> Arc<PlanProperties> {
    Arc::new(PlanProperties::new(
        EquivalenceProperties::new(schema),
        Partitioning::UnknownPartitioning(1),
        EmissionType::Final,
        Boundedness::Bounded,
    ))
}

fn surroundings(context: &TaskContext) -> Result<Arc<Surroundings>> {
    context
        .session_config()
        .get_extension::<Surroundings>()
        .ok_or_else(|| DataFusionError::Internal("a plan of cells runs only inside a calculation".to_owned()))
}

fn external(error: CalcError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

/// One operator over cells.
struct CellsExec {
    node: Arc<Node>,
    identity: Option<Arc<str>>,
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    properties: Arc<PlanProperties>,
}

impl CellsExec {
    /// What the operator gives, its inputs opened in turn; once for all that want the same.
    fn open(&self, run: &Arc<Run>) -> std::result::Result<Source, CalcError> {
        let Some(identity) = self.identity.as_deref().filter(|i| run.shared().wants(i)) else { return self.kept(run) };
        if let Some((cells, too_large)) = run.shared().take(identity) {
            run.add_too_large(too_large);
            return Ok(Source::Stored(cells));
        }
        // Operators of a plan run one after another, so what is counted meanwhile belongs to this one and its inputs.
        let before = run.too_large();
        let cells = self.kept(run)?.into_cells()?;
        run.shared().keep(identity, &cells, run.too_large().saturating_sub(before));
        Ok(Source::Stored(cells))
    }

    /// What the operator gives, from what is kept for later recalculations, or kept now.
    fn kept(&self, run: &Arc<Run>) -> std::result::Result<Source, CalcError> {
        let (Some(kept), Some(identity), true) = (run.kept(), &self.identity, is_kept(&self.node)) else { return self.compute(run) };
        let footing = self.reads().footing(identity, run.revision());
        if let Some(cells) = kept.get(&footing) {
            return Ok(Source::Stored(cells));
        }
        let before = run.too_large();
        let cells = self.compute(run)?.into_cells()?;
        // What was too large is counted by each metric that has it: only what counts nothing can be taken without a look.
        if run.too_large() == before {
            kept.put(footing, &cells);
        }
        Ok(Source::Stored(cells))
    }

    /// What the operator and its inputs read.
    fn reads(&self) -> Reads {
        let mut reads = Reads::default();
        reads.add(&self.node);
        self.inputs.iter().filter_map(|input| input.downcast_ref::<CellsExec>()).for_each(|input| reads.unite(&input.reads()));
        reads
    }

    fn compute(&self, run: &Arc<Run>) -> std::result::Result<Source, CalcError> {
        let inputs = self
            .inputs
            .iter()
            .map(|input| match input.downcast_ref::<CellsExec>() {
                Some(cells) => cells.open(run),
                None => Err(CalcError::Internal("an operator over cells reads something else")),
            })
            .collect::<std::result::Result<Vec<_>, _>>()?;
        let opened = open(run, &self.node, inputs)?;
        if let Source::Stored(cells) = &opened
            && !matches!(self.node.kind, Kind::Metric(_) | Kind::Input(_))
        {
            run.made(cells.len())?;
        }
        Ok(opened)
    }
}

/// Takes its input's cells out of the plan.
struct StoreExec {
    input: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
}

/// Solves metrics that refer to one another.
struct RecurExec {
    recurrence: Arc<Recurrence>,
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    properties: Arc<PlanProperties>,
}

/// What all our operators answer alike: no expressions that a rule could rewrite, and texts that say nothing of the data.
macro_rules! execution_plan {
    ($name:ident, $children:expr, $with:expr, $execute:expr) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }

        impl DisplayAs for $name {
            fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }

        impl ExecutionPlan for $name {
            fn name(&self) -> &str {
                stringify!($name)
            }

            fn properties(&self) -> &Arc<PlanProperties> {
                &self.properties
            }

            fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
                let children: fn(&$name) -> Vec<&Arc<dyn ExecutionPlan>> = $children;
                children(self)
            }

            fn apply_expressions(
                &self,
                _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
            ) -> Result<TreeNodeRecursion> {
                Ok(TreeNodeRecursion::Continue)
            }

            fn with_new_children(self: Arc<Self>, inputs: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
                let with: fn(&$name, Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> = $with;
                with(&self, inputs)
            }

            fn replace_children(
                self: Arc<Self>,
                inputs: Vec<Arc<dyn ExecutionPlan>>,
                _: ReplaceChildrenOptions,
            ) -> Result<Arc<dyn ExecutionPlan>> {
                let with: fn(&$name, Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> = $with;
                with(&self, inputs)
            }

            fn execute(&self, _: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
                let execute: fn(&$name, &Surroundings) -> Result<Vec<Result<RecordBatch>>> = $execute;
                let batches = execute(self, surroundings(&context)?.as_ref())?;
                Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), futures::stream::iter(batches))))
            }
        }
    };
}

execution_plan!(
    CellsExec,
    |this| this.inputs.iter().collect(),
    |this, inputs| {
        Ok(Arc::new(CellsExec {
            node: Arc::clone(&this.node),
            identity: this.identity.clone(),
            inputs,
            properties: Arc::clone(&this.properties),
        }))
    },
    |this, surroundings| {
        let run = &surroundings.run;
        let cells = this.open(run).and_then(Source::into_cells).and_then(|c| in_order(&this.node.dims, c, run)).map_err(external)?;
        Ok(batches(&cells, &this.schema()))
    }
);

execution_plan!(
    StoreExec,
    |this| vec![&this.input],
    |this, mut inputs| {
        let input = inputs.pop().ok_or_else(|| DataFusionError::Internal("a store needs an input".to_owned()))?;
        Ok(Arc::new(StoreExec { input, properties: Arc::clone(&this.properties) }))
    },
    |this, surroundings| {
        let input = cells_exec(&this.input)?;
        let cells = input.open(&surroundings.run).and_then(Source::into_cells);
        let count = cells.as_ref().map_or(0, |c| c.len());
        *surroundings.outcome.lock() = Some(cells);
        counted(&this.schema(), count)
    }
);

execution_plan!(
    RecurExec,
    |this| this.inputs.iter().collect(),
    |this, inputs| {
        Ok(Arc::new(RecurExec { recurrence: Arc::clone(&this.recurrence), inputs, properties: Arc::clone(&this.properties) }))
    },
    |this, surroundings| {
        let run = &surroundings.run;
        let mut inputs = Vec::with_capacity(this.inputs.len());
        for input in &this.inputs {
            inputs.push(cells_exec(input)?.open(run).and_then(Source::into_cells).map_err(external)?);
        }
        let solved = recur::solve(run, &this.recurrence, inputs, None);
        let count = solved.as_ref().map_or(0, |s| s.iter().map(|(_, c, _)| c.len()).sum());
        *surroundings.solved.lock() = Some(solved);
        counted(&this.schema(), count)
    }
);

fn cells_exec(plan: &Arc<dyn ExecutionPlan>) -> Result<&CellsExec> {
    plan.downcast_ref::<CellsExec>().ok_or_else(|| DataFusionError::Internal("an operator over cells reads something else".to_owned()))
}

fn counted(schema: &SchemaRef, count: u64) -> Result<Vec<Result<RecordBatch>>> {
    Ok(vec![Ok(RecordBatch::try_new(Arc::clone(schema), vec![Arc::new(UInt64Array::from(vec![count]))])?)])
}

fn batches(cells: &Arc<Cells>, schema: &SchemaRef) -> Vec<Result<RecordBatch>> {
    fn of<K: Key>(body: &smalt_vault::Body<K>, schema: &SchemaRef) -> Vec<Result<RecordBatch>> {
        (0..body.block_count())
            .filter_map(|block| body.chunk(block))
            .map(|chunk| {
                let keys = chunk.keys.decode();
                let mut columns: Vec<ArrayRef> = body
                    .layout()
                    .fields()
                    .iter()
                    .map(|f| Arc::new(UInt32Array::from_iter_values(keys.iter().map(|k| k.get(*f)))) as ArrayRef)
                    .collect();
                columns.push(array(chunk.column.to_vector()));
                Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
            })
            .collect()
    }
    match (cells.narrow(), cells.wide()) {
        (Some(body), _) => of(body, schema),
        (_, Some(body)) => of(body, schema),
        (None, None) => Vec::new(),
    }
}

fn array(values: Vector) -> ArrayRef {
    match values {
        Vector::Number(v) => Arc::new(Float64Array::from(v)),
        Vector::Integer(v) => Arc::new(Int64Array::from(v)),
        Vector::Decimal(digits, v) => {
            let ty = DataType::Decimal128(digits.precision, digits.scale.cast_signed());
            Arc::new(Decimal128Array::from(v).with_data_type(ty))
        }
        Vector::Text(v) => Arc::new(StringArray::from_iter(v.iter().map(|t| t.as_deref()))),
        Vector::Boolean(v) => Arc::new(BooleanArray::from_iter(v.iter().map(|b| Some(*b == 1)))),
        Vector::Date(v) => Arc::new(Date32Array::from(v)),
        Vector::Item(_, v) => Arc::new(UInt32Array::from(v)),
        Vector::Rights(v) => Arc::new(UInt8Array::from(v)),
    }
}
