//! SHOW and DESCRIBE of blocks, tables and views, as far as the person may see them.

use std::sync::Arc;

use smalt_model::{Block, MetricDef, Saved, Schema, Type};
use smalt_query::type_word;

use super::saved::select_all;
use super::{Ask, select};
use crate::fault::Done;
use crate::look;
use crate::outcome::Table;
use crate::statement::ast::{Name, ObjectKind, Sql};

/// The definitions whose names the person may see.
pub(super) fn seen(ask: &Ask<'_>) -> Arc<Schema> {
    Arc::clone(ask.questions.view(ask.state, &ask.access).catalog())
}

type Row = Vec<Option<String>>;

/// All blocks of a kind, by name; `None` for what is no block.
pub(super) fn all(ask: &Ask<'_>, kind: ObjectKind) -> Option<Table> {
    let schema = seen(ask);
    let (headings, mut rows): ([&str; 3], Vec<Row>) = match kind {
        ObjectKind::Metric => {
            let row = |m: &Arc<MetricDef>| {
                let texts = [m.name.to_string(), schema.type_word(m.ty), dimension_names(&schema, m)];
                texts.into_iter().map(Some).chain([said(&schema, Block::Metric(m.id))]).collect()
            };
            let mut rows: Vec<Row> = schema.metrics().map(row).collect();
            rows.sort();
            return Some(Table::of_texts(&["Metric", "Type", "Dimensions", "Comment"], rows));
        }
        ObjectKind::Dimension => {
            let properties = |of: &[smalt_model::PropertyDef]| columns(&schema, of.iter().map(|p| (&p.name, p.ty)));
            let row = |d: &Arc<smalt_model::DimensionDef>| {
                vec![Some(d.name.to_string()), Some(properties(&d.properties)), said(&schema, Block::Dimension(d.id))]
            };
            (["Dimension", "Properties", "Comment"], schema.dimensions().map(row).collect())
        }
        ObjectKind::Subset => {
            let of = |d: &Arc<smalt_model::DimensionDef>| Some(look::name_of(&schema, Block::Dimension(d.parent?)));
            let rows = schema
                .dimensions()
                .filter_map(|d| Some(vec![Some(d.name.to_string()), Some(of(d)?), said(&schema, Block::Dimension(d.id))]));
            (["Subset", "Dimension", "Comment"], rows.collect())
        }
        ObjectKind::List => {
            let row = |l: &Arc<smalt_model::ListDef>| {
                let columns = columns(&schema, l.columns.iter().map(|c| (&c.name, c.ty)));
                vec![Some(l.name.to_string()), Some(columns), said(&schema, Block::List(l.id))]
            };
            (["List", "Columns", "Comment"], schema.lists().map(row).collect())
        }
        ObjectKind::Table => {
            let row = |saved: &Saved| match saved {
                Saved::Table(def) => {
                    let names = def.metrics.iter().map(|metric| look::name_of(&schema, Block::Metric(*metric))).collect::<Vec<_>>();
                    Some(vec![Some(def.name.to_string()), Some(names.join(", ")), def.comment.as_ref().map(ToString::to_string)])
                }
                Saved::View(_) => None,
            };
            (["Table", "Metrics", "Comment"], schema.all_saved().filter_map(row).collect())
        }
        ObjectKind::View => {
            let row = |saved: &Saved| match saved {
                Saved::View(def) => {
                    let text = Some(def.text.to_string()).filter(|text| !text.is_empty());
                    Some(vec![Some(def.name.to_string()), text, def.comment.as_ref().map(ToString::to_string)])
                }
                Saved::Table(_) => None,
            };
            (["View", "Query", "Comment"], schema.all_saved().filter_map(row).collect())
        }
        _ => return None,
    };
    rows.sort();
    Some(Table::of_texts(&headings, rows))
}

/// What is said about a block.
fn said(schema: &Schema, block: Block) -> Option<String> {
    schema.comment(block).map(ToString::to_string)
}

fn columns<'a>(schema: &Schema, of: impl Iterator<Item = (&'a Arc<str>, Type)>) -> String {
    of.map(|(name, ty)| format!("{name} {}", schema.type_word(ty))).collect::<Vec<_>>().join(", ")
}

