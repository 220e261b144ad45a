//! A change that is not published yet: one statement's, or a transaction's.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;
use smalt_formula::Program;
use smalt_model::{Block, DimensionDef, DimensionId, ListId, MetricId, PropertyDef, ScenarioId, Schema, Type};
use smalt_security::{Access, Policy, Principal, ScenarioRight};
use smalt_vault::{Draft, Items, Revision};

use crate::audit::Present;
use crate::calc::{Computation, Watch};
use crate::facts::{Footing, Held};
use crate::fault::{Done, Fault};
use crate::files::Written;
use crate::history::Snapshots;
use crate::look;
use crate::rights_cache::RightsCache;
use crate::scenario::Scenarios;
use crate::state::{Programs, State};
use crate::statement::Place;
use crate::statement::ast::{Formula, Name, TypeName, TypeWord};
use crate::world::{Parts, World};

/// What a change has touched since the last calculation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Touched {
    /// Metrics whose cells were written.
    pub(crate) metrics: BTreeSet<MetricId>,
    /// Dimensions whose items or properties changed.
    pub(crate) dimensions: BTreeSet<DimensionId>,
    /// Lists that got rows.
    pub(crate) lists: BTreeSet<ListId>,
    /// Metrics with another formula.
    pub(crate) formulas: BTreeSet<MetricId>,
}

impl Touched {
    pub(crate) fn is_empty(&self) -> bool {
        self.metrics.is_empty() && self.dimensions.is_empty() && self.lists.is_empty() && self.formulas.is_empty()
    }
}

/// What is computed when a change is brought into order.
#[derive(Clone, Debug, Default)]
pub(crate) enum Calculation {
    /// All that is out of date.
    #[default]
    Stale,
    /// Nothing, as long as only cells and rows were written.
    Later,
    /// These metrics and what they read, as long as only cells and rows were written.
    Only(BTreeSet<MetricId>),
    /// All that is out of date in these scenarios, and in Base, which they stand on.
    Within(BTreeSet<ScenarioId>),
    /// All formulas, whether or not they are out of date. Nothing of Base is taken from earlier calculations, and of another scenario only what it
    /// has in common with Base; `Some`: in these scenarios, and what is out of date in Base.
    FromScratch(Option<BTreeSet<ScenarioId>>),
}

/// What a formula computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Computed {
    Metric(MetricId),
    Property(DimensionId, u16),
}

impl Computed {
    /// As one says it: `Revenue`, `Store.Zone`.
    pub(crate) fn name(self, schema: &Schema) -> String {
        match self {
            Computed::Metric(id) => schema.metric(id).map_or_else(String::new, |m| m.name.to_string()),
            Computed::Property(id, 0) => schema.dimension(id).map_or_else(String::new, |d| d.name.to_string()),
            Computed::Property(id, property) => schema
                .dimension(id)
                .map_or_else(String::new, |d| format!("{}.{}", d.name, d.properties.get(usize::from(property)).map_or("", |p| &p.name))),
        }
    }
}

/// A formula that is to be compiled when everything that it names may be there.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) of: Computed,
    /// Where it is a metric's in one scenario alone.
    pub(crate) scenario: Option<ScenarioId>,
    pub(crate) formula: Formula,
    /// The statement that brought it.
    pub(crate) statement: usize,
}

/// A dimension that was named before it was created.
#[derive(Clone, Debug)]
pub(crate) struct Promise {
    name: Name,
    statement: usize,
}

/// A change under way. It is at work on one scenario: the draft, the programs and what is touched are that one's. What is not a matter of
/// cells is changed with Base at work, and the other scenarios follow.
pub(crate) struct Work {
    pub(crate) draft: Draft,
    pub(crate) policy: Arc<Policy>,
    pub(crate) programs: Programs,
    pub(crate) touched: Touched,
    /// The state since which that is: everything was computed in it.
    pub(crate) settled: Arc<Revision>,
    pub(crate) calculation: Calculation,
    /// What may end the calculation: its deadline, and that nobody waits for it any more.
    pub(crate) watch: Watch,
    /// For formulas that come from files with what they came to: what changed since. Else what is compiled is to be computed.
    pub(crate) known: Option<Touched>,
    /// What was computed, in order, and in which scenario.
    pub(crate) computed: Vec<(ScenarioId, Computation)>,
    pub(crate) scenarios: Scenarios,
    pub(crate) snapshots: Snapshots,
    active: ScenarioId,
    /// The scenarios that were at work and are not now.
    asleep: BTreeMap<ScenarioId, Side>,
    /// What the change started from.
    world: Arc<World>,
    pub(crate) pending: Vec<Pending>,
    pub(crate) promised: BTreeMap<DimensionId, Promise>,
    /// How many results were too large for their type, by the metrics that were computed last with any.
    pub(crate) too_large: BTreeMap<MetricId, u64>,
    /// Files that are to be there once the change is.
    pub(crate) files: Vec<Written>,
    /// What its formulas read, as long as they and the items are the same, and the masks that stand on that.
    rights: Mutex<Rights>,
}

