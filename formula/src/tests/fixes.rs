//! What a help says to write can be written: it is put in the place of the formula, of the modifier or of the marked part, and compiled.

use super::World;
use crate::Place;

/// The world with subsets whose items are known.
fn world() -> World {
    let mut world = super::subsets::world();
    world.items.push(("Top stores", &["S1"]));
    world
}

/// Each `…` of a help that can be written, up to the text between two of them that is more than a list.
fn offered(help: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = help.split_once("write ").map_or("", |(_, rest)| rest);
    while let Some((fix, after)) = rest.strip_prefix('`').and_then(|rest| rest.split_once('`')) {
        out.push(fix);
        rest = ["or ", ", "].iter().find_map(|list| after.trim_start_matches(' ').strip_prefix(list)).unwrap_or_default();
    }
    out
}

/// Asserts that a formula is refused, that its help offers this, and that all it offers compiles.
#[track_caller]
fn fixed(world: &World, text: &str, place: &Place, fix: &str) {
    let found = match world.compile(text, place) {
        Ok(program) => panic!("{text} should be refused: {:?}", program.root),
        Err(e) => e.first().clone(),
    };
    let help = found.help.clone().unwrap_or_default();
    let fixes = offered(&help);
    assert!(fixes.contains(&fix), "`{fix}` is not offered:\n{found}");
    for fix in fixes {
        let marked = format!("{}{fix}{}", &text[..found.span.start], &text[found.span.end..]);
        let mut ways = vec![fix.to_owned(), marked];
        if let (true, Some(open)) = (fix.starts_with('['), text.find('[')) {
            ways.push(format!("{}{fix}", &text[..open]));
        }
        assert!(ways.iter().any(|way| world.compile(way, place).is_ok()), "{text}\nnone of these compiles: {ways:?}\n{found}");
    }
}

/// For any place.
#[track_caller]
fn fixes(text: &str, fix: &str) {
    fixed(&world(), text, &Place::Free, fix);
}

#[test]
fn a_missing_colon_is_put_in() {
    fixes("Price[FILTER Price > 1]", "[FILTER: Price > 1]");
    fixes("Price[EXCLUDE CurrentValue > 1]", "[EXCLUDE: CurrentValue > 1]");
    fixes("Revenue[TOSUBSET 'Top stores']", "[TOSUBSET: 'Top stores']");
    fixes("Price[FILTER SUM: Price > 1]", "[FILTER: Price > 1]");
    fixes("Price[SELECT Month - 1]", "[SELECT: Month - 1]");
    super::refused("Price[FILTER Price > 1]", "E_SYNTAX", &["`:` is missing after `FILTER`"]);
}

#[test]
fn arguments_in_another_order_are_put_in_theirs() {
    fixes("CUMULATE(Price, Month, SUM, Month.Year)", "CUMULATE(Price, Month, Month.Year, SUM)");
    fixes("RANK(Price, Month, SEQUENTIAL, DESC)", "RANK(Price, Month, DESC, SEQUENTIAL)");
    fixes("RANK(Price, AVERAGE, Product)", "RANK(Price, Product, AVERAGE)");
    fixes("NPV(0.1, Price, Month, ALL)", "NPV(0.1, Price, ALL, Month)");
    let usage = "`RANK(x [, group] [, ASC|DESC] [, MINIMUM|MAXIMUM|SEQUENTIAL|AVERAGE])`";
    super::refused("RANK(Price, AVERAGE, Product)", "E_ARGUMENTS", &["come in another order", usage]);
    super::refused("RANK(Price, 1, 2, 3, 4)", "E_ARGUMENTS", &["takes 1 to 4 arguments, not 5"]);
    super::refused("RANK(Price, AVERAGE, DESC, ASC)", "E_ARGUMENTS", &["takes one of ASC, DESC, but `DESC` and `ASC` are given", usage]);
    super::refused("CUMULATE(Price, Month, SUM, SUM)", "E_ARGUMENTS", &["takes one of SUM, AVG, MIN, MAX, but `SUM` and `SUM` are given"]);
}

#[test]
fn functions_name_what_they_can_do_with_a_type() {
    fixes("MOVINGSUM(Note, 3)", "MOVINGMIN(Note, 3)");
    fixes("MOVINGSUM(Flag, 3)", "IF(Flag, 1, 0)");
    fixes("SUMOF(Note)", "MINOF(Note)");
    fixes("AVGOF(Product)", "MAXOF(Product)");
    fixes("MAXOF(Flag)", "ANYOF(Flag)");
    fixes("ANYOF(Count)", "Count <> 0");
    fixes("CUMULATE(Note, Product)", "CUMULATE(Note, Product, MIN)");
    fixes("CUMULATE(Flag, Product, MAX)", "IF(Flag, 1, 0)");
    super::refused("CUMULATE(Note, Product, AVG)", "E_METHOD_TYPE", &["CUMULATE with AVG takes numbers", "another method: MIN or MAX"]);
    super::refused("SUMOF(Note)", "E_METHOD_TYPE", &["SUMOF takes numbers"]);
    super::refused("Note[REMOVE: Product]", "E_METHOD_TYPE", &["SUM takes numbers", "FIRST, LAST, MIN, MAX or COUNT"]);
    for text in ["SUMOF(Note)", "MOVINGSUM(Note, 3)", "CUMULATE(Flag, Product)"] {
        assert!(!super::error(text).help.unwrap_or_default().contains("method"), "{text}");
    }
}

