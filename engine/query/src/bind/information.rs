//! `information_schema`: what the catalog shows to who asks, as tables.

use std::sync::Arc;

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, DataType, Expr, Ident, Parens, SelectItem, SetExpr, TableAlias, TableFactor, TableWithJoins, Value, Values,
};
use smalt_model::{Block, Saved, Schema, same_name};
use smalt_planted::{Leak, planted};
use smalt_vault::MaskedView;

use super::names::BASE;
use super::query::{bare, empty_select};
use super::{Binder, OutColumn, Scope, field, from};
use crate::source::Source;
use crate::{QueryError, Shape, Views};

/// The name of the schema.
pub(crate) const NAME: &str = "information_schema";
/// What the application is called where a catalog has a name.
pub(super) const CATALOG: &str = "application";

/// One value: a text, or a number that counts.
#[derive(Clone, Debug)]
enum Cell {
    Text(Option<String>),
    Number(u64),
}

impl Cell {
    fn text(text: impl ToString) -> Cell {
        Cell::Text(Some(text.to_string()))
    }
}

/// The headings of a table, and its rows.
struct Rows {
    headings: &'static [&'static str],
    rows: Vec<Vec<Cell>>,
}

/// The tables that there are.
const TABLES: &[&str] = &["schemata", "tables", "columns", "views"];

impl Binder<'_> {
    /// A table of `information_schema` in FROM.
    pub(super) fn information(
        &mut self,
        table: &str,
        wanted: String,
        alias: Option<&TableAlias>,
    ) -> Result<(TableFactor, Scope), QueryError> {
        let Rows { headings, rows } = match TABLES.iter().find(|name| same_name(name, table)) {
            Some(&"schemata") => schemata(&self.schemas()),
            Some(&"tables") => tables(&self.schemas()),
            Some(&"columns") => columns(&self.schemas(), self.shapes),
            Some(_) => views(&self.schemas()),
            None => {
                return Err(QueryError::new(format!("there is no table `{NAME}.{table}`")).help(format!("there are {}", TABLES.join(", "))));
            }
        };
        self.weigh(1)?;
        let inner = self.unique("rows");
        let query = bare(SetExpr::Select(Box::new(select(&inner, headings, rows))));
        let columns = headings.iter().map(|name| OutColumn {
            name: (*name).to_owned(),
            inner: (*name).to_owned(),
            dimension: None,
            is_date: false,
            then: None,
        });
        let (emitted, scope) = self.derived(wanted, columns.collect(), alias)?;
        let alias = Some(from::plain(&emitted));
        Ok((TableFactor::Derived { lateral: false, subquery: Box::new(query), alias, sample: None }, scope))
    }

    /// The scenarios that the reader may name.
    fn schemas(&self) -> Vec<Scenario> {
        let shown = |view: &MaskedView| Arc::clone(if planted(Leak::SuggestedBlocks) { view.schema() } else { view.catalog() });
        match (self.views, self.views.and_then(Views::elsewhere)) {
            (_, Some(elsewhere)) => elsewhere.scenarios().iter().map(|(name, view)| (Arc::clone(name), shown(view))).collect(),
            (Some(views), None) => vec![(Arc::from(BASE), shown(views.here()))],
            (None, None) => vec![(Arc::from(BASE), Arc::clone(self.schema))],
        }
    }
}

/// A scenario, which is a schema, and what its catalog shows.
type Scenario = (Arc<str>, Arc<Schema>);

/// `SELECT columns FROM (VALUES …) WHERE …`. A row of typed NULLs goes in front and is taken out again, so that columns have types where
/// there is no row, or no text in it.
fn select(table: &str, headings: &[&str], rows: Vec<Vec<Cell>>) -> datafusion::sql::sqlparser::ast::Select {
    let is_number = |column: usize| rows.first().and_then(|row| row.get(column)).is_some_and(|cell| matches!(cell, Cell::Number(_)));
    let null = |column: usize| Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(Expr::value(Value::Null)),
        data_type: if is_number(column) { DataType::BigInt(None) } else { DataType::Varchar(None) },
        array: false,
        format: None,
    };
    let number = |n: u64| Expr::value(Value::Number(n.to_string(), false));
    let row = |place: u64, cells: Vec<Expr>| Parens {
        opening_token: AttachedToken::empty(),
        content: std::iter::once(number(place)).chain(cells).collect(),
        closing_token: AttachedToken::empty(),
    };
    let mut values = vec![row(0, (0..headings.len()).map(null).collect())];
    values.extend(rows.iter().map(|cells| {
        let cell = |cell: &Cell| match cell {
            Cell::Text(Some(text)) => Expr::value(Value::SingleQuotedString(text.clone())),
            Cell::Text(None) => Expr::value(Value::Null),
            Cell::Number(n) => number(*n),
        };
        row(1, cells.iter().map(cell).collect())
    }));
    let mut select = empty_select();
    let heading = |(index, name): (usize, &&str)| SelectItem::ExprWithAlias {
        expr: field(table, &format!("column{}", index + 2)),
        alias: Ident::with_quote('"', *name),
    };
    select.projection = headings.iter().enumerate().map(heading).collect();
    let body = SetExpr::Values(Values { explicit_row: false, value_keyword: false, rows: values });
    let relation = TableFactor::Derived { lateral: false, subquery: Box::new(bare(body)), alias: Some(from::plain(table)), sample: None };
    select.from = vec![TableWithJoins { relation, joins: Vec::new() }];
    let real = Expr::BinaryOp { left: Box::new(field(table, "column1")), op: BinaryOperator::Gt, right: Box::new(number(0)) };
    select.selection = Some(real);
    select
}

