//! All scenarios of a change brought into order: each follows what Base, which has all that is shared, has become.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smalt_model::{DimensionId, MetricId, ScenarioId};
use smalt_security::Access;
use smalt_vault::Revision;

use crate::fault::{Done, Fault};
use crate::guard::Guarded;
use crate::outcome::Progress;
use crate::settle::{When, settle_base, settle_branch};
use crate::state::Programs;
use crate::subset;
use crate::work::{Calculation, Touched, Work};

/// Compiles and calculates what `work` has touched, in every scenario that it concerns. The scenario at work stays the same.
pub(crate) fn settle(work: &mut Work, access: &Access, when: When, progress: &mut dyn FnMut(&Progress)) -> Done {
    let home = work.active();
    leave(work);
    let asked = Asked { calculation: std::mem::take(&mut work.calculation), home };
    work.calculation = asked.of(ScenarioId::BASE);
    settle_base(work, access, when, progress)?;
    if work.scenarios.branches().next().is_some() {
        let guarded = Guarded::of(work.draft.schema(), &work.policy, &work.programs);
        check_guarded(work, &guarded)?;
        let branches: Vec<ScenarioId> = work.scenarios.branches().map(|scenario| scenario.id).collect();
        for scenario in branches {
            if asked.is_anew(scenario) || work.is_touched(scenario) || !is_in_line(work, scenario, &guarded) {
                let base = (work.draft.state(), work.programs.clone());
                enter_with(work, scenario, &guarded)?;
                let before = asked.is_anew(scenario).then(|| work.draft.state());
                if before.is_some() {
                    start_from(work, &base.0, &base.1);
                }
                work.calculation = asked.of(scenario);
                settle_branch(work, access, when, progress)?;
                if let Some(before) = before {
                    count_changed(work, scenario, &before);
                }
                work.activate(ScenarioId::BASE);
            }
        }
    }
    work.activate(home);
    work.calculation = if matches!(asked.calculation, Calculation::Later) { asked.calculation } else { Calculation::default() };
    Ok(())
}

/// What is asked to be computed of a change, which was at work on the scenario `home`.
struct Asked {
    calculation: Calculation,
    home: ScenarioId,
}

impl Asked {
    /// Whether a scenario is to be computed without what it has computed before.
    fn is_anew(&self, scenario: ScenarioId) -> bool {
        match &self.calculation {
            Calculation::FromScratch(named) => named.as_ref().is_none_or(|named| named.contains(&scenario)),
            _ => false,
        }
    }

    /// What that means for one scenario: what was asked of one is no matter of the others, but for Base, on which all stand.
    fn of(&self, scenario: ScenarioId) -> Calculation {
        let is_base = scenario == ScenarioId::BASE;
        match &self.calculation {
            Calculation::Only(_) if scenario != self.home => Calculation::Later,
            Calculation::Within(named) if !is_base && !named.contains(&scenario) => Calculation::Later,
            Calculation::Within(_) => Calculation::Stale,
            Calculation::FromScratch(_) => match (is_base, self.is_anew(scenario)) {
                (true, true) => self.calculation.clone(),
                // Another scenario than Base starts from what Base has, instead of from nothing.
                (true, false) | (false, true) => Calculation::Stale,
                (false, false) => Calculation::Later,
            },
            Calculation::Only(_) | Calculation::Stale | Calculation::Later => self.calculation.clone(),
        }
    }
}

/// Puts a scenario to work, in line with all that is shared.
pub(crate) fn enter(work: &mut Work, scenario: ScenarioId) -> Done {
    leave(work);
    if scenario == ScenarioId::BASE {
        return Ok(());
    }
    let guarded = Guarded::of(work.draft.schema(), &work.policy, &work.programs);
    enter_with(work, scenario, &guarded)
}

