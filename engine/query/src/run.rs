//! From text to answer: a thread of its own with a large stack, a deadline, and a bound on rows.

use std::sync::Arc;
use std::task::Poll;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, UInt64Array};
use datafusion::arrow::compute::{cast, take_record_batch};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::DataFusionError;
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, MemoryReservation};
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::sql::sqlparser::ast::Statement;
use futures::StreamExt;
use futures::channel::oneshot;
use futures::future::poll_fn;
use smalt_vault::MaskedView;

use crate::asker::Share;
use crate::bind::{OutColumn, Task, bind};
use crate::limits::Limits;
use crate::meter::{bytes_of, watch_conditions};
use crate::size::Size;
use crate::{Affected, Answer, AnswerColumn, QueryError, QueryOptions, explain, lex, session};

/// Planners recurse over expressions; the caps on tokens and depth keep them far below this.
const STACK_BYTES: usize = 64 << 20;

/// What is asked.
#[derive(Clone, Debug)]
enum Asked {
    Text(String),
    Rows(Affected),
}

impl Asked {
    fn parse(&self, schema: &smalt_model::Schema) -> Result<Statement, QueryError> {
        match self {
            Asked::Text(sql) => lex::parse(sql, schema),
            Asked::Rows(affected) => affected.statement(schema),
        }
    }
}

/// Cancels the query when its future is dropped.
struct Cancel(Arc<Limits>);

impl Drop for Cancel {
    fn drop(&mut self) {
        self.0.drop_answer();
    }
}

/// Answers one query, or `EXPLAIN` of one, over what the view shows. The work is done on a thread of its own; the future only waits,
/// on any executor, and dropping it ends the query.
///
/// # Errors
/// A [`QueryError`] in the asker's words where the text is no query, names what the view does not show, or passes a limit.
pub async fn query(view: &MaskedView, sql: &str, options: &QueryOptions) -> Result<Answer, QueryError> {
    answer(view, Asked::Text(sql.to_owned()), options).await
}

/// The rows that a statement is about to change, among those that the view shows. As [`query`], with a thread of its own.
///
/// # Errors
/// As [`query`]; places are those of the pieces' larger text.
pub async fn affected(view: &MaskedView, affected: &Affected, options: &QueryOptions) -> Result<Answer, QueryError> {
    answer(view, Asked::Rows(affected.clone()), options).await
}

async fn answer(view: &MaskedView, asked: Asked, options: &QueryOptions) -> Result<Answer, QueryError> {
    let (send, receive) = oneshot::channel();
    let limits = start(view, asked, options, move |answer| {
        // Nobody waiting any more is no failure.
        drop(send.send(answer));
    })?;
    let cancel = Cancel(limits);
    let answer = receive.await.unwrap_or_else(|_| Err(broken()));
    drop(cancel);
    answer
}

fn broken() -> QueryError {
    QueryError::new("the query failed inside the engine").help("please report the query that did it")
}

fn start(
    view: &MaskedView,
    asked: Asked,
    options: &QueryOptions,
    done: impl FnOnce(Result<Answer, QueryError>) + Send + 'static,
) -> Result<Arc<Limits>, QueryError> {
    let limits = Arc::new(Limits::new(options));
    let (view, options, own) = (view.clone(), options.clone(), Arc::clone(&limits));
    std::thread::Builder::new()
        .name("smalt-query".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || done(own.govern(|| run(&view, &asked, &options, &own))))
        .map_err(|_| QueryError::new("the machine has no thread left for this query"))?;
    Ok(limits)
}

/// A query that is ready to run.
struct Planned {
    task: Task,
    columns: Vec<OutColumn>,
    plan: Arc<dyn ExecutionPlan>,
    context: Arc<TaskContext>,
}

fn run(view: &MaskedView, asked: &Asked, options: &QueryOptions, limits: &Arc<Limits>) -> Result<Answer, QueryError> {
    let _place = options.asker.enter(limits)?;
    let share: Arc<dyn MemoryPool> = Arc::new(Share::new(&options.asker, limits, options.memory_limit));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .map_err(|_| QueryError::new("the machine has no room left for this query"))?;
    let planned = {
        let _turn = options.asker.plan(limits)?;
        limits.begin_planning();
        runtime.block_on(plan(view, asked, &share, limits))?
    };
    match planned.task {
        Task::Explain => explain::answer(&planned.plan),
        Task::Run => runtime.block_on(collect(planned, options, &share, limits)),
    }
}

