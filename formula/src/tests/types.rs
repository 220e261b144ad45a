//! Types and BLANK (formulas.md §1 and §3).

use super::{World, meaning, refused, refused_at, shape};
use crate::Place;

#[test]
fn integers_and_numbers_meet() {
    for (text, expected) in [
        ("2", "INTEGER: 2"),
        ("2.0", "NUMBER: 2.0"),
        ("1 + 2", "INTEGER: 3"),
        ("1 + 2.5", "NUMBER: 3.5"),
        ("1.5 + 2 - 0.5", "NUMBER: sum(+1.5, +2.0, -0.5)"),
        ("9223372036854775807 + 1", "INTEGER: sum(+9223372036854775807, +1)"),
        ("1 / 0", "NUMBER: divide(1.0, 0.0)"),
        ("Headcount + FTE", "NUMBER by Team, Month: sum(+number(Headcount), +FTE)"),
        ("Headcount * 2", "INTEGER by Team, Month: multiply(Headcount, 2)"),
        // Integers stay integers up to the first division or number.
        ("Headcount * 2 * 3 / 4 * 5", "NUMBER by Team, Month: multiply(divide(number(multiply(multiply(Headcount, 2), 3)), 4.0), 5.0)"),
        ("2 * 3 / Headcount", "NUMBER by Team, Month: divide(6.0, number(Headcount))"),
        ("Headcount * 2.0", "NUMBER by Team, Month: multiply(number(Headcount), 2.0)"),
        ("1 / 2", "NUMBER: 0.5"),
        ("2 * 3 - -4", "INTEGER: 10"),
        ("2 ^ 2", "NUMBER: 4.0"),
        ("-Headcount", "INTEGER by Team, Month: negate(Headcount)"),
        ("-5", "INTEGER: -5"),
        ("Headcount = 1.5", "BOOLEAN by Team, Month: (number(Headcount) = 1.5)"),
        ("IF(TRUE, 1, 2.5)", "NUMBER: if(true, 1.0, 2.5)"),
        ("MIN(Headcount, 2.5)", "NUMBER by Team, Month: least(number(Headcount), 2.5)"),
        ("Headcount IN (1, 2.5)", "BOOLEAN by Team, Month: inlist(number(Headcount), 1.0, 2.5)"),
        ("SQRT(4)", "NUMBER: Sqrt(4.0)"),
        ("MOD(7, 2.0)", "NUMBER: Mod(7.0, 2.0)"),
        ("MOD(7, 2)", "INTEGER: Mod(7, 2)"),
        ("ABS(Headcount)", "INTEGER by Team, Month: Abs(Headcount)"),
        ("ROUND(1.5)", "INTEGER: Round(1.5)"),
        ("ROUND(1.5, 1)", "NUMBER: Round(1.5, 1)"),
        ("ROUND(Headcount, -2)", "INTEGER by Team, Month: Round(Headcount, -2)"),
        ("Headcount[BY AVG: Month.Year]", "NUMBER by Team, Year: up AVG(number(Headcount); Year <- Month.Year; kept Team)"),
    ] {
        assert_eq!(meaning(text), expected, "{text}");
    }
}

#[test]
fn the_formula_has_the_type_of_its_metric() {
    let world = World::new();
    let (number, integer, text) = (world.place("NUMBER", "Product"), world.place("INTEGER", "Product"), world.place("TEXT", "Product"));
    let meaning = |t: &str, place: &Place| super::Sketch(&world, &world.compile(t, place).unwrap().root).to_string();
    assert_eq!(meaning("Count", &number), "NUMBER by Product: number(Count)");
    assert_eq!(meaning("Count * 2", &integer), "INTEGER by Product: multiply(Count, 2)");
    refused_at("Count / 2", &integer, "E_RESULT_TYPE", &["`TRUNC(Count / 2)` or `ROUND(Count / 2)`"]);
    refused_at("Count", &text, "E_RESULT_TYPE", &["TEXT(Count)"]);
    refused_at("Note", &number, "E_RESULT_TYPE", &["VALUE(Note)"]);
    refused_at("Launch", &world.place("Quarter", "Product"), "E_RESULT_TYPE", &["`Launch.Quarter`"]);
    assert_eq!(meaning("Exact", &number), "NUMBER by Product: number(Exact)");
    refused_at("Exact", &integer, "E_RESULT_TYPE", &["`TRUNC(Exact)` or `ROUND(Exact)`"]);
    refused_at("Exact", &text, "E_RESULT_TYPE", &["TEXT(Exact)"]);
}

