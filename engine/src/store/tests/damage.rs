//! Bytes of every file, changed or cut off: it is noticed, or does no harm. Never is something else taken for what was written.
//!
//! `SMALT_EVERY_BYTE=1` has each byte changed, which takes minutes; else a sample.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use super::super::checkpoint::PARTS;
use super::super::disk::RealDisk;
use super::super::disk::{Disk, Places};
use super::super::head::Head;
use super::super::loaded::Loaded;
use super::super::pieces::{cells_bytes, items_bytes, rows_bytes};
use super::super::{Claim, KeyProvider, Unlock, kept, read};
use super::dump::{assert_same, copy, dump, run};
use super::encrypted::a_key;
use crate::audit::Log;
use crate::{Application, Clock, Options};

/// Files in memory.
#[derive(Clone, Debug, Default)]
struct MemoryDisk(Arc<Mutex<HashMap<PathBuf, Vec<u8>>>>);

#[derive(Debug)]
struct MemoryPlaces(MemoryDisk, PathBuf);

impl Disk for MemoryDisk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.lock().get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
    fn write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }
    fn rename(&self, _: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }
    fn remove(&self, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }
    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }
    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        let inside = |path: &&PathBuf| path.parent() == Some(folder);
        Ok(self.0.lock().keys().filter(inside).map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect())
    }
    fn open(&self, path: &Path) -> io::Result<Box<dyn Places>> {
        self.0.lock().entry(path.to_owned()).or_default();
        Ok(Box::new(MemoryPlaces(self.clone(), path.to_owned())))
    }
}

impl Places for MemoryPlaces {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.read(&self.1)?.len() as u64)
    }
    fn read_at(&self, at: u64, out: &mut [u8]) -> io::Result<()> {
        let bytes = self.0.read(&self.1)?;
        let at = usize::try_from(at).unwrap();
        out.copy_from_slice(bytes.get(at..at + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
    fn write_at(&self, _: u64, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }
    fn set_len(&self, _: u64) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }
    fn sync(&self) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }
}

/// What was read, but for what is to be computed.
fn content(loaded: &Loaded) -> BTreeMap<String, String> {
    let mut out = BTreeMap::from([("number".to_owned(), loaded.number.to_string())]);
    out.insert("registry".to_owned(), serde_json::to_string(&loaded.registry).unwrap());
    out.insert("policy".to_owned(), serde_json::to_string(&loaded.policy).unwrap());
    for (number, state) in &loaded.states {
        let revision = &state.revision;
        let mut text = String::new();
        for def in revision.schema().dimensions() {
            write!(text, "{:?}", items_bytes(def, &revision.items(def.id))).unwrap();
        }
        for metric in revision.schema().metrics().map(|def| def.id).filter(|metric| kept(revision, *metric)) {
            if let Some(cells) = revision.cells(metric) {
                write!(text, "{:?}", cells_bytes(metric, &cells)).unwrap();
            }
        }
        for def in revision.schema().lists() {
            if let Some(rows) = revision.rows(def.id) {
                write!(text, "{:?}", rows_bytes(def, &rows)).unwrap();
            }
        }
        out.insert(format!("state {number}"), text);
    }
    out
}

/// A folder with two checkpoints, segments of input and of formulas, and a log behind each.
fn folder() -> tempfile::TempDir {
    folder_with(None)
}

