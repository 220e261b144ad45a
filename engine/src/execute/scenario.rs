//! Scenarios: CREATE, ALTER, DROP, SHOW, the rights to them, and the formulas that are theirs alone.

use std::sync::Arc;

use smalt_model::{MetricDef, ScenarioId, SystemDimension, fold};
use smalt_security::{ScenarioRight, Shape};

use super::saved::{refuse_used, views_that_read};
use super::{Ask, Change, formula, people};
use crate::fault::{Done, Fault};
use crate::load::write::NOT_YOUR_CELLS;
use crate::near::closest;
use crate::outcome::Table;
use crate::scenario::{OwnFormula, Scenario, Scenarios};
use crate::settle::{self, When};
use crate::sight::sees_all_cells;
use crate::statement::ast::{self, CreateScenario, Formula, Name, ScenarioAccess};
use crate::work::Computed;
use crate::world::World;

/// The heading, and the word, by which what an AI agent proposes is marked.
pub(super) const PROPOSED_BY: &str = "Proposed by";
pub(super) const AGENT: &str = "AI agent";

/// What is said where a scenario is not there, or not for this person.
pub(crate) fn no_scenario<'a>(name: &Name, readable: impl Iterator<Item = &'a str>) -> Fault {
    let close = closest(&name.text, readable);
    Fault::new(format!("there is no scenario `{}`", name.text)).at(name.at).help_if(close.map(|close| format!("did you mean `{close}`?")))
}

/// A scenario that the person may read.
pub(super) fn readable(change: &Change<'_>, name: &Name) -> Done<Arc<Scenario>> {
    let is_readable = |scenario: &Scenario| right(change, scenario.id) > ScenarioRight::None;
    match change.work.scenarios.find(&name.text).filter(|scenario| is_readable(scenario)) {
        Some(scenario) => Ok(Arc::clone(scenario)),
        None => {
            let names = change.work.scenarios.iter().filter(|scenario| is_readable(scenario)).map(|scenario| &*scenario.name);
            Err(no_scenario(name, names))
        }
    }
}

/// A scenario in which the person may change cells, now.
pub(super) fn writable(change: &Change<'_>, name: &Name) -> Done<Arc<Scenario>> {
    let scenario = readable(change, name)?;
    change.work.check_writable(scenario.id, &change.principal).map_err(|fault| fault.at(name.at))?;
    Ok(scenario)
}

fn right(change: &Change<'_>, scenario: ScenarioId) -> ScenarioRight {
    change.work.policy.scenario_right_of(&change.principal, scenario)
}

pub(super) fn create(change: &mut Change<'_>, create: &CreateScenario) -> Done<String> {
    let base = Name { text: crate::scenario::BASE.to_owned(), at: create.name.at };
    let source = readable(change, create.source.as_ref().unwrap_or(&base))?;
    let name = &create.name;
    if Scenarios::is_reserved(&name.text) {
        return Err(Fault::new(format!("`{}` cannot be the name of a scenario", name.text)).at(name.at));
    }
    if let Some(there) = change.work.scenarios.find(&name.text) {
        // One that this person does not see is not told of.
        return Err(match right(change, there.id) {
            ScenarioRight::None => Fault::denied(format!("scenario `{}` is not yours to write", name.text)).at(name.at),
            _ => Fault::new(format!("there is a scenario `{}` already", there.name)).at(name.at),
        });
    }
    crate::scenario::enter(change.work, source.id)?;
    let id = change.work.scenarios.next_id();
    let state = change.work.draft.state();
    change.work.branch(id);
    crate::scenario::leave(change.work);
    change.work.scenarios.put(Scenario::from(&source, id, &name.text, state));
    let creator = change.principal;
    change.work.policy_mut().scenario_created(id, source.id);
    change.work.policy_mut().note_proposal(id, source.id, &creator);
    Ok(format!("scenario `{}` created from `{}`", name.text, source.name))
}

pub(super) fn alter(change: &mut Change<'_>, name: &Name, access: ScenarioAccess) -> Done<String> {
    let scenario = readable(change, name)?;
    if right(change, scenario.id) < ScenarioRight::Write {
        return Err(Fault::denied(format!("scenario `{}` is not yours to write", scenario.name)).at(name.at));
    }
    let read_only = access == ScenarioAccess::ReadOnly;
    change.work.scenarios.change(scenario.id, |scenario| scenario.read_only = read_only);
    Ok(format!("scenario `{}` is {}", scenario.name, if read_only { "read only" } else { "open for writing" }))
}

