//! Finance, with the signs of spreadsheets.

use smalt_formula::{Argument, ExprKind};

use super::statistics::lose;
use crate::Found;
use crate::along::{Track, word};
use crate::arithmetic::exact_sum;
use crate::block::Block;
use crate::operator::{numeric, of};
use crate::scope::Scope;
use crate::value::{Type, Value};

/// So many periods of depreciation.
const LONGEST_LIFE: f64 = 10_000.0;

pub(crate) fn is_here(name: &str) -> bool {
    matches!(name, "PMT" | "PV" | "FV" | "NPER" | "RATE" | "SLN" | "DDB")
}

/// About as many steps as it takes.
pub(crate) fn steps(name: &str) -> usize {
    match name {
        "RATE" | "DDB" => 10_000,
        _ => 1,
    }
}

/// What is left of `pv + pmt * annuity + fv * discount` (each with its sign) at a rate.
fn balance(rate: f64, nper: f64, pmt: f64, pv: f64, fv: f64, due: f64) -> f64 {
    if rate == 0.0 {
        return pv + pmt * nper + fv;
    }
    let growth = (1.0 + rate).powf(nper);
    pv * growth + pmt * (1.0 + rate * due) * (growth - 1.0) / rate + fv
}

pub(crate) fn compute(name: &str, v: &[f64]) -> Option<f64> {
    let or = |at: usize, default: f64| v.get(at).copied().unwrap_or(default);
    let due = |at: usize| if or(at, 0.0) == 0.0 { 0.0 } else { 1.0 };
    match name {
        "PMT" => {
            let (rate, nper, pv, fv, due) = (v[0], v[1], v[2], or(3, 0.0), due(4));
            let growth = (1.0 + rate).powf(nper);
            Some(if rate == 0.0 { -(pv + fv) / nper } else { -(pv * growth + fv) * rate / ((1.0 + rate * due) * (growth - 1.0)) })
        }
        "PV" => {
            let (rate, nper, pmt, fv, due) = (v[0], v[1], v[2], or(3, 0.0), due(4));
            let growth = (1.0 + rate).powf(nper);
            Some(if rate == 0.0 { -(pmt * nper + fv) } else { -(fv + pmt * (1.0 + rate * due) * (growth - 1.0) / rate) / growth })
        }
        "FV" => Some(-balance(v[0], v[1], v[2], or(3, 0.0), 0.0, due(4))),
        "NPER" => {
            let (rate, pmt, pv, fv, due) = (v[0], v[1], v[2], or(3, 0.0), due(4));
            if rate == 0.0 {
                return Some(-(pv + fv) / pmt);
            }
            let each = pmt * (1.0 + rate * due);
            Some(((each - fv * rate) / (pv * rate + each)).ln() / (1.0 + rate).ln())
        }
        "RATE" => {
            let (nper, pmt, pv, fv, due) = (v[0], v[1], v[2], or(3, 0.0), due(4));
            // Discounted, so that its sign changes once where payments have one sign and the present value the other.
            root(|rate| balance(rate, nper, pmt, pv, fv, due) / (1.0 + rate).powf(nper))
        }
        "SLN" => Some((v[0] - v[1]) / v[2]),
        "DDB" => {
            let (cost, salvage, life, period, factor) = (v[0], v[1], v[2], v[3], or(4, 2.0));
            // More periods than a plan has are not walked through.
            if period > LONGEST_LIFE || cost < 0.0 || salvage < 0.0 || life <= 0.0 || period < 1.0 || period > life || factor <= 0.0 {
                return None;
            }
            let mut book = cost;
            let mut last = 0.0;
            for _ in 0..period as i64 {
                last = (book * factor / life).min(book - salvage).max(0.0);
                book -= last;
            }
            Some(last)
        }
        _ => None,
    }
}

/// Where a function changes its sign, by halving: of growths from e^-60 to e^60 the nearest to that of 10 %.
fn root(f: impl Fn(f64) -> f64) -> Option<f64> {
    let points: Vec<f64> = (-6000..=6000).map(|i| (f64::from(i) / 100.0).exp_m1()).collect();
    let far = |rate: f64| (rate.ln_1p() - 0.1f64.ln_1p()).abs();
    let mut best: Option<f64> = None;
    for pair in points.windows(2) {
        let (mut low, mut high) = (pair[0], pair[1]);
        let (at_low, at_high) = (f(low), f(high));
        if at_low == 0.0 {
            return Some(low);
        }
        if !at_low.is_finite() || !at_high.is_finite() || (at_low > 0.0) == (at_high > 0.0) {
            continue;
        }
        for _ in 0..200 {
            let middle = (low + high) / 2.0;
            if (f(middle) > 0.0) == (at_low > 0.0) { low = middle } else { high = middle }
        }
        if best.is_none_or(|b| far(low) < far(b)) {
            best = Some(low);
        }
    }
    best
}

