//! What the benchmarks have in common: questions to a session, and the memory of the process.

pub mod ask;
pub mod memory;

/// What stops a run.
pub type Failure = Box<dyn std::error::Error>;