#[test]
fn decimals_stay_decimals_until_they_meet_a_number() {
    for (text, expected) in [
        ("Exact", "DECIMAL(10, 2) by Product: Exact"),
        ("-Exact", "DECIMAL(10, 2) by Product: negate(Exact)"),
        // Arithmetic has all digits at the larger scale; those of a metric bound what it stores.
        ("Exact + Exact", "DECIMAL(38, 2) by Product: sum(+decimal(38, 2)(Exact), +decimal(38, 2)(Exact))"),
        ("Exact - Fine", "DECIMAL(38, 6) by Product: sum(+decimal(38, 6)(Exact), -decimal(38, 6)(Fine))"),
        ("Exact + 1", "DECIMAL(38, 2) by Product: sum(+decimal(38, 2)(Exact), +1)"),
        ("Exact + Count", "DECIMAL(38, 2) by Product: sum(+decimal(38, 2)(Exact), +decimal(38, 2)(Count))"),
        ("Exact + 1.5", "NUMBER by Product: sum(+number(Exact), +1.5)"),
        ("Exact * Fine", "DECIMAL(38, 6) by Product: multiply(Exact, Fine)"),
        ("Exact * 2 / 3", "DECIMAL(38, 2) by Product: divide(multiply(Exact, 2), 3)"),
        ("2 * 3 * Exact", "DECIMAL(38, 2) by Product: multiply(6, Exact)"),
        ("2 / Exact", "DECIMAL(38, 2) by Product: divide(2, Exact)"),
        ("7 / 2 * Exact", "NUMBER by Product: multiply(divide(7.0, 2.0), number(Exact))"),
        ("Exact * 2 * 1.5", "NUMBER by Product: multiply(number(multiply(Exact, 2)), 1.5)"),
        ("Exact ^ 2", "DECIMAL(38, 2) by Product: power(Exact, 2)"),
        ("2 ^ Exact", "DECIMAL(38, 2) by Product: power(2, Exact)"),
        ("Exact ^ 0.5", "NUMBER by Product: power(number(Exact), 0.5)"),
        ("POWER(Exact, 2)", "DECIMAL(38, 2) by Product: power(Exact, 2)"),
        ("Exact[REMOVE: Product]", "DECIMAL(38, 2): up SUM(Exact; ; kept )"),
        ("Exact[REMOVE AVG: Product]", "DECIMAL(38, 2): up AVG(Exact; ; kept )"),
        ("Exact[REMOVE MEDIAN: Product]", "DECIMAL(38, 2): up MEDIAN(Exact; ; kept )"),
        ("Exact[REMOVE MIN: Product]", "DECIMAL(10, 2): up MIN(Exact; ; kept )"),
        ("Exact[REMOVE STDEVS: Product]", "NUMBER: up STDEVS(number(Exact); ; kept )"),
        ("Exact[REMOVE COUNT: Product]", "INTEGER: up COUNT(Exact; ; kept )"),
        ("Exact[ADD SPLIT: Month]", "DECIMAL(38, 2) by Product, Month: add SPLIT(decimal(38, 2)(Exact); Month)"),
        ("Exact[ADD SPLIT ON 'By Month': Month]", "NUMBER by Product, Month: add SPLIT ON By Month (number(Exact); Month)"),
        ("ABS(Exact)", "DECIMAL(10, 2) by Product: Abs(Exact)"),
        ("MOD(Exact, 2)", "DECIMAL(38, 2) by Product: Mod(decimal(38, 2)(Exact), 2)"),
        ("QUOTIENT(7, Exact)", "DECIMAL(38, 2) by Product: Quotient(7, decimal(38, 2)(Exact))"),
        ("MOD(Exact, 2.0)", "NUMBER by Product: Mod(number(Exact), 2.0)"),
        ("ROUND(Exact, 1)", "DECIMAL(38, 2) by Product: Round(Exact, 1)"),
        ("ROUND(Exact)", "INTEGER by Product: Round(Exact)"),
        ("TRUNC(Exact)", "INTEGER by Product: Trunc(Exact)"),
        ("SIGN(Exact)", "INTEGER by Product: Sign(Exact)"),
        ("SQRT(Exact)", "NUMBER by Product: Sqrt(number(Exact))"),
        ("LEFT(Note, Exact)", "TEXT by Product: Left(Note, Trunc(Exact))"),
        ("Exact = Fine", "BOOLEAN by Product: (decimal(38, 6)(Exact) = decimal(38, 6)(Fine))"),
        ("Exact = 1.5", "BOOLEAN by Product: (number(Exact) = 1.5)"),
        ("IF(Flag, Exact, 0)", "DECIMAL(38, 2) by Product: if(Flag, decimal(38, 2)(Exact), 0)"),
        ("IF(Flag, Exact, BLANK)", "DECIMAL(10, 2) by Product: if(Flag, Exact, BLANK DECIMAL(10, 2))"),
        ("MIN(Exact, Count)", "DECIMAL(38, 2) by Product: least(decimal(38, 2)(Exact), decimal(38, 2)(Count))"),
        ("Exact & Note", "TEXT by Product: concat(text(Exact), Note)"),
        ("TEXT(Exact, \"0.00\")", "TEXT by Product: Text(Exact, \"0.00\")"),
        ("SUMOF(Exact)", "DECIMAL(38, 2): whole SUM(Exact)"),
    ] {
        let world = World::new();
        let said = world.compile(text, &Place::Free).map_or_else(|e| e.to_string(), |p| super::Sketch(&world, &p.root).to_string());
        assert_eq!(said, expected, "{text}");
    }
    refused("Hired + Exact", "E_DATES", &["whole number of days", "TRUNC(Exact)"]);
}

