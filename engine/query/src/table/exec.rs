//! The leaf: rows of a masked metric, dimension or list as record batches.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, RecordBatch, RecordBatchOptions, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::{Schema as ArrowSchema, SchemaRef, UInt32Type};
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, Statistics, exec_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::EquivalenceProperties;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType, ReplaceChildrenOptions};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PhysicalExpr, PlanProperties, StatisticsArgs};
use roaring::RoaringBitmap;
use smalt_model::{DimensionId, Type};
use smalt_planted::Leak;
use smalt_vault::{MaskedView, ScanColumn, Vector};

use super::array::{into_array, ordinals};
use super::by_item::{ByItem, Output};
use super::turns::{AHEAD, InTurns, Message, Worker};
use super::{Lookup, Shared, lookup_bytes};
use crate::source::{Field, Source};

/// The most rows of one batch; fewer where a query has many columns. Batches are cut by visible rows only.
pub(crate) const ROWS: usize = 8_192;
/// Batches that are made before a thread is worth it.
const AT_ONCE: usize = 4;
/// Batches that a thread makes before it is another one's turn: at the ends of a unit blocks are decoded twice.
const UNIT: usize = AHEAD;

/// Items that a filter leaves of an axis.
pub(crate) type ItemSet = (u16, Arc<RoaringBitmap>);

/// A scan of chosen columns under filters on items.
pub(crate) struct MaskedScanExec {
    shared: Arc<Shared>,
    outputs: Vec<Output>,
    schema: SchemaRef,
    sets: Vec<ItemSet>,
    properties: Arc<PlanProperties>,
}

impl MaskedScanExec {
    pub(super) fn new(shared: Arc<Shared>, outputs: Vec<Output>, sets: Vec<ItemSet>) -> Result<MaskedScanExec> {
        let column = |output: &Output| match output {
            Output::Field(place) => shared.schema.fields().get(*place).cloned(),
            Output::Computed(_, made) => Some(Arc::clone(made)),
        };
        let Some(columns) = outputs.iter().map(column).collect::<Option<Vec<_>>>() else {
            return exec_err!("a column that the table has not");
        };
        let schema = Arc::new(ArrowSchema::new(columns));
        // INVARIANT: one partition and no statistics, whatever there is to scan.
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        Ok(MaskedScanExec { shared, outputs, schema, sets, properties })
    }

    /// The scan at the end of a plan that does nothing else.
    pub(super) fn below(plan: &Arc<dyn ExecutionPlan>) -> Option<&MaskedScanExec> {
        plan.downcast_ref::<CooperativeExec>().map_or(plan, CooperativeExec::input).downcast_ref()
    }

