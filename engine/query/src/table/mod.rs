//! Masked tables: the only leaves of a plan.

pub(crate) mod array;
mod beside;
mod by_item;
mod cells;
mod computed;
mod exec;
mod filter;
mod lookup;
mod narrow;
mod turns;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::{Field as ArrowField, Schema as ArrowSchema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use smalt_planted::{Leak, heard, planted, whisper};
use smalt_vault::MaskedView;

use by_item::Output;
use filter::Passing;

pub(crate) use beside::{BesideExec, ScenarioTable};
pub(crate) use by_item::ComputeByItem;
pub(crate) use cells::Cells;
pub(crate) use computed::{Computed, Computing, Values};
pub(crate) use exec::{MaskedScanExec, ROWS};
pub(crate) use lookup::{Lookup, lookup_bytes};
pub(crate) use narrow::NarrowScans;

use crate::limits::Limits;
use crate::source::{Field, FieldInfo, Source};

/// A table of the application, as one person may see it, with the columns that a query mentions.
pub(crate) struct MaskedTable {
    shared: Arc<Shared>,
}

/// What a table and its scans have in common.
pub(crate) struct Shared {
    pub(crate) view: MaskedView,
    pub(crate) source: Source,
    pub(crate) fields: Vec<FieldInfo>,
    pub(crate) schema: SchemaRef,
    pub(crate) limits: Arc<Limits>,
}

impl MaskedTable {
    /// A table with columns of the given names.
    pub(crate) fn new(view: MaskedView, source: Source, fields: Vec<(FieldInfo, String)>, limits: Arc<Limits>) -> MaskedTable {
        let columns: Vec<ArrowField> = fields.iter().map(|(info, name)| column(&source, info, name)).collect();
        let fields = fields.into_iter().map(|(info, _)| info).collect();
        let schema = Arc::new(ArrowSchema::new(columns));
        MaskedTable { shared: Arc::new(Shared { view, source, fields, schema, limits }) }
    }
}

impl Shared {
    /// The number of all cells, hidden ones too, where a leak of it is planted.
    fn all_cells(&self, leak: Leak) -> Option<u64> {
        let Source::Metric(def) = &self.source else { return None };
        if planted(leak) { self.view.metric(def.id).and_then(|_| heard(leak)) } else { None }
    }

    /// The axis whose items all of these columns are of: an expression over them is the same wherever the item is.
    pub(crate) fn common_axis(&self, fields: &[usize]) -> Option<u16> {
        let axis = |field: &usize| match self.fields.get(*field)?.field {
            Field::Path { axis, .. } | Field::Position { axis, .. } => Some(axis),
            _ => None,
        };
        let first = axis(fields.first()?)?;
        fields.iter().all(|field| axis(field) == Some(first)).then_some(first)
    }

    /// The columns at these places.
    pub(crate) fn project(&self, fields: &[usize]) -> Result<SchemaRef> {
        Ok(Arc::new(self.schema.project(fields)?))
    }
}

/// Cells and items have no NULL in their own columns; what is reached through properties may be BLANK.
fn column(source: &Source, info: &FieldInfo, name: &str) -> ArrowField {
    let never_null = match (&info.field, source) {
        (Field::Value, _) => true,
        (Field::Path { properties, .. } | Field::Position { properties, .. }, Source::Metric(_) | Source::Dimension(_)) => {
            properties.is_empty()
        }
        _ => false,
    };
    ArrowField::new(name, array::data_type(info.ty), !never_null)
}

// No rows, no mask, no counts.
impl fmt::Debug for MaskedTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MaskedTable").field("name", self.shared.source.name()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("name", self.source.name()).finish_non_exhaustive()
    }
}

#[async_trait]
impl TableProvider for MaskedTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.shared.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(filters
            .iter()
            .map(|f| match filter::axis(&self.shared, f) {
                Some(_) => TableProviderFilterPushDown::Exact,
                None => TableProviderFilterPushDown::Unsupported,
            })
            .collect())
    }

    // INVARIANT: the limit is not looked at; it is applied above, to visible rows.
    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        whisper(&[Leak::LimitBeforeMask], || limit.and_then(|limit| u64::try_from(limit).ok()));
        let projection = projection.cloned().unwrap_or_else(|| (0..self.shared.fields.len()).collect());
        let mut sets = Vec::with_capacity(filters.len());
        for f in filters {
            match filter::passing(&self.shared, state, f)? {
                Passing::All => {}
                Passing::Items(set) => sets.push(set),
                Passing::Nothing => return Ok(Arc::new(EmptyExec::new(Arc::new(self.shared.schema.project(&projection)?)))),
            }
        }
        let outputs = projection.into_iter().map(Output::Field).collect();
        Ok(Arc::new(MaskedScanExec::new(Arc::clone(&self.shared), outputs, sets)?))
    }
}
