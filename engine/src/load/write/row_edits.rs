//! Rows of a transaction list that are changed or taken out.

use std::collections::HashSet;
use std::sync::Arc;

use smalt_model::ListDef;
use smalt_planted::{Leak, planted};
use smalt_security::{Access, Shape};
use smalt_vault::{Revision, Rows, Vector};

use super::super::plan::Plan;
use super::super::source::Source;
use super::rows::{NOT_YOUR_ROWS, coordinate, list_goals};
use super::{Load, readers};
use crate::fault::{Done, Fault};

/// The places in a list of the rows that somebody may see, in their order.
pub(crate) fn seen_rows(revision: &Revision, access: &Access, def: &ListDef) -> Vec<usize> {
    let Some(rows) = revision.rows(def.id) else { return Vec::new() };
    let (mask, columns) = (access.reading_list(def.id), columns(&rows));
    if mask.shape() == Shape::Everything || planted(Leak::RowsOfAll) {
        return (0..rows.len()).collect();
    }
    (0..rows.len()).filter(|row| mask.allows(&coordinate(&columns, *row))).collect()
}

fn columns(rows: &Rows) -> Vec<&Vector> {
    (0u16..).take(rows.column_count()).filter_map(|column| rows.column(column)).map(AsRef::as_ref).collect()
}

/// Takes out the rows at these places, which the writer sees.
pub(crate) fn remove_rows(load: &mut Load<'_>, def: &ListDef, places: &[usize]) -> Done {
    let Some(rows) = load.revision.rows(def.id) else { return Ok(()) };
    let (mask, own) = (load.access.writing_list(def.id), columns(&rows));
    let refused = places.iter().filter(|row| !mask.allows(&coordinate(&own, **row))).count();
    verdict(refused, refused)?;
    let gone: HashSet<usize> = places.iter().copied().collect();
    let kept: Vec<usize> = (0..rows.len()).filter(|row| !gone.contains(row)).collect();
    load.revision.set_rows(def.id, Arc::new(rows.keep(&kept)));
    load.touched.lists.insert(def.id);
    Ok(())
}

/// Sets columns in the rows at these places, which the writer sees: the rows of `source`, one for each place. A row must be the writer's to write
/// as it was and as it will be.
pub(crate) fn change_rows(load: &mut Load<'_>, def: &ListDef, plan: &Plan, source: &mut dyn Source, places: &[usize]) -> Done {
    let goals = list_goals(def);
    let Some(before) = load.revision.rows(def.id) else { return Ok(()) };
    let readers = readers(load, plan, &goals)?;
    let column = |place: usize| u16::try_from(place).ok().and_then(|place| Some((place, before.column(place)?.as_ref().clone())));
    let mut changed: Vec<_> = readers.iter().filter_map(|(place, reader)| Some((reader, column(*place)?))).collect();
    source.select(&plan.selected)?;
    let mut rest = places;
    while let Some(chunk) = source.next() {
        let chunk = chunk?;
        let (here, behind) = rest.split_at_checked(chunk.rows).ok_or_else(|| Fault::new("there are more rows than are changed"))?;
        rest = behind;
        for (reader, (_, column)) in &mut changed {
            let values = reader.read(&chunk, source)?;
            for (at, place) in here.iter().enumerate() {
                column.set(*place, values.get(at).as_ref());
            }
        }
    }
    let mut after = before.as_ref().clone();
    for (_, (column, values)) in changed {
        after.set_column(column, values);
    }
    let (writing, reading) = (load.access.writing_list(def.id), load.access.reading_list(def.id));
    let (was, will) = (columns(&before), columns(&after));
    let (mut refused, mut seen) = (0, 0);
    for row in places {
        let now = coordinate(&will, *row);
        if !writing.allows(&coordinate(&was, *row)) || !writing.allows(&now) {
            refused += 1;
            seen += usize::from(reading.allows(&now));
        }
    }
    verdict(refused, seen)?;
    load.revision.set_rows(def.id, Arc::new(after));
    load.touched.lists.insert(def.id);
    Ok(())
}

/// What is said where so many rows may not be written, so many of which are rows that the writer sees.
fn verdict(refused: usize, seen: usize) -> Done {
    match (refused, seen) {
        (0, _) => Ok(()),
        (_, 0) => Err(Fault::denied(NOT_YOUR_ROWS)),
        (_, 1) => Err(Fault::denied("1 row may not be written")),
        (_, n) => Err(Fault::denied(format!("{n} rows may not be written"))),
    }
}
