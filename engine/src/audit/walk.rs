//! Holding lines against the chain.

use std::fmt;

use super::chain::{Hash, Sealed};
use super::event::Event;

/// What holding all lines against the chain came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Everything fits.
    Whole {
        /// How many events were held against the chain.
        events: u64,
        /// The number of the first one: above 1 where memory keeps the last events only.
        first: u64,
    },
    /// Something does not.
    Damaged(Misfit),
}

/// The first event that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// The number that the event has or should have, from 1.
    pub(crate) number: u64,
    pub(crate) reason: Reason,
}

/// Why it does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The line is no event.
    Unreadable,
    /// Another event stands in its place.
    Displaced { by: u64 },
    /// Its hash is not the one that its text and the event before it give.
    Changed,
    /// The chain goes on to this event, and its line is not there.
    Missing { last: u64 },
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.number;
        match self.reason {
            Reason::Unreadable => write!(f, "event {number} cannot be read"),
            Reason::Displaced { by } => write!(f, "event {number} is not in its place, where event {by} stands"),
            Reason::Changed => write!(f, "event {number} does not fit: it was changed, or what came before it was"),
            Reason::Missing { last } if last == number => write!(f, "event {number} is missing"),
            Reason::Missing { last } => write!(f, "events {number} to {last} are missing"),
        }
    }
}

/// Goes along the lines in their order.
#[derive(Debug)]
pub(crate) struct Walk {
    first: u64,
    /// The number that the next event must have.
    next: u64,
    /// The hash that it must follow.
    before: Hash,
    misfit: Option<Misfit>,
}

impl Walk {
    /// From the event `first`, behind the one whose hash is `before`.
    pub(crate) fn new(first: u64, before: Hash) -> Walk {
        Walk { first, next: first, before, misfit: None }
    }

    /// The next line with its end; its event, if it is one.
    pub(crate) fn step(&mut self, line: &[u8]) -> Option<Event> {
        let read = Sealed::read(line).and_then(|sealed| sealed.event().map(|event| (sealed, event)));
        let Some((sealed, event)) = read else {
            self.found(Reason::Unreadable);
            self.next = self.next.saturating_add(1);
            return None;
        };
        if event.number != self.next {
            self.found(Reason::Displaced { by: event.number });
        } else if !sealed.follows(&self.before) {
            self.found(Reason::Changed);
        }
        self.before = sealed.hash;
        self.next = event.number.saturating_add(1);
        Some(event)
    }

    fn found(&mut self, reason: Reason) {
        self.misfit.get_or_insert(Misfit { number: self.next, reason });
    }

    /// The number of the last event, and its hash.
    pub(crate) fn last(&self) -> (u64, Hash) {
        (self.next.saturating_sub(1), self.before)
    }

    /// The verdict where the chain is known to end with an event and its hash.
    pub(crate) fn verdict(mut self, last: u64, hash: &Hash) -> Verdict {
        if self.next <= last {
            self.found(Reason::Missing { last });
        } else if self.next > last.saturating_add(1) {
            // Somebody has added lines to the file.
            self.next = last.saturating_add(1);
            self.found(Reason::Changed);
        } else if self.before != *hash {
            self.next = last;
            self.found(Reason::Changed);
        }
        match self.misfit {
            Some(misfit) => Verdict::Damaged(misfit),
            None => Verdict::Whole { events: self.next.saturating_sub(self.first), first: self.first },
        }
    }

    /// What does not fit so far.
    pub(crate) fn misfit(&self) -> Option<&Misfit> {
        self.misfit.as_ref()
    }
}
