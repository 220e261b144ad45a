//! Texts. Lengths and places count code points, case matters.

use std::sync::Arc;

use smalt_formula::Function;
use smalt_vault::{BLANK_BOOLEAN, BLANK_INTEGER, Vector};

use super::LONGEST_TEXT;
use super::views::{texts, wholes};

type Text = Option<Arc<str>>;

pub(super) fn text(function: Function, args: &[Vector]) -> Option<Vector> {
    match (function, args) {
        (Function::Len, [t]) => {
            let len = |t: &Text| t.as_ref().map_or(BLANK_INTEGER, |t| integer(t.chars().count()));
            Some(Vector::Integer(texts(t)?.iter().map(len).collect()))
        }
        (Function::Left, [t, n]) => counted(t, n, |t, n| t.get(..byte_of(t, n))),
        (Function::Right, [t, n]) => counted(t, n, |t, n| t.get(byte_of(t, t.chars().count().saturating_sub(n))..)),
        (Function::Mid, [t, start, n]) => {
            let (t, start, n) = (texts(t)?, wholes(start)?, wholes(n)?);
            let one = |((t, start), n): ((&Text, &i64), &i64)| {
                let t = t.as_ref()?;
                let from = byte_of(t, usize::try_from(start.checked_sub(1)?).ok()?);
                let rest = t.get(from..)?;
                same_or(t, rest.get(..byte_of(rest, usize::try_from(*n).ok()?))?)
            };
            Some(Vector::Text(t.iter().zip(start.iter()).zip(n.iter()).map(one).collect()))
        }
        (Function::Lower, [t]) => changed(t, str::to_lowercase),
        (Function::Upper, [t]) => changed(t, str::to_uppercase),
        (Function::Proper, [t]) => changed(t, proper),
        (Function::Trim, [t]) => changed(t, trimmed),
        (Function::Contains, [t, part]) => asked(t, part, |t, part| t.contains(part)),
        (Function::StartsWith, [t, part]) => asked(t, part, |t, part| t.starts_with(part)),
        (Function::EndsWith, [t, part]) => asked(t, part, |t, part| t.ends_with(part)),
        (Function::Find, [part, t]) => {
            let one = |(part, t): (&Text, &Text)| {
                let (part, t) = (part.as_ref()?, t.as_ref()?);
                Some(integer(t.get(..t.find(&**part)?)?.chars().count() + 1))
            };
            Some(Vector::Integer(texts(part)?.iter().zip(texts(t)?).map(|pair| one(pair).unwrap_or(BLANK_INTEGER)).collect()))
        }
        (Function::Substitute, [t, old, new, which @ ..]) => {
            let which = match which {
                [] => None,
                [which] => Some(wholes(which)?),
                _ => return None,
            };
            let (t, old, new) = (texts(t)?, texts(old)?, texts(new)?);
            let one = |(at, ((t, old), new)): (usize, ((&Text, &Text), &Text))| {
                let (t, old, new) = (t.as_ref()?, old.as_ref()?, new.as_ref()?);
                let which = match &which {
                    Some(which) => Some(usize::try_from(which.get(at)?.checked_sub(1)?).ok()?),
                    None => None,
                };
                substituted(t, old, new, which)
            };
            Some(Vector::Text(t.iter().zip(old).zip(new).enumerate().map(one).collect()))
        }
        _ => None,
    }
}

fn integer(x: usize) -> i64 {
    i64::try_from(x).unwrap_or(i64::MAX)
}

/// Where the code point with a number (from 0) starts; the end where there are fewer.
fn byte_of(t: &str, number: usize) -> usize {
    // There are at least as many bytes as code points.
    if number >= t.len() {
        return t.len();
    }
    t.char_indices().nth(number).map_or(t.len(), |(at, _)| at)
}

/// A part of a text, sharing the text where it is all of it.
fn same_or(t: &Arc<str>, part: &str) -> Text {
    Some(if part.len() == t.len() { Arc::clone(t) } else { Arc::from(part) })
}

/// A part of each text, chosen by a count; a negative count is BLANK.
fn counted(t: &Vector, n: &Vector, f: impl for<'a> Fn(&'a str, usize) -> Option<&'a str>) -> Option<Vector> {
    let (t, n) = (texts(t)?, wholes(n)?);
    let one = |(t, n): (&Text, &i64)| {
        let t = t.as_ref()?;
        same_or(t, f(t, usize::try_from(*n).ok()?)?)
    };
    Some(Vector::Text(t.iter().zip(n.iter()).map(one).collect()))
}

/// Each text changed; shared where nothing changes.
fn changed(t: &Vector, f: impl Fn(&str) -> String) -> Option<Vector> {
    let one = |t: &Text| {
        let t = t.as_ref()?;
        let new = f(t);
        Some(if *new == **t { Arc::clone(t) } else { Arc::from(new) })
    };
    Some(Vector::Text(texts(t)?.iter().map(one).collect()))
}

