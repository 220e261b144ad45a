//! Dimensions that grow: past the bits of their fields, past 64 bits of a key, and by a hundred thousand items in one load.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::random::Random;
use crate::world::{World, run};

/// Cells of a metric as a plain map beside the engine's.
#[derive(Default)]
struct Cells(BTreeMap<Vec<String>, i64>);

impl Cells {
    fn check(&self, world: &World, dimensions: &[&str]) {
        let columns = dimensions.join(", ");
        let found = world.run(&format!("SELECT {columns}, CAST(M AS BIGINT) FROM M"));
        let found: BTreeMap<Vec<String>, i64> = found
            .lines()
            .map(|line| {
                let mut fields: Vec<String> = line.split(',').map(str::to_owned).collect();
                let value = fields.pop().unwrap().parse().unwrap();
                (fields, value)
            })
            .collect();
        assert_eq!(found, self.0);
    }
}

fn add_items(world: &World, dimension: &str, items: std::ops::Range<usize>) {
    let rows: Vec<String> = items.map(|i| format!("('{dimension}{i}')")).collect();
    if !rows.is_empty() {
        world.run(&format!("INSERT INTO {dimension} VALUES {}", rows.join(", ")));
    }
}

#[test]
fn cells_keep_their_coordinates_when_dimensions_outgrow_their_fields() {
    let dimensions = ["A", "B", "C"];
    let world = World::with(
        "CREATE DIMENSION A (Name TEXT); CREATE DIMENSION B (Name TEXT); CREATE DIMENSION C (Name TEXT);
         CREATE METRIC M NUMBER BY (A, B, C); CREATE METRIC Total NUMBER BY (B) AS M[REMOVE SUM: A, C];",
    );
    let mut random = Random::new(5);
    let mut cells = Cells::default();
    let mut counts = [0usize; 3];
    // Up to 10 + 11 + 16 bits.
    let steps = [[1, 1, 1], [2, 3, 2], [5, 3, 9], [17, 16, 9], [257, 33, 300], [600, 1100, 300], [600, 1100, 40_000]];
    for step in steps {
        for (index, dimension) in dimensions.iter().enumerate() {
            add_items(&world, dimension, counts[index]..step[index]);
            counts[index] = step[index];
        }
        cells.check(&world, &dimensions);
        for _ in 0..40 {
            // The newest items more often: they are what has no room yet.
            let pick = |random: &mut Random, count: usize| if random.percent(50) { count - 1 } else { random.below(count) };
            let at: Vec<String> = dimensions.iter().zip(counts).map(|(d, count)| format!("{d}{}", pick(&mut random, count))).collect();
            let value = random.below(1000) as i64 + 1;
            world.run(&format!("INSERT INTO M VALUES ('{}', {value})", at.join("', '")));
            cells.0.insert(at, value);
        }
        cells.check(&world, &dimensions);
        let mut totals: BTreeMap<&str, i64> = BTreeMap::new();
        cells.0.iter().for_each(|(at, value)| *totals.entry(at[1].as_str()).or_default() += value);
        let found = world.run("SELECT B, CAST(Total AS BIGINT) FROM Total");
        let found: BTreeMap<&str, i64> =
            found.lines().map(|line| line.split_once(',').unwrap()).map(|(b, v)| (b, v.parse().unwrap())).collect();
        assert_eq!(found, totals);
    }
    // Two dimensions more, and keys pass 64 bits when the second of them grows.
    let grow = |dimension: &str| {
        let items: Vec<String> = (1..70_000).map(|i| format!("('{dimension}{i}')")).collect();
        format!("INSERT INTO {dimension} VALUES {}; ", items.join(", "))
    };
    world.run(
        "CREATE DIMENSION D (Name TEXT); CREATE DIMENSION E (Name TEXT); INSERT INTO D VALUES ('D0'); INSERT INTO E VALUES ('E0');
         CREATE METRIC Wide NUMBER BY (A, B, C, D, E); CREATE METRIC Twice NUMBER BY (A, B, C, D, E) AS Wide * 2;
         INSERT INTO Wide VALUES ('A0', 'B0', 'C0', 'D0', 'E0', 1);",
    );
    world.run(&grow("D"));
    world.run("INSERT INTO Wide VALUES ('A599', 'B1099', 'C39999', 'D69999', 'E0', 2)");
    let wide = "INSERT INTO Wide VALUES ('A599', 'B1099', 'C39999', 'D69999', 'E69999', 3); ";
    let ask = "SELECT * FROM Twice ORDER BY Twice";
    let before = "A0,B0,C0,D0,E0,2.0\nA599,B1099,C39999,D69999,E0,4.0";
    let after = format!("{before}\nA599,B1099,C39999,D69999,E69999,6.0");
    // In a transaction that is taken back, then in one that stays.
    assert_eq!(world.run(&format!("BEGIN; {} {wide} {ask}; ROLLBACK", grow("E"))), after);
    assert_eq!(world.run(ask), before);
    world.run(&format!("BEGIN; {} {wide} COMMIT", grow("E")));
    assert_eq!(world.run(ask), after);
    world.run("DELETE FROM E WHERE Name = 'E69999'");
    assert_eq!(world.run(ask), before);
    cells.check(&world, &dimensions);
}

