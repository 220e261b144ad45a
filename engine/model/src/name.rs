//! Names have no case.

/// The form under which a name is found: Unicode's full case folding. Lower case after upper case folds `ß`, `ſ` and final sigma as well; `ẞ` has
/// no upper case, and `ı` has that of another letter.
pub fn fold(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            'ẞ' => folded.push_str("ss"),
            'ı' => folded.push('ı'),
            letter => folded.extend(letter.to_uppercase().flat_map(char::to_lowercase)),
        }
    }
    folded.replace('ς', "σ")
}

/// A name in the quotes in which every name can stand in a statement.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A name as a statement takes it, in quotes only where it needs them.
pub fn written(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let stands_alone = !name.is_empty() && name.chars().all(is_plain) && !name.starts_with(|c: char| c.is_ascii_digit());
    if stands_alone { name.to_owned() } else { quoted(name) }
}

/// Whether two names are the same name.
pub fn same_name(a: &str, b: &str) -> bool {
    // A letter has up to 4 bytes, and becomes up to three: so far apart in length, names cannot be the same, and need no folding.
    if a.len() / 64 > b.len() || b.len() / 64 > a.len() {
        return false;
    }
    if a.is_ascii() && b.is_ascii() { a.eq_ignore_ascii_case(b) } else { fold(a) == fold(b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_as_unicode_says() {
        let pairs = [("Straße", "STRASSE"), ("STRAẞE", "straße"), ("Σίσυφος", "ΣΊΣΥΦΟΣ"), ("\u{212a}ilo", "kilo"), ("ﬁt", "FIT")];
        for (one, other) in pairs.into_iter().chain([("ſo", "SO"), ("ÄÖ", "äö"), ("Plain", "pLAIN")]) {
            assert!(same_name(one, other), "{one} {other}");
        }
        for (one, other) in [("sıra", "sira"), ("a", "b"), ("ä", "a")] {
            assert!(!same_name(one, other), "{one} {other}");
        }
    }
}
