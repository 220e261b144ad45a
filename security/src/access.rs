//! The compiler: policy and person in, masks out.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use roaring::RoaringBitmap;
use smalt_model::{DimensionId, ListId, MetricId, Schema, SystemDimension, Type};
use smalt_planted::{Leak, planted};

use crate::fingerprint::{Fingerprint, of_map};
use crate::inherit::Inherited;
use crate::mask::MaskBuilder;
use crate::parts::{Map, Part, Parts};
use crate::reach::{RightsDimensions, item_of};
use crate::words::RightsWords;
use crate::{
    Action, BLANK, EffectiveRole, Facts, Footprint, Half, Inheritance, Mask, Mode, Path, Permission, Permissions, Policy, Principal,
    Region, Rule, Shape, Target, Word,
};

/// What one principal may do, read and write, in one state of the model.
///
/// It holds everything it needs, so it outlives the [`Facts`] it was made of; masks are made when first asked for and then shared.
/// It is good for one state only: compile anew when the policy, a right, a property on a path or the items of a dimension change.
/// What it does not know (a later metric, a later item under a rule) it does not allow.
pub struct Access {
    principal: Principal,
    pub(crate) role: Option<EffectiveRole>,
    rules: Vec<Rule>,
    mode: Mode,
    pub(crate) schema: Schema,
    parts: Parts,
    /// Of the dimensions of which something is hidden, the items that may be seen.
    visible: HashMap<DimensionId, Arc<RoaringBitmap>>,
    /// The only items of `User`, `Role` and `Group` that may be seen, for who does not define security.
    own: HashMap<DimensionId, Arc<RoaringBitmap>>,
    /// Where rights pass through formulas.
    pub(crate) inherited: Option<Inherited>,
    masks: Mutex<Masks>,
}

#[derive(Default)]
struct Masks {
    by_target: HashMap<(Half, Target), Arc<Mask>>,
    by_fingerprint: HashMap<u128, Arc<Mask>>,
}

impl Access {
    /// Collects the words of all rules for `principal`. Once per principal and state of rights.
    pub fn compile(policy: &Policy, principal: &Principal, facts: &dyn Facts) -> Access {
        let schema = facts.schema();
        let role = policy.role_of(principal);
        let principals = |of: SystemDimension| policy.lines_of(principal, role.as_ref(), of);
        let mut parts = Parts::default();
        for rule in policy.rules() {
            let Some(Ok((rights, dimensions))) = rule.rights().map(|id| RightsDimensions::of(id, schema).map(|d| (id, d))) else {
                continue;
            };
            let words = || RightsWords::collect(rights, dimensions.others, &principals(dimensions.principal), facts);
            parts.words.entry(rights).or_insert_with(words);
            rule.through().iter().for_each(|path| load(&mut parts.maps, path, facts));
        }
        let defines = role.as_ref().is_some_and(|role| role.permits(Permission::DefineSecurity));
        let system = schema.dimensions().filter_map(|def| def.system.filter(|_| !defines).map(|of| (def.id, of)));
        let own = system.map(|(id, of)| (id, Arc::new(principals(of).into_iter().collect::<RoaringBitmap>()))).collect();
        // Where there is no rule, and no line of other people is hidden, nothing is asked, so that nothing is spent.
        let inherits = policy.inheritance() == Inheritance::On;
        let mut access = Access {
            principal: *principal,
            role,
            rules: policy.rules().to_vec(),
            mode: policy.mode(),
            schema: schema.clone(),
            parts,
            visible: HashMap::new(),
            own,
            inherited: (!policy.rules().is_empty() || !defines).then(|| Inherited::new(facts, inherits)),
            masks: Mutex::new(Masks::default()),
        };
        for def in schema.dimensions() {
            let mask = access.build(Half::Read, &Target::Items(def.id)).finish();
            if mask.shape() != Shape::Everything {
                access.visible.insert(def.id, Arc::new(mask.to_items(facts.item_count(def.id))));
            }
        }
        access
    }

    /// A content hash of the role's defaults and of all words: people with the same one may read and write the same, but for the lines of
    /// `User`, `Role` and `Group` that each sees and the permissions that each holds.
    pub fn profile(&self) -> u128 {
        let mut hash = Fingerprint::new("profile");
        hash.number(u64::from(self.principal.is_owner()));
        for half in [Half::Read, Half::Write] {
            hash.number(self.role.as_ref().map_or(0, |role| 1 + role.default_word(half) as u64));
        }
        hash.number(u64::from(self.permits(Permission::DefineSecurity)));
        let mut words = self.parts.words.iter().collect::<Vec<_>>();
        words.sort_by_key(|(rights, _)| **rights);
        for (rights, words) in words {
            hash.number(u64::from(rights.0));
            words.half(Half::Read).print(&mut hash);
            words.half(Half::Write).print(&mut hash);
        }
        hash.finish()
    }

    /// For whom it is.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The role that the principal holds; without one nothing is allowed.
    pub fn role(&self) -> Option<&EffectiveRole> {
        self.role.as_ref()
    }

