//! The question door: what one person may see of one revision.

mod aggregate;
mod catalog;
mod groups;
mod items;
mod kinds;
mod metric;
mod resolve;
mod rows;
mod scan;
mod seal;
mod selection;
mod sieve;
#[cfg(test)]
mod tests;
mod totals;
mod visible;
mod workshop;

use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hasher};
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use smalt_model::{DimensionDef, DimensionId, ListId, MetricDef, MetricId, Schema, Type, Value};
use smalt_planted::{Leak, whisper};
use smalt_security::Access;

pub use aggregate::{GroupAxis, NO_GROUP};
pub use catalog::{shows_all, shows_metric};
pub use groups::Groups;
pub use items::MaskedItems;
pub use metric::MaskedMetric;
pub use rows::MaskedRows;
pub use scan::{MaskedScan, ScanBatch, ScanColumn};
pub use totals::Wanted;
pub(crate) use workshop::Workshop;

use crate::cells::Cells;
use crate::revision::Revision;
use crate::vector::{BLANK_ITEM, Vector};

/// What one person may see of one revision: the only source of rows for a question. Cheap to clone.
#[derive(Clone)]
pub struct MaskedView {
    inner: Arc<Inner>,
}

/// Where a path starts, and its properties.
type Path = (DimensionId, Vec<u16>);

struct Inner {
    revision: Arc<Revision>,
    access: Arc<Access>,
    workshop: Arc<Workshop>,
    schema: OnceLock<Arc<Schema>>,
    catalog: OnceLock<Arc<Schema>>,
    fingerprint: OnceLock<u128>,
    items: Mutex<HashMap<DimensionId, Arc<MaskedItems>>>,
    paths: Mutex<HashMap<Path, Arc<Vector>>>,
    metrics: Mutex<HashMap<MetricId, MaskedMetric>>,
    rows: Mutex<HashMap<ListId, MaskedRows>>,
}

impl MaskedView {
    pub(crate) fn new(revision: Arc<Revision>, access: Arc<Access>, workshop: Arc<Workshop>) -> MaskedView {
        let inner = Inner {
            revision,
            access,
            workshop,
            schema: OnceLock::new(),
            catalog: OnceLock::new(),
            fingerprint: OnceLock::new(),
            items: Mutex::default(),
            paths: Mutex::default(),
            metrics: Mutex::default(),
            rows: Mutex::default(),
        };
        MaskedView { inner: Arc::new(inner) }
    }

    /// The number of the revision.
    pub fn revision_number(&self) -> u64 {
        self.inner.revision.number()
    }

    /// The definitions that a question may name; without Configure Blocks they have no formulas. A metric or list of which this person may
    /// read nothing answers like an empty one; a rights metric, and a dimension without a visible item, does not exist for whom the
    /// catalog does not show it.
    pub fn schema(&self) -> &Arc<Schema> {
        let inner = &self.inner;
        inner.schema.get_or_init(|| Arc::new(catalog::named(inner.revision.schema(), self.catalog(), &inner.access)))
    }

    /// The definitions that are shown to this person, in lists and as suggestions: a part of [`MaskedView::schema`].
    pub fn catalog(&self) -> &Arc<Schema> {
        let inner = &self.inner;
        inner.catalog.get_or_init(|| Arc::new(catalog::shown(&inner.revision, &inner.access)))
    }

    /// The visible items of a dimension; none where the id is no dimension.
    pub fn items(&self, dimension: DimensionId) -> Arc<MaskedItems> {
        let inner = &self.inner;
        if let Some(items) = inner.items.lock().get(&dimension) {
            return Arc::clone(items);
        }
        let others = |other| self.items(other);
        let made = Arc::new(match self.schema().dimension(dimension) {
            Some(def) => MaskedItems::new(Arc::clone(def), inner.revision.items(dimension), &inner.access, &others),
            None => MaskedItems::new(Arc::new(nameless(dimension)), Revision::empty().items(dimension), &inner.access, &others),
        });
        Arc::clone(inner.items.lock().entry(dimension).or_insert(made))
    }

    /// The value at the end of a path of properties, by the ordinals of `dimension`: each property but the last holds items of the
    /// dimension where the next one is. BLANK where an item, a property or a value on the way is hidden. An empty path gives the
    /// visible items.
    pub fn path(&self, dimension: DimensionId, properties: &[u16]) -> Arc<Vector> {
        let key = (dimension, properties.to_vec());
        if let Some(found) = self.inner.paths.lock().get(&key) {
            return Arc::clone(found);
        }
        let made = self.walk(dimension, properties);
        self.inner.paths.lock().insert(key, Arc::clone(&made));
        made
    }

