//! Formulas on small models: what formulas.md says, cell by cell.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

mod decimal;
mod distribute;
mod explain;
mod fixture;
mod forecast;
mod groups;
mod long_lines;
mod recurrence;
mod scales;
mod shapes;
mod worked;
