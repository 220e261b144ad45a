//! An Arrow column of a file as values of a type.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type};
use smalt_model::{Decimal, Digits, Lost, Rights, Type, format_date, format_number, parse_date};
use smalt_vault::{BLANK_BOOLEAN, BLANK_DATE, BLANK_DECIMAL, BLANK_INTEGER, BLANK_ITEM, BLANK_RIGHTS, Field, Key, Vector};

use super::resolve::{Found, IntegerIndex, Resolver, canonical};

/// What a column is to become.
pub(crate) enum Want {
    /// Values of a type that is no dimension.
    Plain(Type),
    /// Items.
    Items(Resolver),
}

/// A value that does not fit: its place in the array, why, and what to do.
#[derive(Debug)]
pub(crate) struct Misfit {
    pub(crate) row: usize,
    pub(crate) reason: String,
    advice: Option<Advice>,
}

/// What can be done about a value that does not fit.
#[derive(Clone, Copy, Debug)]
enum Advice {
    Number,
    /// A day or a period that the calendar does not have.
    Period,
    /// No item of a dimension; whether rows can make one of it.
    Unknown {
        is_made: bool,
    },
}

impl Misfit {
    pub(crate) fn new(row: usize, reason: impl Into<String>) -> Misfit {
        Misfit { row, reason: reason.into(), advice: None }
    }

    fn advised(self, advice: Advice) -> Misfit {
        Misfit { advice: Some(advice), ..self }
    }

    /// What to do, in a load of a file or in another statement.
    pub(crate) fn help(&self, is_file: bool) -> Option<String> {
        let help = match self.advice? {
            Advice::Number => "a number is written like 1000.5 or 1e3: no separators, no currency, no `%`",
            Advice::Period => "CREATE CALENDAR again, to a later or from an earlier day, adds what is missing",
            Advice::Unknown { .. } if !is_file => return None,
            Advice::Unknown { is_made: true } => "`WITH (unknown = create)` makes the item, `unknown = skip` leaves such rows out",
            Advice::Unknown { is_made: false } => "`WITH (unknown = skip)` leaves such rows out",
        };
        Some(help.to_owned())
    }
}

/// One of the few kinds of column that all files come down to.
enum Plain {
    Text(StringArray),
    Integer(Int64Array),
    Float(Float64Array),
    Boolean(BooleanArray),
    Date(Date32Array),
}

/// The values of `array`, NULL as BLANK.
pub(crate) fn convert(array: &ArrayRef, want: &Want) -> Result<Vector, Misfit> {
    let ty = match want {
        Want::Items(resolver) => return items(array, resolver),
        Want::Plain(ty) => *ty,
    };
    let plain = match (ty, array.data_type()) {
        // A text keeps the time of day.
        (Type::Text, DataType::Timestamp(..)) => Plain::Text(cast(array, &DataType::Utf8)?.as_string().clone()),
        // Whole numbers of 64 bits without a sign are above those of INTEGER.
        (Type::Number, DataType::UInt64) => Plain::Float(cast(array, &DataType::Float64)?.as_primitive().clone()),
        _ => plain(array)?,
    };
    values(&plain, ty)
}

/// The same of an array that nobody else has: its memory becomes that of the values, where it can.
pub(crate) fn convert_own(array: ArrayRef, want: &Want) -> Result<Vector, Misfit> {
    let is_as_it_is = matches!(want, Want::Plain(Type::Number)) && *array.data_type() == DataType::Float64 && array.null_count() == 0;
    if !is_as_it_is {
        return convert(&array, want);
    }
    let floats: Float64Array = array.as_primitive().clone();
    drop(array);
    let (_, values, _) = floats.into_parts();
    finite(values.into_inner().into_vec().unwrap_or_else(|shared| shared.typed_data().to_vec())).map(Vector::Number)
}

/// Refuses what is infinite.
fn finite(values: Vec<f64>) -> Result<Vec<f64>, Misfit> {
    // Without a way out a loop that finds nothing, as nearly always, takes several values at once.
    if values.iter().fold(false, |any, v| any | v.is_infinite()) {
        let row = values.iter().position(|v| v.is_infinite()).unwrap_or_default();
        return Err(Misfit::new(row, "an infinite number is no value"));
    }
    Ok(values)
}

