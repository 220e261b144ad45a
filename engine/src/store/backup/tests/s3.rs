//! Backups in a store that speaks the protocol of S3, and in a store of a host's.

use object_store::memory::InMemory;

use super::mock::Mock;
use super::*;

fn place(mock: &Mock, access_key: &str) -> Backups {
    Backups::in_s3(S3Options {
        endpoint: mock.url.clone(),
        region: "eu-west-1".to_owned(),
        bucket: "bucket".to_owned(),
        prefix: "plans/a".to_owned(),
        access_key: access_key.to_owned(),
        secret_key: "secret".to_owned(),
        session_token: Some("token".to_owned()),
    })
    .unwrap()
}

/// Two backups, one gone by retention, and back.
fn there_and_back(place: &Backups) {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path());
    run(&app, MODEL).unwrap();
    let options = BackupOptions { retention: Retention { last: Some(2), days: None }, ..BackupOptions::default() };
    let mut moments = BTreeMap::new();
    for number in 2..10 {
        step(&app, number);
        moments.insert(app.world().number(), dump(&app));
        if number % 3 == 0 {
            app.back_up(place, &options).unwrap();
        }
    }
    let all = place.all(None).unwrap();
    assert_eq!(all.iter().map(|backup| backup.number).collect::<Vec<_>>(), [2, 3]);
    for revision in all[0].revision..=all[1].revision {
        assert_same(&restored(place, Target::Revision(revision)).unwrap().0, &moments[&revision], &format!("revision {revision}"));
    }
    assert!(place.verify(None).unwrap().damage.is_empty());
}

#[test]
fn backups_in_a_bucket_are_as_those_in_a_folder() {
    let mock = Mock::start();
    there_and_back(&place(&mock, "key"));
    assert!(mock.state.lock().objects.keys().all(|key| key.starts_with("plans/a/")));
}

#[test]
fn backups_in_a_store_of_the_host_are_too_also_on_its_async_threads() {
    let store = Arc::new(InMemory::new());
    there_and_back(&Backups::in_store(Arc::clone(&store) as Arc<dyn object_store::ObjectStore>, "plans/b").unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let count = runtime.block_on(async { Backups::in_store(store, "plans/b").unwrap().all(None).unwrap().len() });
    assert_eq!(count, 2);
}

#[test]
fn a_store_that_is_busy_is_asked_again_and_one_that_refuses_is_not() {
    let mock = Mock::start();
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path());
    run(&app, MODEL).unwrap();
    (mock.state.lock().busy, mock.state.lock().deaf) = (2, 0);
    app.back_up(&place(&mock, "key"), &BackupOptions::default()).unwrap();
    mock.state.lock().deaf = 2;
    assert_eq!(place(&mock, "key").all(None).unwrap().len(), 1);
    let before = mock.state.lock().requests;
    let refused = app.back_up(&place(&mock, "another"), &BackupOptions::default()).unwrap_err();
    assert!(refused.to_string().contains("403 AccessDenied: Access <denied>") && refused.is_about_files(), "{refused}");
    assert_eq!(mock.state.lock().requests, before + 1);
    // What the store loses is told.
    let key = mock.state.lock().objects.keys().find(|key| key.contains("/checkpoints/")).unwrap().clone();
    mock.state.lock().objects.remove(&key);
    assert_eq!(place(&mock, "key").verify(None).unwrap().damage.len(), 1);
    assert!(restored(&place(&mock, "key"), Target::Newest).unwrap_err().contains("is not there"));
}
