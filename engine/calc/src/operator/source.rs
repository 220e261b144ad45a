//! What an operator's input is: stored cells, an expression that is evaluated range by range, or the rows of a list.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use smalt_formula::program::Node;
use smalt_model::DimensionId;
use smalt_vault::{Builder, Cells, Chunk, Column, Keys, Layout, Rows, Vector};

use crate::error::CalcError;
use crate::eval::{Scope, Site, Spill, numbers_of, to_numbers};
use crate::feed::{Feed, PIECE, Places, domain, walk_order};
use crate::incremental::region::Region;
use crate::incremental::standing::Standing;
use crate::width::Width;

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
    /// Where it is asked for; everywhere without.
    region: Option<Region>,
    /// Cells from before, which have its layout.
    standing: Option<Standing>,
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
        Ok(Cellwise { scope, node, layout, region: None, standing: None })
    }

    /// The expression's cells that are inside a region.
    pub(crate) fn within(scope: Scope, node: Arc<Node>, region: &Region) -> Result<Cellwise, CalcError> {
        let region = Some(region.onto(&scope.run, &node.dims));
        Ok(Cellwise { region, ..Cellwise::new(scope, node)? })
    }

    /// All cells of the expression, those of before where they stand.
    pub(crate) fn over(scope: Scope, node: Arc<Node>, standing: Standing) -> Result<Cellwise, CalcError> {
        let all = Cellwise::new(scope, node)?;
        let standing = Some(standing).filter(|standing| *standing.layout() == all.layout);
        Ok(Cellwise { standing, ..all })
    }

    fn feed<K: Width>(&self) -> Result<Feed<K>, CalcError> {
        let domain = domain(&self.node, &self.scope);
        match &self.region {
            Some(region) => Feed::within(&domain, region, &self.layout, &self.scope),
            None => Feed::new(&domain, &self.layout, &self.scope),
        }
    }

    fn cells<K: Width>(&self) -> Result<Cells, CalcError> {
        let feed = self.feed::<K>()?;
        let made = |range| match &self.standing {
            Some(standing) if !standing.is_reached(range) => Ok(standing.range(range)),
            Some(standing) => self.counted(&feed.range(range), standing.range(range).map(|before| (standing, before))),
            None => self.counted(&feed.range(range), None),
        };
        let chunks: Vec<Option<Chunk<K>>> = feed.ranges().into_par_iter().map(made).collect::<Result<_, CalcError>>()?;
        let mut builder = Builder::new(Arc::clone(&self.layout), self.node.ty);
        chunks.into_iter().flatten().for_each(|chunk| builder.push_chunk(chunk));
        Ok(K::cells(builder.finish()))
    }

    /// The cells at some places, counted as made; `before` are those that were there.
    fn counted<K: Width>(&self, places: &Places<K>, before: Option<(&Standing, Chunk<K>)>) -> Result<Option<Chunk<K>>, CalcError> {
        let before = before.filter(|(_, chunk)| matches!(places, Places::Shared(keys) if Arc::ptr_eq(keys, &chunk.keys)));
        let chunk = self.chunk(places, before.as_ref().map(|(standing, chunk)| (*standing, &chunk.column)))?;
        self.scope.run.made(chunk.as_ref().map_or(0, |chunk| chunk.keys.len() as u64))?;
        Ok(chunk)
    }

    /// The cells at some places. Keys are made only where they are no longer those of the places. `before` are values at all of these places, of
    /// which those may be taken that stand.
    fn chunk<K: Width>(&self, places: &Places<K>, before: Option<(&Standing, &Column)>) -> Result<Option<Chunk<K>>, CalcError> {
        let mut values = Vector::blank(self.node.ty, 0);
        values.reserve(places.len());
        let mut kept = Kept::All;
        let spill = Spill::default();
        let mut from = 0;
        places.in_pieces(&self.layout, |site| {
            let here = from..from + site.len;
            from = here.end;
            let stands = |standing: &Standing| site.ends().is_none_or(|ends| !standing.is_reached_between(ends));
            if let (Some((_, column)), Kept::All) = (before.filter(|(standing, _)| stands(standing)), &kept) {
                column.slice(here.start, here.end).append_to(&mut values);
                return Ok(());
            }
            self.scope.run.visit(site.len as u64);
            let piece = self.scope.values(&self.node, &site.telling(Some(&spill)))?;
            self.scope.run.add_too_large(spill.take().len() as u64);
            if matches!(kept, Kept::All) && !piece.is_full() {
                kept = Kept::so_far(places, &site, values.len());
            }
            match (&mut kept, site.words()) {
                (Kept::All, _) => values.append(&piece),
                (Kept::Words(kept), Some(words)) => words.keep_full(&piece, kept, &mut values),
                (Kept::Words(_), None) => return Err(CalcError::Internal("places come in words and not in words")),
                (Kept::Listed(kept), _) => values.append_full(&piece, site.keys(), kept),
            }
            Ok::<_, CalcError>(())
        })?;
        Ok(match (kept, places) {
            (Kept::All, Places::Shared(keys)) => Some(Chunk::under(Arc::clone(keys), values)),
            (Kept::All, Places::Listed(keys)) => Chunk::from_sorted(keys, values),
            (Kept::Listed(kept), _) => Chunk::from_sorted(&kept, values),
            (Kept::Words(kept), Places::Shared(keys)) => {
                let kept = keys.as_words().and_then(|(base, _)| Keys::from_words(base, &kept));
                kept.map(|keys| Chunk::under(Arc::new(keys), values))
            }
            (Kept::Words(_), Places::Listed(_)) => return Err(CalcError::Internal("listed places come in no words")),
        })
    }
}

