//! Methods that need a group's values together: medians, deviations, first and last values, lists of texts. The values of all groups
//! are sorted once, by group and then by value or by coordinate, and each group is a run of the sorted whole.

use rayon::slice::ParallelSliceMut;
use smalt_formula::program::Method;
use smalt_model::{DecimalSum, Value};
use smalt_vault::{BLANK_INTEGER, Cells, Vector};

use super::codes::{BLANK, codes};
use super::ends::Ends;
use super::exact::ExactSums;
use super::group::Grouping;
use super::reduce::{as_text, deviation, median};
use super::source::{Piece, Source};
use super::turns::Turns;
use crate::call::LONGEST_TEXT;
use crate::error::CalcError;
use crate::eval::{exact, to_numbers};
use crate::reorder::from_unsorted;
use crate::width::Width;

/// What is collected of a source.
struct Collected<T> {
    groups: Vec<T>,
    /// The turn of each value among the coordinates or rows, where the method asks for it.
    turns: Vec<u128>,
    values: Option<Vector>,
}

impl<T> Default for Collected<T> {
    fn default() -> Self {
        Collected { groups: Vec::new(), turns: Vec::new(), values: None }
    }
}

fn by_turn(method: Method) -> bool {
    use Method as M;
    matches!(method, M::First | M::Last | M::FirstNonBlank | M::LastNonBlank | M::FirstNonZero | M::LastNonZero | M::TextList)
}

/// The groups of a source by such a method.
pub(super) fn together<S: Width, T: Width>(source: &Source, g: &Grouping<'_>) -> Result<Cells, CalcError> {
    let ends = match (g.method, source.layout()) {
        (Method::First | Method::Last, Some(_)) => Some(Ends::new(g.scope, g.source_dims, g.kept, g.mappings, g.method == Method::Last)?),
        _ => None,
    };
    let targets = g.targets::<T>(source)?;
    // Of the rows of a list the first one of a group counts whether or not it has a value.
    let blanks_count = source.layout().is_none() && matches!(g.method, Method::First | Method::Last);
    let collected = source.work::<S, Collected<T>>(&g.layout, Collected::default, |found, piece| {
        let groups = targets.of(&piece.site)?;
        let ends = ends.as_ref().map(|ends| ends.at(g.scope, &piece)).transpose()?;
        let takes = |at: usize, group: &T| {
            *group != T::HIGHEST
                && (blanks_count || !piece.values.is_blank(at))
                && ends.as_ref().is_none_or(|ends| ends.get(at).copied().unwrap_or(false))
        };
        let taken: Vec<usize> = groups.iter().enumerate().filter(|(at, group)| takes(*at, group)).map(|(at, _)| at).collect();
        found.groups.extend(taken.iter().filter_map(|at| groups.get(*at)));
        if by_turn(g.method) {
            found.turns.extend(turns_of(&piece, &taken, g));
        }
        let values = if taken.len() == piece.values.len() { piece.values } else { piece.values.take(&taken) };
        match &mut found.values {
            Some(all) => all.append(&values),
            none => *none = Some(values),
        }
        Ok(())
    })?;
    let mut all = Collected::<T>::default();
    for mut part in collected {
        all.groups.append(&mut part.groups);
        all.turns.append(&mut part.turns);
        match (&mut all.values, part.values) {
            (Some(values), Some(more)) => values.append(&more),
            (none @ None, more) => *none = more,
            _ => {}
        }
    }
    let values = all.values.unwrap_or_else(|| Vector::blank(g.ty, 0));
    let sorted = if by_turn(g.method) {
        if all.turns.iter().all(|t| *t <= u128::from(u64::MAX)) {
            sorted(&all.groups, all.turns.iter().map(|t| *t as u64))
        } else {
            sorted(&all.groups, all.turns.iter().copied())
        }
    } else {
        sorted(&all.groups, codes(&values, g.scope.run.as_ref()).into_iter())
    };
    let (keys, values) = reduced(&sorted, &values, g);
    Ok(from_unsorted(&g.layout, keys, values))
}

/// When each value has its turn.
fn turns_of<S: Width>(piece: &Piece<'_, S>, taken: &[usize], g: &Grouping<'_>) -> Vec<u128> {
    match piece.site.rows {
        Some((_, from)) => taken.iter().map(|at| (from + at) as u128).collect(),
        None => {
            let turns = Turns::new(&g.scope.run, g.source_dims, piece.site.layout);
            taken.iter().map(|at| piece.site.keys().get(*at).map_or(0, |key| turns.of(*key))).collect()
        }
    }
}

