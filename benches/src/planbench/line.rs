//! One JSON line a step, in the form of the other systems' harness.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::Failure;
use crate::memory;

/// A step that was measured.
#[derive(Debug)]
pub(crate) struct Step {
    task: String,
    seconds: f64,
    /// `None`: there was nothing to compare with.
    differences: Option<Vec<String>>,
    more: Map<String, Value>,
}

impl Step {
    pub(crate) fn new(task: impl Into<String>, seconds: f64) -> Step {
        Step { task: task.into(), seconds, differences: None, more: Map::new() }
    }

    /// The step's answers were compared.
    #[must_use]
    pub(crate) fn checked(mut self, differences: Option<Vec<String>>) -> Step {
        self.differences = differences;
        self
    }

    /// Something else that the line holds.
    #[must_use]
    pub(crate) fn with(mut self, key: &str, value: Value) -> Step {
        self.more.insert(key.to_owned(), value);
        self
    }

    /// Prints the line, without the list of users, and appends the whole of it to the file. Gives whether all answers were right.
    ///
    /// # Errors
    /// The file cannot be written.
    #[allow(clippy::print_stdout, clippy::print_stderr, reason = "the lines are what the program is for")]
    pub(crate) fn write(self, scale: f64, file: Option<&Path>) -> Result<bool, Failure> {
        let right = self.differences.as_ref().is_none_or(Vec::is_empty);
        if let Some(differences) = self.differences.as_ref().filter(|d| !d.is_empty()) {
            eprintln!("CHECKSUM DIFFERS {}: {}", self.task, differences.iter().take(5).cloned().collect::<Vec<_>>().join("; "));
        }
        let mut line = Map::new();
        line.insert("system".to_owned(), json!("smalt"));
        line.insert("scale".to_owned(), json!(scale));
        line.insert("task".to_owned(), json!(self.task));
        line.insert("seconds".to_owned(), json!((self.seconds * 1e6).round() / 1e6));
        line.insert("peak_rss_mb".to_owned(), json!(memory::peak_mb()));
        line.insert("ok".to_owned(), json!(self.differences.map(|d| d.is_empty())));
        line.extend(self.more);
        let whole = Value::Object(line.clone()).to_string();
        line.remove("users");
        println!("{}", Value::Object(line));
        if let Some(path) = file {
            writeln!(OpenOptions::new().create(true).append(true).open(path)?, "{whole}")?;
        }
        Ok(right)
    }
}
