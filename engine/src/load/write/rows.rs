//! Rows into a transaction list: they are added behind those that are there.

use std::sync::Arc;

use rayon::prelude::*;
use smalt_model::ListDef;
use smalt_security::Shape;
use smalt_vault::{BLANK_ITEM, Rows, Vector};

use super::super::plan::{Goal, Plan};
use super::super::source::{Source, progress};
use super::{Load, readers};
use crate::fault::{Done, Fault};

/// The columns of a list.
pub(crate) fn list_goals(def: &ListDef) -> Vec<Goal> {
    def.columns.iter().map(|c| Goal { name: Arc::clone(&c.name), ty: c.ty, required: false, closed: None }).collect()
}

/// Room is made beforehand for the values that a file says that it has, up to so many: it may be wrong.
const MOST_EXPECTED: usize = 1 << 23;

/// Loads `source`; gives the number of rows.
pub(crate) fn into_rows(load: &mut Load<'_>, def: &ListDef, plan: &Plan, source: &mut dyn Source) -> Done<u64> {
    let goals = list_goals(def);
    let readers = readers(load, plan, &goals)?;
    source.select(&plan.selected)?;
    let mut columns: Vec<Vector> = def.columns.iter().map(|c| Vector::blank(c.ty, 0)).collect();
    let expected = source.rows().map_or(0, |rows| usize::try_from(rows).unwrap_or(usize::MAX).min(MOST_EXPECTED / columns.len().max(1)));
    columns.iter_mut().for_each(|column| column.reserve(expected));
    let mut rows = 0;
    while let Some(chunk) = source.next() {
        let chunk = chunk?;
        rows += chunk.rows;
        let read: Vec<_> = readers.par_iter().map(|(_, reader)| reader.values(&chunk)).collect();
        for ((place, reader), values) in readers.iter().zip(read) {
            let values = values.map_err(|misfit| reader.misfit(misfit, &chunk, source))?;
            if let Some(column) = columns.get_mut(*place) {
                column.append(&values);
            }
        }
        (load.progress)(&progress(source, "loading", &def.name, rows as u64));
    }
    for column in &mut columns {
        let missing = Vector::blank(column.ty(), rows.saturating_sub(column.len()));
        column.append(&missing);
    }
    load.created.verdict()?;
    check(load, def, &columns, rows)?;
    let before = load.revision.take_rows(def.id).unwrap_or_else(|| Arc::new(Rows::empty(def)));
    let before = Arc::try_unwrap(before).unwrap_or_else(|shared| Rows::clone(&shared));
    load.revision.set_rows(def.id, Arc::new(before.append(columns)));
    load.touched.lists.insert(def.id);
    Ok(rows as u64)
}

fn check(load: &Load<'_>, def: &ListDef, columns: &[Vector], rows: usize) -> Done {
    let mask = load.access.writing_list(def.id);
    let columns: Vec<&Vector> = columns.iter().collect();
    let yours = mask.shape() == Shape::Everything || (0..rows).all(|row| mask.allows(&coordinate(&columns, row)));
    if yours { Ok(()) } else { Err(Fault::denied(NOT_YOUR_ROWS)) }
}

/// What is said where a writer may not write, and does not see, some of the rows.
pub(super) const NOT_YOUR_ROWS: &str = "some of these rows are not yours to write";

/// What the rights of a row depend on: the item in each of its columns, BLANK where there is none.
pub(super) fn coordinate(columns: &[&Vector], row: usize) -> Vec<u32> {
    let item = |column: &&Vector| match column {
        Vector::Item(_, items) => items.get(row).copied().unwrap_or(BLANK_ITEM),
        _ => BLANK_ITEM,
    };
    columns.iter().map(item).collect()
}
