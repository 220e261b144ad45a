//! CUMULATE, DECUMULATE, MOVINGSUM and MOVINGAVERAGE of integers and decimals, SPREAD and GROWTH of decimals: exact, whatever their size.

use smalt_formula::program::{Along, Method};
use smalt_model::{Decimal, DecimalSum, Lost, Type};
use smalt_vault::Cells;

use super::args::Plan;
use super::ranges::{FEW, Ranges, met};
use super::walk::Ways;
use super::walked::{Member, Walked, each_line};
use super::{Line, asked};
use crate::error::CalcError;
use crate::eval::exact;
use crate::feed::Places;
use crate::operator::ExactSums;
use crate::operator::stretch::{Stretch, by_stretch, last_field, put_together};
use crate::width::Width;

/// Whether a function is computed here.
pub(super) fn takes(line: &Line<'_>) -> bool {
    let adds = match line.function {
        Along::Cumulate => matches!(line.method, Method::Sum | Method::Avg),
        Along::Decumulate | Along::MovingSum | Along::MovingAverage | Along::Spread | Along::Growth => true,
        _ => false,
    };
    adds && matches!(line.ty, Type::Integer | Type::Decimal { .. })
}

/// The function over cells whose last dimension is the line's.
pub(super) fn lines<K: Width>(cells: &Cells, line: &Line<'_>) -> Result<Cells, CalcError> {
    let layout = cells.layout();
    let field = last_field(layout)?;
    let ways = Ways::new(line)?;
    let plan = Plan::new(line.scope, line.dimension, layout, &ways, line.args, asked(line.function))?;
    // The cells stay where they are, so their keys are shared.
    let stays = ways.natural() && matches!(line.function, Along::Cumulate | Along::Decumulate);
    let sums_to = ExactSums { ty: line.ty, average: line.method == Method::Avg };
    let pieces = by_stretch(cells, |stretch: Stretch<K>| {
        let mut out: Vec<(K, DecimalSum)> = Vec::with_capacity(stretch.keys().len());
        each_line(stretch.keys(), field, &plan, &ways, |walked| {
            let members = walked.members(stretch.keys(), field, |cell| Some(exact(&stretch.values, cell)?.units));
            let item = |place: u32| walked.walk.items.get(place as usize).map(|item| walked.head.with(field, *item));
            out.extend(sums(line, walked, &members).into_iter().filter_map(|(place, sum)| Some((item(place)?, sum))));
            Ok(())
        })?;
        if !ways.natural() {
            out.sort_unstable_by_key(|(key, _)| *key);
        }
        let (keys, sums): (Vec<K>, Vec<DecimalSum>) = out.into_iter().unzip();
        let values = sums_to.values(&sums, |_| line.scope.run.add_too_large(1));
        Ok((if stays { Places::Shared(stretch.stored) } else { Places::Listed(keys) }, values))
    })?;
    Ok(put_together(layout, line.ty, pieces))
}

/// What each place of one line comes to; `members` are its cells by place, ascending.
fn sums<K: Width>(line: &Line<'_>, walked: &Walked<'_, K>, members: &[Member<i128>]) -> Vec<(u32, DecimalSum)> {
    let runs = match line.function {
        Along::Cumulate | Along::Decumulate => walked.runs(),
        _ => Vec::new(),
    };
    let run = |place: u32| runs.get(place as usize).copied();
    let scale = line.ty.digits().map_or(0, |digits| digits.scale);
    let mut sum = DecimalSum::default();
    match line.function {
        Along::Cumulate => with_before(members)
            .map(|(before, member)| {
                if before.is_none_or(|before| run(before.place) != run(member.place)) {
                    sum = DecimalSum::default();
                }
                sum.add(member.value);
                (member.place, sum)
            })
            .collect(),
        Along::Decumulate => with_before(members)
            .map(|(before, member)| {
                let mut difference = DecimalSum::default();
                difference.add(member.value);
                if let Some(before) = before.filter(|before| run(before.place) == run(member.place)) {
                    difference.add(-before.value);
                }
                (member.place, difference)
            })
            .collect(),
        Along::Spread => {
            let part = |units: i128, count: i64| told(line, Decimal { units, scale }.over(Decimal::whole(count)));
            let sums = met(walked.shares(members, part), DecimalSum::default(), DecimalSum::merge, DecimalSum::add);
            sums.filter_map(|(place, sum)| Some((u32::try_from(place).ok()?, sum)).filter(|_| sum.count() > 0)).collect()
        }
        Along::Growth => {
            let one = 10i128.checked_pow(u32::from(scale)).unwrap_or(i128::MAX);
            let growth = |member: &Member<i128>| {
                let before = walked.earlier(member, members)?;
                let ratio = Decimal { units: member.value, scale }.over(Decimal { units: before.value, scale });
                let mut growth = DecimalSum::default();
                growth.add(told(line, ratio)?);
                growth.add(-one);
                Some((member.place, growth))
            };
            members.iter().filter_map(growth).collect()
        }
        _ => {
            // Made for the first window that is worth it.
            let mut sums = None;
            let inside = |place: u32| {
                let window = walked.window(place as usize, members)?;
                let all = || members.iter().map(|member| sum_of(&[*member]));
                let sum = match members.get(window.clone()).unwrap_or_default() {
                    few if few.len() <= FEW => sum_of(few),
                    _ => sums.get_or_insert_with(|| Ranges::new(all(), DecimalSum::default(), DecimalSum::merge)).over(window),
                };
                Some((place, sum))
            };
            (0..u32::try_from(walked.walk.items.len()).unwrap_or(u32::MAX)).filter_map(inside).collect()
        }
    }
}

/// The units of a quotient, if there is one; one that is too large is told.
fn told(line: &Line<'_>, quotient: Result<Decimal, Lost>) -> Option<i128> {
    match quotient {
        Ok(decimal) => Some(decimal.units),
        Err(lost) => {
            if lost == Lost::TooLarge {
                line.scope.run.add_too_large(1);
            }
            None
        }
    }
}

fn sum_of(members: &[Member<i128>]) -> DecimalSum {
    let mut sum = DecimalSum::default();
    members.iter().for_each(|member| sum.add(member.value));
    sum
}

/// Each cell with the one before it.
fn with_before(members: &[Member<i128>]) -> impl Iterator<Item = (Option<Member<i128>>, Member<i128>)> {
    std::iter::once(None).chain(members.iter().copied().map(Some)).zip(members.iter().copied())
}
