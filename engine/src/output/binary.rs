//! A result as an Arrow IPC stream, an Arrow IPC file or a Parquet file.

use std::io::{BufWriter, Write};
use std::sync::Arc;

use crate::outcome::Table;
use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::writer::{FileWriter, StreamWriter};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnWriter, compute_leaves};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use smalt_vault::map_in_pool;

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

/// About so many rows are a row group: its columns are held until all of them are encoded.
const ROWS_OF_GROUP: usize = 1 << 20;

/// Writes a Parquet file, compressed with zstd at its first level. On a thread of a pool the columns of a row group are encoded at the same time.
pub(super) fn write_parquet(table: &Table, stream: &mut (impl Write + Send), told: &mut dyn FnMut(u64)) -> Result<(), OutputError> {
    write_groups(table, stream, ROWS_OF_GROUP, told)
}

fn write_groups(
    table: &Table,
    stream: &mut (impl Write + Send),
    rows_of_group: usize,
    told: &mut dyn FnMut(u64),
) -> Result<(), OutputError> {
    let schema = schema(table);
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?)).build();
    let mut writer = ArrowWriter::try_new(stream, Arc::clone(&schema), Some(properties))?;
    // A column of several columns is no one thread's work.
    if schema.fields().iter().any(|field| field.data_type().is_nested()) {
        each(table, &schema, told, |batch| Ok(writer.write(batch)?))?;
        writer.close()?;
        return Ok(());
    }
    let (mut file, groups) = writer.into_serialized_writer()?;
    let mut batches = table.batches.iter().filter(|batch| batch.num_rows() > 0).peekable();
    let mut done = 0;
    for number in 0.. {
        let (mut group, mut rows) = (Vec::new(), 0);
        while let Some(batch) = batches.next_if(|_| rows < rows_of_group) {
            rows += batch.num_rows();
            group.push(named(batch, &schema)?);
        }
        if group.is_empty() {
            break;
        }
        let columns: Vec<_> = groups.create_column_writers(number)?.into_iter().zip(schema.fields()).enumerate().collect();
        let encode = |(at, (mut writer, field)): (usize, (ArrowColumnWriter, &FieldRef))| {
            for column in group.iter().filter_map(|batch| batch.columns().get(at)) {
                compute_leaves(field, column)?.iter().try_for_each(|leaf| writer.write(leaf))?;
            }
            writer.close()
        };
        let encoded = map_in_pool(columns, true, encode);
        let mut out = file.next_row_group()?;
        for column in encoded {
            column?.append_to_row_group(&mut out)?;
        }
        out.close()?;
        done += rows as u64;
        told(done);
    }
    file.close()?;
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

    use arrow::ipc::reader::{FileReader, StreamReader};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    use crate::outcome::ColumnInfo;

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
    fn a_parquet_file_reads_back_in_its_groups_on_however_many_threads() {
        let batches: Vec<RecordBatch> = std::iter::repeat_n(sample().batches, 5).flatten().collect();
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        let table = Table { batches: [vec![batches[0].slice(0, 0)], batches].concat(), ..sample() };
        let write = |most| {
            let (mut stream, mut told) = (Vec::new(), Vec::new());
            write_groups(&table, &mut stream, most, &mut |rows| told.push(rows)).unwrap();
            (stream, told)
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        for (most, groups) in [(1, 5), (5, 3), (1_000, 1)] {
            let (stream, told) = write(most);
            assert_eq!((told.len(), told.last()), (groups, Some(&(rows as u64))), "{most}");
            assert_eq!(pool.install(|| write(most).0), stream, "the same bytes");
            let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(stream)).unwrap();
            assert_eq!(reader.metadata().num_row_groups(), groups);
            let read = reader.build().unwrap().collect::<Result<Vec<_>, _>>().unwrap();
            let all = |batches: &[RecordBatch]| arrow::compute::concat_batches(&batches[0].schema(), batches).unwrap();
            assert_eq!(all(&read).columns(), all(&table.batches).columns(), "{most}");
        }
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
