//! EXPLAIN: the plan as text. It says what the query says, not what there is to read.

use std::sync::Arc;

use datafusion::arrow::array::{RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema as ArrowSchema};
use datafusion::physical_plan::{ExecutionPlan, displayable};
use smalt_model::{Saved, Schema};

use crate::{Answer, AnswerColumn, QueryError};

/// Refuses a plan that would show constants of a view which are not for its reader: they may be names of hidden items.
pub(crate) fn check(catalog: &Schema, views: &[String]) -> Result<(), QueryError> {
    let is_open = |name: &&String| match catalog.saved(name) {
        Some(Saved::Table(_)) => true,
        Some(Saved::View(def)) => def.constants.is_empty(),
        None => false,
    };
    match views.iter().find(|name| !is_open(name)) {
        Some(name) => Err(QueryError::new(format!("a plan would show what stands in the view `{name}`, which is not for you to see"))),
        None => Ok(()),
    }
}

/// One row per line of the plan, in a column `Plan`.
pub(crate) fn answer(plan: &Arc<dyn ExecutionPlan>) -> Result<Answer, QueryError> {
    let text = displayable(plan.as_ref()).indent(false).to_string();
    let lines = text.lines().map(Some).collect::<StringArray>();
    let schema = Arc::new(ArrowSchema::new(vec![Field::new("Plan", DataType::Utf8, true)]));
    let batch =
        RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(lines)]).map_err(|_| QueryError::new("the plan cannot be printed"))?;
    Ok(Answer::new(vec![AnswerColumn { name: "Plan".to_owned(), dimension: None }], schema, vec![batch]))
}
