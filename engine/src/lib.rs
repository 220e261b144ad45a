//! smalt: a columnar planning engine that lives inside the host's process.
//!
//! An [`Application`] holds a model (dimensions, metrics, lists, formulas), its data, its people and their rights. Everything is
//! done by a [`Session`], which always has a principal: the owner, or a user whose every answer is masked by the rights.
//!
//! ```
//! use std::sync::Arc;
//!
//! use smalt::{Application, Value};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # futures::executor::block_on(async {
//! let app = Application::in_memory()?; // or `open`, in a folder
//! let owner = app.owner_session()?;
//! // Statements: definitions, data, people, rights. Each is all or nothing.
//! owner
//!     .execute(
//!         "CREATE DIMENSION Country (Name TEXT);
//!          CREATE DIMENSION Product (Name TEXT);
//!          INSERT INTO Country (Name) VALUES ('France'), ('Japan');
//!          INSERT INTO Product (Name) VALUES ('Tea'), ('Coffee');
//!          CREATE METRIC Volume NUMBER BY (Product, Country);
//!          CREATE METRIC Revenue NUMBER BY (Product, Country) AS Volume * 2.5;
//!          INSERT INTO Volume VALUES ('Tea', 'France', 10), ('Coffee', 'France', 4), ('Tea', 'Japan', 30);
//!          CREATE USER 'ann@acme.com';
//!          CREATE ROLE Planner PERMISSIONS (\"Display Application\", \"Open Boards\") READ UNSPECIFIED WRITE DENIED;
//!          GRANT ROLE Planner TO USER 'ann@acme.com';
//!          CREATE METRIC Rights ACCESS RIGHTS BY (User, Country);
//!          INSERT INTO Rights VALUES ('ann@acme.com', 'France', 'r.');
//!          CREATE RULE countries APPLY READ OF Rights TO ALL METRICS WITH (Country);",
//!     )
//!     .await?;
//! assert_eq!(owner.cell("Revenue", &["Tea", "Japan"])?, Some(Value::Number(75.0)));
//!
//! // A session always has a principal. What may not be read does not exist in it: not as a value, not in a total.
//! let ann = app.session("ann@acme.com")?;
//! assert_eq!(ann.cell("Revenue", &["Tea", "Japan"])?, None);
//! let batches = ann.sql("SELECT SUM(Revenue) AS total FROM Revenue").await?.collect().await?; // Arrow record batches
//! assert_eq!(batches[0].num_rows(), 1);
//!
//! // One line of cells, without planning a query.
//! let series = ann.series("Revenue", &[None, Some("France")])?;
//! assert_eq!(series[0], (Arc::from("Tea"), Value::Number(25.0)));
//!
//! // One revision under one state of rights; its metrics are tables for a DataFusion session of the host's own.
//! let table = ann.snapshot()?.table("Revenue")?;
//! let columns = table.schema();
//! let columns: Vec<&str> = columns.fields().iter().map(|field| field.name().as_str()).collect();
//! assert_eq!(columns, ["product", "country", "product_name", "country_name", "revenue"]);
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! Two programs show more: `examples/web` serves an application with axum, a session for each request, and `examples/lake` joins the plan with
//! Parquet files in a DataFusion session of its own. [`Metrics`] tells a host of each statement, and there are spans of the `tracing` library.
//!
//! Nothing in here installs a global allocator, a global thread pool or a logger, or blocks the host's async threads.

mod adding;
mod application;
mod audit;
mod calc;
mod calendar;
#[cfg(test)]
mod density;
mod dependency;
mod elsewhere;
mod error;
mod execute;
mod facts;
mod fault;
mod files;
mod footprint;
mod formula;
mod guard;
mod history;
mod keeping;
mod load;
mod look;
mod metrics;
mod names;
mod near;
mod options;
mod origin;
mod outcome;
pub mod output;
mod overflow;
mod permit;
mod reads;
mod recalculation;
mod restore;
mod rights_cache;
mod scenario;
mod session;
mod settle;
mod sight;
mod snapshot;
mod state;
pub mod statement;
mod store;
mod subset;
mod wall;
mod work;
mod world;

pub use application::Application;
pub use audit::{AuditHead, Clock};
pub use error::{Error, ScriptError};
pub use metrics::{Ending, Metrics, StatementDone};
pub use options::Options;
pub use outcome::{ColumnInfo, Labels, Outcome, Progress, ResultSink, Table};
pub use recalculation::{RecalculatedMetric, Recalculation};
pub use rights_cache::RightsKept;
pub use session::{Answer, Session};
pub use smalt_model::{Decimal, Digits, Value, format_date, format_number};
pub use smalt_query::Stop;
pub use snapshot::{BlockInfo, Snapshot};
pub use store::{
    BackupInfo, BackupOptions, BackupReport, Backups, DataKey, KeyError, KeyFile, KeyProvider, KeyVariable, RestoreOptions, RestoreReport,
    Retention, S3Options, Target, VerifyReport, WrappedKey,
};
