//! `[BY …]` upward, `[REMOVE …]`, `[KEEP …]` and the …OF functions: cells to groups. No joins and no hashing where the groups are dense.

use std::collections::BTreeMap;
use std::sync::Arc;

use smalt_formula::program::{Method, Node};
use smalt_model::{DecimalSum, DimensionId, Type, Value};
use smalt_vault::{BLANK_INTEGER, Builder, Cells, ExactSum, Field, Layout, Vector};

use super::exact::ExactSums;
use super::source::Source;
use super::target::Targets;
use super::totals::{Accumulator, Bound, Mean, Totals};
use crate::call::Facts;
use crate::error::CalcError;
use crate::eval::{Scope, exact, to_numbers};
use crate::reorder::from_unsorted;
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
    fn targets<T: Width>(&self, source: &Source) -> Result<Targets<'_, T>, CalcError> {
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
        (Method::Sum, Type::Number) => {
            let (keys, sums) = accumulate::<S, T, ExactSum>(source, g, |total, values, at| {
                if let Some(v) = values.get(at) {
                    total.add(*v);
                }
            })?;
            Ok(finish(g, keys, Vector::Number(sums.iter().map(|s| number(s.value())).collect())))
        }
        (Method::Avg, Type::Number) => {
            let (keys, means) = accumulate::<S, T, Mean>(source, g, |total, values, at| {
                if let Some(v) = values.get(at) {
                    total.sum.add(*v);
                    total.count += 1;
                }
            })?;
            Ok(finish(g, keys, Vector::Number(means.iter().map(|m| number(m.sum.value() / m.count as f64)).collect())))
        }
        (Method::Min, Type::Number) => {
            let (keys, bounds) = accumulate::<S, T, Bound<false>>(source, g, |total, values, at| {
                values.get(at).into_iter().for_each(|v| total.add(*v));
            })?;
            Ok(finish(g, keys, Vector::Number(bounds.iter().map(|b| b.0).collect())))
        }
        (Method::Max, Type::Number) => {
            let (keys, bounds) = accumulate::<S, T, Bound<true>>(source, g, |total, values, at| {
                values.get(at).into_iter().for_each(|v| total.add(*v));
            })?;
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
        _ => by_values::<S, T>(source, g),
    }
}

fn finish<T: Width>(g: &Grouping<'_>, keys: Vec<T>, values: Vector) -> Cells {
    let mut builder = Builder::new(Arc::clone(&g.layout), g.ty);
    builder.push_plain(keys, values);
    T::cells(builder.finish())
}

/// Groups of a NUMBER (or INTEGER read as NUMBER) source.
fn accumulate<S: Width, T: Width, A: Accumulator>(
    source: &Source,
    g: &Grouping<'_>,
    add: impl Fn(&mut A, &[f64], usize) + Sync,
) -> Result<(Vec<T>, Vec<A>), CalcError> {
    let size = source.size();
    let groups = g.targets::<T>(source)?;
    let totals = source.work::<S, Totals<A>>(
        &g.layout,
        || Totals::new(g.layout.bits(), size),
        |totals, mut piece| {
            let values = to_numbers(std::mem::replace(&mut piece.values, Vector::Number(Vec::new())));
            for (at, (key, value)) in groups.of(&piece)?.into_iter().zip(&values).enumerate() {
                if !value.is_nan()
                    && key != T::HIGHEST
                    && let Some(total) = totals.at(key)
                {
                    add(total, &values, at);
                }
            }
            Ok(())
        },
    )?;
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
            for (at, key) in groups.of(&piece)?.into_iter().enumerate() {
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

/// Methods that need a group's values together: they are collected with their coordinates and put in order.
fn by_values<S: Width, T: Width>(source: &Source, g: &Grouping<'_>) -> Result<Cells, CalcError> {
    let order = g.source_dims.iter().map(|d| g.scope.run.position(*d)).collect::<Vec<_>>();
    // The places of a cell's items in their orders; the number of a row.
    type Rank = (Vec<u32>, usize);
    type Found = Vec<(u128, Rank, Value)>;
    let groups = g.targets::<T>(source)?;
    let found = source.work::<S, Found>(&g.layout, Vec::new, |found, piece| {
        let fields: Vec<Option<Field>> = g.source_dims.iter().map(|d| piece.site.layout.field(*d)).collect();
        for (at, target) in groups.of(&piece)?.into_iter().enumerate() {
            if target == T::HIGHEST {
                continue;
            }
            let Some(value) = piece.values.get(at) else { continue };
            let place = match piece.site.keys.get(at) {
                Some(key) => (
                    fields
                        .iter()
                        .zip(&order)
                        .map(|(f, p)| f.map_or(0, |f| p.get(key.get(f) as usize).copied().unwrap_or(u32::MAX)))
                        .collect(),
                    0,
                ),
                None => (Vec::new(), piece.site.rows.map_or(at, |(_, from)| from + at)),
            };
            found.push((target.wide(), place, value));
        }
        Ok(())
    })?;
    let mut groups: BTreeMap<u128, Vec<(Rank, Value)>> = BTreeMap::new();
    for (target, place, value) in found.into_iter().flatten() {
        groups.entry(target).or_default().push((place, value));
    }
    let item_places = match g.ty {
        Type::Item(d) => Some(g.scope.run.position(d)),
        _ => None,
    };
    let mut keys = Vec::with_capacity(groups.len());
    let mut values = Vector::blank(g.ty, 0);
    for (target, mut members) in groups {
        members.sort_by(|(a, _), (b, _)| a.cmp(b));
        let members: Vec<Value> = members.into_iter().map(|(_, v)| v).collect();
        keys.push(T::narrow(target));
        let texts = |v: &Value| super::reduce::as_text(v, &g.scope.run);
        values.push(super::reduce::reduce(g.method, g.ty, members, item_places.as_deref(), &texts).as_ref());
    }
    Ok(from_unsorted(&g.layout, keys, values))
}
