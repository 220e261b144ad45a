//! The leaf that gives groups in place of rows.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, RecordBatchOptions, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, Statistics, exec_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::EquivalenceProperties;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType, ReplaceChildrenOptions};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PhysicalExpr, PlanProperties, StatisticsArgs};
use roaring::RoaringBitmap;
use smalt_model::DimensionId;
use smalt_vault::{GroupAxis, Groups, Wanted};

use super::codes::{Codes, Group, codes, codes_of};
use crate::source::{Field, Source};
use crate::table::{Cells, Computed, Computing, Shared, lookup_bytes};

/// About the bytes of a group while cells are added up, and of its totals afterwards.
const GROUP_BYTES: usize = 160;

/// What is wanted of the cells of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Count,
    Sum,
    Average,
    Min,
    Max,
}

/// An aggregate of the cells of a group, or of those that are under a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Aggregate {
    pub(super) kind: Kind,
    /// The place of the condition among the conditions.
    pub(super) condition: Option<usize>,
    /// Whether a group without a cell under the condition has zero.
    pub(super) else_zero: bool,
}

/// A condition on cells: all of this is true of their items.
pub(super) type Condition = Vec<Computed>;

/// What is asked of a metric's cells.
#[derive(Clone, Debug, Default)]
pub(super) struct Question {
    pub(super) groups: Vec<Group>,
    pub(super) aggregates: Vec<Aggregate>,
    pub(super) conditions: Vec<Condition>,
}

/// Aggregates of a metric's cells by dimensions and paths, in the order of the groups.
#[derive(Clone)]
pub(crate) struct FusedExec {
    shared: Arc<Shared>,
    sets: Vec<(u16, Arc<RoaringBitmap>)>,
    question: Arc<Question>,
    /// Whether there is a row where no cell is.
    always: bool,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
}

impl FusedExec {
    pub(super) fn new(
        shared: Arc<Shared>,
        sets: Vec<(u16, Arc<RoaringBitmap>)>,
        question: Arc<Question>,
        always: bool,
        schema: SchemaRef,
    ) -> FusedExec {
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        ));
        FusedExec { shared, sets, question, always, schema, properties }
    }

    /// The groups, and what they are called. Expressions take so many items at once.
    fn answer(&self, size: usize, held: &MemoryReservation) -> Result<Answer> {
        self.shared.limits.look()?;
        let Source::Metric(def) = &self.shared.source else { return exec_err!("groups are of a metric's cells") };
        let met = |axis, dimension| self.cells().items(axis, dimension);
        let computing = Computing { shared: &self.shared, size, held, met: &met };
        let mut axes = Vec::with_capacity(self.question.groups.len());
        let mut names = Vec::with_capacity(self.question.groups.len());
        for group in &self.question.groups {
            let (position, made) = match group {
                Group::Field(field) => self.codes(*field, &def.dimensions, held)?,
                Group::Computed(computed) => {
                    let values = computed.values(computing, &def.dimensions)?;
                    let items = def.dimensions.get(values.axis).map(|dimension| self.shared.view.items(*dimension));
                    (values.axis, codes_of(&values, items.map_or(0, |items| items.capacity()))?)
                }
            };
            let groups = u32::try_from(made.names.len()).unwrap_or(u32::MAX);
            axes.push(GroupAxis { position, codes: made.by_item, groups });
            names.push(made.names);
        }
        let conditions = self.question.conditions.iter().map(|condition| {
            let part = |part: &Computed| part.values(computing, &def.dimensions).and_then(|values| Ok((values.axis, values.trues()?)));
            condition.iter().map(part).collect::<Result<Vec<_>>>()
        });
        let conditions = conditions.collect::<Result<Vec<_>>>()?;
        // There cannot be more groups than visible cells, nor than the names that they could have.
        let cells = self.shared.view.metric(def.id).map_or(0, |metric| usize::try_from(metric.len()).unwrap_or(usize::MAX));
        let most = names.iter().fold(1usize, |all, names| all.saturating_mul(names.len().saturating_add(1))).min(cells);
        held.try_grow(most.saturating_mul(GROUP_BYTES).saturating_mul(1 + conditions.len()))?;
        let groups = self.cells().groups(&axes, &[], self.wanted(None))?;
        let mut under = Vec::with_capacity(conditions.len());
        for (place, filter) in conditions.iter().enumerate() {
            self.shared.limits.look()?;
            let some = self.cells().groups(&axes, filter, self.wanted(Some(place)))?;
            under.push(Under { places: places(&groups, &some), groups: some });
        }
        let rows = if self.always { 1 } else { groups.len() };
        Ok(Answer { names, groups, under, rows })
    }

    /// The groups by a column of the table, and the place of its axis.
    fn codes(&self, field: usize, dimensions: &[DimensionId], held: &MemoryReservation) -> Result<(usize, Codes)> {
        let field = self.shared.fields.get(field).map(|info| &info.field);
        let Some(field @ (Field::Path { axis, .. } | Field::Position { axis, .. })) = field else {
            return exec_err!("groups are by items");
        };
        let position = usize::from(*axis);
        let Some(dimension) = dimensions.get(position) else { return exec_err!("groups are by items") };
        held.try_grow(lookup_bytes(&self.shared.view, *dimension, field))?;
        Ok((position, codes(&self.shared.view, *dimension, field)?))
    }

    /// Some of the groups as a batch of their own.
    fn batch(&self, answer: &Answer, from: usize, to: usize) -> Result<RecordBatch> {
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.schema.fields().len());
        for (names, codes) in answer.names.iter().zip(&answer.groups.codes) {
            let codes: UInt32Array = codes.get(from..to).unwrap_or_default().iter().copied().collect();
            columns.push(take(names, &codes, None)?);
        }
        columns.extend(self.question.aggregates.iter().map(|aggregate| answer.column(*aggregate, from..to)));
        let options = RecordBatchOptions::new().with_row_count(Some(to - from));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?)
    }

    /// What is wanted of the cells under a condition; `None`: of all.
    fn wanted(&self, condition: Option<usize>) -> Wanted {
        let has = |kinds: &[Kind]| self.question.aggregates.iter().any(|a| a.condition == condition && kinds.contains(&a.kind));
        Wanted {
            sum: has(&[Kind::Sum, Kind::Average]),
            min: has(&[Kind::Min]),
            max: has(&[Kind::Max]),
            count: has(&[Kind::Count, Kind::Average]),
        }
    }

    /// The cells that the query is about.
    fn cells(&self) -> Cells<'_> {
        Cells { shared: &self.shared, sets: &self.sets }
    }
}

