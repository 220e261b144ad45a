//! What a dimension, a metric and a list are made of.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{DimensionId, ListId, MetricId, Type, same_name};

/// A level of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CalendarLevel {
    /// 2024-01-31
    Day,
    /// 2024-W01
    Week,
    /// 2024-01
    Month,
    /// 2024-Q1
    Quarter,
    /// 2024-H1
    Half,
    /// 2024
    Year,
}

/// The dimensions that security is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SystemDimension {
    /// `User`
    User,
    /// `Role`
    Role,
    /// `Group`
    Group,
}

/// A property of a dimension. Property 0 is the item's unique name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PropertyDef {
    /// Its name.
    pub name: Arc<str>,
    /// Its type; an [`Type::Item`] makes a hierarchy.
    pub ty: Type,
    /// The formula that computes it, over the dimension alone.
    pub formula: Option<Arc<str>>,
}

/// A dimension.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DimensionDef {
    /// Its id.
    pub id: DimensionId,
    /// Its name.
    pub name: Arc<str>,
    /// Its properties, the unique name first; never empty.
    pub properties: Vec<PropertyDef>,
    /// Set for a level of the calendar.
    pub calendar: Option<CalendarLevel>,
    /// Set for `User`, `Role` and `Group`.
    pub system: Option<SystemDimension>,
}

impl DimensionDef {
    /// The index of a property.
    pub fn property(&self, name: &str) -> Option<u16> {
        self.properties.iter().position(|p| same_name(&p.name, name)).and_then(|i| u16::try_from(i).ok())
    }
}

/// A metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricDef {
    /// Its id.
    pub id: MetricId,
    /// Its name.
    pub name: Arc<str>,
    /// The type of its cells.
    pub ty: Type,
    /// Its dimensions as declared; none twice. No dimensions: one cell.
    pub dimensions: Vec<DimensionId>,
    /// Its formula, as saved. `None`: its cells are input.
    pub formula: Option<Arc<str>>,
}

/// A column of a transaction list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnDef {
    /// Its name.
    pub name: Arc<str>,
    /// Its type.
    pub ty: Type,
}

/// A transaction list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListDef {
    /// Its id.
    pub id: ListId,
    /// Its name.
    pub name: Arc<str>,
    /// Its columns.
    pub columns: Vec<ColumnDef>,
}

impl ListDef {
    /// The index of a column.
    pub fn column(&self, name: &str) -> Option<u16> {
        self.columns.iter().position(|c| same_name(&c.name, name)).and_then(|i| u16::try_from(i).ok())
    }
}
