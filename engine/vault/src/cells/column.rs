//! The values of a block's cells, in the order of their keys, as Arrow buffers. No BLANKs.

use std::sync::Arc;

use arrow_buffer::{ArrowNativeType, ScalarBuffer};
use smalt_lanes::widest;
use smalt_model::{Digits, DimensionId, Type, Value};

use crate::vector::{BLANK_BOOLEAN, BLANK_DATE, BLANK_DECIMAL, BLANK_INTEGER, BLANK_ITEM, BLANK_RIGHTS, Vector};

/// Values without BLANKs; cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// Finite floats.
    Number(ScalarBuffer<f64>),
    /// Integers.
    Integer(ScalarBuffer<i64>),
    /// The units of decimals with so many digits.
    Decimal(Digits, ScalarBuffer<i128>),
    /// Texts.
    Text(Arc<[Arc<str>]>),
    /// 0 and 1.
    Boolean(ScalarBuffer<u8>),
    /// Days since 1970-01-01.
    Date(ScalarBuffer<i32>),
    /// Ordinals of a dimension's items.
    Item(DimensionId, ScalarBuffer<u32>),
    /// Codes of rights.
    Rights(ScalarBuffer<u8>),
}

/// What is found out of where two columns differ.
trait Unlike {
    type Found;
    fn at<T>(a: &[T], b: &[T], is_same: impl Fn(&T, &T) -> bool) -> Self::Found;
    /// Where they differ at each of so many places.
    fn all(len: usize) -> Self::Found;
}

impl Column {
    /// The number of values.
    pub fn len(&self) -> usize {
        match self {
            Column::Number(v) => v.len(),
            Column::Integer(v) => v.len(),
            Column::Decimal(_, v) => v.len(),
            Column::Text(v) => v.len(),
            Column::Boolean(v) | Column::Rights(v) => v.len(),
            Column::Date(v) => v.len(),
            Column::Item(_, v) => v.len(),
        }
    }

    /// Whether it has no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The type of its values.
    pub fn ty(&self) -> Type {
        match self {
            Column::Number(_) => Type::Number,
            Column::Integer(_) => Type::Integer,
            Column::Decimal(digits, _) => digits.ty(),
            Column::Text(_) => Type::Text,
            Column::Boolean(_) => Type::Boolean,
            Column::Date(_) => Type::Date,
            Column::Item(d, _) => Type::Item(*d),
            Column::Rights(_) => Type::Rights,
        }
    }

    /// Whether the values are the very same ones in memory.
    pub(super) fn is_same_buffer(&self, other: &Column) -> bool {
        fn same<T>(a: &[T], b: &[T]) -> bool {
            std::ptr::eq(a, b)
        }
        match (self, other) {
            (Column::Number(a), Column::Number(b)) => same(a, b),
            (Column::Integer(a), Column::Integer(b)) => same(a, b),
            (Column::Decimal(d, a), Column::Decimal(e, b)) => d == e && same(a, b),
            (Column::Text(a), Column::Text(b)) => same(a, b),
            (Column::Boolean(a), Column::Boolean(b)) | (Column::Rights(a), Column::Rights(b)) => same(a, b),
            (Column::Date(a), Column::Date(b)) => same(a, b),
            (Column::Item(d, a), Column::Item(e, b)) => d == e && same(a, b),
            _ => false,
        }
    }

    /// At how many places two columns of one length have other values; at all of them where the two are of different types.
    pub(super) fn count_unlike(&self, other: &Column) -> usize {
        struct Count;
        impl Unlike for Count {
            type Found = usize;
            #[inline(always)]
            fn at<T>(a: &[T], b: &[T], is_same: impl Fn(&T, &T) -> bool) -> usize {
                // Without an early end, so that several values are compared at once.
                a.iter().zip(b).fold(0, |count, (a, b)| count + usize::from(!is_same(a, b)))
            }
            fn all(len: usize) -> usize {
                len
            }
        }
        widest(
            #[inline(always)]
            || self.unlike::<Count>(other),
        )
    }

    /// The places at which two columns of one length have other values; all of them where the two are of different types.
    pub(super) fn places_unlike(&self, other: &Column) -> Vec<usize> {
        struct Places;
        impl Unlike for Places {
            type Found = Vec<usize>;
            fn at<T>(a: &[T], b: &[T], is_same: impl Fn(&T, &T) -> bool) -> Vec<usize> {
                a.iter().zip(b).enumerate().filter(|(_, (a, b))| !is_same(a, b)).map(|(at, _)| at).collect()
            }
            fn all(len: usize) -> Vec<usize> {
                (0..len).collect()
            }
        }
        self.unlike::<Places>(other)
    }

    #[inline(always)]
    fn unlike<U: Unlike>(&self, other: &Column) -> U::Found {
        match (self, other) {
            (Column::Number(a), Column::Number(b)) => U::at(a, b, |a, b| a.to_bits() == b.to_bits()),
            (Column::Integer(a), Column::Integer(b)) => U::at(a, b, i64::eq),
            (Column::Decimal(d, a), Column::Decimal(e, b)) if d == e => U::at(a, b, i128::eq),
            (Column::Text(a), Column::Text(b)) => U::at(a, b, Arc::<str>::eq),
            (Column::Boolean(a), Column::Boolean(b)) | (Column::Rights(a), Column::Rights(b)) => U::at(a, b, u8::eq),
            (Column::Date(a), Column::Date(b)) => U::at(a, b, i32::eq),
            (Column::Item(d, a), Column::Item(e, b)) if d == e => U::at(a, b, u32::eq),
            _ => U::all(self.len()),
        }
    }

