//! `smalt recalc`: the batch job and its report.

use serde_json::Value;

use crate::program::Program;

const MODEL: &str = "
    CREATE DIMENSION Store (Name TEXT); INSERT INTO Store VALUES ('S1'), ('S2');
    CREATE METRIC Price NUMBER BY (Store); INSERT INTO Price VALUES ('S1', 2), ('S2', 3);
    CREATE METRIC Twice NUMBER BY (Store) AS Price * 2; CREATE METRIC Total NUMBER AS Twice[REMOVE: Store];
    CREATE SCENARIO \"Best case\" FROM Base; CREATE SCENARIO Down FROM Base;
    USE SCENARIO \"Best case\"; UPDATE Price SET Price = 9 WHERE Store = 'S1';";

fn program() -> Program {
    let program = Program::new();
    let made = program.run(&["sql", "--app", "app", "-c", MODEL]);
    assert_eq!(made.status, Some(0), "{made:?}");
    program
}

fn report(program: &Program, name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(program.folder().join(name)).unwrap()).unwrap()
}

#[test]
fn named_scenarios_are_computed_and_reported_on() {
    let program = program();
    let run = program.run(&["recalc", "--app", "app", "--scenario", "Best case", "--scenario", "down", "--report", "out.json"]);
    assert_eq!((run.status, run.out.as_str()), (Some(0), ""), "{run:?}");
    assert!(run.err.contains("Best case: 2 metrics computed in ") && run.err.contains("down: 0 metrics computed in "), "{run:?}");
    let report = report(&program, "out.json");
    assert_eq!((&report["failed"], report["scenarios"].as_array().unwrap().len()), (&Value::from(0), 2), "{report}");
    let best = &report["scenarios"][0];
    assert_eq!((&best["scenario"], &best["status"]), (&Value::from("Best case"), &Value::from("done")));
    let metrics: Vec<_> = best["metrics"].as_array().unwrap().iter().map(|m| (m["metric"].as_str(), m["changed"].as_u64())).collect();
    assert_eq!(metrics, [(Some("Twice"), Some(0)), (Some("Total"), Some(0))]);
    let asked = program.run(&["sql", "--app", "app", "--scenario", "Best case", "--format", "csv", "-c", "SELECT * FROM Total"]);
    assert_eq!(asked.out, "Total\n24\n", "{asked:?}");
}

#[test]
fn without_names_it_is_all_of_them_and_base_from_nothing() {
    let program = program();
    let run = program.run(&["recalc", "--app", "app", "--report", "-"]);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let names: Vec<_> = report["scenarios"].as_array().unwrap().iter().map(|s| s["scenario"].as_str().unwrap()).collect();
    assert_eq!((run.status, names), (Some(0), vec!["Base", "Best case", "Down"]));
    assert_eq!(report["scenarios"][0]["metrics"][0]["computed"], "all", "{report}");
}

#[test]
fn a_scenario_that_fails_stops_no_other() {
    let program = program();
    let run = program.run(&["recalc", "--app", "app", "--scenario", "Best \"case\"", "--scenario", "Down", "--report", "out.json"]);
    assert_eq!(run.status, Some(1), "{run:?}");
    assert!(run.err.contains("there is no scenario `Best \"case\"`"), "{run:?}");
    let report = report(&program, "out.json");
    assert_eq!((&report["failed"], &report["scenarios"][0]["status"]), (&Value::from(1), &Value::from("failed")), "{report}");
    assert!(report["scenarios"][0]["error"].as_str().unwrap().contains("there is no scenario"), "{report}");
    assert_eq!(report["scenarios"][1]["status"], "done", "{report}");
}

#[test]
fn nothing_is_made_where_nothing_is() {
    let program = Program::new();
    let run = program.run(&["recalc", "--app", "none", "--report", "out.json"]);
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(run.err.contains("there is no application in `none`"), "{run:?}");
    assert!(!program.folder().join("none").exists() && !program.folder().join("out.json").exists());
    let made = program.run(&["sql", "--app", "app", "-c", "SELECT 1"]);
    assert_eq!(made.status, Some(0), "{made:?}");
    let run = program.run(&["recalc", "--app", "app", "--report", "no/such/folder.json"]);
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(run.err.contains("`no/such/folder.json` cannot be written"), "{run:?}");
}
