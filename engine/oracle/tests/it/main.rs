//! The engine against the oracle. `SMALT_SEED` starts elsewhere, `SMALT_FORMULAS` says how many.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod engine;
mod formulas;
mod groups;
mod grow;
mod grow_any;
mod grow_number;
mod grow_other;
mod inheritance;
mod laws;
mod random;
mod shrink;
mod worked;
mod world;