#[test]
fn a_decimal_metric_takes_what_shows_no_more_digits() {
    let world = World::new();
    let place = world.place("DECIMAL", "Product");
    let meaning = |t: &str| super::Sketch(&world, &world.compile(t, &place).unwrap_or_else(|e| panic!("{t}\n{e}")).root).to_string();
    assert_eq!(meaning("Exact"), "DECIMAL(10, 2) by Product: Exact");
    assert_eq!(meaning("Count"), "DECIMAL(10, 2) by Product: decimal(10, 2)(Count)");
    // Of another scale it is rounded.
    assert_eq!(meaning("Fine"), "DECIMAL(10, 2) by Product: decimal(10, 2)(Fine)");
    assert_eq!(meaning("Exact * Fine"), "DECIMAL(10, 2) by Product: decimal(10, 2)(multiply(Exact, Fine))");
    // A NUMBER is rounded by its author.
    for refused in
        ["Count / 3", "Exact * 1.05", "1.005[ADD: Product]", "ROUND(Count / 3, 3)", "ROUND(Count / 3, Count)", "IF(Flag, 1.5, Count / 3)"]
    {
        refused_at(refused, &place, "E_RESULT_TYPE", &["DECIMAL(10, 2)", "gives NUMBER", &format!("`ROUND({refused}, 2)`")]);
    }
    assert_eq!(meaning("ROUND(Count / 3, 2)"), "DECIMAL(10, 2) by Product: decimal(10, 2)(Round(divide(number(Count), 3.0), 2))");
    assert_eq!(meaning("IF(Flag, 1.5, 2)"), "DECIMAL(10, 2) by Product: decimal(10, 2)(if(Flag, 1.5, 2))");
    assert_eq!(meaning("1.5[ADD: Product]"), "DECIMAL(10, 2) by Product: decimal(10, 2)(add CONSTANT(1.5; Product))");
    for accepted in ["-ROUND(Count / 3, 1)", "MIN(1.25, Count)", "SWITCH(Count, 1, 0.5, 2, ROUND(Count / 3, -2))", "BLANK[ADD: Product]"] {
        assert!(meaning(accepted).starts_with("DECIMAL(10, 2) by Product"), "{accepted}");
    }
    refused_at("Note", &place, "E_RESULT_TYPE", &["`ROUND(VALUE(Note), 2)`"]);
    refused_at("Flag", &place, "E_RESULT_TYPE", &["DECIMAL(10, 2)"]);
}

