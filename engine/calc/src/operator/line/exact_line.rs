//! CUMULATE, DECUMULATE, MOVINGSUM and MOVINGAVERAGE of integers and decimals: exact, whatever their size.

use std::sync::Arc;

use rayon::prelude::*;
use smalt_formula::program::{Along, Method};
use smalt_model::{DecimalSum, Type};
use smalt_vault::{Builder, Cells, Keys, Vector};

use super::args::{Args, Asked, Asks, Plan};
use super::ranges::{FEW, Ranges};
use super::walk::{Walk, Ways};
use super::{Line, cuts, lines_of};
use crate::error::CalcError;
use crate::eval::exact;
use crate::operator::ExactSums;
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
    let ways = Ways::new(line)?;
    let natural = ways.natural();
    let plan = Plan::new(line.scope, line.dimension, layout, &ways, line.args, Asked::AtItems)?;
    // The cells stay where they are, so their keys are shared.
    let stays = natural && matches!(line.function, Along::Cumulate | Along::Decumulate);
    let sums_to = ExactSums { ty: line.ty, average: line.method == Method::Avg };
    type Piece<K> = (Option<Arc<Keys<K>>>, Vec<K>, Vector);
    let pieces: Vec<Option<Piece<K>>> = cuts(body, field)
        .into_par_iter()
        .map(|(from, to)| {
            let Some(chunk) = body.range(from, to) else { return Ok(None) };
            let keys = chunk.keys.decode();
            let values = chunk.column.to_vector();
            let mut out: Vec<(K, DecimalSum)> = Vec::with_capacity(keys.len());
            for batch in lines_of(&keys, field).chunks(plan.batch()) {
                let heads: Vec<K> = batch.iter().map(|l| l.head).collect();
                let args = plan.over(&heads, &[])?;
                for (at, found) in batch.iter().enumerate() {
                    let walk = ways.of_line(&args, at);
                    let place = |key: &K| walk.places.get(key.get(field) as usize).copied().unwrap_or(u32::MAX);
                    let own = keys.iter().enumerate().skip(found.from).take(found.len);
                    let mut members: Vec<(u32, i128)> = own.filter_map(|(i, key)| Some((place(key), exact(&values, i)?.units))).collect();
                    if !natural {
                        members.sort_unstable_by_key(|(place, _)| *place);
                    }
                    let item = |place: u32| walk.items.get(place as usize).map(|item| found.head.with(field, *item));
                    let sums = sums(line, &walk, &args, at, &members);
                    out.extend(sums.into_iter().filter_map(|(place, sum)| Some((item(place)?, sum))));
                }
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

/// What each place of one line comes to; `members` are its cells by place, ascending, and `at` is its number among the lines of the
/// arguments.
fn sums(line: &Line<'_>, walk: &Walk, args: &Args, at: usize, members: &[(u32, i128)]) -> Vec<(u32, DecimalSum)> {
    let runs = match line.function {
        Along::Cumulate | Along::Decumulate => args.runs(0, at, walk),
        _ => Vec::new(),
    };
    let run = |place: u32| runs.get(place as usize).copied();
    let mut sum = DecimalSum::default();
    match line.function {
        Along::Cumulate => with_before(members)
            .map(|(before, (place, value))| {
                if before.is_none_or(|(before, _)| run(before) != run(place)) {
                    sum = DecimalSum::default();
                }
                sum.add(value);
                (place, sum)
            })
            .collect(),
        Along::Decumulate => with_before(members)
            .map(|(before, (place, value))| {
                let mut difference = DecimalSum::default();
                difference.add(value);
                if let Some((_, earlier)) = before.filter(|(before, _)| run(*before) == run(place)) {
                    difference.add(-earlier);
                }
                (place, difference)
            })
            .collect(),
        _ => {
            // Made for the first window that is worth it.
            let mut sums = None;
            let inside = |place: u32| {
                let asks = Asks { line: at, place: walk.turn(place as usize), cell: 0 };
                let window = args.whole(0, asks, None).filter(|window| *window >= 1)?;
                let last = i64::from(place).saturating_add(args.whole(1, asks, Some(0))?);
                let first = last.saturating_sub(window - 1);
                let from = members.partition_point(|(p, _)| i64::from(*p) < first);
                let to = members.partition_point(|(p, _)| i64::from(*p) <= last);
                let all = || members.iter().map(|(_, value)| sum_of(&[(0, *value)]));
                let sum = match members.get(from..to.max(from)).unwrap_or_default() {
                    few if few.len() <= FEW => sum_of(few),
                    _ => sums.get_or_insert_with(|| Ranges::new(all(), DecimalSum::default(), DecimalSum::merge)).over(from..to),
                };
                (sum.count() > 0).then_some((place, sum))
            };
            (0..u32::try_from(walk.items.len()).unwrap_or(u32::MAX)).filter_map(inside).collect()
        }
    }
}

fn sum_of(members: &[(u32, i128)]) -> DecimalSum {
    let mut sum = DecimalSum::default();
    members.iter().for_each(|(_, value)| sum.add(*value));
    sum
}

/// Each cell with the one before it.
fn with_before(members: &[(u32, i128)]) -> impl Iterator<Item = (Option<(u32, i128)>, (u32, i128))> {
    std::iter::once(None).chain(members.iter().copied().map(Some)).zip(members.iter().copied())
}
