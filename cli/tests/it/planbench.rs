//! PlanBench's own model, unchanged, against its expected answers.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, Int64Type};
use serde_json::Value;
use smalt::{Application, Options, Outcome, Session};

use crate::shared::{shared, skip};

/// Names in the model, names in the expected answers, keys in the order of their weights.
const RESULTS: [(&str, &str, &[&str]); 15] = [
    ("Revenue", "Revenue", &["Product", "Store", "Month"]),
    ("COGS", "COGS", &["Product", "Store", "Month"]),
    ("Gross Margin", "GrossMargin", &["Product", "Store", "Month"]),
    ("YTD", "YTD", &["Product", "Store", "Month"]),
    ("MA3", "MA3", &["Product", "Store", "Month"]),
    ("YoY", "YoY", &["Product", "Store", "Month"]),
    ("Forecast Volume", "ForecastVolume", &["Product", "Store", "Month"]),
    ("RevenueByCategoryCountry", "RevenueByCategoryCountry", &["Category", "Country", "Month"]),
    ("Net Revenue", "NetRevenue", &["Category", "Country", "Channel", "Month"]),
    ("OpexByDepartmentGroup", "OpexByDepartmentGroup", &["Department", "AccountGroup", "Month"]),
    ("Allocation", "Allocation", &["Department", "Category", "Country", "Month"]),
    ("Payroll", "Payroll", &["CostCentre", "Month"]),
    ("Opening", "Opening", &["Country", "Month"]),
    ("Interest", "Interest", &["Country", "Month"]),
    ("Closing", "Closing", &["Country", "Month"]),
];

#[test]
fn planbench_gives_the_expected_answers_with_any_number_of_threads() {
    let Some(bench) = shared("PlanBench", "planbench") else { return };
    let temporary = tempfile::tempdir().unwrap();
    let Some(data) = data(&bench, temporary.path()) else { return };
    let meta: Value = serde_json::from_str(&std::fs::read_to_string(data.join("meta.json")).unwrap()).unwrap();
    let all: Value = serde_json::from_str(&std::fs::read_to_string(bench.join("expected.json")).unwrap()).unwrap();
    let expected = &all[meta["scale"].as_f64().unwrap().to_string()];
    let model = std::fs::read_to_string(bench.join("model.sql")).unwrap();

    let mut bits: Vec<Vec<u64>> = Vec::new();
    for threads in [1, 2] {
        let app =
            Application::in_memory_with(Options { threads: Some(threads), folders: vec![data.clone()], ..Options::default() }).unwrap();
        let owner = app.owner_session().unwrap();
        owner.run(&model, &mut Outcome::default()).unwrap();
        for (name, of, keys) in RESULTS {
            let terms: Vec<String> = keys.iter().zip([2, 3, 5, 7]).map(|(k, w)| format!("{w} * CAST({k} AS BIGINT)")).collect();
            let query = format!("SELECT COUNT(*), SUM(\"{name}\"), SUM(\"{name}\" * (1 + ({}) % 97)) FROM \"{name}\"", terms.join(" + "));
            let found = rows(&owner, &query);
            assert_eq!(number(&found, 0), expected["T2"][of]["count"].as_f64().unwrap(), "count of {name}");
            close(number(&found, 1), &expected["T2"][of]["sum"], name);
            close(number(&found, 2), &expected["T2"][of]["wsum"], name);
        }
        bits.push(every_bit(&owner));
        people(&app, &owner, &expected["T4"]);
    }
    assert!(bits[0].len() > 100_000);
    assert!(bits[0] == bits[1], "one thread and two give other bits");
}

/// A folder of the benchmark's files: the one that `SMALT_PLANBENCH` names, or one made here at scale 0.01.
fn data(bench: &Path, temporary: &Path) -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("SMALT_PLANBENCH") {
        return Some(PathBuf::from(folder));
    }
    let python = std::env::var("SMALT_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let made =
        Command::new(&python).arg(bench.join("generate.py")).args(["--scale", "0.01", "--seed", "1", "--out"]).arg(temporary).output();
    match made {
        Ok(output) if output.status.success() => Some(temporary.to_owned()),
        _ => {
            skip(
                "PlanBench",
                &format!("`{python}` cannot run its generator (numpy and pyarrow are needed; SMALT_PYTHON or SMALT_PLANBENCH help)"),
            );
            None
        }
    }
}

