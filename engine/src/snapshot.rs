//! One person's view of one state, for reading without statements.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use smalt_model::{Block, DimensionId, MetricDef, Saved, Type, Value};
use smalt_vault::MaskedView;

use crate::calendar::period_of;
use crate::error::Error;
use crate::near::closest;

/// A block as its reader sees it, by names alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockInfo {
    /// Its name.
    pub name: Arc<str>,
    /// Whether it is a dimension; else it is a metric, a list, a table or a view.
    pub is_dimension: bool,
    /// Its columns, each with the dimension whose items stand in it, if they do: of a dimension its properties, of a metric its dimensions and
    /// the metric itself, of a table its dimensions and its metrics, of a view the headings that it was given.
    pub columns: Vec<(Arc<str>, Option<Arc<str>>)>,
}

/// A pinned revision under a pinned state of rights: what one person may see of it, and nothing else.
#[derive(Clone, Debug)]
pub struct Snapshot {
    view: MaskedView,
    scenarios: Vec<Arc<str>>,
}

impl Snapshot {
    /// What a view shows, and the scenarios that its reader may read.
    pub(crate) fn new(view: MaskedView, scenarios: Vec<Arc<str>>) -> Snapshot {
        Snapshot { view, scenarios }
    }

    /// The number of the revision. Every commit counts, those of others that this person sees nothing of too.
    pub fn revision(&self) -> u64 {
        self.view.revision_number()
    }

    /// The scenarios that this person may read.
    pub fn scenarios(&self) -> &[Arc<str>] {
        &self.scenarios
    }

    /// The blocks, tables and views that the catalog shows to this person, by name: for editors that complete what is typed.
    pub fn blocks(&self) -> Vec<BlockInfo> {
        let schema = self.view.catalog();
        let name_of = |dimension: DimensionId| schema.dimension(dimension).map(|def| Arc::clone(&def.name));
        let held = |ty: Type| match ty {
            Type::Item(dimension) => name_of(dimension),
            _ => None,
        };
        let dimensions = schema.dimensions().map(|def| BlockInfo {
            name: Arc::clone(&def.name),
            is_dimension: true,
            columns: def.properties.iter().map(|property| (Arc::clone(&property.name), held(property.ty))).collect(),
        });
        let by = |def: &MetricDef| {
            let names = def.dimensions.iter().filter_map(|d| name_of(*d));
            names.map(|name| (Arc::clone(&name), Some(name))).collect::<Vec<_>>()
        };
        let own = |def: &MetricDef| (Arc::clone(&def.name), held(def.ty));
        let metrics = schema.metrics().map(|def| {
            let columns = by(def).into_iter().chain([own(def)]).collect();
            BlockInfo { name: Arc::clone(&def.name), is_dimension: false, columns }
        });
        let lists = schema.lists().map(|def| BlockInfo {
            name: Arc::clone(&def.name),
            is_dimension: false,
            columns: def.columns.iter().map(|column| (Arc::clone(&column.name), held(column.ty))).collect(),
        });
        let saved = schema.all_saved().map(|saved| {
            let columns = match saved {
                Saved::Table(def) => {
                    let metrics: Vec<_> = def.metrics.iter().filter_map(|metric| schema.metric(*metric)).collect();
                    let dimensions = metrics.first().map(|def| by(def)).unwrap_or_default();
                    dimensions.into_iter().chain(metrics.iter().map(|def| own(def))).collect()
                }
                Saved::View(def) => def.columns.iter().map(|column| (Arc::clone(column), None)).collect(),
            };
            BlockInfo { name: Arc::clone(saved.name()), is_dimension: false, columns }
        });
        let mut blocks: Vec<BlockInfo> = dimensions.chain(metrics).chain(lists).chain(saved).collect();
        blocks.sort_by(|a, b| a.name.cmp(&b.name));
        blocks
    }

    /// At most so many items of a dimension whose names begin with a text, whatever its case, in item order.
    ///
    /// # Errors
    /// There is no such dimension for this person.
    pub fn items(&self, dimension: &str, start: &str, most: usize) -> Result<Vec<Arc<str>>, Error> {
        let schema = self.view.catalog();
        let Some(Block::Dimension(id)) = schema.find(dimension) else { return Err(unknown("dimension", dimension, None)) };
        let start = start.to_lowercase();
        let items = self.view.items(id);
        let named = items.order().iter().filter_map(|item| items.name(*item)).filter(|name| name.to_lowercase().starts_with(&start));
        Ok(named.take(most).map(Arc::clone).collect())
    }