const MANY: usize = 100_000;

#[test]
fn a_hundred_thousand_items_come_in_one_load() {
    let world = World::with(
        "CREATE DIMENSION Group1 (Name TEXT); CREATE DIMENSION Item (Code TEXT, Size NUMBER, Class Group1, Parent Item);
         ALTER DIMENSION Item ADD PROPERTY Twice NUMBER AS Item.Size * 2;
         CREATE SUBSET Large OF Item AS Item.Size >= 99990;
         CREATE METRIC V NUMBER BY (Item); CREATE METRIC W NUMBER BY (Group1) AS V[BY SUM: Item.Class];
         INSERT INTO Group1 VALUES ('g0'), ('g1'), ('g2');
         INSERT INTO Item (Code, Size, Class) VALUES ('first', 1, 'g0'); INSERT INTO V VALUES ('first', 1000000);",
    );
    let mut text = "Code,Size,Class,Parent\n".to_owned();
    for i in 0..MANY {
        // Parents may stand in later rows.
        let parent = if i % 10 == 9 { String::new() } else { format!("i{}", i / 10 * 10 + 9) };
        writeln!(text, "i{i},{i},g{},{parent}", i % 3).unwrap();
    }
    world.file("items.csv", &text);
    world.run("COPY Item FROM 'items.csv' (Code -> Code, Size -> Size, Class -> Class, Parent -> Parent)");
    assert_eq!(world.run("SELECT COUNT(*), SUM(Size), SUM(Twice) FROM Item"), "100001,4999950001.0,9999900002.0");
    assert_eq!(
        world.run("SELECT COUNT(*) FROM Large; SELECT Code, Class, Parent, Position FROM Item WHERE Code = 'i99998'"),
        "10\ni99998,g2,i99999,100000"
    );
    let mut cells = "Item,V\n".to_owned();
    (0..MANY).for_each(|i| writeln!(cells, "i{i},{i}").unwrap());
    world.file("cells.csv", &cells);
    world.run("COPY V FROM 'cells.csv'");
    assert_eq!(world.run("SELECT * FROM W"), "g0,1667683333.0\ng1,1666616667.0\ng2,1666650000.0");
    // The same again is refused, and the last row alone is enough for that.
    world.file("again.csv", "Code,Size,Class,Parent\nnew,1,g0,\ni99999,1,g9,\n");
    let error = world.error("COPY Item FROM 'again.csv' (Code -> Code, Size -> Size, Class -> Class, Parent -> Parent)");
    assert!(error.contains("`again.csv`, row 2, column `Class`: there is no item `g9`"), "{error}");
    assert_eq!(world.run("SELECT COUNT(*) FROM Item WHERE Code = 'new'"), "0");
}

#[test]
fn a_hundred_thousand_items_are_made_by_the_rows_that_name_them() {
    let world = World::with("CREATE DIMENSION Item (Code TEXT); CREATE METRIC V NUMBER BY (Item);");
    let mut cells = "Item,V\n".to_owned();
    (0..MANY).for_each(|i| writeln!(cells, "i{},{i}", i % (MANY / 2)).unwrap());
    world.file("cells.csv", &cells);
    assert!(world.error("COPY V FROM 'cells.csv' WITH (unknown = create)").contains("row 50001"));
    assert_eq!(world.run("SELECT COUNT(*) FROM Item"), "0");
    world.run("COPY V FROM 'cells.csv' WITH (unknown = create, duplicates = sum)");
    assert_eq!(world.run("SELECT COUNT(*), SUM(V) FROM V; SELECT V FROM V WHERE Item = 'i7'"), "50000,4999950000.0\n50014.0");
    // Deleted and loaded anew: ordinals are never given twice, so the field grows once more.
    world.run("DELETE FROM Item; COPY V FROM 'cells.csv' WITH (unknown = create, duplicates = last)");
    assert_eq!(world.run("SELECT COUNT(*), SUM(V) FROM V; SELECT V FROM V WHERE Item = 'i7'"), "50000,3749975000.0\n50007.0");
    assert!(run(&world.owner(), "SELECT COUNT(*) FROM Item").unwrap() == "50000");
}
