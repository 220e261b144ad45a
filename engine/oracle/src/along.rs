//! Functions along a dimension (formulas.md §7).

use std::cmp::Ordering;

use smalt_formula::{Argument, Expr, ExprKind, Method};

use crate::aggregate::{aggregate, gives};
use crate::arithmetic::{minus, over, sum};
use crate::block::Block;
use crate::look;
use crate::model::Level;
use crate::operator::numeric;
use crate::scope::Scope;
use crate::value::{Type, Value};
use crate::{Cells, Found};

/// A line of a block: its coordinates in order, with the values there.
pub(crate) struct Line {
    pub(crate) at: Vec<Vec<usize>>,
    pub(crate) values: Vec<Option<Value>>,
}

impl Line {
    /// What another block has at each place of the line.
    pub(crate) fn look(&self, dims: &[usize], other: &Block) -> Vec<Option<Value>> {
        self.at.iter().map(|c| other.at(dims, c).cloned()).collect()
    }
}

/// The dimension of an argument with the order along it.
pub(crate) struct Track {
    pub(crate) dimension: usize,
    order: Option<Block>,
}

impl Track {
    pub(crate) fn of(scope: &Scope<'_>, x: &Block, argument: &Argument) -> Found<Track> {
        let ExprKind::Name(name) = &argument.value.kind else { return Err("a dimension is expected".to_owned()) };
        let dimension = scope.dimension(name)?;
        x.place(dimension)?;
        let order = argument.on.as_ref().map(|on| scope.eval(on)).transpose()?;
        if order.as_ref().is_some_and(|o| !o.is_within(&x.dims)) {
            return Err("the order has other dimensions".to_owned());
        }
        if order.as_ref().is_some_and(|o| o.ty == Some(Type::Boolean)) {
            return Err("truths are not ordered".to_owned());
        }
        Ok(Track { dimension, order })
    }

    /// Where D is left out: the only calendar dimension, else the only one.
    pub(crate) fn implied(scope: &Scope<'_>, x: &Block) -> Found<Track> {
        let calendars: Vec<usize> = x.dims.iter().copied().filter(|d| scope.model.dimensions[*d].level.is_some()).collect();
        match (calendars.as_slice(), x.dims.as_slice()) {
            ([d], _) | (_, [d]) => Ok(Track { dimension: *d, order: None }),
            _ => Err("the dimension must be named".to_owned()),
        }
    }

    /// All lines of a block.
    pub(crate) fn lines(&self, scope: &Scope<'_>, x: &Block) -> Found<Vec<Line>> {
        let place = x.place(self.dimension)?;
        // Of each place all others of its line are looked at.
        scope.work.take(scope.model.size(&x.dims) * scope.count(self.dimension))?;
        let all = scope.model.coordinates(&x.dims);
        let mut lines = Vec::new();
        for first in all.iter().filter(|c| c[place] == 0) {
            let mut at: Vec<Vec<usize>> = (0..scope.count(self.dimension))
                .map(|item| {
                    let mut c = first.clone();
                    c[place] = item;
                    c
                })
                .collect();
            if let Some(order) = &self.order {
                // A stable sort: ties keep item order; BLANK comes last.
                at.sort_by(|a, b| match (order.at(&x.dims, a), order.at(&x.dims, b)) {
                    (Some(a), Some(b)) => a.compared(b).unwrap_or(Ordering::Equal),
                    (a, b) => b.is_some().cmp(&a.is_some()),
                });
            }
            let values = at.iter().map(|c| x.cells.get(c).cloned()).collect();
            lines.push(Line { at, values });
        }
        Ok(lines)
    }

    /// Line by line.
    pub(crate) fn run(&self, scope: &Scope<'_>, x: &Block, ty: Option<Type>, f: impl Fn(&Line) -> Vec<Option<Value>>) -> Found<Block> {
        let mut cells = Cells::new();
        for line in self.lines(scope, x)? {
            let results = f(&line);
            cells.extend(line.at.into_iter().zip(results).filter_map(|(c, v)| Some((c, v?.widened(ty)?))));
        }
        Ok(Block { dims: x.dims.clone(), ty, cells })
    }
}

/// A word such as SUM or DESC.
pub(crate) fn word(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) if !name.quoted => Some(name.text.to_ascii_uppercase()),
        _ => None,
    }
}

pub(crate) fn method(word: &str) -> Option<Method> {
    match word {
        "SUM" => Some(Method::Sum),
        "AVG" => Some(Method::Avg),
        "MIN" => Some(Method::Min),
        "MAX" => Some(Method::Max),
        _ => None,
    }
}

