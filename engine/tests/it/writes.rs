//! INSERT … SELECT, UPDATE and DELETE.

use crate::world::World;

const SALES: &str = "
    CREATE DIMENSION Country (Name TEXT, Zone TEXT);
    CREATE DIMENSION Store (Code TEXT, Country Country);
    CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month, Quarter);
    INSERT INTO Country (Name, Zone) VALUES ('France', 'E'), ('Japan', 'A');
    INSERT INTO Store (Code, Country) VALUES ('S1', 'France'), ('S2', 'France'), ('S3', 'Japan');
    CREATE METRIC Volume NUMBER BY (Store, Month);
    CREATE METRIC Twice NUMBER BY (Store, Month) AS Volume * 2;
    INSERT INTO Volume VALUES ('S1', '2024-01', 10), ('S1', '2024-04', 20), ('S2', '2024-01', 5), ('S3', '2024-01', 100);
";

#[test]
fn update_sets_the_cells_that_are_meant() {
    let world = World::with(SALES);
    let said = world.messages("UPDATE Volume SET Volume = Volume * 1.5 WHERE Store.Country = 'France' AND Month < '2024-04';");
    assert_eq!(said, ["2 rows updated in `Volume`"]);
    assert_eq!(world.run("SELECT * FROM Twice"), "S1,2024-01,30.0\nS1,2024-04,40.0\nS2,2024-01,15.0\nS3,2024-01,200.0");
    world.run("UPDATE volume SET VOLUME = NULL WHERE Store = 'S3'; UPDATE Volume SET Volume = 1;");
    assert_eq!(world.run("SELECT * FROM Volume"), "S1,2024-01,1.0\nS1,2024-04,1.0\nS2,2024-01,1.0");
    assert_eq!(world.messages("UPDATE Volume SET Volume = 3 WHERE Store = 'nothing';"), ["0 rows updated in `Volume`"]);
    world.run("UPDATE Volume SET Volume = (SELECT MAX(v.Volume) + 1 FROM Volume v WHERE v.Month = Volume.Month) WHERE Store = 'S1';");
    assert_eq!(world.run("SELECT SUM(Volume) FROM Volume"), "5.0");
}

#[test]
fn update_of_a_metric_without_dimensions_and_of_items() {
    let world = World::with(SALES);
    world.run(
        "CREATE METRIC Rate NUMBER; INSERT INTO Rate VALUES (2); UPDATE Rate SET Rate = Rate + 1;
         CREATE METRIC Home Country BY (Store); INSERT INTO Home VALUES ('S1', 'Japan'); UPDATE Home SET Home = 'France';
         UPDATE Country SET Zone = Zone || '!' WHERE Name = 'Japan'; UPDATE Store SET Country = 'Japan' WHERE Country = 'France' AND Code = 'S2';",
    );
    assert_eq!(world.run("SELECT * FROM Rate; SELECT * FROM Home; SELECT * FROM Country"), "3.0\nS1,France\nFrance,E\nJapan,A!");
    assert_eq!(world.run("SELECT Store.Country, SUM(Volume) FROM Volume GROUP BY 1 ORDER BY 1"), "France,30.0\nJapan,105.0");
}

#[test]
fn delete_clears_the_cells_that_are_meant() {
    let world = World::with(SALES);
    assert_eq!(world.messages("DELETE FROM Volume WHERE Month.Quarter = '2024-Q2' OR Volume > 50;"), ["2 rows deleted from `Volume`"]);
    assert_eq!(world.run("SELECT * FROM Twice"), "S1,2024-01,20.0\nS2,2024-01,10.0");
    assert_eq!(world.messages("DELETE FROM Volume;"), ["2 rows deleted from `Volume`"]);
    assert_eq!(world.run("SELECT COUNT(*) FROM Volume; SELECT COUNT(*) FROM Twice"), "0\n0");
}

#[test]
fn refusals_of_update_and_delete_name_their_place() {
    let world = World::with(SALES);
    for (script, want) in [
        ("UPDATE Twice SET Twice = 1;", "column 8: `Twice` has a formula"),
        ("UPDATE Volume SET Store = 'S1';", "column 19: `Store` says which cell it is"),
        ("UPDATE Volume SET Volum = 1;", "column 19: `Volume` has no column `Volum`"),
        ("UPDATE Volume SET Volume = 1, Volume = 2;", "column 31: `Volume` is set twice"),
        ("UPDATE Volume\n SET Volume = 1 + Volum", "line 2, column 19: there is no table or column `Volum` here"),
        ("UPDATE Volume SET Volume = 1\n WHERE Stor = 'x'", "line 2, column 8: there is no table or column `Stor` here"),
        ("UPDATE Volume SET Volume = 1 WHERE Volume > 0 ORDER BY 1", "column 47: expected an operator or the end, found `ORDER`"),
        ("UPDATE Volume SET Volume = 1) FROM Store", "column 29: expected an operator or the end, found `)`"),
        ("UPDATE Volume SET Volume = 'much'", "`much` is no number"),
        ("DELETE FROM Volume WHERE SUM(Volume) > 3", "WHERE cannot hold an aggregate"),
        ("UPDATE Store SET Code = 'x'", "column 18: two items of `Store` would be named `x`"),
        ("UPDATE Store SET Code = NULL WHERE Code = 'S1'", "column 18: `S1` would have no name; an item needs one"),
        ("UPDATE Store SET Code = 'S3' WHERE Code = 'S1'", "column 18: there is an item `S3` in `Store` already"),
        ("UPDATE \"User\" SET Name = 'x'", "column 19: UPDATE gives people no other name; `ALTER USER … RENAME TO` does"),
        (
            "DELETE FROM \"User\"",
            "column 13: DELETE takes nothing out of `User`; `DROP USER` drops one, `ALTER USER … DEACTIVATE` shuts one out",
        ),
        ("DELETE FROM Month", "the items of `Month` come from CREATE CALENDAR"),
        ("UPDATE Month SET Quarter = '2024-Q1'", "the items of `Month` come from CREATE CALENDAR"),
    ] {
        let error = world.error(script);
        assert!(error.contains(want), "{script}: {error}");
    }
    assert_eq!(world.run("SELECT SUM(Volume) FROM Volume"), "135.0");
}

