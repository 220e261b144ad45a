//! How much work an evaluation may take: a formula from anywhere must not run for ever.

use std::cell::Cell;
use std::rc::Rc;

use crate::Found;

/// Said of a formula that takes more steps than it may.
pub const TOO_MUCH: &str = "too much work";

/// The steps that are left: about one for each value that is looked at.
#[derive(Clone, Debug)]
pub(crate) struct Work(Rc<Cell<u64>>);

impl Work {
    pub(crate) fn of(steps: u64) -> Work {
        Work(Rc::new(Cell::new(steps)))
    }

    /// Takes some steps; an error once there are none left.
    pub(crate) fn take(&self, steps: usize) -> Found<()> {
        let left = self.0.get().checked_sub(steps as u64);
        self.0.set(left.unwrap_or(0));
        if left.is_some_and(|left| left > 0) { Ok(()) } else { Err(TOO_MUCH.to_owned()) }
    }
}
