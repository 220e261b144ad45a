//! Modifiers (formulas.md §5).

use super::{error, meaning, refused, shape};
use crate::Code;

#[test]
fn by_goes_up_where_the_sources_are_there() {
    for (text, expected) in [
        (
            "Revenue[BY SUM: Store.Country]",
            "NUMBER by Product, Country, Month: up SUM(Revenue; Country <- Store.Country; kept Product, Month)",
        ),
        (
            "Revenue[BY: Store.Country.Region, Month.Quarter]",
            "NUMBER by Product, Region, Quarter: up SUM(Revenue; Region <- Store.Country.Region, Quarter <- Month.Quarter; kept Product)",
        ),
        ("Salary[BY: 'Team of']", "NUMBER by Team, Month: up SUM(Salary; Team <- Team of; kept Month)"),
        ("Salary[BY: 'Team then']", "NUMBER by Team: up SUM(Salary; Team <- Team then; kept )"),
        ("Salary[BY: 'Team then', Month]", "NUMBER by Team, Month: up SUM(Salary; Team <- Team then; kept Month)"),
        ("Revenue[BY: SHIFT(Month, 1)]", "NUMBER by Product, Store, Month: up SUM(Revenue; Month <- Shift(Month, 1); kept Product, Store)"),
        ("FTE[BY: Team, SHIFT(Month, Offset)]", "NUMBER by Team, Month: up SUM(FTE; Month <- Shift(Month, Offset); kept Team)"),
        ("FTE[BY: SHIFT(Month, Offset)]", "NUMBER by Month: up SUM(FTE; Month <- Shift(Month, Offset); kept )"),
        (
            "Salary[BY: TIMEDIM(Employee.'Start Date', Year)]",
            "NUMBER by Year, Month: up SUM(Salary; Year <- TimeDim(Employee.Start Date); kept Month)",
        ),
        ("Count[BY MAX: Product.Category]", "INTEGER by Category: up MAX(Count; Category <- Product.Category; kept )"),
        ("Flag[BY COUNT: Product.Category]", "INTEGER by Category: up COUNT(Flag; Category <- Product.Category; kept )"),
    ] {
        assert_eq!(meaning(text), expected, "{text}");
    }
}

#[test]
fn by_goes_down_where_a_source_is_missing() {
    for (text, expected) in [
        ("Rate[BY: Store.Country]", "NUMBER by Store, Month: down CONSTANT(Rate; Country at Store.Country)"),
        ("Rate[BY SPLIT: Store.Country]", "NUMBER by Store, Month: down SPLIT(Rate; Country at Store.Country)"),
        ("Rate[BY SPLIT ON 'By Store': Store.Country]", "NUMBER by Store, Month: down SPLIT ON By Store (Rate; Country at Store.Country)"),
        ("FTE[BY: 'Team then']", "NUMBER by Employee, Month: down CONSTANT(FTE; Team at Team then)"),
        ("Budget[BY: Store.Country.Region]", "NUMBER by Store, Month: down CONSTANT(Budget; Region at Store.Country.Region)"),
        ("Headcount[BY SPLIT: 'Team of']", "NUMBER by Employee, Month: down SPLIT(number(Headcount); Team at Team of)"),
        ("'By Month'[BY: SHIFT(Month, Offset)]", "NUMBER by Month, Team: down CONSTANT(By Month; Month at Shift(Month, Offset))"),
    ] {
        assert_eq!(meaning(text), expected, "{text}");
    }
    refused("Rate[BY SPLIT ON Volume: Store.Country]", "E_WIDER", &["the weight", "[REMOVE SUM: Product]"]);
}