fn folder_with(keys: Option<Arc<dyn KeyProvider>>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let app = Application::open(folder.path(), Options { keys, ..Options::default() }).unwrap();
    let products: Vec<String> = (0..50).map(|n| format!("('P{n}')")).collect();
    let cells = |by: u32| {
        (0..50).flat_map(move |p| (0..50).map(move |q| format!("('P{p}', 'P{q}', {})", p * q + by))).collect::<Vec<_>>().join(", ")
    };
    let model = format!(
        "CREATE DIMENSION D (Name TEXT); CREATE LIST L (D D, N NUMBER); INSERT INTO D VALUES {};
         CREATE METRIC A NUMBER BY (D, D2); CREATE METRIC Other NUMBER BY (D, D2); CREATE METRIC Twice NUMBER BY (D, D2) AS A * 2;
         INSERT INTO A VALUES {}; INSERT INTO L VALUES ('P1', 2); CREATE METRIC Small NUMBER BY (D);",
        products.join(", "),
        cells(1),
    );
    let model = model
        .replace("(D, D2)", "(D, E)")
        .replace("CREATE LIST", &format!("CREATE DIMENSION E (Name TEXT); INSERT INTO E VALUES {}; CREATE LIST", products.join(", ")));
    run(&app, &model).unwrap();
    assert!(app.checkpoint().unwrap());
    run(&app, "INSERT INTO Small VALUES ('P3', 4); CREATE SCENARIO Up FROM Base; INSERT INTO A VALUES ('P1', 'P1', -5);").unwrap();
    assert!(app.checkpoint().unwrap());
    run(&app, "INSERT INTO A VALUES ('P2', 'P2', -6); INSERT INTO L VALUES ('P7', 9); USE SCENARIO Up; INSERT INTO Small VALUES ('P9', 1)")
        .unwrap();
    copy(folder.path())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let of = |folder: &Path| std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_file()).collect::<Vec<_>>();
    let mut all = of(folder);
    all.extend(of(&folder.join(PARTS)));
    all.retain(|path| !["lock", "audit.jsonl", "audit.head", "keys", "keys.copy"].contains(&path.file_name().unwrap().to_str().unwrap()));
    all.sort();
    all
}

#[test]
fn what_is_changed_or_cut_off_is_noticed_or_does_no_harm() {
    each_byte(None);
}

#[test]
fn what_is_changed_or_cut_off_is_noticed_where_it_is_encrypted_too() {
    each_byte(Some(a_key()));
}

