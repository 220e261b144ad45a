//! CORREL, PERCENTILE and the normal distribution.

use smalt_formula::Argument;

use crate::along::Track;
use crate::arithmetic::exact_sum;
use crate::block::{Block, project};
use crate::operator::numeric;
use crate::scope::Scope;
use crate::value::{Type, Value};
use crate::{Cells, Found};

/// CORREL(x, y, D): over the items at which both have a value.
pub(crate) fn correl(scope: &Scope<'_>, arguments: &[Argument]) -> Found<Block> {
    let x = scope.eval(&arguments[0].value)?;
    let y = scope.eval(&arguments.get(1).ok_or("y")?.value)?;
    numeric(&x)?;
    numeric(&y)?;
    // Over the union of their dimensions, as functions are.
    let one = Some(Type::Number);
    let pairs = Block::strict(scope, &[&x, &y], one, |v| Some(v[0].clone()))?;
    let others = Block::strict(scope, &[&x, &y], one, |v| Some(v[1].clone()))?;
    let track = Track::of(scope, &pairs, arguments.get(2).ok_or("D")?)?;
    lose(scope, &pairs, &track, |line| {
        let a: Vec<f64> = line.values.iter().flatten().filter_map(Value::number).collect();
        let b: Vec<f64> = line.look(&pairs.dims, &others).iter().flatten().filter_map(Value::number).collect();
        // Of what does not vary there is none, whatever is left of it by rounding.
        if [&a, &b].iter().any(|all| all.iter().all(|v| *v == all[0])) {
            return None;
        }
        let n = a.len() as f64;
        let (mean_a, mean_b) = (exact_sum(a.iter().copied()) / n, exact_sum(b.iter().copied()) / n);
        let product = exact_sum(a.iter().zip(&b).map(|(a, b)| (a - mean_a) * (b - mean_b)));
        let squares_a = exact_sum(a.iter().map(|a| (a - mean_a) * (a - mean_a)));
        let squares_b = exact_sum(b.iter().map(|b| (b - mean_b) * (b - mean_b)));
        Value::finite(product / (squares_a * squares_b).sqrt())
    })
}

/// PERCENTILE(x, p, D): inclusive, linear.
pub(crate) fn percentile(scope: &Scope<'_>, arguments: &[Argument]) -> Found<Block> {
    let x = scope.eval(&arguments[0].value)?;
    let p = scope.eval(&arguments.get(1).ok_or("p")?.value)?;
    numeric(&x)?;
    numeric(&p)?;
    let track = Track::of(scope, &x, arguments.get(2).ok_or("D")?)?;
    if p.has(track.dimension) {
        return Err("p differs along the line".to_owned());
    }
    let x = x.over_all(scope, &[&p])?;
    lose(scope, &x, &track, |line| {
        let p = line.look(&x.dims, &p).first()?.as_ref()?.number().filter(|p| (0.0..=1.0).contains(p))?;
        let mut sorted: Vec<f64> = line.values.iter().flatten().filter_map(Value::number).collect();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().checked_sub(1)?;
        let place = p * last as f64;
        let below = place.floor() as usize;
        let above = (below + 1).min(last);
        Value::finite(sorted[below] + (sorted[above] - sorted[below]) * (place - below as f64))
    })
}

/// One value for each line; the dimension leaves.
pub(crate) fn lose(scope: &Scope<'_>, x: &Block, track: &Track, f: impl Fn(&crate::along::Line) -> Option<Value>) -> Found<Block> {
    let dims: Vec<usize> = x.dims.iter().copied().filter(|d| *d != track.dimension).collect();
    let mut cells = Cells::new();
    for line in track.lines(scope, x)? {
        if let (Some(to), Some(value)) = (line.at.first().and_then(|c| project(&x.dims, c, &dims)), f(&line)) {
            cells.insert(to, value);
        }
    }
    Ok(Block { dims, ty: Some(Type::Number), cells })
}

/// The share of the standard normal distribution below z, by the series of its integral; far out by its continued fraction.
pub(crate) fn normal_cumulative(z: f64) -> f64 {
    let density = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    if z.abs() < 5.0 {
        let (mut term, mut sum) = (z, z);
        for n in 1..400 {
            term *= z * z / f64::from(2 * n + 1);
            sum += term;
        }
        0.5 + density * sum
    } else {
        let mut fraction = z.abs();
        for n in (1..200).rev() {
            fraction = z.abs() + f64::from(n) / fraction;
        }
        let tail = density / fraction;
        if z > 0.0 { 1.0 - tail } else { tail }
    }
}
