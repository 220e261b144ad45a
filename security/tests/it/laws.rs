//! Laws that hold for every policy, on thousands of random ones.

use std::collections::HashMap;
use std::sync::Arc;

use roaring::RoaringBitmap;
use smalt_security::{Access, BLANK, Grantee, Policy, Principal, Region, RegionSet, Rule, Shape, Target, UserKind};

use crate::formulas::impersonal_formulas;
use crate::random::{BOTH, Dice, any_scene, change_one, people, rule};
use crate::world::{COUNTRY_RIGHTS, EMPLOYEE_RIGHTS, PAIR_RIGHTS, USER, USER_RIGHTS, World};

/// A mask allows some of the items there are where it allows a cell of them, and all where it allows every one.
#[test]
fn a_mask_that_allows_some_allows_a_cell() {
    let (mut none, mut any, mut every) = (0, 0, 0);
    for seed in 0..800 {
        let (world, policy) = any_scene(seed);
        let access = world.access(&policy, &people()[(seed % 3) as usize]);
        let mut dice = Dice::new(seed);
        for target in world.targets() {
            let mask = access.mask(BOTH[(seed % 2) as usize], &target);
            let axes = world.axes(&target);
            // Some of the items are there.
            let there = axes.iter().map(|axis| {
                let all =
                    (0..axis.map_or(0, |dimension| world.counts[&dimension])).chain(matches!(target, Target::List(_)).then_some(BLANK));
                all.filter(|_| dice.roll(3) > 0).collect::<RoaringBitmap>()
            });
            let there = there.collect::<Vec<_>>();
            let items = |position: usize| there[position].clone();
            let matter = mask.depends_on();
            let among = |cell: &&Vec<u32>| matter.iter().all(|position| there[*position].contains(cell[*position]));
            let expected = world.all_cells(&target).iter().filter(among).any(|cell| mask.allows(cell));
            assert_eq!(mask.allows_some(items), expected, "seed {seed} {target:?} {:#?}", policy.rules());
            *if expected { &mut any } else { &mut none } += usize::from(mask.shape() == Shape::Some);
            let all = world.all_cells(&target).iter().filter(among).all(|cell| mask.allows(cell));
            // Without an item somewhere there is no cell, which no clause by itself can tell.
            if matter.iter().all(|position| !there[*position].is_empty()) {
                assert_eq!(mask.allows_all(items), all, "seed {seed} {target:?} {:#?}", policy.rules());
                every += usize::from(all && mask.shape() == Shape::Some);
            } else {
                assert!(!mask.allows_all(items) || all);
            }
        }
    }
    assert!(none > 200 && any > 1_000, "{none} masks of nothing and {any} of something prove too little");
    assert!(every > 100, "{every} masks of all prove too little");
}

/// What the clauses say, read naively, is what `allows` says; a coordinate that does not matter does not matter.
#[test]
fn clauses_say_the_same_and_free_coordinates_are_free() {
    for seed in 0..400 {
        let (world, policy) = any_scene(seed);
        let access = world.access(&policy, &people()[0]);
        let mut dice = Dice::new(seed);
        for target in world.targets() {
            let mask = access.mask(BOTH[dice.roll(2)], &target);
            let (clauses, matter) = (mask.clauses(), mask.depends_on());
            assert!(matter.windows(2).all(|pair| pair[0] < pair[1]));
            for cell in world.all_cells(&target) {
                let must = clauses.must.iter().all(|any_of| any_of.iter().any(|region| naive(region, &cell)));
                let denied = clauses.deny.iter().any(|region| naive(region, &cell));
                assert_eq!(mask.allows(&cell), must && !denied);
                let mut moved = cell.clone();
                for (place, item) in moved.iter_mut().enumerate().filter(|(place, _)| !matter.contains(place)) {
                    *item = (*item).wrapping_add(1 + u32::try_from(place).unwrap());
                }
                assert_eq!(mask.allows(&cell), mask.allows(&moved), "seed {seed} {target:?} {cell:?} {matter:?}");
            }
        }
    }
}

