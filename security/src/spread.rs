//! From the combinations of classes that regions name to the outer ones that look at them: by what is named alone, however many
//! combinations there could be.
//!
//! With E the combinations that are named, "something looked at is named" is the union of the products of those who look at its classes,
//! over all of E, and "all that is looked at is named" is a conjunction that only combinations with named ones can pass. Both are worked
//! out one coordinate after the other, from the last to the first.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use roaring::{RoaringBitmap, RoaringTreemap};

use crate::lens::Lens;
use crate::{Axis, Region, RegionSet};

/// So much work is done at most, in look-ups or in containers of sets: about two seconds. Who needs more may not read: that is safe, and
/// such rights would be slow everywhere else too.
const EFFORT: u64 = 50_000_000;

/// What is asked of all that an outer combination looks at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Everything is named.
    All,
    /// Something is named.
    Some,
}

/// What was spent.
struct Purse(u64);

impl Purse {
    /// `None` when nothing is left.
    fn spend(&mut self, effort: u64) -> Option<()> {
        self.0 = self.0.checked_sub(effort)?;
        Some(())
    }
}

/// Named combinations: by the classes of all lenses but the last, packed, those of the last one.
type Rows = HashMap<u64, RoaringBitmap>;

/// The outer combinations, packed in the order of the lenses, of which it is true what is asked of the union of the regions. `None`: too many
/// to be told.
pub(crate) fn spread(lenses: &[Lens], regions: &[Region], asked: Asked) -> Option<RoaringTreemap> {
    let Some((last, before)) = lenses.split_last() else {
        // Nothing tells outer combinations apart; a region that looks at nothing there is not.
        return Some(RoaringTreemap::new());
    };
    // Packed numbers must have room.
    let inner = lenses.iter().try_fold(1u64, |size, lens| size.checked_mul((lens.inner.len() as u64).max(1)));
    let outer = lenses.iter().try_fold(1u64, |size, lens| size.checked_mul((lens.sets.len() as u64).max(1)));
    inner.and(outer)?;
    let mut purse = Purse(EFFORT);
    let mut rows = Rows::new();
    for (place, region) in regions.iter().enumerate() {
        name(lenses, place, region, &mut rows, &mut purse)?;
    }
    let mut told: BTreeMap<u64, RoaringTreemap> = BTreeMap::new();
    for (prefix, row) in rows {
        let seen = seen_from(last, &row, asked, &mut purse)?;
        if !seen.is_empty() {
            told.insert(prefix, RoaringTreemap::from_bitmaps([(0, seen)]));
        }
    }
    let mut rest = (last.sets.len() as u64).max(1);
    for lens in before.iter().rev() {
        told = one_more(lens, told, rest, asked, &mut purse)?;
        rest = rest.saturating_mul((lens.sets.len() as u64).max(1));
    }
    Some(told.into_values().next().unwrap_or_default())
}

/// Adds the combinations of classes that are in a region.
fn name(lenses: &[Lens], place: usize, region: &Region, rows: &mut Rows, purse: &mut Purse) -> Option<()> {
    // By lens the classes that have a code.
    let by_code = lenses.iter().map(|lens| {
        let mut classes: HashMap<u64, RoaringBitmap> = HashMap::new();
        for (class, signature) in (0u32..).zip(&lens.inner) {
            if let Some(code) = signature.get(place).copied().flatten() {
                classes.entry(code).or_default().insert(class);
            }
        }
        classes
    });
    let by_code = by_code.collect::<Vec<_>>();
    match region.set() {
        RegionSet::Items(_) => add(lenses, &by_code, &vec![0; lenses.len()], rows, purse),
        RegionSet::Tuples { radix, set } => {
            let digits = digits(lenses, region.axes(), radix);
            let mut codes = vec![0u64; lenses.len()];
            for packed in set.iter() {
                purse.spend(1)?;
                codes.fill(0);
                let mut left = packed;
                for (lens, radix, stride) in &digits {
                    let digit = left % radix;
                    left /= radix;
                    if let Some(code) = lens.and_then(|lens| codes.get_mut(lens)) {
                        *code += digit * stride;
                    }
                }
                add(lenses, &by_code, &codes, rows, purse)?;
            }
            Some(())
        }
    }
}

/// From the last axis to the first: the lens that looks at it, its radix, and what one more there adds to the packed number.
fn digits(lenses: &[Lens], axes: &[Axis], radix: &Arc<[u32]>) -> Vec<(Option<usize>, u64, u64)> {
    let mut stride = 1u64;
    let mut digits = Vec::with_capacity(axes.len());
    for (axis, radix) in axes.iter().zip(radix.iter()).rev() {
        let radix = u64::from(*radix).max(1);
        digits.push((lenses.iter().position(|lens| lens.position == axis.position), radix, stride));
        stride = stride.saturating_mul(radix);
    }
    digits
}

