//! Places at which a result was too large for its type: it is BLANK there, and the report of a recalculation counts such places.

use std::cell::RefCell;

/// The places of one piece of work, told in any order and as often as it happens.
#[derive(Debug, Default)]
pub(crate) struct Spill(RefCell<Vec<usize>>);

impl Spill {
    /// A result is too large.
    pub(crate) fn tell(&self, place: usize) {
        self.0.borrow_mut().push(place);
    }

    /// The places, ascending, each once.
    pub(crate) fn take(&self) -> Vec<usize> {
        let mut places = self.0.take();
        places.sort_unstable();
        places.dedup();
        places
    }
}
