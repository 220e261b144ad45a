//! What was before, asked for after the application was opened again: the same revisions, under the rights of today.

use std::path::Path;
use std::sync::Arc;

use smalt::{Application, Options};

use crate::world::run;

const MODEL: &str = "
    CREATE DIMENSION Region (Name TEXT);
    INSERT INTO Region VALUES ('north'), ('south');
    CREATE METRIC Sales NUMBER BY (Region);
    CREATE METRIC Twice NUMBER BY (Region) AS Sales * 2;
    CREATE METRIC All NUMBER AS Twice[REMOVE SUM: Region];
    CREATE LIST Notes (Region Region, Text TEXT);
    INSERT INTO Sales VALUES ('north', 1), ('south', 2);
    INSERT INTO Notes VALUES ('north', 'a'), ('south', 'b');
    CREATE METRIC Rights ACCESS RIGHTS BY (User, Region);
    CREATE RULE r APPLY READ, WRITE OF Rights TO Sales;
    CREATE RULE n APPLY READ OF Rights TO LIST Notes;
    CREATE ROLE Planner PERMISSIONS (\"Display Application\", \"Open Boards\", \"View Application and Blocks updates\", \"Configure Blocks\") READ ALLOWED WRITE ALLOWED;
    CREATE USER 'ann'; CREATE USER 'bo' KIND AI AGENT;
    GRANT ROLE Planner TO USER 'ann'; GRANT ROLE Planner TO USER 'bo';
    INSERT INTO Rights VALUES ('ann', 'south', '--');
    CREATE SCENARIO Up;
    USE SCENARIO Up; UPDATE Sales SET Sales = Sales * 10;
    ALTER METRIC Twice IN SCENARIO Up AS Sales * 3;
    MERGE SCENARIO Up INTO Base ON CONFLICT THEIRS;
    USE SCENARIO Base;
    INSERT INTO Region VALUES ('west'); INSERT INTO Sales VALUES ('west', 7);
    DELETE FROM Region WHERE Name = 'south';
    ALTER METRIC Sales RENAME TO Revenue;
    DROP RULE n;
    DROP METRIC All;
";

fn open(path: &Path) -> Arc<Application> {
    Application::open(path, Options::default()).unwrap()
}

/// Everything that the people are told of all revisions.
fn told(app: &Arc<Application>) -> Vec<String> {
    let mut all = Vec::new();
    for person in ["ann", "bo", ""] {
        let session = || if person.is_empty() { app.owner_session().unwrap() } else { app.session(person).unwrap() };
        let now = session().snapshot().unwrap().revision();
        all.push(run(&session(), "SHOW REVISIONS").unwrap());
        for number in 0..now {
            for table in ["Sales", "Up.Sales", "Twice", "Up.Twice", "All", "Region", "Notes", "Rights", "User"] {
                let question = format!("SELECT * FROM {table} AS OF REVISION {number}");
                let answer = run(&session(), &question).unwrap_or_else(|e| e.to_string());
                all.push(format!("{person}: {question}: {answer}"));
            }
        }
    }
    all
}

#[test]
fn revisions_are_what_they_were_before_a_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path());
    run(&app.owner_session().unwrap(), MODEL).unwrap();
    run(&app.session("bo").unwrap(), "INSERT INTO Revenue VALUES ('north', 12)").unwrap();
    let before = told(&app);
    assert!(before.iter().any(|told| told.contains("south") && !told.starts_with("ann")), "hidden cells are somewhere");
    // The first time from a checkpoint, the second one from that and the log behind it.
    drop(app);
    let app = open(folder.path());
    assert_eq!(told(&app), before);
    assert!(app.checkpoint().unwrap());
    run(&app.session("bo").unwrap(), "INSERT INTO Revenue VALUES ('north', 13)").unwrap();
    let before = told(&app);
    let left = tempfile::tempdir().unwrap();
    copy(folder.path(), left.path());
    drop(app);
    for path in [folder.path(), left.path()] {
        assert_eq!(told(&open(path)), before);
    }
}

#[test]
fn what_was_before_a_reopening_is_read_under_the_rights_of_today() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path());
    run(&app.owner_session().unwrap(), MODEL).unwrap();
    drop(app);
    let app = open(folder.path());
    let (owner, ann) = (app.owner_session().unwrap(), app.session("ann").unwrap());
    // After the first cells, before any rule.
    let then =
        (0..).find(|n| run(&owner, &format!("SELECT * FROM Sales AS OF REVISION {n}")).is_ok_and(|told| told.contains("south"))).unwrap();
    let sales = format!("SELECT * FROM Sales AS OF REVISION {then}");
    assert_eq!(run(&owner, &sales).unwrap(), "north,1.0\nsouth,2.0");
    assert_eq!(run(&ann, &sales).unwrap(), "north,1.0");
    run(&owner, "INSERT INTO Rights VALUES ('ann', 'north', '--')").unwrap();
    assert_eq!(run(&ann, &sales).unwrap(), "");
    // Whoever may not define security cannot bring back what was before the rules.
    run(&owner, "DELETE FROM Rights; DROP RULE r").unwrap();
    let refused = run(&ann, &format!("REVERT TO REVISION {then}")).unwrap_err().to_string();
    assert!(refused.contains("Define Application security"), "{refused}");
}