/// Adds all combinations of the classes that have these codes, lens by lens.
fn add(lenses: &[Lens], by_code: &[HashMap<u64, RoaringBitmap>], codes: &[u64], rows: &mut Rows, purse: &mut Purse) -> Option<()> {
    let mut classes = Vec::with_capacity(codes.len());
    for (by_code, code) in by_code.iter().zip(codes) {
        let Some(found) = by_code.get(code) else { return Some(()) };
        classes.push(found);
    }
    let Some((last, before)) = classes.split_last() else { return Some(()) };
    let mut prefixes = vec![0u64];
    for (lens, classes) in lenses.iter().zip(before) {
        purse.spend((prefixes.len() as u64).saturating_mul(classes.len()))?;
        let count = (lens.inner.len() as u64).max(1);
        prefixes = prefixes.iter().flat_map(|prefix| classes.iter().map(move |class| prefix * count + u64::from(class))).collect();
    }
    for prefix in prefixes {
        purse.spend(1 + last.len() / 1024)?;
        let row = rows.entry(prefix).or_default();
        match last.min().filter(|_| last.len() == 1) {
            Some(class) => drop(row.insert(class)),
            None => *row |= *last,
        }
    }
    Some(())
}

/// The outer classes of a lens that see what is asked in a set of classes.
fn seen_from(lens: &Lens, row: &RoaringBitmap, asked: Asked, purse: &mut Purse) -> Option<RoaringBitmap> {
    let is_so = |class: u32, purse: &mut Purse| {
        let set = lens.sets.get(class as usize)?;
        purse.spend(1 + set.len().min(row.len()) / 1024)?;
        Some(match asked {
            Asked::All => set.is_subset(row),
            Asked::Some => !set.is_disjoint(row),
        })
    };
    let mut seen = RoaringBitmap::new();
    for chain in &lens.chains {
        // Along a chain more and more is looked at: from some class on something is named, up to some class all is.
        let (mut low, mut high) = (chain.start, chain.end);
        while low < high {
            let middle = low + (high - low) / 2;
            let before = is_so(middle, purse)? == (asked == Asked::All);
            (low, high) = if before { (middle + 1, high) } else { (low, middle) };
        }
        seen.insert_range(match asked {
            Asked::All => chain.start..low,
            Asked::Some => low..chain.end,
        });
    }
    Some(seen)
}

/// One coordinate more: from what is told by each class of a lens, below the classes of those before it, to what is told by its outer
/// classes. `rest`: the combinations of outer classes behind it.
fn one_more(
    lens: &Lens,
    told: BTreeMap<u64, RoaringTreemap>,
    rest: u64,
    asked: Asked,
    purse: &mut Purse,
) -> Option<BTreeMap<u64, RoaringTreemap>> {
    let count = (lens.inner.len() as u64).max(1);
    let mut by_prefix: BTreeMap<u64, HashMap<u32, RoaringTreemap>> = BTreeMap::new();
    for (packed, row) in told {
        let class = u32::try_from(packed % count).ok()?;
        by_prefix.entry(packed / count).or_default().insert(class, row);
    }
    let mut more = BTreeMap::new();
    for (prefix, rows) in by_prefix {
        let there = rows.keys().copied().collect::<RoaringBitmap>();
        let mut whole = RoaringTreemap::new();
        for chain in &lens.chains {
            // What the one before in the chain came to, of which each next one adds a part.
            let mut so_far: Option<RoaringTreemap> = None;
            let mut known = RoaringBitmap::new();
            for class in chain.clone() {
                let Some(set) = lens.sets.get(class as usize) else { continue };
                purse.spend(1 + set.len() / 1024)?;
                let new = set - &known;
                if asked == Asked::All && !new.is_subset(&there) {
                    // Nor may those that look at more.
                    break;
                }
                for row in new.iter().filter(|class| there.contains(*class)).filter_map(|class| rows.get(&class)) {
                    purse.spend(1 + row.len() / 1024)?;
                    match (&mut so_far, asked) {
                        (Some(so_far), Asked::All) => *so_far &= row,
                        (Some(so_far), Asked::Some) => *so_far |= row,
                        (none, _) => *none = Some(row.clone()),
                    }
                }
                known.clone_from(set);
                if let Some(found) = &so_far {
                    purse.spend(found.len() / 16)?;
                    let start = u64::from(class) * rest;
                    // Classes rise from chain to chain, so all that comes is above what is there.
                    whole.append(found.iter().map(|outer| start + outer)).ok()?;
                }
            }
        }
        if !whole.is_empty() {
            more.insert(prefix, whole);
        }
    }
    Some(more)
}
