//! A text where a name should stand is reported with the name (formulas.md §2), wherever it stands and whatever stands beside it; and no error
//! is without a way on.

use super::World;
use crate::{Diagnostic, Place};
use smalt_model::{MetricId, TableDef, ViewDef};

const DIMENSIONS: &[(&str, &str)] = &[
    ("Region", "Name TEXT"),
    ("Country", "Name TEXT, Cur TEXT, Region Region"),
    ("My Dim", "Name TEXT, Country Country"),
    ("Year", "Name TEXT, Start Date DATE, End Date DATE"),
    ("Quarter", "Name TEXT, Start Date DATE, End Date DATE, Year Year"),
    ("Month", "Name TEXT, Start Date DATE, End Date DATE, Quarter Quarter, Year Year"),
    ("Week", "Name TEXT, Start Date DATE, End Date DATE, Year Year"),
    ("Grp", "Code INTEGER"),
];

const METRICS: &[(&str, &str, &str)] = &[
    ("Gross Margin", "NUMBER", "My Dim"),
    ("GM2", "NUMBER", "My Dim, Month"),
    ("X", "NUMBER", "Month"),
    ("W", "NUMBER", "Week"),
    ("Sales", "NUMBER", "Region, Month"),
    ("P", "BOOLEAN", "My Dim"),
    ("Held", "Country", "My Dim"),
    ("Dt", "DATE", "My Dim"),
    ("N", "INTEGER", "My Dim"),
    ("NI", "INTEGER", "Region"),
    ("T", "TEXT", "My Dim"),
];

const LISTS: &[(&str, &str)] = &[("My List", "Store My Dim, Net Amount NUMBER, Paid DATE")];

fn world() -> World {
    let items: Vec<(&str, &[&str])> =
        vec![("Region", &["EMEA"]), ("Country", &["FR", "DE"]), ("My Dim", &["a", "b"]), ("Month", &["2024-01"])];
    World::of(DIMENSIONS, METRICS, LISTS, items)
}

#[track_caller]
fn errors(text: &str, place: &Place) -> Vec<Diagnostic> {
    match world().compile(text, place) {
        Ok(program) => panic!("{text} should be refused: {:?}", program.root),
        Err(e) => e.iter().cloned().collect(),
    }
}

/// Asserts that one thing is wrong, at this part of the text, and what the help says.
#[track_caller]
fn told_at(text: &str, place: &Place, part: &str, help: &str) {
    let all = errors(text, place);
    let [found] = &all[..] else { panic!("{text}: {all:?}") };
    assert_eq!(&text[found.span.start..found.span.end], part, "{found}");
    assert!(found.help.as_deref().unwrap_or_default().contains(help), "`{help}` is not in\n{found}");
}

#[track_caller]
fn told(text: &str, part: &str, help: &str) {
    told_at(text, &Place::Free, part, help);
}