#[test]
fn a_revert_brings_back_what_was_before_a_reopening_with_its_rules() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path());
    run(&app.owner_session().unwrap(), MODEL).unwrap();
    let owner = app.owner_session().unwrap();
    let now = owner.snapshot().unwrap().revision();
    let then =
        (0..now).rev().find(|n| run(&owner, &format!("SELECT * FROM All AS OF REVISION {n}")).is_ok_and(|told| !told.is_empty())).unwrap();
    drop((owner, app));
    let app = open(folder.path());
    let (owner, ann) = (app.owner_session().unwrap(), app.session("ann").unwrap());
    // The rule `n` was dropped before the metric `All` was.
    run(&owner, &format!("REVERT TO REVISION {}", then - 1)).unwrap();
    assert_eq!(run(&owner, "SHOW RULES").unwrap().lines().count(), 2);
    assert_eq!(run(&owner, "SELECT * FROM Twice").unwrap(), "north,20.0\nwest,14.0");
    assert_eq!(run(&ann, "SELECT * FROM Notes").unwrap(), "north,a\n-,b");
    drop((owner, ann, app));
    let owner = open(folder.path()).owner_session().unwrap();
    assert_eq!(run(&owner, "SHOW RULES").unwrap().lines().count(), 2);
    assert_eq!(run(&owner, "SELECT * FROM Up.Twice").unwrap(), "north,30.0");
}

/// Scripts after which an application once did not open, or had lost its revisions or a formula's cells.
#[test]
fn what_was_reverted_and_dropped_is_as_it_was_however_the_application_was_left() {
    let scripts = [
        (
            "CREATE DIMENSION D (Name TEXT, P NUMBER); INSERT INTO D VALUES ('a', 1), ('b', 9); CREATE SUBSET Hi OF D AS D.P > 5;",
            "REVERT TO REVISION 2; INSERT INTO D VALUES ('c', 7); REVERT TO REVISION 3;",
            &["Hi", "D"][..],
        ),
        (
            "CREATE DIMENSION D (Name TEXT); INSERT INTO D VALUES ('a'); CREATE LIST L (K D, A NUMBER); CREATE SCENARIO S1;",
            "INSERT INTO L VALUES ('a', 1); DROP LIST L; REVERT TO REVISION 5; DROP LIST L;",
            &["L", "D"],
        ),
        (
            "CREATE DIMENSION D (Name TEXT); INSERT INTO D VALUES ('a'), ('b'); CREATE METRIC M NUMBER BY (D);
             CREATE METRIC F NUMBER BY (D) AS M * 2; INSERT INTO M VALUES ('a', 11);",
            "ALTER METRIC F DROP FORMULA; UPDATE F SET F = 5; ALTER METRIC F AS M * 2; CREATE METRIC Z NUMBER BY (D);",
            &["F", "M"],
        ),
        (
            "CREATE DIMENSION D (Name TEXT); INSERT INTO D VALUES ('a'), ('b'); CREATE METRIC M NUMBER BY (D);
             CREATE METRIC F NUMBER BY (D) AS M * 2; INSERT INTO M VALUES ('a', 11);",
            "DROP METRIC F; REVERT TO REVISION 5; DROP METRIC F; REVERT TO REVISION 4; ALTER METRIC F DROP FORMULA;",
            &["F", "M"],
        ),
    ];
    for (before, after, tables) in scripts {
        let folder = tempfile::tempdir().unwrap();
        let app = open(folder.path());
        run(&app.owner_session().unwrap(), before).unwrap();
        assert!(app.checkpoint().unwrap());
        run(&app.owner_session().unwrap(), after).unwrap();
        let told = |app: &Arc<Application>| {
            let owner = app.owner_session().unwrap();
            let now = owner.snapshot().unwrap().revision();
            let mut all = vec![run(&owner, "SHOW REVISIONS").unwrap()];
            for table in tables {
                all.push(run(&owner, &format!("SELECT * FROM {table}")).unwrap_or_else(|e| e.to_string()));
                for number in 0..now {
                    all.push(run(&owner, &format!("SELECT * FROM {table} AS OF REVISION {number}")).unwrap_or_else(|e| e.to_string()));
                }
            }
            all
        };
        let expected = told(&app);
        // As a crash would have left it, and closed.
        let left = tempfile::tempdir().unwrap();
        copy(folder.path(), left.path());
        drop(app);
        for path in [left.path(), folder.path()] {
            let app = open(path);
            assert_eq!((told(&app), app.mended()), (expected.clone(), &[] as &[String]), "{after}");
            drop(app);
            assert_eq!(told(&open(path)), expected, "{after}");
        }
    }
}

#[test]
fn fewer_revisions_are_kept_where_the_host_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let kept = |most| Options { kept_revisions: Some(most), ..Options::default() };
    let app = Application::open(folder.path(), kept(100)).unwrap();
    run(&app.owner_session().unwrap(), MODEL).unwrap();
    drop(app);
    let app = Application::open(folder.path(), kept(3)).unwrap();
    let owner = app.owner_session().unwrap();
    assert_eq!(run(&owner, "SHOW REVISIONS").unwrap().lines().count(), 4);
    let now = owner.snapshot().unwrap().revision();
    let gone = run(&owner, &format!("SELECT * FROM Region AS OF REVISION {}", now - 4)).unwrap_err().to_string();
    assert!(gone.contains("is not kept any more"), "{gone}");
    assert!(run(&owner, &format!("SELECT * FROM Region AS OF REVISION {}", now - 3)).is_ok());
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}
