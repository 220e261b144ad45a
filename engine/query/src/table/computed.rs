//! What an expression gives for the items of an axis, one by one.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, RecordBatch, UInt32Array, new_empty_array};
use datafusion::arrow::compute::{concat, take_arrays};
use datafusion::common::{Result, exec_err};
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_plan::PhysicalExpr;
use roaring::RoaringBitmap;
use smalt_model::DimensionId;

use super::{Lookup, Shared, lookup_bytes};
use crate::meter::column_bytes;
use crate::plain;

/// An expression over columns of the same axis, which are given by their places in [`Shared::fields`].
#[derive(Clone, Debug)]
pub(crate) struct Computed {
    pub(super) expr: Arc<dyn PhysicalExpr>,
    pub(super) fields: Vec<usize>,
}

impl PartialEq for Computed {
    fn eq(&self, other: &Computed) -> bool {
        self.expr.eq(&other.expr) && self.fields == other.fields
    }
}

/// Where and with what it is computed.
#[derive(Clone, Copy)]
pub(crate) struct Computing<'a> {
    pub(crate) shared: &'a Shared,
    /// So many items are taken at once.
    pub(crate) size: usize,
    pub(crate) held: &'a MemoryReservation,
    /// The items of an axis that a cell is at.
    pub(crate) met: &'a dyn Fn(usize, DimensionId) -> Result<RoaringBitmap>,
}

/// Values by item.
pub(crate) struct Values {
    /// The place of the axis among the metric's dimensions.
    pub(crate) axis: usize,
    /// Items, each once: all visible ones, or those of them that a cell is at.
    pub(crate) items: Vec<u32>,
    pub(crate) values: ArrayRef,
}

impl Computed {
    /// An expression over columns of a leaf. `field` tells which column of the table one is; `None` where the expression is not of one axis.
    pub(crate) fn of(expr: &Arc<dyn PhysicalExpr>, shared: &Shared, field: &dyn Fn(usize) -> Option<usize>) -> Option<Computed> {
        let columns = plain::columns(expr)?;
        let fields = columns.iter().map(|column| field(*column)).collect::<Option<Vec<_>>>()?;
        shared.common_axis(&fields)?;
        Some(Computed { expr: plain::over(expr, &columns).ok()?, fields })
    }

    /// What it gives for every visible item; where it fails for one of them, for those that have a cell.
    pub(crate) fn values(&self, computing: Computing<'_>, dimensions: &[DimensionId]) -> Result<Values> {
        let axis = computing.shared.common_axis(&self.fields).map(usize::from);
        let Some((axis, dimension)) = axis.and_then(|axis| Some((axis, *dimensions.get(axis)?))) else {
            return exec_err!("an expression is of the items of an axis");
        };
        for info in self.fields.iter().filter_map(|field| computing.shared.fields.get(*field)) {
            computing.held.try_grow(lookup_bytes(&computing.shared.view, dimension, &info.field))?;
        }
        let visible = computing.shared.view.items(dimension).order().to_vec();
        let (items, values) = match self.values_of(computing, dimension, &visible) {
            Ok(values) => (visible, values),
            Err(_) => {
                let met = (computing.met)(axis, dimension)?;
                let items: Vec<u32> = visible.into_iter().filter(|item| met.contains(*item)).collect();
                let values = self.values_of(computing, dimension, &items)?;
                (items, values)
            }
        };
        Ok(Values { axis, items, values })
    }

    fn values_of(&self, computing: Computing<'_>, dimension: DimensionId, items: &[u32]) -> Result<ArrayRef> {
        let Computing { shared, size, held, .. } = computing;
        let mut lookup = Lookup::new(&shared.view);
        let fields = self.fields.iter().filter_map(|field| shared.fields.get(*field));
        let operands = fields.map(|info| lookup.by_item(dimension, &info.field)).collect::<Result<Vec<_>>>()?;
        let schema = shared.project(&self.fields)?;
        let mut made = vec![new_empty_array(&self.expr.data_type(&schema)?)];
        for some in items.chunks(size) {
            shared.limits.look()?;
            let operands = take_arrays(&operands, &UInt32Array::from(some.to_vec()), None)?;
            let batch = RecordBatch::try_new(Arc::clone(&schema), operands)?;
            let values = self.expr.evaluate(&batch)?.into_array(some.len())?;
            held.try_grow(column_bytes(&values))?;
            made.push(values);
        }
        Ok(concat(&made.iter().map(AsRef::as_ref).collect::<Vec<_>>())?)
    }
}

impl Values {
    /// The items for which a condition is true.
    pub(crate) fn trues(&self) -> Result<RoaringBitmap> {
        let Some(values) = self.values.as_boolean_opt() else { return exec_err!("a condition is true or false") };
        Ok(self.items.iter().zip(values).filter(|(_, value)| *value == Some(true)).map(|(item, _)| *item).collect())
    }
}
