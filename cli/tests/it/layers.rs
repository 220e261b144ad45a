//! Which crate of the workspace may depend on which, and that the data libraries are there once.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

/// Crate, what it may depend on in the product, what besides in its tests.
const LAYERS: [(&str, &[&str], &[&str]); 13] = [
    ("smalt-model", &[], &[]),
    ("smalt-lanes", &[], &[]),
    ("smalt-features", &[], &[]),
    ("smalt-planted", &[], &[]),
    ("smalt-formula", &["smalt-model"], &[]),
    ("smalt-security", &["smalt-model", "smalt-planted"], &[]),
    ("smalt-vault", &["smalt-lanes", "smalt-model", "smalt-planted", "smalt-security"], &[]),
    ("smalt-calc", &["smalt-features", "smalt-model", "smalt-formula", "smalt-vault"], &[]),
    ("smalt-query", &["smalt-features", "smalt-model", "smalt-planted", "smalt-vault"], &["smalt-security"]),
    (
        "smalt",
        &["smalt-features", "smalt-planted", "smalt-model", "smalt-formula", "smalt-security", "smalt-vault", "smalt-calc", "smalt-query"],
        &[],
    ),
    // For tests only: nothing may depend on it, and it knows the engine in its tests alone.
    ("smalt-oracle", &["smalt-model", "smalt-formula"], &["smalt"]),
    ("smalt-cli", &["smalt", "smalt-model", "smalt-planted"], &[]),
    ("smalt-benches", &["smalt"], &[]),
];

/// Libraries whose types cross crate boundaries: a second version would not fit the first.
const ONCE: [&str; 6] = ["arrow", "arrow-array", "parquet", "datafusion", "datafusion-common", "object_store"];

/// Libraries that one crate alone may use: what puts bytes on the disk, and what encrypts them, has one room, the engine's store.
const ALONE: [(&str, &str); 5] = [("redb", "smalt"), ("bytes", "smalt"), ("ring", "smalt"), ("object_store", "smalt"), ("zstd", "smalt")];

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
fn what_keeps_files_is_used_by_the_engine_alone() {
    for package in manifests() {
        for dependency in package["dependencies"].as_array().unwrap() {
            let (name, target) = (text(&package, "name"), text(dependency, "name"));
            assert!(ALONE.iter().all(|(library, owner)| *library != target || *owner == name), "`{name}` must not depend on `{target}`");
        }
    }
    let lock = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock")).unwrap();
    // Its files are read by later builds: it is another version by decision alone.
    assert!(lock.contains("name = \"redb\"\nversion = \"4.6.0\"\n"), "the version of redb is pinned");
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

/// What a command compiles, as `package version features` by `package version`.
fn compiled(selection: &[&str]) -> std::collections::BTreeMap<String, String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--prefix", "none", "--format", "{p}|{f}", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .args(selection)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(|line| line.trim_end_matches(" (*)"));
    lines.filter_map(|line| line.split_once('|')).map(|(package, features)| (package.to_owned(), features.to_owned())).collect()
}

#[test]
fn datafusion_is_compiled_once_for_the_command_and_the_tests() {
    let all = compiled(&["--workspace", "--edges", "normal,dev"]);
    assert!(all.keys().any(|package| package.starts_with("datafusion v")));
    for selection in [
        &["-p", "smalt-cli"][..],
        &["-p", "smalt-benches"],
        &["-p", "smalt"],
        &["-p", "smalt-calc"],
        &["-p", "smalt-query"],
        &["-p", "smalt-oracle"],
    ] {
        let one = compiled(&[selection, &["--edges", "normal,dev"]].concat());
        let other: Vec<_> = one.iter().filter(|(package, features)| all.get(*package) != Some(*features)).collect();
        assert!(other.is_empty(), "{selection:?} has other features than the workspace: {other:?}; see engine/features");
    }
}

/// Leaks are planted for one test alone: nothing in the workspace turns them on.
#[test]
fn no_selection_of_crates_has_planted_leaks() {
    let all = compiled(&["--workspace", "--edges", "normal,dev"]);
    let planted: Vec<_> = all.iter().filter(|(package, _)| package.starts_with("smalt-planted v")).collect();
    assert!(matches!(planted.as_slice(), [(_, features)] if features.is_empty()), "{planted:?}");
    for package in manifests() {
        let name = text(&package, "name");
        for dependency in package["dependencies"].as_array().unwrap() {
            let on = dependency["features"].as_array().unwrap().iter().any(|feature| feature == "on" || feature == "planted");
            assert!(!on || !text(dependency, "name").starts_with("smalt"), "`{name}` plants leaks");
        }
        for (feature, turns_on) in package["features"].as_object().unwrap() {
            let plants = turns_on.as_array().unwrap().iter().any(|other| other.as_str().unwrap().starts_with("smalt-planted"));
            assert!(!plants || (name, feature.as_str()) == ("smalt", "planted"), "`{name}` has a feature `{feature}` that plants leaks");
        }
    }
}
