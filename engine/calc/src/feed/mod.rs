//! Coordinates at which an expression is to be evaluated, in ranges that can be worked on at the same time.

mod domain;

use std::sync::Arc;

use smalt_model::DimensionId;
use smalt_vault::{Body, Cells, Field, Keys, Layout, Moves};

use crate::error::CalcError;
use crate::eval::{OfBlock, Scope, Site, all_keys};
use crate::incremental::region::{Region, Sieve};
use crate::reorder::reorder;
use crate::width::Width;

pub(crate) use domain::{Domain, domain};

/// Coordinates are handed out in ranges of about this many.
const RANGE: usize = 16_384;

/// Coordinates that are worked on at once: a handful of columns of them stay in a second-level cache, and buffers of that size are
/// used again at once instead of being fetched from the system.
pub(crate) const PIECE: usize = 8_192;

/// A range of keys: from, to (exclusive; `None` is the end).
pub(crate) type Range<K> = (K, Option<K>);

/// Sorted coordinates of one layout.
#[derive(Debug)]
pub(crate) enum Feed<K> {
    /// The cells of a body, each moved along a field by a distance in ordinals where there is one.
    Stored(Body<K>, Option<Shift>),
    /// A sorted list.
    Listed(Vec<K>),
    /// Any of them.
    Union(Vec<Feed<K>>),
    /// Each coordinate of a set crossed with all combinations of the lowest fields.
    Crossed(Box<Feed<K>>, Vec<K>, u32),
    /// Those that are inside a region.
    Sifted(Box<Feed<K>>, Sieve),
}

/// Moves a field by a distance; what leaves `0..count` is left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shift {
    field: Field,
    by: i64,
    count: i64,
}

/// The coordinates of one range, ascending.
#[derive(Debug)]
pub(crate) enum Places<K> {
    /// Exactly those of a stored block.
    Shared(Arc<Keys<K>>),
    /// These.
    Listed(Vec<K>),
}

impl<K: Width> Places<K> {
    /// The number of coordinates.
    pub(crate) fn len(&self) -> usize {
        match self {
            Places::Shared(keys) => keys.len(),
            Places::Listed(keys) => keys.len(),
        }
    }

    /// All of them.
    pub(crate) fn into_keys(self) -> Vec<K> {
        match self {
            Places::Shared(keys) => keys.decode(),
            Places::Listed(keys) => keys,
        }
    }

    /// Puts those at the places `from..to` in place of what `out` holds.
    pub(crate) fn part(&self, from: usize, to: usize, out: &mut Vec<K>) {
        match self {
            Places::Shared(keys) => keys.decode_part(from, to, out),
            Places::Listed(keys) => {
                out.clear();
                out.extend_from_slice(keys.get(from..to.min(keys.len())).unwrap_or_default());
            }
        }
    }

