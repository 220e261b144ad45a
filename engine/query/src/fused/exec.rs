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
use smalt_vault::{GroupAxis, Groups, Wanted};

use super::codes::codes;
use crate::source::{Field, Source};
use crate::table::{Shared, lookup_bytes};

/// About the bytes of a group while cells are added up, and of its totals afterwards.
const GROUP_BYTES: usize = 160;

/// What is wanted of the cells of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aggregate {
    Count,
    Sum,
    Average,
    Min,
    Max,
}

/// Aggregates of a metric's cells by dimensions and paths, in the order of the groups.
#[derive(Clone)]
pub(crate) struct FusedExec {
    shared: Arc<Shared>,
    sets: Vec<(u16, Arc<RoaringBitmap>)>,
    /// Places in [`Shared::fields`].
    groups: Vec<usize>,
    aggregates: Vec<Aggregate>,
    /// Whether there is a row where no cell is.
    always: bool,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
}

impl FusedExec {
    pub(super) fn new(
        shared: Arc<Shared>,
        sets: Vec<(u16, Arc<RoaringBitmap>)>,
        groups: Vec<usize>,
        aggregates: Vec<Aggregate>,
        always: bool,
        schema: SchemaRef,
    ) -> FusedExec {
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        ));
        FusedExec { shared, sets, groups, aggregates, always, schema, properties }
    }

    /// The groups, and what they are called.
    fn answer(&self, held: &MemoryReservation) -> Result<Answer> {
        self.shared.limits.look()?;
        let Source::Metric(def) = &self.shared.source else { return exec_err!("groups are of a metric's cells") };
        let mut axes = Vec::with_capacity(self.groups.len());
        let mut names = Vec::with_capacity(self.groups.len());
        for index in &self.groups {
            let field = self.shared.fields.get(*index).map(|f| &f.field);
            let Some(field @ (Field::Path { axis, .. } | Field::Position { axis, .. })) = field else {
                return exec_err!("groups are by items");
            };
            let Some(dimension) = def.dimensions.get(usize::from(*axis)) else { return exec_err!("groups are by items") };
            held.try_grow(lookup_bytes(&self.shared.view, *dimension, field))?;
            let made = codes(&self.shared.view, *dimension, field)?;
            let groups = u32::try_from(made.names.len()).unwrap_or(u32::MAX);
            axes.push(GroupAxis { position: usize::from(*axis), codes: made.by_item, groups });
            names.push(made.names);
        }
        // There cannot be more groups than visible cells, nor than the names that they could have.
        let cells = self.shared.view.metric(def.id).map_or(0, |metric| usize::try_from(metric.len()).unwrap_or(usize::MAX));
        let most = names.iter().fold(1usize, |all, names| all.saturating_mul(names.len().saturating_add(1))).min(cells);
        held.try_grow(most.saturating_mul(GROUP_BYTES))?;
        let groups = self.groups_of(&axes)?;
        let rows = if self.always { 1 } else { groups.len() };
        Ok(Answer { names, groups, rows })
    }

    /// Some of the groups as a batch of their own.
    fn batch(&self, answer: &Answer, from: usize, to: usize) -> Result<RecordBatch> {
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.schema.fields().len());
        for (names, codes) in answer.names.iter().zip(&answer.groups.codes) {
            let codes: UInt32Array = codes.get(from..to).unwrap_or_default().iter().copied().collect();
            columns.push(take(names, &codes, None)?);
        }
        columns.extend(self.aggregates.iter().map(|aggregate| column(*aggregate, &answer.groups, from..to)));
        let options = RecordBatchOptions::new().with_row_count(Some(to - from));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?)
    }

    fn groups_of(&self, axes: &[GroupAxis]) -> Result<Groups> {
        let Source::Metric(def) = &self.shared.source else { return exec_err!("groups are of a metric's cells") };
        let has = |kinds: &[Aggregate]| self.aggregates.iter().any(|a| kinds.contains(a));
        let wanted = Wanted {
            sum: has(&[Aggregate::Sum, Aggregate::Average]),
            min: has(&[Aggregate::Min]),
            max: has(&[Aggregate::Max]),
            count: has(&[Aggregate::Count, Aggregate::Average]),
        };
        let filter: Vec<(usize, RoaringBitmap)> =
            self.sets.iter().map(|(axis, items)| (usize::from(*axis), items.as_ref().clone())).collect();
        match self.shared.view.metric(def.id) {
            None => Ok(Groups::default()),
            Some(metric) => match metric.aggregate(axes, &filter, wanted) {
                Some(groups) => Ok(groups),
                None => exec_err!("these cells cannot be added up"),
            },
        }
    }
}

/// What was added up.
struct Answer {
    names: Vec<ArrayRef>,
    groups: Groups,
    rows: usize,
}

/// One aggregate of some groups as a column; where there is no group at all, there is one row and nothing was counted.
fn column(aggregate: Aggregate, groups: &Groups, rows: Range<usize>) -> ArrayRef {
    let floats = |values: &[f64]| -> ArrayRef { Arc::new(rows.clone().map(|i| values.get(i).copied()).collect::<Float64Array>()) };
    let counts = || rows.clone().map(|i| groups.count.get(i).copied().unwrap_or(0).cast_signed());
    match aggregate {
        Aggregate::Count => Arc::new(Int64Array::from_iter_values(counts())),
        Aggregate::Sum => floats(&groups.sum),
        Aggregate::Min => floats(&groups.min),
        Aggregate::Max => floats(&groups.max),
        Aggregate::Average => {
            let sums = rows.clone().map(|i| groups.sum.get(i).copied());
            Arc::new(sums.zip(counts()).map(|(sum, count)| Some(sum? / count as f64)).collect::<Float64Array>())
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
        let (groups, aggregates) = names.split_at_checked(self.groups.len()).unwrap_or_default();
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
        let answer = self.answer(&held)?;
        held.try_resize(answer.rows.saturating_mul(GROUP_BYTES))?;
        let size = context.session_config().batch_size();
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
