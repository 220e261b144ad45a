//! Formulas whose texts follow another name still mean the same.

use std::sync::Arc;

use smalt_model::{Block, DimensionDef, MetricDef};

use super::World;
use crate::{Place, Renamed, rename};

const TEXTS: [&str; 14] = [
    "Revenue - Cost",
    "'Revenue' * 2 // Revenue, \"Revenue\"\n + REVENUE",
    "\"Revenue\" & Note",
    "Revenue[BY SUM: Store.Country][FILTER: CurrentValue > 1]",
    "Revenue[BY SUM: Store.Country.Region, Product]",
    "Revenue[REMOVE: Store, Month][ADD: Country]",
    "IF(Store.Country = Country.\"France\", By Store, 0)[KEEP: Store]",
    "Rate[BY: Store.Country]",
    "User.Country = Country",
    "ITEM(Note, Country.Name).Region",
    "TIMEDIM(Hired, Month).'Quarter'",
    "'Team of'.Name",
    "Orders.Amount[BY SUM: Orders.Store, Orders.Month]",
    "RANK(Revenue, Store.Country, DESC)",
];

/// Each formula is renamed in, and compiled where the new name holds.
fn follows(what: Renamed<'_>, change: impl FnOnce(&mut World)) -> Vec<String> {
    let (before, mut after) = (World::new(), World::new());
    change(&mut after);
    let mut changed = Vec::new();
    for text in TEXTS.map(|text| text.replace("By Store", "'By Store'")) {
        let was = before.compile(&text, &Place::Free).unwrap_or_else(|e| panic!("{text}: {e}"));
        let written = rename(&text, &before.schema, what).unwrap();
        let is = after.compile(&written, &Place::Free).unwrap_or_else(|e| panic!("{written}: {e}"));
        assert!(is.means_the_same(&was), "{text}\n{written}");
        if written != text {
            changed.push(written);
        }
    }
    changed
}

#[test]
fn a_metric_gets_another_name() {
    let changed = follows(Renamed::Block { from: "Revenue", to: "Net \"Revenue\"'s" }, |world| {
        let Some(Block::Metric(id)) = world.schema.find("Revenue") else { panic!() };
        let def = MetricDef::clone(world.schema.metric(id).unwrap());
        world.schema.put_metric(MetricDef { name: Arc::from("Net \"Revenue\"'s"), ..def });
    });
    assert_eq!(changed.len(), 6);
    assert_eq!(changed[0], "'Net \"Revenue\"''s' - Cost");
    assert_eq!(changed[1], "'Net \"Revenue\"''s' * 2 // Revenue, \"Revenue\"\n + 'Net \"Revenue\"''s'");
}

#[test]
fn a_dimension_gets_another_name_and_properties_of_that_name_stay() {
    let changed = follows(Renamed::Block { from: "country", to: "Land" }, |world| {
        let def = DimensionDef::clone(world.schema.dimension(world.dimension("Country")).unwrap());
        world.schema.put_dimension(DimensionDef { name: Arc::from("Land"), ..def });
        // The items of these tests are known by the name of their dimension.
        world.items.push(("Land", &["France", "Japan", "Paris"]));
    });
    let expected = [
        "Revenue[REMOVE: Store, Month][ADD: Land]",
        "IF(Store.Country = Land.\"France\", 'By Store', 0)[KEEP: Store]",
        "User.Country = Land",
    ];
    assert_eq!(changed[..3], expected);
    assert_eq!(changed[3], "ITEM(Note, Land.Name).Region");
}

#[test]
fn a_property_gets_another_name_and_those_of_other_dimensions_stay() {
    let world = World::new();
    let of = Block::Dimension(world.dimension("Store"));
    let changed = follows(Renamed::Part { of, from: "Country", to: "AND" }, |world| {
        let mut def = DimensionDef::clone(world.schema.dimension(world.dimension("Store")).unwrap());
        def.properties[2].name = Arc::from("AND");
        world.schema.put_dimension(def);
    });
    assert_eq!(changed.len(), 5, "{changed:?}");
    assert_eq!(changed[1], "Revenue[BY SUM: Store.'AND'.Region, Product]");
    let list = world.schema.lists().next().unwrap().id;
    let of = Block::List(list);
    assert_eq!(
        rename("Orders.Amount[BY SUM: Orders.Store, Store.Amount]", &world.schema, Renamed::Part { of, from: "amount", to: "Total" })
            .unwrap(),
        "Orders.Total[BY SUM: Orders.Store, Store.Amount]"
    );
    let quarter = Renamed::Part { of: Block::Dimension(world.dimension("Month")), from: "Quarter", to: "Q" };
    for (text, written) in [
        ("TIMEDIM(Hired, Month).'Quarter'", "TIMEDIM(Hired, Month).Q"),
        ("SHIFT(Month, 1).Quarter", "SHIFT(Month, 1).Q"),
        ("Launch.Quarter.Year", "Launch.Q.Year"),
        ("IF(TRUE, Month, Launch).Quarter", "IF(TRUE, Month, Launch).Q"),
        ("ITEM(Note, Month.Name).Quarter", "ITEM(Note, Month.Name).Q"),
        ("Quarter", "Quarter"),
    ] {
        assert_eq!(rename(text, &world.schema, quarter).unwrap(), written);
    }
    assert!(rename("1 +", &world.schema, quarter).is_err());
}