/// NPV(rate, x [, all] [, D])
pub(crate) fn npv(scope: &Scope<'_>, arguments: &[Argument]) -> Found<Block> {
    let rate = scope.eval(&arguments[0].value)?;
    let x = scope.eval(&arguments.get(1).ok_or("x")?.value)?;
    numeric(&rate)?;
    numeric(&x)?;
    let mut all = false;
    let mut track = None;
    for argument in &arguments[2..] {
        match &argument.value.kind {
            ExprKind::Boolean(given) => all = *given,
            _ if word(&argument.value).as_deref() == Some("ALL") => all = true,
            _ => track = Some(Track::of(scope, &x, argument)?),
        }
    }
    let track = track.map_or_else(|| Track::implied(scope, &x), Ok)?;
    let x = x.over_all(scope, &[&rate])?;
    track.run(scope, &x, Some(Type::Number), |line| {
        let rates = line.look(&x.dims, &rate);
        let first = line.values.iter().position(Option::is_some);
        (0..line.values.len())
            .map(|i| {
                line.values[i].as_ref()?;
                if !all && Some(i) != first {
                    return None;
                }
                let rate = rates[i].as_ref()?.number()?;
                let discounted =
                    line.values[i..].iter().zip(1i32..).filter_map(|(v, n)| Some(v.as_ref()?.number()? / (1.0 + rate).powi(n)));
                Value::finite(exact_sum(discounted))
            })
            .collect()
    })
}

fn changes_sign(values: &[f64]) -> bool {
    values.iter().any(|v| *v > 0.0) && values.iter().any(|v| *v < 0.0)
}

/// IRR(x, D)
pub(crate) fn irr(scope: &Scope<'_>, arguments: &[Argument]) -> Found<Block> {
    let x = scope.eval(&arguments[0].value)?;
    numeric(&x)?;
    let track = Track::of(scope, &x, arguments.get(1).ok_or("D")?)?;
    lose(scope, &x, &track, |line| {
        let flows: Vec<f64> = line.values.iter().map(|v| v.as_ref().and_then(Value::number).unwrap_or(0.0)).collect();
        let worth = |rate: f64| flows.iter().zip(0i32..).map(|(v, n)| v / (1.0 + rate).powi(n)).sum();
        scope.work.take(10_000 * flows.len()).ok()?;
        if changes_sign(&flows) { Value::finite(root(worth)?) } else { None }
    })
}

/// The flows of a line with their distances in years from the first one.
fn dated(line: &crate::along::Line, dates: &[Option<Value>]) -> Vec<(f64, f64)> {
    let mut first = None;
    let mut out = Vec::new();
    for (value, date) in line.values.iter().zip(dates) {
        if let (Some(value), Some(day)) = (value.as_ref().and_then(Value::number), date.as_ref().and_then(Value::day)) {
            let from = *first.get_or_insert(day);
            out.push((value, f64::from(day - from) / 365.0));
        }
    }
    out
}

/// XNPV(rate, x, date, D)
pub(crate) fn xnpv(scope: &Scope<'_>, arguments: &[Argument]) -> Found<Block> {
    let rate = scope.eval(&arguments[0].value)?;
    let x = scope.eval(&arguments.get(1).ok_or("x")?.value)?;
    let date = scope.eval(&arguments.get(2).ok_or("date")?.value)?;
    numeric(&rate)?;
    numeric(&x)?;
    of(&date, Type::Date)?;
    let track = Track::of(scope, &x, arguments.get(3).ok_or("D")?)?;
    if rate.has(track.dimension) {
        return Err("the rate differs along the line".to_owned());
    }
    let x = x.over_all(scope, &[&rate, &date])?;
    lose(scope, &x, &track, |line| {
        let rate = line.look(&x.dims, &rate).first()?.as_ref()?.number().filter(|r| *r > -1.0)?;
        let flows = dated(line, &line.look(&x.dims, &date));
        if flows.is_empty() { None } else { Value::finite(exact_sum(flows.iter().map(|(v, years)| v / (1.0 + rate).powf(*years)))) }
    })
}

/// XIRR(x, date, D)
pub(crate) fn xirr(scope: &Scope<'_>, arguments: &[Argument]) -> Found<Block> {
    let x = scope.eval(&arguments[0].value)?;
    let date = scope.eval(&arguments.get(1).ok_or("date")?.value)?;
    numeric(&x)?;
    of(&date, Type::Date)?;
    let track = Track::of(scope, &x, arguments.get(2).ok_or("D")?)?;
    let x = x.over_all(scope, &[&date])?;
    lose(scope, &x, &track, |line| {
        let flows = dated(line, &line.look(&x.dims, &date));
        scope.work.take(10_000 * flows.len()).ok()?;
        let worth = |rate: f64| flows.iter().map(|(v, years)| v / (1.0 + rate).powf(*years)).sum();
        if changes_sign(&flows.iter().map(|f| f.0).collect::<Vec<_>>()) { Value::finite(root(worth)?) } else { None }
    })
}
