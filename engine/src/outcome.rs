//! What a statement gives back.

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use std::sync::Arc;

/// A column of a [`Table`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnInfo {
    /// Its name, as asked for.
    pub name: String,
    /// Whether it holds numbers.
    pub numeric: bool,
}

/// The rows that a statement answers with. NULL is BLANK.
#[derive(Clone, Debug)]
pub struct Table {
    /// The columns, in the order of those of the batches.
    pub columns: Vec<ColumnInfo>,
    /// The rows: text as Utf8 (also views), numbers as Float64, Decimal128 or a type of DataFusion's own expressions, Boolean, Date32.
    pub batches: Vec<RecordBatch>,
}

impl Table {
    /// A table from batches; its columns are those of the schema.
    pub fn new(schema: &Schema, batches: Vec<RecordBatch>) -> Table {
        let columns = schema.fields().iter().map(|f| ColumnInfo { name: f.name().clone(), numeric: is_numeric(f.data_type()) }).collect();
        Table { columns, batches }
    }

    /// A table of texts.
    pub(crate) fn of_texts(names: &[&str], rows: Vec<Vec<Option<String>>>) -> Table {
        let schema = Arc::new(Schema::new(names.iter().map(|n| Field::new(*n, DataType::Utf8, true)).collect::<Vec<_>>()));
        let arrays = (0..names.len())
            .map(|i| Arc::new(rows.iter().map(|row| row.get(i).cloned().flatten()).collect::<StringArray>()) as ArrayRef)
            .collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        let batches = RecordBatch::try_new_with_options(Arc::clone(&schema), arrays, &options).into_iter().collect();
        Table::new(&schema, batches)
    }

    /// The number of rows.
    pub fn row_count(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }
}

fn is_numeric(ty: &DataType) -> bool {
    ty.is_numeric()
}

/// How far a long statement is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub what: String,
    /// Rows, cells or metrics that are done.
    pub done: u64,
    /// Of how many, where that is known.
    pub total: Option<u64>,
}

/// Takes what the statements of a script give, each as soon as it is there. Statements are counted from 1.
pub trait ResultSink {
    /// The rows of a statement that asks.
    fn table(&mut self, statement: usize, table: &Table);
    /// What a statement that changes something has done, in a sentence.
    fn message(&mut self, statement: usize, text: &str);
    /// How far a long statement is.
    fn progress(&mut self, progress: &Progress);
}

/// Keeps everything.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The tables, with the number of their statement.
    pub tables: Vec<(usize, Table)>,
    /// The messages, with the number of their statement.
    pub messages: Vec<(usize, String)>,
}

impl ResultSink for Outcome {
    fn table(&mut self, statement: usize, table: &Table) {
        self.tables.push((statement, table.clone()));
    }

    fn message(&mut self, statement: usize, text: &str) {
        self.messages.push((statement, text.to_owned()));
    }

    fn progress(&mut self, _: &Progress) {}
}
