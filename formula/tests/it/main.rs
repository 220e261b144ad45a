//! Whatever text comes in: an answer or an error, within a second and 200 MB. Without DataFusion.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod fuzz;
mod judge;
mod limits;
mod model;
mod mutate;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Counts what is allocated, so that each input can be held to its limit.
#[global_allocator]
static MEMORY: cap::Cap<std::alloc::System> = cap::Cap::new(std::alloc::System, usize::MAX);

/// The memory of one test at a time is measured.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The most that was ever allocated at once, in bytes.
fn peak() -> usize {
    MEMORY.max_allocated()
}
