//! The definitions that a person may name in a question, and those that are shown to them.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use roaring::RoaringBitmap;
use smalt_model::{Block, DimensionDef, DimensionId, MetricDef, MetricId, Saved, Schema, Type, ViewDef};
use smalt_planted::{Leak, planted};
use smalt_security::{Access, BLANK, Permission, Shape};

use crate::revision::Revision;

/// What questions may name. A metric or list without a readable cell answers them like an empty one, so it is there by its name. Rights
/// metrics and dimensions without a visible item do not exist for whom the catalog does not show them; such a dimension is still a column
/// of its metrics. Formulas name other blocks, so they are there only for who may configure blocks.
pub(super) fn named(schema: &Schema, catalog: &Schema, access: &Access) -> Schema {
    let mut named = schema.clone();
    for def in schema.metrics().filter(|def| def.ty == Type::Rights && catalog.metric(def.id).is_none()) {
        named.remove(Block::Metric(def.id));
    }
    for def in schema.dimensions().filter(|def| catalog.dimension(def.id).is_none()) {
        named.unlist(Block::Dimension(def.id));
    }
    // What is put together of several blocks tells their names, so it is there only for whom the catalog shows it.
    let saved: Vec<_> = named.all_saved().map(|saved| Arc::clone(saved.name())).collect();
    for name in saved.into_iter().filter(|name| catalog.saved(name).is_none()) {
        named.remove_saved(&name);
    }
    if !access.permits(Permission::ConfigureBlocks) {
        without_formulas(&mut named);
    }
    named
}

/// What lists, descriptions and suggestions show: everything to who may display the block explorer or configure blocks; else the blocks of
/// which one may read something, with the dimensions that these lead to.
pub(super) fn shown(revision: &Revision, access: &Access) -> Schema {
    let schema = revision.schema();
    let mut seen = Schema::clone(schema);
    if !shows_all(access) && !planted(Leak::WholeCatalogs) {
        let readable = Readable::new(revision, access);
        let mut dimensions = Vec::new();
        for def in schema.metrics() {
            if readable.metric(def) {
                dimensions.extend(def.dimensions.iter().copied());
                dimensions.extend(item_of(def.ty));
            } else {
                seen.remove(Block::Metric(def.id));
            }
        }
        for def in schema.lists() {
            let columns = || def.columns.iter().map(|column| item_of(column.ty));
            if readable.list(def.id, &columns().collect::<Vec<_>>()) {
                dimensions.extend(columns().flatten());
            } else {
                seen.remove(Block::List(def.id));
            }
        }
        dimensions.extend(schema.dimensions().filter(|def| readable.dimension(def)).map(|def| def.id));
        let reached = with_path_types(schema, dimensions);
        for def in schema.dimensions().filter(|def| !reached.contains(&def.id)) {
            seen.remove(Block::Dimension(def.id));
        }
        keep_saved(&mut seen);
    }
    hide_texts(&mut seen, revision, access);
    if !access.permits(Permission::ConfigureBlocks) {
        without_formulas(&mut seen);
    }
    seen
}

/// Takes out the tables and views that read a block which is not found by its name here: they do not exist for who cannot name all of it.
fn keep_saved(schema: &mut Schema) {
    let is_named = |block: Block| schema.name_of(block).is_some_and(|name| schema.find(name) == Some(block));
    let gone: Vec<_> = schema.all_saved().filter(|saved| !saved.reads().into_iter().all(is_named)).map(|s| Arc::clone(s.name())).collect();
    for name in gone {
        schema.remove_saved(&name);
    }
}

/// Leaves the queries of views to those who configure views, and of these to who may see every item that a constant in it may name. Constants
/// stay only where they are not for the reader, whom a plan would show them.
fn hide_texts(schema: &mut Schema, revision: &Revision, access: &Access) {
    let views: Vec<Arc<ViewDef>> =
        schema.all_saved().filter_map(|saved| if let Saved::View(def) = saved { Some(Arc::clone(def)) } else { None }).collect();
    for def in views {
        let is_seen = shows_constants(&def, revision, access);
        let text = if is_seen && access.permits(Permission::ConfigureViews) { Arc::clone(&def.text) } else { Arc::from("") };
        let constants = if is_seen { Vec::new() } else { def.constants.clone() };
        schema.put_saved(ViewDef { text, constants, ..ViewDef::clone(&def) });
    }
}

