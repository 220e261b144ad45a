//! A pool of loans over 240 months and the notes that it pays, one group of 33 metrics: testdata/loan.

use std::path::Path;

use crate::scripts::{answer, difference};

#[test]
fn the_loans_give_the_figures_that_were_computed_without_smalt() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/loan").canonicalize().unwrap();
    let script = std::fs::read_to_string(folder.join("model.sql")).unwrap();
    let expected = std::fs::read_to_string(folder.join("model.out")).unwrap();
    assert!(expected.contains("FROM \"Written Off\";\nCells,Total\n717,112849.71\n"));
    if let Some(difference) = difference(&expected, &answer(&script, folder)) {
        panic!("{difference}");
    }
}
