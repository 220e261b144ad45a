//! Arguments, sources of statements, streams and exit statuses.

use crate::program::Program;

#[test]
fn statements_come_from_c_f_or_standard_input() {
    let program = Program::new();
    program.write("one.sql", "SELECT 1 AS x;\n");
    let runs = [
        program.run(&["sql", "--format", "csv", "-c", "SELECT 1 AS x"]),
        program.run(&["sql", "--format=csv", "-f", "one.sql"]),
        program.run_with_input(&["sql", "--format", "csv"], "SELECT 1 AS x;"),
        program.run_with_input(&["sql", "--format", "csv"], "\u{feff}SELECT 1 AS x;"),
    ];
    for run in runs {
        assert_eq!((run.status, run.out.as_str()), (Some(0), "x\n1\n"), "{run:?}");
    }
}

#[test]
fn a_table_shows_items_by_their_display_property_and_files_by_their_names() {
    let program = Program::new();
    let script = "CREATE DIMENSION Store (Code TEXT, Label TEXT) DISPLAY Label; INSERT INTO Store VALUES ('S1', 'Paris'), ('S2', NULL);
        CREATE SUBSET Few OF Store AS Store = Store.\"S1\"; CREATE METRIC Sales NUMBER BY (Store); INSERT INTO Sales VALUES ('S1', 1), ('S2', 2);
        SELECT Store, Sales FROM Sales ORDER BY Store; EVALUATE Sales[TOSUBSET: Few]; SELECT Code FROM Store; ALTER DIMENSION Store DROP DISPLAY;
        SELECT MAX(Sales) AS Most, Store FROM Sales WHERE Store = 'S1' GROUP BY Store";
    let table = program.run(&["sql", "-c", script]);
    let wanted = "Store  Sales\n-----  -----\nParis      1\nS2         2\n\nFew    Value\n-----  -----\nParis      1\n\nCode\n----\nS1\nS2\n\n\
                  Most  Store\n----  -----\n   1  S1\n";
    assert_eq!((table.status, table.out.as_str()), (Some(0), wanted), "{table:?}");
    let csv = program.run(&["sql", "--format", "csv", "-c", script]);
    assert_eq!(csv.out, "Store,Sales\nS1,1\nS2,2\n\nFew,Value\nS1,1\n\nCode\nS1\nS2\n\nMost,Store\n1,S1\n", "{csv:?}");
    let json = program.run(&["sql", "--format", "json", "-c", script]);
    assert!(json.out.starts_with("[{\"Store\":\"S1\",\"Sales\":1}"), "{json:?}");
}

#[test]
fn months_stand_side_by_side_in_item_order() {
    let program = Program::new();
    let script = "CREATE DIMENSION Store (Code TEXT, Label TEXT) DISPLAY Label; INSERT INTO Store VALUES ('S1', 'Paris'), ('S2', NULL);
        CREATE DIMENSION Phase (Name TEXT); INSERT INTO Phase VALUES ('start'), ('middle'), ('end');
        CREATE METRIC Sales NUMBER BY (Store, Phase); INSERT INTO Sales VALUES ('S1', 'end', 10.5), ('S1', 'start', 1), ('S2', 'middle', -2);
        SELECT * FROM Sales; SELECT Code FROM Store; SELECT Phase, SUM(Sales) AS s FROM Sales GROUP BY Phase;";
    let run = program.run(&["sql", "--across", "phase", "-c", script]);
    let wanted = "Store  start  middle   end\n-----  -----  ------  ----\nParis      1          10.5\nS2                -2\n\n\
                  Code\n----\nS1\nS2\n\nstart  middle   end\n-----  ------  ----\n    1      -2  10.5\n";
    assert_eq!((run.status, run.out.as_str()), (Some(0), wanted), "{run:?}");
    let csv = program.run(&["sql", "--across=Phase", "--format", "csv", "-c", &script.replace("SELECT Code FROM Store;", "")]);
    assert_eq!(csv.out, "Store,start,middle,end\nS1,1,,10.5\nS2,,-2,\n\nstart,middle,end\n1,-2,10.5\n", "{csv:?}");
    let twice = program.run(&[
        "sql",
        "--across",
        "Phase",
        "-c",
        &format!("{script} SELECT Phase, Sales FROM Sales UNION ALL SELECT Phase, Sales FROM Sales"),
    ]);
    assert_eq!(twice.status, Some(1));
    assert!(twice.err.contains("`--across Phase`: two rows have a value for"), "{twice:?}");
}

