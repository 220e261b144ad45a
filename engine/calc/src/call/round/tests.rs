//! Rounding against a slow second implementation on decimal texts.
#![allow(clippy::panic, reason = "tests")]

use smalt_formula::Function as F;
use smalt_model::Type::{Integer, Number};
use smalt_vault::Vector;

use super::{Toward, round};
use crate::call::fixture::{B, check, i, n};

/// Rounds the text of a number: all its digits in a row, cut at the place, and one added to the digits before it where that is due.
fn by_text(toward: Toward, x: f64, digits: i32) -> f64 {
    let text = format!("{:e}", x.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let row: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
    // The first digit stands for 10^exponent; the last one kept stands for 10^-digits.
    let kept = exponent + digits + 1;
    let digit = |at: i32| usize::try_from(at).ok().and_then(|at| row.get(at)).copied().unwrap_or(0);
    let mut number: Vec<u8> = std::iter::once(0).chain((0..kept.max(0)).map(digit)).collect();
    let next = if kept < 0 { 0 } else { digit(kept) };
    let nothing_left = if kept < 0 { row.iter().all(|d| *d == 0) } else { row.iter().skip(kept.try_into().unwrap_or(0)).all(|d| *d == 0) };
    let up = match toward {
        Toward::Nearest => next >= 5,
        Toward::Away => !nothing_left,
        Toward::Zero => false,
    };
    if up {
        for d in number.iter_mut().rev() {
            *d += 1;
            if *d < 10 {
                break;
            }
            *d = 0;
        }
    }
    let text: String = number.iter().map(|d| char::from(b'0' + d)).collect();
    let size: f64 = format!("{text}e{}", -digits).parse().unwrap_or(f64::NAN);
    if x < 0.0 { -size } else { size }
}

/// The 64-bit generator of Steele, Lea and Flood ("Fast splittable pseudorandom number generators").
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// Numbers as plans have them, numbers near halves, and numbers of all sizes.
    fn number(&mut self) -> f64 {
        let size = match self.below(8) {
            0 => f64::from_bits(self.next()).abs(),
            1 => self.below(1 << 53) as f64 / self.power(),
            2 => self.below(2_000_000) as f64 / 1000.0,
            3 => (self.below(1_000_000) as f64 * 10.0 + 5.0) / self.power(),
            4 => ((self.below(1_000_000_000) as f64 * 10.0 + 5.0) / self.power()).next_up(),
            5 => ((self.below(1_000_000_000) as f64 * 10.0 + 5.0) / self.power()).next_down(),
            6 => self.below(1000) as f64 * self.power(),
            _ => self.below(u64::MAX) as f64 / self.power() / 1000.0,
        };
        let size = if size.is_finite() { size } else { 1.0 };
        if self.below(2) == 0 { size } else { -size }
    }

    fn power(&mut self) -> f64 {
        let power = i32::try_from(self.below(17)).unwrap_or(0);
        10f64.powi(power)
    }
}

#[test]
fn a_million_numbers_round_as_their_texts() {
    let mut random = Random(2024);
    for function in [Toward::Nearest, Toward::Away, Toward::Zero] {
        for digits in -15..=14i64 {
            let numbers: Vec<f64> = (0..12_000).map(|_| random.number()).collect();
            let Some(Vector::Number(rounded)) =
                round(function, &[Vector::Number(numbers.clone()), Vector::Integer(vec![digits; numbers.len()])])
            else {
                panic!("no numbers")
            };
            for (x, y) in numbers.iter().zip(rounded) {
                let wanted = by_text(function, *x, i32::try_from(digits).unwrap_or(0));
                let fits = if wanted.is_finite() { y == wanted && !(y == 0.0 && y.is_sign_negative()) } else { y.is_nan() };
                assert!(fits, "{function:?} {x:?} {digits}: {y:?}, not {wanted:?}");
            }
        }
    }
}

#[test]
fn without_digits_as_with_none_after_the_point() {
    let mut random = Random(7);
    for function in [Toward::Nearest, Toward::Away, Toward::Zero] {
        let numbers: Vec<f64> = (0..100_000).map(|_| random.number()).collect();
        let Some(Vector::Integer(rounded)) = round(function, &[Vector::Number(numbers.clone())]) else { panic!("no integers") };
        for (x, y) in numbers.iter().zip(rounded) {
            let wanted = by_text(function, *x, 0);
            let wanted = if wanted.abs() < 9_223_372_036_854_775_808.0 { wanted as i64 } else { i64::MIN };
            assert_eq!(y, wanted, "{function:?} {x:?}");
        }
    }
}

