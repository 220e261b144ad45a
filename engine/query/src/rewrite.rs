//! What rules of the physical plan have in common.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::physical_plan::ExecutionPlan;

/// The plan with another one in the place of each operator of a kind for which `other` gives one, from the top.
pub(crate) fn replaced<P: ExecutionPlan>(
    plan: Arc<dyn ExecutionPlan>,
    other: impl Fn(&P) -> Result<Option<Arc<dyn ExecutionPlan>>>,
) -> Result<Arc<dyn ExecutionPlan>> {
    let plan = plan.transform_down(|node| match node.downcast_ref::<P>().map(&other).transpose()?.flatten() {
        Some(other) => Ok(Transformed::yes(other)),
        None => Ok(Transformed::no(node)),
    })?;
    Ok(plan.data)
}
