//! Sets of coordinates: what an edit touched, and what is to be computed again.

use std::sync::Arc;

use smalt_model::DimensionId;
use smalt_vault::{Key, Layout, Projection, place_from};

use crate::radix;
use crate::run::Run;
use crate::width::Width;

/// A region of more coordinates than this is taken for everything: to list them would cost as much as to compute all.
const MOST_LISTED: usize = 1 << 22;
/// Keys in fewer ascending runs are merged rather than sorted.
const FEW_RUNS: usize = 16;
/// A key space of so many bits is looked up in a bitmap.
const BITMAP_BITS: u32 = 24;

/// Some coordinates of an expression: those of any of its parts. It may hold more than was asked for, never less.
#[derive(Clone, Debug, Default)]
pub(crate) struct Region {
    parts: Vec<Part>,
}

/// Coordinates over some dimensions, each with all items of the dimensions that are not among them.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// The dimensions stand as they do where the coordinates come from, so that going back there needs no sorting.
    pub(crate) layout: Arc<Layout>,
    /// Ascending, none twice.
    pub(crate) keys: Vec<u128>,
}

/// Sorts keys of so many bits, of which there may be long runs in order, and leaves each there once.
fn ascend<K: Width>(keys: &mut Vec<K>, bits: u32) {
    if keys.is_sorted_by(|a, b| a < b) {
        return;
    }
    if !keys.is_sorted() {
        // Runs are found and merged by the stable sort alone.
        let runs = keys.windows(2).filter(|pair| matches!(pair, [a, b] if a > b)).count();
        if runs < FEW_RUNS { keys.sort() } else { radix::sort_by_key(keys, bits, |key| *key) }
    }
    keys.dedup();
}

impl Part {
    fn new(layout: Arc<Layout>, mut keys: Vec<u128>) -> Part {
        ascend(&mut keys, layout.bits());
        Part { layout, keys }
    }

    fn everything(run: &Run) -> Option<Part> {
        Some(Part { layout: run.layout(&[]).ok()?, keys: vec![0] })
    }

    pub(crate) fn dims(&self) -> &[DimensionId] {
        self.layout.dims()
    }

    /// Whether both tell coordinates by the same dimensions, in whatever order.
    fn has_dims_of(&self, other: &Part) -> bool {
        self.dims().len() == other.dims().len() && self.dims().iter().all(|d| other.dims().contains(d))
    }

    /// The same coordinates told by some of the dimensions only.
    fn onto(&self, run: &Run, dims: &[DimensionId]) -> Option<Part> {
        if self.dims().iter().all(|d| dims.contains(d)) {
            return Some(self.clone());
        }
        let kept: Vec<DimensionId> = self.dims().iter().copied().filter(|d| dims.contains(d)).collect();
        let layout = run.layout(&kept).ok()?;
        let keys = Projection::new(&self.layout, &layout)?.apply_all(&self.keys);
        Some(Part::new(layout, keys))
    }
}

impl Region {
    /// No coordinate.
    pub(crate) fn nothing() -> Region {
        Region::default()
    }

    /// All coordinates.
    pub(crate) fn everything(run: &Run) -> Region {
        Region { parts: Part::everything(run).into_iter().collect() }
    }

    /// Packed coordinates of a layout.
    pub(crate) fn of_keys(run: &Run, layout: &Layout, keys: Vec<u128>) -> Region {
        if keys.is_empty() {
            return Region::nothing();
        }
        Region::listed(run, layout.dims(), keys, Some(layout))
    }

    /// Coordinates over dimensions in any order, packed under the layout that the run has for them, or under `packed`.
    pub(crate) fn listed(run: &Run, dims: &[DimensionId], keys: Vec<u128>, packed: Option<&Layout>) -> Region {
        let part = || {
            let layout = run.layout(dims).ok()?;
            let keys = match packed {
                Some(packed) if packed != layout.as_ref() => Projection::new(packed, &layout)?.apply_all(&keys),
                _ => keys,
            };
            Some(Part::new(layout, keys))
        };
        let mut region = Region::nothing();
        region.add(run, part());
        region
    }

    pub(crate) fn of_part(part: Part) -> Region {
        Region { parts: vec![part] }
    }

    pub(crate) fn is_nothing(&self) -> bool {
        self.parts.is_empty()
    }

