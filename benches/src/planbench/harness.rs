//! Runs the tasks in order on one application.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;
use smalt::{Application, Options, Session};

use crate::Failure;
use crate::args::Args;
use crate::expected::Expected;
use crate::line::Step;
use crate::{memory, tasks};

/// One run of the benchmark.
pub(crate) struct Harness<'a> {
    pub(crate) args: &'a Args,
    pub(crate) scale: f64,
    /// The id of the person who exports in T7.
    pub(crate) exporter: i64,
    /// Where T7 writes its file.
    pub(crate) out: PathBuf,
    pub(crate) expected: Option<Expected>,
    /// Whether every answer so far was right.
    right: bool,
}

/// An application with its inputs loaded.
pub(crate) struct Loaded {
    pub(crate) app: Arc<Application>,
    pub(crate) owner: Session,
}

/// A task that other systems have and smalt leaves out, and why.
const LEFT_OUT: (&str, &str) = ("T5min", "it is T5 without scenarios, whose place smalt's own scenarios take");

/// Runs the tasks. Gives whether all answers were right.
///
/// # Errors
/// The data cannot be read, or a statement is refused.
#[allow(clippy::print_stderr, reason = "says what it leaves out")]
pub(crate) fn run(args: &Args) -> Result<bool, Failure> {
    let meta: Value = serde_json::from_str(&std::fs::read_to_string(args.data.join("meta.json"))?)?;
    let scale = meta.get("scale").and_then(Value::as_f64).ok_or("meta.json has no scale")?;
    let expected = match &args.expected {
        Some(path) => Expected::read(path, scale)?,
        None => None,
    };
    let exporter = meta.get("t7_user").and_then(Value::as_i64).ok_or("meta.json has no t7_user")?;
    let mut harness = Harness { args, scale, exporter, out: std::env::temp_dir(), expected, right: true };
    let wanted = |task: &str| args.tasks.iter().any(|t| t == task);
    if wanted(LEFT_OUT.0) {
        eprintln!("{} is left out: {}", LEFT_OUT.0, LEFT_OUT.1);
    }
    for task in args.tasks.iter().filter(|task| !tasks::known(task) && *task != LEFT_OUT.0) {
        eprintln!("there is no task {task}");
    }
    if wanted("T1csv") {
        drop(tasks::load(&mut harness, "T1csv", "csv")?);
    }
    let loaded = tasks::load(&mut harness, "T1", "parquet")?;
    let results = tasks::recalculate(&mut harness, &loaded)?;
    if wanted("T2x") {
        tasks::recalculate_again(&mut harness, &loaded)?;
    }
    if wanted("T4") || wanted("T6") || wanted("T7") {
        tasks::grant(&loaded)?;
    }
    if wanted("T4") {
        tasks::totals_by_person(&mut harness, &loaded)?;
    }
    if wanted("T6") {
        tasks::point_reads(&mut harness, &loaded)?;
    }
    if wanted("T7") {
        tasks::export(&mut harness, &loaded)?;
    }
    if wanted("T5") {
        tasks::scenarios(&mut harness, &loaded)?;
    }
    if wanted("T3") {
        tasks::edits(&mut harness, &loaded, &results)?;
    }
    Ok(harness.right)
}

impl Harness<'_> {
    /// An empty application that may read the data's folder, and write beside it.
    pub(crate) fn application(&self) -> Result<Loaded, Failure> {
        let options =
            Options { threads: Some(self.args.threads), folders: vec![self.args.data.clone(), self.out.clone()], ..Options::default() };
        let app = Application::in_memory_with(options)?;
        Ok(Loaded { owner: app.owner_session()?, app })
    }

    /// Does something and tells how long it took, in seconds.
    pub(crate) fn timed<T>(&self, work: impl FnOnce() -> Result<T, Failure>) -> Result<(f64, T), Failure> {
        memory::reset_peak();
        let start = Instant::now();
        let done = work()?;
        Ok((start.elapsed().as_secs_f64(), done))
    }

    /// Writes a step's line.
    pub(crate) fn emit(&mut self, step: Step) -> Result<(), Failure> {
        self.right &= step.write(self.scale, self.args.json.as_deref().map(Path::new))?;
        Ok(())
    }
}