/// A second reading of regions: unpacks every tuple of the set.
fn naive(region: &Region, cell: &[u32]) -> bool {
    let mapped = region.axes().iter().map(|axis| match (&axis.map, cell[axis.position]) {
        (None, item) => item,
        (Some(map), item) if (item as usize) < map.len() => map[item as usize],
        (Some(_), _) => u32::MAX,
    });
    let mapped = mapped.collect::<Vec<_>>();
    match region.set() {
        RegionSet::Items(items) => mapped.len() == 1 && items.iter().any(|item| item == mapped[0]),
        RegionSet::Tuples { radix, set } => set.iter().any(|packed| {
            let mut rest = packed;
            let mut tuple = radix.iter().rev().map(|radix| {
                let item = rest % u64::from(*radix);
                rest /= u64::from(*radix);
                u32::try_from(item).unwrap()
            });
            let mut tuple = tuple.by_ref().collect::<Vec<_>>();
            tuple.reverse();
            tuple == mapped
        }),
    }
}

#[test]
fn the_order_of_rules_does_not_matter() {
    for seed in 0..400 {
        let (world, policy) = any_scene(seed);
        let mut turned = policy.clone();
        for rule in policy.rules() {
            turned.drop_rule(&rule.name).unwrap();
        }
        for rule in policy.rules().iter().rev() {
            turned.create_rule(rule.clone(), &world.schema).unwrap();
        }
        for who in people() {
            let (one, other) = (world.access(&policy, &who), world.access(&turned, &who));
            for target in world.targets() {
                for half in BOTH {
                    assert_eq!(one.mask(half, &target).fingerprint(), other.mask(half, &target).fingerprint(), "seed {seed} {target:?}");
                }
            }
        }
    }
}

/// A rule said twice is a rule said once.
#[test]
fn saying_it_again_changes_nothing() {
    for seed in 0..300 {
        let (world, policy) = any_scene(seed);
        let mut twice = policy.clone();
        for rule in policy.rules() {
            twice.create_rule(Rule { name: format!("{} again", rule.name), ..rule.clone() }, &world.schema).unwrap();
        }
        for who in people() {
            let (one, other) = (world.access(&policy, &who), world.access(&twice, &who));
            for target in world.targets() {
                for half in BOTH {
                    assert_eq!(one.mask(half, &target).fingerprint(), other.mask(half, &target).fingerprint(), "seed {seed} {target:?}");
                }
            }
        }
    }
}

fn never_less(world: &World, less: &Access, more: &Access, seed: u64) {
    for target in world.targets() {
        for half in BOTH {
            let (less, more) = (less.mask(half, &target), more.mask(half, &target));
            for cell in world.all_cells(&target) {
                assert!(more.allows(&cell) || !less.allows(&cell), "seed {seed} {half:?} {target:?} {cell:?}");
            }
        }
    }
}

#[test]
fn a_grant_never_shows_less_and_a_denial_never_more() {
    for seed in 0..500 {
        let (world, policy) = any_scene(seed);
        let mut dice = Dice::new(seed);
        let granted = change_one(&mut dice, &world, true);
        let denied = change_one(&mut dice, &world, false);
        for who in people() {
            let before = world.access(&policy, &who);
            never_less(&world, &before, &granted.access(&policy, &who), seed);
            never_less(&world, &denied.access(&policy, &who), &before, seed);
        }
    }
}

/// What a formula reads only takes away.
#[test]
fn a_formula_never_shows_more() {
    for seed in 0..300 {
        let (world, policy) = any_scene(seed);
        let data = World { footprints: Arc::default(), ..world.clone() };
        for who in people() {
            never_less(&world, &world.access(&policy, &who), &data.access(&policy, &who), seed);
        }
    }
}

