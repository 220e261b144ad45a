//! Sentences of the contract on roles and rights that no other test holds the statements to, one by one.

use crate::world::World;

const MODEL: &str = "
    CREATE DIMENSION Country (Name TEXT); CREATE DIMENSION Store (Code TEXT, Country Country, Rent NUMBER);
    INSERT INTO Country VALUES ('France'), ('Japan'); INSERT INTO Store VALUES ('S1', 'France', 1), ('S2', 'Japan', 2), ('S3', NULL, 3);
    CREATE LIST Ledger (Country Country, Amount NUMBER); INSERT INTO Ledger VALUES ('France', 1), ('Japan', 2);
    CREATE METRIC Revenue NUMBER BY (Store); INSERT INTO Revenue VALUES ('S1', 10), ('S2', 20), ('S3', 40);
    CREATE METRIC Rate NUMBER BY (Country); INSERT INTO Rate VALUES ('France', 1), ('Japan', 2);
    CREATE METRIC Total NUMBER; INSERT INTO Total VALUES (70);
    CREATE METRIC Lands ACCESS RIGHTS BY (User, Country);
    CREATE USER 'ann'; CREATE USER 'bo';";

/// A role with all permissions but those of security, and these defaults.
fn role(read: &str, write: &str) -> String {
    format!(
        "CREATE ROLE Works PERMISSIONS (\"Display Application\", \"Display Block Explorer\", \"Configure Blocks\", \"Open Boards\", \"Import Data\",
            \"Add & remove List Items\", \"Create scenarios\", \"Use formula playground\", \"Configure Views\") READ {read} WRITE {write};
         GRANT ROLE Works TO ALL USERS;"
    )
}

fn world(read: &str, write: &str, more: &str) -> World {
    World::with(&format!("{MODEL}{}{more}", role(read, write)))
}

const DEFINE: &str = "you need the permission `Define Application security` for this";

#[test]
fn create_user_and_copy_make_active_people() {
    let world = world("ALLOWED", "ALLOWED", "ALTER DIMENSION User ADD PROPERTY Country Country;");
    world.file("people.csv", "Name,Country\ncy@acme.com,France\n");
    world.run("COPY User FROM 'people.csv'; CREATE USER 'bot' (Country = 'Japan') KIND AI AGENT");
    let users = world.run("SHOW USERS");
    assert!(users.contains("cy@acme.com,active,human") && users.contains("bot,active,AI agent"), "{users}");
    assert_eq!(world.as_user("cy@acme.com", "SELECT * FROM User"), "cy@acme.com,France");
    world.run("ALTER USER 'cy@acme.com' DEACTIVATE");
    assert!(world.run("SHOW USERS").contains("cy@acme.com,deactivated"));
    assert!(world.as_user("cy@acme.com", "SELECT 1").starts_with("error"));
    world.run("ALTER USER 'cy@acme.com' ACTIVATE");
    assert_eq!(world.as_user("cy@acme.com", "SELECT 1"), "1");
}

