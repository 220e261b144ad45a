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

#[test]
fn conditions_on_items_leave_the_rows_that_they_leave_by_row() {
    let world = World::new();
    let conditions = [
        "SUBSTR(Store, 2, 1) = '1'",
        "CAST(SUBSTR(Store, 2) AS INT) % 2 = 1 AND Revenue > 3",
        "EXTRACT(YEAR FROM Store.Opened) < 2020",
        "UPPER(Store.Label) LIKE 'F%' OR Store.Country IS NULL",
        "CASE WHEN Month = '2024-01' THEN TRUE END",
        "LENGTH(Product) > 4 AND LENGTH(Store) = 2 AND Month <> '2024-02'",
        // The one store for which it fails has no cell.
        "10 / (5 - CAST(SUBSTR(Store, 2) AS INT)) > 2",
        "10 / (4 - CAST(SUBSTR(Store, 2) AS INT)) > 2",
        "CAST(Month AS INT) > 3",
    ];
    for view in [world.owner(), world.user(ANN), world.user(BOB)] {
        let answer = |sql: &str| match ask(&view, sql) {
            Ok(answer) => text(&answer),
            Err(error) => error.to_string(),
        };
        for condition in conditions {
            // A value in the condition keeps it with the rows.
            let by_row = format!("CASE WHEN Revenue = Revenue THEN {condition} END");
            for (select, end) in [
                ("Revenue, Store", ""),
                ("Revenue", " ORDER BY Revenue LIMIT 2"),
                ("COUNT(*)", ""),
                ("Store.Country, SUM(Revenue), MAX(Revenue)", " GROUP BY 1"),
            ] {
                let moved = answer(&format!("SELECT {select} FROM Revenue WHERE {condition}{end}"));
                assert_eq!(moved, answer(&format!("SELECT {select} FROM Revenue WHERE {by_row}{end}")), "{condition}");
            }
        }
        let plan = answer("EXPLAIN SELECT Store, SUM(Revenue) FROM Revenue WHERE SUBSTR(Store, 2, 1) < '3' GROUP BY Store");
        assert!(plan.contains("MaskedAggregate") && plan.contains("filtered by items"), "{plan}");
    }
}

#[test]
fn a_condition_that_comes_to_true_or_false_is_taken() {
    let view = World::new().owner();
    let rows = |sql: &str| ask(&view, sql).unwrap().row_count();
    let join = "SELECT a.Revenue FROM Revenue a LEFT JOIN Price b ON b.Product = a.Product AND b.Month = a.Month";
    assert_eq!(rows(&format!("{join} WHERE b.Product IS NOT NULL")), 4);
    assert_eq!(rows(&format!("{join} WHERE b.Month = b.Month")), 4);
    assert_eq!(rows(&format!("{join} WHERE b.Product.Position IS NOT NULL")), 4);
    assert_eq!(rows(&format!("{join} WHERE b.Product IS NULL AND b.Month >= '2024-01'")), 0);
    assert_eq!(rows("SELECT Store.Code FROM Store LEFT JOIN Open ON Open.Store = Store.Code WHERE Open.Store IS NOT NULL"), 2);
    assert_eq!(rows("SELECT Amount FROM Ledger JOIN Country ON Country.Name = Ledger.Country WHERE Country.Name IS NOT NULL"), 2);
}
