//! The dimensions of an expression and of a whole formula (formulas.md §4), lists, what a program reads.

use super::{World, meaning, refused, refused_at, shape};
use crate::{Place, Target};
use smalt_model::Type;
use std::sync::Arc;

#[test]
fn operands_give_the_union_of_their_dimensions() {
    assert_eq!(shape("Volume * Price"), "NUMBER by Product, Store, Month");
    assert_eq!(shape("Price * 'By Store'"), "NUMBER by Product, Month, Store");
    assert_eq!(shape("IF(Flag, Rate, Scalar)"), "NUMBER by Product, Country, Month");
    assert_eq!(shape("Scalar + 1"), "NUMBER");
}

#[test]
fn a_dimension_that_the_metric_lacks_is_named_with_two_ways_out() {
    let world = World::new();
    let place = world.place("NUMBER", "Product, Month");
    refused_at("Revenue", &place, "E_EXTRA_DIMENSION", &["`Store`", "`Revenue[REMOVE SUM: Store]`", "[BY SUM: …]"]);
    refused_at("Revenue - Cost", &place, "E_EXTRA_DIMENSION", &["`(Revenue - Cost)[REMOVE SUM: Store]`"]);
    refused_at("(Revenue) - (Cost)", &place, "E_EXTRA_DIMENSION", &["`((Revenue) - (Cost))[REMOVE SUM: Store]`"]);
    refused_at("(Revenue - Cost)", &place, "E_EXTRA_DIMENSION", &["`(Revenue - Cost)[REMOVE SUM: Store]`"]);
    refused_at("Rate", &world.place("NUMBER", "Store, Month"), "E_EXTRA_DIMENSION", &["`Country`", "[BY: Store.Country]"]);
    refused_at("Revenue", &world.place("NUMBER", "Product, Country, Month"), "E_EXTRA_DIMENSION", &["[BY SUM: Store.Country]"]);
}

#[test]
fn a_dimension_that_the_formula_lacks_is_to_be_added() {
    let world = World::new();
    let place = world.place("NUMBER", "Month");
    refused_at("5", &place, "E_MISSING_DIMENSION", &["`Month`", "`5[ADD: Month]`"]);
    refused_at("Scalar + 1", &place, "E_MISSING_DIMENSION", &["`(Scalar + 1)[ADD: Month]`"]);
    refused_at("5", &world.place("NUMBER", "Month, Day of Week"), "E_MISSING_DIMENSION", &["`5[ADD: Month, 'Day of Week']`"]);
    assert!(world.compile("5[ADD: Month]", &place).is_ok());
    assert!(world.compile("5", &world.place("NUMBER", "")).is_ok());
    let both = world.compile("'By Country'", &place).unwrap_err();
    assert_eq!(both.iter().count(), 2, "{both}");
}

#[test]
fn a_property_is_by_its_dimension_alone() {
    let world = World::new();
    let place = Place::Property { dimension: world.dimension("Account"), ty: Type::Number };
    assert!(world.compile("IF(Account.Sign > 0, Account.Operator, -Account.Operator)", &place).is_ok());
    assert!(world.compile("Account.Sign", &place).is_ok());
    refused_at("5", &place, "E_MISSING_DIMENSION", &["`5[ADD: Account]`"]);
    refused_at("Balance", &place, "E_EXTRA_DIMENSION", &["`Month`", "[REMOVE SUM: Month]"]);
    refused_at("PREVIOUS(Account)", &place, "E_PREVIOUS", &["no metric"]);
}

