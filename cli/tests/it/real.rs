//! Real files that nobody made for us: budgets of the United States and of Oakland, and a grocery chain. The expected figures are computed by
//! the `check.py` beside each model, which never asks smalt; those that are known from elsewhere are asserted here.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::scripts::{answer, difference};
use crate::shared::{shared, skip};

/// Runs a model over a folder of files; its answers must be the expected ones, in which these lines stand.
fn model(name: &str, files: PathBuf, known: &[&str]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata").join(name);
    let expected = std::fs::read_to_string(folder.join("model.out")).unwrap();
    for line in known {
        assert!(expected.contains(line), "{line}");
    }
    let found = answer(&std::fs::read_to_string(folder.join("model.sql")).unwrap(), files);
    if let Some(difference) = difference(&expected, &found) {
        panic!("{name}: {difference}");
    }
}

#[test]
fn the_federal_budget_gives_the_figures_that_were_computed_without_smalt() {
    let Some(files) = shared("the federal budget", "data/us-federal-budget") else { return };
    model("federal", files, &["\n2015,3688292\n"]);
}

#[test]
fn foodmart_gives_the_figures_that_were_computed_without_smalt() {
    let Some(files) = shared("FoodMart", "data/foodmart/csv") else { return };
    model("foodmart", files, &["\n266773,86829\n", "\nCA,74748\nOR,67659\nWA,124366\n"]);
}

#[test]
fn oakland_gives_the_figures_that_were_computed_without_smalt() {
    let test = "Oakland's budgets";
    let Some(packed) = shared(test, "data/oakland-budget") else { return };
    let files = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(packed).unwrap() {
        let path = entry.unwrap().path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".zst")) else { continue };
        let unpacked = Command::new("zstd").args(["-dq", "-o"]).arg(files.path().join(name)).arg(&path).status();
        if !unpacked.is_ok_and(|status| status.success()) {
            return skip(test, "there is no `zstd` to unpack them");
        }
    }
    model("oakland", files.path().to_owned(), &["\nFY19-20,adopted,Revenue,1656222651,"]);
}