/// A scenario of a change that is not at work now.
#[derive(Clone)]
struct Side {
    revision: Revision,
    programs: Programs,
    touched: Touched,
    settled: Arc<Revision>,
    too_large: BTreeMap<MetricId, u64>,
    rights: Rights,
}

/// What of a state is out of date, and the state since which that is.
fn out_of_date(state: &State, revision: &Arc<Revision>) -> (Touched, Arc<Revision>) {
    match &state.programs.stale {
        Some(stale) => (stale.touched.clone(), Arc::clone(&stale.settled)),
        None => (Touched::default(), Arc::clone(revision)),
    }
}

/// What formulas read, and the masks that stand on that.
type Rights = (Arc<Footing>, Arc<RightsCache>);

/// Those of a state that is changed now.
fn rights_of(state: &State) -> Rights {
    (Arc::clone(&state.footing), Arc::new(state.rights.next(&state.policy, true)))
}

impl Side {
    fn of(state: &State) -> Side {
        let (touched, settled) = out_of_date(state, &state.revision);
        Side {
            revision: Revision::clone(&state.revision),
            programs: state.programs.clone(),
            touched,
            settled,
            too_large: BTreeMap::new(),
            rights: rights_of(state),
        }
    }
}

/// What [`Work`] was at some moment.
pub(crate) struct Saved {
    scenarios: Scenarios,
    snapshots: Snapshots,
    active: ScenarioId,
    asleep: BTreeMap<ScenarioId, Side>,
    state: Arc<Revision>,
    policy: Arc<Policy>,
    programs: Programs,
    touched: Touched,
    settled: Arc<Revision>,
    pending: Vec<Pending>,
    promised: BTreeMap<DimensionId, Promise>,
    too_large: BTreeMap<MetricId, u64>,
    files: usize,
}

impl Work {
    /// Nothing changed yet.
    pub(crate) fn new(draft: Draft, world: Arc<World>) -> Work {
        let state = world.base();
        let (touched, settled) = out_of_date(state, draft.base());
        Work {
            settled,
            calculation: Calculation::default(),
            watch: Watch::default(),
            known: None,
            computed: Vec::new(),
            draft,
            policy: Arc::clone(&state.policy),
            programs: state.programs.clone(),
            touched,
            scenarios: world.scenarios.clone(),
            snapshots: world.snapshots.clone(),
            active: ScenarioId::BASE,
            asleep: BTreeMap::new(),
            pending: Vec::new(),
            promised: BTreeMap::new(),
            too_large: BTreeMap::new(),
            files: Vec::new(),
            rights: Mutex::new(rights_of(state)),
            world,
        }
    }

    /// The scenario at work.
    pub(crate) fn active(&self) -> ScenarioId {
        self.active
    }

    /// Puts a scenario to work, as it was left. It stays the same where there is none.
    pub(crate) fn activate(&mut self, scenario: ScenarioId) {
        if scenario == self.active {
            return;
        }
        let side = self.asleep.remove(&scenario).or_else(|| self.world.state(scenario).map(|state| Side::of(state)));
        let Some(mut side) = side else { return };
        std::mem::swap(&mut *self.draft, &mut side.revision);
        std::mem::swap(&mut self.programs, &mut side.programs);
        std::mem::swap(&mut self.touched, &mut side.touched);
        std::mem::swap(&mut self.settled, &mut side.settled);
        std::mem::swap(&mut self.too_large, &mut side.too_large);
        std::mem::swap(self.rights.get_mut(), &mut side.rights);
        self.asleep.insert(self.active, side);
        self.active = scenario;
    }

    /// A scenario that is a copy of the one at work.
    pub(crate) fn branch(&mut self, scenario: ScenarioId) {
        let side = Side {
            revision: Revision::clone(&self.draft),
            programs: self.programs.clone(),
            touched: self.touched.clone(),
            settled: Arc::clone(&self.settled),
            too_large: self.too_large.clone(),
            rights: self.rights.lock().clone(),
        };
        self.asleep.insert(scenario, side);
    }