#[test]
fn a_text_that_is_a_name_is_told_wherever_it_stands() {
    for text in [
        "\"Gross Margin\"[REMOVE SUM: 'My Dim']",
        "\"gross margin\"[KEEP SUM: 'My Dim']",
        "\"Gross Margin\"[REMOVE SUM: Month]",
        "\"Gross Margin\"[BY SUM: 'My Dim'.Country]",
        "\"Gross Margin\"[SELECT: 'My Dim'.\"a\"]",
        "\"Gross Margin\"[FILTER: P; SELECT: 'My Dim'.\"a\"]",
        "\"Gross Margin\" > 1",
        "\"Gross Margin\" = 1",
        "1 < \"Gross Margin\"",
        "'Gross Margin' < \"Gross Margin\"",
        "\"Gross Margin\" > 'Gross Margin'",
        "\"Gross Margin\" IN (1, 2)",
        "\"Gross Margin\" IN (1 : 2)",
        "1 IN (2, \"Gross Margin\")",
        "MIN(\"Gross Margin\", 1)",
        "MAX(1, \"Gross Margin\", 2)",
        "IF(TRUE, \"Gross Margin\", 0)",
        "IF(TRUE, 0, \"Gross Margin\")",
        "IFBLANK(\"Gross Margin\", 0)",
        "IFDEFINED(P, \"Gross Margin\", 0)",
        "SWITCH(1, 1, \"Gross Margin\", 2, 0)",
        "SWITCH(1, \"Gross Margin\", 1)",
        "Sales * (\"Gross Margin\" > 1)",
        "CUMULATE(\"Gross Margin\", 'My Dim')",
        "CUMULATE('Gross Margin', 'My Dim', N + \"Gross Margin\")",
        "MOVINGSUM(\"Gross Margin\", 2)",
        "PREVIOUSOF(\"Gross Margin\")",
        "ABS(\"Gross Margin\")",
        "SUMOF(\"Gross Margin\")",
        "N[ADD SPLIT ON \"Gross Margin\": Month]",
        "X[ADD SPLIT: 'My Dim'] + \"Gross Margin\"",
    ] {
        let part = if text.contains("gross") { "\"gross margin\"" } else { "\"Gross Margin\"" };
        told(text, part, "write `'Gross Margin'` for the name");
    }
    for text in [
        "\"GM2\"[SELECT: Month - 1]",
        "CUMULATE(\"GM2\", Month)",
        "FILLFORWARD(\"GM2\", Month)",
        "YEARTODATE(\"GM2\")",
        "MOVINGSUM(\"GM2\", 2)",
        "PREVIOUSOF(\"GM2\")",
        "ROLLUP(\"GM2\", Month.Quarter)",
    ] {
        told(text, "\"GM2\"", "write `GM2` for the name");
    }
    told("SHIFT(\"Month\", 1)", "\"Month\"", "write `Month` for the name");
    told("Month = \"Country\"", "\"Country\"", "write `Country` for the name");
    told("\"Month\".Quarter", "Quarter", "write `Month` for the name");
    told("ITEM(\"zz\", \"Month\".Name)", "\"Month\".Name", "write `Month.Name` for the name");
    let both = errors("MIN(\"Gross Margin\", \"GM2\", 1)", &Place::Free);
    assert_eq!(both.iter().map(|d| d.column).collect::<Vec<_>>(), [5, 21]);
}

#[test]
fn a_text_is_told_where_the_whole_formula_does_not_fit() {
    let world = world();
    let place = world.place("NUMBER", "My Dim");
    for text in ["\"Gross Margin\"", "\"Gross Margin\"[ADD: 'My Dim']", "IF(P, \"Gross Margin\")", "IFBLANK(\"Gross Margin\", \"a\")"] {
        if text.starts_with("IFBLANK") {
            // A name in its place would not do either.
            assert!(errors(text, &place).iter().all(|d| d.code.text() == "E_RESULT_TYPE"));
        } else {
            told_at(text, &place, "\"Gross Margin\"", "write `'Gross Margin'` for the name");
        }
    }
    // A text that is wanted stays one.
    let texts = world.place("TEXT", "Grp");
    let all = errors("\"Sales\"[ADD: Month]", &texts);
    assert!(all.iter().all(|d| !d.to_string().contains("for the name")), "{all:?}");
    assert!(world.compile("\"Sales\"[ADD: Grp]", &texts).is_ok());
    assert!(world.compile("IF(\"Sales\" = \"GM2\", \"X\", \"W\")", &Place::Free).is_ok());
}

#[test]
fn what_is_wrong_beside_a_text_is_told_too() {
    let all = errors("IF(Nowhere, \"Gross Margin\", 0)", &Place::Free);
    assert_eq!(all.iter().map(|d| d.code.text()).collect::<Vec<_>>(), ["E_NAME", "E_MIXED_TYPES"]);
    assert!(all[1].help.as_deref().unwrap_or_default().contains("'Gross Margin'"));
    let all = errors("\"Gross Margin\"[REMOVE SUM: Nowhere]", &Place::Free);
    assert_eq!(all[0].code.text(), "E_NAME", "{all:?}");
}

#[test]
fn a_path_in_double_quotes_is_told_as_what_it_is() {
    told("\"Country\".\"Cur\"", "\"Country\".\"Cur\"", "write `Country.Cur`");
    told("\"Country\".\"FR\"", "\"Country\".\"FR\"", "write `Country.\"FR\"`");
    told("ITEM(\"x\", \"Country\".\"Name\")", "\"Country\".\"Name\"", "write `Country.Name`");
    told("\"Held\".\"Cur\"", "\"Held\".\"Cur\"", "write `Held.Cur`");
    told("Held.\"Cur\"", "Held.\"Cur\"", "write `Held.Cur`");
    told("\"My List\".\"Net Amount\"[BY SUM: 'My List'.Store]", "\"My List\".\"Net Amount\"", "write `'My List'.'Net Amount'`");
    told("\"Nowhere\".\"Cur\"", "\"Nowhere\".\"Cur\"", "write `Nowhere.\"Cur\"`");
}