    /// Such a plan with this scan instead.
    pub(super) fn in_place_of(self, plan: &Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan> {
        if plan.is::<CooperativeExec>() { Arc::new(CooperativeExec::new(Arc::new(self))) } else { Arc::new(self) }
    }

    /// The same under other filters.
    pub(super) fn narrowed(&self, sets: Vec<ItemSet>) -> Result<MaskedScanExec> {
        MaskedScanExec::new(Arc::clone(&self.shared), self.outputs.clone(), sets)
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub(crate) fn sets(&self) -> &[ItemSet] {
        &self.sets
    }

    /// The place in [`Shared::fields`] of a column of the scan; `None` for one that is computed.
    pub(crate) fn field(&self, column: usize) -> Option<usize> {
        match self.outputs.get(column)? {
            Output::Field(place) => Some(*place),
            Output::Computed(..) => None,
        }
    }

    /// Batches of so many rows, but the last. What the scan holds while it runs is taken from `held`, as far as the reader may see it.
    fn batches(&self, size: usize, held: &MemoryReservation) -> Result<Box<dyn Iterator<Item = Result<RecordBatch>> + Send>> {
        let mut painter = Painter::new(&self.shared, Arc::clone(&self.schema));
        let rows: Box<dyn Iterator<Item = (usize, Vec<Vector>)> + Send> = match &self.shared.source {
            Source::Metric(def) => {
                let Some(mut metric) = self.shared.view.metric(def.id) else { return Ok(Box::new(std::iter::empty())) };
                for (axis, items) in &self.sets {
                    metric = metric.filtered(usize::from(*axis), items.as_ref().clone());
                }
                painter.add_all(&self.shared, &self.outputs, held)?;
                let columns: Vec<ScanColumn> = painter
                    .columns
                    .iter()
                    .map(|column| match column {
                        RowColumn::Axis(axis) => ScanColumn::Item(usize::from(*axis)),
                        RowColumn::Value(_) | RowColumn::Row => ScanColumn::Value,
                    })
                    .collect();
                let units = usize::try_from(metric.len()).unwrap_or(usize::MAX) / (size * UNIT);
                if self.shared.limits.ahead && units > 1 {
                    let mut second = painter.beside(&self.shared);
                    second.add_all(&self.shared, &self.outputs, held)?;
                    let painters = [painter, second];
                    let workers = painters.len();
                    let worker = |(first, mut painter): (usize, Painter)| {
                        let (metric, columns, limits) = (metric.clone(), columns.clone(), Arc::clone(&self.shared.limits));
                        Box::new(move |send: &dyn Fn(Message) -> bool| {
                            for unit in (first..units).step_by(workers) {
                                let mut batches = metric.scan(&columns, size, unit, units);
                                let all_read = batches.all(|batch| {
                                    send(Some(limits.look().map_err(Into::into).and_then(|()| painter.paint(batch.rows, batch.columns))))
                                });
                                if !all_read || !send(None) {
                                    return;
                                }
                            }
                        }) as Worker
                    };
                    return Ok(Box::new(InTurns::new(painters.into_iter().enumerate().map(worker).collect(), units)));
                }
                Box::new(metric.scan(&columns, size, 0, 1).map(|batch| (batch.rows, batch.columns)))
            }
            Source::Dimension(def) => {
                painter.add_all(&self.shared, &self.outputs, held)?;
                let items = self.shared.view.items(def.id);
                let kept = |item: &u32| self.sets.iter().all(|(_, set)| set.contains(*item));
                let order: Vec<u32> = items.order().iter().copied().filter(kept).collect();
                let (dimension, width) = (def.id, painter.columns.len());
                let chunks: Vec<_> = order.chunks(size).map(<[u32]>::to_vec).collect();
                Box::new(chunks.into_iter().map(move |c| (c.len(), vec![Vector::Item(dimension, c); width])))
            }
            Source::Scenarios(_) => return exec_err!("a scan is of one scenario"),
            Source::List(def) => {
                let Some(list) = self.shared.view.rows(def.id) else { return Ok(Box::new(std::iter::empty())) };
                painter.add_all(&self.shared, &self.outputs, held)?;
                let columns: Vec<u16> = painter
                    .columns
                    .iter()
                    .map(|column| match column {
                        RowColumn::Axis(column) => *column,
                        RowColumn::Value(column) => column.unwrap_or_default(),
                        RowColumn::Row => 0,
                    })
                    .collect();
                let numbered = painter.columns.iter().position(|column| *column == RowColumn::Row);
                let mut next = 0;
                Box::new(list.scan(&columns, size, 0, 1).map(move |mut batch| {
                    let first = next;
                    next += i64::try_from(batch.rows).unwrap_or(i64::MAX);
                    if let Some(slot) = numbered.and_then(|place| batch.columns.get_mut(place)) {
                        *slot = Vector::Integer((first..next).collect());
                    }
                    (batch.rows, batch.columns)
                }))
            }
        };
        let limits = Arc::clone(&self.shared.limits);
        let painted = rows.map(move |(rows, columns)| {
            limits.look()?;
            painter.paint(rows, columns)
        });
        if self.shared.limits.ahead { Ok(Box::new(ahead(painted))) } else { Ok(Box::new(painted)) }
    }
}

/// The first batches at once, the others on a thread of their own.
fn ahead(
    mut batches: impl Iterator<Item = Result<RecordBatch>> + Send + 'static,
) -> impl Iterator<Item = Result<RecordBatch>> + Send + 'static {
    // Small answers are made at once; only a long scan is worth a thread.
    let first: Vec<Result<RecordBatch>> = batches.by_ref().take(AT_ONCE).collect();
    let rest = (first.len() == AT_ONCE).then(|| {
        let worker: Worker = Box::new(move |send| {
            let _ = batches.all(|batch| send(Some(batch))) && send(None);
        });
        InTurns::new(vec![worker], 1)
    });
    first.into_iter().chain(rest.into_iter().flatten())
}

/// What the vault is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RowColumn {
    /// The items of an axis.
    Axis(u16),
    /// A metric's cells, or a list's column.
    Value(Option<u16>),
    /// The numbers of a list's visible rows.
    Row,
}

