//! Decimals against arithmetic on texts of digits, as one does it on paper.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::*;

/// A natural number as its decimal digits, the highest first, without leading zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Paper(Vec<u8>);

impl Paper {
    fn of(value: u128) -> Paper {
        Paper(value.to_string().bytes().map(|b| b - b'0').collect()).trimmed()
    }

    fn trimmed(self) -> Paper {
        Paper(self.0.into_iter().skip_while(|d| *d == 0).collect())
    }

    fn shifted(mut self, zeros: usize) -> Paper {
        self.0.extend(std::iter::repeat_n(0, zeros));
        self.trimmed()
    }

    fn plus(&self, other: &Paper) -> Paper {
        let (mut out, mut carry) = (Vec::new(), 0);
        for at in 0..=self.0.len().max(other.0.len()) {
            let digit = |p: &Paper| p.0.len().checked_sub(at + 1).map_or(0, |i| p.0[i]);
            let sum = digit(self) + digit(other) + carry;
            out.push(sum % 10);
            carry = sum / 10;
        }
        out.reverse();
        Paper(out).trimmed()
    }

    fn minus(&self, other: &Paper) -> Paper {
        let (mut out, mut borrow) = (Vec::new(), 0);
        for at in 0..self.0.len() {
            let digit = |p: &Paper| p.0.len().checked_sub(at + 1).map_or(0, |i| p.0[i] as i8);
            let mut rest = digit(self) - digit(other) - borrow;
            borrow = i8::from(rest < 0);
            if rest < 0 {
                rest += 10;
            }
            out.push(rest as u8);
        }
        out.reverse();
        Paper(out).trimmed()
    }

    fn not_below(&self, other: &Paper) -> bool {
        self.0.len() > other.0.len() || (self.0.len() == other.0.len() && self.0 >= other.0)
    }

    fn times(&self, other: &Paper) -> Paper {
        let mut all = Paper(Vec::new());
        for (at, digit) in other.0.iter().rev().enumerate() {
            for _ in 0..*digit {
                all = all.plus(&self.clone().shifted(at));
            }
        }
        all
    }

    /// Long division, rounded half up.
    fn over(&self, other: &Paper) -> Paper {
        let (mut out, mut rest) = (Vec::new(), Paper(Vec::new()));
        for digit in &self.0 {
            rest.0.push(*digit);
            rest = rest.trimmed();
            let mut count = 0;
            while rest.not_below(other) {
                rest = rest.minus(other);
                count += 1;
            }
            out.push(count);
        }
        let up = rest.plus(&rest).not_below(other);
        Paper(out).trimmed().plus(&Paper::of(u128::from(up)))
    }

    fn signed(&self, negative: bool) -> Result<i128, Lost> {
        if self.0.len() > 38 {
            return Err(Lost::TooLarge);
        }
        let size = self.0.iter().fold(0i128, |n, d| n * 10 + i128::from(*d));
        Ok(if negative { -size } else { size })
    }
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number of up to 38 digits, short ones as often as long ones, and many with nines and zeros at the end.
    fn decimal(&mut self) -> Decimal {
        let long = (u128::from(self.next()) << 64) | u128::from(self.next());
        let size = long % POWERS[(self.next() % 39) as usize];
        let size = match self.next() % 6 {
            0 => size / 1_000 * 1_000,
            1 => size / 1_000 * 1_000 + 500,
            2 => size / 1_000 * 1_000 + 499,
            _ => size,
        };
        let units = i128::try_from(size).unwrap();
        let scale = (self.next() % 39) as u8;
        Decimal { units: if self.next().is_multiple_of(2) { -units } else { units }, scale }
    }
}

fn units(result: Result<Decimal, Lost>) -> Result<i128, Lost> {
    result.map(|d| d.units)
}

#[test]
fn products_quotients_and_scales_are_those_of_paper() {
    let mut random = Random(0x5eed);
    let (mut large, mut fine) = (0, 0);
    for _ in 0..20_000 {
        let (a, b) = (random.decimal(), random.decimal());
        let (x, y) = (Paper::of(a.units.unsigned_abs()), Paper::of(b.units.unsigned_abs()));
        let scale = a.scale.max(b.scale);
        let negative = (a.units < 0) != (b.units < 0);

        let drop = usize::from(a.scale.min(b.scale));
        let product = x.times(&y).over(&Paper::of(1).shifted(drop)).signed(negative);
        assert_eq!(units(a.times(b)), product, "{a:?} * {b:?}");
        assert_eq!(a.times(b), b.times(a));

        if b.units == 0 {
            assert_eq!(a.over(b), Err(Lost::NoValue));
        } else {
            let quotient = x.shifted(usize::from(scale - a.scale + b.scale)).over(&y).signed(negative);
            assert_eq!(units(a.over(b)), quotient, "{a:?} / {b:?}");
            if quotient.is_ok() { fine += 1 } else { large += 1 }
        }

        let x = Paper::of(a.units.unsigned_abs());
        let moved = if b.scale >= a.scale {
            x.shifted(usize::from(b.scale - a.scale))
        } else {
            x.over(&Paper::of(1).shifted(usize::from(a.scale - b.scale)))
        };
        assert_eq!(units(a.at_scale(b.scale)), moved.signed(a.units < 0));
    }
    assert!(large > 1_000 && fine > 1_000, "both ends are met: {large} {fine}");
}