pub(super) fn drop(change: &mut Change<'_>, name: &Name) -> Done<String> {
    let scenario = readable(change, name)?;
    if scenario.id == ScenarioId::BASE {
        return Err(Fault::new(format!("`{}` is part of every application", scenario.name)).at(name.at));
    }
    if right(change, scenario.id) < ScenarioRight::Write {
        return Err(Fault::denied(format!("scenario `{}` is not yours to write", scenario.name)).at(name.at));
    }
    let folded = fold(&scenario.name);
    refuse_used(name, views_that_read(change, |reading| reading.scenarios.contains(&folded)))?;
    change.work.scenarios.remove(scenario.id);
    change.work.forget(scenario.id);
    change.work.pending.retain(|pending| pending.scenario != Some(scenario.id));
    change.work.policy_mut().scenario_dropped(scenario.id);
    Ok(format!("scenario `{}` dropped", scenario.name))
}

pub(super) fn grant(change: &mut Change<'_>, what: ast::ScenarioRight, scenario: &Name, to: &Name) -> Done<String> {
    let scenario = readable(change, scenario)?;
    let item = people::find(&change.work.draft, SystemDimension::Role, to)?;
    let right = match what {
        ast::ScenarioRight::None => ScenarioRight::None,
        ast::ScenarioRight::Read => ScenarioRight::Read,
        ast::ScenarioRight::Write => ScenarioRight::Write,
    };
    change.work.policy_mut().grant_scenario(right, scenario.id, item)?;
    Ok(format!("{} on scenario `{}` granted to `{}`", what.word(), scenario.name, to.text))
}

/// `SHOW SCENARIOS`: those that the person may read, Base first, then in the order in which they were made.
pub(super) fn show(ask: &Ask<'_>) -> Table {
    let name = |id: ScenarioId| ask.world.scenarios.get(id).map(|scenario| scenario.name.to_string());
    let is_readable = |id: ScenarioId| ask.world.right(id, &ask.principal) > ScenarioRight::None;
    let row = |scenario: &Arc<Scenario>| {
        let source = scenario.source.as_ref().and_then(|(id, _)| Some(*id).filter(|id| is_readable(*id)));
        let writable = !scenario.read_only && ask.world.right(scenario.id, &ask.principal) == ScenarioRight::Write;
        let access = if writable { "READ WRITE" } else { "READ ONLY" };
        // Which agent is as hidden as people are; that it is one is marked for everybody.
        let proposal = ask.world.policy().proposer(scenario.id).map(|_| AGENT.to_owned());
        vec![Some(scenario.name.to_string()), source.and_then(name), Some(access.to_owned()), proposal]
    };
    Table::of_texts(&["Scenario", "Source", "Access", PROPOSED_BY], ask.world.readable(&ask.principal).map(row).collect())
}

/// `ALTER METRIC … IN SCENARIO … AS …`
pub(super) fn set_formula(change: &mut Change<'_>, def: &MetricDef, scenario: &Name, formula: &Formula) -> Done<String> {
    let scenario = own(change, def, scenario)?;
    if scenario.formulas.contains_key(&def.id) {
        becomes_input(change, scenario.id, def)?;
    }
    crate::scenario::enter(change.work, scenario.id)?;
    let own = OwnFormula { text: Arc::from(formula.text.as_str()), program: None };
    change.work.scenarios.change(scenario.id, |scenario| std::mem::drop(scenario.formulas.insert(def.id, own)));
    if def.formula.is_none() {
        // One that is newer than the scenario has no cells there yet; its input is none.
        settle::ensure_cells(&mut change.work.draft, def)?;
        change.work.draft.set_input_apart(def.id);
    }
    lay_definitions(change, scenario.id, def);
    change.work.programs.metrics.remove(&def.id);
    settle::forget_cells(change.work, def)?;
    formula::save(change, Computed::Metric(def.id), formula)?;
    crate::scenario::leave(change.work);
    Ok(format!("formula of `{}` set in scenario `{}`", def.name, scenario.name))
}