/// Splits off a last argument that is the word of a method.
fn with_method(arguments: &[Argument]) -> (&[Argument], Method) {
    match arguments.split_last() {
        Some((last, rest)) if word(&last.value).as_deref().and_then(method).is_some() => {
            (rest, word(&last.value).as_deref().and_then(method).unwrap_or(Method::Sum))
        }
        _ => (arguments, Method::Sum),
    }
}

pub(crate) fn cumulate(scope: &Scope<'_>, arguments: &[Argument]) -> Found<Block> {
    let (arguments, method) = with_method(arguments);
    let x = scope.eval(&arguments[0].value)?;
    let track = Track::of(scope, &x, arguments.get(1).ok_or("D")?)?;
    let group = arguments.get(2).map(|g| scope.eval(&g.value)).transpose()?;
    let x = x.over_all(scope, &group.iter().collect::<Vec<_>>())?;
    runs(scope, &x, &track, group.as_ref(), method)
}

/// A running aggregate that resets where the group is another than at the item before.
fn runs(scope: &Scope<'_>, x: &Block, track: &Track, group: Option<&Block>, method: Method) -> Found<Block> {
    let ty = gives(method, Some(number(x)))?;
    track.run(scope, x, ty, |line| {
        let starts = starts(line, x, group);
        (0..line.values.len())
            .map(|i| {
                line.values[i].as_ref()?;
                let run: Vec<Option<&Value>> = line.values[starts[i]..=i].iter().map(Option::as_ref).collect();
                aggregate(method, &run, ty)
            })
            .collect()
    })
}

/// Its type; of BLANK that of numbers.
fn number(x: &Block) -> Type {
    x.ty.unwrap_or(Type::Number)
}

/// Where the run of each place starts.
fn starts(line: &Line, x: &Block, group: Option<&Block>) -> Vec<usize> {
    let groups = group.map(|g| line.look(&x.dims, g));
    let mut start = 0;
    (0..line.values.len())
        .map(|i| {
            if i > 0 && groups.as_ref().is_some_and(|g| g[i] != g[i - 1]) {
                start = i;
            }
            start
        })
        .collect()
}

pub(crate) fn decumulate(scope: &Scope<'_>, arguments: &[Argument]) -> Found<Block> {
    let x = scope.eval(&arguments[0].value)?;
    numeric(&x)?;
    let track = Track::of(scope, &x, arguments.get(1).ok_or("D")?)?;
    let group = arguments.get(2).map(|g| scope.eval(&g.value)).transpose()?;
    let x = x.over_all(scope, &group.iter().collect::<Vec<_>>())?;
    track.run(scope, &x, Some(number(&x)), |line| {
        let starts = starts(line, &x, group.as_ref());
        (0..line.values.len())
            .map(|i| {
                let here = line.values[i].as_ref()?;
                match line.values[starts[i]..i].iter().flatten().next_back() {
                    None => Some(here.clone()),
                    Some(before) => minus(here, before),
                }
            })
            .collect()
    })
}

/// MOVING…(x, window [, offset] [, D])
pub(crate) fn moving(scope: &Scope<'_>, arguments: &[Argument], method: Method) -> Found<Block> {
    let x = scope.eval(&arguments[0].value)?;
    let ty = gives(method, Some(number(&x)))?;
    let mut rest = &arguments[1..];
    let is_dimension = |a: &Argument| matches!(&a.value.kind, ExprKind::Name(n) if scope.model.metric(&n.text).is_none());
    let track = match rest.split_last() {
        Some((last, before)) if is_dimension(last) => {
            rest = before;
            Track::of(scope, &x, last)?
        }
        _ => Track::implied(scope, &x)?,
    };
    let window = scope.eval(&rest.first().ok_or("window")?.value)?;
    let offset = rest.get(1).map(|o| scope.eval(&o.value)).transpose()?;
    numeric(&window)?;
    let x = x.over_all(scope, &std::iter::once(&window).chain(&offset).collect::<Vec<_>>())?;
    track.run(scope, &x, ty, |line| {
        let windows = line.look(&x.dims, &window);
        let offsets = offset.as_ref().map(|o| line.look(&x.dims, o));
        (0..line.values.len())
            .map(|i| {
                let window = i128::from(windows[i].as_ref()?.truncated()?);
                let offset = match &offsets {
                    Some(offsets) => i128::from(offsets[i].as_ref()?.truncated()?),
                    None => 0,
                };
                let last = i as i128 + offset;
                let inside = |at: usize| (at as i128) <= last && (at as i128) > last - window;
                let all: Vec<Option<&Value>> = (0..line.values.len()).filter(|at| inside(*at)).map(|at| line.values[at].as_ref()).collect();
                aggregate(method, &all, ty)
            })
            .collect()
    })
}

