//! The vocabulary that every other crate speaks: ids, types, values and the definitions of dimensions, metrics and lists.
//!
//! This crate has no cells and no items. Its behaviour is looking a definition up by its name, the calendar, and the arithmetic of decimals.

mod date;
mod decimal;
mod definition;
mod id;
mod name;
mod number;
mod rights;
mod saved;
mod schema;
mod types;
mod value;
mod wide;

pub use date::{civil_from_days, days_from_civil, format_date, parse_date};
pub use decimal::{Decimal, DecimalSum, Digits, Lost, Toward};
pub use definition::{CalendarLevel, ColumnDef, DimensionDef, ItemOrder, ListDef, MetricDef, PropertyDef, SystemDimension};
pub use id::{DimensionId, ListId, MetricId, ScenarioId};
pub use name::{fold, quoted, same_name, written};
pub use number::format_number;
pub use rights::Rights;
pub use saved::{Saved, TableDef, ViewDef};
pub use schema::{Block, Schema};
pub use types::Type;
pub use value::Value;
