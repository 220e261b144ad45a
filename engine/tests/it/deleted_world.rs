//! A person's answers are those of an application from which all that the person may not read was deleted.
//!
//! What that is, plain words say cell by cell ([`policy`](crate::policy)); of cells with formulas the door for single cells says it, which
//! knows no blocks. In the other application these are input, with the values that they have on all data.

use std::collections::{BTreeMap, BTreeSet};

use smalt::Snapshot;

use crate::policy::{Cell, Items, PERSON, Policy};
use crate::questions::question;
use crate::random::Random;
use crate::two_worlds::{Model, answer, number};
use crate::world::World;

/// A metric: its name as SQL has it, its dimensions, and whether it has a formula.
pub(crate) struct Metric {
    pub(crate) name: String,
    pub(crate) dims: Vec<String>,
    pub(crate) derived: bool,
}

/// The metrics of a world but those that hold rights.
pub(crate) fn metrics(world: &World) -> Vec<Metric> {
    let shown = world.run("SHOW METRICS");
    let metrics = shown.lines().filter(|line| !line.contains("ACCESS RIGHTS")).map(|line| {
        // The last column is the comment, which has no comma.
        let line = line.rsplit_once(',').map_or(line, |(line, _)| line);
        let dims = match line.rsplit_once("DECIMAL(38, 2),") {
            Some((_, dims)) => dims,
            None => line.splitn(3, ',').nth(2).unwrap_or_default(),
        };
        let name = format!("\"{}\"", line.split(',').next().unwrap());
        let derived = world.run(&format!("SHOW FORMULA {name}")) != "-";
        let dims = dims.split(", ").map(str::trim).filter(|d| !d.is_empty()).map(str::to_owned).collect();
        Metric { name, dims, derived }
    });
    metrics.collect()
}

/// Whether a row of cells may be read.
fn is_shown(metric: &Metric, keys: &[&str], held: Option<&str>, policy: &Policy, items: &Items, door: &Snapshot) -> bool {
    let through_the_door = door.cell(metric.name.trim_matches('"'), keys).is_ok_and(|value| value.is_some());
    if metric.derived {
        return through_the_door;
    }
    let whole = |dimension: &str| items.of.keys().find(|known| **known == dimension).copied().unwrap_or("Store");
    let cell: Cell = metric.dims.iter().map(|d| whole(d)).zip(keys).map(|(d, item)| (d, Some((*item).to_owned()))).collect();
    let shown = policy.shows_cell(metric.name.trim_matches('"'), &cell, items)
        && held.is_none_or(|held| policy.shows_item("Employee", held, items));
    assert_eq!(shown, through_the_door, "{} at {keys:?}", metric.name);
    shown
}

/// What may not be read, as the statements that delete it; and how many cells these are, of how many.
fn deletions(world: &World, policy: &Policy, items: &Items) -> (String, usize, usize) {
    let door = world.app.session(PERSON).unwrap().snapshot().unwrap();
    let (mut script, mut gone, mut all) = (String::from("BEGIN;\n"), 0, 0);
    for metric in metrics(world) {
        let rows = world.run(&format!("SELECT * FROM {}", metric.name));
        let mut hidden = Vec::new();
        for row in rows.lines() {
            let keys: Vec<&str> = row.split(',').take(metric.dims.len()).collect();
            let held = (metric.name == "\"Boss\"").then(|| row.rsplit(',').next()).flatten();
            all += 1;
            if !is_shown(&metric, &keys, held, policy, items, &door) {
                let keys = keys.iter().map(|key| format!("'{key}', ")).collect::<String>();
                hidden.push(format!("({keys}NULL)"));
            }
        }
        gone += hidden.len();
        if !hidden.is_empty() {
            script.push_str(&format!("INSERT INTO {} VALUES {};\n", metric.name, hidden.join(", ")));
        }
    }
    let ledger = world.run("SELECT Store, Employee, Month, Amount, Remark FROM Ledger");
    let rows: BTreeSet<&str> = ledger.lines().collect();
    for row in rows {
        let fields: Vec<&str> = row.split(',').collect();
        let cell: Cell = ["Store", "Employee", "Month"].into_iter().zip(&fields).map(|(d, item)| (d, Some((*item).to_owned()))).collect();
        if !policy.shows_row(&cell, items) {
            let keys =
                ["Store", "Employee", "Month"].iter().zip(&fields).map(|(d, item)| format!("{d} = '{item}' AND ")).collect::<String>();
            script.push_str(&format!("DELETE FROM Ledger WHERE {keys} Amount = {} AND Remark = '{}';\n", fields[3], fields[4]));
        }
    }
    for (dimension, property) in [("Store", "Rent"), ("Store", "Manager"), ("Employee", "Lead"), ("Employee", "Grade")] {
        for item in items.of[dimension].iter().filter(|item| !policy.shows_property(dimension, property, item, items)) {
            script.push_str(&format!("UPDATE {dimension} SET {property} = NULL WHERE Name = '{item}';\n"));
        }
    }
    for dimension in ["Employee", "Product", "Store"] {
        for item in items.of[dimension].iter().filter(|item| !policy.shows_item(dimension, item, items)) {
            script.push_str(&format!("DELETE FROM {dimension} WHERE Name = '{item}';\n"));
        }
    }
    script.push_str("COMMIT;");
    (script, gone, all)
}

