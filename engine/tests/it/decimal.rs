//! DECIMAL in files and statements: digits come in and out as they are, and what is too large is told to who may know of it.

use std::fs::File;
use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, Decimal256Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::i256;
use parquet::arrow::ArrowWriter;
use smalt::{Decimal, Digits, Outcome, Session, Value};

use crate::world::World;

const MODEL: &str = "
    CREATE DIMENSION Payee (Name TEXT);
    INSERT INTO Payee VALUES ('ann'), ('bob'), ('cyd');
    CREATE METRIC Amount DECIMAL(20, 2) BY (Payee);";

#[test]
fn every_number_of_a_parquet_file_is_a_decimal() {
    let names = || Arc::new(StringArray::from(vec!["ann", "bob", "cyd"])) as ArrayRef;
    let wide = [Some(90_071_992_547_409_930_015i128), None, Some(-15)];
    let columns: [(ArrayRef, [Option<i128>; 3]); 4] = [
        // Three digits behind the point become two.
        (
            Arc::new(Decimal128Array::from(wide.to_vec()).with_precision_and_scale(38, 3).unwrap()),
            [Some(9_007_199_254_740_993_002), None, Some(-2)],
        ),
        (
            Arc::new(Decimal256Array::from(wide.map(|u| u.map(i256::from_i128)).to_vec()).with_precision_and_scale(60, 1).unwrap()),
            [None; 3],
        ),
        (Arc::new(Float64Array::from(vec![Some(1.005), None, Some(-0.1)])), [Some(101), None, Some(-10)]),
        (Arc::new(Int64Array::from(vec![Some(9_007_199_254_740_993), None, Some(0)])), [Some(900_719_925_474_099_300), None, Some(0)]),
    ];
    for (place, (amounts, expected)) in columns.into_iter().enumerate() {
        let world = World::with(MODEL);
        let batch = RecordBatch::try_from_iter_with_nullable([("Payee", names(), false), ("Amount", amounts, true)]).unwrap();
        let file = File::create(world.folder.path().join("amounts.parquet")).unwrap();
        let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        if place == 1 {
            let error = world.error("COPY Amount FROM 'amounts.parquet'");
            assert!(error.contains("row 1, column `Amount`") && error.contains("more digits than DECIMAL(20, 2)"), "{error}");
            continue;
        }
        world.run("COPY Amount FROM 'amounts.parquet'");
        for (name, units) in ["ann", "bob", "cyd"].into_iter().zip(expected) {
            let value = units.map(|units| Value::Decimal(Digits { precision: 20, scale: 2 }, units));
            assert_eq!(world.owner().cell("Amount", &[name]).unwrap(), value, "column {place}, {name}");
        }
    }
}

#[test]
fn sums_in_sql_are_exact_in_any_order_and_never_wrap() {
    let world = World::with(
        "CREATE DIMENSION D (Name TEXT, G TEXT);
         INSERT INTO D VALUES ('a', 'x'), ('b', 'x'), ('c', 'y'), ('d', 'y');
         CREATE METRIC M DECIMAL(38, 2) BY (D);
         INSERT INTO M VALUES ('a', 999999999999999999999999999999999999.99), ('b', 0.01),
            ('c', -999999999999999999999999999999999999.99), ('d', 0.02);",
    );
    assert_eq!(
        world.run("SELECT SUM(M), MIN(M), MAX(M), COUNT(DISTINCT M) FROM M"),
        "0.03,-999999999999999999999999999999999999.99,999999999999999999999999999999999999.99,4"
    );
    assert_eq!(world.run("SELECT AVG(M), SUM(DISTINCT M) FROM M WHERE D <> 'b'"), "0.01,0.02");
    assert_eq!(
        world.run("SELECT SUM(M) OVER (ORDER BY D ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM M WHERE D.G = 'y' ORDER BY D"),
        "-999999999999999999999999999999999999.99\n-999999999999999999999999999999999999.97"
    );
    assert_eq!(world.run("SELECT D.G, AVG(M) FROM M WHERE D IN ('b', 'd') GROUP BY 1 ORDER BY 1"), "x,0.01\ny,0.02");
    let error = world.error("SELECT D.G, SUM(M) FROM M GROUP BY 1");
    assert!(error.contains("too large"), "{error}");
    // In a formula it is BLANK.
    let told = world.messages("CREATE METRIC S DECIMAL(38, 2) BY () AS M[FILTER: D.G = \"x\"][REMOVE: D]");
    assert!(told.iter().any(|t| t == "`S`: 1 result was too large and is BLANK"), "{told:?}");
    assert_eq!(world.run("SELECT * FROM S"), "");
}

