//! Encryption at rest: without the key there is nothing but sizes, with another one nothing, and the keys change while work goes on.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::dump::{assert_same, copy, dump, run};
use super::{Claim, RealDisk, Unlock};
use crate::{Application, BackupOptions, Backups, Error, KeyFile, KeyProvider, Options, RestoreOptions};

/// What stands in names, texts and numbers of the model below.
const SECRETS: [&[u8]; 6] = [b"Geheim", b"Sekret", b"secret-item", b"ann@acme", b"Umsatz", &1_234.567_f64.to_le_bytes()];

const MODEL: &str = "
    CREATE DIMENSION Geheim (Name TEXT); INSERT INTO Geheim VALUES ('secret-item');
    CREATE METRIC Umsatz NUMBER BY (Geheim); CREATE METRIC Sekret TEXT BY (Geheim); CREATE METRIC Doppelt NUMBER BY (Geheim) AS Umsatz * 2;
    INSERT INTO Umsatz VALUES ('secret-item', 1234.567); INSERT INTO Sekret VALUES ('secret-item', 'Sekret');
    CREATE USER 'ann@acme';";

/// A metric large enough for segments, and items large enough for a file of their own.
fn large() -> String {
    let items: Vec<String> = (0..3_000).map(|n| format!("('secret-item-{n}')")).collect();
    let cells: Vec<String> = (0..3_000).map(|n| format!("('secret-item-{n}', {n}.5)")).collect();
    format!("INSERT INTO Geheim VALUES {}; INSERT INTO Umsatz VALUES {}", items.join(", "), cells.join(", "))
}

/// A file with master keys, each told by one digit.
fn keys(folder: &Path, digits: &[&str]) -> Arc<dyn KeyProvider> {
    let path = folder.join("master.keys");
    let lines: Vec<String> = digits.iter().map(|digit| digit.repeat(64)).collect();
    std::fs::write(&path, lines.join("\n")).unwrap();
    Arc::new(KeyFile::new(path))
}

/// A master key that all tests of this process have.
pub(super) fn a_key() -> Arc<dyn KeyProvider> {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        keys(folder.path(), &["e"]);
        folder
    });
    Arc::new(KeyFile::new(folder.path().join("master.keys")))
}

fn open(folder: &Path, keys: Option<&Arc<dyn KeyProvider>>, encrypt: bool) -> Result<Arc<Application>, Error> {
    let options = Options { keys: keys.cloned(), encrypt, checkpoint_after: Some(5), threads: Some(2), ..Options::default() };
    let app = Application::open(folder, options)?;
    assert_eq!((app.mended(), app.audit_damage(), app.broken_formulas().len()), (&[] as &[String], None, 0));
    Ok(app)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}

fn assert_tells_nothing(folder: &Path) {
    for path in files(folder) {
        let bytes = std::fs::read(&path).unwrap();
        for secret in SECRETS {
            assert!(
                !bytes.windows(secret.len()).any(|window| window == secret),
                "{} holds {}",
                path.display(),
                String::from_utf8_lossy(secret)
            );
        }
    }
}

#[test]
fn without_the_key_there_is_nothing_but_sizes() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (good, wrong) = (keys(elsewhere.path(), &["a"]), tempfile::tempdir().unwrap());
    let wrong = keys(wrong.path(), &["b"]);
    let app = open(folder.path(), Some(&good), false).unwrap();
    run(&app, MODEL).unwrap();
    run(&app, &large()).unwrap();
    app.await_checkpoint();
    assert!(app.checkpoint().unwrap());
    run(&app, "INSERT INTO Umsatz VALUES ('secret-item', 1234.567); CREATE SCENARIO Geheim2 FROM Base").unwrap();
    app.await_checkpoint();
    let expected = dump(&app);
    // As it is while it is open, and as a crash leaves it.
    assert_tells_nothing(folder.path());
    assert!(files(folder.path()).iter().any(|path| path.extension().is_some_and(|e| e == "parquet")));
    assert!(files(folder.path()).iter().any(|path| path.extension().is_some_and(|e| e == "part")));
    let left = copy(folder.path());
    drop(app);
    for path in [folder.path(), left.path()] {
        let refused = open(path, None, false).unwrap_err();
        assert!(refused.to_string().contains("is encrypted: give its key") && !refused.is_damaged(), "{refused}");
        let refused = open(path, Some(&wrong), false).unwrap_err();
        assert!(refused.to_string().contains("cannot be opened with this key") && !refused.is_damaged(), "{refused}");
        assert_same(&dump(&open(path, Some(&good), false).unwrap()), &expected, "with the key");
        assert_eq!(Application::verify(path, Some(&*good)).unwrap().1, [] as [&str; 0]);
        assert!(Application::verify(path, None).is_err());
        assert_tells_nothing(path);
    }
}

