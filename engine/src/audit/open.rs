//! Opening the audit of a folder: it is held against the chain, the head and the application, and what a crash left is mended.
//!
//! What does not fit is told and stays as it is: the application opens, and VERIFY AUDIT says where. Damage that the lines alone would not
//! show afterwards (a head that is gone, lines that were cut off) is made to show: the next event follows nothing.

use std::collections::BTreeSet;
use std::io::{self, BufRead};
use std::path::Path;

use super::chain::{Hash, Sealed};
use super::event::{Outcome, Who};
use super::journal::Journal;
use super::log::DAMAGED;
use super::walk::{Misfit, Reason, Walk};
use crate::store::{Events, Seals};

/// An audit that was opened.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) journal: Journal,
    /// The event that the next one follows.
    pub(super) last: u64,
    pub(super) hash: Hash,
    /// What does not fit.
    pub(super) damage: Option<String>,
    /// Whether an event says so already.
    pub(super) is_told: bool,
    /// Whether an unfinished line was taken off.
    pub(super) was_torn: bool,
    /// Revisions that the application does not have, and whose they were: a crash came between their events and them.
    pub(super) lost: Vec<(u64, Who)>,
}

/// What is gathered on the way along the lines.
#[derive(Debug)]
struct Found {
    walk: Walk,
    /// The hash of the event of which the head speaks.
    at_head: Option<Hash>,
    /// The last event that tells of damage.
    told: Option<u64>,
    /// The highest revision with an event, among those that the application has.
    covered: u64,
    lost: Vec<(u64, Who)>,
}

/// Opens the audit in `folder`, of an application whose state is `revision`, and whose log has the events `redo`.
pub(super) fn open(folder: &Path, seals: &Seals, revision: u64, redo: &[Events]) -> io::Result<Opened> {
    let mut journal = Journal::open(folder, seals)?;
    add_missing(&mut journal, redo)?;
    let head = journal.head()?;
    let mut found = Found { walk: Walk::new(1, Hash::ORIGIN), at_head: None, told: None, covered: 0, lost: Vec::new() };
    let mut was_torn = false;
    let mut lines = journal.lines()?;
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        if line.ends_with(b"\n") {
            found.step(&line, head, revision);
        } else {
            was_torn = end(&mut journal, &mut found, &mut line, head)?;
            if !was_torn {
                found.step(&line, head, revision);
            }
        }
        line.clear();
    }
    let (last, hash) = found.walk.last();
    let fits = Fits { last, hash, head, revision, is_empty: journal.length() == 0 };
    let (damage, last, hash) = fits.judge(&found);
    if fits.is_new() {
        journal.begin()?;
    }
    let first = found.walk.misfit().map_or(last.saturating_add(1), |misfit| misfit.number);
    let is_told = found.told.is_some_and(|told| told >= first);
    Ok(Opened { journal, last, hash, damage, is_told, was_torn, lost: found.lost })
}

/// Adds events of the application's log that the file ends before: they were on the disk there, and here perhaps not yet. What stands in the
/// file is not touched, but for a last line that has no end.
fn add_missing(journal: &mut Journal, redo: &[Events]) -> io::Result<()> {
    let lines = |events: &Events| {
        let lines = events.lines.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
        (events.first..).zip(lines).collect::<Vec<_>>()
    };
    if redo.is_empty() {
        return Ok(());
    }
    let (last, hash, end) = match journal.last_line()? {
        None => (0, Hash::ORIGIN, 0),
        Some((line, end)) => match Sealed::read(&line).and_then(|sealed| Some((sealed.event()?.number, sealed.hash))) {
            Some((number, hash)) => (number, hash, end),
            None => return Ok(()),
        },
    };
    let missing: Vec<(u64, Vec<u8>)> = redo.iter().flat_map(lines).filter(|(number, _)| *number > last).collect();
    let follows = |(number, line): &(u64, Vec<u8>)| *number == last + 1 && Sealed::read(line).is_some_and(|sealed| sealed.follows(&hash));
    if !missing.first().is_some_and(follows) {
        return Ok(());
    }
    journal.cut(end)?;
    for (_, line) in &missing {
        journal.push(&String::from_utf8_lossy(line))?;
    }
    journal.flush()?;
    journal.take_unsaved();
    journal.file().sync_data()
}

