//! The audit through the public doors: what becomes an event, who is shown it, and what stays when an application is opened again.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use smalt::{Application, Clock, Options};

use crate::two_worlds::answer;
use crate::world::{World, run};

fn options() -> Options {
    Options { clock: Clock::fixed(UNIX_EPOCH + Duration::from_secs(1_795_780_800)), ..Options::default() }
}

fn open(folder: &Path) -> Arc<Application> {
    Application::open(folder, options()).unwrap()
}

fn owner(app: &Arc<Application>, script: &str) -> String {
    run(&app.owner_session().unwrap(), script).unwrap_or_else(|e| format!("error: {e}"))
}

/// Some columns of SHOW AUDIT as the owner sees it: user, kind, impersonator, class, action, block, outcome, cells.
fn events(app: &Arc<Application>) -> Vec<String> {
    let pick = |line: &str| {
        let fields = line.split(',').collect::<Vec<_>>();
        [2, 3, 4, 5, 6, 7, fields.len() - 2, fields.len() - 1].map(|field| fields[field]).join(" ")
    };
    owner(app, "SHOW AUDIT").lines().map(pick).collect()
}

const MODEL: &str = "
    CREATE DIMENSION D (Name TEXT); INSERT INTO D VALUES ('a'), ('b'); CREATE METRIC M NUMBER BY (D);
    CREATE USER 'ann'; CREATE USER 'bot' KIND AI AGENT; GRANT ROLE Contributor TO ALL USERS;";

