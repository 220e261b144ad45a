//! The definitions of a state as JSON, and back.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smalt_model::{Block, DimensionDef, DimensionId, ListDef, ListId, MetricDef, MetricId, Saved, Schema, TableDef, Type, ViewDef};

use super::bytes::Broken;
use crate::statement::Place;
use crate::statement::ast::Formula;
use crate::work::{Computed, Pending};

/// The definitions as JSON. The slots of dropped blocks stay, since their ids are never given again.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Definitions {
    /// The number of the commit, in old files.
    #[serde(default)]
    pub(super) revision: u64,
    next_dimension: DimensionId,
    next_metric: MetricId,
    next_list: ListId,
    dimensions: Vec<DimensionDef>,
    metrics: Vec<MetricDef>,
    lists: Vec<ListDef>,
    /// What follows came later: older files have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tables: Vec<TableDef>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    views: Vec<ViewDef>,
    /// What is said about blocks; tables and views have it themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    comments: Vec<(Block, Arc<str>)>,
}

impl Definitions {
    /// Those of a state.
    pub(super) fn of(schema: &Schema) -> Definitions {
        Definitions {
            revision: 0,
            next_dimension: schema.next_dimension(),
            next_metric: schema.next_metric(),
            next_list: schema.next_list(),
            dimensions: schema.dimensions().map(|d| DimensionDef::clone(d)).collect(),
            metrics: schema.metrics().map(|m| MetricDef::clone(m)).collect(),
            lists: schema.lists().map(|l| ListDef::clone(l)).collect(),
            tables: schema.all_saved().filter_map(|s| if let Saved::Table(def) = s { Some(TableDef::clone(def)) } else { None }).collect(),
            views: schema.all_saved().filter_map(|s| if let Saved::View(def) = s { Some(ViewDef::clone(def)) } else { None }).collect(),
            comments: schema.comments().map(|(block, text)| (block, Arc::clone(text))).collect(),
        }
    }

    /// From their JSON.
    pub(super) fn read(json: &[u8]) -> Result<Definitions, Broken> {
        serde_json::from_slice(json).map_err(|_| Broken("its definitions cannot be read"))
    }

    /// The schema that they describe.
    pub(super) fn schema(self) -> Result<Schema, Broken> {
        let mut schema = Schema::default();
        if self.dimensions.iter().any(|d| d.id >= self.next_dimension || d.properties.is_empty())
            || self.metrics.iter().any(|m| m.id >= self.next_metric)
            || self.lists.iter().any(|l| l.id >= self.next_list)
        {
            return Err(Broken("its definitions do not fit together"));
        }
        // A slot that was given and is empty now keeps its id: it is put and taken out again.
        for id in 0..self.next_dimension.0 {
            let id = DimensionId(id);
            schema.put_dimension(DimensionDef::new(id, "", Vec::new()));
            schema.remove(Block::Dimension(id));
        }
        for id in 0..self.next_metric.0 {
            let id = MetricId(id);
            schema.put_metric(MetricDef { id, name: Arc::from(""), ty: Type::Number, dimensions: Vec::new(), formula: None });
            schema.remove(Block::Metric(id));
        }
        for id in 0..self.next_list.0 {
            let id = ListId(id);
            schema.put_list(ListDef { id, name: Arc::from(""), columns: Vec::new() });
            schema.remove(Block::List(id));
        }
        self.dimensions.into_iter().for_each(|d| schema.put_dimension(d));
        self.metrics.into_iter().for_each(|m| schema.put_metric(m));
        self.lists.into_iter().for_each(|l| schema.put_list(l));
        self.tables.into_iter().for_each(|t| schema.put_saved(t));
        self.views.into_iter().for_each(|v| schema.put_saved(v));
        self.comments.into_iter().for_each(|(block, text)| schema.set_comment(block, Some(text)));
        Ok(schema)
    }
}

/// The formulas of definitions, to be compiled.
pub(crate) fn formulas(schema: &Schema, computed: &[(DimensionId, u16)]) -> Vec<Pending> {
    let pending = |of: Computed, text: &Arc<str>| Pending {
        of,
        scenario: None,
        formula: Formula { text: text.to_string(), at: Place::START },
        statement: 1,
    };
    let properties = computed.iter().filter_map(|(d, p)| {
        let text = schema.dimension(*d)?.properties.get(usize::from(*p))?.formula.as_ref()?;
        Some(pending(Computed::Property(*d, *p), text))
    });
    let metrics = schema.metrics().filter_map(|m| m.formula.as_ref().map(|text| pending(Computed::Metric(m.id), text)));
    properties.chain(metrics).collect()
}

/// The properties with formulas.
pub(crate) fn computed_properties(schema: &Schema) -> Vec<(DimensionId, u16)> {
    let of = |d: &Arc<DimensionDef>| {
        let id = d.id;
        let computed = (0u16..).zip(&d.properties).filter(|(_, p)| p.formula.is_some());
        computed.map(move |(property, _)| (id, property)).collect::<Vec<_>>()
    };
    schema.dimensions().flat_map(of).collect()
}