#[test]
fn an_item_is_a_place_to_put_to_or_to_read_from() {
    assert_eq!(
        meaning("'By Store'[BY: Month.\"2024-01\"]"),
        "NUMBER by Store, Month: up SUM(By Store; Month <- Month\"2024-01\"; kept Store)"
    );
    assert_eq!(
        meaning("Note[BY: Month.\"2024-01\"]"),
        "TEXT by Product, Month: up FIRSTNONBLANK(Note; Month <- Month\"2024-01\"; kept Product)"
    );
    assert_eq!(meaning("Price[BY: Month.\"2024-01\"]"), "NUMBER by Product: down CONSTANT(Price; Month at Month\"2024-01\")");
    assert_eq!(meaning("5[BY: Month.\"2024-01\"]"), "INTEGER by Month: up SUM(5; Month <- Month\"2024-01\"; kept )");
}

#[test]
fn mappings_that_go_different_ways_are_split() {
    assert_eq!(
        meaning("Rate[BY: Store.Country, Month.Year]"),
        "NUMBER by Store, Year: down CONSTANT(up SUM(Rate; Year <- Month.Year; kept Country); Country at Store.Country)"
    );
    assert_eq!(
        meaning("FTE[BY MAX: 'Team then', Month.Year]"),
        "NUMBER by Employee, Year: up MAX(down CONSTANT(FTE; Team at Team then); Year <- Month.Year; kept Employee)"
    );
    assert_eq!(
        meaning("Rate[BY SPLIT: Store.Country, Month.Year]"),
        "NUMBER by Store, Year: down SPLIT(up SUM(Rate; Year <- Month.Year; kept Country); Country at Store.Country)"
    );
}

#[test]
fn a_mapping_without_a_direction_is_refused_with_both_readings() {
    let e = error("Price[BY: Store.Country]");
    assert_eq!(e.code, Code::Direction);
    for word in ["neither up nor down", "`Price` would have `Store` and lack `Country`", "have `Country` and lack one of `Store`"] {
        assert!(e.message.contains(word), "{e}");
    }
    refused("('By Store' * 'By Country')[BY: Store.Country]", "E_DIRECTION", &["neither up nor down", "[FILTER: Country = Store.Country]"]);
    refused("Price[BY: Store]", "E_DIRECTION", &["[ADD: Store]"]);
    refused("Rate[BY: Store]", "E_DIRECTION", &["`[BY: Store.Country]`"]);
    refused("Revenue[BY: Country]", "E_DIRECTION", &["`[BY: Store.Country]`"]);
    refused("Revenue[BY: Store.Opened]", "E_MAPPING", &["TIMEDIM(Store.Opened, Month)"]);
    refused("Revenue[BY: Store.Label]", "E_MAPPING", &["ITEM(v, D.property)"]);
    refused("Revenue[BY: Month = Month.\"2024-01\"]", "E_MAPPING", &["[SELECT: Month = Month.\"2024-01\"]"]);
    refused("Revenue[BY: \"2024-01\"]", "E_MAPPING", &["Month.\"2024-01\""]);
    refused("Revenue[BY: 5]", "E_MAPPING", &["INTEGER"]);
    refused("Revenue[BY: Month, SHIFT(Month, 1)]", "E_DIMENSION_TWICE", &["two mappings"]);
    refused("Rate[BY: Store.Country, Country.Region]", "E_DIMENSION_TWICE", &["used by two mappings"]);
}

