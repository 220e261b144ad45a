//! All that is kept of an application at one moment, as states under numbers.
//!
//! A state that was there before keeps its number; so what a commit has to tell of are the states that are new. INVARIANT: a number is given
//! once in the life of an application, so a record means the same whichever checkpoint it is read behind.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use smalt_model::ScenarioId;
use smalt_security::Policy;
use smalt_vault::Revision;

use super::past::{self, Past, Pasts};
use super::registry::{Branch, Registry, Snapshot};
use crate::history::Made;
use crate::scenario::{Scenario, Scenarios};
use crate::state::State;
use crate::world::World;

/// One moment of an application.
#[derive(Clone, Debug)]
pub(super) struct Image {
    /// The number of commits that led here.
    pub(super) number: u64,
    /// The state of Base.
    pub(super) base: u64,
    pub(super) registry: Registry,
    pub(super) policy: Arc<Policy>,
    pub(super) states: BTreeMap<u64, Held>,
    pub(super) made: Made,
    /// The moments before it that are kept.
    pub(super) history: Pasts<Arc<Revision>>,
    /// The number that the next state gets.
    pub(super) next: u64,
}

/// A state of an image.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) revision: Arc<Revision>,
    /// Whether all its formulas are computed.
    pub(super) is_computed: bool,
}

/// The states that are known and those that are found on the way.
struct Numbering {
    known: HashMap<*const Revision, u64>,
    states: BTreeMap<u64, Held>,
    next: u64,
}

impl Numbering {
    fn number(&mut self, revision: &Arc<Revision>, is_computed: bool) -> u64 {
        let number = *self.known.entry(Arc::as_ptr(revision)).or_insert_with(|| {
            self.next += 1;
            self.next - 1
        });
        let held = self.states.entry(number).or_insert_with(|| Held { revision: Arc::clone(revision), is_computed });
        held.is_computed |= is_computed;
        number
    }

    fn state(&mut self, state: &State) -> u64 {
        self.number(&state.revision, state.programs.stale.is_none())
    }

    /// The states that were merged into Base.
    fn merged(&mut self, scenarios: &Scenarios) -> Vec<(ScenarioId, u64)> {
        let base = scenarios.get(ScenarioId::BASE);
        base.into_iter().flat_map(|base| &base.merged).map(|(id, revision)| (*id, self.number(revision, false))).collect()
    }

    fn branches(&mut self, scenarios: &Scenarios, state: impl Fn(ScenarioId) -> Option<Arc<State>>) -> Vec<Branch> {
        let branch = |scenario: &Arc<Scenario>| {
            Some(Branch {
                id: scenario.id,
                name: scenario.name.to_string(),
                read_only: scenario.read_only,
                state: self.state(&*state(scenario.id)?),
                source: scenario.source.as_ref().map(|(id, revision)| (*id, self.number(revision, false))),
                merged: scenario.merged.iter().map(|(id, revision)| (*id, self.number(revision, false))).collect(),
                formulas: scenario.formulas.iter().map(|(metric, own)| (*metric, own.text.to_string())).collect(),
            })
        };
        scenarios.branches().filter_map(branch).collect()
    }
}

impl Image {
    /// The image of a moment, after another one.
    pub(super) fn of(world: &World, before: Option<&Image>) -> Image {
        let mut history = before.map_or_else(Pasts::new, |before| before.history.clone());
        if let Some(before) = before {
            past::push(&mut history, before.past(), world.history.most().min(past::MOST));
        }
        let known = before.into_iter().flat_map(|image| &image.states).map(|(n, held)| (Arc::as_ptr(&held.revision), *n)).collect();
        Image::numbered(world, Numbering { known, states: BTreeMap::new(), next: before.map_or(0, |image| image.next) }, history)
    }

