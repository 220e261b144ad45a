//! The lines of a stretch one after another, each with its order and its arguments. Those are computed for many lines at once.

use std::borrow::Cow;
use std::ops::Range;

use smalt_vault::Field;

use super::args::{Args, Asks, Plan};
use super::walk::{Walk, Ways};
use crate::error::CalcError;
use crate::operator::stretch::lines_of;
use crate::width::Width;

/// A line as it is walked.
pub(super) struct Walked<'a, K> {
    pub(super) head: K,
    pub(super) walk: Cow<'a, Walk>,
    pub(super) args: &'a Args,
    /// Its cells among those of the stretch.
    cells: Range<usize>,
    /// Its number among the lines of the arguments.
    number: usize,
    /// The cell of the stretch that is the first one of the arguments.
    first: usize,
}

/// A cell of a line: its place along the line, its value, and its place in the stretch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member<T> {
    pub(super) place: u32,
    pub(super) value: T,
    cell: usize,
}

/// Hands the lines of some ascending keys to `work`, in their order.
pub(super) fn each_line<K: Width>(
    keys: &[K],
    field: Field,
    plan: &Plan<'_>,
    ways: &Ways<'_>,
    mut work: impl FnMut(&Walked<'_, K>) -> Result<(), CalcError>,
) -> Result<(), CalcError> {
    for batch in lines_of(keys, field).chunks(plan.batch()) {
        let heads: Vec<K> = batch.iter().map(|l| l.head).collect();
        let (first, end) = (batch.first().map_or(0, |l| l.from), batch.last().map_or(0, |l| l.from + l.len));
        let args = plan.over(&heads, keys.get(first..end).unwrap_or_default())?;
        for (number, found) in batch.iter().enumerate() {
            let walk = ways.of_line(&args, number);
            work(&Walked { head: found.head, walk, args: &args, cells: found.from..found.from + found.len, number, first })?;
        }
    }
    Ok(())
}

impl<K: Width> Walked<'_, K> {
    /// Its cells in the order of the walk, out of the keys of the stretch; those that `value` gives nothing for are left out.
    pub(super) fn members<T>(&self, keys: &[K], field: Field, value: impl Fn(usize) -> Option<T>) -> Vec<Member<T>> {
        let place = |key: &K| self.walk.places.get(key.get(field) as usize).copied().unwrap_or(u32::MAX);
        let cells = keys.get(self.cells.clone()).unwrap_or_default().iter().zip(self.cells.clone());
        let mut members: Vec<Member<T>> =
            cells.filter_map(|(key, cell)| Some(Member { place: place(key), value: value(cell)?, cell })).collect();
        if !members.is_sorted_by_key(|m| m.place) {
            members.sort_unstable_by_key(|m| m.place);
        }
        members
    }

    /// Asks for an argument at a place of the line, whether there is a cell or not.
    pub(super) fn at_place(&self, place: usize) -> Asks {
        Asks { line: self.number, place: self.walk.turn(place), cell: 0 }
    }

    /// Asks for an argument at a cell of the line.
    pub(super) fn at_cell<T>(&self, member: &Member<T>) -> Asks {
        Asks { cell: member.cell - self.first, ..self.at_place(member.place as usize) }
    }

    /// The runs of places in which the first argument stays the same.
    pub(super) fn runs(&self) -> Vec<u32> {
        self.args.runs(0, self.number, &self.walk)
    }

    /// SPREAD's shares: the places on which a part of each member lies, and that part. Nothing where `part` is.
    pub(super) fn shares<T: Copy>(&self, members: &[Member<T>], part: impl Fn(T, i64) -> Option<T>) -> Vec<(Range<usize>, T)> {
        let share = |member: &Member<T>| {
            let asks = self.at_cell(member);
            let count = self.args.whole(0, asks, None).filter(|n| *n >= 1)?;
            let from = if self.args.given(1) {
                let start = self.args.item(1, asks).and_then(|item| self.walk.places.get(item as usize).copied());
                start.filter(|place| *place != u32::MAX)?
            } else {
                member.place
            };
            let end = usize::try_from(count).unwrap_or(usize::MAX).saturating_add(from as usize).min(self.walk.items.len());
            Some((from as usize..end, part(member.value, count)?))
        };
        members.iter().filter_map(share).collect()
    }

    /// GROWTH's member so many items before another one, by the first argument.
    pub(super) fn earlier<'m, T>(&self, member: &Member<T>, members: &'m [Member<T>]) -> Option<&'m Member<T>> {
        let back = self.args.whole(0, self.at_cell(member), None)?;
        let wanted = i64::from(member.place).saturating_sub(back);
        members.get(members.binary_search_by(|m| i64::from(m.place).cmp(&wanted)).ok()?)
    }

    /// The members inside of the window that ends at a place or, by the second argument, so many places later; `None` where there is no window,
    /// or none in it.
    pub(super) fn window<T>(&self, place: usize, members: &[Member<T>]) -> Option<Range<usize>> {
        let asks = self.at_place(place);
        let window = self.args.whole(0, asks, None).filter(|window| *window >= 1)?;
        let last = i64::try_from(place).unwrap_or(i64::MAX).saturating_add(self.args.whole(1, asks, Some(0))?);
        let first = last.saturating_sub(window - 1);
        let from = members.partition_point(|m| i64::from(m.place) < first);
        let to = members.partition_point(|m| i64::from(m.place) <= last);
        (from < to).then_some(from..to)
    }
}
