//! The compiled masks are the specification, cell by cell, over random policies, rights and formulas.

use std::sync::Arc;

use smalt_security::spec::{self, Question};
use smalt_security::{Access, Half, Inheritance, Mask, Shape, Target};

use crate::formulas::unsaved;
use crate::random::{BOTH, Dice, open_scene, people, scene};
use crate::world::*;

/// How many scenes are tried: `SMALT_CASES`, or as many as fit into the run of all tests.
fn scenes(usual: u64) -> u64 {
    std::env::var("SMALT_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn masks_are_the_specification() {
    let scenes = scenes(2_200);
    let mut counted = Counted::default();
    for seed in 0..scenes {
        let (world, policy) = scene(seed);
        let who = people()[(seed % 5) as usize];
        let access = world.access(&policy, &who);
        let plain = World { footprints: Arc::default(), ..world.clone() }.access(&policy, &who);
        for target in world.targets() {
            for half in BOTH {
                let asked = Question { policy: &policy, facts: &world, who: &who, half, target: &target };
                counted.compare(asked, &plain, &access.mask(half, &target), |cell| spec::may(asked, cell), (&world, seed));
            }
        }
    }
    println!("{scenes} scenes, {counted:?}");
    assert!(counted.cells >= 500 * scenes && counted.mixed >= 4 * scenes, "{counted:?} proves too little");
}

/// With many formulas and few denials.
#[test]
fn masks_of_formulas_are_the_specification() {
    let scenes = scenes(3_600);
    let mut counted = Counted::default();
    let shapes: [&[_]; 8] =
        [&[], &[COUNTRY, PRODUCT], &[EMPLOYEE, STORE], &[STORE], &[REGION, PRODUCT], &[STORE, COUNTRY, REGION], &[PRODUCT], &[EMPLOYEE]];
    for seed in 0..scenes {
        let (world, policy) = open_scene(seed);
        let who = people()[(seed % 5) as usize];
        let access = world.access(&policy, &who);
        let plain = World { footprints: Arc::default(), ..world.clone() }.access(&policy, &who);
        for target in world.targets().into_iter().filter(|target| world.footprints.get(target).is_some()) {
            let asked = Question { policy: &policy, facts: &world, who: &who, half: Half::Read, target: &target };
            counted.compare(asked, &plain, &access.mask(Half::Read, &target), |cell| spec::may(asked, cell), (&world, seed));
        }
        let mut dice = Dice::new(seed);
        for dimensions in shapes.iter().cycle().take(24) {
            let footprint = unsaved(&mut dice, &world, dimensions);
            let target = Target::Unsaved(dimensions.to_vec());
            let asked = Question { policy: &policy, facts: &world, who: &who, half: Half::Read, target: &target };
            let may = |cell: &[u32]| spec::may(asked, cell) && spec::may_read_all(asked, &footprint, cell);
            counted.compare(asked, &plain, &access.reading_formula(dimensions, &footprint), may, (&world, seed));
        }
        assert_eq!(policy.inheritance(), Inheritance::On);
    }
    println!("{scenes} scenes, {counted:?}");
    assert!(
        counted.cells >= 200 * scenes && counted.derived >= 2 * scenes && counted.narrowed >= 5 * scenes,
        "{counted:?} proves too little"
    );
}

/// What was compared.
#[derive(Debug, Default)]
struct Counted {
    /// Triples of policy, person and cell.
    cells: u64,
    /// Masks that allow some cells and not others.
    mixed: u64,
    /// Of them those of formulas.
    derived: u64,
    /// Cells that a formula alone hides.
    narrowed: u64,
    shapes: [u64; 3],
}

impl Counted {
    /// `plain`: without formulas.
    fn compare(&mut self, asked: Question<'_>, plain: &Access, mask: &Mask, may: impl Fn(&[u32]) -> bool, (world, seed): (&World, u64)) {
        let (mut yes, mut no) = (0, 0);
        let derived = world.footprints.get(asked.target).is_some() || matches!(asked.target, Target::Unsaved(_));
        let plain = plain.mask(asked.half, asked.target);
        for cell in world.all_cells(asked.target) {
            let expected = may(&cell);
            assert_eq!(mask.allows(&cell), expected, "seed {seed} {asked:?} {cell:?} {:#?}", asked.policy.rules());
            *if expected { &mut yes } else { &mut no } += 1;
            self.narrowed += u64::from(derived && !expected && plain.allows(&cell));
        }
        match mask.shape() {
            Shape::Nothing => assert_eq!(yes, 0),
            Shape::Everything => assert_eq!(no, 0),
            Shape::Some => {}
        }
        self.cells += yes + no;
        self.mixed += u64::from(yes > 0 && no > 0);
        self.derived += u64::from(derived && yes > 0 && no > 0);
        self.shapes[mask.shape() as usize] += u64::from(derived);
    }
}
