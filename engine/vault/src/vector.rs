//! A column of values in which BLANK stands in band.
//!
//! NaN never is a value of the formula language, so a NUMBER column needs no second buffer to say where it is blank; the other
//! types give up one value each that the language does not have either. Kernels read and write one buffer.

use std::sync::Arc;

use smalt_model::{Digits, DimensionId, Rights, Type, Value};

/// BLANK among integers: the language's integers start at -(2^63 - 1).
pub const BLANK_INTEGER: i64 = i64::MIN;
/// BLANK among decimals, which have at most 38 digits.
pub const BLANK_DECIMAL: i128 = i128::MIN;
/// BLANK among dates.
pub const BLANK_DATE: i32 = i32::MIN;
/// BLANK among items.
pub const BLANK_ITEM: u32 = u32::MAX;
/// BLANK among Booleans; FALSE is 0 and TRUE is 1.
pub const BLANK_BOOLEAN: u8 = 2;
/// BLANK among rights, see [`Rights::code`].
pub const BLANK_RIGHTS: u8 = 0;

/// Values with BLANKs.
#[derive(Clone, Debug, PartialEq)]
pub enum Vector {
    /// BLANK is NaN.
    Number(Vec<f64>),
    /// BLANK is [`BLANK_INTEGER`].
    Integer(Vec<i64>),
    /// The units of decimals with so many digits. BLANK is [`BLANK_DECIMAL`].
    Decimal(Digits, Vec<i128>),
    /// BLANK is `None`.
    Text(Vec<Option<Arc<str>>>),
    /// 0, 1 or [`BLANK_BOOLEAN`].
    Boolean(Vec<u8>),
    /// Days since 1970-01-01 or [`BLANK_DATE`].
    Date(Vec<i32>),
    /// Ordinals of one dimension's items or [`BLANK_ITEM`].
    Item(DimensionId, Vec<u32>),
    /// Codes of rights.
    Rights(Vec<u8>),
}

/// Runs `$body` with `$v` bound to the vector's `Vec`, whatever its type.
#[macro_export]
macro_rules! each_vector {
    ($vector:expr, $v:ident => $body:expr) => {
        match $vector {
            $crate::Vector::Number($v) => $body,
            $crate::Vector::Integer($v) => $body,
            $crate::Vector::Decimal(_, $v) => $body,
            $crate::Vector::Text($v) => $body,
            $crate::Vector::Boolean($v) => $body,
            $crate::Vector::Date($v) => $body,
            $crate::Vector::Item(_, $v) => $body,
            $crate::Vector::Rights($v) => $body,
        }
    };
}

impl Vector {
    /// `len` BLANKs of a type.
    pub fn blank(ty: Type, len: usize) -> Vector {
        match ty {
            Type::Number => Vector::Number(vec![f64::NAN; len]),
            Type::Decimal { precision, scale } => Vector::Decimal(Digits { precision, scale }, vec![BLANK_DECIMAL; len]),
            Type::Integer => Vector::Integer(vec![BLANK_INTEGER; len]),
            Type::Text => Vector::Text(vec![None; len]),
            Type::Boolean => Vector::Boolean(vec![BLANK_BOOLEAN; len]),
            Type::Date => Vector::Date(vec![BLANK_DATE; len]),
            Type::Item(dimension) => Vector::Item(dimension, vec![BLANK_ITEM; len]),
            Type::Rights => Vector::Rights(vec![BLANK_RIGHTS; len]),
        }
    }

    /// One value `len` times.
    pub fn constant(value: &Value, len: usize) -> Vector {
        match value {
            Value::Number(v) => Vector::Number(vec![*v; len]),
            Value::Integer(v) => Vector::Integer(vec![*v; len]),
            Value::Decimal(digits, v) => Vector::Decimal(*digits, vec![*v; len]),
            Value::Text(v) => Vector::Text(vec![Some(Arc::clone(v)); len]),
            Value::Boolean(v) => Vector::Boolean(vec![u8::from(*v); len]),
            Value::Date(v) => Vector::Date(vec![*v; len]),
            Value::Item(dimension, v) => Vector::Item(*dimension, vec![*v; len]),
            Value::Rights(v) => Vector::Rights(vec![v.code(); len]),
        }
    }

