//! Segments: runs of blocks of a metric's cells as Parquet, one row group for each block.
//!
//! The columns are `d<id>`, the ordinals of a dimension's items, for each dimension, and `value`. A run whose blocks have the very keys of a
//! run that is in another segment has no columns but `value`: metrics that are computed from one another have the same cells.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray, UInt8Array, UInt32Array,
};
use arrow::datatypes::{DataType, Field as ArrowField, Schema as ArrowSchema};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use smalt_model::{Digits, DimensionId, Type};
use smalt_vault::{
    BLANK_DATE, BLANK_DECIMAL, BLANK_INTEGER, BLANK_ITEM, BLANK_RIGHTS, Body, Cells, Chunk, Column, Key, Keys, Layout, each_width,
};

use super::bytes::Broken;
use super::keys::Seals;

const VALUE: &str = "value";

fn name_of(dimension: DimensionId) -> String {
    format!("d{}", dimension.0)
}

/// A run of blocks as a file.
///
/// # Errors
/// Parquet refuses it, which it is not known to do.
pub(super) fn write(cells: &Cells, blocks: Range<usize>, with_keys: bool, seals: &Seals) -> ParquetResult<Vec<u8>> {
    each_width!(cells, body => write_body(body, blocks, with_keys, seals))
}

fn write_body<K: Key>(body: &Body<K>, blocks: Range<usize>, with_keys: bool, seals: &Seals) -> ParquetResult<Vec<u8>> {
    let layout = body.layout();
    let dims = if with_keys { layout.dims() } else { &[] };
    let mut fields: Vec<ArrowField> = dims.iter().map(|d| ArrowField::new(name_of(*d), DataType::UInt32, false)).collect();
    fields.push(ArrowField::new(VALUE, arrow_type(body.ty()), false));
    let schema = Arc::new(ArrowSchema::new(fields));
    let mut properties = WriterProperties::builder().set_statistics_enabled(EnabledStatistics::None);
    // What formulas make of numbers has no digits in common: to look for some takes time at writing and at opening, and no byte less.
    if with_keys || body.ty() != Type::Number {
        properties = properties.set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?));
    } else {
        properties = properties.set_dictionary_enabled(false).set_compression(Compression::UNCOMPRESSED);
    }
    if let Some(encryption) = seals.of_new_segment()? {
        properties = properties.with_file_encryption_properties(encryption);
    }
    let properties = properties.build();
    let mut writer = ArrowWriter::try_new(Vec::new(), Arc::clone(&schema), Some(properties))?;
    for chunk in blocks.filter_map(|block| body.chunk(block)) {
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(dims.len() + 1);
        if with_keys {
            let keys = chunk.keys.decode();
            for field in layout.fields() {
                columns.push(Arc::new(UInt32Array::from_iter_values(keys.iter().map(|key| key.get(*field)))));
            }
        }
        columns.push(array(&chunk.column)?);
        writer.write(&RecordBatch::try_new(Arc::clone(&schema), columns)?)?;
        writer.flush()?;
    }
    writer.into_inner()
}

fn arrow_type(ty: Type) -> DataType {
    match ty {
        Type::Number => DataType::Float64,
        Type::Integer => DataType::Int64,
        Type::Text => DataType::Utf8,
        Type::Boolean | Type::Rights => DataType::UInt8,
        Type::Date => DataType::Date32,
        Type::Item(_) => DataType::UInt32,
        Type::Decimal { precision, scale } => DataType::Decimal128(precision, i8::try_from(scale).unwrap_or(0)),
    }
}

fn array(column: &Column) -> ParquetResult<ArrayRef> {
    Ok(match column {
        Column::Number(v) => Arc::new(Float64Array::new(v.clone(), None)),
        Column::Integer(v) => Arc::new(Int64Array::new(v.clone(), None)),
        Column::Text(v) => Arc::new(StringArray::from_iter_values(v.iter())),
        Column::Boolean(v) | Column::Rights(v) => Arc::new(UInt8Array::new(v.clone(), None)),
        Column::Date(v) => Arc::new(Date32Array::new(v.clone(), None)),
        Column::Item(_, v) => Arc::new(UInt32Array::new(v.clone(), None)),
        Column::Decimal(digits, v) => {
            let scale = i8::try_from(digits.scale).unwrap_or(0);
            Arc::new(Decimal128Array::new(v.clone(), None).with_precision_and_scale(digits.precision, scale)?)
        }
    })
}

/// A file as it was read, all rows in one piece.
#[derive(Debug)]
pub(super) struct Segment(RecordBatch);

impl From<ParquetError> for Broken {
    fn from(_: ParquetError) -> Broken {
        Broken("it is no segment")
    }
}

impl Segment {
    /// Reads a file.
    pub(super) fn read(bytes: Vec<u8>, seals: &Seals) -> Result<Segment, Broken> {
        let mut options = ArrowReaderOptions::new();
        if let Some(decryption) = seals.of_segment(&bytes)? {
            options = options.with_file_decryption_properties(decryption);
        }
        let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(Bytes::from(bytes), options)?;
        let rows = usize::try_from(builder.metadata().file_metadata().num_rows()).map_err(|_| Broken("it is no segment"))?;
        let mut reader = builder.with_batch_size(rows.max(1)).build()?;
        let batch = reader.next().ok_or(Broken("a segment is empty"))?.map_err(|_| Broken("it is no segment"))?;
        if batch.num_rows() != rows {
            return Err(Broken("it is no segment"));
        }
        Ok(Segment(batch))
    }

