//! A result as an Arrow IPC stream, an Arrow IPC file or a Parquet file.

use std::io::{BufWriter, Write};
use std::sync::Arc;

use crate::outcome::Table;
use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::writer::{FileWriter, StreamWriter};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::OutputError;

/// Writes an Arrow IPC stream.
pub(super) fn write_stream(table: &Table, stream: &mut (impl Write + Send), told: &mut dyn FnMut(u64)) -> Result<(), OutputError> {
    let schema = schema(table);
    let mut writer = StreamWriter::try_new(BufWriter::new(stream), &schema)?;
    each(table, &schema, told, |batch| Ok(writer.write(batch)?))?;
    writer.finish()?;
    writer.into_inner()?.flush()?;
    Ok(())
}

/// Writes an Arrow IPC file.
pub(super) fn write_file(table: &Table, stream: &mut (impl Write + Send), told: &mut dyn FnMut(u64)) -> Result<(), OutputError> {
    let schema = schema(table);
    let mut writer = FileWriter::try_new(BufWriter::new(stream), &schema)?;
    each(table, &schema, told, |batch| Ok(writer.write(batch)?))?;
    writer.finish()?;
    writer.into_inner()?.flush()?;
    Ok(())
}

/// Writes a Parquet file, compressed with snappy.
pub(super) fn write_parquet(table: &Table, stream: &mut (impl Write + Send), told: &mut dyn FnMut(u64)) -> Result<(), OutputError> {
    let schema = schema(table);
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = ArrowWriter::try_new(stream, Arc::clone(&schema), Some(properties))?;
    each(table, &schema, told, |batch| Ok(writer.write(batch)?))?;
    writer.close()?;
    Ok(())
}

/// Writes the batches one after the other, and tells of how many rows are written.
fn each(
    table: &Table,
    schema: &SchemaRef,
    told: &mut dyn FnMut(u64),
    mut write: impl FnMut(&RecordBatch) -> Result<(), OutputError>,
) -> Result<(), OutputError> {
    let mut done = 0;
    for batch in &table.batches {
        write(&named(batch, schema)?)?;
        done += batch.num_rows() as u64;
        told(done);
    }
    Ok(())
}

/// The result's own names with the types of its batches; without a batch a number is a float and the rest is text.
fn schema(table: &Table) -> SchemaRef {
    let types = table.batches.first().map(RecordBatch::schema);
    let fields = table.columns.iter().enumerate().map(|(index, column)| {
        let known = types.as_ref().and_then(|schema| schema.fields().get(index).map(|field| field.data_type().clone()));
        Field::new(&column.name, known.unwrap_or(if column.numeric { DataType::Float64 } else { DataType::Utf8 }), true)
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

fn named(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    RecordBatch::try_new(Arc::clone(schema), batch.columns().to_vec())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use crate::outcome::ColumnInfo;
    use arrow::ipc::reader::{FileReader, StreamReader};

    use super::super::samples::sample;
    use super::*;

    #[test]
    fn an_arrow_stream_reads_back() {
        let mut stream = Vec::new();
        write_stream(&sample(), &mut stream, &mut |_| {}).unwrap();
        let batches = StreamReader::try_new(stream.as_slice(), None).unwrap().collect::<Result<Vec<_>, _>>().unwrap();
        assert_eq!(batches, sample().batches);
    }

    #[test]
    fn an_arrow_file_reads_back() {
        let (mut stream, mut told) = (Vec::new(), Vec::new());
        write_file(&sample(), &mut stream, &mut |rows| told.push(rows)).unwrap();
        assert!(stream.starts_with(b"ARROW1"));
        let reader = FileReader::try_new(std::io::Cursor::new(stream), None).unwrap();
        assert_eq!(reader.collect::<Result<Vec<_>, _>>().unwrap(), sample().batches);
        assert_eq!(told, [4]);
    }

    #[test]
    fn a_parquet_file_begins_and_ends_as_one() {
        let mut stream = Vec::new();
        write_parquet(&sample(), &mut stream, &mut |_| {}).unwrap();
        assert!(stream.starts_with(b"PAR1") && stream.ends_with(b"PAR1"));
    }

    #[test]
    fn a_result_without_batches_still_has_its_columns() {
        let columns = vec![ColumnInfo::new("n", true), ColumnInfo::new("t", false)];
        let mut stream = Vec::new();
        write_stream(&Table { columns, batches: vec![] }, &mut stream, &mut |_| {}).unwrap();
        let reader = StreamReader::try_new(stream.as_slice(), None).unwrap();
        assert_eq!(reader.schema().field(0).data_type(), &DataType::Float64);
        assert_eq!(reader.schema().field(1).name(), "t");
    }
}