/// Puts Base to work again. Items that were added in a scenario are everybody's.
pub(crate) fn leave(work: &mut Work) {
    if work.active() == ScenarioId::BASE {
        return;
    }
    let changed: Vec<_> = work.touched.dimensions.iter().map(|d| (*d, work.draft.items(*d))).collect();
    work.activate(ScenarioId::BASE);
    for (dimension, items) in changed {
        if work.draft.items(dimension).stamp() != items.stamp() {
            work.draft.set_items(dimension, items);
            work.touched.dimensions.insert(dimension);
        }
    }
}

fn enter_with(work: &mut Work, scenario: ScenarioId, guarded: &Guarded) -> Done {
    let (shared, programs) = (work.draft.state(), work.programs.clone());
    work.activate(scenario);
    follow(work, scenario, &shared, &programs, guarded)
}

/// Rights are no scenario's own.
fn check_guarded(work: &Work, guarded: &Guarded) -> Done {
    match work.scenarios.own_formulas().find(|(_, metric, _)| guarded.metric(*metric)) {
        None => Ok(()),
        Some((_, metric, _)) => {
            let name = work.draft.schema().metric(metric).map_or_else(String::new, |def| def.name.to_string());
            Err(Fault::new(format!("rights depend on `{name}`, which has a formula of its own in a scenario"))
                .help("what rights are made of is the same in all scenarios: drop that formula first"))
        }
    }
}

/// Whether a scenario has all that is shared as Base, which is at work, has it.
fn is_in_line(work: &Work, scenario: ScenarioId, guarded: &Guarded) -> bool {
    let Some((revision, programs)) = work.state_of(scenario) else { return true };
    let base: &Revision = &work.draft;
    let (schema, own_schema) = (base.schema(), revision.schema());
    let own = work.scenarios.get(scenario).map(|scenario| &scenario.formulas);
    let is_own = |metric: &MetricId| own.is_some_and(|own| own.contains_key(metric));
    let same_schema = Arc::ptr_eq(schema, own_schema)
        || schema.next_metric() == own_schema.next_metric()
            && schema.dimensions().map(Arc::as_ptr).eq(own_schema.dimensions().map(Arc::as_ptr))
            && schema.lists().map(Arc::as_ptr).eq(own_schema.lists().map(Arc::as_ptr))
            && schema
                .metrics()
                .filter(|m| !is_own(&m.id))
                .map(Arc::as_ptr)
                .eq(own_schema.metrics().filter(|m| !is_own(&m.id)).map(Arc::as_ptr))
            && schema.metrics().count() == own_schema.metrics().count()
            && schema.all_saved().eq(own_schema.all_saved())
            && schema.comments().eq(own_schema.comments());
    let same_programs = {
        let shared = |programs: &Programs| -> Vec<_> {
            let of_others = programs.metrics.iter().filter(|(metric, _)| !is_own(metric));
            of_others.map(|(metric, program)| (*metric, Arc::as_ptr(program))).collect()
        };
        shared(&work.programs) == shared(programs)
    };
    let rows = |revision: &Revision, list| revision.rows(list).map(|rows| Arc::as_ptr(&rows));
    let stamp = |revision: &Revision, metric| revision.cells(metric).map(|cells| cells.stamp());
    let same_own = own.into_iter().flatten().all(|(metric, own)| match (&own.program, programs.metrics.get(metric)) {
        (Some(program), Some(known)) => Arc::ptr_eq(program, known),
        (None, _) => true,
        (Some(_), None) => false,
    });
    let same_base = match &programs.base {
        Some(base) => base.are(&work.programs),
        None => own.is_none_or(BTreeMap::is_empty),
    };
    same_schema
        && same_programs
        && same_own
        && same_base
        && schema.dimensions().all(|def| base.items(def.id).stamp() == revision.items(def.id).stamp())
        && schema.lists().all(|def| rows(base, def.id) == rows(revision, def.id))
        && guarded.metrics().all(|metric| stamp(base, metric) == stamp(revision, metric))
}

