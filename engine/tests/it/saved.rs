//! Tables, views, comments and changed definitions in files: what is put in comes back.

use smalt::{Application, Options};

use crate::world::run;

struct Folder(tempfile::TempDir);

impl Folder {
    /// Runs a script in an application opened anew.
    fn run(&self, script: &str) -> Result<String, String> {
        let app = Application::open(self.0.path(), Options::default()).unwrap();
        assert_eq!(app.broken_formulas(), [] as [&str; 0]);
        run(&app.owner_session().unwrap(), script).map_err(|e| e.to_string())
    }
}

#[test]
fn tables_views_and_comments_are_kept_in_files() {
    let folder = Folder(tempfile::tempdir().unwrap());
    folder
        .run(
            "CREATE DIMENSION Store (Name TEXT); INSERT INTO Store VALUES ('S1'), ('S2');
             CREATE METRIC Revenue NUMBER BY (Store); CREATE METRIC Cost NUMBER BY (Store); CREATE LIST Ledger (Store Store);
             INSERT INTO Revenue VALUES ('S1', 5); INSERT INTO Cost VALUES ('S2', 3);",
        )
        .unwrap();
    // Without any of them the file is as it was before there were any.
    let files = std::fs::read_dir(folder.0.path()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let bytes: Vec<u8> = files.flat_map(|path| std::fs::read(path).unwrap()).collect();
    assert!(bytes.windows(7).any(|part| part == b"Revenue"), "the definitions stand in these files as they are");
    for word in ["\"tables\"", "\"views\"", "\"comments\""] {
        assert!(!bytes.windows(word.len()).any(|part| part == word.as_bytes()), "{word}");
    }
    folder
        .run(
            "CREATE TABLE PnL OF (Revenue, Cost); CREATE VIEW Sum (Total) AS SELECT SUM(Revenue) FROM PnL;
             COMMENT ON TABLE PnL IS 't'; COMMENT ON VIEW Sum IS 'v'; COMMENT ON METRIC Revenue IS 'm'; COMMENT ON LIST Ledger IS 'l';
             COMMENT ON DIMENSION Store IS 'd';",
        )
        .unwrap();
    let ask = "SELECT * FROM PnL ORDER BY 1; SELECT Total FROM Sum; SHOW TABLES; SHOW VIEWS; SHOW LISTS;
        SELECT table_name, comment FROM information_schema.tables WHERE comment IS NOT NULL ORDER BY 1";
    let expected = "S1,5.0,-\nS2,-,3.0\n5.0\nPnL,Revenue, Cost,t\nSum,SELECT SUM(Revenue) FROM PnL,v\nLedger,Store Store,l\n\
        Ledger,l\nPnL,t\nRevenue,m\nStore,d\nSum,v";
    assert_eq!(folder.run(ask).unwrap(), expected);
    // They stand in the way of a drop after the next opening too.
    assert!(folder.run("DROP METRIC Revenue").unwrap_err().contains("the table `PnL`, the view `Sum` refer to it"));
    assert!(folder.run("BEGIN; DROP VIEW Sum; DROP TABLE PnL; DROP METRIC Revenue; ROLLBACK").is_ok());
    assert_eq!(folder.run(ask).unwrap(), expected);
    folder.run("DROP VIEW Sum; DROP TABLE PnL; DROP METRIC Revenue; CREATE METRIC Revenue NUMBER BY (Store)").unwrap();
    assert_eq!(folder.run("SHOW TABLES; SHOW VIEWS; SHOW METRICS").unwrap(), "\n\nCost,NUMBER,Store,-\nRevenue,NUMBER,Store,-");
}

#[test]
fn a_script_that_is_refused_leaves_definitions_as_they_were() {
    let folder = Folder(tempfile::tempdir().unwrap());
    let model = "CREATE DIMENSION Store (Name TEXT, A NUMBER, B NUMBER, C NUMBER); CREATE METRIC M NUMBER BY (Store) AS Store.C;
        CREATE VIEW V AS SELECT Name, B FROM Store; INSERT INTO Store VALUES ('S1', 1, 2, 3);
        CREATE LIST L (A NUMBER, B TEXT, C NUMBER); INSERT INTO L VALUES (1, 'x', 2);";
    folder.run(model).unwrap();
    let ask = "SELECT * FROM Store; SELECT * FROM M; SELECT * FROM V; SELECT * FROM L; DESCRIBE Store; DESCRIBE L";
    let before = folder.run(ask).unwrap();
    for script in [
        "ALTER DIMENSION Store DROP PROPERTY B",
        "ALTER DIMENSION Store DROP PROPERTY C",
        "BEGIN; ALTER DIMENSION Store DROP PROPERTY A; ALTER LIST L DROP COLUMN A; ALTER DIMENSION Store DROP PROPERTY C; COMMIT",
        "BEGIN; ALTER LIST L DROP COLUMN B; ALTER LIST L ADD COLUMN D DATE; DROP DIMENSION Store; COMMIT",
        "BEGIN; ALTER DIMENSION Store RENAME PROPERTY A TO Z; COMMENT ON LIST L IS 'x'; DROP VIEW W; COMMIT",
    ] {
        folder.run(script).unwrap_err();
        assert_eq!(folder.run(ask).unwrap(), before, "{script}");
    }
    // What is dropped and moved is found again behind it.
    folder.run("ALTER DIMENSION Store DROP PROPERTY A; ALTER LIST L DROP COLUMN A; ALTER LIST L ADD COLUMN D DATE").unwrap();
    assert_eq!(
        folder.run("SELECT * FROM Store; SELECT * FROM M; SELECT * FROM V; SELECT * FROM L").unwrap(),
        "S1,2.0,3.0\nS1,3.0\nS1,2.0\nx,2.0,-"
    );
    folder.run("UPDATE Store SET C = 4 WHERE Name = 'S1'; UPDATE L SET D = DATE '2024-02-29'").unwrap();
    assert_eq!(folder.run("SELECT * FROM M; SELECT D FROM L").unwrap(), "S1,4.0\n2024-02-29");
}
