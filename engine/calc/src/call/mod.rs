//! Functions of values, column by column.
//!
//! Each function takes whole columns and gives one. A wrong kind of column cannot come from a checked formula; it gives BLANKs. One
//! file per family; what they share is in `views`.

mod date_pattern;
mod dates;
mod decimal;
mod finance;
mod format;
mod items;
mod network_days;
mod number_pattern;
mod numbers;
mod periods;
mod round;
mod statistics;
mod text;
mod views;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use smalt_formula::Function;
use smalt_model::{DimensionId, Type};
use smalt_vault::Vector;

pub(crate) use network_days::{WorkingDays, network_days};

/// What functions ask about items.
pub(crate) trait Facts {
    /// The ordinals of a dimension's items in item order.
    fn order(&self, dimension: DimensionId) -> Arc<[u32]>;

    /// By ordinal, the place in item order, from 0; `u32::MAX` where the item is gone.
    fn position(&self, dimension: DimensionId) -> Arc<[u32]>;

    /// A property by ordinal.
    fn property(&self, dimension: DimensionId, property: u16) -> Arc<Vector>;

    /// The periods of a level of the calendar; `None` for any other dimension.
    fn period(&self, dimension: DimensionId) -> Option<Periods>;
}

/// First and last days (both within the period) by place in item order.
#[derive(Clone, Debug)]
pub(crate) struct Periods {
    pub(crate) starts: Arc<[i32]>,
    pub(crate) ends: Arc<[i32]>,
}

/// The places at which a function's result was too large for its type: BLANK though nothing that it was made of is, and though there is one.
pub(crate) fn too_large(function: Function, args: &[Vector], result: &Vector) -> Vec<usize> {
    let rounds = matches!(function, Function::Round | Function::RoundUp | Function::RoundDown);
    let can_be = rounds || matches!(function, Function::Trunc | Function::Ceiling | Function::Floor | Function::Quotient | Function::Share);
    if !can_be || !matches!(result, Vector::Integer(_) | Vector::Decimal(..)) || result.is_full() {
        return Vec::new();
    }
    let second = args.get(1).and_then(views::wholes);
    let divisor = match function {
        Function::Quotient => args.get(1),
        Function::Share => args.get(2),
        _ => None,
    };
    let has_answer = |place: usize| {
        let digits = second.as_ref().filter(|_| rounds).and_then(|digits| digits.get(place).copied());
        let by_zero = divisor.and_then(|d| crate::eval::exact(d, place)).is_some_and(|d| d.units == 0);
        digits.is_none_or(round::takes) && !by_zero
    };
    (0..result.len()).filter(|place| result.is_blank(*place) && !args.iter().any(|a| a.is_blank(*place)) && has_answer(*place)).collect()
}

/// The longest text that a formula makes, in bytes: what would be longer is BLANK, as a number is that is too large. Without a bound a short
/// formula could ask for all memory.
pub(crate) const LONGEST_TEXT: usize = 1 << 20;

/// How long the texts that a function makes are at most, one by one; nothing for a function that makes none, or none that is longer than what
/// it is made of and a number.
pub(crate) fn text_lengths(function: Function, args: &[Vector]) -> impl Iterator<Item = usize> {
    // Letters may become three when their case changes.
    let growth = match function {
        Function::Left | Function::Right | Function::Mid | Function::Trim => 1,
        Function::Lower | Function::Upper | Function::Proper => 3,
        _ => 0,
    };
    let is_exchange = function == Function::Substitute;
    let texts = |place: usize| match args.get(place) {
        Some(Vector::Text(texts)) if growth > 0 || is_exchange => texts.as_slice(),
        _ => &[],
    };
    let (old, new) = (texts(1), texts(2));
    let exchanged = move |at: usize, text: &str| {
        let of = |texts: &[Option<Arc<str>>]| texts.get(at).cloned().flatten().unwrap_or_default();
        let (old, new) = (of(old), of(new));
        let longer = new.len().saturating_sub(old.len());
        // To count them takes as long as to exchange them.
        let count = if old.is_empty() || text.len().saturating_mul(longer) < SHORT { 0 } else { text.matches(&*old).count() };
        text.len().saturating_add(count.saturating_mul(longer)).min(LONGEST_TEXT.max(text.len()))
    };
    texts(0).iter().enumerate().map(move |(at, text)| {
        let text = text.as_deref().unwrap_or_default();
        if is_exchange { exchanged(at, text) } else { text.len().saturating_mul(growth) }
    })
}

