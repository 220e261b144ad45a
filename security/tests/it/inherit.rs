//! Inheritance: worked cases of the contract, and its bounds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use roaring::RoaringBitmap;
use smalt_model::{DimensionId, MetricDef, MetricId, Type};
use smalt_security::spec::{self, Question};
use smalt_security::{
    Action, BLANK, Footprint, Footprints, Grantee, Half, Halves, Inheritance, Look, Mode, Permission, Permissions, Policy, Principal, Role,
    Rule, RuleTarget, Shape, Target, UserKind, Word,
};

use crate::world::*;

const ANN: Principal = Principal::User(0);
const PLAIN: u32 = 5;

struct Case {
    world: World,
    policy: Policy,
}

impl Case {
    fn new(read: Word) -> Case {
        let mut policy = Policy::new();
        let permissions = [Permission::OpenBoards].into_iter().collect::<Permissions>();
        policy.create_role(PLAIN, Role { name: "Plain".into(), permissions, read, write: Word::Allowed }).unwrap();
        policy.create_user(0, UserKind::Human).unwrap();
        policy.grant(PLAIN, Grantee::User(0)).unwrap();
        Case { world: World::new(), policy }
    }

    fn rule(&mut self, rights: MetricId, through: &[&str], target: RuleTarget) {
        let through = through.iter().map(|text| path(&self.world.schema, text)).collect();
        let name = format!("rule {}", self.policy.rules().len());
        let action = Action::Apply { halves: Halves::Both, rights, through };
        self.policy.create_rule(Rule { name, action, target }, &self.world.schema).unwrap();
    }

    fn deny(&mut self, rights: MetricId, others: &[u32]) {
        self.world.set(rights, 0, others, "-.");
    }

    /// The readable cells, as text: `0,1 0,2`; checked against the specification.
    fn cells(&self, target: Target) -> String {
        let access = self.world.access(&self.policy, &ANN);
        let cells = self.world.allowed(&access, Half::Read, &target);
        let asked = Question { policy: &self.policy, facts: &self.world, who: &ANN, half: Half::Read, target: &target };
        let expected = self.world.all_cells(&target).into_iter().filter(|cell| spec::may(asked, cell)).collect::<Vec<_>>();
        assert_eq!(cells, expected, "{target:?}");
        let text = |cell: &Vec<u32>| cell.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        cells.iter().map(text).collect::<Vec<_>>().join(" ")
    }
}

fn metric(metric: MetricId) -> Footprint {
    Footprint::Target(Target::Metric(metric))
}

fn seen(inside: Footprint, looks: impl IntoIterator<Item = Look>) -> Footprint {
    Footprint::Seen { inside: Box::new(inside), looks: looks.into_iter().collect() }
}

fn same(position: usize) -> Look {
    Look::Image { position, map: None }
}

fn image(position: usize, map: &[u32]) -> Look {
    Look::Image { position, map: Some(map.into()) }
}

fn group(position: usize, map: &[u32]) -> Look {
    Look::Group(vec![(position, map.into())])
}

fn all(items: impl IntoIterator<Item = u32>) -> Look {
    Look::All(Arc::new(items.into_iter().collect()))
}

/// Revenue by Product and Store, summed by Store.Country into ByCountry; Share reads that for product 0.
fn totals(case: &mut Case) {
    let by_country = seen(metric(REVENUE), [same(1), group(0, &[0, 1, 2, BLANK])]);
    let share = seen(metric(BY_COUNTRY), [same(0), all([0])]);
    case.world.read([(Target::Metric(BY_COUNTRY), by_country), (Target::Metric(SHARE), share)]);
}

