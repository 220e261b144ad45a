//! A process that commits and writes checkpoints, killed again and again: what it was told is there, and nothing by halves.
//!
//! `SMALT_KILLS` sets how often.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use smalt_model::Value;

use super::dump::run;
use crate::{Application, Options, Outcome};

const FOLDER: &str = "SMALT_CRASH_FOLDER";
const KILLS: u64 = 40;

fn open(path: &Path) -> Arc<Application> {
    let options = Options { checkpoint_after: Some(5), threads: Some(2), ..Options::default() };
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
    let app = open(&folder);
    for at in values(&app)[0] + 1.. {
        run(
            &app,
            &format!("BEGIN; INSERT INTO A VALUES ('k', {at}); INSERT INTO L VALUES ('k'); INSERT INTO B VALUES ('k', {at}); COMMIT"),
        )
        .unwrap();
        println!("acknowledged {at}");
    }
}

#[test]
fn a_process_that_is_killed_loses_nothing_that_it_acknowledged() {
    let kills = std::env::var("SMALT_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(KILLS);
    let folder = tempfile::tempdir().unwrap();
    run(
        &open(folder.path()),
        "CREATE DIMENSION D (Name TEXT); INSERT INTO D VALUES ('k');
         CREATE METRIC A NUMBER BY (D); CREATE METRIC B NUMBER BY (D); CREATE METRIC Twice NUMBER BY (D) AS A * 2;
         CREATE LIST L (D D); CREATE METRIC Count NUMBER BY (D) AS L.D[BY COUNT: L.D] * 1.0;",
    )
    .unwrap();
    let mut acknowledged = 0;
    for round in 0..kills {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["store::tests::crash::child", "--exact", "--nocapture", "--test-threads", "1"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut wanted = 1 + round % 9;
        let told = |line: &str| line.rsplit_once("acknowledged ").and_then(|(_, number)| number.parse::<u64>().ok());
        while wanted > 0 {
            match lines.next() {
                Some(line) => {
                    if let Some(number) = told(&line.unwrap()) {
                        acknowledged = number;
                        wanted -= 1;
                    }
                }
                None => panic!("round {round}: the process ended by itself: {:?}", child.wait()),
            }
        }
        std::thread::sleep(Duration::from_micros(round * 977 % 9_000));
        child.kill().unwrap();
        child.wait().unwrap();
        // What it had said before it died.
        acknowledged = lines.map_while(Result::ok).filter_map(|line| told(&line)).last().unwrap_or(acknowledged);
        let app = open(folder.path());
        let [a, b, twice, count] = values(&app);
        assert!(a == acknowledged || a == acknowledged + 1, "round {round}: {acknowledged} was acknowledged, {a} is there");
        assert_eq!((b, twice, count), (a, 2 * a, a), "round {round}: a commit by halves");
        assert_eq!((app.mended(), app.audit_damage()), (&[] as &[String], None), "round {round}");
        let mut outcome = Outcome::default();
        app.owner_session().unwrap().run("VERIFY AUDIT", &mut outcome).unwrap();
        acknowledged = a;
    }
    assert!(acknowledged >= kills, "it got on: {acknowledged}");
}