#[test]
fn changes_and_refusals_are_events_and_questions_are_not() {
    let world = World::with(MODEL);
    let before = events(&world.app).len() + 1;
    let ann = world.app.session("ann").unwrap();
    for (script, event) in [
        ("SELECT * FROM M", None),
        ("EVALUATE M * 2", None),
        ("SHOW METRICS", None),
        ("EXPLAIN SELECT * FROM M", None),
        ("BEGIN; ROLLBACK", None),
        ("SELECT * FROM Nothing", None),
        ("SELEKT", None),
        ("INSERT INTO M VALUES ('a', 4711), ('b', 4712)", Some("ann human - application INSERT M done 2")),
        ("UPDATE M SET M = M + 1 WHERE D = 'a'", Some("ann human - application UPDATE M done 1")),
        ("INSERT INTO M VALUES ('c', 1)", Some("ann human - application INSERT M failed -")),
        ("INSERT INTO Nothing VALUES ('c', 1)", Some("ann human - application INSERT - failed -")),
        ("CREATE METRIC N NUMBER AS M", Some("ann human - administration CREATE METRIC - refused -")),
        ("GRANT ROLE Admin TO USER 'ann'", Some("ann human - security GRANT ROLE - refused -")),
        ("SHOW FORMULA M", Some("ann human - application SHOW FORMULA - refused -")),
        ("SHOW AUDIT", Some("ann human - application SHOW AUDIT - refused -")),
        ("EXECUTE AS USER 'bot' SELECT 1", Some("bot human ann security EXECUTE AS USER - refused -")),
        ("BEGIN; DELETE FROM M; ROLLBACK", Some("ann human - application DELETE M rolled back 2")),
        ("BEGIN; DELETE FROM M; SELECT * FROM Nothing", Some("ann human - application DELETE M rolled back 2")),
        ("BEGIN; DELETE FROM M; COMMIT", Some("ann human - application DELETE M done 2")),
    ] {
        let count = events(&world.app).len();
        drop(run(&ann, script));
        let all = events(&world.app);
        // Its own, and that the owner came to look.
        let new = all[count..all.len() - 1].iter().map(String::as_str).collect::<Vec<_>>();
        assert_eq!(new, event.into_iter().collect::<Vec<_>>(), "{script}");
    }
    assert!(events(&world.app).len() > before);
    drop(ann);
    world.as_user("bot", "INSERT INTO D VALUES ('c')");
    assert!(world.as_user("ghost", "SELECT 1").starts_with("error"));
    let all = events(&world.app);
    assert!(all.contains(&"bot AI agent - application INSERT D done 1".to_owned()), "{all:?}");
    assert!(all.contains(&"ghost - - login OPEN SESSION - refused -".to_owned()), "{all:?}");
    world.run("EXECUTE AS USER 'bot' SELECT * FROM D");
    assert!(events(&world.app).contains(&"bot owner - security EXECUTE AS USER D done 3".to_owned()));
    world.run("EXECUTE AS USER 'ann' SELECT 1");
    let mut text = Vec::new();
    world.app.audit_json_lines(None, &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(!text.contains("4711") && !text.contains("4712"), "a value came into the audit");
    assert!(text.contains("\"type\":\"AI agent\""), "{text}");
}

#[test]
fn a_formula_that_commit_refuses_fails_all_that_was_done() {
    let world = World::with(MODEL);
    let count = events(&world.app).len();
    let error = world.error("BEGIN; INSERT INTO D VALUES ('c'); CREATE METRIC N NUMBER BY (D) AS Later * 2; COMMIT");
    assert!(error.contains("Later"), "{error}");
    let all = events(&world.app);
    let new = &all[count + 1..all.len() - 1];
    assert_eq!(new, ["- owner - application INSERT D failed 1", "- owner - administration CREATE METRIC N failed -"]);
}

#[test]
fn a_session_that_ends_in_a_transaction_leaves_what_it_did() {
    let world = World::with(MODEL);
    let session = world.owner();
    run(&session, "BEGIN; INSERT INTO D VALUES ('c')").unwrap();
    drop(session);
    let all = events(&world.app);
    assert_eq!(all[all.len() - 2], "- owner - application INSERT D rolled back 1");
}

#[test]
fn the_chain_goes_on_when_the_application_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    owner(&open(folder.path()), MODEL);
    let head = open(folder.path()).audit_head();
    let app = open(folder.path());
    assert_eq!((app.audit_damage(), app.audit_head()), (None, head.clone()));
    owner(&app, "INSERT INTO M VALUES ('a', 1)");
    let verdict = owner(&app, "VERIFY AUDIT");
    assert_eq!(verdict, format!("{} events, chain whole", head.events + 3));
    drop(app);
    let path = folder.path().join("audit.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().filter(|line| line.contains(&head.hash)).count(), 1, "the head is a hash of the file");
    let mut exported = Vec::new();
    assert_eq!(open(folder.path()).audit_chain_lines(Some("2026-11-28"), &mut exported).unwrap(), 0);
    open(folder.path()).audit_chain_lines(Some("2026-11-27"), &mut exported).unwrap();
    assert!(String::from_utf8(exported).unwrap().starts_with(&text));
    assert!(open(folder.path()).audit_chain_lines(Some("soon"), &mut Vec::new()).is_err());

    fs::write(&path, text.replace("CREATE METRIC", "CREATE MATRIX")).unwrap();
    let app = open(folder.path());
    let damage = app.audit_damage().unwrap().to_owned();
    assert!(damage.contains("event 4 does not fit"), "{damage}");
    assert_eq!(owner(&app, "VERIFY AUDIT"), damage);
    assert_eq!(owner(&app, "SELECT * FROM M"), "a,1.0", "the application works");
    assert!(events(&app).iter().any(|event| event.contains("AUDIT DAMAGED")));
}

#[test]
fn a_file_that_is_changed_under_an_open_application_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path());
    owner(&app, MODEL);
    let path = folder.path().join("audit.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.lines().take(3).map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    assert!(owner(&app, "VERIFY AUDIT").starts_with("event"), "{}", owner(&app, "VERIFY AUDIT"));
}

