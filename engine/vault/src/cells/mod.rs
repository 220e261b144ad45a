//! Cells: sets of coordinates with a column of values, cut into immutable blocks.

mod block;
mod body;
mod build;
mod column;
mod compare;
mod key;
mod keys;
mod layout;
mod project;
#[cfg(test)]
mod tests;
mod walk;
mod whole;
mod words;

pub use block::{Block, Chunk};
pub use body::Body;
pub use build::Builder;
pub use column::Column;
pub use compare::Changed;
pub use key::Key;
pub use keys::Keys;
pub use layout::{Field, Layout, TooWide, field_bits};
pub use project::Projection;
pub use walk::place_from;
pub use whole::{Cells, Edits};
pub use words::{Moves, Row, WORD_BITS, Word, Words};
