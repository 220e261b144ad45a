//! SUM and AVG of decimals: added in 256 bits, so that a part of a sum may be too large and the order of rows decides nothing. What does not
//! fit at the end ends the query.

use std::collections::HashSet;
use std::mem::size_of;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Decimal256Array, Int64Array};
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Decimal256Type, Field, FieldRef, Int64Type, i256};
use datafusion::arrow::error::ArrowError;
use datafusion::common::{Result, ScalarValue, arrow_datafusion_err, exec_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

/// All digits that a decimal of 128 bits may have.
const MOST_DIGITS: u8 = 38;
/// What an average has behind the point beyond its terms.
const MORE_DIGITS: i8 = 4;
/// A sum on its way from one part of a query to another: any sum of 2^64 decimals fits.
const STATE: DataType = DataType::Decimal256(76, 0);

/// The type of an average of decimals: some more digits behind the point, none fewer before it.
pub(super) fn average_type(precision: u8, scale: i8) -> DataType {
    let room = i8::try_from(MOST_DIGITS.saturating_sub(precision)).unwrap_or(0);
    let more = MORE_DIGITS.min(room);
    DataType::Decimal128(precision.saturating_add(more.unsigned_abs()), scale.saturating_add(more))
}

/// What the sums of one aggregate become.
#[derive(Clone, Debug)]
pub(super) struct Kind {
    average: bool,
    /// The type of the result.
    ty: DataType,
    /// Digits behind the point that an average has beyond its terms.
    more: u32,
}

impl Kind {
    /// `None` where no decimals are added.
    pub(super) fn of(args: &AccumulatorArgs, average: bool) -> Option<Kind> {
        let (ty, term) = (args.return_field.data_type(), args.expr_fields.first()?.data_type());
        let (DataType::Decimal128(_, scale), DataType::Decimal128(_, own)) = (ty, term) else { return None };
        let more = u32::try_from(i16::from(*scale) - i16::from(*own)).ok()?;
        Some(Kind { average, ty: ty.clone(), more })
    }

    /// Whether decimals are added, as far as the fields of the state tell.
    pub(super) fn adds(args: &StateFieldsArgs) -> bool {
        let term = args.input_fields.first().map(|field| field.data_type());
        matches!((args.return_type(), term), (DataType::Decimal128(..), Some(DataType::Decimal128(..))))
    }

    fn result(&self, total: &Total) -> Result<Option<i128>> {
        if total.count == 0 {
            return Ok(None);
        }
        let result = if self.average { total.mean(self.more) } else { Some(total.sum) };
        let DataType::Decimal128(precision, _) = self.ty else { return exec_err!("a sum of decimals is none") };
        let most = 10i128.checked_pow(u32::from(precision)).map_or(i128::MAX, |power| power - 1);
        match result.and_then(i256::to_i128).filter(|units| units.unsigned_abs() <= most.unsigned_abs()) {
            Some(units) => Ok(Some(units)),
            None => Err(arrow_datafusion_err!(ArrowError::ArithmeticOverflow("a sum of decimals".to_owned()))),
        }
    }

    fn scalar(&self, units: Option<i128>) -> Result<ScalarValue> {
        match self.ty {
            DataType::Decimal128(precision, scale) => Ok(ScalarValue::Decimal128(units, precision, scale)),
            _ => exec_err!("a sum of decimals is none"),
        }
    }
}

/// What a part of a sum hands on.
pub(super) fn state_fields(args: &StateFieldsArgs) -> Vec<FieldRef> {
    vec![
        Field::new(format_state_name(args.name, "sum"), STATE, true).into(),
        Field::new(format_state_name(args.name, "count"), DataType::Int64, true).into(),
    ]
}

/// The units of a sum, and the number of its terms.
#[derive(Clone, Copy, Debug)]
struct Total {
    sum: i256,
    count: i64,
}

impl Default for Total {
    fn default() -> Total {
        Total { sum: i256::ZERO, count: 0 }
    }
}

impl Total {
    fn add(&mut self, units: i256, count: i64) {
        self.sum = self.sum.wrapping_add(units);
        self.count += count;
    }

    /// Rounded half away from zero, with so many more digits.
    fn mean(&self, more: u32) -> Option<i256> {
        let (above, count) = (self.sum.checked_mul(i256::from_i128(10).checked_pow(more)?)?, i256::from_i128(i128::from(self.count)));
        let (whole, rest) = (above.checked_div(count)?, above.checked_rem(count)?);
        let size = if rest < i256::ZERO { rest.checked_neg()? } else { rest };
        let away = if above < i256::ZERO { i256::MINUS_ONE } else { i256::ONE };
        if size.checked_add(size)? >= count { whole.checked_add(away) } else { Some(whole) }
    }
}

fn terms(values: &[ArrayRef]) -> Result<&Decimal128Array> {
    match values.first().and_then(|v| v.as_primitive_opt::<Decimal128Type>()) {
        Some(terms) => Ok(terms),
        None => exec_err!("a sum of decimals got something else"),
    }
}

fn states(values: &[ArrayRef]) -> Result<(&Decimal256Array, &Int64Array)> {
    let sums = values.first().and_then(|v| v.as_primitive_opt::<Decimal256Type>());
    match (sums, values.get(1).and_then(|v| v.as_primitive_opt::<Int64Type>())) {
        (Some(sums), Some(counts)) => Ok((sums, counts)),
        _ => exec_err!("a sum of decimals got something else"),
    }
}

/// The places of a column that have a value and pass the filter.
fn passing<'a>(column: &'a dyn Array, filter: Option<&'a BooleanArray>) -> impl Iterator<Item = usize> + 'a {
    (0..column.len()).filter(move |i| column.is_valid(*i) && filter.is_none_or(|f| f.is_valid(*i) && f.value(*i)))
}

fn arrays(totals: &[Total]) -> Vec<ArrayRef> {
    let sums = totals.iter().map(|t| Some(t.sum)).collect::<Decimal256Array>().with_data_type(STATE);
    vec![Arc::new(sums), Arc::new(Int64Array::from_iter_values(totals.iter().map(|t| t.count)))]
}

/// One sum or average.
#[derive(Debug)]
pub(super) struct DecimalOne {
    kind: Kind,
    total: Total,
    /// The terms that were added, where each counts once.
    seen: Option<HashSet<i128>>,
}

impl DecimalOne {
    pub(super) fn new(kind: Kind, distinct: bool) -> DecimalOne {
        DecimalOne { kind, total: Total::default(), seen: distinct.then(HashSet::new) }
    }
}

impl Accumulator for DecimalOne {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let terms = terms(values)?;
        for i in passing(terms, None) {
            if self.seen.as_mut().is_none_or(|seen| seen.insert(terms.value(i))) {
                self.total.add(i256::from_i128(terms.value(i)), 1);
            }
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let terms = terms(values)?;
        passing(terms, None).for_each(|i| self.total.add(i256::from_i128(-terms.value(i)), -1));
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        self.seen.is_none()
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.kind.scalar(self.kind.result(&self.total)?)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        if self.seen.is_some() {
            return exec_err!("a sum of distinct numbers cannot be made in parts");
        }
        Ok(vec![ScalarValue::Decimal256(Some(self.total.sum), 76, 0), ScalarValue::Int64(Some(self.total.count))])
    }

    fn merge_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        if self.seen.is_some() {
            return exec_err!("a sum of distinct numbers cannot be made in parts");
        }
        let (sums, counts) = states(values)?;
        passing(sums, None).for_each(|i| self.total.add(sums.value(i), counts.value(i)));
        Ok(())
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.seen.as_ref().map_or(0, |seen| seen.capacity() * size_of::<i128>() * 2)
    }
}

