//! Every statement, the permissions that it needs, and what the five default roles may do: written down here from the contract, by hand, and
//! compared with what the engine does.

use std::cell::RefCell;
use std::collections::BTreeMap;

use smalt::Session;

use crate::world::{World, run};

/// Everything that statements of all kinds can be about.
const MODEL: &str = "
    CREATE DIMENSION D (Name TEXT, Note TEXT); INSERT INTO D VALUES ('a', 'x'), ('b', NULL);
    CREATE DIMENSION Empty (Name TEXT, Note TEXT);
    CREATE LIST L (D D, Amount NUMBER); INSERT INTO L VALUES ('a', 1);
    CREATE SUBSET S OF D AS D.Note = \"x\";
    CREATE METRIC M NUMBER BY (D); INSERT INTO M VALUES ('a', 7);
    CREATE METRIC F NUMBER BY (D) AS M * 2;
    CREATE METRIC Spare NUMBER BY (D);
    CREATE METRIC Rights ACCESS RIGHTS BY (User, D);
    CREATE RULE opened APPLY READ OF Rights TO Spare; CREATE METRIC Loose NUMBER BY (D); CREATE METRIC Lies NUMBER BY (D) AS F + 1;
    CREATE TABLE T OF (M, F); CREATE VIEW V AS SELECT D, M FROM M; CREATE SCENARIO Up; CREATE SNAPSHOT Budget;
    CREATE CALENDAR FROM '2023-01-01' TO '2023-12-31' LEVELS (Month);
    CREATE USER 'bob'; CREATE GROUP G; CREATE ROLE Analyst PERMISSIONS (\"Display Application\", \"Open Boards\");
    GRANT ROLE Reader TO USER 'bob'; GRANT ROLE Reader TO GROUP G;";

const DISPLAY: &str = "Display Application";
const DEFINE: &str = "Define Application security";
const CALENDARS: &str = "Configure calendars";
const UPDATES: &str = "View Application and Blocks updates";
const SCENARIOS: &str = "Create scenarios";
const NO_SCENARIOS: &str = "Delete scenarios";
const BLOCKS: &str = "Configure Blocks";
const PLAYGROUND: &str = "Use formula playground";
const VIEWS: &str = "Configure Views";
const ITEMS: &str = "Add & remove List Items";
const IMPORT: &str = "Import Data";
const BOARDS: &str = "Open Boards";
const EXPORT: &str = "Export Data";

const ALL: [&str; 20] = [
    DISPLAY,
    "Configure Application",
    DEFINE,
    CALENDARS,
    UPDATES,
    "Create & Delete Folders",
    SCENARIOS,
    NO_SCENARIOS,
    "Display Block Explorer",
    BLOCKS,
    PLAYGROUND,
    VIEWS,
    ITEMS,
    IMPORT,
    BOARDS,
    "Configure Boards",
    "Comment on Boards",
    EXPORT,
    "Configure Automations",
    "Deploy",
];

/// How it ends for who has the permissions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// It is carried out.
    Runs,
    /// It is refused for another reason, in these words.
    Fails(&'static str),
}
use End::{Fails, Runs};

impl End {
    /// Whether it ended so.
    fn is(self, answer: &Result<String, String>) -> bool {
        match (self, answer) {
            (Runs, Ok(_)) => true,
            (Fails(words), Err(error)) => error.contains(words),
            _ => false,
        }
    }
}

/// A statement, how it ends, the permissions that it needs besides Display Application, and who of Admin, Modeler, Designer, Contributor
/// and Reader has them.
type Row = (&'static str, End, &'static [&'static str], &'static str);

const ROWS: &[Row] = &[
    // Asking.
    ("SELECT * FROM M", Runs, &[BOARDS], "AMDCR"),
    ("WITH t AS (SELECT 1) SELECT * FROM t", Runs, &[BOARDS], "AMDCR"),
    ("VALUES (1)", Runs, &[BOARDS], "AMDCR"),
    ("SELECT * FROM M AS OF REVISION 8", Runs, &[BOARDS, UPDATES], "A----"),
    ("SELECT * FROM M AS OF SNAPSHOT Budget", Runs, &[BOARDS, UPDATES], "A----"),
    ("EXPLAIN SELECT * FROM M", Runs, &[BOARDS], "AMDCR"),
    ("EXPLAIN ANALYZE SELECT * FROM M", Runs, &[BOARDS], "AMDCR"),
    ("EXPLAIN SELECT * FROM M AS OF REVISION 8", Runs, &[BOARDS, UPDATES], "A----"),
    ("EXPLAIN VALUE F AT (D = 'a') DEPTH 2", Runs, &[BOARDS], "AMDCR"),
    ("COMPARE SCENARIO Up WITH Base ON M", Runs, &[BOARDS], "AMDCR"),
    ("EXPLAIN FORMULA F", Runs, &[BLOCKS], "AM---"),
    ("SHOW FORMULA F", Runs, &[BLOCKS], "AM---"),
    ("EXPLAIN ACCESS FOR USER 'bob' ON M", Runs, &[DEFINE], "A----"),
    ("EXPLAIN ACCESS FOR USER 'bob' ON M AT (D = 'a')", Runs, &[DEFINE], "A----"),
    ("EXPLAIN LEAKS ON F", Runs, &[DEFINE], "A----"),
    ("EXECUTE AS USER 'bob' SELECT * FROM M", Runs, &[DEFINE], "A----"),
    ("EVALUATE M * 2", Runs, &[PLAYGROUND], "AMDC-"),
    ("EVALUATE RESETACCESSRIGHTS(M)", Runs, &[PLAYGROUND, DEFINE], "A----"),
    ("EVALUATE ACCESSRIGHTS(TRUE, BLANK)", Runs, &[PLAYGROUND, DEFINE], "A----"),
    ("SHOW METRICS", Runs, &[], "AMDCR"),
    ("SHOW DIMENSIONS", Runs, &[], "AMDCR"),
    ("SHOW SUBSETS", Runs, &[], "AMDCR"),
    ("SHOW LISTS", Runs, &[], "AMDCR"),
    ("SHOW TABLES", Runs, &[], "AMDCR"),
    ("SHOW VIEWS", Runs, &[], "AMDCR"),
    ("SHOW SCENARIOS", Runs, &[], "AMDCR"),
    ("SHOW SNAPSHOTS", Runs, &[], "AMDCR"),
    ("SHOW USERS", Runs, &[], "AMDCR"),
    ("SHOW ROLES", Runs, &[], "AMDCR"),
    ("SHOW GROUPS", Runs, &[], "AMDCR"),
    ("SHOW RULES", Runs, &[DEFINE], "A----"),
    ("SHOW ROLE OF 'bob'", Runs, &[DEFINE], "A----"),
    ("SHOW ROLE OF 'nobody'", Fails("there is no user `nobody`"), &[DEFINE], "A----"),
    ("SHOW REVISIONS", Runs, &[UPDATES], "A----"),
    ("SHOW AUDIT", Runs, &[UPDATES], "A----"),
    ("SHOW AUDIT SINCE '2026-01-01' LIMIT 5", Runs, &[UPDATES], "A----"),
    ("SHOW CALENDARS", Runs, &[], "AMDCR"),
    ("SELECT * FROM information_schema.tables", Runs, &[BOARDS], "AMDCR"),
    ("SELECT * FROM T", Runs, &[BOARDS], "AMDCR"),
    ("SELECT * FROM V", Runs, &[BOARDS], "AMDCR"),
    ("SELECT * FROM Up.M", Runs, &[BOARDS], "AMDCR"),
    ("VERIFY AUDIT", Runs, &[UPDATES], "A----"),
    ("DESCRIBE M", Runs, &[], "AMDCR"),
    ("BEGIN", Runs, &[], "AMDCR"),
    ("COMMIT", Fails("no transaction is open"), &[], "AMDCR"),
    ("ROLLBACK", Fails("no transaction is open"), &[], "AMDCR"),
    ("USE SCENARIO Base", Runs, &[], "AMDCR"),
    // The model.
    ("CREATE DIMENSION New (Name TEXT)", Runs, &[BLOCKS], "AM---"),
    ("CREATE SUBSET New OF D AS D.Note = \"y\"", Runs, &[BLOCKS], "AM---"),
    ("CREATE LIST New (D D)", Runs, &[BLOCKS], "AM---"),
    ("CREATE METRIC New NUMBER BY (D)", Runs, &[BLOCKS], "AM---"),
    ("CREATE METRIC New NUMBER BY (D) AS M + 1", Runs, &[BLOCKS], "AM---"),
    ("CREATE METRIC New NUMBER BY (D) AS RESETACCESSRIGHTS(M)", Runs, &[BLOCKS, DEFINE], "A----"),
    ("ALTER METRIC F IN SCENARIO Up AS RESETACCESSRIGHTS(M)", Runs, &[BLOCKS, DEFINE], "A----"),
    ("ALTER DIMENSION D ADD PROPERTY P NUMBER AS RESETACCESSRIGHTS(M)", Runs, &[BLOCKS, DEFINE], "A----"),
    ("CREATE SUBSET New OF D AS RESETACCESSRIGHTS(M) > 1", Runs, &[BLOCKS, DEFINE], "A----"),
    ("CREATE METRIC New ACCESS RIGHTS BY (User, D)", Runs, &[BLOCKS, DEFINE], "A----"),
    ("CREATE TABLE New OF (M, F)", Runs, &[BLOCKS], "AM---"),
    ("ALTER METRIC F AS M * 3", Runs, &[BLOCKS], "AM---"),
    ("ALTER METRIC F AS RESETACCESSRIGHTS(M)", Runs, &[BLOCKS, DEFINE], "A----"),
    ("ALTER METRIC F IN SCENARIO Up AS M * 3", Runs, &[BLOCKS], "AM---"),
    ("ALTER METRIC F IN SCENARIO Base AS M * 3", Fails("`Base` has no formulas of its own"), &[BLOCKS], "AM---"),
    ("ALTER METRIC F DROP FORMULA", Runs, &[BLOCKS], "AM---"),
    ("ALTER METRIC Loose RENAME TO N", Runs, &[BLOCKS], "AM---"),
    ("ALTER METRIC M RENAME TO N", Fails("the view `V`"), &[BLOCKS], "AM---"),
    ("ALTER METRIC Rights AS ACCESSRIGHTS(TRUE, TRUE)", Runs, &[BLOCKS, DEFINE], "A----"),
    ("ALTER DIMENSION D ADD PROPERTY P NUMBER", Runs, &[BLOCKS], "AM---"),
    ("ALTER DIMENSION D ADD PROPERTY P NUMBER AS M", Runs, &[BLOCKS], "AM---"),
    ("ALTER DIMENSION Empty RENAME PROPERTY Note TO Remark", Runs, &[BLOCKS], "AM---"),
    ("ALTER DIMENSION Empty RENAME TO E", Runs, &[BLOCKS], "AM---"),
    ("ALTER DIMENSION Empty ORDER BY Name", Runs, &[BLOCKS], "AM---"),
    ("ALTER DIMENSION User ADD PROPERTY Country TEXT", Runs, &[BLOCKS, DEFINE], "A----"),
    ("ALTER LIST L ADD COLUMN C NUMBER", Runs, &[BLOCKS], "AM---"),
    ("DROP METRIC Loose", Runs, &[BLOCKS], "AM---"),
    ("DROP METRIC Spare", Fails("rule"), &[BLOCKS], "AM---"),
    ("DROP METRIC F", Fails("the formula of `Lies`"), &[BLOCKS], "AM---"),
    ("DROP DIMENSION Empty", Runs, &[BLOCKS], "AM---"),
    ("DROP SUBSET S", Runs, &[BLOCKS], "AM---"),
    ("DROP LIST L", Runs, &[BLOCKS], "AM---"),
    ("DROP TABLE T", Runs, &[BLOCKS], "AM---"),
    ("COMMENT ON METRIC M IS 'text'", Runs, &[BLOCKS], "AM---"),
    ("COMMENT ON DIMENSION D IS 'text'", Runs, &[BLOCKS], "AM---"),
    ("COMMENT ON LIST L IS 'text'", Runs, &[BLOCKS], "AM---"),
    ("COMMENT ON TABLE T IS 'text'", Runs, &[BLOCKS], "AM---"),
    ("ALTER TABLE T RENAME TO U", Runs, &[BLOCKS], "AM---"),
    ("ALTER SUBSET S RENAME TO U", Runs, &[BLOCKS], "AM---"),
    ("SET autocalc = off", Runs, &[BLOCKS], "AM---"),
    ("RECALCULATE", Runs, &[BLOCKS], "AM---"),
    ("RECALCULATE METRIC F", Runs, &[BLOCKS], "AM---"),
    ("RECALCULATE SCENARIO Base", Runs, &[BLOCKS], "AM---"),
    ("RECALCULATE ALL", Runs, &[BLOCKS], "AM---"),
    ("REVERT TO REVISION {before}", Runs, &[BLOCKS], "AM---"),
    ("CREATE CALENDAR FROM '2023-01-01' TO '2024-12-31' LEVELS (Month)", Runs, &[CALENDARS], "AM---"),
    ("CREATE VIEW W AS SELECT * FROM M", Runs, &[VIEWS], "AMD--"),
    ("CREATE VIEW W AS SELECT * FROM M AS OF REVISION 8", Runs, &[VIEWS, UPDATES], "A----"),
    ("CREATE VIEW V AS SELECT 1", Fails("there is a view `V` already"), &[VIEWS], "AMD--"),
    ("ALTER VIEW V AS SELECT 1", Runs, &[VIEWS], "AMD--"),
    ("COMMENT ON VIEW V IS 'text'", Runs, &[VIEWS], "AMD--"),
    ("ALTER VIEW V RENAME TO W", Runs, &[VIEWS], "AMD--"),
    ("DROP VIEW V", Runs, &[VIEWS], "AMD--"),
    // Data.
    ("INSERT INTO M VALUES ('b', 1)", Runs, &[BOARDS], "AMDCR"),
    ("INSERT INTO M SELECT 'b', 1", Runs, &[BOARDS], "AMDCR"),
    ("INSERT INTO M SELECT 'b', M FROM M AS OF REVISION 8", Runs, &[BOARDS, UPDATES], "A----"),
    ("UPDATE M SET M = 2", Runs, &[BOARDS], "AMDCR"),
    ("DELETE FROM M", Runs, &[BOARDS], "AMDCR"),
    ("INSERT INTO Rights VALUES ('bob', 'a', 'rw')", Runs, &[BOARDS, DEFINE], "A----"),
    ("INSERT INTO D VALUES ('c', 'x')", Runs, &[ITEMS], "AM-C-"),
    ("INSERT INTO D SELECT 'c', 'x'", Runs, &[BOARDS, ITEMS], "AM-C-"),
    ("UPDATE D SET Note = 'z' WHERE Name = 'b'", Runs, &[ITEMS], "AM-C-"),
    ("UPDATE D SET Note = 'z' WHERE (SELECT COUNT(*) FROM M) = 1", Runs, &[BOARDS, ITEMS], "AM-C-"),
    ("UPDATE D SET Note = (SELECT 'z')", Runs, &[BOARDS, ITEMS], "AM-C-"),
    ("DELETE FROM Empty", Runs, &[ITEMS], "AM-C-"),
    ("DELETE FROM Empty WHERE Name IN (SELECT Name FROM D)", Runs, &[BOARDS, ITEMS], "AM-C-"),
    ("INSERT INTO L VALUES ('b', 2)", Runs, &[ITEMS], "AM-C-"),
    ("UPDATE L SET Amount = 2", Runs, &[ITEMS], "AM-C-"),
    ("DELETE FROM L", Runs, &[ITEMS], "AM-C-"),
    ("INSERT INTO User (Name) VALUES ('eve')", Runs, &[ITEMS, DEFINE], "A----"),
    ("UPDATE User SET Name = 'rob' WHERE Name = 'bob'", Fails("UPDATE gives people no other name"), &[ITEMS, DEFINE], "A----"),
    ("DELETE FROM User WHERE Name = 'bob'", Fails("DELETE takes nothing out of `User`"), &[ITEMS, DEFINE], "A----"),
    ("COPY M FROM 'm.csv'", Runs, &[IMPORT], "AM-C-"),
    ("COPY D FROM 'd.csv'", Runs, &[IMPORT], "AM-C-"),
    ("COPY L FROM 'l.csv'", Runs, &[IMPORT], "AM-C-"),
    ("COPY Rights FROM 'r.csv'", Runs, &[IMPORT, DEFINE], "A----"),
    ("COPY User FROM 'u.csv'", Runs, &[IMPORT, DEFINE], "A----"),
    ("COPY (SELECT * FROM M) TO 'out.csv'", Runs, &[BOARDS, EXPORT], "AMDC-"),
    ("COPY (SELECT * FROM M AS OF REVISION 8) TO 'out.csv'", Runs, &[BOARDS, EXPORT, UPDATES], "A----"),
    // Scenarios.
    ("CREATE SCENARIO Down", Runs, &[SCENARIOS], "AM-C-"),
    ("CREATE SCENARIO Down FROM Up", Runs, &[SCENARIOS], "AM-C-"),
    ("ALTER SCENARIO Up SET READ ONLY", Runs, &[SCENARIOS], "AM-C-"),
    ("ALTER SCENARIO Up SET READ WRITE", Runs, &[SCENARIOS], "AM-C-"),
    ("USE SCENARIO Up", Runs, &[], "AMDCR"),
    ("MERGE SCENARIO Up INTO Base", Runs, &[SCENARIOS], "AM-C-"),
    ("REBASE SCENARIO Up", Runs, &[SCENARIOS], "AM-C-"),
    ("CREATE SNAPSHOT Budget", Fails("there is a snapshot `Budget` already"), &[SCENARIOS], "AM-C-"),
    ("CREATE SNAPSHOT Another", Runs, &[SCENARIOS], "AM-C-"),
    ("DROP SNAPSHOT Budget", Runs, &[SCENARIOS], "AM-C-"),
    ("DROP SCENARIO Up", Runs, &[NO_SCENARIOS], "AM---"),
    ("GRANT READ ON SCENARIO Up TO ROLE Analyst", Runs, &[DEFINE], "A----"),
    ("GRANT NONE ON SCENARIO Up TO ROLE Analyst", Runs, &[DEFINE], "A----"),
    // Security.
    ("CREATE USER 'eve'", Runs, &[DEFINE], "A----"),
    ("CREATE USER 'bot' KIND AI AGENT", Runs, &[DEFINE], "A----"),
    ("ALTER USER 'bob' DEACTIVATE", Runs, &[DEFINE], "A----"),
    ("ALTER USER 'bob' KIND SERVICE", Runs, &[DEFINE], "A----"),
    ("ALTER USER 'bob' RENAME TO 'rob'", Runs, &[DEFINE], "A----"),
    ("DROP USER 'bob'", Runs, &[DEFINE], "A----"),
    ("CREATE GROUP H", Runs, &[DEFINE], "A----"),
    ("ALTER GROUP G ADD USER 'bob'", Runs, &[DEFINE], "A----"),
    ("DROP GROUP G", Runs, &[DEFINE], "A----"),
    ("CREATE ROLE Clerk PERMISSIONS ()", Runs, &[DEFINE], "A----"),
    ("ALTER ROLE Analyst READ DENIED", Runs, &[DEFINE], "A----"),
    ("DROP ROLE Analyst", Runs, &[DEFINE], "A----"),
    ("DROP ROLE Reader", Fails("the role is granted to the group `G`"), &[DEFINE], "A----"),
    ("DROP ROLE Admin", Fails("can be neither altered nor dropped"), &[DEFINE], "A----"),
    ("GRANT ROLE Analyst TO USER 'bob'", Runs, &[DEFINE], "A----"),
    ("GRANT ROLE Analyst TO ALL USERS", Runs, &[DEFINE], "A----"),
    ("REVOKE ROLE Reader FROM GROUP G", Runs, &[DEFINE], "A----"),
    ("REVOKE ROLE Reader FROM USER 'bob'", Runs, &[DEFINE], "A----"),
    ("ALTER ROLE Analyst ADD PERMISSIONS (\"Export Data\")", Runs, &[DEFINE], "A----"),
    ("ALTER APPLICATION SET ACCESS RIGHTS THREE STATE", Runs, &[DEFINE], "A----"),
    ("CREATE RULE r APPLY READ OF Rights TO M", Runs, &[DEFINE], "A----"),
    ("CREATE RULE r APPLY READ, WRITE OF Rights TO ALL METRICS WITH (D)", Runs, &[DEFINE], "A----"),
    ("CREATE RULE r APPLY READ OF Rights TO ITEMS OF D", Runs, &[DEFINE], "A----"),
    ("CREATE RULE r APPLY READ OF Rights TO PROPERTY D.Note", Runs, &[DEFINE], "A----"),
    ("CREATE RULE r APPLY READ OF Rights TO LIST L", Runs, &[DEFINE], "A----"),
    ("CREATE RULE r IGNORE ROLE DEFAULT WRITE ON M", Runs, &[DEFINE], "A----"),
    ("DROP RULE opened", Runs, &[DEFINE], "A----"),
    ("ALTER APPLICATION SET ACCESS RIGHTS STRICT", Runs, &[DEFINE], "A----"),
    ("ALTER APPLICATION SET INHERITANCE OFF", Runs, &[DEFINE], "A----"),
];

/// An application in which a statement is tried by somebody with just these permissions, and taken back.
struct Door {
    world: World,
    people: RefCell<BTreeMap<Vec<String>, String>>,
}

impl Door {
    fn new() -> Door {
        let world = World::with(MODEL);
        world.file("m.csv", "D,M\nb,1\n");
        world.file("d.csv", "Name,Note\nc,x\n");
        world.file("l.csv", "D,Amount\nb,2\n");
        world.file("r.csv", "User,D,Rights\nbob,b,rw\n");
        world.file("u.csv", "Name\neve\n");
        Door { world, people: RefCell::default() }
    }

    /// A person with exactly these permissions, and what they allow allowed.
    fn person(&self, permissions: &[&str]) -> String {
        let mut people = self.people.borrow_mut();
        let number = people.len();
        let key = permissions.iter().map(|p| (*p).to_owned()).collect();
        let entry = people.entry(key).or_insert_with(|| {
            let list = permissions.iter().map(|p| format!("\"{p}\"")).collect::<Vec<_>>().join(", ");
            self.world.run(&format!(
                "CREATE ROLE r{number} PERMISSIONS ({list}) READ ALLOWED WRITE ALLOWED; CREATE USER 'u{number}'; GRANT ROLE r{number} TO USER 'u{number}';"
            ));
            format!("u{number}")
        });
        entry.clone()
    }

    /// What comes of a statement, with nothing of it kept. `{before}` in it is the number of a revision before one that changed a cell.
    fn attempt(&self, session: &Session, statement: &str) -> Result<String, String> {
        let mut statement = statement.to_owned();
        if statement.contains("{before}") {
            let number = self.world.owner().snapshot().unwrap().revision();
            self.world.run("UPDATE M SET M = M + 1");
            statement = statement.replace("{before}", &number.to_string());
        }
        let statement = statement.as_str();
        let inside = !["BEGIN", "COMMIT", "ROLLBACK"].contains(&statement);
        if inside {
            run(session, "BEGIN").unwrap();
        }
        let end = run(session, statement).map_err(|e| match &e.help {
            Some(help) => format!("{}; {help}", e.message),
            None => e.message,
        });
        if session.is_in_transaction() {
            run(session, "ROLLBACK").unwrap();
        }
        end
    }
}

fn refusal(permission: &str) -> String {
    format!("you need the permission `{permission}` for this")
}

fn is_refusal(text: &str) -> bool {
    text.contains("you need the permission")
}

#[test]
fn the_permissions_that_a_statement_needs_are_enough() {
    let door = Door::new();
    let mut wrong = Vec::new();
    for (statement, end, needs, _) in ROWS {
        let exactly: Vec<&str> = std::iter::once(DISPLAY).chain(needs.iter().copied()).collect();
        let session = door.world.app.session(&door.person(&exactly)).unwrap();
        let answer = door.attempt(&session, statement);
        if !end.is(&answer) {
            wrong.push(format!("{statement}: {answer:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_of_the_permissions_that_a_statement_needs_is_needed() {
    let door = Door::new();
    for (statement, _, needs, _) in ROWS {
        for needed in *needs {
            let others: Vec<&str> = ALL.into_iter().filter(|p| p != needed).collect();
            let session = door.world.app.session(&door.person(&others)).unwrap();
            assert_eq!(door.attempt(&session, statement).expect_err(statement), refusal(needed), "{statement}");
        }
    }
}

/// A refusal comes before anything of the model is looked at: it is the same where all names are wrong.
#[test]
fn a_refusal_tells_nothing_of_the_model() {
    let door = Door::new();
    for (statement, _, needs, _) in ROWS {
        let Some(needed) = needs.first() else { continue };
        // Which of two permissions is missing may hang on what a name is; one that is nothing is taken for a metric's.
        let writes = ["INSERT INTO D", "UPDATE D", "DELETE FROM Empty", "INSERT INTO L", "UPDATE L", "DELETE FROM L"];
        let formula = statement.contains("ACCESSRIGHTS(");
        if formula || writes.iter().any(|start| statement.starts_with(start)) {
            continue;
        }
        let wrong = |word| match word {
            "M" | "F" | "Spare" | "Loose" | "T" | "V" | "Up" | "Budget" | "Analyst" | "G" => "Missing",
            "opened" => "missing",
            "'bob'" => "'nobody'",
            same => same,
        };
        let wrong = statement.split(' ').map(wrong).collect::<Vec<_>>().join(" ");
        let session = door.world.app.session(&door.person(&[DISPLAY])).unwrap();
        let error = door.attempt(&session, &wrong).expect_err(&wrong);
        assert!(needs.iter().any(|p| error == refusal(p)), "{wrong}: {error}, and {needed} is needed");
    }
}

#[test]
fn the_default_roles_may_what_the_contract_says() {
    let door = Door::new();
    let roles = ["Admin", "Modeler", "Designer", "Contributor", "Reader"];
    for role in roles {
        door.world.run(&format!("CREATE USER 'the {role}'; GRANT ROLE {role} TO USER 'the {role}'"));
    }
    for (statement, end, _, expected) in ROWS {
        let allowed = roles.map(|role| {
            let session = door.world.app.session(&format!("the {role}")).unwrap();
            match door.attempt(&session, statement) {
                Err(e) if is_refusal(&e) => '-',
                // Rights metrics are none to who does not define security.
                Err(e) if e.contains("there is no dimension, metric or list `Rights`") => '-',
                // What a Reader may not write is a matter of rights.
                Err(e) if role == "Reader" && (e.contains("may not be written") || e.contains("not yours to write")) => 'R',
                answer => {
                    assert!(end.is(&answer), "{role}: {statement}: {answer:?}");
                    role.chars().next().unwrap()
                }
            }
        });
        assert_eq!(allowed.iter().collect::<String>(), *expected, "{statement}");
    }
}

#[test]
fn nothing_goes_without_the_permission_to_see_the_application() {
    let door = Door::new();
    let others: Vec<&str> = ALL.into_iter().filter(|p| *p != DISPLAY).collect();
    let refused = door.person(&others);
    assert_eq!(door.world.app.session(&refused).unwrap_err().to_string(), refusal(DISPLAY));
    // Who was in when it was taken.
    let late = door.person(&ALL);
    let session = door.world.app.session(&late).unwrap();
    let role = late.replace('u', "r");
    door.world.run(&format!("ALTER ROLE {role} DROP PERMISSIONS (\"{DISPLAY}\")"));
    for (statement, ..) in ROWS {
        let statement = statement.replace("{before}", "8");
        assert_eq!(run(&session, &statement).expect_err(&statement).message, refusal(DISPLAY), "{statement}");
    }
    assert_eq!(session.snapshot().unwrap_err().to_string(), refusal(DISPLAY));
    assert_eq!(session.cell("M", &["a"]).unwrap_err().to_string(), refusal(DISPLAY));
    assert_eq!(session.table("M").map(|_| ()).unwrap_err().to_string(), refusal(DISPLAY));
    // And who has no role at all.
    door.world.run("CREATE USER 'nobody'");
    assert!(door.world.app.session("nobody").is_err());
}

#[test]
fn the_doors_of_the_library_need_what_a_query_needs() {
    let door = Door::new();
    let others: Vec<&str> = ALL.into_iter().filter(|p| *p != BOARDS).collect();
    let session = door.world.app.session(&door.person(&others)).unwrap();
    assert_eq!(session.snapshot().unwrap_err().to_string(), refusal(BOARDS));
    assert_eq!(session.cell("M", &["a"]).unwrap_err().to_string(), refusal(BOARDS));
    assert_eq!(session.series("M", &[None]).unwrap_err().to_string(), refusal(BOARDS));
    assert_eq!(session.table("M").map(|_| ()).unwrap_err().to_string(), refusal(BOARDS));
    // The eyes that are borrowed see what they may.
    door.world.run("CREATE ROLE Blind PERMISSIONS (\"Display Application\"); GRANT ROLE Blind TO USER 'bob'");
    let error = door.world.error("EXECUTE AS USER 'bob' SELECT 1");
    assert!(error.contains("`bob` would be refused: you need the permission `Open Boards`"), "{error}");
    door.world.run("GRANT ROLE Analyst TO USER 'bob'");
    let error = door.world.error("EXECUTE AS USER 'bob' SELECT * FROM M AS OF REVISION 8");
    assert!(error.contains(&format!("would be refused: {}", refusal(UPDATES))), "{error}");
}