fn told(session: &Session, script: &str) -> Vec<String> {
    let mut outcome = Outcome::default();
    session.run(script, &mut outcome).unwrap_or_else(|e| panic!("{e}\nin: {script}"));
    outcome.messages.into_iter().map(|(_, text)| text).filter(|text| text.contains("too large")).collect()
}

#[test]
fn what_is_too_large_is_told_to_who_sees_all_of_it() {
    let world = World::with(
        "ALTER APPLICATION SET INHERITANCE OFF;
         CREATE DIMENSION Payee (Name TEXT);
         INSERT INTO Payee VALUES ('ann'), ('bob'), ('cyd');
         CREATE METRIC Amount DECIMAL(5, 2) BY (Payee);
         CREATE METRIC Count INTEGER BY (Payee);
         CREATE METRIC Twice DECIMAL(5, 2) BY (Payee) AS Amount * 2;
         CREATE METRIC Squared INTEGER BY (Payee) AS Count * Count;
         CREATE ROLE Planner PERMISSIONS (\"Display Application\", \"Open Boards\") READ ALLOWED WRITE ALLOWED;
         CREATE USER 'sees'; CREATE USER 'part';
         GRANT ROLE Planner TO USER 'sees'; GRANT ROLE Planner TO USER 'part';
         CREATE METRIC Access ACCESS RIGHTS BY (User, Payee);
         INSERT INTO Access VALUES ('part', 'cyd', '--');
         CREATE RULE closed APPLY READ OF Access TO Amount;",
    );
    let twice = |n: &str| vec![format!("`Twice`: {n} too large and {} BLANK", if n.starts_with('1') { "is" } else { "are" })];
    let write = "INSERT INTO Amount VALUES ('ann', 600)";
    assert_eq!(told(&world.owner(), write), twice("1 result was"));
    assert_eq!(told(&world.app.session("sees").unwrap(), "INSERT INTO Amount VALUES ('bob', 700)"), twice("1 result was"));
    assert_eq!(told(&world.app.session("part").unwrap(), "INSERT INTO Amount VALUES ('bob', 800)"), [""; 0]);
    // Both see all of this one.
    let squared = vec!["`Squared`: 1 result was too large and is BLANK".to_owned()];
    for (user, count) in [("sees", 4_000_000_000_i64), ("part", 4_000_000_001)] {
        let write = format!("INSERT INTO Count VALUES ('ann', {count})");
        assert_eq!(told(&world.app.session(user).unwrap(), &write), squared, "{user}");
    }
    // What was mended before COMMIT is not told of, and what is not computed is not told of again.
    let mended = "BEGIN; INSERT INTO Amount VALUES ('cyd', 900); SELECT * FROM Twice; UPDATE Amount SET Amount = 1; COMMIT";
    assert_eq!(told(&world.owner(), mended), [""; 0]);
    assert_eq!(told(&world.owner(), "BEGIN; INSERT INTO Amount VALUES ('cyd', 900); COMMIT"), twice("1 result was"));
    assert_eq!(told(&world.owner(), "INSERT INTO Count VALUES ('ann', 1)"), [""; 0]);
    assert_eq!(Decimal::parse("900", 2).unwrap().to_string(), "900");
    assert_eq!(world.run("SELECT * FROM Twice ORDER BY Payee"), "ann,2.00\nbob,2.00");
}
