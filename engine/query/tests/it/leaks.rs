//! What a person may not see is in no answer, no error, no plan and no buffer.

use datafusion::arrow::array::{Array, ArrayData};
use smalt_query::{MaskedView, QueryOptions};

use crate::world::{ANN, BOB, CELLS, World, ask, check, query_blocking, refuse, text};

const FRANCE: [&str; 2] = ["S1", "S2"];

/// Questions of all kinds about `Revenue`, with those that fail.
const QUESTIONS: &[&str] = &[
    "SELECT * FROM Revenue",
    "SELECT COUNT(*) FROM Revenue",
    "SELECT COUNT(*), SUM(Revenue), AVG(Revenue), MIN(Revenue), MAX(Revenue), MEDIAN(Revenue), STDDEV(Revenue) FROM Revenue",
    "SELECT COUNT(DISTINCT Store), COUNT(DISTINCT Product) FROM Revenue",
    "SELECT Store.Country, SUM(Revenue) FROM Revenue GROUP BY 1",
    "SELECT Product.Category, Month.Quarter, SUM(Revenue), COUNT(*) FROM Revenue GROUP BY 1, 2",
    "SELECT Store, SUM(Revenue) AS s FROM Revenue GROUP BY Store ORDER BY s DESC LIMIT 10",
    "SELECT Store, Revenue FROM Revenue ORDER BY Revenue DESC LIMIT 3",
    "SELECT Store FROM Revenue LIMIT 3",
    "SELECT Product, RANK() OVER (ORDER BY Revenue DESC) FROM Revenue",
    "SELECT Code, r.Revenue FROM Store s LEFT JOIN Revenue r ON s.Code = r.Store",
    "SELECT Code FROM Store s WHERE NOT EXISTS (SELECT 1 FROM Revenue r WHERE r.Store = s.Code)",
    "SELECT Code FROM Store WHERE Code NOT IN (SELECT Store FROM Revenue)",
    "SELECT a.Product, b.Store, a.Revenue + b.Revenue FROM Revenue a FULL JOIN Revenue b ON a.Product = b.Product AND a.Store < b.Store",
    "SELECT 1 / (Revenue - 100) FROM Revenue",
    "SELECT CAST(CAST(Revenue AS TEXT) AS BIGINT) FROM Revenue WHERE Revenue = 100",
    "SELECT CAST(CAST(Revenue AS TEXT) AS BIGINT) FROM Revenue",
    "SELECT * FROM Revenue WHERE Store = 'S4' OR Store.Country = 'Germany'",
    "SELECT Store FROM Revenue EXCEPT SELECT Store FROM Revenue WHERE Revenue > 10",
    "SELECT Store FROM Revenue WHERE Store LIKE 'S%' AND Store.Country.Region = 'EMEA'",
    "SELECT Month, SUM(Revenue) OVER (ORDER BY Month ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM Revenue",
    "SELECT STRING_AGG(Store, ',') FROM Revenue",
    "SELECT FIRST_VALUE(Store) FROM Revenue",
    "EXPLAIN SELECT * FROM Revenue",
    "EXPLAIN SELECT Store, SUM(Revenue) FROM Revenue WHERE Store.Country = 'Germany' GROUP BY Store ORDER BY 2 LIMIT 10",
    "EXPLAIN SELECT * FROM Revenue r JOIN Store s ON r.Store = s.Code JOIN Revenue x USING (Product)",
    "SELECT * FROM Price",
    "SELECT Prize FROM Revenue",
    "SELECT * FROM CountryRights",
    "SELECT * FROM Ledger",
];

fn answers(view: &MaskedView, threads: usize) -> Vec<String> {
    let options = QueryOptions { threads, ..QueryOptions::default() };
    let ask = |sql: &&str| match query_blocking(view, sql, &options) {
        Ok(answer) => format!("{}\n{:?}", text(&answer), answer.batches()),
        Err(error) => error.to_string(),
    };
    QUESTIONS.iter().map(ask).collect()
}

fn is_french(store: &str) -> bool {
    FRANCE.contains(&store)
}

#[test]
fn every_answer_is_that_of_a_copy_without_the_hidden_cells() {
    let whole = answers(&World::new().user(ANN), 2);
    let kept: Vec<_> = CELLS.iter().copied().filter(|c| is_french(c.1)).collect();
    let reduced = answers(&World::with(&kept).user(ANN), 1);
    for ((sql, whole), reduced) in QUESTIONS.iter().zip(whole).zip(reduced) {
        assert_eq!(whole, reduced, "{sql}");
    }
}

#[test]
fn hidden_cells_change_no_byte() {
    let whole = answers(&World::new().user(ANN), 2);
    let mut changed: Vec<_> = CELLS.iter().copied().map(|c| if is_french(c.1) { c } else { (c.0, c.1, c.2, 12.0) }).collect();
    changed.push(("Kale", "S4", "2024-01", f64::MAX));
    changed.retain(|c| c.1 != "S3");
    let other = answers(&World::with(&changed).user(ANN), 2);
    for ((sql, whole), other) in QUESTIONS.iter().zip(whole).zip(other) {
        assert_eq!(whole, other, "{sql}");
    }
}