    /// Hands them to `f` in pieces that stay in a second-level cache with what is computed at them, in order.
    pub(crate) fn in_pieces<E>(&self, layout: &Arc<Layout>, mut f: impl FnMut(Site<'_, K>) -> Result<(), E>) -> Result<(), E> {
        match self {
            Places::Shared(keys) => match keys.in_words(PIECE) {
                Some(mut pieces) => pieces.try_for_each(|words| f(Site::of_block(layout, &OfBlock::words(keys, &words)))),
                None => {
                    (0..keys.len()).step_by(PIECE).try_for_each(|from| f(Site::of_block(layout, &OfBlock::part(keys, from, from + PIECE))))
                }
            },
            Places::Listed(keys) => keys.chunks(PIECE).try_for_each(|piece| f(Site::at(layout, piece))),
        }
    }
}

/// The order in which the dimensions of a domain are best walked: that of its largest stored part, then what it lacks, in the order of
/// `dims`.
pub(crate) fn walk_order(domain: &Domain, dims: &[DimensionId]) -> Vec<DimensionId> {
    fn lead(domain: &Domain) -> Option<&[DimensionId]> {
        match domain {
            Domain::Input(_, dims) => Some(dims),
            Domain::Shifted(base, ..) | Domain::Lines(base, _) => lead(base),
            Domain::Union(parts, _) => parts.iter().filter_map(lead).max_by_key(|d| d.len()),
            Domain::Nothing | Domain::Everything(_) => None,
        }
    }
    let mut order: Vec<DimensionId> = lead(domain).unwrap_or_default().iter().copied().filter(|d| dims.contains(d)).collect();
    let missing: Vec<DimensionId> = dims.iter().copied().filter(|d| !order.contains(d)).collect();
    order.extend(missing);
    order
}

impl<K: Width> Feed<K> {
    /// The coordinates of a domain under a layout that has all its dimensions.
    pub(crate) fn new(domain: &Domain, layout: &Arc<Layout>, scope: &Scope) -> Result<Feed<K>, CalcError> {
        scope.run.allow(domain.size_over(layout.dims(), scope), layout.dims())?;
        let own: Vec<DimensionId> = layout.dims().iter().copied().filter(|d| domain.dims().contains(d)).collect();
        if matches!(domain, Domain::Nothing) {
            return Ok(Feed::Listed(Vec::new()));
        }
        if own.len() < layout.dims().len() && !matches!(domain, Domain::Everything(_)) {
            return crossed(domain, &own, layout, scope);
        }
        Ok(match domain {
            Domain::Nothing => Feed::Listed(Vec::new()),
            Domain::Everything(_) => Feed::Listed(all_keys(&scope.run, layout)),
            Domain::Input(input, _) => Feed::Stored(stored(*input, layout, scope)?, None),
            Domain::Shifted(base, dimension, by) => {
                let items = scope.run.items(*dimension);
                match (base.as_ref(), layout.field(*dimension)) {
                    (Domain::Input(input, _), Some(field)) if items.is_natural() => {
                        let shift = Shift { field, by: *by, count: i64::from(items.capacity()) };
                        Feed::Stored(stored(*input, layout, scope)?, Some(shift))
                    }
                    _ => Feed::Listed(lines(&Feed::new(base, layout, scope)?.all(), *dimension, layout, scope)),
                }
            }
            Domain::Lines(base, dimension) => Feed::Listed(lines(&Feed::new(base, layout, scope)?.all(), *dimension, layout, scope)),
            Domain::Union(parts, _) => Feed::Union(parts.iter().map(|p| Feed::new(p, layout, scope)).collect::<Result<Vec<_>, _>>()?),
        })
    }

    /// The coordinates of a domain that are inside a region.
    pub(crate) fn within(domain: &Domain, region: &Region, layout: &Arc<Layout>, scope: &Scope) -> Result<Feed<K>, CalcError> {
        if matches!(domain, Domain::Nothing) {
            return Ok(Feed::Listed(Vec::new()));
        }
        let (listed, walked) = (region.size(&scope.run, layout.dims()), domain.size_over(layout.dims(), scope));
        // Where there are more coordinates in the region than in the domain, it is cheaper to ask of each whether it is inside.
        if listed <= walked.max(RANGE as u128) {
            return Ok(Feed::Listed(region.coordinates(&scope.run, layout)));
        }
        Ok(Feed::Sifted(Box::new(Feed::new(domain, layout, scope)?), region.sieve(layout)))
    }

    /// Ranges that together hold every coordinate.
    pub(crate) fn ranges(&self) -> Vec<Range<K>> {
        let mut cuts = self.cuts();
        cuts.sort_unstable();
        cuts.dedup();
        let mut from = K::default();
        let mut out = Vec::with_capacity(cuts.len() + 1);
        for cut in cuts.into_iter().filter(|c| *c != K::default()) {
            out.push((from, Some(cut)));
            from = cut;
        }
        out.push((from, None));
        out
    }

    fn cuts(&self) -> Vec<K> {
        match self {
            Feed::Stored(body, None) => body.cuts().to_vec(),
            Feed::Stored(body, Some(shift)) => body.cuts().iter().filter_map(|c| shift.apply(*c)).collect(),
            Feed::Listed(keys) => keys.iter().step_by(RANGE).copied().collect(),
            Feed::Sifted(base, _) => base.cuts(),
            Feed::Union(parts) => parts.iter().map(Feed::cuts).max_by_key(Vec::len).unwrap_or_default(),
            Feed::Crossed(base, combinations, bits) => {
                // A range of the base grows by the number of combinations; cut it finer where that is much.
                let cuts = base.cuts();
                let shifted = |k: K| K::narrow(k.wide() << bits);
                if combinations.len() <= 4 {
                    return cuts.into_iter().map(shifted).collect();
                }
                let step = (RANGE / combinations.len()).max(1);
                base.all().into_iter().step_by(step).map(shifted).collect()
            }
        }
    }

