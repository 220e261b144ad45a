//! Backups of an application: what they consist of, how one is made while work goes on, and how an application is made of one again.
//!
//! ```text
//! backups/<n>.backup            what the n-th backup consists of ([`catalog`]): written last, so that a backup is there whole or not at all
//! checkpoints/<hash>.manifest   a checkpoint as it stood in the folder
//! parts/<hash>.parquet | .part  what checkpoints name
//! log/<hash>.records            the records of some commits in a row, between two backups: any revision between them can be had
//! audit/<hash>.events           lines of the audit, each once
//! ```
//!
//! Everything but the first is named by the hash of what is in it. So what is there already is not copied again, and all of it can be verified,
//! also by who has no key; it is sealed as in the folder it is from.

mod catalog;
mod chain;
mod objects;
mod place;
mod report;
mod restore;
mod retention;
mod s3;
mod take;
mod verify;

#[cfg(test)]
mod tests;

pub use place::Backups;
pub use report::{BackupInfo, BackupOptions, BackupReport, RestoreOptions, RestoreReport, Target, VerifyReport};
pub use retention::Retention;
pub use s3::S3Options;
pub(crate) use verify::verify_files;
