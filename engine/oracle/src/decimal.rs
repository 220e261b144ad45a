//! DECIMAL (formulas.md §1): exact, or rounded half away from zero, with 38 digits; what has more is BLANK.

use std::cmp::Ordering;

use crate::whole::Whole;

/// As many digits as a number can have.
pub(crate) const MOST_DIGITS: u8 = 38;

/// Powers with a larger exponent are computed as NUMBERs.
const MOST_TIMES: i64 = 30;

/// The number `units / 10^scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// Its digits without the point.
    pub units: i128,
    /// How many of them stand behind the point.
    pub scale: u8,
}

/// What becomes of the digits that go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toward {
    Nearest,
    Away,
    Zero,
    Above,
    Below,
}

impl Decimal {
    fn of(units: &Whole, scale: u8) -> Option<Decimal> {
        Some(Decimal { units: units.within(usize::from(MOST_DIGITS))?, scale })
    }

    fn whole(self) -> Whole {
        Whole::of(self.units)
    }

    /// Its units at a scale that is not smaller.
    fn raised(self, scale: u8) -> Whole {
        self.whole().shifted(usize::from(scale.saturating_sub(self.scale)))
    }

    /// At another scale, rounded.
    pub(crate) fn at(self, scale: u8) -> Option<Decimal> {
        match self.scale.checked_sub(scale) {
            None | Some(0) => Decimal::of(&self.raised(scale), scale),
            Some(gone) => Decimal::of(&self.whole().over(&Whole::of(1).shifted(usize::from(gone)))?, scale),
        }
    }

    /// Has it at most so many digits?
    pub(crate) fn fits(self, precision: u8) -> bool {
        self.whole().within(usize::from(precision)).is_some()
    }

    pub(crate) fn compared(self, other: Decimal) -> Ordering {
        let scale = self.scale.max(other.scale);
        self.raised(scale).compare(&other.raised(scale))
    }

    /// The sum at a scale that is not smaller than any of theirs: only its end decides whether it fits.
    pub(crate) fn sum(all: &[Decimal], scale: u8) -> Option<Decimal> {
        Decimal::of(&all.iter().fold(Whole::of(0), |sum, d| sum.plus(&d.raised(scale))), scale)
    }

    /// The average of numbers of one scale.
    pub(crate) fn mean(all: &[Decimal]) -> Option<Decimal> {
        let sum = all.iter().fold(Whole::of(0), |sum, d| sum.plus(&d.whole()));
        Decimal::of(&sum.over(&Whole::of(all.len() as i128))?, all.first()?.scale)
    }

    pub(crate) fn times(self, other: Decimal) -> Option<Decimal> {
        let product = self.whole().times(&other.whole());
        let unit = Whole::of(1).shifted(usize::from(self.scale.min(other.scale)));
        Decimal::of(&product.over(&unit)?, self.scale.max(other.scale))
    }

    pub(crate) fn over(self, other: Decimal) -> Option<Decimal> {
        let scale = self.scale.max(other.scale);
        let above = self.raised(scale).shifted(usize::from(other.scale));
        Decimal::of(&above.over(&other.whole())?, scale)
    }

    /// `self * part / total` at a scale, rounded once.
    pub(crate) fn share(self, part: Decimal, total: Decimal, scale: u8) -> Option<Decimal> {
        let above = self.raised(scale).times(&part.whole()).shifted(usize::from(total.scale));
        Decimal::of(&above.over(&total.whole().shifted(usize::from(part.scale)))?, scale)
    }

    /// A power, rounded once. Where the exponent is no small whole number there are no exact digits: it is that of NUMBERs.
    pub(crate) fn to_the(self, exponent: Decimal) -> Option<Decimal> {
        let scale = self.scale.max(exponent.scale);
        if self.units == 0 && exponent.units < 0 {
            return None;
        }
        let times = exponent.to_integer(Toward::Zero);
        let is_whole = exponent.compared(Decimal { units: times, scale: 0 }) == Ordering::Equal;
        let Some(count) = i64::try_from(times.abs()).ok().filter(|n| is_whole && *n <= MOST_TIMES) else {
            return Decimal::of_number(self.number().powf(exponent.number()), scale);
        };
        let power = (0..count).fold(Whole::of(1), |power, _| power.times(&self.whole()));
        let unit = (0..count).fold(Whole::of(1), |unit, _| unit.shifted(usize::from(self.scale)));
        let (above, below) = if times < 0 { (unit, power) } else { (power, unit) };
        Decimal::of(&above.shifted(usize::from(scale)).over(&below)?, scale)
    }