    /// What the principal may do.
    pub fn permissions(&self) -> Permissions {
        self.role.as_ref().map_or_else(Permissions::none, |role| role.permissions)
    }

    /// Whether the principal holds `permission`; [`missing`](crate::missing) is the refusal.
    pub fn permits(&self, permission: Permission) -> bool {
        self.permissions().contains(permission)
    }

    /// The readable cells of a metric, by its declared dimensions. Where its type is a dimension, see also [`Access::values`].
    pub fn reading(&self, metric: MetricId) -> Arc<Mask> {
        self.mask(Half::Read, &Target::Metric(metric))
    }

    /// The writable cells of a metric: those that are readable as well.
    pub fn writing(&self, metric: MetricId) -> Arc<Mask> {
        self.mask(Half::Write, &Target::Metric(metric))
    }

    /// The readable cells of a formula that is not saved, by these dimensions.
    pub fn reading_dimensions(&self, dimensions: &[DimensionId]) -> Arc<Mask> {
        self.mask(Half::Read, &Target::Unsaved(dimensions.to_vec()))
    }

    /// The readable cells of a formula that is not saved, by these dimensions: those at which it may read as well all that it reads.
    pub fn reading_formula(&self, dimensions: &[DimensionId], footprint: &Footprint) -> Arc<Mask> {
        let target = Target::Unsaved(dimensions.to_vec());
        let mut builder = MaskBuilder::default();
        builder.all(&self.mask(Half::Read, &target));
        self.unsaved_formula(&target, footprint).iter().for_each(|read| builder.all(read));
        self.share(builder)
    }

    /// The readable rows of a list, by its columns.
    pub fn reading_list(&self, list: ListId) -> Arc<Mask> {
        self.mask(Half::Read, &Target::List(list))
    }

    /// The writable rows of a list.
    pub fn writing_list(&self, list: ListId) -> Arc<Mask> {
        self.mask(Half::Write, &Target::List(list))
    }

    /// The items of a dimension that exist for the principal: one coordinate. `User`, `Role` and `Group` show only the own line
    /// without Define Application security.
    pub fn items(&self, dimension: DimensionId) -> Arc<Mask> {
        self.mask(Half::Read, &Target::Items(dimension))
    }

    /// The items that may be renamed or removed, as far as rules speak of them.
    pub fn writing_items(&self, dimension: DimensionId) -> Arc<Mask> {
        self.mask(Half::Write, &Target::Items(dimension))
    }

    /// The items whose property may be read, whatever it holds; elsewhere it reads NULL. Where its type is a dimension, see also
    /// [`Access::property_values`].
    pub fn property(&self, dimension: DimensionId, property: u16) -> Arc<Mask> {
        self.mask(Half::Read, &Target::Property(dimension, property))
    }

    /// The items whose property may be set, as far as rules speak of it. It does not depend on what the property holds: where that is a
    /// hidden item it reads NULL and is overwritten like one.
    pub fn writing_property(&self, dimension: DimensionId, property: u16) -> Arc<Mask> {
        self.mask(Half::Write, &Target::Property(dimension, property))
    }

    /// The items that a cell of a metric may hold: `None` where every value may be seen. A cell that holds another item does not
    /// exist for the principal.
    pub fn values(&self, metric: MetricId) -> Option<Arc<Mask>> {
        self.held(self.schema.metric(metric)?.ty)
    }

    /// The items that a property may hold: `None` where every value may be seen. One that holds another item reads NULL.
    pub fn property_values(&self, dimension: DimensionId, property: u16) -> Option<Arc<Mask>> {
        self.held(self.schema.dimension(dimension)?.properties.get(usize::from(property))?.ty)
    }

    fn held(&self, ty: Type) -> Option<Arc<Mask>> {
        let dimension = self.schema.whole(item_of(ty)?);
        self.visible.contains_key(&dimension).then(|| self.items(dimension))
    }

    /// The items that may be added to a dimension, asked with the facts *after* the item was added: all while no rule applies to
    /// its items, else those where a rule's word says ALLOWED (the role default does not do) and none DENIED.
    pub fn adding_items(&self, dimension: DimensionId) -> Arc<Mask> {
        let target = Target::Items(dimension);
        let mut builder = MaskBuilder::default();
        match (&self.role, target.keys(&self.schema)) {
            (Some(role), Some(keys)) => {
                for half in [Half::Read, Half::Write] {
                    let applied = |rule: &&Rule| rule.rights().is_some() && rule.halves().contains(half);
                    if self.rules.iter().filter(applied).any(|rule| rule.covers(&target, &self.schema)) {
                        let word = role.default_word(half);
                        let default = if self.principal.is_owner() { word } else { word.min(Word::Unspecified) };
                        self.verdict(half, &target, &keys, default, &mut builder);
                    }
                }
            }
            _ => builder.nothing(),
        }
        Arc::new(builder.finish())
    }

