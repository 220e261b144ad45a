//! The oracle gives the worked values of the contract (formulas.md §9): it is worth no more than its own reading.

use smalt_formula::parse;
use smalt_model::days_from_civil;
use smalt_oracle::{Cells, Dimension, Level, Metric, Model, Property, Scope, Type, Value, solve};

/// A model of one dimension `D` with so many items `1`, `2`, …
fn line(items: usize) -> Model {
    let mut model = Model::default();
    add(&mut model, "D", &(1..=items).map(|i| i.to_string()).collect::<Vec<_>>());
    model
}

fn add(model: &mut Model, name: &str, items: &[String]) -> usize {
    model.dimensions.push(Dimension::new(name, items.to_vec()));
    model.dimensions.len() - 1
}

fn metric(model: &mut Model, name: &str, dims: &[usize], values: &[Option<f64>]) {
    let coordinates = model.coordinates(dims);
    let cells: Cells = coordinates.into_iter().zip(values).filter_map(|(c, v)| Some((c, Value::Number((*v)?)))).collect();
    model.metrics.push(Metric { name: name.to_owned(), ty: Type::Number, dims: dims.to_vec(), formula: None, cells });
}

/// What a formula gives, coordinate by coordinate.
fn values(model: &Model, formula: &str) -> Vec<Option<Value>> {
    let cells = solve(model).unwrap();
    let block = Scope::new(model, &cells).eval(&parse(formula).unwrap()).unwrap();
    model.coordinates(&block.dims).iter().map(|c| block.cells.get(c).cloned()).collect()
}

fn numbers(model: &Model, formula: &str) -> Vec<Option<f64>> {
    values(model, formula).iter().map(|v| v.as_ref().and_then(Value::number)).collect()
}

fn truths(model: &Model, formula: &str) -> Vec<Option<bool>> {
    values(model, formula).iter().map(|v| v.as_ref().and_then(Value::truth)).collect()
}

fn some(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().map(|v| Some(*v)).collect()
}

#[test]
fn blank_in_arithmetic() {
    let mut model = line(3);
    metric(&mut model, "A", &[0], &[Some(5.0), None, None]);
    metric(&mut model, "B", &[0], &[None, Some(7.0), None]);
    assert_eq!(numbers(&model, "A + B"), [Some(5.0), Some(7.0), None]);
    assert_eq!(numbers(&model, "A - B"), [Some(5.0), Some(-7.0), None]);
    assert_eq!(numbers(&model, "A * B"), [None, None, None]);
    assert_eq!(numbers(&model, "A + 100"), [Some(105.0), None, None]);
    assert_eq!(numbers(&model, "A * 2"), [Some(10.0), None, None]);
    assert_eq!(numbers(&model, "IF(A > 1, 2, 3)"), [Some(2.0), Some(3.0), Some(3.0)]);
    assert_eq!(truths(&model, "ISBLANK(A)"), [Some(false), Some(true), Some(true)]);
    assert_eq!(truths(&model, "ISDEFINED(A)"), [Some(true), None, None]);
    assert_eq!(numbers(&model, "IFDEFINED(A, 1)"), [Some(1.0), None, None]);
    assert_eq!(numbers(&model, "-2^2"), [Some(-4.0)]);
    assert_eq!(numbers(&model, "2^-1"), [Some(0.5)]);
    assert_eq!(numbers(&model, "2^3^2"), [Some(512.0)]);
    assert_eq!(numbers(&model, "ROUND(2.365, 2)"), [Some(2.37)]);
}

#[test]
fn a_narrower_term_adds_what_it_has() {
    let mut model = line(1);
    let product = add(&mut model, "Product", &["P1".to_owned(), "P2".to_owned()]);
    metric(&mut model, "A", &[0, product], &[Some(5.0), None]);
    metric(&mut model, "B", &[product], &[Some(1.0), Some(2.0)]);
    assert_eq!(numbers(&model, "A + B"), [Some(6.0), None]);
}

#[test]
fn filters_and_choices() {
    let mut model = line(4);
    metric(&mut model, "Revenue", &[0], &[Some(10.0), Some(10.0), Some(10.0), None]);
    metric(&mut model, "Cost", &[0], &[Some(2000.0), Some(500.0), None, None]);
    metric(&mut model, "Status", &[0], &[Some(0.0), Some(1.0), Some(7.0), None]);
    assert_eq!(numbers(&model, "Revenue[EXCLUDE: Cost > 1000]"), [None, Some(10.0), Some(10.0), None]);
    assert_eq!(numbers(&model, "Revenue[FILTER: Cost <= 1000]"), [None, Some(10.0), None, None]);
    let text = |t: &str| Some(Value::Text(t.to_owned()));
    assert_eq!(values(&model, "SWITCH(Status, 0, \"Inactive\", 1, \"Active\")"), [text("Inactive"), text("Active"), None, None]);
    metric(&mut model, "X", &[0], &[Some(1.0), Some(2.0), Some(3.0), Some(10.0)]);
    assert_eq!(numbers(&model, "X[REMOVE MEDIAN: D]"), [Some(2.5)]);
}