    /// The type of its values.
    pub fn ty(&self) -> Type {
        match self {
            Vector::Number(_) => Type::Number,
            Vector::Integer(_) => Type::Integer,
            Vector::Decimal(digits, _) => digits.ty(),
            Vector::Text(_) => Type::Text,
            Vector::Boolean(_) => Type::Boolean,
            Vector::Date(_) => Type::Date,
            Vector::Item(dimension, _) => Type::Item(*dimension),
            Vector::Rights(_) => Type::Rights,
        }
    }

    /// The number of places, blank or not.
    pub fn len(&self) -> usize {
        each_vector!(self, v => v.len())
    }

    /// Whether it has no place.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a place is BLANK; also past the end.
    pub fn is_blank(&self, at: usize) -> bool {
        match self {
            Vector::Number(v) => v.get(at).is_none_or(|x| x.is_nan()),
            Vector::Integer(v) => v.get(at).is_none_or(|x| *x == BLANK_INTEGER),
            Vector::Decimal(_, v) => v.get(at).is_none_or(|x| *x == BLANK_DECIMAL),
            Vector::Text(v) => v.get(at).is_none_or(Option::is_none),
            Vector::Boolean(v) => v.get(at).is_none_or(|x| *x >= BLANK_BOOLEAN),
            Vector::Date(v) => v.get(at).is_none_or(|x| *x == BLANK_DATE),
            Vector::Item(_, v) => v.get(at).is_none_or(|x| *x == BLANK_ITEM),
            Vector::Rights(v) => v.get(at).is_none_or(|x| *x == BLANK_RIGHTS),
        }
    }

    /// Whether no place is BLANK.
    pub fn is_full(&self) -> bool {
        match self {
            Vector::Number(v) => !v.iter().fold(false, |blank, x| blank | x.is_nan()),
            Vector::Integer(v) => !v.contains(&BLANK_INTEGER),
            Vector::Decimal(_, v) => !v.contains(&BLANK_DECIMAL),
            Vector::Text(v) => v.iter().all(Option::is_some),
            Vector::Boolean(v) => v.iter().all(|x| *x < BLANK_BOOLEAN),
            Vector::Date(v) => !v.contains(&BLANK_DATE),
            Vector::Item(_, v) => !v.contains(&BLANK_ITEM),
            Vector::Rights(v) => !v.contains(&BLANK_RIGHTS),
        }
    }

    /// A copy of the places `from..to`.
    pub fn part(&self, from: usize, to: usize) -> Vector {
        fn cut<T: Clone>(v: &[T], from: usize, to: usize) -> Vec<T> {
            v.get(from.min(v.len())..to.min(v.len())).unwrap_or_default().to_vec()
        }
        match self {
            Vector::Number(v) => Vector::Number(cut(v, from, to)),
            Vector::Integer(v) => Vector::Integer(cut(v, from, to)),
            Vector::Decimal(digits, v) => Vector::Decimal(*digits, cut(v, from, to)),
            Vector::Text(v) => Vector::Text(cut(v, from, to)),
            Vector::Boolean(v) => Vector::Boolean(cut(v, from, to)),
            Vector::Date(v) => Vector::Date(cut(v, from, to)),
            Vector::Item(d, v) => Vector::Item(*d, cut(v, from, to)),
            Vector::Rights(v) => Vector::Rights(cut(v, from, to)),
        }
    }