    /// A metric, a dimension or a list as a table for a host's own DataFusion session, masked: columns flat and in lower case (`store`,
    /// `store_country`, `revenue`). The application's limit on rows does not act here: what leaves the host is the host's to bound.
    ///
    /// # Errors
    /// There is no such block for this person.
    pub fn table(&self, name: &str) -> Result<Arc<dyn TableProvider>, Error> {
        let block = match self.view.catalog().find(name) {
            Some(block @ (Block::Dimension(_) | Block::List(_))) => block,
            _ => Block::Metric(self.metric(name)?.id),
        };
        smalt_query::provider(&self.view, block).ok_or_else(|| unknown("metric", name, None))
    }

    /// One cell: its value, an item as its name; `None` where it is BLANK or not this person's to see.
    ///
    /// # Errors
    /// There is no such metric or item for this person, or there are not as many items as the metric has dimensions.
    pub fn cell(&self, metric: &str, items: &[&str]) -> Result<Option<Value>, Error> {
        let def = self.metric(metric)?;
        check_count(&def, items.len())?;
        let coordinate = self.coordinate(&def, &items.iter().map(|name| Some(*name)).collect::<Vec<_>>())?;
        Ok(self.view.cell(def.id, &coordinate).and_then(|value| self.told(value)))
    }

    /// The cells along the one dimension whose item is `None`: item names and values in item order.
    ///
    /// # Errors
    /// There is no such metric or item for this person, or not exactly one item is left open.
    pub fn series(&self, metric: &str, items: &[Option<&str>]) -> Result<Vec<(Arc<str>, Value)>, Error> {
        let def = self.metric(metric)?;
        check_count(&def, items.len())?;
        let mut open = items.iter().enumerate().filter(|(_, name)| name.is_none()).map(|(place, _)| place);
        let (Some(along), None) = (open.next(), open.next()) else {
            return Err(Error::refused("a series has exactly one item left open"));
        };
        let mut coordinate = self.coordinate(&def, items)?;
        let Some(dimension) = def.dimensions.get(along) else { return Ok(Vec::new()) };
        let all = self.view.items(*dimension);
        let mut out = Vec::new();
        for &item in all.order() {
            if let Some(slot) = coordinate.get_mut(along) {
                *slot = item;
            }
            if let (Some(name), Some(value)) = (all.name(item), self.view.cell(def.id, &coordinate)) {
                out.extend(self.told(value).map(|value| (Arc::clone(name), value)));
            }
        }
        Ok(out)
    }

    /// A value as it leaves the engine. The ordinal of an item counts hidden ones, so an item is told by its name.
    fn told(&self, value: Value) -> Option<Value> {
        match value {
            Value::Item(dimension, item) => self.view.items(dimension).name(item).map(|name| Value::Text(Arc::clone(name))),
            other => Some(other),
        }
    }

    fn metric(&self, name: &str) -> Result<Arc<MetricDef>, Error> {
        // What the catalog does not show is no metric here: the number of its dimensions would tell of it.
        let schema = self.view.catalog();
        match schema.find(name) {
            Some(Block::Metric(id)) => schema.metric(id).map(Arc::clone).ok_or_else(|| unknown("metric", name, None)),
            _ => {
                let names = schema.metrics().map(|m| Arc::clone(&m.name)).collect::<Vec<_>>();
                Err(unknown("metric", name, closest(name, names.iter().map(AsRef::as_ref))))
            }
        }
    }

    /// The ordinals of items; 0 where an item is left open.
    fn coordinate(&self, def: &MetricDef, items: &[Option<&str>]) -> Result<Vec<u32>, Error> {
        let mut out = Vec::new();
        for (dimension, name) in def.dimensions.iter().zip(items) {
            let Some(name) = name else {
                out.push(0);
                continue;
            };
            let (items, def) = (self.view.items(*dimension), self.view.schema().dimension(*dimension));
            match items.find(name).or_else(|| items.find(&period_of(def?, name)?)) {
                Some(item) => out.push(item),
                None => {
                    let of = def.map_or_else(String::new, |d| format!(" in `{}`", d.name));
                    return Err(Error::refused(format!("there is no item `{name}`{of}")));
                }
            }
        }
        Ok(out)
    }
}

fn check_count(def: &MetricDef, given: usize) -> Result<(), Error> {
    if def.dimensions.len() == given {
        return Ok(());
    }
    Err(Error::refused(format!("`{}` has {} dimensions and {given} items are given", def.name, def.dimensions.len())))
}

fn unknown(what: &str, name: &str, close: Option<&str>) -> Error {
    match close {
        Some(close) => Error::refused(format!("there is no {what} `{name}`; did you mean `{close}`?")),
        None => Error::refused(format!("there is no {what} `{name}`")),
    }
}
