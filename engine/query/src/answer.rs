//! What a query gives back.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use smalt_model::DimensionId;

use crate::QueryError;

/// One column of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerColumn {
    /// Its heading; two columns may have the same.
    pub name: String,
    /// The dimension whose items it names, where it is a dimension column or a path that ends in an item.
    pub dimension: Option<DimensionId>,
}

/// The rows of a query. Texts and items are `Utf8`, numbers `Float64`, integers `Int64`, decimals `Decimal128`, dates `Date32`, and so on.
#[derive(Clone, Debug)]
pub struct Answer {
    columns: Vec<AnswerColumn>,
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    cut: Option<QueryError>,
}

impl Answer {
    pub(crate) fn new(columns: Vec<AnswerColumn>, schema: SchemaRef, batches: Vec<RecordBatch>) -> Answer {
        Answer { columns, schema, batches, cut: None }
    }

    pub(crate) fn cut_by(self, cut: Option<QueryError>) -> Answer {
        Answer { cut, ..self }
    }

    /// Why there are more rows than these: the bound on rows, where the query has more than it allows.
    pub fn cut(&self) -> Option<&QueryError> {
        self.cut.as_ref()
    }

    /// The columns in order, as many as the schema has fields.
    pub fn columns(&self) -> &[AnswerColumn] {
        &self.columns
    }

    /// The Arrow schema; its field names are the headings.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The rows, in order; there may be no batch at all.
    pub fn batches(&self) -> &[RecordBatch] {
        &self.batches
    }

    /// The rows, in order, to keep.
    pub fn into_batches(self) -> Vec<RecordBatch> {
        self.batches
    }

    /// The number of rows.
    pub fn row_count(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }
}
