//! Ways into raw cells that must not compile. Not part of the API.
//!
//! A view cannot be made here, opened here or widened here:
//!
//! ```compile_fail,E0624
//! fn open(revision: std::sync::Arc<smalt_vault::Revision>) {
//!     smalt_vault::MaskedView::new(revision);
//! }
//! ```
//!
//! ```compile_fail,E0616
//! fn look(view: &smalt_vault::MaskedView) {
//!     let _ = &view.inner;
//! }
//! ```
//!
//! ```compile_fail,E0616
//! fn widen(metric: &mut smalt_vault::MaskedMetric) {
//!     metric.filters.clear();
//! }
//! ```
//!
//! ```compile_fail,E0599
//! fn forget() -> smalt_vault::MaskedView {
//!     smalt_vault::MaskedView::default()
//! }
//! ```
//!
//! An answer cannot be made up, and a table cannot be taken apart:
//!
//! ```compile_fail,E0451
//! fn answer(schema: datafusion::arrow::datatypes::SchemaRef) -> smalt_query::Answer {
//!     smalt_query::Answer { columns: Vec::new(), schema, batches: Vec::new() }
//! }
//! ```
//!
//! ```compile_fail,E0603
//! use smalt_query::table::MaskedTable;
//! ```