#[test]
fn the_contract_s_words() {
    for (x, digits, nearest, up, down) in [
        (2.365, 2, 2.37, 2.37, 2.36),
        (-2.365, 2, -2.37, -2.37, -2.36),
        (1.005, 2, 1.01, 1.01, 1.0),
        (2.5, 0, 3.0, 3.0, 2.0),
        (-2.5, 0, -3.0, -3.0, -2.0),
        (1250.0, -2, 1300.0, 1300.0, 1200.0),
        (1249.0, -2, 1200.0, 1300.0, 1200.0),
        (-0.001, 2, 0.0, -0.01, 0.0),
        (0.0, 3, 0.0, 0.0, 0.0),
        (0.1 + 0.2, 1, 0.3, 0.4, 0.3),
        (1.1, 1, 1.1, 1.1, 1.1),
        (5e14, -15, 1e15, 1e15, 0.0),
        (4.9e14, -15, 0.0, 1e15, 0.0),
        (1e-14, 14, 1e-14, 1e-14, 1e-14),
        (4e-15, 14, 0.0, 1e-14, 0.0),
        (1e300, 2, 1e300, 1e300, 1e300),
        (8.5e307, -15, 8.5e307, 8.5e307, 8.5e307),
    ] {
        check(F::Round, &[n(x), i(digits)], Number, n(nearest));
        check(F::RoundUp, &[n(x), i(digits)], Number, n(up));
        check(F::RoundDown, &[n(x), i(digits)], Number, n(down));
    }
    for (x, nearest, up, down) in [(2.5, 3, 3, 2), (-2.5, -3, -3, -2), (2.4, 2, 3, 2), (-0.4, 0, -1, 0), (7.0, 7, 7, 7)] {
        check(F::Round, &[n(x)], Integer, i(nearest));
        check(F::RoundUp, &[n(x)], Integer, i(up));
        check(F::RoundDown, &[n(x)], Integer, i(down));
    }
    for function in [F::Round, F::RoundUp, F::RoundDown] {
        for digits in [-16, 15, 100, i64::MAX, -i64::MAX] {
            check(function, &[n(1.5), i(digits)], Number, B);
            check(function, &[i(15), i(digits)], Integer, B);
        }
        check(function, &[n(1.5), n(1.9)], Number, n(1.5));
        check(function, &[n(1.5), n(f64::MAX)], Number, B);
        check(function, &[B, i(2)], Number, B);
        check(function, &[n(1.5), B], Number, B);
        check(function, &[B], Integer, B);
        check(function, &[n(1e19)], Integer, B);
        check(function, &[i(-5)], Integer, i(-5));
        check(function, &[i(-5), i(3)], Integer, i(-5));
        check(function, &[i(3)], Number, n(3.0));
    }
}

#[test]
fn integers_stay_exact() {
    const MAX: i64 = i64::MAX;
    for (x, digits, nearest, up, down) in [
        (1250, -2, i(1300), i(1300), i(1200)),
        (-1250, -2, i(-1300), i(-1300), i(-1200)),
        (1249, -2, i(1200), i(1300), i(1200)),
        (5, -1, i(10), i(10), i(0)),
        (4, -1, i(0), i(10), i(0)),
        (0, -15, i(0), i(0), i(0)),
        (MAX, -1, B, B, i(MAX - 7)),
        (MAX, -15, i(9_223_000_000_000_000_000), B, i(9_223_000_000_000_000_000)),
        (-MAX, -3, B, B, i(-9_223_372_036_854_775_000)),
        (MAX, 0, i(MAX), i(MAX), i(MAX)),
    ] {
        check(F::Round, &[i(x), i(digits)], Integer, nearest);
        check(F::RoundUp, &[i(x), i(digits)], Integer, up);
        check(F::RoundDown, &[i(x), i(digits)], Integer, down);
    }
}

#[test]
fn digits_may_differ_from_cell_to_cell() {
    let x = Vector::Number(vec![2.365, 2.365, 2.365, f64::NAN, 2.365, 1250.0]);
    let digits = Vector::Integer(vec![2, 1, 99, 2, i64::MIN, -2]);
    let Some(Vector::Number(y)) = round(Toward::Nearest, &[x, digits]) else { panic!("no numbers") };
    assert_eq!(y.iter().map(|y| format!("{y}")).collect::<Vec<_>>(), ["2.37", "2.4", "NaN", "NaN", "NaN", "1300"]);
}
