//! The demonstration, small.

use crate::program::Program;

#[test]
fn a_small_demo_holds() {
    let program = Program::new();
    let run = program.run(&["demo", "--scale", "0.02", "--threads", "2"]);
    assert_eq!(run.status, Some(0), "{}\n{}", run.out, run.err);
    assert!(!run.out.contains("WRONG"), "{}", run.out);
    assert!(run.out.contains("checks hold"), "{}", run.out);
}

#[test]
fn a_kept_demo_can_be_run_again_as_a_script() {
    let program = Program::new();
    let run = program.run(&["demo", "--scale", "0.02", "--keep", "kept"]);
    assert_eq!(run.status, Some(0), "{}\n{}", run.out, run.err);
    let script = std::fs::read_to_string(program.folder().join("kept/model.sql")).unwrap().replace("FROM '", "FROM 'kept/");
    program.write(
        "again.sql",
        &format!("{}\nSELECT COUNT(*) AS n FROM \"Closing Cash\";", script.replace("FROM 'kept/2024-01-01'", "FROM '2024-01-01'")),
    );
    let again = program.run(&["sql", "--format", "csv", "-f", "again.sql"]);
    assert_eq!((again.status, again.out.as_str()), (Some(0), "n\n288\n"), "{}", again.err);
    let refused = program.run(&["demo", "--keep", "kept"]);
    assert_eq!(refused.status, Some(2), "{}", refused.err);
}