#[test]
fn a_person_sees_only_readable_cells() {
    let view = World::new().user(ANN);
    check(
        &view,
        "SELECT Store.Country, SUM(Revenue), COUNT(*) FROM Revenue GROUP BY 1",
        "Store.Country|SUM(Revenue)|COUNT(*)\nFrance|73.5|5",
    );
    check(&view, "SELECT * FROM Ledger", "Country|Date|Amount|Memo\nFrance|2024-02-03|10|rent");
    check(&view, "SELECT COUNT(*) FROM Revenue WHERE Store = 'S4'", "COUNT(*)\n0");
    check(&view, "SELECT SUM(Revenue) FROM Revenue WHERE Store = 'S4'", "SUM(Revenue)\n-");
    check(&view, "SELECT Name FROM User", "Name\nann");
}

#[test]
fn a_block_without_a_readable_cell_answers_like_an_empty_one_and_is_never_offered() {
    let view = World::new().user(ANN);
    check(&view, "SELECT * FROM Price", "Product|Month|Price");
    check(&view, "SELECT COUNT(*), SUM(Price) FROM Price", "COUNT(*)|SUM(Price)\n0|-");
    // What rights are made of is nobody's but theirs who define security.
    refuse(&view, "SELECT * FROM CountryRights", "line 1, column 15: there is no table `CountryRights`");
    check(&view, "SELECT Home.Product FROM Home", "Product");
    refuse(&view, "SELECT * FROM Pricee", "line 1, column 15: there is no table `Pricee`");
    refuse(&view, "SELECT Price FROM Revenue", "line 1, column 8: there is no table or column `Price` here");
}

#[test]
fn hidden_items_exist_nowhere() {
    let view = World::new().hide_countries().user(BOB);
    check(&view, "SELECT Name, Position FROM Country", "Name|Position\nFrance|1\nGermany|2");
    check(&view, "SELECT Code, Country FROM Store ORDER BY Country", "Code|Country\nS1|France\nS2|France\nS4|Germany\nS3|-\nS5|-");
    check(&view, "SELECT Code, Country.Region FROM Store WHERE Code = 'S3'", "Code|Country.Region\nS3|-");
    check(&view, "SELECT COUNT(*) FROM Store WHERE Country = 'Japan'", "COUNT(*)\n0");
    check(
        &view,
        "SELECT Store.Country, SUM(Revenue) FROM Revenue GROUP BY 1 ORDER BY 1",
        "Store.Country|SUM(Revenue)\nFrance|73.5\nGermany|100",
    );
    for sql in [
        "SELECT * FROM Country",
        "SELECT * FROM Store",
        "SELECT Store, Store.Country, Store.Country.Region, Store.Country.Currency FROM Revenue",
        "SELECT Store.Country, SUM(Revenue) FROM Revenue GROUP BY 1",
        "SELECT Name FROM Country UNION SELECT Store.Country FROM Revenue ORDER BY 1",
        "SELECT * FROM Ledger",
        "EXPLAIN SELECT * FROM Store ORDER BY Country",
    ] {
        let answer = ask(&view, sql).unwrap();
        for batch in answer.batches() {
            for column in batch.columns() {
                assert!(!holds(&column.to_data(), b"Japan") && !holds(&column.to_data(), b"JPY"), "{sql}");
            }
        }
    }
}

/// Whether bytes stand anywhere in the buffers of an array, also past its end.
fn holds(data: &ArrayData, bytes: &[u8]) -> bool {
    data.buffers().iter().any(|buffer| buffer.as_slice().windows(bytes.len()).any(|w| w == bytes))
        || data.child_data().iter().any(|child| holds(child, bytes))
}

#[test]
fn a_hosts_own_session_sees_the_masked_table() {
    use futures::executor::block_on;
    let view = World::new().hide_countries().user(BOB);
    let table = smalt_query::provider(&view, smalt_model::Block::Metric(crate::world::REVENUE)).unwrap();
    let context = datafusion::prelude::SessionContext::new();
    context.register_table("revenue", table).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let sql = "SELECT store, store_country, store_country_region, month_quarter, revenue FROM revenue WHERE store_country = 'Germany'";
    let batches = runtime.block_on(async { context.sql(sql).await.unwrap().collect().await.unwrap() });
    let shown = datafusion::arrow::util::pretty::pretty_format_batches(&batches).unwrap().to_string();
    assert!(shown.contains("| S4    | Germany       | EMEA                 | 2024-Q1       | 100.0   |"), "{shown}");
    let answer = block_on(smalt_query::query(&view, "SELECT COUNT(*) FROM Revenue", &QueryOptions::default())).unwrap();
    assert_eq!(text(&answer), "COUNT(*)\n6");
    // Nothing of `Price` is Ann's to read: its table is there and empty.
    let nothing = smalt_query::provider(&World::new().user(ANN), smalt_model::Block::Metric(smalt_model::MetricId(1))).unwrap();
    let batches = runtime.block_on(async { context.read_table(nothing).unwrap().collect().await.unwrap() });
    assert_eq!(batches.iter().map(|b| b.num_rows()).sum::<usize>(), 0);
}
