//! T6: single cells and single series, each under the reader's rights.

use std::collections::HashMap;
use std::time::Instant;

use serde_json::json;
use smalt::{Session, Value};

use crate::Failure;
use crate::ask;
use crate::expected::{Numbers, differences};
use crate::harness::{Harness, Loaded};
use crate::line::Step;
use crate::memory;

/// Reads that are not counted, first.
const WARM_UP: usize = 20;

/// Every read of the file: one cell, then the whole series that it stands in.
pub(crate) fn point_reads(harness: &mut Harness<'_>, loaded: &Loaded) -> Result<(), Failure> {
    let found = ask::batches(&loaded.owner, "SELECT User, Product, Store, Month FROM Reading;")?;
    let (users, products) = (ask::texts(&found, 0)?, ask::texts(&found, 1)?);
    let (stores, months) = (ask::texts(&found, 2)?, ask::texts(&found, 3)?);
    let mut sessions: HashMap<&str, Session> = HashMap::new();
    for user in &users {
        if !sessions.contains_key(user.as_str()) {
            sessions.insert(user, loaded.app.session(user)?);
        }
    }
    let reads: Vec<_> = users
        .iter()
        .zip(&products)
        .zip(stores.iter().zip(&months))
        .filter_map(|((user, product), (store, month))| Some((sessions.get(user.as_str())?, [product.as_str(), store, month])))
        .collect();
    memory::reset_peak();
    for (session, [product, store, month]) in reads.iter().take(WARM_UP) {
        session.cell("Revenue", &[product, store, month])?;
        session.series("Revenue", &[Some(product), Some(store), None])?;
    }
    let (mut cells, mut series) = (Vec::new(), Vec::new());
    let (mut cell_sum, mut row_count, mut row_sum) = (0.0, 0.0, 0.0);
    for (session, [product, store, month]) in &reads {
        let start = Instant::now();
        let value = session.cell("Revenue", &[product, store, month])?;
        cells.push(start.elapsed().as_secs_f64());
        cell_sum += number(value.as_ref());
        let start = Instant::now();
        let line = session.series("Revenue", &[Some(product), Some(store), None])?;
        series.push(start.elapsed().as_secs_f64());
        row_count += line.len() as f64;
        row_sum += line.iter().map(|(_, value)| number(Some(value))).sum::<f64>();
    }
    let got = Numbers::from([("cell_sum".to_owned(), cell_sum), ("row_count".to_owned(), row_count), ("row_sum".to_owned(), row_sum)]);
    let wrong = harness.expected.as_ref().map(|e| differences(&got, &e.numbers(&["T6"]), ""));
    for (task, mut times) in [("T6cell", cells), ("T6row", series)] {
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or(0.0) * 1e6;
        let step = Step::new(task, times.iter().sum()).checked(wrong.clone());
        harness.emit(step.with("p50_us", json!(at(0.5))).with("p99_us", json!(at(0.99))))?;
    }
    Ok(())
}

fn number(value: Option<&Value>) -> f64 {
    match value {
        Some(Value::Number(v)) => *v,
        _ => 0.0,
    }
}
