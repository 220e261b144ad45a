//! Items: the one some places later, and the one whose property has a value.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use smalt_model::{Decimal, Type};
use smalt_vault::{BLANK_BOOLEAN, BLANK_DATE, BLANK_INTEGER, BLANK_ITEM, BLANK_RIGHTS, Vector};

use super::Facts;
use super::views::{ordinals, reals, wholes};
use crate::eval::exact;

/// SHIFT(item, n): off the ends BLANK.
pub(super) fn shift(args: &[Vector], facts: &dyn Facts) -> Option<Vector> {
    let [item, n] = args else { return None };
    let ((dimension, items), n) = (ordinals(item)?, wholes(n)?);
    let (order, position) = (facts.order(dimension), facts.position(dimension));
    let one = |(item, n): (&u32, &i64)| {
        let place = position.get(usize::try_from(*item).ok()?).filter(|p| **p != u32::MAX)?;
        if *n == BLANK_INTEGER {
            return None;
        }
        order.get(usize::try_from(i64::from(*place).checked_add(*n)?).ok()?).copied()
    };
    Some(Vector::Item(dimension, items.iter().zip(n.iter()).map(|pair| one(pair).unwrap_or(BLANK_ITEM)).collect()))
}

/// A value that can be looked up.
#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    Code(u64),
    /// Units, and a scale at which they do not end with a zero.
    Decimal(i128, u8),
    Text(&'a str),
}

/// A column whose values can be looked up.
enum Keys<'a> {
    /// Numbers, or other numbers among numbers.
    Numbers(&'a [f64]),
    /// Decimals, or integers among decimals.
    Decimals(&'a Vector),
    Others(&'a Vector),
}

impl<'a> Keys<'a> {
    fn at(&self, at: usize) -> Option<Key<'a>> {
        match self {
            // Adding 0 makes a negative zero a plain one.
            Keys::Numbers(v) => v.get(at).filter(|x| !x.is_nan()).map(|x| Key::Code((x + 0.0).to_bits())),
            Keys::Others(Vector::Integer(v)) => v.get(at).filter(|x| **x != BLANK_INTEGER).map(|x| Key::Code(x.cast_unsigned())),
            Keys::Others(Vector::Text(v)) => v.get(at)?.as_deref().map(Key::Text),
            Keys::Others(Vector::Date(v)) => v.get(at).filter(|x| **x != BLANK_DATE).map(|x| Key::Code(u64::from(x.cast_unsigned()))),
            Keys::Others(Vector::Item(_, v)) => v.get(at).filter(|x| **x != BLANK_ITEM).map(|x| Key::Code(u64::from(*x))),
            Keys::Others(Vector::Boolean(v)) => v.get(at).filter(|x| **x != BLANK_BOOLEAN).map(|x| Key::Code(u64::from(*x))),
            Keys::Others(Vector::Rights(v)) => v.get(at).filter(|x| **x != BLANK_RIGHTS).map(|x| Key::Code(u64::from(*x))),
            Keys::Decimals(v) => exact(v, at).map(shortest),
            Keys::Others(Vector::Number(_) | Vector::Decimal(..)) => None,
        }
    }
}

/// The same number under one key, whatever its scale.
fn shortest<'a>(decimal: Decimal) -> Key<'a> {
    let Decimal { mut units, mut scale } = decimal;
    while scale > 0 && units % 10 == 0 {
        units /= 10;
        scale -= 1;
    }
    Key::Decimal(units, scale)
}

/// What a value gives that several items have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Several {
    /// MATCH: the first in item order.
    First,
    /// ITEM: BLANK, since it does not tell which.
    None,
}

