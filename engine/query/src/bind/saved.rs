//! Tables and views: each mention of one is the query that it stands for, bound with the eyes of who asks.

use std::fmt::Write;
use std::sync::Arc;

use datafusion::sql::sqlparser::ast::{Query, Statement, TableAlias, TableFactor};
use smalt_model::{DimensionId, MetricDef, Saved, Schema, TableDef, Type, quoted, same_name};

use super::from::Definition;
use super::query::rename_to;
use super::{Binder, OutColumn, ReadSaved, Scope, from};
use crate::{QueryError, lex};

/// Views that read one another.
const MAX_INSIDE: usize = 16;
/// Bytes of all views that one query mentions.
const MAX_TEXT: usize = 4 << 20;

impl Binder<'_> {
    /// A table or a view in FROM.
    pub(super) fn saved(
        &mut self,
        definition: &Definition,
        wanted: String,
        alias: Option<&TableAlias>,
    ) -> Result<(TableFactor, Scope), QueryError> {
        let Definition { saved, then } = definition;
        let name = saved.name();
        if self.inside.iter().any(|open| same_name(open, name)) {
            return Err(QueryError::new(format!("the view `{name}` reads itself")));
        }
        if self.inside.len() >= MAX_INSIDE {
            return Err(QueryError::new(format!("more than {MAX_INSIDE} views read one another here")));
        }
        self.weigh(1)?;
        // The definitions among which this one is.
        let among = then.as_ref().map_or_else(|| Arc::clone(self.schema), |view| Arc::clone(view.schema()));
        let text = match saved {
            Saved::View(def) => def.text.to_string(),
            Saved::Table(def) => {
                // What it stands on may have had other names at another moment.
                let there = self.view_at_home()?;
                side_by_side(&among, there.as_ref().map_or(&among, |view| view.schema()), def)
            }
        };
        self.text += text.len();
        if self.text > MAX_TEXT {
            return Err(QueryError::new(format!("the views of this query are longer than {} MB", MAX_TEXT >> 20)));
        }
        self.inside.push(name.to_string());
        let around = (std::mem::take(&mut self.levels), std::mem::take(&mut self.ctes));
        let bound = self.saved_query(&text, &among);
        (self.levels, self.ctes) = around;
        self.inside.pop();
        let (query, mut columns) =
            bound.map_err(|e| QueryError::new(format!("the {} `{name}` cannot be read: {}", saved.kind(), e.message())))?;
        match saved {
            Saved::View(def) => rename_to(&mut columns, name, &def.columns)?,
            Saved::Table(def) => hold_items(&mut columns, &among, def),
        }
        self.read_saved.push(ReadSaved { name: name.to_string(), then: then.as_ref().map(|view| Arc::clone(view.catalog())) });
        let (emitted, scope) = self.derived(wanted, columns, alias)?;
        let alias = Some(from::plain(&emitted));
        Ok((TableFactor::Derived { lateral: false, subquery: Box::new(query), alias, sample: None }, scope))
    }

    /// Nothing around a view has a say in it.
    fn saved_query(&mut self, text: &str, among: &Schema) -> Result<(Query, Vec<OutColumn>), QueryError> {
        match lex::parse(text, among)? {
            Statement::Query(query) => self.query(&query),
            _ => Err(QueryError::new("it is not a query")),
        }
    }
}

/// What a table of metrics stands for: a row per coordinate at which one of them has a cell. The rows of all metrics are put behind one
/// another and grouped, so that a condition on a dimension reaches each metric's own scan.
///
/// `schema` has the names that head the columns, those of the moment whose definition it is; `there` those by which its blocks are found.
fn side_by_side(schema: &Schema, there: &Schema, table: &TableDef) -> String {
    let metrics: Vec<_> = table.metrics.iter().filter_map(|id| schema.metric(*id)).collect();
    let found = |metric: &MetricDef| quoted(there.metric(metric.id).map_or(&metric.name, |metric| &metric.name));
    let dimensions: Vec<(String, String)> = match metrics.first() {
        Some(first) => {
            let defs = first.dimensions.iter().filter_map(|d| schema.dimension(*d));
            defs.map(|d| (quoted(there.dimension(d.id).map_or(&d.name, |d| &d.name)), quoted(&d.name))).collect()
        }
        None => Vec::new(),
    };
    let keys: String = dimensions.iter().map(|(d, _)| format!("{d}, ")).collect();
    let headed: String = dimensions.iter().map(|(d, name)| format!("{d} AS {name}, ")).collect();
    let mut text = format!("SELECT {headed}");
    for (place, metric) in metrics.iter().enumerate() {
        let comma = if place == 0 { "" } else { ", " };
        let _ = write!(text, "{comma}MAX({}) AS {}", value(place), quoted(&metric.name));
    }
    text.push_str(" FROM (");
    for (place, metric) in metrics.iter().enumerate() {
        let values = (0..metrics.len()).map(|other| match other == place {
            true => format!("{} AS {}", found(metric), value(other)),
            false => format!("CAST(NULL AS {}) AS {}", metrics.get(other).map_or("VARCHAR".to_owned(), |m| sql_type(m.ty)), value(other)),
        });
        let union = if place == 0 { "" } else { " UNION ALL " };
        let _ = write!(text, "{union}SELECT {keys}{} FROM {}", values.collect::<Vec<_>>().join(", "), found(metric));
    }
    text.push(')');
    match dimensions.is_empty() {
        // Without a key there is one group, also where nothing is in it.
        true => text.push_str(" HAVING COUNT(*) > 0"),
        false => {
            let numbers: Vec<String> = (1..=dimensions.len()).map(|n| n.to_string()).collect();
            let _ = write!(text, " GROUP BY {}", numbers.join(", "));
        }
    }
    text
}

/// A type in SQL: the rows of all metrics are of the same types before they are put behind one another.
fn sql_type(ty: Type) -> String {
    match ty {
        Type::Number => "DOUBLE".to_owned(),
        Type::Integer => "BIGINT".to_owned(),
        Type::Decimal { precision, scale } => format!("DECIMAL({precision}, {scale})"),
        Type::Boolean => "BOOLEAN".to_owned(),
        Type::Date => "DATE".to_owned(),
        Type::Text | Type::Item(_) | Type::Rights => "VARCHAR".to_owned(),
    }
}

/// The heading of a metric's values inside the query, unlike the name of any dimension.
fn value(place: usize) -> String {
    format!("\"\u{1}value {place}\"")
}

/// What an aggregate gives is no item any more to the binder, nor a date; of one value it is.
fn hold_items(columns: &mut [OutColumn], schema: &Schema, table: &TableDef) {
    let held = |ty: Type| -> Option<DimensionId> {
        match ty {
            Type::Item(dimension) => Some(dimension),
            _ => None,
        }
    };
    let metrics: Vec<_> = table.metrics.iter().filter_map(|id| schema.metric(*id)).collect();
    let then = columns.iter().find_map(|column| column.then);
    for (column, metric) in columns.iter_mut().rev().zip(metrics.into_iter().rev()) {
        column.dimension = held(metric.ty);
        column.is_date = metric.ty == Type::Date;
        column.then = then;
    }
}
