//! UPDATE and DELETE of a transaction list's rows.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::Int64Type;
use smalt_model::ListDef;
use smalt_query::{Affected, Piece, ROW_NUMBER};

use super::Change;
use super::select::affected;
use super::target::Target;
use crate::fault::Done;
use crate::load::Plan;
use crate::load::source::Rows;
use crate::load::write::{change_rows, list_goals, remove_rows, seen_rows};
use crate::statement::ast::{Duplicates, Name};

/// Takes out the rows for which a condition holds; gives their number.
pub(super) fn delete(change: &mut Change<'_>, def: &Arc<ListDef>, filter: Option<Piece>) -> Done<u64> {
    change.allow(change.guarded().list(def.id))?;
    let (places, _) = meant(change, def, Vec::new(), filter)?;
    remove_rows(&mut change.load(Duplicates::Error), def, &places)?;
    Ok(places.len() as u64)
}

/// Sets columns in the rows for which a condition holds; gives their number.
pub(super) fn update(change: &mut Change<'_>, def: &Arc<ListDef>, set: &[Name], values: Vec<Piece>, filter: Option<Piece>) -> Done<u64> {
    let plan = Plan::by_position(&list_goals(def), set.len(), &def.name, Some(set))?;
    Target::List(Arc::clone(def)).check_guard(change, &plan)?;
    let (places, chunks) = meant(change, def, values, filter)?;
    let mut source = Rows::new(set.iter().map(|name| name.text.clone()).collect(), chunks, Vec::new());
    change_rows(&mut change.load(Duplicates::Error), def, &plan, &mut source, &places)?;
    Ok(places.len() as u64)
}

/// The columns of some rows.
type Chunk = Vec<ArrayRef>;

/// The places of the rows that are meant, in the list, and what is to stand in them.
fn meant(change: &mut Change<'_>, def: &ListDef, values: Vec<Piece>, filter: Option<Piece>) -> Done<(Vec<usize>, Vec<Chunk>)> {
    let from = change.asked()?;
    let question = Affected { scenario: None, table: def.name.to_string(), columns: vec![ROW_NUMBER.to_owned()], values, filter };
    let answer = affected(change.questions, &from, &question)?;
    let seen = seen_rows(&from.state.revision, &from.access, def);
    let (mut places, mut chunks) = (Vec::new(), Vec::new());
    for batch in answer.batches() {
        let Some((numbers, values)) = batch.columns().split_first() else { continue };
        let numbers = numbers.as_primitive::<Int64Type>();
        places.extend(numbers.values().iter().filter_map(|number| seen.get(usize::try_from(*number).ok()?).copied()));
        chunks.push(values.to_vec());
    }
    Ok((places, chunks))
}
