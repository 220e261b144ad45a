//! Statements that change or move data.

use super::parts::{Name, Sql, Text, Value};

/// `COPY target FROM 'file' [(maps)] [WITH (options)]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// The scenario whose cells are meant; `None`: the one in use.
    pub scenario: Option<Name>,
    /// The dimension, metric or list that is loaded.
    pub target: Name,
    /// The file.
    pub file: Text,
    /// Which column goes where; `None`: columns by name. Never `Some` of nothing.
    pub columns: Option<Vec<ColumnMap>>,
    /// What to do with rows that do not fit.
    pub options: CopyOptions,
}

/// `source -> target`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnMap {
    /// Where the values come from.
    pub source: ColumnSource,
    /// Where they go.
    pub target: ColumnTarget,
}

/// Where the values of a column come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnSource {
    /// A column of the file.
    File(Name),
    /// The same text in every row.
    Constant(Text),
}

/// Where the values of a column go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnTarget {
    /// The dimension, property, column or metric.
    pub column: Name,
    /// The property by which items are found; `None`: by their unique name.
    pub by_property: Option<Name>,
}

/// `WITH (unknown = …, duplicates = …, rejects = 'file')`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CopyOptions {
    /// Names that are no items.
    pub unknown: Unknown,
    /// Rows with the same key.
    pub duplicates: Duplicates,
    /// The file that takes what is skipped.
    pub rejects: Option<Text>,
}

/// What happens to a row that names an unknown item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unknown {
    /// The load fails.
    #[default]
    Error,
    /// The item is created.
    Create,
    /// The row is left out.
    Skip,
}

/// What happens to rows of one file with the same key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Duplicates {
    /// The load fails.
    #[default]
    Error,
    /// Their numbers are added.
    Sum,
    /// The last one holds.
    Last,
}

/// `COPY (query) TO 'file'`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyTo {
    /// What is written.
    pub query: Sql,
    /// The file.
    pub file: Text,
}

/// `INSERT INTO target [(columns)] VALUES … | query`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insert {
    /// The scenario whose cells are meant; `None`: the one in use.
    pub scenario: Option<Name>,
    /// The dimension, metric or list.
    pub target: Name,
    /// The columns named; `None` where none are. Never `Some` of nothing.
    pub columns: Option<Vec<Name>>,
    /// What is put in.
    pub source: InsertSource,
}

/// What an `INSERT` puts in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InsertSource {
    /// `VALUES (…), (…)`: at least one row; each as long as the columns where these are named.
    Values(Vec<Vec<Value>>),
    /// `SELECT …`
    Query(Sql),
}

/// `UPDATE target SET a = expression, … [WHERE expression]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The scenario whose cells are meant; `None`: the one in use.
    pub scenario: Option<Name>,
    /// The dimension, metric or list.
    pub target: Name,
    /// What is set; never empty.
    pub assignments: Vec<Assignment>,
    /// Where; `None`: everywhere.
    pub filter: Option<Sql>,
}

/// `column = expression`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The column, property or metric.
    pub column: Name,
    /// An SQL expression.
    pub value: Sql,
}

/// `DELETE FROM target [WHERE expression]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delete {
    /// The scenario whose cells are meant; `None`: the one in use.
    pub scenario: Option<Name>,
    /// The dimension, metric or list.
    pub target: Name,
    /// Where; `None`: everywhere.
    pub filter: Option<Sql>,
}