fn schemata(scenarios: &[Scenario]) -> Rows {
    let names = scenarios.iter().map(|(name, _)| &**name).chain([NAME]);
    let rows = names.map(|name| vec![Cell::text(CATALOG), Cell::text(name)]).collect();
    Rows { headings: &["catalog_name", "schema_name"], rows }
}

/// Every block, table and view that the catalog shows, by name: its name, what it is to SQL, what it is to us, and what is said of it.
fn relations(catalog: &Schema) -> Vec<(String, &'static str, &'static str, Option<String>)> {
    let comment = |block: Block| catalog.comment(block).map(ToString::to_string);
    let metrics = catalog.metrics().map(|m| (m.name.to_string(), "BASE TABLE", "METRIC", comment(Block::Metric(m.id))));
    let dimensions = catalog.dimensions().map(|d| {
        let kind = if d.parent.is_some() { "SUBSET" } else { "DIMENSION" };
        (d.name.to_string(), "BASE TABLE", kind, comment(Block::Dimension(d.id)))
    });
    let lists = catalog.lists().map(|l| (l.name.to_string(), "BASE TABLE", "LIST", comment(Block::List(l.id))));
    let saved = catalog.all_saved().map(|s| {
        let kind = if matches!(s, Saved::Table(_)) { "TABLE" } else { "VIEW" };
        (s.name().to_string(), "VIEW", kind, s.comment().map(ToString::to_string))
    });
    let mut all: Vec<_> = metrics.chain(dimensions).chain(lists).chain(saved).collect();
    all.sort();
    all
}

fn tables(scenarios: &[Scenario]) -> Rows {
    let of = |(scenario, catalog): &Scenario| {
        let relations = relations(catalog).into_iter();
        let rows = relations.map(|(name, to_sql, kind, comment)| {
            vec![Cell::text(CATALOG), Cell::text(scenario), Cell::text(name), Cell::text(to_sql), Cell::text(kind), Cell::Text(comment)]
        });
        rows.collect::<Vec<_>>()
    };
    let rows = scenarios.iter().flat_map(of).collect();
    Rows { headings: &["table_catalog", "table_schema", "table_name", "table_type", "block_type", "comment"], rows }
}

fn columns(scenarios: &[Scenario], shapes: &[Shape]) -> Rows {
    let mut rows = Vec::new();
    for (scenario, catalog) in scenarios {
        for (table, ..) in relations(catalog) {
            let source = Source::find(catalog, &table);
            let of: Vec<(String, String)> = match &source {
                Some(source) => source.columns(catalog).into_iter().map(|c| (c.name, catalog.type_word(c.ty))).collect(),
                None => shapes.iter().find(|shape| same_name(&shape.name, &table)).map(|shape| shape.columns.clone()).unwrap_or_default(),
            };
            for (place, (name, ty)) in (1..).zip(of) {
                let nullable = source.as_ref().is_none_or(|source| may_be_null(source, place));
                rows.push(vec![
                    Cell::text(CATALOG),
                    Cell::text(scenario),
                    Cell::text(&table),
                    Cell::text(name),
                    Cell::Number(place),
                    Cell::text(if nullable { "YES" } else { "NO" }),
                    Cell::text(ty),
                ]);
            }
        }
    }
    let headings = &["table_catalog", "table_schema", "table_name", "column_name", "ordinal_position", "is_nullable", "data_type"];
    Rows { headings, rows }
}

/// Cells have no NULL, nor have items a NULL for a name.
fn may_be_null(source: &Source, place: u64) -> bool {
    match source {
        Source::Metric(_) | Source::Scenarios(_) => false,
        Source::Dimension(_) => place > 1,
        Source::List(_) => true,
    }
}

fn views(scenarios: &[Scenario]) -> Rows {
    let row = |scenario: &str, saved: &Saved| match saved {
        Saved::View(def) => {
            let text = Some(def.text.to_string()).filter(|text| !text.is_empty());
            Some(vec![Cell::text(CATALOG), Cell::text(scenario), Cell::text(&def.name), Cell::Text(text)])
        }
        Saved::Table(_) => None,
    };
    let of = |(scenario, catalog): &Scenario| catalog.all_saved().filter_map(|saved| row(scenario, saved)).collect::<Vec<_>>();
    let rows = scenarios.iter().flat_map(of).collect();
    Rows { headings: &["table_catalog", "table_schema", "table_name", "view_definition"], rows }
}
