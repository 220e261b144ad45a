//! What a host lends to an application.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::audit::Clock;
use crate::metrics::Metrics;
use crate::store::KeyProvider;

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
    /// is kept in any case. Over a reopening at most 1,000 are kept, as far back as what they changed fits 64 MB.
    pub kept_revisions: Option<usize>,
    /// The same for a formula that is evaluated and not saved, which also makes at most twice as many cells on its way; `None`: 50 million, or the
    /// limit of saved ones where that is lower.
    pub playground_limit: Option<u64>,
    /// So many readable rows a result may have without the permission to export data, `None`: a million. Past that it ends with an error.
    pub row_limit: Option<u64>,
    /// After so many commits a checkpoint is written in the background, `None`: 4,096. One is written earlier where they take 64 MB of the log,
    /// and when the application is closed.
    pub checkpoint_after: Option<u64>,
    /// The most time that a question may take, `None`: five minutes.
    pub deadline: Option<Duration>,
    /// The most time that what depends on a change may be computed, `None`: an hour. A load that waits for it is taken back as a whole;
    /// [`Duration::MAX`] sets no bound.
    pub change_deadline: Option<Duration>,
    /// The most memory, in bytes, that the joins, sorts, groups, windows and rows of one question may hold, `None`: 2 GB. What the process needs
    /// for it may be about twice as much.
    pub question_memory: Option<usize>,
    /// The same for all questions of one person together, `None`: 4 GB.
    pub person_memory: Option<usize>,
    /// The same for all questions of the application, `None`: 8 GB. Where it is used up, questions wait for one another.
    pub memory: Option<usize>,
    /// Where the times of the audit come from; the system's clock by default.
    pub clock: Clock,
    /// Who has the master key of an application that is encrypted on the disk; `None`: it is in clear. A new application is encrypted from its
    /// start where this is given.
    pub keys: Option<Arc<dyn KeyProvider>>,
    /// Whether an application that is in clear is to be encrypted, where `keys` are given; else opening it is refused then.
    pub encrypt: bool,
    /// Who is told of each statement that has ended; nobody by default.
    pub metrics: Option<Arc<dyn Metrics>>,
}
