//! Everything that people with the same words have in common, and the compiler of their masks.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use roaring::RoaringBitmap;
use smalt_model::{DimensionId, MetricId};
use smalt_planted::{Leak, planted};

use crate::fingerprint::Fingerprint;
use crate::ground::{Counts, Ground};
use crate::inherit::Inherited;
use crate::mask::MaskBuilder;
use crate::parts::{Part, Parts};
use crate::words::RightsWords;
use crate::{Action, BLANK, EffectiveRole, Footprint, Half, Mask, Mode, Permission, Principal, Region, Rule, Shape, Target, Word};

/// The words of a person, by rights metric.
pub(crate) type Words = BTreeMap<MetricId, Arc<RightsWords>>;

/// What of a person and of the role that they hold has a say in masks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    is_owner: bool,
    /// `None`: no role, so nothing is allowed.
    role: Option<Defaults>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Defaults {
    read: Word,
    write: Word,
    defines_security: bool,
}

impl Standing {
    pub(crate) fn of(principal: &Principal, role: Option<&EffectiveRole>) -> Standing {
        let defaults = |role: &EffectiveRole| Defaults {
            read: role.read,
            write: role.write,
            defines_security: role.permits(Permission::DefineSecurity),
        };
        Standing { is_owner: principal.is_owner(), role: role.map(defaults) }
    }

    /// Whether lines of other people may be seen.
    pub(crate) fn defines_security(self) -> bool {
        self.role.is_some_and(|role| role.defines_security)
    }
}

impl Defaults {
    fn word(self, half: Half) -> Word {
        match half {
            Half::Read => self.read,
            Half::Write => self.write,
        }
    }
}

/// Each formula that somebody tries out leaves something behind; a profile in which they have left more bytes than this is given up.
const MOST_TRIED: usize = 64 << 20;

/// What one more entry of a table takes, about.
const ENTRY: usize = 128;

/// What people with the same words have in common: masks, made when first asked for.
///
/// Who does not define security sees of `User`, `Role` and `Group` only lines of their own. What depends on these is not in the profile
/// that people share but in one of their own on top of it.
pub(crate) struct Profile {
    pub(crate) ground: Arc<Ground>,
    pub(crate) standing: Standing,
    /// The items of `User`, `Role` and `Group`; empty where nothing that is keyed by them is asked for.
    people: Counts,
    pub(crate) parts: Arc<Parts>,
    /// Of the dimensions of which something is hidden, the items that may be seen.
    pub(crate) visible: HashMap<DimensionId, Arc<RoaringBitmap>>,
    /// The only items of `User`, `Role` and `Group` that may be seen.
    own: HashMap<DimensionId, Arc<RoaringBitmap>>,
    /// Where a person's own profile stands on a shared one: that tells all that is not personal.
    shared: Option<Arc<Profile>>,
    /// Where rights pass through formulas.
    pub(crate) inherited: Option<Inherited>,
    masks: Mutex<Masks>,
    bytes: AtomicUsize,
    /// Of these, what formulas that are not saved have left.
    tried: AtomicUsize,
}

#[derive(Default)]
struct Masks {
    by_target: HashMap<(Half, Target), Arc<Mask>>,
    by_fingerprint: HashMap<u128, Arc<Mask>>,
    /// The addresses of what was counted in `bytes`: masks share their sets.
    counted: HashSet<usize>,
}

impl Profile {
    /// For all who stand like this and have these words. `people` are asked for of who defines security alone.
    pub(crate) fn new(ground: Arc<Ground>, standing: Standing, people: Counts, words: Words) -> Profile {
        ground.made.profiles.fetch_add(1, Ordering::Relaxed);
        let bytes = words.values().map(|words| words.bytes()).sum::<usize>();
        let parts = Arc::new(Parts::new(Arc::clone(&ground), words));
        let mut profile = Profile::empty(ground, standing, people, parts);
        profile.bytes = AtomicUsize::new(bytes);
        let defines = standing.defines_security();
        let whole = profile.ground.schema.dimensions().filter(|def| def.parent.is_none());
        let ids = whole.filter(|def| defines || def.system.is_none()).map(|def| def.id).collect::<Vec<_>>();
        profile.look_at(ids);
        profile
    }

    /// For one of those who share a profile: who sees these lines of `User`, `Role` and `Group` and no others.
    pub(crate) fn personal(shared: &Arc<Profile>, people: Counts, own: HashMap<DimensionId, Arc<RoaringBitmap>>) -> Profile {
        let mut profile = Profile::empty(Arc::clone(&shared.ground), shared.standing, people, Arc::clone(&shared.parts));
        profile.visible = shared.visible.clone();
        let ids = own.keys().copied().collect::<Vec<_>>();
        profile.own = own;
        profile.shared = Some(Arc::clone(shared));
        profile.look_at(ids);
        profile
    }

