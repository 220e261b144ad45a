//! The formula door: formulas run as plans on raw cells, inside a commit; only new cells come out, and they go back into the revision.
//!
//! A formula is two programs. The set program (`feed`) says where the result may have cells, the value program (`eval`) what they are; an
//! `operator` moves cells to other coordinates. There are no joins: operands meet by coordinate.

mod call;
mod error;
mod eval;
mod explain;
mod feed;
mod incremental;
mod operator;
mod order;
mod pattern;
mod physical;
mod radix;
mod reach;
mod recalculate;
mod reorder;
mod report;
mod run;
mod shared;
mod watch;
mod width;
mod within;

pub use error::{CalcError, Refusal};
pub use explain::explain;
pub use incremental::kept::Kept;
pub use order::{LoopError, Order, compile_order};
pub use pattern::refuse_wrong_patterns;
pub use recalculate::{CalcOptions, CalcProgress, Changes, Since, by_item, evaluate, recalculate};
pub use report::{Computed, Extent, Report};
pub use watch::{Ending, Watch};
pub use within::{Region, each_cell, lines_of, rows_to, taken, value_at, within};
