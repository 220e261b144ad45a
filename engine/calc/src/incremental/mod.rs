//! Recalculation by cells: what changed is carried through each formula, and only what it reaches is computed.
//!
//! A [`Region`](region::Region) is a set of coordinates that may hold more than it must. Between metrics regions are exact, since what was computed
//! is compared with what was there before.

mod exchange;
pub(crate) mod kept;
mod mapped;
pub(crate) mod pass;
mod patch;
pub(crate) mod region;
pub(crate) mod standing;
mod step;
mod stretch;
mod wave;

pub(crate) use wave::{Part, Solution, Wave};
