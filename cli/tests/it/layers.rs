//! Which crate of the workspace may depend on which, and that the data libraries are there once.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

/// Crate, what it may depend on in the product, what besides in its tests.
const LAYERS: [(&str, &[&str], &[&str]); 9] = [
    ("smalt-model", &[], &[]),
    ("smalt-formula", &["smalt-model"], &[]),
    ("smalt-security", &["smalt-model"], &[]),
    ("smalt-vault", &["smalt-model", "smalt-security"], &[]),
    ("smalt-calc", &["smalt-model", "smalt-formula", "smalt-vault"], &[]),
    ("smalt-query", &["smalt-model", "smalt-vault"], &["smalt-security"]),
    ("smalt", &["smalt-model", "smalt-formula", "smalt-security", "smalt-vault", "smalt-calc", "smalt-query"], &[]),
    ("smalt-cli", &["smalt", "smalt-model"], &[]),
    ("smalt-benches", &["smalt"], &[]),
];

/// Libraries whose types cross crate boundaries: a second version would not fit the first.
const ONCE: [&str; 6] = ["arrow", "arrow-array", "parquet", "datafusion", "datafusion-common", "object_store"];

/// The manifests of the workspace's crates, as cargo reads them.
fn manifests() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[test]
fn crates_depend_on_lower_ones_only() {
    let manifests = manifests();
    let names = manifests.iter().map(|package| text(package, "name")).collect::<BTreeSet<_>>();
    assert_eq!(names, LAYERS.iter().map(|(name, ..)| *name).collect(), "the table of layers names other crates than the workspace has");
    for package in &manifests {
        let name = text(package, "name");
        let (_, product, tests) = LAYERS.iter().find(|(layer, ..)| *layer == name).unwrap();
        for dependency in package["dependencies"].as_array().unwrap() {
            let target = text(dependency, "name");
            let in_tests = text(dependency, "kind") == "dev";
            let allowed = !names.contains(target) || product.contains(&target) || (in_tests && tests.contains(&target));
            assert!(allowed, "`{name}` must not depend on `{target}`");
        }
    }
}

#[test]
fn data_libraries_are_there_once() {
    let lock = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock")).unwrap();
    for name in ONCE {
        let count = lock.lines().filter(|line| *line == format!("name = \"{name}\"")).count();
        assert!(count <= 1, "`{name}` is there {count} times");
    }
    for name in ["arrow", "parquet", "datafusion"] {
        assert!(lock.contains(&format!("name = \"{name}\"\n")), "`{name}` is gone: is this still the right list?");
    }
}
