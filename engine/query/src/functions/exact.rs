//! SUM and AVG whose result does not depend on the order of rows; sums of integers are in `whole`, of decimals in `decimal`.

use std::collections::HashSet;
use std::mem::size_of;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Float64Type, Int64Type};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, ReversedUDAF, Signature};
use smalt_vault::ExactSum;

use super::decimal::{self, DecimalGroups, DecimalOne, Kind};
use super::whole::{self, WholeGroups, WholeOne};

/// A function of DataFusion's, replaced where it adds floats, integers or decimals.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Exact {
    inner: Arc<AggregateUDF>,
    average: bool,
}

impl Exact {
    /// The function to register in place of `f`: another one for SUM and AVG.
    pub(crate) fn replace(f: Arc<AggregateUDF>) -> Arc<AggregateUDF> {
        match f.name() {
            "sum" => Arc::new(AggregateUDF::from(Exact { inner: f, average: false })),
            "avg" => Arc::new(AggregateUDF::from(Exact { inner: f, average: true })),
            _ => f,
        }
    }
}

fn is_float(args: &AccumulatorArgs) -> bool {
    args.return_field.data_type() == &DataType::Float64
}

/// Whether a sum is one of integers.
fn is_whole(returned: &DataType, is_distinct: bool) -> bool {
    returned == &DataType::Int64 && !is_distinct
}

impl AggregateUDFImpl for Exact {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        match types {
            [DataType::Decimal128(precision, scale)] if self.average => Ok(decimal::average_type(*precision, *scale)),
            _ => self.inner.return_type(types),
        }
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if is_whole(args.return_field.data_type(), args.is_distinct) {
            return Ok(Box::new(WholeOne::default()));
        }
        if let Some(kind) = Kind::of(&args, self.average) {
            return Ok(Box::new(DecimalOne::new(kind, args.is_distinct)));
        }
        if !is_float(&args) {
            return self.inner.accumulator(args);
        }
        if args.is_distinct {
            return Ok(Box::new(ExactDistinct { seen: HashSet::new(), average: self.average }));
        }
        Ok(Box::new(ExactOne { total: Total::default(), average: self.average }))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        if is_whole(args.return_type(), args.is_distinct) {
            return Ok(whole::state_fields(&args));
        }
        if Kind::adds(&args) && !args.is_distinct {
            return Ok(decimal::state_fields(&args));
        }
        if args.is_distinct || args.return_type() != &DataType::Float64 {
            return self.inner.state_fields(args);
        }
        Ok(vec![
            Field::new(format_state_name(args.name, "sum"), DataType::Float64, true).into(),
            Field::new(format_state_name(args.name, "count"), DataType::Int64, true).into(),
        ])
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        let decimals = Kind::of(&args, self.average).is_some();
        let ours = decimals || is_float(&args) || is_whole(args.return_field.data_type(), args.is_distinct);
        if ours { !args.is_distinct } else { self.inner.groups_accumulator_supported(args) }
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        if is_whole(args.return_field.data_type(), args.is_distinct) {
            return Ok(Box::new(WholeGroups::default()));
        }
        if let Some(kind) = Kind::of(&args, self.average) {
            return Ok(Box::new(DecimalGroups::new(kind)));
        }
        if !is_float(&args) {
            return self.inner.create_groups_accumulator(args);
        }
        Ok(Box::new(ExactGroups { totals: Vec::new(), average: self.average }))
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if is_whole(args.return_field.data_type(), args.is_distinct) {
            return Ok(Box::new(WholeOne::default()));
        }
        if let Some(kind) = Kind::of(&args, self.average).filter(|_| !args.is_distinct) {
            return Ok(Box::new(DecimalOne::new(kind, false)));
        }
        if !is_float(&args) || args.is_distinct {
            return self.inner.create_sliding_accumulator(args);
        }
        Ok(Box::new(ExactOne { total: Total::default(), average: self.average }))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn order_sensitivity(&self) -> datafusion::logical_expr::utils::AggregateOrderSensitivity {
        datafusion::logical_expr::utils::AggregateOrderSensitivity::Insensitive
    }

    fn default_value(&self, data_type: &DataType) -> Result<ScalarValue> {
        self.inner.default_value(data_type)
    }
}

/// A sum and the number of its terms. What is not finite is kept apart, since the exact sum leaves it out.
#[derive(Clone, Copy, Debug, Default)]
struct Total {
    sum: ExactSum,
    other: f64,
    count: i64,
}

impl Total {
    fn add(&mut self, value: f64) {
        self.count += 1;
        self.put(value);
    }

    fn retract(&mut self, value: f64) {
        self.count -= 1;
        self.put(-value);
    }

    fn put(&mut self, value: f64) {
        if value.is_finite() {
            self.sum.add(value);
        } else {
            self.other += value;
        }
    }

    fn merge(&mut self, sum: f64, count: i64) {
        self.count += count;
        self.put(sum);
    }

