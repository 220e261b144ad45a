//! One state of an application: data, policy and compiled formulas, always of the same moment.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;
use smalt_formula::Program;
use smalt_model::{DimensionId, MetricId};
use smalt_security::{Access, Policy, Principal};
use smalt_vault::{MaskedView, Revision, Vault};

use crate::calc::{CalcOptions, Kept, Order};
use crate::error::Error;
use crate::facts::{Footing, Held};
use crate::guard::Guarded;
use crate::rights_cache::RightsCache;
use crate::scenario::Scenario;
use crate::work::Touched;

/// The formula of a property.
type PropertyProgram = (DimensionId, u16, Arc<Program>);

/// The compiled formulas.
#[derive(Clone, Debug, Default)]
pub(crate) struct Programs {
    /// Those of metrics.
    pub(crate) metrics: BTreeMap<MetricId, Arc<Program>>,
    /// Those of properties.
    pub(crate) properties: Vec<PropertyProgram>,
    /// The order of calculation of the metrics.
    pub(crate) order: Option<Arc<Order>>,
    /// How much they may compute.
    pub(crate) limits: CalcOptions,
    /// Those of Base, where these are of a scenario that has formulas of its own: properties are the same in all scenarios, and computed by them.
    pub(crate) base: Option<Arc<Programs>>,
    /// What of them is out of date, where somebody put the calculation off.
    pub(crate) stale: Option<Arc<Stale>>,
    /// What parts of them came to in earlier calculations, for all states of the application.
    pub(crate) kept: Arc<Kept>,
}

impl Programs {
    /// Whether all formulas are the very same.
    pub(crate) fn are(&self, other: &Programs) -> bool {
        self.metrics.iter().map(|(m, p)| (*m, Arc::as_ptr(p))).eq(other.metrics.iter().map(|(m, p)| (*m, Arc::as_ptr(p))))
            && self
                .properties
                .iter()
                .map(|(d, n, p)| (*d, *n, Arc::as_ptr(p)))
                .eq(other.properties.iter().map(|(d, n, p)| (*d, *n, Arc::as_ptr(p))))
            && match (&self.base, &other.base) {
                (Some(one), Some(other)) => one.are(other),
                (one, other) => one.is_none() && other.is_none(),
            }
    }

    /// These, which are Base's, for a scenario: where it has formulas of its own. What is out of date is no matter of what formulas read, and would
    /// keep an old revision.
    pub(crate) fn for_scenario(&self, scenario: &Scenario) -> Option<Arc<Programs>> {
        (!scenario.formulas.is_empty()).then(|| Arc::new(Programs { stale: None, ..self.clone() }))
    }

    /// The formula of a property.
    pub(crate) fn property(&self, dimension: DimensionId, property: u16) -> Option<&Arc<Program>> {
        self.properties.iter().find(|(d, p, _)| (*d, *p) == (dimension, property)).map(|(.., program)| program)
    }
}

/// What changed since everything was computed last. Cells of formulas that depend on it are as they were then.
#[derive(Clone, Debug)]
pub(crate) struct Stale {
    pub(crate) touched: Touched,
    /// The state in which everything was computed.
    pub(crate) settled: Arc<Revision>,
}

/// One state, published as a whole.
pub(crate) struct State {
    pub(crate) revision: Arc<Revision>,
    pub(crate) policy: Arc<Policy>,
    pub(crate) programs: Programs,
    /// What its formulas read.
    pub(crate) footing: Arc<Footing>,
    /// What each principal that asked may see of this state.
    pub(crate) rights: RightsCache,
    /// The views of those who asked last, by the address of their access, which is kept with them.
    views: Mutex<HashMap<usize, (Arc<Access>, MaskedView)>>,
}

/// A view remembers what was worked out for it: names, items, the catalog. More of them than this are not kept.
const MOST_VIEWS: usize = 256;

impl State {
    pub(crate) fn new(revision: Arc<Revision>, policy: Arc<Policy>, programs: Programs) -> State {
        let footing = Arc::new(Footing::of(&revision, &programs));
        State::on(footing, RightsCache::new(), revision, policy, programs)
    }

    /// The state after another one, or one beside it. What formulas read, and masks, are kept where nothing changed that they stand on.
    pub(crate) fn after(before: &State, revision: Arc<Revision>, policy: Arc<Policy>, programs: Programs) -> State {
        let footing = before.footing_for(&revision, &programs);
        let rights = before.rights.next(&policy, Arc::ptr_eq(&footing, &before.footing));
        State::on(footing, rights, revision, policy, programs)
    }

    /// A state whose footing and rights are known already.
    pub(crate) fn on(
        footing: Arc<Footing>,
        rights: RightsCache,
        revision: Arc<Revision>,
        policy: Arc<Policy>,
        programs: Programs,
    ) -> State {
        State { revision, policy, programs, footing, rights, views: Mutex::default() }
    }

    /// The same without what was worked out for its readers.
    pub(crate) fn at_rest(&self) -> State {
        self.with_revision(Arc::clone(&self.revision))
    }

    /// The same over another revision of the same definitions and items.
    pub(crate) fn with_revision(&self, revision: Arc<Revision>) -> State {
        let (policy, programs, footing) = (Arc::clone(&self.policy), self.programs.clone(), Arc::clone(&self.footing));
        State::on(footing, RightsCache::new(), revision, policy, programs)
    }

    /// What formulas read in a state: in this one where that stands on the same.
    pub(crate) fn footing_for(&self, revision: &Revision, programs: &Programs) -> Arc<Footing> {
        if self.footing.holds(revision, programs) { Arc::clone(&self.footing) } else { Arc::new(Footing::of(revision, programs)) }
    }

    /// Refuses people while a formula on which rights depend is not computed: a word that is missing may be one that denies.
    pub(crate) fn check_rights(&self) -> Result<(), Error> {
        let schema = self.revision.schema();
        let guarded = Guarded::of(schema, &self.policy, &self.programs);
        let metrics = schema.metrics().filter(|m| m.formula.is_some() && guarded.metric(m.id));
        let missing_metric = metrics.map(|m| m.id).any(|id| !self.programs.metrics.contains_key(&id));
        let missing_property = schema.dimensions().any(|d| {
            let formulas = (0u16..).zip(&d.properties).filter(|(_, p)| p.formula.is_some());
            formulas.into_iter().any(|(p, _)| guarded.property(d.id, p) && self.programs.property(d.id, p).is_none())
        });
        if missing_metric || missing_property {
            return Err(Error::refused(
                "rights cannot be told: a formula on which they depend is out of order; only the owner can mend it",
            ));
        }
        Ok(())
    }

    /// What a principal may do and see here.
    pub(crate) fn access(&self, principal: &Principal) -> Arc<Access> {
        self.rights.access(&self.policy, &Held::new(&self.revision, &self.programs, &self.footing), principal)
    }

    /// What an access compiled from this state lets through of it, so that many small questions need not work out the same again.
    pub(crate) fn view(&self, vault: &Vault, access: &Arc<Access>) -> MaskedView {
        let mut views = self.views.lock();
        let address = Arc::as_ptr(access).addr();
        if let Some((_, view)) = views.get(&address) {
            return view.clone();
        }
        if views.len() >= MOST_VIEWS {
            views.clear();
        }
        let view = vault.view_at(Arc::clone(&self.revision), Arc::clone(access));
        views.insert(address, (Arc::clone(access), view.clone()));
        view
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("revision", &self.revision).finish_non_exhaustive()
    }
}
