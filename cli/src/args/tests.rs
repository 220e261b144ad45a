//! Arguments that are read, and that are not.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::*;

fn read(args: &[&str]) -> Result<Command, ArgsError> {
    parse(args.iter().map(OsString::from))
}

fn message(args: &[&str]) -> String {
    match read(args) {
        Err(error) => error.to_string(),
        Ok(command) => panic!("{args:?} was read as {command:?}"),
    }
}

#[test]
fn every_option_of_sql_is_read() {
    let args = [
        "sql",
        "--app",
        "d",
        "--user",
        "ann",
        "--scenario=Up",
        "--format",
        "csv",
        "--threads",
        "3",
        "--across",
        "Month",
        "-c",
        "SELECT 1=1",
    ];
    let Command::Sql(options) = read(&args).unwrap() else { panic!("not sql") };
    assert_eq!(options.app, Some("d".into()));
    assert_eq!(options.user.as_deref(), Some("ann"));
    assert_eq!(options.scenario.as_deref(), Some("Up"));
    assert_eq!(options.format, Format::Csv);
    assert_eq!(options.threads, Some(3));
    assert_eq!(options.across.as_deref(), Some("Month"));
    assert_eq!(options.source, Source::Text("SELECT 1=1".to_owned()));
}

#[test]
fn without_options_sql_reads_standard_input_as_the_owner() {
    assert_eq!(read(&["sql"]).unwrap(), Command::Sql(SqlOptions::default()));
    assert_eq!(
        read(&["sql", "-f", "x.sql"]).unwrap(),
        Command::Sql(SqlOptions { source: Source::File("x.sql".into()), ..Default::default() })
    );
}

#[test]
fn a_text_that_looks_like_an_option_is_the_value_of_c() {
    let Command::Sql(options) = read(&["sql", "-c", "--format"]).unwrap() else { panic!("not sql") };
    assert_eq!(options.source, Source::Text("--format".to_owned()));
}

#[test]
fn the_demo_takes_a_scale() {
    let expected = DemoOptions { scale: 0.5, threads: Some(1), keep: None };
    assert_eq!(read(&["demo", "--scale", "0.5", "--threads=1"]).unwrap(), Command::Demo(expected));
}

#[test]
fn the_audit_takes_an_application_and_a_time() {
    let expected = |chain| AuditOptions { app: "d".into(), since: Some("2026-11-01".to_owned()), chain, keys: None };
    assert_eq!(read(&["audit", "--app", "d", "--since=2026-11-01"]).unwrap(), Command::Audit(expected(false)));
    let formats = [("ocsf", false), ("chain", true)];
    for (format, chain) in formats {
        assert_eq!(read(&["audit", "--app", "d", "--since=2026-11-01", "--format", format]).unwrap(), Command::Audit(expected(chain)));
    }
    assert!(read(&["audit", "--app", "d", "--format", "xml"]).is_err());
}

#[test]
fn scenarios_to_compute_are_named_one_by_one() {
    let expected = RecalcOptions {
        app: "d".into(),
        scenarios: vec!["Up".to_owned(), "Down".to_owned()],
        report: Some("r.json".into()),
        threads: Some(2),
        keys: None,
    };
    let args = ["recalc", "--app", "d", "--scenario", "Up", "--scenario=Down", "--report", "r.json", "--threads", "2"];
    assert_eq!(read(&args).unwrap(), Command::Recalc(expected));
}

