//! TEXT, VALUE, DATEVALUE: values to texts and back.

use std::sync::Arc;

use smalt_model::{format_date, format_number};
use smalt_vault::{BLANK_BOOLEAN, BLANK_DATE, BLANK_DECIMAL, BLANK_INTEGER, Vector};

use super::Facts;
use super::date_pattern::DatePattern;
use super::decimal::Decimal;
use super::number_pattern::NumberPattern;
use super::views::{decimal, finite, texts};

type Text = Option<Arc<str>>;

/// TEXT(v [, pattern]).
pub(super) fn to_text(args: &[Vector], facts: &dyn Facts) -> Option<Vector> {
    match args {
        [v] => Some(Vector::Text(plain(v, facts)?)),
        [v, pattern] => {
            let patterns = texts(pattern)?;
            let made = match v {
                Vector::Number(v) => {
                    let format = |p: &NumberPattern, x: f64| p.format(x < 0.0, Decimal::shortest(x.abs()));
                    with_pattern(v, patterns, |x| x.is_nan(), NumberPattern::new, format)
                }
                Vector::Integer(v) => {
                    let format = |p: &NumberPattern, x: i64| p.format(x < 0, Decimal { digits: u128::from(x.unsigned_abs()), exponent: 0 });
                    with_pattern(v, patterns, |x| x == BLANK_INTEGER, NumberPattern::new, format)
                }
                Vector::Decimal(own, v) => {
                    let exponent = -i32::from(own.scale);
                    let format = |p: &NumberPattern, x: i128| p.format(x < 0, Decimal { digits: x.unsigned_abs(), exponent });
                    with_pattern(v, patterns, |x| x == BLANK_DECIMAL, NumberPattern::new, format)
                }
                Vector::Date(v) => with_pattern(v, patterns, |x| x == BLANK_DATE, DatePattern::new, |p, x| Some(p.format(x))),
                // Nothing in them follows a pattern.
                other => {
                    let shown = plain(other, facts)?;
                    shown.into_iter().zip(patterns).map(|(shown, pattern)| pattern.as_ref().and(shown)).collect()
                }
            };
            Some(Vector::Text(made))
        }
        _ => None,
    }
}

/// Values as next to `&`.
fn plain(v: &Vector, facts: &dyn Facts) -> Option<Vec<Text>> {
    Some(match v {
        Vector::Text(v) => v.clone(),
        Vector::Number(v) => v.iter().map(|x| (!x.is_nan()).then(|| format_number(*x).into())).collect(),
        Vector::Integer(v) => v.iter().map(|x| (*x != BLANK_INTEGER).then(|| x.to_string().into())).collect(),
        Vector::Decimal(digits, v) => v.iter().map(|x| decimal(*x, digits.scale).map(|x| x.to_string().into())).collect(),
        Vector::Date(v) => v.iter().map(|x| (*x != BLANK_DATE).then(|| format_date(*x).into())).collect(),
        Vector::Boolean(v) => {
            let (no, yes): (Arc<str>, Arc<str>) = ("FALSE".into(), "TRUE".into());
            let shown = |x: &u8| (*x < BLANK_BOOLEAN).then(|| Arc::clone(if *x == 1 { &yes } else { &no }));
            v.iter().map(shown).collect()
        }
        Vector::Item(dimension, v) => {
            let names = facts.property(*dimension, 0);
            let names = texts(&names)?;
            v.iter().map(|x| names.get(usize::try_from(*x).ok()?)?.clone()).collect()
        }
        Vector::Rights(_) => return None,
    })
}

/// Each value in its pattern. A pattern is mostly the same in all cells, so the last one is kept.
fn with_pattern<T: Copy, P>(
    values: &[T],
    patterns: &[Text],
    is_blank: impl Fn(T) -> bool,
    read: impl Fn(&str) -> Option<P>,
    format: impl Fn(&P, T) -> Option<String>,
) -> Vec<Text> {
    let mut last = Last::default();
    values
        .iter()
        .zip(patterns)
        .map(|(value, pattern)| {
            let pattern = last.of(pattern.as_ref()?, &read)?;
            if is_blank(*value) { None } else { format(pattern, *value).map(Arc::from) }
        })
        .collect()
}

/// The pattern read last.
struct Last<'a, P> {
    text: Option<&'a Arc<str>>,
    pattern: Option<P>,
}

impl<P> Default for Last<'_, P> {
    fn default() -> Self {
        Last { text: None, pattern: None }
    }
}