#[test]
fn methods_go_one_way_and_take_their_types() {
    refused("Rate[BY SUM: Store.Country]", "E_METHOD_WAY", &["only goes up", "CONSTANT"]);
    refused("Revenue[BY SPLIT: Store.Country]", "E_METHOD_WAY", &["only go down", "SUM"]);
    refused("Note[BY: Product.Category]", "E_METHOD_TYPE", &["SUM takes numbers", "FIRST"]);
    refused("Flag[BY: Product.Category]", "E_METHOD_TYPE", &["ANY"]);
    refused("Flag[BY MIN: Product.Category]", "E_METHOD_TYPE", &["order"]);
    refused("Count[BY ANY: Product.Category]", "E_METHOD_TYPE", &["Booleans"]);
    refused("Rights[REMOVE TEXTLIST: User]", "E_METHOD_TYPE", &["TEXTLIST", "ACCESS RIGHTS"]);
    refused("Note[BY FIRSTNONZERO: Product.Category]", "E_METHOD_TYPE", &["numbers"]);
    refused("Note[ADD SPLIT: Month]", "E_TYPE", &["SPLIT"]);
    for (method, expected) in [
        ("MEDIAN", "NUMBER"),
        ("STDEVS", "NUMBER"),
        ("STDEVP", "NUMBER"),
        ("SUM", "INTEGER"),
        ("MIN", "INTEGER"),
        ("COUNTUNIQUE", "INTEGER"),
        ("LAST", "INTEGER"),
        ("LASTNONZERO", "INTEGER"),
    ] {
        assert_eq!(shape(&format!("Count[BY {method}: Product.Category]")), format!("{expected} by Category"));
    }
    assert_eq!(meaning("Note[BY TEXTLIST: Product.Category]"), "TEXT by Category: up TEXTLIST(Note; Category <- Product.Category; kept )");
    // All values become texts as next to `&`.
    for of in ["Count", "Exact", "Flag", "Launch", "Product", "Product.Rank"] {
        let expected = format!("TEXT by Category: up TEXTLIST(text({of}); Category <- Product.Category; kept )");
        assert_eq!(meaning(&format!("{of}[BY TEXTLIST: Product.Category]")), expected);
    }
    assert_eq!(shape("Orders.Posted[BY TEXTLIST: Orders.Month]"), "TEXT by Month");
    assert_eq!(shape("Flag[BY ALL: Product.Category]"), "BOOLEAN by Category");
    assert_eq!(shape("Launch[BY MAX: Product.Category]"), "Month by Category");
}

#[test]
fn add_remove_and_keep() {
    assert_eq!(meaning("Price[ADD: Store, Team]"), "NUMBER by Product, Month, Store, Team: add CONSTANT(Price; Store, Team)");
    assert_eq!(meaning("Price[ADD SPLIT: Store]"), "NUMBER by Product, Month, Store: add SPLIT(Price; Store)");
    assert_eq!(meaning("Price[ADD SPLIT ON Volume: Store]"), "NUMBER by Product, Month, Store: add SPLIT ON Volume (Price; Store)");
    assert_eq!(meaning("Revenue[REMOVE: Store, Month]"), "NUMBER by Product: up SUM(Revenue; ; kept Product)");
    assert_eq!(meaning("Revenue[KEEP AVG: Month, Product]"), "NUMBER by Product, Month: up AVG(Revenue; ; kept Product, Month)");
    assert_eq!(meaning("Flag[REMOVE ANY: Product]"), "BOOLEAN: up ANY(Flag; ; kept )");
    refused("Price[ADD: Month]", "E_DIMENSION_TWICE", &["already"]);
    refused("Price[ADD: Store, Store]", "E_DIMENSION_TWICE", &["already"]);
    refused("Price[ADD SUM: Store]", "E_METHOD_WAY", &["CONSTANT"]);
    refused("Price[REMOVE: Store]", "E_DIMENSION", &["`Price` has no dimension `Store`", "`Product`, `Month`"]);
    refused("Price[REMOVE SPLIT: Month]", "E_METHOD_WAY", &["SUM"]);
    refused("Price[KEEP: Revenue]", "E_KIND", &["is a metric"]);
}

