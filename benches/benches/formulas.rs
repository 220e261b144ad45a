//! Families of formulas and of questions on a million cells, through the public library.
//!
//! A formula is timed as what its user waits for: its metric is created, which computes every cell, and dropped again. Criterion's
//! throughput is in cells of the operand.

use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use smalt::{Application, Outcome, Session};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// 100 products x 300 stores x 36 months, about nine in ten of the coordinates.
const PRODUCTS: usize = 100;
const STORES: usize = 300;
const MONTHS: usize = 36;

/// A family and a name, the type and the dimensions of the result, the formula.
const FORMULAS: [(&str, &str, &str, &str); 58] = [
    ("arithmetic: a product with a narrower metric", "NUMBER", "Product, Store, Month", "Volume * Price"),
    ("arithmetic: a product through a property", "NUMBER", "Product, Store, Month", "Volume * Rate[BY: Store.Country]"),
    ("arithmetic: a difference of equal cells", "NUMBER", "Product, Store, Month", "Volume - Cost"),
    ("arithmetic: a chain of four terms", "NUMBER", "Product, Store, Month", "Volume - Cost + Volume / 7 - 1"),
    ("arithmetic: a power", "NUMBER", "Product, Store, Month", "Volume ^ 1.5"),
    ("logic: IF", "NUMBER", "Product, Store, Month", "IF(Volume > 50, Volume, 0)"),
    (
        "logic: SWITCH over items",
        "NUMBER",
        "Product, Store, Month",
        "Volume * SWITCH(Store.Country, Country.\"C1\", 1.5, Country.\"C2\", 2, 1)",
    ),
    ("logic: IFBLANK, which fills", "NUMBER", "Product, Store, Month", "IFBLANK(Volume, 0)"),
    ("logic: IN", "NUMBER", "Product, Store, Month", "IF(Volume IN (10 : 20), Volume)"),
    ("numbers: ROUND to digits", "NUMBER", "Product, Store, Month", "ROUND(Volume / 3, 2)"),
    ("numbers: SQRT", "NUMBER", "Product, Store, Month", "SQRT(Volume)"),
    ("numbers: MOD", "NUMBER", "Product, Store, Month", "MOD(Volume, 7)"),
    ("text: numbers as text", "TEXT", "Product, Store, Month", "TEXT(Volume, \"#,##0.00\")"),
    ("text: joined", "TEXT", "Product, Store, Month", "Store.Label & \"-\" & Volume"),
    ("text: UPPER and LEFT", "TEXT", "Product, Store, Month", "IFDEFINED(Volume, UPPER(LEFT(Store.Label, 4)))"),
    ("dates: EDATE and YEAR", "NUMBER", "Product, Store, Month", "Volume * YEAR(EDATE(Store.Opened, 5))"),
    ("dates: PRORATA", "NUMBER", "Product, Store, Month", "Volume * PRORATA(Month, Store.Opened, Store.Closed)"),
    ("dates: NETWORKDAYS", "NUMBER", "Product, Store, Month", "Volume * NETWORKDAYS(Store.Opened, EDATE(Month.'Start Date', 1))"),
    ("look-up: TIMEDIM", "NUMBER", "Product, Store, Month", "IF(TIMEDIM(Store.Opened, Month) < Month, Volume)"),
    ("look-up: MATCH", "NUMBER", "Product, Store, Month", "IF(ISDEFINED(MATCH(Volume, Product.Weight)), Volume)"),
    ("grouping: SUM", "NUMBER", "Category, Country, Month", "Volume[BY SUM: Product.Category, Store.Country]"),
    ("grouping: SUM over a dimension", "NUMBER", "Product, Month", "Volume[REMOVE: Store]"),
    ("grouping: MAX", "NUMBER", "Product, Month", "Volume[REMOVE MAX: Store]"),
    ("grouping: MEDIAN", "NUMBER", "Product, Month", "Volume[REMOVE MEDIAN: Store]"),
    ("grouping: STDEVP", "NUMBER", "Product, Month", "Volume[REMOVE STDEVP: Store]"),
    ("grouping: COUNTUNIQUE", "NUMBER", "Product, Month", "1.0 * Volume[REMOVE COUNTUNIQUE: Store]"),
    ("grouping: FIRSTNONBLANK", "NUMBER", "Product, Month", "Volume[REMOVE FIRSTNONBLANK: Store]"),
    ("grouping: FIRST", "NUMBER", "Product, Month", "Volume[REMOVE FIRST: Store]"),
    ("grouping: TEXTLIST", "TEXT", "Product, Month", "(IFDEFINED(Volume, Store.Label))[REMOVE TEXTLIST: Store]"),
    ("allocation: SPLIT", "NUMBER", "Product, Store, Month", "Target[BY SPLIT: Store.Country]"),
    ("allocation: SPLIT ON", "NUMBER", "Product, Store, Month", "Target[BY SPLIT ON Volume: Store.Country]"),
    ("select: a year before", "NUMBER", "Product, Store, Month", "Volume[SELECT: Month - 12]"),
    ("select: the quarter before", "NUMBER", "Product, Store, Month", "Volume[SELECT: Month.Quarter - 1]"),
    ("select: one month", "NUMBER", "Product, Store", "Volume[SELECT: Month.\"2024-05\"]"),
    ("filter: FILTER with CurrentValue", "NUMBER", "Product, Store, Month", "Volume[FILTER: CurrentValue > 50]"),
    ("along: CUMULATE", "NUMBER", "Product, Store, Month", "CUMULATE(Volume, Month)"),
    ("along: CUMULATE with a group that differs by line", "NUMBER", "Product, Store, Month", "CUMULATE(Volume, Month, Price > 3)"),
    ("along: YEARTODATE", "NUMBER", "Product, Store, Month", "YEARTODATE(Volume)"),
    ("along: DECUMULATE", "NUMBER", "Product, Store, Month", "DECUMULATE(Volume, Month)"),
    ("along: GROWTH", "NUMBER", "Product, Store, Month", "GROWTH(Volume, Month, 12)"),
    ("along: FILLFORWARD", "NUMBER", "Product, Store, Month", "FILLFORWARD(Volume, Month)"),
    ("along: MOVINGAVERAGE over 3", "NUMBER", "Product, Store, Month", "MOVINGAVERAGE(Volume, 3, 0, Month)"),
    ("along: MOVINGSUM over 24", "NUMBER", "Product, Store, Month", "MOVINGSUM(Volume, 24, 0, Month)"),
    ("along: MOVINGSUM over a window that differs", "NUMBER", "Product, Store, Month", "MOVINGSUM(Volume, Price, 0, Month)"),
    ("along: SPREAD", "NUMBER", "Product, Store, Month", "SPREAD(Volume, Month, 12)"),
    ("along: RANK", "NUMBER", "Product, Store, Month", "1.0 * RANK(Volume)"),
    ("along: RANK by groups", "NUMBER", "Product, Store, Month", "1.0 * RANK(Volume, Store.Country, DESC)"),
    ("along: ROLLUP", "NUMBER", "Product, Store, Month", "ROLLUP(Volume, Product.Parent)"),
    ("along: PREVIOUS", "NUMBER", "Product, Store, Month", "IFDEFINED(Volume, PREVIOUS(Month) * 0.5 + Volume)"),
    ("whole block: SUMOF", "NUMBER", "Product, Store, Month", "Volume / SUMOF(Volume)"),
    ("finance: PMT", "NUMBER", "Product, Store, Month", "PMT(0.01, 36, Volume)"),
    ("finance: RATE", "NUMBER", "Product, Store, Month", "RATE(36, -Volume, Volume * 30)"),
    ("finance: NPV of all", "NUMBER", "Product, Store, Month", "NPV(0.01, Volume, ALL, Month)"),
    ("finance: IRR", "NUMBER", "Product, Store", "IRR(IF(Month = Month.\"2024-01\", -Volume * 20, Volume), Month)"),
    ("finance: XIRR", "NUMBER", "Product, Store", "XIRR(IF(Month = Month.\"2024-01\", -Volume * 20, Volume), Month.'Start Date', Month)"),
    ("statistics: NORMALCUMULATIVE", "NUMBER", "Product, Store, Month", "NORMALCUMULATIVE(Volume / 50 - 1)"),
    ("statistics: CORREL", "NUMBER", "Product, Store", "CORREL(Volume, Price, Month)"),
    ("statistics: PERCENTILE", "NUMBER", "Product, Store", "PERCENTILE(Volume, 0.9, Month)"),
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
        "CREATE DIMENSION Category (Name TEXT); CREATE DIMENSION Country (Name TEXT); 
         CREATE CALENDAR FROM '2024-01-01' TO '2026-12-31' LEVELS (Month, Quarter, Year);
         CREATE DIMENSION Product (Name TEXT, Category Category, Parent Product, Weight NUMBER);
         CREATE DIMENSION Store (Name TEXT, Country Country, Label TEXT, Opened DATE, Closed DATE);
         CREATE METRIC Volume NUMBER BY (Product, Store, Month); CREATE METRIC Price NUMBER BY (Product, Month);
         CREATE METRIC Rate NUMBER BY (Country, Month);
         CREATE METRIC Target NUMBER BY (Product, Country, Month);",
    );
    insert(&owner, "Category", (0..10).map(|i| format!("('K{i}')")));
    insert(&owner, "Country", (0..20).map(|i| format!("('C{i}')")));
    let month = |m: usize| format!("{}-{:02}", 2024 + m / 12, m % 12 + 1);
    let parent = |i: usize| if i == 0 { "NULL".to_owned() } else { format!("'P{:03}'", (i - 1) / 3) };
    insert(&owner, "Product", (0..PRODUCTS).map(|i| format!("('P{i:03}', 'K{}', {}, {i}.5)", i % 10, parent(i))));
    let dates = |i: usize| format!("'{}-{:02}-15', '{}-{:02}-20'", 2022 + i % 3, i % 12 + 1, 2025 + i % 2, i % 12 + 1);
    insert(&owner, "Store", (0..STORES).map(|i| format!("('S{i:03}', 'C{}', 'Store {i}', {})", i % 20, dates(i))));
    let months = |name: String| (0..MONTHS).map(move |m| format!("('{name}', '{}', {}.25)", month(m), 1 + m % 7));
    insert(&owner, "Price", (0..PRODUCTS).flat_map(|p| months(format!("P{p:03}"))));
    insert(&owner, "Rate", (0..20).flat_map(|c| months(format!("C{c}"))));
    let targets = (0..PRODUCTS).flat_map(|p| (0..20).flat_map(move |c| (0..MONTHS).map(move |m| (p, c, m))));
    insert(&owner, "Target", targets.map(|(p, c, m)| format!("('P{p:03}', 'C{c}', '{}', {})", month(m), p + c + m)));
    let places = (0..PRODUCTS).flat_map(|p| (0..STORES).flat_map(move |s| (0..MONTHS).map(move |m| (p, s, m))));
    let kept = places.filter(|(p, s, m)| (p * 31 + s * 17 + m * 7) % 10 != 0);
    insert(&owner, "Volume", kept.map(|(p, s, m)| format!("('P{p:03}', 'S{s:03}', '{}', {}.5)", month(m), (p * s + m) % 100)));
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
    // Many formulas, each some tenths of a second: a flat handful of runs of each.
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2)).throughput(Throughput::Elements(cells));
    for (name, ty, dims, formula) in FORMULAS {
        let script = format!("BEGIN; CREATE METRIC Timed {ty} BY ({dims}) AS {formula}; SELECT COUNT(*) FROM Timed; ROLLBACK;");
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
