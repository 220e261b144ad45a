//! Rows of one file at the same coordinate: their numbers added, or the last one alone.

use smalt_model::{Digits, Type};
use smalt_vault::{BLANK_DECIMAL, BLANK_INTEGER, ExactSum, Vector};

use super::super::column::Misfit;
use crate::statement::ast::Duplicates;

/// Whether values of a type can be added.
pub(crate) fn adds_up(ty: Type) -> bool {
    matches!(ty, Type::Number | Type::Integer | Type::Decimal { .. })
}

/// Each key once, with what its rows come to. `order`: the keys, ascending, each with the place of its row; of equal ones the earlier row first.
/// BLANK adds nothing; where all are BLANK the sum is.
pub(super) fn merge<K: Copy + PartialEq>(order: &[(K, usize)], values: &Vector, how: Duplicates) -> Result<(Vec<K>, Vector), Misfit> {
    let groups: Vec<&[(K, usize)]> = order.chunk_by(|a, b| a.0 == b.0).collect();
    let keys = groups.iter().filter_map(|group| group.first()).map(|(key, _)| *key).collect();
    let last = |group: &&[(K, usize)]| group.last().map_or(usize::MAX, |(_, place)| *place);
    let rows = |group: &&[(K, usize)]| group.iter().map(|(_, place)| *place).collect::<Vec<usize>>();
    let merged = match (how, values) {
        (Duplicates::Sum, Vector::Number(v)) => Vector::Number(groups.iter().map(|g| number(v, &rows(g))).collect::<Result<_, _>>()?),
        (Duplicates::Sum, Vector::Integer(v)) => Vector::Integer(groups.iter().map(|g| integer(v, &rows(g))).collect::<Result<_, _>>()?),
        (Duplicates::Sum, Vector::Decimal(digits, v)) => {
            Vector::Decimal(*digits, groups.iter().map(|g| decimal(v, *digits, &rows(g))).collect::<Result<_, _>>()?)
        }
        _ => values.take(&groups.iter().map(last).collect::<Vec<_>>()),
    };
    Ok((keys, merged))
}

fn too_large(rows: &[usize]) -> Misfit {
    Misfit::new(rows.last().copied().unwrap_or(0), "the sum of the rows at this coordinate is too large")
}

fn number(values: &[f64], rows: &[usize]) -> Result<f64, Misfit> {
    let given = rows.iter().filter_map(|row| values.get(*row)).filter(|value| !value.is_nan());
    let mut sum = ExactSum::default();
    given.for_each(|value| sum.add(*value));
    match sum.value() {
        _ if !sum.seen() => Ok(f64::NAN),
        total if total.is_finite() => Ok(total),
        _ => Err(too_large(rows)),
    }
}

fn integer(values: &[i64], rows: &[usize]) -> Result<i64, Misfit> {
    let mut given = rows.iter().filter_map(|row| values.get(*row)).filter(|value| **value != BLANK_INTEGER).peekable();
    if given.peek().is_none() {
        return Ok(BLANK_INTEGER);
    }
    let total: i128 = given.map(|value| i128::from(*value)).sum();
    i64::try_from(total).ok().filter(|total| *total != BLANK_INTEGER).ok_or_else(|| too_large(rows))
}

fn decimal(values: &[i128], digits: Digits, rows: &[usize]) -> Result<i128, Misfit> {
    let mut given = rows.iter().filter_map(|row| values.get(*row)).filter(|value| **value != BLANK_DECIMAL).peekable();
    if given.peek().is_none() {
        return Ok(BLANK_DECIMAL);
    }
    let total = given.try_fold(0i128, |total, value| total.checked_add(*value));
    total.filter(|total| digits.hold(*total)).ok_or_else(|| too_large(rows))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn rows_at_the_same_coordinate_are_added_or_the_last_one_holds() {
        let order = [(1, 0), (1, 2), (3, 1), (4, 3), (4, 4)];
        let numbers = Vector::Number(vec![0.1, 5.0, 0.2, f64::NAN, f64::NAN]);
        let (keys, sums) = merge(&order, &numbers, Duplicates::Sum).unwrap();
        assert_eq!(
            (keys.as_slice(), sums.get(0), sums.get(1), sums.is_blank(2)),
            (&[1, 3, 4][..], numbers_of(0.1 + 0.2), numbers_of(5.0), true)
        );
        let (_, last) = merge(&order, &numbers, Duplicates::Last).unwrap();
        assert_eq!((last.get(0), last.get(1), last.is_blank(2)), (numbers_of(0.2), numbers_of(5.0), true));
        let integers = Vector::Integer(vec![BLANK_INTEGER, 5, 7, -1, 1]);
        assert_eq!(merge(&order, &integers, Duplicates::Sum).unwrap().1, Vector::Integer(vec![7, 5, 0]));
        let digits = Digits { precision: 3, scale: 1 };
        let decimals = Vector::Decimal(digits, vec![990, 1, 9, BLANK_DECIMAL, BLANK_DECIMAL]);
        assert_eq!(merge(&order, &decimals, Duplicates::Sum).unwrap().1, Vector::Decimal(digits, vec![999, 1, BLANK_DECIMAL]));
        let texts = Vector::Text(["a", "b", "c", "d", "e"].map(|t| Some(t.into())).to_vec());
        assert_eq!(merge(&order, &texts, Duplicates::Last).unwrap().1, Vector::Text(["c", "b", "e"].map(|t| Some(t.into())).to_vec()));
    }

    #[test]
    fn a_sum_that_is_too_large_names_its_last_row() {
        let order = [(1, 0), (1, 1)];
        let digits = Digits { precision: 3, scale: 1 };
        for values in [
            Vector::Number(vec![1.7e308, 1.7e308]),
            Vector::Integer(vec![i64::MAX, 1]),
            Vector::Integer(vec![-i64::MAX, -1]),
            Vector::Decimal(digits, vec![990, 10]),
        ] {
            let misfit = merge(&order, &values, Duplicates::Sum).unwrap_err();
            assert_eq!((misfit.row, misfit.reason.contains("too large")), (1, true), "{values:?}");
        }
    }

    fn numbers_of(value: f64) -> Option<smalt_model::Value> {
        Some(smalt_model::Value::Number(value))
    }
}
