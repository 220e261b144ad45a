//! Functions that make texts, with a bound on what one call may make and on how long it may take: a host's memory is not the asker's.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Int64Array, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, FieldRef, Int64Type};
use datafusion::common::{DataFusionError, Result, exec_err, resources_datafusion_err};
use datafusion::logical_expr::{ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use crate::QueryError;
use crate::lex::MAX_TEXT;
use crate::limits::Limits;

/// Letters that one call may compare with letters, for one batch of rows.
const MOST_STEPS: u64 = 4_000_000_000;

/// A function of DataFusion's that ends the query rather than make more than [`Limits::text_bytes`].
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Bounded {
    inner: Arc<ScalarUDF>,
    growth: Growth,
}

/// How long a result can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Growth {
    /// `REPEAT(text, n)`
    Times,
    /// `LPAD(text, n, …)`, `RPAD`: n characters of up to four bytes.
    Width,
    /// `REPLACE(text, from, to)`: every byte may become `to`.
    Exchange,
    /// `CONCAT(a, b, …)`, and what is not longer than its arguments together.
    Sum,
    /// `UPPER(text)`: a letter may become three, or one of four bytes.
    Letters,
    /// `TO_CHAR(date, pattern)`: two letters of the pattern may become the whole date.
    Pattern,
    /// `LEVENSHTEIN(a, b)`: no text, but each letter of one is compared with each of the other.
    Pairs,
}

impl Bounded {
    /// The function to register in place of `f`: another one where it makes a text, or compares letters with letters.
    pub(crate) fn replace(f: Arc<ScalarUDF>) -> Arc<ScalarUDF> {
        let growth = match f.name() {
            "repeat" => Growth::Times,
            "lpad" | "rpad" => Growth::Width,
            "replace" => Growth::Exchange,
            "concat" | "concat_ws" | "overlay" | "left" | "right" | "reverse" | "split_part" | "substr" | "substrindex"
            | "substr_index" | "btrim" | "ltrim" | "rtrim" => Growth::Sum,
            "upper" | "lower" | "initcap" | "translate" => Growth::Letters,
            "to_char" => Growth::Pattern,
            "levenshtein" => Growth::Pairs,
            _ => return f,
        };
        Arc::new(ScalarUDF::from(Bounded { inner: f, growth }))
    }

    /// The most bytes that the results of all rows can have.
    fn most(&self, args: &ScalarFunctionArgs) -> Result<u64> {
        let columns = args.args.iter().map(|arg| arg.clone().into_array(args.number_rows)).collect::<Result<Vec<_>>>()?;
        let all = |of: &dyn Fn(usize) -> u64| (0..args.number_rows).fold(0u64, |sum, row| sum.saturating_add(of(row)));
        let lengths = |at: usize| columns.get(at).map_or_else(|| Ok(Lengths(Vec::new())), Lengths::of);
        let counts = |at: usize| columns.get(at).map_or_else(|| Ok(Int64Array::from(Vec::<i64>::new())), count_of);
        let count = |counts: &Int64Array, row: usize| if row < counts.len() { u64::try_from(counts.value(row)).unwrap_or(0) } else { 0 };
        Ok(match self.growth {
            Growth::Times => {
                let (texts, times) = (lengths(0)?, counts(1)?);
                all(&|row| texts.at(row).saturating_mul(count(&times, row)))
            }
            Growth::Width => {
                let widths = counts(1)?;
                all(&|row| count(&widths, row).saturating_mul(4))
            }
            Growth::Exchange => {
                let (texts, to) = (lengths(0)?, lengths(2)?);
                all(&|row| texts.at(row).saturating_mul(to.at(row).max(1)))
            }
            Growth::Sum => {
                let parts = (0..columns.len()).map(lengths).collect::<Result<Vec<_>>>()?;
                all(&|row| parts.iter().map(|part| part.at(row)).sum())
            }
            Growth::Letters => {
                let texts = lengths(0)?;
                all(&|row| texts.at(row).saturating_mul(4))
            }
            Growth::Pattern => {
                let patterns = lengths(1)?;
                all(&|row| patterns.at(row).saturating_mul(32))
            }
            Growth::Pairs => 0,
        })
    }

