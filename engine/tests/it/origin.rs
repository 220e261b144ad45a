//! EXPLAIN VALUE says what recalculation says: each part, computed at one coordinate, has the value that it has as a metric of its own, and what
//! is added up comes to the total.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Float64Type, Int64Type};
use smalt::{Outcome, Session};

use crate::random::Random;
use crate::world::World;

/// One row of an answer.
#[derive(Debug)]
struct Row {
    level: i64,
    part: String,
    value: Option<String>,
    share: Option<f64>,
    formula: Option<String>,
}

fn explained(session: &Session, statement: &str) -> Vec<Row> {
    let mut outcome = Outcome::default();
    session.run(statement, &mut outcome).unwrap_or_else(|e| panic!("{e}\nin: {statement}"));
    let batch = &outcome.tables[0].1.batches[0];
    let text = |column: usize, row: usize| {
        let column = batch.column(column).as_string::<i32>();
        column.is_valid(row).then(|| column.value(row).to_owned())
    };
    let shares = batch.column(4).as_primitive::<Float64Type>();
    (0..batch.num_rows())
        .map(|row| Row {
            level: batch.column(0).as_primitive::<Int64Type>().value(row),
            part: text(1, row).unwrap(),
            value: text(3, row),
            share: shares.is_valid(row).then(|| shares.value(row)),
            formula: text(5, row),
        })
        .collect()
}

const PRODUCTS: usize = 4;
const STORES: usize = 5;
const MONTHS: usize = 6;

fn model(random: &mut Random) -> World {
    let mut script = "
        CREATE CALENDAR FROM '2024-01-01' TO '2024-06-30' LEVELS (Month, Quarter, Year);
        CREATE DIMENSION Country (Name TEXT);
        CREATE DIMENSION Product (Name TEXT, Kind TEXT, Parent Product);
        CREATE DIMENSION Store (Name TEXT, Country Country, Rent NUMBER, Next Store) ORDER BY Rent DESC;
        INSERT INTO Country VALUES ('France'), ('Japan'), ('Peru');
        INSERT INTO Product VALUES ('P0', 'a', NULL), ('P1', 'b', 'P0'), ('P2', 'a', 'P1'), ('P3', NULL, 'P0');
        INSERT INTO Store VALUES ('S0', 'France', 3, NULL), ('S1', 'Japan', 1, 'S0'), ('S2', 'France', NULL, 'S1'), ('S3', NULL, 2, 'S0'),
            ('S4', 'Japan', 9, 'S1');
        CREATE METRIC Sales NUMBER BY (Product, Store, Month);
        CREATE METRIC Cost NUMBER BY (Product, Store, Month);
        CREATE METRIC Price NUMBER BY (Product, Month);
        CREATE METRIC Rate NUMBER BY (Country, Month);
        CREATE METRIC Home Country BY (Store, Month);
        CREATE METRIC Lag INTEGER BY (Store);
        CREATE METRIC Zero NUMBER BY (Product, Store, Month) AS 0[ADD: Product, Store, Month];
        CREATE LIST Orders (Product Product, Store Store, Month Month, Amount NUMBER);
        INSERT INTO Lag VALUES ('S0', 1), ('S1', 0), ('S2', 2), ('S4', -1);"
        .to_owned();
    let mut add = |into: &str, rows: Vec<String>| script.push_str(&format!("INSERT INTO {into} VALUES {};", rows.join(", ")));
    for metric in ["Sales", "Cost"] {
        let mut rows = Vec::new();
        for (p, s, m) in coordinates() {
            if random.percent(50) {
                rows.push(format!("('P{p}', 'S{s}', '2024-0{m}', {})", random.below(40) as i64 - 10));
            }
        }
        add(metric, rows);
    }
    let mut months = |of: &str, count: usize, value: &dyn Fn(&mut Random) -> String, names: &[&str]| {
        let mut rows = Vec::new();
        for name in names.iter().take(count) {
            for m in 1..=MONTHS {
                if random.percent(80) {
                    rows.push(format!("('{name}', '2024-0{m}', {})", value(random)));
                }
            }
        }
        add(of, rows);
    };
    let number = |random: &mut Random| format!("{}.5", random.below(9));
    let country = |random: &mut Random| format!("'{}'", random.pick(&["France", "Japan", "Peru"]));
    months("Price", 4, &number, &["P0", "P1", "P2", "P3"]);
    months("Rate", 3, &number, &["France", "Japan", "Peru"]);
    months("Home", 5, &country, &["S0", "S1", "S2", "S3", "S4"]);
    let orders = (0..30).map(|n| format!("('P{}', 'S{}', '2024-0{}', {n})", random.below(4), random.below(5), random.below(6) + 1));
    let orders = orders.collect();
    add("Orders", orders);
    World::with(&script)
}

