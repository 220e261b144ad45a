//! Rows into a transaction list: they are added behind those that are there.

use std::sync::Arc;

use smalt_model::{ListDef, Type};
use smalt_security::Shape;
use smalt_vault::{BLANK_ITEM, Rows, Vector};

use super::super::plan::{Goal, Plan};
use super::super::source::Source;
use super::{Load, readers};
use crate::fault::{Done, Fault};
use crate::outcome::Progress;

/// The columns of a list.
pub(crate) fn list_goals(def: &ListDef) -> Vec<Goal> {
    def.columns.iter().map(|c| Goal { name: Arc::clone(&c.name), ty: c.ty, required: false, closed: None }).collect()
}

/// Loads `source`; gives the number of rows.
pub(crate) fn into_rows(load: &mut Load<'_>, def: &ListDef, plan: &Plan, source: &mut dyn Source) -> Done<u64> {
    let goals = list_goals(def);
    let readers = readers(plan, &goals, load.revision, load.access)?;
    source.select(&plan.selected)?;
    let mut columns: Vec<Vector> = def.columns.iter().map(|c| Vector::blank(c.ty, 0)).collect();
    let mut rows = 0;
    while let Some(chunk) = source.next() {
        let chunk = chunk?;
        rows += chunk.rows;
        for (place, reader) in &readers {
            let values = reader.read(&chunk, source)?;
            if let Some(column) = columns.get_mut(*place) {
                column.append(&values);
            }
        }
        (load.progress)(&Progress { what: format!("loading {}", def.name), done: rows as u64, total: source.rows() });
    }
    for column in &mut columns {
        let missing = Vector::blank(column.ty(), rows.saturating_sub(column.len()));
        column.append(&missing);
    }
    check(load, def, &columns, rows)?;
    let before = load.revision.take_rows(def.id).unwrap_or_else(|| Arc::new(Rows::empty(def)));
    let before = Arc::try_unwrap(before).unwrap_or_else(|shared| Rows::clone(&shared));
    load.revision.set_rows(def.id, Arc::new(before.append(columns)));
    load.touched.lists.insert(def.id);
    Ok(rows as u64)
}

fn check(load: &Load<'_>, def: &ListDef, columns: &[Vector], rows: usize) -> Done {
    let mask = load.access.writing_list(def.id);
    if mask.shape() == Shape::Everything {
        return Ok(());
    }
    let keys: Vec<Option<&Vec<u32>>> = columns
        .iter()
        .map(|c| match c {
            Vector::Item(_, items) => Some(items),
            _ => None,
        })
        .collect();
    let mut row = vec![BLANK_ITEM; keys.len()];
    for at in 0..rows {
        for ((slot, key), column) in row.iter_mut().zip(&keys).zip(&def.columns) {
            *slot = match (key, column.ty) {
                (Some(items), Type::Item(_)) => items.get(at).copied().unwrap_or(BLANK_ITEM),
                _ => BLANK_ITEM,
            };
        }
        if !mask.allows(&row) {
            return Err(Fault::denied("some of these rows are not yours to write"));
        }
    }
    Ok(())
}
