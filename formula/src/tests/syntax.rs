//! Lexis and precedence (formulas.md §2).

use crate::{ExprKind, parse};

fn printed(text: &str) -> String {
    parse(text).unwrap_or_else(|e| panic!("{text}\n{e}")).to_string()
}

/// The text with every bracket written out.
fn brackets(text: &str) -> String {
    fn full(e: &crate::Expr) -> String {
        match &e.kind {
            ExprKind::Binary(op, a, b) => {
                let sign = match op {
                    crate::BinaryOp::Power => "^",
                    crate::BinaryOp::Compare(c) => c.sign(),
                };
                format!("({} {sign} {})", full(a), full(b))
            }
            ExprKind::Negate(a) => format!("(-{})", full(a)),
            ExprKind::Not(a) => format!("(NOT {})", full(a)),
            ExprKind::Sum(terms) => {
                let terms: Vec<String> = terms.iter().map(|t| format!("{}{}", if t.negative { "-" } else { "+" }, full(&t.expr))).collect();
                format!("({})", terms.join(" "))
            }
            ExprKind::Product(factors) => {
                let (first, rest) = factors.split_first().unwrap();
                rest.iter().fold(full(&first.expr), |all, f| format!("({all} {} {})", if f.divides { "/" } else { "*" }, full(&f.expr)))
            }
            ExprKind::And(all) => {
                let (first, rest) = all.split_first().unwrap();
                rest.iter().fold(full(first), |all, e| format!("({all} AND {})", full(e)))
            }
            ExprKind::Concat(all) => format!("({})", all.iter().map(full).collect::<Vec<_>>().join(" & ")),
            ExprKind::Or(all) => format!("({})", all.iter().map(full).collect::<Vec<_>>().join(" OR ")),
            ExprKind::In(v, all) => format!("({} IN {})", full(v), all.iter().map(full).collect::<Vec<_>>().join(", ")),
            _ => e.to_string(),
        }
    }
    full(&parse(text).unwrap_or_else(|e| panic!("{text}\n{e}")))
}

#[test]
fn operators_bind_in_the_order_of_the_contract() {
    for (text, expected) in [
        ("-2^2", "(-(2 ^ 2))"),
        ("2^-1", "(2 ^ (-1))"),
        ("2^3^2", "(2 ^ (3 ^ 2))"),
        ("2^-1^2", "(2 ^ (-(1 ^ 2)))"),
        ("2^-1*3", "((2 ^ (-1)) * 3)"),
        ("- -2", "(-(-2))"),
        ("-a*b", "((-a) * b)"),
        ("a*-b", "(a * (-b))"),
        ("a/b*c", "((a / b) * c)"),
        ("a-b*c", "(+a -(b * c))"),
        ("a & b + c", "(a & (+b +c))"),
        ("a = b & c", "(a = (b & c))"),
        ("NOT a = b", "(NOT (a = b))"),
        ("NOT a AND b", "((NOT a) AND b)"),
        ("a AND NOT b", "(a AND (NOT b))"),
        ("a OR b AND c", "(a OR (b AND c))"),
        ("a AND b OR c", "((a AND b) OR c)"),
        ("a AND b AND c", "((a AND b) AND c)"),
        ("NOT NOT a", "(NOT (NOT a))"),
        ("a + 1 IN (b, c)", "((+a +1) IN b, c)"),
        ("a < 1 OR b > 2", "((a < 1) OR (b > 2))"),
        ("-a[BY: b]", "(-a[BY: b])"),
        ("a^b[BY: c]", "(a ^ b[BY: c])"),
    ] {
        assert_eq!(brackets(text), expected, "{text}");
    }
}

#[test]
fn a_chain_is_flat_and_brackets_break_it() {
    assert_eq!(brackets("a + b - c + d"), "(+a +b -c +d)");
    assert_eq!(brackets("a - (b + c)"), "(+a -(+b +c))");
    assert_eq!(brackets("(a + b) + c"), "(+(+a +b) +c)");
    assert_eq!(brackets("a OR (b OR c)"), "(a OR (b OR c))");
    assert_eq!(brackets("a & (b & c) & d"), "(a & (b & c) & d)");
    assert_eq!(brackets("((a)) + b"), "(+a +b)");
}

