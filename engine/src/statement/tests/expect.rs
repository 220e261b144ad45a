//! What could come next where a statement is still being typed.

use crate::statement::{Expected, expected, formula_functions};

fn words(script: &str) -> String {
    expected(script).words.join(" ")
}

fn names(script: &str) -> String {
    expected(script).names.join(" ")
}

#[test]
fn words_are_those_that_the_parser_looks_for() {
    for (script, wanted) in [
        (
            "SHOW ",
            "METRICS DIMENSIONS SUBSETS LISTS TABLES VIEWS CALENDARS RULES USERS ROLES GROUPS SCENARIOS SNAPSHOTS REVISIONS FORMULA ROLE AUDIT",
        ),
        ("USE ", "SCENARIO"),
        ("CREATE ", "DIMENSION SUBSET CALENDAR LIST METRIC TABLE VIEW SCENARIO SNAPSHOT USER GROUP ROLE RULE"),
        ("CREATE ROLE Planner ", "PERMISSIONS READ WRITE AGENTS"),
        ("MERGE SCENARIO Upside INTO Base ON CONFLICT ", "FAIL OURS THEIRS"),
        ("REVERT TO ", "REVISION"),
        ("ALTER METRIC Price ", "IN AS DROP RENAME"),
        ("EXPLAIN ", "ANALYZE VERBOSE SELECT WITH VALUES FORMULA VALUE ACCESS LEAKS"),
        ("CREATE METRIC Rights ACCESS ", "RIGHTS BY AS"),
        ("COPY Sales FROM 'a.csv' WITH (unknown = ", "error create skip"),
        ("SET ", "autocalc"),
        ("UPDATE Sales SET Sales = 1 ", "WHERE"),
        ("CREATE VIEW Summary AS ", "SELECT WITH VALUES"),
        ("COMMIT; -- done\n BEGIN ", "TRANSACTION WORK"),
        // What is wrong before its end, or is wrong already, goes on with nothing.
        ("SHOW METRIX ", ""),
        ("SHOW METRICS nothing ", ""),
    ] {
        assert_eq!(words(script), wanted, "{script}");
    }
    for begin in ["", " ", "SELECT 1;", "SELECT ';' ; /* ; */ "] {
        assert!(words(begin).starts_with("SELECT WITH VALUES EXPLAIN EVALUATE SHOW "), "{begin}");
    }
}

#[test]
fn names_are_told_by_whose_they_are() {
    assert_eq!(names("USE SCENARIO "), "a scenario's name");
    assert_eq!(names("COMPARE SCENARIO Upside WITH Base ON "), "a metric's name");
    assert_eq!(names("INSERT INTO "), "the name of a metric, a dimension or a list");
    assert_eq!(names("CREATE DIMENSION Store (Code TEXT, Country "), "a type");
    assert_eq!(names("GRANT ROLE Planner TO USER "), "a user's name in `'`");
    assert_eq!(names("SHOW "), "");
}

#[test]
fn the_other_two_languages_are_told() {
    let of = |script| {
        let Expected { sql, formula, .. } = expected(script);
        (sql, formula)
    };
    for (script, wanted) in [
        ("SELECT ", (true, false)),
        ("COPY (SELECT a FROM ", (true, false)),
        ("UPDATE Sales SET Sales = ", (true, false)),
        ("DELETE FROM Sales WHERE ", (true, false)),
        ("EXECUTE AS USER 'ann' SELECT ", (true, false)),
        ("EVALUATE ", (false, true)),
        ("EVALUATE Volume * (", (false, true)),
        ("CREATE METRIC M NUMBER BY (Store) AS ", (false, true)),
        ("CREATE METRIC M NUMBER AS $$ 1 + ", (false, true)),
        ("CREATE METRIC M NUMBER AS $$ 1 $$ ", (false, false)),
        ("SHOW ", (false, false)),
    ] {
        assert_eq!(of(script), wanted, "{script}");
    }
    assert!(formula_functions().any(|name| name == "CUMULATE"));
}
