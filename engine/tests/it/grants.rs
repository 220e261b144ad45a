//! A grant never shows less, a denial never more; and in which order rights come about never matters.

use std::collections::BTreeMap;

use crate::deleted_world::{is_query, metrics};
use crate::policy::{Items, PERSON, Policy};
use crate::questions::question;
use crate::random::Random;
use crate::two_worlds::{Model, answer, number};
use crate::world::World;

/// Queries whose rows can only become more where more can be read.
const GROWING: [&str; 6] = [
    "SELECT s.Name, x.Product, x.Month, x.Sales FROM Store s JOIN Sales x ON x.Store = s.Name",
    "SELECT Product, Month, Price, Sales, Store FROM Sales JOIN Price USING (Product, Month)",
    "SELECT Name FROM Employee WHERE Name IN (SELECT Boss FROM Boss)",
    "SELECT s.Name FROM Store s WHERE EXISTS (SELECT 1 FROM Sales x WHERE x.Store = s.Name AND x.Sales > 0)",
    "SELECT Store, Product, Month, 1 / Pieces FROM Pieces WHERE Pieces > 0",
    "SELECT Remark, Amount FROM Ledger WHERE Store LIKE '%2'",
];

/// Everything that can be read, as facts with the number of times that each is there.
fn facts(world: &World) -> BTreeMap<String, usize> {
    let mut facts = BTreeMap::new();
    let mut add = |fact: String| *facts.entry(fact).or_insert(0) += 1;
    let rows = |query: &str| -> Vec<String> {
        let said = world.as_user(PERSON, query);
        assert!(!said.starts_with("error"), "{query}: {said}");
        said.lines().map(str::to_owned).collect()
    };
    for metric in metrics(world) {
        rows(&format!("SELECT * FROM {}", metric.name)).into_iter().for_each(|row| add(format!("{}: {row}", metric.name)));
        rows(&format!("EVALUATE {}", metric.name)).into_iter().for_each(|row| add(format!("the value of {}: {row}", metric.name)));
    }
    rows("SELECT * FROM Ledger").into_iter().for_each(|row| add(format!("Ledger: {row}")));
    for (dimension, properties) in
        [("Store", &["Country", "Rent", "Manager"][..]), ("Employee", &["Team", "Lead", "Grade"]), ("Product", &["Category"])]
    {
        rows(&format!("SELECT Name FROM {dimension}")).into_iter().for_each(|item| add(format!("{dimension} {item}")));
        for property in properties {
            let there = rows(&format!("SELECT Name, {property} FROM {dimension} WHERE {property} IS NOT NULL"));
            there.into_iter().for_each(|row| add(format!("{dimension}.{property}: {row}")));
        }
    }
    for query in GROWING {
        rows(query).into_iter().for_each(|row| add(format!("{query}: {row}")));
    }
    facts
}

/// What `less` has and `more` lacks.
fn lost(less: &BTreeMap<String, usize>, more: &BTreeMap<String, usize>) -> Option<String> {
    less.iter().find(|(fact, times)| more.get(*fact).is_none_or(|there| there < times)).map(|(fact, _)| fact.clone())
}

#[test]
fn a_grant_never_shows_less_and_a_denial_never_more() {
    let (mut grew, mut shrank) = (0, 0);
    let first = number("SMALT_SEED", 1) * 1_000 + 500;
    for seed in first..first + number("SMALT_GRANTS", 6) {
        let mut random = Random::new(seed);
        let world = World::with(&Model::data(seed, 'A').script);
        let items = Items::of(&world);
        let policy = Policy::random(seed, &items);
        world.run(&policy.script(None));
        let mut before = facts(&world);
        let mut step = |world: &World, change: String, grants: bool| {
            world.run(&change);
            let after = facts(world);
            let gone = if grants { lost(&before, &after) } else { lost(&after, &before) };
            assert_eq!(gone, None, "seed {seed}: {change}\n{policy:?}");
            grew += usize::from(grants && before != after);
            shrank += usize::from(!grants && before != after);
            before = after;
        };
        for _ in 0..4 {
            let rule = &policy.rules[random.below(policy.rules.len())];
            let at = rule.any(&items, &mut random);
            step(&world, rule.word(&at, "r."), true);
            let at = rule.any(&items, &mut random);
            step(&world, rule.word(&at, "-."), false);
        }
        step(&world, "ALTER ROLE \"Some\" READ ALLOWED;".to_owned(), true);
        step(&world, "ALTER APPLICATION SET ACCESS RIGHTS STRICT;".to_owned(), false);
        step(&world, "ALTER APPLICATION SET ACCESS RIGHTS THREE STATE;".to_owned(), true);
        step(&world, "ALTER APPLICATION SET INHERITANCE ON;".to_owned(), false);
        step(&world, "ALTER APPLICATION SET INHERITANCE OFF;".to_owned(), true);
        step(&world, "ALTER ROLE \"Some\" READ UNSPECIFIED;".to_owned(), false);
        step(&world, "ALTER ROLE \"Some\" READ DENIED;".to_owned(), false);
    }
    assert!(grew > 10 && shrank > 10, "{grew} changes showed more and {shrank} less, which proves too little");
}

#[test]
fn the_order_in_which_rights_come_about_never_matters() {
    let mut asked = 0;
    let first = number("SMALT_SEED", 1) * 1_000 + 700;
    for seed in first..first + number("SMALT_ORDERS", 6) {
        let data = Model::data(seed, 'A').script;
        let one = World::with(&data);
        let policy = Policy::random(seed, &Items::of(&one));
        one.run(&policy.script(None));
        let other = World::with(&data);
        let mut random = Random::new(seed);
        other.run(&policy.script(Some(&mut random)));
        // Said again, which is said once.
        let [a, b] = [&one, &other].map(|world| world.app.session(PERSON).unwrap());
        for _ in 0..40 {
            let asks =
                std::iter::repeat_with(|| question(&mut random)).find(|asks| is_query(asks) || asks.starts_with("EVALUATE")).unwrap();
            assert!(answer(&a, &asks) == answer(&b, &asks), "seed {seed}: {asks}\n{policy:?}");
            asked += 1;
        }
        assert_eq!(facts(&one), facts(&other), "seed {seed}: {policy:?}");
    }
    assert!(asked > 100);
}
