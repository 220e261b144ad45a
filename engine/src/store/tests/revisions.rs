//! The revisions before the current one, in files that are damaged, and where they are too many.

use super::dump::run;
use super::*;

/// A folder whose revisions are more than a manifest has room for.
fn many_revisions() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path()).unwrap();
    run(&app, "CREATE DIMENSION D (Name TEXT); INSERT INTO D VALUES ('a'), ('b'); CREATE METRIC M TEXT BY (D)").unwrap();
    let mut state = 1u64;
    for _ in 0..300 {
        // Words that no packing makes short.
        let words: String = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            format!("{:x}", state >> 8)
        })
        .take(20)
        .collect();
        run(&app, &format!("INSERT INTO M VALUES ('a', '{words}')")).unwrap();
    }
    folder
}

#[test]
fn damaged_revisions_are_gone_and_the_rest_is_there() {
    let folder = many_revisions();
    let manifests = || {
        fs::read_dir(folder.path())
            .unwrap()
            .filter(|entry| manifest::number(&entry.as_ref().unwrap().file_name().to_string_lossy()).is_some())
    };
    assert!(manifests().count() > 0);
    let parts = folder.path().join(checkpoint::PARTS);
    let part = fs::read_dir(&parts).unwrap().map(|entry| entry.unwrap().path()).find(|path| path.extension().is_some_and(|e| e == "part"));
    let Some(part) = part else { panic!("revisions are no file of their own") };
    let mut bytes = fs::read(&part).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&part, bytes).unwrap();
    let app = open(folder.path()).unwrap();
    let [told] = app.mended() else { panic!("{:?}", app.mended()) };
    assert!(told.contains("it held the revisions before") && told.contains(".part"), "{told}");
    assert_eq!(app.world().history.iter().count(), 0);
    // What is done from now on is kept again.
    run(&app, "INSERT INTO M VALUES ('b', 'x')").unwrap();
    let number = app.world().number();
    drop(app);
    let app = open(folder.path()).unwrap();
    assert_eq!(
        (app.mended(), app.world().history.iter().map(|past| past.number()).collect::<Vec<_>>()),
        (&[] as &[String], vec![number - 1])
    );
}

#[test]
fn an_application_of_many_revisions_keeps_the_last_ones() {
    let folder = many_revisions();
    let app = open(folder.path()).unwrap();
    let now = app.world().number();
    assert_eq!(app.world().history.iter().map(|past| past.number()).collect::<Vec<_>>(), (0..now).collect::<Vec<_>>());
    for _ in 0..800 {
        run(&app, "INSERT INTO M VALUES ('b', 'x')").unwrap();
    }
    let now = app.world().number();
    drop(app);
    let app = open(folder.path()).unwrap();
    assert_eq!(app.world().history.iter().map(|past| past.number()).collect::<Vec<_>>(), (now - 1_000..now).collect::<Vec<_>>());
}