#[test]
fn items_side_by_side_are_shown_by_their_display_property() {
    let program = Program::new();
    let script = "CREATE DIMENSION Store (Code TEXT, Label TEXT) DISPLAY Label; INSERT INTO Store VALUES ('S1', 'Paris'), ('S2', 'Rome'), ('S3', NULL);
        CREATE METRIC Sales NUMBER BY (Store); INSERT INTO Sales VALUES ('S1', 1), ('S2', 2), ('S3', 3); SELECT Store, Sales FROM Sales;";
    let run = program.run(&["sql", "--across", "Store", "-c", script]);
    assert_eq!((run.status, run.out.as_str()), (Some(0), "Paris  Rome  S3\n-----  ----  --\n    1     2   3\n"), "{run:?}");
    let csv = program.run(&["sql", "--across", "Store", "--format", "csv", "-c", script]);
    assert_eq!((csv.status, csv.out.as_str()), (Some(0), "S1,S2,S3\n1,2,3\n"), "{csv:?}");
}

#[test]
fn a_column_that_no_result_has_is_told() {
    let program = Program::new();
    let run = program.run(&["sql", "--across", "Nope", "--format", "csv", "-c", "SELECT 1 AS x; SELECT 2 AS y"]);
    assert_eq!((run.status, run.out.as_str()), (Some(0), "x\n1\n\ny\n2\n"), "{run:?}");
    assert!(run.err.contains("no result has a column `Nope`"), "{run:?}");
    let run = program.run(&["sql", "--across", "x", "--format", "csv", "-c", "SELECT 1 AS x, 7 AS v; SELECT 2 AS y"]);
    assert_eq!((run.status, run.out.as_str()), (Some(0), "1\n7\n\ny\n2\n"), "{run:?}");
    assert!(!run.err.contains("no result has"), "{run:?}");
    let run = program.run(&["sql", "--across", "Nope", "-c", "CREATE METRIC A NUMBER"]);
    assert!(run.status == Some(0) && !run.err.contains("no result has"), "{run:?}");
}

#[test]
fn a_result_that_cannot_be_written_ends_the_script_where_it_stands() {
    let program = Program::new();
    let script = "CREATE LIST L (Note TEXT);\nSELECT 1 AS x;\n  SELECT 'a' AS x, 1 AS v UNION ALL SELECT 'a', 2;\nINSERT INTO L VALUES ('late');\nSELECT 3 AS z;";
    let run = program.run(&["sql", "--app", "app", "--across", "x", "--format", "csv", "-c", script]);
    assert_eq!((run.status, run.out.as_str()), (Some(1), "x\n1\n"), "{run:?}");
    assert!(run.err.contains("smalt: statement 3, line 3, column 3: `--across x`: two rows have a value for `a`"), "{run:?}");
    assert!(!run.err.contains("cancelled") && !run.err.contains("statement 4"), "{run:?}");
    let left = program.run(&["sql", "--app", "app", "--format", "csv", "-c", "SELECT COUNT(*) AS n FROM L"]);
    assert_eq!(left.out, "n\n0\n", "{left:?}");
    // So does a second result in a format of one, and a transaction goes with it.
    let script = "BEGIN; INSERT INTO L VALUES ('gone'); SELECT 1 AS x; SELECT 2 AS x; COMMIT;";
    for cut in [script, "BEGIN; INSERT INTO L VALUES ('gone'); SELECT 1 AS x; SELECT 2 AS x"] {
        let (status, err) = program.run_for_its_errors(&["sql", "--app", "app", "--format", "arrow", "-c", cut]);
        assert_eq!(status, Some(1), "{err}");
        assert!(err.contains("statement 4, line 1, column 54: this format holds one result"), "{err}");
        assert!(err.contains("the open transaction was rolled back with it"), "{err}");
        assert!(!err.contains("ends in an open transaction"), "{err}");
    }
    let left = program.run(&["sql", "--app", "app", "--format", "csv", "-c", "SELECT COUNT(*) AS n FROM L"]);
    assert_eq!(left.out, "n\n0\n", "{left:?}");
}

