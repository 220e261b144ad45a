//! `[BY …]` upward, `[REMOVE …]`, `[KEEP …]` and the …OF functions: cells to groups. No joins and no hashing where the groups are dense.

use std::sync::Arc;

use smalt_formula::program::{Method, Node};
use smalt_model::{DecimalSum, DimensionId, Type};
use smalt_vault::{BLANK_INTEGER, Builder, Cells, CountedSum, ExactSum, Key, Layout, Vector};

use super::by_word::WordTotals;
use super::exact::ExactSums;
use super::leading::Parts;
use super::source::Source;
use super::target::Targets;
use super::together::together;
use super::totals::{Accumulator, Bound, Mean, Totals};
use crate::error::CalcError;
use crate::eval::{Scope, Site, exact};
use crate::feed::PIECE;
use crate::incremental::kept::Sums;
use crate::width::Width;

/// How coordinates become groups.
pub(crate) struct Grouping<'a> {
    /// Surroundings of the mappings.
    pub(crate) scope: &'a Scope,
    /// (target dimension, item expression).
    pub(crate) mappings: &'a [(DimensionId, Node)],
    /// Dimensions that stay.
    pub(crate) kept: &'a [DimensionId],
    pub(crate) method: Method,
    /// The dimensions of the source as declared: the order of FIRST and LAST.
    pub(crate) source_dims: &'a [DimensionId],
    /// The type of the result.
    pub(crate) ty: Type,
    /// Its dimensions.
    pub(crate) layout: Arc<Layout>,
}

impl Grouping<'_> {
    /// Which group each place of the source goes to.
    pub(super) fn targets<T: Width>(&self, source: &Source) -> Result<Targets<'_, T>, CalcError> {
        Targets::new(self.scope, self.kept, self.mappings, &self.layout, source.layout().map(Arc::as_ref), source.size())
    }
}

/// Groups a source.
pub(crate) fn group(source: &Source, grouping: &Grouping<'_>) -> Result<Cells, CalcError> {
    match (source.layout().is_some_and(|l| l.is_wide()), grouping.layout.is_wide()) {
        (false, false) => by_method::<u64, u64>(source, grouping),
        (false, true) => by_method::<u64, u128>(source, grouping),
        (true, false) => by_method::<u128, u64>(source, grouping),
        (true, true) => by_method::<u128, u128>(source, grouping),
    }
}

fn by_method<S: Width, T: Width>(source: &Source, g: &Grouping<'_>) -> Result<Cells, CalcError> {
    let number = |v: f64| if v.is_finite() { v } else { f64::NAN };
    match (g.method, g.ty) {
        (Method::Sum, Type::Number) if keeps_sums(source, g) => {
            let (keys, sums) = counted::<S, T>(source, g)?;
            let cells = finish(g, keys.clone(), Vector::Number(sums.iter().map(|s| number(s.sum().value())).collect()));
            if let Some(kept) = g.scope.run.kept() {
                kept.put_fresh(&cells, Sums::of(keys.into_iter().map(Key::wide).zip(sums)));
            }
            Ok(cells)
        }
        (Method::Sum, Type::Number) => {
            let (keys, sums) = accumulate::<S, T, ExactSum>(source, g, ExactSum::add, Some(|total, sum| total.merge(sum.sum())))?;
            Ok(finish(g, keys, Vector::Number(sums.iter().map(|s| number(s.value())).collect())))
        }
        (Method::Avg, Type::Number) => {
            let (keys, means) = accumulate::<S, T, Mean>(source, g, Mean::add, Some(Mean::take))?;
            Ok(finish(g, keys, Vector::Number(means.iter().map(|m| number(m.sum.mean(m.count))).collect())))
        }
        (Method::Min, Type::Number) => {
            let (keys, bounds) = accumulate::<S, T, Bound<false>>(source, g, Bound::add, None)?;
            Ok(finish(g, keys, Vector::Number(bounds.iter().map(|b| b.0).collect())))
        }
        (Method::Max, Type::Number) => {
            let (keys, bounds) = accumulate::<S, T, Bound<true>>(source, g, Bound::add, None)?;
            Ok(finish(g, keys, Vector::Number(bounds.iter().map(|b| b.0).collect())))
        }
        (Method::Sum, Type::Integer | Type::Decimal { .. }) | (Method::Avg, Type::Decimal { .. }) => {
            let totals = workers::<S, T, DecimalSum>(source, g, |total, values, at| {
                if let Some(value) = exact(values, at) {
                    total.add(value.units);
                }
            })?;
            let (keys, sums) = totals.finish::<T>();
            let sums = ExactSums { ty: g.ty, average: g.method == Method::Avg }.values(&sums, |_| g.scope.run.add_too_large(1));
            Ok(finish(g, keys, sums))
        }
        (Method::Count, _) => {
            let (keys, counts) = workers::<S, T, u64>(source, g, |total, _, _| *total += 1)?.finish::<T>();
            Ok(finish(g, keys, Vector::Integer(counts.iter().map(|c| i64::try_from(*c).unwrap_or(BLANK_INTEGER)).collect())))
        }
        _ => together::<S, T>(source, g),
    }
}