/// What cannot grow by more bytes than this is not looked at.
const SHORT: usize = 256;

/// Whether TEXT can write numbers by a pattern.
pub(crate) fn writes_numbers(pattern: &str) -> bool {
    number_pattern::NumberPattern::new(pattern).is_some()
}

/// Whether TEXT can write dates by a pattern.
pub(crate) fn writes_dates(pattern: &str) -> bool {
    date_pattern::DatePattern::new(pattern).is_some()
}

/// Whether DATEVALUE can read dates by a pattern.
pub(crate) fn reads_dates(pattern: &str) -> bool {
    date_pattern::DatePattern::new(pattern).is_some_and(|p| p.has_year())
}

/// A function's values. Each argument is a column of `len` places, a constant too; an optional one that is missing is not there.
/// The result has `len` places and the type `ty`, and is BLANK where an argument is BLANK or where there is no answer.
pub(crate) fn call(function: Function, args: &[Vector], ty: Type, len: usize, facts: &dyn Facts) -> Vector {
    let values = match function {
        Function::Abs
        | Function::Sign
        | Function::Sqrt
        | Function::Exp
        | Function::Ln
        | Function::Log
        | Function::Sin
        | Function::Cos
        | Function::Mod
        | Function::Quotient
        | Function::Share
        | Function::Trunc
        | Function::Ceiling
        | Function::Floor => numbers::numbers(function, args),
        Function::Round => round::round(round::Toward::Nearest, args),
        Function::RoundUp => round::round(round::Toward::Away, args),
        Function::RoundDown => round::round(round::Toward::Zero, args),
        Function::Date
        | Function::Year
        | Function::Month
        | Function::Day
        | Function::Weekday
        | Function::EDate
        | Function::EoMonth
        | Function::StartOfMonth
        | Function::Days
        | Function::MonthDif => dates::dates(function, args),
        Function::Len
        | Function::Left
        | Function::Right
        | Function::Mid
        | Function::Lower
        | Function::Upper
        | Function::Proper
        | Function::Trim
        | Function::Contains
        | Function::StartsWith
        | Function::EndsWith
        | Function::Find
        | Function::Substitute => text::text(function, args),
        Function::Text => format::to_text(args, facts),
        Function::Value => format::to_number(args),
        Function::DateValue => format::to_date(args),
        Function::Shift => items::shift(args, facts),
        Function::Item(property) => items::item(property, args, ty, items::Several::None, facts),
        Function::Match(property) => items::item(property, args, ty, items::Several::First, facts),
        Function::TimeDim => periods::time_dim(args, ty, facts),
        Function::InPeriod => periods::in_period(args, facts),
        Function::DaysInPeriod => periods::days_in_period(args, facts),
        Function::Prorata => periods::prorata(args, facts),
        Function::Pmt | Function::Pv | Function::Fv | Function::Rate | Function::Nper | Function::Sln | Function::Ddb => {
            finance::finance(function, args)
        }
        Function::Normal => statistics::normal(args),
        Function::NormalCumulative => statistics::normal_cumulative(args),
        // Its last arguments are by day, not values in the cell: see `network_days`.
        Function::NetworkDays => None,
    };
    values.and_then(|v| views::of_type(v, ty)).unwrap_or_else(|| Vector::blank(ty, len))
}
