//! The tasks (SPEC.md, section 3).

mod branches;
mod edits;
mod export;
mod people;
mod reads;
mod results;

use crate::Failure;
use crate::ask;
use crate::expected::{Numbers, differences};
use crate::harness::{Harness, Loaded};
use crate::line::Step;

pub(crate) use branches::scenarios;
pub(crate) use edits::edits;
pub(crate) use export::export;
pub(crate) use people::totals_by_person;
pub(crate) use reads::point_reads;

const INPUTS: &str = include_str!("../model/inputs.sql");
const FORMULAS: &str = include_str!("../model/formulas.sql");
const RIGHTS: &str = include_str!("../model/rights.sql");

/// Whether there is such a task.
pub(crate) fn known(task: &str) -> bool {
    ["T1csv", "T1", "T2", "T2x", "T3", "T4", "T5", "T6", "T7"].contains(&task)
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
    compute(harness, loaded, "T2", FORMULAS)
}

/// T2x: every result once more, from scratch.
pub(crate) fn recalculate_again(harness: &mut Harness<'_>, loaded: &Loaded) -> Result<(), Failure> {
    compute(harness, loaded, "T2x", "RECALCULATE ALL;").map(drop)
}

fn compute(harness: &mut Harness<'_>, loaded: &Loaded, task: &str, script: &str) -> Result<Numbers, Failure> {
    let (seconds, ()) = harness.timed(|| ask::run(&loaded.owner, script))?;
    let peak = crate::memory::peak_mb();
    let found = results::all(&loaded.owner)?;
    let wrong = harness.expected.as_ref().map(|e| differences(&found, &e.numbers(&["T2"]), ".wsum"));
    // The peak is that of the calculation, not of the check after it.
    harness.emit(Step::new(task, seconds).checked(wrong).with("peak_rss_mb", serde_json::json!(peak)))?;
    Ok(found)
}

/// The rules that T4, T6 and T7 need.
pub(crate) fn grant(loaded: &Loaded) -> Result<(), Failure> {
    ask::run(&loaded.owner, RIGHTS)
}
