//! What is of one item is computed once an item, and gives what it would give by row.

use crate::world::{ANN, BOB, World, ask, text};

const EXPRESSIONS: [(&str, &str); 13] = [
    ("Revenue", "LENGTH(Store || Store.Label) + Store.Size"),
    ("Revenue", "CAST(SUBSTR(Store, 2) AS INT)"),
    ("Revenue", "TRY_CAST(Store AS INT)"),
    ("Revenue", "CAST(Store AS INT)"),
    ("Revenue", "CAST(SUBSTR(Month, 1, 4) AS DOUBLE) + 0.5"),
    ("Revenue", "LENGTH(Store.Label)"),
    ("Revenue", "Store.Size * 2 + Store.Size"),
    ("Revenue", "CAST(Store.Size AS INT)"),
    ("Revenue", "Store.Position + 1"),
    ("Revenue", "Month = '2024-01'"),
    ("Revenue", "EXTRACT(YEAR FROM Store.Opened)"),
    ("Ledger", "LENGTH(Country)"),
    ("Ledger", "CAST(Country AS INT)"),
];

#[test]
fn it_gives_what_it_gives_by_row() {
    let world = World::new();
    for view in [world.owner(), world.user(ANN), world.user(BOB)] {
        for (table, expression) in EXPRESSIONS {
            let ask = |sql: String| match ask(&view, &sql) {
                Ok(answer) => text(&answer),
                Err(error) => error.to_string(),
            };
            let value = if table == "Revenue" { "Revenue" } else { "Amount" };
            let moved = ask(format!("SELECT {expression} AS x, {value} FROM {table}"));
            let by_row = ask(format!("SELECT CASE WHEN {value} = {value} THEN {expression} END AS x, {value} FROM {table}"));
            assert_eq!(moved, by_row, "{expression}");
        }
    }
}

#[test]
fn a_plan_shows_where_it_is_computed() {
    let view = World::new().owner();
    let plan = |select: &str| text(&ask(&view, &format!("EXPLAIN SELECT {select} FROM Revenue")).unwrap());
    let found = plan("CAST(SUBSTR(Store, 2) AS INT) AS number, Revenue");
    assert!(found.contains("MaskedScan: Revenue, columns=[number, Revenue]"), "{found}");
    for other in ["UPPER(Store) AS number", "Revenue + Store.Size AS number", "LENGTH(Store) + LENGTH(Month) AS number", "Store AS number"]
    {
        let found = plan(other);
        assert!(!found.contains("columns=[number"), "{other}\n{found}");
    }
}

#[test]
fn groups_by_an_expression_are_those_of_its_rows() {
    let world = World::new();
    let columns = "COUNT(*) AS n, SUM(Revenue) AS s, AVG(Revenue) AS a, MIN(Revenue) AS lo, MAX(Revenue) AS hi";
    let cases: [&[&str]; 11] = [
        &["SUBSTR(Store, 1, 1)"],
        &["UPPER(Product)", "Store.Country"],
        &["EXTRACT(YEAR FROM Store.Opened)", "Store.Country"],
        &["CASE WHEN Store.Country IN ('France', 'Japan') THEN 'here' ELSE Store.Label END"],
        &["CASE WHEN Month.Quarter = '2024-Q1' THEN NULL ELSE Month END", "LENGTH(Month.Quarter)"],
        &["Store.Label LIKE '%ir%'", "Store.Label IS NULL"],
        &["Store.Position % 2", "Store.Country"],
        &["SUBSTR(Store, 2) || SUBSTR(Store, 1, 1)", "SUBSTR(Store, 2)"],
        // The one store for which it fails has no cell.
        &["10 / (5 - CAST(SUBSTR(Store, 2) AS INT))"],
        &["10 / (4 - CAST(SUBSTR(Store, 2) AS INT))"],
        &["CAST(Month AS INT)"],
    ];
    for view in [world.owner(), world.user(ANN), world.user(BOB)] {
        let answer = |sql: &str| match ask(&view, sql) {
            Ok(answer) => text(&answer),
            Err(error) => error.to_string(),
        };
        for keys in cases {
            let named: Vec<String> = (0..).zip(keys).map(|(n, key)| format!("{key} AS k{n}")).collect();
            let names = (0..keys.len()).map(|n| format!("k{n}")).collect::<Vec<_>>().join(", ");
            let (named, keys) = (named.join(", "), keys.join(", "));
            for filter in ["", " WHERE Product IN ('Pear', 'Kale')", " WHERE Store <> 'S4'", " WHERE Store = 'S9'"] {
                let fused = format!("SELECT {named}, {columns} FROM Revenue{filter} GROUP BY {keys} ORDER BY {names}");
                let plan = answer(&format!("EXPLAIN {fused}"));
                assert!(plan.contains("MaskedAggregate") || plan.contains("EmptyExec"), "{plan}");
                let rows = format!("SELECT {named}, Revenue FROM Revenue{filter} LIMIT 1000000");
                let by_row = format!("SELECT {names}, {columns} FROM ({rows}) t GROUP BY {names} ORDER BY {names}");
                assert_eq!(answer(&fused), answer(&by_row), "{fused}");
            }
        }
    }
}
