//! Inheritance where it is long, wide or impossible, and every list of a few words.

use std::sync::Arc;
use std::time::{Duration, Instant};

use roaring::RoaringBitmap;
use smalt_model::{DimensionId, MetricDef, MetricId, Type};
use smalt_security::spec::{self, Question};
use smalt_security::{Action, BLANK, Footprint, Half, Halves, Look, Mode, Principal, Rule, RuleTarget, Shape, Target, Word};

use crate::inherit::*;
use crate::world::*;

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

/// However many items there are: what no right names is one class.
#[test]
fn rights_of_few_items_are_told_among_many() {
    let (stores, products) = (20_000, 10_000);
    let mut case = wide(stores, products, stores);
    for (product, store) in [(3, 4), (3, 5), (9_999, 19_999)] {
        case.world.set(GROUP_RIGHTS, 0, &[product, store], "r.");
    }
    case.rule(GROUP_RIGHTS, &["Store.Country"], RuleTarget::Metrics(vec![REVENUE]));
    let path = case.world.properties[&(STORE, 2)].clone();
    case.world.read([(Target::Metric(BY_COUNTRY), seen(metric(REVENUE), [same(1), group(0, &path)]))]);
    let started = Instant::now();
    let mask = case.world.access(&case.policy, &ANN).reading(BY_COUNTRY);
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    let readable = [[4, 3], [5, 3], [19_999, 9_999], [4, 4], [19_999, 3], [20_000, 3], [0, 0]].map(|cell| mask.allows(&cell));
    assert_eq!(readable, [true, true, true, false, false, false, false]);
}

/// However many combinations there are: what is named decides, also where that is a diagonal through 30 million.
#[test]
fn rights_of_pairs_are_told_by_the_pairs_that_are_named() {
    let (stores, products) = (6_000, 5_000);
    let mut case = wide(stores, products, stores);
    for item in 0..products {
        case.world.set(GROUP_RIGHTS, 0, &[item, item], "r.");
    }
    case.rule(GROUP_RIGHTS, &["Store.Country"], RuleTarget::Metrics(vec![REVENUE]));
    let path = case.world.properties[&(STORE, 2)].clone();
    for look in [group(0, &path), image(0, &path)] {
        case.world.read([(Target::Metric(BY_COUNTRY), seen(metric(REVENUE), [same(1), look]))]);
        let started = Instant::now();
        let mask = case.world.access(&case.policy, &ANN).reading(BY_COUNTRY);
        assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
        assert!((0..products).all(|item| mask.allows(&[item, item]) && !mask.allows(&[item + 1, item])));
    }
}