    /// Lets go of a scenario that is not at work.
    pub(crate) fn forget(&mut self, scenario: ScenarioId) {
        self.asleep.remove(&scenario);
    }

    /// The data and the formulas of a scenario, as they are now; `None` where there is none.
    pub(crate) fn state_of(&self, scenario: ScenarioId) -> Option<(&Revision, &Programs)> {
        if scenario == self.active {
            return Some((&self.draft, &self.programs));
        }
        match self.asleep.get(&scenario) {
            Some(side) => Some((&side.revision, &side.programs)),
            None => self.world.state(scenario).map(|state| (state.revision.as_ref(), &state.programs)),
        }
    }

    /// Whether something of a scenario is to be computed or compiled.
    pub(crate) fn is_touched(&self, scenario: ScenarioId) -> bool {
        let is_touched = match self.asleep.get(&scenario) {
            _ if scenario == self.active => !self.touched.is_empty(),
            Some(side) => !side.touched.is_empty(),
            None => self.world.state(scenario).is_some_and(|state| state.programs.stale.is_some()),
        };
        is_touched || self.pending.iter().any(|p| p.scenario == Some(scenario))
    }

    /// Refuses to change cells of a scenario that is read only, or that somebody may only read.
    pub(crate) fn check_writable(&self, scenario: ScenarioId, principal: &Principal) -> Done {
        let Some(scenario) = self.scenarios.get(scenario) else { return Ok(()) };
        if self.policy.scenario_right_of(principal, scenario.id) < ScenarioRight::Write {
            return Err(Fault::denied(format!("scenario `{}` is not yours to write", scenario.name)));
        }
        if scenario.read_only {
            return Err(Fault::new(format!("scenario `{}` is read only", scenario.name))
                .help(format!("`ALTER SCENARIO \"{}\" SET READ WRITE` opens it again", scenario.name)));
        }
        Ok(())
    }

    /// Whether something was changed since it began.
    pub(crate) fn is_changed(&self) -> bool {
        let same = |a: &Revision, b: &Revision| {
            let stamps = |revision: &Revision| -> Vec<_> {
                let schema = revision.schema();
                let cells = schema.metrics().map(|def| revision.cells(def.id).map(|cells| cells.stamp()));
                let items = schema.dimensions().map(|def| Some(revision.items(def.id).stamp()));
                let rows = schema.lists().map(|def| revision.rows(def.id).map(|rows| rows.stamp()));
                cells.chain(items).chain(rows).collect()
            };
            Arc::ptr_eq(a.schema(), b.schema()) && stamps(a) == stamps(b)
        };
        !self.touched.is_empty()
            || !self.asleep.is_empty()
            || !self.pending.is_empty()
            || !Arc::ptr_eq(&self.policy, self.world.policy())
            || !self.scenarios.are_same(&self.world.scenarios)
            || !same(&self.draft, &self.world.base().revision)
    }

    /// Makes everything what it was in an earlier moment, but for the snapshots. No id and no ordinal is given again. Base is at work.
    pub(crate) fn become_again(&mut self, past: &World) {
        let base = past.base();
        let again = |work: &Work, revision: &Revision| revision.again_after(&work.draft);
        let branches: Vec<(ScenarioId, Side)> = past
            .scenarios
            .branches()
            .filter_map(|scenario| {
                let state = past.state(scenario.id)?;
                Some((scenario.id, Side { revision: again(self, &state.revision), ..Side::of(state) }))
            })
            .collect();
        *self.draft = again(self, &base.revision);
        (self.touched, self.settled) = out_of_date(base, &base.revision);
        self.policy = Arc::clone(&base.policy);
        self.programs = base.programs.clone();
        *self.rights.get_mut() = rights_of(base);
        self.too_large.clear();
        self.scenarios = past.scenarios.after(&self.scenarios);
        self.asleep = branches.into_iter().collect();
    }

    /// What the change started from.
    pub(crate) fn started_from(&self) -> &Arc<World> {
        &self.world
    }

