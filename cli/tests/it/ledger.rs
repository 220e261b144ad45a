//! A real general ledger: testdata/ledger.

use std::path::Path;

use crate::scripts::{answer, difference};
use crate::shared::shared;

#[test]
fn the_ledger_gives_the_figures_that_were_computed_without_smalt() {
    let Some(files) = shared("the ledger", "data/adventureworksdw") else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/ledger");
    let found = answer(&std::fs::read_to_string(folder.join("model.sql")).unwrap(), files);
    let expected = std::fs::read_to_string(folder.join("model.out")).unwrap();
    assert!(expected.starts_with("> SELECT ROUND(SUM(\"Net Income\"), 2)") && expected.contains("\n5462068.53\n"));
    if let Some(difference) = difference(&expected, &found) {
        panic!("{difference}");
    }
}
