//! Backups: made while work goes on, restored to any moment, damaged in every way.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod mock;
mod moments;
mod place;
mod s3;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::super::tests::dump::{assert_same, dump, run};
use super::*;
use crate::{Application, Options};

type Dump = BTreeMap<String, String>;

const MODEL: &str = "
    CREATE DIMENSION D (Name TEXT); INSERT INTO D VALUES ('k'), ('l');
    CREATE METRIC A NUMBER BY (D); CREATE METRIC Twice NUMBER BY (D) AS A * 2; CREATE LIST L (D D, N NUMBER);";

fn open(folder: &Path) -> Arc<Application> {
    let options = Options { threads: Some(2), checkpoint_after: Some(6), ..Options::default() };
    Application::open(folder, options).unwrap_or_else(|e| panic!("{e}"))
}

/// One commit.
fn step(app: &Arc<Application>, number: u64) {
    let script = match number % 4 {
        0 => format!("INSERT INTO L VALUES ('k', {number})"),
        1 => format!("CREATE SCENARIO S{number} FROM Base"),
        _ => format!("INSERT INTO A VALUES ('k', {number}), ('l', {})", number * 3),
    };
    run(app, &script).unwrap();
}

fn restored(place: &Backups, target: Target) -> Result<(Dump, RestoreReport), String> {
    let folder = tempfile::tempdir().unwrap();
    let options = RestoreOptions { target, ..RestoreOptions::default() };
    let report = place.restore(folder.path(), &options).map_err(|e| e.to_string())?;
    let app = open(folder.path());
    assert_eq!((app.mended(), app.audit_damage()), (&[] as &[String], None));
    assert_eq!(app.world().number(), report.revision);
    let mut events = Vec::new();
    app.audit_chain_lines(None, &mut events).unwrap();
    assert!(String::from_utf8(events).unwrap().contains("\"RESTORE\""));
    Ok((dump(&app), report))
}