#[test]
fn a_subset_and_its_parent_are_told_apart() {
    fixes("Top[BY SUM: Store.Country]", "Top[BY SUM: 'Top stores'.Country]");
    fixes("Top[REMOVE SUM: Product; BY SUM: Store.Country]", "Top[REMOVE SUM: Product; BY SUM: 'Top stores'.Country]");
    fixes("'By Store'[BY SUM: 'Top stores'.Country]", "'By Store'[BY SUM: Store.Country]");
    fixes("Top[BY: Store]", "Top[TOPARENTLIST: Store]");
    fixes("'By Store'[BY: 'Top stores']", "'By Store'[TOSUBSET: 'Top stores']");
    fixes("Top[SELECT: Store.\"S1\"]", "Top[SELECT: 'Top stores'.\"S1\"]");
    fixes("Top[SELECT: Store = Store.\"S1\"]", "Top[SELECT: 'Top stores' = 'Top stores'.\"S1\"]");
    fixes("Top[FILTER: Store.Country = Country.\"France\"]", "Top[FILTER: 'Top stores'.Country = Country.\"France\"]");
    fixes("'Top stores' = Store.\"S1\"", "'Top stores'.\"S1\"");
    fixes("Store.\"S1\" = 'Top stores'", "'Top stores'.\"S1\"");
    // An item that the subset has not is not offered.
    let none = world().compile("Top[SELECT: Store.\"Paris\"]", &Place::Free).unwrap_err();
    assert!(!none.to_string().contains("'Top stores'.\"Paris\""), "{none}");
}

#[test]
fn an_item_is_made_a_condition() {
    fixes("'By Country'[FILTER: Country.\"France\"]", "Country = Country.\"France\"");
    fixes("'By Country'[FILTER: Region.\"EMEA\"]", "Country.Region = Region.\"EMEA\"");
    fixes("Top[EXCLUDE: Store.\"S1\"]", "'Top stores' = 'Top stores'.\"S1\"");
    fixes("IF(Country.\"France\", 1, 2)", "Country = Country.\"France\"");
}

#[test]
fn what_is_offered_fits_its_types() {
    fixes("Price[SELECT: Product + Month]", "[SELECT: Product - 1]");
    fixes("Price[SELECT: Product + Count]", "[SELECT: SHIFT(Product, Count)]");
    fixes("ROLLUP(Balance, Account)", "Account.Parent");
    assert_eq!(super::error("ROLLUP('By Country', Country)").help.as_deref(), Some("no property of `Country` holds an item of `Country`"));
    fixes("MATCH(Hired, Store)", "Store.Opened");
    fixes("MATCH(Note, Store)", "Store.Code");
    fixes("ITEM(Note, Store)", "Store.Code");
    assert_eq!(super::error("ITEM(Hired, Store)").help.as_deref(), Some("name a property of `Store`: `Store.…`"));
    assert_eq!(super::error("MATCH(Flag, Store)").help.as_deref(), Some("no property of `Store` holds BOOLEAN"));
    fixes("SPREAD('By Month', Month, 3, Month.'Start Date')", "TIMEDIM(Month.'Start Date', Month)");
    fixes("NETWORKDAYS(Hired, Hired, Holidays, Works)", "NETWORKDAYS(Hired, Hired, Works, Holidays)");
    fixes("NETWORKDAYS(Hired, Hired, Daily > 0)", "(Daily > 0)[REMOVE ANY: Product]");
    let removed = super::error("Revenue[REMOVE AVG: Product, Store.Code, Month]").help.unwrap_or_default();
    assert!(removed.contains("`[REMOVE AVG: Product, Store, Month]`") && !removed.contains("[BY"), "{removed}");
}

#[test]
fn a_modified_part_is_marked_up_to_its_bracket() {
    for (text, marked) in [
        ("Note[ADD: Month][REMOVE: Product]", "Note[ADD: Month]"),
        ("Note[ADD: Month ][REMOVE: Product]", "Note[ADD: Month ]"),
        ("(Note[ADD: Month])[REMOVE: Product]", "Note[ADD: Month]"),
        ("Note[ADD: Month; REMOVE: Product]", "Note[ADD: Month"),
    ] {
        let found = super::error(text);
        assert_eq!(&text[found.span.start..found.span.end], marked, "{found}");
        assert!(found.message.contains("`Note[ADD: Month]`") || marked.contains(" ]"), "{found}");
    }
}
