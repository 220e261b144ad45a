//! Models, data and questions of the owner.

use crate::world::World;

const SHOP: &str = "
    CREATE DIMENSION Region (Name TEXT);
    CREATE DIMENSION Country (Name TEXT, Region Region);
    CREATE DIMENSION Product (Name TEXT);
    INSERT INTO Region (Name) VALUES ('EMEA'), ('APAC');
    INSERT INTO Country (Name, Region) VALUES ('France', 'EMEA'), ('Italy', 'EMEA'), ('Japan', 'APAC');
    INSERT INTO Product (Name) VALUES ('Tea'), ('Coffee');
    CREATE METRIC Volume NUMBER BY (Product, Country);
    CREATE METRIC Price NUMBER BY (Product);
    CREATE METRIC Revenue NUMBER BY (Product, Country) AS Volume * Price;
    INSERT INTO Price (Product, Price) VALUES ('Tea', 2.5), ('Coffee', 4);
    INSERT INTO Volume (Product, Country, Volume) VALUES
        ('Tea', 'France', 10), ('Tea', 'Japan', 20), ('Coffee', 'Italy', 5);
";

#[test]
fn a_model_is_created_filled_calculated_and_asked() {
    let world = World::with(SHOP);
    assert_eq!(world.run("SELECT * FROM Revenue"), "Tea,France,25.0\nTea,Japan,50.0\nCoffee,Italy,20.0");
    assert_eq!(world.run("SELECT Country.Region, SUM(Revenue) FROM Revenue GROUP BY 1 ORDER BY 1"), "EMEA,45.0\nAPAC,50.0");
    world.run("INSERT INTO Price (Product, Price) VALUES ('Tea', 3)");
    assert_eq!(world.run("SELECT SUM(Revenue) FROM Revenue"), "110.0");
    world.run("INSERT INTO Volume (Product, Country, Volume) VALUES ('Tea', 'Japan', NULL)");
    assert_eq!(world.run("SELECT COUNT(*), SUM(Revenue) FROM Revenue"), "2,50.0");
}

/// More people than views are kept, in turns: each sees their own, before and after the rights change.
#[test]
fn many_people_in_turns_see_their_own() {
    let world = World::with(
        "CREATE DIMENSION Desk (Name TEXT); CREATE METRIC Load NUMBER BY (Desk);
         ALTER DIMENSION User ADD PROPERTY Desk Desk;
         INSERT INTO Desk (Name) SELECT CAST(value AS VARCHAR) FROM generate_series(1, 300);
         INSERT INTO Load SELECT Name, Desk.Position * 1.5 FROM Desk;
         CREATE METRIC Own ACCESS RIGHTS BY (User, Desk) AS ACCESSRIGHTS(User.Desk = Desk, BLANK);
         ALTER APPLICATION SET INHERITANCE OFF;
         CREATE ROLE Planner PERMISSIONS (\"Display Application\", \"Open Boards\") READ UNSPECIFIED WRITE DENIED;
         CREATE RULE own APPLY READ OF Own TO ALL METRICS WITH (Desk);",
    );
    let people: String = (1..=300).map(|n| format!("CREATE USER 'u{n}' (Desk = '{n}'); GRANT ROLE Planner TO USER 'u{n}';")).collect();
    world.run(&format!("BEGIN; {people} COMMIT;"));
    let sessions: Vec<_> = (1..=300).map(|n| world.app.session(&format!("u{n}")).unwrap()).collect();
    let number = |n: usize| smalt::Value::Number(n as f64 * 1.5);
    for _ in 0..2 {
        for (session, n) in sessions.iter().zip(1..) {
            assert_eq!(session.cell("Load", &[&n.to_string()]).unwrap(), Some(number(n)));
            let other = (n % 300) + 1;
            assert_eq!(session.cell("Load", &[&other.to_string()]).unwrap(), None, "u{n} sees desk {other}");
        }
    }
    world.run("ALTER USER 'u7' SET Desk = '8'");
    assert_eq!(sessions[6].cell("Load", &["7"]).unwrap(), None);
    assert_eq!(sessions[6].cell("Load", &["8"]).unwrap(), Some(number(8)));
}

/// A date given for a level of the calendar means the period that holds it, also without statements.
#[test]
fn a_cell_is_found_by_a_day_of_its_period() {
    let world = World::with(
        "CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month, Year) FISCAL YEAR STARTS IN 4; CREATE METRIC Load NUMBER BY (Month, Year);
         INSERT INTO Load VALUES ('2024-02', 'FY2025', 7);",
    );
    let session = world.owner();
    assert_eq!(session.cell("Load", &["2024-02-29", "2024-04-01"]).unwrap(), Some(smalt::Value::Number(7.0)));
    assert_eq!(session.cell("Load", &["2024-03-01", "FY2025"]).unwrap(), None);
    assert_eq!(session.series("Load", &[None, Some("2025-03-31")]).unwrap(), [("2024-02".into(), smalt::Value::Number(7.0))]);
    assert!(session.cell("Load", &["2025-02-01", "FY2025"]).unwrap_err().to_string().contains("there is no item `2025-02-01` in `Month`"));
}
