//! Accesses that are kept and shared are those that would be compiled anew, whatever happened before; and no more is compiled than must be.

use std::collections::HashMap;
use std::sync::Arc;

use smalt_model::{DimensionId, MetricId, Rights, Schema};
use smalt_security::{
    Access, Facts, Footprints, Grantee, Ground, Half, Inheritance, Mode, Path, Permission, Permissions, Policy, Principal, Profiles, Role,
    RuleTarget, Target, UserKind, UserState, Word,
};

use crate::formulas::{formulas, unsaved};
use crate::inherit::Case;
use crate::random::{BOTH, Dice, any_scene, people, rule};
use crate::world::*;

/// A world whose rights metrics have versions.
struct Versioned {
    world: World,
    versions: HashMap<MetricId, u64>,
    clock: u64,
}

impl Versioned {
    fn new(world: World) -> Versioned {
        Versioned { world, versions: HashMap::new(), clock: 1 }
    }

    fn set(&mut self, rights: MetricId, principal: u32, others: &[u32], letters: &str) {
        self.world.set(rights, principal, others, letters);
        self.clock += 1;
        self.versions.insert(rights, self.clock);
    }
}

impl Facts for Versioned {
    fn item_count(&self, dimension: DimensionId) -> u32 {
        self.world.item_count(dimension)
    }

    fn words(&self, rights: MetricId, principal: u32, each: &mut dyn FnMut(&[u32], Rights)) {
        self.world.words(rights, principal, each);
    }

    fn version(&self, rights: MetricId) -> Option<u64> {
        Some(self.versions.get(&rights).copied().unwrap_or(0))
    }

    fn path(&self, path: &Path) -> Arc<[u32]> {
        self.world.path(path)
    }

    fn schema(&self) -> &Schema {
        self.world.schema()
    }

    fn footprints(&self) -> Arc<Footprints> {
        self.world.footprints()
    }
}

/// Everything that can be asked of an access.
fn all_of(world: &World, access: &Access, dice: &mut Dice) -> Vec<u128> {
    let mut all = vec![access.profile()];
    for target in world.targets() {
        all.extend(BOTH.map(|half| access.mask(half, &target).fingerprint()));
        all.extend(access.operands(&target).iter().map(|(_, mask)| mask.fingerprint()).collect::<std::collections::BTreeSet<_>>());
    }
    for def in world.schema.metrics() {
        all.push(access.values(def.id).map_or(0, |mask| mask.fingerprint()));
    }
    for def in world.schema.dimensions() {
        all.push(access.adding_items(def.id).fingerprint());
        all.extend((0u16..).zip(&def.properties).map(|(p, _)| access.property_values(def.id, p).map_or(0, |mask| mask.fingerprint())));
    }
    for dimensions in [&[COUNTRY, PRODUCT][..], &[EMPLOYEE], &[]] {
        let footprint = unsaved(dice, world, dimensions);
        all.push(access.reading_formula(dimensions, &footprint).fingerprint());
    }
    all
}

/// Whether everything that masks stand on may have changed, or only people and words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Changed {
    Words,
    Ground,
}

