//! The engine through its public doors.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod audit;
mod basics;
mod copies;
mod decimal;
mod deleted_world;
mod exports;
mod files;
mod grants;
mod leaks;
mod leaky_functions;
mod order;
#[cfg(feature = "planted")]
mod planted;
mod policy;
mod questions;
mod random;
mod rights;
mod rights_cache;
mod scenarios;
mod subsets;
mod threads;
mod two_worlds;
mod world;
mod writes;
