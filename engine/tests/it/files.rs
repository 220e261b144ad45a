//! Applications in files: what is put in comes back, whatever was renamed or hidden meanwhile.

use smalt::{Application, Options};

use crate::world::run;

/// A folder with an application in which scripts run one after the other, each in an application opened anew.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn open(&self) -> std::sync::Arc<Application> {
        let app = Application::open(self.0.path(), Options::default()).unwrap();
        assert_eq!(app.broken_formulas(), [] as [&str; 0]);
        app
    }

    fn run(&self, script: &str) -> Result<String, String> {
        run(&self.open().owner_session().unwrap(), script).map_err(|e| e.to_string())
    }
}

/// A formula is read from its text when the application is opened, so the text has the new name.
#[test]
fn formulas_say_the_new_names_of_what_they_read() {
    let folder = Folder::new();
    folder
        .run(
            "CREATE USER 'ann'; CREATE GROUP G; CREATE ROLE R;
             CREATE METRIC IsAnn BOOLEAN BY (User) AS User = User.\"ann\";
             CREATE METRIC IsG BOOLEAN BY (\"Group\") AS 'Group' = 'Group'.\"G\";
             CREATE METRIC IsR BOOLEAN BY (Role) AS Role = Role.\"R\";
             CREATE CALENDAR FROM '2024-01-01' TO '2024-03-31' LEVELS (Month);
             CREATE METRIC I NUMBER BY (Month); INSERT INTO I VALUES ('2024-01', 1), ('2024-02', 2);
             CREATE METRIC A NUMBER BY (Month) AS A[SELECT: Month - 1] + I;",
        )
        .unwrap();
    for (script, reader, text) in [
        ("ALTER USER 'ann' RENAME TO 'ann2'", "IsAnn", "User = User.\"ann2\""),
        ("ALTER GROUP G RENAME TO H", "IsG", "'Group' = 'Group'.\"H\""),
        ("ALTER ROLE R RENAME TO S", "IsR", "Role = Role.\"S\""),
        ("BEGIN; ALTER METRIC A RENAME TO B; COMMIT", "B", "B[SELECT: Month - 1] + I"),
        ("ALTER METRIC I RENAME TO J", "B", "B[SELECT: Month - 1] + J"),
    ] {
        folder.run(script).unwrap_or_else(|e| panic!("{script}: {e}"));
        assert_eq!(folder.run(&format!("SHOW FORMULA {reader}")).unwrap(), text, "{script}");
    }
    folder.run("INSERT INTO J VALUES ('2024-01', 4)").unwrap();
    assert_eq!(
        folder.run("SELECT * FROM B WHERE Month < '2024-03'; SELECT Name FROM User; SELECT * FROM IsAnn").unwrap(),
        "2024-01,4.0\n2024-02,6.0\nann2\nann2,true"
    );
}

#[test]
fn an_item_that_a_rule_hides_from_the_owner_still_stands_in_formulas() {
    let folder = Folder::new();
    folder
        .run(
            "CREATE DIMENSION D (Name TEXT); INSERT INTO D VALUES ('x'), ('y');
             CREATE METRIC M NUMBER BY (D) AS IF(D = D.\"x\", 1, 2);
             CREATE METRIC RR ACCESS RIGHTS BY (Role, D); INSERT INTO RR VALUES ('Admin', 'x', '--');
             ALTER APPLICATION SET INHERITANCE OFF; CREATE RULE r APPLY READ OF RR TO ITEMS OF D;",
        )
        .unwrap();
    assert_eq!(folder.run("SELECT * FROM M").unwrap(), "y,2.0");
    assert_eq!(folder.run("SELECT * FROM D").unwrap(), "y");
}

#[test]
fn properties_with_formulas_follow_what_they_read() {
    let folder = Folder::new();
    // A's property was created before B's and reads it through an item.
    let script = "CREATE DIMENSION A (Name TEXT); CREATE DIMENSION B (Name TEXT, S INTEGER); ALTER DIMENSION A ADD PROPERTY BB B;
        ALTER DIMENSION A ADD PROPERTY X INTEGER AS 1[ADD: A]; ALTER DIMENSION B ADD PROPERTY X INTEGER AS B.S * 2;
        ALTER DIMENSION A ADD PROPERTY Y INTEGER AS A.BB.X * 10;
        INSERT INTO B (Name, S) VALUES ('b', 3); INSERT INTO A (Name, BB) VALUES ('a', 'b');
        INSERT INTO B (Name, S) VALUES ('b', 4); SELECT Y FROM A";
    assert_eq!(folder.run(script).unwrap(), "80");
    assert_eq!(folder.run("INSERT INTO B (Name, S) VALUES ('b', 5); SELECT Y FROM A").unwrap(), "100");
    assert_eq!(folder.run("SELECT Y FROM A").unwrap(), "100");
}

#[test]
fn a_property_may_read_a_metric_with_a_formula_and_a_metric_the_property() {
    let folder = Folder::new();
    let script = "CREATE DIMENSION A (Name TEXT); CREATE METRIC I NUMBER BY (A); CREATE METRIC T NUMBER BY (A) AS I * 2;
        ALTER DIMENSION A ADD PROPERTY P NUMBER AS T; CREATE METRIC U NUMBER BY (A) AS A.P + 1;
        ALTER DIMENSION A ADD PROPERTY Q NUMBER AS U + A.P; CREATE METRIC V NUMBER BY (A) AS A.Q;
        INSERT INTO A (Name) VALUES ('a'); INSERT INTO I VALUES ('a', 5);";
    folder.run(script).unwrap();
    let ask = "SELECT P, Q FROM A; SELECT * FROM U; SELECT * FROM V";
    assert_eq!(folder.run(ask).unwrap(), "10.0,21.0\na,11.0\na,21.0");
    assert_eq!(folder.run(&format!("INSERT INTO I VALUES ('a', 6); {ask}")).unwrap(), "12.0,25.0\na,13.0\na,25.0");
    assert_eq!(
        folder.run(&format!("BEGIN; UPDATE I SET I = 7; {ask}; COMMIT; {ask}")).unwrap(),
        "14.0,29.0\na,15.0\na,29.0\n14.0,29.0\na,15.0\na,29.0"
    );
    assert_eq!(folder.run(ask).unwrap(), "14.0,29.0\na,15.0\na,29.0");
    let error = folder.run("ALTER METRIC T AS A.Q").unwrap_err();
    assert!(error.contains("depend on themselves: A.P -> T -> A.Q -> ") || error.contains("depend on themselves: A.Q -> "), "{error}");
    let error = folder.run("ALTER DIMENSION A ADD PROPERTY Z NUMBER AS A.Z + 1").unwrap_err();
    assert!(error.contains("A.Z"), "{error}");
}

#[test]
fn items_that_are_gone_or_renamed_are_so_when_the_application_is_opened_again() {
    let folder = Folder::new();
    folder
        .run(
            "CREATE DIMENSION Country (Name TEXT); CREATE DIMENSION Store (Code TEXT, Country Country, Twin Store);
             INSERT INTO Country VALUES ('France'), ('Japan'); INSERT INTO Store (Code, Country) VALUES ('S1', 'France'), ('S2', 'Japan'), ('S3', 'Japan');
             INSERT INTO Store (Code, Twin) VALUES ('S1', 'S2'), ('S3', 'S1');
             CREATE METRIC V NUMBER BY (Store); INSERT INTO V VALUES ('S1', 1), ('S2', 2), ('S3', 4);
             CREATE METRIC French NUMBER BY (Store) AS V[FILTER: Store.Country = Country.\"France\"];
             ALTER DIMENSION Store ADD PROPERTY Far BOOLEAN AS Store.Country <> Country.\"France\";
             CREATE SUBSET Near OF Store AS Store.Country = Country.\"France\"; CREATE METRIC T NUMBER BY (Near); INSERT INTO T VALUES ('S1', 9);
             CREATE LIST L (Store Store, Amount NUMBER); INSERT INTO L VALUES ('S2', 1), ('S3', 2), ('S2', 3);",
        )
        .unwrap();
    folder.run("UPDATE Country SET Name = 'F \"1\"' WHERE Name = 'France'").unwrap();
    folder.run("DELETE FROM Store WHERE Code = 'S2'; UPDATE L SET Amount = 7 WHERE Amount = 2; DELETE FROM L WHERE Amount = 1").unwrap();
    let ask = "SELECT * FROM Store; SELECT * FROM V; SELECT * FROM French; SELECT * FROM Near; SELECT * FROM T; SELECT * FROM L";
    let state = "S1,F \"1\",-,false\nS3,Japan,S1,true\nS1,1.0\nS3,4.0\nS1,1.0\nS1,F \"1\",-,false\nS1,9.0\nS3,7.0\n-,3.0";
    assert_eq!(folder.run(ask).unwrap(), state);
    // A name that is free again is another item's, which has nothing of the one before.
    folder.run("INSERT INTO Store (Code, Country) VALUES ('S2', 'Japan'); INSERT INTO V VALUES ('S2', 8)").unwrap();
    assert_eq!(
        folder.run("SELECT * FROM V; SELECT Code, Twin FROM Store; SELECT * FROM L").unwrap(),
        "S1,1.0\nS3,4.0\nS2,8.0\nS1,-\nS3,S1\nS2,-\nS3,7.0\n-,3.0"
    );
    folder.run("ALTER METRIC French AS V[FILTER: Store.Country = Country.\"F \"\"1\"\"\"]").unwrap();
    let error = folder.run("DELETE FROM Country WHERE Name LIKE 'F%'").unwrap_err();
    assert!(error.contains("cannot be deleted: the formula of `"), "{error}");
    assert_eq!(folder.run("SELECT * FROM French").unwrap(), "S1,1.0");
}

#[test]
fn a_change_that_is_not_committed_leaves_items_and_formulas_as_they_were() {
    let folder = Folder::new();
    folder
        .run(
            "CREATE DIMENSION C (Name TEXT); INSERT INTO C VALUES ('a'), ('b'); CREATE METRIC M NUMBER BY (C) AS IF(C = C.\"a\", 1, 2);
             CREATE METRIC I NUMBER BY (C); INSERT INTO I VALUES ('a', 1), ('b', 2)",
        )
        .unwrap();
    folder.run("BEGIN; UPDATE C SET Name = 'x' WHERE Name = 'a'; DELETE FROM C WHERE Name = 'b'; SELECT * FROM M; ROLLBACK").unwrap();
    // A statement of a transaction that fails takes back what it did alone.
    let script = "BEGIN; UPDATE C SET Name = 'x' WHERE Name = 'a'; UPDATE C SET Name = 'x' WHERE Name = 'b'";
    assert!(folder.run(script).unwrap_err().contains("there is an item `x` in `C` already"));
    assert_eq!(folder.run("SELECT * FROM M; SELECT * FROM I").unwrap(), "a,1.0\nb,2.0\na,1.0\nb,2.0");
}
