//! What is asked of backups, and what is told of them.

use std::fmt;
use std::sync::Arc;

use super::super::keys::KeyProvider;
use super::retention::Retention;

/// How a backup is to be made.
#[derive(Clone, Debug, Default)]
pub struct BackupOptions {
    /// Where the data is at home, such as `eu-west-1`: a restore elsewhere is refused. `None`: anywhere.
    pub region: Option<String>,
    /// Which backups go when this one is there; none by default.
    pub retention: Retention,
}

/// What a backup came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupReport {
    /// The backup.
    pub backup: BackupInfo,
    /// Objects that were written, and verified after that; what was there already is not among them.
    pub written: u64,
    /// Their bytes.
    pub written_bytes: u64,
    /// The first revision of those since the backup before that can be restored, where some before it cannot, because the log of their commits is
    /// not there any more.
    pub gap_before: Option<u64>,
    /// The numbers of backups that were taken away.
    pub removed: Vec<u64>,
    /// Why none were, if they should have been.
    pub retention_failed: Option<String>,
}

/// A backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupInfo {
    /// Its number, from 1.
    pub number: u64,
    /// The revision that the application had.
    pub revision: u64,
    /// When it was made, in UTC: `2026-11-27T10:15:00.000000Z`.
    pub taken: String,
    /// Where the data is at home.
    pub region: Option<String>,
    /// The bytes of all that it needs, also what it shares with others.
    pub bytes: u64,
}

/// What a restored application is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// What the newest backup has.
    #[default]
    Newest,
    /// What the backup of this number has.
    Backup(u64),
    /// What the application was after so many commits.
    Revision(u64),
    /// What it was at a time in UTC (`2026-11-27 10:15`): after the last commit up to then.
    Time(String),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Newest => f.write_str("the newest backup"),
            Target::Backup(number) => write!(f, "backup {number}"),
            Target::Revision(revision) => write!(f, "revision {revision}"),
            Target::Time(time) => write!(f, "what was there at `{time}`"),
        }
    }
}

/// How an application is to be restored.
#[derive(Clone, Debug, Default)]
pub struct RestoreOptions {
    /// What it is to be.
    pub target: Target,
    /// Where this is: a backup of data that is at home elsewhere is refused.
    pub region: Option<String>,
    /// Restores it all the same.
    pub force: bool,
    /// Who has the master key of an application that is encrypted.
    pub keys: Option<Arc<dyn KeyProvider>>,
}

/// What a restore came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoreReport {
    /// The backup that was read.
    pub backup: BackupInfo,
    /// The revision that the application has.
    pub revision: u64,
    /// How many commits were made again from the log.
    pub replayed: u64,
    /// The bytes that were read.
    pub bytes: u64,
}

/// What a verification came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyReport {
    /// The backups that are whole, the oldest first.
    pub backups: Vec<BackupInfo>,
    /// Objects that were read, each once.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What is damaged, in words.
    pub damage: Vec<String>,
}
