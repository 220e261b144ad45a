//! Loans and depreciation, with the signs of spreadsheets: what is paid out is negative, and
//! `pv * (1 + rate)^nper + pmt * (1 + rate * type) * ((1 + rate)^nper - 1) / rate + fv = 0`.

use smalt_formula::Function;
use smalt_vault::Vector;

use super::views::{finite, reals};

/// The most arguments, those of RATE.
const MOST: usize = 6;

pub(super) fn finance(function: Function, args: &[Vector]) -> Option<Vector> {
    match function {
        // rate, nper, pv, fv, type
        Function::Pmt => rows(args, 3, &[0.0, 0.0], |[r, n, pv, fv, due, _]| {
            let annuity = Annuity::new(r, n);
            -(pv * annuity.growth + fv) / (annuity.payments * first(r, due))
        }),
        // rate, nper, pmt, fv, type
        Function::Pv => rows(args, 3, &[0.0, 0.0], |[r, n, pmt, fv, due, _]| {
            let annuity = Annuity::new(r, n);
            -(fv + pmt * annuity.payments * first(r, due)) / annuity.growth
        }),
        // rate, nper, pmt, pv, type
        Function::Fv => rows(args, 3, &[0.0, 0.0], |[r, n, pmt, pv, due, _]| {
            let annuity = Annuity::new(r, n);
            -(pv * annuity.growth + pmt * annuity.payments * first(r, due))
        }),
        // nper, pmt, pv, fv, type, guess
        Function::Rate => {
            rows(args, 3, &[0.0, 0.0, 0.1], |[n, pmt, pv, fv, due, guess]| Loan { n, pmt, pv, fv, due }.rate(guess).unwrap_or(f64::NAN))
        }
        // rate, pmt, pv, fv, type
        Function::Nper => rows(args, 3, &[0.0, 0.0], |[r, pmt, pv, fv, due, _]| {
            if r == 0.0 {
                return -(pv + fv) / pmt;
            }
            // The logarithm of (payment - fv * r) / (payment + pv * r), without loss where that is near 1.
            (-(fv + pv) * r / (pmt * first(r, due) + pv * r)).ln_1p() / r.ln_1p()
        }),
        Function::Sln => rows(args, 3, &[], |[cost, salvage, life, ..]| (cost - salvage) / life),
        // cost, salvage, life, period, factor
        Function::Ddb => rows(args, 4, &[2.0], |[cost, salvage, life, period, factor, _]| {
            if cost < 0.0 || salvage < 0.0 || factor <= 0.0 || period < 1.0 || period > life {
                return f64::NAN;
            }
            let left = (1.0 - factor / life).max(0.0);
            let (before, after) = (cost * left.powf(period - 1.0), cost * left.powf(period));
            (before - after.max(salvage)).max(0.0)
        }),
        _ => None,
    }
    .map(|v| Vector::Number(v.into_iter().map(|x| finite(x + 0.0)).collect()))
}

/// `f` of each row of arguments, `least` of them required and the others as given or as `defaults` say; NaN where one is BLANK.
fn rows(args: &[Vector], least: usize, defaults: &[f64], f: impl Fn([f64; MOST]) -> f64) -> Option<Vec<f64>> {
    if args.len() < least || args.len() > least + defaults.len() {
        return None;
    }
    let columns = args.iter().map(reals).collect::<Option<Vec<_>>>()?;
    let mut row = [0.0; MOST];
    row.iter_mut().skip(least).zip(defaults).for_each(|(slot, default)| *slot = *default);
    let len = columns.first()?.len();
    let one = |at: usize| {
        row.iter_mut().zip(&columns).for_each(|(slot, column)| *slot = column.get(at).copied().unwrap_or(f64::NAN));
        if row.iter().all(|x| x.is_finite()) { f(row) } else { f64::NAN }
    };
    Some((0..len).map(one).collect())
}

/// What a payment is worth at the end of its period: with interest where it is due at the beginning.
fn first(rate: f64, due: f64) -> f64 {
    if due == 0.0 { 1.0 } else { 1.0 + rate }
}

