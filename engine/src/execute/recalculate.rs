//! RECALCULATE: what was put off is computed now.

use std::collections::BTreeSet;

use super::Change;
use super::scenario::readable;
use crate::fault::Done;
use crate::look;
use crate::recalculation::Recalculation;
use crate::scenario::settle;
use crate::settle::When;
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
        // What is out of date elsewhere is computed with it.
        Recalculate::Scenarios(names) => {
            names.iter().try_for_each(|name| readable(change, name).map(drop))?;
            Calculation::Stale
        }
    };
    let before = std::mem::replace(&mut change.work.calculation, calculation);
    change.work.computed.clear();
    let when = if change.deferred { When::Meanwhile } else { When::Commit };
    let done = settle(change.work, &change.access, when, &mut *change.progress);
    change.work.calculation = before;
    done?;
    let report = Recalculation::of(change.work, &change.principal);
    let text = match report.metrics.len() {
        0 => "recalculated".to_owned(),
        1 => "recalculated 1 metric".to_owned(),
        n => format!("recalculated {n} metrics"),
    };
    change.recalculated = Some(report);
    Ok(text)
}
