//! Answers do not depend on the way they are made.

use smalt_query::QueryOptions;

use crate::world::{ANN, BOB, World, ask, query_blocking, text};

const PRODUCTS: [&str; 3] = ["Pear", "Apple", "Kale"];
const STORES: [&str; 5] = ["S3", "S1", "S2", "S4", "S5"];
const MONTHS: [&str; 4] = ["2024-01", "2024-02", "2024-03", "2024-04"];

fn world() -> World {
    let mut state = 88_172_645_463_325_252u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut cells = Vec::new();
    for p in PRODUCTS {
        for s in STORES {
            for m in MONTHS {
                if next() % 4 > 0 {
                    let scale = 10f64.powi((next() % 30) as i32 - 15);
                    cells.push((p, s, m, (next() % 100_000) as f64 / 7.0 * scale - 3.0 * scale));
                }
            }
        }
    }
    World::with(&cells)
}

#[test]
fn fused_and_plain_aggregates_have_the_same_bits() {
    let view = world().owner();
    let columns = "COUNT(*) AS n, SUM(Revenue) AS s, AVG(Revenue) AS a, MIN(Revenue) AS lo, MAX(Revenue) AS hi";
    for keys in
        ["Store", "Product.Category, Month.Quarter", "Store.Country, Store", "Store.Country.Region", "Store.Size", "Store.Label, Product"]
    {
        for filter in [
            "",
            " WHERE Store.Country = 'France'",
            " WHERE Month > '2024-02' AND Product IN ('Pear', 'Kale')",
            " WHERE Store.Country IS NULL",
        ] {
            let fused = format!("SELECT {keys}, {columns} FROM Revenue{filter} GROUP BY {keys} ORDER BY {keys}");
            let names = keys.split(", ").map(|k| format!("\"{k}\"")).collect::<Vec<_>>().join(", ");
            let plain = format!(
                "SELECT {names}, {columns} FROM (SELECT {keys}, Revenue FROM Revenue{filter} LIMIT 1000000) t GROUP BY {names} ORDER BY {names}"
            );
            let ask = |sql: &str, threads| {
                let options = QueryOptions { threads, ..QueryOptions::default() };
                text(&query_blocking(&view, sql, &options).unwrap())
            };
            assert_eq!(ask(&fused, 2), ask(&plain, 1), "{fused}");
            assert_eq!(ask(&fused, 1), ask(&plain, 2), "{fused}");
        }
    }
}

#[test]
fn groups_come_in_item_order() {
    let view = world().owner();
    crate::world::check(&view, "SELECT Store.Country FROM Revenue GROUP BY 1", "Store.Country\nJapan\nFrance\nGermany\n-");
    crate::world::check(&view, "SELECT DISTINCT Month.Quarter FROM Revenue", "Month.Quarter\n2024-Q1\n2024-Q2");
}

#[test]
fn aggregates_under_conditions_are_those_of_their_rows() {
    let world = world();
    let conditions = [
        "Month.Quarter = '2024-Q1'",
        "Store.Country IN ('France', 'Japan') AND Month > '2024-01'",
        "Store.Country IS NULL",
        "Product = 'Pear' AND Product <> 'Pear'",
        "Store.Size > 9 OR Store.Label LIKE 'F%'",
        // It fails for one store.
        "10 / (4 - CAST(SUBSTR(Store, 2) AS INT)) > 3",
    ];
    for view in [world.owner(), world.user(ANN), world.user(BOB)] {
        let answer = |sql: &str| match ask(&view, sql) {
            Ok(answer) => text(&answer),
            Err(error) => error.to_string(),
        };
        for condition in conditions {
            let aggregates = |when: &str| {
                format!(
                    "SUM(CASE WHEN {when} THEN Revenue END) AS a, SUM(CASE WHEN {when} THEN Revenue ELSE 0 END) AS b, \
                     COUNT(*) FILTER (WHERE {when}) AS c, COUNT(CASE WHEN {when} THEN 1 END) AS d, SUM(Revenue) AS e, \
                     AVG(Revenue) FILTER (WHERE {when}) AS f, MAX(CASE WHEN {when} THEN Revenue ELSE NULL END) AS g, \
                     MIN(Revenue) FILTER (WHERE {when}) AS h"
                )
            };
            for (keys, group) in
                [("", ""), ("Product, ", " GROUP BY Product"), ("Store.Country, Month, ", " GROUP BY Store.Country, Month")]
            {
                for filter in ["", " WHERE Month IN ('2024-02', '2024-03')", " WHERE Store = 'S4'", " WHERE Store = 'S9'"] {
                    let fused = format!("SELECT {keys}{} FROM Revenue{filter}{group}", aggregates(condition));
                    let plan = answer(&format!("EXPLAIN {fused}"));
                    assert!(plan.contains("MaskedAggregate") || plan.contains("EmptyExec"), "{plan}");
                    let names = keys.replace("Store.Country", "\"Store.Country\"");
                    let group = group.replace("Store.Country", "\"Store.Country\"");
                    let rows =
                        format!("SELECT Product, Store.Country, Month, {condition} AS w, Revenue FROM Revenue{filter} LIMIT 1000000");
                    let by_row = format!("SELECT {names}{} FROM ({rows}) t{group}", aggregates("w"));
                    let sort = |text: String| {
                        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
                        lines.sort_unstable();
                        lines
                    };
                    assert_eq!(sort(answer(&fused)), sort(answer(&by_row)), "{fused}");
                }
            }
        }
    }
}

#[test]
fn what_is_no_condition_on_items_is_not_fused() {
    let view = world().owner();
    for aggregate in [
        "SUM(CASE WHEN Revenue > 3 THEN Revenue END)",
        "SUM(CASE WHEN Store = 'S1' THEN 1 END)",
        "SUM(CASE WHEN Store = 'S1' THEN Revenue ELSE 1 END)",
        "AVG(CASE WHEN Store = 'S1' THEN Revenue ELSE 0 END)",
        "COUNT(CASE WHEN Store = 'S1' THEN 1 ELSE 0 END)",
        "COUNT(CASE WHEN Store = 'S1' THEN Store.Country END)",
        "SUM(Revenue) FILTER (WHERE Store = 'S1' OR Month = '2024-01')",
        "SUM(CASE WHEN Store = 'S1' THEN Revenue END) FILTER (WHERE Month = '2024-01')",
    ] {
        let plan = text(&ask(&view, &format!("EXPLAIN SELECT {aggregate} FROM Revenue")).unwrap());
        assert!(!plan.contains("MaskedAggregate"), "{aggregate}\n{plan}");
    }
}
