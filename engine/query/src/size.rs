//! How large a plan is, and how many rows it may work on at once.
//!
//! A batch has a column for each part of the plan, and a constant stands in each of its rows. So the more parts a query has, and the longer its
//! constants, the fewer rows a batch has: what all columns together hold has an end. Answers do not depend on the size of batches.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Expr, LogicalPlan};

use crate::QueryError;
use crate::table::ROWS;

/// Columns and expressions of a plan in which every WITH table stands wherever it is named.
const MOST_PARTS: usize = 100_000;
/// Parts times rows of a batch: about 16 bytes each where there is a batch of every part.
const MOST_PLACES: usize = 16 << 20;
/// Bytes that the long constants of a query take in one batch.
const MOST_BYTES: usize = 64 << 20;
/// Constants up to this length count like any other part.
const SHORT: usize = 64;

/// What there is in a plan.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Size {
    /// Expressions, and the columns of operators.
    parts: usize,
    /// Bytes of long constants.
    constants: usize,
}

impl Size {
    /// Of a plan as it will run. `Err` where that is too much to be run at all.
    pub(crate) fn of(plan: &LogicalPlan) -> Result<Size> {
        let mut size = Size::default();
        plan.apply_with_subqueries(|node| {
            size.parts = size.parts.saturating_add(node.schema().fields().len());
            node.apply_expressions(|expr| {
                expr.apply(|part| {
                    size.parts = size.parts.saturating_add(1);
                    if let Expr::Literal(value, _) = part {
                        size.constants = size.constants.saturating_add(text_bytes(value).saturating_sub(SHORT));
                    }
                    Ok(if size.parts > MOST_PARTS { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
                })
            })
        })?;
        if size.parts > MOST_PARTS {
            return Err(QueryError::too_large().into());
        }
        Ok(size)
    }

    pub(crate) fn parts(self) -> usize {
        self.parts
    }

    /// The rows of one batch, a power of two.
    pub(crate) fn rows_of_batch(self) -> usize {
        let rows = (MOST_PLACES / self.parts.max(1)).min(MOST_BYTES / self.constants.max(1)).clamp(1, ROWS);
        1 << rows.ilog2()
    }
}

fn text_bytes(value: &ScalarValue) -> usize {
    match value {
        ScalarValue::Utf8(Some(text)) | ScalarValue::LargeUtf8(Some(text)) | ScalarValue::Utf8View(Some(text)) => text.len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_plans_have_small_batches() {
        let rows = |parts, constants| Size { parts, constants }.rows_of_batch();
        assert_eq!(rows(0, 0), ROWS);
        assert_eq!(rows(2_000, 0), ROWS);
        assert_eq!(rows(20_000, 0), 512);
        assert_eq!(rows(MOST_PARTS, 0), 128);
        assert_eq!(rows(10, 8_192), ROWS);
        assert_eq!(rows(10, 4 << 20), 16);
        assert_eq!(rows(10, usize::MAX), 1);
    }
}