    /// All coordinates.
    pub(crate) fn all(&self) -> Vec<K> {
        self.range((K::default(), None)).into_keys()
    }

    /// The coordinates of a range.
    pub(crate) fn range(&self, (from, to): Range<K>) -> Places<K> {
        match self {
            Feed::Stored(body, None) => match body.range(from, to) {
                Some(chunk) => Places::Shared(chunk.keys),
                None => Places::Listed(Vec::new()),
            },
            Feed::Stored(body, Some(shift)) => {
                let low = shift.back(from).unwrap_or_default();
                // Nothing lies below the lowest key.
                let high = to.map(|to| shift.back(to).unwrap_or_default());
                let found = body.range(low, high);
                if let Some(keys) = found.as_ref().and_then(|chunk| shift.apply_all(&chunk.keys)) {
                    return Places::Shared(Arc::new(keys));
                }
                let keys = found.map(|c| c.keys.decode()).unwrap_or_default();
                let inside = |k: &K| *k >= from && to.is_none_or(|to| *k < to);
                Places::Listed(keys.into_iter().filter_map(|k| shift.apply(k)).filter(inside).collect())
            }
            Feed::Listed(keys) => {
                let low = keys.partition_point(|k| *k < from);
                let high = to.map_or(keys.len(), |to| keys.partition_point(|k| *k < to));
                Places::Listed(keys.get(low..high).unwrap_or_default().to_vec())
            }
            Feed::Sifted(base, sieve) => {
                let keys = base.range((from, to)).into_keys();
                Places::Listed(sieve.inside(&keys).into_iter().filter_map(|at| keys.get(at).copied()).collect())
            }
            Feed::Union(parts) => parts.iter().map(|p| p.range((from, to))).reduce(union).unwrap_or(Places::Listed(Vec::new())),
            Feed::Crossed(base, combinations, bits) => {
                // A range may begin or end among the combinations of one coordinate of the base: another part of a union made the cut.
                let low = K::narrow(from.wide() >> bits);
                let high = to.map(|to| K::narrow(to.wide().div_ceil(1 << bits)));
                let inside = |k: &K| *k >= from && to.is_none_or(|to| *k < to);
                let mut keys = Vec::new();
                for key in base.range((low, high)).into_keys() {
                    let top = key.wide() << bits;
                    keys.extend(combinations.iter().map(|c| K::narrow(top | c.wide())).filter(inside));
                }
                Places::Listed(keys)
            }
        }
    }
}

impl Shift {
    fn apply<K: Width>(&self, key: K) -> Option<K> {
        let moved = i64::from(key.get(self.field)) + self.by;
        (0..self.count).contains(&moved).then(|| key.clear(self.field).with(self.field, u32::try_from(moved).unwrap_or(0)))
    }

    /// The same for the keys of a block, where that can be done by words and any are left.
    fn apply_all<K: Width>(&self, keys: &Keys<K>) -> Option<Keys<K>> {
        keys.looked_at(&Moves::along(self.field, -self.by, u32::try_from(self.count).ok()?)?)
    }

