//! T3: an input changes, and every result follows.

use serde_json::json;

use super::results;
use crate::Failure;
use crate::ask;
use crate::expected::{Numbers, differences, differences_of_change};
use crate::harness::{Harness, Loaded};
use crate::line::Step;

/// The task, its file, and what is loaded from it: keys, then the column named `{value}`.
const EDITS: [(&str, &str); 4] = [
    ("T3a", "COPY Price FROM 't3a_price.parquet' (product_id -> Product, month_id -> Month, {value} -> Price);"),
    ("T3b", "COPY Volume FROM 't3b_volume.parquet' (product_id -> Product, store_id -> Store, month_id -> Month, {value} -> Volume);"),
    ("T3c", "COPY FX FROM 't3c_fx.parquet' (country_id -> Country, month_id -> Month, {value} -> FX);"),
    ("T3d", "COPY Volume FROM 't3d_volume.parquet' (product_id -> Product, store_id -> Store, month_id -> Month, {value} -> Volume);"),
];

/// Each edit is applied, checked, taken back, and checked again.
pub(crate) fn edits(harness: &mut Harness<'_>, loaded: &Loaded, base: &Numbers) -> Result<(), Failure> {
    for (task, statement) in EDITS {
        for (direction, value) in [("apply", "new_value"), ("revert", "old_value")] {
            let statement = statement.replace("{value}", value);
            let (seconds, ()) = harness.timed(|| ask::run(&loaded.owner, &statement))?;
            let found = results::all(&loaded.owner)?;
            let wrong = harness.expected.as_ref().map(|e| {
                let at = if direction == "apply" { task } else { "T2" };
                let (wanted, wanted_base) = (e.numbers(&[at]), e.numbers(&["T2"]));
                let mut wrong = differences(&found, &wanted, ".wsum");
                wrong.extend(differences_of_change(&found, base, &wanted, &wanted_base));
                wrong
            });
            harness.emit(Step::new(task, seconds).checked(wrong).with("direction", json!(direction)))?;
        }
    }
    Ok(())
}
