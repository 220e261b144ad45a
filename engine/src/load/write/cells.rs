//! Rows into the cells of a metric: they overwrite, and BLANK clears.

use std::sync::Arc;

use rayon::slice::ParallelSliceMut;
use smalt_model::{MetricDef, Schema, Type};
use smalt_planted::{Leak, planted};
use smalt_security::{Mask, Shape};
use smalt_vault::{BLANK_ITEM, Body, Builder, Cells, Edits, Key, Layout, Vector};

use super::super::plan::{Goal, Plan};
use super::super::source::{Numbers, Source};
use super::merge::merge;
use super::{Load, Reader, readers};
use crate::fault::{Done, Fault};
use crate::outcome::Progress;
use crate::statement::ast::Duplicates;

/// The dimensions of a metric, then its cells.
pub(crate) fn metric_goals(def: &MetricDef, schema: &Schema) -> Vec<Goal> {
    let dimensions = def.dimensions.iter().filter_map(|d| schema.dimension(*d)).map(|d| Goal {
        name: Arc::clone(&d.name),
        ty: Type::Item(d.id),
        required: true,
        closed: None,
    });
    let value = Goal { name: Arc::clone(&def.name), ty: def.ty, required: true, closed: None };
    dimensions.chain([value]).collect()
}

/// Loads `source`; gives the number of rows.
pub(crate) fn into_cells(load: &mut Load<'_>, def: &MetricDef, plan: &Plan, source: &mut dyn Source) -> Done<u64> {
    let layout = load.revision.layout_for(&def.dimensions).map_err(|e| Fault::new(format!("`{}` is too wide: {e}", def.name)))?;
    let goals = metric_goals(def, load.revision.schema());
    let before = match load.revision.cells(def.id) {
        Some(cells) => cells.relayout(&layout).unwrap_or_else(|| Cells::empty(Arc::clone(&layout), def.ty)),
        None => Cells::empty(Arc::clone(&layout), def.ty),
    };
    let (cells, rows) = if layout.is_wide() {
        gather::<u128>(load, def, plan, &goals, source, &layout)?.apply(&before, source)?
    } else {
        gather::<u64>(load, def, plan, &goals, source, &layout)?.apply(&before, source)?
    };
    load.revision.set_cells(def.id, Arc::new(cells));
    load.touched.metrics.insert(def.id);
    Ok(rows)
}

/// All rows of a source as packed coordinates and values, in the order of the rows.
struct Gathered<K> {
    layout: Arc<Layout>,
    keys: Vec<K>,
    values: Vector,
    numbers: RowNumbers,
    duplicates: Duplicates,
}

/// The numbers that rows have in their source, by their places: runs of rows that follow one another.
#[derive(Default)]
struct RowNumbers {
    /// The place of the first row of a run, and its number.
    runs: Vec<(usize, u64)>,
}

impl RowNumbers {
    fn add(&mut self, place: usize, numbers: &Numbers, rows: usize) {
        let runs = match numbers {
            Numbers::From(_) => rows.min(1),
            Numbers::Each(_) => rows,
        };
        for at in 0..runs {
            let number = numbers.at(at);
            if self.runs.last().is_none_or(|(from, first)| first + (place + at - from) as u64 != number) {
                self.runs.push((place + at, number));
            }
        }
    }

    fn of(&self, place: usize) -> u64 {
        let run = self.runs.partition_point(|(from, _)| *from <= place).checked_sub(1).and_then(|at| self.runs.get(at));
        run.map_or(0, |(from, first)| first + (place - from) as u64)
    }
}

fn gather<K: Key>(
    load: &mut Load<'_>,
    def: &MetricDef,
    plan: &Plan,
    goals: &[Goal],
    source: &mut dyn Source,
    layout: &Arc<Layout>,
) -> Done<Gathered<K>> {
    let readers = readers(load, plan, goals)?;
    source.select(&plan.selected)?;
    let mut writable = Writable::new(load, def);
    let mut keys: Vec<K> = Vec::with_capacity(source.rows().and_then(|n| usize::try_from(n).ok()).unwrap_or(0).min(1 << 28));
    let (mut values, mut numbers) = (Vector::blank(def.ty, 0), RowNumbers::default());
    while let Some(chunk) = source.next() {
        let chunk = chunk?;
        let mut columns: Vec<Vec<u32>> = Vec::with_capacity(def.dimensions.len());
        for ((place, reader), column) in readers.iter().zip(Reader::read_all(&readers, &chunk, source)?) {
            let Some(goal) = goals.get(*place) else { continue };
            match (def.dimensions.get(*place), column) {
                (Some(_), Vector::Item(_, items)) => {
                    if let Some(row) = items.iter().position(|item| *item == BLANK_ITEM) {
                        return Err(reader.fault(chunk.numbers.at(row), goal, "no item is given", source));
                    }
                    columns.push(items);
                }
                (_, column) => values.append(&column),
            }
        }
        writable.check(&columns, chunk.rows);
        numbers.add(keys.len(), &chunk.numbers, chunk.rows);
        keys.extend(pack::<K>(&columns, chunk.rows, def, layout));
        (load.progress)(&Progress { what: format!("loading {}", def.name), done: keys.len() as u64, total: source.rows() });
    }
    load.created.verdict()?;
    writable.verdict()?;
    Ok(Gathered { layout: Arc::clone(layout), keys, values, numbers, duplicates: load.duplicates })
}