#[test]
fn a_script_without_a_result_writes_no_empty_file() {
    let program = Program::new();
    for format in ["arrow", "parquet"] {
        for script in ["CREATE METRIC A NUMBER", ""] {
            let run = program.run(&["sql", "--format", format, "-c", script]);
            assert_eq!((run.status, run.out.as_str()), (Some(1), ""), "{run:?}");
            assert!(run.err.contains(&format!("the script has no result, so there is nothing to write as `{format}`")), "{run:?}");
        }
    }
}

#[test]
fn an_error_names_the_file_of_the_script() {
    let program = Program::new();
    program.write("bad.sql", "SELECT 1 AS x;\n  SELEC 2;\n");
    let run = program.run(&["sql", "--format", "csv", "-f", "bad.sql"]);
    assert_eq!((run.status, run.out.as_str()), (Some(1), "x\n1\n"), "{run:?}");
    assert!(run.err.contains("smalt: statement 2, line 2, column 3 of `bad.sql`: `SELEC` begins no statement"), "{run:?}");
    std::fs::write(program.folder().join("latin1.sql"), b"SELECT 1 AS x;\n-- caf\xE9\nSELECT 2 AS y;\n").unwrap();
    let run = program.run(&["sql", "-f", "latin1.sql"]);
    assert_eq!((run.status, run.out.as_str()), (Some(2), ""), "{run:?}");
    assert!(run.err.contains("`latin1.sql`, line 2, column 7: this is not UTF-8 text; save the script as UTF-8"), "{run:?}");
}

#[test]
fn a_transaction_that_an_error_rolls_back_is_told() {
    let program = Program::new();
    let run = program.run(&["sql", "-c", "BEGIN; CREATE METRIC A NUMBER; SELECT * FROM Nothing; COMMIT"]);
    assert!(run.status == Some(1) && run.err.contains("the open transaction was rolled back with it"), "{run:?}");
    let run = program.run(&["sql", "-c", "BEGIN; CREATE METRIC A NUMBER; COMMIT; SELECT * FROM Nothing"]);
    assert!(run.status == Some(1) && !run.err.contains("rolled back"), "{run:?}");
}

#[test]
fn no_statement_is_no_error() {
    let run = Program::new().run(&["sql"]);
    assert_eq!((run.status, run.out.as_str()), (Some(0), ""), "{run:?}");
}

#[test]
fn bad_arguments_end_with_2() {
    let program = Program::new();
    for args in [
        &[][..],
        &["sqll"],
        &["recalc"],
        &["sql", "--format", "xml"],
        &["sql", "-c"],
        &["sql", "-c", "SELECT 1", "-f", "x.sql"],
        &["sql", "-f", "missing.sql"],
        &["sql", "--across"],
        &["sql", "--scenario", "Nowhere", "-c", "SELECT 1"],
        &["demo", "--scale", "none"],
        &["sql", "--app", "", "-c", "SELECT 1"],
    ] {
        let run = program.run(args);
        assert_eq!((run.status, run.out.as_str()), (Some(2), ""), "{args:?}: {run:?}");
        assert!(run.err.starts_with("smalt: "), "{args:?}: {run:?}");
    }
}

#[test]
fn a_refused_statement_ends_with_1_and_says_where() {
    let program = Program::new();
    let run = program.run(&["sql", "--format", "csv", "-c", "SELECT 1 AS x;\n  CREATE METRIC A NUMBER BY (Nowhere);\nSELECT 2 AS y;"]);
    assert_eq!((run.status, run.out.as_str()), (Some(1), "x\n1\n"), "{run:?}");
    assert!(run.err.contains("statement 2, line 2, column "), "{run:?}");
    assert!(run.err.contains("`Nowhere`"), "{run:?}");
}

