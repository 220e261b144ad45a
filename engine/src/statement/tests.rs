//! Tests of the statement language.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod errors;
mod expect;
mod forms;
mod print;
mod soup;
mod split;

use super::{Place, Splitter, Statement, StatementError, parse};

/// The statements of a script, read.
fn read(script: &str) -> Result<Vec<Statement>, StatementError> {
    Splitter::new(script).map(|piece| parse(&piece?)).collect()
}
