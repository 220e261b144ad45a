//! Questions to a small application, as the people in it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod binder;
mod by_item;
mod explain;
mod fused;
mod hostile;
mod leaks;
mod shares;
mod world;
