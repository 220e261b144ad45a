//! The tasks (SPEC.md, section 3).

mod edits;
mod people;
mod reads;
mod results;

use crate::Failure;
use crate::ask;
use crate::expected::{Numbers, differences};
use crate::harness::{Harness, Loaded};
use crate::line::Step;

pub(crate) use edits::edits;
pub(crate) use people::totals_by_person;
pub(crate) use reads::point_reads;

const INPUTS: &str = include_str!("../model/inputs.sql");
const FORMULAS: &str = include_str!("../model/formulas.sql");
const RIGHTS: &str = include_str!("../model/rights.sql");

/// Whether there is such a task.
pub(crate) fn known(task: &str) -> bool {
    ["T1csv", "T1", "T2", "T3", "T4", "T6"].contains(&task)
}

/// T1: all inputs from files.
pub(crate) fn load(harness: &mut Harness<'_>, task: &str, ending: &str) -> Result<Loaded, Failure> {
    let script = INPUTS.replace("{data}", ending);
    let (seconds, loaded) = harness.timed(|| {
        let loaded = harness.application()?;
        ask::run(&loaded.owner, &script)?;
        Ok(loaded)
    })?;
    harness.emit(Step::new(task, seconds))?;
    Ok(loaded)
}

/// T2: every result, computed and kept.
pub(crate) fn recalculate(harness: &mut Harness<'_>, loaded: &Loaded) -> Result<Numbers, Failure> {
    let (seconds, ()) = harness.timed(|| ask::run(&loaded.owner, FORMULAS))?;
    let peak = crate::memory::peak_mb();
    let found = results::all(&loaded.owner)?;
    let wrong = harness.expected.as_ref().map(|e| differences(&found, &e.numbers(&["T2"]), ".wsum"));
    // The peak is that of the calculation, not of the check after it.
    harness.emit(Step::new("T2", seconds).checked(wrong).with("peak_rss_mb", serde_json::json!(peak)))?;
    Ok(found)
}

/// The rules that T4 and T6 need.
pub(crate) fn grant(loaded: &Loaded) -> Result<(), Failure> {
    ask::run(&loaded.owner, RIGHTS)
}
