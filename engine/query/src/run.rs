//! From text to answer: a thread of its own with a large stack, a deadline, and a bound on rows.

use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, PrimitiveArray, RecordBatch, RecordBatchOptions, StringArray, UInt64Array,
    downcast_primitive_array,
};
use datafusion::arrow::compute::{cast, take_record_batch};
use datafusion::arrow::datatypes::{ArrowPrimitiveType, DataType, Field, Schema, SchemaRef};
use datafusion::common::DataFusionError;
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, MemoryReservation};
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::sql::sqlparser::ast::Statement;
use futures::StreamExt;
use futures::channel::oneshot;
use futures::future::poll_fn;
use smalt_model::quoted;
use smalt_planted::{Leak, planted};

use crate::asker::Share;
use crate::bind::{INFORMATION, OutColumn, Task, bind};
use crate::limits::Limits;
use crate::locate::Ending;
use crate::meter::{bytes_of, watch_conditions};
use crate::size::Size;
use crate::{Affected, Answer, AnswerColumn, QueryError, QueryOptions, Shape, Views, explain, lex, locate, session, type_word};

/// Planners recurse over expressions; the caps on tokens and depth keep them far below this.
const STACK_BYTES: usize = 64 << 20;

/// What is asked.
#[derive(Clone, Debug)]
enum Asked {
    Text(String),
    /// A query that is planned only.
    Check(String),
    Rows(Affected),
}

impl Asked {
    fn parse(&self, schema: &smalt_model::Schema) -> Result<Statement, QueryError> {
        match self {
            Asked::Text(sql) | Asked::Check(sql) => lex::parse(sql, schema),
            Asked::Rows(affected) => affected.statement(schema),
        }
    }

    /// Whether it may ask for the columns of tables and views, which take planning to know.
    fn names_catalog(&self) -> bool {
        matches!(self, Asked::Text(sql) | Asked::Check(sql) if sql.to_ascii_lowercase().contains(INFORMATION))
    }
}

/// Cancels the query when its future is dropped.
struct Cancel(Arc<Limits>);

impl Drop for Cancel {
    fn drop(&mut self) {
        self.0.drop_answer();
    }
}

/// Answers one query, or `EXPLAIN` of one, over what the views show. The work is done on a thread of its own; the future only waits,
/// on any executor, and dropping it ends the query.
///
/// # Errors
/// A [`QueryError`] in the asker's words where the text is no query, names what the view does not show, or passes a limit.
pub async fn query(views: impl Into<Views>, sql: &str, options: &QueryOptions) -> Result<Answer, QueryError> {
    answer(views.into(), Asked::Text(sql.to_owned()), options).await
}

/// Plans one query over what the view shows, and reads no row.
///
/// # Errors
/// As [`query`].
pub async fn check(views: impl Into<Views>, sql: &str, options: &QueryOptions) -> Result<(), QueryError> {
    answer(views.into(), Asked::Check(sql.to_owned()), options).await.map(drop)
}

/// The rows that a statement is about to change, among those that the view shows. As [`query`], with a thread of its own.
///
/// # Errors
/// As [`query`]; places are those of the pieces' larger text.
pub async fn affected(views: impl Into<Views>, affected: &Affected, options: &QueryOptions) -> Result<Answer, QueryError> {
    answer(views.into(), Asked::Rows(affected.clone()), options).await
}

