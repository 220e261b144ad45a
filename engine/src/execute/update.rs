//! UPDATE, and DELETE of cells: a question for the rows that are meant, whose answer is put in as an INSERT would.
//!
//! Only what the person may read is asked, so that what is hidden stays as it is.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, new_null_array};
use arrow::datatypes::DataType;
use smalt_model::{DimensionDef, Schema, SystemDimension, Type, same_name};
use smalt_query::{Affected, Answer, Piece};
use smalt_vault::Vector;

use super::Change;
use super::copy::count;
use super::item_names::follow;
use super::rows;
use super::select::affected;
use super::target::{Handling, Target};
use crate::calendar;
use crate::fault::{Done, Fault};
use crate::load::Plan;
use crate::load::column::{Want, convert};
use crate::load::source::Rows;
use crate::load::write::{check_names, rename_items};
use crate::statement::ast::{Assignment, Delete, Duplicates, Name, Sql, Update};

pub(super) fn update(change: &mut Change<'_>, update: &Update) -> Done<String> {
    let target = Target::find_permitted(change, update.scenario.as_ref(), &update.target)?;
    let keys = target_keys(change, &target);
    for (place, assignment) in update.assignments.iter().enumerate() {
        check(&target, &keys, assignment)?;
        let column = &assignment.column;
        if update.assignments.iter().take(place).any(|other| same_name(&other.column.text, &column.text)) {
            return Err(Fault::new(format!("`{}` is set twice", column.text)).at(column.at));
        }
    }
    let set: Vec<Name> = update.assignments.iter().map(|a| a.column.clone()).collect();
    let values = update.assignments.iter().map(|a| piece(&a.value)).collect();
    let filter = update.filter.as_ref().map(piece);
    let rows = match &target {
        Target::List(def) => rows::update(change, def, &set, values, filter)?,
        Target::Dimension(def) => update_items(change, def, &update.target, Set { scenario: None, keys, set, values, filter })?,
        Target::Metric(_) => write(change, &target, &update.target, Set { scenario: text(&update.scenario), keys, set, values, filter })?,
    };
    change.written = Some(rows);
    Ok(format!("{} updated in `{}`", count(rows), target.name()))
}

/// Clears the cells of a metric for which a condition holds; gives their number.
pub(super) fn delete_cells(change: &mut Change<'_>, target: &Target, delete: &Delete, filter: Option<Piece>) -> Done<u64> {
    let keys = target_keys(change, target);
    let set = vec![Name { text: target.name().to_owned(), at: delete.target.at }];
    let scenario = text(&delete.scenario);
    write(change, target, &delete.target, Set { scenario, keys, set, values: Vec::new(), filter })
}

fn text(name: &Option<Name>) -> Option<String> {
    name.as_ref().map(|name| name.text.clone())
}

/// The columns that tell one row from another.
fn target_keys(change: &Change<'_>, target: &Target) -> Vec<String> {
    let schema: &Schema = change.work.draft.schema();
    match target {
        Target::Metric(def) => def.dimensions.iter().filter_map(|d| schema.dimension(*d)).map(|d| d.name.to_string()).collect(),
        Target::Dimension(def) => def.properties.first().map(|p| p.name.to_string()).into_iter().collect(),
        Target::List(_) => Vec::new(),
    }
}

/// Refuses to set what tells rows apart, unless that is an item's name.
fn check(target: &Target, keys: &[String], assignment: &Assignment) -> Done {
    let column = &assignment.column;
    if !keys.iter().any(|key| same_name(key, &column.text)) {
        return Ok(());
    }
    let help = match target {
        Target::Metric(def) => {
            return Err(Fault::new(format!("`{}` says which cell it is, and UPDATE sets what stands in it", column.text))
                .at(column.at)
                .help(format!("set `{}`, or INSERT other cells and DELETE these", def.name)));
        }
        Target::Dimension(def) => match def.system {
            None if def.calendar.is_some() => return Err(Fault::new(calendar::made(def)).at(column.at)),
            None => return Ok(()),
            Some(SystemDimension::User) => "`ALTER USER \u{2026} RENAME TO` does",
            Some(_) => "`ALTER GROUP \u{2026} RENAME TO` does",
        },
        Target::List(_) => return Ok(()),
    };
    Err(Fault::new("UPDATE gives people no other name").at(column.at).help(help))
}

/// What is to be set, in which rows.
struct Set {
    /// The scenario whose cells they are; `None`: the one in use.
    scenario: Option<String>,
    keys: Vec<String>,
    set: Vec<Name>,
    /// One for each column that is set, or none: BLANK for all.
    values: Vec<Piece>,
    filter: Option<Piece>,
}

