//! The folder of an application: opened again, locked, damaged.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod crash;
mod damage;
pub(super) mod dump;
mod encrypted;
mod faults;
mod formats;
mod histories;
mod revisions;

use std::fs;

use super::*;
use crate::{Application, Options, Outcome};

const SCRIPT: &str = "
    CREATE CALENDAR FROM '2024-01-01' TO '2024-12-31' LEVELS (Month, Quarter);
    CREATE DIMENSION Product (Code TEXT, Name TEXT, Launch DATE, Hot BOOLEAN, Size INTEGER, Parent Product);
    CREATE DIMENSION Gone (Name TEXT);
    DROP DIMENSION Gone;
    INSERT INTO Product VALUES ('P1', 'é', '2024-02-29', TRUE, 3, NULL), ('P2', '', NULL, NULL, NULL, 'P1');
    ALTER DIMENSION Product ADD PROPERTY Twice INTEGER AS Product.Size * 2;
    CREATE METRIC Price NUMBER BY (Product, Month);
    CREATE METRIC Doubled NUMBER BY (Product, Month) AS Price * 2;
    CREATE METRIC Best Product BY (Month);
    CREATE METRIC Exact DECIMAL(38, 2) BY (Product);
    CREATE METRIC Half DECIMAL(38, 3) BY (Product) AS Exact / 2;
    CREATE LIST Ledger (Product Product, Amount NUMBER, Note TEXT, Paid DECIMAL(10, 2));
    INSERT INTO Price VALUES ('P1', '2024-01', 0.1), ('P2', '2024-12', -7);
    INSERT INTO Best VALUES ('2024-03', 'P2');
    INSERT INTO Exact VALUES ('P1', 123456789012345678901234567890.05), ('P2', -0.01);
    INSERT INTO Ledger VALUES ('P1', 1.5, 'a', 0.1), (NULL, NULL, '', NULL), ('P2', 2, NULL, -2);
    CREATE ROLE Planner PERMISSIONS (\"Display Application\", \"Open Boards\") READ ALLOWED WRITE DENIED;
    CREATE USER 'ann';
    GRANT ROLE Planner TO USER 'ann';
";

const QUESTIONS: [&str; 8] = [
    "SELECT * FROM Exact",
    "SELECT * FROM Half",
    "SELECT * FROM Price",
    "SELECT * FROM Doubled",
    "SELECT * FROM Product",
    "SELECT * FROM Best",
    "SELECT * FROM Ledger",
    "SHOW USERS",
];

fn open(folder: &Path) -> Result<std::sync::Arc<Application>, Error> {
    Application::open(folder, Options::default())
}

fn answers(app: &std::sync::Arc<Application>) -> Vec<String> {
    let session = app.owner_session().unwrap();
    let ask = |sql: &&str| {
        let mut outcome = Outcome::default();
        session.run(sql, &mut outcome).unwrap();
        outcome.tables.iter().map(|(_, t)| arrow::util::pretty::pretty_format_batches(&t.batches).unwrap().to_string()).collect()
    };
    QUESTIONS.iter().map(ask).collect()
}

#[test]
fn an_application_is_found_again_as_it_was_left() {
    let folder = tempfile::tempdir().unwrap();
    let before = {
        let app = open(folder.path()).unwrap();
        app.owner_session().unwrap().run(SCRIPT, &mut Outcome::default()).unwrap_or_else(|e| panic!("{e}"));
        // What is not committed is not there later.
        let session = app.owner_session().unwrap();
        session.run("BEGIN; CREATE DIMENSION Lost (Name TEXT);", &mut Outcome::default()).unwrap();
        drop(session);
        answers(&app)
    };
    let app = open(folder.path()).unwrap();
    assert_eq!(answers(&app), before);
    let error = app.owner_session().unwrap().run("SELECT * FROM Lost", &mut Outcome::default()).unwrap_err();
    assert!(error.message.contains("Lost"), "{error}");
    // Ids of what was dropped are not given again: the new dimension does not meet old data.
    app.owner_session().unwrap().run("CREATE DIMENSION Fresh (Name TEXT); SELECT * FROM Fresh", &mut Outcome::default()).unwrap();
    assert_eq!(app.session("ann").unwrap().cell("Price", &["P1", "2024-01"]).unwrap(), Some(smalt_model::Value::Number(0.1)));
}

#[test]
fn only_one_process_has_it_open() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path()).unwrap();
    let second = open(folder.path()).unwrap_err();
    assert!(second.to_string().contains("is open in another process"), "{second}");
    assert!(!second.is_damaged());
    drop(app);
    assert!(open(folder.path()).is_ok());
}

