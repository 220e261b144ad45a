//! What one person may do, read and write: the masks of their profile.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use roaring::RoaringBitmap;
use smalt_model::{DimensionId, ListId, MetricId, Type};

use crate::ground::{Counts, Ground, counts};
use crate::profile::{Profile, Standing, Words};
use crate::reach::item_of;
use crate::words::RightsWords;
use crate::{EffectiveRole, Facts, Footprint, Half, Mask, Permission, Permissions, Policy, Principal, Target};

/// What one principal may do, read and write, in one state of the model.
///
/// It holds everything it needs, so it outlives the [`Facts`] it was made of; masks are made when first asked for and then shared.
/// It is good for one state only: compile anew when the policy, a right, a property on a path or the items of a dimension change, or
/// have [`Profiles`](crate::Profiles) find out whether it still holds. What it does not know (a later metric, a later item under a rule)
/// it does not allow.
pub struct Access {
    principal: Principal,
    role: Option<EffectiveRole>,
    /// What the person shares with all who have the same words.
    shared: Arc<Profile>,
    /// The lines of `User`, `Role` and `Group` that are the person's own, and how many there are; `None`: all may be seen.
    lines: Option<(Lines, Counts)>,
    /// What depends on these lines, where that was asked for.
    personal: OnceLock<Profile>,
}

/// Lines by system dimension.
pub(crate) type Lines = Vec<(DimensionId, Vec<u32>)>;

/// Everything about a person that an access is made of, but for the words.
#[derive(Clone, PartialEq)]
pub(crate) struct Person {
    pub(crate) principal: Principal,
    pub(crate) role: Option<EffectiveRole>,
    pub(crate) lines: Lines,
    pub(crate) people: Counts,
}

impl Person {
    pub(crate) fn of(policy: &Policy, principal: &Principal, facts: &dyn Facts) -> Person {
        let role = policy.role_of(principal);
        let system = facts.schema().dimensions().filter_map(|def| def.system.map(|of| (def.id, of)));
        let lines = system.map(|(id, of)| (id, policy.lines_of(principal, role.as_ref(), of))).collect();
        Person { principal: *principal, role, lines, people: counts(facts, true) }
    }

    pub(crate) fn standing(&self) -> Standing {
        Standing::of(&self.principal, self.role.as_ref())
    }

    /// The items of `User`, `Role` and `Group`, where masks that are shared speak of them.
    pub(crate) fn shared_people(&self) -> Counts {
        if self.standing().defines_security() { self.people.clone() } else { Counts::new() }
    }

    /// The words of one rights metric.
    pub(crate) fn words(&self, policy: &Policy, ground: &Ground, rights: MetricId, facts: &dyn Facts) -> Arc<RightsWords> {
        let of = ground.rights.get(&rights);
        let principals = of.map(|of| policy.lines_of(&self.principal, self.role.as_ref(), of.principal)).unwrap_or_default();
        Arc::new(RightsWords::collect(rights, of.map(|of| of.others.clone()).unwrap_or_default(), &principals, facts))
    }

    pub(crate) fn access(self, shared: Arc<Profile>) -> Access {
        let lines = (!self.standing().defines_security()).then_some((self.lines, self.people));
        Access { principal: self.principal, role: self.role, shared, lines, personal: OnceLock::new() }
    }
}

impl Access {
    /// Collects the words of all rules for `principal`. Once per principal and state of rights; [`Profiles`](crate::Profiles) does so for
    /// many people, and has those with the same words share what is made of them.
    pub fn compile(policy: &Policy, principal: &Principal, facts: &dyn Facts) -> Access {
        let person = Person::of(policy, principal, facts);
        let ground = Arc::new(Ground::new(policy, facts, Ground::asks_formulas(policy, person.role.as_ref())));
        let words = ground.rights.keys().map(|rights| (*rights, person.words(policy, &ground, *rights, facts))).collect::<Words>();
        let profile = Profile::new(ground, person.standing(), person.shared_people(), words);
        person.access(Arc::new(profile))
    }