fn plain(array: &ArrayRef) -> Result<Plain, Misfit> {
    use DataType as D;
    let target = match array.data_type() {
        D::Dictionary(_, values) => return plain(&cast(array, values)?),
        D::Boolean => return Ok(Plain::Boolean(array.as_boolean().clone())),
        D::Int8 | D::Int16 | D::Int32 | D::Int64 | D::UInt8 | D::UInt16 | D::UInt32 | D::UInt64 => D::Int64,
        D::Float16 | D::Float32 | D::Float64 => D::Float64,
        D::Date32 | D::Date64 | D::Timestamp(..) => D::Date32,
        D::Decimal32(..) | D::Decimal64(..) | D::Decimal128(..) | D::Decimal256(..) => {
            let texts = cast(array, &D::Utf8)?;
            return Ok(Plain::Text(texts.as_string::<i32>().iter().map(|text| text.map(shortest)).collect()));
        }
        D::Utf8 | D::LargeUtf8 | D::Utf8View | D::Null => D::Utf8,
        other => return Err(Misfit::new(0, format!("a column of the Arrow type {other} cannot be read"))),
    };
    let array = cast(array, &target)?;
    Ok(match target {
        D::Int64 => Plain::Integer(array.as_primitive().clone()),
        D::Float64 => Plain::Float(array.as_primitive().clone()),
        D::Date32 => Plain::Date(array.as_primitive().clone()),
        _ => Plain::Text(array.as_string().clone()),
    })
}