    fn walk(&self, dimension: DimensionId, properties: &[u16]) -> Arc<Vector> {
        let items = self.items(dimension);
        let Some((last, before)) = properties.split_last() else {
            let here = (0..items.capacity()).map(|i| items.position(i).map_or(BLANK_ITEM, |_| i)).collect();
            return Arc::new(Vector::Item(dimension, here));
        };
        if before.is_empty() {
            return items.property(*last);
        }
        match self.path(dimension, before).as_ref() {
            Vector::Item(next, at) => {
                let places: Vec<usize> = at.iter().map(|i| if *i == BLANK_ITEM { usize::MAX } else { *i as usize }).collect();
                Arc::new(self.items(*next).property(*last).take(&places))
            }
            other => Arc::new(Vector::blank(Type::Text, other.len())),
        }
    }

    /// A metric; `None` where the id is none. One of which this person may read nothing is empty.
    pub fn metric(&self, metric: MetricId) -> Option<MaskedMetric> {
        let inner = &self.inner;
        whisper(&[Leak::RowsInStatistics, Leak::RowsInPlans], || Some(inner.revision.cells(metric)?.len()));
        if let Some(found) = inner.metrics.lock().get(&metric) {
            return Some(found.clone());
        }
        let def = self.schema().metric(metric)?;
        let cells = match inner.revision.cells(metric) {
            Some(cells) => cells,
            None => Arc::new(Cells::empty(inner.revision.layout_for(&def.dimensions).ok()?, def.ty)),
        };
        let made = MaskedMetric::new(Arc::clone(def), cells, inner.access.reading(metric), inner.access.values(metric), self)?;
        Some(inner.metrics.lock().entry(metric).or_insert(made).clone())
    }

    /// What a formula that is not saved gave, masked as if it were a metric of this person's. `None` if the cells are not by the
    /// dimensions of `def`.
    pub fn unsaved(&self, def: MetricDef, cells: Arc<Cells>) -> Option<MaskedMetric> {
        let access = &self.inner.access;
        let values = match def.ty {
            Type::Item(dimension) => Some(access.items(dimension)),
            _ => None,
        };
        let mask = access.reading_dimensions(&def.dimensions);
        MaskedMetric::new(Arc::new(def), cells, mask, values, self)
    }

    /// The rows of a list; `None` where the id is none. One of which this person may read nothing is empty.
    pub fn rows(&self, list: ListId) -> Option<MaskedRows> {
        let inner = &self.inner;
        if let Some(found) = inner.rows.lock().get(&list) {
            return Some(found.clone());
        }
        let def = self.schema().list(list)?;
        let rows = inner.revision.rows(list).unwrap_or_else(|| Arc::new(crate::rows::Rows::empty(def)));
        let made = MaskedRows::new(Arc::clone(def), rows, inner.access.reading_list(list), self);
        Some(inner.rows.lock().entry(list).or_insert(made).clone())
    }

    /// One cell, without a scan: its items in the metric's declared order of dimensions. `None` where there is none to see.
    pub fn cell(&self, metric: MetricId, items: &[u32]) -> Option<Value> {
        self.metric(metric)?.cell(items)
    }

    /// A hash of everything that the access lets through: equal for two people who may see the same of every block, whatever
    /// items and cells come.
    pub fn fingerprint(&self) -> u128 {
        *self.inner.fingerprint.get_or_init(|| {
            let access = &self.inner.access;
            let schema = self.inner.revision.schema();
            let mut halves = [DefaultHasher::new(), DefaultHasher::new()];
            for (half, salt) in halves.iter_mut().zip([1u8, 2]) {
                half.write_u8(salt);
                access.permissions().iter().for_each(|p| half.write(p.name().as_bytes()));
            }
            let mut add = |print: u128| halves.iter_mut().for_each(|half| half.write_u128(print));
            for def in schema.dimensions() {
                add(access.items(def.id).fingerprint());
                (0u16..).zip(&def.properties).for_each(|(p, _)| add(access.property(def.id, p).fingerprint()));
            }
            schema.metrics().for_each(|def| add(access.reading(def.id).fingerprint()));
            schema.lists().for_each(|def| add(access.reading_list(def.id).fingerprint()));
            let [high, low] = halves;
            (u128::from(high.finish()) << 64) | u128::from(low.finish())
        })
    }

    fn revision(&self) -> &Revision {
        &self.inner.revision
    }

    fn workshop(&self) -> &Arc<Workshop> {
        &self.inner.workshop
    }
}

fn nameless(id: DimensionId) -> DimensionDef {
    DimensionDef::new(id, "", Vec::new())
}

// No cell and no count: what a view holds is for its person.
impl fmt::Debug for MaskedView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MaskedView").field("revision", &self.revision_number()).finish_non_exhaustive()
    }
}
