//! RECALCULATE: what was put off is computed now.

use std::collections::BTreeSet;

use smalt_model::same_name;

use super::Change;
use crate::fault::{Done, Fault};
use crate::look;
use crate::recalculation::Recalculation;
use crate::settle::{When, settle};
use crate::statement::ast::Recalculate;
use crate::work::Calculation;

/// Computes what is asked for. The rest of a change stays as far as it was.
pub(super) fn recalculate(change: &mut Change<'_>, what: &Recalculate) -> Done<String> {
    let calculation = match what {
        Recalculate::Stale => Calculation::Stale,
        Recalculate::All => Calculation::FromScratch,
        Recalculate::Metrics(names) => {
            let metrics = names.iter().map(|name| Ok(look::metric(&change.seen, name)?.id)).collect::<Done<BTreeSet<_>>>()?;
            Calculation::Only(metrics)
        }
        Recalculate::Scenarios(names) => match names.iter().find(|name| !same_name(&name.text, "Base")) {
            Some(_) => return Err(Fault::not_yet("RECALCULATE SCENARIO")),
            None => Calculation::Stale,
        },
    };
    let before = std::mem::replace(&mut change.work.calculation, calculation);
    change.work.computed.clear();
    let when = if change.deferred { When::Meanwhile } else { When::Commit };
    let done = settle(change.work, &change.access, when, &mut *change.progress);
    change.work.calculation = before;
    done?;
    let report = Recalculation::of(change.work, &change.access);
    let text = match report.metrics.len() {
        0 => "recalculated".to_owned(),
        1 => "recalculated 1 metric".to_owned(),
        n => format!("recalculated {n} metrics"),
    };
    change.report = Some(report);
    Ok(text)
}
