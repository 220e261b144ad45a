//! The chain of an application, open for adding events.

use std::collections::VecDeque;
use std::io::{self, BufRead, Cursor};
use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;

use super::chain::{Hash, Sealed, seal};
use super::clock::{Clock, Moment};
use super::event::{Class, Deed, Event, Outcome, Who};
use super::journal::Journal;
use super::open::{Opened, open};
use super::walk::{Verdict, Walk};
use crate::error::Error;
use crate::store::{Events, Seals};

/// How many events an application in memory keeps: the last ones.
const MOST_IN_MEMORY: usize = 16_384;
/// What the event says that tells of damage.
pub(super) const DAMAGED: &str = "AUDIT DAMAGED";
/// What the event says that tells of a line which a crash did not let come to its end.
const TORN: &str = "AUDIT MENDED";

/// The audit of one application.
#[derive(Debug)]
pub(crate) struct Log {
    clock: Clock,
    chain: Mutex<Chain>,
    damage: Option<String>,
}

#[derive(Debug)]
struct Chain {
    /// The number of the last event.
    last: u64,
    hash: Hash,
    keep: Keep,
}

#[derive(Debug)]
enum Keep {
    /// The last lines, and the hash of the event before them.
    Memory { lines: VecDeque<Arc<str>>, before: Hash },
    /// All of them.
    Files(Journal),
}

/// Events that were added for a change.
#[derive(Debug)]
pub(crate) struct Entered {
    /// They, and all that no earlier change had with it.
    pub(crate) events: Events,
    /// The last one.
    last: u64,
    hash: Hash,
}

/// A line of the audit.
#[derive(Debug)]
pub(crate) enum Line {
    /// An event.
    Event(Event),
    /// One that is damaged.
    Unreadable,
}

impl Log {
    /// What the clock says.
    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// A new one that keeps the last events in memory.
    pub(crate) fn in_memory(clock: Clock) -> Log {
        let keep = Keep::Memory { lines: VecDeque::new(), before: Hash::ORIGIN };
        Log { clock, chain: Mutex::new(Chain { last: 0, hash: Hash::ORIGIN, keep }), damage: None }
    }

    /// The one in an application's folder, or a new one there. `revision` is the application's. Damage is no error.
    ///
    /// # Errors
    /// The files cannot be read or written.
    ///
    /// `redo` are events that the application's log has, oldest first: those that are missing at the end of the file are added.
    pub(crate) fn open(folder: &Path, seals: &Seals, revision: u64, clock: Clock, redo: &[Events]) -> Result<Log, Error> {
        let files = |error| Error::files("the audit cannot be opened, in", folder, error);
        let Opened { journal, last, hash, damage, is_told, was_torn, lost } = open(folder, seals, revision, redo).map_err(files)?;
        let log = Log { clock, chain: Mutex::new(Chain { last, hash, keep: Keep::Files(journal) }), damage };
        let told = log.damage.as_ref().filter(|_| !is_told).map(|_| (DAMAGED, Outcome::Failed));
        let torn = was_torn.then_some((TORN, Outcome::Done));
        let own = told.into_iter().chain(torn).map(|(action, outcome)| Deed::plain(Class::Administration, action, outcome, Who::Owner));
        let deeds: Vec<Deed> = own.chain(lost.into_iter().map(|(revision, who)| Deed::taking_back(revision, who))).collect();
        if !deeds.is_empty() {
            log.add_all(deeds, None).and_then(|_| log.sync()).map_err(files)?;
        }
        Ok(log)
    }

    /// What was found to be damaged when the audit was opened.
    pub(crate) fn damage(&self) -> Option<&str> {
        self.damage.as_deref()
    }

    /// Adds an event. It is on the disk with the next change, or when the application is closed; what cannot be written yet is kept for then.
    pub(crate) fn note(&self, deed: Deed) {
        let mut chain = self.chain.lock();
        if chain.add(deed, self.clock.now()).is_ok()
            && let Keep::Files(journal) = &mut chain.keep
        {
            drop(journal.flush());
        }
    }

    /// Adds the events of a change that is about to be made. They are on the disk with the record of the change, to which they are handed.
    ///
    /// # Errors
    /// They cannot be written: the change must not be made. They are taken back by an event that is written as soon as one can be.
    pub(crate) fn enter(&self, deeds: Vec<Deed>, revision: u64) -> io::Result<Entered> {
        let who = deeds.last().map(|deed| deed.who.clone());
        let entered = self.add_all(deeds, Some(revision));
        if let (Err(_), Some(who)) = (&entered, who) {
            self.note(Deed::taking_back(revision, who));
        }
        entered
    }

    /// Notes that a change is on the disk, and its events with it.
    pub(crate) fn landed(&self, entered: &Entered) {
        if let Keep::Files(journal) = &mut self.chain.lock().keep {
            journal.mark(entered.last, &entered.hash);
        }
    }

    /// Has all events on the disk in the file of their own.
    ///
    /// # Errors
    /// They cannot be written.
    pub(crate) fn sync(&self) -> io::Result<()> {
        let mut chain = self.chain.lock();
        let (last, hash) = (chain.last, chain.hash);
        let Keep::Files(journal) = &mut chain.keep else { return Ok(()) };
        journal.flush()?;
        let file = journal.file();
        drop(chain);
        // The disk is slow: whoever opens a session meanwhile need not wait for it.
        file.sync_data()?;
        if let Keep::Files(journal) = &mut self.chain.lock().keep {
            journal.mark(last, &hash);
        }
        Ok(())
    }