#[test]
fn a_total_is_readable_where_all_that_it_adds_is() {
    let mut case = Case::new(Word::Allowed);
    totals(&mut case);
    case.deny(COUNTRY_RIGHTS, &[1]);
    case.rule(COUNTRY_RIGHTS, &["Store.Country"], RuleTarget::Metrics(vec![REVENUE]));
    assert_eq!(case.cells(Target::Metric(BY_COUNTRY)), "0,0 0,1 2,0 2,1");
    assert_eq!(case.cells(Target::Metric(SHARE)), "0 2");
    // Writing needs reading.
    let access = case.world.access(&case.policy, &ANN);
    assert_eq!(case.world.allowed(&access, Half::Write, &Target::Metric(SHARE)), [[0], [2]]);
    // A country that came later is not known to be readable.
    assert!(!access.reading(SHARE).allows(&[3]) && !access.reading(BY_COUNTRY).allows(&[3, 0]));
    case.policy.set_inheritance(Inheritance::Off);
    assert_eq!(case.cells(Target::Metric(SHARE)), "0 1 2");
}

/// Also where all that there is may be read.
#[test]
fn what_came_later_than_the_rights_is_closed() {
    let mut case = Case::new(Word::Unspecified);
    totals(&mut case);
    case.world.set(USER_RIGHTS, 0, &[], "r.");
    case.rule(USER_RIGHTS, &[], RuleTarget::Metrics(vec![BY_COUNTRY, SHARE]));
    for country in 0..3 {
        case.world.set(COUNTRY_RIGHTS, 0, &[country], "r.");
    }
    case.rule(COUNTRY_RIGHTS, &["Store.Country"], RuleTarget::Metrics(vec![REVENUE]));
    assert_eq!(case.cells(Target::Metric(SHARE)), "0 1 2");
    let access = case.world.access(&case.policy, &ANN);
    assert!(!access.reading(SHARE).allows(&[3]) && !access.reading(BY_COUNTRY).allows(&[3, 0]));
}

#[test]
fn what_nobody_speaks_of_sets_no_condition_but_the_items_it_is_keyed_by() {
    let mut case = Case::new(Word::Denied);
    totals(&mut case);
    // The role denies all; only Share is opened, by a rule that speaks of it alone.
    let ignore = Action::IgnoreDefault { halves: Halves::Read };
    case.policy
        .create_rule(Rule { name: "open".into(), action: ignore, target: RuleTarget::Metrics(vec![SHARE]) }, &case.world.schema)
        .unwrap();
    case.rule(USER_RIGHTS, &[], RuleTarget::Metrics(vec![SHARE]));
    case.world.set(USER_RIGHTS, 0, &[], "r.");
    assert_eq!(case.cells(Target::Metric(SHARE)), "0 1 2");
    assert_eq!(case.cells(Target::Metric(BY_COUNTRY)), "");
    // Once a rule speaks of Revenue, the role default of ByCountry counts too: it is spoken of by inheritance.
    case.rule(USER_RIGHTS, &[], RuleTarget::Metrics(vec![REVENUE]));
    assert_eq!(case.cells(Target::Metric(SHARE)), "");
}

#[test]
fn one_hidden_item_closes_every_total_over_it_unless_that_resets() {
    let mut case = Case::new(Word::Allowed);
    let total = seen(metric(PAY), [all(0..3), all(0..3)]);
    let twice = seen(metric(TOTAL), []);
    case.world.read([(Target::Metric(TOTAL), total), (Target::Metric(RATE), twice)]);
    case.deny(EMPLOYEE_RIGHTS, &[1]);
    case.rule(EMPLOYEE_RIGHTS, &[], RuleTarget::Items(EMPLOYEE));
    assert_eq!(case.cells(Target::Metric(TOTAL)), "");
    // No rule speaks of a metric here, but a total of hidden items does not come to light by doubling it.
    assert_eq!(case.cells(Target::Metric(RATE)), "");
    case.world.read([(Target::Metric(TOTAL), Footprint::Together(Vec::new())), (Target::Metric(RATE), seen(metric(TOTAL), []))]);
    assert_eq!(case.world.access(&case.policy, &ANN).reading(TOTAL).shape(), Shape::Everything);
    assert_eq!(case.world.access(&case.policy, &ANN).reading(RATE).shape(), Shape::Everything);
}

