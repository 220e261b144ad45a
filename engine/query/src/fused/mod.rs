//! Groups of a metric's cells, added up where the cells are: no row is made.

mod codes;
mod exec;
mod rule;

pub(crate) use rule::FuseAggregates;
