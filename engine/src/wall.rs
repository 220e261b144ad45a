//! Ways around the wall that must not compile for a host. `smalt-query` has those for the question door.
//!
//! A session is not made but given for a name, and does not become another one's:
//!
//! ```compile_fail,E0624
//! fn become_owner() {
//!     let _ = smalt::Session::new;
//! }
//! ```
//!
//! ```compile_fail,E0616
//! fn look(session: &smalt::Session) {
//!     let _ = &session.inner;
//! }
//! ```
//!
//! The state behind an application, and the view behind a snapshot, are not handed out:
//!
//! ```compile_fail,E0624
//! fn state(app: &smalt::Application) {
//!     let _ = app.state();
//! }
//! ```
//!
//! ```compile_fail,E0616
//! fn view(snapshot: &smalt::Snapshot) {
//!     let _ = &snapshot.view;
//! }
//! ```
//!
//! Labels hold items as their reader sees them, and no more is to be had:
//!
//! ```compile_fail,E0616
//! fn items(labels: &smalt::Labels) {
//!     let _ = &labels.items;
//! }
//! ```