    /// Appends the places of another vector of the same type that are not BLANK, and their keys to `kept`.
    pub fn append_full<K: Copy>(&mut self, other: &Vector, keys: &[K], kept: &mut Vec<K>) {
        fn keep<K: Copy, T: Clone>(keys: &[K], kept: &mut Vec<K>, from: &[T], to: &mut Vec<T>, blank: impl Fn(&T) -> bool) {
            for (key, value) in keys.iter().zip(from) {
                if !blank(value) {
                    kept.push(*key);
                    to.push(value.clone());
                }
            }
        }
        match (self, other) {
            (Vector::Number(to), Vector::Number(from)) => keep(keys, kept, from, to, |x| x.is_nan()),
            (Vector::Integer(to), Vector::Integer(from)) => keep(keys, kept, from, to, |x| *x == BLANK_INTEGER),
            (Vector::Decimal(d, to), Vector::Decimal(e, from)) if d == e => keep(keys, kept, from, to, |x| *x == BLANK_DECIMAL),
            (Vector::Text(to), Vector::Text(from)) => keep(keys, kept, from, to, Option::is_none),
            (Vector::Boolean(to), Vector::Boolean(from)) => keep(keys, kept, from, to, |x| *x >= BLANK_BOOLEAN),
            (Vector::Date(to), Vector::Date(from)) => keep(keys, kept, from, to, |x| *x == BLANK_DATE),
            (Vector::Item(_, to), Vector::Item(_, from)) => keep(keys, kept, from, to, |x| *x == BLANK_ITEM),
            (Vector::Rights(to), Vector::Rights(from)) => keep(keys, kept, from, to, |x| *x == BLANK_RIGHTS),
            // Of another type: all BLANK.
            _ => {}
        }
    }

    /// Makes room for so many more places.
    pub fn reserve(&mut self, more: usize) {
        each_vector!(self, v => v.reserve(more));
    }

    /// The value at a place, `None` where BLANK or past the end.
    pub fn get(&self, at: usize) -> Option<Value> {
        if self.is_blank(at) {
            return None;
        }
        match self {
            Vector::Number(v) => v.get(at).map(|x| Value::Number(*x)),
            Vector::Integer(v) => v.get(at).map(|x| Value::Integer(*x)),
            Vector::Decimal(digits, v) => v.get(at).map(|x| Value::Decimal(*digits, *x)),
            Vector::Text(v) => v.get(at)?.as_ref().map(|x| Value::Text(Arc::clone(x))),
            Vector::Boolean(v) => v.get(at).map(|x| Value::Boolean(*x == 1)),
            Vector::Date(v) => v.get(at).map(|x| Value::Date(*x)),
            Vector::Item(dimension, v) => v.get(at).map(|x| Value::Item(*dimension, *x)),
            Vector::Rights(v) => v.get(at).and_then(|x| Rights::from_code(*x)).map(Value::Rights),
        }
    }

    /// Whether two places hold the same value, or both BLANK.
    pub fn same_at(&self, at: usize, other: &Vector, there: usize) -> bool {
        match (self, other) {
            (Vector::Number(a), Vector::Number(b)) => {
                let bits = |v: Option<&f64>| v.filter(|x| !x.is_nan()).map(|x| x.to_bits());
                bits(a.get(at)) == bits(b.get(there))
            }
            (Vector::Integer(a), Vector::Integer(b)) => a.get(at) == b.get(there),
            (Vector::Decimal(d, a), Vector::Decimal(e, b)) => d == e && a.get(at) == b.get(there),
            (Vector::Text(a), Vector::Text(b)) => a.get(at) == b.get(there),
            (Vector::Boolean(a), Vector::Boolean(b)) | (Vector::Rights(a), Vector::Rights(b)) => a.get(at) == b.get(there),
            (Vector::Date(a), Vector::Date(b)) => a.get(at) == b.get(there),
            (Vector::Item(d, a), Vector::Item(e, b)) => d == e && a.get(at) == b.get(there),
            _ => false,
        }
    }

    /// Appends a value; one of another type, a NaN or an infinity becomes BLANK, and so does what has more digits than a decimal here.
    pub fn push(&mut self, value: Option<&Value>) {
        match (self, value) {
            (Vector::Number(v), Some(Value::Number(x))) if x.is_finite() => v.push(*x),
            (Vector::Number(v), Some(Value::Integer(x))) => v.push(*x as f64),
            (Vector::Number(v), _) => v.push(f64::NAN),
            (Vector::Integer(v), Some(Value::Integer(x))) => v.push(*x),
            (Vector::Integer(v), _) => v.push(BLANK_INTEGER),
            (Vector::Decimal(digits, v), value) => {
                v.push(value.and_then(Value::exact).and_then(|x| digits.take(x).ok()).unwrap_or(BLANK_DECIMAL));
            }
            (Vector::Text(v), Some(Value::Text(x))) => v.push(Some(Arc::clone(x))),
            (Vector::Text(v), _) => v.push(None),
            (Vector::Boolean(v), Some(Value::Boolean(x))) => v.push(u8::from(*x)),
            (Vector::Boolean(v), _) => v.push(BLANK_BOOLEAN),
            (Vector::Date(v), Some(Value::Date(x))) => v.push(*x),
            (Vector::Date(v), _) => v.push(BLANK_DATE),
            (Vector::Item(d, v), Some(Value::Item(dimension, x))) if d == dimension => v.push(*x),
            (Vector::Item(_, v), _) => v.push(BLANK_ITEM),
            (Vector::Rights(v), Some(Value::Rights(x))) => v.push(x.code()),
            (Vector::Rights(v), _) => v.push(BLANK_RIGHTS),
        }
    }

