//! What an application is at one moment: the states of all its scenarios, which change together, and what it was before.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::Arc;

use smalt_model::{DimensionId, ScenarioId, Schema};
use smalt_security::{Access, Permission, Policy, Principal, ScenarioRight};
use smalt_vault::Revision;

use crate::facts::Held;
use crate::history::{History, Made, Snapshots};
use crate::scenario::{Scenario, Scenarios};
use crate::state::State;

/// One moment of an application.
pub(crate) struct World {
    base: Arc<State>,
    pub(crate) scenarios: Scenarios,
    /// The states of the scenarios besides Base.
    branches: BTreeMap<ScenarioId, Arc<State>>,
    pub(crate) made: Made,
    pub(crate) history: History,
    pub(crate) snapshots: Snapshots,
    /// The moment that others see, while this one is a transaction's: its number means that one, whatever the transaction has changed.
    published: Option<Arc<World>>,
}

/// What a moment is made of.
pub(crate) struct Parts {
    pub(crate) base: Arc<State>,
    pub(crate) scenarios: Scenarios,
    pub(crate) branches: BTreeMap<ScenarioId, Arc<State>>,
    pub(crate) made: Made,
    pub(crate) history: History,
    pub(crate) snapshots: Snapshots,
}

impl World {
    pub(crate) fn new(parts: Parts) -> World {
        let Parts { base, scenarios, branches, made, history, snapshots } = parts;
        World { base, scenarios, branches, made, history, snapshots, published: None }
    }

    /// The number of commits that led here.
    pub(crate) fn number(&self) -> u64 {
        self.base.revision.number()
    }

    /// What was after so many commits, as far as it is kept: as a revision, or under the name of a snapshot.
    pub(crate) fn revision(&self, number: u64) -> Option<&Arc<World>> {
        let published = self.published.as_ref().filter(|world| world.number() == number);
        if published.is_some() {
            return published;
        }
        let mut named = self.snapshots.iter().map(|named| &named.world);
        self.history.get(number).or_else(|| named.find(|world| world.number() == number))
    }

    /// The state of Base: also that of what no scenario branches.
    pub(crate) fn base(&self) -> &Arc<State> {
        &self.base
    }

    /// The state of a scenario.
    pub(crate) fn state(&self, scenario: ScenarioId) -> Option<&Arc<State>> {
        if scenario == ScenarioId::BASE { Some(&self.base) } else { self.branches.get(&scenario) }
    }

    pub(crate) fn policy(&self) -> &Arc<Policy> {
        &self.base.policy
    }

    /// The scenario of a name, for somebody: one that is not theirs to read is none.
    pub(crate) fn scenario(&self, name: &str, principal: &Principal) -> Option<&Arc<Scenario>> {
        self.scenarios.find(name).filter(|scenario| self.right(scenario.id, principal) > ScenarioRight::None)
    }

    /// The scenarios that somebody may read.
    pub(crate) fn readable<'a>(&'a self, principal: &'a Principal) -> impl Iterator<Item = &'a Arc<Scenario>> {
        self.scenarios.iter().filter(|scenario| self.right(scenario.id, principal) > ScenarioRight::None)
    }

    /// What somebody may do with a scenario.
    pub(crate) fn right(&self, scenario: ScenarioId, principal: &Principal) -> ScenarioRight {
        self.policy().scenario_right_of(principal, scenario)
    }

    /// The same data without what was worked out for its readers and without what was before, to be kept. `next` is the moment after it: what
    /// is the same there is kept anyhow.
    pub(crate) fn at_rest(&self, next: Option<&World>) -> World {
        let rest = |scenario: ScenarioId, state: &Arc<State>| {
            let is_next = next.and_then(|next| next.state(scenario)).is_some_and(|next| Arc::ptr_eq(next, state));
            if is_next { Arc::clone(state) } else { Arc::new(state.at_rest()) }
        };
        World {
            base: rest(ScenarioId::BASE, &self.base),
            scenarios: self.scenarios.clone(),
            branches: self.branches.iter().map(|(id, state)| (*id, rest(*id, state))).collect(),
            made: self.made.clone(),
            history: History::none(),
            snapshots: Snapshots::default(),
            published: None,
        }
    }

    /// The same, with the moment before it in its history.
    pub(crate) fn behind(self, before: &World) -> World {
        let history = before.history.with(Arc::new(before.at_rest(Some(&self))));
        World { history, ..self }
    }

    /// The same as what a transaction has made of a moment that others see.
    pub(crate) fn beside(self, published: &Arc<World>) -> World {
        World { published: Some(Arc::clone(published)), ..self }
    }

    /// The number of the newest commit that others see.
    pub(crate) fn newest(&self) -> u64 {
        self.published.as_ref().map_or(self.number(), |world| world.number())
    }

    /// The same under another number.
    pub(crate) fn numbered(self, number: u64) -> World {
        let mut revision = Revision::clone(&self.base.revision);
        revision.set_number(number);
        World { base: Arc::new(self.base.with_revision(Arc::new(revision))), ..self }
    }

    /// What somebody may see of a state of an earlier moment, under the roles and rules of this one.
    ///
    /// # Errors
    /// The rights of today do not fit the state of then: why, in words for whoever may ask for it.
    pub(crate) fn access_to_past(&self, past: &State, principal: &Principal) -> Result<Arc<Access>, String> {
        let (then, now) = (past.revision.schema(), self.base.revision.schema());
        let renumbered = renumbered(then, now);
        let speaks_of = |dimension: &DimensionId| {
            let properties = now.dimension(*dimension).map_or(0, |def| def.properties.len());
            (0u16..).take(properties).any(|property| !self.policy().rules_on_property(now, *dimension, property).is_empty())
        };
        if renumbered.iter().any(speaks_of) {
            let reason = "a property was dropped since then from a dimension with a rule on another one: the rights of today do not fit";
            return Err(reason.to_owned());
        }
        let facts = Held::past(&past.revision, &past.programs, &past.footing, &self.base.revision, renumbered);
        Ok(Arc::new(Access::compile(self.policy(), principal, &facts)))
    }

    /// Whether somebody may ask about what was.
    pub(crate) fn shows_past(&self, principal: &Principal) -> bool {
        self.policy().role_of(principal).is_some_and(|role| role.permits(Permission::ViewUpdates))
    }
}

/// The dimensions whose properties are numbered differently in two states, or were in between.
fn renumbered(then: &Schema, now: &Schema) -> HashSet<DimensionId> {
    let dropped = |schema: &Schema, id: DimensionId| {
        let def = schema.dimension(id)?;
        let parent = def.parent.and_then(|parent| schema.dimension(parent));
        Some((def.dropped_properties, parent.map_or(0, |parent| parent.dropped_properties)))
    };
    let moved = |id: &DimensionId| dropped(now, *id).is_some_and(|now| dropped(then, *id) != Some(now));
    then.dimensions().map(|def| def.id).filter(moved).collect()
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("base", &self.base).finish_non_exhaustive()
    }
}
