//! What an operator's input is: stored cells, an expression that is evaluated range by range, or the rows of a list.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use smalt_formula::program::Node;
use smalt_model::DimensionId;
use smalt_vault::{Builder, Cells, Keys, Layout, Rows, Vector};

use crate::error::CalcError;
use crate::eval::{Scope, Site};
use crate::feed::{Feed, domain, walk_order};
use crate::width::Width;

/// Rows of a list are worked on in pieces of so many.
const ROWS: usize = 65_536;

/// Cells that may not have been made yet.
#[derive(Debug)]
pub(crate) enum Source {
    /// Cells.
    Stored(Arc<Cells>),
    /// A fused expression over inputs.
    Cellwise(Cellwise),
    /// An expression by row of a list.
    Rows(Arc<Rows>, Scope, Arc<Node>),
}

/// A fused expression with its surroundings.
#[derive(Debug)]
pub(crate) struct Cellwise {
    scope: Scope,
    node: Arc<Node>,
    layout: Arc<Layout>,
}

/// One piece of a source: its places and their values.
pub(crate) struct Piece<'a, K> {
    pub(crate) site: Site<'a, K>,
    pub(crate) values: Vector,
}

impl Cellwise {
    pub(crate) fn new(scope: Scope, node: Arc<Node>) -> Result<Cellwise, CalcError> {
        let domain = domain(&node, &scope);
        let layout = scope.run.layout(&walk_order(&domain, &node.dims))?;
        Ok(Cellwise { scope, node, layout })
    }

    fn feed<K: Width>(&self) -> Result<Feed<K>, CalcError> {
        Feed::new(&domain(&self.node, &self.scope), &self.layout, &self.scope)
    }

    fn cells<K: Width>(&self) -> Result<Cells, CalcError> {
        let feed = self.feed::<K>()?;
        let pieces: Vec<Option<(Option<Arc<Keys<K>>>, Vec<K>, Vector)>> = feed
            .ranges()
            .into_par_iter()
            .map(|range| {
                let places = feed.range(range);
                if places.keys.is_empty() {
                    return Ok(None);
                }
                let site = Site::of_block(&self.layout, &places.keys, places.shared.as_ref());
                let values = self.scope.values(&self.node, &site)?;
                // The keys are only needed again where the block's own cannot be shared.
                let keys = if places.shared.is_some() { Vec::new() } else { places.keys };
                Ok(Some((places.shared, keys, values)))
            })
            .collect::<Result<_, CalcError>>()?;
        let mut builder = Builder::new(Arc::clone(&self.layout), self.node.ty);
        for (shared, keys, values) in pieces.into_iter().flatten() {
            match shared {
                Some(shared) => builder.push(&shared, values),
                None => builder.push_plain(keys, values),
            }
        }
        Ok(K::cells(builder.finish()))
    }
}

impl Source {
    /// The order of dimensions in which its pieces come.
    pub(crate) fn layout(&self) -> Option<&Arc<Layout>> {
        match self {
            Source::Stored(cells) => Some(cells.layout()),
            Source::Cellwise(cellwise) => Some(&cellwise.layout),
            Source::Rows(..) => None,
        }
    }

    /// The cells, made if they are not there yet.
    pub(crate) fn into_cells(self) -> Result<Arc<Cells>, CalcError> {
        match self {
            Source::Stored(cells) => Ok(cells),
            Source::Cellwise(c) if c.layout.is_wide() => c.cells::<u128>().map(Arc::new),
            Source::Cellwise(c) => c.cells::<u64>().map(Arc::new),
            Source::Rows(..) => Err(CalcError::Internal("rows are no cells before a BY")),
        }
    }

    /// About how many values it gives.
    pub(crate) fn size(&self) -> u128 {
        match self {
            Source::Stored(cells) => u128::from(cells.len()),
            Source::Cellwise(c) => domain(&c.node, &c.scope).size_over(&c.node.dims, &c.scope),
            Source::Rows(rows, ..) => rows.len() as u128,
        }
    }

    /// Hands every piece to a worker; each thread has one of its own, and all are returned. Pieces come in any order.
    pub(crate) fn work<K: Width, W: Send>(
        &self,
        empty: &Arc<Layout>,
        new: impl Fn() -> W + Sync,
        f: impl Fn(&mut W, Piece<'_, K>) -> Result<(), CalcError> + Sync,
    ) -> Result<Vec<W>, CalcError> {
        match self {
            Source::Stored(cells) => {
                let body = K::body(cells).ok_or(CalcError::Internal("a source has another key width"))?;
                spread_work(body.block_count(), new, |worker, block| {
                    let Some(chunk) = body.chunk(block) else { return Ok(()) };
                    let keys = chunk.keys.decode();
                    let site = Site::of_block(cells.layout(), &keys, Some(&chunk.keys));
                    f(worker, Piece { site, values: chunk.column.to_vector() })
                })
            }
            Source::Cellwise(cellwise) => {
                let feed = cellwise.feed::<K>()?;
                let ranges = feed.ranges();
                spread_work(ranges.len(), new, |worker, at| {
                    let Some(range) = ranges.get(at) else { return Ok(()) };
                    let places = feed.range(*range);
                    if places.keys.is_empty() {
                        return Ok(());
                    }
                    let site = Site::of_block(&cellwise.layout, &places.keys, places.shared.as_ref());
                    let values = cellwise.scope.values(&cellwise.node, &site)?;
                    f(worker, Piece { site, values })
                })
            }
            Source::Rows(rows, scope, node) => spread_work(rows.len().div_ceil(ROWS), new, |worker, piece| {
                let from = piece * ROWS;
                let site = Site::<K>::rows(empty, rows, from, ROWS.min(rows.len() - from));
                let values = scope.values(node, &site)?;
                f(worker, Piece { site, values })
            }),
        }
    }
}

/// Numbers `0..count` shared out to one worker per thread.
fn spread_work<W: Send>(
    count: usize,
    new: impl Fn() -> W + Sync,
    f: impl Fn(&mut W, usize) -> Result<(), CalcError> + Sync,
) -> Result<Vec<W>, CalcError> {
    let next = AtomicUsize::new(0);
    let workers = rayon::current_num_threads().clamp(1, count.max(1));
    (0..workers)
        .into_par_iter()
        .map(|_| {
            let mut worker = new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= count {
                    return Ok(worker);
                }
                f(&mut worker, at)?;
            }
        })
        .collect()
}

/// The result's dimensions are those of the node; the source walks them in its own order.
pub(crate) fn in_order(dims: &[DimensionId], cells: Arc<Cells>, run: &crate::run::Run) -> Result<Arc<Cells>, CalcError> {
    let layout = run.layout(dims)?;
    if cells.layout() == &layout {
        return Ok(cells);
    }
    crate::reorder::reorder(&cells, &layout).map(Arc::new)
}
