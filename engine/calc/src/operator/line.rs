//! Functions along a dimension, computed line by line: CUMULATE, DECUMULATE, MOVING… with long windows, FILLFORWARD, SPREAD, GROWTH, NPV.

mod args;
mod exact_line;
mod fold;
mod ranges;
mod rate;
mod walk;

use std::sync::Arc;

use rayon::prelude::*;
use smalt_formula::program::{Along, Method, Node};
use smalt_model::{DimensionId, Type, Value};
use smalt_vault::{Builder, Cells, ExactSum, Field, Keys, Vector};

use crate::error::CalcError;
use crate::eval::{Scope, to_numbers};
use crate::reorder::reorder;
use crate::width::Width;
use args::{Args, Asked, Asks, Plan};
use ranges::{FEW, Ranges};
use walk::{Walk, Ways};

/// What is done along each line.
pub(crate) struct Line<'a> {
    pub(crate) scope: &'a Scope,
    pub(crate) function: Along,
    pub(crate) dimension: DimensionId,
    /// `D ON expr`.
    pub(crate) order: Option<&'a Node>,
    pub(crate) args: &'a [Option<Node>],
    pub(crate) method: Method,
    pub(crate) ty: Type,
}

/// The function over some cells. The result has the line's dimension last, or not at all where the function loses it.
pub(crate) fn along(cells: &Cells, line: &Line<'_>) -> Result<Cells, CalcError> {
    let mut dims: Vec<DimensionId> = cells.layout().dims().iter().copied().filter(|d| *d != line.dimension).collect();
    dims.push(line.dimension);
    let layout = line.scope.run.layout(&dims)?;
    let cells = reorder(cells, &layout)?;
    if exact_line::takes(line) {
        return if layout.is_wide() { exact_line::lines::<u128>(&cells, line) } else { exact_line::lines::<u64>(&cells, line) };
    }
    match (fold::loses_its_dimension(line.function), layout.is_wide()) {
        (true, false) => fold::fold::<u64>(&cells, line),
        (true, true) => fold::fold::<u128>(&cells, line),
        (false, false) => lines::<u64>(&cells, line),
        (false, true) => lines::<u128>(&cells, line),
    }
}

/// One line of a stretch: the cells of one coordinate of the other dimensions.
struct Found<K> {
    head: K,
    from: usize,
    len: usize,
}

/// The lines of some ascending keys.
fn lines_of<K: Width>(keys: &[K], field: Field) -> Vec<Found<K>> {
    let mut lines = Vec::new();
    let mut from = 0;
    while let Some(key) = keys.get(from) {
        let head = key.prefix(field.bits);
        let len = keys.get(from..).map_or(0, |rest| rest.partition_point(|k| k.prefix(field.bits) == head));
        lines.push(Found { head, from, len });
        from += len;
    }
    lines
}

/// A cell of a line: its place along the line, its value, and its place in the stretch.
#[derive(Clone, Copy, Debug)]
struct Member {
    place: u32,
    value: f64,
    cell: usize,
}

/// The cells of a line in the order of the walk.
fn members<K: Width>(found: &Found<K>, keys: &[K], numbers: &[f64], walk: &Walk, field: Field) -> Vec<Member> {
    let place = |key: &K| walk.places.get(key.get(field) as usize).copied().unwrap_or(u32::MAX);
    let cells = keys.iter().zip(numbers).enumerate().skip(found.from).take(found.len);
    let mut members: Vec<Member> = cells.map(|(cell, (key, value))| Member { place: place(key), value: *value, cell }).collect();
    if !members.is_sorted_by_key(|m| m.place) {
        members.sort_unstable_by_key(|m| m.place);
    }
    members
}

/// Ranges that end where a line ends, so that no line is torn apart.
fn cuts<K: Width>(body: &smalt_vault::Body<K>, field: Field) -> Vec<(K, Option<K>)> {
    let mut cuts: Vec<K> = body.cuts().iter().map(|k| k.prefix(field.bits)).collect();
    cuts.dedup();
    (0..cuts.len())
        .map(|at| (if at == 0 { K::default() } else { cuts.get(at).copied().unwrap_or_default() }, cuts.get(at + 1).copied()))
        .collect()
}

/// Where a function asks for its further arguments.
fn asked(function: Along) -> Asked {
    match function {
        Along::Cumulate | Along::Decumulate | Along::MovingSum | Along::MovingAverage | Along::MovingMin | Along::MovingMax => {
            Asked::AtItems
        }
        _ => Asked::AtCells,
    }
}

