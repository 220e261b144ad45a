//! MOVING… and SPREAD over many items: against sums and choices made window by window.

use smalt_model::Value;
use smalt_vault::ExactSum;

use crate::fixture::World;

const ITEMS: i64 = 400;

/// Hundredths at an item, where it has a cell; one is huge, so that a sum that has seen it must forget it.
fn units(item: i64) -> Option<i64> {
    match item {
        0..ITEMS if item % 7 == 3 => None,
        200 => Some(9_000_000_000_000_000_000),
        0..ITEMS => Some((item * 7_919) % 20_011 - 10_000),
        _ => None,
    }
}

fn number(item: i64) -> Option<f64> {
    units(item).map(|v| if item == 200 { 1e200 } else { v as f64 / 100.0 })
}

fn world(formula: &str, ty: &str) -> Vec<Option<Value>> {
    let items: String = (0..ITEMS).map(|i| format!(" D{i}")).collect();
    let cells = |of: &dyn Fn(i64) -> Option<String>| -> String { (0..ITEMS).filter_map(|i| Some(format!(" D{i}={}", of(i)?))).collect() };
    let world = World::new(&format!(
        "dim Day:{items}
        metric X NUMBER (Day):{}
        metric E DECIMAL38.2 (Day):{}
        metric W INTEGER (Day):{}
        formula It {ty} (Day): {formula}",
        cells(&|i| number(i).map(|v| format!("{v:e}"))),
        cells(&|i| units(i).map(|v| format!("{}{}.{:02}", if v < 0 { "-" } else { "" }, v.abs() / 100, v.abs() % 100))),
        cells(&|i| Some((i % 5 * 60 + 1).to_string())),
    ));
    let found = world.revision.cells(world.id("It")).unwrap();
    (0..ITEMS).map(|i| found.get(&[u32::try_from(i).unwrap()])).collect()
}

fn numbers(formula: &str) -> Vec<Option<f64>> {
    let number = |value: Option<Value>| match value {
        Some(Value::Number(v)) => Some(v),
        None => None,
        other => panic!("{other:?}"),
    };
    world(formula, "NUMBER").into_iter().map(number).collect()
}

/// The values in the window of an item.
fn window(item: i64, width: i64, offset: i64) -> Vec<f64> {
    (item + offset + 1 - width..=item + offset).filter_map(number).collect()
}

fn exactly(values: &[f64]) -> f64 {
    let mut sum = ExactSum::default();
    values.iter().for_each(|v| sum.add(*v));
    sum.value()
}

fn some(values: Vec<f64>, of: impl Fn(&[f64]) -> f64) -> Option<f64> {
    if values.is_empty() { None } else { Some(of(&values)) }
}

#[test]
fn long_windows_hold_what_is_in_them_and_nothing_else() {
    // As many as are added one after another give what is added in that order; more are rounded once.
    let sum = |v: &[f64]| if v.len() > 64 { exactly(v) } else { v.iter().sum() };
    let each = |of: &dyn Fn(i64) -> Option<f64>| (0..ITEMS).map(of).collect::<Vec<_>>();
    assert_eq!(numbers("MOVINGSUM(X, 150, -3, Day)"), each(&|i| some(window(i, 150, -3), sum)));
    assert_eq!(numbers("MOVINGSUM(X, 1000, 10, Day)"), each(&|i| some(window(i, 1000, 10), sum)));
    assert_eq!(numbers("MOVINGSUM(X, W, 0, Day)"), each(&|i| some(window(i, i % 5 * 60 + 1, 0), sum)));
    assert_eq!(numbers("MOVINGAVERAGE(X, 120, 0, Day)"), each(&|i| some(window(i, 120, 0), |v| sum(v) / v.len() as f64)));
    let most = |v: &[f64]| v.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let least = |v: &[f64]| v.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!(numbers("MOVINGMAX(X, 150, 0, Day)"), each(&|i| some(window(i, 150, 0), most)));
    assert_eq!(numbers("MOVINGMIN(X, W, 5, Day)"), each(&|i| some(window(i, i % 5 * 60 + 1, 5), least)));
}

#[test]
fn long_windows_of_decimals_are_exact() {
    for (formula, width) in [("MOVINGSUM(E, 150, 0, Day)", 150), ("MOVINGSUM(E, 30, 0, Day)", 30)] {
        let found: Vec<Option<i128>> = world(formula, "DECIMAL38.2")
            .into_iter()
            .map(|value| match value {
                Some(Value::Decimal(_, units)) => Some(units),
                _ => None,
            })
            .collect();
        let sum = |i: i64| (i + 1 - width..=i).filter_map(units).map(i128::from).reduce(|a, b| a + b);
        assert_eq!(found, (0..ITEMS).map(sum).collect::<Vec<_>>(), "{formula}");
    }
}

#[test]
fn shares_that_meet_are_rounded_once() {
    for (formula, count) in [("SPREAD(X, Day, 130)", &(|_| 130i64) as &dyn Fn(i64) -> i64), ("SPREAD(X, Day, W)", &|i| i % 5 * 60 + 1)] {
        let shares = |i: i64| -> Vec<f64> {
            (0..=i).filter(|from| from + count(*from) > i).filter_map(|from| Some(number(from)? / count(from) as f64)).collect()
        };
        assert_eq!(numbers(formula), (0..ITEMS).map(|i| some(shares(i), exactly)).collect::<Vec<_>>(), "{formula}");
    }
}
