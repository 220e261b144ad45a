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

#[test]
fn more_combinations_than_can_be_told_are_closed() {
    let (stores, products) = (6_000, 5_000);
    let mut case = wide(stores, products, stores);
    // Everything is allowed, by product and by the store's own country: 25 million combinations are told apart.
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