async fn plan(view: &MaskedView, asked: &Asked, share: &Arc<dyn MemoryPool>, limits: &Arc<Limits>) -> Result<Planned, QueryError> {
    let schema = view.schema();
    let statement = asked.parse(schema)?;
    let mut bound = bind(schema, view.catalog(), &statement, limits)?;
    let (task, columns) = (bound.task, std::mem::take(&mut bound.columns));
    let make = async {
        let mut state = session::session(share, limits)?;
        let logical = session::plan(bound, view, &state, limits)?;
        limits.check()?;
        let optimized = state.optimize(&logical)?;
        let size = Size::of(&optimized)?;
        *state.config_mut() = state.config().clone().with_batch_size(size.rows_of_batch());
        limits.check()?;
        let optimized = watch_conditions(optimized)?;
        let plan = state.query_planner().create_physical_plan(&optimized, &state).await?;
        limits.end_planning(size.parts());
        Ok::<_, DataFusionError>((plan, state.task_ctx()))
    };
    let (plan, context) = make.await.map_err(|e| QueryError::from_datafusion(&e))?;
    Ok(Planned { task, columns, plan, context })
}

async fn collect(planned: Planned, options: &QueryOptions, share: &Arc<dyn MemoryPool>, limits: &Limits) -> Result<Answer, QueryError> {
    let failed = |e: DataFusionError| QueryError::from_datafusion(&e);
    // What is given back is held too until all of it is there.
    let held = MemoryConsumer::new("answer").register(share);
    let mut stream = execute_stream(planned.plan, planned.context).map_err(failed)?;
    let schema = answer_schema(&planned.columns, &stream.schema());
    let mut batches = Vec::new();
    let mut left = options.row_limit;
    let mut cut = None;
    // The plan gives control back now and then, also while it makes no row: each time the limits are looked at.
    let mut next = async || {
        poll_fn(|context| match limits.look() {
            Err(error) => Poll::Ready(Some(Err(error))),
            Ok(()) => stream.poll_next_unpin(context).map(|batch| batch.map(|b| b.map_err(failed))),
        })
        .await
        .transpose()
    };
    while let Some(batch) = next().await? {
        let rows = left.map_or(batch.num_rows(), |left| usize::try_from(left).unwrap_or(usize::MAX).min(batch.num_rows()));
        // A slice would hold the rows behind the bound as well.
        let kept = if rows < batch.num_rows() { first_rows(&batch, rows).map_err(failed)? } else { batch.clone() };
        if rows > 0 {
            batches.push(finish(&schema, &kept, &held).map_err(failed)?);
        }
        left = left.map(|left| left - rows as u64);
        if let Some(limit) = options.row_limit.filter(|_| rows < batch.num_rows()) {
            let reason = format!("this result has more than {limit} rows, which is all that you may take at once");
            cut = Some(QueryError::new(reason).help("narrow it with WHERE or LIMIT"));
            break;
        }
    }
    let columns = planned.columns.into_iter().map(|c| AnswerColumn { name: c.name, dimension: c.dimension }).collect();
    Ok(Answer::new(columns, schema, batches).cut_by(cut))
}

/// A copy of the first rows.
fn first_rows(batch: &RecordBatch, rows: usize) -> Result<RecordBatch, DataFusionError> {
    let places: UInt64Array = (0..rows as u64).collect();
    Ok(take_record_batch(batch, &places)?)
}

/// The headings, and texts as plain `Utf8`.
fn answer_schema(columns: &[OutColumn], schema: &SchemaRef) -> SchemaRef {
    let fields = schema.fields().iter().zip(columns).map(|(field, column)| {
        let ty = match field.data_type() {
            DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
            other => other.clone(),
        };
        Field::new(&column.name, ty, true)
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// A batch as the host gets it: each buffer holds its rows and nothing else. Counted before it is made.
fn finish(schema: &SchemaRef, batch: &RecordBatch, held: &MemoryReservation) -> Result<RecordBatch, DataFusionError> {
    held.try_grow(bytes_of(batch))?;
    let columns = batch.columns().iter().zip(schema.fields()).map(|(column, field)| -> Result<ArrayRef, DataFusionError> {
        if column.data_type() == field.data_type() { Ok(Arc::clone(column)) } else { Ok(cast(column, field.data_type())?) }
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)?)
}