/// Whether no constant of a view can be the name of an item that is hidden from its reader.
fn shows_constants(view: &ViewDef, revision: &Revision, access: &Access) -> bool {
    let schema = revision.schema();
    let mut dimensions = Vec::new();
    for block in &view.reads {
        match block {
            Block::Dimension(id) => dimensions.push(*id),
            Block::Metric(id) => {
                if let Some(def) = schema.metric(*id) {
                    dimensions.extend(def.dimensions.iter().copied().chain(item_of(def.ty)));
                }
            }
            Block::List(id) => {
                dimensions.extend(schema.list(*id).into_iter().flat_map(|def| def.columns.iter().filter_map(|c| item_of(c.ty))));
            }
        }
    }
    let read = with_path_types(schema, dimensions);
    let sees = |dimension: &DimensionId| access.items(*dimension).shape() == Shape::Everything;
    let is_seen = |text: &Arc<str>| {
        let named = |dimension: &DimensionId| revision.items(*dimension).find(text).is_some_and(|i| access.items(*dimension).allows(&[i]));
        read.iter().any(named)
    };
    read.iter().all(sees) || view.constants.iter().all(is_seen)
}

/// Whether the catalog of this person shows a metric.
pub fn shows_metric(revision: &Revision, access: &Access, metric: MetricId) -> bool {
    let Some(def) = revision.schema().metric(metric) else { return false };
    shows_all(access) || Readable::new(revision, access).metric(def)
}

/// Whether the catalog of this person shows every block.
pub fn shows_all(access: &Access) -> bool {
    [Permission::ConfigureBlocks, Permission::DisplayBlockExplorer].into_iter().any(|permission| access.permits(permission))
}

/// Of which blocks a person may read something, over the items that this person sees, whether or not a cell stands there.
struct Readable<'a> {
    revision: &'a Revision,
    access: &'a Access,
    visible: RefCell<HashMap<DimensionId, RoaringBitmap>>,
}

impl<'a> Readable<'a> {
    fn new(revision: &'a Revision, access: &'a Access) -> Readable<'a> {
        Readable { revision, access, visible: RefCell::default() }
    }

    fn visible(&self, dimension: DimensionId) -> RoaringBitmap {
        let make = || {
            let mask = self.access.items(dimension);
            self.revision.items(dimension).order().iter().copied().filter(|item| mask.allows(&[*item])).collect()
        };
        self.visible.borrow_mut().entry(dimension).or_insert_with(make).clone()
    }

    fn metric(&self, def: &MetricDef) -> bool {
        let holds = self.access.values(def.id).is_none() || item_of(def.ty).is_none_or(|held| !self.visible(held).is_empty());
        let items = |position: usize| def.dimensions.get(position).map_or_else(RoaringBitmap::new, |dimension| self.visible(*dimension));
        holds && self.access.reading(def.id).allows_some(items)
    }

    fn list(&self, list: smalt_model::ListId, columns: &[Option<DimensionId>]) -> bool {
        let items = |position: usize| {
            let mut items = columns.get(position).copied().flatten().map_or_else(RoaringBitmap::new, |dimension| self.visible(dimension));
            items.insert(BLANK);
            items
        };
        self.access.reading_list(list).allows_some(items)
    }

    fn dimension(&self, def: &DimensionDef) -> bool {
        def.system.is_some() || self.access.items(def.id).shape() == Shape::Everything || !self.visible(def.id).is_empty()
    }
}

fn item_of(ty: Type) -> Option<DimensionId> {
    match ty {
        Type::Item(dimension) => Some(dimension),
        _ => None,
    }
}

fn with_path_types(schema: &Schema, mut open: Vec<DimensionId>) -> HashSet<DimensionId> {
    let mut reached = HashSet::new();
    while let Some(id) = open.pop() {
        if reached.insert(id) {
            open.extend(schema.dimension(id).into_iter().flat_map(|def| def.properties.iter().filter_map(|p| item_of(p.ty))));
        }
    }
    reached
}

fn without_formulas(schema: &mut Schema) {
    let metrics: Vec<MetricDef> = schema.metrics().filter(|m| m.formula.is_some()).map(|m| MetricDef::clone(m)).collect();
    for metric in metrics {
        schema.put_metric(MetricDef { formula: None, ..metric });
    }
    let computed = |d: &DimensionDef| d.properties.iter().any(|p| p.formula.is_some());
    let dimensions: Vec<DimensionDef> = schema.dimensions().filter(|d| computed(d)).map(|d| DimensionDef::clone(d)).collect();
    for mut dimension in dimensions {
        dimension.properties.iter_mut().for_each(|p| p.formula = None);
        schema.put_dimension(dimension);
    }
}
