//! Functions that make long texts from short ones, with a bound on what one call may make: a host's memory is not the asker's.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Int64Array, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{DataFusionError, Result, exec_err, resources_datafusion_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

/// The most bytes that one call makes for one batch of rows.
const MOST_BYTES: u64 = 64 << 20;

/// A function of DataFusion's that ends the query rather than make more than [`MOST_BYTES`].
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
    /// `CONCAT(a, b, …)`
    Sum,
}

impl Bounded {
    /// The function to register in place of `f`: another one where its result can be much longer than its arguments, or double them.
    pub(crate) fn replace(f: Arc<ScalarUDF>) -> Arc<ScalarUDF> {
        let growth = match f.name() {
            "repeat" => Growth::Times,
            "lpad" | "rpad" => Growth::Width,
            "replace" => Growth::Exchange,
            "concat" | "concat_ws" => Growth::Sum,
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
        })
    }
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
        if pairs().fold(0u64, |sum, (a, b)| sum + a.map_or(0, str::len) as u64 + b.map_or(0, str::len) as u64) > MOST_BYTES {
            return Err(too_long(self.name()));
        }
        let joined: StringArray = pairs().map(|(a, b)| Some(format!("{}{}", a?, b?))).collect();
        Ok(ColumnarValue::Array(cast(&joined, &self.ty)?))
    }
}

fn too_long(name: &str) -> DataFusionError {
    resources_datafusion_err!("`{name}` would make too long a text")
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

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        if self.most(&args)? > MOST_BYTES {
            return Err(too_long(self.name()));
        }
        self.inner.invoke_with_args(args)
    }
}
