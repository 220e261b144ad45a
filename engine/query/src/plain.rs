//! Expressions that give the same for the same operands and fail for the same, so that they may be computed once for many rows.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::Volatility;
use datafusion::physical_expr::ScalarFunctionExpr;
use datafusion::physical_expr::expressions::{
    BinaryExpr, CaseExpr, CastExpr, Column, InListExpr, IsNotNullExpr, IsNullExpr, LikeExpr, Literal, NegativeExpr, NotExpr, TryCastExpr,
};
use datafusion::physical_plan::PhysicalExpr;

/// The places of the columns that such an expression is over, each once; `None` for another expression.
pub(crate) fn columns(expr: &Arc<dyn PhysicalExpr>) -> Option<Vec<usize>> {
    let (mut columns, mut all_plain) = (Vec::new(), true);
    let looked = expr.apply(|part| {
        match part.downcast_ref::<Column>() {
            Some(column) if !columns.contains(&column.index()) => columns.push(column.index()),
            Some(_) => {}
            None => all_plain = is_plain(part),
        }
        Ok(if all_plain { TreeNodeRecursion::Continue } else { TreeNodeRecursion::Stop })
    });
    (all_plain && looked.is_ok()).then_some(columns)
}

/// By names: what else there is may look at more than its operands, as a subquery does.
fn is_plain(part: &Arc<dyn PhysicalExpr>) -> bool {
    if let Some(function) = part.downcast_ref::<ScalarFunctionExpr>() {
        return function.fun().signature().volatility == Volatility::Immutable;
    }
    part.is::<Literal>()
        || part.is::<CastExpr>()
        || part.is::<TryCastExpr>()
        || part.is::<BinaryExpr>()
        || part.is::<CaseExpr>()
        || part.is::<InListExpr>()
        || part.is::<LikeExpr>()
        || part.is::<IsNullExpr>()
        || part.is::<IsNotNullExpr>()
        || part.is::<NegativeExpr>()
        || part.is::<NotExpr>()
}

/// The expression with others in place of its columns.
pub(crate) fn with_columns(
    expr: &Arc<dyn PhysicalExpr>,
    other: &mut dyn FnMut(&Column) -> Result<Arc<dyn PhysicalExpr>>,
) -> Result<Arc<dyn PhysicalExpr>> {
    // Not again through what a column was replaced by.
    let moved = Arc::clone(expr).transform_up(|part| match part.downcast_ref::<Column>() {
        Some(column) => Ok(Transformed::yes(other(column)?)),
        None => Ok(Transformed::no(part)),
    })?;
    Ok(moved.data)
}

/// The expression over these columns alone, in this order.
pub(crate) fn over(expr: &Arc<dyn PhysicalExpr>, columns: &[usize]) -> Result<Arc<dyn PhysicalExpr>> {
    with_columns(expr, &mut |column| match columns.iter().position(|place| *place == column.index()) {
        Some(place) => Ok(Arc::new(Column::new(column.name(), place))),
        None => exec_err!("a column that the expression is not over"),
    })
}