/// A number without the zeros that its scale adds: `12` for `12.00`.
fn shortest(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

fn cast(array: &ArrayRef, to: &DataType) -> Result<ArrayRef, Misfit> {
    if array.data_type() == to {
        return Ok(Arc::clone(array));
    }
    let exact = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(array, to, &exact).map_err(|_| {
        let lossy = cast_with_options(array, to, &CastOptions::default()).ok();
        let row = lossy.and_then(|l| (0..array.len()).find(|i| l.is_null(*i) && !array.is_null(*i))).unwrap_or(0);
        Misfit::new(row, "its number is too large")
    })
}

impl Plain {
    fn len(&self) -> usize {
        match self {
            Plain::Text(a) => a.len(),
            Plain::Integer(a) => a.len(),
            Plain::Float(a) => a.len(),
            Plain::Boolean(a) => a.len(),
            Plain::Date(a) => a.len(),
        }
    }

    /// The text of a place, as formulas.md §1 writes it; `None` where BLANK.
    fn text(&self, at: usize) -> Option<String> {
        match self {
            Plain::Text(a) => (!a.is_null(at)).then(|| a.value(at).to_owned()),
            Plain::Integer(a) => (!a.is_null(at)).then(|| a.value(at).to_string()),
            Plain::Float(a) => (!a.is_null(at) && !a.value(at).is_nan()).then(|| format_number(a.value(at))),
            Plain::Boolean(a) => (!a.is_null(at)).then(|| (if a.value(at) { "TRUE" } else { "FALSE" }).to_owned()),
            Plain::Date(a) => (!a.is_null(at)).then(|| format_date(a.value(at))),
        }
    }

    /// Every place through `value`, which gets the place's text where the kind of column does not already tell.
    fn each<T>(&self, blank: T, value: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, Misfit>
    where
        T: Copy,
    {
        let mut out = Vec::with_capacity(self.len());
        for at in 0..self.len() {
            let one = match self {
                Plain::Text(a) if a.is_null(at) => Ok(blank),
                Plain::Text(a) => value(a.value(at)),
                _ => self.text(at).map_or(Ok(blank), |text| value(&text)),
            };
            out.push(one.map_err(|reason| Misfit::new(at, reason))?);
        }
        Ok(out)
    }
}

fn values(plain: &Plain, ty: Type) -> Result<Vector, Misfit> {
    Ok(match ty {
        Type::Number => Vector::Number(numbers(plain)?),
        Type::Decimal { precision, scale } => decimals(plain, Digits { precision, scale })?,
        Type::Integer => Vector::Integer(integers(plain)?),
        Type::Text => Vector::Text((0..plain.len()).map(|at| plain.text(at).map(Arc::from)).collect()),
        Type::Boolean => Vector::Boolean(match plain {
            Plain::Boolean(a) => a.iter().map(|v| v.map_or(BLANK_BOOLEAN, u8::from)).collect(),
            _ => plain.each(BLANK_BOOLEAN, |text| match text.trim() {
                t if t.eq_ignore_ascii_case("true") => Ok(1),
                t if t.eq_ignore_ascii_case("false") => Ok(0),
                _ => Err(format!("`{text}` is neither TRUE nor FALSE")),
            })?,
        }),
        Type::Date => Vector::Date(match plain {
            Plain::Date(a) => a.iter().map(|v| v.unwrap_or(BLANK_DATE)).collect(),
            _ => plain.each(BLANK_DATE, |text| {
                parse_date(text).ok_or_else(|| format!("`{text}` is no date; dates are written like 2024-01-31"))
            })?,
        }),
        Type::Rights => Vector::Rights(plain.each(BLANK_RIGHTS, |text| match Rights::parse(text.trim()) {
            Some(right) => Ok(right.map_or(BLANK_RIGHTS, Rights::code)),
            None => Err(format!("`{text}` is no access right; write two letters, read then write: `rw`, `r-`, `r.`")),
        })?),
        // Items need a resolver, which a plain type does not have.
        Type::Item(dimension) => Vector::Item(dimension, vec![BLANK_ITEM; plain.len()]),
    })
}

fn numbers(plain: &Plain) -> Result<Vec<f64>, Misfit> {
    match plain {
        Plain::Integer(a) if a.null_count() == 0 => Ok(a.values().iter().map(|v| *v as f64).collect()),
        Plain::Integer(a) => Ok(a.iter().map(|v| v.map_or(f64::NAN, |v| v as f64)).collect()),
        Plain::Float(a) if a.null_count() == 0 => finite(a.values().to_vec()),
        Plain::Float(a) => finite(a.iter().map(|v| v.unwrap_or(f64::NAN)).collect()),
        _ => {
            let read = plain.each(f64::NAN, |text| number(text).ok_or_else(|| format!("`{text}` is no number")));
            // More than digits, such as `1,000`, `5%` or `1 000 €`.
            let is_written = |misfit: &Misfit| misfit.reason.bytes().any(|byte| byte.is_ascii_digit());
            read.map_err(|misfit| if is_written(&misfit) { misfit.advised(Advice::Number) } else { misfit })
        }
    }
}

/// A finite number from its text.
fn number(text: &str) -> Option<f64> {
    const EXACT: u64 = 1 << 53;
    if let Some(whole) = canonical(text).filter(|whole| whole.unsigned_abs() <= EXACT) {
        return Some(whole as f64);
    }
    let text = text.trim();
    // The parser of the language's library also reads `inf` and `nan`, which are no numbers here.
    let digits = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    text.parse::<f64>().ok().filter(|v| digits && v.is_finite())
}

/// Rounded half away from zero, on the digits as they are written; of floats on the shortest that show them.
fn decimals(plain: &Plain, digits: Digits) -> Result<Vector, Misfit> {
    let reason = |text: &str, lost: Lost| match lost {
        Lost::NoValue => format!("`{text}` is no number"),
        Lost::TooLarge => format!("`{text}` has more digits than DECIMAL({}, {})", digits.precision, digits.scale),
    };
    let one = |text: &str| {
        let value = Decimal::parse(text, digits.scale).and_then(|value| digits.take(value));
        value.map_err(|lost| reason(text, lost))
    };
    Ok(Vector::Decimal(digits, plain.each(BLANK_DECIMAL, one)?))
}

/// A fraction is truncated toward zero.
fn integers(plain: &Plain) -> Result<Vec<i64>, Misfit> {
    let truncated = |v: f64| {
        let whole = v.trunc();
        // 2^63 is the first float past the range; -(2^63) is the one value that the language does not have.
        (whole > -9_223_372_036_854_775_808.0 && whole < 9_223_372_036_854_775_808.0).then_some(whole as i64)
    };
    let large = |text: &str| format!("`{text}` is too large for a whole number");
    match plain {
        Plain::Integer(a) => {
            let values: Vec<i64> = a.iter().map(|v| v.unwrap_or(BLANK_INTEGER)).collect();
            match (0..values.len()).find(|i| values.get(*i) == Some(&BLANK_INTEGER) && !a.is_null(*i)) {
                Some(row) => Err(Misfit::new(row, large(&i64::MIN.to_string()))),
                None => Ok(values),
            }
        }
        _ => plain.each(BLANK_INTEGER, |text| {
            if let Some(value) = text.trim().parse::<i64>().ok().filter(|v| *v != i64::MIN) {
                return Ok(value);
            }
            let value = number(text).ok_or_else(|| format!("`{text}` is no number"))?;
            // What stands before the point, if that is how it is written: a float has not all of its digits.
            let whole = match text.trim().split_once('.') {
                Some(("" | "+" | "-", rest)) if !rest.contains(['e', 'E']) => Some(0),
                Some((whole, rest)) if !rest.contains(['e', 'E']) => whole.parse::<i64>().ok().filter(|v| *v != i64::MIN),
                _ => truncated(value),
            };
            whole.ok_or_else(|| large(text))
        }),
    }
}

/// The rows of a column whose text is no item, each with the text.
pub(crate) fn missing(array: &ArrayRef, resolver: &Resolver) -> Result<Vec<(usize, String)>, Misfit> {
    let mut missing = Vec::new();
    let miss = |row: usize, text: &str, found: Found| match found {
        Found::Unknown => {
            missing.push((row, text.to_owned()));
            Ok(BLANK_ITEM)
        }
        _ => Err(Misfit::new(row, resolver.refusal(text, found))),
    };
    find_items(array, resolver, miss)?;
    Ok(missing)
}

fn items(array: &ArrayRef, resolver: &Resolver) -> Result<Vector, Misfit> {
    let miss = |row: usize, text: &str, found: Found| {
        let misfit = Misfit::new(row, resolver.refusal(text, found));
        let is_period = || parse_date(text).or_else(|| parse_date(&format!("{text}-01"))).is_some();
        Err(match found {
            Found::Several => misfit,
            _ if !resolver.is_calendar() => misfit.advised(Advice::Unknown { is_made: resolver.is_made() }),
            _ if is_period() => misfit.advised(Advice::Period),
            _ => misfit,
        })
    };
    Ok(Vector::Item(resolver.dimension(), find_items(array, resolver, miss)?))
}

/// The item of each place, BLANK where the place is; `miss` says what stands where there is none: it gets the place, the text and what was
/// found.
fn find_items(
    array: &ArrayRef,
    resolver: &Resolver,
    mut miss: impl FnMut(usize, &str, Found) -> Result<u32, Misfit>,
) -> Result<Vec<u32>, Misfit> {
    // Most files name only what there is: then none needs a look of its own.
    if let Some(items) = all_items(array, resolver) {
        return Ok(items);
    }
    let plain = plain(array)?;
    let mut out = vec![BLANK_ITEM; plain.len()];
    match &plain {
        Plain::Integer(a) => return items_of(a, resolver.integers(), miss),
        Plain::Date(a) => {
            for (row, slot) in out.iter_mut().enumerate() {
                if a.is_null(row) {
                    continue;
                }
                *slot = match resolver.date(a.value(row)) {
                    Found::Item(item) => item,
                    found => miss(row, &format_date(a.value(row)), found)?,
                };
            }
        }
        Plain::Text(a) => {
            // Files are often sorted: the text before is the best guess.
            let mut last: Option<(&str, u32)> = None;
            for (row, slot) in out.iter_mut().enumerate() {
                if a.is_null(row) {
                    continue;
                }
                let text = a.value(row);
                if let Some((_, item)) = last.filter(|(before, _)| *before == text) {
                    *slot = item;
                    continue;
                }
                // A look into an array costs less than one by the text's hash.
                let number = canonical(text).map(|number| resolver.integers().find(number));
                let found = match number {
                    Some(Found::Item(item)) => Found::Item(item),
                    _ => resolver.text(text),
                };
                *slot = match found {
                    Found::Item(item) => {
                        last = Some((text, item));
                        item
                    }
                    found => miss(row, text, found)?,
                };
            }
        }
        Plain::Float(_) | Plain::Boolean(_) => {
            for (row, slot) in out.iter_mut().enumerate() {
                let Some(text) = plain.text(row) else { continue };
                *slot = match resolver.text(&text) {
                    Found::Item(item) => item,
                    found => miss(row, &text, found)?,
                };
            }
        }
    }
    Ok(out)
}

/// Runs `$body` with `$numbers` bound to those of an array without NULLs, whatever their width; `None` where it holds something else.
macro_rules! whole_numbers {
    ($array:expr, $numbers:ident => $body:expr) => {
        whole_numbers!($array, $numbers => $body, Int8: Int8Type, Int16: Int16Type, Int32: Int32Type, Int64: Int64Type, UInt8: UInt8Type, UInt16: UInt16Type, UInt32: UInt32Type)
    };
    ($array:expr, $numbers:ident => $body:expr, $($kind:ident: $ty:ty),*) => {
        match $array.data_type() {
            _ if $array.null_count() > 0 => None,
            $(DataType::$kind => {
                let $numbers = $array.as_primitive::<$ty>().values();
                Some($body)
            })*
            _ => None,
        }
    };
}

/// The items of whole numbers without a sign of trouble: none is missing and each is that of one item. `None`: they need a closer look.
fn all_items(array: &ArrayRef, resolver: &Resolver) -> Option<Vec<u32>> {
    let items = whole_numbers!(array, numbers => resolver.integers().all(numbers))?;
    (!items.contains(&BLANK_ITEM)).then_some(items)
}

/// A column of items that are given by whole numbers, as such or as texts.
pub(crate) struct ByNumber<'a> {
    array: &'a ArrayRef,
    index: &'a IntegerIndex,
}

impl<'a> ByNumber<'a> {
    /// `None` where the column holds something else.
    pub(crate) fn new(array: &'a ArrayRef, want: &'a Want) -> Option<ByNumber<'a>> {
        let Want::Items(resolver) = want else { return None };
        let is_text = *array.data_type() == DataType::Utf8 && array.null_count() == 0;
        let is_one = is_text || whole_numbers!(array, numbers => numbers.len()).is_some();
        is_one.then(|| ByNumber { array, index: resolver.integers() })
    }

    /// Puts the items of the rows from one on into a field of their keys, which is zero. `None` where something is no number, or not that of one item:
    /// the keys are of no use then.
    pub(crate) fn put<K: Key>(&self, from: usize, field: Field, keys: &mut [K]) -> Option<()> {
        if let Some(texts) = self.array.as_string_opt::<i32>() {
            return keys.iter_mut().zip(from..texts.len()).try_for_each(|(key, row)| {
                let Found::Item(item) = self.index.find(canonical(texts.value(row))?) else { return None };
                *key = key.with(field, item);
                Some(())
            });
        }
        let is_found = whole_numbers!(self.array, numbers => self.index.put(numbers.get(from..).unwrap_or_default(), field, keys))?;
        is_found.then_some(())
    }
}