#[test]
fn what_was_committed_before_an_error_stays_and_an_open_transaction_does_not() {
    let program = Program::new();
    let input = "CREATE METRIC A NUMBER AS 1;\nSELECT * FROM A;\nBEGIN;\nCREATE METRIC B NUMBER AS 2;\nSELECT * FROM Nothing;\nCOMMIT;\n";
    let run = program.run_with_input(&["sql", "--format", "csv"], input);
    assert_eq!((run.status, run.out.as_str()), (Some(1), "A\n1\n"), "{run:?}");
    assert!(run.err.contains("statement 5, line 5"), "{run:?}");
}

#[test]
fn a_person_who_is_not_there_gets_no_session() {
    let run = Program::new().run(&["sql", "--user", "nobody@acme.com", "-c", "SELECT 1"]);
    assert_eq!((run.status, run.out.as_str()), (Some(1), ""), "{run:?}");
}

#[test]
fn who_is_not_the_owner_makes_no_application() {
    let program = Program::new();
    let run = program.run(&["sql", "--app", "new", "--user", "nobody", "-c", "SELECT 1"]);
    assert_eq!((run.status, run.out.as_str()), (Some(1), ""), "{run:?}");
    assert!(run.err.contains("there is no application in `new`"), "{run:?}");
    assert!(!program.folder().join("new").exists());
}

#[test]
fn a_script_that_ends_in_an_open_transaction_ends_with_1() {
    let run = Program::new().run(&["sql", "--format", "csv", "-c", "BEGIN; CREATE METRIC A NUMBER AS 1; SELECT 1 AS x;"]);
    assert_eq!((run.status, run.out.as_str()), (Some(1), "x\n1\n"), "{run:?}");
    assert!(run.err.contains("open transaction, which was rolled back"), "{run:?}");
    let run = Program::new().run(&["sql", "-c", "BEGIN; CREATE METRIC A NUMBER AS 1; ROLLBACK;"]);
    assert_eq!(run.status, Some(0), "{run:?}");
}

#[test]
fn an_application_that_another_process_has_open_ends_with_1_and_one_that_is_gone_with_3() {
    let program = Program::new();
    let folder = program.folder().join("app");
    let held = smalt::Application::open(&folder, smalt::Options::default()).unwrap();
    let args = ["sql", "--app", "app", "--format", "csv", "-c", "SELECT 1 AS x"];
    let run = program.run(&args);
    assert_eq!((run.status, run.out.as_str()), (Some(1), ""), "{run:?}");
    drop(held);
    assert_eq!(program.run(&args).status, Some(0));
    let manifests = || {
        std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|e| e == "manifest"))
    };
    manifests().for_each(|path| std::fs::remove_file(path).unwrap());
    let run = program.run(&args);
    assert_eq!((run.status, run.out.as_str()), (Some(3), ""), "{run:?}");
    assert!(run.err.contains("its checkpoints are gone"), "{run:?}");
    std::fs::remove_file(folder.join("lock")).unwrap();
    assert_eq!(program.run(&args).status, Some(0), "an empty folder is a new application's");
}

#[test]
fn base_is_a_scenario() {
    let run = Program::new().run(&["sql", "--scenario", "base", "--format", "csv", "-c", "USE SCENARIO Base; SELECT 1 AS x"]);
    assert_eq!((run.status, run.out.as_str()), (Some(0), "x\n1\n"), "{run:?}");
}

#[test]
fn messages_go_to_standard_error() {
    let run = Program::new().run(&["sql", "-c", "CREATE DIMENSION Country (Name TEXT);"]);
    assert_eq!((run.status, run.out.as_str()), (Some(0), ""), "{run:?}");
    assert!(run.err.contains("statement 1"), "{run:?}");
}

