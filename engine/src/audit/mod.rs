//! The audit (security.md §5): what was done, by whom, and how it ended, as a chain of events that nobody can change unnoticed.
//!
//! An event ([`event`]) says who did what to which block, and never a value, a formula or the text of a statement. [`chain`] seals it: its
//! hash covers the hash before it and its own text. [`log`] keeps the chain: in memory the last events, in an application's folder
//! ([`journal`]) all of them. [`walk`] holds lines against the chain, [`open`] does so when a folder is opened, and mends what a crash left.
//! [`ocsf`] writes events as a SIEM takes them. [`topic`] says which statements are events, [`account`] what is known of one while it runs. What a reader is shown of all this is decided
//! in `execute/audit.rs`.
//!
//! INVARIANT: the events of a change are written before the change itself, and are on the disk with it: its record in the application's log
//! has them, and the file of their own may lag behind after the machine lost power, until it is opened. So no change is without its events;
//! events whose change did not come about are taken back by a later event ([`Deed::takes_back`]).

mod account;
mod chain;
mod clock;
mod copy;
mod event;
mod host;
mod journal;
mod lines;
mod log;
mod ocsf;
mod open;
mod topic;
mod walk;

#[cfg(test)]
mod tests;

pub use clock::Clock;

pub use host::AuditHead;

pub(crate) use account::{Account, Present, by};
pub(crate) use clock::Moment;
pub(crate) use copy::{Held, LayDown, Timeline};
pub(crate) use event::{Class, Deed, Event, Kind, Named, Outcome, Thing, Who};
pub(crate) use log::{Entered, Line, Log};
pub(crate) use open::{has_events, taken_back};
pub(crate) use walk::Verdict;
