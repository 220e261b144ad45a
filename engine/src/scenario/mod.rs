//! Scenarios: the branches of an application's input, and the formulas that are theirs alone.
//!
//! Blocks, lists and items are the same in all of them. A scenario has a state of its own, which shares with the state that it was made from
//! all that neither has changed since: making one copies nothing.

mod follow;
mod lineage;
pub(crate) mod merge;
#[cfg(test)]
mod sharing;

use std::collections::BTreeMap;
use std::sync::Arc;

use smalt_formula::{Kind, Node, Program};
use smalt_model::{MetricDef, MetricId, ScenarioId, Schema, same_name};
use smalt_vault::Revision;

pub(crate) use follow::{enter, leave, settle};

/// The name of the scenario that every application has.
pub(crate) const BASE: &str = "Base";

/// Names that stand for something else where a scenario's name can stand.
const TAKEN: [&str; 2] = ["all_scenarios", "information_schema"];

/// A formula that a metric has in one scenario only.
#[derive(Clone, Debug)]
pub(crate) struct OwnFormula {
    pub(crate) text: Arc<str>,
    /// `None` until it is compiled.
    pub(crate) program: Option<Arc<Program>>,
}

/// A scenario.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) id: ScenarioId,
    pub(crate) name: Arc<str>,
    pub(crate) read_only: bool,
    /// The scenario that it was made from, and the state of that one which it has taken in; `None`: Base.
    pub(crate) source: Option<(ScenarioId, Arc<Revision>)>,
    /// The states of other scenarios that were merged into it last.
    pub(crate) merged: BTreeMap<ScenarioId, Arc<Revision>>,
    pub(crate) formulas: BTreeMap<MetricId, OwnFormula>,
}

impl Scenario {
    fn base() -> Scenario {
        Scenario {
            id: ScenarioId::BASE,
            name: Arc::from(BASE),
            read_only: false,
            source: None,
            merged: BTreeMap::new(),
            formulas: BTreeMap::new(),
        }
    }

    /// A scenario that is made of another one as it is now: what is its own there is here too.
    pub(crate) fn from(source: &Scenario, id: ScenarioId, name: &str, state: Arc<Revision>) -> Scenario {
        Scenario {
            id,
            name: Arc::from(name),
            read_only: false,
            source: Some((source.id, state)),
            merged: BTreeMap::new(),
            formulas: source.formulas.clone(),
        }
    }

    /// The definitions as this scenario has them: a metric with a formula of its own is computed.
    pub(crate) fn schema(&self, shared: &Arc<Schema>) -> Arc<Schema> {
        if self.formulas.is_empty() {
            return Arc::clone(shared);
        }
        let mut schema = Schema::clone(shared);
        for (metric, own) in &self.formulas {
            if let Some(def) = shared.metric(*metric) {
                schema.put_metric(MetricDef { formula: Some(Arc::clone(&own.text)), ..MetricDef::clone(def) });
            }
        }
        Arc::new(schema)
    }
}

/// All scenarios of a state. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Scenarios {
    all: Arc<BTreeMap<ScenarioId, Arc<Scenario>>>,
    next: ScenarioId,
}

impl Default for Scenarios {
    fn default() -> Scenarios {
        Scenarios::new([], ScenarioId(1))
    }
}

impl Scenarios {
    /// Base and some more; `next` is the id that the next one gets.
    pub(crate) fn new(more: impl IntoIterator<Item = Scenario>, next: ScenarioId) -> Scenarios {
        let all = std::iter::once(Scenario::base()).chain(more).map(|scenario| (scenario.id, Arc::new(scenario)));
        Scenarios { all: Arc::new(all.collect()), next }
    }

    /// Whether nothing was changed between the two.
    pub(crate) fn are_same(&self, other: &Scenarios) -> bool {
        Arc::ptr_eq(&self.all, &other.all)
    }

    pub(crate) fn get(&self, id: ScenarioId) -> Option<&Arc<Scenario>> {
        self.all.get(&id)
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Arc<Scenario>> {
        self.all.values().find(|scenario| same_name(&scenario.name, name))
    }

    /// All of them, Base first, then in the order in which they were made.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<Scenario>> {
        self.all.values()
    }

    /// Those besides Base.
    pub(crate) fn branches(&self) -> impl Iterator<Item = &Arc<Scenario>> {
        self.iter().filter(|scenario| scenario.id != ScenarioId::BASE)
    }

    /// The id that the next one gets; none is given twice.
    pub(crate) fn next_id(&self) -> ScenarioId {
        self.next
    }

    /// Whether a name cannot be given to a scenario, whoever asks.
    pub(crate) fn is_reserved(name: &str) -> bool {
        TAKEN.iter().any(|taken| same_name(taken, name)) || name.trim().is_empty()
    }

    pub(crate) fn put(&mut self, scenario: Scenario) {
        self.next = self.next.max(ScenarioId(scenario.id.0.saturating_add(1)));
        Arc::make_mut(&mut self.all).insert(scenario.id, Arc::new(scenario));
    }

    /// Changes a scenario in place; nothing where there is none.
    pub(crate) fn change(&mut self, id: ScenarioId, change: impl FnOnce(&mut Scenario)) {
        if let Some(scenario) = Arc::make_mut(&mut self.all).get_mut(&id) {
            change(Arc::make_mut(scenario));
        }
    }

    /// These scenarios, where no id is given again that `others` have given.
    pub(crate) fn after(&self, others: &Scenarios) -> Scenarios {
        Scenarios { all: Arc::clone(&self.all), next: self.next.max(others.next) }
    }

    /// The formulas that are some scenario's own, with the metric and the scenario.
    pub(crate) fn own_formulas(&self) -> impl Iterator<Item = (&Arc<Scenario>, MetricId, &OwnFormula)> {
        self.iter().flat_map(|scenario| scenario.formulas.iter().map(move |(metric, own)| (scenario, *metric, own)))
    }

    /// Forgets the own formulas of a metric, which is dropped.
    pub(crate) fn drop_metric(&mut self, metric: MetricId) {
        let with: Vec<ScenarioId> = self.own_formulas().filter(|(_, of, _)| *of == metric).map(|(scenario, ..)| scenario.id).collect();
        for id in with {
            self.change(id, |scenario| drop(scenario.formulas.remove(&metric)));
        }
    }
}

/// A formula of its own as it is computed: the metric's own name means its input.
pub(crate) fn reading_input(program: Program, metric: MetricId) -> Program {
    fn turned(node: &Node, metric: MetricId) -> Node {
        let mut node = match node.rebuild(&mut |part| Ok::<_, std::convert::Infallible>(turned(part, metric))) {
            Ok(node) => node,
            Err(never) => match never {},
        };
        match &mut node.kind {
            Kind::Metric(of) | Kind::PreviousOf { metric: of, .. } if *of == metric => *of = metric.input(),
            _ => {}
        }
        node
    }
    let input = |of: MetricId| if of == metric { metric.input() } else { of };
    let root = turned(&program.root, metric);
    // A look back without a name is at what the formula itself comes to.
    let own_steps = root.any(&|node| matches!(node.kind, Kind::Previous { .. }));
    Program {
        root,
        reads: program.reads.iter().map(|of| input(*of)).collect(),
        reads_earlier: program.reads_earlier.iter().map(|(of, d, n)| (if own_steps { *of } else { input(*of) }, *d, *n)).collect(),
        ..program
    }
}
