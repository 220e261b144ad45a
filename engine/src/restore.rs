//! What files held, with everything computed: Base, the scenarios, the snapshots.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rayon::ThreadPool;
use smalt_model::{MetricId, ScenarioId};
use smalt_security::Policy;
use smalt_vault::{Revision, Vault};

use crate::calc::CalcOptions;
use crate::error::Error;
use crate::fault::Fault;
use crate::history::{Filed, History, Made, Past, Snapshots};
use crate::scenario::Scenarios;
use crate::settle::{Unsettled, When, try_settle};
use crate::state::{Programs, State};
use crate::store::{self, Branch, Loaded, LoadedState, Snapshot, computed_properties, formulas};
use crate::subset::forget_properties;
use crate::work::{Computed, Pending, Touched, Work};
use crate::world::{Parts, World};

/// Nobody else is at work yet.
const PATIENCE: Duration = Duration::from_secs(60);

/// The state of the files, with everything computed.
pub(crate) struct Restored {
    pub(crate) parts: Parts,
    /// What is said of the formulas that could not be restored.
    pub(crate) broken: Vec<String>,
}

/// Compiles the formulas that came with the files, and calculates what is out of date. A formula that is at fault is set aside.
pub(crate) fn restore(pool: &Arc<ThreadPool>, loaded: Loaded, limits: CalcOptions, kept: usize) -> Result<Restored, Error> {
    let mut restoring =
        Restoring { pool, policy: Arc::clone(&loaded.policy), limits, states: &loaded.states, goes_on: true, broken: Vec::new() };
    let base = restoring.base(loaded.base)?;
    let mut scenarios = loaded.registry.scenarios(&restoring.find()).map_err(damaged)?;
    let branches = restoring.branches(&base, &mut scenarios, &loaded.registry.branches)?;
    let mut snapshots = Snapshots::default();
    for snapshot in &loaded.registry.snapshots {
        snapshots.put(&snapshot.name, Arc::new(restoring.world(snapshot, Made::unknown())?));
    }
    let history = loaded.history.iter().map(|past| filed(pool, Arc::clone(past), limits));
    let parts = Parts { snapshots, history: History::new(history, kept), ..alone(base, scenarios, branches, loaded.made.clone()) };
    Ok(Restored { parts, broken: restoring.broken })
}

/// A moment of before, which is put together when it is asked for.
fn filed(pool: &Arc<ThreadPool>, past: Arc<store::Past<LoadedState>>, limits: CalcOptions) -> Past {
    let (pool, number, made) = (Arc::clone(pool), past.moment.number, past.made.clone());
    let restore = move || {
        let states = past.states.iter().cloned().collect();
        let mut restoring =
            Restoring { pool: &pool, policy: Arc::clone(&past.policy), limits, states: &states, goes_on: false, broken: Vec::new() };
        restoring.world(&past.moment, past.made.clone()).ok()
    };
    Past::Filed(Arc::new(Filed::new(number, made, restore)))
}

fn damaged(broken: store::Broken) -> Error {
    Error::damaged(format!("the application's files are damaged: {broken}"))
}

/// A moment with nothing before it.
fn alone(base: Arc<State>, scenarios: Scenarios, branches: BTreeMap<ScenarioId, Arc<State>>, made: Made) -> Parts {
    Parts { base, scenarios, branches, made, history: History::none(), snapshots: Snapshots::default() }
}

struct Restoring<'a> {
    pool: &'a Arc<ThreadPool>,
    policy: Arc<Policy>,
    limits: CalcOptions,
    states: &'a BTreeMap<u64, LoadedState>,
    /// Whether what was worked out for formulas is kept for those that follow.
    goes_on: bool,
    broken: Vec<String>,
}

