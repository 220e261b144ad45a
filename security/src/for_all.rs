//! What must hold at every coordinate looked at, said of the coordinates outside.
//!
//! A mask is a conjunction of clauses and denied regions, and "for all" distributes over it, so each is looked at by itself. Where all
//! that one depends on is seen by images it is pulled back as it is. Else the outer coordinates that see an exception are collected
//! and denied.

use std::cmp::Reverse;
use std::sync::Arc;

use roaring::RoaringTreemap;

use crate::fingerprint::of_tuples;
use crate::lens::Lens;
use crate::look::{Extent, Gaps, extent_at};
use crate::mask::MaskBuilder;
use crate::spread::{Asked, spread};
use crate::{Axis, BLANK, Look, Mask, Region, RegionSet, Shape};

/// At most so many tuples are denied one by one.
const TUPLES: usize = 20_000_000;
/// Of at most so many combinations those are told that something is not said of.
const COMBINATIONS: u64 = 1 << 32;

/// The outer coordinates from which `inner` allows everything that is looked at. Items later than the outer extents are not among
/// them where `inner` is in the way at all.
pub(crate) fn for_all(inner: &Arc<Mask>, looks: &[Look], outer: &[Extent]) -> Arc<Mask> {
    let mut builder = MaskBuilder::default();
    if looks.iter().any(|look| matches!(look, Look::Group(maps) if maps.is_empty())) {
        // Which items there are to group nothing says.
        builder.nothing();
        return builder.share();
    }
    if inner.shape() == Shape::Everything {
        return Arc::clone(inner);
    }
    let gaps = looks.iter().map(|look| look.gaps(outer)).collect::<Vec<_>>();
    if gaps.iter().any(|gaps| matches!(gaps, Gaps::Always)) {
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
        if !self.by_images(clause) || self.is_grouped() {
            return self.lift(clause, true, builder);
        }
        builder.must(clause.iter().map(|region| self.pulled(region)).chain(self.unseen()).collect());
    }

    /// The outer coordinates for which nothing is looked at, as far as items tell.
    fn unseen(&self) -> impl Iterator<Item = Region> {
        self.gaps.iter().filter_map(|gaps| match gaps {
            Gaps::Items(position, items) => Some(Region::items(*position, Arc::new(items.clone()))),
            _ => None,
        })
    }

    /// Nothing that is looked at may be in the region.
    fn deny(&self, region: &Region, builder: &mut MaskBuilder) {
        let clause = std::slice::from_ref(region);
        let looked_at = positions(clause);
        // What has no image is in no region; where something else is missing, though, nothing is read at all.
        let free = self.gaps.iter().enumerate().all(|(at, gaps)| looked_at.contains(&at) || matches!(gaps, Gaps::Never));
        if free && self.by_images(clause) { builder.deny(self.pulled(region)) } else { self.lift(clause, false, builder) }
    }

    /// Whether gaps are not told by items alone.
    fn is_grouped(&self) -> bool {
        self.gaps.iter().any(|gaps| matches!(gaps, Gaps::Ungrouped))
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
        // Most rights name few of the items there are: the others are one class.
        let ends = |region: &Region| if region.tuple_count() > TUPLES as u64 { Vec::new() } else { region.ends() };
        let told = regions.iter().map(|region| (region, ends(region))).collect::<Vec<_>>();
        let lens = |at: &usize| Lens::new(self.looks.get(*at).unwrap_or(&missing), *at, &told, self.outer);
        let mut lenses = looked_at.iter().map(lens).collect::<Vec<_>>();
        // What is worked out first comes last: what leaves least, and then what looks at many.
        lenses.sort_by_key(|lens| (Reverse(1024 * lens.sets.len() as u64 / (lens.inner.len() as u64).max(1)), !lens.is_single()));
        let asked = if within { Asked::All } else { Asked::Some };
        let Some(told) = spread(&lenses, regions, asked) else { return builder.nothing() };
        let space = lenses.iter().try_fold(1u64, |space, lens| space.checked_mul(lens.sets.len() as u64));
        let Some(space) = space else { return builder.nothing() };
        let bad = if within { space - told.len().min(space) } else { told.len() };
        if bad == 0 {
            if within {
                self.known(lenses.iter().flat_map(|lens| &lens.axes).map(|axis| &axis.axis), builder);
            }
            return;
        }
        if bad > space / 2 && !self.is_grouped() {
            // What may be read is less to say than what may not.
            match if within { Some(told) } else { rest_of(&told, space) }.and_then(|good| self.region(&lenses, good)) {
                Some(region) => builder.must(self.unseen().chain([region]).collect()),
                None => builder.nothing(),
            }
            return;
        }
        // Nothing else is read where one look gives nothing.
        for (at, (look, gaps)) in self.looks.iter().zip(&self.gaps).enumerate() {
            if !looked_at.contains(&at) && !matches!(gaps, Gaps::Never) {
                lenses.push(Lens::new(look, at, &[], self.outer));
            }
        }
        match if within { rest_of(&told, space) } else { Some(told) }.and_then(|bad| self.region(&lenses, bad)) {
            Some(region) if !self.is_everything(&region) => {
                self.known(region.axes().iter(), builder);
                builder.deny(region);
            }
            _ => builder.nothing(),
        }
    }

    /// What comes later is not known to be readable.
    fn known<'a>(&self, axes: impl Iterator<Item = &'a Axis>, builder: &mut MaskBuilder) {
        for Axis { position, .. } in axes {
            builder.must(vec![Region::items(*position, Arc::new(extent_at(self.outer, *position).all().collect()))]);
        }
    }

    /// The outer coordinates in some combinations of classes; `None` where those are too many to be told. Lenses that the combinations are
    /// not of have one class, or none.
    fn region(&self, lenses: &[Lens], classes: RoaringTreemap) -> Option<Region> {
        let mut set = if lenses.iter().all(Lens::is_plain) { classes } else { coordinates(lenses, &classes)? };
        set.optimize();
        let axes = lenses.iter().flat_map(|lens| &lens.axes).cloned().collect::<Vec<_>>();
        let radix = axes.iter().map(|axis| axis.radix).collect::<Arc<[u32]>>();
        let prints = axes.iter().map(|axis| axis.print).collect::<Vec<_>>();
        let print = of_tuples(&radix, set.iter());
        let axes = axes.into_iter().map(|axis| axis.axis).collect();
        Some(Region::tuples(axes, &prints, radix, Arc::new(set), print).at_one_position(|position| extent_at(self.outer, position).count))
    }

    /// Whether every outer coordinate is in a region of tuples.
    fn is_everything(&self, region: &Region) -> bool {
        let RegionSet::Tuples { radix, set } = region.set() else { return false };
        let whole = |(axis, radix): (&Axis, &u32)| extent_at(self.outer, axis.position).all().all(|item| axis.end(item) < *radix);
        set.len() == radix.iter().map(|radix| u64::from(*radix)).product::<u64>() && region.axes().iter().zip(radix.iter()).all(whole)
    }
}