#[test]
fn tables_and_views_are_told_from_what_is_not_there() {
    let mut world = world();
    world.schema.put_saved(TableDef { name: "Tb".into(), metrics: vec![MetricId(0), MetricId(1)], comment: None });
    let view = ViewDef {
        name: "Vw".into(),
        text: "SELECT 1".into(),
        columns: Vec::new(),
        reads: Vec::new(),
        constants: Vec::new(),
        comment: None,
    };
    world.schema.put_saved(view);
    for (text, words) in [
        ("tb", ["`Tb` is a table", "name one of its metrics: `'Gross Margin'` or `GM2`"]),
        ("X[REMOVE: Tb]", ["`Tb` is a table", "'Gross Margin'"]),
        ("Vw + 1", ["`Vw` is a view", "only a query reads a view"]),
    ] {
        let found = world.compile(text, &Place::Free).unwrap_err().to_string();
        assert!(words.iter().all(|word| found.contains(word)) && found.contains("E_KIND"), "{found}");
    }
}

#[test]
fn values_of_two_types_have_a_way_to_meet() {
    told("IF(P, 1, \"zz\")", "\"zz\"", "write `TEXT(1)` for `1`");
    told("IFBLANK(N, \"zz\")", "\"zz\"", "write `TEXT(N)` for `N`");
    told("SWITCH(N, 5, 1, 2.5, \"zz\")", "\"zz\"", "write `TEXT(1)` for `1`");
    told("N IN (\"zz\")", "\"zz\"", "write `TEXT(N)` for `N`");
    told("Held = Region.\"EMEA\"", "Region.\"EMEA\"", "write `Held.Region` for `Held`");
    told("Region.\"EMEA\" = Held", "Region.\"EMEA\"", "write `Held.Region` for `Held`");
    told("IF(P, Held, Region.\"EMEA\")", "Region.\"EMEA\"", "write `Held.Region` for `Held`");
    told("Month = Country", "Country", "`TEXT(Month)` and `TEXT(Country)`");
    told("2 = T", "2", "write `TEXT(2)`");
    told("SWITCH(1, 1, T, 2, N, 2.5)", "N", "write `TEXT(N)`");
}

#[test]
fn what_becomes_no_number_has_another_way() {
    told("Dt * 2", "Dt", "`YEAR(Dt)`");
    told("-Dt", "Dt", "`DAYS(Dt, b)`");
    told("ABS(\"zz\")", "\"zz\"", "a number is written without quotes");
    told("\"zz\"[ADD SPLIT: Month]", "\"zz\"", "a number is written without quotes");
    told("MOVINGSUM(X, \"zz\")", "\"zz\"", "a number is written without quotes");
    told("X[ADD SPLIT ON Quarter: Quarter]", "Quarter", "a metric by `Quarter`");
    for text in
        ["ACCESSRIGHTS(P, P) & \"zz\"", "ACCESSRIGHTS(P, P) + 1", "ACCESSRIGHTS(P, P) < ACCESSRIGHTS(P, P)", "TEXT(ACCESSRIGHTS(P, P))"]
    {
        told(text, "ACCESSRIGHTS(P, P)", "use the Booleans that the rights are made of");
    }
}

