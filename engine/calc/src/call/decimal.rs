//! The decimal digits that a number shows: the shortest that read back to the same number.

use std::fmt::Write;

pub(super) use smalt_model::Toward;

/// `digits * 10^exponent`, at most 17 digits from a float, 19 from an integer, 38 from a decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    pub(super) digits: u128,
    pub(super) exponent: i32,
}

impl Decimal {
    /// The shortest form of a finite float that is not negative.
    pub(super) fn shortest(value: f64) -> Decimal {
        let mut text = Short::default();
        // A `Short` is long enough for every float in this form, so this cannot fail.
        let _ = write!(text, "{value:e}");
        let mut decimal = Decimal { digits: 0, exponent: 0 };
        let (mantissa, exponent) = text.as_str().split_once('e').unwrap_or((text.as_str(), "0"));
        let mut after_point = false;
        for byte in mantissa.bytes() {
            match byte {
                b'0'..=b'9' => {
                    decimal.digits = decimal.digits * 10 + u128::from(byte - b'0');
                    decimal.exponent -= i32::from(after_point);
                }
                _ => after_point = true,
            }
        }
        decimal.exponent += exponent.parse::<i32>().unwrap_or(0);
        decimal
    }

    /// Without digits below `10^-places`.
    pub(super) fn rounded(self, toward: Toward, places: i32) -> Decimal {
        let drop = -places - self.exponent;
        if drop <= 0 {
            return self;
        }
        let (kept, rest, half) = match u32::try_from(drop).ok().and_then(|d| 10u128.checked_pow(d)) {
            Some(unit) => (self.digits / unit, self.digits % unit, Some(unit / 2)),
            // All digits together are below half a unit.
            None => (0, self.digits, None),
        };
        let up = match toward {
            Toward::Nearest => half.is_some_and(|half| rest >= half),
            Toward::Away => rest > 0,
            Toward::Zero => false,
        };
        Decimal { digits: kept + u128::from(up), exponent: -places }
    }

    /// The nearest float.
    pub(super) fn to_float(self) -> f64 {
        let mut text = Short::default();
        let _ = write!(text, "{}e{}", self.digits, self.exponent);
        text.as_str().parse().unwrap_or(f64::NAN)
    }
}

/// A text on the stack.
#[derive(Default)]
struct Short {
    bytes: [u8; 32],
    len: usize,
}

impl Short {
    fn as_str(&self) -> &str {
        self.bytes.get(..self.len).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or("")
    }
}

impl Write for Short {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.len + text.len();
        self.bytes.get_mut(self.len..end).ok_or(std::fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Decimal, Toward};

    #[test]
    fn the_shortest_form_comes_back() {
        for (value, digits, exponent) in [
            (0.0, 0, 0),
            (2.365, 2365, -3),
            (0.1 + 0.2, 30_000_000_000_000_004, -17),
            (1e21, 1, 21),
            (120.0, 12, 1),
            (5e-324, 5, -324),
            (f64::MAX, 17_976_931_348_623_157, 292),
            (f64::MIN_POSITIVE, 22_250_738_585_072_014, -324),
        ] {
            let decimal = Decimal::shortest(value);
            assert_eq!(decimal, Decimal { digits, exponent }, "{value}");
            assert_eq!(decimal.to_float(), value);
        }
    }

    #[test]
    fn digits_are_dropped_the_way_that_is_asked() {
        let round = |digits, exponent, toward, places| Decimal { digits, exponent }.rounded(toward, places).digits;
        assert_eq!(round(2365, -3, Toward::Nearest, 2), 237);
        assert_eq!(round(2364, -3, Toward::Nearest, 2), 236);
        assert_eq!(round(2364, -3, Toward::Away, 2), 237);
        assert_eq!(round(2369, -3, Toward::Zero, 2), 236);
        assert_eq!(round(2369, -3, Toward::Zero, 3), 2369);
        assert_eq!(round(5, -20, Toward::Nearest, 14), 0);
        assert_eq!(round(5, -20, Toward::Away, 14), 1);
        assert_eq!(round(u128::from(u64::MAX), -60, Toward::Nearest, 14), 0);
        assert_eq!(round(5, 14, Toward::Nearest, -15), 1);
        assert_eq!(round(4, 14, Toward::Nearest, -15), 0);
    }
}
