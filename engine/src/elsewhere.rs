//! The states besides the one in use that a question may name, as its asker may see them.

use std::sync::Arc;

use smalt_model::ScenarioId;
use smalt_query::{Elsewhere, MaskedView, Moment};
use smalt_security::{Permission, Principal, ScenarioRight, missing};
use smalt_vault::Vault;

use crate::state::State;
use crate::world::World;

/// Everything of a moment, for one person.
pub(crate) struct Around {
    pub(crate) world: Arc<World>,
    pub(crate) vault: Arc<Vault>,
    pub(crate) principal: Principal,
    /// The scenario that names without one mean.
    pub(crate) scenario: ScenarioId,
}

impl Around {
    fn view(&self, state: &State) -> MaskedView {
        state.view(&self.vault, &state.access(&self.principal))
    }

    fn defines_security(&self) -> bool {
        self.world.policy().role_of(&self.principal).is_some_and(|role| role.permits(Permission::DefineSecurity))
    }

    /// The scenario of a name, now or, if it is gone, then. One that is gone is known to those only who define security: nobody can grant it.
    fn then(&self, name: &str, past: &World) -> Option<ScenarioId> {
        let now = self.world.scenarios.find(name).map(|now| now.id);
        let now = now.filter(|id| self.world.right(*id, &self.principal) > ScenarioRight::None);
        // A later one may have the name of one that is gone.
        if now.is_some_and(|id| past.state(id).is_some()) {
            return now;
        }
        let gone = past.scenarios.find(name).filter(|scenario| self.world.scenarios.get(scenario.id).is_none());
        gone.filter(|_| self.defines_security()).map(|scenario| scenario.id).or(now)
    }
}

impl Elsewhere for Around {
    fn scenario(&self, name: &str) -> Option<MaskedView> {
        let scenario = self.world.scenario(name, &self.principal)?;
        self.world.state(scenario.id).map(|state| self.view(state))
    }

    fn scenarios(&self) -> Vec<(Arc<str>, MaskedView)> {
        let readable = self.world.readable(&self.principal);
        readable.filter_map(|scenario| Some((Arc::clone(&scenario.name), self.view(self.world.state(scenario.id)?)))).collect()
    }

    fn at(&self, scenario: Option<&str>, moment: &Moment) -> Result<MaskedView, String> {
        if !self.world.shows_past(&self.principal) {
            return Err(missing(Permission::ViewUpdates));
        }
        let past = match moment {
            Moment::Revision(number) => self.world.revision(*number).or_else(|| (*number == self.world.newest()).then_some(&self.world)),
            Moment::Snapshot(name) => self.world.snapshots.find(name).map(|named| &named.world),
        };
        let past = past.ok_or_else(|| match moment {
            Moment::Revision(number) if *number > self.world.newest() => format!("there is no revision {number} yet"),
            Moment::Revision(number) => format!("revision {number} is not kept any more"),
            Moment::Snapshot(name) => format!("there is no snapshot `{name}`"),
        })?;
        let id = match scenario {
            None => Some(self.scenario),
            Some(name) => self.then(name, past),
        };
        let id = id.ok_or_else(|| format!("there is no scenario `{}`", scenario.unwrap_or_default()))?;
        let state = past.state(id).ok_or_else(|| "the scenario was not there then".to_owned())?;
        let access = self.world.access_to_past(state, &self.principal)?;
        Ok(self.vault.view_at(Arc::clone(&state.revision), access))
    }
}
