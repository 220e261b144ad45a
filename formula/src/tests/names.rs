//! Names, paths, items, quoting and suggestions (formulas.md §2).

use super::{World, error, meaning, refused, shape};
use crate::{Code, Place, Target, parse, referenced_names, security_call};
use std::sync::Arc;

#[test]
fn names_have_no_case_and_items_have() {
    assert_eq!(meaning("rEVENUE"), "NUMBER by Product, Store, Month: Revenue");
    assert_eq!(meaning("'gross MARGIN'"), "NUMBER by Product, Store, Month: Gross Margin");
    assert_eq!(meaning("country.\"France\""), "Country: Country\"France\"");
    refused("Country.\"france\"", "E_ITEM", &["did you mean `Country.\"France\"`"]);
    refused("Country.\"Frnace\"", "E_ITEM", &["Country.\"France\""]);
    assert_eq!(meaning("Product.\"a\"\"b\""), "Product: Product\"a\"b\"");
}

#[test]
fn a_dimension_is_its_current_item() {
    assert_eq!(meaning("Month"), "Month by Month: Month");
    assert_eq!(meaning("Month = Month.\"2024-01\""), "BOOLEAN by Month: (Month = Month\"2024-01\")");
}

#[test]
fn paths_go_through_properties_metrics_and_columns() {
    assert_eq!(meaning("Store.Country"), "Country by Store: Store.Country");
    assert_eq!(meaning("Store.Country.Region"), "Region by Store: Store.Country.Region");
    assert_eq!(meaning("store.'country'.Currency"), "TEXT by Store: Store.Country.Currency");
    assert_eq!(meaning("Account.Parent.Parent"), "Account by Account: Account.Parent.Parent");
    assert_eq!(meaning("'Team of'.Name"), "TEXT by Employee: Team of.Name");
    assert_eq!(meaning("Launch.Quarter.Year"), "Year by Product: Launch.Quarter.Year");
    assert!(meaning("Opex.Amount[BY: Opex.CostCentre.Department]").contains("Department <- Opex.CostCentre.Department"));
    assert_eq!(meaning("SHIFT(Month, -1).'Start Date'"), "DATE by Month: Shift(Month, -1).Start Date");
    assert_eq!(meaning("Country.\"France\".Region"), "Region: Country\"France\".Region");
    assert_eq!(meaning("Product.Margin%"), "NUMBER by Product: Product.Margin%");
    refused("Store.Contry", "E_PROPERTY", &["`Store` has no property `Contry`", "`Store.Country`"]);
    refused("Store.Position", "E_PROPERTY", &["queries"]);
    refused("Revenue.Store", "E_PATH", &["NUMBER", "`Revenue[KEEP SUM: Store]`"]);
    refused("Opex.Amout", "E_PROPERTY", &["`Opex.Amount`"]);
    refused("Opex", "E_KIND", &["is a list", "Opex.CostCentre"]);
}

#[test]
fn misspelt_names_and_functions_are_offered() {
    refused("Reveune * 2", "E_NAME", &["line 1, column 1", "named `Reveune`", "`Revenue`"]);
    refused("'Gross Margn'", "E_NAME", &["`'Gross Margin'`"]);
    refused("ROUDN(1.5)", "E_FUNCTION", &["`ROUND`"]);
    refused("SUM(Revenue)", "E_FUNCTION", &["SUMOF(x)", "[REMOVE SUM: D]"]);
    refused("COALESCE(Revenue, 0)", "E_FUNCTION", &["IFBLANK(a, b)"]);
    refused("Revenue(1)", "E_FUNCTION", &["is a metric"]);
    refused("ROUND + 1", "E_NAME", &["ROUND(n [, digits])"]);
    refused("Zzzzzzzz", "E_NAME", &["no dimension, metric or list"]);
}