#[test]
fn powers_are_rounded_once() {
    let mut random = Random(77);
    for _ in 0..400 {
        let size = i128::from(random.next() % 20_000) - 10_000;
        let base = Decimal { units: size, scale: (random.next() % 5) as u8 };
        let n = random.next() % 12;
        let x = Paper::of(base.units.unsigned_abs());
        let power = (0..n).fold(Paper::of(1), |all, _| all.times(&x));
        let unit = Paper::of(1).shifted(usize::from(base.scale) * n as usize);
        let wanted = power.clone().shifted(usize::from(base.scale)).over(&unit).signed(size < 0 && n % 2 == 1);
        let exponent = Decimal::whole(n as i64);
        assert_eq!(units(base.to_the(exponent)), wanted, "{base} ^ {n}");
        if base.units != 0 {
            let inverse = unit.shifted(usize::from(base.scale)).over(&power).signed(size < 0 && n % 2 == 1);
            assert_eq!(units(base.to_the(Decimal::whole(-(n as i64)))), inverse, "{base} ^ -{n}");
        }
    }
    let d = |units, scale| Decimal { units, scale };
    // 1.0525^30 = 4.64155109… (with 60 digits), 4^0.5, 0^0, 10^38.
    assert_eq!(d(10_525, 4).to_the(Decimal::whole(30)), Ok(d(46_416, 4)));
    assert_eq!(d(400, 2).to_the(d(5, 1)), Ok(d(200, 2)));
    assert_eq!(d(0, 2).to_the(Decimal::whole(0)), Ok(d(100, 2)));
    assert_eq!(d(0, 2).to_the(Decimal::whole(-1)), Err(Lost::NoValue));
    assert_eq!(d(-400, 2).to_the(d(5, 1)), Err(Lost::NoValue));
    assert_eq!(Decimal::whole(10).to_the(Decimal::whole(37)).map(|d| d.units), Ok(10i128.pow(37)));
    assert_eq!(Decimal::whole(10).to_the(Decimal::whole(38)), Err(Lost::TooLarge));
    assert_eq!(d(200, 2).to_the(Decimal::whole(1_000_000)), Err(Lost::TooLarge));
}

#[test]
fn sums_do_not_depend_on_their_order() {
    let mut random = Random(3);
    for _ in 0..300 {
        // All near the limit, so that parts of the sum pass 128 bits.
        let most = POWERS[38] - 1;
        let mut terms: Vec<i128> = (0..9)
            .map(|_| {
                let size = i128::try_from(most - u128::from(random.next())).unwrap();
                if random.next().is_multiple_of(2) { -size } else { size }
            })
            .collect();
        let negative: Paper = terms.iter().filter(|t| **t < 0).fold(Paper(Vec::new()), |s, t| s.plus(&Paper::of(t.unsigned_abs())));
        let positive: Paper = terms.iter().filter(|t| **t > 0).fold(Paper(Vec::new()), |s, t| s.plus(&Paper::of(t.unsigned_abs())));
        let below = !positive.not_below(&negative);
        let size = if below { negative.minus(&positive) } else { positive.minus(&negative) };
        let total = |terms: &[i128]| {
            let mut sum = DecimalSum::default();
            terms.iter().for_each(|t| sum.add(*t));
            sum
        };
        let forward = total(&terms);
        assert_eq!(forward.units(), size.signed(below));
        assert_eq!(forward.mean(), size.over(&Paper::of(terms.len() as u128)).signed(below));
        let (first, second) = terms.split_at(4);
        let mut merged = total(second);
        merged.merge(&total(first));
        assert_eq!(merged, forward);
        terms.sort_unstable();
        assert_eq!(total(&terms), forward);
    }
    assert_eq!(DecimalSum::default().mean(), Err(Lost::NoValue));
}