/// A literal beside a DECIMAL or an INTEGER makes a NUMBER of them, which holds 15 digits: none of them may be lost on the way to a DECIMAL.
#[test]
fn a_literal_takes_no_digits_away() {
    let world = World::new();
    let place = world.place("DECIMAL", "Product");
    let meaning = |t: &str| super::Sketch(&world, &world.compile(t, &place).unwrap_or_else(|e| panic!("{t}\n{e}")).root).to_string();
    for (text, expected) in [
        ("IFBLANK(Exact, 0.0)", "ifblank(decimal(38, 2)(Exact), 0)"),
        ("IFBLANK(Count, 0.0)", "ifblank(decimal(38, 2)(Count), 0)"),
        ("-MIN(Exact, Count, 1.5)", "negate(least(decimal(38, 2)(Exact), decimal(38, 2)(Count), 1.5))"),
        ("SWITCH(Count, 1, Exact, 2.5)", "switch(Count, 1, decimal(38, 2)(Exact), 2.5)"),
        ("IFDEFINED(Note, 0.5, Exact)", "ifdefined(Note, 0.5, decimal(38, 2)(Exact))"),
        ("IF(Flag, Exact, 0.5)[FILTER: CurrentValue > 0.1]", "keep(if(Flag, decimal(38, 2)(Exact), 0.5); (number(current) > 0.1))"),
        ("IFBLANK(Exact, ROUND(Count / 3, 1))", "ifblank(decimal(38, 2)(Exact), decimal(38, 2)(Round(divide(number(Count), 3.0), 1)))"),
    ] {
        let said = meaning(text);
        assert_eq!(said, format!("DECIMAL(10, 2) by Product: decimal(10, 2)({expected})"), "{text}");
    }
    refused_at("IFBLANK(Fine, 0.0)", &place, "E_RESULT_TYPE", &["gives NUMBER", "`ROUND(IFBLANK(Fine, 0.0), 2)`"]);
}

#[test]
fn dates_take_days() {
    for (text, expected) in [
        ("Hired + 1", "DATE by Employee: sum(+Hired, +1)"),
        ("1 + Hired - 2", "DATE by Employee: sum(+1, +Hired, -2)"),
        ("Hired - DATE(2020, 1, 1)", "INTEGER by Employee: sum(+Hired, -Date(2020, 1, 1))"),
        ("(Hired - DATE(2020, 1, 1)) / 7", "NUMBER by Employee: divide(number(sum(+Hired, -Date(2020, 1, 1))), 7.0)"),
        ("Hired + BLANK", "DATE by Employee: sum(+Hired, +BLANK INTEGER)"),
    ] {
        assert_eq!(meaning(text), expected, "{text}");
    }
    refused("Hired + Hired", "E_DATES", &["DATE + DATE"]);
    refused("1 - Hired", "E_DATES", &["another DATE"]);
    refused("Hired + 1.5", "E_DATES", &["whole number of days", "TRUNC(1.5)"]);
    refused("Hired * 2", "E_TYPE", &["DATE"]);
    refused("Hired = \"2020-01-01\"", "E_MIXED_TYPES", &["DATEVALUE(\"2020-01-01\""]);
    refused("YEAR(Month)", "E_TYPE", &["`Month.'Start Date'`"]);
}

#[test]
fn only_ampersand_makes_texts() {
    assert_eq!(meaning("Note & Count & TRUE & Hired"), "TEXT by Product, Employee: concat(Note, text(Count), text(true), text(Hired))");
    assert_eq!(meaning("Product & BLANK"), "TEXT by Product: concat(text(Product), BLANK TEXT)");
    refused("Note & Rights", "E_TYPE", &["ACCESS RIGHTS"]);
    refused("Note + Note", "E_TYPE", &["`&`"]);
    refused("LEN(Count)", "E_TYPE", &["TEXT(Count)"]);
    refused("Month + 1", "E_TYPE", &["SHIFT(Month, -1)", "[SELECT: Month - 1]"]);
    refused("Flag + 1", "E_TYPE", &["IF(Flag, 1, 0)"]);
}

