//! Cells line by line, for operators that work along one dimension: that one is the last of their layout, and so the cells of a line follow one
//! another.

use std::cell::OnceCell;
use std::sync::Arc;

use rayon::prelude::*;
use smalt_model::{DimensionId, Type};
use smalt_vault::{Builder, Cells, Chunk, Field, Keys, Layout, Vector};

use crate::error::CalcError;
use crate::feed::{Places, Range};
use crate::reorder::reorder;
use crate::run::Run;
use crate::width::Width;

/// Whole lines of some cells: none is torn apart between two stretches.
pub(super) struct Stretch<K> {
    /// The keys as they are stored, for cells that stay where they are.
    pub(super) stored: Arc<Keys<K>>,
    keys: OnceCell<Vec<K>>,
    pub(super) values: Vector,
}

impl<K: Width> Stretch<K> {
    fn of(chunk: Chunk<K>) -> Stretch<K> {
        Stretch { keys: OnceCell::new(), values: chunk.column.to_vector(), stored: chunk.keys }
    }

    /// Its values; they are gone from it afterwards.
    pub(super) fn take_values(&mut self) -> Vector {
        std::mem::replace(&mut self.values, Vector::Number(Vec::new()))
    }

    /// Its keys one by one, made for the first who asks.
    pub(super) fn keys(&self) -> &[K] {
        self.keys.get_or_init(|| self.stored.decode())
    }
}

/// One line of a stretch: the cells of one coordinate of the other dimensions.
pub(super) struct Found<K> {
    pub(super) head: K,
    pub(super) from: usize,
    pub(super) len: usize,
}

/// What came of a stretch.
pub(super) enum Made<K> {
    /// Cells of before, if there were any.
    Before(Option<Chunk<K>>),
    Anew(Places<K>, Vector),
}

impl<K> From<(Places<K>, Vector)> for Made<K> {
    fn from((places, values): (Places<K>, Vector)) -> Made<K> {
        Made::Anew(places, values)
    }
}

/// The cells with one of their dimensions last.
pub(super) fn dimension_last(cells: &Cells, dimension: DimensionId, run: &Run) -> Result<Cells, CalcError> {
    let mut dims: Vec<DimensionId> = cells.layout().dims().iter().copied().filter(|d| *d != dimension).collect();
    dims.push(dimension);
    reorder(cells, &run.layout(&dims)?)
}

/// The field of the last dimension.
pub(super) fn last_field(layout: &Layout) -> Result<Field, CalcError> {
    layout.fields().last().copied().ok_or(CalcError::Internal("cells in lines have no dimension"))
}

/// Hands all cells to `work`, a stretch at a time and several at once; what it makes of them comes in their order.
pub(super) fn by_stretch<K: Width, T: Send>(
    cells: &Cells,
    work: impl Fn(Stretch<K>) -> Result<T, CalcError> + Send + Sync,
) -> Result<Vec<T>, CalcError> {
    by_stretch_unless(cells, |_| None, work)
}

/// The same where a stretch may be there already: `there` tells of a range of keys.
pub(super) fn by_stretch_unless<K: Width, T: Send>(
    cells: &Cells,
    there: impl Fn(Range<K>) -> Option<T> + Send + Sync,
    work: impl Fn(Stretch<K>) -> Result<T, CalcError> + Send + Sync,
) -> Result<Vec<T>, CalcError> {
    let body = K::body(cells).ok_or(CalcError::Internal("cells in lines have another key width"))?;
    let field = last_field(cells.layout())?;
    // Where each stretch begins; a block that begins inside of a line gets what stands of it in the block before.
    let mut cuts: Vec<K> = body.cuts().iter().map(|k| k.prefix(field.bits)).collect();
    cuts.dedup();
    let made: Vec<Option<T>> = (0..cuts.len())
        .into_par_iter()
        .map(|at| {
            let from = if at == 0 { K::default() } else { cuts.get(at).copied().unwrap_or_default() };
            let range = (from, cuts.get(at + 1).copied());
            if let Some(there) = there(range) {
                return Ok(Some(there));
            }
            let chunk = body.range(range.0, range.1);
            chunk.map(|chunk| work(Stretch::of(chunk))).transpose()
        })
        .collect::<Result<_, CalcError>>()?;
    Ok(made.into_iter().flatten().collect())
}

/// The lines of some ascending keys.
pub(super) fn lines_of<K: Width>(keys: &[K], field: Field) -> Vec<Found<K>> {
    let mut lines = Vec::new();
    let mut from = 0;
    while let Some(key) = keys.get(from) {
        let head = key.prefix(field.bits);
        let len = keys.get(from..).map_or(0, |rest| rest.partition_point(|k| k.prefix(field.bits) == head));
        lines.push(Found { head, from, len });
        from += len;
    }
    lines
}

/// What was made of the stretches, in their order, as cells.
pub(super) fn put_together<K: Width>(layout: &Arc<Layout>, ty: Type, pieces: impl IntoIterator<Item = impl Into<Made<K>>>) -> Cells {
    let mut builder = Builder::new(Arc::clone(layout), ty);
    for piece in pieces {
        match piece.into() {
            Made::Before(chunk) => chunk.into_iter().for_each(|chunk| builder.push_chunk(chunk)),
            Made::Anew(Places::Shared(keys), values) => builder.push(&keys, values),
            Made::Anew(Places::Listed(keys), values) => builder.push_plain(keys, values),
        }
    }
    K::cells(builder.finish())
}