impl<'a, P> Last<'a, P> {
    fn of(&mut self, text: &'a Arc<str>, read: impl Fn(&str) -> Option<P>) -> Option<&P> {
        if !self.text.is_some_and(|last| Arc::ptr_eq(last, text) || last == text) {
            self.pattern = read(text);
        }
        self.text = Some(text);
        self.pattern.as_ref()
    }
}

/// VALUE(t).
pub(super) fn to_number(args: &[Vector]) -> Option<Vector> {
    let [t] = args else { return None };
    Some(Vector::Number(texts(t)?.iter().map(|t| t.as_ref().and_then(|t| number(t)).unwrap_or(f64::NAN)).collect()))
}

/// A number as a formula writes it, with a sign or without: `12`, `1.5`, `2.5e-3`, `10%`.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let (text, percent) = match text.strip_suffix('%') {
        Some(text) => (text, true),
        None => (text, false),
    };
    // What the standard library takes beyond this has letters (`inf`, `nan`) or is refused by it.
    if !text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E')) {
        return None;
    }
    let value: f64 = if percent {
        // The exponent keeps `7%` at exactly 0.07.
        let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        format!("{digits}e{}", exponent.parse::<i64>().ok()?.checked_sub(2)?).parse().ok()?
    } else {
        text.parse().ok()?
    };
    // Adding 0 makes a negative zero a plain one.
    let value = finite(value + 0.0);
    (!value.is_nan()).then_some(value)
}

/// DATEVALUE(t, pattern).
pub(super) fn to_date(args: &[Vector]) -> Option<Vector> {
    let [t, pattern] = args else { return None };
    let mut last = Last::default();
    let mut one = |t: &Text, pattern| last.of(pattern, DatePattern::new)?.parse(t.as_ref()?);
    let days = texts(t)?.iter().zip(texts(pattern)?).map(|(t, p)| p.as_ref().and_then(|p| one(t, p)).unwrap_or(BLANK_DATE));
    Some(Vector::Date(days.collect()))
}

#[cfg(test)]
mod tests {
    use smalt_formula::Function as F;
    use smalt_model::Type::{Date, Number, Text};

    use crate::call::fixture::{B, COUNTRY, b, check, d, i, item, n, t};

    #[test]
    fn without_a_pattern_as_next_to_an_ampersand() {
        for (value, wanted) in [
            (n(2.0), "2"),
            (n(-0.0), "0"),
            (n(1.5e-9), "1.5e-9"),
            (n(0.1 + 0.2), "0.30000000000000004"),
            (i(-7), "-7"),
            (b(true), "TRUE"),
            (b(false), "FALSE"),
            (d("2024-02-29"), "2024-02-29"),
            (t("as it is "), "as it is "),
            (item(COUNTRY, 0), "FR"),
            (item(COUNTRY, 4), "ES"),
        ] {
            check(F::Text, &[value], Text, t(wanted));
        }
        check(F::Text, &[item(COUNTRY, 2)], Text, B);
        check(F::Text, &[item(COUNTRY, 99)], Text, B);
        check(F::Text, &[B], Text, B);
    }

    #[test]
    fn numbers_in_patterns() {
        for (value, pattern, wanted) in [
            (0.0, "0.00", "0.00"),
            (2.365, "0.00", "2.37"),
            (-2.365, "0.00", "-2.37"),
            (-0.001, "0.00", "0.00"),
            (1234.5, "0", "1235"),
            (1_234_567.0, "#,##0", "1,234,567"),
            (123.0, "#,##0", "123"),
            (0.0, "#,##0", "0"),
            (-1234.5, "#,##0.00", "-1,234.50"),
            (999_999.995, "#,##0.00", "1,000,000.00"),
            (7.0, "000", "007"),
            (1234.0, "00", "1234"),
            (1.5, "0.0#", "1.5"),
            (1.0, "0.##", "1"),
            (1.256, "0.0#", "1.26"),
            (0.5, "#.##", ".5"),
            (0.0, "#", ""),
            (0.07, "0%", "7%"),
            (0.285, "0%", "29%"),
            (0.12345, "0.0%", "12.3%"),
            (1.005, "0.00", "1.01"),
            (5.0, "€ #,##0", "€ 5"),
            (-5.0, "€ #,##0", "-€ 5"),
            (5.0, "0 'units'", "5 units"),
            (5.0, "\"#\"0", "#5"),
            (5.0, "0.", "5."),
            (5.5, "No. 0", "No. 6"),
            (1234.0, "0,000", "1,234"),
            (12.0, "0,000", "0,012"),
            (1e21, "0", "1000000000000000000000"),
            (1e-30, "0.00", "0.00"),
            (-1234.0, "#,##0;(#,##0)", "(1,234)"),
            (1234.0, "#,##0;(#,##0)", "1,234"),
            (0.0, "#,##0;(#,##0)", "0"),
            (0.0, "0;-0;'none'0", "none0"),
        ] {
            check(F::Text, &[n(value), t(pattern)], Text, t(wanted));
        }
        for (value, pattern, wanted) in [
            (1234, "#,##0", "1,234"),
            (-5, "0.00", "-5.00"),
            (i64::MAX, "#,##0", "9,223,372,036,854,775,807"),
            (-i64::MAX, "0", "-9223372036854775807"),
            (0, "0.0", "0.0"),
            (3, "0%", "300%"),
        ] {
            check(F::Text, &[i(value), t(pattern)], Text, t(wanted));
        }
        for args in [[n(1.0), t("yyyy")], [n(1.0), t("")], [n(1.0), B], [n(1.0), t("0.00E+00")], [B, t("0")], [d("2024-01-01"), t("0.00")]]
        {
            check(F::Text, &args, Text, B);
        }
        check(F::Text, &[t("x"), t("0")], Text, t("x"));
    }

