//! A subset tells of its dimension's items what the dimension itself does, and keeps what was put in.

use crate::two_worlds::answer;
use crate::world::{World, run};

const MODEL: &str = "
    CREATE DIMENSION Store (Code TEXT, Opened DATE, Rent NUMBER);
    CREATE SUBSET Old OF Store AS Store.Opened < DATE(2020,1,1);
    CREATE SUBSET Oldest OF Old AS Old.Opened < DATE(2018,1,1);
    CREATE METRIC Sales NUMBER BY (Store);
    CREATE METRIC Plan NUMBER BY (Old);
    CREATE METRIC Wish NUMBER BY (Oldest);
    CREATE METRIC Route NUMBER BY (Old, Store);
    CREATE ROLE Analyst PERMISSIONS (\"Display Application\", \"Open Boards\", \"Use formula playground\") READ ALLOWED WRITE ALLOWED;
    CREATE USER 'ann'; GRANT ROLE Analyst TO USER 'ann'; CREATE USER 'mo'; GRANT ROLE Modeler TO USER 'mo';
    CREATE METRIC Words ACCESS RIGHTS BY (User, Store);
    ALTER APPLICATION SET INHERITANCE OFF;
";

/// Two worlds that `ann` may not tell apart: in A an old store is hidden from her, in B two others are.
fn pair(rule: &str) -> (World, World) {
    let world = |hidden: &[(&str, &str)]| {
        let world = World::with(MODEL);
        world.run("INSERT INTO Store VALUES ('S1', '2016-01-01', 1)");
        for (at, (name, opened)) in hidden.iter().enumerate() {
            world.run(&format!("INSERT INTO Store VALUES ('{name}', '{opened}', {at})"));
        }
        world.run(
            "INSERT INTO Store VALUES ('S2', '2019-01-01', 3), ('S3', '2022-01-01', 4);
            INSERT INTO Plan VALUES ('S1', 1.5), ('S2', 2.5); INSERT INTO Wish VALUES ('S1', 3.5);
            INSERT INTO Sales VALUES ('S1', 1), ('S2', 2), ('S3', 3); INSERT INTO Route VALUES ('S1', 'S2', 1), ('S2', 'S3', 2);",
        );
        for (name, _) in hidden {
            world.run(&format!(
                "INSERT INTO Words VALUES ('ann', '{name}', '--'); INSERT INTO Plan VALUES ('{name}', 17.25);
                 INSERT INTO Sales VALUES ('{name}', 17.5);
                 INSERT INTO Route VALUES ('{name}', 'S1', 5), ('S1', '{name}', 6), ('{name}', '{name}', 7);"
            ));
        }
        world.run(&format!("CREATE RULE r APPLY READ, WRITE OF Words TO {rule}"));
        world
    };
    (world(&[("Ghost", "2015-01-01")]), world(&[("Gast", "2014-06-01"), ("Gaul", "2019-06-01")]))
}

/// What `ann` is answered in both worlds, which must be the same; what was written is taken back.
fn same(a: &World, b: &World, question: &str) -> String {
    let [in_a, in_b] = [a, b].map(|world| {
        let session = world.app.session("ann").unwrap();
        let said = answer(&session, &format!("BEGIN; {question}"));
        drop(run(&session, "ROLLBACK"));
        let text = run(&session, &format!("BEGIN; {question}")).unwrap_or_else(|e| format!("error: {e}"));
        drop(run(&session, "ROLLBACK"));
        (said, text)
    });
    assert!(in_a.0 == in_b.0, "{question}\n{}\n{}", in_a.1, in_b.1);
    in_a.1
}

#[test]
fn a_hidden_item_is_hidden_in_every_subset() {
    let (a, b) = pair("ITEMS OF Store");
    assert_ne!(a.run("SELECT COUNT(*) FROM Old"), b.run("SELECT COUNT(*) FROM Old"), "the worlds differ");
    for question in [
        "SELECT *, Position FROM Old",
        "SELECT *, Position FROM Oldest",
        "SELECT Old, Old.Position, Old.Opened, Plan FROM Plan ORDER BY 1",
        "SELECT COUNT(*), SUM(Plan), MAX(Plan) FROM Plan",
        "SELECT * FROM Wish",
        "SELECT * FROM Route",
        "SELECT COUNT(*) FROM Plan WHERE Old = 'Ghost'",
        "UPDATE Plan SET Plan = 2 * Plan",
        "DELETE FROM Plan",
        "INSERT INTO Plan VALUES ('Ghost', 1)",
        "INSERT INTO Plan VALUES ('Gast', 1)",
        "EVALUATE Plan",
        "EVALUATE Old.\"Ghos\"",
        "EVALUATE COUNTALLOF(1[ADD: Old])",
        "SHOW DIMENSIONS",
        "SHOW SUBSETS",
    ] {
        same(&a, &b, question);
    }
    assert_eq!(same(&a, &b, "SELECT Code, Position FROM Old"), "S1,1\nS2,2");
    assert_eq!(same(&a, &b, "SELECT Old, Plan FROM Plan"), "S1,1.5\nS2,2.5");
    assert_eq!(same(&a, &b, "SELECT * FROM Route"), "S1,S2,1.0\nS2,S3,2.0");
    let snapshot = a.app.session("ann").unwrap();
    assert!(snapshot.cell("Plan", &["Ghost"]).is_err());
    assert_eq!(snapshot.series("Plan", &[None]).unwrap().len(), 2);
}

#[test]
fn a_rule_on_all_metrics_with_a_dimension_closes_those_by_its_subsets() {
    let (a, b) = pair("ALL METRICS WITH (Store)");
    for question in [
        "SELECT SUM(Plan), COUNT(*) FROM Plan",
        "SELECT * FROM Plan",
        "SELECT * FROM Wish",
        "SELECT * FROM Route",
        "UPDATE Plan SET Plan = 1",
        "DELETE FROM Route",
    ] {
        same(&a, &b, question);
    }
    assert_eq!(a.as_user("ann", "SELECT * FROM Plan"), "S1,1.5\nS2,2.5");
    assert!(a.as_user("ann", "INSERT INTO Plan VALUES ('Ghost', 1)").contains("not yours to write"));
    // The items are not hidden.
    assert_eq!(a.as_user("ann", "SELECT Code FROM Old"), "S1\nGhost\nS2");
}

#[test]
fn a_rule_on_a_property_holds_in_every_subset() {
    let world = World::with(MODEL);
    world.run(
        "INSERT INTO Store VALUES ('S1', '2016-01-01', 1), ('S2', '2017-01-01', 2); INSERT INTO Words VALUES ('ann', 'S2', '--');
        CREATE RULE r APPLY READ OF Words TO PROPERTY Store.Rent",
    );
    for subset in ["Store", "Old", "Oldest"] {
        assert_eq!(world.as_user("ann", &format!("SELECT Code, Rent FROM {subset}")), "S1,1.0\nS2,-", "{subset}");
    }
    world.run("INSERT INTO Wish VALUES ('S1', 1), ('S2', 2)");
    assert_eq!(world.as_user("ann", "SELECT Oldest.Rent, Wish FROM Wish"), "1.0,1.0\n-,2.0");
    assert_eq!(world.as_user("ann", "EVALUATE Oldest.Rent"), "S1,1.0");
    // Whoever does not define security makes no subset of what she is kept from.
    let refused = world.as_user("mo", "CREATE SUBSET Probe OF Store AS Store.Rent > 1");
    assert!(refused.contains("Define Application security") && refused.contains("a rule or your role closes that"), "{refused}");
    assert_eq!(world.as_user("mo", "CREATE SUBSET Probe OF Store AS Store.Opened > DATE(2016,6,1); SELECT Code FROM Probe"), "S2");
}

#[test]
fn what_a_formula_over_rights_reads_through_a_subset_is_guarded() {
    let world = World::with(MODEL);
    world.run(
        "INSERT INTO Store VALUES ('S1', '2016-01-01', 1), ('S2', '2022-01-01', 2); INSERT INTO Sales VALUES ('S1', 1), ('S2', 2);
        CREATE METRIC Members NUMBER BY (Old) AS 1[ADD: Old];
        CREATE METRIC Closed ACCESS RIGHTS BY (User, Store) AS ACCESSRIGHTS(IF(Members[TOPARENTLIST: Store] = 1, FALSE), BLANK)[ADD: User];
        CREATE RULE r APPLY READ OF Closed TO Sales",
    );
    assert_eq!(world.as_user("ann", "SELECT * FROM Sales"), "S2,2.0");
    let refused = world.as_user("mo", "UPDATE Store SET Opened = '2022-01-01' WHERE Code = 'S1'");
    assert!(refused.contains("Define Application security"), "{refused}");
    assert_eq!(world.as_user("mo", "UPDATE Store SET Rent = 5 WHERE Code = 'S1'"), "");
    world.run("UPDATE Store SET Opened = '2022-01-01' WHERE Code = 'S1'");
    assert_eq!(world.as_user("ann", "SELECT * FROM Sales"), "S1,1.0\nS2,2.0");
}

#[test]
fn input_survives_a_condition_that_flickers() {
    let world = World::with(MODEL);
    world.run("CREATE METRIC Both NUMBER BY (Old, Oldest)");
    let stores = (0..40).map(|i| format!("('S{i}', '20{:02}-01-01', {i})", 10 + i % 10)).collect::<Vec<_>>().join(", ");
    world.run(&format!("INSERT INTO Store VALUES {stores}"));
    for (metric, keys) in [("Plan", "o.Code"), ("Wish", "p.Code"), ("Both", "o.Code, p.Code")] {
        let from = if metric == "Plan" {
            "Old o"
        } else if metric == "Wish" {
            "Oldest p"
        } else {
            "Old o CROSS JOIN Oldest p"
        };
        world.run(&format!("INSERT INTO {metric} SELECT {keys}, 1 FROM {from}"));
    }
    let all = "SELECT COUNT(*), SUM(Plan) FROM Plan; SELECT COUNT(*) FROM Wish; SELECT COUNT(*) FROM Both; SELECT COUNT(*) FROM Old; SELECT COUNT(*) FROM Oldest";
    let before = world.run(all);
    assert_eq!(before, "40,40.0\n32\n1280\n40\n32");
    world.run("UPDATE Store SET Opened = '2018-06-01' WHERE Rent >= 30");
    assert_eq!(world.run(all), "40,40.0\n24\n960\n40\n24");
    world.run("UPDATE Store SET Opened = '2025-06-01' WHERE Rent >= 20");
    assert_eq!(world.run(all), "20,20.0\n16\n320\n20\n16");
    // More stores than the keys have room for, while the others are away.
    let more = (40..200).map(|i| format!("('S{i}', NULL, {i})")).collect::<Vec<_>>().join(", ");
    world.run(&format!("INSERT INTO Store VALUES {more}"));
    world.run("UPDATE Plan SET Plan = 3 WHERE Old = 'S0'");
    let back = (0..40).map(|i| format!("('S{i}', '20{:02}-01-01', {i})", 10 + i % 10)).collect::<Vec<_>>().join(", ");
    world.run(&format!("INSERT INTO Store VALUES {back}"));
    assert_eq!(world.run(all), before.replace("40,40.0", "40,42.0"));
    // A transaction that is rolled back has moved nothing.
    let session = world.owner();
    run(&session, "BEGIN; UPDATE Store SET Opened = NULL; SELECT * FROM Plan; ROLLBACK").unwrap();
    assert_eq!(world.run(all), before.replace("40,40.0", "40,42.0"));
    // A formula in between has no input to bring back.
    world.run("UPDATE Store SET Opened = NULL WHERE Rent < 10; ALTER METRIC Plan AS 7[ADD: Old]; ALTER METRIC Plan DROP FORMULA;");
    world.run("UPDATE Store SET Opened = '2001-01-01' WHERE Rent < 10");
    assert_eq!(world.run("SELECT COUNT(*), SUM(Plan) FROM Plan"), "30,210.0");
}

#[test]
fn a_subset_and_what_it_keeps_are_there_when_the_files_are_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app");
    let open = || smalt::Application::open(&path, smalt::Options::default()).unwrap();
    let ask = "SELECT *, Position FROM Old; SELECT Old, Plan FROM Plan ORDER BY Old; SELECT Store, Total FROM Total ORDER BY Store;
        SELECT Name FROM Shelf";
    let before = {
        let app = open();
        let session = app.owner_session().unwrap();
        run(
            &session,
            "BEGIN; CREATE METRIC Plan NUMBER BY (Old); CREATE DIMENSION Store (Code TEXT, Opened DATE) ORDER BY Opened DESC;
            CREATE SUBSET Old OF Store AS Store.Opened < DATE(2020,1,1); COMMIT;
            CREATE DIMENSION Shelf (Name TEXT, Store Store) ORDER BY Store;
            INSERT INTO Store VALUES ('S1', '2016-01-01'), ('S2', '2017-01-01'), ('S3', '2018-01-01');
            INSERT INTO Shelf VALUES ('a', 'S1'), ('b', 'S2'), ('c', 'S3');
            INSERT INTO Plan VALUES ('S1', 1), ('S2', 2), ('S3', 3);
            CREATE METRIC Total NUMBER BY (Store) AS CUMULATE(Plan[TOPARENTLIST: Store], Store);
            UPDATE Store SET Opened = '2021-01-01' WHERE Code = 'S2'",
        )
        .unwrap();
        run(&session, ask).unwrap()
    };
    assert_eq!(before, "S3,2018-01-01,1\nS1,2016-01-01,2\nS3,3.0\nS1,1.0\nS3,3.0\nS1,4.0\nb\nc\na");
    let app = open();
    let session = app.owner_session().unwrap();
    assert_eq!(run(&session, ask).unwrap(), before);
    run(&session, "UPDATE Store SET Opened = '2017-01-01' WHERE Code = 'S2'").unwrap();
    assert_eq!(
        run(&session, "SELECT Old, Plan FROM Plan ORDER BY Old; SELECT Name FROM Shelf").unwrap(),
        "S3,3.0\nS2,2.0\nS1,1.0\nc\nb\na"
    );
}

/// Which items are in a subset shows to all who see the items: who makes a rule on what decides that is told.
#[test]
fn a_rule_names_the_subsets_that_tell_of_what_it_covers() {
    let world = World::with(
        "CREATE DIMENSION D (Name TEXT, Rank NUMBER); INSERT INTO D VALUES ('a', 1), ('b', 9);
         CREATE METRIC M NUMBER BY (D); CREATE METRIC Double NUMBER BY (D) AS M * 2;
         CREATE SUBSET Large OF D AS Double > 3; CREATE SUBSET High OF D AS D.Rank > 5;
         CREATE METRIC R ACCESS RIGHTS BY (User, D);",
    );
    let made = |rule: &str| world.messages(&format!("CREATE RULE r APPLY READ OF R TO {rule}; DROP RULE r")).remove(0);
    let told = |subset: &str| {
        format!("rule `r` created (what it covers decides who is in `{subset}`, which all can see); it closes nothing for anybody")
    };
    assert_eq!(made("M"), told("Large"));
    assert_eq!(made("PROPERTY D.Rank"), told("High"));
    assert_eq!(made("ITEMS OF D"), "rule `r` created; it closes nothing for anybody");
}
