//! The scenario that a session has in use.

use std::sync::Arc;

use smalt_model::{Block, ScenarioId};
use smalt_security::{Policy, ScenarioRight};

use super::{Inner, Transaction};
use crate::execute::no_scenario;
use crate::fault::{Done, Fault};
use crate::guard::Guarded;
use crate::scenario::Scenarios;
use crate::state::State;
use crate::statement::Statement;
use crate::statement::ast::{AlterMetric, Name, Recalculate};
use crate::work::Work;
use crate::world::World;
impl Inner {
    /// The state that names without a scenario mean.
    pub(super) fn state_in_use<'a>(&self, world: &'a World) -> Done<&'a Arc<State>> {
        let scenario = *self.scenario.lock();
        let right = world.right(scenario, &self.principal);
        // Without a role nothing may be done at all, which the permissions say.
        let is_readable = right > ScenarioRight::None || world.policy().role_of(&self.principal).is_none();
        world.state(scenario).filter(|_| is_readable).ok_or_else(not_in_use)
    }

    /// The scenario that a statement is about and its name, for the audit: the one in use, where it names none that this person may read.
    pub(super) fn scenario_about(&self, open: &Option<Transaction>, statement: &Statement) -> (ScenarioId, Arc<str>) {
        let in_use = *self.scenario.lock();
        let named = scenario_of(statement);
        let name = |scenarios: &Scenarios, policy: &Policy| {
            let named = named.and_then(|name| self.named(scenarios, policy, name).ok());
            let id = named.unwrap_or(in_use);
            (id, scenarios.get(id).map_or_else(|| Arc::from(""), |scenario| Arc::clone(&scenario.name)))
        };
        match open.as_ref().and_then(|t| t.work.as_ref()) {
            Some(work) => name(&work.scenarios, &work.policy),
            None => {
                let world = self.app.world();
                name(&world.scenarios, world.policy())
            }
        }
    }

    /// `USE SCENARIO`; gives its name.
    pub(super) fn use_scenario(&self, open: &Option<Transaction>, name: &Name) -> Done<String> {
        let (scenarios, policy) = match open.as_ref().and_then(|t| t.work.as_ref()) {
            Some(work) => (work.scenarios.clone(), Arc::clone(&work.policy)),
            None => {
                let world = self.app.world();
                (world.scenarios.clone(), Arc::clone(world.policy()))
            }
        };
        let found = self.named(&scenarios, &policy, name)?;
        *self.scenario.lock() = found;
        Ok(scenarios.get(found).map_or_else(String::new, |scenario| scenario.name.to_string()))
    }

    /// The scenario of a name, if this person may read it.
    fn named(&self, scenarios: &Scenarios, policy: &Policy, name: &Name) -> Done<ScenarioId> {
        let readable = |id| policy.scenario_right_of(&self.principal, id) > ScenarioRight::None;
        let found = scenarios.find(&name.text).filter(|scenario| readable(scenario.id));
        let names = || scenarios.iter().filter(|scenario| readable(scenario.id)).map(|s| &*s.name);
        found.map(|scenario| scenario.id).ok_or_else(|| no_scenario(name, names()))
    }

    /// The scenario in which a statement changes something: the one in use for cells, Base for all that is no scenario's own.
    pub(super) fn scenario_of(&self, statement: &Statement, work: &Work) -> Done<ScenarioId> {
        let (named, target) = match statement {
            Statement::Recalculate(Recalculate::Stale | Recalculate::Metrics(_)) => return self.in_use(work),
            statement => match written(statement) {
                Some(written) => written,
                None => return Ok(ScenarioId::BASE),
            },
        };
        let named = named.map(|name| self.named(&work.scenarios, &work.policy, name)).transpose()?;
        let Some(Block::Metric(metric)) = work.draft.schema().find(&target.text) else { return Ok(ScenarioId::BASE) };
        if Guarded::of(work.draft.schema(), &work.policy, &work.programs).metric(metric) {
            return Ok(ScenarioId::BASE);
        }
        let scenario = named.map_or_else(|| self.in_use(work), Ok)?;
        work.check_writable(scenario, &self.principal)?;
        Ok(scenario)
    }

    fn in_use(&self, work: &Work) -> Done<ScenarioId> {
        let scenario = *self.scenario.lock();
        let is_readable = work.policy.scenario_right_of(&self.principal, scenario) > ScenarioRight::None;
        if work.scenarios.get(scenario).is_some() && is_readable { Ok(scenario) } else { Err(not_in_use()) }
    }
}

/// The scenario that a statement names for what it changes.
fn scenario_of(statement: &Statement) -> Option<&Name> {
    match statement {
        Statement::AlterMetric { change: AlterMetric::Formula { scenario, .. } | AlterMetric::DropFormula { scenario }, .. } => {
            scenario.as_ref()
        }
        _ => written(statement).and_then(|(scenario, _)| scenario),
    }
}

/// What a statement writes rows to, and the scenario that it names.
fn written(statement: &Statement) -> Option<(Option<&Name>, &Name)> {
    match statement {
        Statement::Copy(copy) => Some((copy.scenario.as_ref(), &copy.target)),
        Statement::Insert(insert) => Some((insert.scenario.as_ref(), &insert.target)),
        Statement::Update(update) => Some((update.scenario.as_ref(), &update.target)),
        Statement::Delete(delete) => Some((delete.scenario.as_ref(), &delete.target)),
        _ => None,
    }
}

fn not_in_use() -> Fault {
    Fault::new("the scenario that was in use is there no more, or not yours to read").help("choose another one with USE SCENARIO")
}
