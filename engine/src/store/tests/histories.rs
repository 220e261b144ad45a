//! Random histories: an application on the disk, opened again in every way, is what one in memory is that never was closed.

use std::sync::Arc;

use super::dump::{assert_same, copy, dump, run};
use super::encrypted::a_key;
use crate::{Application, BackupOptions, Backups, Options, RestoreOptions};

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % limit
    }
}

const MODEL: &str = "
    CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month, Quarter);
    CREATE DIMENSION Product (Name TEXT, Size INTEGER, Hot BOOLEAN, Parent Product);
    CREATE DIMENSION Color (Name TEXT);
    INSERT INTO Product VALUES ('P1', 1, TRUE, NULL), ('P2', 2, FALSE, 'P1'), ('P3', 3, TRUE, 'P1'), ('P4', 4, NULL, NULL);
    INSERT INTO Color VALUES ('red'), ('blue');
    ALTER DIMENSION Product ADD PROPERTY Twice INTEGER AS Product.Size * 2;
    CREATE SUBSET Heat OF Product AS Product.Hot;
    CREATE METRIC Price NUMBER BY (Product, Month);
    CREATE METRIC Weight DECIMAL(20, 2) BY (Color, Product);
    CREATE METRIC Note TEXT BY (Product);
    CREATE METRIC Best Product BY (Month);
    CREATE METRIC Warm INTEGER BY (Heat);
    CREATE METRIC Doubled NUMBER BY (Product, Month) AS Price * 2;
    CREATE METRIC Ledgers NUMBER BY (Month) AS Price[REMOVE MAX: Product];
    CREATE METRIC Total NUMBER BY (Month) AS Doubled[REMOVE SUM: Product] + Ledgers;
    CREATE METRIC Sized NUMBER BY (Product) AS Product.Twice * 1.5;
    CREATE LIST Ledger (Product Product, Amount NUMBER, Note TEXT);
    CREATE ROLE Planner PERMISSIONS (\"Display Application\", \"Open Boards\") READ ALLOWED WRITE DENIED;
    CREATE SCENARIO S0 FROM Base;
";

/// About so many commits make the model.
const MODEL_COMMITS: u64 = 18;

fn statement(random: &mut Random, step: u64) -> String {
    let product = random.below(7) + 1;
    let month = random.below(12) + 1;
    let number = random.below(100_000) as f64 / 8.0;
    let color = ["red", "blue", "green"][random.below(3) as usize];
    let scenario = random.below(3);
    match random.below(40) {
        36 => format!("REVERT TO REVISION {}", MODEL_COMMITS + random.below(step + 1)),
        37 => "ALTER METRIC Doubled DROP FORMULA".to_owned(),
        38 => format!("INSERT INTO Doubled VALUES ('P{product}', '2024-{month:02}', 999)"),
        39 => format!("DROP METRIC X{}", random.below(4)),
        0..=5 => format!("INSERT INTO Price VALUES ('P{product}', '2024-{month:02}', {number})"),
        6 => (1..=12).map(|m| format!("INSERT INTO Price VALUES ('P{product}', '2024-{m:02}', {number});")).collect(),
        7 => format!("DELETE FROM Price WHERE Product = 'P{product}'"),
        8 | 9 => format!("INSERT INTO Product VALUES ('P{product}', {}, TRUE, NULL)", random.below(9)),
        10 => {
            let rows: Vec<String> = (0..random.below(20) + 1).map(|n| format!("('N{step}-{n}', {n}, FALSE, 'P1')")).collect();
            format!("INSERT INTO Product VALUES {}", rows.join(", "))
        }
        11 => format!("DELETE FROM Product WHERE Name = 'P{product}'"),
        12 => format!("UPDATE Product SET Size = {}, Hot = {} WHERE Name = 'P{product}'", random.below(50), random.below(2) == 0),
        13 => format!("INSERT INTO Weight VALUES ('{color}', 'P{product}', {}.25)", random.below(1000)),
        14 => format!("INSERT INTO Note VALUES ('P{product}', 'n{step}')"),
        15 => format!("INSERT INTO Best VALUES ('2024-{month:02}', 'P{product}')"),
        16 => format!("INSERT INTO Warm VALUES ('P{product}', {step})"),
        17..=19 => format!("INSERT INTO Ledger VALUES ('P{product}', {number}, 'l{step}'), (NULL, 1, NULL)"),
        20 => format!("DELETE FROM Ledger WHERE Note = 'l{}'", random.below(step + 1)),
        21 => format!("UPDATE Ledger SET Amount = Amount + {} WHERE Product = 'P{product}'", random.below(3)),
        22 => format!("ALTER METRIC Doubled AS Price * {}", random.below(9) + 1),
        23 => format!("CREATE METRIC X{} NUMBER BY (Product) AS Price[REMOVE SUM: Month] + {number}", random.below(4)),
        24 => format!("DROP METRIC X{}", random.below(4)),
        25 => format!("CREATE SCENARIO S{scenario} FROM {}", if random.below(2) == 0 { "Base" } else { "S0" }),
        26 | 27 => format!("USE SCENARIO S{scenario}; INSERT INTO Price VALUES ('P{product}', '2024-{month:02}', {number})"),
        28 => format!("ALTER METRIC Price IN SCENARIO S{scenario} AS Price * 1.{}", random.below(9)),
        29 => format!("MERGE SCENARIO S{scenario} INTO Base ON CONFLICT THEIRS"),
        30 => format!("REBASE SCENARIO S{scenario}"),
        31 => format!("DROP SCENARIO S{scenario}"),
        32 => format!("CREATE SNAPSHOT \"Shot {}\"", random.below(4)),
        33 => format!("CREATE USER 'u{step}'; GRANT ROLE Planner TO USER 'u{step}'"),
        34 => format!("BEGIN; INSERT INTO Price VALUES ('P1', '2024-01', {number}); INSERT INTO Color VALUES ('c{step}'); COMMIT"),
        _ => format!("BEGIN; INSERT INTO Price VALUES ('P1', '2024-01', {number}); ROLLBACK"),
    }
}

fn open(path: &std::path::Path) -> Arc<Application> {
    open_with(path, false)
}

fn open_with(path: &std::path::Path, is_encrypted: bool) -> Arc<Application> {
    let keys = is_encrypted.then(a_key);
    let options = Options { keys, checkpoint_after: Some(7), threads: Some(2), ..Options::default() };
    let app = Application::open(path, options).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(app.broken_formulas(), [] as [&str; 0]);
    assert_eq!((app.mended(), app.audit_damage()), (&[] as &[String], None));
    app
}

#[test]
fn an_application_is_what_it_was_however_it_was_left() {
    let histories: u64 = std::env::var("SMALT_HISTORIES").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    let mut done = 0;
    for seed in 0..histories {
        let mut random = Random(seed);
        let is_encrypted = seed % 3 == 2;
        let open = |path: &std::path::Path| open_with(path, is_encrypted);
        let mut folder = tempfile::tempdir().unwrap();
        let backups = tempfile::tempdir().unwrap();
        let place = Backups::in_folder(backups.path()).unwrap();
        let memory = Application::in_memory().unwrap();
        let mut app = open(folder.path());
        run(&memory, MODEL).unwrap();
        run(&app, MODEL).unwrap();
        for step in 0..50 {
            let script = statement(&mut random, step);
            let when = format!("history {seed}, step {step}: {script}");
            let (a, b) = (run(&app, &script), run(&memory, &script));
            assert_eq!(a, b, "{when}");
            done += u32::from(a.is_ok());
            match random.below(12) {
                0 => drop(app.checkpoint().unwrap()),
                11 if is_encrypted => app.change_keys().unwrap(),
                1 => {
                    drop(app);
                    app = open(folder.path());
                    assert_same(&dump(&app), &dump(&memory), &when);
                }
                10 => {
                    // It goes on as what was restored.
                    app.back_up(&place, &BackupOptions::default()).unwrap();
                    let restored = tempfile::tempdir().unwrap();
                    let options = RestoreOptions { keys: is_encrypted.then(a_key), ..RestoreOptions::default() };
                    place.restore(restored.path(), &options).unwrap_or_else(|e| panic!("{when}: {e}"));
                    drop(app);
                    folder = restored;
                    app = open(folder.path());
                    assert_same(&dump(&app), &dump(&memory), &when);
                }
                2 | 3 => {
                    // As if the process had been killed now. A checkpoint that is under way would have the copy be of two moments.
                    app.await_checkpoint();
                    let left = copy(folder.path());
                    drop(app);
                    folder = left;
                    app = open(folder.path());
                    assert_same(&dump(&app), &dump(&memory), &when);
                }
                _ => {}
            }
        }
        drop(app);
        assert_same(&dump(&open(folder.path())), &dump(&memory), &format!("the end of history {seed}"));
    }
    assert!(u64::from(done) > histories * 30, "most statements do something: {done}");
}

#[test]
fn what_was_put_off_is_computed_when_the_application_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path());
    run(&app, MODEL).unwrap();
    run(&app, "SET AUTOCALC = OFF; INSERT INTO Price VALUES ('P1', '2024-01', 21)").unwrap();
    app.await_checkpoint();
    assert!(app.checkpoint().unwrap());
    run(&app, "SET AUTOCALC = OFF; INSERT INTO Price VALUES ('P1', '2024-02', 22)").unwrap();
    let left = copy(folder.path());
    drop(app);
    for path in [left.path(), folder.path()] {
        let owner = open(path).owner_session().unwrap();
        for (month, value) in [("2024-01", 42.0), ("2024-02", 44.0)] {
            assert_eq!(owner.cell("Doubled", &["P1", month]).unwrap(), Some(smalt_model::Value::Number(value)));
        }
    }
}

#[test]
fn opening_computes_nothing_anew_that_a_checkpoint_has() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path());
    run(&app, MODEL).unwrap();
    run(&app, "INSERT INTO Price VALUES ('P1', '2024-01', 21)").unwrap();
    drop(app);
    let claim = super::Claim::take(Arc::new(super::RealDisk), folder.path(), super::Unlock::default()).unwrap();
    let (_, contents) = super::Store::open(claim, &Default::default()).unwrap();
    let state = contents.loaded.states.get(&contents.loaded.base).unwrap();
    let touched = state.touched(state.settled.as_ref().unwrap(), &state.revision).unwrap();
    assert!(touched.is_empty(), "{touched:?}");
    let of = |name: &str| match state.revision.schema().find(name) {
        Some(smalt_model::Block::Metric(id)) => state.revision.cells(id).map(|cells| cells.len()),
        _ => None,
    };
    assert_eq!((of("Doubled"), of("Total")), (Some(1), Some(1)));
}