#[test]
fn a_group_by_two_coordinates_is_closed_tuple_by_tuple() {
    let mut case = Case::new(Word::Allowed);
    // By two properties of a store, of which store 3 has only one.
    let pairs = vec![(0, Arc::from([0, 0, 1, 2])), (1, Arc::from([0, 1, 1, BLANK]))];
    case.world.read([(Target::Metric(BY_COUNTRY), seen(metric(REVENUE), [all([0]), Look::Group(pairs)]))]);
    case.deny(COUNTRY_RIGHTS, &[1]);
    case.rule(COUNTRY_RIGHTS, &["Store.Country"], RuleTarget::Metrics(vec![REVENUE]));
    // Only store 1 is in country 1: it is grouped to 0,1.
    assert_eq!(case.cells(Target::Metric(BY_COUNTRY)), "0,0 1,0 1,1 2,0 2,1");
}

#[test]
fn an_item_without_an_image_reads_nothing() {
    let mut case = Case::new(Word::Unspecified);
    case.world.set(COUNTRY_RIGHTS, 0, &[0], "r.");
    case.world.set(USER_RIGHTS, 0, &[], "r.");
    case.rule(COUNTRY_RIGHTS, &[], RuleTarget::Metrics(vec![ROUTES]));
    case.rule(USER_RIGHTS, &[], RuleTarget::Metrics(vec![HOME]));
    // Employee 0 goes to country 0, employee 1 nowhere, employee 2 to country 1, or nowhere as well where the map is too short.
    for map in [&[0, BLANK, 1][..], &[0]] {
        let home = seen(metric(ROUTES), [image(0, map), all([0])]);
        case.world.read([(Target::Metric(HOME), home)]);
        assert_eq!(case.cells(Target::Metric(HOME)), if map.len() == 1 { "0 1 2" } else { "0 1" });
    }
}

#[test]
fn a_list_is_read_at_all_columns_and_an_empty_one_hides_nothing() {
    let mut case = Case::new(Word::Allowed);
    case.deny(COUNTRY_RIGHTS, &[2]);
    case.rule(COUNTRY_RIGHTS, &[], RuleTarget::Items(COUNTRY));
    let ledger = |to: Look| seen(Footprint::Target(Target::List(LEDGER)), [same(0), all([BLANK]), to, all([0, BLANK])]);
    for (to, text) in [(all([BLANK]), "0 1"), (all([0, 1, BLANK]), "0 1"), (all([2]), ""), (all([]), "0 1")] {
        case.world.read([(Target::Metric(SHARE), ledger(to))]);
        assert_eq!(case.cells(Target::Metric(SHARE)), text);
    }
}

#[test]
fn a_property_with_a_formula_is_null_where_what_it_reads_is_hidden() {
    let mut case = Case::new(Word::Allowed);
    case.deny(EMPLOYEE_RIGHTS, &[1]);
    case.rule(EMPLOYEE_RIGHTS, &[], RuleTarget::Property(EMPLOYEE, 3));
    let salary = Target::Property(EMPLOYEE, 3);
    // Team reads Salary, Home reads Team: spoken of by inheritance, though no rule covers Team.
    let team = Target::Property(EMPLOYEE, 2);
    case.world.read([(team.clone(), Footprint::Words(salary)), (Target::Metric(HOME), Footprint::Target(team.clone()))]);
    assert_eq!(case.cells(team), "0 2");
    assert_eq!(case.cells(Target::Metric(HOME)), "0 2");
}

