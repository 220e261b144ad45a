//! What a host lends to an application.

use std::path::PathBuf;

use crate::audit::Clock;

/// Settings of [`Application::open`](crate::Application::open).
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The most threads that one statement uses; `None`: as many as the machine has.
    pub threads: Option<usize>,
    /// Folders in which COPY may read and write, none by default. A relative path in a statement is looked up in each; the first that has it,
    /// or for a file to be written the first that has its folder, wins.
    pub folders: Vec<PathBuf>,
    /// The most coordinates that one operator of a formula may visit, `None`: 500 million. A formula that would visit more is refused
    /// before it runs.
    pub cell_limit: Option<u64>,
    /// How many revisions before the current one are kept for `AS OF` and `REVERT`, `None`: 1,000. What they have in common they share; a snapshot
    /// is kept in any case.
    pub kept_revisions: Option<usize>,
    /// Where the times of the audit come from; the system's clock by default.
    pub clock: Clock,
}
