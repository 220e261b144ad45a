//! Functions along a dimension, computed line by line: CUMULATE, DECUMULATE, MOVING… with long windows, FILLFORWARD, SPREAD, GROWTH, NPV,
//! forecasts.

mod args;
mod exact_line;
mod fold;
mod forecast;
mod ranges;
mod rate;
mod walk;
mod walked;

use smalt_formula::program::{Along, Method, Node};
use smalt_model::{DimensionId, Type, Value};
use smalt_vault::{Cells, ExactSum, Field, Key, Vector, WORD_BITS};

use crate::error::CalcError;
use crate::eval::{Scope, to_numbers};
use crate::feed::{PIECE, Places};
use crate::incremental::standing::Standing;
use crate::operator::stretch::{Made, Stretch, by_stretch_unless, dimension_last, last_field, put_together};
use crate::width::Width;
use args::{Asked, Plan};
use forecast::Model;
use ranges::{FEW, Ranges, met};
use walk::{Walk, Ways};
use walked::{Member, Walked, each_line};

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
    /// Cells from before.
    pub(crate) standing: Option<Standing>,
}

/// The function over some cells. The result has the line's dimension last, or not at all where the function loses it.
pub(crate) fn along(cells: &Cells, line: &Line<'_>) -> Result<Cells, CalcError> {
    let cells = dimension_last(cells, line.dimension, &line.scope.run)?;
    let wide = cells.layout().is_wide();
    if exact_line::takes(line) {
        return if wide { exact_line::lines::<u128>(&cells, line) } else { exact_line::lines::<u64>(&cells, line) };
    }
    match (fold::loses_its_dimension(line.function), wide) {
        (true, false) => fold::fold::<u64>(&cells, line),
        (true, true) => fold::fold::<u128>(&cells, line),
        (false, false) => lines::<u64>(&cells, line),
        (false, true) => lines::<u128>(&cells, line),
    }
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
    let layout = cells.layout();
    let field = last_field(layout)?;
    let ways = Ways::new(line)?;
    let plan = Plan::new(line.scope, line.dimension, layout, &ways, line.args, asked(line.function))?;
    let shared = plan.over::<K>(&[], &[])?;
    let shared_runs = (ways.natural() && shared.is_shared(0)).then(|| shared.runs(0, 0, ways.first()));
    let standing = line.standing.as_ref().filter(|standing| standing.layout() == layout);
    let there = |range| standing.filter(|standing| !standing.is_reached(range)).map(|standing| Made::Before(standing.range(range)));
    let pieces = by_stretch_unless(cells, there, |mut stretch: Stretch<K>| {
        let (numbers, back) = as_numbers(stretch.take_values(), line);
        if let (Along::Cumulate | Along::Decumulate, Some(runs)) = (line.function, &shared_runs) {
            let same = running(line, ways.first(), runs, field, &stretch, &numbers);
            return Ok(Made::Anew(Places::Shared(stretch.stored), back.values(same)));
        }
        let mut out = Writer { line, field, keys: Vec::new(), values: Vec::new() };
        each_line(stretch.keys(), field, &plan, &ways, |walked| {
            out.line(walked, &walked.members(stretch.keys(), field, |cell| numbers.get(cell).copied()))
        })?;
        if !ways.natural() {
            let mut order: Vec<(K, f64)> = out.keys.into_iter().zip(out.values).collect();
            order.sort_unstable_by_key(|(k, _)| *k);
            (out.keys, out.values) = order.into_iter().unzip();
        }
        Ok(Made::Anew(Places::Listed(out.keys), back.values(out.values)))
    })?;
    Ok(put_together(layout, line.ty, pieces))
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
fn running<K: Width>(line: &Line<'_>, walk: &Walk, runs: &[u32], field: Field, stretch: &Stretch<K>, values: &[f64]) -> Vec<f64> {
    // By item: its run.
    let runs: Vec<u32> = walk.places.iter().map(|place| runs.get(*place as usize).copied().unwrap_or(0)).collect();
    let mut out = Vec::with_capacity(values.len());
    let back = line.function == Along::Decumulate;
    if let Some(pieces) = stretch.stored.in_words(PIECE).filter(|_| field.bits <= WORD_BITS) {
        // The lines of a word are told apart by the bits above those of the field.
        let run = |low: u64| (low >> field.bits, runs.get(low.get(field) as usize).copied());
        let runs: [_; 1 << WORD_BITS] = std::array::from_fn(|low| run(low as u64));
        for words in pieces {
            for word in words.iter() {
                let mut state = Running::new(line.method);
                let mut before = None;
                for (low, value) in word.lows.iter().zip(values.get(words.from() + word.from..).unwrap_or_default()) {
                    let run = runs.get(usize::from(*low));
                    if before != run {
                        state = Running::new(line.method);
                        before = run;
                    }
                    out.push(if back { state.step_back(*value) } else { state.step(*value) });
                }
            }
        }
        return out;
    }
    let mut state = Running::new(line.method);
    let mut before: Option<(K, u32)> = None;
    for (key, value) in stretch.keys().iter().zip(values) {
        let (head, run) = (key.prefix(field.bits), runs.get(key.get(field) as usize).copied().unwrap_or(0));
        if before != Some((head, run)) {
            state = Running::new(line.method);
            before = Some((head, run));
        }
        out.push(if back { state.step_back(*value) } else { state.step(*value) });
    }
    out
}

/// By which terms of a sum are made small, without a rounding, where the sum would be too large: 2^-64.
pub(crate) const SMALL: f64 = 1.0 / (1u128 << 64) as f64;

/// A running aggregate in the order of the line.
struct Running {
    method: Method,
    value: f64,
    /// For an average: the sum as a part of [`SMALL`], which stays finite where the sum itself does not.
    small: f64,
    count: f64,
    last: f64,
}

impl Running {
    fn new(method: Method) -> Running {
        Running { method, value: f64::NAN, small: 0.0, count: 0.0, last: f64::NAN }
    }

    fn step(&mut self, value: f64) -> f64 {
        self.count += 1.0;
        self.value = match self.method {
            _ if self.value.is_nan() => value,
            Method::Min => self.value.min(value),
            Method::Max => self.value.max(value),
            _ => self.value + value,
        };
        if self.method != Method::Avg {
            return self.value;
        }
        self.small += value * SMALL;
        if self.value.is_finite() { self.value / self.count } else { self.small / self.count / SMALL }
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
    fn put(&mut self, line: &Walked<'_, K>, place: usize, value: f64) {
        if let Some(item) = line.walk.items.get(place)
            && value.is_finite()
        {
            self.keys.push(line.head.with(self.field, *item));
            self.values.push(value);
        }
    }

    /// One line: its cells by place, ascending.
    fn line(&mut self, line: &Walked<'_, K>, members: &[Member<f64>]) -> Result<(), CalcError> {
        match self.line.function {
            Along::Cumulate | Along::Decumulate => {
                let runs = line.runs();
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
                    self.put(line, member.place as usize, value);
                }
            }
            Along::FillForward => {
                let mut next = members.iter().peekable();
                let mut last = f64::NAN;
                for place in 0..line.walk.items.len() {
                    while let Some(member) = next.next_if(|m| m.place as usize <= place) {
                        last = member.value;
                    }
                    self.put(line, place, last);
                }
            }
            Along::MovingSum | Along::MovingAverage | Along::MovingMin | Along::MovingMax => self.windows(line, members),
            Along::Growth => {
                for member in members {
                    if let Some(earlier) = line.earlier(member, members) {
                        self.put(line, member.place as usize, member.value / earlier.value - 1.0);
                    }
                }
            }
            Along::Spread => self.spread(line, members),
            Along::Npv => self.present_values(line, members),
            forecast if forecast.is_forecast() => self.extended(line, members),
            _ => return Err(CalcError::Internal("a function along a dimension that is not computed yet")),
        }
        Ok(())
    }

    /// MOVING…: at every item the values of the items of its window. Few are added one after another, as in short windows that are computed by
    /// look-up; a sum of many is rounded once.
    fn windows(&mut self, line: &Walked<'_, K>, members: &[Member<f64>]) {
        let (empty, better): (f64, fn(&mut f64, &f64)) = match self.line.function {
            Along::MovingMin => (f64::INFINITY, |a, b| *a = a.min(*b)),
            _ => (f64::NEG_INFINITY, |a, b| *a = a.max(*b)),
        };
        let average = self.line.function == Along::MovingAverage;
        let adds = average || self.line.function == Along::MovingSum;
        // Made for the first window that is worth it.
        let (mut sums, mut bests) = (None, None);
        for place in 0..line.walk.items.len() {
            let Some(window) = line.window(place, members) else { continue };
            let inside = members.get(window.clone()).unwrap_or_default();
            let few = inside.len() <= FEW;
            let numbers = inside.iter().map(|m| m.value);
            let all = || members.iter().map(|m| m.value);
            let value = match (adds, few) {
                (true, true) => match numbers.clone().sum::<f64>() {
                    sum if !average => sum,
                    sum if sum.is_finite() => sum / inside.len() as f64,
                    _ => numbers.map(|value| value * SMALL).sum::<f64>() / inside.len() as f64 / SMALL,
                },
                (true, false) => {
                    let sums = sums.get_or_insert_with(|| Ranges::new(all().map(sum_of), ExactSum::default(), ExactSum::merge));
                    let (sum, count) = (sums.over(window), inside.len());
                    if average { sum.mean(count as u64) } else { sum.value() }
                }
                (false, true) => numbers.fold(empty, |mut a, b| {
                    better(&mut a, &b);
                    a
                }),
                (false, false) => bests.get_or_insert_with(|| Ranges::new(all(), empty, better)).over(window),
            };
            self.put(line, place, value);
        }
    }

    /// SPREAD(x, D, n [, start]): a share of each value on n items; shares that meet are added and rounded once.
    fn spread(&mut self, line: &Walked<'_, K>, members: &[Member<f64>]) {
        let shares = line.shares(members, |value, count| Some(value / count as f64));
        for (place, sum) in met(shares, ExactSum::default(), ExactSum::merge, ExactSum::add) {
            if sum.seen() {
                self.put(line, place, sum.value());
            }
        }
    }

    /// Forecasts: the cells as they are, and behind the last one what is fitted on them.
    fn extended(&mut self, line: &Walked<'_, K>, members: &[Member<f64>]) {
        let (Some(first), Some(last)) = (members.first(), members.last()) else { return };
        let Some(model) = Model::of(self.line.function, line, line.at_cell(first)) else { return };
        members.iter().for_each(|member| self.put(line, member.place as usize, member.value));
        let behind = last.place.saturating_add(1)..u32::try_from(line.walk.items.len()).unwrap_or(u32::MAX);
        if behind.is_empty() {
            return;
        }
        let cells: Vec<(u32, f64)> = members.iter().map(|member| (member.place, member.value)).collect();
        if let Some(fitted) = model.fitted(&cells) {
            behind.for_each(|place| self.put(line, place as usize, fitted.at(place)));
        }
    }

    /// NPV(rate, x [, all] [, D]): at the first cell, or at every one, what it and the later ones are worth one item earlier.
    fn present_values(&mut self, line: &Walked<'_, K>, members: &[Member<f64>]) {
        let all = matches!(members.first().and_then(|m| line.args.value(1, line.at_cell(m))), Some(Value::Boolean(true)));
        if !all {
            if let Some(first) = members.first()
                && let Some(rate) = line.args.number(0, line.at_cell(first))
            {
                self.put(line, first.place as usize, rate::present_value(rate, members.iter().map(|m| (m.place, m.value))));
            }
            return;
        }
        // From the end, so that each cell is one step from the next one, as long as the rate stays.
        let (mut worth, mut known) = (rate::Worth::default(), None);
        let mut found = Vec::with_capacity(members.len());
        for (from, member) in members.iter().enumerate().rev() {
            let Some(rate) = line.args.number(0, line.at_cell(member)) else {
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
        found.into_iter().rev().for_each(|(place, value)| self.put(line, place, value));
    }
}

fn sum_of(value: f64) -> ExactSum {
    let mut sum = ExactSum::default();
    sum.add(value);
    sum
}
