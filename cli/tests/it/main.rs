//! The `smalt` command from outside, the scripts of testdata/scripts, and the layers of the workspace.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod abuse;
mod command;
mod csv;
mod demo;
mod errors;
#[path = "../../../testdata/hostile.rs"]
mod hostile;
mod keeping;
mod layers;
mod ledger;
mod loan;
mod planbench;
mod program;
mod real;
mod recalc;
mod scripts;
mod shared;
mod shell;
mod terminal;