#[test]
fn what_keeps_an_application_takes_places_and_moments() {
    let backup = ["backup", "--app", "d", "--to", "s3://b/p", "--region=eu", "--keep-last", "7", "--keep-days", "30", "--keys", "k"];
    let expected = BackupOptions {
        app: "d".into(),
        to: "s3://b/p".to_owned(),
        region: Some("eu".to_owned()),
        keep_last: Some(7),
        keep_days: Some(30),
        keys: Some("k".to_owned()),
    };
    assert_eq!(read(&backup).unwrap(), Command::Backup(expected));
    let restore = ["restore", "--from", "b", "--app", "d", "--revision", "12", "--force"];
    let Command::Restore(options) = read(&restore).unwrap() else { panic!("no restore") };
    assert_eq!((options.revision, options.backup, options.force), (Some(12), None, true));
    let expected = VerifyOptions { what: Verified::Backups("b".to_owned()), keys: None };
    assert_eq!(read(&["verify", "--from", "b"]).unwrap(), Command::Verify(expected));
    let expected = RekeyOptions { app: "d".into(), keys: "env:K".to_owned() };
    assert_eq!(read(&["rekey", "--app", "d", "--keys", "env:K"]).unwrap(), Command::Rekey(expected));
}

#[test]
fn help_is_everywhere() {
    for args in [&["help"][..], &["--help"], &["-h"]] {
        assert_eq!(read(args).unwrap(), Command::Help(Topic::All));
    }
    assert_eq!(read(&["sql", "--help"]).unwrap(), Command::Help(Topic::Sql));
    assert_eq!(read(&["help", "demo"]).unwrap(), Command::Help(Topic::Demo));
    assert_eq!(read(&["audit", "-h"]).unwrap(), Command::Help(Topic::Audit));
    for (name, topic) in Topic::ALL {
        assert_eq!(read(&["help", name]).unwrap(), Command::Help(topic));
        assert_eq!(read(&[name, "--help"]).unwrap(), Command::Help(topic));
    }
}

#[test]
fn what_is_wrong_is_said() {
    for (args, expected) in [
        (&[][..], "a command is missing"),
        (&["sqll"], "no command `sqll`"),
        (&["recalc"], "`smalt recalc` needs `--app DIR`"),
        (&["recalc", "--app", "d", "Upside"], "takes no `Upside`"),
        (&["backup", "--app", "d"], "`smalt backup` needs `--app DIR` and `--to PLACE`"),
        (&["backup", "--keep-last", "x"], "`--keep-last` takes a number, not `x`"),
        (&["restore", "--from", "b"], "needs `--from PLACE` and `--app DIR`"),
        (&["restore", "--from", "b", "--app", "d", "--revision", "1", "--time", "2026-11-27"], "one of `--backup`"),
        (&["restore", "--force=yes"], "`--force` takes no value `yes`"),
        (&["verify"], "needs one of `--app DIR` and `--from PLACE`"),
        (&["verify", "--app", "d", "--from", "b"], "needs one of"),
        (&["rekey", "--app", "d"], "needs `--app DIR` and `--keys FILE`"),
        (&["help", "me"], "no help on `me`"),
        (&["sql", "--format", "xml"], "not `xml`"),
        (&["sql", "--format"], "`--format` needs a value"),
        (&["sql", "--user", "a", "--user", "b"], "`--user` is given twice"),
        (&["sql", "-c", "x", "-f", "y"], "one of `-c` and `-f`"),
        (&["sql", "-c", "x", "-c", "y"], "one of `-c` and `-f`"),
        (&["sql", "--across"], "`--across` needs a value"),
        (&["sql", "file.sql"], "takes no `file.sql`"),
        (&["sql", "--threads", "0"], "not `0`"),
        (&["sql", "--memory", "1.5"], "`--memory` takes a number from 1 to 1000000, not `1.5`"),
        (&["sql", "--deadline=0"], "`--deadline` takes a number from 1 to 1000000, not `0`"),
        (&["demo", "--scale", "-1"], "not `-1`"),
        (&["demo", "--scale", "NaN"], "not `NaN`"),
        (&["demo", "--fast"], "takes no `--fast`"),
        (&["audit"], "needs `--app DIR`"),
        (&["audit", "--app="], "needs the name of a folder"),
    ] {
        let message = message(args);
        assert!(message.contains(expected), "{args:?}: {message}");
    }
}
