//! `smalt demo`: the main job on a generated model, told step by step, with every answer checked.

mod answer;
mod data;
mod folder;
mod narrator;
mod random;
mod section;
mod story;

use std::io;

use crate::args::DemoOptions;
use crate::console::{Console, Status};
use folder::Folder;

/// Runs the demonstration.
pub(crate) fn run(options: &DemoOptions, console: &Console) -> Status {
    let folder = match &options.keep {
        Some(path) => Folder::kept(path).map_err(|error| format!("cannot use `{}`: {error}", path.display())),
        None => Folder::temporary().map_err(|error| format!("cannot make a temporary folder: {error}")),
    };
    let folder = match folder {
        Ok(folder) => folder,
        Err(message) => {
            console.note(&format!("smalt: {message}"));
            return Status::BadArguments;
        }
    };
    match story::tell(options, &folder, console) {
        Ok(status) => status,
        Err(error) => {
            console.note(&format!("smalt: {error}"));
            Status::Refused
        }
    }
}

/// Why the story ended early.
#[derive(Debug)]
enum DemoError {
    Files(io::Error),
    Engine(String),
}

impl std::fmt::Display for DemoError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Files(error) => write!(f, "the sample data cannot be written: {error}"),
            Self::Engine(message) => f.write_str(message),
        }
    }
}

impl From<io::Error> for DemoError {
    fn from(error: io::Error) -> Self {
        Self::Files(error)
    }
}

impl From<smalt::Error> for DemoError {
    fn from(error: smalt::Error) -> Self {
        Self::Engine(error.to_string())
    }
}

impl From<smalt::ScriptError> for DemoError {
    fn from(error: smalt::ScriptError) -> Self {
        Self::Engine(error.to_string())
    }
}

impl From<crate::output::OutputError> for DemoError {
    fn from(error: crate::output::OutputError) -> Self {
        Self::Engine(error.to_string())
    }
}
