//! SUM of integers that does not wrap: it is added in 128 bits and ends the query where it does not fit at the end. So a part of a sum may be
//! too large, and the order of rows decides nothing.

use std::mem::size_of;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Int64Array};
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Field, FieldRef, Int64Type};
use datafusion::arrow::error::ArrowError;
use datafusion::common::{Result, ScalarValue, arrow_datafusion_err, exec_err};
use datafusion::logical_expr::function::StateFieldsArgs;
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

/// A sum on its way from one part of a query to another: any sum of 2^64 integers fits.
const STATE: DataType = DataType::Decimal128(38, 0);

/// What a part of a sum hands on.
pub(super) fn state_fields(args: &StateFieldsArgs) -> Vec<FieldRef> {
    vec![Field::new(format_state_name(args.name, "sum"), STATE, true).into()]
}

/// The sum of no rows is NULL.
type Sum = Option<i128>;

fn put(sum: &mut Sum, value: i128) {
    *sum = Some(sum.unwrap_or(0).saturating_add(value));
}

fn result(sum: Sum) -> Result<Option<i64>> {
    let fits = sum.map(i64::try_from).transpose();
    fits.map_err(|_| arrow_datafusion_err!(ArrowError::ArithmeticOverflow("a sum of integers".to_owned())))
}

/// The values of a column of integers, or of sums of them.
fn each(values: &[ArrayRef], filter: Option<&BooleanArray>, mut take: impl FnMut(usize, i128)) -> Result<()> {
    let Some(column) = values.first() else { return exec_err!("a sum of integers got nothing") };
    let passes = |i: usize| column.is_valid(i) && filter.is_none_or(|f| f.is_valid(i) && f.value(i));
    if let Some(integers) = column.as_primitive_opt::<Int64Type>() {
        (0..column.len()).filter(|i| passes(*i)).for_each(|i| take(i, i128::from(integers.value(i))));
    } else if let Some(sums) = column.as_primitive_opt::<Decimal128Type>() {
        (0..column.len()).filter(|i| passes(*i)).for_each(|i| take(i, sums.value(i)));
    } else {
        return exec_err!("a sum of integers got something else");
    }
    Ok(())
}

fn sums_array(sums: Vec<Sum>) -> ArrayRef {
    Arc::new(Decimal128Array::from(sums).with_data_type(STATE))
}

/// One sum.
#[derive(Debug, Default)]
pub(super) struct WholeOne {
    sum: Sum,
    count: u64,
}

impl Accumulator for WholeOne {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        each(values, None, |_, v| {
            self.count += 1;
            put(&mut self.sum, v);
        })
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        each(values, None, |_, v| {
            self.count = self.count.saturating_sub(1);
            put(&mut self.sum, -v);
        })?;
        if self.count == 0 {
            self.sum = None;
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        result(self.sum).map(ScalarValue::Int64)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Decimal128(self.sum, 38, 0)])
    }

    fn merge_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.update_batch(values)
    }

    fn size(&self) -> usize {
        size_of::<Self>()
    }
}

/// A sum for each group.
#[derive(Debug, Default)]
pub(super) struct WholeGroups(Vec<Sum>);

impl GroupsAccumulator for WholeGroups {
    fn update_batch(&mut self, values: &[ArrayRef], groups: &[usize], filter: Option<&BooleanArray>, count: usize) -> Result<()> {
        self.0.resize(count.max(self.0.len()), None);
        each(values, filter, |i, v| {
            if let Some(sum) = groups.get(i).and_then(|g| self.0.get_mut(*g)) {
                put(sum, v);
            }
        })
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let sums = emit_to.take_needed(&mut self.0).into_iter().map(result).collect::<Result<Int64Array>>()?;
        Ok(Arc::new(sums))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![sums_array(emit_to.take_needed(&mut self.0))])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], count: usize) -> Result<()> {
        self.update_batch(values, groups, None, count)
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let mut sums = vec![None; values.first().map_or(0, |v| v.len())];
        each(values, filter, |i, v| {
            if let Some(slot) = sums.get_mut(i) {
                *slot = Some(v);
            }
        })?;
        Ok(vec![sums_array(sums)])
    }

    fn size(&self) -> usize {
        self.0.capacity() * size_of::<Sum>()
    }
}
