//! The reference's answers and what differs from them.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::Failure;

/// How far a sum may be from the reference's, relative to it (SPEC.md, section 4).
const TOLERANCE: f64 = 1e-6;

/// Numbers by name.
pub(crate) type Numbers = BTreeMap<String, f64>;

/// The answers at one scale.
#[derive(Debug)]
pub(crate) struct Expected(Value);

impl Expected {
    /// # Errors
    /// The file cannot be read or holds no JSON.
    pub(crate) fn read(path: &Path, scale: f64) -> Result<Option<Expected>, Failure> {
        let all: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
        Ok(all.get(scale.to_string()).map(|at_scale| Expected(at_scale.clone())))
    }

    /// What the reference has under a path of names, one number a leaf, named `first.second`.
    pub(crate) fn numbers(&self, path: &[&str]) -> Numbers {
        let mut out = Numbers::new();
        if let Some(found) = path.iter().try_fold(&self.0, |at, step| at.get(step)) {
            flatten("", found, &mut out);
        }
        out
    }
}

fn flatten(name: &str, value: &Value, out: &mut Numbers) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| {
            let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
            flatten(&name, value, out);
        }),
        _ => {
            if let Some(number) = value.as_f64() {
                out.insert(name.to_owned(), number);
            }
        }
    }
}

/// Counts are equal or not; sums may differ in their last digits.
fn agrees(name: &str, got: f64, wanted: f64) -> bool {
    if name.ends_with("count") || name.ends_with("rows") {
        return got == wanted;
    }
    (got - wanted).abs() <= TOLERANCE * got.abs().max(wanted.abs()).max(1e-9)
}

/// A line for every number that is asked for and differs. Only names in `got` are compared, and each of `wanted` that is in
/// none of `optional` must be there.
pub(crate) fn differences(got: &Numbers, wanted: &Numbers, optional: &str) -> Vec<String> {
    wanted
        .iter()
        .filter_map(|(name, wanted)| match got.get(name) {
            Some(got) if agrees(name, *got, *wanted) => None,
            Some(got) => Some(format!("{name}: {got}, expected {wanted}")),
            None if name.ends_with(optional) => None,
            None => Some(format!("{name} is missing")),
        })
        .collect()
}

/// An edit moves totals by less than the tolerance, so its effect is compared: what changed from `base` to `got` against what
/// changed in the reference (SPEC.md, section 4).
pub(crate) fn differences_of_change(got: &Numbers, base: &Numbers, wanted: &Numbers, wanted_base: &Numbers) -> Vec<String> {
    let mut out = Vec::new();
    for (name, value) in got.iter().filter(|(name, _)| name.ends_with(".sum")) {
        let (Some(base), Some(wanted), Some(wanted_base)) = (base.get(name), wanted.get(name), wanted_base.get(name)) else { continue };
        let (moved, expected) = (value - base, wanted - wanted_base);
        if (moved - expected).abs() > 1e-4 * expected.abs() + 1e-9 * wanted_base.abs() {
            out.push(format!("{name} moved by {moved}, expected {expected}"));
        }
    }
    out
}
