//! The place: what is copied, what stays, whose it is, where it may be restored, and what is damaged in it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use smalt_model::Value;

use super::*;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all.sort();
    all
}

#[test]
fn only_what_is_not_there_is_copied_and_old_backups_go_with_what_only_they_need() {
    let (folder, backups) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let place = Backups::in_folder(backups.path()).unwrap();
    let app = open(folder.path());
    run(&app, MODEL).unwrap();
    // A metric that has segments.
    let items: Vec<String> = (0..3_000).map(|n| format!("('i{n}')")).collect();
    let cells: Vec<String> = (0..3_000).map(|n| format!("('i{n}', {n})")).collect();
    run(&app, &format!("CREATE DIMENSION E (Name TEXT); INSERT INTO E VALUES {}", items.join(", "))).unwrap();
    run(&app, &format!("CREATE METRIC B NUMBER BY (E); INSERT INTO B VALUES {}", cells.join(", "))).unwrap();
    let options = BackupOptions { retention: Retention { last: Some(2), days: None }, ..BackupOptions::default() };
    let first = app.back_up(&place, &options).unwrap();
    step(&app, 2);
    let second = app.back_up(&place, &options).unwrap();
    assert!(second.written_bytes * 3 < first.written_bytes, "{} of {}", second.written_bytes, first.written_bytes);
    assert_eq!((first.removed.as_slice(), second.removed.as_slice()), (&[] as &[u64], &[] as &[u64]));
    // Nothing was committed: there is the list of what it consists of, its events, and no more.
    let third = app.back_up(&place, &options).unwrap();
    assert_eq!((third.backup.revision, third.removed.as_slice()), (second.backup.revision, [1].as_slice()));
    assert!(third.written <= 2, "{third:?}");
    run(&app, "DELETE FROM B; INSERT INTO B VALUES ('i1', 1)").unwrap();
    app.back_up(&place, &options).unwrap();
    let large = |folder: &Path| files(folder).into_iter().filter(|path| path.extension().is_some_and(|e| e == "parquet")).count();
    assert!(large(backups.path()) > 0);
    // When the last backup is gone that had the large metric, so are its files.
    step(&app, 3);
    let fifth = app.back_up(&place, &options).unwrap();
    assert_eq!((fifth.removed.as_slice(), large(backups.path())), ([3].as_slice(), 0));
    assert_eq!(place.all(None).unwrap().iter().map(|backup| backup.number).collect::<Vec<_>>(), [4, 5]);
    let verified = place.verify(None).unwrap();
    assert_eq!((verified.backups.len(), verified.damage.len()), (2, 0));
    assert_same(&restored(&place, Target::Newest).unwrap().0, &dump(&app), "after all that");
}

#[test]
fn a_backup_is_of_one_moment_while_others_commit() {
    let (folder, backups) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let place = Backups::in_folder(backups.path()).unwrap();
    let app = open(folder.path());
    run(&app, MODEL).unwrap();
    let (is_over, acknowledged) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for at in 1.. {
                run(&app, &format!("BEGIN; INSERT INTO A VALUES ('k', {at}); INSERT INTO A VALUES ('l', {at}); COMMIT")).unwrap();
                acknowledged.store(at, Ordering::SeqCst);
                if is_over.load(Ordering::SeqCst) {
                    return;
                }
            }
        });
        let mut last = 0;
        for _ in 0..8 {
            let before = acknowledged.load(Ordering::SeqCst);
            app.back_up(&place, &BackupOptions::default()).unwrap();
            let copy = tempfile::tempdir().unwrap();
            place.restore(copy.path(), &RestoreOptions::default()).unwrap();
            let owner = open(copy.path()).owner_session().unwrap();
            let [k, l] = ["k", "l"].map(|item| match owner.cell("A", &[item]).unwrap() {
                Some(Value::Number(value)) => value as u64,
                _ => 0,
            });
            assert_eq!(k, l, "a commit by halves");
            assert!(k >= before && k >= last, "{k} is there, {before} was acknowledged");
            last = k;
        }
        is_over.store(true, Ordering::SeqCst);
    });
    // All of the commits between two backups can be had.
    let all = place.all(None).unwrap();
    for revision in all[0].revision..=all[7].revision {
        restored(&place, Target::Revision(revision)).unwrap_or_else(|e| panic!("{revision}: {e}"));
    }
}