pub(super) fn dimension_names(schema: &Schema, metric: &MetricDef) -> String {
    metric.dimensions.iter().filter_map(|d| schema.dimension(*d)).map(|d| d.name.to_string()).collect::<Vec<_>>().join(", ")
}

/// The levels of the calendar, from the finest on, with the first and the last period that the person may see.
pub(super) fn calendars(ask: &Ask<'_>) -> Table {
    let view = ask.questions.view(ask.state, &ask.access);
    let schema = view.catalog();
    let mut levels: Vec<_> = schema.dimensions().filter_map(|d| Some((d.calendar.filter(|_| d.parent.is_none())?, d))).collect();
    levels.sort_by_key(|(level, _)| *level);
    let row = |(_, def): (smalt_model::CalendarLevel, &Arc<smalt_model::DimensionDef>)| {
        let items = view.items(def.id);
        let name = |item: Option<&u32>| item.and_then(|item| items.name(*item)).map(ToString::to_string);
        let starts = def.fiscal_start.unwrap_or(1).to_string();
        let count = items.order().len().to_string();
        vec![Some(def.name.to_string()), name(items.order().first()), name(items.order().last()), Some(count), Some(starts)]
    };
    Table::of_texts(&["Level", "From", "To", "Periods", "Year starts in"], levels.into_iter().map(row).collect())
}

/// The columns of a block, a table or a view. What is said about it stands with a metric's value, else with its first column.
pub(super) fn describe(ask: &Ask<'_>, name: &Name) -> Done<Table> {
    let schema = seen(ask);
    let row = |name: &str, ty: Type, what: &str| [name.to_owned(), schema.type_word(ty), what.to_owned()].map(Some).to_vec();
    let mut rows: Vec<Row> = Vec::new();
    let (mut place, comment) = match schema.saved(&name.text) {
        Some(saved) => {
            rows = saved_columns(ask, &schema, saved, name)?;
            (0, saved.comment().map(ToString::to_string))
        }
        None => {
            let block = look::block(&schema, name)?;
            (0, said(&schema, block))
        }
    };
    match schema.find(&name.text) {
        Some(Block::Metric(id)) => {
            if let Some(def) = schema.metric(id) {
                let dimensions = def.dimensions.iter().filter_map(|d| schema.dimension(*d));
                rows.extend(dimensions.map(|d| row(&d.name, Type::Item(d.id), "dimension")));
                place = rows.len();
                rows.push(row(&def.name, def.ty, "value"));
            }
        }
        Some(Block::Dimension(id)) => {
            if let Some(def) = schema.dimension(id) {
                let what = |place: usize| if place == 0 { "unique name" } else { "property" };
                rows.extend(def.properties.iter().enumerate().map(|(place, p)| row(&p.name, p.ty, what(place))));
            }
        }
        Some(Block::List(id)) => {
            if let Some(def) = schema.list(id) {
                rows.extend(def.columns.iter().map(|c| row(&c.name, c.ty, "column")));
            }
        }
        None => {}
    }
    for (at, row) in rows.iter_mut().enumerate() {
        row.push(comment.clone().filter(|_| at == place));
    }
    Ok(Table::of_texts(&["Column", "Type", "Kind", "Comment"], rows))
}

/// The columns that a table or a view gives this person.
fn saved_columns(ask: &Ask<'_>, schema: &Schema, saved: &Saved, name: &Name) -> Done<Vec<Row>> {
    let text = format!("{} LIMIT 0", select_all(saved.name()));
    let answer = select::answer(ask, &Sql { text, at: name.at })?;
    let metrics = if let Saved::Table(def) = saved { def.metrics.len() } else { 0 };
    let first_value = answer.columns().len() - metrics.min(answer.columns().len());
    let columns = answer.columns().iter().zip(answer.schema().fields()).enumerate();
    let row = |(place, (column, field)): (usize, (&smalt_query::AnswerColumn, &Arc<arrow::datatypes::Field>))| {
        let item = column.dimension.and_then(|d| schema.dimension(d)).map(|d| d.name.to_string());
        let kind = match saved {
            Saved::Table(_) if place < first_value => "dimension",
            Saved::Table(_) => "value",
            Saved::View(_) => "column",
        };
        vec![Some(column.name.clone()), Some(item.unwrap_or_else(|| type_word(field.data_type()))), Some(kind.to_owned())]
    };
    Ok(columns.map(row).collect())
}
