//! What masks stand on, whoever they are for: rules, definitions, how many items there are, where paths lead and what formulas read.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use roaring::RoaringBitmap;
use smalt_model::{DimensionId, MetricId, Schema};

use crate::fingerprint::of_map;
use crate::footprint::Footprints;
use crate::parts::Map;
use crate::reach::{RightsDimensions, Target};
use crate::{EffectiveRole, Facts, Inheritance, Mode, Path, Permission, Policy, Rule};

/// What masks stand on, whoever they are for. States of a model that differ in data alone have the same one, and so do those that differ in
/// who holds which role and in what rights metrics say.
pub struct Ground {
    pub(crate) rules: Vec<Rule>,
    pub(crate) mode: Mode,
    inheritance: Inheritance,
    pub(crate) schema: Schema,
    /// The items of each dimension but `User`, `Role` and `Group`: a new user is no reason to compile anything.
    pub(crate) counts: Counts,
    pub(crate) maps: HashMap<Path, Map>,
    /// The rights metrics of the rules, as far as they can be read.
    pub(crate) rights: BTreeMap<MetricId, RightsDimensions>,
    /// `None` where nobody asks what formulas read.
    pub(crate) footprints: Option<Arc<Footprints>>,
    /// What has a formula that reads something keyed by people.
    personal: HashSet<Target>,
    /// What is there no more, where the state is an old one.
    pub(crate) gone: Gone,
    pub(crate) made: Arc<Made>,
}

/// The number of items by dimension.
pub(crate) type Counts = BTreeMap<DimensionId, u32>;

/// The items of `User`, `Role` and `Group` (`people`), or of all other dimensions.
pub(crate) fn counts(facts: &dyn Facts, people: bool) -> Counts {
    let defs = facts.schema().dimensions().filter(|def| def.system.is_some() == people);
    defs.map(|def| (def.id, facts.item_count(def.id))).collect()
}

/// What of an old state is there no more: only who defines security sees it.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Gone {
    /// Metrics, lists and properties.
    pub(crate) targets: HashSet<Target>,
    pub(crate) items: BTreeMap<DimensionId, RoaringBitmap>,
}

impl Gone {
    fn of(facts: &dyn Facts) -> Gone {
        let schema = facts.schema();
        let metrics = schema.metrics().map(|def| Target::Metric(def.id));
        let lists = schema.lists().map(|def| Target::List(def.id));
        let properties =
            schema.dimensions().flat_map(|def| (0u16..).zip(&def.properties).map(|(property, _)| Target::Property(def.id, property)));
        let targets = metrics.chain(lists).chain(properties).filter(|target| facts.is_gone(target)).collect();
        let items = schema.dimensions().map(|def| (def.id, facts.gone_items(def.id))).filter(|(_, gone)| !gone.is_empty()).collect();
        Gone { targets, items }
    }
}

/// How much was compiled on a ground.
#[derive(Debug, Default)]
pub(crate) struct Made {
    pub(crate) profiles: AtomicU64,
    pub(crate) masks: AtomicU64,
}

impl Ground {
    /// Of a state. `formulas`: whether somebody will ask what formulas read, see [`Ground::asks_formulas`].
    pub(crate) fn new(policy: &Policy, facts: &dyn Facts, formulas: bool) -> Ground {
        let schema = facts.schema();
        let (mut maps, mut rights) = (HashMap::new(), BTreeMap::new());
        for rule in policy.rules() {
            let Some(Ok((metric, dimensions))) = rule.rights().map(|id| RightsDimensions::of(id, schema).map(|d| (id, d))) else {
                continue;
            };
            rights.insert(metric, dimensions);
            rule.through().iter().for_each(|path| load(&mut maps, path, facts));
        }
        // Where inheritance is off a formula that is not saved is bound to what it reads all the same, by words alone.
        let saved = || if policy.inheritance() == Inheritance::On { facts.footprints() } else { Arc::default() };
        let footprints = formulas.then(saved);
        let personal = footprints.as_ref().map(|footprints| personal(footprints, schema)).unwrap_or_default();
        Ground {
            rules: policy.rules().to_vec(),
            mode: policy.mode(),
            inheritance: policy.inheritance(),
            schema: schema.clone(),
            counts: counts(facts, false),
            maps,
            rights,
            footprints,
            personal,
            gone: Gone::of(facts),
            made: Arc::default(),
        }
    }

    /// Whether what formulas read is asked for somebody of this role: where there is no rule, and no line of other people is hidden,
    /// nothing is asked, so that nothing is spent.
    pub(crate) fn asks_formulas(policy: &Policy, role: Option<&EffectiveRole>) -> bool {
        !policy.rules().is_empty() || !role.is_some_and(|role| role.permits(Permission::DefineSecurity))
    }

    /// Whether a policy has the same rules and settings. Who holds which role is no matter.
    pub fn suits(&self, policy: &Policy) -> bool {
        self.mode == policy.mode() && self.inheritance == policy.inheritance() && self.rules == policy.rules()
    }

    /// Whether everything is the same, so that masks that were compiled on one hold on the other.
    pub(crate) fn is_same(&self, other: &Ground) -> bool {
        self.mode == other.mode
            && self.inheritance == other.inheritance
            && self.rules == other.rules
            && self.counts == other.counts
            && self.maps.len() == other.maps.len()
            && self.maps.iter().all(|(path, map)| other.maps.get(path).is_some_and(|other| map.items == other.items))
            && self.schema == other.schema
            && self.gone == other.gone
            && match (&self.footprints, &other.footprints) {
                (Some(one), Some(other)) => Arc::ptr_eq(one, other) || one == other,
                (one, other) => one.is_none() && other.is_none(),
            }
    }

    /// Whether what may be seen of a target depends on which lines of `User`, `Role` and `Group` are one's own: it is keyed by them, or has
    /// a formula that reads what is.
    pub(crate) fn is_personal(&self, target: &Target) -> bool {
        self.personal.contains(target) || is_keyed_by_people(target, &self.schema)
    }
}

fn is_keyed_by_people(target: &Target, schema: &Schema) -> bool {
    let is_system = |dimension: DimensionId| schema.dimension(dimension).is_some_and(|def| def.system.is_some());
    target.keys(schema).is_some_and(|keys| keys.into_iter().any(|(_, dimension)| is_system(dimension)))
}

/// What has a formula that reads something keyed by people, directly or through other formulas.
fn personal(footprints: &Footprints, schema: &Schema) -> HashSet<Target> {
    let mut readers: HashMap<&Target, Vec<&Target>> = HashMap::new();
    let mut open = Vec::new();
    for (target, footprint) in footprints.iter() {
        for (read, _) in footprint.named() {
            readers.entry(read).or_default().push(target);
            if is_keyed_by_people(read, schema) {
                open.push(target);
            }
        }
    }
    let mut found = HashSet::new();
    while let Some(target) = open.pop() {
        if found.insert(target.clone()) {
            open.extend(readers.get(target).into_iter().flatten());
        }
    }
    found
}

fn load(maps: &mut HashMap<Path, Map>, path: &Path, facts: &dyn Facts) {
    if !maps.contains_key(path) {
        let items = facts.path(path);
        let fingerprint = of_map(&items);
        maps.insert(path.clone(), Map { items, fingerprint });
    }
}

// What rules say is for who defines security.
impl fmt::Debug for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ground").finish_non_exhaustive()
    }
}
