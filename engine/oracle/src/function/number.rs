//! Functions of numbers.

use crate::Found;
use crate::arithmetic::negated;
use crate::block::Block;
use crate::decimal::{Decimal, Toward};
use crate::operator::numeric;
use crate::value::{Type, Value, meet};

/// The type that a function gives; `None` where it is not in here.
pub(crate) fn gives(name: &str, parts: &[&Block]) -> Found<Option<Type>> {
    let ty = match name {
        "SIGN" | "TRUNC" | "CEILING" | "FLOOR" => Type::Integer,
        "SQRT" | "EXP" | "LN" | "LOG" | "SIN" | "COS" | "NORMAL" | "NORMALCUMULATIVE" => Type::Number,
        "ROUND" | "ROUNDUP" | "ROUNDDOWN" if parts.len() == 1 => Type::Integer,
        "ABS" | "ROUND" | "ROUNDUP" | "ROUNDDOWN" => number(parts[0]),
        "MOD" | "QUOTIENT" => meet(Some(number(parts[0])), Some(number(parts.get(1).ok_or("two arguments")?)))?.unwrap_or(Type::Number),
        _ => return Ok(None),
    };
    parts.iter().try_for_each(|p| numeric(p))?;
    Ok(Some(ty))
}

/// The type of an argument; of BLANK that of numbers.
fn number(part: &Block) -> Type {
    part.ty.unwrap_or(Type::Number)
}

pub(crate) fn compute(name: &str, v: &[&Value], ty: Type) -> Option<Value> {
    let x = v[0].number()?;
    match name {
        "ABS" => {
            if x < 0.0 {
                negated(v[0])
            } else {
                v[0].widened(Some(ty))
            }
        }
        "SIGN" => Some(Value::Integer(if x > 0.0 {
            1
        } else if x < 0.0 {
            -1
        } else {
            0
        })),
        "SQRT" => Value::finite(x.sqrt()),
        "EXP" => Value::finite(x.exp()),
        "LN" => Value::finite(x.ln()),
        "LOG" => Value::finite(x.log10()),
        "SIN" => Value::finite(x.sin()),
        "COS" => Value::finite(x.cos()),
        "NORMAL" => Value::finite((-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()),
        "NORMALCUMULATIVE" => Value::finite(super::statistics::normal_cumulative(x)),
        "MOD" => modulo(&v[0].widened(Some(ty))?, &v[1].widened(Some(ty))?),
        "QUOTIENT" => quotient(&v[0].widened(Some(ty))?, &v[1].widened(Some(ty))?),
        "TRUNC" => integer(v[0], Toward::Zero),
        "CEILING" => integer(v[0], Toward::Above),
        "FLOOR" => integer(v[0], Toward::Below),
        _ => round(name, v, ty),
    }
}

/// As an INTEGER.
fn integer(value: &Value, toward: Toward) -> Option<Value> {
    match value {
        Value::Integer(_) => Some(value.clone()),
        Value::Decimal(d) => Value::whole(d.to_integer(toward)),
        _ => {
            let number = value.number()?;
            let whole = match toward {
                Toward::Above => number.ceil(),
                Toward::Below => number.floor(),
                _ => number.trunc(),
            };
            // From 2^53 on a float is whole, and i128 holds what passes INTEGER.
            Some(whole).filter(|v| v.abs() < 1e30).and_then(|v| Value::whole(v as i128))
        }
    }
}

/// The sign is that of d.
fn modulo(n: &Value, d: &Value) -> Option<Value> {
    match (n, d) {
        (Value::Integer(_), Value::Integer(0)) => None,
        (Value::Integer(n), Value::Integer(d)) => {
            let (n, d) = (i128::from(*n), i128::from(*d));
            let rest = n % d;
            Value::whole(if rest != 0 && (rest < 0) != (d < 0) { rest + d } else { rest })
        }
        (Value::Decimal(n), Value::Decimal(d)) => {
            let rest = n.units.checked_rem(d.units)?;
            let units = if rest != 0 && (rest < 0) != (d.units < 0) { rest + d.units } else { rest };
            Some(Value::Decimal(Decimal { units, scale: n.scale }))
        }
        _ => {
            let (n, d) = (n.number()?, d.number()?);
            let rest = n % d;
            Value::finite(if rest != 0.0 && (rest < 0.0) != (d < 0.0) { rest + d } else { rest })
        }
    }
}

fn quotient(n: &Value, d: &Value) -> Option<Value> {
    match (n, d) {
        (Value::Integer(_), Value::Integer(0)) => None,
        (Value::Integer(n), Value::Integer(d)) => Value::whole(i128::from(*n) / i128::from(*d)),
        (Value::Decimal(n), Value::Decimal(d)) => {
            Decimal { units: n.units.checked_div(d.units)?, scale: 0 }.at(n.scale).map(Value::Decimal)
        }
        _ => Value::finite((n.number()? / d.number()?).trunc()),
    }
}

fn round(name: &str, v: &[&Value], ty: Type) -> Option<Value> {
    let places = match v.get(1) {
        None => 0,
        Some(places) => places.truncated().filter(|p| (-15..=14).contains(p))?,
    };
    let value = v[0];
    if let Value::Integer(n) = value {
        return Value::whole(round_whole(name, i128::from(*n), places));
    }
    if let Value::Decimal(d) = value {
        let toward = match name {
            "ROUND" => Toward::Nearest,
            "ROUNDUP" => Toward::Away,
            _ => Toward::Zero,
        };
        return if ty == Type::Integer { Value::whole(d.to_integer(toward)) } else { d.rounded(toward, places).map(Value::Decimal) };
    }
    let rounded = round_digits(name, value.number()?, places)?;
    if ty == Type::Integer { integer(&Value::Number(rounded), Toward::Zero) } else { Value::finite(rounded) }
}

fn round_whole(name: &str, n: i128, places: i64) -> i128 {
    if places >= 0 {
        return n;
    }
    let unit = (0..-places).fold(1i128, |u, _| u * 10);
    let (whole, rest) = (n.abs() / unit, n.abs() % unit);
    let up = match name {
        "ROUND" => rest * 2 >= unit,
        "ROUNDUP" => rest > 0,
        _ => false,
    };
    n.signum() * (whole + i128::from(up)) * unit
}

/// On the decimal digits of the shortest form: `2.365` is the digits 2365 with the point before the last three.
fn round_digits(name: &str, value: f64, places: i64) -> Option<f64> {
    let text = format!("{:e}", value.abs());
    let (mantissa, exponent) = text.split_once('e')?;
    let exponent: i64 = exponent.parse().ok()?;
    let digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
    // Digit i stands for digits[i] * 10^(exponent - i); those down to 10^-places are kept.
    let kept = exponent + places + 1;
    if kept >= digits.len() as i64 {
        return Some(value);
    }
    let digit = |i: i64| usize::try_from(i).ok().and_then(|i| digits.get(i)).copied().unwrap_or(0);
    let up = match name {
        "ROUND" => digit(kept) >= 5,
        "ROUNDUP" => (kept.max(0)..digits.len() as i64).any(|i| digit(i) > 0),
        _ => false,
    };
    let mut whole: u128 = 0;
    for i in 0..kept.max(0) {
        whole = whole.checked_mul(10)?.checked_add(u128::from(digit(i)))?;
    }
    whole += u128::from(up);
    let rounded: f64 = format!("{whole}e{}", -places).parse().ok()?;
    Some(if value < 0.0 { -rounded } else { rounded })
}