#[test]
fn a_rights_metric_that_is_read_hides_only_by_rules() {
    let mut case = Case::new(Word::Allowed);
    case.deny(USER_RIGHTS, &[]);
    case.rule(USER_RIGHTS, &[], RuleTarget::Metrics(vec![RATE]));
    let share = seen(metric(COUNTRY_RIGHTS), [all([0]), same(0)]);
    case.world.read([(Target::Metric(SHARE), share.clone())]);
    // The metric itself is for who defines security; what is made of it is not.
    assert_eq!(case.cells(Target::Metric(COUNTRY_RIGHTS)), "");
    assert_eq!(case.cells(Target::Metric(SHARE)), "0 1 2");
    // But the lines of others are hidden.
    case.world.read([(Target::Metric(SHARE), seen(metric(COUNTRY_RIGHTS), [all([0, 1]), same(0)]))]);
    assert_eq!(case.cells(Target::Metric(SHARE)), "");
    case.world.read([(Target::Metric(SHARE), share)]);
    case.rule(USER_RIGHTS, &[], RuleTarget::Metrics(vec![COUNTRY_RIGHTS]));
    assert_eq!(case.cells(Target::Metric(SHARE)), "");
}

#[test]
fn formulas_over_what_nobody_speaks_of_change_no_mask() {
    let mut case = Case::new(Word::Allowed);
    case.deny(COUNTRY_RIGHTS, &[1]);
    case.rule(COUNTRY_RIGHTS, &[], RuleTarget::Metrics(vec![SHARE]));
    let prints = |case: &Case| {
        let access = case.world.access(&case.policy, &ANN);
        case.world.targets().iter().map(|target| access.mask(Half::Read, target).fingerprint()).collect::<Vec<_>>()
    };
    let before = prints(&case);
    let sum = seen(metric(REVENUE), [same(1), group(0, &[0, 1, 2, BLANK])]);
    let staff = seen(metric(BY_COUNTRY), [image(1, &[0, 1, 2, 0]), all([0, 1])]);
    let label = Footprint::Words(Target::Property(STORE, 2));
    case.world.read([
        (Target::Metric(BY_COUNTRY), sum),
        (Target::Metric(STAFF), staff.clone()),
        (Target::Property(STORE, 1), label),
        (Target::Metric(SHARE), Footprint::Together(Vec::new())),
    ]);
    assert_eq!(prints(&case), before);
    let access = case.world.access(&case.policy, &ANN);
    assert_eq!(access.reading(STAFF).shape(), Shape::Everything);
    assert!(Arc::ptr_eq(&access.reading_formula(&[EMPLOYEE, STORE], &staff), &access.reading_dimensions(&[EMPLOYEE, STORE])));
    // The same coordinates, looked at through a formula: the same mask.
    let shares = access.reading_formula(&[COUNTRY], &seen(metric(SHARE), [same(0)]));
    assert!(Arc::ptr_eq(&shares, &access.reading(SHARE)) && shares.shape() == Shape::Some);
}

#[test]
fn a_person_without_a_role_reads_no_formula() {
    let mut case = Case::new(Word::Allowed);
    totals(&mut case);
    case.rule(USER_RIGHTS, &[], RuleTarget::Metrics(vec![RATE]));
    case.policy.revoke(PLAIN, Grantee::User(0)).unwrap();
    let access = case.world.access(&case.policy, &ANN);
    assert_eq!(access.reading(SHARE).shape(), Shape::Nothing);
    assert_eq!(access.reading_formula(&[COUNTRY], &Footprint::Together(Vec::new())).shape(), Shape::Nothing);
}

#[test]
fn cycles_and_what_reads_them_are_closed() {
    let mut case = Case::new(Word::Allowed);
    case.rule(USER_RIGHTS, &[], RuleTarget::Metrics(vec![RATE]));
    case.world.read([
        (Target::Metric(SHARE), seen(metric(BY_COUNTRY), [same(0), all([0])])),
        (Target::Metric(BY_COUNTRY), seen(metric(SHARE), [same(0)])),
        (Target::Metric(TOTAL), seen(metric(SHARE), [all([0])])),
        (Target::Metric(RATE), metric(RATE)),
        (Target::Metric(HOME), Footprint::Together(Vec::new())),
    ]);
    for (target, text) in [(SHARE, ""), (BY_COUNTRY, ""), (TOTAL, ""), (RATE, ""), (HOME, "0 1 2")] {
        assert_eq!(case.cells(Target::Metric(target)), text);
    }
    let access = case.world.access(&case.policy, &ANN);
    assert_eq!(access.reading_formula(&[], &metric(TOTAL)).shape(), Shape::Nothing);
}

