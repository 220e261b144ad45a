//! Whatever the text, there is an answer or an error with a place in the text, soon, and on an ordinary stack.

use std::time::Instant;

use proptest::prelude::*;

use super::World;
use crate::{Code, Place, parse};

fn survives(text: &str) -> bool {
    let world = World::new();
    let places = [Place::Free, world.place("NUMBER", "Product, Month")];
    places.iter().all(|place| match world.compile(text, place) {
        Ok(_) => true,
        Err(e) => e.iter().all(|d| {
            let lines: Vec<&str> = text.split('\n').collect();
            !d.message.is_empty() && d.line >= 1 && d.line <= lines.len() && d.column >= 1 && {
                let line = lines[d.line - 1];
                d.column <= line.chars().count() + 1
            }
        }),
    })
}

#[test]
fn huge_formulas_get_an_answer_or_an_error_within_seconds() {
    let n = 20_000;
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(n), close.repeat(n));
    let cases = [
        vec!["Price"; n].join(" + "),
        vec!["Price"; n].join(" - "),
        vec!["Note"; n].join(" & "),
        vec!["Flag"; n].join(" OR "),
        vec!["Flag"; n].join(" AND "),
        vec!["Price"; n].join(" * "),
        vec!["2"; n].join("^"),
        deep("(", ")"),
        deep("-(", ")"),
        deep("NOT ", ""),
        deep("- ", ""),
        deep("ABS(", ")"),
        deep("IF(TRUE,", ")"),
        deep("1 + (", ")"),
        deep("Price[BY: ", "]"),
        format!("Price{}", "[ADD: Store]".repeat(n)),
        format!("Month{}", ".Quarter".repeat(n)),
        format!("Count IN ({})", vec!["1"; n].join(", ")),
        format!("SWITCH(Count, {})", vec!["1"; n].join(", ")),
        format!("MIN({})", vec!["Price"; n].join(", ")),
        vec!["Nowhere"; n].join(" + "),
        format!("\"{}\"", "x".repeat(1 << 20)),
        format!("'{}'", "x".repeat(1 << 20)),
        "x".repeat(1 << 20),
        "1".repeat(1 << 20),
        "(".repeat(1 << 20),
        "[".repeat(1 << 20),
        "é ".repeat(1 << 19),
        "/*".repeat(1 << 19),
        "\n".repeat(1 << 20),
        "'".repeat((1 << 20) + 1),
        format!("1e{}", "9".repeat(1 << 20)),
    ];
    for text in &cases {
        let start = Instant::now();
        let answer = World::new().compile(text, &Place::Free);
        let shown: String = text.chars().take(40).collect();
        assert!(start.elapsed().as_secs_f64() < 1.0, "{shown}… took {:?}", start.elapsed());
        if let Err(e) = answer {
            assert!(e.to_string().len() < 20_000, "{shown}…");
        }
    }
    for sum in &cases[..6] {
        assert!(World::new().compile(sum, &Place::Free).is_ok(), "a long chain is no deep one");
    }
    for deep in &cases[6..16] {
        let code = World::new().compile(deep, &Place::Free).unwrap_err().first().code;
        assert_eq!(code, Code::Limit, "{}…", deep.chars().take(40).collect::<String>());
    }
}

#[test]
fn the_deepest_formula_that_is_taken_fits_a_small_stack() {
    let small = std::thread::Builder::new().stack_size(1 << 20);
    let run = small.spawn(|| {
        for (open, close) in
            [("(", ")"), ("ABS(", ")"), ("IF(TRUE, ", ")"), ("1 * (", ")"), ("1 + (", ")"), ("NOT (1 = ", ")"), ("-(", ")")]
        {
            for depth in [60, 90, 98, 99, 100, 150, 195, 199, 200, 201, 250] {
                let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
                let answer = World::new().compile(&text, &Place::Free);
                if let Ok(program) = &answer {
                    assert_eq!(&program.clone(), program);
                    let _ = format!("{:?}", program.root).len();
                }
                if let Ok(e) = parse(&text) {
                    assert_eq!(parse(&e.to_string()).ok(), Some(e));
                }
            }
        }
    });
    assert!(run.unwrap().join().is_ok());
}

#[test]
fn two_hundred_thousand_tokens_are_too_many() {
    let e = parse(&vec!["1"; 100_001].join("+")).unwrap_err();
    assert_eq!(e.first().code, Code::Limit);
}

const SOUP: &[&str] = &[
    "Revenue",
    "Price",
    "Flag",
    "Note",
    "Month",
    "Store",
    "Product",
    "Orders",
    "Count",
    "Hired",
    "'Team of'",
    "Country",
    "Nowhere",
    ".",
    ".Country",
    ".Amount",
    ".\"P1\"",
    ".\"2024-01\"",
    "(",
    ")",
    "[",
    "]",
    ",",
    ";",
    ":",
    "+",
    "-",
    "*",
    "/",
    "^",
    "&",
    "=",
    "<>",
    "<",
    ">=",
    "AND",
    "OR",
    "NOT",
    "IN",
    "ON",
    "BLANK",
    "TRUE",
    "1",
    "2.5",
    "10%",
    "\"x\"",
    "IF(",
    "ROUND(",
    "CUMULATE(",
    "SHIFT(",
    "PREVIOUS(",
    "PREVIOUSOF(",
    "NPV(",
    "RANK(",
    "SWITCH(",
    "[BY: ",
    "[BY SUM: ",
    "[BY SPLIT ON ",
    "[SELECT: ",
    "[FILTER: ",
    "[ADD: ",
    "[REMOVE SUM: ",
    "[KEEP: ",
    "CurrentValue",
    "SUM",
    "DESC",
    " ",
    "\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn token_soup_never_panics(words in prop::collection::vec(prop::sample::select(SOUP), 0..24)) {
        prop_assert!(survives(&words.join(" ")));
    }

    #[test]
    fn balanced_soup_never_panics(
        words in prop::collection::vec(prop::sample::select(SOUP), 0..12),
        heads in prop::collection::vec(prop::sample::select(vec![("IF(", ")"), ("x[BY: ", "]"), ("CUMULATE(", ", Month)"), ("Price[FILTER: ", "]"), ("(", ")"), ("Price[SELECT: ", "]")]), 0..4),
    ) {
        let mut text = words.join(" ");
        for (open, close) in heads {
            text = format!("{open}{text}{close}");
        }
        prop_assert!(survives(&text));
    }

    #[test]
    fn any_text_never_panics(text in "\\PC{0,40}") {
        prop_assert!(survives(&text));
    }

    #[test]
    fn any_characters_never_panic(text in prop::collection::vec(any::<char>(), 0..30)) {
        prop_assert!(survives(&text.into_iter().collect::<String>()));
    }
}
