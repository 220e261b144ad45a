//! The question door: SQL text and a [`MaskedView`] in, record batches out.
//!
//! The binder resolves every name against the view's schema and hands an exact tree to DataFusion; the only tables that DataFusion
//! sees are [`MaskedView`]s' metrics, dimensions and lists, so what a person may not see is in no plan, no error and no answer.
//!
//! INVARIANTS: this crate knows no rights, and its only source of rows is the view. A hidden name is an unknown name. Part of a
//! query that the binder does not understand is refused, never ignored. An answer depends on the view and the text alone: not
//! on threads, batch sizes or the layout of the data.

mod affected;
mod answer;
mod asker;
mod bind;
mod dialect;
mod error;
mod explain;
mod functions;
mod fused;
mod lex;
mod limits;
mod locate;
mod meter;
mod options;
mod patience;
mod plain;
mod provider;
mod reading;
mod rewrite;
mod run;
mod session;
mod size;
mod source;
mod table;
mod views;
#[doc(hidden)]
pub mod wall;
mod words;

pub use affected::{Affected, Piece, ROW_NUMBER};
pub use answer::{Answer, AnswerColumn};
pub use asker::{Asker, Errand, Memory};
pub use error::QueryError;
pub use limits::Stop;
pub use options::QueryOptions;
pub use provider::provider;
pub use reading::{Reading, Shape, reading, type_word};
pub use run::{affected, check, query};
pub use smalt_vault::MaskedView;
pub use views::{Elsewhere, Moment, Views};

/// The names of all functions that a query can call, in lower case; some stand twice.
pub fn function_names() -> impl Iterator<Item = &'static &'static str> {
    bind::function_names()
}
