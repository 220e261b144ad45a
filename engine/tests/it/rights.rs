//! Single sentences of the rights that a person has, where a mistake would show too much.

use crate::world::World;

/// A person who may read everything but what `rights` say, in a model of stores, countries and months.
fn world(metrics: &str, rights: &str) -> World {
    World::with(&format!(
        "CREATE CALENDAR FROM '2024-01-01' TO '2024-03-31' LEVELS (Month);
         CREATE DIMENSION Country (Name TEXT); INSERT INTO Country VALUES ('France'), ('Japan');
         CREATE DIMENSION Store (Name TEXT, Country Country); INSERT INTO Store VALUES ('S1', 'France'), ('S2', 'Japan'), ('S3', 'France');
         CREATE METRIC Sales NUMBER BY (Store); INSERT INTO Sales VALUES ('S1', 1), ('S2', 2), ('S3', 4);
         CREATE METRIC Flow NUMBER BY (Month); INSERT INTO Flow VALUES ('2024-01', 1), ('2024-02', 2), ('2024-03', 4);
         {metrics}
         CREATE ROLE R PERMISSIONS (\"Display Application\", \"Open Boards\", \"Use formula playground\") READ ALLOWED WRITE ALLOWED;
         CREATE USER 'u'; GRANT ROLE R TO USER 'u';
         CREATE METRIC ByStore ACCESS RIGHTS BY (User, Store); CREATE METRIC ByMonth ACCESS RIGHTS BY (User, Month);
         {rights}"
    ))
}

/// What the person reads of a metric, and of its formula in the playground.
fn read(world: &World, metric: &str, formula: &str) -> String {
    let shown = world.as_user("u", &format!("SELECT * FROM {metric}"));
    assert_eq!(world.as_user("u", &format!("EVALUATE {formula}")), shown, "{formula}");
    shown
}

#[test]
fn a_condition_is_read_where_it_decides() {
    let formula = "Sales[FILTER: Open]";
    let world = world(
        &format!(
            "CREATE METRIC Open BOOLEAN BY (Store); INSERT INTO Open VALUES ('S1', TRUE), ('S2', TRUE); CREATE METRIC X NUMBER BY (Store) AS {formula};"
        ),
        "INSERT INTO ByStore VALUES ('u', 'S2', '-.'), ('u', 'S3', '-.'); CREATE RULE r APPLY READ OF ByStore TO Open;",
    );
    assert_eq!(read(&world, "X", formula), "S1,1.0");
}

#[test]
fn a_mapping_is_read_wherever_it_could_lead() {
    let formula = "Sales[BY SUM: Lands]";
    let world = world(
        &format!(
            "CREATE METRIC Lands Country BY (Store); INSERT INTO Lands VALUES ('S1', 'France'), ('S2', 'Japan');
             CREATE METRIC X NUMBER BY (Country) AS {formula};"
        ),
        "INSERT INTO ByStore VALUES ('u', 'S3', '-.'); CREATE RULE r APPLY READ OF ByStore TO Lands;",
    );
    assert_eq!(read(&world, "X", formula), "");
    assert_eq!(world.run("SELECT * FROM X"), "France,1.0\nJapan,2.0");
}

#[test]
fn a_group_is_read_whole() {
    let formula = "Sales[BY SUM: Store.Country]";
    let world = world(
        &format!("CREATE METRIC X NUMBER BY (Country) AS {formula};"),
        "INSERT INTO ByStore VALUES ('u', 'S3', '-.'); CREATE RULE r APPLY READ OF ByStore TO Sales;",
    );
    assert_eq!(read(&world, "X", formula), "Japan,2.0");
}

#[test]
fn a_window_is_read_whole() {
    for (formula, shown) in [("MOVINGSUM(Flow, 2)", "2024-03,6.0"), ("CUMULATE(Flow, Month)", ""), ("FILLFORWARD(Flow, Month)", "")] {
        let world = world(
            &format!("CREATE METRIC X NUMBER BY (Month) AS {formula};"),
            "INSERT INTO ByMonth VALUES ('u', '2024-01', '-.'); CREATE RULE r APPLY READ OF ByMonth TO Flow;",
        );
        assert_eq!(read(&world, "X", formula), shown, "{formula}");
    }
}

#[test]
fn a_recurrence_is_read_from_its_beginning() {
    let world = world(
        "CREATE METRIC X NUMBER BY (Month) AS PREVIOUS(Month) + Flow;",
        "INSERT INTO ByMonth VALUES ('u', '2024-02', '-.'); CREATE RULE r APPLY READ OF ByMonth TO Flow;",
    );
    assert_eq!(world.as_user("u", "SELECT * FROM X"), "2024-01,1.0");
    assert_eq!(world.run("SELECT * FROM X"), "2024-01,1.0\n2024-02,3.0\n2024-03,7.0");
}

#[test]
fn who_may_not_read_a_cell_may_not_write_it() {
    let world = world("", "INSERT INTO ByStore VALUES ('u', 'S2', '-w'); CREATE RULE r APPLY READ, WRITE OF ByStore TO Sales;");
    for value in ["9", "NULL"] {
        let told = world.as_user("u", &format!("INSERT INTO Sales VALUES ('S2', {value})"));
        assert!(told.ends_with("some of these cells are not yours to write"), "{told}");
    }
    assert_eq!(world.run("SELECT * FROM Sales"), "S1,1.0\nS2,2.0\nS3,4.0");
}

#[test]
fn a_cell_that_may_not_be_read_is_not_there() {
    let world = world("", "INSERT INTO ByStore VALUES ('u', 'S2', '-.'); CREATE RULE r APPLY READ OF ByStore TO Sales;");
    let session = world.app.session("u").unwrap();
    assert_eq!(session.cell("Sales", &["S2"]).unwrap(), None);
    assert!(session.cell("Sales", &["S1"]).unwrap().is_some());
    let line = session.series("Sales", &[None]).unwrap();
    assert_eq!(line.iter().map(|(name, _)| &**name).collect::<Vec<_>>(), ["S1", "S3"]);
}

#[test]
fn a_limit_is_of_the_cells_that_are_seen() {
    let world = world("", "INSERT INTO ByStore VALUES ('u', 'S1', '-.'); CREATE RULE r APPLY READ OF ByStore TO Sales;");
    for limit in 0..4 {
        let wanted = ["S2", "S3"].into_iter().take(limit).map(str::to_owned).collect::<Vec<_>>().join("\n");
        assert_eq!(world.as_user("u", &format!("SELECT Store FROM Sales LIMIT {limit}")), wanted);
    }
}

#[test]
fn what_reads_a_cell_of_items_is_read_by_who_sees_all_that_it_could_hold() {
    let formula = "IF(Best = Store.\"S1\", 1.5, 2.5)";
    let world = world(
        &format!(
            "CREATE METRIC Best Store BY (Country); INSERT INTO Best VALUES ('France', 'S1'), ('Japan', 'S2');
             CREATE METRIC X NUMBER BY (Country) AS {formula};"
        ),
        "INSERT INTO ByStore VALUES ('u', 'S3', '-.'); CREATE RULE r APPLY READ OF ByStore TO ITEMS OF Store;",
    );
    assert_eq!(read(&world, "X", formula), "");
    world.run("DELETE FROM ByStore WHERE Store = 'S3'");
    assert_eq!(read(&world, "X", formula), "France,1.5\nJapan,2.5");
}

#[test]
fn a_hidden_item_is_not_what_was_meant() {
    let world = world(
        "",
        "INSERT INTO ByStore VALUES ('u', 'S2', '-.'), ('u', 'S3', '-.'); CREATE RULE r APPLY READ OF ByStore TO ITEMS OF Store;",
    );
    world.run("UPDATE Store SET Name = 'Lighthouse' WHERE Name = 'S2'; UPDATE Store SET Name = 'Windmill' WHERE Name = 'S1'");
    for (written, meant) in [("Lighthous", None), ("Windmil", Some("Windmill"))] {
        for script in [
            format!("EVALUATE IF(Store = Store.\"{written}\", 1, 2)"),
            format!("EVALUATE Sales[SELECT: Store.\"{written}\"]"),
            format!("INSERT INTO Sales VALUES ('{written}', 1)"),
        ] {
            let told = world.as_user("u", &script);
            assert!(told.starts_with("error") && !told.contains("Lighthouse"), "{script}: {told}");
            assert!(meant.is_none_or(|meant| told.contains(meant)), "{script}: {told}");
        }
    }
}

/// Edits lie over their block, which the mask covers as well.
#[test]
fn a_cell_that_was_edited_is_as_hidden_as_before() {
    let world = World::with(
        "CREATE DIMENSION N (Name TEXT); INSERT INTO N SELECT CAST(v AS TEXT) FROM generate_series(1, 400) AS t(v);
         CREATE METRIC V NUMBER BY (N); INSERT INTO V SELECT Name, 1 FROM N;
         CREATE USER 'u'; GRANT ROLE Reader TO USER 'u';
         CREATE METRIC R ACCESS RIGHTS BY (User, N); INSERT INTO R VALUES ('u', '7', '--');
         CREATE RULE r APPLY READ OF R TO V;
         UPDATE V SET V = 777 WHERE N = '7'; UPDATE V SET V = 2 WHERE N = '8';",
    );
    assert_eq!(world.run("SELECT SUM(V), MAX(V), COUNT(*) FROM V"), "1177.0,777.0,400");
    assert_eq!(world.as_user("u", "SELECT SUM(V), MAX(V), COUNT(*) FROM V"), "400.0,2.0,399");
    assert_eq!(world.as_user("u", "SELECT V FROM V WHERE N IN ('6', '7', '8') ORDER BY N"), "1.0\n2.0");
}