/// …TODATE(x [, agg]): `months` is 12, 3 or 1.
pub(crate) fn to_date(scope: &Scope<'_>, arguments: &[Argument], months: i64) -> Found<Block> {
    let (arguments, method) = with_method(arguments);
    let x = scope.eval(&arguments[0].value)?;
    let track = Track::implied(scope, &x)?;
    let dimension = track.dimension;
    let calendar = &scope.model.dimensions[dimension];
    let period = match months {
        12 => Level::Year,
        3 => Level::Quarter,
        _ => Level::Month,
    };
    let level = calendar.level.ok_or("no calendar")?;
    // A week may lie in two months and in two quarters; its year is that of its first day.
    if level >= period || (level == Level::Week && period != Level::Year) {
        return Err("the level is not finer than the period".to_owned());
    }
    let shift = scope.model.fiscal.max(1) - 1;
    let group = Block::filled(scope, vec![dimension], Some(Type::Integer), |c| {
        let (year, month, _) = smalt_model::civil_from_days(calendar.period(c[0])?.0);
        Some(Value::Integer((year * 12 + month - 1 - shift).div_euclid(months)))
    })?;
    runs(scope, &x, &track, Some(&group), method)
}

pub(crate) fn fill_forward(scope: &Scope<'_>, arguments: &[Argument]) -> Found<Block> {
    let x = scope.eval(&arguments[0].value)?;
    let track = Track::of(scope, &x, arguments.get(1).ok_or("D")?)?;
    track.run(scope, &x, x.ty, |line| (0..line.values.len()).map(|i| line.values[..=i].iter().flatten().next_back().cloned()).collect())
}

/// What `/` of an expression by whole numbers is: a DECIMAL stays one.
fn quotient(x: &Block) -> Option<Type> {
    x.ty.filter(|ty| ty.scale().is_some()).or(Some(Type::Number))
}

/// GROWTH(x, D, n) = x / x n items earlier - 1
pub(crate) fn growth(scope: &Scope<'_>, arguments: &[Argument]) -> Found<Block> {
    let x = scope.eval(&arguments[0].value)?;
    numeric(&x)?;
    let track = Track::of(scope, &x, arguments.get(1).ok_or("D")?)?;
    let n = scope.eval(&arguments.get(2).ok_or("n")?.value)?;
    let x = x.over_all(scope, &[&n])?;
    let (ty, one) = (quotient(&x), Value::Integer(1));
    track.run(scope, &x, ty, |line| {
        let distances = line.look(&x.dims, &n);
        (0..line.values.len())
            .map(|i| {
                let from = usize::try_from((i as i64).checked_sub(distances[i].as_ref()?.truncated()?)?).ok()?;
                minus(&over(line.values[i].as_ref()?, line.values.get(from)?.as_ref()?)?, &one)
            })
            .collect()
    })
}

/// SPREAD(x, D, n [, start])
pub(crate) fn spread(scope: &Scope<'_>, arguments: &[Argument]) -> Found<Block> {
    let x = scope.eval(&arguments[0].value)?;
    numeric(&x)?;
    let track = Track::of(scope, &x, arguments.get(1).ok_or("D")?)?;
    let n = scope.eval(&arguments.get(2).ok_or("n")?.value)?;
    let start = arguments.get(3).map(|s| scope.eval(&s.value)).transpose()?;
    let x = x.over_all(scope, &std::iter::once(&n).chain(&start).collect::<Vec<_>>())?;
    let place = x.place(track.dimension)?;
    let ty = quotient(&x);
    track.run(scope, &x, ty, |line| {
        let counts = line.look(&x.dims, &n);
        let firsts = start.as_ref().map(|s| line.look(&x.dims, s));
        let mut parts: Vec<Vec<Value>> = vec![Vec::new(); line.values.len()];
        for i in 0..line.values.len() {
            let (Some(value), Some(count)) = (line.values[i].as_ref(), counts[i].as_ref().and_then(Value::truncated)) else { continue };
            let first = match &firsts {
                None => Some(i),
                // The place in the line of the item that is named.
                Some(firsts) => firsts[i].as_ref().and_then(Value::item).and_then(|item| line.at.iter().position(|c| c[place] == item)),
            };
            let (Some(first), true) = (first, count >= 1) else { continue };
            for part in parts.iter_mut().skip(first).take(usize::try_from(count).unwrap_or(usize::MAX)) {
                part.extend(over(value, &Value::Integer(count)));
            }
        }
        parts.iter().map(|p| if p.is_empty() { None } else { sum(&p.iter().collect::<Vec<_>>(), ty) }).collect()
    })
}