/// The groups with the places of their values, by group and then by code.
fn sorted<T: Width, C: Ord + Copy + Send>(groups: &[T], codes: impl Iterator<Item = C>) -> Vec<(T, usize)> {
    let mut entries: Vec<(T, C, u32)> = groups.iter().zip(codes).zip(0u32..).map(|((group, code), at)| (*group, code, at)).collect();
    entries.par_sort_unstable();
    entries.into_iter().map(|(group, _, at)| (group, at as usize)).collect()
}

/// Chooses a value of a group's run.
type Pick<'a, T> = &'a dyn Fn(&[(T, usize)]) -> Option<usize>;

/// One value for each run of the sorted values.
fn reduced<T: Width>(sorted: &[(T, usize)], values: &Vector, g: &Grouping<'_>) -> (Vec<T>, Vector) {
    let runs = || sorted.chunk_by(|a, b| a.0 == b.0);
    let keys: Vec<T> = runs().filter_map(|run| Some(run.first()?.0)).collect();
    let places = |pick: Pick<'_, T>| -> Vector { values.take(&runs().map(|run| pick(run).unwrap_or(usize::MAX)).collect::<Vec<_>>()) };
    let first = |run: &[(T, usize)]| run.first().map(|(_, at)| *at);
    let last = |run: &[(T, usize)]| run.last().map(|(_, at)| *at);
    let reduced = match g.method {
        // Sorted by value: FALSE stands before TRUE.
        Method::Min | Method::All | Method::First | Method::FirstNonBlank => places(&first),
        Method::Max | Method::Any | Method::Last | Method::LastNonBlank => places(&last),
        Method::FirstNonZero => places(&|run| run.iter().map(|(_, at)| *at).find(|at| !is_zero(values, *at))),
        Method::LastNonZero => places(&|run| run.iter().map(|(_, at)| *at).rfind(|at| !is_zero(values, *at))),
        Method::CountUnique => {
            let codes = codes(values, g.scope.run.as_ref());
            let code = |at: usize| codes.get(at).copied().unwrap_or(BLANK);
            let count = |run: &[(T, usize)]| run.chunk_by(|a, b| code(a.1) == code(b.1)).count();
            Vector::Integer(runs().map(|run| i64::try_from(count(run)).unwrap_or(BLANK_INTEGER)).collect())
        }
        Method::TextList => {
            let text = |at: &usize| values.get(*at).map(|v| as_text(&v, &g.scope.run));
            let joined = |run: &[(T, usize)]| {
                let mut list = String::new();
                for (place, text) in run.iter().filter_map(|(_, at)| text(at)).enumerate() {
                    list.push_str(if place > 0 { ", " } else { "" });
                    list.push_str(&text);
                    if list.len() > LONGEST_TEXT {
                        g.scope.run.add_too_large(1);
                        return None;
                    }
                }
                // What is used up is said at the end of the piece.
                g.scope.run.takes_texts(std::iter::once(list.len())).ok()?;
                Some(list.into())
            };
            Vector::Text(runs().map(joined).collect())
        }
        Method::Median if g.ty.digits().is_some() => {
            let units = |at: usize| exact(values, at).map(|x| x.units);
            let middle = |run: &[(T, usize)]| {
                let mut middle = DecimalSum::default();
                [(run.len() - 1) / 2, run.len() / 2].iter().filter_map(|at| units(run.get(*at)?.1)).for_each(|u| middle.add(u));
                middle
            };
            let sums: Vec<DecimalSum> = runs().map(middle).collect();
            ExactSums { ty: g.ty, average: true }.values(&sums, |_| g.scope.run.add_too_large(1))
        }
        Method::Median | Method::StdevS | Method::StdevP => {
            let numbers = to_numbers(values.clone());
            let of = |run: &[(T, usize)]| -> Vec<f64> { run.iter().filter_map(|(_, at)| numbers.get(*at).copied()).collect() };
            let number = |run: &[(T, usize)]| match g.method {
                Method::Median => median(&of(run)),
                method => deviation(&of(run), method == Method::StdevS),
            };
            Vector::Number(runs().map(|run| number(run).unwrap_or(f64::NAN)).collect())
        }
        // Accumulated without sorting.
        Method::Sum | Method::Avg | Method::Count => Vector::blank(g.ty, keys.len()),
    };
    (keys, reduced)
}

fn is_zero(values: &Vector, at: usize) -> bool {
    match values.get(at) {
        Some(Value::Integer(x)) => x == 0,
        Some(Value::Decimal(_, units)) => units == 0,
        Some(Value::Number(x)) => x == 0.0,
        _ => false,
    }
}