#[test]
fn a_group_without_a_map_is_closed() {
    let mut case = Case::new(Word::Allowed);
    case.rule(USER_RIGHTS, &[], RuleTarget::Metrics(vec![RATE]));
    case.world.read([(Target::Metric(TOTAL), seen(metric(SHARE), [Look::Group(Vec::new())]))]);
    assert_eq!(case.cells(Target::Metric(TOTAL)), "");
}

/// Metrics in a chain: each reads the one before.
#[test]
fn a_chain_of_many_formulas_is_no_chain_of_calls() {
    let mut case = Case::new(Word::Allowed);
    let chain = (1_000..21_000).map(MetricId).collect::<Vec<_>>();
    let mut footprints = vec![(Target::Metric(chain[0]), seen(metric(REVENUE), [all([0]), group(0, &[0, 1, 2, BLANK])]))];
    for pair in chain.windows(2) {
        footprints.push((Target::Metric(pair[1]), if pair[1].0 % 2 == 0 { metric(pair[0]) } else { seen(metric(pair[0]), [same(0)]) }));
    }
    for id in &chain {
        let def = MetricDef { id: *id, name: Arc::from(format!("M{}", id.0)), ty: Type::Number, dimensions: vec![COUNTRY], formula: None };
        case.world.schema.put_metric(def);
    }
    footprints.reverse();
    case.world.read(footprints);
    case.deny(COUNTRY_RIGHTS, &[1]);
    case.rule(COUNTRY_RIGHTS, &["Store.Country"], RuleTarget::Metrics(vec![REVENUE]));
    let started = Instant::now();
    let access = case.world.access(&case.policy, &ANN);
    let (first, last) = (access.reading(chain[0]), access.reading(chain[chain.len() - 1]));
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!([0, 1, 2].map(|country| last.allows(&[country])), [true, false, true]);
    assert!(Arc::ptr_eq(&first, &last));
}

/// A world of many stores and products.
fn wide(stores: u32, products: u32, countries: u32) -> Case {
    let mut case = Case::new(Word::Unspecified);
    case.world.counts.extend([(STORE, stores), (PRODUCT, products), (COUNTRY, countries)]);
    case.world.properties.insert((STORE, 2), (0..stores).map(|store| store % countries).collect());
    case.policy.create_group(0, "All").unwrap();
    case.policy.add_member(0, 0).unwrap();
    case.world.set(USER_RIGHTS, 0, &[], "r.");
    case.rule(USER_RIGHTS, &[], RuleTarget::Metrics(vec![BY_COUNTRY]));
    case
}

#[test]
fn a_total_by_the_path_of_its_rule_is_quick() {
    let (stores, products, countries) = (5_000, 100, 50);
    let mut case = wide(stores, products, countries);
    // By product and country, all but product 7 in country 3 and everything in country 9.
    for product in 0..products {
        for country in (0..countries).filter(|country| *country != 9 && (product, *country) != (7, 3)) {
            case.world.set(GROUP_RIGHTS, 0, &[product, country], "r.");
        }
    }
    case.rule(GROUP_RIGHTS, &["Store.Country"], RuleTarget::Metrics(vec![REVENUE]));
    let path = case.world.properties[&(STORE, 2)].clone();
    case.world.read([(Target::Metric(BY_COUNTRY), seen(metric(REVENUE), [same(1), group(0, &path)]))]);
    let started = Instant::now();
    let mask = case.world.access(&case.policy, &ANN).reading(BY_COUNTRY);
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    for cell in case.world.all_cells(&Target::Metric(BY_COUNTRY)) {
        assert_eq!(mask.allows(&cell), cell[0] != 9 && cell != [3, 7], "{cell:?}");
    }
}

