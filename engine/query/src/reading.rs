//! What a query reads and gives, told from its text and the definitions alone.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};
use smalt_model::{Block, DimensionId, ListId, Schema, Type, fold};

use crate::bind::bind_names;
use crate::source::{Field, FieldInfo, Source};
use crate::{QueryError, lex};

/// What a query reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The blocks that are its tables, also those inside of views.
    pub blocks: BTreeSet<Block>,
    /// The properties that it goes through.
    pub properties: BTreeSet<(DimensionId, u16)>,
    /// The columns of lists that it reads.
    pub columns: BTreeSet<(ListId, u16)>,
    /// The tables and views that it reads, folded names, also those inside of others.
    pub saved: BTreeSet<String>,
    /// The scenarios that it names, folded names, also inside of views.
    pub scenarios: BTreeSet<String>,
    /// The snapshots that it names, likewise.
    pub snapshots: BTreeSet<String>,
    /// The texts and numbers in it, which may be names of items. Those inside of views are not among them.
    pub constants: Vec<Arc<str>>,
    /// The headings of what it gives.
    pub headings: Vec<String>,
}

/// What a query reads, where its names are those of `schema`.
///
/// # Errors
/// As a query: its text is none, or names what is not there.
pub fn reading(schema: &Arc<Schema>, sql: &str) -> Result<Reading, QueryError> {
    let tokens = lex::tokens(sql, schema)?;
    let constants = constants(&tokens);
    let bound = bind_names(schema, &lex::statement(tokens)?)?;
    let mut reading = Reading {
        blocks: BTreeSet::new(),
        properties: BTreeSet::new(),
        columns: BTreeSet::new(),
        saved: bound.saved.iter().map(|read| fold(&read.name)).collect(),
        scenarios: bound.scenarios,
        snapshots: bound.snapshots,
        constants,
        headings: bound.columns.iter().map(|column| column.name.clone()).collect(),
    };
    for scan in &bound.scans {
        reading.blocks.insert(match &scan.source {
            Source::Metric(def) | Source::Scenarios(def) => Block::Metric(def.id),
            Source::Dimension(def) => Block::Dimension(def.id),
            Source::List(def) => Block::List(def.id),
        });
        scan.fields.iter().for_each(|(info, _)| reading.note(schema, &scan.source, info));
    }
    for function in &bound.functions {
        reading.follow(schema, function.dimension, &function.properties);
    }
    Ok(reading)
}

impl Reading {
    fn note(&mut self, schema: &Schema, source: &Source, info: &FieldInfo) {
        match &info.field {
            Field::Path { axis, properties } | Field::Position { axis, properties } => {
                if let Source::List(def) = source {
                    self.columns.insert((def.id, *axis));
                }
                if let Some(dimension) = source.axis(*axis) {
                    self.follow(schema, dimension, properties);
                }
            }
            Field::Column(column) => {
                if let Source::List(def) = source {
                    self.columns.insert((def.id, *column));
                }
            }
            Field::Value | Field::Row | Field::Scenario => {}
        }
    }

    fn follow(&mut self, schema: &Schema, from: DimensionId, properties: &[u16]) {
        let mut here = from;
        for property in properties {
            self.properties.insert((schema.whole(here), *property));
            match schema.dimension(here).and_then(|def| def.properties.get(usize::from(*property))).map(|p| p.ty) {
                Some(Type::Item(next)) => here = next,
                _ => break,
            }
        }
    }
}

/// The texts and numbers of a query.
fn constants(tokens: &[TokenWithSpan]) -> Vec<Arc<str>> {
    let text = |token: &TokenWithSpan| match &token.token {
        Token::SingleQuotedString(text) | Token::Number(text, _) => Some(text.clone()),
        Token::NationalStringLiteral(text) | Token::EscapedStringLiteral(text) => Some(text.clone()),
        _ => None,
    };
    tokens.iter().filter_map(text).collect::<BTreeSet<String>>().into_iter().map(Arc::from).collect()
}

/// The columns of a table or a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Its name.
    pub name: String,
    /// Its headings, with their types as statements write them.
    pub columns: Vec<(String, String)>,
}

/// The type of what a query gives, as statements write it; one that statements do not have by its name in SQL.
pub fn type_word(ty: &DataType) -> String {
    match ty {
        DataType::Float16 | DataType::Float32 | DataType::Float64 => "NUMBER".to_owned(),
        DataType::Decimal128(precision, scale) => format!("DECIMAL({precision}, {scale})"),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => "TEXT".to_owned(),
        DataType::Boolean => "BOOLEAN".to_owned(),
        DataType::Date32 | DataType::Date64 => "DATE".to_owned(),
        DataType::Timestamp(..) => "TIMESTAMP".to_owned(),
        DataType::Interval(_) => "INTERVAL".to_owned(),
        DataType::Time32(_) | DataType::Time64(_) => "TIME".to_owned(),
        other if other.is_integer() => "INTEGER".to_owned(),
        other => other.to_string().to_uppercase(),
    }
}
