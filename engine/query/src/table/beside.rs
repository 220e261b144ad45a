//! `all_scenarios`: the cells of a metric in one scenario after the other, with a column that says in which.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use datafusion::arrow::datatypes::{DataType, Field as ArrowField, Schema as ArrowSchema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, Statistics, exec_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_expr::EquivalenceProperties;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType, ReplaceChildrenOptions};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PhysicalExpr, PlanProperties, StatisticsArgs};
use futures::StreamExt;

use super::MaskedTable;
use crate::source::{Field, FieldInfo};

/// A metric in several scenarios, as one person may see it.
pub(crate) struct ScenarioTable {
    /// The scenarios with their names, all with the same columns.
    tables: Vec<(Arc<str>, Arc<MaskedTable>)>,
    /// For each column the place of it in the tables; `None`: the scenario's name.
    columns: Vec<Option<usize>>,
    schema: SchemaRef,
}

impl ScenarioTable {
    /// A table with columns of the given names. `table` makes that of a scenario, with those of the columns that are not its name.
    pub(crate) fn new(
        names: Vec<Arc<str>>,
        fields: Vec<(FieldInfo, String)>,
        table: impl Fn(usize, Vec<(FieldInfo, String)>) -> Option<MaskedTable>,
    ) -> ScenarioTable {
        let inner: Vec<(FieldInfo, String)> = fields.iter().filter(|(info, _)| info.field != Field::Scenario).cloned().collect();
        let tables = names.into_iter().enumerate();
        let tables: Vec<_> = tables.filter_map(|(place, name)| Some((name, Arc::new(table(place, inner.clone())?)))).collect();
        let types = tables.first().map(|(_, table)| table.schema());
        let (mut columns, mut arrow) = (Vec::new(), Vec::new());
        for (info, name) in &fields {
            if info.field == Field::Scenario {
                columns.push(None);
                arrow.push(ArrowField::new(name, DataType::Utf8, false));
                continue;
            }
            let place = columns.iter().flatten().count();
            let field = types.as_ref().and_then(|schema| schema.fields().get(place).cloned());
            columns.push(Some(place));
            arrow.push(field.map_or_else(|| ArrowField::new(name, DataType::Null, true), |field| ArrowField::clone(&field)));
        }
        ScenarioTable { tables, columns, schema: Arc::new(ArrowSchema::new(arrow)) }
    }
}

impl fmt::Debug for ScenarioTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScenarioTable").finish_non_exhaustive()
    }
}

#[async_trait]
impl TableProvider for ScenarioTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        match self.tables.first() {
            Some((_, table)) => table.supports_filters_pushdown(filters),
            None => Ok(vec![TableProviderFilterPushDown::Unsupported; filters.len()]),
        }
    }

    // INVARIANT: the limit is not looked at; it is applied above, to visible rows.
    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let projection = projection.cloned().unwrap_or_else(|| (0..self.columns.len()).collect());
        let mut columns = Vec::with_capacity(projection.len());
        let mut inner: Vec<usize> = Vec::new();
        for place in &projection {
            let Some(column) = self.columns.get(*place) else { return exec_err!("a column that the table has not") };
            columns.push(column.map(|column| {
                inner.push(column);
                inner.len() - 1
            }));
        }
        let mut scans = Vec::with_capacity(self.tables.len());
        for (name, table) in &self.tables {
            scans.push((Arc::clone(name), table.scan(state, Some(&inner), filters, None).await?));
        }
        Ok(Arc::new(BesideExec::new(scans, columns, Arc::new(self.schema.project(&projection)?))))
    }
}

/// The rows of scans, one after the other.
pub(crate) struct BesideExec {
    scans: Vec<(Arc<str>, Arc<dyn ExecutionPlan>)>,
    columns: Vec<Option<usize>>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
}

impl BesideExec {
    pub(crate) fn new(scans: Vec<(Arc<str>, Arc<dyn ExecutionPlan>)>, columns: Vec<Option<usize>>, schema: SchemaRef) -> BesideExec {
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        BesideExec { scans, columns, schema, properties }
    }

    /// The scans, by the names of the scenarios.
    pub(crate) fn scans(&self) -> &[(Arc<str>, Arc<dyn ExecutionPlan>)] {
        &self.scans
    }

    /// For each column the place of it in the scans; `None`: the scenario's name.
    pub(crate) fn columns(&self) -> &[Option<usize>] {
        &self.columns
    }

    /// The same over other scans, in the same order.
    fn over(&self, scans: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        if scans.len() != self.scans.len() {
            return exec_err!("there are as many scans as scenarios");
        }
        let scans = self.scans.iter().zip(scans).map(|((name, _), scan)| (Arc::clone(name), scan)).collect();
        Ok(Arc::new(BesideExec::new(scans, self.columns.clone(), Arc::clone(&self.schema))))
    }
}

impl fmt::Debug for BesideExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BesideExec").finish_non_exhaustive()
    }
}

impl DisplayAs for BesideExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.scans.iter().map(|(name, _)| name.as_ref()).collect();
        write!(f, "Scenarios: {}", names.join(", "))
    }
}

impl ExecutionPlan for BesideExec {
    fn name(&self) -> &str {
        "Scenarios"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.scans.iter().map(|(_, scan)| scan).collect()
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.over(children)
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        self.over(children)
    }

    fn apply_expressions(&self, _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(&self, _: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let mut streams = Vec::with_capacity(self.scans.len());
        for (name, scan) in &self.scans {
            let (name, columns, schema) = (Arc::clone(name), self.columns.clone(), Arc::clone(&self.schema));
            let rows = scan.execute(0, Arc::clone(&context))?;
            streams.push(rows.map(move |batch| named(&name, &columns, &schema, &batch?)));
        }
        let rows = futures::stream::iter(streams).flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), rows)))
    }

    fn statistics_from_inputs(&self, _: &[Arc<Statistics>], _: &StatisticsArgs) -> Result<Arc<Statistics>> {
        Ok(Arc::new(Statistics::new_unknown(&self.schema)))
    }
}

/// A batch with the scenario's name where it belongs.
fn named(name: &str, columns: &[Option<usize>], schema: &SchemaRef, batch: &RecordBatch) -> Result<RecordBatch> {
    let rows = batch.num_rows();
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(columns.len());
    for column in columns {
        arrays.push(match column {
            None => Arc::new(StringArray::from_iter_values(std::iter::repeat_n(name, rows))),
            Some(place) => match batch.columns().get(*place) {
                Some(array) => Arc::clone(array),
                None => return exec_err!("a scan gave too few columns"),
            },
        });
    }
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &RecordBatchOptions::new().with_row_count(Some(rows)))?)
}