    /// The key of which a moved key came, as integers: below the lowest is `None`.
    fn back<K: Width>(&self, key: K) -> Option<K> {
        let distance = u128::from(self.by.unsigned_abs()) << self.field.shift;
        if self.by >= 0 { key.wide().checked_sub(distance) } else { key.wide().checked_add(distance) }.map(K::narrow)
    }
}

fn stored<K: Width>(input: usize, layout: &Arc<Layout>, scope: &Scope) -> Result<Body<K>, CalcError> {
    let cells = scope.inputs.get(input).ok_or(CalcError::Internal("a plan's input is missing"))?;
    let moved: Arc<Cells> = if cells.layout() == layout { Arc::clone(cells) } else { Arc::new(reorder(cells, layout)?) };
    K::body(&moved).cloned().ok_or(CalcError::Internal("an input has another key width"))
}

/// Every item of a dimension on each line that has a key.
fn lines<K: Width>(keys: &[K], dimension: DimensionId, layout: &Layout, scope: &Scope) -> Vec<K> {
    let Some(field) = layout.field(dimension) else { return keys.to_vec() };
    let live = scope.run.live(dimension);
    let mut heads: Vec<K> = keys.iter().map(|k| k.clear(field)).collect();
    heads.sort_unstable();
    heads.dedup();
    let mut out: Vec<K> = heads.iter().flat_map(|h| live.iter().map(|i| h.with(field, *i)).collect::<Vec<_>>()).collect();
    out.sort_unstable();
    out
}

/// A set crossed with all items of the dimensions that it lacks.
fn crossed<K: Width>(domain: &Domain, own: &[DimensionId], layout: &Arc<Layout>, scope: &Scope) -> Result<Feed<K>, CalcError> {
    let missing: Vec<DimensionId> = layout.dims().iter().copied().filter(|d| !own.contains(d)).collect();
    if domain.size(scope) == 0 {
        return Ok(Feed::Listed(Vec::new()));
    }
    scope.run.allow(scope.run.space(&missing), &missing)?;
    let own_layout = scope.run.layout(own)?;
    let missing_layout = scope.run.layout(&missing)?;
    let combinations: Vec<K> = all_keys(&scope.run, &missing_layout);
    let leads = layout.dims().starts_with(own);
    if leads && (!own_layout.is_wide() || layout.is_wide()) {
        // The base keeps its own width; it is narrow or as wide as the result.
        let base: Feed<K> = if own_layout.is_wide() == layout.is_wide() {
            Feed::new(domain, &own_layout, scope)?
        } else {
            Feed::Listed(Feed::<u64>::new(domain, &own_layout, scope)?.all().into_iter().map(|k| K::narrow(u128::from(k))).collect())
        };
        return Ok(Feed::Crossed(Box::new(base), combinations, missing_layout.bits()));
    }
    let spread = |wide: u128, from: &Layout, to: &Layout| -> K {
        from.dims().iter().zip(from.fields()).fold(K::default(), |key, (d, f)| match to.field(*d) {
            Some(target) => key.with(target, smalt_vault::Key::get(wide, *f)),
            None => key,
        })
    };
    let base: Vec<u128> = if own_layout.is_wide() {
        Feed::<u128>::new(domain, &own_layout, scope)?.all()
    } else {
        Feed::<u64>::new(domain, &own_layout, scope)?.all().into_iter().map(u128::from).collect()
    };
    let tails: Vec<u128> = combinations.iter().map(|c| spread(c.wide(), &missing_layout, layout).wide()).collect();
    let mut out: Vec<K> = base
        .into_iter()
        .map(|b| spread(b, &own_layout, layout).wide())
        .flat_map(|head| tails.iter().map(move |t| K::narrow(head | t)))
        .collect();
    out.sort_unstable();
    Ok(Feed::Listed(out))
}

fn union<K: Width>(a: Places<K>, b: Places<K>) -> Places<K> {
    if b.len() == 0 {
        return a;
    }
    if a.len() == 0 {
        return b;
    }
    if let (Places::Shared(x), Places::Shared(y)) = (&a, &b)
        && Arc::ptr_eq(x, y)
    {
        return a;
    }
    let (a, b) = (a.into_keys(), b.into_keys());
    let mut keys = Vec::with_capacity(a.len().max(b.len()));
    let (mut x, mut y) = (a.into_iter().peekable(), b.into_iter().peekable());
    loop {
        match (x.peek().copied(), y.peek().copied()) {
            (Some(k), Some(l)) => {
                if k <= l {
                    x.next();
                }
                if l <= k {
                    y.next();
                }
                keys.push(k.min(l));
            }
            (Some(_), None) => {
                keys.extend(x);
                break;
            }
            (None, _) => {
                keys.extend(y);
                break;
            }
        }
    }
    Places::Listed(keys)
}
