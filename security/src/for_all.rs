//! What must hold at every coordinate looked at, said of the coordinates outside.
//!
//! A mask is a conjunction of clauses and denied regions, and "for all" distributes over it, so each is looked at by itself. Where all
//! that one depends on is seen by images it is pulled back as it is. Else the outer coordinates that see an exception are collected
//! and denied.

use std::sync::Arc;

use roaring::RoaringTreemap;

use crate::fingerprint::of_tuples;
use crate::lens::{Lens, OuterAxis};
use crate::look::{Extent, Gaps, extent_at};
use crate::mask::MaskBuilder;
use crate::table::{classes_at, for_all_classes};
use crate::{Axis, BLANK, Look, Mask, Region, Shape};

/// At most so many tuples are denied one by one.
const TUPLES: usize = 20_000_000;

/// The outer coordinates from which `inner` allows everything that is looked at. Items later than the outer extents are not among
/// them where `inner` is in the way at all.
pub(crate) fn for_all(inner: &Arc<Mask>, looks: &[Look], outer: &[Extent]) -> Arc<Mask> {
    let mut builder = MaskBuilder::default();
    if looks.iter().any(|look| matches!(look, Look::Group(maps) if maps.is_empty())) {
        // Which items there are to group nothing says.
        builder.nothing();
        return builder.share();
    }
    let gaps = looks.iter().map(|look| look.gaps(outer)).collect::<Vec<_>>();
    if inner.shape() == Shape::Everything || gaps.iter().any(|gaps| matches!(gaps, Gaps::Always)) {
        return builder.share();
    }
    let seen = Seen { looks, gaps, outer };
    if seen.is_straight(inner) {
        return Arc::clone(inner);
    }
    let clauses = inner.clauses();
    for clause in clauses.must {
        seen.must(clause, &mut builder);
    }
    for region in clauses.deny {
        seen.deny(region, &mut builder);
    }
    builder.share()
}

struct Seen<'a> {
    looks: &'a [Look],
    /// Look by look.
    gaps: Vec<Gaps>,
    outer: &'a [Extent],
}