    /// The keys of its blocks, which have so many cells each.
    pub(super) fn keys<K: Key>(&self, layout: &Layout, blocks: &[u32]) -> Result<Vec<Arc<Keys<K>>>, Broken> {
        let mut keys = vec![K::default(); self.0.num_rows()];
        for (dimension, field) in layout.dims().iter().zip(layout.fields()) {
            let column = self.0.column_by_name(&name_of(*dimension)).ok_or(Broken("a segment lacks a dimension"))?;
            let column = column.as_any().downcast_ref::<UInt32Array>().ok_or(Broken("a segment lacks a dimension"))?;
            if column.values().iter().any(|item| u64::from(*item) > field.mask()) {
                return Err(Broken("a coordinate is impossible"));
            }
            keys.iter_mut().zip(column.values()).for_each(|(key, item)| *key = key.with(*field, *item));
        }
        if !keys.is_sorted_by(|a, b| a < b) {
            return Err(Broken("a coordinate is impossible"));
        }
        let runs = Runs { at: 0, blocks, rows: keys.len() };
        let run = |run: Range<usize>| Some(Arc::new(Keys::from_sorted(keys.get(run)?)?));
        runs.map(|range| range.and_then(|range| run(range).ok_or(MISFIT))).collect()
    }

    /// The values of its blocks. They stay where Parquet has put them.
    pub(super) fn values(&self, ty: Type, blocks: &[u32]) -> Result<Vec<Column>, Broken> {
        let column = self.0.column_by_name(VALUE).ok_or(MISFIT)?;
        let runs = Runs { at: 0, blocks, rows: self.0.num_rows() };
        runs.map(|range| values(column, ty, range?)).collect()
    }
}

const MISFIT: Broken = Broken("a segment has other blocks than were written");

/// The rows of each block.
struct Runs<'a> {
    at: usize,
    blocks: &'a [u32],
    rows: usize,
}

impl Iterator for Runs<'_> {
    type Item = Result<Range<usize>, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        let (first, rest) = self.blocks.split_first()?;
        self.blocks = rest;
        let from = self.at;
        self.at = from + *first as usize;
        let fits = self.at <= self.rows && (!rest.is_empty() || self.at == self.rows) && *first > 0;
        Some(if fits { Ok(from..self.at) } else { Err(MISFIT) })
    }
}

fn values(column: &ArrayRef, ty: Type, range: Range<usize>) -> Result<Column, Broken> {
    fn of<A: 'static>(column: &ArrayRef) -> Result<&A, Broken> {
        column.as_any().downcast_ref::<A>().ok_or(Broken("a segment's values are of another type"))
    }
    let (from, len) = (range.start, range.len());
    let blank = Err(Broken("a cell has no value"));
    Ok(match ty {
        Type::Number => match of::<Float64Array>(column)?.values().slice(from, len) {
            v if v.iter().all(|x| x.is_finite()) => Column::Number(v),
            _ => return blank,
        },
        Type::Integer => match of::<Int64Array>(column)?.values().slice(from, len) {
            v if v.iter().all(|x| *x != BLANK_INTEGER) => Column::Integer(v),
            _ => return blank,
        },
        Type::Text => {
            let texts = of::<StringArray>(column)?;
            Column::Text(range.map(|at| Arc::from(texts.value(at))).collect())
        }
        Type::Boolean => match of::<UInt8Array>(column)?.values().slice(from, len) {
            v if v.iter().all(|x| *x <= 1) => Column::Boolean(v),
            _ => return blank,
        },
        Type::Rights => match of::<UInt8Array>(column)?.values().slice(from, len) {
            v if v.iter().all(|x| *x != BLANK_RIGHTS) => Column::Rights(v),
            _ => return blank,
        },
        Type::Date => match of::<Date32Array>(column)?.values().slice(from, len) {
            v if v.iter().all(|x| *x != BLANK_DATE) => Column::Date(v),
            _ => return blank,
        },
        Type::Item(dimension) => match of::<UInt32Array>(column)?.values().slice(from, len) {
            v if v.iter().all(|x| *x != BLANK_ITEM) => Column::Item(dimension, v),
            _ => return blank,
        },
        Type::Decimal { precision, scale } => match of::<Decimal128Array>(column)?.values().slice(from, len) {
            v if v.iter().all(|x| *x != BLANK_DECIMAL) => Column::Decimal(Digits { precision, scale }, v),
            _ => return blank,
        },
    })
}

/// Blocks of keys with their values.
pub(super) fn chunks<K: Key>(keys: &[Arc<Keys<K>>], values: Vec<Column>) -> Result<Vec<Chunk<K>>, Broken> {
    if keys.len() != values.len() || keys.iter().zip(&values).any(|(keys, values)| keys.len() != values.len()) {
        return Err(MISFIT);
    }
    Ok(keys.iter().zip(values).map(|(keys, column)| Chunk { keys: Arc::clone(keys), column }).collect())
}
