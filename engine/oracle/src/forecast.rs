//! Forecasts, item by item (formulas.md §7; the definitions are those of the reference, "How forecasts are made").

use smalt_formula::Argument;

use crate::Found;
use crate::along::Track;
use crate::arithmetic::exact_sum;
use crate::block::Block;
use crate::operator::numeric;
use crate::scope::Scope;
use crate::value::{Type, Value};

/// About as many parameters as are tried.
const TRIED: usize = 230;

/// A line without what is before its first cell and behind its last one.
struct History {
    /// The place of the first cell.
    first: usize,
    values: Vec<Option<f64>>,
}

/// What is expected at a place behind the last cell.
type Expected = Box<dyn Fn(usize) -> Option<f64>>;

/// FORECAST_LINEAR(x, D) and the others; `name` tells which.
pub(crate) fn forecast(scope: &Scope<'_>, name: &str, arguments: &[Argument]) -> Found<Block> {
    let x = scope.eval(&arguments[0].value)?;
    numeric(&x)?;
    let track = Track::of(scope, &x, arguments.get(1).ok_or("D")?)?;
    let more = arguments[2..].iter().map(|a| scope.eval(&a.value)).collect::<Found<Vec<_>>>()?;
    for part in &more {
        numeric(part)?;
        if part.has(track.dimension) {
            return Err("an argument differs along the line".to_owned());
        }
    }
    let x = x.over_all(scope, &more.iter().collect::<Vec<_>>())?;
    let count = match name {
        "FORECAST_LINEAR" => 0,
        "DOUBLE_SMOOTHING" => 2,
        _ => 1,
    };
    if more.len() != count {
        return Err("another number of arguments".to_owned());
    }
    if name == "FORECAST_ETS" {
        scope.work.take(x.cells.len() * TRIED)?;
    }
    track.run(scope, &x, Some(Type::Number), |line| {
        let nothing = vec![None; line.values.len()];
        let given: Option<Vec<Value>> = more.iter().map(|part| line.look(&x.dims, part).first().cloned().flatten()).collect();
        let values: Vec<Option<f64>> = line.values.iter().map(|v| v.as_ref().and_then(Value::number)).collect();
        let (Some(first), Some(last)) = (values.iter().position(Option::is_some), values.iter().rposition(Option::is_some)) else {
            return nothing;
        };
        let history = History { first, values: values[first..=last].to_vec() };
        let Some(expected) = given.and_then(|given| fitted(name, &given, &history)) else { return nothing };
        let behind = |place: usize| expected.as_ref().and_then(|at| at(place)).and_then(Value::finite);
        (0..values.len()).map(|place| if place <= last { values[place].map(Value::Number) } else { behind(place) }).collect()
    })
}

/// `None` where an argument is not what it may be, `Some(None)` where there are too few cells.
fn fitted(name: &str, given: &[Value], history: &History) -> Option<Option<Expected>> {
    let share = |at: usize| given[at].number().filter(|v| *v >= 0.0 && *v <= 1.0);
    let season = || given[0].truncated().filter(|n| *n >= 1).map(|n| usize::try_from(n).unwrap_or(usize::MAX));
    Some(match name {
        "FORECAST_LINEAR" => linear(history, 1),
        "SEASONAL_LINEAR" => linear(history, season()?),
        "SIMPLE_SMOOTHING" => simple(history, share(0)?),
        "DOUBLE_SMOOTHING" => double(history, share(0)?, share(1)?),
        _ => winters(history, season()?),
    })
}

impl History {
    /// Places with their values.
    fn cells(&self) -> Vec<(usize, f64)> {
        (self.first..).zip(&self.values).filter_map(|(place, value)| Some((place, (*value)?))).collect()
    }

    fn last(&self) -> usize {
        self.first + self.values.len() - 1
    }
}

/// The slope that the places of a season have in common, and for each of them with a cell the means of its places and values.
struct Fit {
    slope: f64,
    means: Vec<(usize, (f64, f64))>,
}

fn mean(numbers: &[f64]) -> f64 {
    exact_sum(numbers.iter().copied()) / numbers.len() as f64
}

fn means(cells: &[(usize, f64)]) -> (f64, f64) {
    (mean(&cells.iter().map(|c| c.0 as f64).collect::<Vec<_>>()), mean(&cells.iter().map(|c| c.1).collect::<Vec<_>>()))
}

fn fit(cells: &[(usize, f64)], season: usize) -> Option<Fit> {
    let mut places: Vec<usize> = cells.iter().map(|c| c.0 % season).collect();
    places.sort_unstable();
    places.dedup();
    if places.len() == cells.len() {
        return None;
    }
    let of = |place: usize| cells.iter().copied().filter(|c| c.0 % season == place).collect::<Vec<_>>();
    let means: Vec<(usize, (f64, f64))> = places.iter().map(|place| (*place, means(&of(*place)))).collect();
    let mut products = Vec::new();
    let mut squares = Vec::new();
    for (place, (t, y)) in &means {
        for cell in of(*place) {
            products.push((cell.0 as f64 - t) * (cell.1 - y));
            squares.push((cell.0 as f64 - t) * (cell.0 as f64 - t));
        }
    }
    Some(Fit { slope: exact_sum(products) / exact_sum(squares), means })
}