    /// The states of the scenarios besides Base, under the number of the commit that makes them. Base is at work.
    pub(crate) fn branches(&self, number: u64) -> BTreeMap<ScenarioId, Arc<State>> {
        let state = |scenario: ScenarioId| {
            let before = self.world.state(scenario);
            let (revision, programs) = match (self.asleep.get(&scenario), before) {
                (Some(side), _) => {
                    let mut revision = side.revision.clone();
                    revision.set_number(number);
                    (Arc::new(revision), side.programs.clone())
                }
                (None, Some(before)) if Arc::ptr_eq(&before.policy, &self.policy) => return Some(Arc::clone(before)),
                (None, Some(before)) => (Arc::clone(&before.revision), before.programs.clone()),
                (None, None) => return None,
            };
            let policy = Arc::clone(&self.policy);
            Some(Arc::new(State::after(before.unwrap_or(self.world.base()), revision, policy, programs)))
        };
        self.scenarios.branches().filter_map(|scenario| Some((scenario.id, state(scenario.id)?))).collect()
    }

    /// Everything as it is now, for questions. Base is at work.
    pub(crate) fn world(&self) -> World {
        World::new(Parts {
            base: Arc::new(self.state()),
            scenarios: self.scenarios.clone(),
            branches: self.branches(self.draft.number()),
            made: self.world.made.clone(),
            history: self.world.history.clone(),
            snapshots: self.snapshots.clone(),
        })
        .beside(&self.world)
    }

    pub(crate) fn policy_mut(&mut self) -> &mut Policy {
        Arc::make_mut(&mut self.policy)
    }

    /// What a principal may do and see in the state as it is now.
    pub(crate) fn access(&self, principal: &Principal) -> Arc<Access> {
        let (footing, rights) = self.rights();
        rights.access_now(&self.policy, &Held::new(&self.draft, &self.programs, &footing), principal)
    }

