//! Functions along a dimension, computed line by line: CUMULATE, DECUMULATE, MOVING… with long windows, FILLFORWARD, GROWTH.

use std::sync::Arc;

use rayon::prelude::*;
use smalt_formula::program::{Along, Kind, Method, Node};
use smalt_model::{DimensionId, Type, Value};
use smalt_vault::{Builder, Cells, Keys, Vector};

use super::exact_line;
use crate::call::Facts;
use crate::error::CalcError;
use crate::eval::{Scope, Site, to_numbers};
use crate::reorder::reorder;
use crate::width::Width;

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

/// The function over some cells. The result has the line's dimension last.
pub(crate) fn along(cells: &Cells, line: &Line<'_>) -> Result<Cells, CalcError> {
    let mut dims: Vec<DimensionId> = cells.layout().dims().iter().copied().filter(|d| *d != line.dimension).collect();
    dims.push(line.dimension);
    let layout = line.scope.run.layout(&dims)?;
    let cells = reorder(cells, &layout)?;
    if exact_line::takes(line) {
        return if layout.is_wide() { exact_line::lines::<u128>(&cells, line) } else { exact_line::lines::<u64>(&cells, line) };
    }
    if layout.is_wide() { lines::<u128>(&cells, line) } else { lines::<u64>(&cells, line) }
}

/// The items of the line's dimension in the order in which the line is walked.
pub(super) struct Walk {
    /// Items by place.
    pub(super) items: Vec<u32>,
    /// Place by item.
    pub(super) places: Vec<u32>,
    /// The run of each place: a new number where the group changes. One run without a group.
    pub(super) runs: Vec<u32>,
}

/// The way along a line.
pub(super) fn walk(line: &Line<'_>) -> Result<Walk, CalcError> {
    let run = &line.scope.run;
    let mut items: Vec<u32> = run.order(line.dimension).to_vec();
    let layout = run.layout(&[line.dimension])?;
    let field = layout.field(line.dimension).ok_or(CalcError::Internal("a line has no dimension"))?;
    let keys = |items: &[u32]| items.iter().map(|i| smalt_vault::Key::with(0u64, field, *i)).collect::<Vec<u64>>();
    if let Some(order) = line.order {
        let values = line.scope.values(order, &Site::at(&layout, &keys(&items)))?;
        let ranks = super::rank::order_of(&values, run);
        items = ranks.into_iter().filter_map(|at| items.get(at).copied()).collect();
    }
    let mut places = vec![u32::MAX; run.items(line.dimension).capacity() as usize];
    for (place, item) in (0u32..).zip(&items) {
        if let Some(slot) = places.get_mut(*item as usize) {
            *slot = place;
        }
    }
    let mut runs = vec![0u32; items.len()];
    if matches!(line.function, Along::Cumulate | Along::Decumulate)
        && let Some(Some(group)) = line.args.first()
    {
        let groups = line.scope.values(group, &Site::at(&layout, &keys(&items)))?;
        let mut run = 0;
        for at in 1..items.len() {
            if groups.get(at) != groups.get(at - 1) {
                run += 1;
            }
            if let Some(slot) = runs.get_mut(at) {
                *slot = run;
            }
        }
    }
    Ok(Walk { items, places, runs })
}

