//! How many bytes the cells of a real sparse metric take: FoodMart's sales by product, customer, store and day.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

use std::path::Path;

use smalt_model::Block;
use smalt_vault::{Body, Key};

use crate::{Application, Options, Outcome};

const SCRIPT: &str = "CREATE DIMENSION Product (Id TEXT); CREATE DIMENSION Customer (Id TEXT); CREATE DIMENSION Store (Id TEXT);
    CREATE DIMENSION Day (Id TEXT); CREATE METRIC Sold NUMBER BY (Product, Customer, Store, Day);
    COPY Sold FROM 'sales_fact_1997.csv'
        (product_id -> Product, customer_id -> Customer, store_id -> Store, time_id -> Day, unit_sales -> Sold)
        WITH (unknown = create, duplicates = sum);
    CREATE METRIC Twice NUMBER BY (Product, Customer, Store, Day) AS Sold * 2;";

/// Bytes of the keys and of the values.
fn bytes<K: Key>(body: &Body<K>) -> (usize, usize) {
    let chunks = (0..body.block_count()).filter_map(|block| body.chunk(block));
    chunks.fold((0, 0), |(keys, values), chunk| (keys + chunk.keys.bytes(), values + chunk.column.bytes()))
}

#[test]
fn a_sparse_metric_takes_few_bytes_a_cell() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/foodmart/csv");
    if !folder.exists() {
        use std::io::Write;
        let line = "\n*** SKIPPED the bytes of FoodMart: `shared/data/foodmart` is not beside the project\n";
        let _ = std::io::stderr().write_all(line.as_bytes());
        return;
    }
    let app = Application::in_memory_with(Options { folders: vec![folder], ..Options::default() }).unwrap();
    app.owner_session().unwrap().run(SCRIPT, &mut Outcome::default()).unwrap();
    let world = app.world();
    let state = world.base();
    let cells = |name: &str| match state.revision.schema().find(name) {
        Some(Block::Metric(id)) => state.revision.cells(id).unwrap(),
        other => unreachable!("{other:?}"),
    };
    let sold = cells("Sold");
    let (keys, values) = sold.narrow().map_or_else(|| bytes(sold.wide().unwrap()), bytes);
    let count = sold.len();
    let each = (keys + values) as f64 / count as f64;
    eprintln!("FoodMart: {count} cells, {keys} bytes of keys and {values} of values, {each:.2} bytes a cell");
    assert_eq!(count, 86_829);
    // A value and a key of 64 bits.
    assert!(each <= 16.0, "{each}");
    // What is computed at the same cells has the same keys.
    let twice = cells("Twice");
    let mut shared = (0..).map_while(|block| Some((sold.narrow()?.chunk(block)?, twice.narrow()?.chunk(block)?)));
    assert!(shared.all(|(one, other)| std::sync::Arc::ptr_eq(&one.keys, &other.keys)));
}