#[test]
fn more_combinations_than_can_be_told_are_closed() {
    let (stores, products) = (6_000, 4_000);
    let mut case = wide(stores, products, stores);
    // Everything is allowed, by product and by the store's own country: 24 million combinations tell items apart.
    for item in 0..products {
        case.world.set(GROUP_RIGHTS, 0, &[item, item], "r.");
    }
    case.rule(GROUP_RIGHTS, &["Store.Country"], RuleTarget::Metrics(vec![REVENUE]));
    let path = case.world.properties[&(STORE, 2)].clone();
    case.world.read([(Target::Metric(BY_COUNTRY), seen(metric(REVENUE), [same(1), group(0, &path)]))]);
    let started = Instant::now();
    let access = case.world.access(&case.policy, &ANN);
    assert_eq!(access.reading(BY_COUNTRY).shape(), Shape::Nothing);
    // By images nothing is told one by one, so nothing is too much.
    case.world.read([(Target::Metric(BY_COUNTRY), seen(metric(REVENUE), [same(1), image(0, &path)]))]);
    let mask = case.world.access(&case.policy, &ANN).reading(BY_COUNTRY);
    assert!(mask.allows(&[7, 7]) && !mask.allows(&[7, 8]));
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
}

/// Whole lines are one set that many items share.
#[test]
fn whole_lines_and_windows_are_quick() {
    const BY_STORE: MetricId = MetricId(40);
    let stores = 5_000;
    let mut case = wide(stores, 2, 50);
    let def = MetricDef { id: BY_STORE, name: Arc::from("ByStore"), ty: Type::Number, dimensions: vec![STORE], formula: None };
    case.world.schema.put_metric(def);
    case.rule(USER_RIGHTS, &[], RuleTarget::Metrics(vec![BY_STORE]));
    for country in (0..50).filter(|country| *country != 9) {
        case.world.set(COUNTRY_RIGHTS, 0, &[country], "r.");
    }
    case.rule(COUNTRY_RIGHTS, &["Store.Country"], RuleTarget::Metrics(vec![REVENUE]));
    let lines = (0..2).map(|line| Arc::new((0..stores).filter(|store| store % 2 == line).collect::<RoaringBitmap>())).collect::<Vec<_>>();
    let whole = (0..stores as usize).map(|store| Arc::clone(&lines[store % 2])).collect::<Vec<_>>();
    let window = (0..stores).map(|store| Arc::new((store.saturating_sub(8)..=store).collect())).collect::<Vec<_>>();
    // Store 9 of each 50 is hidden: it is an odd one, and in nine windows.
    for (sets, readable) in [(whole, 2_500), (window, 4_100)] {
        case.world.read([(Target::Metric(BY_STORE), seen(metric(REVENUE), [all([0]), Look::Sets { position: 0, sets: sets.into() }]))]);
        let started = Instant::now();
        let mask = case.world.access(&case.policy, &ANN).reading(BY_STORE);
        assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
        assert_eq!((0..stores).filter(|store| mask.allows(&[*store])).count(), readable);
    }
}

#[test]
fn footprints_of_lists_and_items_are_left_out_and_doubles_are_both_read() {
    let empty = || Footprint::Together(Vec::new());
    let footprints = Footprints::new([(Target::List(LEDGER), empty()), (Target::Items(STORE), empty()), (Target::Metric(RATE), empty())]);
    assert!(footprints.get(&Target::List(LEDGER)).is_none() && footprints.get(&Target::Items(STORE)).is_none());
    assert!(footprints.get(&Target::Metric(RATE)).is_some());
    let mut case = Case::new(Word::Allowed);
    case.rule(USER_RIGHTS, &[], RuleTarget::Metrics(vec![REVENUE]));
    case.deny(USER_RIGHTS, &[]);
    let reads = |metric_id| seen(metric(metric_id), [all([0]), all([0])]);
    case.world.read([(Target::Metric(TOTAL), reads(REVENUE)), (Target::Metric(TOTAL), reads(PAY))]);
    assert_eq!(case.cells(Target::Metric(TOTAL)), "");
}