    /// The image of what was restored from files, in which each state has the number that it has there.
    pub(super) fn restored(world: &World, base: u64, registry: &Registry, next: u64, history: Pasts<Arc<Revision>>) -> Image {
        let mut known = HashMap::new();
        let mut pair = |revision: &Arc<Revision>, number: u64| {
            known.insert(Arc::as_ptr(revision), number);
        };
        pair(&world.base().revision, base);
        pair_branches(&world.scenarios, &registry.branches, &|id| world.state(id).map(Arc::clone), &mut pair);
        pair_merged(&world.scenarios, &registry.merged, &mut pair);
        for snapshot in &registry.snapshots {
            let Some(named) = world.snapshots.find(&snapshot.name) else { continue };
            pair(&named.world.base().revision, snapshot.base);
            pair_merged(&named.world.scenarios, &snapshot.merged, &mut pair);
            pair_branches(&named.world.scenarios, &snapshot.branches, &|id| named.world.state(id).map(Arc::clone), &mut pair);
        }
        Image::numbered(world, Numbering { known, states: BTreeMap::new(), next }, history)
    }

    /// This moment, under no name.
    pub(super) fn moment(&self) -> Snapshot {
        self.registry.moment(self.number, self.base)
    }

    /// This moment as one that is past.
    fn past(&self) -> Past<Arc<Revision>> {
        let moment = self.moment();
        let states = moment.named().filter_map(|number| Some((number, Arc::clone(&self.states.get(&number)?.revision)))).collect();
        Past { made: self.made.clone(), policy: Arc::clone(&self.policy), moment, states }
    }

    fn numbered(world: &World, mut numbering: Numbering, history: Pasts<Arc<Revision>>) -> Image {
        let base = numbering.state(world.base());
        let merged = numbering.merged(&world.scenarios);
        let branches = numbering.branches(&world.scenarios, |id| world.state(id).map(Arc::clone));
        let snapshots = world.snapshots.iter().map(|named| {
            let world: &World = &named.world;
            Snapshot {
                name: named.name.to_string(),
                number: world.number(),
                base: numbering.state(world.base()),
                merged: numbering.merged(&world.scenarios),
                branches: numbering.branches(&world.scenarios, |id| world.state(id).map(Arc::clone)),
            }
        });
        let snapshots = snapshots.collect();
        let registry = Registry { next: world.scenarios.next_id().0, merged, branches, snapshots };
        let Numbering { states, next, .. } = numbering;
        let policy = Arc::clone(world.policy());
        Image { number: world.number(), base, registry, policy, states, made: world.made.clone(), history, next }
    }

    /// The state that a state which is new here is told as a change of: what it was in `before`, as far as that can be told.
    pub(super) fn parent(&self, number: u64, before: &Image) -> Option<u64> {
        if number == self.base {
            return Some(before.base);
        }
        let branch = self.registry.branches.iter().find(|branch| branch.state == number);
        let old = branch.and_then(|branch| before.registry.branches.iter().find(|old| old.id == branch.id));
        old.map(|old| old.state)
    }
}

fn pair_merged(scenarios: &Scenarios, merged: &[(ScenarioId, u64)], pair: &mut dyn FnMut(&Arc<Revision>, u64)) {
    let base = scenarios.get(ScenarioId::BASE);
    for (id, number) in merged {
        base.and_then(|base| base.merged.get(id)).into_iter().for_each(|revision| pair(revision, *number));
    }
}

fn pair_branches(
    scenarios: &Scenarios,
    branches: &[Branch],
    state: &dyn Fn(ScenarioId) -> Option<Arc<State>>,
    pair: &mut dyn FnMut(&Arc<Revision>, u64),
) {
    for branch in branches {
        state(branch.id).into_iter().for_each(|state| pair(&state.revision, branch.state));
        let Some(scenario) = scenarios.get(branch.id) else { continue };
        if let (Some((_, revision)), Some((_, number))) = (&scenario.source, branch.source) {
            pair(revision, number);
        }
        for (id, number) in &branch.merged {
            scenario.merged.get(id).into_iter().for_each(|revision| pair(revision, *number));
        }
    }
}
