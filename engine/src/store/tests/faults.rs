//! A disk that fails: at its calls in turn, in several ways.
//!
//! `SMALT_EVERY_CALL=1` has each call fail; else a sample.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use smalt_model::Value;

use super::super::disk::{Disk, Places, RealDisk};
use super::dump::{assert_same, dump, run};
use crate::{Application, Options, Outcome};

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    /// Nothing is done.
    Refused,
    /// There is no room: a part is written.
    Full,
    /// All is done, and then an error comes back.
    Late,
}

/// The disk of the machine, which fails at one call, or from one call on.
#[derive(Clone, Debug)]
struct FaultyDisk {
    left: Arc<AtomicU64>,
    way: Way,
    /// Whether all calls after it fail too.
    for_good: bool,
}

impl FaultyDisk {
    fn fails(&self) -> bool {
        let left = self.left.load(Ordering::SeqCst);
        if left == 0 {
            return self.for_good;
        }
        self.left.store(left - 1, Ordering::SeqCst);
        left == 1
    }

    fn write(&self, bytes: &[u8], write: impl Fn(&[u8]) -> io::Result<()>) -> io::Result<()> {
        match (self.fails(), self.way) {
            (false, _) => write(bytes),
            (true, Way::Refused) => Err(io::Error::other("injected")),
            (true, Way::Full) => write(&bytes[..bytes.len() / 2]).and(Err(io::ErrorKind::StorageFull.into())),
            (true, Way::Late) => write(bytes).and(Err(io::Error::other("injected"))),
        }
    }

    fn call(&self, call: impl Fn() -> io::Result<()>) -> io::Result<()> {
        match (self.fails(), self.way) {
            (false, _) => call(),
            (true, Way::Late) => call().and(Err(io::Error::other("injected"))),
            (true, Way::Full) => Err(io::ErrorKind::StorageFull.into()),
            (true, Way::Refused) => Err(io::Error::other("injected")),
        }
    }
}

impl Disk for FaultyDisk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        RealDisk.read(path)
    }
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.write(bytes, |bytes| RealDisk.write(path, bytes))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call(|| RealDisk.rename(from, to))
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.call(|| RealDisk.remove(path))
    }
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.call(|| RealDisk.sync_folder(folder))
    }
    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        RealDisk.names(folder)
    }
    fn open(&self, path: &Path) -> io::Result<Box<dyn Places>> {
        Ok(Box::new(FaultyPlaces(self.clone(), RealDisk.open(path)?)))
    }
}

#[derive(Debug)]
struct FaultyPlaces(FaultyDisk, Box<dyn Places>);

impl Places for FaultyPlaces {
    fn len(&self) -> io::Result<u64> {
        self.1.len()
    }
    fn read_at(&self, at: u64, out: &mut [u8]) -> io::Result<()> {
        self.1.read_at(at, out)
    }
    fn write_at(&self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write(bytes, |bytes| self.1.write_at(at, bytes))
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.call(|| self.1.set_len(len))
    }
    fn sync(&self) -> io::Result<()> {
        self.0.call(|| self.1.sync())
    }
}

const STEPS: u64 = 6;

/// Commits six times with two checkpoints; gives the commits that were acknowledged, and whether one was refused.
fn work(disk: &FaultyDisk, path: &Path) -> (Vec<u64>, bool) {
    let Ok(app) = Application::open_on(Arc::new(disk.clone()), path, Options { threads: Some(1), ..Options::default() }) else {
        return (Vec::new(), true);
    };
    let mut acknowledged = Vec::new();
    let mut failed: Option<String> = None;
    for step in 1..=STEPS {
        match run(&app, &format!("INSERT INTO A VALUES ('k{step}', {step})")) {
            Ok(()) => {
                assert_eq!(failed, None, "none comes after one that failed");
                acknowledged.push(step);
            }
            Err(e) => match &failed {
                None => failed = Some(e),
                Some(_) => assert!(e.contains("takes no more changes"), "{e}"),
            },
        }
        // Readers never see what is not acknowledged.
        let owner = app.owner_session().unwrap();
        let seen: Vec<u64> = (1..=STEPS).filter(|n| owner.cell("A", &[&format!("k{n}")]).unwrap().is_some()).collect();
        assert_eq!(seen, acknowledged);
        if step % 2 == 0 {
            drop(app.checkpoint());
        }
    }
    (acknowledged, failed.is_some())
}

