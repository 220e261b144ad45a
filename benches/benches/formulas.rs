//! Families of formulas and of questions on a million cells, through the public library.
//!
//! A formula is timed as what its user waits for: its metric is created, which computes every cell, and dropped again. Criterion's
//! throughput is in cells of the operand.

use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use smalt::{Application, Outcome, Session};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// 100 products x 300 stores x 36 months, about nine in ten of the coordinates.
const PRODUCTS: usize = 100;
const STORES: usize = 300;
const MONTHS: usize = 36;

/// A name, the dimensions of the result, the formula.
const FORMULAS: [(&str, &str, &str); 10] = [
    ("product with a narrower metric", "Product, Store, Month", "Volume * Price"),
    ("product through a property", "Product, Store, Month", "Volume * Rate[BY: Store.Country]"),
    ("difference of equal cells", "Product, Store, Month", "Volume - Cost"),
    ("sum by group", "Category, Country, Month", "Volume[BY SUM: Product.Category, Store.Country]"),
    ("sum over a dimension", "Product, Month", "Volume[REMOVE: Store]"),
    ("running sum", "Product, Store, Month", "CUMULATE(Volume, Month)"),
    ("moving average", "Product, Store, Month", "IFDEFINED(Volume, MOVINGAVERAGE(Volume, 3, 0, Month))"),
    ("a year before", "Product, Store, Month", "Volume[SELECT: Month - 12]"),
    ("choice", "Product, Store, Month", "IF(Volume > 50, Volume, 0)"),
    ("rounding", "Product, Store, Month", "ROUND(Volume / 3, 2)"),
];

const QUESTIONS: [(&str, &str); 4] = [
    ("total by category and country", "SELECT Product.Category, Store.Country, SUM(Volume) FROM Volume GROUP BY 1, 2;"),
    ("top stores", "SELECT Store, SUM(Volume) AS total FROM Volume GROUP BY Store ORDER BY total DESC LIMIT 10;"),
    ("count", "SELECT COUNT(*) FROM Volume;"),
    ("filtered rows", "SELECT Product, SUM(Volume * 2) FROM Volume WHERE Store.Country = 'C3' GROUP BY 1;"),
];

fn run(session: &Session, script: &str) {
    let done = session.run(script, &mut Outcome::default());
    assert!(done.is_ok(), "{done:?}\n{script}");
}

/// Rows of VALUES in statements of a few thousand.
fn insert(session: &Session, into: &str, rows: impl Iterator<Item = String>) {
    let rows: Vec<String> = rows.collect();
    for part in rows.chunks(5_000) {
        run(session, &format!("INSERT INTO {into} VALUES {};", part.join(", ")));
    }
}

fn application() -> Option<(Arc<Application>, Session)> {
    let app = Application::in_memory().ok()?;
    let owner = app.owner_session().ok()?;
    run(
        &owner,
        "CREATE DIMENSION Category (Name TEXT); CREATE DIMENSION Country (Name TEXT); CREATE DIMENSION Month (Name TEXT);
         CREATE DIMENSION Product (Name TEXT, Category Category); CREATE DIMENSION Store (Name TEXT, Country Country);
         CREATE METRIC Volume NUMBER BY (Product, Store, Month); CREATE METRIC Price NUMBER BY (Product, Month);
         CREATE METRIC Rate NUMBER BY (Country, Month);",
    );
    insert(&owner, "Category", (0..10).map(|i| format!("('K{i}')")));
    insert(&owner, "Country", (0..20).map(|i| format!("('C{i}')")));
    insert(&owner, "Month", (0..MONTHS).map(|i| format!("('M{i:02}')")));
    insert(&owner, "Product", (0..PRODUCTS).map(|i| format!("('P{i:03}', 'K{}')", i % 10)));
    insert(&owner, "Store", (0..STORES).map(|i| format!("('S{i:03}', 'C{}')", i % 20)));
    let months = |name: String| (0..MONTHS).map(move |m| format!("('{name}', 'M{m:02}', {}.25)", 1 + m % 7));
    insert(&owner, "Price", (0..PRODUCTS).flat_map(|p| months(format!("P{p:03}"))));
    insert(&owner, "Rate", (0..20).flat_map(|c| months(format!("C{c}"))));
    let places = (0..PRODUCTS).flat_map(|p| (0..STORES).flat_map(move |s| (0..MONTHS).map(move |m| (p, s, m))));
    let kept = places.filter(|(p, s, m)| (p * 31 + s * 17 + m * 7) % 10 != 0);
    insert(&owner, "Volume", kept.map(|(p, s, m)| format!("('P{p:03}', 'S{s:03}', 'M{m:02}', {}.5)", (p * s + m) % 100)));
    run(
        &owner,
        "CREATE METRIC Cost NUMBER BY (Product, Store, Month) AS Volume * 0.75;
         CREATE USER 'half'; GRANT ROLE Reader TO USER 'half'; ALTER APPLICATION SET INHERITANCE OFF;
         CREATE METRIC Hidden ACCESS RIGHTS BY (User, Country);
         CREATE RULE half APPLY READ OF Hidden THROUGH Store.Country TO ALL METRICS WITH (Store);",
    );
    insert(&owner, "Hidden", (0..10).map(|c| format!("('half', 'C{}', '-.')", c * 2)));
    Some((app, owner))
}

fn benches(criterion: &mut Criterion) {
    let Some((app, owner)) = application() else { return };
    let cells = (PRODUCTS * STORES * MONTHS * 9 / 10) as u64;
    let mut group = criterion.benchmark_group("formulas");
    group.sample_size(10).throughput(Throughput::Elements(cells));
    for (name, dims, formula) in FORMULAS {
        let script = format!("BEGIN; CREATE METRIC Timed NUMBER BY ({dims}) AS {formula}; SELECT COUNT(*) FROM Timed; ROLLBACK;");
        group.bench_function(name, |b| b.iter(|| run(&owner, &script)));
    }
    group.finish();
    let Ok(half) = app.session("half") else { return };
    let mut group = criterion.benchmark_group("questions");
    group.sample_size(10).throughput(Throughput::Elements(cells));
    for (name, question) in QUESTIONS {
        group.bench_function(format!("{name}, everything readable"), |b| b.iter(|| run(&owner, question)));
        group.bench_function(format!("{name}, half of the stores hidden"), |b| b.iter(|| run(&half, question)));
    }
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
