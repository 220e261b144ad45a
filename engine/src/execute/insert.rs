//! INSERT INTO … VALUES, and INSERT INTO … SELECT.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use smalt_model::format_date;

use super::Change;
use super::copy::count;
use super::select::{asked, cut};
use super::target::{Handling, Target};
use crate::fault::{Done, Fault};
use crate::load::Plan;
use crate::load::source::Rows;
use crate::statement::Place;
use crate::statement::ast::{Insert, InsertSource, Literal, Value};

pub(super) fn insert(change: &mut Change<'_>, insert: &Insert) -> Done<String> {
    let target = Target::find_permitted(change, insert.scenario.as_ref(), &insert.target)?;
    let goals = target.goals(change.work.draft.schema());
    let (width, columns, places) = match &insert.source {
        InsertSource::Values(rows) => {
            let (columns, places) = literals(rows)?;
            (rows.first().map_or(0, Vec::len), columns, places)
        }
        InsertSource::Query(sql) => {
            let from = change.asked()?;
            let answer = asked(&from.views(change.questions), &from.options(change.questions), "", sql)?;
            if let Some(cut) = cut(&answer, sql) {
                return Err(cut);
            }
            let width = answer.schema().fields().len();
            (width, answer.batches().iter().map(|b| b.columns().to_vec()).filter(|c| c.len() == width).collect(), Vec::new())
        }
    };
    if let Some(names) = &insert.columns
        && names.len() != width
    {
        let reason = format!("{} columns are named and a row of {width} values is given", names.len());
        return Err(Fault::new(reason).at(insert.target.at));
    }
    let plan = Plan::by_position(&goals, width, target.name(), insert.columns.as_deref()).map_err(|f| f.at(insert.target.at))?;
    target.check_guard(change, &plan)?;
    let names = (0..width)
        .map(|column| plan.slots.get(column).and_then(|slot| goals.get(slot.goal)).map_or_else(String::new, |goal| goal.name.to_string()))
        .collect();
    let mut source = Rows::new(names, columns, places);
    let wrote = target.write(change, &plan, &mut source, Handling::default())?;
    Ok(format!("{} inserted into `{}`", count(wrote.rows), target.name()))
}

/// The columns of some rows.
type Columns = Vec<ArrayRef>;

/// Literals as columns of text, which is what files hold too.
fn literals(rows: &[Vec<Value>]) -> Done<(Vec<Columns>, Vec<Vec<Place>>)> {
    let width = rows.first().map_or(0, Vec::len);
    if let Some(row) = rows.iter().find(|row| row.len() != width) {
        let at = row.first().map(|v| v.at);
        let fault = Fault::new(format!("the rows of VALUES differ in length: {} and {width} values", row.len()));
        return Err(at.map_or(fault.clone(), |at| fault.at(at)));
    }
    let column = |at: usize| -> ArrayRef { Arc::new(rows.iter().map(|row| row.get(at).and_then(text)).collect::<StringArray>()) };
    let columns = (0..width).map(column).collect();
    let places = rows.iter().map(|row| row.iter().map(|v| v.at).collect()).collect();
    Ok((vec![columns], places))
}

fn text(value: &Value) -> Option<String> {
    match &value.literal {
        Literal::Null => None,
        Literal::Boolean(v) => Some((if *v { "TRUE" } else { "FALSE" }).to_owned()),
        Literal::Number(v) | Literal::Text(v) => Some(v.clone()),
        Literal::Date(days) => Some(format_date(*days)),
    }
}