/// A sum or an average for each group.
#[derive(Debug)]
pub(super) struct DecimalGroups {
    kind: Kind,
    totals: Vec<Total>,
}

impl DecimalGroups {
    pub(super) fn new(kind: Kind) -> DecimalGroups {
        DecimalGroups { kind, totals: Vec::new() }
    }

    fn at(&mut self, groups: &[usize], place: usize, units: i256, count: i64) {
        if let Some(total) = groups.get(place).and_then(|group| self.totals.get_mut(*group)) {
            total.add(units, count);
        }
    }
}

impl GroupsAccumulator for DecimalGroups {
    fn update_batch(&mut self, values: &[ArrayRef], groups: &[usize], filter: Option<&BooleanArray>, count: usize) -> Result<()> {
        self.totals.resize(count.max(self.totals.len()), Total::default());
        let terms = terms(values)?;
        passing(terms, filter).for_each(|i| self.at(groups, i, i256::from_i128(terms.value(i)), 1));
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let totals = emit_to.take_needed(&mut self.totals);
        let results = totals.iter().map(|total| self.kind.result(total)).collect::<Result<Decimal128Array>>()?;
        Ok(Arc::new(results.with_data_type(self.kind.ty.clone())))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(arrays(&emit_to.take_needed(&mut self.totals)))
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], count: usize) -> Result<()> {
        self.totals.resize(count.max(self.totals.len()), Total::default());
        let (sums, counts) = states(values)?;
        passing(sums, None).for_each(|i| self.at(groups, i, sums.value(i), counts.value(i)));
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let terms = terms(values)?;
        let mut totals = vec![Total::default(); terms.len()];
        for i in passing(terms, filter) {
            if let Some(total) = totals.get_mut(i) {
                total.add(i256::from_i128(terms.value(i)), 1);
            }
        }
        Ok(arrays(&totals))
    }

    fn size(&self) -> usize {
        self.totals.capacity() * size_of::<Total>()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn kind(average: bool, precision: u8, scale: i8, more: u32) -> Kind {
        Kind { average, ty: DataType::Decimal128(precision, scale), more }
    }

    fn column(units: &[i128]) -> ArrayRef {
        Arc::new(Decimal128Array::from(units.to_vec()).with_precision_and_scale(38, 2).unwrap())
    }

    /// The result of all terms in one batch, and in two parts that are merged.
    fn results(kind: &Kind, units: &[i128]) -> Result<Option<i128>> {
        let units_of = |scalar: ScalarValue| match scalar {
            ScalarValue::Decimal128(units, ..) => units,
            other => unreachable!("{other:?}"),
        };
        let mut whole = DecimalOne::new(kind.clone(), false);
        whole.update_batch(&[column(units)]).unwrap();
        let (first, second) = units.split_at(units.len() / 2);
        let mut merged = DecimalGroups::new(kind.clone());
        for part in [second, first] {
            let mut one = DecimalOne::new(kind.clone(), false);
            one.update_batch(&[column(part)]).unwrap();
            let state: Vec<ArrayRef> = one.state().unwrap().iter().map(|s| s.to_array().unwrap()).collect();
            merged.merge_batch(&state, &[0], 1).unwrap();
        }
        let result = whole.evaluate().map(units_of);
        let other = merged.evaluate(EmitTo::All).map(|a| a.is_valid(0).then(|| a.as_primitive::<Decimal128Type>().value(0)));
        assert_eq!(result.as_ref().ok(), other.as_ref().ok());
        result
    }

    #[test]
    fn only_the_end_of_a_sum_must_fit() {
        let most = 10i128.pow(38) - 1;
        let sum = kind(false, 38, 2, 0);
        assert_eq!(results(&sum, &[most, most, -most, -1]).unwrap(), Some(most - 1));
        assert!(results(&sum, &[most, 1]).unwrap_err().to_string().contains("a sum of decimals"));
        assert_eq!(results(&sum, &[]).unwrap(), None);
        assert_eq!(results(&kind(true, 38, 2, 0), &[most, most, most]).unwrap(), Some(most));
    }

    #[test]
    fn averages_are_rounded_half_away_from_zero() {
        assert_eq!(results(&kind(true, 20, 2, 0), &[1, 2]).unwrap(), Some(2));
        assert_eq!(results(&kind(true, 20, 2, 0), &[-1, -2]).unwrap(), Some(-2));
        assert_eq!(results(&kind(true, 20, 2, 0), &[1, 1, 2]).unwrap(), Some(1));
        assert_eq!(results(&kind(true, 24, 6, 4), &[1, 1, 2]).unwrap(), Some(13_333));
        assert_eq!(average_type(18, 2), DataType::Decimal128(22, 6));
        assert_eq!(average_type(36, 2), DataType::Decimal128(38, 4));
        assert_eq!(average_type(38, 10), DataType::Decimal128(38, 10));
    }

    #[test]
    fn windows_give_back_what_leaves_them_and_distinct_terms_count_once() {
        let mut window = DecimalOne::new(kind(false, 38, 2, 0), false);
        window.update_batch(&[column(&[5, 7])]).unwrap();
        window.retract_batch(&[column(&[5])]).unwrap();
        assert_eq!(window.evaluate().unwrap(), ScalarValue::Decimal128(Some(7), 38, 2));
        window.retract_batch(&[column(&[7])]).unwrap();
        assert_eq!(window.evaluate().unwrap(), ScalarValue::Decimal128(None, 38, 2));
        let mut once = DecimalOne::new(kind(false, 38, 2, 0), true);
        once.update_batch(&[column(&[5, 7, 5])]).unwrap();
        assert_eq!(once.evaluate().unwrap(), ScalarValue::Decimal128(Some(12), 38, 2));
    }
}