    fn empty(ground: Arc<Ground>, standing: Standing, people: Counts, parts: Arc<Parts>) -> Profile {
        // Also where the ground, for the sake of others, knows what formulas read.
        let asks = !ground.rules.is_empty() || !standing.defines_security();
        let inherited = ground.footprints.as_ref().filter(|_| asks).map(|footprints| Inherited::new(Arc::clone(footprints)));
        Profile {
            ground,
            standing,
            people,
            parts,
            visible: HashMap::new(),
            own: HashMap::new(),
            shared: None,
            inherited,
            masks: Mutex::default(),
            bytes: AtomicUsize::new(0),
            tried: AtomicUsize::new(0),
        }
    }

    /// Finds out what is hidden of these dimensions.
    fn look_at(&mut self, dimensions: Vec<DimensionId>) {
        for dimension in dimensions {
            let mask = self.build(Half::Read, &Target::Items(dimension)).finish();
            let gone = self.ground.gone.items.get(&dimension).filter(|_| !self.standing.defines_security());
            if mask.shape() != Shape::Everything || gone.is_some() {
                let mut visible = mask.to_items(self.count(dimension));
                gone.iter().for_each(|gone| visible -= *gone);
                self.visible.insert(dimension, Arc::new(visible));
            }
        }
    }

    /// The number of items of a dimension.
    pub(crate) fn count(&self, dimension: DimensionId) -> u32 {
        self.ground.counts.get(&dimension).or_else(|| self.people.get(&dimension)).copied().unwrap_or(0)
    }

    /// Whether it is the profile of these: content with content, so that nobody gets what is another one's by a hash that happens to fit.
    pub(crate) fn is_of(&self, standing: Standing, people: &Counts, words: &Words) -> bool {
        self.standing == standing && self.people == *people && self.parts.words == *words
    }

    /// A content hash of the role's defaults and of all words.
    pub(crate) fn print_of(standing: Standing, words: &Words) -> u128 {
        let mut hash = Fingerprint::new("profile");
        hash.number(u64::from(standing.is_owner));
        for half in [Half::Read, Half::Write] {
            hash.number(standing.role.map_or(0, |role| 1 + role.word(half) as u64));
        }
        hash.number(u64::from(standing.defines_security()));
        for (rights, words) in words {
            hash.number(u64::from(rights.0));
            words.half(Half::Read).print(&mut hash);
            words.half(Half::Write).print(&mut hash);
        }
        hash.finish()
    }

    /// Bytes held, about.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Whether formulas that are not saved have left so much that it is better made anew.
    pub(crate) fn is_overgrown(&self) -> bool {
        self.tried.load(Ordering::Relaxed) > MOST_TRIED
    }

    /// The readable cells of a formula that is not saved: those at which it may read as well all that it reads.
    pub(crate) fn reading_formula(&self, target: &Target, footprint: &Footprint) -> Arc<Mask> {
        self.tried(target, footprint, |builder| builder.all(&self.mask(Half::Read, target)))
    }

    /// Where everything may be read that a part of a formula reads, of which nothing else is asked.
    pub(crate) fn reading_part(&self, target: &Target, footprint: &Footprint) -> Arc<Mask> {
        self.tried(target, footprint, |builder| match (self.standing.role, target.keys(&self.ground.schema)) {
            (Some(_), Some(keys)) => self.hidden_items(target, &keys, builder),
            _ => builder.nothing(),
        })
    }

    /// A mask that begins like this, and the cells at which all may be read that a formula reads. What it leaves behind is counted.
    fn tried(&self, target: &Target, footprint: &Footprint, begin: impl FnOnce(&mut MaskBuilder)) -> Arc<Mask> {
        let before = self.bytes();
        let mut builder = MaskBuilder::default();
        begin(&mut builder);
        self.unsaved_formula(target, footprint).iter().for_each(|read| builder.all(read));
        let mask = self.share(builder);
        self.tried.fetch_add(self.bytes().saturating_sub(before), Ordering::Relaxed);
        mask
    }

    /// The profile that tells what is asked of a target, where that is not this one.
    pub(crate) fn shared_for(&self, target: &Target) -> Option<&Arc<Profile>> {
        self.shared.as_ref().filter(|_| !self.ground.is_personal(target))
    }

