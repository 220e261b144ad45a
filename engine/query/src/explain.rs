//! EXPLAIN: the plan as text. It says what the query says, not what there is to read.

use std::sync::Arc;
use std::time::Duration;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{Field, Schema as ArrowSchema};
use datafusion::physical_plan::{ExecutionPlan, displayable};
use smalt_model::{Saved, Schema};

use crate::bind::ReadSaved;
use crate::{Answer, AnswerColumn, QueryError};

/// Refuses a plan that would show constants of a view which are not for its reader: they may be names of hidden items.
pub(crate) fn check(catalog: &Schema, views: &[ReadSaved]) -> Result<(), QueryError> {
    let is_open = |read: &&ReadSaved| match read.then.as_deref().unwrap_or(catalog).saved(&read.name) {
        Some(Saved::Table(_)) => true,
        Some(Saved::View(def)) => def.constants.is_empty(),
        None => false,
    };
    match views.iter().find(|read| !is_open(read)) {
        Some(ReadSaved { name, .. }) => {
            Err(QueryError::new(format!("a plan would show what stands in the view `{name}`, which is not for you to see")))
        }
        None => Ok(()),
    }
}

/// The plan, a line for each operator.
pub(crate) fn text(plan: &Arc<dyn ExecutionPlan>) -> String {
    displayable(plan.as_ref()).indent(false).to_string()
}

/// One row per line of the plan, in a column `Plan`.
pub(crate) fn answer(plan: &Arc<dyn ExecutionPlan>) -> Result<Answer, QueryError> {
    table(vec![("Plan", Arc::new(text(plan).lines().map(Some).collect::<StringArray>()))])
}

/// The same of a query that has run, and in the first row how many rows it gave; and how long it took, where that may be told.
///
/// What the operators inside a plan hand on is not counted: that depends on how cells are cut into blocks, and so on hidden ones.
pub(crate) fn measured(plan: &str, rows: u64, took: Option<Duration>) -> Result<Answer, QueryError> {
    let first = |value: u64| plan.lines().enumerate().map(move |(line, _)| i64::try_from(value).ok().filter(|_| line == 0));
    let mut columns: Vec<(&str, ArrayRef)> =
        vec![("Plan", Arc::new(plan.lines().map(Some).collect::<StringArray>())), ("Rows", Arc::new(first(rows).collect::<Int64Array>()))];
    if let Some(took) = took {
        let milliseconds = took.as_secs_f64() * 1_000.0;
        let times = plan.lines().enumerate().map(|(line, _)| (line == 0).then_some(milliseconds));
        columns.push(("Milliseconds", Arc::new(times.collect::<Float64Array>())));
    }
    table(columns)
}

fn table(columns: Vec<(&str, ArrayRef)>) -> Result<Answer, QueryError> {
    let fields = columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect::<Vec<_>>();
    let headings = columns.iter().map(|(name, _)| AnswerColumn { name: (*name).to_owned(), dimension: None }).collect();
    let schema = Arc::new(ArrowSchema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns.into_iter().map(|(_, array)| array).collect())
        .map_err(|_| QueryError::new("the plan cannot be printed"))?;
    Ok(Answer::new(headings, schema, vec![batch]))
}