#[test]
fn comparisons_take_equal_types_with_an_order() {
    assert_eq!(shape("Month >= Month.\"2024-02\""), "BOOLEAN by Month");
    assert_eq!(shape("Flag = TRUE"), "BOOLEAN by Product");
    assert_eq!(shape("Rights <> Rights"), "BOOLEAN by User, Country");
    assert_eq!(shape("User.Country = Country"), "BOOLEAN by User, Country");
    refused("Flag < TRUE", "E_NO_ORDER", &["order"]);
    refused("Rights > Rights", "E_NO_ORDER", &["order"]);
    refused("Note = 1", "E_MIXED_TYPES", &["equal types"]);
    refused("Month = Quarter", "E_MIXED_TYPES", &["an item of `Quarter`"]);
    refused("Flag IN (TRUE)", "E_NO_ORDER", &["IN"]);
    refused("Month IN (\"2024-01\")", "E_MIXED_TYPES", &["Month.\"2024-01\""]);
    assert_eq!(
        meaning("Month IN (Month.\"2024-01\" : Month.\"2024-03\")"),
        "BOOLEAN by Month: inrange(Month, Month\"2024-01\", Month\"2024-03\")"
    );
}

#[test]
fn blank_takes_its_type_from_its_place() {
    let world = World::new();
    let text = world.place("TEXT", "Product");
    let meaning_at = |t: &str| super::Sketch(&world, &world.compile(t, &text).unwrap().root).to_string();
    assert_eq!(meaning_at("IF(Flag, BLANK, BLANK)"), "TEXT by Product: if(Flag, BLANK TEXT, BLANK TEXT)");
    assert_eq!(meaning_at("IF(Flag, IF(Flag, BLANK), Note)"), "TEXT by Product: if(Flag, if(Flag, BLANK TEXT), Note)");
    assert_eq!(meaning_at("BLANK[ADD: Product]"), "TEXT by Product: add CONSTANT(BLANK TEXT; Product)");
    assert_eq!(meaning("IF(Flag, BLANK, Hired)"), "DATE by Product, Employee: if(Flag, BLANK DATE, Hired)");
    assert_eq!(meaning("1.5 + BLANK"), "NUMBER: sum(+1.5, +BLANK NUMBER)");
    assert_eq!(meaning("IFBLANK(BLANK, Note)"), "TEXT by Product: ifblank(BLANK TEXT, Note)");
    assert_eq!(meaning("Flag AND BLANK"), "BOOLEAN by Product: and(Flag, BLANK BOOLEAN)");
    assert_eq!(meaning("SWITCH(Count, 1, BLANK, 2, \"b\")"), "TEXT by Product: switch(Count, 1, BLANK TEXT, 2, \"b\")");
    assert_eq!(meaning("ACCESSRIGHTS(User.Country = Country, BLANK)").split(':').next(), Some("RIGHTS by User, Country"));
}

#[test]
fn equality_with_the_literal_blank_asks_for_blankness() {
    assert_eq!(meaning("Count = BLANK"), "BOOLEAN by Product: isblank(Count)");
    assert_eq!(meaning("BLANK <> Note"), "BOOLEAN by Product: isnotblank(Note)");
    assert_eq!(meaning("Count < BLANK"), "BOOLEAN by Product: (Count < BLANK INTEGER)");
}

#[test]
fn branches_have_one_type() {
    refused("IF(Flag, 1, \"a\")", "E_MIXED_TYPES", &["one type"]);
    refused("IF(Count, 1)", "E_TYPE", &["test of IF", "BOOLEAN"]);
    refused("SWITCH(Count, \"a\", 1)", "E_MIXED_TYPES", &["SWITCH"]);
    refused("SWITCH(Count, 1, 1, 2, \"a\")", "E_MIXED_TYPES", &["results of one type"]);
    refused("Flag AND 1", "E_TYPE", &["AND takes BOOLEAN"]);
    refused("NOT Count", "E_TYPE", &["NOT takes BOOLEAN"]);
}