/// Brings the scenario at work into line with `shared`, the state of Base, and its formulas. What it must compute anew is touched then.
fn follow(work: &mut Work, scenario: ScenarioId, shared: &Revision, programs: &Programs, guarded: &Guarded) -> Done {
    let Some(scenario) = work.scenarios.get(scenario).cloned() else { return Ok(()) };
    let before = work.draft.state();
    let schema = scenario.schema(shared.schema());
    let lost = work.draft.follow_shared(shared, Arc::clone(&schema));
    work.touched.metrics.extend(lost);
    let dimensions: BTreeSet<DimensionId> = schema
        .dimensions()
        .filter(|def| {
            let same_def = before.schema().dimension(def.id).is_some_and(|old| Arc::ptr_eq(old, def));
            !same_def || before.items(def.id).stamp() != shared.items(def.id).stamp()
        })
        .map(|def| def.id)
        .collect();
    subset::keep_cells(work, &dimensions)?;
    work.touched.dimensions.extend(dimensions);
    let same_rows = |list| match (before.rows(list), shared.rows(list)) {
        (Some(a), Some(b)) => Arc::ptr_eq(&a, &b),
        (None, None) => true,
        _ => false,
    };
    work.touched.lists.extend(schema.lists().map(|def| def.id).filter(|list| !same_rows(*list)));
    follow_formulas(work, &scenario, programs);
    for metric in guarded.metrics() {
        if work.draft.share_cells(shared, metric) {
            work.touched.metrics.insert(metric);
        }
    }
    Ok(())
}

/// Forgets what the scenario at work has computed: where it has the formulas of Base, the cells of Base in the state `base`, where everything is
/// computed, take their place, and what it has differently is touched. So only that is computed that the two have not in common.
fn start_from(work: &mut Work, base: &Arc<Revision>, programs: &Programs) {
    work.touched = Touched::default();
    work.settled = Arc::clone(base);
    let metrics: Vec<MetricId> = work.draft.schema().metrics().map(|def| def.id).collect();
    for metric in metrics {
        match (work.programs.metrics.get(&metric), programs.metrics.get(&metric)) {
            (Some(own), Some(shared)) if Arc::ptr_eq(own, shared) => drop(work.draft.share_cells(base, metric)),
            (Some(_), _) => drop(work.touched.formulas.insert(metric)),
            (None, _) => {
                let stamp = |revision: &Revision| revision.cells(metric).map(|cells| cells.stamp());
                if stamp(&work.draft) != stamp(base) {
                    work.touched.metrics.insert(metric);
                }
            }
        }
    }
}

/// Counts what has changed in a scenario that was computed from what Base has: against what the scenario itself had before.
fn count_changed(work: &mut Work, scenario: ScenarioId, before: &Revision) {
    for (_, computed) in work.computed.iter_mut().filter(|(of, _)| *of == scenario) {
        let cells = |revision: &Revision| revision.cells(computed.metric);
        computed.changed = match (cells(before), work.draft.cells(computed.metric)) {
            (Some(old), Some(now)) => now.count_changed_from(&old),
            _ => None,
        };
    }
}

fn follow_formulas(work: &mut Work, scenario: &super::Scenario, programs: &Programs) {
    let is_own = |metric: &MetricId| scenario.formulas.contains_key(metric);
    let before = std::mem::take(&mut work.programs.metrics);
    let mut metrics = programs.metrics.clone();
    metrics.retain(|metric, _| !is_own(metric));
    for (metric, program) in &metrics {
        if !before.get(metric).is_some_and(|known| Arc::ptr_eq(known, program)) {
            work.touched.formulas.insert(*metric);
            work.draft.drop_parked(*metric);
        }
    }
    // A formula that was dropped leaves its values as input.
    work.touched.metrics.extend(before.keys().filter(|metric| !is_own(metric) && !metrics.contains_key(metric)));
    for (metric, own) in &scenario.formulas {
        let Some(program) = &own.program else { continue };
        if !before.get(metric).is_some_and(|known| Arc::ptr_eq(known, program)) {
            work.touched.formulas.insert(*metric);
        }
        metrics.insert(*metric, Arc::clone(program));
    }
    let before = std::mem::take(&mut work.programs);
    let base = programs.for_scenario(scenario);
    work.programs = Programs { metrics, properties: programs.properties.clone(), limits: programs.limits, base, ..before };
}