/// What a column of the batch is made of.
enum Paint {
    /// A column by item, picked by the items of a row column.
    Pick(ArrayRef, usize),
    /// A row column as it is.
    Plain(usize),
    /// Items in a row column, by their names.
    Names(ArrayRef, usize),
    /// What an expression makes of the items of a row column.
    Computed(Box<ByItem>, usize),
}

/// Makes batches of ordinals and values.
struct Painter {
    view: MaskedView,
    source: Source,
    schema: SchemaRef,
    columns: Vec<RowColumn>,
    paints: Vec<Paint>,
    made: HashMap<(DimensionId, Field), ArrayRef>,
}

impl Painter {
    fn new(shared: &Shared, schema: SchemaRef) -> Painter {
        let (view, source) = (shared.view.clone(), shared.source.clone());
        Painter { view, source, schema, columns: Vec::new(), paints: Vec::new(), made: HashMap::new() }
    }

    /// Another one, which shares what is made of items. Its columns have to be added.
    fn beside(&self, shared: &Shared) -> Painter {
        Painter { made: self.made.clone(), ..Painter::new(shared, Arc::clone(&self.schema)) }
    }

    /// Adds the columns of a scan to the batches.
    fn add_all(&mut self, shared: &Shared, outputs: &[Output], held: &MemoryReservation) -> Result<()> {
        let add = |painter: &mut Painter, place: usize| match shared.fields.get(place) {
            Some(info) => painter.add(&info.field, held),
            None => exec_err!("a column that the table has not"),
        };
        for output in outputs {
            match output {
                Output::Field(place) => add(self, *place)?,
                Output::Computed(computed, _) => {
                    let (mut operands, mut axis) = (Vec::new(), None);
                    for place in &computed.fields {
                        add(self, *place)?;
                        let Some(Paint::Pick(by_item, column)) = self.paints.pop() else { return exec_err!("an expression of no items") };
                        operands.push(by_item);
                        axis = Some(column);
                    }
                    let Some(axis) = axis else { return exec_err!("an expression of no items") };
                    let schema = shared.project(&computed.fields)?;
                    let computed = ByItem::new(Arc::clone(&computed.expr), schema, operands, held.new_empty())?;
                    self.paints.push(Paint::Computed(Box::new(computed), axis));
                }
            }
        }
        Ok(())
    }

    /// Adds a column to the batches.
    fn add(&mut self, field: &Field, held: &MemoryReservation) -> Result<()> {
        let paint = match field {
            Field::Path { axis, properties } | Field::Position { axis, properties } => {
                let Some(dimension) = self.source.axis(*axis) else { return exec_err!("a path from no dimension") };
                let properties = properties.clone();
                let key = match field {
                    Field::Position { .. } => Field::Position { axis: 0, properties },
                    _ => Field::Path { axis: 0, properties },
                };
                let column = self.column(RowColumn::Axis(*axis));
                let made = match self.made.get(&(dimension, key.clone())) {
                    Some(made) => Arc::clone(made),
                    None => {
                        held.try_grow(lookup_bytes(&self.view, dimension, &key))?;
                        let made = Lookup::new(&self.view).by_item(dimension, &key)?;
                        self.made.insert((dimension, key), Arc::clone(&made));
                        made
                    }
                };
                Paint::Pick(made, column)
            }
            Field::Value => {
                let column = self.column(RowColumn::Value(None));
                match &self.source {
                    Source::Metric(def) => match def.ty {
                        Type::Item(dimension) => Paint::Names(Lookup::new(&self.view).names(dimension), column),
                        _ => Paint::Plain(column),
                    },
                    _ => return exec_err!("a value of no metric"),
                }
            }
            Field::Column(column) => Paint::Plain(self.column(RowColumn::Value(Some(*column)))),
            Field::Row => Paint::Plain(self.column(RowColumn::Row)),
            Field::Scenario => return exec_err!("a scan is of one scenario"),
        };
        self.paints.push(paint);
        Ok(())
    }

