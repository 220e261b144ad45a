//! Visible cells as batches of columns.

use std::fmt;
use std::sync::Arc;

use smalt_model::{DimensionId, Type};

use super::seal;
use super::selection::Resolved;
use crate::cells::{self, Body, Column, Field, Key};
use crate::vector::Vector;

/// What to make a column of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanColumn {
    /// The item of the dimension at this declared place, as its ordinal.
    Item(usize),
    /// The value.
    Value,
}

/// Rows, column by column. The buffers belong to the receiver and hold nothing else.
#[derive(Clone, PartialEq)]
pub struct ScanBatch {
    /// The number of rows, also where no column was asked for.
    pub rows: usize,
    /// The columns as asked for, `rows` long.
    pub columns: Vec<Vector>,
}

impl fmt::Debug for ScanBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScanBatch").field("rows", &self.rows).finish_non_exhaustive()
    }
}

/// Batches of visible rows in order.
pub struct MaskedScan {
    batches: Box<dyn Iterator<Item = ScanBatch> + Send>,
}

impl MaskedScan {
    pub(super) fn new(batches: impl Iterator<Item = ScanBatch> + Send + 'static) -> MaskedScan {
        MaskedScan { batches: Box::new(batches) }
    }

    pub(super) fn over_cells(source: Cells, columns: Vec<ScanColumn>, range: Range) -> MaskedScan {
        if source.cells.layout().is_wide() {
            MaskedScan::new(Cursor::<u128>::new(source, columns, range))
        } else {
            MaskedScan::new(Cursor::<u64>::new(source, columns, range))
        }
    }
}

impl Iterator for MaskedScan {
    type Item = ScanBatch;

    fn next(&mut self) -> Option<ScanBatch> {
        self.batches.next()
    }
}

impl fmt::Debug for MaskedScan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MaskedScan").finish_non_exhaustive()
    }
}

/// The visible rows `next..end`, to be cut into batches.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    pub(super) next: u64,
    pub(super) end: u64,
    rows_per_batch: usize,
}

impl Range {
    /// Part `part` of `parts` of `rows` rows.
    pub(super) fn new(rows: u64, rows_per_batch: usize, part: usize, parts: usize) -> Range {
        let rows_per_batch = rows_per_batch.max(1);
        let size = rows_per_batch as u64;
        let batches = u128::from(rows.div_ceil(size));
        let parts = parts.max(1);
        let cut = |part: usize| {
            let batch = batches * part.min(parts) as u128 / parts as u128;
            u64::try_from(batch).map_or(rows, |batch| batch.saturating_mul(size).min(rows))
        };
        Range { next: cut(part), end: cut(part.saturating_add(1)), rows_per_batch }
    }

    /// The number of rows of the next batch, 0 at the end.
    pub(super) fn batch(&self) -> usize {
        usize::try_from(self.end.saturating_sub(self.next)).map_or(self.rows_per_batch, |left| left.min(self.rows_per_batch))
    }
}

/// The visible ranges of a block and how far they were read.
#[derive(Debug, Default)]
pub(super) struct Runs {
    ranges: Vec<(usize, usize)>,
    at: usize,
    left: u64,
}

impl Runs {
    /// The visible cells of `block`, which has `len` in all, without the first `skip`.
    pub(super) fn new(resolved: &Resolved, block: usize, len: usize, mut skip: u64) -> Runs {
        let mut ranges = Vec::new();
        resolved.block(block).runs(len, |from, to| {
            let run = (to - from) as u64;
            if skip >= run {
                skip -= run;
            } else {
                ranges.push((from + skip as usize, to));
                skip = 0;
            }
        });
        let left = ranges.iter().map(|(from, to)| (to - from) as u64).sum();
        Runs { ranges, at: 0, left }
    }

    /// Whether all was read.
    pub(super) fn is_done(&self) -> bool {
        self.left == 0
    }

    /// The next ranges, of `rows` cells together or as many as there are.
    pub(super) fn take(&mut self, rows: usize) -> Vec<(usize, usize)> {
        let mut out = Vec::new();
        let mut wanted = rows;
        while let Some(range) = self.ranges.get_mut(self.at).filter(|_| wanted > 0) {
            let to = range.1.min(range.0 + wanted);
            out.push((range.0, to));
            wanted -= to - range.0;
            range.0 = to;
            if range.0 == range.1 {
                self.at += 1;
            }
        }
        self.left -= (rows - wanted) as u64;
        out
    }
}

