//! TOSUBSET and TOPARENTLIST.

use smalt_model::{DimensionDef, MetricDef, MetricId, Type};

use super::World;
use crate::program::Kind;
use crate::{Place, Program};

/// The world with a subset of `Store`, a subset of that, one of `Month`, and metrics by them.
pub(super) fn world() -> World {
    let mut world = World::new();
    let subsets = [("Top stores", "Store"), ("Best", "Top stores"), ("Plan months", "Month"), ("Other stores", "Store")];
    for (next, (name, parent)) in (40..).zip(subsets) {
        let parent = DimensionDef::clone(world.schema.dimension(world.dimension(parent)).unwrap());
        let id = smalt_model::DimensionId(next);
        world.schema.put_dimension(DimensionDef { id, name: name.into(), parent: Some(parent.id), ..parent });
    }
    for (id, name, by) in [(90, "Top", "Product, Top stores"), (91, "Top of best", "Best"), (92, "Both", "Top stores, Other stores")] {
        let dimensions = by.split(", ").map(|d| world.dimension(d)).collect();
        let ty = Type::Number;
        world.schema.put_metric(MetricDef { id: MetricId(id), name: name.into(), ty, dimensions, formula: None });
    }
    world
}

fn dims(world: &World, program: &Program) -> String {
    program.root.dims.iter().map(|d| world.schema.dimension(*d).unwrap().name.to_string()).collect::<Vec<_>>().join(", ")
}

#[track_caller]
fn gives(text: &str, wanted: &str) {
    let world = world();
    let program = world.compile(text, &Place::Free).unwrap_or_else(|e| panic!("{text}\n{e}"));
    assert_eq!(dims(&world, &program), wanted, "{text}");
    assert!(program.root.any(&|n| matches!(n.kind, Kind::Convert { .. })), "{text}");
}

#[track_caller]
fn refused(text: &str, code: &str, words: &[&str]) {
    let world = world();
    refused_at(&world, text, &Place::Free, code, words);
}

#[track_caller]
fn refused_at(world: &World, text: &str, place: &Place, code: &str, words: &[&str]) {
    let found = match world.compile(text, place) {
        Ok(program) => panic!("{text} should be refused: {:?}", program.root),
        Err(e) => e.first().clone(),
    };
    assert_eq!(found.code.text(), code, "{found}");
    let all = found.to_string();
    words.iter().for_each(|word| assert!(all.contains(word), "`{word}` is not in:\n{all}"));
}

#[test]
fn a_dimension_and_its_subsets_take_one_another_s_place() {
    gives("Revenue[TOSUBSET: 'Top stores']", "Product, Top stores, Month");
    gives("Revenue[TOSUBSET: 'Top stores'][TOSUBSET: Best]", "Product, Best, Month");
    gives("Revenue[TOSUBSET: best]", "Product, Best, Month");
    gives("Top[TOPARENTLIST: Store]", "Product, Store");
    gives("'Top of best'[TOPARENTLIST: Store]", "Store");
    gives("'Top of best'[TOPARENTLIST: 'Top stores']", "Top stores");
    gives("'Top of best'[TOPARENTLIST: 'Top stores'; TOPARENTLIST: Store] + 'By Store'", "Store");
    gives("(Top * 2)[REMOVE SUM: Product; TOPARENTLIST: Store]", "Store");
    gives("'By Month'[TOSUBSET: 'Plan months']", "Plan months");
}

#[test]
fn a_property_path_of_a_subset_reads_the_parent_s_properties() {
    let world = world();
    let program = world.compile("Top[BY SUM: 'Top stores'.Country.Region]", &Place::Free).unwrap();
    assert_eq!(dims(&world, &program), "Product, Region");
    refused("Top[BY SUM: 'Top stores'.Contry]", "E_PROPERTY", &["Country"]);
}

#[test]
fn wrong_uses_say_what_would_do() {
    refused("Revenue[TOSUBSET: Store]", "E_SUBSET", &["`Store` is no subset", "`'Other stores'`, `'Plan months'`, `'Top stores'`, `Best`"]);
    refused(
        "'By Country'[TOSUBSET: 'Top stores']",
        "E_SUBSET",
        &["is a subset of `Store`, which `'By Country'` has not", "it has `Country`"],
    );
    refused("'By Month'[TOSUBSET: 'Top stores']", "E_SUBSET", &["write `[TOSUBSET: 'Plan months']`"]);
    refused("Top[TOSUBSET: 'Top stores']", "E_SUBSET", &["has the dimension `'Top stores'` already"]);
    refused("Revenue[TOPARENTLIST: Store]", "E_SUBSET", &["has the dimension `Store` already"]);
    refused("'By Country'[TOPARENTLIST: Store]", "E_SUBSET", &["is by no subset of `Store`"]);
    refused("Top[TOPARENTLIST: Country]", "E_SUBSET", &["is by no subset of `Country`", "[TOPARENTLIST: Store]"]);
    refused("Both[TOPARENTLIST: Store]", "E_SUBSET", &["several subsets of `Store`", "[REMOVE SUM: 'Top stores']"]);
    refused("Revenue[TOSUBSET: Revenue]", "E_KIND", &["a dimension is expected"]);
    refused("Orders.Amount[TOSUBSET: 'Top stores']", "E_ROWS", &["by row of `Orders`"]);
    refused("Revenue[TOSUBSET: 'Top store']", "E_NAME", &["'Top stores'"]);
}

#[test]
fn a_formula_that_lacks_only_the_conversion_is_told_so() {
    let world = world();
    let place = |by: &str| world.place("NUMBER", by);
    refused_at(&world, "'By Store'", &place("Top stores"), "E_EXTRA_DIMENSION", &["write `'By Store'[TOSUBSET: 'Top stores']`"]);
    refused_at(&world, "'Top of best'", &place("Store"), "E_EXTRA_DIMENSION", &["write `'Top of best'[TOPARENTLIST: Store]`"]);
}

#[test]
fn the_condition_of_a_subset_is_a_boolean_over_its_dimension() {
    let world = world();
    let place = Place::Subset(world.dimension("Store"));
    assert!(world.compile("Store.Opened < DATE(2020,1,1) AND 'By Store' > 5", &place).is_ok());
    refused_at(&world, "'By Store'", &place, "E_RESULT_TYPE", &["the condition of the subset is BOOLEAN"]);
    refused_at(
        &world,
        "Open",
        &place,
        "E_EXTRA_DIMENSION",
        &["`Month`, which the condition of the subset has not", "Open[REMOVE ANY: Month]"],
    );
    refused_at(&world, "TRUE", &place, "E_MISSING_DIMENSION", &["[ADD: Store]"]);
}
