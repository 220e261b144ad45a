//! Random policies and rights on the small world, from a seed.

use smalt_model::Rights;
use smalt_security::{
    Action, Grantee, Half, Halves, Inheritance, Mode, Path, Permission, Permissions, Policy, Principal, Role, Rule, RuleTarget, UserKind,
    UserState, Word,
};

use crate::formulas::formulas;
use crate::world::*;

/// SplitMix64.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678)
    }

    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }

    pub(crate) fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())].clone()
    }

    fn some<T: Clone>(&mut self, of: &[T], one_in: usize) -> Vec<T> {
        of.iter().filter(|_| self.roll(one_in) == 0).cloned().collect()
    }
}

const WORDS: [Word; 4] = [Word::Allowed, Word::Allowed, Word::Unspecified, Word::Denied];
const HALVES: [Halves; 3] = [Halves::Read, Halves::Write, Halves::Both];
const LETTERS: [&str; 9] = ["rw", "rw", "r-", "r.", "-.", "--", ".w", ".-", ".."];

/// A policy with up to six rules, three users, and rights on everything.
pub(crate) fn scene(seed: u64) -> (World, Policy) {
    let mut dice = Dice::new(seed);
    let dice = &mut dice;
    let mut world = World::new();
    for (end, items) in [((STORE, 2), 4), ((STORE, 3), 4), ((EMPLOYEE, 1), 3), ((EMPLOYEE, 2), 3), ((COUNTRY, 1), 3), ((USER, 1), 3)] {
        let ends = [0, 0, 1, 1, 2, u32::MAX];
        let of = if end == (COUNTRY, 1) { &[0, 0, 1, 1, u32::MAX] } else { &ends[..] };
        world.properties.insert(end, (0..items).map(|_| dice.pick(of)).collect());
    }
    // Sparse or dense, so that rights come out empty, mixed and full.
    let holes = dice.roll(4);
    fill(dice, &mut world, holes, &LETTERS);
    let policy = policy(dice, &world);
    let formulas = formulas(dice, &world);
    world.read(formulas);
    (world, policy)
}

/// One of either kind.
pub(crate) fn any_scene(seed: u64) -> (World, Policy) {
    if seed.is_multiple_of(2) { scene(seed) } else { open_scene(seed) }
}

/// One with inheritance, in which most people may read most: so that much is left for formulas to hide.
pub(crate) fn open_scene(seed: u64) -> (World, Policy) {
    let (mut world, _) = scene(seed);
    let mut dice = Dice::new(seed.wrapping_add(0x0be5));
    let dice = &mut dice;
    let few = dice.roll(3);
    // Some FALSE among TRUE, some unset among TRUE, some FALSE among unset.
    let letters = [&["r.", "r.", "r.", "r.", "r.", "r.", "-."][..], &["r.", "r.", "r.", "r.", "r.", ".."], &["..", "..", "..", "r.", "-."]];
    fill(dice, &mut world, 0, letters[few]);
    let mut policy = Policy::new();
    let read = if few == 2 { Word::Allowed } else { dice.pick(&[Word::Allowed, Word::Unspecified]) };
    let permissions = if dice.roll(4) == 0 { Permissions::none() } else { [Permission::DefineSecurity].into_iter().collect() };
    policy.create_role(5, Role { name: "Open".into(), permissions, read, write: Word::Allowed }).unwrap();
    policy.create_group(0, "Everybody").unwrap();
    for user in 0..3 {
        policy.create_user(user, UserKind::Human).unwrap();
        policy.grant(5, Grantee::User(user)).unwrap();
        policy.add_member(0, user).unwrap();
    }
    let metrics = |of: &[smalt_model::MetricId]| RuleTarget::Metrics(of.to_vec());
    let store = &["Store.Country"][..];
    let choices = [
        (COUNTRY_RIGHTS, store, metrics(&[REVENUE])),
        (COUNTRY_RIGHTS, &[][..], metrics(&[ROUTES, PAY, TARGETS])),
        (COUNTRY_RIGHTS, &["Employee.Team"], metrics(&[HOME, STAFF])),
        (EMPLOYEE_RIGHTS, &[], metrics(&[PAY, HOME])),
        (GROUP_RIGHTS, store, metrics(&[REVENUE])),
        (GROUP_RIGHTS, &[], metrics(&[BY_COUNTRY, BY_PRODUCT])),
        (PAIR_RIGHTS, &["Country.Region"], metrics(&[ROUTES, SHARE])),
        (PAIR_RIGHTS, &["Store.Supplier", "Store.Country.Region"], metrics(&[REVENUE, ROUTES])),
        (COUNTRY_RIGHTS, store, RuleTarget::Property(STORE, 2)),
        (EMPLOYEE_RIGHTS, &[], RuleTarget::Property(EMPLOYEE, 3)),
        (COUNTRY_RIGHTS, &[], RuleTarget::List(LEDGER)),
        (COUNTRY_RIGHTS, store, RuleTarget::Items(STORE)),
        (COUNTRY_RIGHTS, &[], RuleTarget::Items(COUNTRY)),
        (EMPLOYEE_RIGHTS, &[], RuleTarget::Items(EMPLOYEE)),
    ];
    for number in 0..3 + dice.roll(5) {
        let (rights, through, target) = dice.pick(&choices);
        let through = through.iter().map(|text| path(&world.schema, text)).collect();
        let action = Action::Apply { halves: Halves::Read, rights, through };
        policy.create_rule(Rule { name: format!("rule {number}"), action, target }, &world.schema).unwrap();
    }
    (world, policy)
}

