//! A process that commits and writes checkpoints, killed again and again: what it was told is there, and nothing by halves. And the same
//! while its keys are changed and backups are made.
//!
//! `SMALT_KILLS` sets how often.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use smalt_model::Value;

use super::dump::run;
use crate::{Application, BackupOptions, Backups, KeyFile, KeyProvider, Options, Outcome, RestoreOptions, Retention};

const FOLDER: &str = "SMALT_CRASH_FOLDER";
/// Where backups and master keys are, of an application that has them.
const KEEPING: &str = "SMALT_CRASH_KEEPING";
const KILLS: u64 = 40;

fn keys(keeping: &Path) -> Arc<dyn KeyProvider> {
    Arc::new(KeyFile::new(keeping.join("master.keys")))
}

fn open(path: &Path, keeping: Option<&Path>) -> Arc<Application> {
    let keys = keeping.map(keys);
    let options = Options { keys, checkpoint_after: Some(5), threads: Some(2), ..Options::default() };
    Application::open(path, options).unwrap_or_else(|e| panic!("{e}"))
}

fn values(app: &Arc<Application>) -> [u64; 4] {
    let owner = app.owner_session().unwrap();
    ["A", "B", "Twice", "Count"].map(|metric| match owner.cell(metric, &["k"]).unwrap() {
        Some(Value::Number(value)) => value as u64,
        _ => 0,
    })
}

/// Only a process of its own runs this, see below.
#[test]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let keeping = std::env::var_os(KEEPING).map(PathBuf::from);
    let app = open(&folder, keeping.as_deref());
    let from = values(&app)[0];
    let last = AtomicU64::new(from);
    std::thread::scope(|scope| {
        if let Some(keeping) = &keeping {
            let (app, last) = (&app, &last);
            scope.spawn(move || {
                let place = Backups::in_folder(keeping.join("backups")).unwrap();
                let options = BackupOptions { retention: Retention { last: Some(3), days: None }, ..BackupOptions::default() };
                loop {
                    let at = last.load(Ordering::SeqCst);
                    app.back_up(&place, &options).unwrap();
                    println!("backed up {at}");
                    app.change_keys().unwrap();
                }
            });
        }
        for at in from + 1.. {
            let cells = format!("INSERT INTO A VALUES ('k', {at}); INSERT INTO L VALUES ('k'); INSERT INTO B VALUES ('k', {at});");
            run(&app, &format!("BEGIN; {cells} COMMIT")).unwrap();
            last.store(at, Ordering::SeqCst);
            println!("acknowledged {at}");
        }
    });
}

fn spawn(folder: &Path, keeping: Option<&Path>) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["store::tests::crash::child", "--exact", "--nocapture", "--test-threads", "1"]).env(FOLDER, folder);
    if let Some(keeping) = keeping {
        command.env(KEEPING, keeping);
    }
    command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn a_process_that_is_killed_loses_nothing_that_it_acknowledged() {
    kill_again_and_again(KILLS, None);
}

#[test]
fn nor_one_that_changes_its_keys_and_makes_backups_meanwhile() {
    let keeping = tempfile::tempdir().unwrap();
    std::fs::write(keeping.path().join("master.keys"), "7".repeat(64)).unwrap();
    kill_again_and_again(KILLS / 2, Some(keeping.path()));
}

fn kill_again_and_again(kills: u64, keeping: Option<&Path>) {
    let kills = std::env::var("SMALT_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(kills);
    let folder = tempfile::tempdir().unwrap();
    run(
        &open(folder.path(), keeping),
        "CREATE DIMENSION D (Name TEXT); INSERT INTO D VALUES ('k');
         CREATE METRIC A NUMBER BY (D); CREATE METRIC B NUMBER BY (D); CREATE METRIC Twice NUMBER BY (D) AS A * 2;
         CREATE LIST L (D D); CREATE METRIC Count NUMBER BY (D) AS L.D[BY COUNT: L.D] * 1.0;",
    )
    .unwrap();
    let (mut acknowledged, mut backed_up) = (0, 0);
    for round in 0..kills {
        let mut child = spawn(folder.path(), keeping);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut wanted = 1 + round % 9;
        let mut hear = |line: &str| {
            let told = |what: &str| line.rsplit_once(what).and_then(|(_, number)| number.parse::<u64>().ok());
            backed_up = told("backed up ").unwrap_or(backed_up);
            let number = told("acknowledged ");
            acknowledged = number.unwrap_or(acknowledged);
            number.is_some()
        };
        while wanted > 0 {
            match lines.next() {
                Some(line) => wanted -= u64::from(hear(&line.unwrap())),
                None => panic!("round {round}: the process ended by itself: {:?}", child.wait()),
            }
        }
        let longest = if keeping.is_some() { 250_000 } else { 9_000 };
        std::thread::sleep(Duration::from_micros(round * 9_770 % longest));
        child.kill().unwrap();
        child.wait().unwrap();
        // What it had said before it died.
        for line in lines.map_while(Result::ok) {
            hear(&line);
        }
        let app = open(folder.path(), keeping);
        let a = assert_whole(&app, round);
        assert!(a == acknowledged || a == acknowledged + 1, "round {round}: {acknowledged} was acknowledged, {a} is there");
        acknowledged = a;
        if let Some(keeping) = keeping.filter(|_| backed_up > 0) {
            check_backups(keeping, backed_up, round);
        }
    }
    assert!(acknowledged >= kills, "it got on: {acknowledged}");
    assert!(keeping.is_none() || kills < 5 || backed_up > 0, "no backup was ever made");
}

/// The value that has come furthest.
fn assert_whole(app: &Arc<Application>, round: u64) -> u64 {
    let [a, b, twice, count] = values(app);
    assert_eq!((b, twice, count), (a, 2 * a, a), "round {round}: a commit by halves");
    assert_eq!((app.mended(), app.audit_damage()), (&[] as &[String], None), "round {round}");
    let mut outcome = Outcome::default();
    app.owner_session().unwrap().run("VERIFY AUDIT", &mut outcome).unwrap();
    a
}

fn check_backups(keeping: &Path, backed_up: u64, round: u64) {
    let place = Backups::in_folder(keeping.join("backups")).unwrap();
    let verified = place.verify(Some(&*keys(keeping))).unwrap();
    assert_eq!(verified.damage, [] as [&str; 0], "round {round}");
    let to = tempfile::tempdir().unwrap();
    place.restore(to.path(), &RestoreOptions { keys: Some(keys(keeping)), ..RestoreOptions::default() }).unwrap();
    let a = assert_whole(&open(to.path(), Some(keeping)), round);
    assert!(a >= backed_up, "round {round}: {backed_up} was backed up, {a} is there");
}