#[test]
fn an_application_in_clear_is_encrypted_when_that_is_asked_for() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let keys = keys(elsewhere.path(), &["a"]);
    let app = open(folder.path(), None, false).unwrap();
    run(&app, MODEL).unwrap();
    run(&app, &large()).unwrap();
    let expected = dump(&app);
    // A log behind a checkpoint, as a crash leaves it.
    let left = copy(folder.path());
    drop(app);
    for path in [folder.path(), left.path()] {
        let refused = open(path, Some(&keys), false).unwrap_err();
        assert!(refused.to_string().contains("is not encrypted"), "{refused}");
        assert_same(&dump(&open(path, None, false).unwrap()), &expected, "still in clear");
        assert_same(&dump(&open(path, Some(&keys), true).unwrap()), &expected, "encrypted now");
        assert_tells_nothing(path);
        assert!(open(path, None, false).is_err());
        let app = open(path, Some(&keys), false).unwrap();
        assert_same(&dump(&app), &expected, "opened again");
        let mut outcome = crate::Outcome::default();
        app.owner_session().unwrap().run("VERIFY AUDIT", &mut outcome).unwrap();
    }
}

#[test]
fn clear_files_are_not_taken_for_those_of_an_encrypted_application() {
    let (folder, clear, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let keys = keys(elsewhere.path(), &["a"]);
    for (path, keys) in [(folder.path(), Some(&keys)), (clear.path(), None)] {
        run(&open(path, keys, false).unwrap(), MODEL).unwrap();
    }
    for path in files(clear.path()).iter().filter(|path| path.extension().is_some_and(|e| e == "manifest" || e == "redb")) {
        std::fs::copy(path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    let refused = Application::open(folder.path(), Options { keys: Some(keys), ..Options::default() }).unwrap_err();
    assert!(refused.is_damaged() && refused.to_string().contains("is not encrypted"), "{refused}");
}

#[test]
fn keys_are_changed_while_others_commit() {
    let (folder, elsewhere, backups) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let old = keys(elsewhere.path(), &["a"]);
    let app = open(folder.path(), Some(&old), false).unwrap();
    run(&app, MODEL).unwrap();
    run(&app, &large()).unwrap();
    let place = Backups::in_folder(backups.path()).unwrap();
    app.back_up(&place, &BackupOptions::default()).unwrap();
    let before: Vec<PathBuf> = files(&folder.path().join("parts"));
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let committing = scope.spawn(|| {
            let mut at = 0;
            while !is_over.load(Ordering::SeqCst) || at < 20 {
                at += 1;
                run(&app, &format!("INSERT INTO Umsatz VALUES ('secret-item', {at})")).unwrap();
            }
            at
        });
        for digits in [["b", "a"], ["c", "b"], ["d", "c"]] {
            keys(elsewhere.path(), &digits);
            app.change_keys().unwrap();
            app.back_up(&place, &BackupOptions::default()).unwrap();
        }
        is_over.store(true, Ordering::SeqCst);
        assert!(committing.join().unwrap() >= 20);
    });
    assert!(before.iter().all(|path| !path.exists()), "all of it was written anew");
    app.await_checkpoint();
    let expected = dump(&app);
    let left = copy(folder.path());
    drop(app);
    // The last master key alone opens all of it, also what a crash would have left.
    let newest = keys(elsewhere.path(), &["d"]);
    for path in [folder.path(), left.path()] {
        assert_same(&dump(&open(path, Some(&newest), false).unwrap()), &expected, "with the last key");
        assert_tells_nothing(path);
    }
    assert!(open(folder.path(), Some(&keys(elsewhere.path(), &["a", "b", "c"])), false).is_err());
    // Backups are sealed with the keys of their time: an old one needs the master key of then.
    assert_tells_nothing(backups.path());
    let restore = |number, digits: &[&str]| {
        let to = tempfile::tempdir().unwrap();
        let keys = Some(keys(elsewhere.path(), digits));
        let options = RestoreOptions { target: crate::Target::Backup(number), keys: keys.clone(), ..RestoreOptions::default() };
        place.restore(to.path(), &options)?;
        assert_tells_nothing(to.path());
        open(to.path(), keys.as_ref(), false).map(|app| dump(&app))
    };
    assert!(restore(1, &["d"]).unwrap_err().to_string().contains("cannot be opened with this key"));
    restore(1, &["d", "a"]).unwrap();
    restore(4, &["d"]).unwrap();
    let without = place.restore(tempfile::tempdir().unwrap().path(), &RestoreOptions::default()).unwrap_err();
    assert!(without.to_string().contains("is encrypted: give its key"), "{without}");
    let all = keys(elsewhere.path(), &["d", "c", "b", "a"]);
    let verified = place.verify(Some(&*all)).unwrap();
    assert_eq!((verified.backups.len(), verified.damage), (4, Vec::new()));
    // Any revision between backups of different keys.
    let all_backups = place.all(Some(&*all)).unwrap();
    let to = tempfile::tempdir().unwrap();
    let revision = all_backups[2].revision - 1;
    let target = crate::Target::Revision(revision.max(all_backups[0].revision));
    place.restore(to.path(), &RestoreOptions { target, keys: Some(Arc::clone(&all)), ..RestoreOptions::default() }).unwrap();
    open(to.path(), Some(&all), false).unwrap();
}

#[test]
fn a_damaged_file_of_keys_is_made_good_from_its_copy() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let keys = keys(elsewhere.path(), &["a"]);
    run(&open(folder.path(), Some(&keys), false).unwrap(), MODEL).unwrap();
    let expected = dump(&open(folder.path(), Some(&keys), false).unwrap());
    let good = std::fs::read(folder.path().join("keys")).unwrap();
    for name in ["keys", "keys.copy"] {
        for at in (0..good.len()).step_by(7) {
            let mut changed = good.clone();
            changed[at] ^= 1 << (at % 8);
            std::fs::write(folder.path().join(name), &changed).unwrap();
            let app = Application::open(folder.path(), Options { keys: Some(Arc::clone(&keys)), ..Options::default() }).unwrap();
            assert!(app.mended()[0].contains("keys"), "{:?}", app.mended());
            if at % 70 == 0 {
                assert_same(&dump(&app), &expected, name);
            }
            drop(app);
            assert_eq!(std::fs::read(folder.path().join(name)).unwrap(), good);
        }
    }
    std::fs::write(folder.path().join("keys"), b"x").unwrap();
    std::fs::write(folder.path().join("keys.copy"), b"").unwrap();
    let refused = Application::open(folder.path(), Options { keys: Some(keys), ..Options::default() }).unwrap_err();
    assert!(refused.is_damaged() && refused.to_string().contains("keys"), "{refused}");
}