#[test]
fn rows_of_a_list_get_dimensions_from_by_only() {
    assert_eq!(
        meaning("Opex.Amount[BY SUM: Opex.CostCentre.Department, Opex.Month]"),
        "NUMBER by Department, Month: up SUM(Opex.Amount; Department <- Opex.CostCentre.Department, Month <- Opex.Month; kept )"
    );
    assert_eq!(
        meaning("ROUND(Orders.Amount, 2)[BY: Orders.Store, TIMEDIM(Orders.Posted, Month)]"),
        "NUMBER by Store, Month: up SUM(Round(Orders.Amount, 2); Store <- Orders.Store, Month <- TimeDim(Orders.Posted); kept )"
    );
    assert_eq!(shape("IF(Orders.Memo = \"x\", Orders.Quantity * Scalar)[BY: Orders.Month]"), "NUMBER by Month");
    assert_eq!(shape("Orders.Memo[BY COUNT: Orders.Store]"), "INTEGER by Store");
    assert_eq!(shape("Orders.Amount[FILTER: CurrentValue > 0][BY: Orders.Month.Year]"), "NUMBER by Year");
    assert_eq!(shape("SUMOF(Orders.Amount)"), "NUMBER");
    assert_eq!(shape("Orders.Amount[BY: Orders.Store, Month.\"2024-01\"]"), "NUMBER by Store, Month");

    let world = World::new();
    refused_at(
        "Orders.Amount",
        &world.place("NUMBER", "Store"),
        "E_ROWS",
        &["by row of `Orders`", "`Orders.Amount[BY SUM: Orders.Store]`"],
    );
    refused("Orders.Amount[BY: Store.Country]", "E_MAPPING", &["`Orders.Store.Country`"]);
    refused("Orders.Amount[BY: Orders.Posted]", "E_MAPPING", &["`TIMEDIM(Orders.Posted, Month)`"]);
    refused_at("Orders.Amount[BY: Orders.Posted]", &world.place("NUMBER", "Day"), "E_MAPPING", &["`TIMEDIM(Orders.Posted, Day)`"]);
    refused("Orders.Amount[BY: Day]", "E_MAPPING", &["`TIMEDIM(Orders.Posted, Day)`"]);
    refused("Orders.Amount[BY: Orders.Memo]", "E_MAPPING", &["MATCH(v, D.property)"]);
    refused("Orders.Amount[BY: Orders.Store, Orders.Store]", "E_DIMENSION_TWICE", &["two mappings"]);
    refused("Orders.Amount[BY SPLIT: Orders.Store]", "E_METHOD_WAY", &["aggregated"]);
    refused("Orders.Amount[REMOVE SUM: Store]", "E_ROWS", &["by row"]);
    refused("Orders.Amount[SELECT: Month - 1]", "E_ROWS", &["[FILTER: …]"]);
    refused("Orders.Amount + Opex.Amount", "E_ROWS", &["rows of `Opex`"]);
    refused("Orders.Amount * Rate", "E_ROWS", &["rows of `Orders`"]);
    refused("Revenue[BY: Orders.Store.Country]", "E_ROWS", &["by row"]);
    refused("CUMULATE(Orders.Amount, Month)", "E_ROWS", &["by row"]);
}

#[test]
fn a_program_says_what_it_reads() {
    let world = World::new();
    let metric = |name: &str| match world.schema.find(name) {
        Some(smalt_model::Block::Metric(id)) => id,
        _ => panic!("{name}"),
    };
    let month = world.dimension("Month");
    let own = metric("Volume");
    let place = Place::Metric(Target {
        name: Arc::from("Volume"),
        id: Some(own),
        ty: Type::Number,
        dims: vec![world.dimension("Product"), world.dimension("Store"), month],
    });
    let text = "PREVIOUS(Month, 2) + PREVIOUSOF(Cost) + Revenue[SELECT: Month - 1] + Price[SELECT: Month + 1] * Price \
                + PREVIOUSOF(Cost, Scalar) + (Cost * 2)[SELECT: Month - 1] + Rate[BY: Store.Country] + PREVIOUSOF(Volume)";
    let program = world.compile(text, &place).unwrap();
    assert_eq!(program.reads, [metric("Price"), metric("Cost"), metric("Rate"), metric("Scalar")]);
    let mut earlier = vec![
        (own, month, Some(1)),
        (own, month, Some(2)),
        (metric("Revenue"), month, Some(1)),
        (metric("Cost"), month, Some(1)),
        (metric("Cost"), month, None),
    ];
    earlier.sort();
    assert_eq!(program.reads_earlier, earlier);
    assert_eq!(program.properties, [(world.dimension("Store"), 2)]);
    assert!(program.lists.is_empty());

    let program = world.compile("MATCH(Opex.CostCentre.Department.Name, Team.Name)", &Place::Free);
    assert!(program.is_err(), "a row expression alone is no formula, but EVALUATE must say so");
    let program = world.compile("Opex.Amount[BY: MATCH(Opex.CostCentre.Department.Name, Team.Name)]", &Place::Free).unwrap();
    assert_eq!(program.lists.len(), 1);
    assert_eq!(program.properties.len(), 3);
}