#[test]
fn literals_are_read_to_the_letter() {
    for (text, expected) in [
        ("12", ExprKind::Integer(12)),
        ("9223372036854775807", ExprKind::Integer(i64::MAX)),
        ("2.0", ExprKind::Number(2.0)),
        ("2.5e-3", ExprKind::Number(0.0025)),
        ("1E3", ExprKind::Number(1000.0)),
        ("10%", ExprKind::Number(0.1)),
        ("12.5%", ExprKind::Number(0.125)),
        ("7%", ExprKind::Number(0.07)),
        ("true", ExprKind::Boolean(true)),
        ("Blank", ExprKind::Blank),
        ("\"a\"\"b\"", ExprKind::Text("a\"b".to_owned())),
        ("\"\"", ExprKind::Text(String::new())),
        ("1 // one\n", ExprKind::Integer(1)),
        ("/* a * / -- ; */ 1", ExprKind::Integer(1)),
        ("\u{feff}1\u{a0}", ExprKind::Integer(1)),
    ] {
        assert_eq!(parse(text).unwrap_or_else(|e| panic!("{text}\n{e}")).kind, expected, "{text}");
    }
    assert_eq!(printed("'it''s' + Margin%"), "'it''s' + Margin%");
    assert_eq!(printed("\"--\" & \"//\""), "\"--\" & \"//\"");
}

#[test]
fn modifiers_apply_from_left_to_right_however_they_are_written() {
    assert_eq!(parse("x[BY: a][ADD: b]").unwrap(), parse("x[by: a; add: b]").unwrap());
    assert_eq!(parse("(x[BY: a])[ADD: b]").unwrap(), parse("x[BY: a; ADD: b]").unwrap());
    assert_eq!(
        printed("x[By split on w+1 : a, b ; Keep max: 'c d'; select: Month - 1]"),
        "x[BY SPLIT ON w + 1: a, b][KEEP MAX: 'c d'][SELECT: Month - 1]"
    );
    assert_eq!(printed("cumulate(x, D on -E, SUM)"), "cumulate(x, D ON -E, SUM)");
}