#[test]
fn wrong_quotes_are_reported_with_the_right_ones() {
    refused("Country = 'France'", "E_NAME", &["Country.\"France\""]);
    refused("Country = \"France\"", "E_MIXED_TYPES", &["write `Country.\"France\"`"]);
    refused("\"France\" = Country", "E_MIXED_TYPES", &["write `Country.\"France\"`"]);
    refused("Country = \"france\"", "E_MIXED_TYPES", &["`Country.\"France\"`"]);
    refused("Country = France", "E_NAME", &["write `Country.\"France\"` for the item"]);
    refused("\"Gross Margin\" + 1", "E_TYPE", &["write `'Gross Margin'`"]);
    refused("\"Gross Margin\" * 2", "E_TYPE", &["write `'Gross Margin'`"]);
    refused("Note & 'a text'", "E_NAME", &["`\"a text\"`"]);
    refused("Country.'France'", "E_PROPERTY", &["Country.\"France\""]);
    refused("Store.\"Country\"", "E_ITEM", &["`Store.Country`"]);
    refused("'Team of'.\"Sales\"", "E_KIND", &["Team.\"Sales\""]);
    refused("Revenue[SELECT: \"2024-01\"]", "E_TYPE", &["Month.\"2024-01\""]);
    refused("CUMULATE(Revenue, \"Month\")", "E_QUOTES", &["write `Month`"]);
    refused("\"Country\".\"France\"", "E_QUOTES", &["line 1, column 1", "`Country.\"France\"`"]);
    refused("'Paris'", "E_NAME", &["`Country.\"Paris\"` or `Store.\"Paris\"`"]);
    assert_eq!(shape("Note & \"Gross Margin\""), "TEXT by Product");
}

#[test]
fn several_errors_come_together_and_only_so_many() {
    let world = World::new();
    let e = world.compile("Aaaaaaa + Bbbbbbb * Ccccccc", &Place::Free).unwrap_err();
    assert_eq!(e.iter().map(|d| d.column).collect::<Vec<_>>(), [1, 11, 21]);
    let many = vec!["Nowhere"; 30_000].join(" + ");
    assert_eq!(world.compile(&many, &Place::Free).unwrap_err().iter().count(), 20);
    assert_eq!(error("IF(Aaaaaaa, 1, Bbbbbbb)").column, 4);
}

#[test]
fn a_metric_that_reads_itself_is_told_of_previous() {
    let world = World::new();
    let target = Target { name: Arc::from("Stock"), id: None, ty: smalt_model::Type::Number, dims: vec![world.dimension("Month")] };
    let e = world.compile("stock + 1", &Place::Metric(target)).unwrap_err();
    assert_eq!(e.first().code, Code::Itself);
    assert!(e.to_string().contains("PREVIOUS(Month)"));
}

#[test]
fn referenced_names_are_those_of_blocks() {
    let names = |text: &str| referenced_names(&parse(text).unwrap());
    assert_eq!(names("Volume * Price * FX[BY: Store.Country] + volume"), ["Volume", "Price", "FX", "Store"]);
    assert_eq!(names("CUMULATE(x, 'D' ON e, SUM)[FILTER: CurrentValue > y; ADD SPLIT ON w: A, B]"), ["x", "D", "e", "y", "w", "A", "B"]);
    assert_eq!(
        names("RANK(x, desc) + 'DESC' + IF(ISBLANK(m), Country.\"France\", 'CurrentValue')"),
        ["x", "DESC", "m", "Country", "CurrentValue"]
    );
    assert_eq!(names("PREVIOUSOF(m, 1, D) + GL.Amount[BY SUM: GL.Account]"), ["m", "D", "GL"]);
}

#[test]
fn functions_of_security_are_seen_anywhere() {
    let uses = |text: &str| security_call(&parse(text).unwrap()).map(|call| call.start);
    assert_eq!(uses("accessrights(TRUE, BLANK)"), Some(0));
    assert_eq!(uses("1 + f(x[FILTER: (RESETACCESSRIGHTS(y)) > ACCESSRIGHTS(a, b)])"), Some(17));
    assert_eq!(uses("'ACCESSRIGHTS' + f(x)"), None);
}