async fn answer(views: Views, asked: Asked, options: &QueryOptions) -> Result<Answer, QueryError> {
    let (send, receive) = oneshot::channel();
    let limits = start(views, asked, options, move |answer| {
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
    views: Views,
    asked: Asked,
    options: &QueryOptions,
    done: impl FnOnce(Result<Answer, QueryError>) + Send + 'static,
) -> Result<Arc<Limits>, QueryError> {
    let limits = Arc::new(Limits::new(options));
    let (options, own) = (options.clone(), Arc::clone(&limits));
    std::thread::Builder::new()
        .name("smalt-query".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || done(own.govern(|| run(&views, &asked, &options, &own))))
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

fn run(views: &Views, asked: &Asked, options: &QueryOptions, limits: &Arc<Limits>) -> Result<Answer, QueryError> {
    let _place = options.asker.enter(limits)?;
    let share: Arc<dyn MemoryPool> = Arc::new(Share::new(&options.asker, limits, options.memory_limit));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .map_err(|_| QueryError::new("the machine has no room left for this query"))?;
    let planned = {
        let _turn = options.asker.plan(limits)?;
        limits.begin_planning();
        runtime.block_on(plan(views, asked, &share, limits))?
    };
    if matches!(asked, Asked::Check(_)) {
        return Ok(Answer::new(Vec::new(), Arc::new(Schema::empty()), Vec::new()));
    }
    match planned.task {
        Task::Explain => explain::answer(&planned.plan),
        Task::Analyze => runtime.block_on(measure(planned, options, limits)),
        Task::Run => runtime.block_on(collect(planned, options, &share, limits)),
    }
}

async fn plan(views: &Views, asked: &Asked, share: &Arc<dyn MemoryPool>, limits: &Arc<Limits>) -> Result<Planned, QueryError> {
    let statement = asked.parse(views.here().schema())?;
    let shapes = if asked.names_catalog() { shapes(views, share, limits)? } else { Vec::new() };
    let planning = Planning { views, shapes: &shapes, share, limits };
    match planning.plan(&statement).await {
        Err(Unplanned::Text { error, parts }) => {
            let plan = async |other: &Statement| match planning.plan(other).await {
                _ if limits.look().is_err() => Ending::Late,
                Err(Unplanned::Text { error, .. } | Unplanned::Other(error)) => Ending::Refused(error),
                Ok(_) => Ending::Planned,
            };
            Err(locate::placed(&statement, error, parts, plan).await)
        }
        Err(Unplanned::Other(error)) => Err(error),
        Ok((planned, parts)) => {
            limits.end_planning(parts);
            Ok(planned)
        }
    }
}

/// Why a statement cannot be planned.
enum Unplanned {
    /// For what the planner makes of its text, which has so many expressions, tables and columns.
    Text {
        error: QueryError,
        parts: usize,
    },
    Other(QueryError),
}

impl From<QueryError> for Unplanned {
    fn from(error: QueryError) -> Unplanned {
        Unplanned::Other(error)
    }
}

/// Where statements are planned.
struct Planning<'a> {
    views: &'a Views,
    shapes: &'a [Shape],
    share: &'a Arc<dyn MemoryPool>,
    limits: &'a Arc<Limits>,
}

impl Planning<'_> {
    /// The plan, and how many columns and expressions there are to be computed.
    async fn plan(&self, statement: &Statement) -> Result<(Planned, usize), Unplanned> {
        let (views, limits) = (self.views, self.limits);
        let mut bound = bind(views, self.shapes, statement, limits)?;
        if bound.task != Task::Run {
            explain::check(views.here().catalog(), &bound.saved)?;
        }
        let (task, columns, bound_parts) = (bound.task, std::mem::take(&mut bound.columns), bound.parts);
        let make = async {
            let mut state = session::session(self.share, limits)?;
            let logical = session::plan(bound, views.here(), &state, limits)?;
            limits.look()?;
            let optimized = state.optimize(&logical)?;
            let size = Size::of(&optimized)?;
            *state.config_mut() = state.config().clone().with_batch_size(size.rows_of_batch());
            limits.look()?;
            let optimized = watch_conditions(optimized)?;
            let plan = state.query_planner().create_physical_plan(&optimized, &state).await?;
            Ok::<_, DataFusionError>((plan, state.task_ctx(), size.parts()))
        };
        let (plan, context, parts) = make.await.map_err(|e| match QueryError::from_datafusion(&e) {
            error if QueryError::is_of_text(&e) => Unplanned::Text { error, parts: bound_parts },
            error => Unplanned::Other(error),
        })?;
        Ok((Planned { task, columns, plan, context }, parts))
    }
}

/// The columns of every table and view that the catalog shows. One that cannot be planned any more has none.
fn shapes(views: &Views, share: &Arc<dyn MemoryPool>, limits: &Arc<Limits>) -> Result<Vec<Shape>, QueryError> {
    let view = views.here();
    let (schema, catalog) = (view.schema(), view.catalog());
    let mut shapes = Vec::new();
    let state = session::session(share, limits).map_err(|e| QueryError::from_datafusion(&e))?;
    for saved in catalog.all_saved() {
        limits.look()?;
        let name = saved.name().to_string();
        let text = format!("SELECT * FROM {}", quoted(&name));
        let bound = lex::parse(&text, schema).and_then(|statement| bind(views, &[], &statement, limits));
        let Ok(bound) = bound else { continue };
        let headings = bound.columns.clone();
        let Ok(plan) = session::plan(bound, view, &state, limits) else { continue };
        let word = |(column, field): (&OutColumn, &Arc<Field>)| {
            let item = column.dimension.and_then(|d| schema.dimension(d)).map(|d| d.name.to_string());
            (column.name.clone(), item.unwrap_or_else(|| type_word(field.data_type())))
        };
        let columns = headings.iter().zip(plan.schema().fields()).map(word).collect();
        shapes.push(Shape { name, columns });
    }
    // One that was given up because the time is over is not to pass for one without columns.
    limits.look()?;
    Ok(shapes)
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

/// Runs a query and keeps none of its rows.
async fn measure(planned: Planned, options: &QueryOptions, limits: &Limits) -> Result<Answer, QueryError> {
    let failed = |e: DataFusionError| QueryError::from_datafusion(&e);
    // As it was planned: a plan that has run shows what it has met.
    let plan = explain::text(&planned.plan);
    let begun = Instant::now();
    let mut stream = execute_stream(planned.plan, planned.context).map_err(failed)?;
    let mut rows = 0u64;
    loop {
        let next = poll_fn(|context| match limits.look() {
            Err(error) => Poll::Ready(Err(error)),
            Ok(()) => stream.poll_next_unpin(context).map(|batch| batch.transpose().map_err(failed)),
        });
        match next.await? {
            Some(batch) => rows += batch.num_rows() as u64,
            None => return explain::measured(&plan, rows, options.tells_time.then(|| begun.elapsed())),
        }
    }
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
            DataType::Utf8View if planted(Leak::NamesInBuffers) => DataType::Utf8View,
            DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
            other => other.clone(),
        };
        Field::new(&column.name, ty, true)
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// A column whose buffers hold nothing where it is NULL: what an operator has computed there may be of what the asker may not see.
fn nothing_under_null(column: ArrayRef) -> ArrayRef {
    fn again<T: ArrowPrimitiveType>(column: &PrimitiveArray<T>) -> ArrayRef {
        Arc::new(column.iter().collect::<PrimitiveArray<T>>().with_data_type(column.data_type().clone()))
    }
    if column.null_count() == 0 {
        return column;
    }
    let array: &dyn Array = &column;
    downcast_primitive_array!(
        array => again(array),
        DataType::Boolean => Arc::new(array.as_boolean().iter().collect::<BooleanArray>()),
        DataType::Utf8 => Arc::new(array.as_string::<i32>().iter().collect::<StringArray>()),
        DataType::Binary => Arc::new(array.as_binary::<i32>().iter().collect::<BinaryArray>()),
        _ => Arc::clone(&column),
    )
}

/// A batch as the host gets it: each buffer holds its rows and nothing else. Counted before it is made.
fn finish(schema: &SchemaRef, batch: &RecordBatch, held: &MemoryReservation) -> Result<RecordBatch, DataFusionError> {
    held.try_grow(bytes_of(batch))?;
    let columns = batch.columns().iter().zip(schema.fields()).map(|(column, field)| -> Result<ArrayRef, DataFusionError> {
        let column = if column.data_type() == field.data_type() { Arc::clone(column) } else { cast(column, field.data_type())? };
        Ok(nothing_under_null(column))
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)?)
}
