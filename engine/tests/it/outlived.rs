//! What a formula has computed does not outlive it: who may read it was told by what the formula reads.

use std::sync::Arc;

use smalt::{Application, Options};

use crate::world::{World, run};

/// A metric of which a modeler may not read one cell.
const MODEL: &str = "
    CREATE DIMENSION Region (Name TEXT); INSERT INTO Region VALUES ('R1'), ('R2');
    CREATE DIMENSION Store (Name TEXT, Region Region); INSERT INTO Store VALUES ('S1', 'R1'), ('S2', 'R1'), ('S3', 'R2');
    CREATE METRIC V NUMBER BY (Store); INSERT INTO V VALUES ('S1', 1), ('S2', {hidden}), ('S3', 1);
    CREATE METRIC Q NUMBER BY (Store); CREATE METRIC X NUMBER BY (Store);
    CREATE METRIC W NUMBER BY (Store) AS V; CREATE METRIC W2 NUMBER BY (Store) AS W * 2;
    CREATE METRIC WQ NUMBER BY (Store) AS Q; CREATE METRIC ByRegion NUMBER BY (Region) AS V[BY SUM: Store.Region];
    ALTER DIMENSION Store ADD PROPERTY P NUMBER AS W;
    CREATE USER 'u'; GRANT ROLE Modeler TO USER 'u';
    CREATE METRIC SR ACCESS RIGHTS BY (User, Store); INSERT INTO SR VALUES ('u', 'S2', '--');
    CREATE RULE r APPLY READ, WRITE OF SR TO V;";

/// All that a modeler can look at.
const LOOK: &str =
    "SELECT * FROM W; SELECT * FROM W2; SELECT * FROM X; SELECT * FROM Store; SELECT * FROM ByRegion; SELECT SUM(WQ) FROM WQ;
    EVALUATE W + 0; EXPLAIN VALUE W2 AT (Store = 'S2');";

/// Answers to a script that ends in a look, the same whatever is hidden.
fn told(script: &str) -> String {
    let [a, b] = ["7", "999"].map(|hidden| World::with(&MODEL.replace("{hidden}", hidden)).as_user("u", script));
    assert_eq!(a, b, "{script}");
    a
}

#[test]
fn a_formula_that_is_exchanged_leaves_nothing() {
    for change in [
        "BEGIN; ALTER METRIC W AS Nope;",
        "BEGIN; ALTER METRIC W AS Nope; INSERT INTO X SELECT * FROM W;",
        "BEGIN; ALTER METRIC W AS Nope; SELECT * FROM W; ALTER METRIC W AS V; COMMIT;",
        "BEGIN; ALTER METRIC W AS 1[ADD: Store]; ALTER METRIC W DROP FORMULA; COMMIT;",
        "BEGIN; ALTER METRIC W AS 1[ADD: Store]; ALTER METRIC W RENAME TO Y; ALTER METRIC Y RENAME TO W; ALTER METRIC W DROP FORMULA; COMMIT;",
        "BEGIN; ALTER METRIC W AS Nope; ALTER METRIC W DROP FORMULA; COMMIT;",
        "SET autocalc = off; BEGIN; ALTER METRIC W AS Nope;",
        // A loop, with which nothing can be computed.
        "BEGIN; CREATE METRIC L1 NUMBER; CREATE METRIC L2 NUMBER AS L1; ALTER METRIC L1 AS L2; ALTER METRIC W AS 1[ADD: Store];",
        "BEGIN; CREATE METRIC L1 NUMBER; CREATE METRIC L2 NUMBER AS L1; ALTER METRIC L1 AS L2; UPDATE Store SET Region = 'R2' WHERE Name = 'S2';",
        "BEGIN; CREATE METRIC L1 NUMBER; CREATE METRIC L2 NUMBER AS L1; ALTER METRIC L1 AS L2; ALTER METRIC W AS 1[ADD: Store]; ALTER METRIC W DROP FORMULA;",
        "BEGIN; ALTER DIMENSION Store ADD PROPERTY N NUMBER AS X; ALTER METRIC X AS Store.N; ALTER METRIC W AS 1[ADD: Store];",
    ] {
        told(&format!("{change} {LOOK}"));
    }
    let after = told("BEGIN; ALTER METRIC W AS 1[ADD: Store]; ALTER METRIC W DROP FORMULA; COMMIT; SELECT * FROM W; SELECT * FROM W2");
    assert_eq!(after, "S1,1.0\nS2,1.0\nS3,1.0\nS1,2.0\nS2,2.0\nS3,2.0");
}