    /// A content hash of the role's defaults and of all words: people with the same one may read and write the same, but for the lines of
    /// `User`, `Role` and `Group` that each sees and the permissions that each holds.
    pub fn profile(&self) -> u128 {
        Profile::print_of(self.shared.standing, &self.shared.parts.words)
    }

    /// Whether this person and another one have the very same masks, but for what [`Access::is_personal`] tells.
    pub fn shares_with(&self, other: &Access) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    /// Whether the masks of a target depend on which lines of `User`, `Role` and `Group` are the person's own.
    pub fn is_personal(&self, target: &Target) -> bool {
        let ground = &self.shared.ground;
        // A rights metric is closed to all of these people.
        self.lines.is_some() && !target.is_rights(&ground.schema) && ground.is_personal(target)
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
        let personal = self.is_personal(&target) || self.reads_personal(footprint);
        let profile = if personal { self.personal() } else { &self.shared };
        profile.reading_formula(&target, footprint)
    }

    fn reads_personal(&self, footprint: &Footprint) -> bool {
        self.lines.is_some() && footprint.named().into_iter().any(|(target, _)| self.shared.ground.is_personal(target))
    }

    /// What the formula of a target reads, and by the target's coordinates where each of it may be read. Nothing where nothing is inherited.
    pub fn operands(&self, target: &Target) -> Vec<(Target, Arc<Mask>)> {
        self.profile_for(target).operands(target)
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
        self.held(self.shared.ground.schema.metric(metric)?.ty)
    }

    /// The items that a property may hold: `None` where every value may be seen. One that holds another item reads NULL.
    pub fn property_values(&self, dimension: DimensionId, property: u16) -> Option<Arc<Mask>> {
        self.held(self.shared.ground.schema.dimension(dimension)?.properties.get(usize::from(property))?.ty)
    }

    fn held(&self, ty: Type) -> Option<Arc<Mask>> {
        let dimension = self.shared.ground.schema.whole(item_of(ty)?);
        let profile = self.profile_for(&Target::Items(dimension));
        profile.visible.contains_key(&dimension).then(|| self.items(dimension))
    }

    /// The items that may be added to a dimension, asked with the facts *after* the item was added: all while no rule applies to
    /// its items, else those where a rule's word says ALLOWED (the role default does not do) and none DENIED.
    pub fn adding_items(&self, dimension: DimensionId) -> Arc<Mask> {
        Arc::new(self.shared.adding_items(dimension))
    }

    /// The mask of one half for any target.
    pub fn mask(&self, half: Half, target: &Target) -> Arc<Mask> {
        let target = &target.whole(&self.shared.ground.schema);
        self.profile_for(target).mask(half, target)
    }

    fn profile_for(&self, target: &Target) -> &Profile {
        if self.is_personal(target) { self.personal() } else { &self.shared }
    }

    fn personal(&self) -> &Profile {
        self.personal.get_or_init(|| {
            let (lines, people) = self.lines.clone().unwrap_or_default();
            let own = lines.into_iter().map(|(id, lines)| (id, Arc::new(lines.into_iter().collect::<RoaringBitmap>())));
            Profile::personal(&self.shared, people, own.collect::<HashMap<_, _>>())
        })
    }

    /// What it is made of, and with others: to find out whether it still holds.
    pub(crate) fn shared(&self) -> &Arc<Profile> {
        &self.shared
    }

    /// Whether it is better made anew: formulas that were tried out have left too much in it.
    pub fn is_overgrown(&self) -> bool {
        self.shared.is_overgrown() || self.personal.get().is_some_and(Profile::is_overgrown)
    }

    /// Bytes held on top of what is shared, about.
    pub(crate) fn own_bytes(&self) -> usize {
        self.personal.get().map_or(0, Profile::bytes)
    }
}

// Whose it is may be known, what is in it not.
impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("principal", &self.principal).finish_non_exhaustive()
    }
}
