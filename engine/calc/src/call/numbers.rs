//! Arithmetic of single values. Integers and decimals stay exact; a domain error is BLANK.

use smalt_formula::Function;
use smalt_model::{Decimal, Toward};
use smalt_vault::{BLANK_DECIMAL, BLANK_INTEGER, Vector};

use super::views::{decimal, integer, map_decimal, map_decimals, map_real, map_reals, map_wholes, reals, whole};
use crate::eval::exact;

pub(super) fn numbers(function: Function, args: &[Vector]) -> Option<Vector> {
    match function {
        Function::Abs => match args {
            [Vector::Integer(v)] => Some(Vector::Integer(v.iter().map(|x| x.wrapping_abs()).collect())),
            [Vector::Decimal(digits, v)] => Some(map_decimal(*digits, v, |x| Ok(Decimal { units: x.units.abs(), ..x }))),
            _ => map_real(args, f64::abs),
        },
        Function::Sign => match args {
            [Vector::Integer(v)] => {
                Some(Vector::Integer(v.iter().map(|x| if *x == BLANK_INTEGER { BLANK_INTEGER } else { x.signum() }).collect()))
            }
            _ => to_whole(args, |x| if x == 0.0 { 0.0 } else { x.signum() }, |x| x.units.signum()),
        },
        Function::Sqrt => map_real(args, f64::sqrt),
        Function::Exp => map_real(args, f64::exp),
        Function::Ln => map_real(args, f64::ln),
        Function::Log => map_real(args, f64::log10),
        Function::Sin => map_real(args, f64::sin),
        Function::Cos => map_real(args, f64::cos),
        Function::Mod => match args {
            [Vector::Integer(n), Vector::Integer(d)] => Some(map_wholes(n, d, |n, d| {
                let rest = n.checked_rem(d)?;
                Some(if rest != 0 && (rest < 0) != (d < 0) { rest + d } else { rest })
            })),
            [Vector::Decimal(digits, n), Vector::Decimal(_, d)] => Some(map_decimals(*digits, n, d, Decimal::remainder)),
            [n, d] => map_reals(n, d, remainder),
            _ => None,
        },
        Function::Quotient => match args {
            [Vector::Integer(n), Vector::Integer(d)] => Some(map_wholes(n, d, i64::checked_div)),
            [Vector::Decimal(digits, n), Vector::Decimal(_, d)] => Some(map_decimals(*digits, n, d, Decimal::quotient)),
            // Adding 0 makes a negative zero a plain one.
            [n, d] => map_reals(n, d, |n, d| (n / d).trunc() + 0.0),
            _ => None,
        },
        Function::Share => match args {
            [Vector::Decimal(digits, n), part, total] => {
                let one = |(place, n): (usize, &i128)| {
                    let (n, part, total) = (decimal(*n, digits.scale)?, exact(part, place)?, exact(total, place)?);
                    digits.take(n.share(part, total).ok()?).ok()
                };
                Some(Vector::Decimal(*digits, n.iter().enumerate().map(|at| one(at).unwrap_or(BLANK_DECIMAL)).collect()))
            }
            _ => None,
        },
        Function::Trunc => to_whole(args, |x| x, |x| x.to_whole(Toward::Zero)),
        Function::Ceiling => to_whole(args, f64::ceil, Decimal::ceiling),
        Function::Floor => to_whole(args, f64::floor, Decimal::floor),
        _ => None,
    }
}

/// The remainder with the sign of `d`. The remainder of the hardware is exact and has the sign of `n`.
fn remainder(n: f64, d: f64) -> f64 {
    let rest = n % d;
    if rest == 0.0 {
        0.0
    } else if (rest < 0.0) != (d < 0.0) {
        rest + d
    } else {
        rest
    }
}