    /// What there is now, for the audit.
    pub(crate) fn present(&self) -> Present<'_> {
        Present { revision: &self.draft, policy: &self.policy, scenarios: &self.scenarios, snapshots: &self.snapshots }
    }

    /// Whether a property had this formula before the change.
    pub(crate) fn had_formula(&self, (dimension, property): (DimensionId, u16), program: &Program) -> bool {
        self.world.base().programs.property(dimension, property).is_some_and(|before| before.means_the_same(program))
    }

    /// What the formulas read as they are now, and the masks that stand on it.
    pub(crate) fn rights(&self) -> (Arc<Footing>, Arc<RightsCache>) {
        let mut kept = self.rights.lock();
        if !kept.0.holds(&self.draft, &self.programs) {
            *kept = (Arc::new(Footing::of(&self.draft, &self.programs)), Arc::new(kept.1.next(&self.policy, false)));
        }
        (Arc::clone(&kept.0), Arc::clone(&kept.1))
    }

    /// The state as it is now, for questions.
    pub(crate) fn state(&self) -> State {
        let (footing, rights) = self.rights();
        let rights = rights.next(&self.policy, true);
        State::on(footing, rights, self.draft.state(), Arc::clone(&self.policy), self.programs.clone())
    }

    pub(crate) fn save(&self) -> Saved {
        Saved {
            scenarios: self.scenarios.clone(),
            snapshots: self.snapshots.clone(),
            active: self.active,
            asleep: self.asleep.clone(),
            state: self.draft.state(),
            policy: Arc::clone(&self.policy),
            programs: self.programs.clone(),
            touched: self.touched.clone(),
            settled: Arc::clone(&self.settled),
            pending: self.pending.clone(),
            promised: self.promised.clone(),
            too_large: self.too_large.clone(),
            files: self.files.len(),
        }
    }

    pub(crate) fn restore(&mut self, saved: Saved) {
        self.draft.restore(&saved.state);
        self.scenarios = saved.scenarios;
        self.snapshots = saved.snapshots;
        self.active = saved.active;
        self.asleep = saved.asleep;
        self.policy = saved.policy;
        self.programs = saved.programs;
        self.touched = saved.touched;
        self.settled = saved.settled;
        self.pending = saved.pending;
        self.promised = saved.promised;
        self.too_large = saved.too_large;
        self.files.truncate(saved.files);
    }

    /// A type as written. A dimension that is not there yet is promised: it must be when the change is committed.
    pub(crate) fn type_of(&mut self, ty: &TypeName, statement: usize) -> Done<Type> {
        Ok(match &ty.word {
            TypeWord::Number => Type::Number,
            TypeWord::Integer => Type::Integer,
            TypeWord::Decimal { precision, scale } => Type::Decimal { precision: *precision, scale: *scale },
            TypeWord::Text => Type::Text,
            TypeWord::Boolean => Type::Boolean,
            TypeWord::Date => Type::Date,
            TypeWord::Rights => Type::Rights,
            TypeWord::Dimension(name) => {
                let name = Name { text: name.clone(), at: ty.at };
                let dimension = self.dimension_named(&name, statement)?;
                check_holds(self.draft.schema(), dimension).map_err(|fault| fault.at(ty.at))?;
                Type::Item(dimension)
            }
        })
    }

    /// A dimension by name, promised where it is not there yet.
    pub(crate) fn dimension_named(&mut self, name: &Name, statement: usize) -> Done<DimensionId> {
        match self.draft.schema().find(&name.text) {
            Some(Block::Dimension(id)) => Ok(id),
            Some(_) => look::dimension(self.draft.schema(), name).map(|d| d.id),
            None if self.draft.schema().saved(&name.text).is_some() => look::dimension(self.draft.schema(), name).map(|d| d.id),
            None => {
                let id = self.draft.schema().next_dimension();
                let properties = vec![PropertyDef { name: Arc::from("Name"), ty: Type::Text, formula: None }];
                let def = DimensionDef::new(id, name.text.as_str(), properties);
                self.draft.schema_mut().put_dimension(def);
                self.promised.insert(id, Promise { name: name.clone(), statement });
                Ok(id)
            }
        }
    }

    /// The id for a new dimension: that of the promise of this name, or the next one.
    pub(crate) fn claim_dimension(&mut self, name: &Name) -> Done<DimensionId> {
        match self.draft.schema().find(&name.text) {
            Some(Block::Dimension(id)) if self.promised.remove(&id).is_some() => Ok(id),
            _ => look::free(self.draft.schema(), name).map(|()| self.draft.schema().next_dimension()),
        }
    }

    /// Defines a dimension and gives it no items.
    pub(crate) fn put_dimension(&mut self, def: DimensionDef) {
        let (id, items) = (def.id, Arc::new(Items::empty(&def)));
        self.draft.schema_mut().put_dimension(def);
        self.draft.set_items(id, items);
        self.touched.dimensions.insert(id);
    }

    /// Whether a dimension was only named so far.
    pub(crate) fn is_promised(&self, id: DimensionId) -> bool {
        self.promised.contains_key(&id)
    }

    /// Refuses a dimension that was named and never created.
    pub(crate) fn check_promises(&self) -> Done {
        let first = self.promised.values().min_by_key(|p| (p.statement, p.name.at.offset));
        match first {
            None => Ok(()),
            Some(promise) => {
                let names = self.draft.schema().dimensions().filter(|d| !self.is_promised(d.id)).map(|d| Arc::clone(&d.name));
                let names = names.collect::<Vec<_>>();
                let close = crate::near::closest(&promise.name.text, names.iter().map(AsRef::as_ref));
                let fault = Fault::new(format!("there is no dimension `{}`", promise.name.text)).at(promise.name.at);
                Err(Fault { statement: Some(promise.statement), ..fault.help_if(close.map(|c| format!("did you mean `{c}`?"))) })
            }
        }
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work").field("draft", &self.draft).finish_non_exhaustive()
    }
}

/// Refuses a subset as a type: its items come and go, and a value would go with them.
fn check_holds(schema: &Schema, dimension: DimensionId) -> Done {
    match schema.dimension(dimension) {
        Some(def) if def.parent.is_some() => {
            let whole = schema.dimension(schema.whole(dimension)).map_or("", |d| &d.name);
            Err(Fault::new(format!("`{}` is a subset, whose items come and go, so no value can hold one", def.name))
                .help(format!("use `{whole}`")))
        }
        _ => Ok(()),
    }
}

/// What the calculator refuses in a formula.
pub(crate) fn refused(formula: &Formula, part: smalt_calc::Refusal) -> Fault {
    let fault = Fault::new(part.message).code(part.code).help_if(part.help).at(formula.place(part.span.start));
    fault.shows(&formula.text, part.span)
}

/// Where a diagnostic of a formula stands in the script.
pub(crate) fn formula_fault(formula: &Formula, diagnostics: &smalt_formula::Diagnostics) -> Fault {
    let first = diagnostics.first();
    let place: Place = formula.place(first.span.start);
    let fault = Fault::new(first.message.clone()).code(first.code).excerpt(first.excerpt()).at(place).help_if(first.help.clone());
    match diagnostics.iter().count() {
        0 | 1 => fault,
        n => Fault { message: format!("{} (and {} more)", fault.message, n - 1), ..fault },
    }
}
