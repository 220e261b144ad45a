//! Random formulas, told as footprints.

use std::sync::Arc;

use roaring::RoaringBitmap;
use smalt_model::DimensionId;
use smalt_security::{BLANK, Footprint, Look, Target};

use crate::random::Dice;
use crate::world::*;

/// One coordinate: its dimension, and whether it may be empty.
type Coordinate = (DimensionId, bool);

/// What may be read, and how deep looks go into looks.
struct Writer<'a> {
    world: &'a World,
    known: Vec<Target>,
}

/// Formulas of some metrics and properties. Each reads data, items, and formulas that come before.
pub(crate) fn formulas(dice: &mut Dice, world: &World) -> Vec<(Target, Footprint)> {
    let users = [Target::Metric(TARGETS), Target::Metric(COUNTRY_RIGHTS), Target::Metric(USER_RIGHTS), Target::Items(USER)];
    formulas_of(dice, world, impersonal().into_iter().chain(users).collect())
}

/// Formulas that read nothing by `User`.
pub(crate) fn impersonal_formulas(dice: &mut Dice, world: &World) -> Vec<(Target, Footprint)> {
    formulas_of(dice, world, impersonal())
}

fn impersonal() -> Vec<Target> {
    let data = [REVENUE, ROUTES, PAY, HOME].map(Target::Metric);
    let items = [STORE, COUNTRY, EMPLOYEE].map(Target::Items);
    let properties = [Target::Property(STORE, 2), Target::Property(EMPLOYEE, 3), Target::Property(EMPLOYEE, 1)];
    data.into_iter().chain(items).chain(properties).chain([Target::List(LEDGER)]).collect()
}

fn formulas_of(dice: &mut Dice, world: &World, known: Vec<Target>) -> Vec<(Target, Footprint)> {
    let mut writer = Writer { world, known };
    let mut formulas = Vec::new();
    for target in [
        Target::Metric(BY_COUNTRY),
        Target::Property(PRODUCT, 1),
        Target::Metric(SHARE),
        Target::Metric(ROLE_RIGHTS),
        Target::Property(STORE, 1),
        Target::Metric(BY_PRODUCT),
        Target::Metric(TOTAL),
        Target::Metric(RATE),
        Target::Metric(STAFF),
    ] {
        if dice.roll(8) > 0 {
            let outer = world.axes(&target).into_iter().flatten().map(|dimension| (dimension, false)).collect::<Vec<_>>();
            formulas.push((target.clone(), writer.footprint(dice, &outer, 2)));
        }
        writer.known.extend([target.clone(), target]);
    }
    formulas
}

/// A formula by these dimensions that is not saved.
pub(crate) fn unsaved(dice: &mut Dice, world: &World, dimensions: &[DimensionId]) -> Footprint {
    let formulas = [BY_COUNTRY, STAFF, SHARE].map(Target::Metric);
    let known = impersonal().into_iter().chain(formulas).collect();
    let outer = dimensions.iter().map(|dimension| (*dimension, false)).collect::<Vec<_>>();
    Writer { world, known }.footprint(dice, &outer, 2)
}

impl Writer<'_> {
    fn footprint(&self, dice: &mut Dice, outer: &[Coordinate], depth: usize) -> Footprint {
        match dice.roll(8) {
            0 => Footprint::Together((0..dice.roll(3)).map(|_| self.footprint(dice, outer, depth)).collect()),
            1 | 2 if depth > 0 => {
                let middle = (0..dice.roll(4)).map(|_| (dice.pick(&[STORE, COUNTRY, PRODUCT, REGION, EMPLOYEE]), dice.roll(4) == 0));
                let middle = middle.collect::<Vec<_>>();
                let looks = middle.iter().map(|(dimension, blank)| self.look(dice, *dimension, *blank, outer)).collect();
                Footprint::Seen { inside: Box::new(self.footprint(dice, &middle, depth - 1)), looks }
            }
            _ => self.leaf(dice, outer),
        }
    }

    fn leaf(&self, dice: &mut Dice, outer: &[Coordinate]) -> Footprint {
        let target = dice.pick(&self.known);
        let axes = self.world.axes(&target);
        let list = matches!(target, Target::List(_));
        let same = axes.iter().copied().eq(outer.iter().map(|(dimension, blank)| (!blank).then_some(*dimension)));
        let looks = axes.iter().map(|axis| match axis {
            Some(dimension) => {
                let blank = list && dice.roll(2) == 0;
                self.look(dice, *dimension, blank, outer)
            }
            None => Look::All(Arc::new([dice.pick(&[0, 7, BLANK])].into_iter().collect())),
        });
        let looks = looks.collect();
        let inside = if dice.roll(6) == 0 { Footprint::Words(target) } else { Footprint::Target(target) };
        if same && !list { inside } else { Footprint::Seen { inside: Box::new(inside), looks } }
    }

    /// A look at items of a dimension.
    fn look(&self, dice: &mut Dice, dimension: DimensionId, blank: bool, outer: &[Coordinate]) -> Look {
        let count = self.world.counts[&dimension];
        let there = outer.iter().enumerate().filter(|(_, (d, _))| *d == dimension).map(|(position, _)| position).collect::<Vec<_>>();
        let roll = dice.roll(9);
        if outer.is_empty() || roll == 0 {
            let sides = 1 + dice.roll(4);
            let mut items = (0..count).filter(|_| dice.roll(sides) == 0).collect::<RoaringBitmap>();
            items.extend((blank && dice.roll(2) == 0).then_some(BLANK));
            return Look::All(Arc::new(items));
        }
        if !there.is_empty() && roll < 6 {
            return Look::Image { position: dice.pick(&there), map: None };
        }
        let position = dice.roll(outer.len());
        match roll % 3 {
            0 => Look::Image { position, map: Some(self.map(dice, outer[position].0, dimension)) },
            1 => {
                let pairs = (0..1 + dice.roll(3).min(dice.roll(3))).map(|_| dice.roll(outer.len())).collect::<Vec<_>>();
                let pair = |position: usize| (position, self.map(dice, dimension, outer[position].0));
                Look::Group(pairs.into_iter().map(pair).collect())
            }
            _ => {
                let mut set = || {
                    let sides = 1 + dice.roll(6);
                    let mut items = (0..count).filter(|_| dice.roll(sides) == 0).collect::<RoaringBitmap>();
                    items.extend((blank && dice.roll(4) == 0).then_some(BLANK));
                    Arc::new(items)
                };
                let shared = set();
                let sets = (0..self.world.counts[&outer[position].0]).map(|item| if item % 2 == 0 { Arc::clone(&shared) } else { set() });
                let mut sets = sets.collect::<Vec<_>>();
                if dice.roll(5) == 0 {
                    sets.pop();
                }
                Look::Sets { position, sets: sets.into() }
            }
        }
    }

    /// From each item of a dimension to one of another, with holes, and sometimes too short.
    fn map(&self, dice: &mut Dice, from: DimensionId, to: DimensionId) -> Arc<[u32]> {
        let short = u32::from(dice.roll(5) == 0);
        let ends = self.world.counts[&to] as usize;
        let end = |_| if dice.roll(6) == 0 { BLANK } else { u32::try_from(dice.roll(ends)).unwrap() };
        (0..self.world.counts[&from] - short).map(end).collect()
    }
}
