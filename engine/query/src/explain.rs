//! EXPLAIN: the plan as text. It says what the query says, not what there is to read.

use std::sync::Arc;

use datafusion::arrow::array::{RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::physical_plan::{ExecutionPlan, displayable};

use crate::{Answer, AnswerColumn, QueryError};

/// One row per line of the plan, in a column `Plan`.
pub(crate) fn answer(plan: &Arc<dyn ExecutionPlan>) -> Result<Answer, QueryError> {
    let text = displayable(plan.as_ref()).indent(false).to_string();
    let lines = StringArray::from_iter_values(text.lines().collect::<Vec<_>>());
    let schema = Arc::new(Schema::new(vec![Field::new("Plan", DataType::Utf8, true)]));
    let batch =
        RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(lines)]).map_err(|_| QueryError::new("the plan cannot be printed"))?;
    Ok(Answer::new(vec![AnswerColumn { name: "Plan".to_owned(), dimension: None }], schema, vec![batch]))
}