#[test]
fn what_a_loop_took_away_is_there_again() {
    let world = World::with(&MODEL.replace("{hidden}", "7"));
    let all = "SELECT * FROM W; SELECT * FROM W2; SELECT * FROM Store; SELECT * FROM ByRegion";
    let before = world.run(all);
    let looped = "BEGIN; CREATE METRIC L1 NUMBER; CREATE METRIC L2 NUMBER AS L1; ALTER METRIC L1 AS L2;";
    assert_eq!(world.run(&format!("{looped} SELECT * FROM W; SELECT * FROM ByRegion; SELECT P FROM Store; ROLLBACK")), "\n\n-\n-\n-");
    assert_eq!(
        world.run(&format!("{looped} SELECT * FROM W; ALTER METRIC L1 AS 1; {all}; COMMIT; {all}")),
        format!("\n{before}\n{before}")
    );
}

#[test]
fn a_formula_that_goes_from_a_scenario_leaves_nothing() {
    for change in [
        // Newer than the scenario.
        "CREATE SCENARIO A; CREATE METRIC N NUMBER BY (Store); ALTER METRIC N IN SCENARIO A AS V; ALTER METRIC N IN SCENARIO A DROP FORMULA; SELECT * FROM A.N",
        "CREATE SCENARIO A; BEGIN; CREATE METRIC N NUMBER BY (Store); ALTER METRIC N IN SCENARIO A AS V; SELECT COUNT(*) FROM A.N; ALTER METRIC N IN SCENARIO A DROP FORMULA; SELECT * FROM A.N",
        "CREATE METRIC N NUMBER BY (Store) AS 1[ADD: Store]; CREATE SCENARIO A; ALTER METRIC N IN SCENARIO A AS V; ALTER METRIC N DROP FORMULA;
         SELECT * FROM A.N",
        "CREATE METRIC N NUMBER BY (Store) AS 1[ADD: Store]; CREATE SCENARIO A; ALTER METRIC N IN SCENARIO A AS V; ALTER METRIC N DROP FORMULA;
         ALTER METRIC N IN SCENARIO A DROP FORMULA; SELECT * FROM A.N",
        // What the shared formula reads is another thing in the scenario.
        "CREATE SCENARIO A; ALTER METRIC Q IN SCENARIO A AS V; ALTER METRIC WQ DROP FORMULA; SELECT * FROM A.WQ",
        "CREATE SCENARIO A; BEGIN; ALTER METRIC W AS Nope; SELECT * FROM A.W; SELECT * FROM A.W2; COMPARE SCENARIO A WITH Base ON W2",
        "CREATE SCENARIO A; BEGIN; ALTER METRIC W IN SCENARIO A AS Nope; SELECT * FROM A.W; SELECT * FROM A.W2",
        "BEGIN; ALTER METRIC W AS 1[ADD: Store]; CREATE SCENARIO A; ALTER METRIC W DROP FORMULA; COMMIT; SELECT * FROM A.W",
    ] {
        told(change);
        told(&change.replace("SELECT * FROM A.N", "SELECT 1; SELECT * FROM A.N"));
    }
}

#[test]
fn a_hidden_scenario_goes_on_computing() {
    let hidden = "CREATE SCENARIO A; CREATE ROLE L PERMISSIONS (\"Display Application\", \"Configure Blocks\") READ ALLOWED WRITE ALLOWED;
        CREATE USER 'l'; GRANT ROLE L TO USER 'l'; GRANT NONE ON SCENARIO A TO ROLE L;";
    for own in ["", "ALTER METRIC Q IN SCENARIO A AS V;"] {
        let world = World::with(&format!("{} {hidden} {own}", MODEL.replace("{hidden}", "7")));
        assert_eq!(world.as_user("l", "ALTER METRIC WQ DROP FORMULA"), "");
        world.run("INSERT INTO Q VALUES ('S1', 5); INSERT INTO A.V VALUES ('S3', 6);");
        assert_eq!(world.run("SELECT * FROM WQ"), "");
        let computed = if own.is_empty() { "" } else { "S1,1.0\nS2,7.0\nS3,6.0" };
        assert_eq!(world.run("SELECT * FROM A.WQ"), computed);
    }
}