#[test]
fn an_event_without_its_change_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    owner(&open(folder.path()), MODEL);
    let files = |folder: &Path| {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.is_file() && !path.file_name().unwrap().to_str().unwrap().starts_with("audit.")).collect::<Vec<_>>()
    };
    let before: Vec<_> = files(folder.path()).into_iter().map(|path| (fs::read(&path).unwrap(), path)).collect();
    owner(&open(folder.path()), "INSERT INTO M VALUES ('a', 1)");
    // As if the crash had come between the event and the change.
    files(folder.path()).into_iter().for_each(|path| fs::remove_file(path).unwrap());
    before.into_iter().for_each(|(bytes, path)| fs::write(path, bytes).unwrap());
    let app = open(folder.path());
    assert_eq!(app.audit_damage(), None);
    assert_eq!(owner(&app, "SELECT * FROM M"), "");
    let all = events(&app);
    assert!(all.contains(&"- owner - application INSERT M failed 1".to_owned()), "{all:?}");
    assert!(all.contains(&"- owner - administration COMMIT - failed -".to_owned()), "{all:?}");
    assert!(owner(&app, "INSERT INTO M VALUES ('a', 2); VERIFY AUDIT").ends_with("chain whole"));
    assert!(events(&app).contains(&"- owner - application INSERT M done 1".to_owned()));
}

/// Each event in the class that OCSF has for it, with the fields that this class asks for.
#[test]
fn the_export_is_in_the_classes_of_ocsf() {
    let world = World::with(&format!(
        "{MODEL} CREATE GROUP G; CREATE ROLE R; ALTER GROUP G ADD USER 'ann'; CREATE METRIC Rights ACCESS RIGHTS BY (User); CREATE RULE r APPLY READ OF Rights TO M;"
    ));
    let scripts = [
        "GRANT ROLE Contributor TO USER 'ann'",
        "GRANT ROLE R TO GROUP G; REVOKE ROLE R FROM GROUP G; ALTER USER 'ann' DEACTIVATE; ALTER USER 'ann' ACTIVATE; DROP GROUP G; DROP ROLE R",
        "INSERT INTO M VALUES ('a', 4711); UPDATE M SET M = 4712; DELETE FROM M; EXECUTE AS USER 'ann' SELECT 1; DROP RULE r; DROP USER 'bot'",
    ];
    scripts.iter().for_each(|script| drop(world.run(script)));
    assert!(world.as_user("ann", "CREATE METRIC N NUMBER").starts_with("error"));
    let mut text = Vec::new();
    let count = world.app.audit_json_lines(None, &mut text).unwrap();
    let events: Vec<serde_json::Value> = String::from_utf8(text).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(count, events.len() as u64);
    for (number, event) in (1u64..).zip(&events) {
        let number_of = |field: &str| event[field].as_u64().unwrap_or_else(|| panic!("{field} of {event}"));
        assert_eq!(number_of("type_uid"), number_of("class_uid") * 100 + number_of("activity_id"), "{event}");
        assert_eq!(number_of("category_uid"), number_of("class_uid") / 1000, "{event}");
        assert_eq!((number_of("time"), event["metadata"]["sequence"].as_u64()), (1_795_780_800_000, Some(number)), "{event}");
        assert_eq!((&event["metadata"]["version"], &event["metadata"]["product"]["name"]), (&"1.3.0".into(), &"smalt".into()), "{event}");
        assert!(number_of("severity_id") > 0 && number_of("status_id") > 0 && event["actor"]["user"].is_object(), "{event}");
        let needed: &[&str] = match number_of("class_uid") {
            3001 | 3002 => &["user"],
            3004 => &["entity"],
            3005 => &["privileges"],
            3006 => &["group"],
            6003 => &["api", "src_endpoint"],
            6005 => &["src_endpoint"],
            other => panic!("{other} is no class of ours"),
        };
        assert!(needed.iter().all(|field| !event[field].is_null()), "{event}");
        assert!(!event.to_string().contains("471"), "a value came into the export");
    }
    let class_of = |action: &str, status: &str| -> Vec<u64> {
        let is_it = |event: &&serde_json::Value| event["unmapped"]["action"] == action && event["status"] == status;
        let mut types: Vec<u64> = events.iter().filter(is_it).map(|event| event["type_uid"].as_u64().unwrap()).collect();
        types.dedup();
        types
    };
    for (action, status, types) in [
        ("OPEN SESSION", "Success", vec![300_201]),
        ("CREATE USER", "Success", vec![300_101]),
        ("ALTER USER", "Success", vec![300_199]),
        ("DROP USER", "Success", vec![300_106]),
        ("CREATE GROUP", "Success", vec![300_606]),
        ("ALTER GROUP", "Success", vec![300_699]),
        ("DROP GROUP", "Success", vec![300_605]),
        ("GRANT ROLE", "Success", vec![300_501, 300_601]),
        ("REVOKE ROLE", "Success", vec![300_602]),
        ("CREATE ROLE", "Success", vec![300_401]),
        ("DROP ROLE", "Success", vec![300_404]),
        ("CREATE RULE", "Success", vec![300_401]),
        ("DROP RULE", "Success", vec![300_404]),
        ("EXECUTE AS USER", "Success", vec![300_402]),
        ("CREATE METRIC", "Success", vec![600_301, 300_401]),
        ("CREATE METRIC", "Failure", vec![600_301]),
        ("INSERT", "Success", vec![600_505]),
        ("UPDATE", "Success", vec![600_502]),
        ("DELETE", "Success", vec![600_507]),
        ("EXPORT AUDIT", "Success", vec![600_302]),
    ] {
        assert_eq!(class_of(action, status), types, "{action}");
    }
    let looked = events.iter().find(|event| event["unmapped"]["action"] == "EXECUTE AS USER").unwrap();
    assert_eq!(
        (&looked["actor"]["user"]["type"], &looked["unmapped"]["impersonated"]["name"]),
        (&"Admin".into(), &"ann".into()),
        "{looked}"
    );
    let refused = events.iter().find(|event| event["status"] == "Failure").unwrap();
    assert_eq!((&refused["status_detail"], &refused["severity"]), (&"refused".into(), &"Medium".into()), "{refused}");
}