/// What 1 becomes in `n` periods.
struct Annuity {
    /// 1 put in at the start.
    growth: f64,
    /// 1 put in at the end of each period.
    payments: f64,
}

impl Annuity {
    fn new(rate: f64, n: f64) -> Annuity {
        if rate == 0.0 {
            return Annuity { growth: 1.0, payments: n };
        }
        if rate <= -1.0 {
            let growth = (1.0 + rate).powf(n);
            return Annuity { growth, payments: (growth - 1.0) / rate };
        }
        // Exact for small rates too, where 1 + rate would lose digits.
        let exponent = n * rate.ln_1p();
        Annuity { growth: exponent.exp(), payments: exponent.exp_m1() / rate }
    }
}

/// A loan whose rate is looked for.
struct Loan {
    n: f64,
    pmt: f64,
    pv: f64,
    fv: f64,
    due: f64,
}

impl Loan {
    /// What is left over at a rate, and how large the parts are that should cancel.
    fn balance(&self, rate: f64) -> (f64, f64) {
        let annuity = Annuity::new(rate, self.n);
        let (start, paid) = (self.pv * annuity.growth, self.pmt * first(rate, self.due) * annuity.payments);
        (start + paid + self.fv, start.abs() + paid.abs() + self.fv.abs())
    }

    /// How the balance changes with the rate.
    fn slope(&self, rate: f64) -> f64 {
        let Annuity { growth, payments } = Annuity::new(rate, self.n);
        let growth_slope = self.n * growth / (1.0 + rate);
        // Near 0 the difference below would lose all its digits.
        let small = (rate * self.n).abs() < 1e-4;
        let payments_slope = if small { self.n * (self.n - 1.0) / 2.0 } else { (growth_slope - payments) / rate };
        let due = if self.due == 0.0 { 0.0 } else { payments };
        self.pv * growth_slope + self.pmt * (due + first(rate, self.due) * payments_slope)
    }

    /// The rate at which nothing is left over: by Newton's steps from the guess, else by halving the first interval around the
    /// guess in which the balance changes its sign.
    fn rate(&self, guess: f64) -> Option<f64> {
        if self.n <= 0.0 || guess <= -1.0 {
            return None;
        }
        self.newton(guess).or_else(|| self.halving(guess))
    }

    fn newton(&self, guess: f64) -> Option<f64> {
        let mut rate = guess;
        for _ in 0..60 {
            let step = self.balance(rate).0 / self.slope(rate);
            let next = rate - step;
            if !next.is_finite() || next <= -1.0 {
                return None;
            }
            rate = next;
            if step.abs() <= 1e-14 * (1.0 + rate.abs()) {
                return self.is_root(rate).then_some(rate);
            }
        }
        self.is_root(rate).then_some(rate)
    }

    fn is_root(&self, rate: f64) -> bool {
        let (balance, size) = self.balance(rate);
        size > 0.0 && balance.abs() <= 1e-12 * size
    }

    fn halving(&self, guess: f64) -> Option<f64> {
        // By the logarithm of 1 + rate, so that rates near -1 and great ones are searched alike.
        let rate = |x: f64| x.exp_m1();
        let sign = |x: f64| Some(self.balance(rate(x)).0).filter(|b| b.is_finite()).map(f64::signum);
        let middle = guess.ln_1p();
        let changes = |a: f64, b: f64| matches!((sign(a), sign(b)), (Some(x), Some(y)) if x != y);
        let (mut low, mut high) = (1..=600).map(|k| f64::from(k) * 0.02).find_map(|far| {
            let inner = far - 0.02;
            [(middle - far, middle - inner), (middle + inner, middle + far)].into_iter().find(|(a, b)| changes(*a, *b))
        })?;
        for _ in 0..100 {
            let between = f64::midpoint(low, high);
            if sign(between)? == sign(low)? {
                low = between;
            } else {
                high = between;
            }
        }
        Some(rate(f64::midpoint(low, high))).filter(|r| self.is_root(*r))
    }
}

#[cfg(test)]
mod tests;
