//! ROUND, ROUNDUP, ROUNDDOWN: on the decimal digits that the shortest form of a number shows, not on its binary value.
//!
//! Why no digits are needed as a rule: at most one decimal of 15 digits or fewer reads to a given float, and that one is then the
//! float's shortest form. So a bound (a half, or a whole unit) of at most 15 digits is turned into a float by one exactly rounded
//! operation on two exact floats, and a value lies below, on or above the bound as its float lies below, on or above the bound's float.

use smalt_model::{Digits, Lost};
use smalt_vault::{BLANK_DECIMAL, BLANK_INTEGER, Vector};

use super::decimal::Decimal;
pub(super) use super::decimal::Toward;
use super::views::{decimal, integer as to_integer, reals, whole, wholes};

/// Digits that may be asked for.
const DIGITS: std::ops::RangeInclusive<i64> = -15..=14;

/// 10^0 to 10^16, all exact.
const POWERS: [f64; 17] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16];

pub(super) fn round(toward: Toward, args: &[Vector]) -> Option<Vector> {
    match args {
        [Vector::Integer(v)] => Some(Vector::Integer(v.clone())),
        [Vector::Decimal(digits, v)] => {
            let one = |x: &i128| decimal(*x, digits.scale).map_or(BLANK_INTEGER, |x| to_integer(x.to_whole(toward)));
            Some(Vector::Integer(v.iter().map(one).collect()))
        }
        [x] => Some(Vector::Integer(reals(x)?.iter().map(|x| whole(at_point(toward, *x))).collect())),
        [Vector::Integer(v), digits] => {
            let digits = wholes(digits)?;
            Some(Vector::Integer(v.iter().zip(digits.iter()).map(|(x, d)| integer(toward, *x, *d)).collect()))
        }
        [Vector::Decimal(own, v), digits] => {
            let digits = wholes(digits)?;
            let one = |(x, places): (&i128, &i64)| decimals(toward, *x, own.scale, *places).unwrap_or(BLANK_DECIMAL);
            Some(Vector::Decimal(Digits::largest(own.scale), v.iter().zip(digits.iter()).map(one).collect()))
        }
        [x, digits] => {
            let (x, digits) = (reals(x)?, wholes(digits)?);
            let first = digits.first().copied().unwrap_or(0);
            if digits.iter().any(|d| *d != first) {
                let each = |(x, d): (&f64, &i64)| Place::new(*d).map_or(f64::NAN, |place| place.round(toward, *x));
                return Some(Vector::Number(x.iter().zip(digits.iter()).map(each).collect()));
            }
            let Some(place) = Place::new(first) else { return Some(Vector::Number(vec![f64::NAN; x.len()])) };
            // One loop for each direction, so that the choice is not made for each value.
            Some(Vector::Number(match toward {
                Toward::Nearest => x.iter().map(|x| place.round(Toward::Nearest, *x)).collect(),
                Toward::Away => x.iter().map(|x| place.round(Toward::Away, *x)).collect(),
                Toward::Zero => x.iter().map(|x| place.round(Toward::Zero, *x)).collect(),
            }))
        }
        _ => None,
    }
}

/// To a whole number. Halves and integers are floats themselves up to 2^52, so the binary value decides as the digits do.
fn at_point(toward: Toward, x: f64) -> f64 {
    match toward {
        Toward::Nearest => x.round(),
        Toward::Away => x.abs().ceil().copysign(x),
        Toward::Zero => x.trunc(),
    }
}

/// An integer, to tens, hundreds …; exact, BLANK where it is too large.
fn integer(toward: Toward, x: i64, digits: i64) -> i64 {
    if x == BLANK_INTEGER || !DIGITS.contains(&digits) {
        return BLANK_INTEGER;
    }
    let Some(unit) = u32::try_from(-digits).ok().and_then(|d| 10u64.checked_pow(d)) else { return x };
    let (kept, rest) = (x.unsigned_abs() / unit, x.unsigned_abs() % unit);
    let up = match toward {
        Toward::Nearest => unit > 1 && rest >= unit / 2,
        Toward::Away => rest > 0,
        Toward::Zero => false,
    };
    match (kept + u64::from(up)).checked_mul(unit).and_then(|size| i64::try_from(size).ok()) {
        Some(size) => size * x.signum(),
        None => BLANK_INTEGER,
    }
}

/// A decimal to some places; exact.
fn decimals(toward: Toward, units: i128, scale: u8, places: i64) -> Result<i128, Lost> {
    let places = i32::try_from(places).ok().filter(|_| DIGITS.contains(&places)).ok_or(Lost::NoValue)?;
    decimal(units, scale).ok_or(Lost::NoValue)?.rounded(toward, places).map(|x| x.units)
}

/// Whether so many digits may be asked for.
pub(super) fn takes(digits: i64) -> bool {
    DIGITS.contains(&digits)
}

/// A decimal place.
#[derive(Clone, Copy)]
struct Place {
    /// Digits after the point.
    digits: i32,
    /// 10 to the absolute value of `digits`.
    power: f64,
    /// Ten times finer: 10 to the absolute value of `digits + 1`.
    finer: f64,
}

impl Place {
    fn new(digits: i64) -> Option<Place> {
        if !DIGITS.contains(&digits) {
            return None;
        }
        let power = |d: i64| usize::try_from(d.unsigned_abs()).ok().and_then(|d| POWERS.get(d)).copied();
        Some(Place { digits: i32::try_from(digits).ok()?, power: power(digits)?, finer: power(digits + 1)? })
    }

    #[inline(always)]
    fn round(self, toward: Toward, x: f64) -> f64 {
        let size = x.abs();
        let scaled = if self.digits >= 0 { size * self.power } else { size / self.power };
        // Below these limits the bound has at most 15 digits. NaN is not below them.
        let units = match toward {
            Toward::Nearest if scaled < 9e13 => {
                let below = (scaled as i64) as f64;
                let half = below * 10.0 + 5.0;
                let bound = if self.digits >= 0 { half / self.finer } else { half * self.finer };
                below + f64::from(u8::from(size >= bound))
            }
            Toward::Away if scaled < 9e14 => {
                let near = ((scaled + 0.5) as i64) as f64;
                near + f64::from(u8::from(size > self.of_units(near)))
            }
            Toward::Zero if scaled < 9e14 => {
                let near = ((scaled + 0.5) as i64) as f64;
                near - f64::from(u8::from(size < self.of_units(near)))
            }
            _ => return self.round_digits(toward, x, size, scaled),
        };
        // Adding 0 makes a negative zero a plain one.
        self.of_units(units).copysign(x) + 0.0
    }

    /// So many units of this place.
    #[inline(always)]
    fn of_units(self, units: f64) -> f64 {
        if self.digits >= 0 { units / self.power } else { units * self.power }
    }

    /// The same by way of the digits.
    #[cold]
    fn round_digits(self, toward: Toward, x: f64, size: f64, scaled: f64) -> f64 {
        // A float shows at most 17 digits, and one that is a whole number of units, up to 2^53 of them, shows no more than those.
        // The limit keeps a margin for what `scaled` is rounded by.
        if scaled >= 2e17 || (scaled < 9e15 && self.of_units(scaled.round()) == size) {
            return x;
        }
        if x.is_nan() {
            return x;
        }
        let rounded = Decimal::shortest(size).rounded(toward, self.digits).to_float();
        if rounded.is_finite() { rounded.copysign(x) } else { f64::NAN }
    }
}

#[cfg(test)]
mod tests;
