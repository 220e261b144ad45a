//! The engine through its public doors.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod abuse;
mod audit;
mod basics;
mod copies;
mod decimal;
mod files;
#[path = "../../../testdata/hostile.rs"]
mod hostile;
mod leaks;
mod order;
mod permissions;
mod questions;
mod random;
mod subsets;
mod threads;
mod two_worlds;
mod world;
mod writes;
