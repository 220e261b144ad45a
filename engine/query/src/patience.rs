//! Planning that can be ended: between each two rules of the optimizers the limits are looked at.

use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::LogicalPlan;
use datafusion::optimizer::optimizer::Optimizer;
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_optimizer::{PhysicalOptimizerContext, PhysicalOptimizerRule};
use datafusion::physical_plan::ExecutionPlan;

use crate::limits::Limits;

type Rules = Vec<Arc<dyn OptimizerRule + Send + Sync>>;
type PhysicalRules = Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>>;

/// The optimizers' own rules, with a look at the limits before each.
pub(crate) fn patient_rules(limits: &Arc<Limits>) -> (Rules, PhysicalRules) {
    let rules = Optimizer::new().rules.into_iter().map(|rule| Arc::new(Patient { rule, limits: Arc::clone(limits) }) as _).collect();
    let physical = PhysicalOptimizer::new().rules.into_iter();
    (rules, physical.map(|rule| Arc::new(Patient { rule, limits: Arc::clone(limits) }) as _).collect())
}

/// A rule that fails when the time is over.
struct Patient<R: ?Sized> {
    rule: Arc<R>,
    limits: Arc<Limits>,
}

impl<R: Debug + ?Sized> Debug for Patient<R> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.rule.fmt(f)
    }
}

impl OptimizerRule for Patient<dyn OptimizerRule + Send + Sync> {
    fn name(&self) -> &str {
        self.rule.name()
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.rule.apply_order()
    }

    fn rewrite(&self, plan: LogicalPlan, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        self.limits.look()?;
        self.rule.rewrite(plan, config)
    }
}

impl PhysicalOptimizerRule for Patient<dyn PhysicalOptimizerRule + Send + Sync> {
    fn name(&self) -> &str {
        self.rule.name()
    }

    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, options: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        self.limits.look()?;
        self.rule.optimize(plan, options)
    }

    fn optimize_with_context(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        context: &dyn PhysicalOptimizerContext,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.limits.look()?;
        self.rule.optimize_with_context(plan, context)
    }

    fn schema_check(&self) -> bool {
        self.rule.schema_check()
    }
}
