//! EXPLAIN of formulas and of access rights.

mod access;
mod formula;
mod leaks;
mod space;

pub(super) use access::{block_access, cell_access};
pub(super) use formula::formula;
pub(super) use leaks::leaks;
