//! Decimal numbers with a fixed number of digits after the point (formulas.md §1, DECIMAL): exact, or rounded half away from zero.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Type;
use crate::wide::{Wide, nearest};

/// All digits that a decimal can have.
const MOST_DIGITS: u8 = 38;
/// A power is computed digit by digit as long as it has no more bits than this.
const MOST_BITS: u64 = 1 << 13;

/// 10^0 to 10^38.
const POWERS: [u128; 39] = {
    let mut powers = [1u128; 39];
    let mut at = 1;
    while at < 39 {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// How many digits the numbers of a DECIMAL have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Digits {
    /// All digits, from 1 to 38.
    pub precision: u8,
    /// Digits after the point, up to `precision`.
    pub scale: u8,
}

/// Why there is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// It has more digits than its type.
    TooLarge,
    /// There is none: a division by zero, a text that is no number.
    NoValue,
}

/// Which way digits are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    /// To the nearest, a half away from zero.
    Nearest,
    /// Away from zero.
    Away,
    /// Toward zero.
    Zero,
}

/// The number `units / 10^scale`, of at most 38 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// Its digits, without the point.
    pub units: i128,
    /// How many of them stand after the point, up to 38.
    pub scale: u8,
}

impl Digits {
    /// As many digits as there can be.
    pub fn largest(scale: u8) -> Digits {
        Digits { precision: MOST_DIGITS, scale }
    }

    /// The type with these digits.
    pub fn ty(self) -> Type {
        Type::Decimal { precision: self.precision, scale: self.scale }
    }

    /// Whether a number of this scale has no more digits than these.
    pub fn hold(self, units: i128) -> bool {
        units.unsigned_abs() < ten_to(u32::from(self.precision)).unwrap_or(u128::MAX)
    }

    /// A number with these digits, rounded half away from zero.
    ///
    /// # Errors
    /// It has more digits before the point.
    pub fn take(self, value: Decimal) -> Result<i128, Lost> {
        let units = value.at_scale(self.scale)?.units;
        if self.hold(units) { Ok(units) } else { Err(Lost::TooLarge) }
    }
}

impl Type {
    /// The digits of a DECIMAL.
    pub fn digits(self) -> Option<Digits> {
        match self {
            Type::Decimal { precision, scale } => Some(Digits { precision, scale }),
            _ => None,
        }
    }

    /// The type in which two numbers meet: with a NUMBER it is NUMBER, with a DECIMAL it is DECIMAL, of the larger scale. `None` if one is no
    /// number.
    pub fn meet(self, other: Type) -> Option<Type> {
        match (self, other) {
            _ if !self.is_numeric() || !other.is_numeric() => None,
            _ if self == other => Some(self),
            (Type::Number, _) | (_, Type::Number) => Some(Type::Number),
            _ => {
                let scale = |ty: Type| ty.digits().map_or(0, |d| d.scale);
                Some(Digits::largest(scale(self).max(scale(other))).ty())
            }
        }
    }
}

fn ten_to(exponent: u32) -> Option<u128> {
    POWERS.get(exponent as usize).copied()
}

fn rounded_ratio(above: u128, below: u128) -> u128 {
    let (whole, rest) = (above / below, above % below);
    whole + u128::from(rest >= below - rest)
}

/// `above / below` with a sign, at a scale.
fn ratio(negative: bool, above: &Wide, below: &Wide, scale: u8) -> Result<Decimal, Lost> {
    signed(negative, nearest(above, below).ok_or(Lost::TooLarge)?, scale)
}

fn signed(negative: bool, size: u128, scale: u8) -> Result<Decimal, Lost> {
    let units = i128::try_from(size).map_err(|_| Lost::TooLarge)?;
    Decimal { units: if negative { -units } else { units }, scale }.checked()
}

impl Decimal {
    /// An integer.
    pub fn whole(value: i64) -> Decimal {
        Decimal { units: i128::from(value), scale: 0 }
    }