/// Groups of at least so many cells on the average are kept with what they are made of, so that a cell can be exchanged in them.
const LARGE_GROUPS: u128 = 16;
/// Not more groups than this.
const MOST_GROUPS: u128 = 1 << 18;

fn keeps_sums(source: &Source, g: &Grouping<'_>) -> bool {
    let groups = g.scope.run.space(g.layout.dims());
    g.scope.run.kept().is_some() && source.layout().is_some() && groups <= MOST_GROUPS && groups * LARGE_GROUPS <= source.size()
}

fn counted<S: Width, T: Width>(source: &Source, g: &Grouping<'_>) -> Result<(Vec<T>, Vec<CountedSum>), CalcError> {
    accumulate::<S, T, CountedSum>(source, g, CountedSum::add, Some(CountedSum::merge))
}

/// The sums of a source's groups with what they are made of, by packed group.
pub(crate) fn sums(source: &Source, g: &Grouping<'_>) -> Result<Vec<(u128, CountedSum)>, CalcError> {
    fn of<S: Width, T: Width>(source: &Source, g: &Grouping<'_>) -> Result<Vec<(u128, CountedSum)>, CalcError> {
        let (keys, sums) = counted::<S, T>(source, g)?;
        Ok(keys.into_iter().map(Key::wide).zip(sums).collect())
    }
    match (source.layout().is_some_and(|l| l.is_wide()), g.layout.is_wide()) {
        (false, false) => of::<u64, u64>(source, g),
        (false, true) => of::<u64, u128>(source, g),
        (true, false) => of::<u128, u64>(source, g),
        (true, true) => of::<u128, u128>(source, g),
    }
}

/// The packed groups of some coordinates of a layout; `None` for one that goes nowhere.
pub(crate) fn groups_of(g: &Grouping<'_>, layout: &Arc<Layout>, keys: &[u128]) -> Result<Vec<Option<u128>>, CalcError> {
    let targets: Targets<'_, u128> = Targets::new(g.scope, g.kept, g.mappings, &g.layout, Some(layout), keys.len() as u128)?;
    let mut groups = Vec::with_capacity(keys.len());
    for piece in keys.chunks(PIECE) {
        let found = targets.of(&Site::at(layout, piece))?;
        groups.extend(found.into_iter().map(|group| (group != u128::HIGHEST).then_some(group)));
    }
    Ok(groups)
}

fn finish<T: Width>(g: &Grouping<'_>, keys: Vec<T>, values: Vector) -> Cells {
    let mut builder = Builder::new(Arc::clone(&g.layout), g.ty);
    builder.push_plain(keys, values);
    T::cells(builder.finish())
}

/// Groups of a NUMBER (or INTEGER read as NUMBER) source. `add` gives a total a number, `take` the sum of some, if that is all that it is made of.
fn accumulate<S: Width, T: Width, A: Accumulator>(
    source: &Source,
    g: &Grouping<'_>,
    add: impl Fn(&mut A, f64) + Copy + Sync,
    take: Option<fn(&mut A, &CountedSum)>,
) -> Result<(Vec<T>, Vec<A>), CalcError> {
    let size = source.size();
    let groups = g.targets::<T>(source)?;
    let by_word = source.layout().and_then(|layout| groups.by_word(layout));
    let all = |totals: &mut Totals<A>, site: &Site<'_, S>, values: &[f64]| {
        if let Some((words, by_word)) = site.words().zip(by_word.as_ref()) {
            WordTotals { by_word, totals, add, take }.add(words, values);
            return Ok(());
        }
        for (key, value) in groups.of(site)?.into_iter().zip(values) {
            if !value.is_nan()
                && key != T::HIGHEST
                && let Some(total) = totals.at(key)
            {
                add(total, *value);
            }
        }
        Ok(())
    };
    if let Source::Stored(cells) = source
        && let Some(body) = S::body(cells)
        && let Some(parts) = Parts::of(body, &groups, &g.layout)
    {
        return parts.accumulate(body, &g.layout, all);
    }
    let totals = source.work_numbers::<S, Totals<A>>(&g.layout, || Totals::new(g.layout.bits(), size), all)?;
    Ok(merged(totals, g.layout.bits(), size).finish::<T>())
}

/// Groups of a source of any type.
fn workers<S: Width, T: Width, A: Accumulator>(
    source: &Source,
    g: &Grouping<'_>,
    add: impl Fn(&mut A, &Vector, usize) + Sync,
) -> Result<Totals<A>, CalcError> {
    let size = source.size();
    let groups = g.targets::<T>(source)?;
    let totals = source.work::<S, Totals<A>>(
        &g.layout,
        || Totals::new(g.layout.bits(), size),
        |totals, piece| {
            for (at, key) in groups.of(&piece.site)?.into_iter().enumerate() {
                if !piece.values.is_blank(at)
                    && key != T::HIGHEST
                    && let Some(total) = totals.at(key)
                {
                    add(total, &piece.values, at);
                }
            }
            Ok(())
        },
    )?;
    Ok(merged(totals, g.layout.bits(), size))
}

fn merged<A: Accumulator>(totals: Vec<Totals<A>>, bits: u32, size: u128) -> Totals<A> {
    totals.into_iter().reduce(Totals::merge).unwrap_or_else(|| Totals::new(bits, size))
}
