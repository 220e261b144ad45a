//! The engine through its public doors.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod audit;
mod basics;
mod copies;
mod decimal;
mod files;
mod leaks;
mod order;
mod questions;
mod random;
mod recalculate;
mod subsets;
mod threads;
mod two_worlds;
mod world;
mod writes;
