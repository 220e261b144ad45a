//! What DataFusion's operators leave out: those of window functions take no memory from the pool for what they hold back, and one that joins may
//! make rows without end before it gives control back.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, exec_err};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{ColumnarValue, Expr, LogicalPlan, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::execution_plan::{ChildrenPropertiesMode, ReplaceChildrenOptions};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::windows::{BoundedWindowAggExec, WindowAggExec};
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PhysicalExpr, PlanProperties};
use futures::StreamExt;

use crate::limits::Limits;

/// Bytes of a text besides its letters.
const VIEW: usize = 16;
const RECOMPUTE: ReplaceChildrenOptions = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);

/// The bytes of a batch's rows: of a slice only its own, of texts each as often as it stands there, whoever shares it.
pub(crate) fn bytes_of(batch: &RecordBatch) -> usize {
    batch.columns().iter().map(column_bytes).fold(0, usize::saturating_add)
}

/// The bytes of a column's rows, as [`bytes_of`] counts them.
pub(crate) fn column_bytes(column: &ArrayRef) -> usize {
    match column.as_string_view_opt() {
        Some(texts) => texts.iter().map(|text| VIEW + text.map_or(0, str::len)).fold(0, usize::saturating_add),
        None => column.to_data().get_slice_memory_size().unwrap_or_else(|_| column.get_array_memory_size()),
    }
}

/// Puts a [`Tap`] under each operator of window functions, and over each that reads from several sides.
#[derive(Debug)]
pub(crate) struct TapPlans(pub(crate) Arc<Limits>);

impl PhysicalOptimizerRule for TapPlans {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let tap = |input: Arc<dyn ExecutionPlan>, job| Arc::new(Tap { input, job, limits: Arc::clone(&self.0) }) as Arc<dyn ExecutionPlan>;
        let tapped = plan.transform_up(|node| {
            if node.children().len() > 1 {
                return Ok(Transformed::yes(tap(node, Job::Watch)));
            }
            if node.downcast_ref::<WindowAggExec>().is_none() && node.downcast_ref::<BoundedWindowAggExec>().is_none() {
                return Ok(Transformed::no(node));
            }
            let inputs = node.children().into_iter().map(|input| tap(Arc::clone(input), Job::Hold)).collect();
            Ok(Transformed::yes(node.replace_children(inputs, RECOMPUTE)?))
        })?;
        Ok(tapped.data)
    }

    fn name(&self) -> &str {
        "tap_plans"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// What is done with each batch on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Job {
    /// Looks at the limits.
    Watch,
    /// That, and takes memory for it until its reader is done.
    Hold,
}

/// Hands its input on.
#[derive(Debug)]
struct Tap {
    input: Arc<dyn ExecutionPlan>,
    job: Job,
    limits: Arc<Limits>,
}

impl DisplayAs for Tap {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl ExecutionPlan for Tap {
    fn name(&self) -> &str {
        match self.job {
            Job::Watch => "Watch",
            Job::Hold => "Hold",
        }
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let with = |input| Arc::new(Tap { input, job: self.job, limits: Arc::clone(&self.limits) }) as Arc<dyn ExecutionPlan>;
        Ok(children.into_iter().next().map_or_else(|| Arc::clone(&self) as _, with))
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, RECOMPUTE)
    }

    fn apply_expressions(&self, _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let held = MemoryConsumer::new("window").register(context.memory_pool());
        let (job, limits) = (self.job, Arc::clone(&self.limits));
        let rows = self.input.execute(partition, context)?.map(move |batch| {
            let batch = batch?;
            limits.look()?;
            if job == Job::Hold {
                held.try_grow(bytes_of(&batch))?;
            }
            Ok(batch)
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), rows)))
    }
}

/// Puts [`Watched`] around the conditions of joins: an operator may try rows without end for which none of them holds.
pub(crate) fn watch_conditions(plan: LogicalPlan) -> Result<LogicalPlan> {
    let watched = plan.transform_up_with_subqueries(|plan| match plan {
        LogicalPlan::Join(mut join) => {
            join.filter = join.filter.map(|condition| {
                Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(ScalarUDF::from(Watched::default())), vec![condition]))
            });
            Ok(Transformed::yes(LogicalPlan::Join(join)))
        }
        other => Ok(Transformed::no(other)),
    })?;
    Ok(watched.data)
}

/// A condition as it is; its computation ends with the query.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Watched {
    signature: Signature,
}

impl Default for Watched {
    fn default() -> Self {
        Watched { signature: Signature::exact(vec![DataType::Boolean], Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Watched {
    fn name(&self) -> &str {
        "if"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Limits::here().look()?;
        args.args.into_iter().next().map_or_else(|| exec_err!("a condition is missing"), Ok)
    }
}