    fn checked(self) -> Result<Decimal, Lost> {
        if Digits::largest(self.scale).hold(self.units) { Ok(self) } else { Err(Lost::TooLarge) }
    }

    fn is_negative(self) -> bool {
        self.units < 0
    }

    /// With so many digits after the point, rounded half away from zero.
    ///
    /// # Errors
    /// It then has more than 38 digits.
    pub fn at_scale(self, scale: u8) -> Result<Decimal, Lost> {
        match self.scale.cmp(&scale) {
            Ordering::Equal => Ok(self),
            Ordering::Less => {
                let power = ten_to(u32::from(scale - self.scale)).and_then(|p| i128::try_from(p).ok());
                let units = power.and_then(|p| self.units.checked_mul(p)).ok_or(Lost::TooLarge)?;
                Decimal { units, scale }.checked()
            }
            Ordering::Greater => {
                let power = ten_to(u32::from(self.scale - scale)).ok_or(Lost::TooLarge)?;
                signed(self.is_negative(), rounded_ratio(self.units.unsigned_abs(), power), scale)
            }
        }
    }

    /// The order of two numbers, whatever their scales.
    pub fn compare(self, other: Decimal) -> Ordering {
        match self.scale.cmp(&other.scale) {
            Ordering::Equal => self.units.cmp(&other.units),
            Ordering::Greater => other.compare(self).reverse(),
            // What has no 127 bits at the larger scale has more digits there than any number.
            Ordering::Less => match ten_to(u32::from(other.scale - self.scale))
                .and_then(|p| i128::try_from(p).ok())
                .and_then(|p| self.units.checked_mul(p))
            {
                Some(units) => units.cmp(&other.units),
                None => self.units.cmp(&0),
            },
        }
    }

    /// `self * part / total` at the scale of `self`, rounded once.
    ///
    /// # Errors
    /// It has more than 38 digits, or the total is 0.
    pub fn share(self, part: Decimal, total: Decimal) -> Result<Decimal, Lost> {
        if total.units == 0 {
            return Err(Lost::NoValue);
        }
        let negative = [self, part, total].into_iter().filter(|d| d.is_negative()).count() % 2 == 1;
        let [value, a, b] = [self, part, total].map(|d| d.units.unsigned_abs());
        if let (Some(above), true) = (value.checked_mul(a), part.scale == total.scale) {
            return signed(negative, rounded_ratio(above, b), self.scale);
        }
        let above = Wide::from(value).times(&Wide::from(a)).times(&Wide::ten_to(u32::from(total.scale)));
        ratio(negative, &above, &Wide::from(b).times(&Wide::ten_to(u32::from(part.scale))), self.scale)
    }

    /// The product, at the larger of the two scales.
    ///
    /// # Errors
    /// It has more than 38 digits.
    pub fn times(self, other: Decimal) -> Result<Decimal, Lost> {
        let (a, b) = (self.units.unsigned_abs(), other.units.unsigned_abs());
        let (scale, drop) = (self.scale.max(other.scale), u32::from(self.scale.min(other.scale)));
        let negative = self.is_negative() != other.is_negative();
        match (a.checked_mul(b), ten_to(drop)) {
            (Some(product), Some(power)) => signed(negative, rounded_ratio(product, power), scale),
            _ => ratio(negative, &Wide::from(a).times(&Wide::from(b)), &Wide::ten_to(drop), scale),
        }
    }

    /// The quotient, at the larger of the two scales.
    ///
    /// # Errors
    /// It has more than 38 digits, or the divisor is 0.
    pub fn over(self, other: Decimal) -> Result<Decimal, Lost> {
        if other.units == 0 {
            return Err(Lost::NoValue);
        }
        let (a, b) = (self.units.unsigned_abs(), other.units.unsigned_abs());
        let scale = self.scale.max(other.scale);
        let raise = u32::from(scale - self.scale) + u32::from(other.scale);
        let negative = self.is_negative() != other.is_negative();
        match ten_to(raise).and_then(|power| a.checked_mul(power)) {
            Some(above) => signed(negative, rounded_ratio(above, b), scale),
            None => ratio(negative, &Wide::from(a).times(&Wide::ten_to(raise)), &Wide::from(b), scale),
        }
    }