/// What is wrong, its code, line, column, and a word of the message or help.
const WRONG: &[(&str, &str, usize, usize, &str)] = &[
    ("", "E_EMPTY", 1, 1, "empty"),
    ("  // nothing", "E_EMPTY", 1, 13, "empty"),
    ("1 --2", "E_OPERATOR", 1, 3, "`- -`"),
    ("a == b", "E_OPERATOR", 1, 3, "`=`"),
    ("a != b", "E_OPERATOR", 1, 3, "`<>`"),
    ("(a + b", "E_BRACKET", 1, 1, "never closed"),
    ("ROUND((a + b, 2)", "E_BRACKET", 1, 6, "never closed"),
    ("a +\n  x[BY: (b]", "E_BRACKET", 2, 9, "never closed"),
    ("x[BY: b", "E_BRACKET", 1, 2, "`[`"),
    ("a)", "E_BRACKET", 1, 2, "closes nothing"),
    ("\"abc", "E_UNCLOSED", 1, 1, "never closed"),
    ("a & 'b", "E_UNCLOSED", 1, 5, "never closed"),
    ("a /* b", "E_UNCLOSED", 1, 3, "never closed"),
    ("a < b < c", "E_CHAIN", 1, 7, "do not chain"),
    ("a = b = c", "E_CHAIN", 1, 7, "do not chain"),
    ("a IN (b) IN (c)", "E_CHAIN", 1, 10, "not expected"),
    ("a NOT IN (b)", "E_UNEXPECTED", 1, 3, "NOT a IN"),
    ("a + 1 < b <= c * 2", "E_CHAIN", 1, 11, "`a + 1 < b AND b <= c * 2`"),
    ("a NOT IN (b, c) AND d", "E_UNEXPECTED", 1, 3, "`NOT a IN (b, c)`"),
    ("OR(a AND b, (c), d OR e)", "E_SYNTAX", 1, 1, "`a AND b OR c OR (d OR e)`"),
    ("'a b' = NOT b + 1", "E_SYNTAX", 1, 9, "`(NOT b + 1)`"),
    ("x[BY SUM Store.Country]", "E_SYNTAX", 1, 10, "`[BY SUM: Store.Country]`"),
    ("x[BY Store.Country]", "E_METHOD", 1, 6, "`[BY: Store.Country]`"),
    ("x[FILTER ANY: a > f(b)]", "E_METHOD", 1, 10, "`[FILTER: a > f(b)]`"),
    ("x[FILTER: a, b = 1]", "E_MODIFIER", 1, 12, "`[FILTER: a; FILTER: b = 1]`"),
    ("x[FILTER: a, EXCLUDE: b = 1]", "E_MODIFIER", 1, 12, "`[FILTER: a; EXCLUDE: b = 1]`"),
    ("x[SELECT: a, by FIRST: b]", "E_MODIFIER", 1, 12, "`[SELECT: a; by FIRST: b]`"),
    ("x[ADD: D[SELECT: 1]]", "E_MODIFIER", 1, 8, "`[ADD: D]`"),
    ("x[ADD: D[SELECT: 1][KEEP: b], c]", "E_MODIFIER", 1, 8, "`[ADD: D, c]`"),
    ("x[REMOVE: f(a, (b)).c]", "E_MODIFIER", 1, 11, "`[REMOVE: f]`"),
    ("x[\"a\"]", "E_MODIFIER", 1, 3, "`[SELECT: D.\"a\"]`"),
    ("x[D.\"a\"]", "E_MODIFIER", 1, 3, "`[SELECT: D.\"a\"]`"),
    ("x['a b'.\"c d\"]", "E_MODIFIER", 1, 3, "`[SELECT: 'a b'.\"c d\"]`"),
    ("f(a; b)", "E_UNEXPECTED", 1, 4, "arguments are separated by `,`"),
    ("--2", "E_OPERATOR", 1, 1, "write `- -`"),
    (" -- 2 ", "E_OPERATOR", 1, 2, "write `- -`"),
    ("x[REMOVE: Store.Country.Region]", "E_MODIFIER", 1, 11, "write `[REMOVE: Store]`"),
    ("Net Revenue 2 * 3", "E_UNEXPECTED", 1, 5, "`'Net Revenue 2'`"),
    ("f(a,)", "E_MISSING_VALUE", 1, 5, "take `,` out"),
    ("a IN b", "E_SYNTAX", 1, 6, "a IN (b)"),
    ("a = NOT b", "E_SYNTAX", 1, 5, "(NOT b)"),
    ("AND(a, b)", "E_SYNTAX", 1, 1, "a AND b"),
    ("or + 1", "E_KEYWORD", 1, 1, "'or'"),
    ("Store.In", "E_KEYWORD", 1, 7, "'In'"),
    ("a b", "E_UNEXPECTED", 1, 3, "operator is missing"),
    ("Gross Margin + 1", "E_UNEXPECTED", 1, 7, "single quotes"),
    ("2 3", "E_UNEXPECTED", 1, 3, "operator is missing"),
    ("a + ", "E_MISSING_VALUE", 1, 5, "value is missing"),
    ("a + * b", "E_MISSING_VALUE", 1, 5, "value is missing"),
    ("+a", "E_MISSING_VALUE", 1, 1, "`+`"),
    ("f(a,)", "E_MISSING_VALUE", 1, 5, "value is missing"),
    ("f(a b)", "E_UNEXPECTED", 1, 5, "operator is missing"),
    ("a; b", "E_UNEXPECTED", 1, 2, "x[A; B]"),
    ("12abc", "E_NUMBER", 1, 1, "'12abc'"),
    ("5.", "E_NUMBER", 1, 1, "`5.0`"),
    (".5", "E_NUMBER", 1, 1, "`0.5`"),
    ("99999999999999999999", "E_TOO_LARGE", 1, 1, "99999999999999999999.0"),
    ("1e999", "E_TOO_LARGE", 1, 1, "too large"),
    ("a × b", "E_CHARACTER", 1, 3, "`*`"),
    ("“a”", "E_CHARACTER", 1, 1, "straight"),
    ("x[Month - 1]", "E_MODIFIER", 1, 3, "[SELECT: Month - 1]"),
    ("x[BYE: a]", "E_MODIFIER", 1, 3, "`BY`"),
    ("x[BY SUMM: a]", "E_METHOD", 1, 6, "`SUM`"),
    ("x[BY AVERAGE: a]", "E_METHOD", 1, 6, "`AVG`"),
    ("x[BY STDEV: a]", "E_METHOD", 1, 6, "`STDEVS` or `STDEVP`"),
    ("x[BY a]", "E_METHOD", 1, 6, "`:`"),
    ("x[BY]", "E_SYNTAX", 1, 5, "`:` is missing"),
    ("x[REMOVE SUM: a.b]", "E_MODIFIER", 1, 15, "names of dimensions"),
    ("x[REMOVE SUM: \"a b\"]", "E_QUOTES", 1, 15, "'a b'"),
    ("x[ADD: ]", "E_MISSING_VALUE", 1, 8, "name is missing"),
    ("x[FILTER SUM: a]", "E_METHOD", 1, 10, "no method"),
    ("x[SELECT: a, b]", "E_MODIFIER", 1, 12, "one expression"),
    ("[BY: a]", "E_MISSING_VALUE", 1, 1, "value is missing"),
    ("a.b.\"c\"", "E_PATH", 1, 5, "alone"),
    ("a.2024", "E_QUOTES", 1, 3, "\"2024\""),
    ("'f'(a)", "E_SYNTAX", 1, 1, "not a function"),
    ("é + ü #", "E_CHARACTER", 1, 7, "no meaning"),
];

