//! Numbers, texts and columns as bytes, and back.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use smalt_model::{Digits, DimensionId, Type};
use smalt_vault::Vector;

/// What was read is not what could have been written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Broken(pub(super) &'static str);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Reads from the front.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    /// Texts that were read before: equal ones share their letters.
    texts: HashSet<Arc<str>>,
}

const SHORT: Broken = Broken("it ends too early");

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { rest: bytes, texts: HashSet::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Broken> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(SHORT)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Broken> {
        self.take(N)?.try_into().map_err(|_| SHORT)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Broken> {
        self.array().map(u8::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Broken> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, Broken> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn len(&mut self) -> Result<usize, Broken> {
        usize::try_from(self.u64()?).map_err(|_| Broken("a length is impossible"))
    }

    /// A number in groups of seven bits, the lowest first.
    pub(super) fn varint(&mut self) -> Result<u128, Broken> {
        let mut value = 0u128;
        for shift in (0..128).step_by(7) {
            let byte = self.u8()?;
            value |= u128::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Broken("a number is too long"))
    }

    fn text(&mut self) -> Result<Option<Arc<str>>, Broken> {
        let length = self.u32()?;
        if length == u32::MAX {
            return Ok(None);
        }
        let bytes = self.take(length as usize)?;
        let text = std::str::from_utf8(bytes).map_err(|_| Broken("a text is not UTF-8"))?;
        if let Some(known) = self.texts.get(text) {
            return Ok(Some(Arc::clone(known)));
        }
        let text: Arc<str> = Arc::from(text);
        self.texts.insert(Arc::clone(&text));
        Ok(Some(text))
    }

    fn many<T, const N: usize>(&mut self, count: usize, of: impl Fn([u8; N]) -> T) -> Result<Vec<T>, Broken> {
        let bytes = self.take(count.checked_mul(N).ok_or(SHORT)?)?;
        let (whole, _) = bytes.as_chunks::<N>();
        Ok(whole.iter().map(|chunk| of(*chunk)).collect())
    }

    pub(super) fn column(&mut self) -> Result<Vector, Broken> {
        let tag = self.u8()?;
        let detail = self.u32()?;
        let dimension = DimensionId(detail);
        let count = self.len()?;
        Ok(match tag {
            0 => Vector::Number(self.many(count, f64::from_le_bytes)?),
            1 => Vector::Integer(self.many(count, i64::from_le_bytes)?),
            2 => Vector::Text((0..count).map(|_| self.text()).collect::<Result<_, _>>()?),
            3 => Vector::Boolean(self.take(count)?.to_vec()),
            4 => Vector::Date(self.many(count, i32::from_le_bytes)?),
            5 => Vector::Item(dimension, self.many(count, u32::from_le_bytes)?),
            6 => Vector::Rights(self.take(count)?.to_vec()),
            7 => Vector::Decimal(digits(detail)?, self.many(count, i128::from_le_bytes)?),
            _ => return Err(Broken("a column is of an unknown type")),
        })
    }
}

/// The digits of a column of decimals.
fn digits(detail: u32) -> Result<Digits, Broken> {
    match detail.to_le_bytes() {
        [precision @ 1..=38, scale, 0, 0] if scale <= precision => Ok(Digits { precision, scale }),
        _ => Err(Broken("a column of decimals has impossible digits")),
    }
}

pub(super) fn put_u32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

pub(super) fn put_u64(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(&value.to_le_bytes());
}

pub(super) fn put_varint(out: &mut Vec<u8>, mut value: u128) {
    loop {
        let low = u8::try_from(value & 0x7F).unwrap_or(0);
        value >>= 7;
        if value == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

pub(super) fn put_column(out: &mut Vec<u8>, column: &Vector) {
    let (tag, detail) = match column.ty() {
        Type::Number => (0, 0),
        Type::Integer => (1, 0),
        Type::Text => (2, 0),
        Type::Boolean => (3, 0),
        Type::Date => (4, 0),
        Type::Item(dimension) => (5, dimension.0),
        Type::Rights => (6, 0),
        Type::Decimal { precision, scale } => (7, u32::from_le_bytes([precision, scale, 0, 0])),
    };
    out.push(tag);
    put_u32(out, detail);
    put_u64(out, column.len() as u64);
    match column {
        Vector::Number(v) => v.iter().for_each(|x| out.extend_from_slice(&x.to_le_bytes())),
        Vector::Integer(v) => v.iter().for_each(|x| out.extend_from_slice(&x.to_le_bytes())),
        Vector::Decimal(_, v) => v.iter().for_each(|x| out.extend_from_slice(&x.to_le_bytes())),
        Vector::Date(v) => v.iter().for_each(|x| out.extend_from_slice(&x.to_le_bytes())),
        Vector::Item(_, v) => v.iter().for_each(|x| out.extend_from_slice(&x.to_le_bytes())),
        Vector::Boolean(v) | Vector::Rights(v) => out.extend_from_slice(v),
        Vector::Text(v) => {
            for text in v {
                match text {
                    None => put_u32(out, u32::MAX),
                    Some(text) => {
                        put_u32(out, u32::try_from(text.len()).unwrap_or(u32::MAX - 1));
                        out.extend_from_slice(text.as_bytes());
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn numbers_of_every_size_come_back() {
        for value in [0, 1, 127, 128, 300, u128::from(u64::MAX), u128::MAX >> 2] {
            let mut out = Vec::new();
            put_varint(&mut out, value);
            assert_eq!(Reader::new(&out).varint().unwrap(), value);
        }
    }

    #[test]
    fn columns_come_back_bit_for_bit() {
        let columns = [
            Vector::Integer(vec![1, i64::MIN, -5]),
            Vector::Text(vec![Some(Arc::from("é")), None, Some(Arc::from(""))]),
            Vector::Boolean(vec![0, 1, 2]),
            Vector::Date(vec![0, -1, i32::MIN]),
            Vector::Item(DimensionId(7), vec![3, u32::MAX]),
            Vector::Rights(vec![0, 8]),
            Vector::Decimal(Digits { precision: 38, scale: 10 }, vec![10i128.pow(38) - 1, i128::MIN, -7]),
            Vector::Number(vec![0.1, -0.0, 1e300]),
        ];
        for column in columns {
            let mut out = Vec::new();
            put_column(&mut out, &column);
            assert_eq!(Reader::new(&out).column().unwrap(), column);
            for cut in 0..out.len() {
                assert!(Reader::new(out.get(..cut).unwrap()).column().is_err());
            }
        }
    }
}
