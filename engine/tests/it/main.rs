//! The engine through its public doors.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod abuse;
mod attacks;
mod audit;
mod basics;
mod contract;
mod copies;
mod decimal;
mod deleted_world;
mod examples;
mod exports;
mod files;
mod grants;
mod growth;
mod hooks;
#[path = "../../../testdata/hostile.rs"]
mod hostile;
#[path = "../../examples/lake/join.rs"]
mod lake;
mod leaks;
mod leaky_functions;
mod order;
mod origin;
mod outlived;
mod permissions;
#[cfg(feature = "planted")]
mod planted;
mod policy;
mod proposals;
mod provider;
mod questions;
mod random;
mod readme;
mod recalculate;
mod reopened;
mod rights;
mod rights_cache;
mod saved;
mod scenarios;
mod stop;
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
