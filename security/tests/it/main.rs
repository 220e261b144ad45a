//! The tests of people, rules and masks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod agree;
mod bounds;
mod formulas;
mod inherit;
mod laws;
mod masks;
mod people;
mod profiles;
mod random;
mod rules;
mod world;