/// A formula would put its values in the place of cells that somebody may not write.
#[test]
fn a_formula_overwrites_nothing_that_is_not_theirs() {
    let set = "ALTER METRIC V AS 1[ADD: Store]";
    for right in ["--", "r-"] {
        let world = World::with(&MODEL.replace("{hidden}", "7").replace("'--'", &format!("'{right}'")));
        let expected = if right == "--" { "some of these cells are not yours to write" } else { "1 cell may not be written" };
        let answer = world.as_user("u", set);
        assert!(answer.contains(expected), "{answer}");
        assert_eq!(world.run("SELECT * FROM V"), "S1,1.0\nS2,7.0\nS3,1.0");
        assert_eq!(world.as_user("u", "CREATE METRIC N NUMBER BY (Store); ALTER METRIC N AS V * 2; ALTER METRIC N AS V * 3"), "");
    }
    assert!(told(set).contains("not yours to write"));
    // Who configures blocks and may read none of their cells can drop a block, and can give it a formula.
    let world = World::with(
        "CREATE METRIC M NUMBER; INSERT INTO M VALUES (1); CREATE USER 'u'; CREATE ROLE Builder PERMISSIONS (\"Display Application\", \"Configure Blocks\"); GRANT ROLE Builder TO USER 'u';",
    );
    assert_eq!(world.as_user("u", "ALTER METRIC M AS 2"), "");
}

/// A formula that cannot be read any more when the files are opened has nothing, and what it has left nobody can see.
#[test]
fn what_is_set_aside_when_files_are_opened_is_empty() {
    let folder = tempfile::tempdir().unwrap();
    let app = Application::open(folder.path(), Options::default()).unwrap();
    let script = "CREATE METRIC G NUMBER BY (Store) AS 1[ADD: Store]; CREATE SUBSET T OF Store AS G = 1;
        CREATE METRIC Kept NUMBER BY (Store) AS V + IF(COUNTALLOF(1[ADD: T][FILTER: T = T.\"S1\"]) > 100, 1)[ADD: Store];
        ALTER DIMENSION Store ADD PROPERTY Z NUMBER AS V + IF(COUNTALLOF(1[ADD: T][FILTER: T = T.\"S1\"]) > 100, 1)[ADD: Store];
        ALTER METRIC G AS IF(Store = Store.\"S1\", 2, 1)";
    run(&app.owner_session().unwrap(), &MODEL.replace("{hidden}", "7")).unwrap();
    run(&app.session("u").unwrap(), script).unwrap();
    let look = |app: &Arc<Application>| {
        let seen = run(&app.session("u").unwrap(), "SELECT Name, Z FROM Store; SELECT * FROM Kept").unwrap();
        (seen, run(&app.owner_session().unwrap(), "SELECT Name, Z FROM Store; SELECT * FROM Kept").unwrap())
    };
    let before = look(&app);
    assert!(!before.0.contains('7') && before.1.contains('7'), "{before:?}");
    drop(app);
    // The item that the formulas name is in the subset no more; they mean what they meant.
    let app = Application::open(folder.path(), Options::default()).unwrap();
    assert_eq!((look(&app), app.mended()), (before, &[] as &[String]));
}

/// Who defines security has a total shown to everybody; nobody else may have it show something else.
#[test]
fn what_a_reset_shows_is_changed_by_who_sees_it_all() {
    let model = format!(
        "{MODEL} CREATE METRIC Open NUMBER BY (Store) AS Q; CREATE METRIC Sub NUMBER BY (Store) AS Open * 1;
         CREATE METRIC T NUMBER AS RESETACCESSRIGHTS(Sub)[REMOVE: Store];"
    );
    let [a, b] = ["7", "999"].map(|hidden| {
        let world = World::with(&model.replace("{hidden}", hidden));
        let told = |script: &str| world.as_user("u", &format!("{script}; SELECT * FROM T"));
        [
            "ALTER METRIC Sub AS V[FILTER: Store = Store.\"S2\"]",
            "ALTER METRIC Open AS V",
            "BEGIN; ALTER METRIC Open AS X; ALTER METRIC X AS V; COMMIT",
            "CREATE SCENARIO A; ALTER METRIC Open IN SCENARIO A AS V; SELECT * FROM A.T",
            "ALTER METRIC Open AS Q * 2 + X",
            "ALTER METRIC X AS V",
        ]
        .map(told)
    });
    assert_eq!(a, b);
    for (at, answer) in a.iter().enumerate() {
        let is_refused = answer.contains("RESETACCESSRIGHTS shows to others");
        assert_eq!(is_refused, at != 4, "{answer}");
    }
}
