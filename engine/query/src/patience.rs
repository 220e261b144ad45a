//! Planning that can be ended: between each two rules of the optimizers the limits are looked at.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::LogicalPlan;
use datafusion::optimizer::optimizer::Optimizer;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_plan::ExecutionPlan;

use crate::limits::Limits;

type Rules = Vec<Arc<dyn OptimizerRule + Send + Sync>>;
type PhysicalRules = Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>>;

/// The optimizers' own rules, with a look at the limits before each.
pub(crate) fn patient_rules(limits: &Arc<Limits>) -> (Rules, PhysicalRules) {
    let patience = Arc::new(Patience(Arc::clone(limits)));
    let rules = Optimizer::new().rules.into_iter().flat_map(|rule| [Arc::clone(&patience) as _, rule]).collect();
    let physical = PhysicalOptimizer::new().rules.into_iter().flat_map(|rule| [Arc::clone(&patience) as _, rule]).collect();
    (rules, physical)
}

/// Changes nothing, and fails when the time is over.
#[derive(Debug)]
struct Patience(Arc<Limits>);

impl OptimizerRule for Patience {
    fn name(&self) -> &str {
        "patience"
    }

    fn rewrite(&self, plan: LogicalPlan, _: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        self.0.look()?;
        Ok(Transformed::no(plan))
    }
}

impl PhysicalOptimizerRule for Patience {
    fn name(&self) -> &str {
        "patience"
    }

    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        self.0.look()?;
        Ok(plan)
    }

    fn schema_check(&self) -> bool {
        true
    }
}
