//! Folders that earlier versions wrote, and this one: they open.
//!
//! `SMALT_WRITE_FORMAT=1` writes the folder of this version anew, for when the format changes: then the old folder stays as well.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use smalt_model::Value;

use super::super::OLD_FILE;
use super::super::checkpoint::PARTS;
use super::dump::{assert_same, copy, copy_into, dump, run};
use crate::{Application, BackupOptions, Backups, KeyFile, Options, RestoreOptions, Target};

fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata").join(name)
}

fn check(path: &Path) {
    check_with(path, &Options::default());
}

/// With the key that the encrypted ones are made with.
fn with_key() -> Options {
    Options { keys: Some(Arc::new(KeyFile::new(testdata("format-3.keys")))), ..Options::default() }
}

fn check_with(path: &Path, options: &Options) {
    let app = Application::open(path, options.clone()).unwrap_or_else(|e| panic!("{e}"));
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
    assert_same(&dump(&Application::open(path, options.clone()).unwrap()), &before, "opened again");
}

fn is_to_be_written() -> bool {
    std::env::var_os("SMALT_WRITE_FORMAT").is_some()
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
    if is_to_be_written() {
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
fn a_folder_and_backups_that_are_encrypted_open() {
    let (kept, backups) = (testdata("format-3"), testdata("format-3-backups"));
    if is_to_be_written() {
        for old in [&kept, &backups] {
            drop(std::fs::remove_dir_all(old));
        }
        let folder = copy(&testdata("format-2"));
        let app = Application::open(folder.path(), Options { encrypt: true, ..with_key() }).unwrap();
        let place = Backups::in_folder(&backups).unwrap();
        app.back_up(&place, &BackupOptions::default()).unwrap();
        run(&app, "INSERT INTO Price VALUES ('P1', '2024-03', 5)").unwrap();
        run(&app, "DELETE FROM Price WHERE Product = 'P1' AND Month = '2024-03'").unwrap();
        app.back_up(&place, &BackupOptions::default()).unwrap();
        run(&app, "INSERT INTO Price VALUES ('P1', '2024-03', 5)").unwrap();
        run(&app, "DELETE FROM Price WHERE Product = 'P1' AND Month = '2024-03'").unwrap();
        std::fs::create_dir_all(kept.join(PARTS)).unwrap();
        copy_into(folder.path(), &kept);
    }
    check_with(copy(&kept).path(), &with_key());
    let place = copy(&backups);
    let place = Backups::in_folder(place.path()).unwrap();
    let newest = place.all(with_key().keys.as_deref()).unwrap().last().unwrap().revision;
    for target in [Target::Newest, Target::Backup(1), Target::Revision(newest - 1)] {
        let to = tempfile::tempdir().unwrap();
        let is_between = matches!(target, Target::Revision(_));
        let options = RestoreOptions { target, keys: with_key().keys, ..RestoreOptions::default() };
        let report = place.restore(to.path(), &options).unwrap_or_else(|e| panic!("{e}"));
        // The cell that is deleted again is there in between.
        match is_between {
            true => assert_eq!((report.revision, report.replayed), (newest - 1, 1)),
            false => check_with(to.path(), &with_key()),
        }
    }
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
