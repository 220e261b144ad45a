//! CUMULATE, DECUMULATE, MOVINGSUM and MOVINGAVERAGE of integers and decimals: exact, whatever their size.

use std::sync::Arc;

use rayon::prelude::*;
use smalt_formula::program::{Along, Method};
use smalt_model::{DecimalSum, Type};
use smalt_vault::{Builder, Cells, Keys, Vector};

use super::exact::ExactSums;
use super::line::{Line, Walk, constant, walk};
use crate::error::CalcError;
use crate::eval::exact;
use crate::width::Width;

/// Whether a function is computed here.
pub(super) fn takes(line: &Line<'_>) -> bool {
    let adds = match line.function {
        Along::Cumulate => matches!(line.method, Method::Sum | Method::Avg),
        Along::Decumulate | Along::MovingSum | Along::MovingAverage => true,
        _ => false,
    };
    adds && matches!(line.ty, Type::Integer | Type::Decimal { .. })
}

/// The function over cells whose last dimension is the line's.
pub(super) fn lines<K: Width>(cells: &Cells, line: &Line<'_>) -> Result<Cells, CalcError> {
    let body = K::body(cells).ok_or(CalcError::Internal("a line has another key width"))?;
    let layout = cells.layout();
    let field = layout.fields().last().copied().ok_or(CalcError::Internal("a line has no dimension"))?;
    let walk = walk(line)?;
    let natural = walk.items.is_sorted();
    // The cells stay where they are, so their keys are shared.
    let stays = natural && matches!(line.function, Along::Cumulate | Along::Decumulate);
    let sums_to = ExactSums { ty: line.ty, average: line.method == Method::Avg };
    // Ranges end where a line ends, so that no line is torn apart.
    let mut cuts: Vec<K> = body.cuts().iter().map(|k| k.prefix(field.bits)).collect();
    cuts.dedup();
    type Piece<K> = (Option<Arc<Keys<K>>>, Vec<K>, Vector);
    let pieces: Vec<Option<Piece<K>>> = (0..cuts.len())
        .into_par_iter()
        .map(|at| {
            let from = if at == 0 { K::default() } else { cuts.get(at).copied().unwrap_or_default() };
            let Some(chunk) = body.range(from, cuts.get(at + 1).copied()) else { return Ok(None) };
            let keys = chunk.keys.decode();
            let values = chunk.column.to_vector();
            let mut out: Vec<(K, DecimalSum)> = Vec::with_capacity(keys.len());
            let mut start = 0;
            while let Some(key) = keys.get(start) {
                let head = key.prefix(field.bits);
                let len = keys.get(start..).map_or(0, |rest| rest.partition_point(|k| k.prefix(field.bits) == head));
                let place = |key: &K| walk.places.get(key.get(field) as usize).copied().unwrap_or(u32::MAX);
                let own = keys.iter().enumerate().skip(start).take(len);
                let mut members: Vec<(u32, i128)> = own.filter_map(|(i, key)| Some((place(key), exact(&values, i)?.units))).collect();
                if !natural {
                    members.sort_unstable_by_key(|(place, _)| *place);
                }
                let item = |place: u32| walk.items.get(place as usize).map(|item| head.with(field, *item));
                out.extend(sums(line, &walk, &members)?.into_iter().filter_map(|(place, sum)| Some((item(place)?, sum))));
                start += len;
            }
            if !natural {
                out.sort_unstable_by_key(|(key, _)| *key);
            }
            let (keys, sums): (Vec<K>, Vec<DecimalSum>) = out.into_iter().unzip();
            let values = sums_to.values(&sums, |_| line.scope.run.add_too_large(1));
            Ok(Some(if stays { (Some(chunk.keys), Vec::new(), values) } else { (None, keys, values) }))
        })
        .collect::<Result<_, CalcError>>()?;
    let mut builder = Builder::new(Arc::clone(layout), line.ty);
    for (shared, keys, values) in pieces.into_iter().flatten() {
        match shared {
            Some(shared) => builder.push(&shared, values),
            None => builder.push_plain(keys, values),
        }
    }
    Ok(K::cells(builder.finish()))
}

/// What each place of one line comes to; `members` are its cells by place, ascending.
fn sums(line: &Line<'_>, walk: &Walk, members: &[(u32, i128)]) -> Result<Vec<(u32, DecimalSum)>, CalcError> {
    let run = |place: u32| walk.runs.get(place as usize).copied();
    let mut sum = DecimalSum::default();
    match line.function {
        Along::Cumulate => Ok(with_before(members)
            .map(|(before, (place, value))| {
                if before.is_none_or(|(before, _)| run(before) != run(place)) {
                    sum = DecimalSum::default();
                }
                sum.add(value);
                (place, sum)
            })
            .collect()),
        Along::Decumulate => Ok(with_before(members)
            .map(|(before, (place, value))| {
                let mut difference = DecimalSum::default();
                difference.add(value);
                if let Some((_, earlier)) = before.filter(|(before, _)| run(*before) == run(place)) {
                    difference.add(-earlier);
                }
                (place, difference)
            })
            .collect()),
        _ => {
            let (Some(window), Some(offset)) = (constant(line.args.first(), None), constant(line.args.get(1), Some(0))) else {
                return Err(CalcError::Internal("a window that is no constant"));
            };
            let inside = |place: u32| {
                let last = i64::from(place).saturating_add(offset);
                let first = last.saturating_sub(window - 1);
                let from = members.partition_point(|(p, _)| i64::from(*p) < first);
                let to = members.partition_point(|(p, _)| i64::from(*p) <= last);
                let mut sum = DecimalSum::default();
                members.get(from..to.max(from)).unwrap_or_default().iter().for_each(|(_, value)| sum.add(*value));
                (place, sum)
            };
            let places = u32::try_from(walk.items.len()).unwrap_or(u32::MAX);
            Ok((0..places).map(inside).filter(|(_, sum)| sum.count() > 0 && window >= 1).collect())
        }
    }
}

/// Each cell with the one before it.
fn with_before(members: &[(u32, i128)]) -> impl Iterator<Item = (Option<(u32, i128)>, (u32, i128))> {
    std::iter::once(None).chain(members.iter().copied().map(Some)).zip(members.iter().copied())
}