/// The packed tuples over all axes that are in some combinations of classes.
fn coordinates(lenses: &[Lens], classes: &RoaringTreemap) -> Option<RoaringTreemap> {
    let spaces = lenses.iter().map(Lens::space).collect::<Option<Vec<_>>>()?;
    spaces.iter().try_fold(1u64, |space, one| space.checked_mul(*one))?;
    let (mut tuples, mut packed, mut longer, mut numbers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for place in classes.iter() {
        classes_at(place, lenses, &mut numbers);
        packed.clear();
        packed.push(0u64);
        for ((lens, class), space) in lenses.iter().zip(&numbers).zip(&spaces) {
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
    Some(tuples.into_iter().collect())
}

/// The outer class of each lens in a packed combination.
fn classes_at(mut place: u64, lenses: &[Lens], classes: &mut Vec<usize>) {
    classes.clear();
    for lens in lenses.iter().rev() {
        let count = (lens.sets.len() as u64).max(1);
        classes.push(usize::try_from(place % count).unwrap_or(usize::MAX));
        place /= count;
    }
    classes.reverse();
}

/// The other combinations; `None` where there are too many to be told.
fn rest_of(told: &RoaringTreemap, space: u64) -> Option<RoaringTreemap> {
    let mut rest = RoaringTreemap::new();
    if space > COMBINATIONS {
        return None;
    }
    rest.insert_range(0..space);
    rest -= told;
    Some(rest)
}

/// The coordinates that some region looks at, rising.
fn positions(regions: &[Region]) -> Vec<usize> {
    let mut positions = regions.iter().flat_map(|region| region.axes().iter().map(|axis| axis.position)).collect::<Vec<_>>();
    positions.sort_unstable();
    positions.dedup();
    positions
}