#[test]
fn files_are_read_in_the_working_directory_and_not_above_it() {
    let program = Program::new();
    program.write("country.csv", "Name\nFrance\nJapan\n");
    let script = |path: &str| format!("CREATE DIMENSION Country (Name TEXT);\nCOPY Country FROM '{path}';\nSELECT * FROM Country;");
    let run = program.run(&["sql", "--format", "csv", "-c", &script("country.csv")]);
    assert_eq!((run.status, run.out.as_str()), (Some(0), "Name\nFrance\nJapan\n"), "{run:?}");
    let name = program.folder().file_name().unwrap().to_str().unwrap();
    for path in [format!("../{name}/country.csv"), "../country.csv".to_owned(), "/etc/hostname".to_owned()] {
        let run = program.run(&["sql", "--format", "csv", "-c", &script(&path)]);
        assert_eq!((run.status, run.out.as_str()), (Some(1), ""), "{path}: {run:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_is_refused() {
    let (program, other) = (Program::new(), Program::new());
    let target = other.write("country.csv", "Name\nFrance\n");
    std::os::unix::fs::symlink(target, program.folder().join("link.csv")).unwrap();
    let run = program.run(&["sql", "-c", "CREATE DIMENSION Country (Name TEXT); COPY Country FROM 'link.csv';"]);
    assert_eq!(run.status, Some(1), "{run:?}");
}

#[test]
fn a_closed_pipe_is_no_panic() {
    let program = Program::new();
    for args in [&["help"][..], &["sql", "--format", "csv", "-c", "SELECT * FROM generate_series(1, 200000);"]] {
        let run = program.run_into_closed_pipe(args);
        assert_eq!(run.status, Some(0), "{run:?}");
        assert!(!run.err.contains("panicked"), "{run:?}");
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    let program = Program::new();
    for args in [&["help"][..], &["--help"], &["sql", "--help"], &["help", "demo"], &["--version"]] {
        let run = program.run(args);
        assert_eq!((run.status, run.err.as_str()), (Some(0), ""), "{args:?}: {run:?}");
        assert!(run.out.contains("smalt"), "{args:?}: {run:?}");
    }
}

#[test]
fn the_other_formats() {
    let program = Program::new();
    let script = "SELECT 'a' AS k, 1.5 AS v UNION ALL SELECT NULL, NULL ORDER BY 1;";
    assert_eq!(program.run(&["sql", "--format", "json", "-c", script]).out, "[{\"k\":\"a\",\"v\":1.5},{\"k\":null,\"v\":null}]\n");
    assert_eq!(program.run(&["sql", "-c", script]).out, "k    v\n-  ---\na  1.5\n\n");
}

#[test]
fn the_audit_of_an_application_is_printed_as_json_lines() {
    let program = Program::new();
    let run = program.run(&["audit", "--app", "shop"]);
    assert_eq!((run.status, run.out.as_str()), (Some(2), ""), "{run:?}");
    program.run(&["sql", "--app", "shop", "-c", "CREATE METRIC A NUMBER; INSERT INTO A VALUES (4711)"]);
    let run = program.run(&["audit", "--app", "shop"]);
    let actions = ["OPEN SESSION", "CREATE METRIC", "INSERT", "EXPORT AUDIT"];
    assert_eq!((run.status, run.out.lines().count()), (Some(0), actions.len()), "{run:?}");
    for (line, action) in run.out.lines().zip(actions) {
        assert!(line.starts_with('{') && line.contains(&format!("\"action\":\"{action}\"")) && !line.contains("4711"), "{line}");
        assert!(line.contains("\"class_uid\":") && line.contains("\"type_uid\":"), "{line}");
    }
    // As they are kept, with that these were looked at.
    let run = program.run(&["audit", "--app", "shop", "--format", "chain"]);
    assert_eq!((run.status, run.out.lines().count()), (Some(0), actions.len() + 1), "{run:?}");
    assert!(run.out.lines().all(|line| line.contains("\"hash\":\"")), "{run:?}");
    let run = program.run(&["audit", "--app", "shop", "--since", "9999-12-31"]);
    assert_eq!((run.status, run.out.as_str()), (Some(0), ""), "{run:?}");
    let run = program.run(&["audit", "--app", "shop", "--since", "soon"]);
    assert_eq!(run.status, Some(1), "{run:?}");
    program.write("shop/audit.jsonl", "");
    let run = program.run(&["sql", "--app", "shop", "--format", "csv", "-c", "VERIFY AUDIT"]);
    assert!(run.status == Some(0) && run.err.contains("the audit is damaged: events 1 to "), "{run:?}");
    assert!(run.out.contains("event 1 is not in its place"), "{run:?}");
}