/// Where cells are read from.
pub(super) struct Cells {
    pub(super) cells: Arc<cells::Cells>,
    /// By declared place.
    pub(super) fields: Vec<Field>,
    pub(super) dimensions: Vec<DimensionId>,
    pub(super) resolved: Arc<Resolved>,
}

/// A width of keys.
trait Width: Key {
    fn body(cells: &cells::Cells) -> Option<&Body<Self>>;
}

impl Width for u64 {
    fn body(cells: &cells::Cells) -> Option<&Body<u64>> {
        cells.narrow()
    }
}

impl Width for u128 {
    fn body(cells: &cells::Cells) -> Option<&Body<u128>> {
        cells.wide()
    }
}

struct Cursor<K> {
    source: Cells,
    columns: Vec<ScanColumn>,
    range: Range,
    block: Option<Open<K>>,
}

/// The block that is being read.
struct Open<K> {
    keys: Vec<K>,
    values: Option<Column>,
    runs: Runs,
}

impl<K: Width> Cursor<K> {
    fn new(source: Cells, columns: Vec<ScanColumn>, range: Range) -> Cursor<K> {
        Cursor { source, columns, range, block: None }
    }

    fn open(&self) -> Option<Open<K>> {
        let body = K::body(&self.source.cells)?;
        let resolved = &self.source.resolved;
        let block = resolved.block_of(self.range.next);
        let runs = Runs::new(resolved, block, body.block_len(block), self.range.next - resolved.before(block));
        let (mut keys, mut values) = (Vec::new(), None);
        if !self.columns.is_empty() {
            let chunk = body.chunk(block)?;
            if self.columns.iter().any(|c| matches!(c, ScanColumn::Item(_))) {
                chunk.keys.decode_into(&mut keys);
            }
            values = self.columns.contains(&ScanColumn::Value).then_some(chunk.column);
        }
        Some(Open { keys, values, runs })
    }

    fn room(&self, rows: usize) -> Vec<Vector> {
        let one = |column: &ScanColumn| match column {
            ScanColumn::Value => seal::room(self.source.cells.ty(), rows),
            ScanColumn::Item(position) => seal::room(self.source.dimensions.get(*position).map_or(Type::Text, |d| Type::Item(*d)), rows),
        };
        self.columns.iter().map(one).collect()
    }

    fn copy(&self, open: &Open<K>, ranges: &[(usize, usize)], out: &mut [Vector]) {
        for (column, out) in self.columns.iter().zip(out) {
            match (column, &open.values) {
                (ScanColumn::Value, Some(values)) => ranges.iter().for_each(|(from, to)| seal::copy_cells(values, *from, *to, out)),
                (ScanColumn::Value, None) => {}
                (ScanColumn::Item(position), _) => match (self.source.fields.get(*position), out) {
                    (Some(field), Vector::Item(_, out)) => {
                        for (from, to) in ranges {
                            out.extend(open.keys.get(*from..*to).unwrap_or_default().iter().map(|key| key.get(*field)));
                        }
                    }
                    (_, out) => ranges.iter().for_each(|(from, to)| (*from..*to).for_each(|_| out.push(None))),
                },
            }
        }
    }
}

impl<K: Width> Iterator for Cursor<K> {
    type Item = ScanBatch;

    fn next(&mut self) -> Option<ScanBatch> {
        let rows = self.range.batch();
        if rows == 0 {
            return None;
        }
        let mut columns = self.room(rows);
        let mut wanted = rows;
        while wanted > 0 {
            let mut open = match self.block.take() {
                Some(open) => open,
                None => self.open()?,
            };
            let ranges = open.runs.take(wanted);
            let taken: usize = ranges.iter().map(|(from, to)| to - from).sum();
            if taken == 0 {
                return None;
            }
            self.copy(&open, &ranges, &mut columns);
            wanted -= taken;
            self.range.next += taken as u64;
            if !open.runs.is_done() {
                self.block = Some(open);
            }
        }
        Some(ScanBatch { rows, columns })
    }
}