    /// The power, at the larger of the two scales; rounded once. A whole exponent is computed digit by digit while that has an end in sight,
    /// any other one as a NUMBER.
    ///
    /// # Errors
    /// It has more than 38 digits, or there is none: `0 ^ -1`, a root of a negative number.
    pub fn to_the(self, exponent: Decimal) -> Result<Decimal, Lost> {
        let scale = self.scale.max(exponent.scale);
        let one = ten_to(u32::from(exponent.scale)).and_then(|p| i128::try_from(p).ok()).ok_or(Lost::TooLarge)?;
        let (whole, rest) = (exponent.units / one, exponent.units % one);
        if self.units == 0 && exponent.units < 0 {
            return Err(Lost::NoValue);
        }
        let size = Wide::from(self.units.unsigned_abs());
        let bits = size.bits().max(4 * usize::from(self.scale)).max(1) as u64;
        if let (0, Ok(times)) = (rest, u32::try_from(whole.unsigned_abs()))
            && u64::from(times) <= MOST_BITS / bits
        {
            let (power, unit) = (size.power(times), Wide::ten_to(u32::from(self.scale) * times));
            let (above, below) = if exponent.units < 0 { (unit, power) } else { (power, unit) };
            return ratio(self.is_negative() && times % 2 == 1, &above.times(&Wide::ten_to(u32::from(scale))), &below, scale);
        }
        match self.to_number().powf(exponent.to_number()) {
            power if power.is_nan() => Err(Lost::NoValue),
            power => Decimal::of_number(power, scale),
        }
    }

    /// The remainder of a division by a number of the same scale, with the sign of the divisor.
    ///
    /// # Errors
    /// The divisor is 0.
    pub fn remainder(self, by: Decimal) -> Result<Decimal, Lost> {
        let rest = self.units.checked_rem(by.units).ok_or(Lost::NoValue)?;
        let units = if rest != 0 && (rest < 0) != (by.units < 0) { rest + by.units } else { rest };
        Ok(Decimal { units, ..self })
    }

    /// The quotient by a number of the same scale, truncated to a whole number.
    ///
    /// # Errors
    /// It has more than 38 digits, or the divisor is 0.
    pub fn quotient(self, by: Decimal) -> Result<Decimal, Lost> {
        let units = self.units.checked_div(by.units).ok_or(Lost::NoValue)?;
        Decimal { units, scale: 0 }.at_scale(self.scale)
    }

    /// Without digits below `10^-places`; the scale stays.
    ///
    /// # Errors
    /// It then has more than 38 digits.
    pub fn rounded(self, toward: Toward, places: i32) -> Result<Decimal, Lost> {
        let drop = i32::from(self.scale) - places;
        let Ok(drop) = u32::try_from(drop) else { return Ok(self) };
        let size = self.units.unsigned_abs();
        let Some(unit) = ten_to(drop) else {
            // All digits together are below half a unit.
            let away = toward == Toward::Away && size > 0;
            return if away { Err(Lost::TooLarge) } else { Ok(Decimal { units: 0, ..self }) };
        };
        let (kept, rest) = (size / unit, size % unit);
        let up = match toward {
            Toward::Nearest => unit > 1 && rest >= unit / 2,
            Toward::Away => rest > 0,
            Toward::Zero => false,
        };
        signed(self.is_negative(), (kept + u128::from(up)).checked_mul(unit).ok_or(Lost::TooLarge)?, self.scale)
    }

    /// The largest whole number that is not above.
    pub fn floor(self) -> i128 {
        self.units.div_euclid(self.one())
    }

    /// The smallest whole number that is not below.
    pub fn ceiling(self) -> i128 {
        let one = self.one();
        self.units.div_euclid(one) + i128::from(self.units.rem_euclid(one) > 0)
    }

