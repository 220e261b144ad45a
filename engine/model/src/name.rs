//! Names have no case.

/// The form under which a name is found: Unicode lower case after upper case, which folds `ß`, `ſ` and final sigma as well.
pub fn fold(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    name.to_uppercase().to_lowercase().replace('ς', "σ")
}

/// Whether two names are the same name.
pub fn same_name(a: &str, b: &str) -> bool {
    // A letter has up to 4 bytes, and becomes up to three: so far apart in length, names cannot be the same, and need no folding.
    if a.len() / 64 > b.len() || b.len() / 64 > a.len() {
        return false;
    }
    if a.is_ascii() && b.is_ascii() { a.eq_ignore_ascii_case(b) } else { fold(a) == fold(b) }
}