/// Python with pyarrow, if there is one.
fn python() -> Option<String> {
    let named = std::env::var("SMALT_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = |module: &str| Command::new(&named).args(["-c", &format!("import {module}")]).output().is_ok_and(|o| o.status.success());
    has("pyarrow.parquet.encryption").then_some(named)
}

/// What docs/durability.md says of reading segments elsewhere.
const READ: &str = r#"
import base64, glob, hashlib, hmac, os, sys
import pyarrow.parquet as pq, pyarrow.parquet.encryption as pe

DATA_KEYS = [bytes.fromhex(key) for key in os.environ["DATA_KEYS"].split(",")]

class Smalt(pe.KmsClient):
    def __init__(self, config):
        super().__init__()
    def unwrap_key(self, wrapped_key, master_key_identifier):
        salt = base64.b64decode(wrapped_key)
        return hmac.new(DATA_KEYS[int(master_key_identifier) - 1], b"smalt segment" + salt, hashlib.sha256).digest()
    def wrap_key(self, key_bytes, master_key_identifier):
        raise NotImplementedError

factory = pe.CryptoFactory(lambda config: Smalt(config))
for name in glob.glob(os.path.join(sys.argv[1], "parts", "*.parquet")):
    properties = factory.file_decryption_properties(pe.KmsConnectionConfig())
    table = pq.read_table(name, decryption_properties=properties)
    print(table.num_rows, sum(table["value"].to_pylist()), *table.column_names)
    try:
        pq.read_table(name)
        sys.exit("it was read without a key")
    except OSError:
        pass
"#;

#[test]
fn segments_are_read_by_pyarrow_with_the_key() {
    let Some(python) = python() else {
        eprintln!("NOT TESTED: no Python with pyarrow was found (SMALT_PYTHON names one)");
        return;
    };
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let keys = keys(elsewhere.path(), &["a"]);
    let app = open(folder.path(), Some(&keys), false).unwrap();
    run(&app, MODEL).unwrap();
    run(&app, &large()).unwrap();
    app.await_checkpoint();
    assert!(app.checkpoint().unwrap());
    app.change_keys().unwrap();
    drop(app);
    let claim = Claim::take(Arc::new(RealDisk), folder.path(), Unlock { keys: Some(&*keys), encrypt: false }).unwrap();
    let ring = claim.seals().ring().unwrap();
    let hex = |key: &[u8; 32]| key.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let data_keys: Vec<String> = ring.data_keys().map(|key| hex(key.bytes())).collect();
    let output = Command::new(python).args(["-c", READ]).arg(folder.path()).env("DATA_KEYS", data_keys.join(",")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let expected: f64 = (0..3_000).map(|n| f64::from(n) + 0.5).sum::<f64>() + 1_234.567;
    let told = String::from_utf8(output.stdout).unwrap();
    let sums: Vec<f64> = told.lines().filter_map(|line| line.strip_prefix("3001 ")?.split(' ').next()?.parse().ok()).collect();
    // The metric, and the formula that doubles it.
    for expected in [expected, 2.0 * expected] {
        assert!(sums.iter().any(|sum| (sum - expected).abs() < 1e-6), "{told}");
    }
    assert!(told.contains("d3 value"), "{told}");
}