    /// A whole number.
    pub fn to_whole(self, toward: Toward) -> i128 {
        let one = self.one();
        let (whole, rest) = (self.units / one, self.units % one);
        let up = match toward {
            Toward::Nearest => rest.unsigned_abs() >= one.unsigned_abs() - rest.unsigned_abs(),
            Toward::Away => rest != 0,
            Toward::Zero => false,
        };
        whole + if up { self.units.signum() } else { 0 }
    }

    /// The units of 1; there are at most 38 digits after the point, so there is one.
    fn one(self) -> i128 {
        ten_to(u32::from(self.scale)).and_then(|p| i128::try_from(p).ok()).unwrap_or(i128::MAX)
    }

    /// The nearest float.
    pub fn to_number(self) -> f64 {
        // Both are exact floats then, and one division of exact floats is rounded once.
        if self.units.unsigned_abs() <= 1 << 53 && self.scale <= 22 {
            #[expect(clippy::cast_precision_loss, reason = "neither loses any")]
            return self.units as f64 / ten_to(u32::from(self.scale)).unwrap_or(1) as f64;
        }
        format!("{}e-{}", self.units, self.scale).parse().unwrap_or(f64::NAN)
    }

    /// A float by the shortest digits that show it, rounded half away from zero.
    ///
    /// # Errors
    /// It is no finite number, or has more than 38 digits.
    pub fn of_number(value: f64, scale: u8) -> Result<Decimal, Lost> {
        match value {
            _ if value.is_nan() => Err(Lost::NoValue),
            _ if value.is_infinite() => Err(Lost::TooLarge),
            _ => Decimal::parse(&format!("{value:e}"), scale),
        }
    }

    /// A number as files and formulas write it (`12`, `-1.5`, `2.5e-3`), rounded half away from zero.
    ///
    /// # Errors
    /// The text is no number, or it has more than 38 digits.
    pub fn parse(text: &str, scale: u8) -> Result<Decimal, Lost> {
        let text = text.trim();
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            None => (text, 0),
            Some((mantissa, exponent)) => {
                let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
                if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(Lost::NoValue);
                }
                // An exponent beyond these limits is as good as infinite.
                let limit = if exponent.starts_with('-') { i64::MIN / 4 } else { i64::MAX / 4 };
                (mantissa, exponent.parse::<i64>().unwrap_or(limit).clamp(i64::MIN / 4, i64::MAX / 4))
            }
        };
        let negative = mantissa.starts_with('-');
        let (before, after) = mantissa
            .strip_prefix(['+', '-'])
            .unwrap_or(mantissa)
            .split_once('.')
            .unwrap_or((mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa), ""));
        if before.len() + after.len() == 0 || !before.bytes().chain(after.bytes()).all(|b| b.is_ascii_digit()) {
            return Err(Lost::NoValue);
        }
        let mut digits = before.bytes().chain(after.bytes()).skip_while(|b| *b == b'0').peekable();
        if digits.peek().is_none() {
            return Ok(Decimal { units: 0, scale });
        }
        let zeros = before.bytes().chain(after.bytes()).take_while(|b| *b == b'0').count();
        // The digits that stay: those before the point, and `scale` behind it.
        let point = i64::try_from(before.len()).unwrap_or(i64::MAX / 4) - i64::try_from(zeros).unwrap_or(i64::MAX / 4);
        let kept = point.saturating_add(exponent).saturating_add(i64::from(scale));
        if kept < 0 {
            return Ok(Decimal { units: 0, scale });
        }
        if kept > i64::from(MOST_DIGITS) {
            return Err(Lost::TooLarge);
        }
        let mut size = 0u128;
        for _ in 0..kept {
            size = size * 10 + u128::from(digits.next().unwrap_or(b'0') - b'0');
        }
        let up = digits.next().is_some_and(|next| next >= b'5');
        signed(negative, size + u128::from(up), scale)
    }
}

