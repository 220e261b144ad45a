//! The engine against the oracle. `SMALT_SEED` starts elsewhere, `SMALT_FORMULAS` says how many.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod calendar;
mod engine;
mod exact;
mod formulas;
mod groups;
mod grow;
mod grow_any;
mod grow_finance;
mod grow_number;
mod grow_other;
mod laws;
mod random;
mod script;
mod shrink;
mod subsets;
mod worked;
mod world;