/// `f`, or for decimals `exact`, as an integer; integers stay what they are.
fn to_whole(args: &[Vector], f: impl Fn(f64) -> f64, exact: impl Fn(Decimal) -> i128) -> Option<Vector> {
    let [x] = args else { return None };
    if let Vector::Decimal(digits, v) = x {
        let one = |x: &i128| decimal(*x, digits.scale).map_or(BLANK_INTEGER, |x| integer(exact(x)));
        return Some(Vector::Integer(v.iter().map(one).collect()));
    }
    if let Vector::Integer(v) = x {
        return Some(Vector::Integer(v.clone()));
    }
    Some(Vector::Integer(reals(x)?.iter().map(|x| whole(f(*x))).collect()))
}

#[cfg(test)]
mod tests {
    use smalt_formula::Function as F;
    use smalt_model::Type::{Integer, Number};

    use crate::call::fixture::{B, check, i, n};

    const MAX: i64 = i64::MAX;

    #[test]
    fn abs_and_sign_keep_integers() {
        for (x, abs, sign) in [(0, 0, 0), (5, 5, 1), (-5, 5, -1), (MAX, MAX, 1), (-MAX, MAX, -1)] {
            check(F::Abs, &[i(x)], Integer, i(abs));
            check(F::Sign, &[i(x)], Integer, i(sign));
        }
        for (x, abs, sign) in [(0.0, 0.0, 0), (-0.0, 0.0, 0), (2.5, 2.5, 1), (-1e-300, 1e-300, -1), (f64::MIN, f64::MAX, -1)] {
            check(F::Abs, &[n(x)], Number, n(abs));
            check(F::Sign, &[n(x)], Integer, i(sign));
        }
        check(F::Abs, &[B], Number, B);
        check(F::Abs, &[B], Integer, B);
        check(F::Sign, &[B], Integer, B);
        // The type that the formula has wins over the column's.
        check(F::Abs, &[i(-3)], Number, n(3.0));
    }

    #[test]
    fn domain_errors_are_blank() {
        for (function, x, wanted) in [
            (F::Sqrt, 9.0, n(3.0)),
            (F::Sqrt, 2.0, n(std::f64::consts::SQRT_2)),
            (F::Sqrt, 0.0, n(0.0)),
            (F::Sqrt, -1.0, B),
            (F::Sqrt, -1e-300, B),
            (F::Exp, 0.0, n(1.0)),
            (F::Exp, 1.0, n(std::f64::consts::E)),
            (F::Exp, -1000.0, n(0.0)),
            (F::Exp, 709.0, n(709f64.exp())),
            (F::Exp, 710.0, B),
            (F::Ln, 1.0, n(0.0)),
            (F::Ln, std::f64::consts::E, n(1.0)),
            (F::Ln, 0.0, B),
            (F::Ln, -0.0, B),
            (F::Ln, -1.0, B),
            (F::Log, 1000.0, n(3.0)),
            (F::Log, 0.01, n(-2.0)),
            (F::Log, 1.0, n(0.0)),
            (F::Log, 0.0, B),
            (F::Log, -10.0, B),
            (F::Sin, 0.0, n(0.0)),
            (F::Sin, std::f64::consts::FRAC_PI_2, n(1.0)),
            (F::Sin, -std::f64::consts::FRAC_PI_2, n(-1.0)),
            (F::Sin, 1e6, n(1e6f64.sin())),
            (F::Cos, 0.0, n(1.0)),
            (F::Cos, std::f64::consts::PI, n(-1.0)),
            (F::Cos, -1.5, n(1.5f64.cos())),
            (F::Cos, 1e6, n(1e6f64.cos())),
        ] {
            check(function, &[n(x)], Number, wanted);
        }
        for function in [F::Sqrt, F::Exp, F::Ln, F::Log, F::Sin, F::Cos] {
            check(function, &[B], Number, B);
        }
        check(F::Sqrt, &[i(16)], Number, n(4.0));
        check(F::Log, &[i(100)], Number, n(2.0));
    }