    /// Without the digits below `10^-places`.
    pub(crate) fn rounded(self, toward: Toward, places: i64) -> Option<Decimal> {
        let gone = i64::from(self.scale) - places;
        if gone <= 0 {
            return Some(self);
        }
        let kept = self.without(usize::try_from(gone).ok()?, toward);
        Decimal::of(&Whole::of(kept).shifted(usize::try_from(gone).ok()?), self.scale)
    }

    /// A whole number.
    pub(crate) fn to_integer(self, toward: Toward) -> i128 {
        self.without(usize::from(self.scale), toward)
    }

    /// Its units without the last digits.
    fn without(self, gone: usize, toward: Toward) -> i128 {
        // Past 38 digits there is no such unit, and all of the number is less than half of it.
        let unit = u32::try_from(gone).ok().and_then(|gone| 10i128.checked_pow(gone));
        let (kept, rest) = unit.map_or((0, self.units), |unit| (self.units / unit, self.units % unit));
        let up = rest != 0
            && match toward {
                Toward::Nearest => unit.is_some_and(|unit| rest.abs() >= unit / 2),
                Toward::Away => true,
                Toward::Zero => false,
                Toward::Above => rest > 0,
                Toward::Below => rest < 0,
            };
        kept + if up { self.units.signum() } else { 0 }
    }

    /// The nearest float.
    pub(crate) fn number(self) -> f64 {
        format!("{}e-{}", self.units, self.scale).parse().unwrap_or(f64::NAN)
    }

    /// A float by its shortest digits, rounded.
    pub(crate) fn of_number(value: f64, scale: u8) -> Option<Decimal> {
        if !value.is_finite() {
            return None;
        }
        let shown = format!("{value:e}");
        let (mantissa, exponent) = shown.split_once('e')?;
        let exponent: i64 = exponent.parse().ok()?;
        let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let units: i128 = format!("{before}{after}").parse().ok()?;
        // The last digit stands for 10^(exponent - digits behind the point).
        let zeros = exponent - after.len() as i64 + i64::from(scale);
        match usize::try_from(zeros) {
            Ok(zeros) => Decimal::of(&Whole::of(units).shifted(zeros), scale),
            Err(_) => {
                let gone = usize::try_from(-zeros).ok()?;
                Decimal::of(&Whole::of(units).over(&Whole::of(1).shifted(gone))?, scale)
            }
        }
    }

    /// All its digits, those behind the point too.
    pub(crate) fn plain(self) -> String {
        let digits = format!("{:0>width$}", self.units.unsigned_abs(), width = usize::from(self.scale) + 1);
        let (before, after) = digits.split_at(digits.len() - usize::from(self.scale));
        if after.is_empty() { before.to_owned() } else { format!("{before}.{after}") }
    }

    /// What it is next to `&`: no zeros at the end, plain from 1e-7 to 1e21, else `1.5e-9`.
    pub(crate) fn shown(self) -> String {
        let all = self.units.unsigned_abs().to_string();
        let digits = all.trim_end_matches('0');
        if digits.is_empty() {
            return "0".to_owned();
        }
        let sign = if self.units < 0 { "-" } else { "" };
        let exponent = all.len() as i64 - 1 - i64::from(self.scale);
        if (-7..21).contains(&exponent) {
            let plain = self.plain();
            let short = if plain.contains('.') { plain.trim_end_matches('0').trim_end_matches('.') } else { plain.as_str() };
            return format!("{sign}{short}");
        }
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        format!("{sign}{first}{point}{rest}e{exponent}")
    }
}
