//! Lines of an audit in a backup: which revision they say was there at a moment, and laying them down in a new folder.

use std::io;
use std::path::Path;

use super::chain::{Hash, Sealed};
use super::clock::Moment;
use super::event::Outcome;
use super::journal::Journal;
use super::walk::{Misfit, Walk};
use crate::store::Seals;

/// Finds the last revision up to a moment.
#[derive(Debug)]
pub(crate) struct Timeline {
    upto: Moment,
    revision: Option<u64>,
}

impl Timeline {
    pub(crate) fn upto(upto: Moment) -> Timeline {
        Timeline { upto, revision: None }
    }

    /// The next line, its end included.
    pub(crate) fn step(&mut self, line: &[u8]) {
        let Some(event) = Sealed::read(line).filter(Sealed::is_of_a_revision).and_then(|sealed| sealed.event()) else { return };
        match (event.deed.takes_back(), event.deed.revision) {
            (Some(taken_back), _) if self.revision == Some(taken_back) => self.revision = taken_back.checked_sub(1).filter(|r| *r > 0),
            (None, Some(made)) if event.deed.outcome == Outcome::Done && event.time <= self.upto => self.revision = Some(made),
            _ => {}
        }
    }

    /// The last one; `None`: nothing had been committed.
    pub(crate) fn revision(&self) -> Option<u64> {
        self.revision
    }
}

/// Lays lines down in a folder that has none, up to the first that is of a later revision.
#[derive(Debug)]
pub(crate) struct LayDown {
    journal: Journal,
    walk: Walk,
    revision: u64,
    is_done: bool,
}

/// So many bytes wait at most for the system to take them.
const WAITING_BYTES: usize = 1 << 20;

impl LayDown {
    pub(crate) fn begin(folder: &Path, seals: &Seals, revision: u64) -> io::Result<LayDown> {
        Ok(LayDown { journal: Journal::open(folder, seals)?, walk: Walk::new(1, Hash::ORIGIN), revision, is_done: false })
    }

    /// The next line, its end included.
    pub(crate) fn step(&mut self, line: &[u8]) -> io::Result<()> {
        let is_later = |sealed: Sealed<'_>| sealed.event().is_some_and(|event| event.deed.revision.is_some_and(|r| r > self.revision));
        self.is_done |= Sealed::read(line).filter(Sealed::is_of_a_revision).is_some_and(is_later);
        if self.is_done {
            return Ok(());
        }
        self.walk.step(line);
        self.journal.push(&String::from_utf8_lossy(line))?;
        if self.journal.waiting() >= WAITING_BYTES {
            self.journal.flush()?;
            self.journal.take_unsaved();
        }
        Ok(())
    }

    /// Has all of them on the disk.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.journal.flush()?;
        self.journal.file().sync_all()?;
        let (last, hash) = self.walk.last();
        self.journal.mark(last, &hash);
        Ok(())
    }
}

/// Holds lines against the chain.
#[derive(Debug)]
pub(crate) struct Held(Walk);

impl Default for Held {
    fn default() -> Held {
        Held(Walk::new(1, Hash::ORIGIN))
    }
}

impl Held {
    /// The next line, its end included.
    pub(crate) fn step(&mut self, line: &[u8]) {
        self.0.step(line);
    }

    /// What does not fit, in words.
    pub(crate) fn misfit(&self) -> Option<String> {
        self.0.misfit().map(Misfit::to_string)
    }
}
