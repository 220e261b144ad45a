//! One by one, the ways in which an answer could tell of what its reader may not see.

use crate::two_worlds::answer;
use crate::world::{World, run};

/// Two worlds that `ann` (items and cells), `mo` (a Modeler), `it` (items only), `cal` (calendars only), `rd` (a Reader) and `co` (files) may
/// not tell apart. In A there is one hidden employee, who stands between E0 and E1; in B there are others.
struct Pair {
    a: World,
    b: World,
}

const MODEL: &str = "
    CREATE CALENDAR FROM '2024-01-01' TO '2024-03-31' LEVELS (Month);
    CREATE DIMENSION Country (Name TEXT);
    CREATE DIMENSION Team (Name TEXT);
    CREATE DIMENSION Employee (Name TEXT, Team Team, Salary NUMBER, Boss Employee, Badge TEXT);
    CREATE DIMENSION Store (Code TEXT, Country Country, Manager Employee, Rent NUMBER);
    CREATE DIMENSION Vault (Name TEXT, Combination TEXT);
    INSERT INTO Country VALUES ('France'), ('Japan');
    INSERT INTO Team VALUES ('Open'), ('Closed');
";
const ONLY_A: &str = "
    INSERT INTO Employee (Name, Team, Salary, Badge) VALUES ('Ghost', 'Closed', 17, 'b1'), ('E0', 'Open', 1.5, 'e0'), ('E1', 'Open', 2.5, 'e1');
    INSERT INTO Employee (Name, Boss) VALUES ('Ghost', 'E0');
    INSERT INTO Employee (Name, Boss) VALUES ('E1', 'Ghost');
    INSERT INTO Store VALUES ('S1', 'France', 'E0', 1.5), ('S2', 'Japan', 'Ghost', 8.25);
    INSERT INTO Vault VALUES ('V1', '1234');
";
const ONLY_B: &str = "
    INSERT INTO Employee (Name, Team, Salary, Badge) VALUES ('Gast', 'Closed', 99, 'zz'), ('E0', 'Open', 1.5, 'e0'), ('Gaul', 'Closed', 7, 'dup'),
        ('E1', 'Open', 2.5, 'e1'), ('Gert', 'Closed', 7, 'dup');
    INSERT INTO Store VALUES ('S1', 'France', 'E0', 1.5), ('S2', 'Japan', NULL, 8.25);
    INSERT INTO Vault VALUES ('V1', '9876'), ('V2', '1');
