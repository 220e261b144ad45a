//! Statements about scenarios and revisions.

use super::parts::{Name, PropertyPath};
use crate::statement::place::Place;

/// `CREATE SCENARIO name [FROM source]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateScenario {
    /// Its name.
    pub name: Name,
    /// The scenario that it starts from; `None`: Base.
    pub source: Option<Name>,
}

/// Whether the cells of a scenario may be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScenarioAccess {
    /// `SET READ ONLY`
    ReadOnly,
    /// `SET READ WRITE`
    ReadWrite,
}

/// `COMPARE SCENARIO left WITH right ON metric [BY paths]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompareScenarios {
    /// The one scenario.
    pub left: Name,
    /// The other.
    pub right: Name,
    /// The metric.
    pub metric: Name,
    /// The dimensions and properties of the comparison; empty: cell by cell.
    pub by: Vec<PropertyPath>,
}

/// `MERGE SCENARIO source INTO target [ON CONFLICT …]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeScenario {
    /// Where the changes come from.
    pub source: Name,
    /// Where they go.
    pub target: Name,
    /// Cells that both have changed.
    pub conflict: Conflict,
}

/// What happens to a cell that both scenarios of a merge have changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Conflict {
    /// The merge is refused.
    #[default]
    Fail,
    /// The target's value stays.
    Ours,
    /// The source's value is taken.
    Theirs,
}

/// `REVISION n`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Its number.
    pub number: u64,
    /// Where the number stands.
    pub at: Place,
}
