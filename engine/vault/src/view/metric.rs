//! The cells of a metric that exist for a person.

use std::fmt;
use std::sync::{Arc, OnceLock};

use roaring::RoaringBitmap;
use smalt_model::{MetricDef, Type, Value};
use smalt_planted::{Leak, heard, planted};
use smalt_security::{Mask, Shape};

use super::aggregate::{Aggregation, GroupAxis};
use super::groups::Groups;
use super::scan::{self, MaskedScan, ScanColumn};
use super::selection::Resolved;
use super::sieve::{ItemSet, Sieve};
use super::totals::Wanted;
use super::workshop::{Key, Workshop};
use super::{MaskedView, resolve};
use crate::cells::{Cells, Field};

/// The cells of a metric that exist for a person. Cheap to clone.
#[derive(Clone)]
pub struct MaskedMetric {
    source: Arc<Source>,
    /// Sets of items that the cells were narrowed to, by position.
    filters: Vec<(usize, Arc<RoaringBitmap>)>,
    /// The visible cells under the filters.
    narrowed: Arc<OnceLock<Arc<Resolved>>>,
}

/// A metric and the mask over it.
struct Source {
    def: Arc<MetricDef>,
    cells: Arc<Cells>,
    /// By the declared place of each dimension.
    fields: Vec<Field>,
    /// Every ordinal is below it, by the declared place of each dimension.
    capacities: Vec<u32>,
    mask: Arc<Mask>,
    values: Option<Values>,
    workshop: Arc<Workshop>,
    resolved: OnceLock<Arc<Resolved>>,
}

/// The items that a cell may hold.
struct Values {
    items: ItemSet,
    fingerprint: u128,
}

impl MaskedMetric {
    /// `None` if the cells are not by the dimensions of `def`.
    pub(super) fn new(
        def: Arc<MetricDef>,
        cells: Arc<Cells>,
        mask: Arc<Mask>,
        values: Option<Arc<Mask>>,
        view: &MaskedView,
    ) -> Option<MaskedMetric> {
        let fields = def.dimensions.iter().map(|d| cells.layout().field(*d)).collect::<Option<Vec<_>>>()?;
        if fields.len() != cells.layout().fields().len() {
            return None;
        }
        let capacities = def.dimensions.iter().map(|d| view.revision().items(*d).capacity()).collect();
        let values = values.filter(|mask| mask.shape() != Shape::Everything && !planted(Leak::HeldItems)).map(|mask| {
            let capacity = match def.ty {
                Type::Item(dimension) => view.revision().items(dimension).capacity(),
                _ => 0,
            };
            let seen: RoaringBitmap = (0..capacity).filter(|item| mask.allows(&[*item])).collect();
            Values { items: ItemSet::new(0, Arc::new(seen)), fingerprint: mask.fingerprint() }
        });
        let workshop = Arc::clone(view.workshop());
        let source = Source { def, cells, fields, capacities, mask, values, workshop, resolved: OnceLock::new() };
        Some(MaskedMetric { source: Arc::new(source), filters: Vec::new(), narrowed: Arc::default() })
    }

    /// The metric.
    pub fn def(&self) -> &Arc<MetricDef> {
        &self.source.def
    }

    /// The number of visible cells.
    pub fn len(&self) -> u64 {
        self.resolved().len()
    }

    /// Whether no cell is visible.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Only the cells whose item at the declared place `position` of a dimension is in `items`, on top of what this is already.
    #[must_use]
    pub fn filtered(&self, position: usize, items: RoaringBitmap) -> MaskedMetric {
        let mut filters = self.filters.clone();
        filters.push((position, Arc::new(items)));
        MaskedMetric { source: Arc::clone(&self.source), filters, narrowed: Arc::default() }
    }

