//! One state of the data: definitions, items, cells and rows.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use smalt_model::{Block, DimensionDef, DimensionId, ListId, MetricId, Schema, Type};

use crate::cells::{Cells, Layout, TooWide};
use crate::items::Items;
use crate::rows::Rows;
use crate::vector::{BLANK_ITEM, Vector};

static NO_ITEMS: LazyLock<Arc<Items>> = LazyLock::new(|| Arc::new(Items::empty(&DimensionDef::new(DimensionId(u32::MAX), "", Vec::new()))));

/// One state of the data. Cheap to clone: what a clone does not change stays shared. Everything in it is raw: for the formula
/// door, loads and the durable form, never for a question.
#[derive(Clone)]
pub struct Revision {
    number: u64,
    schema: Arc<Schema>,
    items: Vec<Option<Arc<Items>>>,
    cells: Vec<Option<Arc<Cells>>>,
    /// Input that is keyed by items which are not in a subset now.
    parked: BTreeMap<MetricId, Arc<Cells>>,
    /// The input of metrics that have a formula of their own here ([`MetricId::input`]).
    inputs: BTreeMap<MetricId, Arc<Cells>>,
    rows: Vec<Option<Arc<Rows>>>,
}

impl Revision {
    /// A state without any definition, number 0.
    pub fn empty() -> Revision {
        Revision {
            number: 0,
            schema: Arc::default(),
            items: Vec::new(),
            cells: Vec::new(),
            parked: BTreeMap::new(),
            inputs: BTreeMap::new(),
            rows: Vec::new(),
        }
    }

    /// The number of commits that led here.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Sets the number, for a state that is read back from a file.
    pub fn set_number(&mut self, number: u64) {
        self.number = number;
    }

    /// The definitions.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// The definitions, to be changed. Items, cells and rows do not follow by themselves.
    pub fn schema_mut(&mut self) -> &mut Schema {
        Arc::make_mut(&mut self.schema)
    }

    /// Replaces the definitions.
    pub fn set_schema(&mut self, schema: Arc<Schema>) {
        self.schema = schema;
    }

    /// The items of a dimension; none where nothing was set.
    pub fn items(&self, dimension: DimensionId) -> Arc<Items> {
        match self.items.get(dimension.index()) {
            Some(Some(items)) => Arc::clone(items),
            _ => self.schema.dimension(dimension).map_or_else(|| Arc::clone(&NO_ITEMS), |def| Arc::new(Items::empty(def))),
        }
    }

    /// Sets the items of a dimension.
    pub fn set_items(&mut self, dimension: DimensionId, items: Arc<Items>) {
        set(&mut self.items, dimension.index(), Some(items));
    }

    /// The cells of a metric; `None` where nothing was set.
    pub fn cells(&self, metric: MetricId) -> Option<Arc<Cells>> {
        if metric.is_input() {
            return self.inputs.get(&metric.whole()).map(Arc::clone);
        }
        self.cells.get(metric.index())?.as_ref().map(Arc::clone)
    }

    /// Sets the cells of a metric.
    pub fn set_cells(&mut self, metric: MetricId, cells: Arc<Cells>) {
        if metric.is_input() {
            self.inputs.insert(metric.whole(), cells);
        } else {
            set(&mut self.cells, metric.index(), Some(cells));
        }
    }

    /// Takes the cells of a metric out, as if none had ever been set. What is parked of it, and its input apart, stay.
    pub fn drop_cells(&mut self, metric: MetricId) {
        if metric.is_input() {
            self.inputs.remove(&metric.whole());
        } else {
            set(&mut self.cells, metric.index(), None);
        }
    }