fn lines<K: Width>(cells: &Cells, line: &Line<'_>) -> Result<Cells, CalcError> {
    let body = K::body(cells).ok_or(CalcError::Internal("a line has another key width"))?;
    let layout = cells.layout();
    let field = layout.fields().last().copied().ok_or(CalcError::Internal("a line has no dimension"))?;
    let walk = walk(line)?;
    let natural = walk.items.is_sorted();
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
            let mut out = Writer { line, walk: &walk, field, keys: Vec::new(), values: Vec::new() };
            let (numbers, back) = as_numbers(values, line);
            if let (true, Along::Cumulate | Along::Decumulate) = (natural, line.function) {
                let same = running(line, &walk, field, &keys, &numbers);
                return Ok(Some((Some(chunk.keys), Vec::new(), back.values(same))));
            }
            let mut start = 0;
            while let Some(key) = keys.get(start) {
                let head = key.prefix(field.bits);
                let len = keys.get(start..).map_or(0, |rest| rest.partition_point(|k| k.prefix(field.bits) == head));
                let mut members: Vec<(u32, f64)> = keys
                    .iter()
                    .zip(&numbers)
                    .skip(start)
                    .take(len)
                    .map(|(k, v)| (walk.places.get(k.get(field) as usize).copied().unwrap_or(u32::MAX), *v))
                    .collect();
                if !natural {
                    members.sort_unstable_by_key(|(place, _)| *place);
                }
                out.line(head, &members)?;
                start += len;
            }
            if !natural {
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
            let order = super::rank::order_of(&values, &line.scope.run);
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
fn running<K: Width>(line: &Line<'_>, walk: &Walk, field: smalt_vault::Field, keys: &[K], values: &[f64]) -> Vec<f64> {
    let mut out = Vec::with_capacity(values.len());
    let mut state = Running::new(line.method);
    let mut before: Option<(K, u32)> = None;
    for (key, value) in keys.iter().zip(values) {
        let head = key.prefix(field.bits);
        let run = walk.runs.get(walk.places.get(key.get(field) as usize).copied().unwrap_or(0) as usize).copied().unwrap_or(0);
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
    walk: &'a Walk,
    field: smalt_vault::Field,
    keys: Vec<K>,
    values: Vec<f64>,
}

impl<K: Width> Writer<'_, K> {
    fn put(&mut self, head: K, place: usize, value: f64) {
        if let Some(item) = self.walk.items.get(place)
            && value.is_finite()
        {
            self.keys.push(head.with(self.field, *item));
            self.values.push(value);
        }
    }

    /// One line: its cells by place, ascending.
    fn line(&mut self, head: K, members: &[(u32, f64)]) -> Result<(), CalcError> {
        match self.line.function {
            Along::Cumulate | Along::Decumulate => {
                let mut state = Running::new(self.line.method);
                let mut before = None;
                for (place, value) in members {
                    let run = self.walk.runs.get(*place as usize).copied();
                    if before != Some(run) {
                        state = Running::new(self.line.method);
                        before = Some(run);
                    }
                    let value = if self.line.function == Along::Decumulate { state.step_back(*value) } else { state.step(*value) };
                    self.put(head, *place as usize, value);
                }
            }
            Along::FillForward => {
                let mut next = members.iter().peekable();
                let mut last = f64::NAN;
                for place in 0..self.walk.items.len() {
                    while let Some((_, value)) = next.next_if(|(p, _)| *p as usize <= place) {
                        last = *value;
                    }
                    self.put(head, place, last);
                }
            }
            Along::MovingSum | Along::MovingAverage | Along::MovingMin | Along::MovingMax => {
                let (Some(window), Some(offset)) = (constant(self.line.args.first(), None), constant(self.line.args.get(1), Some(0)))
                else {
                    return Err(CalcError::Internal("a window that is no constant"));
                };
                for place in 0..self.walk.items.len() {
                    let last = i64::try_from(place).unwrap_or(i64::MAX).saturating_add(offset);
                    let first = last.saturating_sub(window - 1);
                    let from = members.partition_point(|(p, _)| i64::from(*p) < first);
                    let to = members.partition_point(|(p, _)| i64::from(*p) <= last);
                    let inside = members.get(from..to.max(from)).unwrap_or_default();
                    if inside.is_empty() || window < 1 {
                        continue;
                    }
                    let numbers = inside.iter().map(|(_, v)| *v);
                    let value = match self.line.function {
                        Along::MovingMin => numbers.fold(f64::INFINITY, f64::min),
                        Along::MovingMax => numbers.fold(f64::NEG_INFINITY, f64::max),
                        Along::MovingAverage => numbers.sum::<f64>() / inside.len() as f64,
                        _ => numbers.sum(),
                    };
                    self.put(head, place, value);
                }
            }
            Along::Growth => {
                let Some(back) = constant(self.line.args.first(), None) else {
                    return Err(CalcError::Internal("a distance that is no constant"));
                };
                for (place, value) in members {
                    let wanted = i64::from(*place) - back;
                    if let Ok(at) = members.binary_search_by(|(p, _)| i64::from(*p).cmp(&wanted))
                        && let Some((_, earlier)) = members.get(at)
                    {
                        self.put(head, *place as usize, value / earlier - 1.0);
                    }
                }
            }
            _ => return Err(CalcError::Internal("a function along a dimension that is not computed yet")),
        }
        Ok(())
    }
}

/// The value of a constant whole-number argument.
pub(crate) fn constant(arg: Option<&Option<Node>>, default: Option<i64>) -> Option<i64> {
    match arg {
        None | Some(None) => default,
        Some(Some(Node { kind: Kind::Constant(Value::Integer(v)), .. })) => Some(*v),
        Some(Some(_)) => None,
    }
}