/// Sets in no order: each outer item looks at half of all, and none at what another one does.
#[test]
fn more_work_than_can_be_done_is_closed() {
    let (stores, products) = (4_000, 30_000);
    let mut case = wide(stores, products, stores);
    for item in 0..products {
        case.world.set(GROUP_RIGHTS, 0, &[item, item % stores], "r.");
    }
    case.rule(GROUP_RIGHTS, &["Store.Country"], RuleTarget::Metrics(vec![REVENUE]));
    let mut dice = crate::random::Dice::new(3);
    let mut half = |_| Arc::new((0..stores).filter(|_| dice.roll(2) == 0).collect::<RoaringBitmap>());
    let sets = (0..stores).map(&mut half).collect::<Arc<[_]>>();
    case.world.read([(Target::Metric(BY_COUNTRY), seen(metric(REVENUE), [same(1), Look::Sets { position: 0, sets }]))]);
    let started = Instant::now();
    assert_eq!(case.world.access(&case.policy, &ANN).reading(BY_COUNTRY).shape(), Shape::Nothing);
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

/// Pairs (product, store) that are denied, or the only ones allowed, and formulas that look along stores at what is there.
struct Pairs {
    case: Case,
    denied: Vec<Vec<bool>>,
}

impl Pairs {
    fn new(products: u32, stores: u32, is_denied: impl FnMut() -> bool, unset: bool) -> Pairs {
        let mut case = wide(stores, products, stores);
        let mut is_denied = is_denied;
        let denied = (0..products).map(|_| (0..stores).map(|_| is_denied()).collect::<Vec<_>>()).collect::<Vec<_>>();
        for (product, row) in (0..).zip(&denied) {
            for (store, denied) in (0..).zip(row) {
                match (*denied, unset) {
                    (true, false) => case.world.set(GROUP_RIGHTS, 0, &[product, store], "-."),
                    (false, true) => case.world.set(GROUP_RIGHTS, 0, &[product, store], "r."),
                    _ => {}
                }
            }
        }
        // Where a word is unset the role decides.
        if !unset {
            case.rule(USER_RIGHTS, &[], RuleTarget::Metrics(vec![REVENUE]));
        }
        case.rule(GROUP_RIGHTS, &["Store.Country"], RuleTarget::Metrics(vec![REVENUE]));
        Pairs { case, denied }
    }

    /// A formula by country (here the same as the store) and product: the readable cells must be those for which nothing is denied.
    fn check(&mut self, products: Look, stores: Look, every: usize, sets: &[Vec<u32>], lines: &[Vec<u32>]) {
        self.case.world.read([(Target::Metric(BY_COUNTRY), seen(metric(REVENUE), [products, stores]))]);
        let mask = self.case.world.access(&self.case.policy, &ANN).reading(BY_COUNTRY);
        let mut open = 0;
        for (product, line) in lines.iter().enumerate().step_by(every) {
            for (store, set) in sets.iter().enumerate() {
                let free = line.iter().all(|p| set.iter().all(|s| !self.denied[*p as usize][*s as usize]));
                let cell = [u32::try_from(store).unwrap(), u32::try_from(product).unwrap()];
                assert_eq!(mask.allows(&cell), free, "{cell:?}");
                open += u64::from(free);
            }
        }
        assert!(open > 0);
    }
}

fn look_at(position: usize, sets: &[Vec<u32>]) -> Look {
    Look::Sets { position, sets: sets.iter().map(|set| Arc::new(set.iter().copied().collect())).collect() }
}

/// All earlier ones, windows, those of the same year, any at all; along one coordinate and along both.
#[test]
fn pairs_that_are_looked_at_along_lines_decide() {
    for seed in 0..60u64 {
        let mut dice = crate::random::Dice::new(seed);
        let (products, stores) = (1 + u32::try_from(dice.roll(12)).unwrap(), 1 + u32::try_from(dice.roll(12)).unwrap());
        let share = 2 + dice.roll(30);
        let unset = dice.roll(2) == 0;
        let mut rolls = crate::random::Dice::new(seed.wrapping_add(99));
        let mut pairs = Pairs::new(products, stores, || rolls.roll(share) == 0, unset);
        // So that something stays open.
        pairs.denied[0].fill(false);
        for store in 0..stores {
            pairs.case.world.set(GROUP_RIGHTS, 0, &[0, store], if unset { "r." } else { ".." });
        }
        let alone = |count: u32| (0..count).map(|item| vec![item]).collect::<Vec<_>>();
        let mut kind = |count: u32| -> Vec<Vec<u32>> {
            let roll = dice.roll(4);
            let mut set = |item: u32| match roll {
                0 => (0..=item).collect(),
                1 => (item.saturating_sub(2)..=item).collect(),
                2 => (item / 4 * 4..=item).collect(),
                _ => (0..count).filter(|_| dice.roll(3) == 0).chain([item]).collect(),
            };
            (0..count).map(&mut set).collect()
        };
        let along = kind(stores);
        pairs.check(same(1), look_at(0, &along), 1, &along, &alone(products));
        // Along products only what stands on the first one.
        let up = (0..products).map(|product| if product < 1 { vec![0] } else { vec![0, product] }).collect::<Vec<_>>();
        pairs.check(look_at(1, &up), look_at(0, &along), 1, &along, &up);
        pairs.check(look_at(1, &up), same(0), 1, &alone(stores), &up);
    }
}

/// As large as plans get: 5,000 x 1,000 items, of which 200,000 pairs are denied.
#[test]
fn many_pairs_over_a_large_space_are_told() {
    let (products, stores) = (5_000, 1_000);
    let mut rolls = crate::random::Dice::new(5);
    let mut pairs = Pairs::new(products, stores, || rolls.roll(25) == 0, false);
    assert!(pairs.denied.iter().flatten().filter(|denied| **denied).count() > 190_000);
    let alone = (0..products).map(|product| vec![product]).collect::<Vec<_>>();
    let earlier = (0..stores).map(|store| (0..=store).collect::<Vec<_>>()).collect::<Vec<_>>();
    let before = (0..stores).map(|store| vec![store.saturating_sub(1)]).collect::<Vec<_>>();
    for along in [earlier, before] {
        let look = look_at(0, &along);
        let started = Instant::now();
        pairs.case.world.read([(Target::Metric(BY_COUNTRY), seen(metric(REVENUE), [same(1), look.clone()]))]);
        pairs.case.world.access(&pairs.case.policy, &ANN).reading(BY_COUNTRY);
        println!("{:?}", started.elapsed());
        assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
        pairs.check(same(1), look, 97, &along, &alone);
    }
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