    /// The metrics whose input is kept beside their cells, in the form of [`MetricId::input`].
    pub fn inputs(&self) -> impl Iterator<Item = MetricId> + '_ {
        self.inputs.keys().map(|metric| metric.input())
    }

    /// Sets the input of a metric apart, which gets a formula of its own here: [`MetricId::input`] has its cells from now on.
    pub fn set_input_apart(&mut self, metric: MetricId) {
        if let Some(cells) = self.cells(metric) {
            self.inputs.entry(metric).or_insert(cells);
        }
    }

    /// Gives a metric that has no formula of its own any more its input back; it has none where nothing was set apart.
    pub fn take_input_back(&mut self, metric: MetricId) {
        if let Some(cells) = self.inputs.remove(&metric) {
            set(&mut self.cells, metric.index(), Some(cells));
        }
    }

    /// The input of a metric at items that have left a subset: no cells of the metric, kept for the day when they come back.
    pub fn parked(&self, metric: MetricId) -> Option<Arc<Cells>> {
        self.parked.get(&metric).map(Arc::clone)
    }

    /// Sets what is parked of a metric; without a cell nothing is.
    pub fn set_parked(&mut self, metric: MetricId, cells: Arc<Cells>) {
        if cells.is_empty() {
            self.parked.remove(&metric);
        } else {
            self.parked.insert(metric, cells);
        }
    }

    /// Forgets what is parked of a metric.
    pub fn drop_parked(&mut self, metric: MetricId) {
        self.parked.remove(&metric);
    }

    /// The rows of a list; `None` where nothing was set.
    pub fn rows(&self, list: ListId) -> Option<Arc<Rows>> {
        self.rows.get(list.index())?.as_ref().map(Arc::clone)
    }

    /// Sets the rows of a list.
    pub fn set_rows(&mut self, list: ListId, rows: Arc<Rows>) {
        set(&mut self.rows, list.index(), Some(rows));
    }

    /// Takes the rows of a list out, so that they can be appended to without a copy; set them again after.
    pub fn take_rows(&mut self, list: ListId) -> Option<Arc<Rows>> {
        self.rows.get_mut(list.index())?.take()
    }

    /// Takes a block out: definition and data.
    pub fn remove(&mut self, block: Block) {
        self.schema_mut().remove(block);
        match block {
            Block::Dimension(id) => set(&mut self.items, id.index(), None),
            Block::Metric(id) => self.forget(id),
            Block::List(id) => set(&mut self.rows, id.index(), None),
        }
    }

    /// Takes out all cells of a metric.
    pub(crate) fn forget(&mut self, metric: MetricId) {
        set(&mut self.cells, metric.index(), None);
        self.parked.retain(|of, _| of.whole() != metric);
        self.inputs.remove(&metric);
    }

    /// The metrics of which there are cells.
    pub(crate) fn kept(&self) -> Vec<MetricId> {
        let cells = (0u32..).zip(&self.cells).filter(|(_, cells)| cells.is_some()).map(|(id, _)| MetricId(id));
        cells.chain(self.parked.keys().map(|metric| metric.whole())).collect()
    }

    /// The value at the end of a path of properties, by the ordinals of `dimension`: each property but the last holds items of
    /// the dimension where the next one is. BLANK where the path is BLANK on the way, or is no path. An empty path gives the items.
    pub fn path(&self, dimension: DimensionId, properties: &[u16]) -> Arc<Vector> {
        let Some((last, steps)) = properties.split_last() else {
            let items = self.items(dimension);
            let here = (0..items.capacity()).map(|i| items.position(i).map_or(BLANK_ITEM, |_| i)).collect();
            return Arc::new(Vector::Item(dimension, here));
        };
        let mut here = dimension;
        let mut at: Option<Vec<usize>> = None;
        for step in steps {
            match self.items(here).property(*step).map(Arc::as_ref) {
                Some(Vector::Item(next, values)) => {
                    let place = |i: &u32| if *i == BLANK_ITEM { usize::MAX } else { *i as usize };
                    at = Some(match at {
                        None => values.iter().map(place).collect(),
                        Some(at) => at.iter().map(|i| values.get(*i).map_or(usize::MAX, place)).collect(),
                    });
                    here = *next;
                }
                _ => return Arc::new(Vector::blank(Type::Text, self.items(dimension).capacity() as usize)),
            }
        }
        let items = self.items(here);
        match (items.property(*last), at) {
            (Some(values), None) => Arc::clone(values),
            (Some(values), Some(at)) => Arc::new(values.take(&at)),
            (None, _) => Arc::new(Vector::blank(Type::Text, self.items(dimension).capacity() as usize)),
        }
    }

    /// The layout for coordinates of these dimensions with the items there are now.
    ///
    /// # Errors
    /// The dimensions do not fit a key.
    pub fn layout_for(&self, dims: &[DimensionId]) -> Result<Arc<Layout>, TooWide> {
        let sizes: Vec<(DimensionId, u32)> = dims.iter().map(|d| (*d, self.items(*d).capacity())).collect();
        Layout::new(&sizes).map(Arc::new)
    }
}

impl Default for Revision {
    fn default() -> Revision {
        Revision::empty()
    }
}

impl fmt::Debug for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revision").field("number", &self.number).finish_non_exhaustive()
    }
}

fn set<T>(slots: &mut Vec<Option<T>>, index: usize, value: Option<T>) {
    if slots.len() <= index {
        slots.resize_with(index + 1, || None);
    }
    if let Some(slot) = slots.get_mut(index) {
        *slot = value;
    }
}
