//! The engine against the oracle. `SMALT_SEED` starts elsewhere, `SMALT_FORMULAS` says how many.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod accepted;
mod agrees;
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
mod incremental;
mod inheritance;
mod laws;
#[path = "../../../../formula/tests/it/model.rs"]
mod model;
#[path = "../../../../formula/tests/it/mutate.rs"]
#[allow(dead_code, reason = "this crate uses a part")]
mod mutate;
mod random;
mod script;
mod shrink;
mod subsets;
mod worked;
mod world;