#[test]
fn texts_and_numbers_come_and_go() {
    for (text, scale, expected) in [
        ("12", 2, Ok(1_200)),
        ("-1.005", 2, Ok(-101)),
        ("1.0049999999999999999999999", 2, Ok(100)),
        (".5", 0, Ok(1)),
        ("-0.4", 0, Ok(0)),
        ("2.5e-3", 3, Ok(3)),
        ("1e3", 1, Ok(10_000)),
        ("1e-400000000000000000000", 2, Ok(0)),
        ("1e400000000000000000000", 2, Err(Lost::TooLarge)),
        ("0e400000000000000000000", 2, Ok(0)),
        ("000000000000000000000000000000000000000000000.25", 1, Ok(3)),
        ("99999999999999999999999999999999999999", 0, Ok(10i128.pow(38) - 1)),
        ("99999999999999999999999999999999999999.5", 0, Err(Lost::TooLarge)),
        ("", 2, Err(Lost::NoValue)),
        (".", 2, Err(Lost::NoValue)),
        ("1.2.3", 2, Err(Lost::NoValue)),
        ("nan", 2, Err(Lost::NoValue)),
        ("1e", 2, Err(Lost::NoValue)),
        ("--1", 2, Err(Lost::NoValue)),
    ] {
        assert_eq!(units(Decimal::parse(text, scale)), expected, "{text}");
    }
    // The shortest digits, not the binary value, which is below 1.005.
    assert_eq!(units(Decimal::of_number(1.005, 2)), Ok(101));
    assert_eq!(units(Decimal::of_number(2.365, 2)), Ok(237));
    assert_eq!(units(Decimal::of_number(-0.0, 2)), Ok(0));
    let mut random = Random(9);
    for _ in 0..20_000 {
        let decimal = random.decimal();
        assert_eq!(Decimal::parse(&decimal.to_string(), decimal.scale), Ok(decimal), "{decimal}");
        let number = decimal.to_number();
        let wanted: f64 = format!("{}e-{}", decimal.units, decimal.scale).parse().unwrap();
        assert_eq!(number.to_bits(), wanted.to_bits());
    }
}

#[test]
fn texts_are_short_and_plain_in_the_middle() {
    for (units, scale, text) in [
        (1_250, 2, "12.5"),
        (-1_200, 2, "-12"),
        (0, 5, "0"),
        (1_200, 0, "1200"),
        (5, 3, "0.005"),
        (1, 7, "0.0000001"),
        (-15, 10, "-1.5e-9"),
        (10i128.pow(20), 0, "100000000000000000000"),
        (10i128.pow(21), 0, "1e21"),
        (10i128.pow(21) - 1, 0, "999999999999999999999"),
        (1_234_567_890_123_456_789_012_345_000, 3, "1.234567890123456789012345e24"),
        (900_719_925_474_099_301, 2, "9007199254740993.01"),
    ] {
        assert_eq!(Decimal { units, scale }.to_string(), text);
    }
    // Whatever both can show they show alike.
    for value in [1.5, -0.25, 1e-7, 9.5e-8, 123_456.789, 1e20, 3e22] {
        assert_eq!(Decimal::of_number(value, 12).unwrap().to_string(), crate::format_number(value));
    }
}

#[test]
fn digits_are_dropped_the_way_that_is_asked() {
    let d = |units| Decimal { units, scale: 3 };
    for (units, toward, places, expected) in [
        (2_365, Toward::Nearest, 2, 2_370),
        (-2_365, Toward::Nearest, 2, -2_370),
        (2_364, Toward::Nearest, 2, 2_360),
        (2_361, Toward::Away, 2, 2_370),
        (-2_369, Toward::Zero, 2, -2_360),
        (1_499_999, Toward::Nearest, -3, 1_000_000),
        (1_500_000, Toward::Nearest, -3, 2_000_000),
        (2_365, Toward::Nearest, 14, 2_365),
        (2_365, Toward::Nearest, -40, 0),
    ] {
        assert_eq!(d(units).rounded(toward, places), Ok(d(expected)), "{units} {places}");
    }
    assert_eq!(d(1).rounded(Toward::Away, -36), Err(Lost::TooLarge));
    assert_eq!(Decimal { units: 10i128.pow(38) - 1, scale: 0 }.rounded(Toward::Nearest, -1), Err(Lost::TooLarge));
    for (units, floor, ceiling, nearest, away, zero) in
        [(2_500, 2, 3, 3, 3, 2), (-2_500, -3, -2, -3, -3, -2), (-100, -1, 0, 0, -1, 0), (3_000, 3, 3, 3, 3, 3), (499, 0, 1, 0, 1, 0)]
    {
        let value = d(units);
        assert_eq!((value.floor(), value.ceiling()), (floor, ceiling));
        let whole = [Toward::Nearest, Toward::Away, Toward::Zero].map(|toward| value.to_whole(toward));
        assert_eq!(whole, [nearest, away, zero], "{units}");
    }
}

