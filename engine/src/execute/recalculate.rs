//! RECALCULATE: what was put off is computed now.

use std::collections::BTreeSet;

use smalt_model::ScenarioId;
use smalt_security::ScenarioRight;

use super::Change;
use super::scenario::readable;
use crate::fault::Done;
use crate::look;
use crate::recalculation::Recalculation;
use crate::scenario::settle;
use crate::settle::When;
use crate::statement::ast::{Name, Recalculate};
use crate::work::Calculation;

/// Computes what is asked for. The rest of a change stays as far as it was.
pub(super) fn recalculate(change: &mut Change<'_>, what: &Recalculate) -> Done<String> {
    let calculation = match what {
        Recalculate::Stale => Calculation::Stale,
        Recalculate::All(names) if names.is_empty() => Calculation::FromScratch(None),
        Recalculate::All(names) => Calculation::FromScratch(Some(scenarios(change, names)?)),
        Recalculate::Metrics(names) => {
            let metrics = names.iter().map(|name| Ok(look::metric(&change.seen, name)?.id)).collect::<Done<BTreeSet<_>>>()?;
            Calculation::Only(metrics)
        }
        Recalculate::Scenarios(names) => Calculation::Within(scenarios(change, names)?),
    };
    // A scenario computed anew is told beside Base: what it reaches and how much changed are the differences of the two. Who may not read Base is told
    // of no other scenario then, and not how far it is.
    let from_base = matches!(calculation, Calculation::FromScratch(_));
    let is_hidden = from_base && change.work.policy.scenario_right_of(&change.principal, ScenarioId::BASE) == ScenarioRight::None;
    let is_bounded = matches!(calculation, Calculation::Within(_) | Calculation::FromScratch(Some(_)));
    let before = std::mem::replace(&mut change.work.calculation, calculation);
    change.work.computed.clear();
    let when = if change.deferred { When::Meanwhile } else { When::Commit };
    let done = match is_hidden {
        true => settle(change.work, &change.access, when, &mut |_| {}),
        false => settle(change.work, &change.access, when, &mut *change.progress),
    };
    // What is out of date in a scenario that was not named stays so, and cannot fail here.
    change.work.calculation = if is_bounded && !change.deferred { Calculation::Later } else { before };
    done?;
    let report = if is_hidden { Recalculation::default() } else { Recalculation::of(change.work, &change.principal) };
    let text = match report.metrics.len() {
        0 => "recalculated".to_owned(),
        1 => "recalculated 1 metric".to_owned(),
        n => format!("recalculated {n} metrics"),
    };
    change.recalculated = Some(report);
    Ok(text)
}

fn scenarios(change: &Change<'_>, names: &[Name]) -> Done<BTreeSet<ScenarioId>> {
    names.iter().map(|name| Ok(readable(change, name)?.id)).collect()
}
