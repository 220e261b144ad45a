//! What is saved to be asked again: tables, which show metrics side by side, and views, which are queries.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Block, MetricId};

/// Metrics side by side on the dimensions that they have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableDef {
    /// Its name.
    pub name: Arc<str>,
    /// Its metrics in the order of its columns; at least one, none twice, all by the same dimensions.
    pub metrics: Vec<MetricId>,
    /// What is said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Arc<str>>,
}

/// A query that has a name. It is kept as it was written and bound anew for everybody who asks it, with the rights of that person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewDef {
    /// Its name.
    pub name: Arc<str>,
    /// The query. Empty where it is not for its reader.
    pub text: Arc<str>,
    /// Headings in place of those of the query; empty: the query's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Arc<str>>,
    /// The blocks that it reads, through other views and tables too. Whoever may not name one of them has no such view.
    pub reads: Vec<Block>,
    /// The constants in its text, which may be names of items.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constants: Vec<Arc<str>>,
    /// What is said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Arc<str>>,
}

/// A table or a view. They have their names in common with blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// A table of metrics.
    Table(Arc<TableDef>),
    /// A view.
    View(Arc<ViewDef>),
}

impl Saved {
    /// Its name.
    pub fn name(&self) -> &Arc<str> {
        match self {
            Saved::Table(def) => &def.name,
            Saved::View(def) => &def.name,
        }
    }

    /// What it is, in a sentence.
    pub fn kind(&self) -> &'static str {
        match self {
            Saved::Table(_) => "table",
            Saved::View(_) => "view",
        }
    }

    /// What is said about it.
    pub fn comment(&self) -> Option<&Arc<str>> {
        match self {
            Saved::Table(def) => def.comment.as_ref(),
            Saved::View(def) => def.comment.as_ref(),
        }
    }

    /// The blocks that it reads.
    pub fn reads(&self) -> Vec<Block> {
        match self {
            Saved::Table(def) => def.metrics.iter().map(|metric| Block::Metric(*metric)).collect(),
            Saved::View(def) => def.reads.clone(),
        }
    }
}

impl From<TableDef> for Saved {
    fn from(def: TableDef) -> Saved {
        Saved::Table(Arc::new(def))
    }
}

impl From<ViewDef> for Saved {
    fn from(def: ViewDef) -> Saved {
        Saved::View(Arc::new(def))
    }
}