#[test]
fn remainders_have_the_sign_of_the_divisor() {
    let d = |units| Decimal { units, scale: 1 };
    for (n, by, rest, quotient) in [(75, 20, 15, 30), (-75, 20, 5, -30), (75, -20, -5, -30), (-75, -20, -15, 30), (-40, 20, 0, -20)] {
        assert_eq!((d(n).remainder(d(by)), d(n).quotient(d(by))), (Ok(d(rest)), Ok(d(quotient))));
    }
    assert_eq!((d(1).remainder(d(0)), d(1).quotient(d(0))), (Err(Lost::NoValue), Err(Lost::NoValue)));
    assert_eq!(Decimal { units: 10i128.pow(37), scale: 5 }.quotient(Decimal { units: 1, scale: 5 }), Err(Lost::TooLarge));
}

#[test]
fn numbers_meet_in_the_larger_scale() {
    let decimal = |precision, scale| Type::Decimal { precision, scale };
    assert_eq!(decimal(10, 2).meet(decimal(10, 2)), Some(decimal(10, 2)));
    assert_eq!(decimal(10, 2).meet(decimal(12, 4)), Some(decimal(38, 4)));
    assert_eq!(Type::Integer.meet(decimal(10, 2)), Some(decimal(38, 2)));
    assert_eq!(decimal(10, 2).meet(Type::Number), Some(Type::Number));
    assert_eq!(Type::Integer.meet(Type::Number), Some(Type::Number));
    assert_eq!(Type::Integer.meet(Type::Text), None);
    let digits = Digits { precision: 5, scale: 2 };
    assert_eq!(digits.take(Decimal { units: 999_994, scale: 3 }), Ok(99_999));
    assert_eq!(digits.take(Decimal { units: 999_995, scale: 3 }), Err(Lost::TooLarge));
}

#[test]
fn numbers_of_two_scales_have_an_order() {
    let d = |units, scale| Decimal { units, scale };
    let most = 10i128.pow(38) - 1;
    for (a, b, order) in [
        (d(50, 2), d(5, 1), Ordering::Equal),
        (d(51, 2), d(5, 1), Ordering::Greater),
        (d(most, 0), d(most, 38), Ordering::Greater),
        (d(-most, 0), d(-most, 38), Ordering::Less),
        (d(0, 0), d(0, 38), Ordering::Equal),
        (d(2, 0), d(most, 38), Ordering::Greater),
        (d(0, 0), d(1, 38), Ordering::Less),
    ] {
        assert_eq!((a.compare(b), b.compare(a)), (order, order.reverse()), "{a:?} {b:?}");
    }
}

#[test]
fn a_share_is_one_ratio() {
    let d = |units, scale| Decimal { units, scale };
    assert_eq!(d(1234, 2).share(d(1, 2), d(6, 2)), Ok(d(206, 2)));
    assert_eq!(d(-5, 2).share(d(1, 0), d(2, 0)), Ok(d(-3, 2)));
    assert_eq!(d(5, 2).share(d(-1, 0), d(-2, 0)), Ok(d(3, 2)));
    // 1.00 * 0.5 / 2 with digits of three kinds.
    assert_eq!(d(100, 2).share(d(5, 1), d(2000, 3)), Ok(d(25, 2)));
    let most = 10i128.pow(38) - 1;
    assert_eq!(d(most, 2).share(d(most, 2), d(most, 2)), Ok(d(most, 2)));
    assert_eq!(d(most, 2).share(d(most, 2), d(1, 2)), Err(Lost::TooLarge));
    assert_eq!(d(1, 2).share(d(1, 2), d(0, 2)), Err(Lost::NoValue));
}

#[test]
fn a_sum_takes_more_digits() {
    let sum_of = |values: &[i128]| {
        let mut sum = DecimalSum::default();
        values.iter().for_each(|v| sum.add(*v));
        sum
    };
    for value in [0, 1, -1, 123_456_789, -987_654_321, i128::from(u64::MAX), -i128::from(u64::MAX) - 1] {
        let mut sum = sum_of(&[value]);
        assert!(sum.raise(18));
        assert_eq!(sum.units(), Ok(value * 10i128.pow(18)), "{value}");
    }
    // Beyond 128 bits on the way, and back.
    let most = 10i128.pow(38) - 1;
    for sign in [1, -1] {
        let mut sum = sum_of(&[sign * most]);
        assert!(sum.raise(3));
        assert_eq!(sum.units(), Err(Lost::TooLarge));
        for _ in 0..1000 {
            sum.add(-sign * most);
        }
        assert_eq!(sum.units(), Ok(0));
    }
    assert!(!sum_of(&[most]).raise(38));
}
