//! Rows into the cells of a metric: they overwrite, and BLANK clears.

use std::sync::Arc;

use rayon::prelude::*;
use smalt_model::{MetricDef, Schema, Type};
use smalt_planted::{Leak, planted};
use smalt_security::{Mask, Shape};
use smalt_vault::{BLANK_ITEM, Body, Builder, Cells, Edits, Key, Layout, Vector};

use super::super::column::Misfit;
use super::super::plan::{Goal, Plan};
use super::super::source::{Chunk, Numbers, Source, progress};
use super::merge::{adds_up, merge};
use super::remove::NOT_YOUR_CELLS;
use super::{Load, Reader, readers};
use crate::fault::{Done, Fault};
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
        gather::<u128>(load, def, plan, &goals, source, &before)?.apply(&before, source)?
    } else {
        gather::<u64>(load, def, plan, &goals, source, &before)?.apply(&before, source)?
    };
    load.revision.set_cells(def.id, Arc::new(cells));
    load.touched.metrics.insert(def.id);
    Ok(rows)
}

/// All rows of a source, in their order.
struct Gathered<K> {
    rows: Rows<K>,
    numbers: RowNumbers,
    duplicates: Duplicates,
}

/// Rows as packed coordinates and values.
enum Rows<K> {
    /// For a metric without cells, each above the one before, with a value: as good as its cells already.
    Ascending { cells: Builder<K>, last: Option<K>, len: usize },
    /// In any order.
    Listed { keys: Vec<K>, values: Vector },
}

impl<K: Key> Rows<K> {
    fn len(&self) -> usize {
        match self {
            Rows::Ascending { len, .. } => *len,
            Rows::Listed { keys, .. } => keys.len(),
        }
    }

    fn push(self, more: Packed<K>) -> Rows<K> {
        let (mut keys, mut values) = match self {
            Rows::Ascending { mut cells, last, len } if more.is_above(last) => {
                let (last, len) = (more.keys.last().copied().or(last), len + more.keys.len());
                cells.push_plain(more.keys, more.values);
                return Rows::Ascending { cells, last, len };
            }
            // No row was left out, so these are the rows from before.
            Rows::Ascending { cells, .. } => cells.finish().entries(),
            Rows::Listed { keys, values } => (keys, values),
        };
        keys.extend(more.keys);
        values.append(&more.values);
        Rows::Listed { keys, values }
    }
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

/// So many chunks are made ready at once.
const CHUNKS_AT_ONCE: usize = 4;

fn gather<K: Key>(
    load: &mut Load<'_>,
    def: &MetricDef,
    plan: &Plan,
    goals: &[Goal],
    source: &mut dyn Source,
    before: &Cells,
) -> Done<Gathered<K>> {
    let layout = before.layout();
    let readers = readers(load, plan, goals)?;
    source.select(&plan.selected)?;
    let writable = Writable::new(load, def);
    let (mut refused, mut numbers) = (Refused::default(), RowNumbers::default());
    let mut rows = match before.is_empty() {
        true => Rows::Ascending { cells: Builder::new(Arc::clone(layout), def.ty), last: None, len: 0 },
        false => Rows::Listed { keys: Vec::new(), values: Vector::blank(def.ty, 0) },
    };
    loop {
        let mut chunks = Vec::with_capacity(CHUNKS_AT_ONCE);
        let mut broken = None;
        while chunks.len() < CHUNKS_AT_ONCE && broken.is_none() {
            match source.next() {
                Some(Ok(chunk)) => chunks.push(chunk),
                Some(Err(fault)) => broken = Some(fault),
                None => break,
            }
        }
        let is_last = chunks.len() < CHUNKS_AT_ONCE;
        let packed: Vec<Result<Packed<K>, Wrong>> =
            chunks.par_iter_mut().map(|chunk| Packed::of(chunk, &readers, &writable, def, layout)).collect();
        for (chunk, packed) in chunks.iter().zip(packed) {
            let packed = packed.map_err(|wrong| wrong.fault(&readers, goals, chunk, source))?;
            refused.add(&packed.refused);
            numbers.add(rows.len(), &chunk.numbers, chunk.rows);
            rows = rows.push(packed);
            (load.progress)(&progress(source, "loading", &def.name, rows.len() as u64));
        }
        if let Some(fault) = broken {
            return Err(fault);
        }
        if is_last {
            break;
        }
    }
    load.created.verdict()?;
    refused.verdict()?;
    Ok(Gathered { rows, numbers, duplicates: load.duplicates })
}

/// The rows of one chunk.
struct Packed<K> {
    keys: Vec<K>,
    values: Vector,
    refused: Refused,
}

/// What is wrong with a chunk: at which of the readers.
enum Wrong {
    Misfit(usize, Misfit),
    /// A row has no item.
    NoItem(usize, usize),
}

impl Wrong {
    fn fault(self, readers: &[(usize, Reader)], goals: &[Goal], chunk: &Chunk, source: &dyn Source) -> Fault {
        let (Wrong::Misfit(at, _) | Wrong::NoItem(at, _)) = self;
        let found = readers.get(at).and_then(|(place, reader)| Some((reader, goals.get(*place)?)));
        match (self, found) {
            (Wrong::Misfit(_, misfit), Some((reader, _))) => reader.misfit(misfit, chunk, source),
            (Wrong::NoItem(_, row), Some((reader, goal))) => reader.fault(chunk.numbers.at(row), goal, "no item is given", source),
            (Wrong::Misfit(..) | Wrong::NoItem(..), None) => source.whole_fault("cannot be read"),
        }
    }
}

/// So many keys are made at once, which stay in the nearest cache while each dimension is put into them.
const KEYS_AT_ONCE: usize = 2_048;

impl<K: Key> Packed<K> {
    fn of(
        chunk: &mut Chunk,
        readers: &[(usize, Reader)],
        writable: &Writable,
        def: &MetricDef,
        layout: &Layout,
    ) -> Result<Packed<K>, Wrong> {
        if let Some(keys) = Packed::keys_by_number(chunk, readers, writable, def, layout) {
            // The values are behind the dimensions, and have one reader.
            let reader = readers.iter().enumerate().find(|(_, (place, _))| *place >= def.dimensions.len());
            let values = reader.map(|(at, (_, reader))| reader.take_values(chunk).map_err(|misfit| Wrong::Misfit(at, misfit)));
            let values = values.unwrap_or_else(|| Ok(Vector::blank(def.ty, 0)))?;
            return Ok(Packed { keys, values, refused: Refused::default() });
        }
        Packed::with_care(chunk, readers, writable, def, layout)
    }

