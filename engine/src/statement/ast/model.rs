//! Statements that shape the model.

use smalt_model::CalendarLevel;

use super::parts::{Formula, Name, ObjectKind, Sql, Text};
use crate::statement::place::Place;

/// The type of a metric, a property or a column, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeName {
    /// The type.
    pub word: TypeWord,
    /// Where it stands.
    pub at: Place,
}

/// A type, not yet looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeWord {
    /// `NUMBER`
    Number,
    /// `INTEGER`
    Integer,
    /// `DECIMAL(p, s)`: p from 1 to 38, s not above p
    Decimal {
        /// All digits.
        precision: u8,
        /// Digits after the point.
        scale: u8,
    },
    /// `TEXT`
    Text,
    /// `BOOLEAN`
    Boolean,
    /// `DATE`
    Date,
    /// `ACCESS RIGHTS`
    Rights,
    /// The name of a dimension, which may be created later.
    Dimension(String),
}

/// A property of a dimension or a column of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeName,
}

/// The property by which a dimension is ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The property.
    pub property: Name,
    /// From the greatest to the least?
    pub descending: bool,
}

/// `CREATE DIMENSION name (properties) [DISPLAY p] [ORDER BY p [ASC | DESC]]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateDimension {
    /// Its name.
    pub name: Name,
    /// Its properties, the unique name first; never empty.
    pub properties: Vec<Property>,
    /// The property shown to people.
    pub display: Option<Name>,
    /// The order of its items.
    pub order: Option<Order>,
}

/// `CREATE SUBSET name OF dimension AS formula`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateSubset {
    /// Its name.
    pub name: Name,
    /// The dimension whose items it takes.
    pub dimension: Name,
    /// Which items.
    pub formula: Formula,
}

/// `CREATE CALENDAR FROM 'date' TO 'date' LEVELS (…) [FISCAL YEAR STARTS IN n]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateCalendar {
    /// The first day.
    pub from: CalendarDate,
    /// The last day, included.
    pub to: CalendarDate,
    /// The levels wanted and where each stands; each once, as written, never empty.
    pub levels: Vec<(CalendarLevel, Place)>,
    /// The month (1 to 12) in which the fiscal year starts, where the clause is given.
    pub fiscal_start: Option<u8>,
}

/// A day of a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CalendarDate {
    /// Days since 1970-01-01.
    pub days: i32,
    /// Where it stands.
    pub at: Place,
}

/// `CREATE LIST name (columns)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateList {
    /// Its name.
    pub name: Name,
    /// Its columns; never empty.
    pub columns: Vec<Property>,
}

/// `CREATE METRIC name type [BY (dimensions)] [AS formula]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateMetric {
    /// Its name.
    pub name: Name,
    /// The type of its cells.
    pub ty: TypeName,
    /// Its dimensions; empty without `BY`.
    pub dimensions: Vec<Name>,
    /// Its formula; `None` for input.
    pub formula: Option<Formula>,
}

/// `CREATE TABLE name OF (metrics)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateTable {
    /// Its name.
    pub name: Name,
    /// The metrics side by side; never empty.
    pub metrics: Vec<Name>,
}

/// `CREATE VIEW name [(headings)] AS query`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateView {
    /// Its name.
    pub name: Name,
    /// Headings in place of the query's own; empty where none are given.
    pub columns: Vec<Name>,
    /// Its query.
    pub query: Sql,
}

/// What `ALTER METRIC name` changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlterMetric {
    /// `[IN SCENARIO s] AS formula`
    Formula {
        /// The one scenario that gets the formula; `None` for all.
        scenario: Option<Name>,
        /// The formula.
        formula: Formula,
    },
    /// `[IN SCENARIO s] DROP FORMULA`
    DropFormula {
        /// The one scenario that loses its own formula; `None` for all.
        scenario: Option<Name>,
    },
    /// `RENAME TO name`
    Rename(Name),
}

/// What `ALTER DIMENSION name` changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlterDimension {
    /// `ADD PROPERTY name type [AS formula]`
    AddProperty {
        /// The property.
        property: Property,
        /// The formula that computes it.
        formula: Option<Formula>,
    },
    /// `DROP PROPERTY name`
    DropProperty(Name),
    /// `RENAME PROPERTY a TO b`
    RenameProperty {
        /// Its name so far.
        property: Name,
        /// Its new name.
        to: Name,
    },
    /// `RENAME TO name`
    Rename(Name),
    /// `ORDER BY p [ASC | DESC]`, and `DROP ORDER BY`: back to the order of creation
    Order(Option<Order>),
    /// `DISPLAY p`, and `DROP DISPLAY`
    Display(Option<Name>),
}

/// What `ALTER LIST name` changes. `COLUMN` and `PROPERTY` mean the same there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlterList {
    /// `ADD COLUMN name type`
    AddColumn(Property),
    /// `DROP COLUMN name`
    DropColumn(Name),
    /// `RENAME COLUMN a TO b`
    RenameColumn {
        /// Its name so far.
        column: Name,
        /// Its new name.
        to: Name,
    },
    /// `RENAME TO name`
    Rename(Name),
}

/// What `ALTER TABLE name` changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlterTable {
    /// `OF (metrics)`: the metrics side by side from now on; never empty
    Metrics(Vec<Name>),
    /// `RENAME TO name`
    Rename(Name),
}

/// What `ALTER SUBSET name` changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlterSubset {
    /// `AS formula`: which items it has from now on
    Formula(Formula),
    /// `RENAME TO name`
    Rename(Name),
}

/// What `ALTER VIEW name` changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlterView {
    /// `AS query`
    Query(Sql),
    /// `RENAME TO name`
    Rename(Name),
}

/// `DROP kind name`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drop {
    /// What is dropped.
    pub kind: ObjectKind,
    /// Its name.
    pub name: Name,
}

/// `COMMENT ON kind name IS 'text'`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// What it is about.
    pub kind: ObjectKind,
    /// Its name.
    pub name: Name,
    /// The comment; `None` (`IS NULL`) takes it away.
    pub text: Option<Text>,
}
