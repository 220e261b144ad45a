//! Attacks that once told what is hidden, or destroyed it: each with two worlds that the attacker may not tell apart.

use crate::world::World;

/// Two worlds that differ in what stands for `{hidden}`; what the attacker is told in both.
fn told(model: &str, hidden: [&str; 2], attacks: &[&str]) -> Vec<String> {
    let [a, b] = hidden.map(|hidden| {
        let world = World::with(&model.replace("{hidden}", hidden));
        attacks.iter().map(|attack| world.as_user("u", attack)).collect::<Vec<_>>()
    });
    for ((attack, a), b) in attacks.iter().zip(&a).zip(&b) {
        assert_eq!(a, b, "{attack}");
    }
    a
}

/// A property is computed by the formulas of Base: where a scenario has another one, that says nothing of who may read what Base has made.
#[test]
fn a_formula_of_a_scenario_opens_no_property() {
    let model = "
        CREATE DIMENSION Store (Name TEXT); INSERT INTO Store VALUES ('S1'), ('S2');
        CREATE DIMENSION Kind (Name TEXT); INSERT INTO Kind VALUES ('small'), ('large');
        CREATE METRIC V NUMBER BY (Store); INSERT INTO V VALUES ('S1', 1), ('S2', {hidden});
        CREATE METRIC W NUMBER BY (Store); INSERT INTO W VALUES ('S1', 1), ('S2', 2);
        CREATE USER 'u'; GRANT ROLE Modeler TO USER 'u';
        CREATE METRIC SR ACCESS RIGHTS BY (User, Store); INSERT INTO SR VALUES ('u', 'S2', '--');
        CREATE RULE r APPLY READ, WRITE OF SR TO V;";
    let answers = told(
        model,
        ["7", "999"],
        &[
            "CREATE METRIC Q NUMBER BY (Store) AS V; CREATE METRIC Q2 NUMBER BY (Store) AS Q * 2;
             ALTER DIMENSION Store ADD PROPERTY Z NUMBER AS Q2;
             ALTER DIMENSION Store ADD PROPERTY K Kind AS IF(Q2 > 100, Kind.\"large\", Kind.\"small\");",
            "CREATE SCENARIO Up; SELECT * FROM Up.Store",
            "ALTER METRIC Q IN SCENARIO Up AS 1[ADD: Store]; SELECT * FROM Up.Store",
            "USE SCENARIO Up; EVALUATE Store.Z; EVALUATE W[BY: Store.K]; EXPLAIN VALUE Q AT (Store = 'S2')",
            "COMPARE SCENARIO Up WITH Base ON Q2 BY Store.K",
            "USE SCENARIO Up; UPDATE Store SET Name = 'S3' WHERE Z > 500; SELECT * FROM Store",
            "CREATE METRIC In1 NUMBER BY (Store); ALTER METRIC In1 IN SCENARIO Up AS Store.Z; SELECT * FROM Up.In1; MERGE SCENARIO Up INTO Base; SELECT * FROM In1",
            "DROP SCENARIO Up; SELECT * FROM Store",
        ],
    );
    assert_eq!(answers[2], "S1,2.0,small\nS2,-,-");
    assert_eq!(answers[7], answers[1], "what may be read is the same in all scenarios");
}

/// Of a property that may be read in Base nothing is hidden because a scenario's formula reads something else.
#[test]
fn a_formula_of_a_scenario_closes_no_property() {
    let world = World::with(
        "CREATE DIMENSION Store (Name TEXT); INSERT INTO Store VALUES ('S1'), ('S2');
         CREATE METRIC V NUMBER BY (Store); INSERT INTO V VALUES ('S1', 1), ('S2', 2);
         CREATE METRIC Open NUMBER BY (Store); INSERT INTO Open VALUES ('S1', 3), ('S2', 4);
         CREATE METRIC Q NUMBER BY (Store) AS Open;
         ALTER DIMENSION Store ADD PROPERTY Z NUMBER AS Q;
         CREATE SCENARIO Up; ALTER METRIC Q IN SCENARIO Up AS V;
         CREATE USER 'u'; GRANT ROLE Reader TO USER 'u';
         CREATE METRIC SR ACCESS RIGHTS BY (User, Store); INSERT INTO SR VALUES ('u', 'S2', '--');
         CREATE RULE r APPLY READ OF SR TO V;",
    );
    assert_eq!(world.as_user("u", "SELECT * FROM Up.Store"), "S1,3.0\nS2,4.0");
    assert_eq!(world.as_user("u", "SELECT * FROM Up.Q"), "S1,1.0");
    // Base follows another formula, and so does what may be read of the property in the scenario.
    world.run("ALTER METRIC Q AS V * 2");
    assert_eq!(world.as_user("u", "SELECT * FROM Up.Store"), "S1,2.0\nS2,-");
    assert_eq!(world.as_user("u", "SELECT * FROM Store"), "S1,2.0\nS2,-");
}

/// Who stands before whom tells of what the items are ordered by.
#[test]
fn an_order_puts_no_hidden_property_into_a_subset() {
    let model = "
        CREATE DIMENSION Emp (Name TEXT, Sal NUMBER); INSERT INTO Emp VALUES ('E1', 10), ('E2', 20), ('E3', {hidden});
        CREATE METRIC I NUMBER BY (Emp); INSERT INTO I VALUES ('E1', 1), ('E2', 1), ('E3', 1);
        CREATE USER 'u'; GRANT ROLE Modeler TO USER 'u';
        CREATE METRIC No ACCESS RIGHTS BY (User); INSERT INTO No VALUES ('u', '--');
        CREATE RULE r APPLY READ, WRITE OF No TO PROPERTY Emp.Sal;";
    let answers = told(
        model,
        ["5", "99"],
        &[
            "CREATE SUBSET S OF Emp AS Emp > Emp.\"E2\"",
            "CREATE SUBSET S2 OF Emp AS CUMULATE(I, Emp) > 2; CREATE SUBSET S3 OF Emp AS I[SELECT: Emp - 1] = 1",
            "ALTER DIMENSION Emp ORDER BY Sal",
            "SELECT Name FROM S; SELECT Name FROM S2; SELECT Name FROM S3",
            "ALTER DIMENSION Emp ORDER BY Name DESC; SELECT Name FROM S",
        ],
    );
    assert!(answers[2].contains("Define Application security"), "{}", answers[2]);
    assert_eq!(answers[4], "E1", "an order by what may be read is no matter of rights");
}

/// Rights that count items, or look at their neighbours, are changed by one more item.
#[test]
fn one_more_item_changes_no_rights() {
    for rights in [
        "ACCESSRIGHTS(IF(ISBLANK(SHIFT(Store, 1)), FALSE), BLANK)[ADD: User]",
        "ACCESSRIGHTS(IF(COUNTALLOF(F) < 3, FALSE), BLANK)[ADD: User, Store]",
        "ACCESSRIGHTS(IF((1[ADD: Store])[REMOVE SUM: Store] < 3, FALSE), BLANK)[ADD: User, Store]",
    ] {
        let world = World::with(&format!(
            "CREATE DIMENSION Store (Name TEXT); INSERT INTO Store VALUES ('S1'), ('S2');
             CREATE METRIC V NUMBER BY (Store); INSERT INTO V VALUES ('S1', 1), ('S2', 77);
             CREATE METRIC F NUMBER BY (Store);
             CREATE USER 'u'; GRANT ROLE Contributor TO USER 'u';
             CREATE METRIC SR ACCESS RIGHTS BY (User, Store) AS {rights};
             CREATE RULE r APPLY READ OF SR TO V;"
        ));
        world.file("more.csv", "Store,F\nS3,1\n");
        let before = world.as_user("u", "SELECT * FROM V");
        assert!(!before.contains("77"), "{rights}: {before}");
        for attack in ["INSERT INTO Store VALUES ('S3')", "COPY F FROM 'more.csv' WITH (unknown = create)"] {
            let answer = world.as_user("u", attack);
            assert!(answer.contains("Define Application security"), "{rights}: {attack}: {answer}");
        }
        assert_eq!(world.as_user("u", "SELECT * FROM V"), before);
        world.run("INSERT INTO Store VALUES ('S3')");
    }
    // Rights by item alone do not hinder anybody.
    let world = World::with(
        "CREATE DIMENSION Store (Name TEXT); INSERT INTO Store VALUES ('S1');
         CREATE USER 'u'; GRANT ROLE Contributor TO USER 'u'; CREATE METRIC V NUMBER BY (Store);
         CREATE METRIC SR ACCESS RIGHTS BY (User, Store); CREATE RULE r APPLY READ OF SR TO V;",
    );
    assert_eq!(world.as_user("u", "INSERT INTO Store VALUES ('S2'); SELECT * FROM Store"), "S1\nS2");
}

/// The first one of a group that a filter leaves out still stands there: what comes to be BLANK tells of it.
#[test]
fn first_and_last_read_who_stands_at_the_end() {
    let model = "
        CREATE DIMENSION Team (Name TEXT); INSERT INTO Team VALUES ('T1'), ('T2');
        CREATE DIMENSION Emp (Name TEXT, Team Team);
        INSERT INTO Emp VALUES {hidden};
        CREATE METRIC V NUMBER BY (Emp); INSERT INTO V VALUES ('E1', 1), ('E2', 2);
        CREATE METRIC TL NUMBER AS V[SELECT LAST: Emp.Team = Team.\"T1\"];
        CREATE METRIC TF NUMBER AS V[FILTER: Emp.Team = Team.\"T1\"][REMOVE FIRST: Emp];
        CREATE METRIC TI NUMBER AS V[SELECT FIRST: Emp IN (Emp.\"E1\", Emp.\"E2\")];
        CREATE METRIC TN NUMBER AS V[FILTER: Emp.Team = Team.\"T1\"][REMOVE LASTNONBLANK: Emp];
        CREATE METRIC BT NUMBER BY (Team) AS V[FILTER: Emp = Emp.\"E1\"][BY FIRST: Emp.Team];
        CREATE USER 'u'; GRANT ROLE Reader TO USER 'u';
        CREATE METRIC TR ACCESS RIGHTS BY (User, Team); INSERT INTO TR VALUES ('u', 'T2', '--');
        CREATE RULE r APPLY READ OF TR THROUGH Emp.Team TO ITEMS OF Emp;";
    let all: Vec<String> = ["TL", "TF", "TI", "TN", "BT"]
        .iter()
        .map(|metric| {
            let at = if *metric == "BT" { "Team = 'T1'" } else { "" };
            format!("SELECT * FROM {metric}; EXPLAIN VALUE {metric} AT ({at})")
        })
        .collect();
    let attacks: Vec<&str> = all.iter().map(String::as_str).collect();
    let answers = told(model, ["('E1', 'T1'), ('E2', 'T1'), ('G', 'T2')", "('G', 'T2'), ('E1', 'T1'), ('E2', 'T1')"], &attacks);
    assert!(answers[3].starts_with("2.0"), "what is chosen among those that are there is readable: {}", answers[3]);
    assert!(answers[4].starts_with("T1,1.0"), "nobody hidden is in the team: {}", answers[4]);
}

/// With an item go its cells in all scenarios.
#[test]
fn an_item_is_not_deleted_with_cells_of_a_scenario_that_is_not_theirs() {
    for right in ["READ", "NONE"] {
        let world = World::with(&format!(
            "CREATE DIMENSION S (Name TEXT); INSERT INTO S VALUES ('s1'), ('s2'); CREATE DIMENSION Free (Name TEXT); INSERT INTO Free VALUES ('f');
             CREATE METRIC V NUMBER BY (S);
             CREATE SCENARIO Up; INSERT INTO Up.V VALUES ('s2', 3);
             CREATE USER 'u'; GRANT ROLE Contributor TO USER 'u'; GRANT {right} ON SCENARIO Up TO ROLE Contributor;"
        ));
        let answer = world.as_user("u", "DELETE FROM S WHERE Name = 's2'");
        assert!(answer.contains("some of these cells are not yours to write"), "{right}: {answer}");
        assert_eq!(world.run("SELECT * FROM Up.V"), "s2,3.0");
        assert_eq!(world.as_user("u", "DELETE FROM Free"), "", "no cell is by it");
        world.run("DELETE FROM S WHERE Name = 's2'");
        assert_eq!(world.run("SELECT * FROM Up.V"), "");
    }
}

const HIDDEN_SCENARIO: &str = "
    CREATE METRIC Q NUMBER; CREATE METRIC Q2 NUMBER; CREATE METRIC F NUMBER AS Q; CREATE SCENARIO Sec;
    CREATE ROLE L PERMISSIONS (\"Display Application\", \"View Application and Blocks updates\", \"Configure Blocks\") READ ALLOWED WRITE ALLOWED;
    CREATE USER 'u'; GRANT ROLE L TO USER 'u'; GRANT NONE ON SCENARIO Sec TO ROLE L;
    BEGIN; COMMENT ON METRIC Q IS 'c'; {hidden} COMMIT;";

/// What is done to a scenario whose very name is hidden leaves no row.
#[test]
fn the_audit_tells_nothing_of_a_hidden_scenario() {
    for deed in ["ALTER METRIC Q IN SCENARIO Sec AS Q * 2;", "USE SCENARIO Sec; RECALCULATE METRIC F; USE SCENARIO Base;"] {
        told(HIDDEN_SCENARIO, ["", deed], &["SHOW AUDIT"]);
    }
    let both = [
        "ALTER METRIC Q IN SCENARIO Sec AS Q * 2;",
        "ALTER METRIC Q IN SCENARIO Sec AS Q * 2; ALTER METRIC Q IN SCENARIO Sec DROP FORMULA;",
    ];
    told(HIDDEN_SCENARIO, both, &["SHOW AUDIT"]);
    // Who sees the scenario is told which one it was.
    let world = World::with(&HIDDEN_SCENARIO.replace("{hidden}", "ALTER METRIC Q IN SCENARIO Sec AS Q * 2;"));
    assert!(world.run("SHOW AUDIT").contains(",ALTER METRIC,Q,-,Sec,"), "{}", world.run("SHOW AUDIT"));
}

/// Something is in the way, and what it reads is not told.
#[test]
fn a_loop_through_a_hidden_scenario_is_not_drawn() {
    let hidden = HIDDEN_SCENARIO.replace("{hidden}", "ALTER METRIC Q IN SCENARIO Sec AS Q2 * 2;");
    let world = World::with(&hidden);
    let answer = world.as_user("u", "ALTER METRIC Q2 AS Q * 3");
    assert!(answer.contains("a formula refers to it") && !answer.contains("->"), "{answer}");
    let answer = world.error("ALTER METRIC Q2 AS Q * 3");
    assert!(answer.contains("Q -> Q2 -> Q") || answer.contains("Q2 -> Q -> Q2"), "{answer}");
}

/// An item of a team that is closed to `u`, who is a Modeler.
const HIDDEN_ITEM: &str = "
    CREATE DIMENSION Team (Name TEXT); INSERT INTO Team VALUES ('T1'), ('T2');
    CREATE DIMENSION Emp (Name TEXT, Team Team, Age NUMBER); INSERT INTO Emp VALUES ('E1', 'T1', 1), ('E2', 'T1', 3), {hidden};
    CREATE METRIC Pay NUMBER BY (Emp); INSERT INTO Pay VALUES ('E1', 5), ('E2', 6);
    CREATE USER 'u'; GRANT ROLE Modeler TO USER 'u'; CREATE USER 'all'; GRANT ROLE Modeler TO USER 'all';
    CREATE METRIC TR ACCESS RIGHTS BY (User, Team); INSERT INTO TR VALUES ('u', 'T2', '--');
    CREATE RULE e APPLY READ, WRITE OF TR THROUGH Emp.Team TO ITEMS OF Emp;";

/// What an item is called shows in which cells a condition chooses.
#[test]
fn no_condition_tells_the_name_of_a_hidden_item() {
    let conditions = [
        "EXCLUDE: STARTSWITH(Emp & \"\", \"G\")",
        "FILTER: NOT STARTSWITH(Emp & \"\", \"G\")",
        "EXCLUDE: LEN(Emp & \"\") = 5",
        "EXCLUDE: FIND(\"G\", Emp & \"\") = 1",
        "EXCLUDE: Emp & \"\" IN (\"Ghost\", \"x\")",
        "EXCLUDE: SWITCH(Emp & \"\", \"Ghost\", TRUE, FALSE)",
        "EXCLUDE: SWITCH(Emp, Emp.\"E1\", FALSE, STARTSWITH(Emp & \"\", \"G\"))",
        "EXCLUDE: IF(Emp = Emp.\"E1\", FALSE, STARTSWITH(SWITCH(Emp, Emp.\"E1\", Emp.\"E2\", Emp) & \"\", \"G\"))",
        "EXCLUDE: Emp > Emp.\"E2\"",
        "EXCLUDE: Emp IN (Emp.\"E1\" : Emp.\"E2\")",
    ];
    let mut attacks: Vec<String> = conditions.iter().map(|c| format!("EVALUATE Pay[{c}][REMOVE SUM: Emp]")).collect();
    attacks.extend(conditions.iter().map(|c| format!("EVALUATE (1[ADD: Emp])[{c}][REMOVE COUNT: Emp]")));
    attacks.push("EVALUATE Pay[SELECT: NOT STARTSWITH(Emp & \"\", \"G\")]".to_owned());
    attacks.push("EVALUATE CUMULATE(Pay, Emp, STARTSWITH(Emp & \"\", \"G\"))".to_owned());
    attacks.push("EVALUATE RANK(Pay, STARTSWITH(Emp & \"\", \"G\"))".to_owned());
    attacks.push(
        "ALTER DIMENSION Emp ADD PROPERTY B1 Team AS IF(STARTSWITH(Emp & \"\", \"G\"), Team.\"T1\", Team.\"T2\");
         EVALUATE Pay[BY SUM: Emp.B1]; EVALUATE (1[ADD: Emp])[BY COUNT: Emp.B1]; EVALUATE Pay[FILTER: Emp.B1 = Team.\"T1\"][REMOVE: Emp]"
            .to_owned(),
    );
    let attacks: Vec<&str> = attacks.iter().map(String::as_str).collect();
    for names in [["('Ghost', 'T2', 2)", "('Other', 'T2', 2)"], ["('Ghost', 'T2', 2)", "('Gh', 'T2', 2)"]] {
        told(HIDDEN_ITEM, names, &attacks);
    }
    // Who sees all of them is told, and so is everybody where the items that count are named.
    let world = World::with(&HIDDEN_ITEM.replace("{hidden}", "('Ghost', 'T2', 2)"));
    assert_eq!(world.as_user("all", attacks[0]), "11.0");
    assert_eq!(world.as_user("all", attacks.last().unwrap()), "T2,11.0\nT1,1\nT2,2\n");
    for (open, answer) in [
        ("EVALUATE Pay[FILTER: Emp = Emp.\"E1\"][REMOVE: Emp]", "5.0"),
        ("EVALUATE Pay[SELECT: Emp IN (Emp.\"E1\", Emp.\"E2\")]", "11.0"),
        ("EVALUATE Pay[FILTER: Emp.Team = Team.\"T1\"][REMOVE: Emp]", "11.0"),
        ("EVALUATE Pay[EXCLUDE: Emp = Emp.\"E1\"]", "E2,6.0"),
        ("EVALUATE Pay[FILTER: Emp <> Emp.\"E1\"]", "E2,6.0"),
        ("EVALUATE Pay[FILTER: Emp = Emp.\"E1\" OR Emp = Emp.\"E2\"]", "E1,5.0\nE2,6.0"),
        ("EVALUATE SWITCH(Emp, Emp.\"E1\", Pay * 2, Pay)", "E1,10.0\nE2,6.0"),
        ("EVALUATE IF(STARTSWITH(Emp & \"\", \"E1\"), Pay)", "E1,5.0"),
        ("EVALUATE Pay[BY: Emp.Team]", "T1,11.0"),
        ("EVALUATE Pay[FILTER: Emp.Team = Team.\"T1\"]", "E1,5.0\nE2,6.0"),
    ] {
        assert_eq!(world.as_user("u", open), answer, "{open}");
    }
}

/// Where the items of a subset are counted shows whether a hidden one is among them.
#[test]
fn no_subset_tells_of_a_hidden_item() {
    let conditions = [
        "Emp.Age > 5 OR Emp = Emp.\"E1\"",
        "STARTSWITH(Emp.Name, \"G\") OR Emp = Emp.\"E1\"",
        "STARTSWITH(Emp & \"\", \"G\") OR Emp = Emp.\"E1\"",
    ];
    for condition in conditions {
        let make = format!("CREATE SUBSET S OF Emp AS {condition}");
        let rows = "SELECT * FROM S; EVALUATE Pay[TOSUBSET: S]";
        let attacks = [
            make.as_str(),
            rows,
            "EVALUATE Pay[TOSUBSET: S][REMOVE SUM: S]",
            "EVALUATE (1[ADD: S])[REMOVE COUNT: S]",
            "EVALUATE COUNTALLOF(Pay[TOSUBSET: S])",
            "EVALUATE CUMULATE(Pay[TOSUBSET: S], S)",
            "EVALUATE Pay[TOSUBSET: S][BY: S.Team]",
            "EVALUATE Pay[TOSUBSET: S][SELECT: S - 1]",
            "EVALUATE RANK(Pay[TOSUBSET: S])",
            "EVALUATE RANK(Pay[TOSUBSET: S], S.Team)",
            "EVALUATE 6[ADD SPLIT: S]",
            "EVALUATE (2[ADD: Team])[BY SPLIT: S.Team]",
            "CREATE METRIC Run NUMBER BY (S) AS Pay[TOSUBSET: S] + PREVIOUS(S)",
            "SELECT * FROM Run",
        ];
        let pairs = [["('G', 'T2', 2)", "('G', 'T2', 7)"], ["('G', 'T2', 2)", "('X', 'T2', 2)"], ["('E9', 'T2', 2)", "('G', 'T2', 9)"]];
        for hidden in pairs {
            let answers = told(HIDDEN_ITEM, hidden, &attacks);
            // Who does not define security makes none of what a rule speaks of.
            if !answers[0].contains("Define Application security") {
                assert!(answers[1].starts_with("E1,T1,1.0"), "{}", answers[1]);
            }
            // The owner's subset tells no more.
            let answers = told(&format!("{HIDDEN_ITEM} {make};"), hidden, &attacks[1..]);
            assert!(answers[0].starts_with("E1,T1,1.0"), "{}", answers[0]);
            for (attack, answer) in attacks[1..].iter().zip(&answers) {
                assert!(!answer.starts_with("error"), "{attack}: {answer}");
            }
        }
    }
    let world = World::with(&HIDDEN_ITEM.replace("{hidden}", "('G', 'T2', 2)"));
    world.run("CREATE SUBSET S OF Emp AS Emp.Team = Team.\"T1\"; CREATE SUBSET N OF Emp AS Emp = Emp.\"E1\" OR Emp = Emp.\"E2\"");
    world.run("CREATE SUBSET A OF Emp AS Emp.Age < 9");
    for subset in ["S", "N"] {
        assert_eq!(world.as_user("u", &format!("EVALUATE Pay[TOSUBSET: {subset}][REMOVE: {subset}]")), "11.0");
    }
    assert_eq!(world.as_user("u", "EVALUATE Pay[TOSUBSET: A]; EVALUATE Pay[TOSUBSET: A][SELECT: A = A.\"E1\"]"), "E1,5.0\nE2,6.0\n5.0");
    assert_eq!(world.as_user("all", "EVALUATE Pay[TOSUBSET: A][REMOVE: A]"), "11.0");
}

/// A hidden cell of V.
const HIDDEN_CELL: &str = "
    CREATE DIMENSION Store (Name TEXT); INSERT INTO Store VALUES ('S1'), ('S2'), ('S3');
    CREATE METRIC V NUMBER BY (Store); INSERT INTO V VALUES ('S1', 1), ('S2', {hidden}), ('S3', 1);
    CREATE METRIC W NUMBER BY (Store); INSERT INTO W VALUES ('S1', 1), ('S2', 1), ('S3', 1);
    CREATE USER 'u'; GRANT ROLE Modeler TO USER 'u'; CREATE USER 'all'; GRANT ROLE Modeler TO USER 'all';
    CREATE METRIC SR ACCESS RIGHTS BY (User, Store); INSERT INTO SR VALUES ('u', 'S2', '--');
    CREATE RULE r APPLY READ, WRITE OF SR TO V;";

/// Whether parents that are computed lead back to their own items is told by no refusal, and by no link that is left out.
#[test]
fn no_computed_parent_tells_of_a_hidden_cell() {
    for formula in [
        "IF(V > 500, Store.\"S2\")",
        "IF(V > 500, Store.\"S1\", IF(Store = Store.\"S1\", Store.\"S2\"))",
        "IF(Q > 500, Store.\"S2\", Store.\"S1\")",
    ] {
        let add = format!("ALTER DIMENSION Store ADD PROPERTY Par Store AS {formula}");
        let look = "SELECT * FROM Store; EVALUATE ROLLUP(W, Store.Par); EVALUATE W[BY: Store.Par]; EVALUATE Store.Par & \"x\"";
        let script = [
            "CREATE METRIC Q NUMBER BY (Store) AS W".to_owned(),
            add.clone(),
            look.to_owned(),
            "ALTER METRIC Q AS V".to_owned(),
            look.to_owned(),
            "INSERT INTO Store (Name) VALUES ('S4'); INSERT INTO V VALUES ('S1', 2)".to_owned(),
            look.to_owned(),
            "ALTER METRIC Q AS V * 2".to_owned(),
            format!("BEGIN; CREATE METRIC Q2 NUMBER BY (Store) AS V; {}; COMMIT", add.replace("Par", "Par2").replace('Q', "Q2")),
            "SELECT * FROM Store".to_owned(),
        ];
        let attacks: Vec<&str> = script.iter().map(String::as_str).collect();
        told(HIDDEN_CELL, ["7", "999"], &attacks);
    }
    // Who may read all of it is told, and nobody else is held up by it.
    let world = World::with(&HIDDEN_CELL.replace("{hidden}", "999"));
    let loops = "ALTER DIMENSION Store ADD PROPERTY Par Store AS IF(V > 500, Store.\"S2\")";
    assert!(world.as_user("all", loops).contains("the `Par` of `S2` in `Store` would make a loop"));
    assert!(
        world
            .as_user("u", "ALTER DIMENSION Store ADD PROPERTY Par Store AS Store")
            .contains("the `Par` of `S1` in `Store` would make a loop")
    );
    assert_eq!(world.as_user("u", loops), "");
    assert_eq!(world.run("INSERT INTO V VALUES ('S1', 600); SELECT * FROM Store"), "S1,S2\nS2,-\nS3,-");
    assert_eq!(world.run("INSERT INTO V VALUES ('S2', 6); EVALUATE ROLLUP(W, Store.Par)"), "S1,1.0\nS2,2.0\nS3,1.0");
}

/// Where a hidden item stands must not be made to tell what it is like.
#[test]
fn an_order_is_set_by_who_sees_what_it_goes_by() {
    let answers = told(
        HIDDEN_ITEM,
        ["('G', 'T2', 2)", "('G', 'T2', 7)"],
        &["ALTER DIMENSION Emp ORDER BY Age", "EVALUATE CUMULATE(Pay, Emp)", "BEGIN; ALTER DIMENSION Emp ORDER BY Age DESC; COMMIT"],
    );
    assert!(answers[0].contains("not yours to see"), "{}", answers[0]);
    // Nor by the order of what the items belong to.
    let by_team = HIDDEN_ITEM.to_owned()
        + "INSERT INTO Team VALUES ('T3'); INSERT INTO TR VALUES ('u', 'T3', '--'); ALTER DIMENSION Emp ORDER BY Team;";
    let attacks = ["ALTER DIMENSION Team ORDER BY Name DESC", "EVALUATE CUMULATE(Pay, Emp); SELECT * FROM Team"];
    let late = format!("{by_team} ALTER DIMENSION Team ORDER BY Name; UPDATE Emp SET Team = 'T3' WHERE Age = 7;");
    told(&late, ["('G', 'T2', 2)", "('G', 'T2', 7)"], &attacks);
    let world = World::with(&HIDDEN_ITEM.replace("{hidden}", "('G', 'T2', 2)"));
    assert_eq!(world.as_user("all", "ALTER DIMENSION Emp ORDER BY Age DESC; SELECT Name FROM Emp"), "E2\nG\nE1");
    assert_eq!(world.as_user("u", "ALTER DIMENSION Team ORDER BY Name DESC; SELECT Name FROM Team"), "T2\nT1");
}

/// A formula that waits for COMMIT is read by who wrote it, also where something in it gets another name.
#[test]
fn a_rename_reads_no_waiting_formula_with_the_eyes_of_all() {
    let waiting = "BEGIN; ALTER METRIC W AS SWITCH(1, 1, IF(Emp = Emp.\"Ghost\", Emp, Emp), Emp).Age; ALTER DIMENSION Emp RENAME PROPERTY Age TO Years";
    let model = format!("{HIDDEN_ITEM} CREATE METRIC W NUMBER BY (Emp);");
    told(&model, ["('Ghost', 'T2', 2)", "('Other', 'T2', 2)"], &[&format!("{waiting}; ROLLBACK"), &format!("{waiting}; COMMIT")]);
}

/// A later scenario that has the name of a hidden one is another one.
#[test]
fn the_audit_takes_no_scenario_for_another_of_its_name() {
    let model = "
        CREATE DIMENSION Store (Name TEXT); INSERT INTO Store VALUES ('S1'), ('S2');
        CREATE METRIC V NUMBER BY (Store); INSERT INTO V VALUES ('S1', 1);
        CREATE ROLE R PERMISSIONS (\"Display Application\", \"Create scenarios\", \"Delete scenarios\", \"View Application and Blocks updates\",
            \"Open Boards\", \"Display Block Explorer\") READ ALLOWED WRITE ALLOWED;
        CREATE USER 'u'; GRANT ROLE R TO USER 'u';
        CREATE SCENARIO {hidden}; GRANT NONE ON SCENARIO {hidden} TO ROLE R; INSERT INTO {hidden}.V VALUES ('S2', 5); DROP SCENARIO {hidden};";
    let answers = told(model, ["Sec", "Other"], &["CREATE SCENARIO Sec; SHOW AUDIT", "DROP SCENARIO Sec; SHOW AUDIT"]);
    assert!(answers[0].contains("CREATE SCENARIO,-,scenario Sec"), "{}", answers[0]);
    // What is done in one that may be read is told, also when another one had its name before.
    let world = World::with(&model.replace("{hidden}", "Sec"));
    world.run("CREATE SCENARIO Sec; INSERT INTO Sec.V VALUES ('S1', 6), ('S2', 7)");
    let audit = world.as_user("u", "SHOW AUDIT");
    assert_eq!(audit.matches("INSERT,V,-,Sec,done,").count(), 1, "{audit}");
}

/// What a rule closes at hidden items is counted for nobody who does not see them.
#[test]
fn a_rule_tells_its_author_of_no_hidden_item() {
    let model = "
        CREATE DIMENSION Emp (Name TEXT, Age NUMBER); INSERT INTO Emp VALUES ('E1', 1), {hidden}; CREATE METRIC Pay NUMBER BY (Emp);
        CREATE ROLE Guard PERMISSIONS (\"Display Application\", \"Open Boards\", \"Define Application security\", \"Configure Blocks\")
            READ ALLOWED WRITE ALLOWED;
        CREATE USER 'u'; GRANT ROLE Guard TO USER 'u'; CREATE USER 'x'; GRANT ROLE Reader TO USER 'x';
        CREATE METRIC ER ACCESS RIGHTS BY (User, Emp); INSERT INTO ER SELECT 'u', Name, '--' FROM Emp WHERE Name <> 'E1';
        CREATE RULE r APPLY READ, WRITE OF ER TO ITEMS OF Emp;";
    let said = |hidden: &str, test: &str, target: &str| {
        let world = World::with(&model.replace("{hidden}", hidden));
        let session = world.app.session("u").unwrap();
        let mut outcome = smalt::Outcome::default();
        let rights = format!("CREATE METRIC E2 ACCESS RIGHTS BY (User, Emp) AS ACCESSRIGHTS(IF({test}, FALSE), BLANK)[ADD: User]");
        session.run(&format!("{rights}; CREATE RULE q APPLY READ OF E2 TO {target}"), &mut outcome).unwrap();
        outcome.messages.last().unwrap().1.clone()
    };
    for target in ["Pay", "PROPERTY Emp.Age", "ITEMS OF Emp"] {
        let name = "Emp & \"\" = \"Ghost\"";
        assert_eq!(said("('Ghost', 2)", name, target), said("('Other', 2)", name, target), "{target}");
        assert_eq!(said("('Ghost', 2)", "Emp.Age = 2", target), said("('Ghost', 3)", "Emp.Age = 2", target), "{target}");
        assert!(said("('Ghost', 2)", "Emp.Age = 1", target).contains("for 2 people"), "{}", said("('Ghost', 2)", "Emp.Age = 1", target));
    }
}

/// What passes over the rights is written down, with what it was about.
#[test]
fn a_question_that_cuts_inheritance_is_an_event() {
    let world = World::with(&HIDDEN_CELL.replace("{hidden}", "7"));
    world.run("CREATE USER 's'; GRANT ROLE Admin TO USER 's'; INSERT INTO SR VALUES ('s', 'S2', '--')");
    assert_eq!(world.as_user("s", "EVALUATE V; EVALUATE RESETACCESSRIGHTS(V)"), "S1,1.0\nS3,1.0\nS1,1.0\nS2,7.0\nS3,1.0");
    let audit = world.run("SHOW AUDIT");
    let events: Vec<&str> = audit.lines().filter(|line| line.contains(",EVALUATE,")).collect();
    assert_eq!(events.len(), 1, "{audit}");
    assert!(events[0].contains(",s,human,-,security,EVALUATE,V,-,Base,done,3"), "{}", events[0]);
}

/// What the owner is told of who did what: to which block and in which scenario.
#[test]
fn the_audit_says_what_an_event_is_about() {
    let world = World::with(
        "CREATE DIMENSION D (Name TEXT); INSERT INTO D VALUES ('a'); CREATE METRIC M NUMBER BY (D); CREATE METRIC N NUMBER BY (D);
         CREATE ROLE R; CREATE USER 'x'; GRANT ROLE Reader TO USER 'x';
         CREATE SCENARIO A; ALTER SCENARIO A SET READ ONLY; GRANT READ ON SCENARIO A TO ROLE R; ALTER SCENARIO A SET READ WRITE;
         MERGE SCENARIO A INTO Base; DROP SCENARIO A;
         ALTER APPLICATION SET INHERITANCE OFF; ALTER APPLICATION SET ACCESS RIGHTS STRICT;
         COPY (SELECT * FROM M JOIN N USING (D)) TO 'x.csv'; EXECUTE AS USER 'x' SELECT * FROM M;
         CREATE VIEW Vw AS SELECT * FROM M; DROP VIEW Vw; CREATE TABLE Tb OF (M, N); DROP TABLE Tb; CREATE SNAPSHOT Sn; DROP SNAPSHOT Sn;
         INSERT INTO M VALUES ('a', 1); REVERT TO REVISION 20",
    );
    let audit = world.run("SHOW AUDIT");
    for event in [
        "CREATE SCENARIO,-,scenario A,",
        "ALTER SCENARIO,-,scenario A,",
        "GRANT ON SCENARIO,-,role R, scenario A, right READ,",
        "MERGE SCENARIO,-,scenario A, scenario Base,",
        "DROP SCENARIO,-,scenario A,",
        "ALTER APPLICATION,-,setting INHERITANCE OFF,",
        "ALTER APPLICATION,-,setting ACCESS RIGHTS STRICT,",
        "COPY TO,M, N,-,Base,",
        "EXECUTE AS USER,M,-,Base,",
        "CREATE VIEW,-,view Vw,",
        "DROP VIEW,-,view Vw,",
        "CREATE TABLE,-,table Tb,",
        "DROP TABLE,-,table Tb,",
        "CREATE SNAPSHOT,-,snapshot Sn,",
        "DROP SNAPSHOT,-,snapshot Sn,",
        "REVERT,-,revision 20,",
    ] {
        assert!(audit.contains(event), "{event}\n{audit}");
    }
    let mut lines = Vec::new();
    world.app.audit_json_lines(None, &mut lines).unwrap();
    let lines = String::from_utf8(lines).unwrap();
    for part in [
        "\"name\":\"READ\",\"type\":\"right\"",
        "\"name\":\"N\",\"type\":\"metric\"",
        "\"name\":\"A\",\"type\":\"scenario\"",
        "\"name\":\"Vw\",\"type\":\"view\"",
        "\"name\":\"INHERITANCE OFF\",\"type\":\"setting\"",
    ] {
        assert!(lines.contains(part), "{part}");
    }
}

/// A table or a view tells the names of what it is made of, so it is there for whom the catalog shows it.
#[test]
fn a_saved_query_tells_no_name_that_the_catalog_hides() {
    let world = World::with(
        "CREATE DIMENSION Store (Name TEXT); INSERT INTO Store VALUES ('S1');
         CREATE METRIC V NUMBER BY (Store); INSERT INTO V VALUES ('S1', 1); CREATE METRIC Zed NUMBER BY (Store);
         CREATE VIEW VS AS SELECT * FROM Zed; CREATE TABLE TT OF (V, Zed); CREATE VIEW Open AS SELECT * FROM V;
         CREATE USER 'u'; CREATE ROLE R PERMISSIONS (\"Display Application\", \"Open Boards\") READ UNSPECIFIED WRITE DENIED; GRANT ROLE R TO USER 'u';
         CREATE METRIC OK ACCESS RIGHTS BY (User); INSERT INTO OK VALUES ('u', 'r-'); CREATE RULE o APPLY READ OF OK TO V;",
    );
    for name in ["VS", "TT"] {
        let answer = world.as_user("u", &format!("SELECT * FROM {name}"));
        assert!(answer.contains(&format!("there is no table `{name}`")) && !answer.contains("Zed"), "{answer}");
    }
    assert_eq!(world.as_user("u", "SELECT * FROM Open"), "S1,1.0");
    assert_eq!(world.run("SELECT COUNT(*) FROM VS; SELECT * FROM TT"), "0\nS1,1.0,-");
}

/// Whether an item may be added is asked of the rights that a formula gives to it.
#[test]
fn rights_by_formula_are_there_for_a_new_item() {
    let world = |rights: &str, path: &str, rule: &str| {
        World::with(&format!(
            "CREATE DIMENSION Zone (Name TEXT); INSERT INTO Zone VALUES ('Z1'), ('Z2');
             CREATE DIMENSION Team (Name TEXT, Zone Zone); INSERT INTO Team VALUES ('T1', 'Z1'), ('T2', 'Z2');
             CREATE DIMENSION Emp (Name TEXT, Team Team); INSERT INTO Emp VALUES ('E1', 'T1'), ('Ghost', 'T2'); {path}
             CREATE USER 'u'; GRANT ROLE Contributor TO USER 'u'; CREATE METRIC Pay NUMBER BY (Emp);
             CREATE METRIC ER ACCESS RIGHTS BY {rights}; CREATE RULE e APPLY READ, WRITE OF ER {rule} TO ITEMS OF Emp;"
        ))
    };
    let open = world("(User, Emp) AS ACCESSRIGHTS(TRUE, TRUE)[ADD: User, Emp]", "", "");
    assert_eq!(open.as_user("u", "INSERT INTO Emp (Name) VALUES ('E3'); SELECT Name FROM Emp"), "E1\nGhost\nE3");
    open.file("pay.csv", "Emp,Pay\nE4,1\n");
    assert_eq!(open.as_user("u", "COPY Pay FROM 'pay.csv' WITH (unknown = create); SELECT * FROM Pay"), "E4,1.0");
    // What the formula says FALSE to, or nothing, is not theirs to add, nor is a name that is taken by what they do not see.
    let by_name = "STARTSWITH(Emp & \"\", \"E\")";
    let rights = format!("(User, Emp) AS ACCESSRIGHTS({by_name}, {by_name})[ADD: User]");
    let by_zone = "(User, Zone) AS ACCESSRIGHTS(Zone = Zone.\"Z1\", Zone = Zone.\"Z1\")[ADD: User]";
    let zone = format!("ALTER DIMENSION Emp ADD PROPERTY Zone Zone AS IF({by_name}, Zone.\"Z1\", Zone.\"Z2\");");
    for some in [world(&rights, "", ""), world(by_zone, &zone, "THROUGH Emp.Zone")] {
        assert_eq!(some.as_user("u", "INSERT INTO Emp (Name) VALUES ('E3'); SELECT Name FROM Emp"), "E1\nE3");
        for attack in ["X", "Ghost"].map(|name| format!("INSERT INTO Emp (Name) VALUES ('{name}')")) {
            let answer = some.as_user("u", &attack);
            assert!(answer.ends_with("some of these items are not yours to write"), "{attack}: {answer}");
        }
        assert_eq!(some.run("SELECT Name FROM Emp"), "E1\nGhost\nE3");
    }
}

/// What a formula has computed becomes input with DROP FORMULA: for who may write it.
#[test]
fn no_formula_that_comes_and_goes_writes_where_one_may_not() {
    let model = "
        CREATE DIMENSION S (Name TEXT); INSERT INTO S VALUES ('F'), ('J'); CREATE METRIC W NUMBER BY (S); INSERT INTO W VALUES ('F', 1);
        CREATE METRIC R ACCESS RIGHTS BY (User, S); CREATE USER 'm'; GRANT ROLE Modeler TO USER 'm'; CREATE USER 'p'; GRANT ROLE Modeler TO USER 'p';
        INSERT INTO R VALUES ('m', 'F', 'rw'), ('m', 'J', 'r-'); CREATE RULE r APPLY READ, WRITE OF R TO W;
        CREATE METRIC V NUMBER BY (S); INSERT INTO V VALUES ('F', 7); CREATE SCENARIO Up; CREATE ROLE Q PERMISSIONS (\"Display Application\",
        \"Open Boards\", \"Configure Blocks\") READ ALLOWED WRITE DENIED; CREATE USER 'q'; GRANT ROLE Q TO USER 'q';";
    let world = World::with(model);
    let not_theirs = "not yours to write";
    assert!(world.as_user("m", "ALTER METRIC W AS 5[ADD: S]; ALTER METRIC W DROP FORMULA").contains(not_theirs));
    assert!(world.as_user("q", "ALTER METRIC V AS 5[ADD: S]; ALTER METRIC V DROP FORMULA").contains(not_theirs));
    let said = world.as_user("p", "ALTER METRIC V DROP FORMULA; ALTER METRIC W DROP FORMULA");
    assert!(!said.contains("error"), "who may write all of it: {said}");
    let world = World::with(&format!("{model} GRANT READ ON SCENARIO Base TO ROLE Modeler;"));
    assert!(world.as_user("p", "ALTER METRIC V AS 5[ADD: S]; ALTER METRIC V DROP FORMULA").contains(not_theirs));
}

/// A name that the catalog hides is offered by no error of a comparison or an explanation.
#[test]
fn what_is_nearly_a_hidden_name_is_not_set_right() {
    let model = "
        CREATE DIMENSION S (Name TEXT); INSERT INTO S VALUES ('a'); CREATE METRIC V NUMBER BY (S); INSERT INTO V VALUES ('a', 1);
        {hidden} CREATE USER 'u'; GRANT ROLE Reader TO USER 'u';";
    let hidden = "
        CREATE DIMENSION Takeover (Name TEXT); CREATE METRIC Layoffs NUMBER BY (S, Takeover); CREATE LIST Whistle (S S);
        CREATE METRIC N ACCESS RIGHTS BY (User); CREATE USER 'x'; CREATE RULE a APPLY READ OF N TO Layoffs; CREATE RULE b APPLY READ OF N TO LIST Whistle;
        CREATE RULE c APPLY READ OF N TO ITEMS OF Takeover;";
    let [with, without] = [hidden, ""].map(|hidden| World::with(&model.replace("{hidden}", hidden)));
    with.run("INSERT INTO N VALUES ('u', '--')");
    for attack in [
        "COMPARE SCENARIO Base WITH Base ON Layofs",
        "COMPARE SCENARIO Base WITH Base ON Whistl",
        "COMPARE SCENARIO Base WITH Base ON Takeovr",
        "COMPARE SCENARIO Base WITH Base ON V BY Takeove",
        "EXPLAIN VALUE V AT (Layofs = 'x')",
        "EXPLAIN VALUE V AT (Layoffs = 'x')",
        "EXPLAIN VALUE V AT (Whistle = 'x')",
    ] {
        assert_eq!(with.as_user("u", attack), without.as_user("u", attack), "{attack}");
    }
}

/// Formulas go by the order of items, which a property may give that holds hidden items.
#[test]
fn no_order_by_held_items_tells_of_a_hidden_one() {
    let model = "
        CREATE DIMENSION E (Name TEXT); INSERT INTO E VALUES ('E0'), ('Ghost'), ('E1');
        CREATE DIMENSION S (Name TEXT, M E) ORDER BY M; INSERT INTO S VALUES ('a', 'E0'), ('b', {hidden}), ('d', 'E1');
        CREATE USER 'u'; GRANT ROLE Contributor TO USER 'u'; CREATE METRIC R ACCESS RIGHTS BY (User, E);
        INSERT INTO R VALUES ('u', 'Ghost', '--'); CREATE RULE r APPLY READ OF R TO ITEMS OF E;";
    for attack in [
        "EVALUATE S < S.\"d\"",
        "EVALUATE CUMULATE(1[ADD: S], S)",
        "EVALUATE SHIFT(S, 1)",
        "EVALUATE 1[ADD: S][SELECT: S - 1]",
        "EVALUATE IF(S IN (S.\"b\":S.\"d\"), 1)",
        "EVALUATE MOVINGSUM(1[ADD: S], 2, 0, S)",
        "SELECT Name, M FROM S",
    ] {
        let [a, b] = ["'Ghost'", "NULL"].map(|hidden| World::with(&model.replace("{hidden}", hidden)).as_user("u", attack));
        assert_eq!(a, b, "{attack}");
    }
}