fn each_byte(keys: Option<Arc<dyn KeyProvider>>) {
    let folder = folder_with(keys.clone());
    let unlock = Unlock { keys: keys.as_deref(), encrypt: false };
    let mut claim = Claim::take(Arc::new(RealDisk), folder.path(), unlock).unwrap();
    let paths = files(folder.path());
    let disk = MemoryDisk::default();
    for path in &paths {
        disk.0.lock().insert(path.clone(), std::fs::read(path).unwrap());
    }
    claim.disk = Arc::new(disk.clone());
    let open = || {
        let (_, last) = Head::open(&disk, folder.path(), &claim.seals)?;
        Ok::<_, io::Error>(read(&claim, last, &Default::default()).map(|(recovered, _)| recovered))
    };
    let whole = open().unwrap().unwrap();
    assert!(whole.mended.is_empty() && whole.since.records == 3, "{:?}", whole.mended);
    let expected = content(&whole.loaded);
    let is_dense = std::env::var_os("SMALT_EVERY_BYTE").is_some();
    let mut tally: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for path in &paths {
        let bytes = disk.read(path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let kind = name.rsplit_once('.').unwrap().1.to_owned();
        // A log has many pages that nothing is in.
        let step = match (kind.as_str(), bytes.len()) {
            _ if is_dense => 1,
            ("redb", _) => 997,
            (_, 0..=500) => 1,
            _ => 61,
        };
        let mut check = |changed: Vec<u8>, what: String| {
            disk.0.lock().insert(path.clone(), changed);
            let slot = match open().unwrap() {
                Err(e) => {
                    assert!(e.is_damaged() || e.is_about_files(), "{name}, {what}: {e}");
                    0
                }
                Ok(found) => {
                    assert_eq!(content(&found.loaded), expected, "{name}, {what}: something else was read");
                    usize::from(found.mended.is_empty()) + 1
                }
            };
            tally.entry(kind.clone()).or_default()[slot] += 1;
        };
        for at in (0..bytes.len()).step_by(step) {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            check(changed, format!("changed at {at}"));
        }
        for cut in (0..bytes.len()).step_by(step * 5) {
            check(bytes[..cut].to_vec(), format!("cut at {cut}"));
        }
        check([bytes.clone(), vec![0]].concat(), "longer by one byte".to_owned());
        disk.0.lock().remove(path);
        if let Ok(Ok(found)) = open() {
            assert_eq!(content(&found.loaded), expected, "{name} is gone: something else was read");
        }
        disk.0.lock().insert(path.clone(), bytes);
    }
    println!("refused, mended, harmless: {tally:?}");
    assert!(tally["manifest"][1] > 0 && tally["parquet"][1] > 0 && tally["redb"][0] > 0, "{tally:?}");
}

#[test]
fn damage_that_can_be_made_good_is_told_and_gone_after() {
    let good = folder();
    let expected = dump(&Application::open(copy(good.path()).path(), Options::default()).unwrap());
    let (mut mended, mut refused) = (0, 0);
    for path in files(good.path()) {
        let here = copy(good.path());
        let path = here.path().join(path.strip_prefix(good.path()).unwrap());
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x10;
        std::fs::write(&path, bytes).unwrap();
        match Application::open(here.path(), Options::default()) {
            Err(e) => {
                refused += 1;
                assert!(e.to_string().contains(path.file_name().unwrap().to_str().unwrap()), "it names the file: {e}");
                assert!(e.to_string().contains("restore a backup"), "{e}");
            }
            Ok(app) => {
                let name = path.file_name().unwrap().to_str().unwrap();
                assert_same(&dump(&app), &expected, name);
                mended += usize::from(!app.mended().is_empty());
                assert!(app.mended().iter().all(|told| told.contains(name)), "{:?}", app.mended());
                drop(app);
                let again = Application::open(here.path(), Options::default()).unwrap();
                assert!(again.mended().is_empty(), "{name} was made good once and for all: {:?}", again.mended());
                assert_same(&dump(&again), &expected, name);
            }
        }
    }
    assert!(mended >= 2 && refused >= 1, "{mended} {refused}");
}

#[test]
fn a_log_that_lost_its_end_is_missed() {
    let good = folder();
    let log = |folder: &Path| files(folder).into_iter().rfind(|path| path.extension().is_some_and(|e| e == "redb")).unwrap();
    std::fs::remove_file(log(good.path())).unwrap();
    let error = Application::open(good.path(), Options::default()).unwrap_err();
    assert!(error.is_damaged() && error.to_string().contains("are not there"), "{error}");
}

/// The files of the events: what is changed there is told, or the events are what they were.
#[test]
fn each_byte_of_the_audit_is_held_against_the_chain() {
    let is_dense = std::env::var_os("SMALT_EVERY_BYTE").is_some();
    for keys in [None, Some(a_key())] {
        let good = folder_with(keys.clone());
        let claim = Claim::take(Arc::new(RealDisk), good.path(), Unlock { keys: keys.as_deref(), encrypt: false }).unwrap();
        let (_, revision) = Head::open(&RealDisk, good.path(), &claim.seals).unwrap();
        let here = tempfile::tempdir().unwrap();
        let names = ["audit.jsonl", "audit.head"];
        let whole: Vec<Vec<u8>> = names.iter().map(|name| std::fs::read(good.path().join(name)).unwrap()).collect();
        let open = || {
            let log = Log::open(here.path(), &claim.seals, revision, Clock::default(), &[]).unwrap();
            let mut lines = Vec::new();
            log.each_line(|_, line, _| {
                lines.push(line.to_vec());
                Ok(())
            })
            .unwrap();
            (log.damage().map(str::to_owned), lines)
        };
        let lay = |which: usize, changed: &[u8]| {
            for (at, name) in names.iter().enumerate() {
                std::fs::write(here.path().join(name), if at == which { changed } else { &whole[at] }).unwrap();
            }
        };
        lay(9, &[]);
        let (damage, expected) = open();
        assert_eq!(damage, None);
        let (mut told, mut harmless) = (0, 0);
        for (which, bytes) in whole.iter().enumerate() {
            let step = if is_dense { 1 } else { 1 + bytes.len() / 60 };
            for at in (0..bytes.len()).step_by(step) {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << (at % 8);
                for changed in [flipped, bytes[..at].to_vec()] {
                    lay(which, &changed);
                    let (damage, lines) = open();
                    match damage {
                        Some(_) => told += 1,
                        None => {
                            assert!(lines.starts_with(&expected), "{} at {at}: {} lines", names[which], lines.len());
                            harmless += 1;
                        }
                    }
                }
            }
        }
        println!("told {told}, harmless {harmless}");
        assert!(told > 100, "{told} {harmless}");
    }
}