#[test]
fn along_a_line() {
    let mut model = line(3);
    let priority = vec![Some(Value::Integer(3)), Some(Value::Integer(1)), Some(Value::Integer(2))];
    model.dimensions[0].properties.push(Property { name: "Priority".to_owned(), ty: Type::Integer, values: priority });
    metric(&mut model, "Inventory", &[0], &some(&[30.0, 48.0, 24.0]));
    assert_eq!(numbers(&model, "CUMULATE(Inventory, D)"), some(&[30.0, 78.0, 102.0]));
    assert_eq!(numbers(&model, "CUMULATE(Inventory, D ON D.Priority)"), some(&[102.0, 48.0, 72.0]));

    let mut model = line(8);
    let salary = [None, None, Some(5000.0), Some(5000.0), Some(5250.0), Some(5250.0), None, None];
    metric(&mut model, "Salary", &[0], &salary);
    let filled = [None, None, Some(5000.0), Some(5000.0), Some(5250.0), Some(5250.0), Some(5250.0), Some(5250.0)];
    assert_eq!(numbers(&model, "FILLFORWARD(Salary, D)"), filled);

    let mut model = line(2);
    metric(&mut model, "Pay", &[0], &some(&[110.0, 121.0]));
    metric(&mut model, "X", &[0], &[None, Some(2.0)]);
    metric(&mut model, "Y", &[0], &some(&[0.0, 2.0]));
    let npv = numbers(&model, "NPV(0.1, Pay)");
    assert!((npv[0].unwrap() - 200.0).abs() < 1e-9 && npv[1].is_none());
    assert_eq!(numbers(&model, "MOVINGAVERAGE(X, 2)"), [None, Some(2.0)]);
    assert_eq!(numbers(&model, "MOVINGAVERAGE(Y, 2)"), [Some(0.0), Some(1.0)]);
}

#[test]
fn up_and_down() {
    let mut model = line(3);
    let region = add(&mut model, "Region", &["R".to_owned()]);
    let values = vec![Some(Value::Item(region, 0)); 3];
    model.dimensions[0].properties.push(Property { name: "Region".to_owned(), ty: Type::Item(region), values });
    metric(&mut model, "Target", &[region], &[Some(12.0)]);
    assert_eq!(numbers(&model, "Target[BY CONSTANT: D.Region]"), some(&[12.0, 12.0, 12.0]));
    assert_eq!(numbers(&model, "Target[BY SPLIT: D.Region]"), some(&[4.0, 4.0, 4.0]));

    let mut model = line(6);
    let team = add(&mut model, "Team", &["Sales".to_owned(), "R&D".to_owned()]);
    metric(&mut model, "FTE", &[team, 0], &some(&[1.5, 2.0, 2.0, 3.0, 3.0, 3.0, 5.0, 6.0, 8.0, 8.0, 8.0, 8.0]));
    metric(&mut model, "Offset", &[team], &some(&[3.0, 1.0]));
    let moved = [None, None, None, Some(1.5), Some(2.0), Some(2.0), None, Some(5.0), Some(6.0), Some(8.0), Some(8.0), Some(8.0)];
    assert_eq!(numbers(&model, "FTE[BY: Team, SHIFT(D, Offset)]"), moved);
}

#[test]
fn periods_and_days() {
    let day = |month, day| days_from_civil(2020, month, day).unwrap();
    let mut model = line(12);
    model.dimensions[0].level = Some(Level::Month);
    let starts: Vec<i32> = (1..=12).map(|month| day(month, 1)).collect();
    let ends: Vec<i32> = (1..=12).map(|month| if month == 12 { day(12, 31) } else { day(month + 1, 1) - 1 }).collect();
    for (name, days) in [("Start Date", starts), ("End Date", ends)] {
        let values = days.into_iter().map(|d| Some(Value::Date(d))).collect();
        model.dimensions[0].properties.push(Property { name: name.to_owned(), ty: Type::Date, values });
    }
    let mut expected = vec![None; 12];
    expected[5] = Some(16.0 / 30.0);
    expected[6] = Some(13.0 / 31.0);
    assert_eq!(numbers(&model, "PRORATA(D, DATE(2020,6,15), DATE(2020,7,14))"), expected);

    let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"].map(str::to_owned);
    let weekday = add(&mut model, "Day of Week", &names);
    let cells = (0..7).map(|d| (vec![d], Value::Boolean(d < 5))).collect();
    model.metrics.push(Metric { name: "Works".to_owned(), ty: Type::Boolean, dims: vec![weekday], formula: None, cells });
    assert_eq!(numbers(&model, "NETWORKDAYS(DATE(2020,12,2), DATE(2020,12,7), Works)"), [Some(3.0)]);
}