    #[test]
    fn dates_in_patterns() {
        for (pattern, wanted) in [
            ("yyyy-MM-dd", "2024-03-05"),
            ("yyyyMMdd", "20240305"),
            ("d/M/yy", "5/3/24"),
            ("dd.MM.yyyy", "05.03.2024"),
            ("MMM yyyy", "Mar 2024"),
            ("d MMMM yyyy", "5 March 2024"),
            ("'Month 'MM", "Month 03"),
            ("yyyy年MM月", "2024年03月"),
            ("FYyy", "FY24"),
        ] {
            check(F::Text, &[d("2024-03-05"), t(pattern)], Text, t(wanted));
        }
        check(F::Text, &[d("0007-01-02"), t("yyyy")], Text, t("0007"));
    }

    #[test]
    fn value_reads_numbers_only() {
        for (text, wanted) in [
            ("12", n(12.0)),
            (" 1.5 ", n(1.5)),
            ("-2.5e-3", n(-0.0025)),
            ("+7", n(7.0)),
            (".5", n(0.5)),
            ("5.", n(5.0)),
            ("1E3", n(1000.0)),
            ("10%", n(0.1)),
            ("7%", n(0.07)),
            ("-1.5e1%", n(-0.15)),
            ("", B),
            (" ", B),
            ("abc", B),
            ("inf", B),
            ("-infinity", B),
            ("NaN", B),
            ("1e999", B),
            ("1,234", B),
            ("1 2", B),
            ("1e", B),
            ("e5", B),
            ("%", B),
            ("0x10", B),
            ("1_000", B),
            ("--1", B),
            ("٣", B),
        ] {
            check(F::Value, &[t(text)], Number, wanted);
        }
        check(F::Value, &[B], Number, B);
    }

    #[test]
    fn value_undoes_text() {
        for value in [0.1, -2.5, 1e300, 5e-324, f64::MAX, 1.0 / 3.0, 123_456_789.123] {
            check(F::Value, &[t(&smalt_model::format_number(value))], Number, n(value));
        }
    }

    #[test]
    fn datevalue_follows_the_pattern() {
        for (text, pattern, wanted) in [
            ("2024-02-29", "yyyy-MM-dd", d("2024-02-29")),
            ("2023-02-29", "yyyy-MM-dd", B),
            (" 29.02.2024 ", "dd.MM.yyyy", d("2024-02-29")),
            ("20240229", "yyyyMMdd", d("2024-02-29")),
            ("1/2/2024", "d/M/yyyy", d("2024-02-01")),
            ("11/12/2024", "d/M/yyyy", d("2024-12-11")),
            ("1/2/2024", "dd/MM/yyyy", B),
            ("01-02-24", "dd-MM-yy", d("2024-02-01")),
            ("01-02-95", "dd-MM-yy", d("1995-02-01")),
            ("2024-03", "yyyy-MM", d("2024-03-01")),
            ("2024", "yyyy", d("2024-01-01")),
            ("5 mar 2024", "d MMM yyyy", d("2024-03-05")),
            ("MARCH 5, 2024", "MMMM d, yyyy", d("2024-03-05")),
            ("03-05", "MM-dd", B),
            ("2024-01-01x", "yyyy-MM-dd", B),
            ("2024-01-0", "yyyy-MM-dd", B),
            ("", "yyyy", B),
            ("2024", "0.00", B),
            ("日", "MMM", B),
        ] {
            check(F::DateValue, &[t(text), t(pattern)], Date, wanted);
        }
        check(F::DateValue, &[B, t("yyyy")], Date, B);
        check(F::DateValue, &[t("2024"), B], Date, B);
    }
}