/// The items of whole numbers.
fn items_of(
    array: &Int64Array,
    index: &IntegerIndex,
    mut miss: impl FnMut(usize, &str, Found) -> Result<u32, Misfit>,
) -> Result<Vec<u32>, Misfit> {
    let mut out = vec![BLANK_ITEM; array.len()];
    for (row, (slot, value)) in out.iter_mut().zip(array.values()).enumerate() {
        *slot = match index.find(*value) {
            _ if array.is_null(row) => BLANK_ITEM,
            Found::Item(item) => item,
            found => miss(row, &value.to_string(), found)?,
        };
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use arrow::array::{Decimal32Array, Decimal64Array, Decimal128Array, Decimal256Array, TimestampSecondArray};
    use arrow::datatypes::i256;

    use super::*;

    #[test]
    fn every_kind_of_number_becomes_a_decimal() {
        let digits = Digits { precision: 20, scale: 2 };
        let read = |array: ArrayRef| match convert(&array, &Want::Plain(digits.ty())) {
            Ok(Vector::Decimal(own, units)) if own == digits => Ok(units),
            Ok(other) => Err((0, format!("{other:?}"))),
            Err(misfit) => Err((misfit.row, misfit.reason)),
        };
        let blank = BLANK_DECIMAL;
        assert_eq!(read(Arc::new(Int64Array::from(vec![Some(3), None]))), Ok(vec![300, blank]));
        // 2^53 + 1 has no float, and 1.005 is below its half as one.
        assert_eq!(read(Arc::new(Int64Array::from(vec![9_007_199_254_740_993]))), Ok(vec![900_719_925_474_099_300]));
        assert_eq!(read(Arc::new(Float64Array::from(vec![Some(1.005), Some(-2.675), None]))), Ok(vec![101, -268, blank]));
        let texts = StringArray::from(vec![Some("123456789012345678.905"), Some("-.5"), None, Some("1e3")]);
        assert_eq!(read(Arc::new(texts)), Ok(vec![12_345_678_901_234_567_891, -50, blank, 100_000]));
        let small = |raw: i32| Decimal32Array::from(vec![raw]).with_precision_and_scale(9, 3).unwrap();
        assert_eq!(read(Arc::new(small(-1_235))), Ok(vec![-124]));
        let long = |raw: i64| Decimal64Array::from(vec![raw]).with_precision_and_scale(18, 1).unwrap();
        assert_eq!(read(Arc::new(long(15))), Ok(vec![150]));
        let wide = Decimal128Array::from(vec![Some(12_345_678_901_234_567_890), None]).with_precision_and_scale(38, 2).unwrap();
        assert_eq!(read(Arc::new(wide)), Ok(vec![12_345_678_901_234_567_890, blank]));
        let widest = |raw: i128| Decimal256Array::from(vec![i256::from_i128(raw)]).with_precision_and_scale(70, 40).unwrap();
        assert_eq!(read(Arc::new(widest(15 * 10i128.pow(37)))), Ok(vec![2]));
        for (text, reason) in [("12x", "no number"), ("1234567890123456789", "more digits than DECIMAL(20, 2)"), ("inf", "no number")] {
            let (row, said) = read(Arc::new(StringArray::from(vec!["1", text]))).unwrap_err();
            assert!(row == 1 && said.contains(reason), "{said}");
        }
        let (_, said) = read(Arc::new(Float64Array::from(vec![f64::INFINITY]))).unwrap_err();
        assert!(said.contains("no number"), "{said}");
    }

    #[test]
    fn decimals_and_times_as_texts() {
        let text = |array: ArrayRef| convert(&array, &Want::Plain(Type::Text)).unwrap();
        let texts = |all: &[&str]| Vector::Text(all.iter().map(|t| Some(Arc::from(*t))).collect());
        let decimals = Decimal128Array::from(vec![1200, 1250, 0, -5, 100_000]).with_precision_and_scale(10, 2).unwrap();
        assert_eq!(text(Arc::new(decimals.clone())), texts(&["12", "12.5", "0", "-0.05", "1000"]));
        assert_eq!(
            convert(&(Arc::new(decimals) as ArrayRef), &Want::Plain(Type::Number)).unwrap().get(1),
            Some(smalt_model::Value::Number(12.5))
        );
        let times = TimestampSecondArray::from(vec![0, 1_704_103_200]);
        assert_eq!(text(Arc::new(times.clone())), texts(&["1970-01-01T00:00:00", "2024-01-01T10:00:00"]));
        let days = convert(&(Arc::new(times) as ArrayRef), &Want::Plain(Type::Date)).unwrap();
        assert_eq!(days, Vector::Date(vec![0, 19_723]));
    }
}