impl Restoring<'_> {
    fn loaded(&self, number: u64) -> Result<&LoadedState, Error> {
        let lost = || Error::damaged("the application's files are damaged: a scenario or a snapshot is of no state".to_owned());
        self.states.get(&number).ok_or_else(lost)
    }

    fn find(&self) -> impl Fn(u64) -> Option<Arc<Revision>> {
        |number| self.states.get(&number).map(|state| Arc::clone(&state.revision))
    }

    /// A moment with all its scenarios.
    fn world(&mut self, moment: &Snapshot, made: Made) -> Result<World, Error> {
        let base = self.base(moment.base)?;
        let mut scenarios = moment.scenarios(&self.find()).map_err(damaged)?;
        let branches = self.branches(&base, &mut scenarios, &moment.branches)?;
        Ok(World::new(alone(base, scenarios, branches, made)).numbered(moment.number))
    }

    /// A state of Base.
    fn base(&mut self, number: u64) -> Result<Arc<State>, Error> {
        let loaded = self.loaded(number)?.clone();
        let schema = loaded.revision.schema();
        let formulas = formulas(schema, &computed_properties(schema));
        self.state(Revision::clone(&loaded.revision), &loaded, formulas)
    }

    /// The states of scenarios, in line with that of Base.
    fn branches(
        &mut self,
        base: &Arc<State>,
        scenarios: &mut Scenarios,
        branches: &[Branch],
    ) -> Result<BTreeMap<ScenarioId, Arc<State>>, Error> {
        let mut restored = BTreeMap::new();
        for branch in branches {
            let lost = || Error::damaged("the application's files are damaged: a scenario is of no state".to_owned());
            let id = branch.id;
            let loaded = self.loaded(branch.state)?.clone();
            let mut revision = Revision::clone(&loaded.revision);
            let scenario = scenarios.get(id).cloned().ok_or_else(lost)?;
            revision.follow_shared(&base.revision, scenario.schema(base.revision.schema()));
            let is_own = |metric: MetricId| scenario.formulas.contains_key(&metric);
            let mut formulas = formulas(revision.schema(), &[]);
            for pending in &mut formulas {
                // At work in a vault of its own the scenario is what Base is elsewhere.
                if matches!(pending.of, Computed::Metric(metric) if is_own(metric)) {
                    pending.scenario = Some(ScenarioId::BASE);
                }
            }
            let state = self.state(revision, &loaded, formulas)?;
            let mut programs = state.programs.clone();
            programs.properties.clone_from(&base.programs.properties);
            programs.base = base.programs.for_scenario(&scenario);
            for (metric, program) in &base.programs.metrics {
                if !is_own(*metric) {
                    programs.metrics.insert(*metric, Arc::clone(program));
                }
            }
            for metric in scenario.formulas.keys() {
                let program = programs.metrics.get(metric).map(Arc::clone);
                scenarios.change(id, |scenario| {
                    if let Some(own) = scenario.formulas.get_mut(metric) {
                        own.program = program;
                    }
                });
            }
            restored.insert(id, Arc::new(State::new(Arc::clone(&state.revision), Arc::clone(&self.policy), programs)));
        }
        Ok(restored)
    }

    /// The state `revision`, which is `loaded` in line with others, with its formulas compiled and computed.
    fn state(&mut self, revision: Revision, loaded: &LoadedState, mut formulas: Vec<Pending>) -> Result<Arc<State>, Error> {
        let none = || Programs { limits: self.limits, ..Programs::default() };
        let policy = Arc::clone(&self.policy);
        if formulas.is_empty() {
            return Ok(Arc::new(State::new(Arc::new(revision), policy, none())));
        }
        let number = revision.number();
        let known = loaded.settled.as_ref().and_then(|settled| Some((Arc::clone(settled), loaded.touched(settled, &revision)?)));
        if let Some((settled, touched)) = known
            && let Ok(state) = self.settled(revision.clone(), number, &formulas, Some((settled, touched)))
        {
            return Ok(state);
        }
        let revision = without_computed(revision, &formulas);
        loop {
            let unsettled = match self.settled(revision.clone(), number, &formulas, None) {
                Ok(state) => return Ok(state),
                Err(unsettled) => unsettled,
            };
            let Some(of) = unsettled.of.filter(|of| formulas.iter().any(|p| p.of == *of)) else {
                let reason = unsettled.fault.message;
                return Err(Error::damaged(format!("the content of the files does not fit together: {reason}")));
            };
            formulas.retain(|p| p.of != of);
            let name = of.name(revision.schema());
            self.broken.push(format!("the formula of `{name}` is set aside: {}", unsettled.fault.message));
        }
    }

    /// A state with these formulas, computed from what changed since `known`, or anew.
    fn settled(
        &self,
        revision: Revision,
        number: u64,
        formulas: &[Pending],
        known: Option<(Arc<Revision>, Touched)>,
    ) -> Result<Arc<State>, Unsettled> {
        let policy = Arc::clone(&self.policy);
        let vault = Arc::new(Vault::with_pool(revision, Arc::clone(self.pool)));
        let programs = Programs { limits: self.limits, ..Programs::default() };
        let state = Arc::new(State::new(vault.revision(), Arc::clone(&policy), programs));
        let world = Arc::new(World::new(alone(state, Scenarios::default(), BTreeMap::new(), Made::unknown())));
        let draft = vault.begin(PATIENCE).map_err(|busy| Fault::new(busy.to_string()))?;
        let mut work = Work::new(draft, world);
        work.pending = formulas.to_vec();
        if let Some((settled, touched)) = known {
            (work.settled, work.known) = (settled, Some(touched));
        }
        // The rights of today say nothing about a formula that was accepted before.
        self.pool.install(|| try_settle(&mut work, None, When::Commit, &mut |_| {}))?;
        let mut revision = Revision::clone(&work.draft.state());
        revision.set_number(number);
        let mut programs = work.programs;
        if !self.goes_on {
            programs.kept = Arc::default();
        }
        Ok(Arc::new(State::new(Arc::new(revision), policy, programs)))
    }
}

/// A state without the cells of all formulas and the properties of these: of a formula that is set aside nothing tells any more who may read them. A
/// scenario's properties are those of Base.
fn without_computed(mut revision: Revision, formulas: &[Pending]) -> Revision {
    let schema = Arc::clone(revision.schema());
    for def in schema.metrics().filter(|def| def.formula.is_some()) {
        revision.drop_cells(def.id);
    }
    let properties = formulas.iter().filter_map(|pending| match pending.of {
        Computed::Property(dimension, property) => Some((dimension, property)),
        Computed::Metric(_) => None,
    });
    for dimension in forget_properties(&mut revision, properties) {
        revision.arrange(dimension);
    }
    revision
}