    /// The mask of one half for any target.
    pub(crate) fn mask(&self, half: Half, target: &Target) -> Arc<Mask> {
        if let Some(shared) = self.shared_for(target) {
            return shared.mask(half, target);
        }
        let key = (half, target.clone());
        if let Some(mask) = self.lock().by_target.get(&key) {
            return Arc::clone(mask);
        }
        self.ground.made.masks.fetch_add(1, Ordering::Relaxed);
        let mask = self.share(self.build(half, target));
        self.lock().by_target.insert(key, Arc::clone(&mask));
        self.grow();
        mask
    }

    /// Something more is kept that is small in itself.
    pub(crate) fn grow(&self) {
        self.bytes.fetch_add(ENTRY, Ordering::Relaxed);
    }

    pub(crate) fn share(&self, builder: MaskBuilder) -> Arc<Mask> {
        self.only(builder.share())
    }

    /// One mask for all that come out the same.
    pub(crate) fn only(&self, mask: Arc<Mask>) -> Arc<Mask> {
        let mut masks = self.lock();
        if let Some(known) = masks.by_fingerprint.get(&mask.fingerprint()) {
            return Arc::clone(known);
        }
        self.bytes.fetch_add(ENTRY + mask.bytes(&mut masks.counted), Ordering::Relaxed);
        masks.by_fingerprint.insert(mask.fingerprint(), Arc::clone(&mask));
        mask
    }

    fn lock(&self) -> MutexGuard<'_, Masks> {
        // A panic elsewhere leaves whole entries behind, never half of one.
        self.masks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn build(&self, half: Half, target: &Target) -> MaskBuilder {
        let mut builder = MaskBuilder::default();
        let (Some(role), Some(keys)) = (self.standing.role, target.keys(&self.ground.schema)) else {
            builder.nothing();
            return builder;
        };
        let is_closed = || target.is_rights(&self.ground.schema) || self.ground.gone.targets.contains(target);
        if !role.defines_security && is_closed() && !planted(Leak::ReadableRights) {
            builder.nothing();
            return builder;
        }
        // Write needs read.
        let read_too = half == Half::Write && !planted(Leak::WriteWithoutRead);
        let halves: &[Half] = if read_too { &[Half::Read, Half::Write] } else { &[half] };
        for &half in halves {
            if !target.is_open() || self.speaking(half, target).next().is_some() {
                self.verdict(half, target, &keys, role.word(half), &mut builder);
            }
        }
        self.hidden_items(target, &keys, &mut builder);
        self.formula(target).iter().for_each(|read| builder.all(read));
        builder
    }

    /// The rules that speak of one half of a target.
    pub(crate) fn speaking(&self, half: Half, target: &Target) -> impl Iterator<Item = &Rule> {
        self.ground.rules.iter().filter(move |rule| rule.speaks(half, target, &self.ground.schema))
    }

    /// The word of the role on reading; `None`: no role.
    pub(crate) fn default_word(&self, half: Half) -> Option<Word> {
        self.standing.role.map(|role| role.word(half))
    }

    /// Steps 1 and 2 of the effective right.
    pub(crate) fn verdict(&self, half: Half, target: &Target, keys: &[(usize, DimensionId)], default: Word, builder: &mut MaskBuilder) {
        let owner = self.standing.is_owner;
        let strict = self.ground.mode == Mode::Strict && !owner;
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
            let readings = self.parts.words.get(&rights).map(|words| rule.readings(&words.others, keys, &self.ground.schema));
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

    /// The items that may be added to a dimension, see [`Access::adding_items`](crate::Access::adding_items).
    pub(crate) fn adding_items(&self, dimension: DimensionId) -> Mask {
        let target = Target::Items(dimension);
        let mut builder = MaskBuilder::default();
        match (self.standing.role, target.keys(&self.ground.schema)) {
            (Some(role), Some(keys)) => {
                for half in [Half::Read, Half::Write] {
                    let applied = |rule: &&Rule| rule.rights().is_some() && rule.halves().contains(half);
                    if self.ground.rules.iter().filter(applied).any(|rule| rule.covers(&target, &self.ground.schema)) {
                        let word = role.word(half);
                        let default = if self.standing.is_owner { word } else { word.min(Word::Unspecified) };
                        self.verdict(half, &target, &keys, default, &mut builder);
                    }
                }
            }
            _ => builder.nothing(),
        }
        builder.finish()
    }
}

// Whose it is may be known, what is in it not.
impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile").finish_non_exhaustive()
    }
}
