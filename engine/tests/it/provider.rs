//! A table of the application in a host's own DataFusion session tells no more than a query.

use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::logical_expr::{TableProviderFilterPushDown, col, lit};
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::world::World;

/// A model whose hidden part differs by what is put into `hidden`.
fn model(hidden: &str) -> World {
    World::with(&format!(
        "CREATE DIMENSION Country (Name TEXT);
         CREATE DIMENSION Store (Name TEXT, Country Country, Rent NUMBER, \"Twin Store\" Store);
         INSERT INTO Country VALUES ('France'), ('Japan');
         INSERT INTO Store VALUES ('S1', 'France', 10, NULL), ('S2', 'France', 20, 'S1');
         CREATE METRIC Revenue NUMBER BY (Store);
         CREATE METRIC Note TEXT BY (Store);
         INSERT INTO Revenue VALUES ('S1', 7), ('S2', 0);
         INSERT INTO Note VALUES ('S1', '12'), ('S2', '5');
         CREATE LIST Ledger (Store Store, Amount NUMBER);
         INSERT INTO Ledger VALUES ('S2', 4), (NULL, 5);
         {hidden}
         CREATE USER 'ann';
         CREATE ROLE Planner PERMISSIONS (\"Display Application\", \"Open Boards\") READ UNSPECIFIED WRITE DENIED;
         GRANT ROLE Planner TO ALL USERS;
         CREATE METRIC Rights ACCESS RIGHTS BY (User, Country);
         INSERT INTO Rights VALUES ('ann', 'France', 'r.');
         CREATE RULE stores APPLY READ OF Rights THROUGH Store.Country TO ALL METRICS WITH (Store);
         CREATE RULE rows APPLY READ OF Rights THROUGH Store.Country TO LIST Ledger;
         CREATE RULE items APPLY READ OF Rights THROUGH Store.Country TO ITEMS OF Store;
         CREATE RULE rents APPLY READ OF Rights THROUGH Store.Country TO PROPERTY Store.Rent;"
    ))
}

/// What a host gets for a question, an error's text included, under two ways of running it.
fn told(world: &World, question: &str) -> String {
    let snapshot = world.app.session("ann").unwrap().snapshot().unwrap();
    let ask = |config: SessionConfig| {
        let context = SessionContext::new_with_config(config.with_information_schema(true));
        context.register_table("revenue", snapshot.table("Revenue").unwrap()).unwrap();
        context.register_table("note", snapshot.table("note").unwrap()).unwrap();
        context.register_table("store", snapshot.table("Store").unwrap()).unwrap();
        context.register_table("ledger", snapshot.table("Ledger").unwrap()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let answer = runtime.block_on(async { context.sql(question).await?.collect().await });
        match answer {
            Ok(rows) => pretty_format_batches(&rows).unwrap().to_string(),
            Err(error) => format!("error: {error}"),
        }
    };
    let one = ask(SessionConfig::new().with_target_partitions(1));
    let four = ask(SessionConfig::new().with_target_partitions(4).with_batch_size(2));
    if !question.starts_with("EXPLAIN") {
        assert_eq!(one, four, "{question}");
    }
    format!("{one}\n{four}")
}

#[test]
fn a_host_cannot_tell_what_is_hidden() {
    let a = model(
        "INSERT INTO Store VALUES ('S3', 'Japan', 30, 'S2'); INSERT INTO Revenue VALUES ('S3', 99); INSERT INTO Note VALUES ('S3', 'x');
         INSERT INTO Ledger VALUES ('S3', 1);",
    );
    let b = model(
        "INSERT INTO Store VALUES ('Q', 'Japan', 31, NULL), ('R', 'Japan', NULL, 'Q'); INSERT INTO Revenue VALUES ('Q', 0);
         INSERT INTO Note VALUES ('R', ''); INSERT INTO Ledger VALUES ('Q', 2), ('R', 3);",
    );
    for question in [
        "SELECT * FROM revenue ORDER BY store",
        "SELECT * FROM store",
        "SELECT COUNT(*), MAX(rent) FROM store WHERE twin_store IS NOT NULL",
        "SELECT store, store_country, amount FROM ledger ORDER BY amount",
        "SELECT name, SUM(revenue) FROM store JOIN revenue ON name = store GROUP BY name ORDER BY name",
        "SELECT COUNT(*), SUM(revenue), MIN(store), MAX(store_rent) FROM revenue",
        "SELECT store_country, COUNT(*) FROM revenue GROUP BY store_country",
        "SELECT * FROM revenue WHERE store = 'S3'",
        "SELECT * FROM revenue WHERE store <> 'S1' AND store_rent > 1",
        "SELECT store, 1 / (revenue - 99) FROM revenue ORDER BY 1",
        "SELECT CAST(note AS INT) AS n FROM note ORDER BY n",
        "SELECT store FROM revenue LIMIT 2",
        "SELECT store FROM revenue ORDER BY revenue DESC LIMIT 1",
        "SELECT r.store, n.note FROM revenue r LEFT JOIN note n ON r.store = n.store ORDER BY 1",
        "SELECT store_twin_store, store_twin_store_country FROM revenue ORDER BY store",
        "SELECT store FROM revenue WHERE store_twin_store IS NULL",
        "SELECT nothing FROM revenue",
        "SELECT table_name, column_name, is_nullable, data_type FROM information_schema.columns WHERE table_name IN ('revenue', 'note') ORDER BY 1, 2",
        "EXPLAIN SELECT SUM(revenue) FROM revenue WHERE store_country = 'France' AND revenue > 3",
        "EXPLAIN VERBOSE SELECT COUNT(*) FROM revenue WHERE store IN ('S1', 'S3')",
    ] {
        let (in_a, in_b) = (told(&a, question), told(&b, question));
        assert_eq!(in_a, in_b, "{question}");
        assert!(!in_a.contains("S3") || question.contains("S3"), "{question}\n{in_a}");
    }
    let all = told(&a, "SELECT store, store_country, store_rent, revenue FROM revenue ORDER BY store");
    assert!(
        all.contains("| S1    | France        | 10.0       | 7.0     |")
            && all.contains("| S2    | France        | 20.0       | 0.0     |"),
        "{all}"
    );
}

#[test]
fn filters_are_taken_exactly_or_not_at_all() {
    let world = model("");
    let table = world.app.session("ann").unwrap().table("Revenue").unwrap();
    let taken = |filter| table.supports_filters_pushdown(&[&filter]).unwrap().remove(0);
    assert_eq!(taken(col("store_rent").gt(lit(3.0))), TableProviderFilterPushDown::Exact);
    // A value, a thing that can fail, two dimensions' worth: left to the host.
    assert_eq!(taken(col("revenue").gt(lit(3.0))), TableProviderFilterPushDown::Unsupported);
    assert_eq!(taken((lit(1.0) / col("store_rent")).gt(lit(3.0))), TableProviderFilterPushDown::Unsupported);
    assert!(table.statistics().is_none());
    assert!(table.constraints().is_none());
    assert!(table.get_logical_plan().is_none());
}

#[test]
fn a_snapshot_stays_what_it_was() {
    let world = model("");
    let session = world.app.session("ann").unwrap();
    let (snapshot, before) = (session.snapshot().unwrap(), session.snapshot().unwrap().revision());
    world.run("UPDATE Revenue SET Revenue = 100; DELETE FROM Rights;");
    assert_eq!(snapshot.cell("Revenue", &["S1"]).unwrap(), Some(smalt::Value::Number(7.0)));
    assert_eq!(snapshot.revision(), before);
    assert!(session.snapshot().unwrap().cell("Revenue", &["S1"]).is_err(), "without rights the item is not there");
}

/// Items and rows are tables too, with the paths that lead on from them.
#[test]
fn dimensions_and_lists_are_tables_of_a_host() {
    let snapshot = model("").app.owner_session().unwrap().snapshot().unwrap();
    let columns = |name: &str| {
        let schema = snapshot.table(name).unwrap().schema();
        schema.fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(columns("Store"), "name, country, rent, twin_store, country_name");
    assert_eq!(columns("ledger"), "store, amount, store_name, store_country, store_country_name, store_rent, store_twin_store");
    assert_eq!(snapshot.table("Nothing").unwrap_err().to_string(), "there is no metric `Nothing`");
}
