//! All definitions of an application, found by id or by name. Dimensions, metrics, lists, tables and views share one namespace.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{CalendarLevel, DimensionDef, DimensionId, ListDef, ListId, MetricDef, MetricId, Saved, SystemDimension, Type, fold};

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Block {
    /// A dimension.
    Dimension(DimensionId),
    /// A metric.
    Metric(MetricId),
    /// A transaction list.
    List(ListId),
}

/// The definitions. Cheap to clone: a change copies the map of Arcs, not the definitions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    dimensions: Vec<Option<Arc<DimensionDef>>>,
    metrics: Vec<Option<Arc<MetricDef>>>,
    lists: Vec<Option<Arc<ListDef>>>,
    names: HashMap<String, Block>,
    /// Tables and views by their folded names.
    saved: BTreeMap<String, Saved>,
    comments: BTreeMap<Block, Arc<str>>,
}

impl Schema {
    /// A dimension by id.
    pub fn dimension(&self, id: DimensionId) -> Option<&Arc<DimensionDef>> {
        self.dimensions.get(id.index())?.as_ref()
    }

    /// A metric by id; for the input of a metric, the metric.
    pub fn metric(&self, id: MetricId) -> Option<&Arc<MetricDef>> {
        self.metrics.get(id.whole().index())?.as_ref()
    }

    /// A list by id.
    pub fn list(&self, id: ListId) -> Option<&Arc<ListDef>> {
        self.lists.get(id.index())?.as_ref()
    }

    /// What a name stands for.
    pub fn find(&self, name: &str) -> Option<Block> {
        self.names.get(&fold(name)).copied()
    }

    /// The name of a block.
    pub fn name_of(&self, block: Block) -> Option<&Arc<str>> {
        match block {
            Block::Dimension(id) => self.dimension(id).map(|def| &def.name),
            Block::Metric(id) => self.metric(id).map(|def| &def.name),
            Block::List(id) => self.list(id).map(|def| &def.name),
        }
    }

    /// The table or view of a name.
    pub fn saved(&self, name: &str) -> Option<&Saved> {
        self.saved.get(&fold(name))
    }

    /// All tables and views by name.
    pub fn all_saved(&self) -> impl Iterator<Item = &Saved> {
        self.saved.values()
    }

    /// Adds or replaces a table or a view.
    pub fn put_saved(&mut self, saved: impl Into<Saved>) {
        let saved = saved.into();
        self.saved.insert(fold(saved.name()), saved);
    }

    /// Takes a table or a view out.
    pub fn remove_saved(&mut self, name: &str) -> Option<Saved> {
        self.saved.remove(&fold(name))
    }

    /// What is said about a block.
    pub fn comment(&self, block: Block) -> Option<&Arc<str>> {
        self.comments.get(&block)
    }

    /// All comments on blocks.
    pub fn comments(&self) -> impl Iterator<Item = (Block, &Arc<str>)> {
        self.comments.iter().map(|(block, text)| (*block, text))
    }

    /// Says something about a block, or nothing any more.
    pub fn set_comment(&mut self, block: Block, text: Option<Arc<str>>) {
        match text {
            Some(text) => drop(self.comments.insert(block, text)),
            None => drop(self.comments.remove(&block)),
        }
    }

    /// Whether tables, views and comments are the same in both.
    pub fn has_same_words(&self, other: &Schema) -> bool {
        self.saved == other.saved && self.comments == other.comments
    }

    /// A type as statements write it.
    pub fn type_word(&self, ty: Type) -> String {
        match ty {
            Type::Number => "NUMBER".to_owned(),
            Type::Decimal { precision, scale } => format!("DECIMAL({precision}, {scale})"),
            Type::Integer => "INTEGER".to_owned(),
            Type::Text => "TEXT".to_owned(),
            Type::Boolean => "BOOLEAN".to_owned(),
            Type::Date => "DATE".to_owned(),
            Type::Rights => "ACCESS RIGHTS".to_owned(),
            Type::Item(dimension) => self.dimension(dimension).map_or_else(String::new, |d| d.name.to_string()),
        }
    }

    /// All dimensions by id.
    pub fn dimensions(&self) -> impl Iterator<Item = &Arc<DimensionDef>> {
        self.dimensions.iter().flatten()
    }

    /// All metrics by id.
    pub fn metrics(&self) -> impl Iterator<Item = &Arc<MetricDef>> {
        self.metrics.iter().flatten()
    }