#[test]
fn update_and_delete_see_and_change_only_what_a_person_may() {
    let world = World::with(SALES);
    world.run(
        "CREATE ROLE Planner PERMISSIONS (\"Display Application\", \"Open Boards\") READ UNSPECIFIED WRITE UNSPECIFIED;
         CREATE USER 'ann'; CREATE USER 'bo'; GRANT ROLE Planner TO ALL USERS;
         CREATE METRIC Rights ACCESS RIGHTS BY (User, Country);
         INSERT INTO Rights VALUES ('ann', 'France', 'rw'), ('bo', 'France', 'rw'), ('bo', 'Japan', 'r-');
         ALTER APPLICATION SET INHERITANCE OFF;
         CREATE RULE r APPLY READ, WRITE OF Rights THROUGH Store.Country TO ALL METRICS WITH (Store);",
    );
    assert_eq!(world.as_user("ann", "UPDATE Volume SET Volume = Volume + 1"), "");
    assert_eq!(world.run("SELECT * FROM Volume"), "S1,2024-01,11.0\nS1,2024-04,21.0\nS2,2024-01,6.0\nS3,2024-01,100.0");
    let refused = world.as_user("bo", "UPDATE Volume SET Volume = Volume + 1");
    assert!(refused.contains("1 cell may not be written"), "{refused}");
    let refused = world.as_user("bo", "DELETE FROM Volume");
    assert!(refused.contains("1 cell may not be written"), "{refused}");
    assert_eq!(world.run("SELECT SUM(Volume) FROM Volume"), "138.0");
    assert_eq!(world.as_user("bo", "DELETE FROM Volume WHERE Store.Country = 'France' AND Month = '2024-04'"), "");
    assert_eq!(world.as_user("ann", "DELETE FROM Volume"), "");
    assert_eq!(world.run("SELECT * FROM Volume"), "S3,2024-01,100.0");
}

#[test]
fn a_query_without_rows_fits_a_dimension_with_a_computed_property() {
    let world = World::with(SALES);
    world.run("ALTER DIMENSION Country ADD PROPERTY Long TEXT AS Country.Zone & \"!\"; CREATE DIMENSION Other (Name TEXT, Zone TEXT);");
    world.run("INSERT INTO Country SELECT Name, Zone FROM Other; INSERT INTO Other SELECT Name, Zone FROM Country;");
    world.run("INSERT INTO Other (Name) VALUES ('Peru'); INSERT INTO Country SELECT Name, Zone FROM Other WHERE Name = 'Peru';");
    assert_eq!(world.run("SELECT COUNT(*) FROM Country; SELECT COUNT(*) FROM Other"), "3\n3");
    assert!(world.error("INSERT INTO Country SELECT Name FROM Other").contains("a row of 1 values is given"));
}

#[test]
fn a_dimension_has_not_more_properties_than_it_can_number() {
    let world = World::new();
    let properties = (0..70_000).map(|i| format!("p{i} TEXT")).collect::<Vec<_>>().join(", ");
    let error = world.error(&format!("CREATE DIMENSION D ({properties})"));
    assert_eq!(error, "statement 1, line 1, column 18: a dimension has at most 65,535 properties");
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_quoted_heading() {
    let world = World::with(SALES);
    world.file("more.csv", "\u{feff}\"Name\",\"Zone\"\nPeru,A\n");
    world.run("COPY Country FROM 'more.csv'");
    assert_eq!(world.run("SELECT * FROM Country WHERE Name = 'Peru'"), "Peru,A");
}

#[test]
fn a_query_inside_a_transaction_sees_what_depends_on_its_changes() {
    let world = World::with(SALES);
    world.run("CREATE METRIC Copied NUMBER BY (Store, Month);");
    let script = "BEGIN; UPDATE Volume SET Volume = 1; INSERT INTO Copied SELECT * FROM Twice; UPDATE Volume SET Volume = 7;
        UPDATE Copied SET Copied = Copied + (SELECT SUM(t.Twice) FROM Twice t) WHERE Store = 'S3'; COMMIT; SELECT * FROM Copied;";
    assert_eq!(world.run(script), "S1,2024-01,2.0\nS1,2024-04,2.0\nS2,2024-01,2.0\nS3,2024-01,58.0");
}
