//! `smalt backup`, `restore`, `verify` and `rekey` from outside.

use crate::program::Program;

const MODEL: &str =
    "CREATE DIMENSION D (Name TEXT); INSERT INTO D VALUES ('k'); CREATE METRIC A NUMBER BY (D); INSERT INTO A VALUES ('k', 1);";

fn value(program: &Program, args: &[&str]) -> String {
    let asked = program.run(&[&["sql", "--format", "csv", "-c", "SELECT A FROM A"], args].concat());
    assert_eq!(asked.status, Some(0), "{asked:?}");
    asked.out.lines().last().unwrap().to_owned()
}

#[test]
fn a_backup_is_made_verified_and_restored_to_any_revision() {
    let program = Program::new();
    let done = |args: &[&str]| {
        let run = program.run(args);
        assert_eq!(run.status, Some(0), "{run:?}");
        run
    };
    let failed = |args: &[&str], status: i32, expected: &str| {
        let run = program.run(args);
        assert!(run.status == Some(status) && run.err.contains(expected), "{run:?}");
    };
    done(&["sql", "--app", "app", "-c", MODEL]);
    let first = done(&["backup", "--app", "app", "--to", "backups", "--region", "eu"]);
    assert!(first.err.contains("backup 1: revision 4,") && first.err.contains("at home in eu"), "{first:?}");
    for n in [2, 3] {
        done(&["sql", "--app", "app", "-c", &format!("INSERT INTO A VALUES ('k', {n})")]);
    }
    done(&["backup", "--app", "app", "--to", "backups", "--region", "eu"]);
    let verified = done(&["verify", "--from", "backups"]);
    assert_eq!(verified.out.lines().count(), 2, "{verified:?}");
    assert!(done(&["verify", "--app", "app"]).err.contains("revision 6"));
    failed(&["restore", "--from", "backups", "--app", "new"], 1, "at home in `eu`");
    done(&["restore", "--from", "backups", "--app", "new", "--region", "eu"]);
    assert_eq!(value(&program, &["--app", "new"]), "3");
    let restored = done(&["restore", "--from", "backups", "--app", "then", "--revision", "5", "--force"]);
    assert!(restored.err.contains("revision 5 restored from backup 1") && restored.err.contains("1 commits made again"), "{restored:?}");
    assert_eq!(value(&program, &["--app", "then"]), "2");
    failed(&["restore", "--from", "backups", "--app", "new", "--force"], 1, "not empty");
    failed(&["restore", "--from", "nowhere", "--app", "x"], 2, "there is no folder `nowhere`");
    failed(&["backup", "--app", "nowhere", "--to", "backups"], 2, "there is no application");
    failed(&["backup", "--app", "app", "--to", "s3://bucket/x"], 1, "AWS_ENDPOINT_URL");
    // A file of the backups is damaged.
    let path = std::fs::read_dir(program.folder().join("backups/checkpoints")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[99] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    failed(&["verify", "--from", "backups"], 3, "damaged");
    // Taken away but for the newest, which is made anew whole.
    done(&["backup", "--app", "app", "--to", "others", "--keep-last", "1"]);
    let kept = done(&["backup", "--app", "app", "--to", "others", "--keep-last", "1"]);
    assert!(kept.err.contains("1 old backups taken away"), "{kept:?}");
}

#[test]
fn an_application_is_encrypted_and_its_keys_are_changed() {
    let program = Program::new();
    let keys = |digits: &[&str]| {
        let lines: Vec<String> = digits.iter().map(|digit| digit.repeat(64)).collect();
        std::fs::write(program.folder().join("master"), lines.join("\n")).unwrap();
    };
    assert_eq!(program.run(&["sql", "--app", "app", "-c", MODEL]).status, Some(0));
    keys(&["1"]);
    let refused = program.run(&["sql", "--app", "app", "--keys", "master", "-c", "SELECT 1 AS x"]);
    assert!(refused.status == Some(1) && refused.err.contains("is not encrypted"), "{refused:?}");
    let encrypted = program.run(&["rekey", "--app", "app", "--keys", "master"]);
    assert!(encrypted.status == Some(0) && encrypted.err.contains("is encrypted now"), "{encrypted:?}");
    let locked = program.run(&["sql", "--app", "app", "-c", "SELECT 1 AS x"]);
    assert!(locked.status == Some(1) && locked.err.contains("is encrypted: give its key"), "{locked:?}");
    keys(&["2", "1"]);
    let changed = program.run(&["rekey", "--app", "app", "--keys", "master"]);
    assert!(changed.status == Some(0) && changed.err.contains("are changed"), "{changed:?}");
    keys(&["1"]);
    let wrong = program.run(&["sql", "--app", "app", "--keys", "master", "-c", "SELECT 1 AS x"]);
    assert!(wrong.status == Some(1) && wrong.err.contains("cannot be opened with this key"), "{wrong:?}");
    keys(&["2"]);
    assert_eq!(value(&program, &["--app", "app", "--keys", "master"]), "1");
    assert_eq!(program.run(&["audit", "--app", "app", "--keys", "master"]).status, Some(0));
    assert_eq!(program.run(&["recalc", "--app", "app", "--keys", "master"]).status, Some(0));
    assert_eq!(program.run(&["verify", "--app", "app", "--keys", "master"]).status, Some(0));
}