fn coordinates() -> impl Iterator<Item = (usize, usize, usize)> {
    (0..PRODUCTS).flat_map(|p| (0..STORES).flat_map(move |s| (1..=MONTHS).map(move |m| (p, s, m))))
}

/// By Product, Store and Month, all of them numbers.
const FORMULAS: &[&str] = &[
    "Sales * Price",
    "Sales * Rate[BY: Store.Country]",
    "Sales + Rate[BY: Home]",
    "Sales[SELECT: Month - 1]",
    "Sales[SELECT: Store + 2]",
    "Sales[SELECT: Month.Quarter - 1]",
    "Sales[SELECT AVG: Month.Quarter]",
    "Sales[SELECT: Store.Next]",
    "Sales[BY: Store.Country][BY: Store.Country]",
    "Sales[BY: Store.Country, Product.Parent][BY: Store.Country, Product.Parent]",
    "Sales[BY AVG: Home, Month][BY: Home, Month]",
    "(Sales * Price)[BY: Store.Country][BY: Store.Country]",
    "(Sales * Price)[REMOVE: Store][ADD: Store]",
    "Sales[REMOVE: Store][REMOVE: Product][ADD: Product, Store]",
    "(Sales + Cost)[REMOVE MAX: Month][ADD: Month]",
    "Sales[REMOVE MEDIAN: Store][ADD: Store]",
    "Sales[REMOVE FIRST: Store][ADD: Store]",
    "Sales[REMOVE LASTNONBLANK: Month][ADD: Month]",
    "SUMOF(Sales)[ADD: Product, Store, Month] - Sales",
    "SUMOF(Sales * Price)[ADD: Product, Store, Month]",
    "COUNTBLANKOF(Sales)[ADD: Product, Store, Month] * 1.0",
    "CUMULATE(Sales, Month)",
    "CUMULATE(Sales, Month, Month.Quarter)",
    "CUMULATE(Sales, Store ON Store.Rent)",
    "CUMULATE(Sales, Store, Store.Country)",
    "CUMULATE(Sales * Price, Month, AVG)",
    "DECUMULATE(Sales, Month)",
    "YEARTODATE(Sales)",
    "QUARTERTODATE(Sales + Cost)",
    "MOVINGSUM(Sales, 3, Month)",
    "MOVINGAVERAGE(Sales, 2, 1, Month)",
    "MOVINGMAX(Sales, Lag + 2, Month)",
    "FILLFORWARD(Sales, Month)",
    "GROWTH(Sales, Month, 1)",
    "SPREAD(Sales, Month, 2)",
    "NPV(0.1, Sales, Month)",
    "RANK(Sales, Store) * 1.0",
    "ROLLUP(Sales, Product.Parent)",
    "ROLLUP(Sales * Price, Product.Parent, 0.5[ADD: Product])",
    "Price[ADD SPLIT: Store]",
    "Price[ADD SPLIT ON Store.Rent: Store]",
    "Rate[BY SPLIT: Store.Country][ADD: Product]",
    "Rate[BY SPLIT ON Store.Rent: Store.Country][ADD: Product]",
    "Sales[FILTER: CurrentValue > 3]",
    "Sales[EXCLUDE: Cost > 3][REMOVE: Month][ADD: Month]",
    "Sales[SELECT: Month.\"2024-02\"][ADD: Month]",
    "Sales[SELECT: Store.Country = Country.\"France\"][ADD: Store]",
    "IF(Sales > Cost, Sales, Price)",
    "IF(ISBLANK(Sales), Price * 2, CUMULATE(Cost, Month))",
    "IFBLANK(Sales, IFBLANK(Cost, Price))",
    "IFDEFINED(Home, Sales, Cost)",
    "SWITCH(Product.Kind, \"a\", Sales, \"b\", Cost, Price)",
    "MAX(Sales, Cost, Price)",
    "Sales[BY: SHIFT(Month, 1)]",
    "Sales[BY: Store, SHIFT(Month, Lag)]",
    "Store.Rent * Sales",
    "Orders.Amount[BY: Orders.Product, Orders.Store, Orders.Month]",
    "Orders.Amount[BY MAX: Orders.Store.Country, Orders.Month][BY: Store.Country][ADD: Product]",
    "(Orders.Amount * 2)[BY: Orders.Month][ADD: Product, Store]",
    "PREVIOUSOF(Sales, 1, Month) + Sales",
];