/// Which of some places have a cell.
enum Kept<K> {
    All,
    Listed(Vec<K>),
    /// A word of bits for each word of the places.
    Words(Vec<u64>),
}

impl<K: Width> Kept<K> {
    /// All of the `before` places in front of a piece.
    fn so_far(places: &Places<K>, site: &Site<'_, K>, before: usize) -> Kept<K> {
        if let (Some(words), Places::Shared(keys)) = (site.words(), places)
            && let Some((_, bits)) = keys.as_words()
        {
            let mut kept = Vec::with_capacity(bits.len());
            kept.extend_from_slice(bits.get(..words.first_word()).unwrap_or_default());
            return Kept::Words(kept);
        }
        let mut kept = Vec::new();
        places.part(0, before, &mut kept);
        kept.reserve(places.len().saturating_sub(kept.len()));
        Kept::Listed(kept)
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
            Source::Cellwise(c) => {
                let all = domain(&c.node, &c.scope).size_over(&c.node.dims, &c.scope);
                c.region.as_ref().map_or(all, |region| all.min(region.size(&c.scope.run, &c.node.dims)))
            }
            Source::Rows(rows, ..) => rows.len() as u128,
        }
    }

    /// The same for values that are numbers or are read as such: stored ones are lent, not copied.
    pub(crate) fn work_numbers<K: Width, W: Send>(
        &self,
        empty: &Arc<Layout>,
        new: impl Fn() -> W + Sync,
        f: impl Fn(&mut W, &Site<'_, K>, &[f64]) -> Result<(), CalcError> + Sync,
    ) -> Result<Vec<W>, CalcError> {
        let Source::Stored(cells) = self else {
            return self.work(empty, new, |worker, piece| f(worker, &piece.site, &to_numbers(piece.values)));
        };
        let body = K::body(cells).ok_or(CalcError::Internal("a source has another key width"))?;
        spread_work(body.block_count(), new, |worker, block| {
            let Some(chunk) = body.chunk(block) else { return Ok(()) };
            let values = numbers_of(&chunk.column);
            let mut from = 0;
            Places::Shared(chunk.keys).in_pieces(cells.layout(), |site| {
                let here = from..from + site.len;
                from = here.end;
                f(worker, &site, values.get(here).unwrap_or_default())
            })
        })
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
                    let mut from = 0;
                    Places::Shared(chunk.keys).in_pieces(cells.layout(), |site| {
                        let values = chunk.column.slice(from, from + site.len).to_vector();
                        from += site.len;
                        f(worker, Piece { site, values })
                    })
                })
            }
            Source::Cellwise(cellwise) => {
                let feed = cellwise.feed::<K>()?;
                let ranges = feed.ranges();
                spread_work(ranges.len(), new, |worker, at| {
                    let Some(range) = ranges.get(at) else { return Ok(()) };
                    let spill = Spill::default();
                    let places = feed.range(*range);
                    cellwise.scope.run.visit(places.len() as u64);
                    places.in_pieces(&cellwise.layout, |site| {
                        let site = site.telling(Some(&spill));
                        let values = cellwise.scope.values(&cellwise.node, &site)?;
                        f(worker, Piece { site, values })?;
                        cellwise.scope.run.add_too_large(spill.take().len() as u64);
                        Ok(())
                    })
                })
            }
            Source::Rows(rows, scope, node) => spread_work(rows.len().div_ceil(PIECE), new, |worker, piece| {
                let from = piece * PIECE;
                let (spill, site) = (Spill::default(), Site::<K>::rows(empty, rows, from, PIECE.min(rows.len() - from)));
                let site = site.telling(Some(&spill));
                let values = scope.values(node, &site)?;
                f(worker, Piece { site, values })?;
                scope.run.add_too_large(spill.take().len() as u64);
                Ok(())
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