    /// The keys of a chunk whose items are all given by whole numbers, each of one item, to a writer who may write every cell. `None`: they need a
    /// closer look.
    fn keys_by_number(chunk: &Chunk, readers: &[(usize, Reader)], writable: &Writable, def: &MetricDef, layout: &Layout) -> Option<Vec<K>> {
        if !writable.is_everything() {
            return None;
        }
        let given = readers.iter().filter_map(|(place, reader)| Some((reader, layout.field(*def.dimensions.get(*place)?)?)));
        let columns = given.map(|(reader, field)| Some((reader.by_number(chunk)?, field))).collect::<Option<Vec<_>>>()?;
        let mut keys = Vec::with_capacity(chunk.rows);
        for from in (0..chunk.rows).step_by(KEYS_AT_ONCE) {
            keys.resize((from + KEYS_AT_ONCE).min(chunk.rows), K::default());
            let new = keys.get_mut(from..)?;
            for (column, field) in &columns {
                column.put(from, *field, new)?;
            }
        }
        Some(keys)
    }

    fn with_care(
        chunk: &Chunk,
        readers: &[(usize, Reader)],
        writable: &Writable,
        def: &MetricDef,
        layout: &Layout,
    ) -> Result<Packed<K>, Wrong> {
        let read: Vec<Result<Vector, Misfit>> = readers.par_iter().map(|(_, reader)| reader.values(chunk)).collect();
        let read = read.into_iter().enumerate().map(|(at, values)| values.map_err(|misfit| Wrong::Misfit(at, misfit)));
        let (mut columns, mut values) = (Vec::with_capacity(readers.len()), Vector::blank(def.ty, 0));
        for (at, ((place, _), column)) in readers.iter().zip(read.collect::<Result<Vec<_>, Wrong>>()?).enumerate() {
            match (def.dimensions.get(*place), column) {
                (Some(_), Vector::Item(_, items)) => match items.iter().position(|item| *item == BLANK_ITEM) {
                    Some(row) => return Err(Wrong::NoItem(at, row)),
                    None => columns.push(items),
                },
                (_, column) => values = column,
            }
        }
        let refused = writable.check(&columns, chunk.rows);
        Ok(Packed { keys: pack(&columns, chunk.rows, def, layout), values, refused })
    }

