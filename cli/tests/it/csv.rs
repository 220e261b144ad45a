//! The rules of `--format csv`, through the whole engine.

use crate::program::Program;

fn csv(script: &str) -> String {
    let run = Program::new().run(&["sql", "--format", "csv", "-c", script]);
    assert_eq!(run.status, Some(0), "{run:?}");
    run.out
}

#[test]
fn blank_is_empty_but_null_in_a_result_of_one_column() {
    assert_eq!(csv("SELECT NULL AS a, 1 AS b;"), "a,b\n,1\n");
    assert_eq!(csv("SELECT CAST(NULL AS VARCHAR) AS a;"), "a\nNULL\n");
}

#[test]
fn texts_that_could_be_misread_are_quoted() {
    assert_eq!(csv("SELECT 'NULL' AS a;"), "a\n\"NULL\"\n");
    assert_eq!(
        csv("SELECT '' AS a, 'x,y' AS b, 'say \"hi\"' AS c, 'two\nlines' AS d;"),
        "a,b,c,d\n\"\",\"x,y\",\"say \"\"hi\"\"\",\"two\nlines\"\n"
    );
}

#[test]
fn numbers_are_the_shortest_digits() {
    let found = csv("SELECT 0.1 + 0.2 AS a, 2.0 AS b, 1e21 AS c, 1.5e-9 AS d, -0.0 AS e, 7 AS f;");
    assert_eq!(found, "a,b,c,d,e,f\n0.30000000000000004,2,1e21,1.5e-9,0,7\n");
}

#[test]
fn truth_values_and_dates() {
    assert_eq!(csv("SELECT TRUE AS a, 1 > 2 AS b, DATE '2024-02-29' AS c;"), "a,b,c\nTRUE,FALSE,2024-02-29\n");
}

#[test]
fn an_empty_line_stands_between_two_results_and_nothing_else() {
    assert_eq!(csv("SELECT 1 AS a; CREATE DIMENSION D (Name TEXT); SELECT 2 AS b; SELECT 3 AS c;"), "a\n1\n\nb\n2\n\nc\n3\n");
}

#[test]
fn no_rows_is_a_header() {
    assert_eq!(csv("CREATE METRIC A NUMBER; SELECT * FROM A;"), "A\n");
}