/// Two worlds whose hidden parts have other names, other sizes and another history.
fn world_of(hidden: &str, more: &str) -> World {
    World::with(&format!(
        "CREATE DIMENSION D (Name TEXT); INSERT INTO D VALUES ('a'), ('b');
         CREATE DIMENSION Staff (Name TEXT, Pay NUMBER);
         CREATE METRIC Open NUMBER BY (D); CREATE METRIC Part NUMBER BY (D);
         CREATE METRIC RD ACCESS RIGHTS BY (User, D); CREATE METRIC RU ACCESS RIGHTS BY (User);
         CREATE USER 'eve'; CREATE USER 'ann';
         CREATE ROLE Watcher PERMISSIONS (\"Display Application\", \"Open Boards\", \"View Application and Blocks updates\", \"Import Data\",
            \"Add & remove List Items\") READ ALLOWED WRITE ALLOWED;
         GRANT ROLE Watcher TO USER 'eve'; GRANT ROLE Modeler TO USER 'ann';
         INSERT INTO RD VALUES ('eve', 'b', '--'); INSERT INTO RU VALUES ('eve', '--');
         ALTER APPLICATION SET INHERITANCE OFF;
         CREATE RULE part APPLY READ, WRITE OF RD TO Part;
         CREATE RULE pay APPLY READ, WRITE OF RU TO PROPERTY Staff.Pay;
         CREATE METRIC {hidden} NUMBER BY (D); CREATE RULE {hidden} APPLY READ, WRITE OF RU TO {hidden};
         INSERT INTO Open VALUES ('a', 1);
         {more}"
    ))
}

#[test]
fn what_is_hidden_does_not_show_in_the_audit() {
    let a = world_of("Atlantis", "INSERT INTO Part VALUES ('b', 1); INSERT INTO Staff VALUES ('s', 10);");
    let b = world_of(
        "Babel",
        "INSERT INTO Part VALUES ('b', 1), ('a', 7); INSERT INTO Part VALUES ('b', 2); DELETE FROM Part; INSERT INTO Part VALUES ('b', 9);
         CREATE USER 'other'; CREATE GROUP G; CREATE ROLE R; GRANT ROLE R TO USER 'other'; INSERT INTO Babel VALUES ('a', 1);
         INSERT INTO Staff VALUES ('s', 11); UPDATE Staff SET Pay = 12; ALTER METRIC Babel AS Open * 2; INSERT INTO RU VALUES ('other', '--');
         EXECUTE AS USER 'eve' SELECT 1; ALTER USER 'ann' KIND SERVICE;",
    );
    b.as_user("ann", "INSERT INTO Part VALUES ('b', 1); INSERT INTO Open VALUES ('nothing', 1)");
    for world in [&a, &b] {
        world.as_user("ann", "INSERT INTO Open VALUES ('a', 2)");
    }
    let sessions = [&a, &b].map(|world| world.app.session("eve").unwrap());
    for question in [
        "SHOW AUDIT",
        "VERIFY AUDIT",
        "INSERT INTO Atlantis VALUES ('a', 1)",
        "INSERT INTO Babel VALUES ('a', 1)",
        "INSERT INTO Nothing VALUES ('a', 1)",
        "INSERT INTO RU VALUES ('eve', 'rw')",
        "UPDATE Part SET Part = 1",
        "INSERT INTO Part VALUES ('b', 1)",
        "INSERT INTO Staff VALUES ('s', 1)",
        "INSERT INTO Open VALUES ('a', 3)",
        "CREATE RULE Atlantis IGNORE ROLE DEFAULT READ ON Open",
        "GRANT ROLE R TO USER 'other'",
        "EXECUTE AS USER 'other' SELECT 1",
        "EXECUTE AS USER 'ann' SELECT 1",
        "SHOW AUDIT",
        "SHOW AUDIT LIMIT 2",
        "SHOW AUDIT SINCE '2026-11-27'",
        "VERIFY AUDIT",
    ] {
        let [in_a, in_b] = [0, 1].map(|world| answer(&sessions[world], question));
        assert_eq!(in_a.1, in_b.1, "{question}");
        assert!(in_a.0 == in_b.0, "{question}\n{}\n\n{}", a.as_user("eve", question), b.as_user("eve", question));
    }
    let seen = a.as_user("eve", "SHOW AUDIT");
    for (event, is_seen) in [
        ("CREATE METRIC,Open,", true),
        ("CREATE METRIC,Part,", true),
        ("INSERT,Open,-,Base,done,1", true),
        ("INSERT,Part,-,Base,done", false),
        ("CREATE RULE,-,-,-,refused", true),
        ("CREATE USER", false),
        ("Atlantis", false),
        ("ann", false),
        ("owner", false),
    ] {
        assert_eq!(seen.contains(event), is_seen, "{event}\n{seen}");
    }
}

/// Somebody who defines security, and to whom a rule closes something, is shown that it changed, and not how much.
#[test]
fn who_defines_security_is_shown_all_events_and_counts_of_open_blocks_only() {
    let world = World::with(
        "CREATE DIMENSION D (Name TEXT); INSERT INTO D VALUES ('a'), ('b'); CREATE METRIC M NUMBER BY (D); CREATE METRIC Open NUMBER BY (D);
         CREATE METRIC R ACCESS RIGHTS BY (User, D); CREATE USER 'adm'; GRANT ROLE Admin TO USER 'adm'; INSERT INTO R VALUES ('adm', 'b', '--');
         CREATE ROLE Guard PERMISSIONS (\"Display Application\", \"Define Application security\", \"View Application and Blocks updates\");
         CREATE USER 'guard'; GRANT ROLE Guard TO USER 'guard';
         ALTER APPLICATION SET INHERITANCE OFF; CREATE RULE r APPLY READ OF R TO M;
         INSERT INTO M VALUES ('a', 1), ('b', 2); INSERT INTO Open VALUES ('a', 1), ('b', 2)",
    );
    let seen = world.as_user("adm", "SHOW AUDIT");
    assert!(seen.contains("INSERT,M,-,Base,done,-") && seen.contains("INSERT,Open,-,Base,done,2"), "{seen}");
    assert!(seen.contains("CREATE RULE,-,rule r,-,done,-") && seen.contains("GRANT ROLE,-,role Admin, user adm,-,done"), "{seen}");
    // Blocks are not in this catalog: nothing of them may be read.
    let seen = world.as_user("guard", "SHOW AUDIT");
    assert!(seen.contains("INSERT,-,-,Base,done,-") && !seen.contains(",M,") && !seen.contains(",Open,"), "{seen}");
    assert!(world.as_user("guard", "VERIFY AUDIT").ends_with("events, chain whole"));
}