/// Everybody's three totals (SPEC.md, T4).
fn people(app: &Arc<Application>, owner: &Session, expected: &Value) {
    let found = rows(owner, "SELECT Name, Id FROM \"User\" WHERE Id IS NOT NULL");
    let names: Vec<(String, i64)> = found
        .iter()
        .flat_map(|b| {
            let ids = b.column(1).as_primitive::<Int64Type>();
            texts(b, 0).into_iter().zip(ids.values().to_vec()).collect::<Vec<_>>()
        })
        .collect();
    let mut asked = 0;
    for (id, wanted) in expected.as_object().unwrap() {
        let (name, _) = names.iter().find(|(_, i)| i.to_string() == *id).unwrap();
        let session = app.session(name).unwrap();
        let first = rows(&session, "SELECT Product.Category, Month.Quarter, SUM(Revenue) FROM Revenue GROUP BY 1, 2");
        assert_eq!(count(&first), wanted["q1_rows"].as_u64().unwrap(), "user {id}");
        close(sum(&first, 2), &wanted["q1_sum"], id);
        let second = rows(&session, "SELECT COUNT(*) FROM Revenue");
        assert_eq!(number(&second, 0), wanted["q2_count"].as_f64().unwrap(), "user {id}");
        let third = rows(&session, "SELECT Store, SUM(Revenue) AS r FROM Revenue GROUP BY Store ORDER BY r DESC LIMIT 10");
        assert_eq!(count(&third), wanted["q3_rows"].as_u64().unwrap(), "user {id}");
        close(sum(&third, 1), &wanted["q3_sum"], id);
        asked += 1;
    }
    assert_eq!(asked, 20);
}

/// Every value of every result, with its place.
fn every_bit(owner: &Session) -> Vec<u64> {
    let mut out = Vec::new();
    for (name, _, keys) in RESULTS {
        for batch in rows(owner, &format!("SELECT * FROM \"{name}\"")) {
            let values = batch.column(keys.len()).as_primitive::<Float64Type>();
            out.extend(values.values().iter().map(|v| v.to_bits()));
            for key in 0..keys.len() {
                out.extend(texts(&batch, key).iter().map(|t| t.parse::<u64>().unwrap()));
            }
        }
    }
    out
}

fn rows(session: &Session, query: &str) -> Vec<RecordBatch> {
    let mut outcome = Outcome::default();
    session.run(query, &mut outcome).unwrap_or_else(|e| panic!("{e}\nin {query}"));
    outcome.tables.pop().unwrap().1.batches
}

fn texts(batch: &RecordBatch, column: usize) -> Vec<String> {
    let cast = arrow::compute::cast(batch.column(column), &arrow::datatypes::DataType::Utf8).unwrap();
    cast.as_string::<i32>().iter().map(|t| t.unwrap().to_owned()).collect()
}

fn count(batches: &[RecordBatch]) -> u64 {
    batches.iter().map(|b| b.num_rows() as u64).sum()
}

fn sum(batches: &[RecordBatch], column: usize) -> f64 {
    batches.iter().flat_map(|b| b.column(column).as_primitive::<Float64Type>().iter().flatten().collect::<Vec<_>>()).sum()
}

fn number(batches: &[RecordBatch], column: usize) -> f64 {
    let array = batches.iter().find(|b| b.num_rows() > 0).unwrap().column(column);
    match array.as_primitive_opt::<Float64Type>() {
        Some(numbers) => numbers.value(0),
        None => array.as_primitive::<Int64Type>().value(0) as f64,
    }
}

fn close(found: f64, expected: &Value, of: &str) {
    let expected = expected.as_f64().unwrap_or_else(|| panic!("{of}: nothing is expected"));
    assert!((found - expected).abs() <= 1e-6 * expected.abs().max(1e-9), "{of}: {found}, expected {expected}");
}