    /// Whether every row has a value and is above the one before, and the first above `last`.
    fn is_above(&self, last: Option<K>) -> bool {
        let first_is = self.keys.first().is_none_or(|first| last.is_none_or(|last| last < *first));
        first_is && self.values.is_full() && self.keys.is_sorted_by(|a, b| a < b)
    }
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
        let rows = self.rows.len() as u64;
        let (keys, values) = match self.rows {
            Rows::Ascending { cells, .. } => return Ok((cells.finish().into(), rows)),
            Rows::Listed { keys, values } => sorted(keys, values, &self.numbers, self.duplicates, source)?,
        };
        if before.is_empty() {
            let mut builder = Builder::<K>::new(Arc::clone(before.layout()), before.ty());
            builder.push_plain(keys, values);
            return Ok((builder.finish().into(), rows));
        }
        let edits = Edits::from_keys(keys.into_iter().map(Key::wide).collect(), values);
        let cells = before.apply(edits).map_err(|_| Fault::new("a coordinate stands twice"))?;
        Ok((cells, rows))
    }
}

/// Rows in the order of their coordinates, of which none stands twice any more.
fn sorted<K: Key>(
    keys: Vec<K>,
    values: Vector,
    numbers: &RowNumbers,
    duplicates: Duplicates,
    source: &dyn Source,
) -> Done<(Vec<K>, Vector)> {
    if keys.is_sorted_by(|a, b| a < b) {
        return Ok((keys, values));
    }
    let mut order: Vec<(K, usize)> = keys.iter().copied().zip(0..).collect();
    order.par_sort_unstable();
    let twice = order.windows(2).filter_map(|w| match w {
        [(a, first), (b, second)] if a == b => Some((*second, *first)),
        _ => None,
    });
    if let Some((second, first)) = twice.min() {
        if duplicates != Duplicates::Error {
            return merge(&order, &values, duplicates).map_err(|misfit| source.row_fault(numbers.of(misfit.row), &misfit.reason));
        }
        let reason = format!("the same coordinate stands in row {} already", numbers.of(first));
        let sum = if adds_up(values.ty()) {
            "`WITH (duplicates = sum)` adds such rows up, `duplicates = last`"
        } else {
            "`WITH (duplicates = last)`"
        };
        let help = source.is_file().then(|| format!("{sum} takes the last one"));
        return Err(source.row_fault(numbers.of(second), &reason).help_if(help));
    }
    let places: Vec<usize> = order.iter().map(|(_, i)| *i).collect();
    Ok((order.into_iter().map(|(k, _)| k).collect(), values.take(&places)))
}

/// Which cells the writer may write.
struct Writable {
    writing: Arc<Mask>,
    reading: Arc<Mask>,
}

/// Counts cells that the writer may not write.
#[derive(Default)]
pub(crate) struct Refused {
    pub(crate) all: u64,
    pub(crate) readable: u64,
}

impl Writable {
    fn new(load: &Load<'_>, def: &MetricDef) -> Writable {
        Writable { writing: load.access.writing(def.id), reading: load.access.reading(def.id) }
    }

    fn is_everything(&self) -> bool {
        self.writing.shape() == Shape::Everything
    }

    fn check(&self, columns: &[Vec<u32>], rows: usize) -> Refused {
        let mut refused = Refused::default();
        if self.is_everything() {
            return refused;
        }
        let mut cell = vec![0; columns.len()];
        for row in 0..rows {
            for (slot, column) in cell.iter_mut().zip(columns) {
                *slot = column.get(row).copied().unwrap_or(BLANK_ITEM);
            }
            if !self.writing.allows(&cell) {
                refused.all += 1;
                refused.readable += u64::from(self.reading.allows(&cell) || planted(Leak::CountedRefusals));
            }
        }
        refused
    }
}

impl Refused {
    fn add(&mut self, more: &Refused) {
        self.all += more.all;
        self.readable += more.readable;
    }

    /// Refuses where there is one. Only those are counted that the writer knows of.
    pub(crate) fn verdict(&self) -> Done {
        match (self.all, self.readable) {
            (0, _) => Ok(()),
            (_, 0) => Err(Fault::denied(NOT_YOUR_CELLS)),
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