/// What was added up.
struct Answer {
    names: Vec<ArrayRef>,
    groups: Groups,
    /// By condition.
    under: Vec<Under>,
    rows: usize,
}

/// The groups of the cells under a condition.
struct Under {
    groups: Groups,
    /// Where each group of all cells is among them.
    places: Vec<Option<usize>>,
}

/// Where each group of `all` is among `some` of them. Both ascend by their codes.
fn places(all: &Groups, some: &Groups) -> Vec<Option<usize>> {
    let is_same = |at: usize, other: usize| all.codes.iter().zip(&some.codes).all(|(all, some)| all.get(at) == some.get(other));
    let mut next = 0;
    (0..all.len())
        .map(|at| {
            let found = next < some.len() && is_same(at, next);
            next += usize::from(found);
            found.then(|| next - 1)
        })
        .collect()
}

impl Answer {
    /// One aggregate of some groups as a column; where there is no group at all, there is one row and nothing was counted.
    fn column(&self, aggregate: Aggregate, rows: Range<usize>) -> ArrayRef {
        let under = aggregate.condition.map(|place| self.under.get(place));
        let groups = under.map_or(Some(&self.groups), |under| under.map(|under| &under.groups));
        let place = |row: usize| match under {
            None => Some(row),
            Some(under) => under?.places.get(row).copied().flatten(),
        };
        let number = |row: usize, of: fn(&Groups) -> &Vec<f64>| match place(row).and_then(|at| of(groups?).get(at).copied()) {
            None if aggregate.else_zero && row < self.groups.len() => Some(0.0),
            number => number,
        };
        let count = |row: usize| place(row).and_then(|at| groups?.count.get(at).copied()).unwrap_or(0).cast_signed();
        let floats =
            |of: fn(&Groups) -> &Vec<f64>| -> ArrayRef { Arc::new(rows.clone().map(|row| number(row, of)).collect::<Float64Array>()) };
        match aggregate.kind {
            Kind::Count => Arc::new(Int64Array::from_iter_values(rows.map(count))),
            Kind::Sum => floats(|groups| &groups.sum),
            Kind::Min => floats(|groups| &groups.min),
            Kind::Max => floats(|groups| &groups.max),
            Kind::Average => {
                let average = |row: usize| Some(number(row, |groups| &groups.sum)? / count(row) as f64);
                Arc::new(rows.map(average).collect::<Float64Array>())
            }
        }
    }
}

// Only what the query says.
impl fmt::Debug for FusedExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FusedExec").field("table", self.shared.source.name()).finish_non_exhaustive()
    }
}

impl DisplayAs for FusedExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.schema.fields().iter().map(|c| c.name().as_str()).collect();
        let (groups, aggregates) = names.split_at_checked(self.question.groups.len()).unwrap_or_default();
        write!(f, "MaskedAggregate: {}, by=[{}]", self.shared.source.name(), groups.join(", "))?;
        write!(f, ", aggregates=[{}]", aggregates.join(", "))?;
        if self.sets.is_empty() { Ok(()) } else { f.write_str(", filtered by items") }
    }
}

impl ExecutionPlan for FusedExec {
    fn name(&self) -> &str {
        "MaskedAggregate"
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
        let held = MemoryConsumer::new("groups").register(context.memory_pool());
        let size = context.session_config().batch_size();
        let answer = self.answer(size, &held)?;
        held.try_resize(answer.rows.saturating_mul(GROUP_BYTES))?;
        let own = self.clone();
        // Made when they are asked for, each for itself: a slice would hold all groups, and count for as many.
        let parts = (0..answer.rows).step_by(size).map(move |from| {
            let _held = &held;
            own.batch(&answer, from, answer.rows.min(from + size))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), futures::stream::iter(parts))))
    }

    fn statistics_from_inputs(&self, _: &[Arc<Statistics>], _: &StatisticsArgs) -> Result<Arc<Statistics>> {
        Ok(Arc::new(Statistics::new_unknown(&self.schema)))
    }
}
