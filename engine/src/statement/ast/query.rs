//! Statements that ask, and the one that recalculates.

use super::parts::{Coordinate, Name, ObjectKind, Sql, Text};

/// `EXPLAIN …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Explain {
    /// `EXPLAIN [ANALYZE] [VERBOSE] query`
    Query {
        /// Run it and print rows?
        analyze: bool,
        /// Print every step of planning?
        verbose: bool,
        /// The query.
        query: Sql,
    },
    /// `EXPLAIN FORMULA metric`
    Formula(Name),
    /// `EXPLAIN VALUE metric AT (…) [DEPTH n]`
    Value {
        /// The metric.
        metric: Name,
        /// The cell; empty for a metric without dimensions.
        at: Vec<Coordinate>,
        /// How many steps back, from 1.
        depth: Option<u32>,
    },
    /// `EXPLAIN ACCESS FOR USER 'x' ON metric [AT (…)]`
    Access {
        /// Whose rights.
        user: Name,
        /// The metric.
        metric: Name,
        /// The cell; `None`: the share of all cells.
        at: Option<Vec<Coordinate>>,
    },
    /// `EXPLAIN LEAKS ON metric`
    Leaks(Name),
}

impl Explain {
    /// The words that it begins with.
    pub fn title(&self) -> &'static str {
        match self {
            Explain::Query { analyze: true, .. } => "EXPLAIN ANALYZE",
            Explain::Query { .. } => "EXPLAIN",
            Explain::Formula(_) => "EXPLAIN FORMULA",
            Explain::Value { .. } => "EXPLAIN VALUE",
            Explain::Access { .. } => "EXPLAIN ACCESS",
            Explain::Leaks(_) => "EXPLAIN LEAKS",
        }
    }
}

/// `SHOW …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Show {
    /// `SHOW METRICS` and the other plurals
    All(ObjectKind),
    /// `SHOW CALENDARS`
    Calendars,
    /// `SHOW REVISIONS`
    Revisions,
    /// `SHOW FORMULA metric`
    Formula(Name),
    /// `SHOW ROLE OF 'user'`
    RoleOf(Name),
    /// `SHOW AUDIT [SINCE 'time'] [LIMIT n]`
    Audit {
        /// A date or a timestamp.
        since: Option<Text>,
        /// At most so many events.
        limit: Option<u64>,
    },
}

impl Show {
    /// The words that it begins with.
    pub fn title(&self) -> &'static str {
        match self {
            Show::All(kind) => match kind {
                ObjectKind::Metric => "SHOW METRICS",
                ObjectKind::Dimension => "SHOW DIMENSIONS",
                ObjectKind::Subset => "SHOW SUBSETS",
                ObjectKind::List => "SHOW LISTS",
                ObjectKind::Table => "SHOW TABLES",
                ObjectKind::View => "SHOW VIEWS",
                ObjectKind::Rule => "SHOW RULES",
                ObjectKind::User => "SHOW USERS",
                ObjectKind::Role => "SHOW ROLES",
                ObjectKind::Group => "SHOW GROUPS",
                ObjectKind::Scenario => "SHOW SCENARIOS",
                ObjectKind::Snapshot => "SHOW SNAPSHOTS",
            },
            Show::Calendars => "SHOW CALENDARS",
            Show::Revisions => "SHOW REVISIONS",
            Show::Formula(_) => "SHOW FORMULA",
            Show::RoleOf(_) => "SHOW ROLE OF",
            Show::Audit { .. } => "SHOW AUDIT",
        }
    }
}

/// `RECALCULATE [METRIC … | SCENARIO … | ALL [IN SCENARIO …]]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recalculate {
    /// `RECALCULATE`: what is out of date in the session's scenario
    Stale,
    /// `RECALCULATE METRIC a, b`; never empty
    Metrics(Vec<Name>),
    /// `RECALCULATE SCENARIO a, b`; never empty
    Scenarios(Vec<Name>),
    /// `RECALCULATE ALL`, and `RECALCULATE ALL IN SCENARIO a, b` for some scenarios; empty: all of them
    All(Vec<Name>),
}