#[test]
fn what_is_wrong_is_reported_where_it_is() {
    for &(text, code, line, column, word) in WRONG {
        let e = match parse(text) {
            Ok(e) => panic!("{text} should be refused, but reads {e}"),
            Err(e) => e.first().clone(),
        };
        assert_eq!((e.code.text(), e.line, e.column), (code, line, column), "{text}\n{e}");
        assert!(e.to_string().contains(word), "{text}\n{e}");
    }
}

#[test]
fn an_error_prints_its_place_its_line_and_its_help() {
    let e = parse("a +\n1 --2").unwrap_err();
    assert_eq!(
        e.to_string(),
        "line 2, column 3: `--` is not an operator [E_OPERATOR]\n1 --2\n  ^^\nhelp: write `- -` for two minus signs, `//` for a comment"
    );
}

#[test]
fn what_is_likely_meant_is_offered() {
    use super::refused;
    for (text, help) in [
        ("Revenue +", "write a value behind `+`, or take `+` out"),
        ("Revenue AND", "write a value behind `AND`"),
        ("* 3", "`*` stands between two values: `a * b`"),
        ("2 ** 3", "a power is written `^`: `2 ^ 3`"),
        ("2 + * 3", "write a value between `+` and `*`"),
        ("1.5.2", "a number has one decimal point"),
    ] {
        let code = parse(text).unwrap_err().first().code.text();
        assert!(["E_MISSING_VALUE", "E_NUMBER"].contains(&code), "{text}: {code}");
        refused(text, code, &[help]);
    }
    for (text, code, help) in [
        ("1 AND 2", "E_TYPE", "write `1 <> 0`"),
        ("NOT 1", "E_TYPE", "write `1 <> 0`"),
        ("IF(1, 2, 3)", "E_TYPE", "write `1 <> 0`"),
        ("NOT Note", "E_TYPE", "write `Note = \"…\"`"),
        ("NOT Month", "E_TYPE", "write `Month = Month.\"…\"`"),
        ("Month = 2024", "E_MIXED_TYPES", "Month.\""),
        ("2024 = Month", "E_MIXED_TYPES", "Month.\""),
    ] {
        refused(text, code, &[help]);
    }
}