    /// Writes all events anew, with the keys of now.
    ///
    /// # Errors
    /// They cannot be read or written; they are as they were then.
    pub(crate) fn write_anew(&self) -> io::Result<()> {
        let mut chain = self.chain.lock();
        let (last, hash) = (chain.last, chain.hash);
        match &mut chain.keep {
            Keep::Files(journal) => journal.write_anew(last, &hash),
            Keep::Memory { .. } => Ok(()),
        }
    }

    fn add_all(&self, deeds: Vec<Deed>, revision: Option<u64>) -> io::Result<Entered> {
        let mut chain = self.chain.lock();
        let time = self.clock.now();
        for deed in deeds {
            chain.add(Deed { revision: revision.or(deed.revision), ..deed }, time)?;
        }
        let (last, hash) = (chain.last, chain.hash);
        let Keep::Files(journal) = &mut chain.keep else { return Ok(Entered { events: Events::default(), last, hash }) };
        journal.flush()?;
        let lines = journal.take_unsaved();
        let count = lines.iter().filter(|b| **b == b'\n').count() as u64;
        Ok(Entered { events: Events { lines, first: (last + 1).saturating_sub(count) }, last, hash })
    }

    /// The number and the hash of the last event.
    pub(crate) fn head(&self) -> (u64, Hash) {
        let chain = self.chain.lock();
        (chain.last, chain.hash)
    }

    /// Holds all events against the chain.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn verify(&self) -> io::Result<Verdict> {
        let stretch = self.stretch()?;
        let mut walk = Walk::new(stretch.first, stretch.before);
        let (last, hash) = (stretch.last, stretch.hash);
        stretch.each(&mut |line| {
            walk.step(line);
            Ok(())
        })?;
        Ok(walk.verdict(last, &hash))
    }

    /// Goes through all lines, the oldest first.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn each(&self, mut with: impl FnMut(Line)) -> io::Result<()> {
        self.stretch()?.each(&mut |line| {
            with(Sealed::read(line).and_then(|sealed| sealed.event()).map_or(Line::Unreadable, Line::Event));
            Ok(())
        })
    }

    /// Goes through all lines as they are, the oldest first: the place of each, from 1, and the hash that it claims; none where it is damaged.
    ///
    /// # Errors
    /// The file cannot be read, or `with` fails.
    pub(crate) fn each_line(&self, mut with: impl FnMut(u64, &[u8], String) -> io::Result<()>) -> io::Result<()> {
        let mut place = 0;
        self.stretch()?.each(&mut |line| {
            place += 1;
            with(place, line, Sealed::read(line).map_or_else(String::new, |sealed| sealed.hash.to_string()))
        })
    }

    /// Writes the lines as they are, from a moment on; damaged ones too. Gives their number.
    ///
    /// # Errors
    /// They cannot be read or written.
    pub(crate) fn write(&self, since: Option<Moment>, out: &mut dyn io::Write) -> io::Result<u64> {
        let mut count = 0;
        self.stretch()?.each(&mut |line| {
            let event = since.and_then(|_| Sealed::read(line)?.event());
            if event.is_some_and(|event| since.is_some_and(|since| event.time < since)) {
                return Ok(());
            }
            count += 1;
            out.write_all(line)
        })?;
        Ok(count)
    }

    /// What is there now. Events that come while it is read are not in it.
    fn stretch(&self) -> io::Result<Stretch> {
        let chain = self.chain.lock();
        let (first, before, lines): (u64, Hash, Box<dyn BufRead>) = match &chain.keep {
            Keep::Memory { lines, before } => {
                let first = (chain.last + 1).saturating_sub(lines.len() as u64);
                (first, *before, Box::new(Cursor::new(lines.iter().map(AsRef::as_ref).collect::<String>())))
            }
            Keep::Files(journal) => (1, Hash::ORIGIN, journal.lines()?),
        };
        Ok(Stretch { first, before, last: chain.last, hash: chain.hash, lines })
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let chain = self.chain.get_mut();
        if let Keep::Files(journal) = &mut chain.keep {
            // Nobody is there to be told of an error. What is not written now is an end that falls short of no head.
            if journal.flush().is_ok() && journal.file().sync_data().is_ok() {
                journal.mark(chain.last, &chain.hash);
            }
        }
    }
}

impl Chain {
    fn add(&mut self, deed: Deed, time: Moment) -> io::Result<()> {
        let event = Event { number: self.last.saturating_add(1), time, deed };
        let (line, hash) = seal(&self.hash, &event)?;
        match &mut self.keep {
            Keep::Files(journal) => journal.push(&line)?,
            Keep::Memory { lines, before } => {
                if lines.len() >= MOST_IN_MEMORY
                    && let Some(oldest) = lines.pop_front()
                    && let Some(sealed) = Sealed::read(oldest.as_bytes())
                {
                    *before = sealed.hash;
                }
                lines.push_back(line.into());
            }
        }
        self.last = event.number;
        self.hash = hash;
        Ok(())
    }
}

/// The lines of a moment.
struct Stretch {
    first: u64,
    before: Hash,
    last: u64,
    hash: Hash,
    lines: Box<dyn BufRead>,
}

impl Stretch {
    fn each(mut self, with: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let mut line = Vec::new();
        while self.lines.read_until(b'\n', &mut line)? > 0 {
            with(&line)?;
            line.clear();
        }
        Ok(())
    }
}