    fn sum(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum.value() + self.other)
    }

    fn value(&self, average: bool) -> Option<f64> {
        let sum = self.sum()?;
        Some(if average { sum / self.count as f64 } else { sum })
    }
}

/// The places of a column that have a value and pass the filter.
fn each(values: &Float64Array, filter: Option<&BooleanArray>, mut take: impl FnMut(usize, f64)) {
    if values.null_count() == 0 && filter.is_none() {
        values.values().iter().enumerate().for_each(|(i, v)| take(i, *v));
        return;
    }
    let passes = |i: usize| filter.is_none_or(|f| f.is_valid(i) && f.value(i));
    for (i, value) in values.iter().enumerate() {
        if let Some(value) = value
            && passes(i)
        {
            take(i, value);
        }
    }
}

fn floats(values: &[ArrayRef]) -> Result<&Float64Array> {
    match values.first().and_then(|v| v.as_primitive_opt::<Float64Type>()) {
        Some(floats) => Ok(floats),
        None => exec_err!("a sum of numbers got something else"),
    }
}

fn states(values: &[ArrayRef]) -> Result<(&Float64Array, &Int64Array)> {
    match (floats(values)?, values.get(1).and_then(|v| v.as_primitive_opt::<Int64Type>())) {
        (sums, Some(counts)) => Ok((sums, counts)),
        _ => exec_err!("a sum of numbers got something else"),
    }
}

#[derive(Debug)]
struct ExactOne {
    total: Total,
    average: bool,
}

impl Accumulator for ExactOne {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        each(floats(values)?, None, |_, v| self.total.add(v));
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        each(floats(values)?, None, |_, v| self.total.retract(v));
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64(self.total.value(self.average)))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Float64(self.total.sum()), ScalarValue::Int64(Some(self.total.count))])
    }

    fn merge_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let (sums, counts) = states(values)?;
        each(sums, None, |i, sum| self.total.merge(sum, counts.value(i)));
        Ok(())
    }

    fn size(&self) -> usize {
        size_of::<Self>()
    }
}

#[derive(Debug)]
struct ExactDistinct {
    seen: HashSet<u64>,
    average: bool,
}

impl Accumulator for ExactDistinct {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        // 0 and -0 are one value.
        each(floats(values)?, None, |_, v| {
            self.seen.insert((v + 0.0).to_bits());
        });
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let mut total = Total::default();
        self.seen.iter().for_each(|bits| total.add(f64::from_bits(*bits)));
        Ok(ScalarValue::Float64(total.value(self.average)))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        exec_err!("a sum of distinct numbers cannot be made in parts")
    }

    fn merge_batch(&mut self, _: &[ArrayRef]) -> Result<()> {
        exec_err!("a sum of distinct numbers cannot be made in parts")
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.seen.capacity() * size_of::<u64>() * 2
    }
}

#[derive(Debug)]
struct ExactGroups {
    totals: Vec<Total>,
    average: bool,
}

impl ExactGroups {
    fn add(
        &mut self,
        values: &Float64Array,
        groups: &[usize],
        filter: Option<&BooleanArray>,
        count: usize,
        mut put: impl FnMut(&mut Total, usize, f64),
    ) {
        self.totals.resize(count.max(self.totals.len()), Total::default());
        let totals = &mut self.totals;
        each(values, filter, |i, v| {
            if let Some(total) = groups.get(i).and_then(|g| totals.get_mut(*g)) {
                put(total, i, v);
            }
        });
    }
}

impl GroupsAccumulator for ExactGroups {
    fn update_batch(&mut self, values: &[ArrayRef], groups: &[usize], filter: Option<&BooleanArray>, count: usize) -> Result<()> {
        self.add(floats(values)?, groups, filter, count, |total, _, v| total.add(v));
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let totals = emit_to.take_needed(&mut self.totals);
        Ok(Arc::new(totals.iter().map(|t| t.value(self.average)).collect::<Float64Array>()))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let totals = emit_to.take_needed(&mut self.totals);
        let sums: Float64Array = totals.iter().map(Total::sum).collect();
        let counts: Int64Array = totals.iter().map(|t| Some(t.count)).collect();
        Ok(vec![Arc::new(sums), Arc::new(counts)])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], count: usize) -> Result<()> {
        let (sums, counts) = states(values)?;
        self.add(sums, groups, None, count, |total, i, sum| total.merge(sum, counts.value(i)));
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let values = floats(values)?;
        let mut sums = vec![None; values.len()];
        each(values, filter, |i, v| {
            if let Some(slot) = sums.get_mut(i) {
                *slot = Some(v);
            }
        });
        let counts: Int64Array = sums.iter().map(|s| Some(i64::from(s.is_some()))).collect();
        Ok(vec![Arc::new(Float64Array::from(sums)), Arc::new(counts)])
    }

    fn size(&self) -> usize {
        self.totals.capacity() * size_of::<Total>()
    }
}