/// A question about each two texts.
fn asked(t: &Vector, part: &Vector, f: impl Fn(&str, &str) -> bool) -> Option<Vector> {
    let one = |(t, part): (&Text, &Text)| match (t, part) {
        (Some(t), Some(part)) => u8::from(f(t, part)),
        _ => BLANK_BOOLEAN,
    };
    Some(Vector::Boolean(texts(t)?.iter().zip(texts(part)?).map(one).collect()))
}

/// Each letter that follows no letter in upper case, all others in lower case, as in spreadsheets.
fn proper(t: &str) -> String {
    let mut out = String::with_capacity(t.len());
    let mut after_letter = false;
    for c in t.chars() {
        if after_letter {
            out.extend(c.to_lowercase());
        } else {
            out.extend(c.to_uppercase());
        }
        // A combining accent belongs to the letter before it.
        if !matches!(c, '\u{300}'..='\u{36f}') {
            after_letter = c.is_alphabetic();
        }
    }
    out
}

/// Without white space at the ends, with one space for each run of it within.
fn trimmed(t: &str) -> String {
    let mut out = String::with_capacity(t.len());
    for word in t.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// All occurrences replaced, or only the one with a number (from 0). An empty text occurs nowhere.
/// `None` where the text would be too long.
fn substituted(t: &Arc<str>, old: &str, new: &str, which: Option<usize>) -> Option<Arc<str>> {
    if old.is_empty() || !t.contains(old) {
        return Some(Arc::clone(t));
    }
    let longer = new.len().saturating_sub(old.len());
    let count = if which.is_some() || longer == 0 { 1 } else { t.matches(old).count() };
    if t.len().saturating_add(count.saturating_mul(longer)) > LONGEST_TEXT.max(t.len()) {
        return None;
    }
    let Some(which) = which else { return Some(t.replace(old, new).into()) };
    Some(match t.match_indices(old).nth(which).and_then(|(at, _)| Some((t.get(..at)?, t.get(at + old.len()..)?))) {
        Some((before, after)) => [before, new, after].concat().into(),
        None => Arc::clone(t),
    })
}

#[cfg(test)]
mod tests {
    use smalt_formula::Function as F;
    use smalt_model::Type::{Boolean, Integer, Text};

    use crate::call::fixture::{B, b, check, i, n, t};

    #[test]
    fn lengths_are_code_points() {
        for (text, wanted) in [("", 0), ("abc", 3), ("Zürich", 6), ("e\u{301}", 2), ("日本", 2), ("😀!", 2), (" a ", 3)] {
            check(F::Len, &[t(text)], Integer, i(wanted));
        }
        check(F::Len, &[B], Integer, B);
    }

    #[test]
    fn parts_by_count() {
        for (text, count, left, right) in [
            ("Zürich", 2, t("Zü"), t("ch")),
            ("Zürich", 0, t(""), t("")),
            ("Zürich", 6, t("Zürich"), t("Zürich")),
            ("Zürich", 7, t("Zürich"), t("Zürich")),
            ("Zürich", -1, B, B),
            ("", 3, t(""), t("")),
            ("日本語", 1, t("日"), t("語")),
            ("abc", i64::MAX, t("abc"), t("abc")),
        ] {
            check(F::Left, &[t(text), i(count)], Text, left);
            check(F::Right, &[t(text), i(count)], Text, right);
        }
        for function in [F::Left, F::Right] {
            check(function, &[B, i(1)], Text, B);
            check(function, &[t("a"), B], Text, B);
        }
        check(F::Left, &[t("abc"), n(2.9)], Text, t("ab"));
    }

    #[test]
    fn mid_starts_from_one() {
        for (text, start, count, wanted) in [
            ("Zürich", 2, 3, t("üri")),
            ("Zürich", 1, 6, t("Zürich")),
            ("Zürich", 6, 10, t("h")),
            ("Zürich", 7, 1, t("")),
            ("Zürich", 100, 1, t("")),
            ("Zürich", 0, 1, B),
            ("Zürich", -1, 1, B),
            ("Zürich", 1, -1, B),
            ("Zürich", 3, 0, t("")),
            ("abc", i64::MAX, i64::MAX, t("")),
        ] {
            check(F::Mid, &[t(text), i(start), i(count)], Text, wanted);
        }
        check(F::Mid, &[B, i(1), i(1)], Text, B);
        check(F::Mid, &[t("a"), B, i(1)], Text, B);
        check(F::Mid, &[t("a"), i(1), B], Text, B);
    }

    #[test]
    fn left_and_right_and_mid_agree_with_lists_of_code_points() {
        for text in ["", "a", "Zürich", "日本語テキスト", "😀a😀"] {
            let chars: Vec<char> = text.chars().collect();
            for count in 0..9 {
                let string = |c: &[char]| t(&c.iter().collect::<String>());
                let many = i(i64::try_from(count).unwrap_or(0));
                let kept = count.min(chars.len());
                check(F::Left, &[t(text), many.clone()], Text, string(&chars[..kept]));
                check(F::Right, &[t(text), many.clone()], Text, string(&chars[chars.len() - kept..]));
                for start in 0..9 {
                    let wanted = string(&chars.iter().copied().skip(start).take(count).collect::<Vec<_>>());
                    let from = i(i64::try_from(start).unwrap_or(0) + 1);
                    check(F::Mid, &[t(text), from, many.clone()], Text, wanted);
                }
            }
        }
    }

    #[test]
    fn case_and_spaces() {
        for (text, lower, upper, proper, trim) in [
            ("", "", "", "", ""),
            ("paris", "paris", "PARIS", "Paris", "paris"),
            (" NEW  york ", " new  york ", " NEW  YORK ", " New  York ", "NEW york"),
            ("o'brien-smith", "o'brien-smith", "O'BRIEN-SMITH", "O'Brien-Smith", "o'brien-smith"),
            ("ÉCOLE d'été", "école d'été", "ÉCOLE D'ÉTÉ", "École D'Été", "ÉCOLE d'été"),
            ("straße", "straße", "STRASSE", "Straße", "straße"),
            ("q1 2024a", "q1 2024a", "Q1 2024A", "Q1 2024A", "q1 2024a"),
            ("\ta\n b\u{a0}c\t", "\ta\n b\u{a0}c\t", "\tA\n B\u{a0}C\t", "\tA\n B\u{a0}C\t", "a b c"),
            ("e\u{301}tat", "e\u{301}tat", "E\u{301}TAT", "E\u{301}tat", "e\u{301}tat"),
        ] {
            check(F::Lower, &[t(text)], Text, t(lower));
            check(F::Upper, &[t(text)], Text, t(upper));
            check(F::Proper, &[t(text)], Text, t(proper));
            check(F::Trim, &[t(text)], Text, t(trim));
        }
        for function in [F::Lower, F::Upper, F::Proper, F::Trim] {
            check(function, &[B], Text, B);
        }
    }

    #[test]
    fn questions_keep_case() {
        for (text, part, contains, starts, ends) in [
            ("Revenue", "Rev", true, true, false),
            ("Revenue", "rev", false, false, false),
            ("Revenue", "nue", true, false, true),
            ("Revenue", "", true, true, true),
            ("", "a", false, false, false),
            ("", "", true, true, true),
            ("a.c", ".", true, false, false),
        ] {
            check(F::Contains, &[t(text), t(part)], Boolean, b(contains));
            check(F::StartsWith, &[t(text), t(part)], Boolean, b(starts));
            check(F::EndsWith, &[t(text), t(part)], Boolean, b(ends));
        }
        for function in [F::Contains, F::StartsWith, F::EndsWith] {
            check(function, &[B, t("a")], Boolean, B);
            check(function, &[t("a"), B], Boolean, B);
        }
    }

    #[test]
    fn find_counts_from_one() {
        for (part, text, wanted) in [
            ("r", "Zürich", i(3)),
            ("Z", "Zürich", i(1)),
            ("z", "Zürich", B),
            ("", "Zürich", i(1)),
            ("ich", "Zürich", i(4)),
            ("aa", "baaa", i(2)),
            ("x", "", B),
        ] {
            check(F::Find, &[t(part), t(text)], Integer, wanted);
        }
        check(F::Find, &[B, t("a")], Integer, B);
        check(F::Find, &[t("a"), B], Integer, B);
    }

    #[test]
    fn a_text_that_would_be_too_long_is_blank() {
        let long = "a".repeat(crate::call::LONGEST_TEXT / 2);
        check(F::Substitute, &[t(&long), t("a"), t("bbb")], Text, B);
        check(F::Substitute, &[t(&long), t("a"), t("bb")], Text, t(&"b".repeat(crate::call::LONGEST_TEXT)));
    }

    #[test]
    fn substitute_replaces_all_or_one() {
        for (text, old, new, wanted) in [
            ("a-b-c", "-", "", "abc"),
            ("aaa", "aa", "b", "ba"),
            ("abc", "", "x", "abc"),
            ("abc", "B", "x", "abc"),
            ("été", "é", "e", "ete"),
            ("", "a", "b", ""),
        ] {
            check(F::Substitute, &[t(text), t(old), t(new)], Text, t(wanted));
        }
        for (which, wanted) in [(1, t("a+b-c")), (2, t("a-b+c")), (3, t("a-b-c")), (0, B), (-1, B), (-i64::MAX, B)] {
            check(F::Substitute, &[t("a-b-c"), t("-"), t("+"), i(which)], Text, wanted);
        }
        check(F::Substitute, &[B, t("a"), t("b")], Text, B);
        check(F::Substitute, &[t("a"), B, t("b")], Text, B);
        check(F::Substitute, &[t("a"), t("a"), B], Text, B);
        check(F::Substitute, &[t("a"), t("a"), t("b"), B], Text, B);
    }
}