";
const RIGHTS: &str = "
    CREATE METRIC Revenue NUMBER BY (Store, Month);
    CREATE METRIC Secret NUMBER BY (Store, Vault);
    CREATE METRIC Pay NUMBER BY (Employee, Month);
    CREATE METRIC Targets NUMBER BY (User, Month);
    CREATE METRIC Twice NUMBER BY (Store, Month) AS Revenue * 2;
    CREATE METRIC \"Hidden Twice\" NUMBER BY (Store, Month) AS Revenue * 2;
    INSERT INTO Revenue VALUES ('S1', '2024-01', 10.5);
    ALTER DIMENSION User ADD PROPERTY Country Country;
    CREATE ROLE Plan PERMISSIONS (\"Display Application\", \"Open Boards\", \"Add & remove List Items\", \"Use formula playground\")
        READ ALLOWED WRITE ALLOWED;
    CREATE ROLE Items PERMISSIONS (\"Display Application\", \"Add & remove List Items\") READ ALLOWED WRITE ALLOWED;
    CREATE ROLE Cal PERMISSIONS (\"Display Application\", \"Configure calendars\") READ DENIED WRITE DENIED;
    CREATE ROLE Import PERMISSIONS (\"Display Application\", \"Open Boards\", \"Import Data\") READ ALLOWED WRITE ALLOWED;
    CREATE USER 'co'; GRANT ROLE Import TO USER 'co';
    CREATE USER 'ann'; CREATE USER 'mo'; CREATE USER 'it'; CREATE USER 'cal'; CREATE USER 'rd';
    GRANT ROLE Plan TO USER 'ann'; GRANT ROLE Modeler TO USER 'mo'; GRANT ROLE Items TO USER 'it'; GRANT ROLE Cal TO USER 'cal';
    GRANT ROLE Reader TO USER 'rd';
    CREATE METRIC PeopleRights ACCESS RIGHTS BY (User, Employee);
    CREATE METRIC Nope ACCESS RIGHTS BY (User);
    CREATE METRIC NoStore ACCESS RIGHTS BY (User, Store);
    CREATE METRIC Countries ACCESS RIGHTS BY (User, Country);
    ALTER APPLICATION SET INHERITANCE OFF;
    CREATE RULE people APPLY READ, WRITE OF PeopleRights TO ITEMS OF Employee;
    CREATE RULE secret APPLY READ, WRITE OF Nope TO Secret;
    CREATE RULE twice APPLY READ, WRITE OF NoStore TO \"Hidden Twice\";
    CREATE RULE vaults APPLY READ, WRITE OF Nope TO ITEMS OF Vault;
";
const PEOPLE: [&str; 6] = ["ann", "mo", "it", "cal", "rd", "co"];

impl Pair {
    fn new() -> Pair {
        let world = |only: &str, hidden: &[&str]| {
            let world = World::with(&format!("{MODEL}{only}{RIGHTS}"));
            for who in PEOPLE {
                let grants = hidden.iter().map(|name| format!("('{who}', '{name}', '--')")).collect::<Vec<_>>();
                world.run(&format!("INSERT INTO PeopleRights VALUES {}", grants.join(", ")));
                world.run(&format!("INSERT INTO Nope VALUES ('{who}', '--')"));
                world.run(&format!("INSERT INTO NoStore VALUES ('{who}', 'S1', '--'), ('{who}', 'S2', '--')"));
            }
            world
        };
        Pair { a: world(ONLY_A, &["Ghost"]), b: world(ONLY_B, &["Gast", "Gaul", "Gert"]) }
    }

    /// The one answer of both worlds, progress included; what was written is taken back.
    fn both(&self, user: &str, script: &str) -> String {
        let [a, b] = [&self.a, &self.b].map(|world| {
            let session = world.app.session(user).unwrap();
            let script = format!("BEGIN; {script}");
            let (bytes, text) = answer(&session, &script);
            drop(run(&session, "ROLLBACK"));
            (bytes, text)
        });
        assert_eq!(a.1, b.1, "{user}: {script}");
        assert!(a.0 == b.0, "{user}: {script}");
        assert!(!a.1.contains("Ghost") || script.contains("Ghost"), "{user}: {script}: {}", a.1);
        a.1
    }

    /// Refused in both worlds with words that contain these.
    fn refused(&self, user: &str, script: &str, words: &str) {
        let text = self.both(user, script);
        assert!(text.starts_with("error") && text.contains(words), "{user}: {script}: {text}");
    }

    fn runs(&self, user: &str, script: &str) {
        let text = self.both(user, script);
        assert!(!text.starts_with("error"), "{user}: {script}: {text}");
    }
}

#[test]
fn a_loop_tells_no_name_of_an_item_that_is_not_seen() {
    let pair = Pair::new();
    for user in ["ann", "it", "mo"] {
        // E1's boss is hidden in A, and that one's boss is E0: only A has a loop. It says so in the words of a missing right.
        let in_a = pair.a.as_user(user, "INSERT INTO Employee (Name, Boss) VALUES ('E0', 'E1')");
        assert!(in_a.ends_with("some of these items are not yours to write"), "{user}: {in_a}");
        // A loop that the writer sees is named, whatever other loops there are.
        pair.refused(user, "INSERT INTO Employee (Name, Boss) VALUES ('E0', 'E0')", "the `Boss` of `E0` in `Employee` would make a loop");
        pair.refused(user, "INSERT INTO Employee (Name, Boss) VALUES ('E1', 'E0'), ('E0', 'E1')", "the `Boss` of `E0` in `Employee`");
        pair.runs(user, "INSERT INTO Employee (Name, Boss) VALUES ('E1', 'E0')");
    }
    let owner = pair.a.error("INSERT INTO Employee (Name, Boss) VALUES ('E0', 'E1')");
    assert!(owner.contains("the `Boss` of `E0` in `Employee` would make a loop"), "{owner}");
    // A property with a formula.
    let formula = "ALTER DIMENSION Employee ADD PROPERTY Chief Employee AS ";
    // One through a hidden link refuses nothing: what has no answer is BLANK. (Without inheritance a formula's result is shown as it is.)
    let hidden =
        format!("BEGIN; {formula} IF(Employee.Name = \"E0\", Employee.\"E1\", Employee.Boss); SELECT Name FROM Employee; ROLLBACK");
    assert_eq!(pair.a.as_user("mo", &hidden), "E0\nE1");
    pair.refused("mo", &format!("{formula} Employee; COMMIT"), "the `Chief` of `E0` in `Employee` would make a loop");
}

#[test]
fn no_order_of_errors_tells_a_clash_with_a_hidden_item() {
    let pair = Pair::new();
    for user in ["ann", "it", "mo"] {
        for name in ["Ghost", "Gast", "nobody"] {
            pair.refused(user, &format!("INSERT INTO Employee (Name, Team) VALUES ('{name}', 'NoTeam')"), "there is no item `NoTeam`");
            pair.refused(user, &format!("INSERT INTO Employee (Name) VALUES ('{name}'), ('{name}')"), "stands in row 1 already");
            pair.refused(user, &format!("INSERT INTO Employee (Name) VALUES ('{name}'), ('')"), "an item needs a name");
            pair.refused(user, &format!("INSERT INTO Employee (Name, Salary) VALUES ('{name}', 'abc')"), "`abc` is no number");
            pair.refused(user, &format!("INSERT INTO Employee (Name, Boss) VALUES ('{name}', '{name}')"), "would make a loop");
            pair.refused(user, &format!("INSERT INTO Employee (Name, Boss) VALUES ('{name}', 'E0')"), "not yours to write");
            pair.refused(user, &format!("INSERT INTO Employee (Name) VALUES ('{name}')"), "some of these items are not yours to write");
            pair.refused(
                user,
                &format!("INSERT INTO Employee (Name) VALUES ('E0'), ('{name}')"),
                "some of these items are not yours to write",
            );
        }
    }
}

#[test]
fn refused_items_are_counted_as_far_as_they_are_seen() {
    let world = World::with(
        "CREATE DIMENSION D (Name TEXT, X NUMBER); INSERT INTO D VALUES ('a', 1), ('b', 2), ('c', 3);
         CREATE ROLE R PERMISSIONS (\"Display Application\", \"Add & remove List Items\") READ ALLOWED WRITE ALLOWED;
         CREATE USER 'u'; GRANT ROLE R TO USER 'u'; ALTER APPLICATION SET INHERITANCE OFF;
         CREATE METRIC DR ACCESS RIGHTS BY (User, D); INSERT INTO DR VALUES ('u', 'a', 'r-'), ('u', 'b', 'r-'), ('u', 'c', '--');
         CREATE RULE d APPLY READ, WRITE OF DR TO ITEMS OF D;",
    );
    let said = |script: &str| world.as_user("u", script);
    assert!(said("INSERT INTO D (Name, X) VALUES ('a', 1)").ends_with(": 1 item may not be written"));
    assert!(said("INSERT INTO D (Name, X) VALUES ('a', 1), ('b', 1), ('c', 1)").ends_with(": 2 items may not be written"));
    assert!(said("INSERT INTO D (Name, X) VALUES ('c', 1)").ends_with(": some of these items are not yours to write"));
    world.run("DROP RULE d; CREATE RULE x APPLY READ, WRITE OF DR TO PROPERTY D.X");
    assert!(said("INSERT INTO D (Name, X) VALUES ('a', 1), ('c', 1)").ends_with(": 1 item may not be written"));
    assert!(said("INSERT INTO D (Name, X) VALUES ('c', 1)").ends_with(": some of these items are not yours to write"));
    assert_eq!(said("INSERT INTO D (Name) VALUES ('a'), ('c')"), "");
}

#[test]
fn a_property_that_holds_a_hidden_item_is_set_like_one_that_holds_nothing() {
    let pair = Pair::new();
    for user in ["ann", "it", "mo"] {
        pair.runs(user, "INSERT INTO Store (Code, Manager) VALUES ('S2', 'E1')");
        pair.runs(user, "INSERT INTO Store (Code, Manager) VALUES ('S2', NULL)");
        pair.refused(user, "INSERT INTO Store (Code, Manager) VALUES ('S2', 'Ghost')", "there is no item `Ghost` in `Employee`");
    }
    assert!(pair.a.as_user("ann", "SELECT Code, Manager FROM Store").contains("S2,-"));
}

#[test]
fn limits_tell_no_product_of_all_items() {
    let pair = Pair::new();
    let fill = |name: &str| {
        let items = (0..30_000).map(|i| format!("('{i}')")).collect::<Vec<_>>().join(", ");
        format!("CREATE DIMENSION {name} (Name TEXT); INSERT INTO {name} VALUES {items};")
    };
    let wide = (0..126).map(|i| format!("CREATE DIMENSION W{i} (Name TEXT);")).collect::<String>();
    for world in [&pair.a, &pair.b] {
        world.run(&format!("{}{}{wide}", fill("Big"), fill("Large")));
    }
    let many = "CREATE METRIC Many NUMBER BY (Employee, Big, Large) AS IF(ISBLANK(Pay[REMOVE: Month][ADD: Big, Large]), 1, 2); COMMIT";
    pair.refused("mo", many, "`Many` cannot be calculated: the formula would visit more than 500000000 coordinates");
    let dimensions = (0..126).map(|i| format!("W{i}")).collect::<Vec<_>>().join(", ");
    pair.refused("mo", &format!("CREATE METRIC Wide NUMBER BY (Employee, {dimensions})"), "more bits for a coordinate than 127");
    // A metric that the catalog does not show is not named.
    for world in [&pair.a, &pair.b] {
        world.run(
            "CREATE METRIC Switch NUMBER BY (Store); CREATE METRIC Big1 NUMBER BY (Big); CREATE METRIC Big2 NUMBER BY (Large);
             CREATE METRIC Hid NUMBER BY (Store, Big, Large) AS IF(ISBLANK(Big1), 1, 2) * IF(ISBLANK(Big2), 1, 2) * Switch;
             CREATE RULE hid APPLY READ, WRITE OF Nope TO Hid;",
        );
    }
    let text = pair.both("ann", "INSERT INTO Switch VALUES ('S1', 1); COMMIT");
    assert!(!text.contains("Hid"), "{text}");
}

#[test]
fn a_rule_on_the_name_of_items_is_refused() {
    let pair = Pair::new();
    let refusal = pair.a.error("CREATE RULE names APPLY READ OF PeopleRights TO PROPERTY Employee.Name");
    assert!(refusal.contains("the name of an item is seen with the item; use `TO ITEMS OF Employee`"), "{refusal}");
}

#[test]
fn progress_tells_of_no_hidden_metric() {
    let pair = Pair::new();
    let text = pair.both("ann", "INSERT INTO Revenue VALUES ('S1', '2024-02', 5); SELECT * FROM Twice");
    assert!(text.contains("calculating") && !text.contains("Twice\", done") && !text.contains("Hidden"), "{text}");
    // All names are the modeler's to see, but not all cells: which metrics a change reaches tells of them.
    let text = pair.both("mo", "INSERT INTO Revenue VALUES ('S1', '2024-02', 5); SELECT * FROM Twice");
    assert!(text.contains("calculating") && !text.contains("calculated"), "{text}");
    let (_, text) = answer(&pair.a.owner(), "INSERT INTO Revenue VALUES ('S1', '2024-02', 6)");
    assert!(text.contains("calculated Twice") && text.contains("calculated Hidden Twice"), "{text}");
}

#[test]
fn formulas_of_a_modeler_read_no_rights_and_no_other_people() {
    let pair = Pair::new();
    let missing = "you need the permission `Define Application security`";
    for world in [&pair.a, &pair.b] {
        world.run("CREATE LIST Trips (User User, Amount NUMBER)");
    }
    let mut formulas = 0;
    for formula in [
        "NUMBER BY (Country) AS IF(ISBLANK(Countries), 0, 1)[REMOVE SUM: User]",
        "BOOLEAN BY (User, Country) AS ISBLANK(Countries)",
        "TEXT BY (Country) AS IF(User.Country = Country, User.Name)[REMOVE LASTNONBLANK: User]",
        "NUMBER BY (Month) AS Targets[REMOVE SUM: User]",
        "NUMBER BY (Month) AS Targets[KEEP: Month]",
        "NUMBER AS COUNTALLOF(User)",
        "NUMBER AS SUMOF(Targets)",
        "NUMBER BY (Month) AS Targets[SELECT: User.\"mo\"]",
        "NUMBER BY (User, Month) AS Targets[SELECT: User - 1]",
        "NUMBER BY (User, Month) AS CUMULATE(Targets, User)",
        "INTEGER BY (User, Month) AS RANK(Targets)",
        "TEXT BY (User) AS User & \"\"",
        "BOOLEAN AS ISBLANK(ITEM(\"it\", User.Name))",
        "NUMBER AS Trips.Amount[REMOVE: Trips]",
        "NUMBER BY (Country) AS Trips.Amount[BY: Trips.User.Country]",
    ] {
        // One or two of them are no formulas of the language; those that are must be refused.
        let text = pair.both("mo", &format!("CREATE METRIC Peek {formula}; COMMIT"));
        let owner = format!("BEGIN; CREATE METRIC Peek {formula}; COMMIT; DROP METRIC Peek");
        let is_formula = run(&pair.a.owner(), &owner).is_ok();
        formulas += usize::from(is_formula);
        assert!(text.starts_with("error") && (text.contains(missing) || !is_formula), "{formula}: {text}");
        if let Some((_, expression)) = formula.split_once(" AS ") {
            let text = pair.both("mo", &format!("EVALUATE {expression}"));
            assert!(text.starts_with("error") && (text.contains(missing) || !is_formula), "{formula}: {text}");
        }
    }
    assert!(formulas >= 10, "{formulas}");
    pair.runs("mo", "CREATE METRIC Own NUMBER BY (User, Month) AS Targets * 2; COMMIT; DROP METRIC Own");
}

#[test]
fn suggestions_and_lists_offer_what_is_shown() {
    let pair = Pair::new();
    for user in ["ann", "rd"] {
        pair.refused(user, "SELECT Vault.Combinatio FROM Revenue", "there is no table or column `Vault.Combinatio` here");
        let text = pair.both(user, "SELECT Vault.Combinatio FROM Revenue");
        assert!(!text.contains("Combination`"), "{text}");
        // A mask that comes out as nothing over the visible items shows no more than one that says so.
        let text = pair.a.as_user(user, "SHOW METRICS");
        assert!(!text.contains("Hidden Twice") && !text.contains("Secret") && text.contains("Twice"), "{text}");
        let session = pair.a.app.session(user).unwrap();
        for hidden in ["Secret", "Hidden Twice", "Nope", "nothing"] {
            let error = session.cell(hidden, &[]).unwrap_err().to_string();
            assert_eq!(error, format!("there is no metric `{hidden}`"));
        }
        assert_eq!(session.cell("Secrt", &[]).unwrap_err().to_string(), "there is no metric `Secrt`");
        assert!(session.cell("Twic", &[]).unwrap_err().to_string().ends_with("did you mean `Twice`?"));
    }
}

/// The ordinal of an item counts the hidden ones before it.
#[test]
fn a_cell_that_holds_an_item_gives_its_name() {
    let pair = Pair::new();
    let told = [&pair.a, &pair.b].map(|world| {
        world.run("CREATE METRIC Chief Employee BY (Store); INSERT INTO Chief VALUES ('S1', 'E1'); CREATE METRIC Top Employee BY (Store) AS Store.Manager");
        let session = world.app.session("ann").unwrap();
        (format!("{:?}", session.cell("Chief", &["S1"])), format!("{:?}", session.series("Chief", &[None])), format!("{:?}", session.series("Top", &[None])))
    });
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0].0, "Ok(Some(Text(\"E1\")))");
}

#[test]
fn rights_and_dimensions_without_a_visible_item_are_no_tables() {
    let pair = Pair::new();
    for user in ["ann", "rd"] {
        for hidden in ["Nope", "Countries", "PeopleRights", "Vault", "Nothing"] {
            pair.refused(user, &format!("SELECT * FROM {hidden}"), &format!("there is no table `{hidden}`"));
        }
        // A metric of which nothing may be read is empty.
        assert_eq!(pair.a.as_user(user, "SELECT * FROM Secret"), "");
        assert_eq!(pair.a.as_user(user, "SELECT Vault, COUNT(*) FROM Secret GROUP BY 1"), "");
    }
    assert_eq!(pair.a.as_user("mo", "SELECT * FROM Vault"), "");
}

#[test]
fn refusals_for_want_of_a_permission_tell_nothing_of_the_model() {
    let pair = Pair::new();
    for target in ["Twice", "Revenue", "Secret", "Nothing"] {
        pair.refused("it", &format!("INSERT INTO {target} VALUES (1)"), "you need the permission `Open Boards` for this");
    }
    let year = "CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Year)";
    pair.runs("cal", year);
    for world in [&pair.a, &pair.b] {
        world.run("CREATE METRIC Year NUMBER");
    }
    pair.refused("cal", year, "you need the permission `Configure Blocks` for this");
    let refusal = pair.a.as_user("mo", year);
    assert!(refusal.ends_with("there is a metric `Year` already"), "{refusal}");
    // Rules have no names for who may not see them.
    let refusal = pair.both("mo", "DROP DIMENSION Vault");
    assert!(!refusal.contains("vaults"), "{refusal}");
}

#[test]
fn a_formula_is_shown_without_the_names_of_hidden_items() {
    let pair = Pair::new();
    for (world, name) in [(&pair.a, "Ghost"), (&pair.b, "Gast")] {
        world.run(&format!("CREATE METRIC Lit NUMBER BY (Employee) AS IF(Employee IN (Employee.\"{name}\", Employee.\"E0\"), 1, 2)"));
    }
    assert_eq!(pair.a.as_user("mo", "SHOW FORMULA Lit"), "IF(Employee IN (Employee.\"?\", Employee.\"E0\"), 1, 2)");
    pair.runs("mo", "SHOW FORMULA Lit");
    pair.runs("mo", "EXPLAIN FORMULA Lit");
    assert!(pair.a.run("SHOW FORMULA Lit").contains("Employee.\"Ghost\""));
}

#[test]
fn the_playground_shows_what_may_be_read_and_no_more() {
    let pair = Pair::new();
    assert_eq!(pair.a.as_user("ann", "EVALUATE 1 + 1"), "2");
    assert_eq!(pair.a.as_user("ann", "EVALUATE Revenue * 2"), "S1,2024-01,21.0");
    pair.runs("ann", "EVALUATE Store.Rent");
    for hides in ["Pay * 2", "COUNTALLOF(Employee)", "Store.Manager", "Targets", "Pay[REMOVE: Employee]", "Employee.Boss & \"\""] {
        pair.runs("ann", &format!("EVALUATE {hides}"));
    }
    assert_eq!(pair.a.as_user("ann", "EVALUATE COUNTALLOF(1[ADD: Employee])"), "");
}

#[test]
fn a_rule_says_for_how_many_it_closes_something() {
    let world = World::with(
        "CREATE DIMENSION D (Name TEXT); INSERT INTO D VALUES ('a'), ('b'), ('c'); CREATE METRIC M NUMBER BY (D);
         INSERT INTO M VALUES ('a', 1), ('b', 2);
         CREATE USER 'one'; CREATE USER 'two'; CREATE USER 'three'; CREATE USER 'gone'; ALTER USER 'gone' DEACTIVATE;
         CREATE ROLE R PERMISSIONS (\"Display Application\") READ ALLOWED WRITE UNSPECIFIED;
         GRANT ROLE R TO USER 'one'; GRANT ROLE R TO USER 'two'; GRANT ROLE R TO USER 'gone';
         CREATE METRIC DR ACCESS RIGHTS BY (User, D); INSERT INTO DR VALUES ('one', 'a', '--'), ('two', 'b', '--'), ('two', 'c', '--');
         ALTER APPLICATION SET INHERITANCE OFF;",
    );
    let created = |text: &str| {
        let mut all = world.messages(&format!("CREATE RULE r {text}; DROP RULE r"));
        all.remove(0)
    };
    assert_eq!(created("APPLY READ OF DR TO M"), "rule `r` created; it closes something for 2 people, 2 cells of those that you read");
    assert_eq!(created("APPLY READ OF DR TO ITEMS OF D"), "rule `r` created; it closes something for 2 people");
    world.run("INSERT INTO DR VALUES ('one', 'a', 'r.'), ('two', 'b', 'r.')");
    assert_eq!(created("APPLY READ OF DR TO M"), "rule `r` created; it closes something for 1 person");
    world.run("INSERT INTO DR VALUES ('two', 'c', 'rw')");
    assert_eq!(created("APPLY READ, WRITE OF DR TO M"), "rule `r` created; it closes nothing for anybody");
    assert_eq!(
        created("IGNORE ROLE DEFAULT READ ON M"),
        "rule `r` created; it closes something for 2 people, 2 cells of those that you read"
    );
    world.run("ALTER APPLICATION SET INHERITANCE ON; CREATE METRIC Total NUMBER AS SUMOF(M); INSERT INTO DR VALUES ('one', 'b', '-.')");
    assert_eq!(
        created("APPLY READ OF DR TO M"),
        "rule `r` created; it closes something for 1 person, 2 cells of those that you read; through formulas also in `Total`"
    );
}

#[test]
fn a_file_tells_no_more_than_a_statement() {
    let pair = Pair::new();
    let copy = |content: &str, statement: &str, words: &str| {
        for world in [&pair.a, &pair.b] {
            world.file("x.csv", content);
        }
        // The names in the file are the person's own.
        pair.refused("co", &format!("/* {content} */ {statement}"), words);
    };
    let people = "COPY Employee FROM 'x.csv' (n -> Name, x -> Salary, b -> Boss)";
    for name in ["Ghost", "Gast", "nobody"] {
        copy(&format!("n,x,b\n{name},abc,\n"), people, "`abc` is no number");
        copy(&format!("n,x,b\nE0,1,\n{name},1,Ghst\n"), people, "there is no item `Ghst` in `Employee`");
        copy(&format!("n,x,b\n{name},1,E0\n{name},1,E0\n"), people, "stands in row 1 already");
        copy(&format!("n,x,b\n{name},1,E0\n"), people, "some of these items are not yours to write");
    }
    // Found by a property: hidden items have none.
    let pay = "COPY Pay FROM 'x.csv' (b -> Employee.Badge, m -> Month, p -> Pay)";
    for badge in ["b1", "zz", "dup", "none"] {
        copy(&format!("b,m,p\n{badge},2024-01,1\n"), pay, &format!("no item of `Employee` has the `Badge` `{badge}`"));
    }
}

#[test]
fn deleting_and_renaming_tell_nothing() {
    let pair = Pair::new();
    // A rights metric is by employees, so which there are and what they are called is not for those who do not define security.
    for user in ["ann", "it", "mo"] {
        for statement in [
            "DELETE FROM Employee WHERE Name = 'E0'",
            "DELETE FROM Employee WHERE Name = 'Ghost'",
            "DELETE FROM Employee WHERE Name = 'nobody'",
            "UPDATE Employee SET Name = 'Ghost' WHERE Name = 'E0'",
            "UPDATE Employee SET Name = 'nobody' WHERE Name = 'E0'",
            "DELETE FROM Store",
            "UPDATE Country SET Name = 'x' WHERE Name = 'Japan'",
        ] {
            pair.refused(user, statement, "Define Application security");
        }
        // Hidden people may be in a team, so that a team's fate is not theirs who do not see everybody.
        pair.refused(user, "DELETE FROM Team WHERE Name = 'Open'", "some of these cells are not yours to write");
        pair.refused(user, "DELETE FROM Team", "some of these cells are not yours to write");
        pair.runs(user, "UPDATE Team SET Name = 'Shut' WHERE Name = 'Closed'; UPDATE Team SET Name = 'Closed' WHERE Name = 'Shut'");
    }
    pair.refused("ann", "DELETE FROM Vault", "there is no dimension, metric or list `Vault`");
    // Like any name that is nothing, which may be that of cells.
    pair.refused("it", "DELETE FROM Vault", "you need the permission `Open Boards`");
    pair.refused("it", "DELETE FROM Nowhere", "you need the permission `Open Boards`");
    pair.runs("mo", "DELETE FROM Vault");
    for user in ["rd", "co", "cal"] {
        pair.refused(user, "DELETE FROM Team", "you need the permission");
    }
}

#[test]
fn a_name_that_an_unseen_item_has_is_refused_like_any_other() {
    let world = |hidden: &str| {
        let world = World::with(&format!(
            "CREATE DIMENSION Employee (Name TEXT); INSERT INTO Employee VALUES ('E0'), ('E1'), {hidden};
             CREATE ROLE Items PERMISSIONS (\"Display Application\", \"Add & remove List Items\") READ ALLOWED WRITE ALLOWED;
             CREATE ROLE Guards PERMISSIONS (\"Display Application\", \"Add & remove List Items\", \"Define Application security\")
                 READ ALLOWED WRITE ALLOWED;
             CREATE USER 'it'; GRANT ROLE Items TO USER 'it'; CREATE USER 'se'; GRANT ROLE Guards TO USER 'se';
             CREATE METRIC Rights ACCESS RIGHTS BY (User, Employee); ALTER APPLICATION SET INHERITANCE OFF;
             CREATE RULE r APPLY READ, WRITE OF Rights TO ITEMS OF Employee;",
        ));
        for who in ["it", "se"] {
            world.run(&format!("INSERT INTO Rights SELECT '{who}', Name, '--' FROM Employee WHERE Name LIKE 'G%'"));
        }
        world
    };
    let (a, b) = (world("('Ghost')"), world("('Gast'), ('Gustav')"));
    let same = |who: &str, script: &str, words: &str| {
        let said = [&a, &b].map(|world| answer(&world.app.session(who).unwrap(), script).1);
        assert_eq!(said[0], said[1], "{script}");
        assert!(said[0].contains(words), "{who}: {script}: {}", said[0]);
    };
    for name in ["Ghost", "Gast", "nobody"] {
        let rename = format!("UPDATE Employee SET Name = '{name}' WHERE Name = 'E0'");
        same("it", &rename, "Define Application security");
        same("se", &rename, "some of these items are not yours to write");
        same("se", &format!("UPDATE Employee SET Name = 'E0' WHERE Name = '{name}'"), "0 rows updated in `Employee`");
        same("se", &format!("DELETE FROM Employee WHERE Name = '{name}'"), "0 rows deleted from `Employee`");
    }
    same("se", "UPDATE Employee SET Name = 'E1' WHERE Name = 'E0'", "there is an item `E1` in `Employee` already");
    same("se", "DELETE FROM Employee", "2 rows deleted from `Employee`");
    assert_eq!(b.run("SELECT * FROM Employee"), "Gast\nGustav");
}

/// What a load leaves out, and what it makes.
#[test]
fn loads_that_skip_and_create_tell_nothing() {
    let pair = Pair::new();
    let content = "n,m,p\nE0,2024-01,1\nGhost,2024-01,2\nnobody,2024-02,3\nGast,2024-02,x\nE1,2024-01,4\n";
    for world in [&pair.a, &pair.b] {
        world.file("x.csv", content);
    }
    let create = "COPY Pay FROM 'x.csv' (n -> Employee, m -> Month, '1' -> Pay) WITH (unknown = create)";
    pair.refused("co", &format!("/* Ghost */ {create}"), "some of these items are not yours to write");
    pair.refused("co", &format!("/* Ghost */ {}", create.replace("'1'", "p")), "row 4, column `p`: `x` is no number");
    for name in ["Ghost", "Gast", "nobody"] {
        for world in [&pair.a, &pair.b] {
            world.file("y.csv", &format!("n,m,p\nE0,2024-01,1\n{name},2024-01,2\n"));
        }
        let create = "COPY Pay FROM 'y.csv' (n -> Employee, m -> Month, p -> Pay) WITH (unknown = create)";
        pair.refused("co", &format!("/* Ghost */ {create}"), "some of these items are not yours to write");
    }
    // A row of its own says that its number is none: it is skipped for its name first, whoever has that.
    let skip = "COPY Pay FROM 'x.csv' (n -> Employee, m -> Month, p -> Pay) WITH (unknown = skip, rejects = 'bad.csv')";
    let said = [&pair.a, &pair.b].map(|world| {
        let (_, said) = answer(&world.app.session("co").unwrap(), skip);
        let bad = std::fs::read_to_string(world.folder.path().join("bad.csv")).unwrap();
        (said, bad, world.as_user("co", "SELECT * FROM Pay"))
    });
    assert_eq!(said[0], said[1]);
    assert!(said[0].0.contains("2 rows copied into `Pay`, 3 rows skipped"), "{}", said[0].0);
    let (bad, pay) = (&said[0].1, &said[0].2);
    assert_eq!(
        bad,
        "n,m,p,Reason\nGhost,2024-01,2,column `n`: there is no item `Ghost` in `Employee`\n\
         nobody,2024-02,3,column `n`: there is no item `nobody` in `Employee`\nGast,2024-02,x,column `n`: there is no item `Gast` in `Employee`\n"
    );
    assert_eq!(pay, "E0,2024-01,1.0\nE1,2024-01,4.0");
}

/// The numbers of rows are those of the rows that a person sees.
#[test]
fn rows_that_are_not_seen_are_neither_changed_nor_counted() {
    let world = |hidden: &[&str]| {
        let mut rows = vec!["('France', 1)", "('France', 2)", "('France', 4)"];
        for (at, row) in hidden.iter().enumerate() {
            rows.insert(at * 2, row);
        }
        let world = World::with(&format!(
            "CREATE DIMENSION Country (Name TEXT); INSERT INTO Country VALUES ('France'), ('Japan');
             CREATE LIST L (Country Country, Amount NUMBER); INSERT INTO L VALUES {};
             CREATE USER 'u'; CREATE ROLE R PERMISSIONS (\"Display Application\", \"Open Boards\", \"Add & remove List Items\")
                 READ ALLOWED WRITE ALLOWED; GRANT ROLE R TO USER 'u';
             ALTER APPLICATION SET INHERITANCE OFF;
             CREATE METRIC Rights ACCESS RIGHTS BY (User, Country); INSERT INTO Rights VALUES ('u', 'Japan', '--');
             CREATE RULE r APPLY READ, WRITE OF Rights TO LIST L;",
            rows.join(", ")
        ));
        (world, hidden.len())
    };
    let worlds = [world(&["('Japan', 9)"]), world(&["('Japan', 8)", "('Japan', 8)", "(NULL, 16)"]), world(&[])];
    for script in [
        "UPDATE L SET Amount = Amount * 10 WHERE Amount = 2 AND Country = 'France'",
        "UPDATE L SET Amount = Amount + 1 WHERE Country IS NOT NULL",
        "DELETE FROM L WHERE Amount = 20 OR Amount > 100",
        "UPDATE L SET Amount = 1 / (Amount - 9) WHERE Country = 'France'",
        "UPDATE L SET Country = 'Japan' WHERE Country = 'France'",
        "DELETE FROM L WHERE Country = 'Japan'",
    ] {
        let said = worlds.each_ref().map(|(world, _)| answer(&world.app.session("u").unwrap(), script).1);
        assert!(said[0] == said[1] && said[1] == said[2], "{script}: {said:?}");
    }
    let seen = worlds.each_ref().map(|(world, _)| world.as_user("u", "SELECT * FROM L WHERE Country = 'France'"));
    assert!(seen[0] == seen[1] && seen[1] == seen[2] && !seen[0].is_empty(), "{seen:?}");
    for (world, hidden) in &worlds {
        let left = world.run("SELECT COUNT(*) FROM L WHERE Country = 'Japan' OR Country IS NULL");
        assert_eq!(left, hidden.to_string());
    }
    assert_eq!(worlds[0].0.run("SELECT Amount FROM L WHERE Country = 'Japan'"), "9.0");
}

/// What may be written decides whether an item may go, never what stands there.
#[test]
fn an_item_is_deleted_or_not_whatever_stands_in_hidden_cells() {
    let world = |hidden: &str| {
        World::with(&format!(
            "CREATE DIMENSION Country (Name TEXT); CREATE DIMENSION Product (Name TEXT); CREATE DIMENSION Color (Name TEXT);
             INSERT INTO Country VALUES ('France'), ('Japan'); INSERT INTO Product VALUES ('P1'), ('P2'); INSERT INTO Color VALUES ('red'), ('blue');
             CREATE METRIC Sales NUMBER BY (Country, Product); CREATE METRIC Best Product BY (Country); CREATE LIST L (Country Country, Color Color);
             CREATE METRIC Stock NUMBER BY (Color); INSERT INTO Stock VALUES ('red', 1);
             INSERT INTO Sales VALUES ('France', 'P1', 1); {hidden}
             CREATE USER 'u'; CREATE ROLE R PERMISSIONS (\"Display Application\", \"Open Boards\", \"Add & remove List Items\")
                 READ ALLOWED WRITE ALLOWED; GRANT ROLE R TO USER 'u';
             ALTER APPLICATION SET INHERITANCE OFF;
             CREATE METRIC Rights ACCESS RIGHTS BY (User, Country); INSERT INTO Rights VALUES ('u', 'Japan', '--');
             CREATE RULE r APPLY READ, WRITE OF Rights TO Sales, Best; CREATE RULE l APPLY READ, WRITE OF Rights TO LIST L;",
        ))
    };
    let (a, b) = (
        world(""),
        world(
            "INSERT INTO Sales VALUES ('Japan', 'P2', 2); INSERT INTO Best VALUES ('Japan', 'P1'); INSERT INTO L VALUES ('Japan', 'red');",
        ),
    );
    for (script, words) in [
        ("DELETE FROM Product WHERE Name = 'P1'", "some of these cells are not yours to write"),
        ("DELETE FROM Product WHERE Name = 'P2'", "some of these cells are not yours to write"),
        ("DELETE FROM Color WHERE Name = 'red'", "some of these cells are not yours to write"),
        ("DELETE FROM Color WHERE Name = 'blue'", "some of these cells are not yours to write"),
        ("DELETE FROM Product WHERE Name = 'P3'", "0 rows deleted from `Product`"),
        ("DELETE FROM Country WHERE Name = 'Japan'", "Define Application security"),
    ] {
        let said = [&a, &b].map(|world| answer(&world.app.session("u").unwrap(), script).1);
        assert_eq!(said[0], said[1], "{script}");
        assert!(said[0].contains(words), "{script}: {}", said[0]);
    }
    assert_eq!(b.run("SELECT * FROM Best; SELECT COUNT(*) FROM Sales; SELECT * FROM L"), "Japan,P1\n2\nJapan,red");
    // Where the rule leaves everything open to the person, the items go.
    for world in [&a, &b] {
        world.run("INSERT INTO Rights VALUES ('u', 'Japan', 'rw')");
        assert_eq!(world.as_user("u", "DELETE FROM Product WHERE Name = 'P1'; DELETE FROM Color"), "");
    }
    assert_eq!(b.run("SELECT * FROM Sales; SELECT COUNT(*) FROM Best; SELECT * FROM L"), "Japan,P2,2.0\n0\nJapan,-");
}