impl Seen<'_> {
    /// Whether the same coordinates are looked at, always.
    fn is_straight(&self, inner: &Mask) -> bool {
        let straight = |at: usize| matches!(self.looks.get(at), Some(Look::Image { position, map: None }) if *position == at);
        self.gaps.iter().all(|gaps| matches!(gaps, Gaps::Never)) && inner.depends_on().into_iter().all(straight)
    }

    /// Everything that is looked at must be in one of the regions.
    fn must(&self, clause: &[Region], builder: &mut MaskBuilder) {
        if !self.by_images(clause) || self.gaps.iter().any(|gaps| matches!(gaps, Gaps::Ungrouped)) {
            return self.lift(clause, true, builder);
        }
        let nothing_there = self.gaps.iter().filter_map(|gaps| match gaps {
            Gaps::Items(position, items) => Some(Region::items(*position, Arc::new(items.clone()))),
            _ => None,
        });
        builder.must(clause.iter().map(|region| self.pulled(region)).chain(nothing_there).collect());
    }

    /// Nothing that is looked at may be in the region.
    fn deny(&self, region: &Region, builder: &mut MaskBuilder) {
        let clause = std::slice::from_ref(region);
        let looked_at = positions(clause);
        // What has no image is in no region; where something else is missing, though, nothing is read at all.
        let free = self.gaps.iter().enumerate().all(|(at, gaps)| looked_at.contains(&at) || matches!(gaps, Gaps::Never));
        if free && self.by_images(clause) { builder.deny(self.pulled(region)) } else { self.lift(clause, false, builder) }
    }

    fn by_images(&self, regions: &[Region]) -> bool {
        positions(regions).iter().all(|position| matches!(self.looks.get(*position), Some(Look::Image { .. })))
    }

    fn pulled(&self, region: &Region) -> Region {
        let count = |position| extent_at(self.outer, position).count;
        region.pulled(|position| self.looks.get(position).and_then(Look::as_image), count)
    }

    /// Denies the outer coordinates that look at something outside the union of the regions (`within`), or inside (not `within`).
    fn lift(&self, regions: &[Region], within: bool, builder: &mut MaskBuilder) {
        let looked_at = positions(regions);
        // A coordinate that nothing looks at is an empty one.
        let missing = Look::All(Arc::new([BLANK].into_iter().collect()));
        let lens = |at: &usize| Lens::new(self.looks.get(*at).unwrap_or(&missing), *at, regions, self.outer);
        let mut lenses = looked_at.iter().map(lens).collect::<Vec<_>>();
        // What shrinks the table most comes first.
        lenses.sort_by_key(|lens| 1024 * lens.sets.len() as u64 / (lens.inner.len() as u64).max(1));
        let Some(good) = for_all_classes(&lenses, regions, within) else { return builder.nothing() };
        if good.iter().all(|good| *good) {
            let axes = lenses.iter().flat_map(|lens| &lens.axes);
            return if within {
                self.known(axes.map(|axis| &axis.axis), builder)
            };
        }
        let told_apart = lenses.len();
        // Nothing else is read where one look gives nothing.
        for (at, (look, gaps)) in self.looks.iter().zip(&self.gaps).enumerate() {
            if !looked_at.contains(&at) && !matches!(gaps, Gaps::Never) {
                lenses.push(Lens::new(look, at, &[], self.outer));
            }
        }
        match self.region(&lenses, told_apart, &good) {
            None => builder.nothing(),
            Some(region) => {
                self.known(region.axes().iter(), builder);
                builder.deny(region);
            }
        }
    }

    /// What comes later is not known to be readable.
    fn known<'a>(&self, axes: impl Iterator<Item = &'a Axis>, builder: &mut MaskBuilder) {
        for Axis { position, .. } in axes {
            builder.must(vec![Region::items(*position, Arc::new(extent_at(self.outer, *position).all().collect()))]);
        }
    }

    /// The outer coordinates in the combinations of classes that are not good; `None` where that is all of them, or too many to be
    /// told. The table is of the first lenses, the others have one class.
    fn region(&self, lenses: &[Lens], told_apart: usize, good: &[bool]) -> Option<Region> {
        let spaces = lenses.iter().map(Lens::space).collect::<Option<Vec<_>>>()?;
        let space = spaces.iter().try_fold(1u64, |space, one| space.checked_mul(*one))?;
        let (table, others) = lenses.split_at_checked(told_apart)?;
        let (mut tuples, mut classes, mut packed, mut longer) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (place, _) in good.iter().enumerate().filter(|(_, good)| !**good) {
            classes_at(place, table, &mut classes);
            classes.resize(table.len() + others.len(), 0);
            packed.clear();
            packed.push(0u64);
            for ((lens, class), space) in lenses.iter().zip(&classes).zip(&spaces) {
                let codes = lens.codes.get(*class).map_or(&[][..], Vec::as_slice);
                if packed.len().saturating_mul(codes.len()) > TUPLES {
                    return None;
                }
                longer.clear();
                longer.extend(packed.iter().flat_map(|before| codes.iter().map(move |code| before * space + code)));
                std::mem::swap(&mut packed, &mut longer);
            }
            tuples.extend_from_slice(&packed);
            if tuples.len() > TUPLES {
                return None;
            }
        }
        tuples.sort_unstable();
        tuples.dedup();
        let axes = lenses.iter().flat_map(|lens| &lens.axes).cloned().collect::<Vec<_>>();
        if tuples.len() as u64 == space && axes.iter().all(|axis| self.is_whole(axis)) {
            return None;
        }
        let radix = axes.iter().map(|axis| axis.radix).collect::<Arc<[u32]>>();
        let prints = axes.iter().map(|axis| axis.print).collect::<Vec<_>>();
        let print = of_tuples(&radix, &tuples);
        let set = Arc::new(tuples.into_iter().collect::<RoaringTreemap>());
        let axes = axes.into_iter().map(|axis| axis.axis).collect();
        Some(Region::tuples(axes, &prints, radix, set, print).at_one_position(|position| extent_at(self.outer, position).count))
    }

    /// Whether everything that can stand at the axis's position is in some class.
    fn is_whole(&self, axis: &OuterAxis) -> bool {
        extent_at(self.outer, axis.axis.position).all().all(|item| axis.axis.end(item) < axis.radix)
    }
}

/// The coordinates that some region looks at, rising.
fn positions(regions: &[Region]) -> Vec<usize> {
    let mut positions = regions.iter().flat_map(|region| region.axes().iter().map(|axis| axis.position)).collect::<Vec<_>>();
    positions.sort_unstable();
    positions.dedup();
    positions
}
