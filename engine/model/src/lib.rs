//! The vocabulary that every other crate speaks: ids, types, values and the definitions of dimensions, metrics and lists.
//!
//! This crate has no cells, no items and no behaviour beyond looking a definition up by its name.

mod date;
mod definition;
mod id;
mod name;
mod number;
mod rights;
mod schema;
mod types;
mod value;

pub use date::{civil_from_days, days_from_civil, format_date, parse_date};
pub use definition::{CalendarLevel, ColumnDef, DimensionDef, ItemOrder, ListDef, MetricDef, PropertyDef, SystemDimension};
pub use id::{DimensionId, ListId, MetricId};
pub use name::{fold, same_name};
pub use number::format_number;
pub use rights::Rights;
pub use schema::{Block, Schema};
pub use types::Type;
pub use value::Value;
