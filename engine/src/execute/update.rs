//! UPDATE and DELETE: a question for the rows that are meant, whose answer is put in as an INSERT would.
//!
//! Only what the person may read is asked, so that what is hidden stays as it is.

use std::sync::Arc;

use arrow::array::new_null_array;
use arrow::datatypes::DataType;
use smalt_model::{Schema, same_name};
use smalt_query::{Affected, Piece};

use super::Change;
use super::copy::count;
use super::select::affected;
use super::target::Target;
use crate::fault::{Done, Fault};
use crate::load::Plan;
use crate::load::source::Rows;
use crate::statement::ast::{Assignment, Delete, Name, Sql, Update};

pub(super) fn update(change: &mut Change<'_>, update: &Update) -> Done<String> {
    let target = Target::find(change, &update.target)?;
    let keys = target_keys(change, &target)?;
    for (place, assignment) in update.assignments.iter().enumerate() {
        check(&target, &keys, assignment)?;
        let column = &assignment.column;
        if update.assignments.iter().take(place).any(|other| same_name(&other.column.text, &column.text)) {
            return Err(Fault::new(format!("`{}` is set twice", column.text)).at(column.at));
        }
    }
    let set = update.assignments.iter().map(|a| a.column.clone()).collect();
    let values = update.assignments.iter().map(|a| piece(&a.value)).collect();
    let rows = write(change, &target, &update.target, Set { keys, set, values, filter: update.filter.as_ref().map(piece) })?;
    Ok(format!("{} updated in `{}`", count(rows), target.name()))
}

pub(super) fn delete(change: &mut Change<'_>, delete: &Delete) -> Done<String> {
    let target = Target::find(change, &delete.target)?;
    let keys = target_keys(change, &target)?;
    let Target::Metric(def) = &target else {
        return Err(Fault::not_yet("DELETE FROM a dimension").at(delete.target.at));
    };
    let set = vec![Name { text: def.name.to_string(), at: delete.target.at }];
    let filter = delete.filter.as_ref().map(piece);
    let rows = write(change, &target, &delete.target, Set { keys, set, values: Vec::new(), filter })?;
    Ok(format!("{} deleted from `{}`", count(rows), target.name()))
}

/// The columns that tell one row from another.
fn target_keys(change: &Change<'_>, target: &Target) -> Done<Vec<String>> {
    change.require(target.permission())?;
    let schema: &Schema = change.work.draft.schema();
    Ok(match target {
        Target::Metric(def) => def.dimensions.iter().filter_map(|d| schema.dimension(*d)).map(|d| d.name.to_string()).collect(),
        Target::Dimension(def) => def.properties.first().map(|p| p.name.to_string()).into_iter().collect(),
        Target::List(_) => return Err(Fault::not_yet("UPDATE and DELETE of a list's rows")),
    })
}

/// Refuses to set what tells rows apart.
fn check(target: &Target, keys: &[String], assignment: &Assignment) -> Done {
    let column = &assignment.column;
    if !keys.iter().any(|key| same_name(key, &column.text)) {
        return Ok(());
    }
    Err(match target {
        Target::Metric(def) => Fault::new(format!("`{}` says which cell it is, and UPDATE sets what stands in it", column.text))
            .help(format!("set `{}`, or INSERT other cells and DELETE these", def.name)),
        Target::Dimension(_) | Target::List(_) => Fault::not_yet("UPDATE of an item's name"),
    }
    .at(column.at))
}

/// What is to be set, in which rows.
struct Set {
    keys: Vec<String>,
    set: Vec<Name>,
    /// One for each column that is set, or none: BLANK for all.
    values: Vec<Piece>,
    filter: Option<Piece>,
}

fn write(change: &mut Change<'_>, target: &Target, name: &Name, what: Set) -> Done<u64> {
    let Set { keys, set, mut values, filter } = what;
    if keys.is_empty() && values.is_empty() {
        // A metric without dimensions has no column to ask for.
        values.push(Piece { text: "NULL".to_owned(), line: 1, column: 1 });
    }
    let goals = target.goals(change.work.draft.schema());
    let names: Vec<Name> = keys.iter().map(|key| Name { text: key.clone(), at: name.at }).chain(set).collect();
    let plan = Plan::by_position(&goals, names.len(), target.name(), Some(&names))?;
    target.check_guard(change, &plan)?;
    let state = change.asked()?;
    let access = state.access(&change.principal);
    let question = Affected { table: target.name().to_owned(), columns: keys, values, filter };
    let answer = affected(change.questions, &state, &access, &question)?;
    let chunks = answer.batches().iter().map(|batch| {
        let missing = names.len().saturating_sub(batch.num_columns());
        let blank = std::iter::repeat_with(|| new_null_array(&DataType::Null, batch.num_rows())).take(missing);
        batch.columns().iter().map(Arc::clone).chain(blank).collect()
    });
    let mut source = Rows::new(names.iter().map(|n| n.text.clone()).collect(), chunks.collect(), Vec::new());
    target.write(change, &plan, &mut source)
}

fn piece(sql: &Sql) -> Piece {
    let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    Piece { text: sql.text.clone(), line: number(sql.at.line), column: number(sql.at.column) }
}
