//! smalt: a columnar planning engine that lives inside the host's process.
//!
//! An [`Application`] holds a model (dimensions, metrics, lists, formulas), its data, its people and their rights. Everything is
//! done by a [`Session`], which always has a principal: the owner, or a user whose every answer is masked by the rights.
//!
//! ```
//! use smalt::{Application, Value};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let app = Application::in_memory()?;
//! let owner = app.owner_session()?;
//! futures::executor::block_on(owner.execute(
//!     "CREATE DIMENSION Product (Name TEXT);
//!      INSERT INTO Product (Name) VALUES ('Tea'), ('Coffee');
//!      CREATE METRIC Volume NUMBER BY (Product);
//!      CREATE METRIC Revenue NUMBER BY (Product) AS Volume * 2.5;
//!      INSERT INTO Volume (Product, Volume) VALUES ('Tea', 10), ('Coffee', 4);",
//! ))?;
//! assert_eq!(owner.cell("Revenue", &["Tea"])?, Some(Value::Number(25.0)));
//! # Ok(())
//! # }
//! ```
//!
//! Nothing in here installs a global allocator or a global thread pool, or blocks the host's async threads.

mod application;
mod audit;
mod calc;
mod calendar;
mod dependency;
mod error;
mod execute;
mod facts;
mod fault;
mod files;
mod footprint;
mod formula;
mod guard;
mod load;
mod look;
mod names;
mod near;
mod options;
mod outcome;
pub mod output;
mod overflow;
mod permit;
mod reads;
mod recalculation;
mod session;
mod settle;
mod sight;
mod snapshot;
mod state;
pub mod statement;
mod store;
mod subset;
mod work;

pub use application::Application;
pub use audit::{AuditHead, Clock};
pub use error::{Error, ScriptError};
pub use options::Options;
pub use outcome::{ColumnInfo, Labels, Outcome, Progress, ResultSink, Table};
pub use recalculation::{RecalculatedMetric, Recalculation};
pub use session::{Answer, Session};
pub use smalt_model::{Decimal, Digits, Value, format_date, format_number};
pub use snapshot::Snapshot;