fn write(change: &mut Change<'_>, target: &Target, name: &Name, what: Set) -> Done<u64> {
    let Set { scenario, keys, set, mut values, filter } = what;
    if keys.is_empty() && values.is_empty() {
        // A metric without dimensions has no column to ask for.
        values.push(Piece { text: "NULL".to_owned(), line: 1, column: 1 });
    }
    let goals = target.goals(change.work.draft.schema());
    let names: Vec<Name> = keys.iter().map(|key| Name { text: key.clone(), at: name.at }).chain(set).collect();
    let plan = Plan::by_position(&goals, names.len(), target.name(), Some(&names))?;
    target.check_guard(change, &plan)?;
    let answer = asked(change, target, Question { scenario, columns: keys, values, filter })?;
    put(change, target, &plan, &names, answer.batches().iter().map(|batch| (batch.num_rows(), batch.columns().to_vec())))
}

/// What is asked of a table.
struct Question {
    scenario: Option<String>,
    columns: Vec<String>,
    values: Vec<Piece>,
    filter: Option<Piece>,
}

fn asked(change: &mut Change<'_>, target: &Target, question: Question) -> Done<Answer> {
    let from = change.asked()?;
    let Question { scenario, columns, values, filter } = question;
    let question = Affected { scenario, table: target.name().to_owned(), columns, values, filter };
    affected(change.questions, &from, &question)
}

/// Writes columns of rows, BLANK in those that are not there.
fn put(
    change: &mut Change<'_>,
    target: &Target,
    plan: &Plan,
    names: &[Name],
    batches: impl Iterator<Item = (usize, Vec<ArrayRef>)>,
) -> Done<u64> {
    let chunks = batches.map(|(rows, mut columns)| {
        columns.resize_with(names.len(), || new_null_array(&DataType::Null, rows));
        columns
    });
    let mut source = Rows::new(names.iter().map(|n| n.text.clone()).collect(), chunks.collect(), Vec::new());
    target.write(change, plan, &mut source, Handling::default()).map(|wrote| wrote.rows)
}

/// Sets properties of items, and gives them other names where the first one is set.
fn update_items(change: &mut Change<'_>, def: &Arc<DimensionDef>, name: &Name, what: Set) -> Done<u64> {
    let target = Target::Dimension(Arc::clone(def));
    let Some(place) = what.set.iter().position(|set| what.keys.iter().any(|key| same_name(key, &set.text))) else {
        return write(change, &target, name, what);
    };
    let guarded = change.guarded();
    change.allow(guarded.items(def.id) || guarded.property(def.id, 0))?;
    let Set { scenario, keys, mut set, values, filter } = what;
    let column = set.remove(place);
    let names: Vec<Name> = keys.iter().map(|key| Name { text: key.clone(), at: name.at }).chain(set).collect();
    let plan = Plan::by_position(&target.goals(change.work.draft.schema()), names.len(), &def.name, Some(&names))?;
    target.check_guard(change, &plan)?;
    let answer = asked(change, &target, Question { scenario, columns: keys, values, filter })?;
    let items = change.work.draft.items(def.id);
    let mut renamed = Vec::new();
    for batch in answer.batches() {
        let olds = names_of(batch.columns().first());
        let news = names_of(batch.columns().get(place + 1));
        let pair = |(old, new): (Option<String>, Option<String>)| Some((items.find(&old?)?, new.map(Arc::from)));
        renamed.extend(olds.into_iter().zip(news).filter_map(pair));
    }
    let renamed = check_names(&change.load(Duplicates::Error), def, &renamed).map_err(|fault| fault.at(column.at))?;
    let rows = renamed.len() as u64;
    if names.len() > 1 {
        let others = answer.batches().iter().map(|batch| {
            let columns = batch.columns().iter().enumerate().filter(|(at, _)| *at != place + 1);
            (batch.num_rows(), columns.map(|(_, column)| Arc::clone(column)).collect())
        });
        put(change, &target, &plan, &names, others)?;
    }
    rename_items(&mut change.load(Duplicates::Error), def, &renamed).map_err(|fault| fault.at(column.at))?;
    let names: HashMap<Arc<str>, Arc<str>> =
        renamed.into_iter().filter_map(|(item, new)| items.name(item).map(|old| (Arc::clone(old), new))).collect();
    follow(change.work, def.id, &names)?;
    Ok(rows)
}

/// A column as texts, as files write them.
pub(super) fn names_of(column: Option<&ArrayRef>) -> Vec<Option<String>> {
    match column.map(|column| convert(column, &Want::Plain(Type::Text))) {
        Some(Ok(Vector::Text(texts))) => texts.into_iter().map(|text| text.map(|text| text.to_string())).collect(),
        _ => Vec::new(),
    }
}

pub(super) fn piece(sql: &Sql) -> Piece {
    let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    Piece { text: sql.text.clone(), line: number(sql.at.line), column: number(sql.at.column) }
}