#[test]
fn wherever_the_disk_fails_what_was_acknowledged_is_there_and_what_failed_is_not() {
    let is_dense = std::env::var_os("SMALT_EVERY_CALL").is_some();
    let mut calls = 0;
    for way in [Way::Refused, Way::Full, Way::Late] {
        for for_good in [true, false] {
            for at in (1..).step_by(if is_dense {
                1
            } else if way == Way::Refused && for_good {
                3
            } else {
                13
            }) {
                let folder = tempfile::tempdir().unwrap();
                let model = "CREATE DIMENSION D (Name TEXT); INSERT INTO D VALUES ('k1'), ('k2'), ('k3'), ('k4'), ('k5'), ('k6');
                    CREATE METRIC A NUMBER BY (D); CREATE METRIC Twice NUMBER BY (D) AS A * 2;";
                run(&Application::open(folder.path(), Options::default()).unwrap(), model).unwrap();
                let disk = FaultyDisk { left: Arc::new(AtomicU64::new(at)), way, for_good };
                let (acknowledged, _) = work(&disk, folder.path());
                let when = format!("{way:?} at call {at}, for good: {for_good}");
                let app = Application::open(folder.path(), Options::default()).unwrap_or_else(|e| panic!("{when}: {e}"));
                assert_eq!((app.mended(), app.audit_damage()), (&[] as &[String], None), "{when}");
                let owner = app.owner_session().unwrap();
                for step in 1..=STEPS {
                    let value = |metric: &str| owner.cell(metric, &[&format!("k{step}")]).unwrap();
                    let expected = acknowledged.contains(&step).then_some(step as f64);
                    assert_eq!(value("A"), expected.map(Value::Number), "{when}, step {step}");
                    assert_eq!(value("Twice"), expected.map(|v| Value::Number(v * 2.0)), "{when}, step {step}");
                }
                // It goes on, and what is written now is found again.
                run(&app, "INSERT INTO A VALUES ('k1', 99)").unwrap_or_else(|e| panic!("{when}: {e}"));
                let before = dump(&app);
                drop((owner, app));
                assert_same(&dump(&Application::open(folder.path(), Options::default()).unwrap()), &before, &when);
                if disk.left.load(Ordering::SeqCst) > 0 {
                    assert_eq!(acknowledged.len() as u64, STEPS, "{when}");
                    calls += at;
                    break;
                }
            }
        }
    }
    assert!(calls > 100, "the disk was called often enough for this to say something: {calls}");
}

/// The bytes of the files of the log.
fn log_bytes(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("log-")).map(|entry| entry.metadata().unwrap().len()).sum()
}

#[test]
fn a_commit_for_which_there_is_no_room_gives_back_what_it_took() {
    let mut refused = 0;
    for at in 1.. {
        let folder = tempfile::tempdir().unwrap();
        let disk = FaultyDisk { left: Arc::new(AtomicU64::new(0)), way: Way::Full, for_good: false };
        let options = || Options { threads: Some(1), checkpoint_after: None, ..Options::default() };
        let app = Application::open_on(Arc::new(disk.clone()), folder.path(), options()).unwrap();
        run(&app, "CREATE LIST L (Note TEXT); INSERT INTO L VALUES ('kept');").unwrap();
        let before = log_bytes(folder.path());
        disk.left.store(at, Ordering::SeqCst);
        let many = "INSERT INTO L SELECT repeat('note ', 20) || CAST(value AS VARCHAR) FROM generate_series(1, 30000)";
        let done = run(&app, many);
        if done.is_ok() {
            assert!(log_bytes(folder.path()) > before, "it takes room");
            break;
        }
        refused += 1;
        assert_eq!(log_bytes(folder.path()), before, "call {at}: {done:?}");
        drop(app);
        let app = Application::open(folder.path(), options()).unwrap();
        assert_eq!((app.mended(), app.audit_damage()), (&[] as &[String], None), "call {at}");
        run(&app, "INSERT INTO L VALUES ('more')").unwrap();
        let mut outcome = Outcome::default();
        app.owner_session().unwrap().run("SELECT Note FROM L ORDER BY Note", &mut outcome).unwrap();
        let notes = outcome.tables.iter().flat_map(|(_, table)| &table.batches).map(|batch| format!("{:?}", batch.column(0)));
        assert_eq!(notes.collect::<String>().matches("kept").count(), 1, "call {at}");
        assert_eq!(outcome.tables.iter().map(|(_, table)| table.row_count()).sum::<usize>(), 2, "call {at}");
    }
    assert!(refused > 3, "{refused}");
}

#[test]
fn many_who_commit_at_once_are_all_there() {
    let folder = tempfile::tempdir().unwrap();
    let app = Application::open(folder.path(), Options { checkpoint_after: Some(20), ..Options::default() }).unwrap();
    let items: Vec<String> = (0..8).map(|n| format!("('k{n}')")).collect();
    run(&app, &format!("CREATE DIMENSION D (Name TEXT); INSERT INTO D VALUES {}; CREATE METRIC A NUMBER BY (D);", items.join(", ")))
        .unwrap();
    std::thread::scope(|scope| {
        for who in 0..8 {
            let app = &app;
            scope.spawn(move || {
                for at in 1..=20 {
                    run(app, &format!("INSERT INTO A VALUES ('k{who}', {at})")).unwrap();
                    // One's own commit is seen at once.
                    let seen = app.owner_session().unwrap().cell("A", &[&format!("k{who}")]).unwrap();
                    assert_eq!(seen, Some(Value::Number(f64::from(at))));
                }
            });
        }
    });
    app.await_checkpoint();
    let left = super::dump::copy(folder.path());
    let before = dump(&app);
    let again = Application::open(left.path(), Options::default()).unwrap();
    assert_same(&dump(&again), &before, "after 160 commits of eight");
    assert_eq!(again.audit_damage(), None);
}