/// ITEM and MATCH: the item whose property has the value.
pub(super) fn item(property: u16, args: &[Vector], ty: Type, several: Several, facts: &dyn Facts) -> Option<Vector> {
    let ([v], Type::Item(dimension)) = (args, ty) else { return None };
    let column = facts.property(dimension, property);
    let numbers = match (v, column.as_ref()) {
        (Vector::Number(_), Vector::Number(_) | Vector::Integer(_) | Vector::Decimal(..))
        | (Vector::Integer(_) | Vector::Decimal(..), Vector::Number(_)) => Some((reals(v)?, reals(&column)?)),
        (Vector::Decimal(..), Vector::Integer(_) | Vector::Decimal(..)) | (Vector::Integer(_), Vector::Decimal(..)) => None,
        (a, b) if a.ty() == b.ty() => None,
        _ => return None,
    };
    let (wanted, there) = match &numbers {
        Some((wanted, there)) => (Keys::Numbers(wanted), Keys::Numbers(there)),
        None if matches!((v, column.as_ref()), (Vector::Decimal(..), _) | (_, Vector::Decimal(..))) => {
            (Keys::Decimals(v), Keys::Decimals(&column))
        }
        None => (Keys::Others(v), Keys::Others(&column)),
    };
    let order = facts.order(dimension);
    let mut first: HashMap<Key<'_>, u32> = HashMap::with_capacity(order.len());
    for item in order.iter() {
        match there.at(usize::try_from(*item).ok()?).map(|key| first.entry(key)) {
            Some(Entry::Vacant(entry)) => {
                entry.insert(*item);
            }
            Some(Entry::Occupied(mut entry)) if several == Several::None => {
                entry.insert(BLANK_ITEM);
            }
            _ => {}
        }
    }
    let found = |at: usize| wanted.at(at).and_then(|key| first.get(&key).copied()).unwrap_or(BLANK_ITEM);
    Some(Vector::Item(dimension, (0..v.len()).map(found).collect()))
}

#[cfg(test)]
mod tests {
    use smalt_formula::Function as F;
    use smalt_model::{DimensionId, Type, Value};

    use crate::call::fixture::{B, COUNTRY, REGION, b, check, i, item, n, t};

    const HERE: Type = Type::Item(COUNTRY);

    #[test]
    fn shift_follows_item_order() {
        // ES 4, IT 3, DE 1, FR 0
        for (from, by, wanted) in [
            (4, 1, item(COUNTRY, 3)),
            (4, 3, item(COUNTRY, 0)),
            (4, 4, B),
            (4, -1, B),
            (0, -2, item(COUNTRY, 3)),
            (1, 0, item(COUNTRY, 1)),
            (2, 0, B),
            (99, 0, B),
            (4, i64::MAX, B),
            (4, -i64::MAX, B),
        ] {
            check(F::Shift, &[item(COUNTRY, from), i(by)], HERE, wanted);
        }
        check(F::Shift, &[item(COUNTRY, 4), n(1.9)], HERE, item(COUNTRY, 3));
        check(F::Shift, &[item(COUNTRY, 4), B], HERE, B);
        check(F::Shift, &[B, i(0)], HERE, B);
    }

    #[test]
    fn items_by_their_properties() {
        let looks: [(u16, Option<Value>, Option<Value>); 20] = [
            (0, t("IT"), item(COUNTRY, 3)),
            (0, t("it"), B),
            (0, t(""), B),
            // Spain stands before Italy and France.
            (1, item(REGION, 9), item(COUNTRY, 4)),
            (1, item(REGION, 7), item(COUNTRY, 3)),
            (1, item(REGION, 1), B),
            (1, item(DimensionId(77), 7), B),
            (2, i(33), item(COUNTRY, 4)),
            (2, n(49.0), item(COUNTRY, 1)),
            (2, n(49.5), B),
            // The item is gone.
            (2, i(99), B),
            (3, n(0.19), item(COUNTRY, 1)),
            (3, i(22), item(COUNTRY, 3)),
            (3, i(0), item(COUNTRY, 4)),
            (4, b(true), item(COUNTRY, 3)),
            (4, b(false), item(COUNTRY, 1)),
            (5, Some(Value::Date(20)), item(COUNTRY, 3)),
            (5, Some(Value::Date(30)), B),
            (5, i(20), B),
            (0, B, B),
        ];
        for (property, value, wanted) in looks {
            check(F::Match(property), std::slice::from_ref(&value), HERE, wanted.clone());
            // Of what several items have ITEM tells none.
            let several = [(1, item(REGION, 7)), (2, i(33)), (4, b(true)), (5, Some(Value::Date(20)))];
            let wanted = if several.contains(&(property, value.clone())) { B } else { wanted };
            check(F::Item(property), &[value], HERE, wanted);
        }
    }
}