/// Something happens to rights, items, links, formulas or people.
fn happen(dice: &mut Dice, facts: &mut Versioned, policy: &mut Policy) -> Changed {
    match dice.roll(14) {
        0..=3 => {
            let rights = dice.pick(&RIGHTS);
            let dimensions = facts.world.schema.metric(rights).unwrap().dimensions.clone();
            let (mut principal, mut others) = (0, Vec::new());
            for dimension in dimensions {
                let item = u32::try_from(dice.roll(facts.world.counts[&dimension] as usize)).unwrap();
                if [USER, ROLE, GROUP].contains(&dimension) { principal = item } else { others.push(item) }
            }
            facts.set(rights, principal, &others, dice.pick(&["r.", "-.", "rw", "--", ".."]));
        }
        4 => {
            let user = u32::try_from(dice.roll(3)).unwrap();
            policy.grant(dice.pick(&[0, 1, 4, 5]), Grantee::User(user)).unwrap();
        }
        5 => {
            let group = u32::try_from(dice.roll(3)).unwrap();
            let (user, role) = (u32::try_from(dice.roll(3)).unwrap(), dice.pick(&[0, 4, 5]));
            if policy.group(group).is_none() {
                policy.create_group(group, &format!("New {group}")).unwrap();
            }
            if policy.remove_member(group, user).is_err() {
                policy.add_member(group, user).unwrap();
            }
            policy.grant(role, Grantee::Group(group)).unwrap();
        }
        6 => {
            let permissions: Permissions =
                if dice.roll(2) == 0 { Permissions::none() } else { [Permission::DefineSecurity].into_iter().collect() };
            let word = |dice: &mut Dice| dice.pick(&[Word::Allowed, Word::Unspecified, Word::Denied]);
            let role = Role { name: policy.role(5).unwrap().name.clone(), permissions, read: word(dice), write: word(dice) };
            policy.alter_role(5, role).unwrap();
        }
        7 => {
            let user = u32::try_from(dice.roll(3)).unwrap();
            policy.set_user_state(user, dice.pick(&[UserState::Active, UserState::Deactivated])).unwrap();
        }
        8 => {
            let number = 100 + dice.roll(1_000_000);
            let rule = rule(dice, &facts.world, number);
            let _ = policy.create_rule(rule, &facts.world.schema);
        }
        9 => {
            if let Some(name) = policy.rules().first().map(|rule| rule.name.clone()) {
                policy.drop_rule(&name).unwrap();
            }
        }
        10 => match dice.roll(2) {
            0 => policy.set_mode(dice.pick(&[Mode::Strict, Mode::ThreeState])),
            _ => policy.set_inheritance(dice.pick(&[Inheritance::On, Inheritance::Off])),
        },
        11 => {
            let step = dice.pick(&[(STORE, 2), (STORE, 3), (EMPLOYEE, 1), (EMPLOYEE, 2), (COUNTRY, 1), (USER, 1)]);
            let items = facts.world.properties[&step].len();
            let end = dice.pick(&[0, 1, smalt_security::BLANK]);
            facts.world.properties.get_mut(&step).unwrap()[dice.roll(items)] = end;
            return Changed::Ground;
        }
        12 => {
            let dimension = dice.pick(&[USER, STORE, PRODUCT, REGION]);
            *facts.world.counts.get_mut(&dimension).unwrap() += 1;
            for ((of, _), ends) in &mut facts.world.properties {
                if *of == dimension {
                    ends.push(0);
                }
            }
            let given = formulas(dice, &facts.world);
            facts.world.read(given);
            return Changed::Ground;
        }
        _ => {
            let given = formulas(dice, &facts.world);
            facts.world.read(given);
            return Changed::Ground;
        }
    }
    Changed::Words
}

