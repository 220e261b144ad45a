//! The formulas of the contract's own examples compile as it says.

use super::{World, refused_at, shape};

#[test]
fn examples_of_the_contract_have_the_dimensions_it_gives() {
    for (text, expected) in [
        ("Revenue[BY SUM: Store.Country]", "NUMBER by Product, Country, Month"),
        ("Rate[BY: Store.Country]", "NUMBER by Store, Month"),
        ("Volume * Price * Rate[BY: Store.Country]", "NUMBER by Product, Store, Month"),
        ("FTE[BY: 'Team then']", "NUMBER by Employee, Month"),
        ("FTE[BY: Team, SHIFT(Month, Offset)]", "NUMBER by Team, Month"),
        ("Revenue[EXCLUDE: Cost > 1000]", "NUMBER by Product, Store, Month"),
        ("Revenue[FILTER: Cost <= 1000]", "NUMBER by Product, Store, Month"),
        ("SWITCH(Count, 0, \"Inactive\", 1, \"Active\")", "TEXT by Product"),
        ("CUMULATE(Count, Product ON Product.Rank)", "INTEGER by Product"),
        ("'By Country'[BY SPLIT: Store.Country]", "NUMBER by Store"),
        ("Budget[BY CONSTANT: Country.Region]", "NUMBER by Country, Month"),
        ("PRORATA(Month, DATE(2020,6,15), DATE(2020,7,14))", "NUMBER by Month"),
        ("NETWORKDAYS(DATE(2020,12,2), DATE(2020,12,7), Works)", "INTEGER"),
        ("FILLFORWARD(Salary, Month)", "NUMBER by Employee, Month"),
        ("NPV(0.1, 'By Month')", "NUMBER by Month"),
        ("MOVINGAVERAGE('By Month', 2)", "NUMBER by Month"),
        ("'By Month'[REMOVE MEDIAN: Month]", "NUMBER"),
        ("Opex.Amount[BY SUM: Opex.Account, Opex.Month]", "NUMBER by Account, Month"),
        ("IF(Price > 1, 2, 3)", "INTEGER by Product, Month"),
    ] {
        assert_eq!(shape(text), expected, "{text}");
    }
}

#[test]
fn a_constant_on_a_metric_with_dimensions_is_refused() {
    let world = World::new();
    refused_at("5", &world.place("NUMBER", "Month"), "E_MISSING_DIMENSION", &["line 1, column 1", "`5[ADD: Month]`"]);
}