    /// Sets a place that exists, under the rules of [`Vector::push`].
    pub fn set(&mut self, at: usize, value: Option<&Value>) {
        let mut one = Vector::blank(self.ty(), 0);
        one.push(value);
        match (self, one) {
            (Vector::Number(v), Vector::Number(x)) => put(v, at, x),
            (Vector::Integer(v), Vector::Integer(x)) => put(v, at, x),
            (Vector::Decimal(_, v), Vector::Decimal(_, x)) => put(v, at, x),
            (Vector::Text(v), Vector::Text(x)) => put(v, at, x),
            (Vector::Boolean(v) | Vector::Rights(v), Vector::Boolean(x) | Vector::Rights(x)) => put(v, at, x),
            (Vector::Date(v), Vector::Date(x)) => put(v, at, x),
            (Vector::Item(_, v), Vector::Item(_, x)) => put(v, at, x),
            _ => {}
        }
    }

    /// The values at the given places in their order; BLANK past the end.
    pub fn take(&self, at: &[usize]) -> Vector {
        fn pick<T: Clone>(v: &[T], at: &[usize], blank: &T) -> Vec<T> {
            at.iter().map(|&i| v.get(i).unwrap_or(blank).clone()).collect()
        }
        match self {
            Vector::Number(v) => Vector::Number(pick(v, at, &f64::NAN)),
            Vector::Integer(v) => Vector::Integer(pick(v, at, &BLANK_INTEGER)),
            Vector::Decimal(digits, v) => Vector::Decimal(*digits, pick(v, at, &BLANK_DECIMAL)),
            Vector::Text(v) => Vector::Text(pick(v, at, &None)),
            Vector::Boolean(v) => Vector::Boolean(pick(v, at, &BLANK_BOOLEAN)),
            Vector::Date(v) => Vector::Date(pick(v, at, &BLANK_DATE)),
            Vector::Item(d, v) => Vector::Item(*d, pick(v, at, &BLANK_ITEM)),
            Vector::Rights(v) => Vector::Rights(pick(v, at, &BLANK_RIGHTS)),
        }
    }

    /// Appends another vector of the same type; one of another type appends as many BLANKs.
    pub fn append(&mut self, other: &Vector) {
        match (&mut *self, other) {
            (Vector::Number(a), Vector::Number(b)) => a.extend_from_slice(b),
            (Vector::Integer(a), Vector::Integer(b)) => a.extend_from_slice(b),
            (Vector::Decimal(d, a), Vector::Decimal(e, b)) if d == e => a.extend_from_slice(b),
            (Vector::Text(a), Vector::Text(b)) => a.extend_from_slice(b),
            (Vector::Boolean(a), Vector::Boolean(b)) => a.extend_from_slice(b),
            (Vector::Date(a), Vector::Date(b)) => a.extend_from_slice(b),
            (Vector::Item(d, a), Vector::Item(e, b)) if d == e => a.extend_from_slice(b),
            (Vector::Rights(a), Vector::Rights(b)) => a.extend_from_slice(b),
            _ => (0..other.len()).for_each(|_| self.push(None)),
        }
    }
}

fn put<T>(v: &mut [T], at: usize, mut one: Vec<T>) {
    if let (Some(slot), Some(x)) = (v.get_mut(at), one.pop()) {
        *slot = x;
    }
}