#[test]
fn arguments_that_are_names_or_words_are_told_what_there_is() {
    told("ROLLUP(X, Month.Quarter)", "Month.Quarter", "write `X[BY SUM: Month.Quarter]`");
    told("MATCH(\"zz\", Grp)", "Grp", "no property of `Grp` holds TEXT");
    told("MATCH(\"zz\", Held)", "Held", "write `Country.Name`");
    told("ITEM(\"FR\", \"Country\")", "\"Country\"", "write `Country.Name`");
    told("X[TOSUBSET: Month]", "Month", "no dimension of `X` has a subset");
    told("CUMULATE(X, Month, COUNT)", "COUNT", "it takes `SUM`, `AVG`, `MIN` or `MAX`");
    told("CUMULATE(X, Month, SUM, SUM)", "SUM", "leave one of the two out");
    told("YEARTODATE(X, FOO)", "FOO", "write `SUM`, `AVG`, `MIN` or `MAX`");
    told("Zzzzzzz + 1", "Zzzzzzz", "`SHOW METRICS`, `SHOW DIMENSIONS` and `SHOW LISTS`");
    told("CUMULATE(X, Zzzzzzz)", "Zzzzzzz", "`SHOW DIMENSIONS`");
    told("PREVIOUSOF(Zzzzzzz)", "Zzzzzzz", "`SHOW METRICS`");
    told("Sales[REMOVE: Nowhere]", "Nowhere", "`Sales` has `Region`, `Month`");
    told("Sales[KEEP: Mnth]", "Mnth", "did you mean `Month`?");
}

#[test]
fn a_condition_that_no_removal_makes_right_is_to_be_left_out() {
    told("Sales[SELECT: Country.\"FR\"]", "Country.\"FR\"", "`Sales` has `Region`, `Month`: choose among the items of these");
    told("X[SELECT: Month.\"2024-01\"][SELECT: Month.\"2024-01\"]", "Month.\"2024-01\"", "has no dimensions to choose from");
    told("Sales[FILTER: P]", "P", "write `[FILTER: P[REMOVE ANY: 'My Dim']]`");
    told("'Gross Margin'[SELECT: Country - 1]", "Country", "write `'Gross Margin'[SELECT: 'My Dim'.Country - 1]`");
    told("X[SELECT: Country - 1]", "Country", "write `[ADD: Country]` first");
}

#[test]
fn rows_become_cells_by_a_method_of_their_type() {
    told("'My List'.Store", "'My List'.Store", "`'My List'.Store[BY FIRST: 'My List'.Store]`");
    told("'My List'.'Net Amount'", "'My List'.'Net Amount'", "[BY SUM: 'My List'.Store]`");
    told("('My List'.'Net Amount' > 1) OR P", "P", "('My List'.'Net Amount' > 1)[BY ANY: 'My List'.Store]`");
}

#[test]
fn a_wider_order_is_made_narrower_as_a_whole() {
    told("CUMULATE(X, Month ON N / 10)", "N / 10", "write `(N / 10)[REMOVE SUM: 'My Dim']`");
    told("CUMULATE(X, Month ON NI)", "NI", "write `NI[REMOVE SUM: Region]`, or give the expression the dimension first: `[ADD: Region]`");
    told("CUMULATE(X, Month ON Held)", "Held", "write `Held[REMOVE FIRST: 'My Dim']`");
    let world = world();
    for text in ["CUMULATE(X, Month ON (N / 10)[REMOVE SUM: 'My Dim'])", "CUMULATE(X[ADD: Region], Month ON NI)"] {
        assert!(world.compile(text, &Place::Free).is_ok(), "{text}");
    }
}

#[test]
fn a_function_is_over_the_union_of_its_arguments_dimensions() {
    let world = world();
    for (text, same) in [
        ("NPV(N / 10, X)", "NPV(N / 10, X[ADD: 'My Dim'])"),
        ("MOVINGSUM(X, NI)", "MOVINGSUM(X[ADD: Region], NI)"),
        ("RANK(X, Held)", "RANK(X[ADD: 'My Dim'], Held)"),
    ] {
        let dims = |text: &str| world.compile(text, &Place::Free).map(|program| program.root.dims).map_err(|_| text.to_owned());
        assert_eq!(dims(text), dims(same));
        assert_eq!(dims(text).map(|dims| dims.len()), Ok(2), "{text}");
    }
}

#[test]
fn a_week_has_no_quarter_and_no_month() {
    told("QUARTERTODATE(W)", "QUARTERTODATE(W)", "by days or months");
    told("MONTHTODATE(W)", "MONTHTODATE(W)", "by days,");
    assert!(errors("QUARTERTODATE(W)", &Place::Free)[0].message.contains("a week may lie in two quarters"));
    assert!(errors("QUARTERTODATE('Gross Margin')", &Place::Free)[0].message.contains("needs a level of the calendar, which"));
    assert!(world().compile("YEARTODATE(W)", &Place::Free).is_ok());
}
