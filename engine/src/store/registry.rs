//! What the states of the files are: which scenarios and snapshots there are, and the numbers of their states.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smalt_model::{DimensionId, ListId, MetricId, ScenarioId};
use smalt_vault::Revision;

use super::bytes::Broken;
use crate::scenario::{OwnFormula, Scenario, Scenarios};

/// The scenarios and snapshots, by the numbers of their states.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Registry {
    pub(crate) next: u32,
    /// The states that were merged into Base.
    pub(super) merged: Vec<(ScenarioId, u64)>,
    pub(crate) branches: Vec<Branch>,
    pub(crate) snapshots: Vec<Snapshot>,
}

/// A scenario besides Base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Branch {
    pub(crate) id: ScenarioId,
    pub(super) name: String,
    pub(super) read_only: bool,
    pub(crate) state: u64,
    pub(super) source: Option<(ScenarioId, u64)>,
    pub(super) merged: Vec<(ScenarioId, u64)>,
    pub(crate) formulas: Vec<(MetricId, String)>,
}

/// A moment with all its scenarios: a snapshot, which has a name, or one before the current one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) name: String,
    pub(crate) number: u64,
    pub(crate) base: u64,
    /// The states that had been merged into Base.
    #[serde(default)]
    pub(super) merged: Vec<(ScenarioId, u64)>,
    pub(crate) branches: Vec<Branch>,
}

/// What of a state is the same as in an earlier one: the places of these. Only in old files.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Same {
    pub(super) items: Vec<(DimensionId, usize)>,
    pub(super) cells: Vec<(MetricId, usize)>,
    pub(super) rows: Vec<(ListId, usize)>,
}

/// Where states are looked up by their number.
pub(crate) type Find<'a> = &'a dyn Fn(u64) -> Option<Arc<Revision>>;

impl Registry {
    /// The scenarios, with these states.
    pub(crate) fn scenarios(&self, find: Find<'_>) -> Result<Scenarios, Broken> {
        all(&self.branches, &self.merged, self.next, find)
    }

    /// The moment that it is of, without the snapshots, under no name.
    pub(super) fn moment(&self, number: u64, base: u64) -> Snapshot {
        Snapshot { name: String::new(), number, base, merged: self.merged.clone(), branches: self.branches.clone() }
    }

    /// The numbers of all states that are named.
    pub(super) fn named(&self) -> impl Iterator<Item = u64> + '_ {
        let of_snapshots = self.snapshots.iter().flat_map(Snapshot::named);
        self.merged.iter().map(|(_, state)| *state).chain(self.branches.iter().flat_map(Branch::named)).chain(of_snapshots)
    }
}

impl Snapshot {
    /// The scenarios of the snapshot.
    pub(crate) fn scenarios(&self, find: Find<'_>) -> Result<Scenarios, Broken> {
        all(&self.branches, &self.merged, 1, find)
    }

    /// The numbers of all states that are named.
    pub(super) fn named(&self) -> impl Iterator<Item = u64> + '_ {
        let merged = self.merged.iter().map(|(_, state)| *state);
        std::iter::once(self.base).chain(merged).chain(self.branches.iter().flat_map(Branch::named))
    }
}

impl Branch {
    fn named(&self) -> impl Iterator<Item = u64> + '_ {
        let source = self.source.iter().map(|(_, state)| *state);
        std::iter::once(self.state).chain(source).chain(self.merged.iter().map(|(_, state)| *state))
    }
}

fn all(branches: &[Branch], of_base: &[(ScenarioId, u64)], next: u32, find: Find<'_>) -> Result<Scenarios, Broken> {
    let mut all = Scenarios::new(scenarios(branches, find)?, ScenarioId(next.max(1)));
    let merged = merged(of_base, find)?;
    all.change(ScenarioId::BASE, |base| base.merged = merged);
    Ok(all)
}

fn state(find: Find<'_>, number: u64) -> Result<Arc<Revision>, Broken> {
    find(number).ok_or(Broken("a scenario is of no state"))
}

fn merged(all: &[(ScenarioId, u64)], find: Find<'_>) -> Result<BTreeMap<ScenarioId, Arc<Revision>>, Broken> {
    all.iter().map(|(id, number)| Ok((*id, state(find, *number)?))).collect()
}

fn scenarios(branches: &[Branch], find: Find<'_>) -> Result<Vec<Scenario>, Broken> {
    let scenario = |branch: &Branch| {
        Ok(Scenario {
            id: branch.id,
            name: Arc::from(branch.name.as_str()),
            read_only: branch.read_only,
            source: branch.source.map(|(id, number)| Ok::<_, Broken>((id, state(find, number)?))).transpose()?,
            merged: merged(&branch.merged, find)?,
            formulas: branch
                .formulas
                .iter()
                .map(|(metric, text)| (*metric, OwnFormula { text: Arc::from(text.as_str()), program: None }))
                .collect(),
        })
    };
    branches.iter().map(scenario).collect()
}