/// Whether a folder has events.
pub(crate) fn has_events(folder: &Path) -> bool {
    Journal::exists(folder)
}

/// The revisions that were taken back and not made since, by the events in `folder`: those who made them were told that they failed.
pub(crate) fn taken_back(folder: &Path, seals: &Seals) -> io::Result<BTreeSet<u64>> {
    let mut taken = BTreeSet::new();
    if !Journal::exists(folder) {
        return Ok(taken);
    }
    let mut lines = Journal::open(folder, seals)?.lines()?;
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        if let Some(deed) = Sealed::read(&line).filter(|sealed| sealed.is_of_a_revision()).and_then(|sealed| Some(sealed.event()?.deed)) {
            match (deed.takes_back(), deed.revision) {
                (Some(revision), _) => drop(taken.insert(revision)),
                (None, Some(revision)) => drop(taken.remove(&revision)),
                (None, None) => {}
            }
        }
        line.clear();
    }
    Ok(taken)
}

/// A last line without an end. Whole, it gets one; else it is taken off where no more was promised, and left where it was.
fn end(journal: &mut Journal, found: &mut Found, line: &mut Vec<u8>, head: Option<(u64, Hash)>) -> io::Result<bool> {
    let (last, hash) = found.walk.last();
    line.push(b'\n');
    let is_whole = Sealed::read(line).is_some_and(|sealed| sealed.follows(&hash));
    if !is_whole && head.map_or(0, |(number, _)| number) <= last {
        journal.cut_unfinished()?;
        return Ok(true);
    }
    journal.end_line()?;
    journal.take_unsaved();
    Ok(false)
}

impl Found {
    fn step(&mut self, line: &[u8], head: Option<(u64, Hash)>, revision: u64) {
        let Some(event) = self.walk.step(line) else { return };
        if head.is_some_and(|(number, _)| number == event.number) {
            self.at_head = Some(self.walk.last().1);
        }
        if event.deed.action == DAMAGED {
            self.told = Some(event.number);
        }
        if let Some(taken_back) = event.deed.takes_back() {
            self.lost.retain(|(lost, _)| *lost != taken_back);
        } else if let (Some(made), Outcome::Done) = (event.deed.revision, event.deed.outcome) {
            if made <= revision {
                self.covered = self.covered.max(made);
            } else if self.lost.last().is_none_or(|(lost, _)| *lost != made) {
                self.lost.push((made, event.deed.who));
            }
        }
    }
}

/// What the lines end with, the head, and the application.
struct Fits {
    last: u64,
    hash: Hash,
    head: Option<(u64, Hash)>,
    revision: u64,
    is_empty: bool,
}

impl Fits {
    /// Whether there is nothing yet: neither a change, nor an event, nor a head.
    fn is_new(&self) -> bool {
        self.head.is_none() && self.is_empty && self.revision == 0
    }

    /// What is wrong, if something is, and what the next event follows.
    fn judge(&self, found: &Found) -> (Option<String>, u64, Hash) {
        let Fits { last, hash, .. } = *self;
        let misfit = found.walk.misfit().map(Misfit::to_string);
        match self.head {
            None if self.is_new() => (None, 0, Hash::ORIGIN),
            None if self.is_empty => (Some("the events before now are gone, or were never kept".to_owned()), 0, Hash::LOST),
            None => {
                (misfit.or_else(|| Some("the file `audit.head`, which says where the events end, is gone".to_owned())), last, Hash::LOST)
            }
            Some((number, at_head)) if number > last => {
                let missing = Misfit { number: last.saturating_add(1), reason: Reason::Missing { last: number } };
                (misfit.or_else(|| Some(missing.to_string())), number, at_head)
            }
            Some((number, at_head)) if number > 0 && found.at_head != Some(at_head) && misfit.is_none() => {
                (Some(format!("event {number} is not the one that was written")), last, Hash::LOST)
            }
            Some(_) if found.covered < self.revision && misfit.is_none() => {
                (Some("the application's last changes have no events".to_owned()), last, Hash::LOST)
            }
            Some(_) if found.lost.len() > 1 && misfit.is_none() => {
                (Some("the application is older than its events: was a backup restored?".to_owned()), last, hash)
            }
            Some(_) => (misfit, last, hash),
        }
    }
}
