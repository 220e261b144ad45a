//! DECIMALs and subsets in the oracle, on values worked by hand: it is worth no more than its own reading.

use smalt_formula::parse;
use smalt_oracle::{Cells, Decimal, Dimension, Metric, Model, Property, Scope, Subset, Type, Value, members, solve};

/// Four payees `1` to `4`, amounts of two digits and shares of four behind the point.
fn model() -> Model {
    let mut model = Model::default();
    model.dimensions.push(Dimension::new("D", (1..=4).map(|i| i.to_string()).collect()));
    put(&mut model, "A", 20, 2, &[Some(123_457), Some(-1), None, Some(250_000)]);
    put(&mut model, "S", 6, 4, &[Some(1_235), Some(1), Some(5_000), None]);
    put(&mut model, "L", 38, 0, &[Some(10i128.pow(37)), Some(9), None, None]);
    let cells = [(0, 3), (1, 7), (2, 0)].into_iter().map(|(c, v)| (vec![c], Value::Integer(v))).collect();
    model.metrics.push(Metric { name: "I".to_owned(), ty: Type::Integer, dims: vec![0], formula: None, cells });
    model
}

fn put(model: &mut Model, name: &str, precision: u8, scale: u8, units: &[Option<i128>]) {
    let value = |(at, units): (usize, &Option<i128>)| Some((vec![at], Value::Decimal(Decimal { units: (*units)?, scale })));
    let cells: Cells = units.iter().enumerate().filter_map(value).collect();
    model.metrics.push(Metric { name: name.to_owned(), ty: Type::Decimal { precision, scale }, dims: vec![0], formula: None, cells });
}

/// What a formula gives, coordinate by coordinate, as texts.
fn texts(model: &Model, formula: &str) -> Vec<String> {
    let cells = solve(model).unwrap();
    let block = Scope::new(model, &cells).eval(&parse(formula).unwrap()).unwrap();
    let text = |v: Option<&Value>| v.map_or("-".to_owned(), |v| v.shown(model));
    model.coordinates(&block.dims).iter().map(|c| text(block.cells.get(c))).collect()
}

#[test]
fn decimals_are_exact_or_rounded_half_away_from_zero() {
    let model = model();
    assert_eq!(texts(&model, "A + A"), ["2469.14", "-0.02", "-", "5000"]);
    assert_eq!(texts(&model, "A + S"), ["1234.6935", "-0.0099", "0.5", "2500"]);
    // 411.52333… and -0.00333…; 1234.57 * 0.1235 = 152.469395.
    assert_eq!(texts(&model, "A / I * 1"), ["411.52", "0", "-", "-"]);
    assert_eq!(texts(&model, "A * S"), ["152.4694", "0", "-", "-"]);
    // Each step is rounded: 411.52 * 3.
    assert_eq!(texts(&model, "A / I * I"), ["1234.56", "0", "-", "-"]);
    assert_eq!(texts(&model, "S[REMOVE AVG: D]"), ["0.2079"]);
    assert_eq!(texts(&model, "S[REMOVE MEDIAN: D]"), ["0.1235"]);
    assert_eq!(texts(&model, "S[FILTER: S > 0.01][REMOVE MEDIAN: D]"), ["0.3118"]);
    assert_eq!(
        texts(&model, "ROUND(A, 1) & \" \" & ROUND(A, -2) & \" \" & ROUND(A)"),
        ["1234.6 1200 1235", "0 0 0", "-", "2500 2500 2500"]
    );
    assert_eq!(texts(&model, "FLOOR(A) & \" \" & CEILING(A)"), ["1234 1235", "-1 0", "-", "2500 2500"]);
    assert_eq!(texts(&model, "S ^ 2"), ["0.0153", "0", "0.25", "-"]);
    assert_eq!(texts(&model, "MOD(A, 7) & \" \" & QUOTIENT(A, 7)"), ["2.57 176", "6.99 0", "-", "1 357"]);
    assert_eq!(texts(&model, "100[ADD SPLIT ON S: D]"), ["19.8044", "0.016", "80.1796", "-"]);
    assert_eq!(texts(&model, "A = 1234.57"), ["TRUE", "FALSE", "-", "FALSE"]);
}

#[test]
fn what_has_too_many_digits_is_blank() {
    let mut model = model();
    assert_eq!(texts(&model, "L * 10"), ["-", "90", "-", "-"]);
    assert_eq!(texts(&model, "L + A"), ["-", "8.99", "-", "2500"]);
    // A metric keeps what its digits hold.
    let formula = Some("A * 10".to_owned());
    let ty = Type::Decimal { precision: 6, scale: 1 };
    model.metrics.push(Metric { name: "F".to_owned(), ty, dims: vec![0], formula, cells: Cells::new() });
    assert_eq!(texts(&model, "F"), ["12345.7", "-0.1", "-", "25000"]);
    if let Some(metric) = model.metrics.last_mut() {
        metric.ty = Type::Decimal { precision: 5, scale: 1 };
    }
    assert_eq!(texts(&model, "F"), ["-", "-0.1", "-", "-"]);
}

#[test]
fn a_subset_has_the_items_for_which_its_condition_is_true() {
    let mut model = model();
    let values = [Some(1), None, Some(1), Some(2)].map(|v| v.map(Value::Integer)).to_vec();
    model.dimensions[0].properties.push(Property { name: "Kind".to_owned(), ty: Type::Integer, values });
    let subset = |of: usize, condition: &str| Some(Subset { of, condition: condition.to_owned(), items: Vec::new() });
    model.dimensions.push(Dimension { subset: subset(0, "D.Kind >= 1"), ..Dimension::new("E", Vec::new()) });
    model.dimensions.push(Dimension { subset: subset(1, "E.Kind = 1"), ..Dimension::new("F", Vec::new()) });
    for d in [1, 2] {
        let cells: Vec<Cells> = model.metrics.iter().map(|m| m.cells.clone()).collect();
        let items = members(&Scope::new(&model, &cells), d).unwrap();
        model.fill(d, items);
    }
    assert_eq!(model.dimensions[1].items, ["1", "3", "4"]);
    assert_eq!(model.dimensions[2].items, ["1", "3"]);
    assert_eq!(texts(&model, "A[TOSUBSET: E]"), ["1234.57", "-", "2500"]);
    assert_eq!(texts(&model, "S[TOSUBSET: F]"), ["0.1235", "0.5"]);
    assert_eq!(texts(&model, "S[TOSUBSET: E][TOSUBSET: F][TOPARENTLIST: D]"), ["0.1235", "-", "0.5", "-"]);
    assert_eq!(texts(&model, "CUMULATE(A[TOSUBSET: E], E)"), ["1234.57", "-", "3734.57"]);
    assert_eq!(texts(&model, "A[TOSUBSET: E][SELECT: E - 2]"), ["-", "-", "1234.57"]);
}