#[test]
fn data_is_restored_where_it_is_at_home_unless_forced() {
    let (folder, backups, here) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let place = Backups::in_folder(backups.path()).unwrap();
    let app = open(folder.path());
    run(&app, MODEL).unwrap();
    let options = BackupOptions { region: Some("eu-west-1".to_owned()), ..BackupOptions::default() };
    assert_eq!(app.back_up(&place, &options).unwrap().backup.region.as_deref(), Some("eu-west-1"));
    let restore = |region: Option<&str>, force| {
        let options = RestoreOptions { region: region.map(str::to_owned), force, ..RestoreOptions::default() };
        place.restore(here.path(), &options).map(|_| ()).map_err(|e| e.to_string())
    };
    for (region, expected) in [(None, "not said where this is"), (Some("us-east-1"), "this is `us-east-1`")] {
        let refused = restore(region, false).unwrap_err();
        assert!(refused.contains(expected) && refused.contains("`eu-west-1`"), "{refused}");
        assert!(!Application::exists(here.path()));
    }
    restore(Some("us-east-1"), true).unwrap();
    assert!(restore(Some("eu-west-1"), false).unwrap_err().contains("not empty"));
    std::fs::remove_dir_all(here.path()).unwrap();
    restore(Some("eu-west-1"), false).unwrap();
}

#[test]
fn each_application_has_a_place_of_its_own_that_is_not_its_folder() {
    let (folder, other, backups) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let place = Backups::in_folder(backups.path()).unwrap();
    let back_up = |folder: &Path, place: &Backups| {
        let app = open(folder);
        app.back_up(place, &BackupOptions::default()).map_err(|e| e.to_string())
    };
    run(&open(folder.path()), MODEL).unwrap();
    run(&open(other.path()), MODEL).unwrap();
    back_up(folder.path(), &place).unwrap();
    assert!(back_up(other.path(), &place).unwrap_err().contains("another application"));
    let inside = Backups::in_folder(folder.path().join("backups")).unwrap();
    assert!(back_up(folder.path(), &inside).unwrap_err().contains("in the folder of the application"));
    assert!(Application::in_memory().unwrap().back_up(&place, &BackupOptions::default()).unwrap_err().to_string().contains("in memory"));
    let empty = tempfile::tempdir().unwrap();
    assert!(restored(&Backups::in_folder(empty.path()).unwrap(), Target::Newest).unwrap_err().contains("no backup"));
}

#[test]
fn a_name_that_a_list_gives_leads_out_of_no_folder() {
    let hash = super::super::super::envelope::name_of(b"x");
    let is_named = |ending: &str| super::super::place::is_named(b"x", &format!("{hash}{ending}"));
    assert!(is_named(".parquet") && is_named(".events"));
    for ending in ["", ".", "./../../x", ".a/../../x", ".a\\..\\x", ".a.b"] {
        assert!(!is_named(ending), "{ending}");
    }
}

/// Each file of a backup is changed, cut, or gone: it is told, and nothing else is restored.
#[test]
fn damage_of_a_backup_is_found_and_never_restored() {
    let (folder, backups) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let place = Backups::in_folder(backups.path()).unwrap();
    let app = open(folder.path());
    run(&app, MODEL).unwrap();
    app.back_up(&place, &BackupOptions::default()).unwrap();
    step(&app, 2);
    let wanted = app.world().number();
    step(&app, 3);
    app.back_up(&place, &BackupOptions::default()).unwrap();
    let expected = restored(&place, Target::Revision(wanted)).unwrap().0;
    for path in files(backups.path()) {
        let bytes = std::fs::read(&path).unwrap();
        let mut flipped = bytes.clone();
        flipped[bytes.len() / 2] ^= 4;
        let short = bytes[..bytes.len() - 1].to_vec();
        for (how, changed) in [("changed", Some(flipped)), ("cut", Some(short)), ("gone", None)] {
            let when = format!("{} is {how}", path.display());
            match &changed {
                Some(changed) => std::fs::write(&path, changed).unwrap(),
                None => std::fs::remove_file(&path).unwrap(),
            }
            let is_gone_backup = how == "gone" && path.extension().is_some_and(|e| e == "backup");
            let verified = place.verify(None).unwrap();
            assert!(is_gone_backup || !verified.damage.is_empty(), "{when}");
            match restored(&place, Target::Revision(wanted)) {
                Ok((found, _)) => assert_same(&found, &expected, &when),
                Err(e) => {
                    assert!(e.contains("damaged") || e.contains("not there") || e.contains("oldest") || e.contains("newest"), "{when}: {e}")
                }
            }
        }
        std::fs::write(&path, bytes).unwrap();
    }
    assert!(place.verify(None).unwrap().damage.is_empty());
}
