//! Names as they are written in a formula, and names that somebody may have meant.

use smalt_model::fold;

use crate::lexer::Keyword;

/// A name as it must be written: bare where it can be, else in single quotes.
pub fn quote_name(name: &str) -> String {
    let mut letters = name.chars();
    let starts_well = letters.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    let bare = starts_well && letters.all(|c| c.is_alphanumeric() || c == '_' || c == '%');
    if bare && Keyword::from_name(name).is_none() { name.to_owned() } else { format!("'{}'", name.replace('\'', "''")) }
}

/// A text or an item's name as it must be written: in double quotes.
pub fn quote_text(text: &str) -> String {
    smalt_model::quoted(text)
}

/// The names close to `wanted`, the closest first, at most three.
pub(crate) fn closest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    if wanted.len() > 500 {
        return Vec::new();
    }
    let wanted: Vec<char> = fold(wanted).chars().collect();
    if wanted.is_empty() || wanted.len() > 60 {
        return Vec::new();
    }
    let limit = match wanted.len() {
        0..=2 => 1,
        3..=5 => 2,
        _ => 3,
    };
    let mut found: Vec<(usize, &str)> = names
        .into_iter()
        .filter(|name| name.chars().take(64).count().abs_diff(wanted.len()) <= limit)
        .filter_map(|name| {
            let other: Vec<char> = fold(name).chars().collect();
            let far = distance(&wanted, &other);
            (far <= limit && far < wanted.len().max(other.len())).then_some((far, name))
        })
        .collect();
    found.sort();
    found.dedup();
    found.into_iter().take(3).map(|(_, name)| name).collect()
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one into the other (Damerau and Levenshtein, each place edited once).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, &ca) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &cb) in b.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, j + 1) + 1).min(at(&row, j) + 1).min(at(&last, j) + usize::from(ca != cb));
            if i > 0 && j > 0 && a.get(i - 1) == Some(&cb) && b.get(j - 1) == Some(&ca) {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(a.len())
}

/// `` `a`, `b` or `c` ``.
pub(crate) fn any_of(names: impl IntoIterator<Item = String>) -> String {
    let mut names: Vec<String> = names.into_iter().map(|n| format!("`{n}`")).collect();
    match names.pop() {
        None => String::new(),
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} or {last}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn far(a: &str, b: &str) -> usize {
        distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>())
    }

    #[test]
    fn distances_are_those_of_the_textbook() {
        for (a, b, expected) in [("", "abc", 3), ("kitten", "sitting", 3), ("ab", "ba", 1), ("Revenue", "Reveune", 1), ("same", "same", 0)]
        {
            assert_eq!(far(a, b), expected, "{a} {b}");
            assert_eq!(far(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn the_closest_come_first_and_far_ones_never() {
        let names = ["Revenue", "Revenues", "Cost", "Volume"];
        assert_eq!(closest("revenue", names), ["Revenue", "Revenues"]);
        assert_eq!(closest("Csot", names), ["Cost"]);
        assert!(closest("Headcount", names).is_empty());
        assert!(closest(&"x".repeat(1_000_000), names).is_empty());
    }

    #[test]
    fn names_are_quoted_only_where_they_must_be() {
        for (name, written) in [
            ("Revenue", "Revenue"),
            ("Margin%", "Margin%"),
            ("Gross Margin", "'Gross Margin'"),
            ("42", "'42'"),
            ("it's", "'it''s'"),
            ("not", "'not'"),
            ("", "''"),
            ("Ünï", "Ünï"),
        ] {
            assert_eq!(quote_name(name), written);
        }
        assert_eq!(quote_text("a\"b"), "\"a\"\"b\"");
        assert_eq!(any_of(["a".to_owned(), "b".to_owned(), "c".to_owned()]), "`a`, `b` or `c`");
    }
}