fn lines<K: Width>(cells: &Cells, line: &Line<'_>) -> Result<Cells, CalcError> {
    let body = K::body(cells).ok_or(CalcError::Internal("a line has another key width"))?;
    let layout = cells.layout();
    let field = layout.fields().last().copied().ok_or(CalcError::Internal("a line has no dimension"))?;
    let ways = Ways::new(line)?;
    let plan = Plan::new(line.scope, line.dimension, layout, &ways, line.args, asked(line.function))?;
    let shared = plan.over::<K>(&[], &[])?;
    let shared_runs = (ways.natural() && shared.is_shared(0)).then(|| shared.runs(0, 0, ways.first()));
    type Piece<K> = (Option<Arc<Keys<K>>>, Vec<K>, Vector);
    let pieces: Vec<Option<Piece<K>>> = cuts(body, field)
        .into_par_iter()
        .map(|(from, to)| {
            let Some(chunk) = body.range(from, to) else { return Ok(None) };
            let keys = chunk.keys.decode();
            let values = chunk.column.to_vector();
            let mut out = Writer { line, field, keys: Vec::new(), values: Vec::new() };
            let (numbers, back) = as_numbers(values, line);
            if let (Along::Cumulate | Along::Decumulate, Some(runs)) = (line.function, &shared_runs) {
                let same = running(line, ways.first(), runs, field, &keys, &numbers);
                return Ok(Some((Some(chunk.keys), Vec::new(), back.values(same))));
            }
            for batch in lines_of(&keys, field).chunks(plan.batch()) {
                let heads: Vec<K> = batch.iter().map(|l| l.head).collect();
                let (first, end) = (batch.first().map_or(0, |l| l.from), batch.last().map_or(0, |l| l.from + l.len));
                let args = plan.over(&heads, keys.get(first..end).unwrap_or_default())?;
                for (at, found) in batch.iter().enumerate() {
                    let walk = ways.of_line(&args, at);
                    let mut members = members(found, &keys, &numbers, &walk, field);
                    members.iter_mut().for_each(|m| m.cell -= first);
                    out.line(found.head, &members, &args, at, &walk)?;
                }
            }
            if !ways.natural() {
                let mut order: Vec<(K, f64)> = out.keys.into_iter().zip(out.values).collect();
                order.sort_unstable_by_key(|(k, _)| *k);
                (out.keys, out.values) = order.into_iter().unzip();
            }
            Ok(Some((None, out.keys, back.values(out.values))))
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

/// What the numbers that a line is walked with stand for.
enum Meaning {
    Numbers,
    /// The place of a value in this column, by its rank.
    Ranks(Vector, Vec<usize>),
}

/// Whether a function gives one of the values that it is given, so that any type will do.
fn chooses(line: &Line<'_>) -> bool {
    match line.function {
        Along::FillForward | Along::MovingMin | Along::MovingMax => true,
        Along::Cumulate => matches!(line.method, Method::Min | Method::Max),
        _ => false,
    }
}

/// Values as the numbers that a line is walked with: where the function only chooses among values of another type than NUMBER, their ranks.
fn as_numbers(values: Vector, line: &Line<'_>) -> (Vec<f64>, Meaning) {
    match values {
        Vector::Number(v) => (v, Meaning::Numbers),
        values if chooses(line) => {
            let order = super::codes::order_of(&values, line.scope.run.as_ref());
            let mut ranks = vec![f64::NAN; values.len()];
            for (rank, at) in order.iter().enumerate() {
                if let Some(slot) = ranks.get_mut(*at) {
                    *slot = rank as f64;
                }
            }
            (ranks, Meaning::Ranks(values, order))
        }
        values => (to_numbers(values), Meaning::Numbers),
    }
}

impl Meaning {
    fn values(&self, numbers: Vec<f64>) -> Vector {
        match self {
            Meaning::Numbers => Vector::Number(numbers.into_iter().map(|v| if v.is_finite() { v } else { f64::NAN }).collect()),
            Meaning::Ranks(values, order) => {
                let place = |rank: f64| if rank.is_finite() { order.get(rank as usize).copied() } else { None };
                values.take(&numbers.into_iter().map(|rank| place(rank).unwrap_or(usize::MAX)).collect::<Vec<_>>())
            }
        }
    }
}

/// CUMULATE and DECUMULATE over whole lines in item order: the cells stay where they are, so their keys are shared.
fn running<K: Width>(line: &Line<'_>, walk: &Walk, runs: &[u32], field: Field, keys: &[K], values: &[f64]) -> Vec<f64> {
    let mut out = Vec::with_capacity(values.len());
    let mut state = Running::new(line.method);
    let mut before: Option<(K, u32)> = None;
    for (key, value) in keys.iter().zip(values) {
        let head = key.prefix(field.bits);
        let run = runs.get(walk.places.get(key.get(field) as usize).copied().unwrap_or(0) as usize).copied().unwrap_or(0);
        if before != Some((head, run)) {
            state = Running::new(line.method);
            before = Some((head, run));
        }
        out.push(if line.function == Along::Decumulate { state.step_back(*value) } else { state.step(*value) });
    }
    out
}

/// A running aggregate in the order of the line.
struct Running {
    method: Method,
    value: f64,
    count: f64,
    last: f64,
}

impl Running {
    fn new(method: Method) -> Running {
        Running { method, value: f64::NAN, count: 0.0, last: f64::NAN }
    }

    fn step(&mut self, value: f64) -> f64 {
        self.count += 1.0;
        self.value = match self.method {
            _ if self.value.is_nan() => value,
            Method::Min => self.value.min(value),
            Method::Max => self.value.max(value),
            _ => self.value + value,
        };
        if self.method == Method::Avg { self.value / self.count } else { self.value }
    }

    fn step_back(&mut self, value: f64) -> f64 {
        let out = if self.last.is_nan() { value } else { value - self.last };
        self.last = value;
        out
    }
}

struct Writer<'a, K> {
    line: &'a Line<'a>,
    field: Field,
    keys: Vec<K>,
    values: Vec<f64>,
}

impl<K: Width> Writer<'_, K> {
    fn put(&mut self, head: K, walk: &Walk, place: usize, value: f64) {
        if let Some(item) = walk.items.get(place)
            && value.is_finite()
        {
            self.keys.push(head.with(self.field, *item));
            self.values.push(value);
        }
    }

    /// One line: its cells by place, ascending; `at` is its number among the lines of the arguments.
    fn line(&mut self, head: K, members: &[Member], args: &Args, at: usize, walk: &Walk) -> Result<(), CalcError> {
        match self.line.function {
            Along::Cumulate | Along::Decumulate => {
                let runs = args.runs(0, at, walk);
                let mut state = Running::new(self.line.method);
                let mut before = None;
                for member in members {
                    let run = runs.get(member.place as usize).copied();
                    if before != Some(run) {
                        state = Running::new(self.line.method);
                        before = Some(run);
                    }
                    let decumulates = self.line.function == Along::Decumulate;
                    let value = if decumulates { state.step_back(member.value) } else { state.step(member.value) };
                    self.put(head, walk, member.place as usize, value);
                }
            }
            Along::FillForward => {
                let mut next = members.iter().peekable();
                let mut last = f64::NAN;
                for place in 0..walk.items.len() {
                    while let Some(member) = next.next_if(|m| m.place as usize <= place) {
                        last = member.value;
                    }
                    self.put(head, walk, place, last);
                }
            }
            Along::MovingSum | Along::MovingAverage | Along::MovingMin | Along::MovingMax => self.windows(head, members, args, at, walk),
            Along::Growth => {
                for member in members {
                    let asks = asks_of(member, at, walk);
                    let Some(back) = args.whole(0, asks, None) else { continue };
                    let wanted = i64::from(member.place).saturating_sub(back);
                    if let Ok(earlier) = members.binary_search_by(|m| i64::from(m.place).cmp(&wanted))
                        && let Some(earlier) = members.get(earlier)
                    {
                        self.put(head, walk, member.place as usize, member.value / earlier.value - 1.0);
                    }
                }
            }
            Along::Spread => self.spread(head, members, args, at, walk),
            Along::Npv => self.present_values(head, members, args, at, walk),
            _ => return Err(CalcError::Internal("a function along a dimension that is not computed yet")),
        }
        Ok(())
    }

    /// MOVING…: at every item the values of the items of its window. Few are added one after another, as in short windows that are computed by
    /// look-up; a sum of many is rounded once.
    fn windows(&mut self, head: K, members: &[Member], args: &Args, at: usize, walk: &Walk) {
        let (empty, better): (f64, fn(&mut f64, &f64)) = match self.line.function {
            Along::MovingMin => (f64::INFINITY, |a, b| *a = a.min(*b)),
            _ => (f64::NEG_INFINITY, |a, b| *a = a.max(*b)),
        };
        let adds = matches!(self.line.function, Along::MovingSum | Along::MovingAverage);
        // Made for the first window that is worth it.
        let (mut sums, mut bests) = (None, None);
        for place in 0..walk.items.len() {
            let asks = Asks { line: at, place: walk.turn(place), cell: 0 };
            let (Some(window), Some(offset)) = (args.whole(0, asks, None), args.whole(1, asks, Some(0))) else { continue };
            let last = i64::try_from(place).unwrap_or(i64::MAX).saturating_add(offset);
            let first = last.saturating_sub(window.saturating_sub(1));
            let from = members.partition_point(|m| i64::from(m.place) < first);
            let to = members.partition_point(|m| i64::from(m.place) <= last);
            let inside = members.get(from..to.max(from)).unwrap_or_default();
            if inside.is_empty() || window < 1 {
                continue;
            }
            let few = inside.len() <= FEW;
            let numbers = inside.iter().map(|m| m.value);
            let all = || members.iter().map(|m| m.value);
            let value = match (adds, few) {
                (true, true) => numbers.sum::<f64>(),
                (true, false) => {
                    let sums = sums.get_or_insert_with(|| Ranges::new(all().map(sum_of), ExactSum::default(), ExactSum::merge));
                    sums.over(from..to).value()
                }
                (false, true) => numbers.fold(empty, |mut a, b| {
                    better(&mut a, &b);
                    a
                }),
                (false, false) => bests.get_or_insert_with(|| Ranges::new(all(), empty, better)).over(from..to),
            };
            let average = self.line.function == Along::MovingAverage;
            self.put(head, walk, place, if average { value / inside.len() as f64 } else { value });
        }
    }

    /// SPREAD(x, D, n [, start]): a share of each value on n items; shares that meet are added and rounded once.
    fn spread(&mut self, head: K, members: &[Member], args: &Args, at: usize, walk: &Walk) {
        let share = |member: &Member| {
            let asks = asks_of(member, at, walk);
            let count = args.whole(0, asks, None).filter(|n| *n >= 1)?;
            let from = if args.given(1) {
                let start = args.item(1, asks).and_then(|item| walk.places.get(item as usize).copied());
                start.filter(|place| *place != u32::MAX)?
            } else {
                member.place
            };
            let end = usize::try_from(count).unwrap_or(usize::MAX).saturating_add(from as usize).min(walk.items.len());
            Some((from as usize..end, member.value / count as f64))
        };
        let shares: Vec<_> = members.iter().filter_map(share).collect();
        let first = shares.iter().map(|(places, _)| places.start).min().unwrap_or(0);
        let end = shares.iter().map(|(places, _)| places.end).max().unwrap_or(0);
        let none = std::iter::repeat_n(ExactSum::default(), end.saturating_sub(first));
        let mut sums = Ranges::new(none, ExactSum::default(), ExactSum::merge);
        for (places, share) in shares {
            sums.put(places.start - first..places.end.max(places.start) - first, |sum| sum.add(share));
        }
        for place in first..end {
            let sum = sums.at(place - first);
            if sum.seen() {
                self.put(head, walk, place, sum.value());
            }
        }
    }

    /// NPV(rate, x [, all] [, D]): at the first cell, or at every one, what it and the later ones are worth one item earlier.
    fn present_values(&mut self, head: K, members: &[Member], args: &Args, at: usize, walk: &Walk) {
        let all = matches!(members.first().and_then(|m| args.value(1, asks_of(m, at, walk))), Some(Value::Boolean(true)));
        if !all {
            if let Some(first) = members.first()
                && let Some(rate) = args.number(0, asks_of(first, at, walk))
            {
                self.put(head, walk, first.place as usize, rate::present_value(rate, members.iter().map(|m| (m.place, m.value))));
            }
            return;
        }
        // From the end, so that each cell is one step from the next one, as long as the rate stays.
        let (mut worth, mut known) = (rate::Worth::default(), None);
        let mut found = Vec::with_capacity(members.len());
        for (from, member) in members.iter().enumerate().rev() {
            let Some(rate) = args.number(0, asks_of(member, at, walk)) else {
                known = None;
                continue;
            };
            if known == Some(rate) {
                worth.before(rate, member.place, member.value);
            } else {
                worth = rate::Worth::default();
                members.iter().skip(from).rev().for_each(|m| worth.before(rate, m.place, m.value));
                known = Some(rate);
            }
            found.push((member.place as usize, worth.value));
        }
        found.into_iter().rev().for_each(|(place, value)| self.put(head, walk, place, value));
    }
}

fn sum_of(value: f64) -> ExactSum {
    let mut sum = ExactSum::default();
    sum.add(value);
    sum
}

fn asks_of(member: &Member, line: usize, walk: &Walk) -> Asks {
    Asks { line, place: walk.turn(member.place as usize), cell: member.cell }
}
