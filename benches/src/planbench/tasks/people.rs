//! T4: twenty people ask for totals, each sees their own.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::{Value, json};
use smalt::Session;

use crate::Failure;
use crate::ask;
use crate::expected::{Numbers, differences};
use crate::harness::{Harness, Loaded};
use crate::line::Step;
use crate::memory;

/// Somebody who asks.
struct Person {
    name: String,
    id: String,
    kind: String,
    visibility: f64,
    bucket: String,
}

/// For every person the three questions run once as the owner and once as the person, in turns.
pub(crate) fn totals_by_person(harness: &mut Harness<'_>, loaded: &Loaded) -> Result<(), Failure> {
    let people = people(&loaded.owner)?;
    memory::reset_peak();
    if let Some(first) = people.first() {
        // The first touch of code and rights is nobody's.
        ask_totals(&loaded.app.session(&first.name)?)?;
    }
    let (mut secured, mut unsecured) = (0.0, 0.0);
    let mut wrong = Vec::new();
    let mut rows: Vec<Value> = Vec::new();
    let mut ratios: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for person in &people {
        let session = loaded.app.session(&person.name)?;
        let start = Instant::now();
        ask_totals(&loaded.owner)?;
        let between = Instant::now();
        let found = ask_totals(&session)?;
        let (all, own) = ((between - start).as_secs_f64(), between.elapsed().as_secs_f64());
        if let Some(expected) = &harness.expected {
            wrong.extend(
                differences(&found, &expected.numbers(&["T4", &person.id]), "").into_iter().map(|d| format!("user {}: {d}", person.id)),
            );
        }
        rows.push(json!({ "user": person.id.parse::<i64>().ok(), "kind": person.kind, "visibility": person.visibility, "bucket": person.bucket, "unsecured": all, "secured": own }));
        ratios.entry(&person.bucket).or_default().push(own / all);
        secured += own;
        unsecured += all;
    }
    let by_bucket: BTreeMap<&str, f64> = ratios.into_iter().map(|(bucket, r)| (bucket, median(r))).collect();
    let step = Step::new("T4", secured)
        .checked(harness.expected.as_ref().map(|_| wrong))
        .with("unsecured", json!(unsecured))
        .with("ratio_by_bucket", json!(by_bucket))
        .with("users", json!(rows));
    harness.emit(step)
}

fn people(owner: &Session) -> Result<Vec<Person>, Failure> {
    let found = ask::batches(owner, "SELECT User, CAST(User.Id AS VARCHAR), Kind, Visibility, Bucket FROM Asking ORDER BY Visibility;")?;
    let (names, ids, kinds) = (ask::texts(&found, 0)?, ask::texts(&found, 1)?, ask::texts(&found, 2)?);
    let (visible, buckets) = (ask::numbers(&found, 3)?, ask::texts(&found, 4)?);
    let all = names.into_iter().zip(ids).zip(kinds).zip(visible).zip(buckets);
    Ok(all.map(|((((name, id), kind), visibility), bucket)| Person { name, id, kind, visibility, bucket }).collect())
}

fn ask_totals(session: &Session) -> Result<Numbers, Failure> {
    let by_category = ask::batches(session, "SELECT Product.Category, Month.Quarter, SUM(Revenue) FROM Revenue GROUP BY 1, 2;")?;
    let sums = ask::numbers(&by_category, 2)?;
    let count = ask::row(session, "SELECT COUNT(*) FROM Revenue;")?;
    let best = ask::batches(session, "SELECT Store, SUM(Revenue) AS total FROM Revenue GROUP BY Store ORDER BY total DESC LIMIT 10;")?;
    let totals = ask::numbers(&best, 1)?;
    Ok(Numbers::from([
        ("q1_rows".to_owned(), sums.len() as f64),
        ("q1_sum".to_owned(), sums.iter().sum()),
        ("q2_count".to_owned(), count.first().copied().unwrap_or(0.0)),
        ("q3_rows".to_owned(), totals.len() as f64),
        ("q3_sum".to_owned(), totals.iter().sum()),
    ]))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
