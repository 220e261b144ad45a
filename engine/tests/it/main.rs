//! The engine through its public doors.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod audit;
mod basics;
mod copies;
mod decimal;
mod examples;
mod files;
mod growth;
mod hooks;
#[path = "../../examples/lake/join.rs"]
mod lake;
mod leaks;
mod order;
mod origin;
mod provider;
mod questions;
mod random;
mod rights_cache;
mod saved;
mod scenarios;
mod subsets;
mod threads;
mod two_worlds;
#[path = "../../examples/web/model.rs"]
mod web_model;
#[path = "../../examples/web/serve.rs"]
mod web_serve;
#[path = "../../examples/web/site.rs"]
mod web_site;
mod world;
mod writes;
