//! Answers do not depend on the way they are made.

use smalt_query::QueryOptions;

use crate::world::{World, query_blocking, text};

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
