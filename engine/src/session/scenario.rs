//! The scenario that a session has in use.

use std::sync::Arc;

use smalt_model::{Block, ScenarioId};
use smalt_security::ScenarioRight;

use super::{Inner, Transaction};
use crate::execute::no_scenario;
use crate::fault::{Done, Fault};
use crate::guard::Guarded;
use crate::scenario::Scenarios;
use crate::state::State;
use crate::statement::Statement;
use crate::statement::ast::{Name, Recalculate};
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

    /// The name of the scenario in use, for the audit.
    pub(super) fn scenario_name(&self, open: &Option<Transaction>) -> Arc<str> {
        let scenario = *self.scenario.lock();
        let name = |scenarios: &Scenarios| scenarios.get(scenario).map_or_else(|| Arc::from(""), |scenario| Arc::clone(&scenario.name));
        match open.as_ref().and_then(|t| t.work.as_ref()) {
            Some(work) => name(&work.scenarios),
            None => name(&self.app.world().scenarios),
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
        let readable = |id| policy.scenario_right_of(&self.principal, id) > ScenarioRight::None;
        let Some(found) = scenarios.find(&name.text).filter(|scenario| readable(scenario.id)) else {
            return Err(no_scenario(name, scenarios.iter().filter(|scenario| readable(scenario.id)).map(|s| &*s.name)));
        };
        *self.scenario.lock() = found.id;
        Ok(found.name.to_string())
    }

    /// The scenario in which a statement changes something: the one in use for cells, Base for all that is no scenario's own.
    pub(super) fn scenario_of(&self, statement: &Statement, work: &Work) -> Done<ScenarioId> {
        let target = match statement {
            Statement::Copy(copy) => &copy.target,
            Statement::Insert(insert) => &insert.target,
            Statement::Update(update) => &update.target,
            Statement::Delete(delete) => &delete.target,
            Statement::Recalculate(Recalculate::Stale | Recalculate::Metrics(_)) => return self.in_use(work),
            _ => return Ok(ScenarioId::BASE),
        };
        let Some(Block::Metric(metric)) = work.draft.schema().find(&target.text) else { return Ok(ScenarioId::BASE) };
        if Guarded::of(work.draft.schema(), &work.policy, &work.programs).metric(metric) {
            return Ok(ScenarioId::BASE);
        }
        let scenario = self.in_use(work)?;
        work.check_writable(scenario, &self.principal)?;
        Ok(scenario)
    }

    fn in_use(&self, work: &Work) -> Done<ScenarioId> {
        let scenario = *self.scenario.lock();
        let is_readable = work.policy.scenario_right_of(&self.principal, scenario) > ScenarioRight::None;
        if work.scenarios.get(scenario).is_some() && is_readable { Ok(scenario) } else { Err(not_in_use()) }
    }
}

fn not_in_use() -> Fault {
    Fault::new("the scenario that was in use is there no more, or not yours to read").help("choose another one with USE SCENARIO")
}