#[test]
fn a_part_at_one_coordinate_has_the_value_that_it_has_as_a_metric() {
    let mut random = Random::new(20_261_127);
    let world = model(&mut random);
    let owner = world.owner();
    let (mut compared, mut with_value) = (0, 0);
    for formula in FORMULAS {
        world.run(&format!(
            "CREATE METRIC Alone NUMBER BY (Product, Store, Month) AS {formula};
             CREATE METRIC Beside NUMBER BY (Product, Store, Month) AS ({formula}) + Zero * 1;"
        ));
        for _ in 0..8 {
            let (p, s, m) = (random.below(PRODUCTS), random.below(STORES), random.below(MONTHS) + 1);
            let at = format!("(Product = 'P{p}', Store = 'S{s}', Month = '2024-0{m}')");
            let rows = explained(&owner, &format!("EXPLAIN VALUE Beside AT {at}"));
            let alone = owner.cell("Alone", &[&format!("P{p}"), &format!("S{s}"), &format!("2024-0{m}")]).unwrap();
            let alone = alone.map(|value| match value {
                smalt::Value::Number(number) => smalt::format_number(number),
                other => panic!("{other:?}"),
            });
            // A formula that is a sum itself is one chain with what stands beside it in brackets.
            let first = rows.iter().find(|row| row.level == 1).unwrap();
            assert!(!first.part.contains("not all yours"), "{formula}");
            // What leads nowhere reads nothing, and is no row.
            let told = if first.part.trim_start() == "Zero" { None } else { first.value.clone() };
            assert_eq!(told, alone, "{formula} at {at}\n{rows:#?}");
            compared += 1;
            with_value += usize::from(alone.is_some());
            shares_come_to_the_whole(&rows, formula);
        }
        world.run("DROP METRIC Beside; DROP METRIC Alone;");
    }
    assert!(with_value * 2 > compared, "{with_value} of {compared} have a value");
}

/// Where each row below another has a share, they come to one.
fn shares_come_to_the_whole(rows: &[Row], formula: &str) {
    for (at, above) in rows.iter().enumerate() {
        let below: Vec<&Row> =
            rows[at + 1..].iter().take_while(|row| row.level > above.level).filter(|row| row.level == above.level + 1).collect();
        let shares: Vec<f64> = below.iter().filter_map(|row| row.share).collect();
        let is_sum = above.part.trim_start().starts_with("SUM") || above.part.contains("MOVINGSUM") || above.part.contains("TODATE");
        if is_sum && !shares.is_empty() {
            assert_eq!(shares.len(), below.len(), "{formula}: {rows:#?}");
            let sum: f64 = shares.iter().sum();
            assert!((sum - 1.0).abs() < 1e-5, "{formula}: {sum} {rows:#?}");
        }
    }
}

#[test]
fn a_long_way_back_is_told_without_a_deep_stack() {
    let world = World::with(
        "CREATE CALENDAR FROM '1900-01-01' TO '1989-12-31' LEVELS (Month);
         CREATE METRIC Flow NUMBER BY (Month) AS 1[ADD: Month];
         CREATE METRIC Stock NUMBER BY (Month) AS PREVIOUS(Month) + Flow;",
    );
    let rows = explained(&world.owner(), "EXPLAIN VALUE Stock AT (Month = '1989-12') DEPTH 4000000000");
    // Each month has its stock, its flow; that has nothing behind it.
    assert_eq!(rows.iter().filter(|row| row.part.trim_start() == "Stock").count(), 1080);
    assert_eq!(rows.last().unwrap().level, 1);
    assert!(rows.iter().all(|row| row.part.trim_start() == "Flow" || row.formula.as_deref() == Some("PREVIOUS(Month) + Flow")));
    // More than can be shown.
    world.run(
        "CREATE DIMENSION D (Name TEXT);
         CREATE METRIC Wide NUMBER BY (Month) AS CUMULATE(Stock, Month);
         CREATE METRIC Wider NUMBER BY (Month) AS CUMULATE(Wide, Month) + Wide + Stock;
         CREATE METRIC Widest NUMBER BY (Month) AS CUMULATE(Wider, Month);",
    );
    let rows = explained(&world.owner(), "EXPLAIN VALUE Widest AT (Month = '1989-12') DEPTH 4000000000");
    assert!(rows.len() <= 10_001, "{}", rows.len());
}