    /// Bytes held, texts without their letters.
    pub fn bytes(&self) -> usize {
        let width = match self {
            Column::Number(_) | Column::Integer(_) => 8,
            Column::Decimal(..) | Column::Text(_) => 16,
            Column::Boolean(_) | Column::Rights(_) => 1,
            Column::Date(_) | Column::Item(..) => 4,
        };
        self.len() * width
    }

    /// The values at the places `from..to`; fixed-width ones share the buffer.
    pub fn slice(&self, from: usize, to: usize) -> Column {
        fn cut<T: ArrowNativeType>(v: &ScalarBuffer<T>, from: usize, to: usize) -> ScalarBuffer<T> {
            let to = to.min(v.len());
            let from = from.min(to);
            v.slice(from, to - from)
        }
        match self {
            Column::Number(v) => Column::Number(cut(v, from, to)),
            Column::Integer(v) => Column::Integer(cut(v, from, to)),
            Column::Decimal(digits, v) => Column::Decimal(*digits, cut(v, from, to)),
            Column::Text(v) => Column::Text(v.iter().take(to).skip(from).map(Arc::clone).collect()),
            Column::Boolean(v) => Column::Boolean(cut(v, from, to)),
            Column::Date(v) => Column::Date(cut(v, from, to)),
            Column::Item(d, v) => Column::Item(*d, cut(v, from, to)),
            Column::Rights(v) => Column::Rights(cut(v, from, to)),
        }
    }

    /// A copy as a vector.
    pub fn to_vector(&self) -> Vector {
        match self {
            Column::Number(v) => Vector::Number(v.to_vec()),
            Column::Integer(v) => Vector::Integer(v.to_vec()),
            Column::Decimal(digits, v) => Vector::Decimal(*digits, v.to_vec()),
            Column::Text(v) => Vector::Text(v.iter().map(|t| Some(Arc::clone(t))).collect()),
            Column::Boolean(v) => Vector::Boolean(v.to_vec()),
            Column::Date(v) => Vector::Date(v.to_vec()),
            Column::Item(d, v) => Vector::Item(*d, v.to_vec()),
            Column::Rights(v) => Vector::Rights(v.to_vec()),
        }
    }

    /// Puts the values behind others of the same type.
    pub fn append_to(&self, out: &mut Vector) {
        match (self, out) {
            (Column::Number(v), Vector::Number(out)) => out.extend_from_slice(v),
            (column, out) => out.append(&column.to_vector()),
        }
    }

    /// One value.
    pub fn get(&self, at: usize) -> Option<Value> {
        match self {
            Column::Number(v) => v.get(at).map(|x| Value::Number(*x)),
            Column::Integer(v) => v.get(at).map(|x| Value::Integer(*x)),
            Column::Decimal(digits, v) => v.get(at).map(|x| Value::Decimal(*digits, *x)),
            Column::Text(v) => v.get(at).map(|x| Value::Text(Arc::clone(x))),
            Column::Boolean(v) => v.get(at).map(|x| Value::Boolean(*x == 1)),
            Column::Date(v) => v.get(at).map(|x| Value::Date(*x)),
            Column::Item(d, v) => v.get(at).map(|x| Value::Item(*d, *x)),
            Column::Rights(v) => v.get(at).and_then(|x| smalt_model::Rights::from_code(*x)).map(Value::Rights),
        }
    }

    /// Copies the values at `ranks` (those of [`Keys::ranks_of`](super::Keys::ranks_of)) behind `out`, BLANK for `u32::MAX`.
    pub fn gather(&self, ranks: &[u32], out: &mut Vector) {
        fn pick<T: Copy>(v: &[T], ranks: &[u32], blank: T, out: &mut Vec<T>) {
            out.extend(ranks.iter().map(|r| v.get(*r as usize).copied().unwrap_or(blank)));
        }
        match (self, out) {
            (Column::Number(v), Vector::Number(out)) => pick(v, ranks, f64::NAN, out),
            (Column::Integer(v), Vector::Integer(out)) => pick(v, ranks, BLANK_INTEGER, out),
            (Column::Decimal(d, v), Vector::Decimal(e, out)) if d == e => pick(v, ranks, BLANK_DECIMAL, out),
            (Column::Text(v), Vector::Text(out)) => out.extend(ranks.iter().map(|r| v.get(*r as usize).map(Arc::clone))),
            (Column::Boolean(v), Vector::Boolean(out)) => pick(v, ranks, BLANK_BOOLEAN, out),
            (Column::Date(v), Vector::Date(out)) => pick(v, ranks, BLANK_DATE, out),
            (Column::Item(_, v), Vector::Item(_, out)) => pick(v, ranks, BLANK_ITEM, out),
            (Column::Rights(v), Vector::Rights(out)) => pick(v, ranks, BLANK_RIGHTS, out),
            (_, out) => ranks.iter().for_each(|_| out.push(None)),
        }
    }

    /// A column of a vector that has no BLANK. A negative zero becomes a plain one, so that equal numbers are the same bits and it does not
    /// matter which of them the smallest or largest of several is.
    pub(super) fn from_full(vector: Vector) -> Column {
        match vector {
            Vector::Number(mut v) => {
                v.iter_mut().for_each(|x| *x += 0.0);
                Column::Number(v.into())
            }
            Vector::Integer(v) => Column::Integer(v.into()),
            Vector::Decimal(digits, v) => Column::Decimal(digits, v.into()),
            Vector::Text(v) => Column::Text(v.into_iter().flatten().collect()),
            Vector::Boolean(v) => Column::Boolean(v.into()),
            Vector::Date(v) => Column::Date(v.into()),
            Vector::Item(d, v) => Column::Item(d, v.into()),
            Vector::Rights(v) => Column::Rights(v.into()),
        }
    }
}