#[test]
fn what_a_crash_left_of_a_write_is_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()).unwrap());
    let left =
        [folder.path().join("checkpoint-00000000000000000009.manifest.new"), folder.path().join(checkpoint::PARTS).join("0.parquet.new")];
    left.iter().for_each(|path| fs::write(path, b"half a file").unwrap());
    assert!(open(folder.path()).is_ok());
    assert!(left.iter().all(|path| !path.exists()));
}

/// Gives a metric of a closed application another formula, as an older version, or a hand, may have left it.
fn rewrite(folder: &Path, metric: &str, formula: &str) {
    let claim = Claim::take(Arc::new(RealDisk), folder, Unlock::default()).unwrap();
    let (opened, Contents { loaded, .. }) = Store::open(claim, &BTreeSet::new()).unwrap();
    let held = |state: &LoadedState| image::Held { revision: Arc::clone(&state.revision), is_computed: false };
    let mut states: std::collections::BTreeMap<u64, image::Held> =
        loaded.states.iter().map(|(number, state)| (*number, held(state))).collect();
    let base = states.get_mut(&loaded.base).unwrap();
    let mut revision = Revision::clone(&base.revision);
    let Some(smalt_model::Block::Metric(id)) = revision.schema().find(metric) else { panic!("no metric {metric}") };
    let mut def = smalt_model::MetricDef::clone(revision.schema().metric(id).unwrap());
    def.formula = Some(formula.into());
    revision.schema_mut().put_metric(def);
    base.revision = Arc::new(revision);
    let Loaded { number, base, next_state: next, policy, registry, made, .. } = loaded;
    let image = Image { number, base, registry, policy, states, made, history: past::Pasts::new(), next };
    checkpoint::write(&RealDisk, folder, &Seals::clear(), &image, &opened.written).unwrap();
}

#[test]
fn a_formula_that_cannot_be_restored_is_set_aside_and_the_rest_is_there() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).unwrap().owner_session().unwrap().run(SCRIPT, &mut Outcome::default()).unwrap();
    rewrite(folder.path(), "Doubled", "Price * Nothing");
    let app = open(folder.path()).unwrap();
    let [told] = app.broken_formulas() else { panic!("{:?}", app.broken_formulas()) };
    assert!(told.contains("`Doubled`") && told.contains("`Nothing`"), "{told}");
    let owner = app.owner_session().unwrap();
    assert_eq!(owner.cell("Price", &["P1", "2024-01"]).unwrap(), Some(smalt_model::Value::Number(0.1)));
    assert_eq!(owner.cell("Doubled", &["P1", "2024-01"]).unwrap(), None);
    // Rights do not depend on it: everybody may come in.
    assert!(app.session("ann").is_ok());
    owner.run("ALTER METRIC Doubled AS Price * 3; SELECT * FROM Doubled", &mut Outcome::default()).unwrap();
    drop((owner, app));
    let app = open(folder.path()).unwrap();
    assert!(app.broken_formulas().is_empty());
    assert_eq!(app.owner_session().unwrap().cell("Doubled", &["P2", "2024-12"]).unwrap(), Some(smalt_model::Value::Number(-21.0)));
}

#[test]
fn while_rights_cannot_be_told_only_the_owner_comes_in() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path()).unwrap();
    let rights = "
        ALTER APPLICATION SET INHERITANCE OFF;
        CREATE METRIC Open ACCESS RIGHTS BY (User, Product) AS ACCESSRIGHTS(Product.Hot, BLANK)[ADD: User];
        CREATE RULE hot APPLY READ OF Open TO Price;";
    app.owner_session().unwrap().run(&format!("{SCRIPT}{rights}"), &mut Outcome::default()).unwrap_or_else(|e| panic!("{e}"));
    drop(app);
    rewrite(folder.path(), "Open", "ACCESSRIGHTS(Product.Hotter, BLANK)[ADD: User]");
    let app = open(folder.path()).unwrap();
    assert_eq!(app.broken_formulas().len(), 1);
    let refused = app.session("ann").unwrap_err().to_string();
    assert!(refused.contains("rights cannot be told") && !refused.contains("Open"), "{refused}");
    let owner = app.owner_session().unwrap();
    let as_ann = owner.run("EXECUTE AS USER 'ann' SELECT * FROM Price", &mut Outcome::default()).unwrap_err();
    assert!(as_ann.message.contains("rights cannot be told"), "{as_ann}");
    owner.run("ALTER METRIC Open AS ACCESSRIGHTS(Product.Hot, BLANK)[ADD: User]", &mut Outcome::default()).unwrap();
    assert!(app.session("ann").is_ok());
}