/// Some histories, each with everybody asking now and then: what is kept says what is compiled anew.
#[test]
fn what_is_kept_is_what_would_be_compiled_anew() {
    let scenes = std::env::var("SMALT_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(150);
    let (mut asked, mut shared) = (0u64, 0u64);
    for seed in 0..scenes {
        let (world, mut policy) = any_scene(seed);
        for user in 0..3 {
            if policy.user(user).is_none() {
                policy.create_user(user, UserKind::Human).unwrap();
            }
        }
        let mut facts = Versioned::new(world);
        // With room for everything, or for next to nothing.
        let profiles = if seed % 3 == 0 { Profiles::bounded(3, 2_000) } else { Profiles::new() };
        let mut dice = Dice::new(seed.wrapping_add(77));
        let mut ground: Option<Arc<Ground>> = None;
        let mut before: HashMap<Principal, Arc<Access>> = HashMap::new();
        for step in 0..12 {
            if step > 0 && happen(&mut dice, &mut facts, &mut policy) == Changed::Ground {
                ground = None;
            }
            for who in people() {
                if dice.roll(3) == 0 {
                    continue;
                }
                // As a state does: kept while nothing changed but people and words.
                let kept = ground.take().filter(|ground| ground.suits(&policy) && Profiles::suits(ground, &policy, &who));
                let here = kept.unwrap_or_else(|| profiles.ground(&policy, &facts, &who));
                let access = profiles.access(&here, &policy, &who, &facts);
                ground = Some(here);
                let fresh = Access::compile(&policy, &who, &facts);
                assert_eq!(access.role(), fresh.role());
                assert_eq!(access.principal(), fresh.principal());
                let pick = dice.roll(1 << 20) as u64;
                let (kept, new) = (all_of(&facts.world, &access, &mut Dice::new(pick)), all_of(&facts.world, &fresh, &mut Dice::new(pick)));
                assert_eq!(kept, new, "seed {seed} step {step} {who:?} {:#?}", policy.rules());
                asked += 1;
                shared += u64::from(before.get(&who).is_some_and(|before| Arc::ptr_eq(before, &access)));
                before.insert(who, access);
            }
        }
    }
    println!("{scenes} histories, {asked} asked, {shared} kept from before");
    assert!(shared * 5 > asked, "{shared} of {asked} kept proves too little");
}

const USERS: u32 = 10_000;
const PROFILES: u32 = 50;

/// 10,000 users, of whom each 200 may read the same countries.
fn many() -> (Versioned, Policy) {
    let mut case = Case::new(Word::Unspecified);
    case.world.counts.extend([(USER, USERS), (COUNTRY, 64), (STORE, 64)]);
    case.world.properties.insert((STORE, 2), (0..64).collect());
    case.world.properties.insert((USER, 1), vec![0; USERS as usize]);
    for user in 1..USERS {
        case.policy.create_user(user, UserKind::Human).unwrap();
        case.policy.grant(5, Grantee::User(user)).unwrap();
    }
    let mut facts = Versioned::new(case.world.clone());
    for user in 0..USERS {
        facts.set(COUNTRY_RIGHTS, user, &[user % PROFILES], "r.");
    }
    case.rule(COUNTRY_RIGHTS, &["Store.Country"], RuleTarget::Metrics(vec![REVENUE]));
    case.rule(COUNTRY_RIGHTS, &[], RuleTarget::Metrics(vec![TARGETS]));
    (facts, case.policy)
}

/// Everybody asks for the mask of Revenue.
fn everybody_asks(profiles: &Profiles, facts: &Versioned, policy: &Policy) -> Vec<u128> {
    let ground = profiles.ground(policy, facts, &Principal::User(0));
    let all = (0..USERS).map(|user| profiles.access(&ground, policy, &Principal::User(user), facts));
    all.map(|access| access.reading(REVENUE).fingerprint()).collect()
}

#[test]
fn as_many_masks_are_compiled_as_there_are_profiles() {
    let (mut facts, mut policy) = many();
    let profiles = Profiles::new();
    let count = |profiles: &Profiles| (profiles.tally().compiled_profiles, profiles.tally().compiled_masks);
    let first = everybody_asks(&profiles, &facts, &policy);
    assert_eq!(count(&profiles), (u64::from(PROFILES), u64::from(PROFILES)));
    assert_eq!(profiles.tally().people, USERS as usize);
    assert!(profiles.tally().bytes < 1 << 20, "{:?}", profiles.tally());
    // Each profile has a mask of its own, and all who have it have the same.
    for (user, print) in (0u32..).zip(&first) {
        assert_eq!(Some(print), first.get((user % PROFILES) as usize));
    }
    assert_eq!(first.iter().collect::<std::collections::HashSet<_>>().len(), PROFILES as usize);
    // Nothing happened.
    everybody_asks(&profiles, &facts, &policy);
    assert_eq!(count(&profiles), (50, 50));
    // One grant: a role that nobody has had.
    policy.grant(4, Grantee::User(7)).unwrap();
    let granted = everybody_asks(&profiles, &facts, &policy);
    assert_eq!(count(&profiles), (51, 51));
    assert!(first.iter().zip(&granted).enumerate().all(|(user, (was, is))| (was == is) == (user != 7)));
    // One right of one user.
    facts.set(COUNTRY_RIGHTS, 8, &[60], "r.");
    let changed = everybody_asks(&profiles, &facts, &policy);
    assert_eq!(count(&profiles), (52, 52));
    assert!(granted.iter().zip(&changed).enumerate().all(|(user, (was, is))| (was == is) == (user != 8)));
    // They come to have what others have: nothing is compiled.
    facts.set(COUNTRY_RIGHTS, 8, &[60], "..");
    policy.grant(5, Grantee::User(7)).unwrap();
    assert_eq!(everybody_asks(&profiles, &facts, &policy), first);
    assert_eq!(count(&profiles), (52, 52));
    // One more user, of a profile that there is.
    *facts.world.counts.get_mut(&USER).unwrap() += 1;
    policy.create_user(USERS, UserKind::Human).unwrap();
    policy.grant(5, Grantee::User(USERS)).unwrap();
    facts.set(COUNTRY_RIGHTS, USERS, &[3], "r.");
    let ground = profiles.ground(&policy, &facts, &Principal::User(0));
    let new = profiles.access(&ground, &policy, &Principal::User(USERS), &facts);
    assert_eq!(Some(&new.reading(REVENUE).fingerprint()), first.get(3));
    assert_eq!(everybody_asks(&profiles, &facts, &policy), first);
    assert_eq!(count(&profiles), (52, 52));
}

/// Masks that people of a profile share are the very same, those by their own lines are not.
#[test]
fn lines_of_people_are_their_own() {
    let (facts, policy) = many();
    let profiles = Profiles::new();
    let ground = profiles.ground(&policy, &facts, &Principal::User(0));
    let [one, other] = [0, PROFILES].map(|user| profiles.access(&ground, &policy, &Principal::User(user), &facts));
    assert!(one.shares_with(&other));
    let by_user = Target::Metric(TARGETS);
    assert!(one.is_personal(&by_user) && one.is_personal(&Target::Items(USER)) && !one.is_personal(&Target::Metric(REVENUE)));
    assert!(Arc::ptr_eq(&one.reading(REVENUE), &other.reading(REVENUE)));
    assert!(one.items(USER).allows(&[0]) && !one.items(USER).allows(&[PROFILES]));
    assert!(other.items(USER).allows(&[PROFILES]) && !other.items(USER).allows(&[0]));
    assert_ne!(one.mask(Half::Read, &by_user).fingerprint(), other.mask(Half::Read, &by_user).fingerprint());
}

/// Whatever is asked for, what is kept stays within its bounds, and right.
#[test]
fn what_is_kept_is_bounded() {
    let (facts, policy) = many();
    let profiles = Profiles::bounded(100, 5_000);
    let ground = profiles.ground(&policy, &facts, &Principal::User(0));
    for user in (0..3_000).chain(0..3_000) {
        let access = profiles.access(&ground, &policy, &Principal::User(user), &facts);
        let country = user % PROFILES;
        assert!((0..64).all(|store| access.reading(REVENUE).allows(&[0, store]) == (store == country)));
        let tally = profiles.tally();
        assert!(tally.people <= 100, "{tally:?}");
        // The last one is kept in any case, and masks are made after their profile.
        assert!(tally.bytes <= 15_000, "{tally:?}");
    }
    assert!(profiles.tally().compiled_profiles > 60, "nothing was forgotten: {:?}", profiles.tally());
}

/// Formulas that are tried out are not kept for ever.
#[test]
fn formulas_that_are_tried_out_do_not_pile_up() {
    let (facts, policy) = many();
    let profiles = Profiles::bounded(100, 1 << 20);
    let ground = profiles.ground(&policy, &facts, &Principal::User(0));
    let mut most = 0;
    for round in 0..4_000u32 {
        let access = profiles.access(&ground, &policy, &Principal::User(0), &facts);
        let map = (0..64).map(|bit| round >> (bit % 32) & 1).collect::<Arc<[u32]>>();
        let looks = vec![
            smalt_security::Look::Image { position: 0, map: Some(map) },
            smalt_security::Look::All(Arc::new((0..4).filter(|store| round >> store & 1 == 1).collect())),
        ];
        let footprint = smalt_security::Footprint::Seen { inside: Box::new(crate::inherit::metric(REVENUE)), looks };
        access.reading_formula(&[COUNTRY], &footprint);
        most = most.max(profiles.tally().bytes);
    }
    assert!(most < 1 << 20, "{most}");
}