#[test]
fn a_direct_role_wins_and_among_groups_the_most_restrictive_counts() {
    let world = World::with(&format!(
        "{MODEL} CREATE GROUP Sales; CREATE GROUP Finance; ALTER GROUP Sales ADD USER 'ann'; ALTER GROUP Finance ADD USER 'ann', 'bo';
         CREATE ROLE Wide PERMISSIONS (\"Display Application\", \"Open Boards\", \"Use formula playground\") READ ALLOWED WRITE ALLOWED;
         CREATE ROLE Narrow PERMISSIONS (\"Display Application\", \"Open Boards\", \"Import Data\") READ UNSPECIFIED WRITE DENIED;
         GRANT ROLE Wide TO GROUP Sales; GRANT ROLE Narrow TO GROUP Finance;"
    ));
    // Both: what both permit, and the default that says less.
    assert!(world.as_user("ann", "EVALUATE 1").contains("Use formula playground"));
    assert!(world.as_user("ann", "COPY Revenue FROM 'x.csv'").contains("Import Data"));
    assert_eq!(world.as_user("ann", "SELECT * FROM Revenue"), "");
    assert_eq!(
        world.run("SHOW ROLE OF 'ann'"),
        "Wide,`Wide` through the group `Sales`,TRUE\nNarrow,`Narrow` through the group `Finance`,TRUE"
    );
    world.run("GRANT ROLE Wide TO USER 'ann'");
    assert_eq!(world.as_user("ann", "SELECT COUNT(*) FROM Revenue"), "3");
    assert_eq!(
        world.run("SHOW ROLE OF 'ann'"),
        "Wide,`Wide` granted directly,TRUE\nWide,`Wide` through the group `Sales`, replaced by the direct role,FALSE\nNarrow,`Narrow` through the group \
         `Finance`, replaced by the direct role,FALSE"
    );
    world.run("REVOKE ROLE Wide FROM USER 'ann'; ALTER GROUP Finance DROP USER 'ann'");
    assert_eq!(world.as_user("ann", "SELECT COUNT(*) FROM Revenue"), "3");
}

#[test]
fn people_roles_and_groups_are_dropped_with_what_is_theirs() {
    let world = world(
        "UNSPECIFIED",
        "UNSPECIFIED",
        "CREATE METRIC Target NUMBER BY (User); INSERT INTO Target VALUES ('ann', 1), ('bo', 2);
         CREATE METRIC Boss User BY (Store); INSERT INTO Boss VALUES ('S1', 'ann'), ('S2', 'bo');
         INSERT INTO Lands VALUES ('ann', 'France', 'rw'), ('bo', 'Japan', 'rw');
         CREATE GROUP Finance; ALTER GROUP Finance ADD USER 'bo'; CREATE ROLE Spare; GRANT ROLE Spare TO GROUP Finance;
         CREATE METRIC ByGroup ACCESS RIGHTS BY (Group); INSERT INTO ByGroup VALUES ('Finance', '--');
         CREATE ROLE Guard PERMISSIONS (\"Display Application\", \"Define Application security\") READ UNSPECIFIED WRITE UNSPECIFIED;
         CREATE USER 'guard'; GRANT ROLE Guard TO USER 'guard'; CREATE USER 'new'; CREATE SCENARIO Up;",
    );
    let session = world.app.session("ann").unwrap();
    // Rights go whoever drops the person; cells only where they may be written.
    assert!(world.as_user("guard", "DROP USER 'ann'").ends_with("some of these cells are not yours to write"));
    world.run("DROP USER 'ann'");
    assert!(world.as_user("ann", "SELECT 1").contains("there is no user `ann`"));
    assert!(crate::world::run(&session, "SELECT 1").is_err(), "a session stays open");
    assert_eq!(world.run("SELECT * FROM Target; SELECT * FROM Boss; SELECT * FROM Lands"), "bo,2.0\nS2,bo\nbo,Japan,rw");
    assert_eq!(world.run("SELECT * FROM Up.Target; SHOW GROUPS"), "bo,2.0\nFinance,Spare,bo");
    // A new person of the same name is somebody else.
    world.run("CREATE USER 'ann'");
    assert_eq!(world.run("SELECT COUNT(*) FROM Lands WHERE User = 'ann'"), "0");
    // Who it was is still told to who defines security.
    assert!(world.run("SHOW AUDIT").contains("DROP USER,-,user ann"));
    assert!(world.error("DROP ROLE Spare").contains("the role is granted to the group `Finance`"));
    world.run("DROP GROUP Finance; DROP ROLE Spare");
    assert_eq!(world.run("SELECT COUNT(*) FROM ByGroup; SHOW GROUPS"), "0\n");
    assert!(!world.run("SHOW ROLES").contains("Spare"));
    assert!(world.error("DROP ROLE Admin").contains("can be neither altered nor dropped"));
    for missing in ["USER 'ghost'", "ROLE Ghost", "GROUP Ghost"] {
        assert!(world.error(&format!("DROP {missing}")).contains("there is no"), "{missing}");
    }
    // A formula that names somebody keeps them.
    world.run("CREATE METRIC OfBo NUMBER AS Target[SELECT: User.\"bo\"]");
    assert!(world.error("DROP USER 'bo'").contains("the formula of `OfBo` names it"));
}

/// Lists, metrics and properties that a rule or a rights formula reads, through other formulas too, are changed only with Define
/// Application security.
#[test]
fn what_rights_are_made_of_is_guarded() {
    let world = world(
        "ALLOWED",
        "ALLOWED",
        "CREATE METRIC Switch NUMBER BY (Country); CREATE METRIC Doubled NUMBER BY (Country) AS Switch * 2;
         CREATE METRIC Sum NUMBER BY (Country) AS Ledger.Amount[BY: Ledger.Country];
         CREATE METRIC Made ACCESS RIGHTS BY (User, Country) AS ACCESSRIGHTS(IF(Doubled > 1 OR Sum > 1, FALSE), BLANK)[ADD: User];
         CREATE RULE r APPLY READ OF Made THROUGH Store.Country TO Revenue; CREATE SCENARIO Up;",
    );
    world.file("switch.csv", "Country,Switch\nFrance,1\n");
    world.file("ledger.csv", "Country,Amount\nFrance,1\n");
    for change in [
        "INSERT INTO Switch VALUES ('France', 1)",
        "UPDATE Switch SET Switch = 2",
        "DELETE FROM Switch",
        "COPY Switch FROM 'switch.csv'",
        "ALTER METRIC Switch AS Rate",
        "ALTER METRIC Doubled AS Switch * 3",
        "ALTER METRIC Doubled DROP FORMULA",
        "DROP METRIC Made",
        "INSERT INTO Ledger VALUES ('France', 1)",
        "UPDATE Ledger SET Amount = 2",
        "DELETE FROM Ledger",
        "COPY Ledger FROM 'ledger.csv'",
        "UPDATE Store SET Country = 'France' WHERE Code = 'S2'",
        "INSERT INTO Store (Code, Country) VALUES ('S2', 'France')",
        "ALTER DIMENSION Store RENAME PROPERTY Country TO Land",
        "ALTER DIMENSION Store DROP PROPERTY Country",
        "DELETE FROM Country WHERE Name = 'Japan'",
        "UPDATE Country SET Name = 'Nippon' WHERE Name = 'Japan'",
        "ALTER METRIC Switch RENAME TO Other",
        "ALTER METRIC Doubled IN SCENARIO Up AS Switch * 3",
    ] {
        let told = world.as_user("ann", change);
        assert!(told.starts_with("error"), "{change}: {told}");
        if !change.contains("IN SCENARIO") {
            assert!(told.contains("Define Application security") || told.contains("there is no"), "{change}: {told}");
        }
    }
    // What rights do not depend on is as free as ever.
    for change in
        ["UPDATE Store SET Rent = 9 WHERE Code = 'S2'", "INSERT INTO Rate VALUES ('France', 3)", "INSERT INTO Store (Code) VALUES ('S4')"]
    {
        assert_eq!(world.as_user("ann", change), "", "{change}");
    }
}

/// Rights belong to the application: no scenario branches what they are made of, and no merge carries it.
#[test]
fn no_scenario_branches_rights() {
    let world = world(
        "ALLOWED",
        "ALLOWED",
        "CREATE METRIC Closed BOOLEAN BY (Store); CREATE METRIC Made ACCESS RIGHTS BY (User, Store) AS ACCESSRIGHTS(IF(Closed, FALSE), BLANK)[ADD: User];
         CREATE RULE r APPLY READ OF Made TO Revenue; CREATE SCENARIO Up;",
    );
    world.run("USE SCENARIO Up; INSERT INTO Closed VALUES ('S1', TRUE); INSERT INTO Revenue VALUES ('S2', 21)");
    assert_eq!(world.run("SELECT * FROM Base.Closed"), "S1,true");
    assert_eq!(world.as_user("ann", "SELECT * FROM Revenue"), "S2,20.0\nS3,40.0");
    assert_eq!(world.as_user("ann", "USE SCENARIO Up; SELECT * FROM Revenue"), "S2,21.0\nS3,40.0");
    world.run("DELETE FROM Closed");
    let said = world.messages("MERGE SCENARIO Up INTO Base");
    assert_eq!(said, ["1 cell merged from `Up` into `Base`"]);
    assert_eq!(world.run("SELECT COUNT(*) FROM Closed"), "0");
    let refused = world.error("ALTER METRIC Closed IN SCENARIO Up AS TRUE");
    assert!(refused.contains("rights depend on `Closed`, which is the same in all scenarios"), "{refused}");
}

#[test]
fn a_right_is_a_text_of_two_letters() {
    let world = World::with(MODEL);
    world.file("r.csv", "User,Country,Lands\nann,France,r-\nbo,France,-.\nbo,Japan,..\n");
    world.run("COPY Lands FROM 'r.csv'; INSERT INTO Lands VALUES ('ann', 'Japan', '.w')");
    assert_eq!(world.run("SELECT * FROM Lands"), "ann,France,r-\nann,Japan,.w\nbo,France,-.");
    world.run("INSERT INTO Lands VALUES ('ann', 'Japan', '..'), ('ann', 'France', 'rw')");
    assert_eq!(world.run("SELECT * FROM Lands"), "ann,France,rw\nbo,France,-.");
    for wrong in ["r", "wr", "rww", "R W", "x."] {
        assert!(run_is_refused(&world, &format!("INSERT INTO Lands VALUES ('ann', 'Japan', '{wrong}')")), "{wrong}");
    }
}

fn run_is_refused(world: &World, script: &str) -> bool {
    crate::world::run(&world.owner(), script).is_err()
}

/// A block named in TO that has not the rights metric's other dimensions, directly or THROUGH a property path, is refused.
#[test]
fn a_rule_reaches_all_dimensions_of_its_rights() {
    let world = World::with(&format!("{MODEL} CREATE DIMENSION Planet (Name TEXT); CREATE METRIC Stars NUMBER BY (Planet);"));
    let missing = "has not the dimension `Country` of `Lands`, neither directly nor THROUGH a path";
    for (target, fits) in [
        ("Revenue", false),
        ("Rate, Revenue", false),
        ("Total", false),
        ("ALL METRICS WITH (Store)", false),
        ("ALL METRICS WITH (Planet)", false),
        ("PROPERTY Store.Rent", false),
        ("ITEMS OF Store", false),
        ("Rate", true),
        ("ALL METRICS WITH (Country)", true),
        ("ITEMS OF Country", true),
        ("LIST Ledger", true),
    ] {
        let statement = format!("BEGIN; CREATE RULE r APPLY READ OF Lands TO {target}; ROLLBACK");
        match fits {
            true => drop(world.run(&statement)),
            false => assert!(world.error(&statement).contains(missing), "{target}: {}", world.error(&statement)),
        }
    }
    for target in ["Revenue", "ALL METRICS WITH (Store)", "PROPERTY Store.Rent", "ITEMS OF Store", "Revenue, Rate"] {
        world.run(&format!("BEGIN; CREATE RULE r APPLY READ OF Lands THROUGH Store.Country TO {target}; ROLLBACK"));
    }
    assert!(world.error("CREATE RULE r APPLY READ OF Lands THROUGH Store.Rent TO Revenue").contains("Rent"));
    assert!(world.error("CREATE RULE r APPLY READ OF Rate TO Revenue").contains("`Rate` is no rights metric"));
}

/// THROUGH works for all targets, and a coordinate whose path is BLANK has a BLANK right.
#[test]
fn through_works_for_all_targets_and_a_blank_path_is_a_blank_right() {
    let rights = "INSERT INTO Lands VALUES ('ann', 'France', 'r.');";
    for (default, mode, blank_is_open) in [
        ("ALLOWED", "THREE STATE", true),
        ("ALLOWED", "STRICT", false),
        ("UNSPECIFIED", "THREE STATE", false),
        ("UNSPECIFIED", "STRICT", false),
    ] {
        for (target, query, all) in [
            ("Revenue", "SELECT Store FROM Revenue", ["S1", "S2", "S3"]),
            ("ALL METRICS WITH (Store)", "SELECT Store FROM Revenue", ["S1", "S2", "S3"]),
            ("ITEMS OF Store", "SELECT Code FROM Store", ["S1", "S2", "S3"]),
            ("PROPERTY Store.Rent", "SELECT Code FROM Store WHERE Rent IS NOT NULL", ["S1", "S2", "S3"]),
        ] {
            let world = world(
                default,
                "DENIED",
                &format!(
                    "{rights} ALTER APPLICATION SET ACCESS RIGHTS {mode}; CREATE RULE r APPLY READ OF Lands THROUGH Store.Country TO {target};"
                ),
            );
            // Japan is unset and the third has no country: both are BLANK rights.
            let expected: Vec<&str> = all.into_iter().filter(|store| *store == "S1" || blank_is_open).collect();
            assert_eq!(world.as_user("ann", query), expected.join("\n"), "{target}, {default}, {mode}");
        }
    }
    // A list is reached through a property of what stands in its column.
    let world = world(
        "UNSPECIFIED",
        "DENIED",
        "CREATE DIMENSION Region (Name TEXT); INSERT INTO Region VALUES ('EMEA'); ALTER DIMENSION Country ADD PROPERTY Region Region;
         UPDATE Country SET Region = 'EMEA' WHERE Name = 'France'; CREATE METRIC Regions ACCESS RIGHTS BY (User, Region);
         INSERT INTO Regions VALUES ('ann', 'EMEA', 'r.'); CREATE RULE r APPLY READ OF Regions THROUGH Country.Region TO LIST Ledger;",
    );
    assert_eq!(world.as_user("ann", "SELECT * FROM Ledger"), "France,1.0");
}

/// Items and properties are readable to all while no rule speaks of them; once one does, role default and words decide.
#[test]
fn items_are_open_until_a_rule_speaks_of_them() {
    let world = world("UNSPECIFIED", "DENIED", "INSERT INTO Lands VALUES ('ann', 'France', 'r.');");
    assert_eq!(world.as_user("ann", "SELECT Name FROM Country; SELECT Rent FROM Store"), "France\nJapan\n1.0\n2.0\n3.0");
    world.run("CREATE RULE r APPLY READ OF Lands TO ITEMS OF Country");
    assert_eq!(world.as_user("ann", "SELECT Name FROM Country"), "France");
    assert_eq!(world.as_user("bo", "SELECT Name FROM Country"), "");
    world.run("DROP RULE r; CREATE RULE p APPLY READ OF Lands THROUGH Store.Country TO PROPERTY Store.Rent");
    assert_eq!(world.as_user("ann", "SELECT Rent FROM Store"), "1.0\n-\n-");
    // NULL in WHERE, in GROUP BY, and as a path of a metric's table.
    world.run("ALTER ROLE Works READ ALLOWED; INSERT INTO Lands VALUES ('ann', 'Japan', '-.')");
    assert_eq!(world.as_user("ann", "SELECT Code FROM Store WHERE Rent = 2 OR Rent <> 2"), "S1\nS3");
    assert_eq!(world.as_user("ann", "SELECT Rent, COUNT(*) FROM Store GROUP BY Rent ORDER BY 2, 1"), "1.0,1\n3.0,1\n-,1");
    assert_eq!(world.as_user("ann", "SELECT Store.Rent, SUM(Revenue) FROM Revenue GROUP BY 1 ORDER BY 2"), "1.0,10.0\n-,20.0\n3.0,40.0");
    // And the owner is not locked out.
    assert_eq!(world.run("SELECT Rent FROM Store"), "1.0\n2.0\n3.0");
}

/// Rights are evaluated on all data, whatever their reader may see.
#[test]
fn rights_are_evaluated_on_all_data() {
    let world = world(
        "ALLOWED",
        "DENIED",
        "CREATE METRIC Bad NUMBER BY (Country); INSERT INTO Bad VALUES ('Japan', 1); CREATE METRIC Nobody ACCESS RIGHTS BY (User);
         INSERT INTO Nobody VALUES ('ann', '--'); CREATE RULE hidden APPLY READ OF Nobody TO Bad;
         CREATE METRIC Made ACCESS RIGHTS BY (User, Country) AS ACCESSRIGHTS(IF(Bad > 0, FALSE), BLANK)[ADD: User];
         CREATE RULE r APPLY READ OF Made TO Rate;",
    );
    assert_eq!(world.as_user("ann", "SELECT * FROM Bad; SELECT * FROM Rate"), "\nFrance,1.0");
}

/// `IGNORE ROLE DEFAULT` leaves the words alone, half by half; never for the owner.
#[test]
fn the_role_default_is_ignored_half_by_half() {
    let world = world("ALLOWED", "ALLOWED", "CREATE RULE w IGNORE ROLE DEFAULT WRITE ON Rate;");
    assert_eq!(world.as_user("ann", "SELECT COUNT(*) FROM Rate"), "2");
    assert!(world.as_user("ann", "UPDATE Rate SET Rate = 3").ends_with("2 cells may not be written"));
    world.run("UPDATE Rate SET Rate = Rate");
    world.run("CREATE RULE r IGNORE ROLE DEFAULT READ, WRITE ON ALL METRICS WITH (Store)");
    assert_eq!(world.as_user("ann", "SELECT COUNT(*) FROM Revenue; SELECT COUNT(*) FROM Total"), "0\n1");
    assert_eq!(world.run("SELECT COUNT(*) FROM Revenue"), "3");
    // A word opens what the default does not.
    world
        .run("INSERT INTO Lands VALUES ('ann', 'France', 'rw'); CREATE RULE l APPLY READ, WRITE OF Lands THROUGH Store.Country TO Revenue");
    assert_eq!(world.as_user("ann", "SELECT * FROM Revenue"), "S1,10.0");
    assert_eq!(world.as_user("ann", "UPDATE Revenue SET Revenue = 11"), "");
}

#[test]
fn nothing_switches_security_off() {
    let world = world("ALLOWED", "ALLOWED", "INSERT INTO Lands VALUES ('bo', 'France', '--'); CREATE RULE r APPLY READ OF Lands TO Rate;");
    world.run("GRANT ROLE Admin TO USER 'bo'");
    for statement in ["SET SECURITY BYPASS", "SET SECURITY BYPASS = on", "SET row_security = off", "ALTER APPLICATION SET SECURITY OFF"] {
        assert!(world.as_user("bo", statement).starts_with("error"), "{statement}");
        assert!(run_is_refused(&world, statement), "{statement}");
    }
    // Admins are under the rules.
    assert_eq!(world.as_user("bo", "SELECT * FROM Rate"), "Japan,2.0");
}

/// Looking through another's eyes is read-only.
#[test]
fn execute_as_takes_a_query_and_nothing_else() {
    let world = world("ALLOWED", "ALLOWED", "");
    for statement in [
        "INSERT INTO Rate VALUES ('France', 9)",
        "DELETE FROM Rate",
        "CREATE USER 'x'",
        "EXPLAIN SELECT 1",
        "EVALUATE Rate",
        "EXECUTE AS USER 'bo' SELECT 1",
    ] {
        assert!(run_is_refused(&world, &format!("EXECUTE AS USER 'ann' {statement}")), "{statement}");
    }
    assert_eq!(world.run("EXECUTE AS USER 'ann' SELECT COUNT(*) FROM Rate"), "2");
    assert_eq!(world.run("SELECT * FROM Rate"), "France,1.0\nJapan,2.0");
}

/// EXPLAIN ANALYZE tells rows, and times only to who defines security.
#[test]
fn explain_analyze_tells_rows_and_times_only_to_who_defines_security() {
    let world = world("ALLOWED", "DENIED", "INSERT INTO Lands VALUES ('ann', 'France', '-.'); CREATE RULE r APPLY READ OF Lands TO Rate;");
    let told = |user: &str, query: &str| {
        let mut outcome = smalt::Outcome::default();
        let session = if user == "owner" { world.owner() } else { world.app.session(user).unwrap() };
        session.run(&format!("EXPLAIN ANALYZE {query}"), &mut outcome).unwrap();
        let (_, table) = outcome.tables.pop().unwrap();
        let columns: Vec<String> = table.columns.iter().map(|column| column.name.to_string()).collect();
        (columns.join(","), crate::world::text(&table).lines().next().unwrap().to_owned())
    };
    for (user, query, rows) in
        [("ann", "SELECT * FROM Rate", ",1"), ("bo", "SELECT * FROM Rate", ",2"), ("ann", "SELECT Name FROM Country WHERE 1 = 0", ",0")]
    {
        let (columns, first) = told(user, query);
        assert_eq!(columns, "Plan,Rows");
        assert!(first.ends_with(rows), "{user}: {query}: {first}");
    }
    assert_eq!(told("owner", "SELECT * FROM Rate").0, "Plan,Rows,Milliseconds");
    assert!(world.as_user("ann", "EXPLAIN ANALYZE SELECT * FROM Nothing").contains("there is no table `Nothing`"));
    let blind = world.as_user("ann", "EXPLAIN ANALYZE SELECT 1 / (Rate - 1) FROM Rate");
    assert!(!blind.starts_with("error"), "{blind}");
}

#[test]
fn a_refusal_says_which_permission_is_missing_and_nothing_else() {
    let world = World::with(&format!("{MODEL} CREATE ROLE Bare PERMISSIONS (\"Display Application\"); GRANT ROLE Bare TO ALL USERS"));
    for (statement, permission) in [
        ("CREATE RULE r APPLY READ OF Lands TO Rate", "Define Application security"),
        ("CREATE RULE r APPLY READ OF Nothing TO Nobody", "Define Application security"),
        ("DROP USER 'bo'", "Define Application security"),
        ("DROP USER 'ghost'", "Define Application security"),
        ("DROP GROUP Ghosts", "Define Application security"),
        ("EXPLAIN ACCESS FOR USER 'ghost' ON Nothing", "Define Application security"),
        ("MERGE SCENARIO A INTO B", "Create scenarios"),
        ("REVERT TO REVISION 99", "Configure Blocks"),
        ("SELECT * FROM Nothing AS OF REVISION 1", "Open Boards"),
    ] {
        let told = world.as_user("ann", statement);
        assert!(told.ends_with(&format!("you need the permission `{permission}` for this")), "{statement}: {told}");
    }
    let told = world.as_user("ann", "SHOW RULES");
    assert!(told.ends_with(DEFINE), "{told}");
}

/// Users, roles and groups are edited by loading a table as well.
#[test]
fn people_roles_and_groups_are_loaded_as_tables() {
    let world = World::with(MODEL);
    world.file("roles.csv", "Name\nClerk\nReader\n");
    world.file("groups.csv", "Name\nOps\n");
    world.run(
        "COPY Role FROM 'roles.csv'; COPY \"Group\" FROM 'groups.csv'; INSERT INTO Role VALUES ('Watcher'); INSERT INTO User VALUES ('cy')",
    );
    let roles = world.run("SHOW ROLES");
    assert!(roles.contains("Clerk,,UNSPECIFIED,UNSPECIFIED,WRITE\nWatcher,,UNSPECIFIED,UNSPECIFIED,WRITE"), "{roles}");
    assert!(roles.contains("Reader,Display Application, Open Boards,ALLOWED,DENIED"), "one that is there stays: {roles}");
    world.run("ALTER ROLE Clerk ADD PERMISSIONS (\"Display Application\", \"Open Boards\"); GRANT ROLE Clerk TO GROUP Ops; ALTER GROUP Ops ADD USER 'cy'");
    assert_eq!(world.as_user("cy", "SELECT 1"), "1");
    assert!(world.as_user("cy", "COPY Role FROM 'roles.csv'").contains("you need the permission"));
}

/// More readable rows than the application's limit take the permission to export data: the result ends with an error after the last row allowed.
#[test]
fn a_result_ends_with_an_error_after_the_last_row_allowed() {
    let options = smalt::Options { row_limit: Some(2), ..smalt::Options::default() };
    let app = smalt::Application::in_memory_with(options).unwrap();
    let script = format!(
        "{MODEL}{} INSERT INTO Lands VALUES ('ann', 'Japan', '-.'); CREATE RULE r APPLY READ OF Lands THROUGH Store.Country TO Revenue;",
        role("ALLOWED", "DENIED")
    );
    crate::world::run(&app.owner_session().unwrap(), &script).unwrap();
    let ask = |user: &str, query: &str| {
        let mut outcome = smalt::Outcome::default();
        let ended = app.session(user).unwrap().run(query, &mut outcome);
        (outcome.tables.first().map_or(0, |(_, table)| table.row_count()), ended.err().map(|e| e.message))
    };
    for query in ["SELECT * FROM Revenue", "EVALUATE Revenue"] {
        // Two of the three are readable to one of them: no more are there for her.
        assert_eq!(ask("ann", query), (2, None), "{query}");
        let (rows, error) = ask("bo", query);
        assert!(rows == 2 && error.is_some_and(|e| e.contains("more than 2 rows")), "{query}");
    }
    // What is counted or added up is one row.
    assert_eq!(ask("bo", "SELECT COUNT(*) FROM Revenue"), (1, None));
    crate::world::run(&app.owner_session().unwrap(), "ALTER ROLE Works ADD PERMISSIONS (\"Export Data\")").unwrap();
    assert_eq!(ask("bo", "SELECT * FROM Revenue"), (3, None));
}