#[test]
fn a_footprint_shows_nothing_of_what_it_is() {
    let mut case = Case::new(Word::Allowed);
    totals(&mut case);
    let footprint = seen(metric(REVENUE), [same(1), group(0, &[0, 1, 2, BLANK])]);
    assert_eq!(format!("{footprint:?} {:?} {:?}", same(3), case.world.footprints), "Footprint { .. } Look { .. } Footprints { .. }");
}

/// Every list of up to four words, for one cell and for a formula that reads it.
#[test]
fn up_to_four_words_and_the_role_default_decide() {
    let words = [(Word::Allowed, "r."), (Word::Denied, "-."), (Word::Unspecified, "..")];
    let mut lists: Vec<Vec<(Word, &str)>> = vec![Vec::new()];
    let mut from = 0;
    for _ in 0..4 {
        let longer =
            lists[from..].iter().flat_map(|list| words.iter().map(|word| [list.as_slice(), &[*word]].concat())).collect::<Vec<_>>();
        from = lists.len();
        lists.extend(longer);
    }
    assert_eq!(lists.len(), 1 + 3 + 9 + 27 + 81);
    let mut cases = 0;
    for (default, mode, ignores, owner) in all_of() {
        for list in &lists {
            let mut case = Case::new(default);
            case.policy.set_mode(mode);
            case.world.read([(Target::Metric(TOTAL), metric(RATE))]);
            for (rights, (_, letters)) in (30..).map(MetricId).zip(list) {
                let dimensions: Vec<DimensionId> = vec![USER];
                let name = Arc::from(format!("Rights{}", rights.0));
                case.world.schema.put_metric(MetricDef { id: rights, name, ty: Type::Rights, dimensions, formula: None });
                case.world.set(rights, 0, &[], letters);
                case.rule(rights, &[], RuleTarget::Metrics(vec![RATE]));
            }
            if ignores {
                let rule = Rule {
                    name: "ignore".into(),
                    action: Action::IgnoreDefault { halves: Halves::Read },
                    target: RuleTarget::Metrics(vec![RATE]),
                };
                case.policy.create_rule(rule, &case.world.schema).unwrap();
            }
            let who = if owner { Principal::Owner { user: Some(0) } } else { ANN };
            let default = if owner { Word::Allowed } else { default };
            let heard = list
                .iter()
                .map(|(word, _)| if *word == Word::Unspecified && mode == Mode::Strict && !owner { Word::Denied } else { *word });
            let heard = heard.chain((!ignores || owner).then_some(default)).collect::<Vec<_>>();
            let expected = !heard.contains(&Word::Denied) && heard.contains(&Word::Allowed);
            let access = case.world.access(&case.policy, &who);
            assert_eq!(access.reading(RATE).allows(&[]), expected, "{default} {mode:?} {ignores} {owner} {list:?}");
            // Of the formula nothing is said but by the role; of what it reads somebody may speak.
            let spoken = ignores || !list.is_empty();
            assert_eq!(access.reading(TOTAL).allows(&[]), default == Word::Allowed && (!spoken || expected), "{default} {mode:?} {list:?}");
            for target in [RATE, TOTAL].map(Target::Metric) {
                let asked = Question { policy: &case.policy, facts: &case.world, who: &who, half: Half::Read, target: &target };
                assert_eq!(access.mask(Half::Read, &target).allows(&[]), spec::may(asked, &[]));
            }
            cases += 1;
        }
    }
    assert_eq!(cases, 3 * 2 * 2 * 2 * 121);
}

fn all_of() -> impl Iterator<Item = (Word, Mode, bool, bool)> {
    let defaults = [Word::Allowed, Word::Unspecified, Word::Denied].into_iter();
    let modes = defaults.flat_map(|default| [Mode::ThreeState, Mode::Strict].map(|mode| (default, mode)));
    modes.flat_map(|(default, mode)| [(false, false), (false, true), (true, false), (true, true)].map(|(a, b)| (default, mode, a, b)))
}
