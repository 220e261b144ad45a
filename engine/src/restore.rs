//! What files held, with everything computed: Base, the scenarios, the snapshots.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rayon::ThreadPool;
use smalt_model::{MetricId, ScenarioId};
use smalt_security::Policy;
use smalt_vault::{Revision, Vault};

use crate::audit::Who;
use crate::calc::CalcOptions;
use crate::error::Error;
use crate::history::{History, Made, Snapshots};
use crate::scenario::Scenarios;
use crate::settle::{When, try_settle};
use crate::state::{Programs, State};
use crate::store::{Branch, Loaded, formulas};
use crate::work::{Computed, Pending, Work};
use crate::world::{Parts, World};

/// Nobody else is at work yet.
const PATIENCE: Duration = Duration::from_secs(60);

/// The state of the files, with everything computed.
pub(crate) struct Restored {
    pub(crate) parts: Parts,
    /// What is said of the formulas that could not be restored.
    pub(crate) broken: Vec<String>,
}

/// Compiles the formulas that came with the files, and calculates everything. A formula that is at fault is set aside.
pub(crate) fn restore(pool: &Arc<ThreadPool>, loaded: Loaded, limits: CalcOptions, kept: usize) -> Result<Restored, Error> {
    let policy = Arc::new(loaded.policy);
    let mut restoring = Restoring { pool, policy, limits, broken: Vec::new() };
    let base = restoring.state(loaded.revision, loaded.formulas)?;
    let told = |broken: crate::store::Broken| Error::damaged(format!("the application's files are damaged: {broken}"));
    let mut scenarios = loaded.registry.scenarios(&loaded.states).map_err(told)?;
    let branches = restoring.branches(&base, &mut scenarios, &loaded.registry.branches, &loaded.states)?;
    let mut snapshots = Snapshots::default();
    for snapshot in &loaded.registry.snapshots {
        let lost = || Error::damaged("the application's files are damaged: a snapshot is of no state".to_owned());
        let revision = Revision::clone(loaded.states.get(snapshot.base).ok_or_else(lost)?);
        let formulas = all_formulas(&revision);
        let base = restoring.state(revision, formulas)?;
        let mut scenarios = snapshot.scenarios(&loaded.states).map_err(told)?;
        let branches = restoring.branches(&base, &mut scenarios, &snapshot.branches, &loaded.states)?;
        let world = World::new(alone(base, scenarios, branches, 0)).numbered(snapshot.number);
        snapshots.put(&snapshot.name, Arc::new(world));
    }
    let parts = Parts { snapshots, ..alone(base, scenarios, branches, kept) };
    Ok(Restored { parts, broken: restoring.broken })
}

/// A moment with nothing before it.
fn alone(base: Arc<State>, scenarios: Scenarios, branches: BTreeMap<ScenarioId, Arc<State>>, kept: usize) -> Parts {
    let made = Made { at: None, who: Who::Owner, action: Arc::from("") };
    Parts { base, scenarios, branches, made, history: History::new(kept), snapshots: Snapshots::default() }
}

/// Every formula of a state, properties' too.
fn all_formulas(revision: &Revision) -> Vec<Pending> {
    let schema = revision.schema();
    let of = |def: &Arc<smalt_model::DimensionDef>| {
        let id = def.id;
        let computed = (0u16..).zip(&def.properties).filter(|(_, p)| p.formula.is_some());
        computed.map(move |(property, _)| (id, property)).collect::<Vec<_>>()
    };
    let properties: Vec<_> = schema.dimensions().flat_map(of).collect();
    formulas(schema, &properties)
}

struct Restoring<'a> {
    pool: &'a Arc<ThreadPool>,
    policy: Arc<Policy>,
    limits: CalcOptions,
    broken: Vec<String>,
}

impl Restoring<'_> {
    /// The states of scenarios, in line with that of Base.
    fn branches(
        &mut self,
        base: &Arc<State>,
        scenarios: &mut Scenarios,
        branches: &[Branch],
        states: &[Arc<Revision>],
    ) -> Result<BTreeMap<ScenarioId, Arc<State>>, Error> {
        let mut restored = BTreeMap::new();
        for branch in branches {
            let lost = || Error::damaged("the application's files are damaged: a scenario is of no state".to_owned());
            let id = branch.id();
            let mut revision = Revision::clone(states.get(branch.state).ok_or_else(lost)?);
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
            let state = self.state(revision, formulas)?;
            let mut programs = state.programs.clone();
            programs.properties.clone_from(&base.programs.properties);
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

    fn state(&mut self, revision: Revision, mut formulas: Vec<Pending>) -> Result<Arc<State>, Error> {
        let none = || Programs { limits: self.limits, ..Programs::default() };
        let policy = Arc::clone(&self.policy);
        if formulas.is_empty() {
            return Ok(Arc::new(State::new(Arc::new(revision), policy, none())));
        }
        let number = revision.number();
        let vault = Arc::new(Vault::with_pool(revision, Arc::clone(self.pool)));
        let state = Arc::new(State::new(vault.revision(), Arc::clone(&policy), none()));
        let world = Arc::new(World::new(alone(state, Scenarios::default(), BTreeMap::new(), 0)));
        loop {
            let draft = vault.begin(PATIENCE).map_err(|busy| Error::refused(busy.to_string()))?;
            let mut work = Work::new(draft, Arc::clone(&world));
            work.pending.clone_from(&formulas);
            // The rights of today say nothing about a formula that was accepted before.
            let Err(unsettled) = self.pool.install(|| try_settle(&mut work, None, When::Commit, &mut |_| {})) else {
                let mut revision = Revision::clone(&work.draft.state());
                revision.set_number(number);
                return Ok(Arc::new(State::new(Arc::new(revision), policy, work.programs)));
            };
            let Some(of) = unsettled.of.filter(|of| formulas.iter().any(|p| p.of == *of)) else {
                let reason = unsettled.fault.message;
                return Err(Error::damaged(format!("the content of the files does not fit together: {reason}")));
            };
            formulas.retain(|p| p.of != of);
            let name = of.name(world.base().revision.schema());
            self.broken.push(format!("the formula of `{name}` is set aside: {}", unsettled.fault.message));
        }
    }
}
