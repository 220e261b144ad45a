//! Items, cells and rows, and the one place where masks are applied to them.
//!
//! A [`Revision`] is one immutable state of the data; the [`Vault`] holds the current one, one writer at a time makes the next. Raw
//! cells are for the formula door, which runs inside a commit. Questions go through a [`MaskedView`]: what its person may not
//! see does not exist in it.
//!
//! INVARIANTS: revisions never change. A commit is all or nothing. A `MaskedView` hands out no cell, row, item, name or count
//! that its access does not let through, and no buffer that holds one.

mod arrange;
mod cells;
mod exact;
mod follow;
mod items;
mod pool;
mod remove;
mod revision;
mod rows;
mod stamp;
mod vault;
mod vector;
mod view;

pub use cells::{
    Block, Body, Builder, Cells, Changed, Chunk, Column, Edits, Field, Key, Keys, Layout, Moves, Projection, Row, TooWide, WORD_BITS, Word,
    Words, field_bits, place_from,
};
pub use exact::{CountedSum, ExactSum, OfLine, WordsByLine, bits_of};
pub use items::{Duplicate, Items, ItemsEdit};
pub use pool::map_in_pool;
pub use remove::Removed;
pub use revision::Revision;
pub use rows::Rows;
pub use vault::{Busy, Draft, Vault};
pub use vector::{BLANK_BOOLEAN, BLANK_DATE, BLANK_DECIMAL, BLANK_INTEGER, BLANK_ITEM, BLANK_RIGHTS, Vector};
pub use view::{
    GroupAxis, Groups, MaskedItems, MaskedMetric, MaskedRows, MaskedScan, MaskedView, NO_GROUP, ScanBatch, ScanColumn, Wanted, shows_all,
    shows_metric,
};