    fn column(&mut self, column: RowColumn) -> usize {
        if let Some(known) = self.columns.iter().position(|c| *c == column) {
            return known;
        }
        self.columns.push(column);
        self.columns.len() - 1
    }

    fn paint(&mut self, rows: usize, columns: Vec<Vector>) -> Result<RecordBatch> {
        let nullable = matches!(self.source, Source::List(_));
        let arrays: Vec<ArrayRef> = columns
            .into_iter()
            .map(|column| match column {
                Vector::Item(_, items) if nullable => Arc::new(ordinals(&items)) as ArrayRef,
                Vector::Item(_, items) => Arc::new(UInt32Array::from(items)),
                other => into_array(other),
            })
            .collect();
        let mut out = Vec::with_capacity(self.paints.len());
        for paint in &mut self.paints {
            let (Paint::Pick(_, at) | Paint::Names(_, at) | Paint::Computed(_, at) | Paint::Plain(at)) = paint;
            let Some(column) = arrays.get(*at) else { return exec_err!("a scan gave too few columns") };
            out.push(match paint {
                Paint::Pick(by_item, _) | Paint::Names(by_item, _) => take(by_item, column, None)?,
                Paint::Computed(by_item, _) => match column.as_primitive_opt::<UInt32Type>() {
                    Some(items) => by_item.column(items)?,
                    None => return exec_err!("a scan gave no items"),
                },
                Paint::Plain(_) => Arc::clone(column),
            });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), out, &options)?)
    }
}

// Only what the query says: no rows, no masks, no sizes.
impl fmt::Debug for MaskedScanExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MaskedScanExec").field("table", self.shared.source.name()).finish_non_exhaustive()
    }
}

impl DisplayAs for MaskedScanExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<&str> = self.schema.fields().iter().map(|c| c.name().as_str()).collect();
        write!(f, "MaskedScan: {}, columns=[{}]", self.shared.source.name(), columns.join(", "))?;
        if let Some(cells) = self.shared.all_cells(Leak::RowsInPlans) {
            write!(f, ", cells={cells}")?;
        }
        if self.sets.is_empty() { Ok(()) } else { f.write_str(", filtered by items") }
    }
}

impl ExecutionPlan for MaskedScanExec {
    fn name(&self) -> &str {
        "MaskedScan"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn replace_children(self: Arc<Self>, _: Vec<Arc<dyn ExecutionPlan>>, _: ReplaceChildrenOptions) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn with_new_children(self: Arc<Self>, _: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn apply_expressions(&self, _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(&self, _: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let held = MemoryConsumer::new("scan").register(context.memory_pool());
        let size = context.session_config().batch_size();
        let batches = self.batches(size, &held)?;
        let batches = futures::stream::iter(batches.inspect(move |_| {
            // What the scan holds counts until the stream is gone.
            let _held = &held;
        }));
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches)))
    }

    fn statistics_from_inputs(&self, _: &[Arc<Statistics>], _: &StatisticsArgs) -> Result<Arc<Statistics>> {
        let known = Statistics::new_unknown(&self.schema);
        Ok(Arc::new(match self.shared.all_cells(Leak::RowsInStatistics) {
            Some(cells) => known.with_num_rows(Precision::Exact(usize::try_from(cells).unwrap_or(usize::MAX))),
            None => known,
        }))
    }
}
