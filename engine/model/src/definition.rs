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

/// The order of a dimension's items: by a property, ties in the order of creation, BLANK last whichever way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ItemOrder {
    /// The property.
    pub property: u16,
    /// From the greatest to the least?
    pub descending: bool,
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
    /// The month in which the years of the calendar start, where it is not January; the same in all its levels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fiscal_start: Option<u8>,
    /// Set for `User`, `Role` and `Group`.
    pub system: Option<SystemDimension>,
    /// The property that people are shown in place of the unique name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<u16>,
    /// The property that items are ordered by; without one they are in the order of their creation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<ItemOrder>,
    /// Set for a subset: the dimension whose items it takes, with their ordinals and properties. The formula of property 0 is a Boolean
    /// over that dimension and says which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<DimensionId>,
    /// How many properties were taken out of it: definitions that differ here number the others differently.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dropped_properties: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl DimensionDef {
    /// A dimension in the order of creation, neither of the calendar nor of the system, and no subset.
    pub fn new(id: DimensionId, name: impl Into<Arc<str>>, properties: Vec<PropertyDef>) -> DimensionDef {
        DimensionDef {
            id,
            name: name.into(),
            properties,
            calendar: None,
            fiscal_start: None,
            system: None,
            display: None,
            order: None,
            parent: None,
            dropped_properties: 0,
        }
    }

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