    /// Refuses what compares too many letters with letters: a call is not interrupted.
    fn check_steps(&self, args: &ScalarFunctionArgs) -> Result<()> {
        if !matches!(self.name(), "levenshtein" | "btrim" | "ltrim" | "rtrim" | "translate") {
            return Ok(());
        }
        let columns = args.args.iter().map(|arg| arg.clone().into_array(args.number_rows)).collect::<Result<Vec<_>>>()?;
        let [texts, others, ..] = columns.as_slice() else { return Ok(()) };
        let (texts, others) = (Lengths::of(texts)?, Lengths::of(others)?);
        let steps = (0..args.number_rows).fold(0u64, |sum, row| sum.saturating_add(texts.at(row).saturating_mul(others.at(row))));
        if steps > MOST_STEPS {
            let error = QueryError::new(format!("`{}` is given texts that are too long", self.name().to_uppercase()));
            return Err(error.help("take parts of them with LEFT").into());
        }
        Ok(())
    }
}

/// Refuses texts of a call that together have too many bytes. What is made of constants stays for the whole query and comes to stand in every
/// row, so that less of it is allowed.
pub(super) fn check_bytes(name: &str, args: &[ColumnarValue], bytes: u64) -> Result<()> {
    let limits = Limits::here();
    let is_constant = args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
    let fits = if is_constant { bytes <= MAX_TEXT as u64 && limits.takes_constant(bytes) } else { bytes <= limits.text_bytes() };
    if fits { Ok(()) } else { Err(too_long(name)) }
}

/// A call would make more than it may.
pub(super) fn too_long(name: &str) -> DataFusionError {
    resources_datafusion_err!("`{name}` would make too long a text")
}

/// `a || b`, bounded in the same way; NULL where either is.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Joined {
    ty: DataType,
    signature: Signature,
}

impl Joined {
    /// For results of a type of texts; `None` for another one.
    pub(crate) fn new(ty: DataType) -> Option<Joined> {
        matches!(ty, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
            .then(|| Joined { ty, signature: Signature::any(2, Volatility::Immutable) })
    }
}

impl ScalarUDFImpl for Joined {
    fn name(&self) -> &str {
        "||"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.ty.clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [left, right] = args.args.as_slice() else { return exec_err!("`||` takes two texts") };
        let texts = |arg: &ColumnarValue| Ok::<_, DataFusionError>(cast(&arg.clone().into_array(args.number_rows)?, &DataType::Utf8View)?);
        let (left, right) = (texts(left)?, texts(right)?);
        let pairs = || left.as_string_view().iter().zip(right.as_string_view());
        let bytes = pairs().fold(0u64, |sum, (a, b)| sum + a.map_or(0, str::len) as u64 + b.map_or(0, str::len) as u64);
        check_bytes(self.name(), &args.args, bytes)?;
        let joined: StringArray = pairs().map(|(a, b)| Some(format!("{}{}", a?, b?))).collect();
        Ok(ColumnarValue::Array(cast(&joined, &self.ty)?))
    }
}

/// The bytes of each text of a column.
struct Lengths(Vec<u64>);

impl Lengths {
    fn of(column: &ArrayRef) -> Result<Lengths> {
        let texts = cast(column, &DataType::Utf8View)?;
        Ok(Lengths(texts.as_string_view().iter().map(|text| text.map_or(0, |t| t.len() as u64)).collect()))
    }

    fn at(&self, row: usize) -> u64 {
        self.0.get(row).copied().unwrap_or(0)
    }
}

fn count_of(column: &ArrayRef) -> Result<Int64Array> {
    Ok(cast(column, &DataType::Int64)?.as_primitive::<Int64Type>().clone())
}

impl ScalarUDFImpl for Bounded {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(types)
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        self.inner.return_field_from_args(args)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        check_bytes(self.name(), &args.args, self.most(&args)?)?;
        self.check_steps(&args)?;
        self.inner.invoke_with_args(args)
    }
}