#[test]
fn select_in_all_its_forms() {
    for (text, expected) in [
        (
            "Revenue[SELECT: Month = Month.\"2024-01\"]",
            "NUMBER by Product, Store: up SUM(keep(Revenue; (Month = Month\"2024-01\")); ; kept Product, Store)",
        ),
        (
            "Revenue[SELECT AVG: Month.\"2024-01\"]",
            "NUMBER by Product, Store: up AVG(keep(Revenue; (Month = Month\"2024-01\")); ; kept Product, Store)",
        ),
        ("Note[SELECT: Product.\"P1\"]", "TEXT: up FIRSTNONBLANK(keep(Note; (Product = Product\"P1\")); ; kept )"),
        ("Revenue[SELECT: Open]", "NUMBER by Product: up SUM(keep(Revenue; Open); ; kept Product)"),
        ("Revenue[SELECT: Month - 1]", "NUMBER by Product, Store, Month: offset(Revenue; Month -1)"),
        ("Revenue[SELECT: Month + 3 - 1]", "NUMBER by Product, Store, Month: offset(Revenue; Month 2)"),
        ("Note[SELECT: Product + 1]", "TEXT by Product: offset(Note; Product 1)"),
        ("Price[SELECT: Month.Quarter - 1]", "NUMBER by Product, Month: parent SUM(Price; Month by Month.Quarter -1)"),
        ("Price[SELECT AVG: Month.Quarter - 1]", "NUMBER by Product, Month: parent AVG(Price; Month by Month.Quarter -1)"),
        ("Price[SELECT: Month.Year]", "NUMBER by Product, Month: parent SUM(Price; Month by Month.Year 0)"),
        ("Price[SELECT: Month.'Same Month Last Year']", "NUMBER by Product, Month: at(Price; Month Month.Same Month Last Year)"),
        ("FTE[SELECT: SHIFT(Month, -Offset)]", "NUMBER by Team, Month: at(FTE; Month Shift(Month, negate(Offset)))"),
        (
            "Salary[SELECT: 'Team then']",
            "NUMBER by Employee, Month: down CONSTANT(up SUM(Salary; Team <- Team then; kept ); Team at Team then)",
        ),
    ] {
        assert_eq!(meaning(text), expected, "{text}");
    }
    refused("Revenue[SELECT: Flag[ADD: Country]]", "E_WIDER", &["[REMOVE ANY: Country]"]);
    refused("Revenue[SELECT: Country.\"France\"]", "E_WIDER", &["`Country`"]);
    refused("Revenue[SELECT: Quarter - 1]", "E_DIMENSION", &["`Quarter`"]);
    refused("Revenue[SELECT: Month - 1.5]", "E_OFFSET", &["whole constant"]);
    refused("FTE[SELECT: Month - Offset]", "E_OFFSET", &["`[SELECT: SHIFT(Month, -Offset)]`"]);
    refused("Revenue[SELECT SUM: Month - 1]", "E_METHOD", &["no method"]);
    refused("Revenue[SELECT: 5]", "E_TYPE", &["INTEGER"]);
    refused("Note[SELECT: Product.Rank > 1]", "E_METHOD_TYPE", &["SUM takes numbers"]);
    refused("('By Store' * 'By Country')[SELECT: Store.Country]", "E_DIRECTION", &["Country"]);
}

#[test]
fn filter_and_exclude_keep_the_dimensions() {
    assert_eq!(meaning("Revenue[EXCLUDE: Cost > 1000]"), "NUMBER by Product, Store, Month: drop(Revenue; (Cost > 1000.0))");
    assert_eq!(meaning("Revenue[FILTER: CurrentValue > 5]"), "NUMBER by Product, Store, Month: keep(Revenue; (current > 5.0))");
    assert_eq!(
        meaning("Revenue[FILTER: CurrentValue > Price[FILTER: CurrentValue > 1]]"),
        "NUMBER by Product, Store, Month: keep(Revenue; (current > keep(Price; (current > 1.0))))"
    );
    refused("Price[FILTER: Open]", "E_WIDER", &["`Store`", "[REMOVE ANY: Store]"]);
    refused("Price[FILTER: Price]", "E_TYPE", &["FILTER takes BOOLEAN"]);
    refused("CurrentValue + 1", "E_CURRENT", &["FILTER and EXCLUDE"]);
}
