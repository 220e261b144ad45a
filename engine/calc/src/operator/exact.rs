//! Sums of integers and decimals as values.

use smalt_model::{DecimalSum, Digits, Lost, Type};
use smalt_vault::{BLANK_DECIMAL, BLANK_INTEGER, Vector};

/// What sums become.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ExactSums {
    /// INTEGER, or a DECIMAL of the terms' scale.
    pub(crate) ty: Type,
    /// Divided by the number of terms, for a DECIMAL.
    pub(crate) average: bool,
}

impl ExactSums {
    /// The sums as a column. One of no terms is BLANK, and so is one that does not fit, which is told.
    pub(crate) fn values(self, sums: &[DecimalSum], too_large: impl Fn(usize)) -> Vector {
        let lost = |place: usize, lost: Lost| {
            if lost == Lost::TooLarge {
                too_large(place);
            }
        };
        match self.ty.digits() {
            Some(digits) => Vector::Decimal(digits, each(sums, BLANK_DECIMAL, lost, |sum| self.decimal(sum, digits))),
            None => Vector::Integer(each(sums, BLANK_INTEGER, lost, |sum| integer(sum.units()?))),
        }
    }

    fn decimal(self, sum: &DecimalSum, digits: Digits) -> Result<i128, Lost> {
        let units = if self.average { sum.mean()? } else { sum.units()? };
        if digits.hold(units) { Ok(units) } else { Err(Lost::TooLarge) }
    }
}

/// A whole number as an INTEGER.
pub(super) fn integer(units: i128) -> Result<i64, Lost> {
    i64::try_from(units).ok().filter(|value| *value != BLANK_INTEGER).ok_or(Lost::TooLarge)
}

fn each<T: Copy>(sums: &[DecimalSum], blank: T, lost: impl Fn(usize, Lost), value: impl Fn(&DecimalSum) -> Result<T, Lost>) -> Vec<T> {
    let one = |(place, sum): (usize, &DecimalSum)| {
        if sum.count() == 0 {
            return blank;
        }
        value(sum).unwrap_or_else(|why| {
            lost(place, why);
            blank
        })
    };
    sums.iter().enumerate().map(one).collect()
}
