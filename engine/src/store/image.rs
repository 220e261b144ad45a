//! What the files hold beside Base: the states of scenarios, what they have in common, and snapshots.
//!
//! Each state is written like the first one. What is the very same in an earlier state is named instead of written again.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smalt_model::{DimensionId, ListId, MetricId, ScenarioId};
use smalt_vault::{Revision, Rows};

use super::Whole;
use super::bytes::Broken;
use crate::scenario::{OwnFormula, Scenario, Scenarios};
use crate::world::World;

/// The scenarios and snapshots of the files, by the places of their states.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Registry {
    pub(crate) next: u32,
    /// The states that were merged into Base.
    merged: Vec<(ScenarioId, usize)>,
    pub(crate) branches: Vec<Branch>,
    pub(crate) snapshots: Vec<Snapshot>,
}

/// A scenario besides Base.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Branch {
    id: ScenarioId,
    name: String,
    read_only: bool,
    pub(crate) state: usize,
    source: Option<(ScenarioId, usize)>,
    merged: Vec<(ScenarioId, usize)>,
    pub(crate) formulas: Vec<(MetricId, String)>,
}

/// A snapshot with all its scenarios.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) name: String,
    pub(crate) number: u64,
    pub(crate) base: usize,
    pub(crate) branches: Vec<Branch>,
}

/// What of a state is the same as in an earlier one: the places of these.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Same {
    pub(super) items: Vec<(DimensionId, usize)>,
    pub(super) cells: Vec<(MetricId, usize)>,
    pub(super) rows: Vec<(ListId, usize)>,
}

/// The states to be written, the one of Base first, each once.
#[derive(Debug)]
pub(super) struct States {
    pub(super) all: Vec<Arc<Revision>>,
    places: HashMap<*const Revision, usize>,
}

impl States {
    fn place(&mut self, revision: &Arc<Revision>) -> usize {
        let next = self.all.len();
        let place = *self.places.entry(Arc::as_ptr(revision)).or_insert(next);
        if place == next {
            self.all.push(Arc::clone(revision));
        }
        place
    }

    fn branches(&mut self, scenarios: &Scenarios, state: impl Fn(ScenarioId) -> Option<Arc<Revision>>) -> Vec<Branch> {
        let branch = |scenario: &Arc<Scenario>| {
            let place = self.place(&state(scenario.id)?);
            Some(Branch {
                id: scenario.id,
                name: scenario.name.to_string(),
                read_only: scenario.read_only,
                state: place,
                source: scenario.source.as_ref().map(|(id, revision)| (*id, self.place(revision))),
                merged: scenario.merged.iter().map(|(id, revision)| (*id, self.place(revision))).collect(),
                formulas: scenario.formulas.iter().map(|(metric, own)| (*metric, own.text.to_string())).collect(),
            })
        };
        scenarios.branches().filter_map(branch).collect()
    }
}

/// All states of an application, and what they are.
pub(super) fn states(whole: &Whole<'_>) -> (States, Registry) {
    let mut states = States { all: Vec::new(), places: HashMap::new() };
    let mut base = whole.base.clone();
    base.set_number(whole.number);
    states.place(&Arc::new(base));
    let base = whole.scenarios.get(ScenarioId::BASE);
    let merged = base.into_iter().flat_map(|base| &base.merged).map(|(id, revision)| (*id, states.place(revision))).collect();
    let branches = states.branches(&whole.scenarios, |id| whole.branches.get(&id).map(Arc::clone));
    let snapshots = whole.snapshots.iter().map(|named| {
        let world: &World = &named.world;
        Snapshot {
            name: named.name.to_string(),
            number: world.number(),
            base: states.place(&world.base().revision),
            branches: states.branches(&world.scenarios, |id| world.state(id).map(|state| Arc::clone(&state.revision))),
        }
    });
    let snapshots = snapshots.collect();
    (states, Registry { next: whole.scenarios.next_id().0, merged, branches, snapshots })
}

/// What of a state stands in an earlier one as it is.
pub(super) fn same(state: &Revision, earlier: &[Arc<Revision>]) -> Same {
    let schema = state.schema();
    let find = |test: &dyn Fn(&Revision) -> bool| earlier.iter().position(|revision| test(revision));
    let items = schema.dimensions().filter_map(|def| {
        let stamp = state.items(def.id).stamp();
        Some((def.id, find(&|earlier| earlier.schema().dimension(def.id).is_some() && earlier.items(def.id).stamp() == stamp)?))
    });
    let metrics = schema.metrics().flat_map(|def| [def.id, def.id.input()]);
    let cells = metrics.filter_map(|metric| {
        let stamp = state.cells(metric)?.stamp();
        let is_kept = |earlier: &Revision| super::kept(earlier, metric);
        Some((metric, find(&|earlier| is_kept(earlier) && earlier.cells(metric).is_some_and(|cells| cells.stamp() == stamp))?))
    });
    let rows = schema.lists().filter_map(|def| {
        let own: Arc<Rows> = state.rows(def.id)?;
        Some((def.id, find(&|earlier| earlier.rows(def.id).is_some_and(|rows| Arc::ptr_eq(&rows, &own)))?))
    });
    Same { items: items.collect(), cells: cells.collect(), rows: rows.collect() }
}

impl Registry {
    /// The scenarios, with these states.
    pub(crate) fn scenarios(&self, states: &[Arc<Revision>]) -> Result<Scenarios, Broken> {
        let mut all = Scenarios::new(scenarios(&self.branches, states)?, ScenarioId(self.next.max(1)));
        let merged = self.merged.iter().map(|(id, place)| Ok((*id, state(states, *place)?))).collect::<Result<_, Broken>>()?;
        all.change(ScenarioId::BASE, |base| base.merged = merged);
        Ok(all)
    }
}

impl Snapshot {
    /// The scenarios of the snapshot.
    pub(crate) fn scenarios(&self, states: &[Arc<Revision>]) -> Result<Scenarios, Broken> {
        Ok(Scenarios::new(scenarios(&self.branches, states)?, ScenarioId(1)))
    }
}

impl Branch {
    pub(crate) fn id(&self) -> ScenarioId {
        self.id
    }
}

fn state(states: &[Arc<Revision>], place: usize) -> Result<Arc<Revision>, Broken> {
    states.get(place).map(Arc::clone).ok_or(Broken("a scenario is of no state"))
}

fn scenarios(branches: &[Branch], states: &[Arc<Revision>]) -> Result<Vec<Scenario>, Broken> {
    let state = |place: usize| state(states, place);
    let scenario = |branch: &Branch| {
        Ok(Scenario {
            id: branch.id,
            name: Arc::from(branch.name.as_str()),
            read_only: branch.read_only,
            source: branch.source.map(|(id, place)| Ok::<_, Broken>((id, state(place)?))).transpose()?,
            merged: branch.merged.iter().map(|(id, place)| Ok((*id, state(*place)?))).collect::<Result<BTreeMap<_, _>, Broken>>()?,
            formulas: branch
                .formulas
                .iter()
                .map(|(metric, text)| (*metric, OwnFormula { text: Arc::from(text.as_str()), program: None }))
                .collect(),
        })
    };
    branches.iter().map(scenario).collect()
}
