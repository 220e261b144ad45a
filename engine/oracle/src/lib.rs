//! A second opinion on formulas, for tests only.
//!
//! It was written from the contract of the formula language alone and shares nothing with the engine but the parsed tree and the
//! conversion of days to dates. Cells are a `BTreeMap`, every expression is computed as a whole block, every operator is a loop over all
//! coordinates. It is as slow as that sounds, and short enough to be checked against the contract line by line.
//!
//! An item is told by its place in item order, so that coordinates sort as the language sorts them.

mod aggregate;
mod along;
mod arithmetic;
mod block;
mod by;
mod choice;
mod decimal;
mod forecast;
mod function;
mod look;
mod model;
mod modifier;
mod operator;
mod rank;
mod rollup;
mod scope;
mod select;
mod solve;
mod subset;
mod value;
mod whole;
mod work;

pub use block::Block;
pub use decimal::Decimal;
pub use model::{Dimension, Level, Metric, Model, Property, Subset};
pub use scope::Scope;
pub use solve::solve;
pub use subset::members;
pub use value::{Type, Value};
pub use work::TOO_MUCH;

/// What an evaluation gives, or why the formula is wrong.
pub type Found<T> = Result<T, String>;

/// Coordinates with their values.
pub type Cells = std::collections::BTreeMap<Vec<usize>, Value>;
