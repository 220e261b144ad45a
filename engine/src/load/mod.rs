//! Rows from outside (files, VALUES, queries) into cells, items and list rows.
//!
//! A [`Source`] gives chunks of Arrow columns; [`column`] turns a column into a [`Vector`](smalt_vault::Vector) of the type that its
//! target wants, items found by a [`Resolver`]; [`write`] puts the rows where they belong. Nothing is published from here: a load
//! that fails leaves only a draft behind, which is thrown away.

pub(crate) mod column;
pub(crate) mod csv;
pub(crate) mod ipc;
pub(crate) mod json;
pub(crate) mod parquet;
pub(crate) mod plan;
pub(crate) mod resolve;
pub(crate) mod source;
mod until;
pub(crate) mod write;

pub(crate) use plan::Plan;
pub(crate) use source::Source;
pub(crate) use until::Until;