fn pack<K: Key>(columns: &[Vec<u32>], rows: usize, def: &MetricDef, layout: &Layout) -> Vec<K> {
    let mut keys = vec![K::default(); rows];
    for (column, dimension) in columns.iter().zip(&def.dimensions) {
        let Some(field) = layout.field(*dimension) else { continue };
        for (key, item) in keys.iter_mut().zip(column) {
            *key = key.with(field, *item);
        }
    }
    keys
}

impl<K: Key> Gathered<K>
where
    Cells: std::convert::From<Body<K>>,
{
    fn apply(self, before: &Cells, source: &dyn Source) -> Done<(Cells, u64)> {
        let rows = self.keys.len() as u64;
        let (keys, values) = self.sorted(source)?;
        let (layout, ty) = (Arc::clone(before.layout()), before.ty());
        if before.is_empty() {
            let mut builder = Builder::<K>::new(layout, ty);
            builder.push_plain(keys, values);
            return Ok((builder.finish().into(), rows));
        }
        let edits = Edits::from_keys(keys.into_iter().map(Key::wide).collect(), values);
        let cells = before.apply(edits).map_err(|_| Fault::new("a coordinate stands twice"))?;
        Ok((cells, rows))
    }

    fn sorted(self, source: &dyn Source) -> Done<(Vec<K>, Vector)> {
        debug_assert_eq!(self.layout.bits(), self.layout.fields().iter().map(|f| f.bits).sum::<u32>());
        if self.keys.windows(2).all(|w| matches!(w, [a, b] if a < b)) {
            return Ok((self.keys, self.values));
        }
        let mut order: Vec<(K, usize)> = self.keys.iter().copied().zip(0..).collect();
        order.par_sort_unstable();
        let twice = order.windows(2).filter_map(|w| match w {
            [(a, first), (b, second)] if a == b => Some((*second, *first)),
            _ => None,
        });
        if let Some((second, first)) = twice.min() {
            if self.duplicates != Duplicates::Error {
                return merge(&order, &self.values, self.duplicates)
                    .map_err(|misfit| source.row_fault(self.numbers.of(misfit.row), &misfit.reason));
            }
            let reason = format!("the same coordinate stands in row {} already", self.numbers.of(first));
            return Err(source.row_fault(self.numbers.of(second), &reason));
        }
        let places: Vec<usize> = order.iter().map(|(_, i)| *i).collect();
        Ok((order.into_iter().map(|(k, _)| k).collect(), self.values.take(&places)))
    }
}

/// Counts the cells that the writer may not write.
struct Writable {
    writing: Arc<Mask>,
    reading: Arc<Mask>,
    refused: u64,
    refused_readable: u64,
}

impl Writable {
    fn new(load: &Load<'_>, def: &MetricDef) -> Writable {
        Writable { writing: load.access.writing(def.id), reading: load.access.reading(def.id), refused: 0, refused_readable: 0 }
    }

    fn check(&mut self, columns: &[Vec<u32>], rows: usize) {
        if self.writing.shape() == Shape::Everything {
            return;
        }
        let mut cell = vec![0; columns.len()];
        for row in 0..rows {
            for (slot, column) in cell.iter_mut().zip(columns) {
                *slot = column.get(row).copied().unwrap_or(BLANK_ITEM);
            }
            if !self.writing.allows(&cell) {
                self.refused += 1;
                self.refused_readable += u64::from(self.reading.allows(&cell) || planted(Leak::CountedRefusals));
            }
        }
    }

    fn verdict(&self) -> Done {
        match (self.refused, self.refused_readable) {
            (0, _) => Ok(()),
            (_, 0) => Err(Fault::denied("some of these cells are not yours to write")),
            (_, 1) => Err(Fault::denied("1 cell may not be written")),
            (_, n) => Err(Fault::denied(format!("{n} cells may not be written"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_the_numbers_of_their_source() {
        let mut numbers = RowNumbers::default();
        numbers.add(0, &Numbers::From(1), 3);
        numbers.add(3, &Numbers::From(4), 2);
        assert_eq!(numbers.runs.len(), 1);
        numbers.add(5, &Numbers::Each(vec![6, 9, 10]), 3);
        numbers.add(8, &Numbers::From(20), 0);
        numbers.add(8, &Numbers::Each(Vec::new()), 0);
        numbers.add(8, &Numbers::From(20), 1);
        assert_eq!((0..9).map(|at| numbers.of(at)).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 9, 10, 20]);
    }
}