    /// One cell: its items in declared order. `None` where there is none to see.
    pub fn cell(&self, items: &[u32]) -> Option<Value> {
        let source = &self.source;
        let kept = |(position, keep): &(usize, Arc<RoaringBitmap>)| items.get(*position).is_some_and(|item| keep.contains(*item));
        let may = |items: &[u32]| source.mask.allows(items) || planted(Leak::UnmaskedCells);
        if items.len() != source.fields.len() || !may(items) || !self.filters.iter().all(kept) {
            return None;
        }
        let layout = source.cells.layout();
        let place = |d| source.def.dimensions.iter().position(|own| own == d).and_then(|p| items.get(p)).copied();
        let value = source.cells.get(&layout.dims().iter().map(place).collect::<Option<Vec<_>>>()?)?;
        match (&source.values, &value) {
            (None, _) => Some(value),
            (Some(seen), Value::Item(_, held)) if seen.items.contains(*held) => Some(value),
            (Some(_), _) => None,
        }
    }

    /// The visible cells in coordinate order, as batches of exactly `rows_per_batch` rows but the last. Part `part` of `parts`: parts
    /// are cut between batches, so that put together in order they give what one part gives.
    pub fn scan(&self, columns: &[ScanColumn], rows_per_batch: usize, part: usize, parts: usize) -> MaskedScan {
        let rows = heard(Leak::LimitBeforeMask).map_or(self.len(), |limit| self.resolved().among_first(limit));
        let range = scan::Range::new(rows, rows_per_batch, part, parts);
        let source = scan::Cells {
            cells: Arc::clone(&self.source.cells),
            fields: self.source.fields.clone(),
            dimensions: self.source.def.dimensions.clone(),
            resolved: self.resolved(),
        };
        MaskedScan::over_cells(source, columns.to_vec(), range)
    }

    /// Sums, ends and counts of the visible cells by groups of their items, without making a row: see [`Groups`]. `filter` is
    /// as if by [`MaskedMetric::filtered`]. Sums do not depend on order or threads. `None` where a sum or an end is wanted of
    /// cells that are not NUMBER.
    pub fn aggregate(&self, axes: &[GroupAxis], filter: &[(usize, RoaringBitmap)], wanted: Wanted) -> Option<Groups> {
        let source = &self.source;
        if source.def.ty != Type::Number && (wanted.sum || wanted.min || wanted.max) {
            return None;
        }
        let own = self.filters.iter().map(|(position, items)| (*position, items.as_ref()));
        let filters: Vec<_> = own.chain(filter.iter().map(|(position, items)| (*position, items))).collect();
        let plan = Aggregation::new(axes, &filters, &source.fields, &source.capacities)?;
        let resolved = source.resolved();
        Some(source.workshop.run(|| plan.run(&source.cells, &resolved, wanted)))
    }

    pub(super) fn resolved(&self) -> Arc<Resolved> {
        if self.filters.is_empty() {
            return self.source.resolved();
        }
        Arc::clone(self.narrowed.get_or_init(|| {
            let mut sieve = self.source.sieve();
            for (position, items) in &self.filters {
                sieve.and_items(*position, Arc::clone(items));
            }
            Arc::new(self.source.resolve(&sieve, None))
        }))
    }
}

impl Source {
    fn sieve(&self) -> Sieve {
        Sieve::new(&self.mask, |position| self.capacities.get(position).copied().unwrap_or(0))
    }

    fn resolve(&self, sieve: &Sieve, known: Option<&Resolved>) -> Resolved {
        let values = self.values.as_ref().map(|v| &v.items);
        self.workshop.run(|| resolve::cells(&self.cells, &self.fields, sieve, values, known))
    }

    /// The visible cells without any filter, shared by all who have the same mask over the same cells.
    fn resolved(&self) -> Arc<Resolved> {
        Arc::clone(self.resolved.get_or_init(|| {
            let values = self.values.as_ref().map(|v| v.fingerprint);
            let mask = if planted(Leak::SharedMasks) { 0 } else { self.mask.fingerprint() };
            let key = Key::Cells { stamp: self.cells.stamp(), fields: self.fields.clone(), mask, values };
            self.workshop.resolved(key, |known| {
                let resolved = self.resolve(&self.sieve(), known);
                if self.values.is_none() { resolved.keyed(resolve::stamps(&self.cells)) } else { resolved }
            })
        }))
    }
}

impl fmt::Debug for MaskedMetric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MaskedMetric").field("metric", &self.source.def.name).finish_non_exhaustive()
    }
}