    pub(crate) fn is_everything(&self) -> bool {
        self.parts.iter().any(|p| p.dims().is_empty())
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Adds a part; without one, what cannot be told is everything.
    fn add(&mut self, run: &Run, part: Option<Part>) {
        match part {
            Some(part) if part.keys.is_empty() => {}
            Some(part) if part.keys.len() <= MOST_LISTED && !part.dims().is_empty() => {
                if self.is_everything() {
                    return;
                }
                let Some(own) = self.parts.iter_mut().find(|own| own.has_dims_of(&part)) else { return self.parts.push(part) };
                match Projection::new(&part.layout, &own.layout) {
                    _ if own.layout == part.layout => own.keys.extend(&part.keys),
                    Some(turned) => own.keys.extend(turned.apply_all::<u128, u128>(&part.keys)),
                    None => return self.parts.push(part),
                }
                ascend(&mut own.keys, own.layout.bits());
            }
            _ => *self = Region::everything(run),
        }
    }

    pub(crate) fn unite(&mut self, run: &Run, other: Region) {
        if self.is_nothing() {
            *self = other;
            return;
        }
        other.parts.into_iter().for_each(|part| self.add(run, Some(part)));
    }

    /// Each part made another one; what cannot be told is everything.
    pub(crate) fn each(&self, run: &Run, f: impl Fn(&Part) -> Option<Region>) -> Region {
        let mut out = Region::nothing();
        for part in &self.parts {
            match f(part) {
                Some(region) => out.unite(run, region),
                None => return Region::everything(run),
            }
        }
        out
    }

    /// Seen from an expression with these dimensions, which is read at the region's coordinates.
    pub(crate) fn onto(&self, run: &Run, dims: &[DimensionId]) -> Region {
        let mut out = Region::nothing();
        self.parts.iter().for_each(|part| out.add(run, part.onto(run, dims)));
        out
    }

    /// All items of a dimension on each line that has a coordinate.
    pub(crate) fn lines(&self, run: &Run, dimension: DimensionId) -> Region {
        let mut out = Region::nothing();
        for part in &self.parts {
            let others: Vec<DimensionId> = part.dims().iter().copied().filter(|d| *d != dimension).collect();
            out.add(run, part.onto(run, &others));
        }
        out
    }

    /// Each coordinate moved along a dimension by so many items; what falls off an end is gone.
    pub(crate) fn moved(&self, run: &Run, dimension: DimensionId, by: i64) -> Region {
        if by == 0 {
            return self.clone();
        }
        let items = run.items(dimension);
        let order = items.order();
        let goes = |item: u32| -> Option<u32> {
            let place = i64::from(items.position(item)?).checked_add(by)?;
            order.get(usize::try_from(place).ok()?).copied()
        };
        self.each(run, |part| {
            let Some(field) = part.layout.field(dimension) else { return Some(Region { parts: vec![part.clone()] }) };
            let keys = part.keys.iter().filter_map(|k| Some(k.clear(field).with(field, goes(k.get(field))?))).collect();
            let mut region = Region::nothing();
            region.add(run, Some(Part::new(Arc::clone(&part.layout), keys)));
            Some(region)
        })
    }

    /// The same coordinates under another name of one of their dimensions, which has the same ordinals.
    pub(crate) fn renamed(&self, run: &Run, from: DimensionId, to: DimensionId) -> Region {
        self.each(run, |part| {
            if part.layout.field(from).is_none() {
                return Some(Region { parts: vec![part.clone()] });
            }
            let dims: Vec<DimensionId> = part.dims().iter().map(|d| if *d == from { to } else { *d }).collect();
            // Under its old layout, whose fields are those of the new one.
            let layout = run.layout(&dims).ok().filter(|layout| layout.fields() == part.layout.fields())?;
            Some(Region::listed(run, &dims, part.keys.clone(), Some(&layout)))
        })
    }

    /// At most how many coordinates of an expression with these dimensions.
    pub(crate) fn size(&self, run: &Run, dims: &[DimensionId]) -> u128 {
        let of_part = |part: &Part| {
            let missing: Vec<DimensionId> = dims.iter().copied().filter(|d| !part.dims().contains(d)).collect();
            run.space(&missing).saturating_mul(part.keys.len() as u128)
        };
        self.parts.iter().fold(0u128, |all, part| all.saturating_add(of_part(part)))
    }

    /// The coordinates under a layout that has all dimensions of the parts: ascending, none twice, of items that there are.
    pub(crate) fn coordinates<K: Width>(&self, run: &Run, layout: &Layout) -> Vec<K> {
        let mut keys: Vec<K> = Vec::new();
        for part in &self.parts {
            crossed(run, part, layout, &mut keys);
        }
        ascend(&mut keys, layout.bits());
        keys
    }

    /// Tells which coordinates of a layout, which has all dimensions of the parts, are inside.
    pub(crate) fn sieve(&self, layout: &Layout) -> Sieve {
        let parts = self.parts.iter().filter_map(|part| {
            let projection = Projection::new(layout, &part.layout)?;
            let keys = if part.layout.bits() <= BITMAP_BITS {
                let mut words = vec![0u64; 1 << part.layout.bits().saturating_sub(6)];
                for key in &part.keys {
                    if let Some(word) = words.get_mut((*key >> 6) as usize) {
                        *word |= 1 << (*key & 63);
                    }
                }
                Inside::Bits(words)
            } else {
                Inside::Keys(part.keys.clone())
            };
            Some((projection, keys))
        });
        Sieve { parts: parts.collect() }
    }
}

/// Which coordinates are inside a region.
#[derive(Debug)]
pub(crate) struct Sieve {
    parts: Vec<(Projection, Inside)>,
}

#[derive(Debug)]
enum Inside {
    Bits(Vec<u64>),
    Keys(Vec<u128>),
}

impl Sieve {
    /// The places of those of some keys that are inside. Fastest for ascending keys.
    pub(crate) fn inside<K: Key>(&self, keys: &[K]) -> Vec<usize> {
        let mut walked = vec![0; self.parts.len()];
        let mut is_inside = |key: &K| {
            self.parts.iter().zip(&mut walked).any(|((projection, inside), walked)| {
                let own: u128 = projection.apply(*key);
                match inside {
                    Inside::Bits(words) => words.get((own >> 6) as usize).is_some_and(|word| (word >> (own & 63)) & 1 == 1),
                    Inside::Keys(keys) => {
                        *walked = place_from(keys, *walked, &own);
                        keys.get(*walked) == Some(&own)
                    }
                }
            })
        };
        keys.iter().enumerate().filter(|(_, key)| is_inside(key)).map(|(at, _)| at).collect()
    }
}

/// Adds each coordinate of a part with all items of the dimensions that it lacks: in order, where those stand before or behind all others.
fn crossed<K: Width>(run: &Run, part: &Part, layout: &Layout, out: &mut Vec<K>) {
    let spread = |key: u128| -> K {
        part.dims().iter().zip(part.layout.fields()).fold(K::default(), |all, (d, field)| match layout.field(*d) {
            Some(target) => all.with(target, key.get(*field)),
            None => all,
        })
    };
    let there: Vec<_> = part.dims().iter().zip(part.layout.fields()).map(|(d, field)| (run.items(*d), *field)).collect();
    let restless: Vec<_> = there.iter().filter(|(items, _)| !items.is_natural()).collect();
    let is_there = |key: &u128| restless.iter().all(|(items, field)| items.position(key.get(*field)).is_some());
    let mut own: Vec<K> = part.keys.iter().filter(|key| is_there(key)).map(|key| spread(*key)).collect();
    if !own.is_sorted() {
        radix::sort_by_key(&mut own, layout.bits(), |key| *key);
    }
    let combinations = |dims: &mut dyn Iterator<Item = DimensionId>| -> Vec<K> {
        let mut keys = vec![K::default()];
        for dimension in dims {
            let (Some(field), live) = (layout.field(dimension), run.live(dimension)) else { continue };
            keys = keys.iter().flat_map(|k| live.iter().map(|i| k.with(field, *i))).collect();
        }
        keys
    };
    let first = layout.dims().iter().position(|d| part.dims().contains(d)).unwrap_or(0);
    let missing = |from: usize, to: usize| {
        layout.dims().iter().take(to).skip(from).copied().filter(|d| !part.dims().contains(d)).collect::<Vec<_>>().into_iter()
    };
    let heads = combinations(&mut missing(0, first));
    let tails = combinations(&mut missing(first, layout.dims().len()));
    out.reserve(heads.len().saturating_mul(own.len()).saturating_mul(tails.len()));
    for head in &heads {
        for key in &own {
            let key = key.both(*head);
            out.extend(tails.iter().map(|tail| key.both(*tail)));
        }
    }
}