/// Digits as formulas.md §1 says: the fewest that read back to the number, plain from 1e-7 to 1e21, else `1.5e-9`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.units.unsigned_abs().to_string();
        let digits = all.trim_end_matches('0');
        if digits.is_empty() {
            return f.write_str("0");
        }
        let sign = if self.units < 0 { "-" } else { "" };
        // Where the point stands among the digits.
        let point = i32::try_from(all.len()).unwrap_or(i32::MAX) - i32::from(self.scale);
        let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
        if !(-6..=21).contains(&point) {
            let (first, rest) = digits.split_at_checked(1).unwrap_or((digits, ""));
            let dot = if rest.is_empty() { "" } else { "." };
            return write!(f, "{sign}{first}{dot}{rest}e{}", point - 1);
        }
        let zeros = |n: i32| "0".repeat(usize::try_from(n).unwrap_or(0));
        match usize::try_from(point) {
            Ok(0) | Err(_) => write!(f, "{sign}0.{}{digits}", zeros(-point)),
            Ok(at) => match digits.split_at_checked(at) {
                Some((whole, "")) => write!(f, "{sign}{whole}"),
                Some((whole, rest)) => write!(f, "{sign}{whole}.{rest}"),
                None => write!(f, "{sign}{digits}{}", zeros(point - count)),
            },
        }
    }
}

/// A sum of decimals of one scale that does not overflow on its way: only its end decides whether it fits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DecimalSum {
    low: u128,
    high: i64,
    count: u64,
}

impl DecimalSum {
    /// Adds the units of a decimal.
    #[inline]
    pub fn add(&mut self, units: i128) {
        let (low, carry) = self.low.overflowing_add(units.cast_unsigned());
        self.low = low;
        self.high = self.high.wrapping_add(i64::from(carry) - i64::from(units < 0));
        self.count += 1;
    }

    /// The same sum in units of a scale that has so many more digits; `false` if that is beyond what any sum of numbers with 38 digits has.
    #[must_use]
    pub fn raise(&mut self, digits: u8) -> bool {
        for _ in 0..digits {
            let (low, mid) = (self.low & u128::from(u64::MAX), self.low >> 64);
            let (low, mid) = (low * 10, mid * 10);
            let (lowest, carry) = low.overflowing_add(mid << 64);
            // Of ten times 128 bits four are above them.
            let above = i64::try_from(mid >> 64).unwrap_or(0) + i64::from(carry);
            let Some(high) = self.high.checked_mul(10).and_then(|high| high.checked_add(above)) else { return false };
            (self.low, self.high) = (lowest, high);
        }
        true
    }

    /// Adds another sum's terms.
    pub fn merge(&mut self, other: &DecimalSum) {
        let (low, carry) = self.low.overflowing_add(other.low);
        self.low = low;
        self.high = self.high.wrapping_add(other.high).wrapping_add(i64::from(carry));
        self.count += other.count;
    }

    /// The number of terms.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The units of the sum.
    ///
    /// # Errors
    /// It has more than 38 digits.
    pub fn units(&self) -> Result<i128, Lost> {
        let units = self.low.cast_signed();
        if i64::from(units < 0) + self.high == 0 && Digits::largest(0).hold(units) { Ok(units) } else { Err(Lost::TooLarge) }
    }

    /// The units of the average, rounded half away from zero.
    ///
    /// # Errors
    /// There is none of no terms.
    pub fn mean(&self) -> Result<i128, Lost> {
        if self.count == 0 {
            return Err(Lost::NoValue);
        }
        let negative = self.high < 0;
        let (low, high) = if negative {
            let (low, none) = (!self.low).overflowing_add(1);
            (low, (!self.high).wrapping_add(i64::from(none)))
        } else {
            (self.low, self.high)
        };
        let above = Wide::of_parts(low, high.cast_unsigned());
        ratio(negative, &above, &Wide::from(u128::from(self.count)), 0).map(|mean| mean.units)
    }
}

#[cfg(test)]
mod tests;
