//! What files held.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smalt_model::{DimensionDef, MetricId, PropertyDef, SystemDimension, Type};
use smalt_security::Policy;
use smalt_vault::{Items, Revision};

use super::past::{Past, Pasts};
use super::registry::Registry;
use crate::history::Made;
use crate::work::Touched;

/// An application as its files have it. Cells of formulas may be out of date.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The number of commits that led here.
    pub(crate) number: u64,
    /// The state of Base.
    pub(crate) base: u64,
    pub(crate) states: BTreeMap<u64, LoadedState>,
    /// The number that the next state gets.
    pub(super) next_state: u64,
    pub(crate) policy: Arc<Policy>,
    pub(crate) registry: Registry,
    /// How this moment came about.
    pub(crate) made: Made,
    /// The moments before it.
    pub(crate) history: Pasts<LoadedState>,
}

/// A state.
#[derive(Clone, Debug)]
pub(crate) struct LoadedState {
    pub(crate) revision: Arc<Revision>,
    /// The state in which everything was computed that this one has of formulas; `None`: it has nothing of them.
    pub(crate) settled: Option<Arc<Revision>>,
    /// The metrics that lack cells there: they were damaged, and are to be computed anew.
    pub(super) missing: BTreeSet<MetricId>,
}

impl Loaded {
    /// The state of a number.
    pub(crate) fn revision(&self, number: u64) -> Option<Arc<Revision>> {
        self.states.get(&number).map(|state| Arc::clone(&state.revision))
    }

    /// This moment as one that is past.
    pub(super) fn past(&self) -> Past<LoadedState> {
        let moment = self.registry.moment(self.number, self.base);
        let states = moment.named().filter_map(|number| Some((number, self.states.get(&number)?.clone()))).collect();
        Past { made: self.made.clone(), policy: Arc::clone(&self.policy), moment, states }
    }

    /// Forgets the states that nothing names any more.
    pub(super) fn prune(&mut self) {
        let named: BTreeSet<u64> = self.registry.named().chain([self.base]).collect();
        self.states.retain(|number, _| named.contains(number));
    }
}

impl LoadedState {
    /// What changed since everything was computed in `settled`, in a state that is this one, in line with others; `None` where everything is
    /// to be computed anew.
    pub(crate) fn touched(&self, settled: &Revision, now: &Revision) -> Option<Touched> {
        let mut touched = Touched { formulas: self.missing.clone(), ..Touched::default() };
        let (then, schema) = (settled.schema(), now.schema());
        for def in schema.dimensions() {
            match then.dimension(def.id) {
                // What formulas read is worked out from the definitions: not worth to be told apart.
                Some(before) if before != def => return None,
                Some(_) if settled.items(def.id).stamp() == now.items(def.id).stamp() => {}
                _ => drop(touched.dimensions.insert(def.id)),
            }
        }
        for def in schema.lists() {
            match then.list(def.id) {
                Some(before) if before != def => return None,
                _ if settled.rows(def.id).map(|r| r.stamp()) == now.rows(def.id).map(|r| r.stamp()) => {}
                _ => drop(touched.lists.insert(def.id)),
            }
        }
        let stamp = |revision: &Revision, metric| revision.cells(metric).map(|cells| cells.stamp());
        for def in schema.metrics() {
            let is_same_def = then.metric(def.id).is_some_and(|before| before == def);
            if stamp(settled, def.id.input()) != stamp(now, def.id.input()) {
                return None;
            }
            let is_same = stamp(settled, def.id) == stamp(now, def.id);
            match &def.formula {
                Some(_) if !is_same_def => drop(touched.formulas.insert(def.id)),
                // Its cells are kept although they are computed, and what depends on them may be of before.
                Some(_) if !is_same && super::kept(now, def.id) => return None,
                // They are none of those that were computed: the metric was dropped and came back, or was input meanwhile.
                Some(_) if !is_same => drop(touched.formulas.insert(def.id)),
                Some(_) => {}
                None if is_same && is_same_def => {}
                None => drop(touched.metrics.insert(def.id)),
            }
        }
        Some(touched)
    }
}

/// A new application: the system dimensions and the roles.
pub(crate) fn seed() -> Loaded {
    let mut revision = Revision::empty();
    let policy = Arc::new(Policy::new());
    let system = [("User", SystemDimension::User), ("Role", SystemDimension::Role), ("Group", SystemDimension::Group)];
    for (name, which) in system {
        let schema = revision.schema_mut();
        let properties = vec![PropertyDef { name: Arc::from("Name"), ty: Type::Text, formula: None }];
        let id = schema.next_dimension();
        let def = DimensionDef { system: Some(which), ..DimensionDef::new(id, name, properties) };
        let mut items = Items::empty(&def).edit();
        if which == SystemDimension::Role {
            // The ordinals of the policy's roles are those of the items: both count from 0 in the same order.
            for (_, role) in policy.roles() {
                let _ = items.add(&role.name);
            }
        }
        schema.put_dimension(def);
        revision.set_items(id, Arc::new(items.finish()));
    }
    let revision = Arc::new(revision);
    let state = LoadedState { settled: Some(Arc::clone(&revision)), revision, missing: BTreeSet::new() };
    let (registry, history) = (Registry::default(), Pasts::new());
    Loaded { number: 0, base: 0, states: BTreeMap::from([(0, state)]), next_state: 1, policy, registry, made: Made::unknown(), history }
}