fn fill(dice: &mut Dice, world: &mut World, holes: usize, letters: &[&str]) {
    world.cells.clear();
    for rights in RIGHTS {
        let dimensions = world.schema.metric(rights).unwrap().dimensions.clone();
        let cells = world.all_cells(&smalt_security::Target::Metric(rights));
        let at = dimensions.iter().position(|d| [USER, ROLE, GROUP].contains(d)).unwrap();
        for cell in cells {
            if dice.roll(4) >= holes {
                let others = cell.iter().enumerate().filter(|(place, _)| *place != at).map(|(_, item)| *item).collect::<Vec<_>>();
                world.set(rights, cell[at], &others, dice.pick(letters));
            }
        }
    }
}

fn policy(dice: &mut Dice, world: &World) -> Policy {
    let mut policy = Policy::new();
    let odd = if dice.roll(2) == 0 { Permissions::none() } else { [Permission::DefineSecurity].into_iter().collect() };
    policy.create_role(5, Role { name: "Odd".into(), permissions: odd, read: dice.pick(&WORDS), write: dice.pick(&WORDS) }).unwrap();
    for group in 0..3 {
        policy.create_group(group, &format!("Group {group}")).unwrap();
        if dice.roll(3) > 0 {
            policy.grant(dice.pick(&[0, 1, 4, 5]), Grantee::Group(group)).unwrap();
        }
    }
    for user in 0..3 {
        policy.create_user(user, UserKind::Human).unwrap();
        if dice.roll(3) > 0 {
            policy.grant(dice.pick(&[0, 1, 4, 5, 5]), Grantee::User(user)).unwrap();
        }
        if dice.roll(9) == 0 {
            policy.set_user_state(user, UserState::Deactivated).unwrap();
        }
        for group in 0..3 {
            if dice.roll(2) == 0 {
                policy.add_member(group, user).unwrap();
            }
        }
    }
    if dice.roll(4) == 0 {
        policy.grant(5, Grantee::AllUsers).unwrap();
    }
    if dice.roll(3) == 0 {
        policy.set_mode(Mode::Strict);
    }
    if dice.roll(4) == 0 {
        policy.set_inheritance(Inheritance::Off);
    }
    for number in 0..dice.roll(7) {
        let rule = rule(dice, world, number);
        policy.create_rule(rule, &world.schema).unwrap();
    }
    policy
}

/// A rule that passes the check.
pub(crate) fn rule(dice: &mut Dice, world: &World, number: usize) -> Rule {
    let paths = [
        "Store.Country",
        "Store.Supplier",
        "Store.Country.Region",
        "Country.Region",
        "Employee.Team",
        "Employee.Manager",
        "Employee.Manager.Team",
        "Employee.Team.Region",
        "User.Country",
        "User.Country.Region",
    ];
    let paths = paths.map(|text| path(&world.schema, text));
    loop {
        let halves = dice.pick(&HALVES);
        let through: Vec<Path> = if dice.roll(3) == 0 { Vec::new() } else { dice.some(&paths, 5) };
        let action = if dice.roll(6) == 0 {
            Action::IgnoreDefault { halves }
        } else {
            Action::Apply { halves, rights: dice.pick(&RIGHTS), through }
        };
        let target = match dice.roll(6) {
            0 => RuleTarget::Metrics(dice.some(&[REVENUE, ROUTES, PAY, RATE, HOME, TARGETS, COUNTRY_RIGHTS, BY_COUNTRY, TOTAL, STAFF], 4)),
            1 | 2 => RuleTarget::AllMetricsWith(dice.some(&[STORE, COUNTRY, EMPLOYEE, PRODUCT, USER], 3)),
            3 => RuleTarget::List(LEDGER),
            4 => dice.pick(&[RuleTarget::Property(STORE, 2), RuleTarget::Property(EMPLOYEE, 3), RuleTarget::Property(EMPLOYEE, 1)]),
            _ => RuleTarget::Items(dice.pick(&[STORE, COUNTRY, REGION, EMPLOYEE, USER])),
        };
        let rule = Rule { name: format!("rule {number}"), action, target };
        if rule.check(&world.schema).is_ok() {
            return rule;
        }
    }
}

/// Everybody who can ask.
pub(crate) fn people() -> [Principal; 5] {
    [Principal::User(0), Principal::User(1), Principal::User(2), Principal::Owner { user: None }, Principal::Owner { user: Some(1) }]
}

pub(crate) const BOTH: [Half; 2] = [Half::Read, Half::Write];

/// One right of the world with one half said otherwise: `word` everywhere it was not.
pub(crate) fn change_one(dice: &mut Dice, world: &World, word: bool) -> World {
    let mut world = world.clone();
    let rights = dice.pick(&RIGHTS);
    let dimensions = world.schema.metric(rights).unwrap().dimensions.clone();
    let mut principal = 0;
    let mut others = Vec::new();
    for dimension in &dimensions {
        let item = u32::try_from(dice.roll(world.counts[dimension] as usize)).unwrap();
        if [USER, ROLE, GROUP].contains(dimension) {
            principal = item;
        } else {
            others.push(item);
        }
    }
    let slice = world.cells.entry((rights, principal)).or_default();
    let right = slice.entry(others).or_insert(Rights { read: None, write: None });
    match dice.roll(2) {
        0 => right.read = Some(word),
        _ => right.write = Some(word),
    }
    world
}