    /// The mask of one half for any target.
    pub fn mask(&self, half: Half, target: &Target) -> Arc<Mask> {
        let target = &target.whole(&self.schema);
        let key = (half, target.clone());
        if let Some(mask) = self.lock().by_target.get(&key) {
            return Arc::clone(mask);
        }
        let mask = self.share(self.build(half, target));
        self.lock().by_target.insert(key, Arc::clone(&mask));
        mask
    }

    pub(crate) fn share(&self, builder: MaskBuilder) -> Arc<Mask> {
        self.only(builder.share())
    }

    /// One mask for all that come out the same.
    pub(crate) fn only(&self, mask: Arc<Mask>) -> Arc<Mask> {
        Arc::clone(self.lock().by_fingerprint.entry(mask.fingerprint()).or_insert(mask))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Masks> {
        // A panic elsewhere leaves whole entries behind, never half of one.
        self.masks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn build(&self, half: Half, target: &Target) -> MaskBuilder {
        let mut builder = MaskBuilder::default();
        let (Some(role), Some(keys)) = (&self.role, target.keys(&self.schema)) else {
            builder.nothing();
            return builder;
        };
        if target.is_rights(&self.schema) && !role.permits(Permission::DefineSecurity) && !planted(Leak::ReadableRights) {
            builder.nothing();
        }
        // Write needs read.
        let read_too = half == Half::Write && !planted(Leak::WriteWithoutRead);
        let halves: &[Half] = if read_too { &[Half::Read, Half::Write] } else { &[half] };
        for &half in halves {
            if !target.is_open() || self.speaking(half, target).next().is_some() {
                self.verdict(half, target, &keys, role.default_word(half), &mut builder);
            }
        }
        self.hidden_items(target, &keys, &mut builder);
        self.formula(target).iter().for_each(|read| builder.all(read));
        builder
    }

    /// The rules that speak of one half of a target.
    pub(crate) fn speaking(&self, half: Half, target: &Target) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.speaks(half, target, &self.schema))
    }

    /// Steps 1 and 2 of the effective right.
    pub(crate) fn verdict(&self, half: Half, target: &Target, keys: &[(usize, DimensionId)], default: Word, builder: &mut MaskBuilder) {
        let owner = self.principal.is_owner();
        let strict = self.mode == Mode::Strict && !owner;
        let rules = || self.speaking(half, target);
        let ignored = !owner && rules().any(|rule| matches!(rule.action, Action::IgnoreDefault { .. }));
        let default = if ignored { Word::Unspecified } else { default };
        if default == Word::Denied {
            builder.nothing();
        }
        let mut open = default == Word::Allowed;
        let mut any_of = Vec::new();
        for rule in rules() {
            let Some(rights) = rule.rights() else { continue };
            let readings = self.parts.words.get(&rights).map(|words| rule.readings(&words.others, keys, &self.schema));
            let readings = readings.unwrap_or_default();
            if readings.is_empty() {
                builder.nothing();
            }
            for reading in readings {
                match self.parts.denied(rights, half, &reading) {
                    _ if planted(Leak::OutvotedDenials) => {}
                    Part::Never => {}
                    Part::Always => builder.nothing(),
                    Part::Region(region) => builder.deny(region),
                }
                match (self.parts.allowed(rights, half, &reading), strict) {
                    (Part::Always, _) => open = true,
                    (Part::Never, true) => builder.nothing(),
                    (Part::Never, false) => {}
                    (Part::Region(region), true) => {
                        open = true;
                        builder.must(vec![region]);
                    }
                    (Part::Region(region), false) => any_of.push(region),
                }
            }
        }
        if !open {
            builder.must(any_of);
        }
    }

    /// What is keyed by a hidden item does not exist.
    pub(crate) fn hidden_items(&self, target: &Target, keys: &[(usize, DimensionId)], builder: &mut MaskBuilder) {
        if let (Target::Items(_), [(_, dimension)]) = (target, keys) {
            if let Some(own) = self.own.get(dimension).filter(|_| !planted(Leak::LinesOfOthers)) {
                builder.must(vec![Region::items(0, Arc::clone(own))]);
            }
            // Known only when all is compiled: from then on a later item under a rule does not exist.
            if let Some(visible) = self.visible.get(dimension) {
                builder.must(vec![Region::items(0, Arc::clone(visible))]);
            }
            return;
        }
        for (position, dimension) in keys {
            if let Some(visible) = self.visible.get(dimension).filter(|_| !planted(Leak::CellsOfHiddenItems)) {
                let mut visible = Arc::clone(visible);
                if matches!(target, Target::List(_)) {
                    // An empty column hides nothing.
                    Arc::make_mut(&mut visible).insert(BLANK);
                }
                builder.must(vec![Region::items(*position, visible)]);
            }
        }
    }
}

fn load(maps: &mut HashMap<Path, Map>, path: &Path, facts: &dyn Facts) {
    if !maps.contains_key(path) {
        let items = facts.path(path);
        let fingerprint = of_map(&items);
        maps.insert(path.clone(), Map { items, fingerprint });
    }
}

// Whose it is may be known, what is in it not.
impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("principal", &self.principal).finish_non_exhaustive()
    }
}