    /// All lists by id.
    pub fn lists(&self) -> impl Iterator<Item = &Arc<ListDef>> {
        self.lists.iter().flatten()
    }

    /// The dimension of a calendar level; its subsets are not it.
    pub fn calendar(&self, level: CalendarLevel) -> Option<&Arc<DimensionDef>> {
        self.dimensions().find(|d| d.calendar == Some(level) && d.parent.is_none())
    }

    /// The dimension whose items these are: itself, or for a subset the dimension at the end of its parents.
    pub fn whole(&self, dimension: DimensionId) -> DimensionId {
        self.line(dimension).last().unwrap_or(dimension)
    }

    /// A dimension and, for a subset, its parent, the parent's parent and so on.
    pub fn line(&self, dimension: DimensionId) -> impl Iterator<Item = DimensionId> + '_ {
        // No line is longer than there are dimensions.
        std::iter::successors(Some(dimension), |d| self.dimension(*d)?.parent).take(self.dimensions.len() + 1)
    }

    /// The subsets of a dimension and theirs, each behind its parent.
    pub fn subsets(&self, dimension: DimensionId) -> Vec<&Arc<DimensionDef>> {
        let mut found: Vec<_> =
            self.dimensions().filter(|d| d.id != dimension && self.line(d.id).any(|above| above == dimension)).collect();
        found.sort_by_key(|d| self.line(d.id).count());
        found
    }

    /// A system dimension.
    pub fn system(&self, which: SystemDimension) -> Option<&Arc<DimensionDef>> {
        self.dimensions().find(|d| d.system == Some(which))
    }

    /// The id that the next dimension gets.
    pub fn next_dimension(&self) -> DimensionId {
        DimensionId(u32::try_from(self.dimensions.len()).unwrap_or(u32::MAX))
    }

    /// The id that the next metric gets.
    pub fn next_metric(&self) -> MetricId {
        MetricId(u32::try_from(self.metrics.len()).unwrap_or(u32::MAX))
    }

    /// The id that the next list gets.
    pub fn next_list(&self) -> ListId {
        ListId(u32::try_from(self.lists.len()).unwrap_or(u32::MAX))
    }

    /// Adds or replaces a dimension.
    pub fn put_dimension(&mut self, def: DimensionDef) {
        let (id, name) = (def.id, fold(&def.name));
        self.forget(Block::Dimension(id));
        place(&mut self.dimensions, id.index(), Some(Arc::new(def)));
        self.names.insert(name, Block::Dimension(id));
    }

    /// Adds or replaces a metric.
    pub fn put_metric(&mut self, def: MetricDef) {
        let (id, name) = (def.id, fold(&def.name));
        self.forget(Block::Metric(id));
        place(&mut self.metrics, id.index(), Some(Arc::new(def)));
        self.names.insert(name, Block::Metric(id));
    }

    /// Adds or replaces a list.
    pub fn put_list(&mut self, def: ListDef) {
        let (id, name) = (def.id, fold(&def.name));
        self.forget(Block::List(id));
        place(&mut self.lists, id.index(), Some(Arc::new(def)));
        self.names.insert(name, Block::List(id));
    }

    /// Takes a definition out; its id is never given again.
    pub fn remove(&mut self, block: Block) {
        self.forget(block);
        self.comments.remove(&block);
        match block {
            Block::Dimension(id) => place(&mut self.dimensions, id.index(), None),
            Block::Metric(id) => place(&mut self.metrics, id.index(), None),
            Block::List(id) => place(&mut self.lists, id.index(), None),
        }
    }

    /// Never gives an id again that another state of the definitions has given.
    pub fn keep_ids_of(&mut self, other: &Schema) {
        let most = |a: usize, b: usize| a.max(b);
        self.dimensions.resize(most(self.dimensions.len(), other.dimensions.len()), None);
        self.metrics.resize(most(self.metrics.len(), other.metrics.len()), None);
        self.lists.resize(most(self.lists.len(), other.lists.len()), None);
    }

    /// Takes the name of a block away: it is found by id only.
    pub fn unlist(&mut self, block: Block) {
        self.forget(block);
    }

    fn forget(&mut self, block: Block) {
        let name = self.name_of(block).map(|name| fold(name));
        if let Some(name) = name {
            self.names.remove(&name);
        }
    }
}

fn place<T>(slots: &mut Vec<Option<T>>, index: usize, value: Option<T>) {
    if slots.len() <= index {
        slots.resize_with(index + 1, || None);
    }
    if let Some(slot) = slots.get_mut(index) {
        *slot = value;
    }
}
