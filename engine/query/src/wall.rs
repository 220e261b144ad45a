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
//! ```compile_fail,E0624
//! fn back(view: &smalt_vault::MaskedView) -> u64 {
//!     view.revision().number()
//! }
//! ```
//!
//! ```compile_fail,E0616
//! fn cells(metric: &smalt_vault::MaskedMetric) {
//!     let _ = &metric.source;
//! }
//! ```
//!
//! ```compile_fail,E0616
//! fn rows(rows: &smalt_vault::MaskedRows) {
//!     let _ = &rows.source;
//! }
//! ```
//!
//! ```compile_fail,E0616
//! fn items(items: &smalt_vault::MaskedItems) {
//!     let _ = &items.items;
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
//!
//! Rights cannot be made up, in a crate that could name them:
//!
//! ```compile_fail,E0599
//! fn access() -> smalt_security::Access {
//!     smalt_security::Access::default()
//! }
//! ```
//!
//! ```compile_fail,E0616
//! fn promote(access: &mut smalt_security::Access, role: smalt_security::EffectiveRole) {
//!     access.role = Some(role);
//! }
//! ```
//!
//! ```compile_fail,E0451
//! fn mask() -> smalt_security::Mask {
//!     smalt_security::Mask { must: Vec::new(), deny: Vec::new(), fingerprint: 0 }
//! }
//! ```
//!
//! ```compile_fail,E0603
//! use smalt_security::mask::MaskBuilder;
//! ```
//!
//! ```compile_fail,E0624
//! fn region(items: std::sync::Arc<roaring::RoaringBitmap>) -> smalt_security::Region {
//!     smalt_security::Region::items(0, items)
//! }
//! ```
//!
//! A mask cannot be widened:
//!
//! ```compile_fail,E0616
//! fn widen(mask: &mut smalt_security::Mask) {
//!     mask.deny.clear();
//! }
//! ```
//!
//! ```compile_fail,E0277
//! fn copy(mask: &mut std::sync::Arc<smalt_security::Mask>) {
//!     let _ = std::sync::Arc::make_mut(mask);
//! }
//! ```
//!
//! What makes a view must be there already, and what all views share is the vault's own:
//!
//! ```compile_fail,E0603
//! use smalt_vault::view::Workshop;
//! ```
