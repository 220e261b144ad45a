//! Folders that earlier versions wrote, and this one: they open.
//!
//! `SMALT_WRITE_FORMAT=1` writes the folder of this version anew, for when the format changes: then the old folder stays as well.

use std::path::{Path, PathBuf};

use smalt_model::Value;

use super::super::{OLD_FILE, PARTS};
use super::dump::{assert_same, copy, copy_into, dump, run};
use crate::{Application, Options};

fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata").join(name)
}

fn check(path: &Path) {
    let app = Application::open(path, Options::default()).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((app.broken_formulas(), app.mended()), (&[] as &[String], &[] as &[String]));
    assert_eq!(app.audit_damage(), None);
    let owner = app.owner_session().unwrap();
    for (metric, items, value) in
        [("Price", ["P1", "2024-01"], Some(0.1)), ("Doubled", ["P2", "2024-12"], Some(-14.0)), ("Price", ["P1", "2024-02"], None)]
    {
        assert_eq!(owner.cell(metric, &items).unwrap(), value.map(Value::Number), "{metric}");
    }
    run(&app, "USE SCENARIO High; SELECT * FROM Price AS OF SNAPSHOT \"Budget\"").ok();
    let world = app.world();
    let high = world.scenarios.find("High").unwrap();
    let cells = |metric: &str| match world.base().revision.schema().find(metric) {
        Some(smalt_model::Block::Metric(id)) => world.state(high.id).unwrap().revision.cells(id).map_or(0, |cells| cells.len()),
        _ => 0,
    };
    assert_eq!((cells("Price"), cells("Doubled")), (3, 3));
    assert!(world.snapshots.find("budget").is_some());
    assert_eq!(world.base().revision.rows(smalt_model::ListId(0)).unwrap().len(), 2);
    assert!(app.session("ann").is_ok());
    // It is this version's now, whatever it was.
    run(&app, "INSERT INTO Price VALUES ('P1', '2024-02', 3)").unwrap();
    let before = dump(&app);
    drop((owner, world, app));
    assert!(!path.join(OLD_FILE).exists());
    assert_same(&dump(&Application::open(path, Options::default()).unwrap()), &before, "opened again");
}

#[test]
fn a_folder_of_the_first_format_opens_and_is_written_anew() {
    let folder = copy(&testdata("format-1"));
    assert!(Application::exists(folder.path()));
    check(folder.path());
}

#[test]
fn a_folder_of_this_format_opens() {
    let kept = testdata("format-2");
    if std::env::var_os("SMALT_WRITE_FORMAT").is_some() {
        let folder = copy(&testdata("format-1"));
        let app = Application::open(folder.path(), Options::default()).unwrap();
        run(&app, "INSERT INTO Price VALUES ('P1', '2024-03', 5)").unwrap();
        run(&app, "DELETE FROM Price WHERE Product = 'P1' AND Month = '2024-03'").unwrap();
        // A checkpoint and a log behind it, as a crash leaves them.
        drop(std::fs::remove_dir_all(&kept));
        std::fs::create_dir_all(kept.join(PARTS)).unwrap();
        copy_into(folder.path(), &kept);
    }
    let folder = copy(&kept);
    check(folder.path());
}

#[test]
fn a_format_of_the_future_is_refused_in_words() {
    let folder = copy(&testdata("format-2"));
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "manifest") {
            let mut bytes = std::fs::read(&path).unwrap();
            bytes[8] = 9;
            std::fs::write(&path, bytes).unwrap();
        }
    }
    let error = Application::open(folder.path(), Options::default()).unwrap_err();
    assert!(error.to_string().contains("not one that this version reads"), "{error}");
}
