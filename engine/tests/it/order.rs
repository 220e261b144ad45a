//! The order of items and what they are shown as tell nothing of a property that their reader may not see.

use crate::two_worlds::answer;
use crate::world::World;

/// Stores by rank, desks by store, shown by their label; `ann` sees neither the rank nor the label, `bob` not those of one store.
const MODEL: &str = "
    CREATE DIMENSION Store (Code TEXT, Size NUMBER, Rank INTEGER, Label TEXT) DISPLAY Label ORDER BY Rank DESC;
    CREATE DIMENSION Desk (Name TEXT, Store Store) ORDER BY Store;
    CREATE SUBSET Large OF Store AS Store.Size > 1;
    INSERT INTO Store (Code, Size) VALUES ('S1', 1), ('S2', 2), ('S3', 3), ('S4', 4);
    INSERT INTO Desk VALUES ('D1', 'S1'), ('D2', 'S2'), ('D3', 'S3'), ('D4', 'S4');
    CREATE METRIC Sales NUMBER BY (Store);
    CREATE METRIC Plan NUMBER BY (Large);
    CREATE METRIC Seats NUMBER BY (Desk);
    INSERT INTO Sales VALUES ('S1', 1), ('S2', 2), ('S3', 4), ('S4', 8);
    INSERT INTO Plan VALUES ('S2', 2), ('S3', 4), ('S4', 8);
    INSERT INTO Seats VALUES ('D1', 1), ('D2', 2), ('D3', 4), ('D4', 8);
    CREATE ROLE Analyst PERMISSIONS (\"Display Application\", \"Open Boards\", \"Display Block Explorer\", \"Use formula playground\")
        READ ALLOWED WRITE ALLOWED;
    CREATE USER 'ann'; GRANT ROLE Analyst TO USER 'ann'; CREATE USER 'bob'; GRANT ROLE Analyst TO USER 'bob';
    CREATE METRIC Words ACCESS RIGHTS BY (User, Store);
    INSERT INTO Words VALUES ('ann', 'S1', '--'), ('ann', 'S2', '--'), ('ann', 'S3', '--'), ('ann', 'S4', '--'), ('bob', 'S3', '--');
    ALTER APPLICATION SET INHERITANCE OFF;
    CREATE RULE ranks APPLY READ OF Words TO PROPERTY Store.Rank;
    CREATE RULE labels APPLY READ OF Words TO PROPERTY Store.Label;
";

const QUESTIONS: [&str; 15] = [
    "SELECT * FROM Store",
    "SELECT Code, Position FROM Store",
    "SELECT * FROM Desk",
    "SELECT *, Position FROM Large",
    "SELECT Store, Store.Position, Sales FROM Sales ORDER BY Store DESC",
    "SELECT Desk, Desk.Position, Desk.Store.Position AS P, Seats FROM Seats ORDER BY Desk",
    "SELECT Large, Large.Position, Plan FROM Plan ORDER BY Large",
    "SELECT Desk.Store, SUM(Seats) FROM Seats GROUP BY 1 ORDER BY 1",
    "SELECT Store, ROW_NUMBER() OVER (ORDER BY Store) AS N FROM Sales ORDER BY 2",
    "SELECT Store FROM Sales ORDER BY Store LIMIT 1",
    "SELECT FIRST_VALUE(Sales ORDER BY Store) AS F FROM Sales",
    "EVALUATE CUMULATE(Sales, Store)",
    "EVALUATE Sales",
    "EVALUATE Sales * Store.\"S0\"",
    "INSERT INTO Sales VALUES ('s4', 1)",
];

fn world(ranks: &str) -> World {
    World::with(&format!("{MODEL} {ranks}"))
}

/// What a person is answered in both worlds, which must be the same.
fn both(a: &World, b: &World, who: &str, question: &str) -> String {
    let [in_a, in_b] = [a, b].map(|world| answer(&world.app.session(who).unwrap(), question));
    assert!(in_a == in_b, "{who}: {question}\n{}\n{}", a.as_user(who, question), b.as_user(who, question));
    a.as_user(who, question)
}

#[test]
fn the_order_of_items_tells_nothing_of_a_hidden_property() {
    // Ranks 4, 3, 2, 1 here, 1, 9, BLANK, 2 there.
    let a = world("UPDATE Store SET Rank = 5 - Size, Label = 'Store ' || Code;");
    let b = world(
        "UPDATE Store SET Rank = 1 WHERE Code = 'S1'; UPDATE Store SET Rank = 9, Label = 'x' WHERE Code = 'S2'; UPDATE Store SET Rank = 2 WHERE Code = 'S4';",
    );
    assert_eq!(a.run("SELECT Code FROM Store"), "S1\nS2\nS3\nS4");
    assert_eq!(b.run("SELECT Code FROM Store"), "S2\nS4\nS1\nS3");
    assert_eq!(b.run("SELECT Name FROM Desk"), "D2\nD4\nD1\nD3");
    assert_eq!(b.run("SELECT Code, Position FROM Large"), "S2,1\nS4,2\nS3,3");
    for question in QUESTIONS {
        both(&a, &b, "ann", question);
    }
    // In the order of creation.
    assert_eq!(b.as_user("ann", "SELECT Code, Position FROM Store"), "S1,1\nS2,2\nS3,3\nS4,4");
    assert_eq!(b.as_user("ann", "SELECT Large FROM Plan ORDER BY Large DESC"), "S4\nS3\nS2");
    for world in [&a, &b] {
        let session = world.app.session("ann").unwrap();
        let names = session.series("Sales", &[None]).unwrap().into_iter().map(|(name, _)| name.to_string()).collect::<Vec<_>>();
        assert_eq!(names, ["S1", "S2", "S3", "S4"]);
    }
}

#[test]
fn where_one_value_is_hidden_its_item_stands_as_if_it_were_blank() {
    // They differ in the rank and the label of S3 alone, which `bob` does not see.
    let rest = "UPDATE Store SET Rank = Size, Label = Code || '!' WHERE Code <> 'S3';";
    let a = world(&format!("{rest} UPDATE Store SET Rank = 9, Label = 'a' WHERE Code = 'S3';"));
    let b = world(&format!("{rest} UPDATE Store SET Rank = -9 WHERE Code = 'S3';"));
    assert_ne!(a.run("SELECT Code FROM Store"), b.run("SELECT Code FROM Store"));
    for question in QUESTIONS {
        both(&a, &b, "bob", question);
    }
    assert_eq!(a.as_user("bob", "SELECT Code, Rank FROM Store"), "S4,4\nS2,2\nS1,1\nS3,-");
    assert_eq!(a.as_user("bob", "SELECT Name FROM Desk"), "D4\nD2\nD1\nD3");
}

#[test]
fn a_label_that_is_hidden_is_not_shown() {
    let world = world("UPDATE Store SET Label = 'Store ' || Code;");
    let label = |who: Option<&str>, item: &str| {
        let session = who.map_or_else(|| world.owner(), |who| world.app.session(who).unwrap());
        let mut outcome = smalt::Outcome::default();
        session.run("SELECT Sales, Store FROM Sales", &mut outcome).unwrap();
        let columns = &outcome.tables[0].1.columns;
        assert!(columns[0].labels.is_none());
        columns[1].labels.as_ref().unwrap().label(item)
    };
    assert_eq!(label(None, "S3").as_deref(), Some("Store S3"));
    assert_eq!(label(None, "S9"), None);
    assert_eq!(label(Some("bob"), "S2").as_deref(), Some("Store S2"));
    assert_eq!(label(Some("bob"), "S3"), None);
    assert_eq!(label(Some("ann"), "S3"), None);
}

#[test]
fn an_item_that_is_hidden_leaves_no_gap_in_the_order() {
    let world = world(
        "UPDATE Store SET Rank = Size; DROP RULE ranks; DROP RULE labels; CREATE RULE items APPLY READ, WRITE OF Words TO ITEMS OF Store;
         UPDATE Words SET Words = '--' WHERE Store = 'S3';",
    );
    assert_eq!(world.run("SELECT Code, Position FROM Large"), "S4,1\nS3,2\nS2,3");
    assert_eq!(world.as_user("bob", "SELECT Code, Position FROM Store"), "S4,1\nS2,2\nS1,3");
    assert_eq!(world.as_user("bob", "SELECT Code, Position FROM Large"), "S4,1\nS2,2");
    // The desk of a hidden store stands as if it had none.
    assert_eq!(world.as_user("bob", "SELECT Name, Store FROM Desk"), "D4,S4\nD2,S2\nD1,S1\nD3,-");
}