fn linear(history: &History, season: usize) -> Option<Expected> {
    let fit = fit(&history.cells(), season)?;
    Some(Box::new(move |place| {
        let (_, (t, y)) = fit.means.iter().find(|(q, _)| *q == place % season)?;
        Some(y + fit.slope * (place as f64 - t))
    }))
}

fn simple(history: &History, alpha: f64) -> Option<Expected> {
    let cells = history.cells();
    let level = cells[1..].iter().fold(cells[0].1, |level, cell| alpha * cell.1 + (1.0 - alpha) * level);
    Some(Box::new(move |_| Some(level)))
}

fn double(history: &History, alpha: f64, beta: f64) -> Option<Expected> {
    let cells = history.cells();
    let [first, second, ..] = cells.as_slice() else { return None };
    let mut level = first.1;
    let mut trend = (second.1 - first.1) / (second.0 - first.0) as f64;
    for value in &history.values[1..] {
        let before = level;
        match value {
            Some(value) => {
                level = alpha * value + (1.0 - alpha) * (level + trend);
                trend = beta * (level - before) + (1.0 - beta) * trend;
            }
            None => level += trend,
        }
    }
    let last = history.last();
    Some(Box::new(move |place| Some(level + trend * (place - last) as f64)))
}

/// A state of Holt and Winters.
#[derive(Clone)]
struct State {
    level: f64,
    trend: f64,
    /// For each place of the season that has a cell.
    above: Vec<(usize, f64)>,
}

impl State {
    fn above(&mut self, place: usize) -> Option<&mut f64> {
        self.above.iter_mut().find(|(q, _)| *q == place).map(|(_, above)| above)
    }

    /// Goes through the items; the sum of the squares of what was missed.
    fn follow(&mut self, history: &History, season: usize, parts: [u32; 3]) -> Option<f64> {
        let [alpha, beta, gamma] = parts.map(|part| f64::from(part) / 64.0);
        let mut missed = 0.0;
        for (place, value) in (history.first..).zip(&history.values) {
            let before = self.level;
            let Some(value) = *value else {
                self.level += self.trend;
                continue;
            };
            let trend = self.trend;
            let above = self.above(place % season)?;
            let error = value - (before + trend + *above);
            missed += error * error;
            let level = alpha * (value - *above) + (1.0 - alpha) * (before + trend);
            *above = gamma * (value - level) + (1.0 - gamma) * *above;
            self.trend = beta * (level - before) + (1.0 - beta) * trend;
            self.level = level;
        }
        Some(missed)
    }
}

fn winters(history: &History, season: usize) -> Option<Expected> {
    // In a size whose squares are numbers.
    let size = history.values.iter().flatten().fold(0.0f64, |size, v| size.max(v.abs()));
    let size = if size > 0.0 { size } else { 1.0 };
    let history = History { first: history.first, values: history.values.iter().map(|v| v.map(|v| v / size)).collect() };
    let cells = history.cells();
    let places = |cells: &[(usize, f64)]| cells.iter().map(|c| c.0 % season).collect::<std::collections::BTreeSet<_>>();
    // The shortest beginning that will do.
    let end = (2 * season.min(1 << 40)).max(10) + history.first;
    let enough = |n: &usize| {
        let seen = places(&cells[..*n]);
        seen == places(&cells) && seen.len() < *n && cells[*n..].iter().all(|c| c.0 >= end)
    };
    let begin = &cells[..(1..=cells.len()).find(enough)?];
    let fit = fit(begin, season)?;
    let (t, y) = means(begin);
    let line = |place: f64| y + fit.slope * (place - t);
    let above = fit.means.iter().map(|(q, (t, y))| (*q, y - line(*t))).collect();
    let start = State { level: line(history.first as f64 - 1.0), trend: fit.slope, above };

    let mut best = ([0, 0, 0], f64::INFINITY);
    let mut axes: [Vec<u32>; 3] = std::array::from_fn(|_| vec![0, 16, 32, 48, 64]);
    for step in [8, 4, 2, 1, 0] {
        if season == 1 {
            axes[2] = vec![0];
        }
        for a in &axes[0] {
            for b in &axes[1] {
                for c in &axes[2] {
                    let missed = start.clone().follow(&history, season, [*a, *b, *c])?;
                    if missed < best.1 * (1.0 - 1e-9) {
                        best = ([*a, *b, *c], missed);
                    }
                }
            }
        }
        axes = best.0.map(|at: u32| [at.wrapping_sub(step), at, at + step].into_iter().filter(|at| *at <= 64).collect());
    }
    let mut state = start;
    state.follow(&history, season, best.0)?;
    let last = history.last();
    Some(Box::new(move |place| {
        let above = state.above.iter().find(|(q, _)| *q == place % season)?.1;
        Some((state.level + state.trend * (place - last) as f64 + above) * size)
    }))
}
