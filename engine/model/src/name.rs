//! Names have no case.

/// The form under which a name is found: Unicode lower case after upper case, which folds `ß`, `ſ` and final sigma as well.
pub fn fold(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    name.to_uppercase().to_lowercase().replace('ς', "σ")
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
