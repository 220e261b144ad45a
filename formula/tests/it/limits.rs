//! Formulas that are too deep, too long or no formulas at all: each has an answer or an error within a second and 200 MB.

use std::time::{Duration, Instant};

use smalt_formula::{Place, compile};

use crate::fuzz::{MOST_MEMORY, SLOWEST};
use crate::model::Model;

const MEGABYTE: usize = 1 << 20;

/// The code of the first error for any place, "" where it is accepted; the time is that of the best of three.
fn answer(model: &Model, place: &Place, text: &str) -> &'static str {
    let shown: String = text.chars().take(40).collect();
    let mut best = Duration::MAX;
    let mut code = "";
    for _ in 0..3 {
        let start = Instant::now();
        let answer = compile(text, &model.schema, model, place);
        if let Err(e) = &answer {
            let report = e.to_string();
            assert!(report.len() < 40_000, "{shown:?}… has a report of {} bytes", report.len());
        }
        code = answer.map_or_else(|e| e.first().code.text(), |_| "");
        best = best.min(start.elapsed());
        if best < SLOWEST {
            break;
        }
    }
    assert!(best < SLOWEST, "{shown:?}… took {best:?}");
    assert!(crate::peak() < MOST_MEMORY, "{shown:?}… took {} MB", crate::peak() >> 20);
    code
}

fn answers(text: &str) -> &'static str {
    let model = Model::new();
    let codes: Vec<&str> = model.places().iter().take(2).map(|place| answer(&model, place, text)).collect();
    codes.first().copied().unwrap()
}

/// On a stack as small as a host may have.
fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    let _alone = crate::alone();
    let run = std::thread::Builder::new().stack_size(MEGABYTE).spawn(test).unwrap();
    if let Err(why) = run.join() {
        std::panic::resume_unwind(why);
    }
}

#[test]
fn a_hundred_thousand_levels_are_refused() {
    on_a_small_stack(|| {
        for (open, middle, close) in [
            ("(", "1", ")"),
            ("-", "1", ""),
            ("- ", "1", ""),
            ("-(", "1", ")"),
            ("NOT ", "Listed", ""),
            ("NOT (", "Listed", ")"),
            ("IF(Listed, ", "1", ")"),
            ("IF(", "Listed", ", 1)"),
            ("IF(Listed, 1, ", "1", ")"),
            ("ABS(", "1", ")"),
            ("1 + (", "1", ")"),
            ("2 ^ ", "2", ""),
            ("Price[FILTER: ", "Listed", "]"),
            ("Price[BY SPLIT ON ", "1", ": Month]"),
            ("Price[SELECT: ", "Month", "]"),
            ("CUMULATE(Price, Month ON ", "Month", ")"),
            ("1 IN (", "1", ")"),
            ("1 IN (0 : ", "1", ")"),
            ("a < (", "1", ")"),
            ("x[REMOVE: a]+y[", "BY: a", "]"),
            ("AND(", "a, b", ")"),
            ("a NOT IN (", "b", ")"),
            ("a < b < ", "c", ""),
            ("a IN ", "b", ""),
            ("1 = NOT ", "b", ""),
        ] {
            for levels in [1_000, 100_000] {
                let whole = format!("{}{middle}{}", open.repeat(levels), close.repeat(levels));
                let code = answers(&whole);
                assert_ne!(code, "", "{open}");
                assert_ne!(code, "E_INTERNAL", "{open}");
                answers(&open.repeat(levels));
                answers(&format!("{middle}{}", close.repeat(levels)));
            }
        }
        for chain in [".Quarter", "[ADD: Store]", "[FILTER: Listed]", "[REMOVE SUM: Month]"] {
            for links in [1_000, 100_000] {
                assert_ne!(answers(&format!("Price{}", chain.repeat(links))), "", "{chain}");
            }
        }
    });
}

