//! Values as whole numbers that compare and equal as the values do, so that any type sorts as fast as an integer.

use std::collections::HashMap;

use rayon::slice::ParallelSliceMut;
use smalt_vault::{BLANK_BOOLEAN, BLANK_DATE, BLANK_DECIMAL, BLANK_INTEGER, BLANK_ITEM, BLANK_RIGHTS, Vector};

use crate::call::Facts;

/// The code of BLANK: above all others.
pub(super) const BLANK: u64 = u64::MAX;

/// The codes of a column's values. They are comparable within the column only.
pub(super) fn codes(values: &Vector, facts: &dyn Facts) -> Vec<u64> {
    match values {
        Vector::Number(v) => v.iter().map(|x| number(*x)).collect(),
        Vector::Integer(v) => v.iter().map(|x| integer(*x)).collect(),
        Vector::Decimal(_, v) => decimals(v),
        Vector::Text(v) => texts(v),
        Vector::Boolean(v) => v.iter().map(|x| if *x >= BLANK_BOOLEAN { BLANK } else { u64::from(*x) }).collect(),
        Vector::Rights(v) => v.iter().map(|x| if *x == BLANK_RIGHTS { BLANK } else { u64::from(*x) }).collect(),
        Vector::Date(v) => v.iter().map(|x| if *x == BLANK_DATE { BLANK } else { integer(i64::from(*x)) }).collect(),
        Vector::Item(dimension, v) => {
            let position = facts.position(*dimension);
            let place = |item: u32| position.get(item as usize).copied().filter(|p| *p != u32::MAX);
            v.iter().map(|x| if *x == BLANK_ITEM { BLANK } else { place(*x).map_or(BLANK, u64::from) }).collect()
        }
    }
}

/// Floats in their order, -0 as 0.
fn number(x: f64) -> u64 {
    if x.is_nan() {
        return BLANK;
    }
    let bits = (x + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | (1 << 63) }
}

/// Integers in their order; the place of the smallest, which is BLANK, is left out, so that none has the code of BLANK.
fn integer(x: i64) -> u64 {
    if x == BLANK_INTEGER { BLANK } else { (x.cast_unsigned() ^ (1 << 63)) - 1 }
}

/// Decimals are wider than a code: each has its place among those that occur.
fn decimals(values: &[i128]) -> Vec<u64> {
    let mut sorted: Vec<i128> = values.iter().copied().filter(|x| *x != BLANK_DECIMAL).collect();
    sorted.par_sort_unstable();
    sorted.dedup();
    let code = |x: &i128| sorted.binary_search(x).map_or(BLANK, |at| at as u64);
    values.iter().map(code).collect()
}

fn texts(values: &[Option<std::sync::Arc<str>>]) -> Vec<u64> {
    let mut known: HashMap<&str, u64> = HashMap::new();
    for text in values.iter().flatten() {
        known.entry(text.as_ref()).or_default();
    }
    let mut sorted: Vec<&str> = known.keys().copied().collect();
    sorted.par_sort_unstable();
    for (code, text) in (0u64..).zip(&sorted) {
        known.insert(text, code);
    }
    values.iter().map(|t| t.as_deref().and_then(|t| known.get(t).copied()).unwrap_or(BLANK)).collect()
}

/// The places of a column in the order of its values: ties keep their order, BLANK comes last.
pub(crate) fn order_of(values: &Vector, facts: &dyn Facts) -> Vec<usize> {
    let codes = codes(values, facts);
    let mut places: Vec<usize> = (0..values.len()).collect();
    places.par_sort_by_key(|at| codes.get(*at).copied().unwrap_or(BLANK));
    places
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn codes_compare_as_the_values_do() {
        let floats = [f64::MIN, -1.5, -0.0, 0.0, f64::MIN_POSITIVE, 2.0, f64::MAX];
        for (a, b) in floats.iter().flat_map(|a| floats.iter().map(move |b| (a, b))) {
            assert_eq!(number(*a).cmp(&number(*b)), a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal), "{a} {b}");
        }
        let whole = [-i64::MAX, -1, 0, 1, i64::MAX];
        for (a, b) in whole.iter().flat_map(|a| whole.iter().map(move |b| (a, b))) {
            assert_eq!(integer(*a).cmp(&integer(*b)), a.cmp(b), "{a} {b}");
        }
        assert!(number(f64::MAX) < BLANK && integer(i64::MAX) < BLANK);
        assert_eq!((number(f64::NAN), integer(BLANK_INTEGER)), (BLANK, BLANK));
    }

    #[test]
    fn texts_sort_by_code_point_and_blank_comes_last() {
        let all: Vec<Option<Arc<str>>> = ["b", "", "a", "b"].into_iter().map(|t| Some(t.into())).chain([None]).collect();
        assert_eq!(texts(&all), [2, 0, 1, 2, BLANK]);
    }
}
