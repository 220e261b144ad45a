//! No code. Its manifest turns on, for every selection of crates, the features that some crate of the workspace needs of libraries
//! below DataFusion, so that DataFusion is compiled once and not once per command.