/// `ALTER METRIC … IN SCENARIO … DROP FORMULA`: its input is there again, or the formula that all scenarios share.
pub(super) fn drop_formula(change: &mut Change<'_>, def: &MetricDef, name: &Name, scenario: &Name) -> Done<String> {
    let scenario = own(change, def, scenario)?;
    if !scenario.formulas.contains_key(&def.id) {
        return Err(Fault::new(format!("`{}` has no formula of its own in scenario `{}`", def.name, scenario.name)).at(name.at));
    }
    let stays = becomes_input(change, scenario.id, def)?;
    let shared = change.work.programs.metrics.get(&def.id).map(Arc::clone);
    crate::scenario::enter(change.work, scenario.id)?;
    if !stays {
        settle::forget_cells(change.work, def)?;
    }
    change.work.scenarios.change(scenario.id, |scenario| std::mem::drop(scenario.formulas.remove(&def.id)));
    change.work.pending.retain(|p| (p.of, p.scenario) != (Computed::Metric(def.id), Some(scenario.id)));
    lay_definitions(change, scenario.id, def);
    change.work.programs.metrics.remove(&def.id);
    change.work.programs.metrics.extend(shared.map(|program| (def.id, program)));
    change.work.draft.take_input_back(def.id);
    change.work.touched.metrics.insert(def.id);
    change.work.touched.formulas.insert(def.id);
    crate::scenario::leave(change.work);
    Ok(format!("formula of `{}` dropped in scenario `{}`", def.name, scenario.name))
}

/// What a shared formula has computed becomes input, wherever it is computed. What it reads keeps its cells from some people; as input they are
/// nobody's business but their own. So it is refused to who does not see all of them; in a scenario that is none of theirs, of which nothing may be
/// told, the formula stays as the scenario's own.
pub(super) fn keep_elsewhere(change: &mut Change<'_>, def: &MetricDef) -> Done {
    let world = settled(change)?;
    let computed = world.scenarios.iter().filter(|scenario| !scenario.formulas.contains_key(&def.id));
    let (theirs, others): (Vec<_>, Vec<_>) = computed.partition(|scenario| right(change, scenario.id) > ScenarioRight::None);
    for scenario in theirs {
        check_all_theirs(change, &world, scenario.id, def)?;
    }
    let Some(text) = &def.formula else { return Ok(()) };
    for scenario in others {
        let program = world.state(scenario.id).and_then(|state| state.programs.metrics.get(&def.id)).map(Arc::clone);
        let own = OwnFormula { text: Arc::clone(text), program };
        change.work.scenarios.change(scenario.id, |scenario| std::mem::drop(scenario.formulas.insert(def.id, own)));
    }
    Ok(())
}

/// Whether what a scenario's own formula has computed becomes its input when that formula goes: where no formula is shared and no input was set apart.
/// As [`keep_elsewhere`] it is for who sees all of it.
fn becomes_input(change: &mut Change<'_>, scenario: ScenarioId, def: &MetricDef) -> Done<bool> {
    let has_input = change.work.state_of(scenario).is_some_and(|(revision, _)| revision.cells(def.id.input()).is_some());
    if def.formula.is_some() || has_input {
        return Ok(false);
    }
    let world = settled(change)?;
    check_all_theirs(change, &world, scenario, def)?;
    Ok(true)
}

/// All scenarios as they are now, computed as far as they can be.
fn settled(change: &mut Change<'_>) -> Done<World> {
    crate::scenario::settle(change.work, &change.access, When::Meanwhile, &mut *change.progress)?;
    Ok(change.world())
}

/// Refuses who does not see all cells of a metric in a scenario, or may not write all of them: what was computed there is written by who makes it
/// input.
fn check_all_theirs(change: &Change<'_>, world: &World, scenario: ScenarioId, def: &MetricDef) -> Done {
    let are_theirs = world.state(scenario).is_some_and(|state| {
        let access = state.access(&change.principal);
        sees_all_cells(&access, def.id) && access.writing(def.id).shape() == Shape::Everything
    });
    if are_theirs && right(change, scenario) == ScenarioRight::Write { Ok(()) } else { Err(Fault::denied(NOT_YOUR_CELLS)) }
}

/// The scenario whose own formula of a metric is changed.
fn own(change: &Change<'_>, def: &MetricDef, name: &Name) -> Done<Arc<Scenario>> {
    let scenario = writable(change, name)?;
    if scenario.id == ScenarioId::BASE {
        let help = "leave `IN SCENARIO` away: that is the formula of all scenarios without one of their own";
        return Err(Fault::new(format!("`{}` has no formulas of its own", scenario.name)).at(name.at).help(help));
    }
    if change.guarded().metric(def.id) {
        return Err(Fault::new(format!("rights depend on `{}`, which is the same in all scenarios", def.name)).at(name.at));
    }
    Ok(scenario)
}

/// Gives the scenario at work its definitions anew, in which the metric is computed or not.
fn lay_definitions(change: &mut Change<'_>, scenario: ScenarioId, shared: &MetricDef) {
    let own = change.work.scenarios.get(scenario).and_then(|scenario| scenario.formulas.get(&shared.id));
    let formula = own.map(|own| Arc::clone(&own.text)).or_else(|| shared.formula.clone());
    change.work.draft.schema_mut().put_metric(MetricDef { formula, ..shared.clone() });
}
