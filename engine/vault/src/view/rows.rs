//! The rows of a list that exist for a person.

use std::fmt;
use std::sync::{Arc, OnceLock};

use smalt_model::ListDef;
use smalt_security::Mask;

use super::MaskedView;
use super::resolve::{self, ROWS_PER_BLOCK};
use super::scan::{MaskedScan, Range, Runs, ScanBatch};
use super::seal;
use super::selection::Resolved;
use super::sieve::Sieve;
use super::workshop::{Key, Workshop};
use crate::rows::Rows;
use crate::vector::Vector;

/// The rows of a list that exist for a person. Cheap to clone.
#[derive(Clone)]
pub struct MaskedRows {
    source: Arc<Source>,
}

struct Source {
    def: Arc<ListDef>,
    rows: Arc<Rows>,
    mask: Arc<Mask>,
    /// Every ordinal is below it, by column.
    capacities: Vec<u32>,
    workshop: Arc<Workshop>,
    resolved: OnceLock<Arc<Resolved>>,
}

impl MaskedRows {
    pub(super) fn new(def: Arc<ListDef>, rows: Arc<Rows>, mask: Arc<Mask>, view: &MaskedView) -> MaskedRows {
        let capacity = |column: &smalt_model::ColumnDef| match column.ty {
            smalt_model::Type::Item(dimension) => view.revision().items(dimension).capacity(),
            _ => 0,
        };
        let capacities = def.columns.iter().map(capacity).collect();
        let workshop = Arc::clone(view.workshop());
        MaskedRows { source: Arc::new(Source { def, rows, mask, capacities, workshop, resolved: OnceLock::new() }) }
    }

    /// The list.
    pub fn def(&self) -> &Arc<ListDef> {
        &self.source.def
    }

    /// The number of visible rows.
    pub fn len(&self) -> u64 {
        self.resolved().len()
    }

    /// Whether no row is visible.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The visible rows in their order, by the numbers of columns; columns of items as ordinals. Batches and parts as
    /// [`MaskedMetric::scan`](super::MaskedMetric::scan) has them.
    pub fn scan(&self, columns: &[u16], rows_per_batch: usize, part: usize, parts: usize) -> MaskedScan {
        let range = Range::new(self.len(), rows_per_batch, part, parts);
        let columns = columns.to_vec();
        MaskedScan::new(Cursor { rows: Arc::clone(&self.source.rows), resolved: self.resolved(), columns, range, open: None })
    }

    fn resolved(&self) -> Arc<Resolved> {
        let source = &self.source;
        Arc::clone(source.resolved.get_or_init(|| {
            let key = Key::Rows { stamp: source.rows.stamp(), mask: source.mask.fingerprint() };
            source.workshop.resolved(key, |_| {
                let sieve = Sieve::new(&source.mask, |column| source.capacities.get(column).copied().unwrap_or(0));
                source.workshop.run(|| resolve::rows(&source.rows, &sieve))
            })
        }))
    }
}

impl fmt::Debug for MaskedRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MaskedRows").field("list", &self.source.def.name).finish_non_exhaustive()
    }
}

struct Cursor {
    rows: Arc<Rows>,
    resolved: Arc<Resolved>,
    columns: Vec<u16>,
    range: Range,
    /// The block that is being read: its first row and what is left of it.
    open: Option<(usize, Runs)>,
}

impl Iterator for Cursor {
    type Item = ScanBatch;

    fn next(&mut self) -> Option<ScanBatch> {
        let rows = self.range.batch();
        if rows == 0 {
            return None;
        }
        let sources: Vec<Option<&Arc<Vector>>> = self.columns.iter().map(|c| self.rows.column(*c)).collect();
        let mut columns: Vec<Vector> = sources.iter().map(|c| seal::room(c.map_or(smalt_model::Type::Text, |c| c.ty()), rows)).collect();
        let mut wanted = rows;
        while wanted > 0 {
            let (base, mut runs) = match self.open.take() {
                Some(open) => open,
                None => {
                    let block = self.resolved.block_of(self.range.next);
                    let base = block * ROWS_PER_BLOCK;
                    let len = ROWS_PER_BLOCK.min(self.rows.len().saturating_sub(base));
                    (base, Runs::new(&self.resolved, block, len, self.range.next - self.resolved.before(block)))
                }
            };
            let ranges = runs.take(wanted);
            let taken: usize = ranges.iter().map(|(from, to)| to - from).sum();
            if taken == 0 {
                return None;
            }
            for (source, out) in sources.iter().zip(&mut columns) {
                for (from, to) in &ranges {
                    match source {
                        Some(source) => seal::copy_rows(source, base + from, base + to, out),
                        None => (*from..*to).for_each(|_| out.push(None)),
                    }
                }
            }
            wanted -= taken;
            self.range.next += taken as u64;
            if !runs.is_done() {
                self.open = Some((base, runs));
            }
        }
        Some(ScanBatch { rows, columns })
    }
}
