//! Every moment that a backup promises comes back as it was.

use std::time::{Duration, UNIX_EPOCH};

use parking_lot::Mutex;

use super::*;
use crate::Clock;

#[test]
fn every_revision_from_the_first_backup_on_comes_back_as_it_was() {
    let (folder, backups) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let place = Backups::in_folder(backups.path()).unwrap();
    let mut app = open(folder.path());
    run(&app, MODEL).unwrap();
    let mut moments: BTreeMap<u64, Dump> = BTreeMap::new();
    let mut first = 0;
    for number in 0..24 {
        step(&app, number);
        moments.insert(app.world().number(), dump(&app));
        match number {
            3 | 11 | 17 => {
                let report = app.back_up(&place, &BackupOptions::default()).unwrap();
                assert_eq!((report.backup.revision, report.gap_before), (app.world().number(), None));
                first = if first == 0 { report.backup.revision } else { first };
            }
            // Other checkpoints and openings between backups.
            6 => drop(app.checkpoint().unwrap()),
            8 | 14 => {
                drop(app);
                app = open(folder.path());
            }
            _ => {}
        }
    }
    let last = place.all(None).unwrap().last().unwrap().revision;
    for (revision, expected) in &moments {
        match restored(&place, Target::Revision(*revision)) {
            Ok((found, report)) => {
                assert!((first..=last).contains(revision), "{revision}");
                assert_eq!(report.revision, *revision);
                assert_same(&found, expected, &format!("revision {revision}"));
            }
            Err(e) if *revision < first => assert!(e.contains("the oldest backup has revision"), "{e}"),
            Err(e) => assert!(*revision > last && e.contains("the newest backup has revision"), "{revision}: {e}"),
        }
    }
    let (found, report) = restored(&place, Target::Newest).unwrap();
    assert_eq!((report.revision, report.replayed, report.backup.number), (last, 0, 3));
    assert_same(&found, &moments[&last], "the newest");
    let (found, _) = restored(&place, Target::Backup(1)).unwrap();
    assert_same(&found, &moments[&first], "the first");
    assert!(restored(&place, Target::Backup(9)).unwrap_err().contains("no backup 9"));
    let verified = place.verify(None).unwrap();
    assert_eq!((verified.backups.len(), verified.damage), (3, Vec::new()));
}

#[test]
fn a_time_is_the_last_commit_up_to_it() {
    let (folder, backups) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let place = Backups::in_folder(backups.path()).unwrap();
    let minutes = Arc::new(Mutex::new(0));
    let clock = {
        let minutes = Arc::clone(&minutes);
        Clock::new(move || UNIX_EPOCH + Duration::from_secs(1_795_780_800 + 60 * *minutes.lock()))
    };
    let app = Application::open(folder.path(), Options { clock, ..Options::default() }).unwrap();
    run(&app, MODEL).unwrap();
    app.back_up(&place, &BackupOptions::default()).unwrap();
    let first = app.world().number();
    for minute in 1..=5 {
        *minutes.lock() = minute * 10;
        step(&app, 2 + minute * 4);
    }
    app.back_up(&place, &BackupOptions::default()).unwrap();
    let at = |time: &str| restored(&place, Target::Time(time.to_owned())).map(|(_, report)| report.revision);
    // The clock began at noon of 2026-11-27.
    assert_eq!(at("2026-11-27T12:00:00Z").unwrap(), first);
    assert_eq!(at("2026-11-27T12:09:59Z").unwrap(), first);
    assert_eq!(at("2026-11-27T12:10").unwrap(), first + 1);
    assert_eq!(at("2026-11-27 12:35").unwrap(), first + 3);
    assert_eq!(at("2030-01-01").unwrap(), first + 5);
    assert!(at("2026-11-27 11:59").unwrap_err().contains("nothing had been committed"));
    assert!(at("yesterday").unwrap_err().contains("no date and no time"));
}

#[test]
fn what_is_restored_goes_on_and_its_backups_are_a_history_of_their_own() {
    let (folder, backups, again) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let place = Backups::in_folder(backups.path()).unwrap();
    let app = open(folder.path());
    run(&app, MODEL).unwrap();
    app.back_up(&place, &BackupOptions::default()).unwrap();
    let fork = app.world().number();
    (2..6).for_each(|number| step(&app, number));
    app.back_up(&place, &BackupOptions::default()).unwrap();
    let old = dump(&app);
    place.restore(again.path(), &RestoreOptions { target: Target::Backup(1), ..RestoreOptions::default() }).unwrap();
    let app = open(again.path());
    run(&app, "INSERT INTO A VALUES ('k', -1)").unwrap();
    let once = dump(&app);
    run(&app, "INSERT INTO A VALUES ('k', -2)").unwrap();
    let report = app.back_up(&place, &BackupOptions::default()).unwrap();
    assert_eq!((report.backup.revision, report.backup.number), (fork + 2, 3));
    assert_same(&restored(&place, Target::Newest).unwrap().0, &dump(&app), "the newer history");
    assert_same(&restored(&place, Target::Backup(2)).unwrap().0, &old, "the older history");
    assert_same(&restored(&place, Target::Revision(fork + 1)).unwrap().0, &once, "a revision that both have");
    assert_eq!(restored(&place, Target::Revision(fork + 3)).unwrap().1.replayed, 3, "one that only the older history has");
}

#[test]
fn a_log_that_is_gone_is_a_gap_that_is_told() {
    let (folder, backups) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let place = Backups::in_folder(backups.path()).unwrap();
    let app = open(folder.path());
    run(&app, MODEL).unwrap();
    app.back_up(&place, &BackupOptions::default()).unwrap();
    let first = app.world().number();
    (2..6).for_each(|number| step(&app, number));
    drop(app);
    // Somebody tidied up: the checkpoint has all of it, but its steps are gone.
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "redb") {
            std::fs::remove_file(path).unwrap();
        }
    }
    let app = open(folder.path());
    step(&app, 6);
    let report = app.back_up(&place, &BackupOptions::default()).unwrap();
    assert_eq!(report.gap_before, Some(first + 5));
    assert!(restored(&place, Target::Revision(first + 2)).unwrap_err().contains("is not there"));
    assert_same(&restored(&place, Target::Newest).unwrap().0, &dump(&app), "the newest");
}
