//! From a checked formula to a DataFusion plan of our own nodes.
//!
//! A plan's node is one operator over streams of cells. What is computed cell by cell is fused into the operator that needs it; what
//! moves cells to other coordinates is an operator of its own. There is never a join: operands meet by coordinate.

mod distribute;
mod lower;
mod node;
mod text;

pub use lower::{look_back, lower, lower_as_written, lower_simplified, short_window, simplified, stands_alone};
pub use node::{CellNode, RecurNode, Recurrence, StoreNode};