    #[test]
    fn mod_has_the_sign_of_the_divisor() {
        for (a, d, wanted) in
            [(7, 3, 1), (-7, 3, 2), (7, -3, -2), (-7, -3, -1), (6, 3, 0), (-6, 3, 0), (MAX, MAX - 1, 1), (-MAX, -1, 0), (MAX, 2, 1)]
        {
            check(F::Mod, &[i(a), i(d)], Integer, i(wanted));
        }
        for (a, d, wanted) in
            [(7.5, 2.0, 1.5), (-7.5, 2.0, 0.5), (7.5, -2.0, -0.5), (-7.5, -2.0, -1.5), (-4.0, 2.0, 0.0), (5.0, 1e300, 5.0)]
        {
            check(F::Mod, &[n(a), n(d)], Number, n(wanted));
        }
        check(F::Mod, &[i(-7), n(2.5)], Number, n(0.5));
        for args in [[i(1), i(0)], [i(1), B], [B, i(1)]] {
            check(F::Mod, &args, Integer, B);
        }
        for args in [[n(1.0), n(0.0)], [n(1.0), B], [B, n(1.0)]] {
            check(F::Mod, &args, Number, B);
        }
    }

    #[test]
    fn mod_and_quotient_fit_together() {
        for a in -20i64..=20 {
            for d in (-7i64..=7).filter(|d| *d != 0) {
                let floor = (a as f64 / d as f64).floor() as i64;
                check(F::Mod, &[i(a), i(d)], Integer, i(a - d * floor));
                check(F::Mod, &[n(a as f64 / 4.0), n(d as f64 / 4.0)], Number, n((a - d * floor) as f64 / 4.0));
                check(F::Quotient, &[i(a), i(d)], Integer, i((a as f64 / d as f64).trunc() as i64));
            }
        }
    }

    #[test]
    fn quotient_truncates() {
        for (a, d, wanted) in [(7, 2, 3), (-7, 2, -3), (7, -2, -3), (-7, -2, 3), (1, 5, 0), (-MAX, -1, MAX)] {
            check(F::Quotient, &[i(a), i(d)], Integer, i(wanted));
        }
        for (a, d, wanted) in [(7.5, 2.0, 3.0), (-7.5, 2.0, -3.0), (1.0, 0.1, 10.0), (-1.0, 3.0, 0.0)] {
            check(F::Quotient, &[n(a), n(d)], Number, n(wanted));
        }
        check(F::Quotient, &[n(1.0), n(0.0)], Number, B);
        check(F::Quotient, &[n(1e300), n(1e-300)], Number, B);
        check(F::Quotient, &[i(1), i(0)], Integer, B);
        check(F::Quotient, &[i(1), B], Integer, B);
    }

    #[test]
    fn trunc_ceiling_and_floor_give_integers() {
        for (x, trunc, ceiling, floor) in [
            (2.5, 2, 3, 2),
            (-2.5, -2, -2, -3),
            (3.0, 3, 3, 3),
            (-0.1, 0, 0, -1),
            (0.1, 0, 1, 0),
            (1e15, 10i64.pow(15), 10i64.pow(15), 10i64.pow(15)),
        ] {
            check(F::Trunc, &[n(x)], Integer, i(trunc));
            check(F::Ceiling, &[n(x)], Integer, i(ceiling));
            check(F::Floor, &[n(x)], Integer, i(floor));
        }
        for function in [F::Trunc, F::Ceiling, F::Floor] {
            check(function, &[i(-MAX)], Integer, i(-MAX));
            check(function, &[n(9_223_372_036_854_775_808.0)], Integer, B);
            check(function, &[n(-9_223_372_036_854_775_808.0)], Integer, B);
            check(function, &[n(1e300)], Integer, B);
            check(function, &[n(9_223_372_036_854_774_784.0)], Integer, i(9_223_372_036_854_774_784));
            check(function, &[B], Integer, B);
        }
    }

    #[test]
    fn columns_of_the_wrong_kind_are_blank() {
        check(F::Abs, &[crate::call::fixture::t("x")], Number, B);
        check(F::Abs, &[], Number, B);
        check(F::Mod, &[n(1.0)], Number, B);
        check(F::NetworkDays, &[n(1.0)], Integer, B);
    }
}