#[test]
fn twenty_thousand_terms_are_an_answer() {
    on_a_small_stack(|| {
        let n = 20_000;
        for (term, sign) in [
            ("Price", " + "),
            ("Price", " - "),
            ("Price", " * "),
            ("Price", " / "),
            ("1", "+"),
            ("1.5", "*"),
            ("Label", " & "),
            ("Listed", " AND "),
            ("Listed", " OR "),
            ("(Price)", "+"),
            ("-Price", "+"),
        ] {
            assert_eq!(answers(&vec![term; n].join(sign)), "", "{term} {sign}");
        }
        for (head, term, close) in [
            ("MIN(", "Price", ")"),
            ("MAX(", "Units", ")"),
            ("Price[BY: ", "Product", "]"),
            ("Units IN (", "1", ")"),
            ("SWITCH(Units, ", "1", ")"),
            ("Label IN (", "\"a\"", ")"),
        ] {
            assert_eq!(answers(&format!("{head}{}{close}", vec![term; n].join(", "))), "", "{head}");
        }
        for (head, term, close) in [("ROUND(", "1", ")"), ("Price[ADD: ", "Store", "]"), ("SUMM(", "1", ")")] {
            assert_ne!(answers(&format!("{head}{}{close}", vec![term; n].join(", "))), "", "{head}");
        }
        for wrong in ["Nowhere", "Country.\"Nowhere\"", "Store.Nowhere", "NOWHERE(1)", "Label", "Country", "Orders.Amount + Price", "TRUE"]
        {
            assert_ne!(answers(&vec![wrong; n].join(" + ")), "", "{wrong}");
        }
        assert_eq!(answers(&vec!["1"; 50_001].join("+")), "E_LIMIT");
    });
}

#[test]
fn a_megabyte_of_anything_is_an_answer_or_an_error() {
    on_a_small_stack(|| {
        let fill = |piece: &str| piece.repeat(MEGABYTE / piece.len());
        for piece in [
            "x",
            "1",
            "_",
            "é",
            "'",
            "\"",
            "(",
            ")",
            "[",
            "]",
            " ",
            "\n",
            "\r\n",
            "\t",
            ".",
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
            "<",
            ">",
            "%",
            "!",
            "#",
            "\\",
            "\u{0}",
            "\u{feff}",
            "\u{301}",
            "\u{200d}",
            "\u{202e}",
            "\u{2028}",
            "א",
            "ﷺ",
            "\u{1f9ee}",
            "\u{10ffff}",
            "“",
            "a ",
            "1 ",
            "1.",
            ".1",
            "1.5e3 ",
            "a.",
            "//",
            "//\n",
            "/*",
            "/* */",
            "*/",
            "--",
            "''",
            "\"\"",
            "'a' ",
            "\"a\" ",
            "\"'",
            "()",
            "[]",
            "([",
            "a(",
            "a[",
            "NOT ",
            "a IN ",
            "TRUE ",
            "IF(",
            "x[BY: ",
            "a,",
            "e\u{301} ",
            "א+",
            "10%",
            "1e",
            "a=",
            "a<b<",
            "Price ",
            "Price+",
            "Price.Month",
            "Product.\"",
            "Label&\"",
        ] {
            answers(&fill(piece));
            answers(&format!("Price + {}", fill(piece)));
        }
        let long = fill("x");
        for (open, close) in [
            ("\"", "\""),
            ("'", "'"),
            ("Country.\"", "\""),
            ("Country.'", "'"),
            ("Country = \"", "\""),
            ("/*", "*/ 1"),
            ("//", "\n1"),
            ("Price[BY ", ": Month]"),
            ("Price[", "]"),
            ("Price[REMOVE: ", ".a]"),
            ("CUMULATE(Price, Month, ", ")"),
            ("", "(1)"),
            ("Orders.", ""),
            ("Price + ", " + Label"),
            ("TEXT(1, \"", "\")"),
            ("1 < Price < ", ""),
        ] {
            answers(&format!("{open}{long}{close}"));
        }
        answers(&format!("1e{}", fill("9")));
        answers(&format!("1.{}", fill("9")));
        answers(&format!("Price{} + Label", fill(" ")));
        answers(&format!("Price\n{}+ Label", fill("// x\n")));
        answers(&format!("Label + \"{long}\" * 2 < 3 < 4"));
        // Every character of Unicode, in and out of quotes.
        let all: String = (0..=0x0010_ffff).filter_map(char::from_u32).filter(|c| !matches!(c, '"' | '\'')).take(300_000).collect();
        answers(&all);
        answers(&format!("\"{all}\""));
        answers(&format!("'{all}'"));
    });
}
