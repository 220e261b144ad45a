//! What a statement gives back.

use crate::recalculation::Recalculation;
use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use smalt_model::{Decimal, DimensionId, Type, Value, format_date, format_number};
use smalt_vault::{MaskedItems, MaskedView, Vector};
use std::fmt;
use std::sync::Arc;

/// A column of a [`Table`].
#[derive(Clone, Debug)]
pub struct ColumnInfo {
    /// Its name, as asked for.
    pub name: String,
    /// Whether it holds numbers.
    pub numeric: bool,
    /// What people are shown in place of the names in it, where it holds items of a dimension with a DISPLAY.
    pub labels: Option<Labels>,
}

impl ColumnInfo {
    /// A column that is shown as it is.
    pub fn new(name: impl Into<String>, numeric: bool) -> ColumnInfo {
        ColumnInfo { name: name.into(), numeric, labels: None }
    }
}

/// The display property of a dimension, as far as its reader may see it.
#[derive(Clone)]
pub struct Labels {
    items: Arc<MaskedItems>,
    values: Arc<Vector>,
    /// The items that the property holds, if it holds some.
    held: Option<Arc<MaskedItems>>,
}

impl Labels {
    /// The labels of a dimension's items; `None` where its unique names are shown.
    pub(crate) fn of(view: &MaskedView, dimension: DimensionId) -> Option<Labels> {
        let items = view.items(dimension);
        let values = items.property(items.def().display?);
        let held = match values.ty() {
            Type::Item(of) => Some(view.items(of)),
            _ => None,
        };
        Some(Labels { items, values, held })
    }

    /// The label of an item; `None` where its name is shown: it has none, or none that may be seen.
    pub fn label(&self, name: &str) -> Option<String> {
        let text = match self.values.get(self.items.find(name)? as usize)? {
            Value::Number(v) => format_number(v),
            Value::Integer(v) => v.to_string(),
            Value::Decimal(digits, units) => Decimal { units, scale: digits.scale }.to_string(),
            Value::Text(v) => v.to_string(),
            Value::Boolean(v) => (if v { "TRUE" } else { "FALSE" }).to_owned(),
            Value::Date(v) => format_date(v),
            Value::Item(_, item) => self.held.as_ref()?.name(item)?.to_string(),
            Value::Rights(_) => return None,
        };
        (!text.is_empty()).then_some(text)
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Labels").field("items", &self.items).finish_non_exhaustive()
    }
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
        let columns = schema.fields().iter().map(|f| ColumnInfo::new(f.name(), is_numeric(f.data_type()))).collect();
        Table { columns, batches }
    }

    /// The same table, whose columns of items are shown by the display properties that a view has.
    pub(crate) fn labelled(mut self, view: &MaskedView, dimensions: impl IntoIterator<Item = Option<DimensionId>>) -> Table {
        for (column, dimension) in self.columns.iter_mut().zip(dimensions) {
            column.labels = dimension.and_then(|dimension| Labels::of(view, dimension));
        }
        self
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
    /// Rows, cells, metrics or bytes that are done.
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
    /// What a RECALCULATE has computed and how long that took; its table has come before.
    fn recalculated(&mut self, statement: usize, report: &Recalculation) {
        let _ = (statement, report);
    }
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