/// The application without what the person may not read, where the person may read everything.
fn deleted(world: &World, data: &str, deletions: &str) -> World {
    let other = World::with(data);
    for metric in metrics(world).iter().filter(|metric| metric.derived) {
        other.run(&format!("ALTER METRIC {} DROP FORMULA", metric.name));
    }
    other.run(deletions);
    let open = Policy::open();
    other.run(&open.script(None));
    other
}

/// Whether a question is a query that does not ask for the model itself, or for people and rights.
pub(crate) fn is_query(question: &str) -> bool {
    let query = question.strip_prefix("EXPLAIN ").unwrap_or(question);
    (query.starts_with("SELECT") || query.starts_with("WITH"))
        && !["information_schema", "CountryRights"].iter().any(|not| query.contains(not))
}

fn compare(worlds: std::ops::Range<u64>) {
    let (mut asked, mut refused, mut shares) = (0, 0, BTreeMap::new());
    for world in worlds {
        let seed = number("SMALT_SEED", 1) * 1_000 + world;
        let data = Model::data(seed, 'A').script;
        let full = World::with(&data);
        let items = Items::of(&full);
        let policy = Policy::random(seed, &items);
        full.run(&policy.script(None));
        let (deletions, gone, all) = deletions(&full, &policy, &items);
        let less = deleted(&full, &data, &deletions);
        shares.insert(seed, gone * 100 / all.max(1));
        let [person, alone] = [&full, &less].map(|world| world.app.session(PERSON).unwrap());
        let mut random = Random::new(seed.wrapping_mul(77));
        for _ in 0..number("SMALT_DELETED", 60) {
            let asks = std::iter::repeat_with(|| question(&mut random)).find(|asks| is_query(asks)).unwrap();
            let (bytes, text) = answer(&person, &asks);
            let (expected, told) = answer(&alone, &asks);
            assert_eq!(text, told, "seed {seed}: {asks}\n{policy:?}");
            let rows = || format!("{}\n--\n{}", full.as_user(PERSON, &asks), less.as_user(PERSON, &asks));
            assert!(bytes == expected, "seed {seed}: {asks}\n{}\n{policy:?}\n{deletions}", rows());
            asked += 1;
            refused += usize::from(text.starts_with("error"));
        }
    }
    println!("{asked} questions, {refused} refused; per cent hidden by seed: {shares:?}");
    assert!(refused * 3 < asked, "{refused} of {asked} are refused");
    // Nothing hidden, or everything, would prove nothing.
    let some = shares.values().filter(|share| (5..95).contains(*share)).count();
    assert!(some * 3 > shares.len(), "{shares:?}");
}

#[test]
fn a_person_asks_as_if_what_is_hidden_were_deleted_1() {
    compare(0..8);
}

#[test]
fn a_person_asks_as_if_what_is_hidden_were_deleted_2() {
    compare(8..16);
}
