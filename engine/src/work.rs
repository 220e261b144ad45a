//! A change that is not published yet: one statement's, or a transaction's.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;
use smalt_model::{Block, DimensionDef, DimensionId, ListId, MetricId, PropertyDef, Schema, Type};
use smalt_security::{Access, Policy, Principal};
use smalt_vault::{Draft, Items, Revision};

use crate::calc::Computation;
use crate::facts::{Footing, Held};
use crate::fault::{Done, Fault};
use crate::files::Written;
use crate::look;
use crate::state::{Programs, State};
use crate::statement::Place;
use crate::statement::ast::{Formula, Name, TypeName, TypeWord};

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
    /// All formulas, whether or not they are out of date, and nothing is taken from earlier calculations.
    FromScratch,
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

/// A change under way.
pub(crate) struct Work {
    pub(crate) draft: Draft,
    pub(crate) policy: Arc<Policy>,
    pub(crate) programs: Programs,
    pub(crate) touched: Touched,
    /// The state since which that is: everything was computed in it.
    pub(crate) settled: Arc<Revision>,
    pub(crate) calculation: Calculation,
    /// What was computed, in order.
    pub(crate) computed: Vec<Computation>,
    pub(crate) pending: Vec<Pending>,
    pub(crate) promised: BTreeMap<DimensionId, Promise>,
    /// How many results were too large for their type, by the metrics that were computed last with any.
    pub(crate) too_large: BTreeMap<MetricId, u64>,
    /// Files that are to be there once the change is.
    pub(crate) files: Vec<Written>,
    /// What its formulas read, as long as they and the items are the same.
    footing: Mutex<Arc<Footing>>,
}

/// What [`Work`] was at some moment.
pub(crate) struct Saved {
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
    pub(crate) fn new(draft: Draft, state: &State) -> Work {
        let (touched, settled) = match &state.programs.stale {
            Some(stale) => (stale.touched.clone(), Arc::clone(&stale.settled)),
            None => (Touched::default(), Arc::clone(draft.base())),
        };
        Work {
            settled,
            calculation: Calculation::default(),
            computed: Vec::new(),
            draft,
            policy: Arc::clone(&state.policy),
            programs: state.programs.clone(),
            touched,
            pending: Vec::new(),
            promised: BTreeMap::new(),
            too_large: BTreeMap::new(),
            files: Vec::new(),
            footing: Mutex::new(Arc::clone(&state.footing)),
        }
    }

    pub(crate) fn policy_mut(&mut self) -> &mut Policy {
        Arc::make_mut(&mut self.policy)
    }

    /// What a principal may do and see in the state as it is now.
    pub(crate) fn access(&self, principal: &Principal) -> Access {
        Access::compile(&self.policy, principal, &Held::new(&self.draft, &self.programs, &self.footing()))
    }

    /// What the formulas read as they are now.
    pub(crate) fn footing(&self) -> Arc<Footing> {
        let mut kept = self.footing.lock();
        if !kept.holds(&self.draft, &self.programs) {
            *kept = Arc::new(Footing::of(&self.draft, &self.programs));
        }
        Arc::clone(&kept)
    }

    /// The state as it is now, for questions.
    pub(crate) fn state(&self) -> State {
        State::new(self.draft.state(), Arc::clone(&self.policy), self.programs.clone())
    }

    pub(crate) fn save(&self) -> Saved {
        Saved {
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
            Some(_) => look::free(self.draft.schema(), name).map(|()| self.draft.schema().next_dimension()),
            None => Ok(self.draft.schema().next_dimension()),
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