/// The value of a metric n items earlier.
pub(crate) fn earlier(scope: &Scope<'_>, metric: usize, dimension: usize, n: Option<&Expr>) -> Found<Block> {
    let x = scope.metric(metric);
    let place = x.place(dimension)?;
    let n = match n {
        Some(n) => scope.eval(n)?,
        None => Block::constant(Some(Type::Integer), Some(Value::Integer(1))),
    };
    numeric(&n)?;
    let dims = crate::modifier::all_dims(&[x.clone(), n.clone()]);
    Block::filled(scope, dims.clone(), x.ty, |c| {
        let n = n.at(&dims, c)?.truncated().filter(|n| *n >= 1)?;
        let mut from = crate::block::project(&dims, c, &x.dims)?;
        from[place] = usize::try_from((from[place] as i64).checked_sub(n)?).ok()?;
        x.cells.get(&from).cloned()
    })
}

pub(crate) fn previous(scope: &Scope<'_>, arguments: &[Argument]) -> Found<Block> {
    let own = scope.own.ok_or("PREVIOUS stands in a metric's formula")?;
    let dimension = named(scope, arguments.first().ok_or("D")?)?;
    earlier(scope, own, dimension, arguments.get(1).map(|n| &n.value))
}

pub(crate) fn previous_of(scope: &Scope<'_>, arguments: &[Argument]) -> Found<Block> {
    let ExprKind::Name(name) = &arguments.first().ok_or("M")?.value.kind else { return Err("a metric".to_owned()) };
    let metric = scope.model.metric(&name.text).ok_or("no such metric")?;
    // D may stand where n is left out.
    let (n, d) = match &arguments[1..] {
        [d] if matches!(&d.value.kind, ExprKind::Name(n) if scope.model.metric(&n.text).is_none()) => (None, Some(d)),
        rest => (rest.first(), rest.get(1)),
    };
    let dimension = match d {
        Some(d) => named(scope, d)?,
        None => {
            // Of the dimensions that both metrics have.
            let own = scope.own.map(|own| scope.metric(own));
            let mut shared = scope.metric(metric);
            shared.dims.retain(|d| own.as_ref().is_none_or(|own| own.has(*d)));
            Track::implied(scope, &shared)?.dimension
        }
    };
    earlier(scope, metric, dimension, n.map(|n| &n.value))
}

fn named(scope: &Scope<'_>, argument: &Argument) -> Found<usize> {
    let ExprKind::Name(name) = &argument.value.kind else { return Err("a dimension is expected".to_owned()) };
    scope.dimension(name)
}

/// The dimension and the name of `D.property`.
pub(crate) fn property_of(scope: &Scope<'_>, argument: &Argument) -> Found<(usize, String)> {
    match &argument.value.kind {
        ExprKind::Property(of, name) => match &of.kind {
            ExprKind::Name(of) => Ok((scope.dimension(of)?, name.text.clone())),
            _ => Err("a property of a dimension".to_owned()),
        },
        _ => Err("a property is expected".to_owned()),
    }
}

/// ITEM, MATCH; with `only` the one item that has the value, else the first
pub(crate) fn found(scope: &Scope<'_>, arguments: &[Argument], only: bool) -> Found<Block> {
    let value = scope.eval(&arguments[0].value)?;
    let (dimension, name) = property_of(scope, arguments.get(1).ok_or("property")?)?;
    look::first_match(scope, &value, dimension, &name, only)
}

/// TIMEDIM
pub(crate) fn time_dim(scope: &Scope<'_>, arguments: &[Argument]) -> Found<Block> {
    let date = scope.eval(&arguments[0].value)?;
    look::period_of(scope, &date, named(scope, arguments.get(1).ok_or("D")?)?)
}

/// The dimension that an argument names.
pub(crate) fn dimension_of(scope: &Scope<'_>, argument: &Argument) -> Found<usize> {
    named(scope, argument)
}