#[test]
fn equal_fingerprints_are_equal_cells() {
    let mut seen: HashMap<u128, Vec<Vec<u32>>> = HashMap::new();
    for seed in 0..300 {
        let (world, policy) = any_scene(seed);
        for target in world.targets() {
            // Fingerprints are compared among masks of the same block.
            seen.clear();
            for who in people() {
                let access = world.access(&policy, &who);
                for half in BOTH {
                    let print = access.mask(half, &target).fingerprint();
                    let allowed = world.allowed(&access, half, &target);
                    let there = seen.entry(print).or_insert_with(|| allowed.clone());
                    assert_eq!(*there, allowed, "seed {seed} {who:?} {target:?}");
                }
            }
        }
    }
}

/// Two people with the same roles, groups and words share every mask but those over `User`.
#[test]
fn people_with_the_same_rights_share_fingerprints() {
    for seed in 0..300 {
        let (mut world, policy) = any_scene(seed);
        world.read(impersonal_formulas(&mut Dice::new(seed), &world));
        let twins: Vec<_> = world.cells.iter().filter(|((_, principal), _)| *principal == 0).map(|((m, _), c)| (*m, c.clone())).collect();
        let mut policy = policy;
        let first = policy.user(0).unwrap().clone();
        policy.drop_user(1).unwrap();
        policy.create_user(1, UserKind::Human).unwrap();
        policy.set_user_state(1, first.state).unwrap();
        if let Some(role) = first.role {
            policy.grant(role, Grantee::User(1)).unwrap();
        }
        for group in policy.groups_of(0).map(|(group, _)| group).collect::<Vec<_>>() {
            policy.add_member(group, 1).unwrap();
        }
        let user_metrics = [COUNTRY_RIGHTS, USER_RIGHTS, EMPLOYEE_RIGHTS, PAIR_RIGHTS];
        for metric in user_metrics {
            world.cells.remove(&(metric, 1));
        }
        for (metric, cells) in twins {
            if user_metrics.contains(&metric) {
                world.cells.insert((metric, 1), cells);
            }
        }
        let [one, other] = [0, 1].map(|user| world.access(&policy, &Principal::User(user)));
        for target in world.targets() {
            // The own line in `User` is the one thing that parts twins.
            if world.axes(&target).contains(&Some(USER)) {
                continue;
            }
            for half in BOTH {
                assert_eq!(one.mask(half, &target).fingerprint(), other.mask(half, &target).fingerprint(), "seed {seed} {target:?}");
            }
        }
    }
}

#[test]
fn who_may_write_may_read() {
    for seed in 0..400 {
        let (world, policy) = any_scene(seed);
        for who in people() {
            let access = world.access(&policy, &who);
            for target in world.targets() {
                let [read, write] = BOTH.map(|half| access.mask(half, &target));
                for cell in world.all_cells(&target) {
                    assert!(read.allows(&cell) || !write.allows(&cell));
                }
            }
        }
    }
}

/// A rule that says nothing but FALSE or nothing only takes away, wherever default words stand.
#[test]
fn a_rule_without_a_true_never_opens_a_metric() {
    for seed in 0..400 {
        let (mut world, policy) = any_scene(seed);
        let mut dice = Dice::new(seed + 77);
        let extra = rule(&mut dice, &world, 99);
        let Some(rights) = extra.rights() else { continue };
        if policy.rules().iter().any(|rule| rule.rights() == Some(rights)) {
            continue;
        }
        for (_, cells) in world.cells.iter_mut().filter(|((metric, _), _)| *metric == rights) {
            for right in cells.values_mut() {
                right.read = right.read.filter(|word| !word);
                right.write = right.write.filter(|word| !word);
            }
        }
        let mut more = policy.clone();
        more.create_rule(extra, &world.schema).unwrap();
        for who in people() {
            never_less(&world, &world.access(&more, &who), &world.access(&policy, &who), seed);
        }
    }
}

#[test]
fn a_policy_survives_being_stored() {
    for seed in 0..100 {
        let (_, policy) = any_scene(seed);
        let text = serde_json::to_string(&policy).unwrap();
        assert_eq!(serde_json::from_str::<Policy>(&text).unwrap(), policy);
    }
}
