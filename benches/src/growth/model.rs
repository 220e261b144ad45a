//! Models in memory, and how long they take to compute.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use smalt::{Application, Options, Session};
use smalt_benches::{Failure, ask, memory};

/// PlanBench's own model.
pub(crate) const PLANBENCH: Model =
    Model { inputs: include_str!("../planbench/model/inputs.sql"), formulas: include_str!("../planbench/model/formulas.sql") };

/// Statements that make an application.
pub(crate) struct Model {
    /// Dimensions, input metrics and files; `{data}` stands for the ending of these.
    pub(crate) inputs: &'static str,
    pub(crate) formulas: &'static str,
}

/// An application in memory.
pub(crate) struct Loaded {
    pub(crate) app: Arc<Application>,
    pub(crate) owner: Session,
}

/// What a model takes.
pub(crate) struct Cost {
    /// Cells of metrics with formulas.
    pub(crate) computed: u64,
    /// All cells.
    pub(crate) cells: u64,
    /// Inputs read, in seconds.
    pub(crate) loading: f64,
    /// Formulas compiled, checked and computed for the first time.
    pub(crate) creating: f64,
    /// By how much what the process holds has grown, in bytes.
    pub(crate) held: u64,
}

impl Loaded {
    /// An empty one that may read a folder.
    pub(crate) fn empty(folder: &Path) -> Result<Loaded, Failure> {
        let options = Options { threads: Some(2), folders: vec![PathBuf::from(folder)], ..Options::default() };
        let app = Application::in_memory_with(options)?;
        Ok(Loaded { owner: app.owner_session()?, app })
    }

    /// A model with its data, and what that took.
    pub(crate) fn of(model: &Model, folder: &Path) -> Result<(Loaded, Cost), Failure> {
        let before = memory::held_bytes().unwrap_or(0);
        let loaded = Loaded::empty(folder)?;
        let loading = timed(|| loaded.run(&model.inputs.replace("{data}", "parquet")))?;
        let inputs = loaded.cells()?;
        let creating = timed(|| loaded.run(model.formulas))?;
        let held = loaded.held()?.saturating_sub(before);
        let cells = loaded.cells()?;
        Ok((loaded, Cost { computed: cells - inputs, cells, loading, creating, held }))
    }

    /// What the process holds, in bytes, once the allocator has given back what nobody uses: it does so a little later, and when it is asked for more.
    pub(crate) fn held(&self) -> Result<u64, Failure> {
        for _ in 0..10 {
            std::thread::sleep(Duration::from_millis(50));
            ask::batches(&self.owner, "SELECT 1;")?;
        }
        Ok(memory::held_bytes().unwrap_or(0))
    }

    pub(crate) fn run(&self, script: &str) -> Result<(), Failure> {
        ask::run(&self.owner, script)
    }

    /// How many cells all metrics have.
    pub(crate) fn cells(&self) -> Result<u64, Failure> {
        let names = ask::texts(&ask::batches(&self.owner, "SHOW METRICS;")?, 0)?;
        names.iter().try_fold(0, |sum, name| {
            let count = ask::row(&self.owner, &format!("SELECT COUNT(*) FROM \"{name}\";"))?;
            Ok(sum + count.first().copied().unwrap_or(0.0) as u64)
        })
    }

    /// Everything computed anew, in seconds.
    pub(crate) fn recalculate(&self) -> Result<f64, Failure> {
        timed(|| self.run("RECALCULATE ALL;"))
    }
}

/// How long something takes, in seconds.
pub(crate) fn timed(work: impl FnOnce() -> Result<(), Failure>) -> Result<f64, Failure> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64())
}

/// How long each of some runs takes, in seconds, ascending.
pub(crate) fn times(runs: usize, mut work: impl FnMut(usize) -> Result<(), Failure>) -> Result<Vec<f64>, Failure> {
    let mut all = (0..runs).map(|at| timed(|| work(at))).collect::<Result<Vec<f64>, Failure>>()?;
    all.sort_by(f64::total_cmp);
    Ok(all)
}

/// The time that so many of a hundred do not exceed.
pub(crate) fn percentile(times: &[f64], percent: usize) -> f64 {
    times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().unwrap_or(0.0)
}

/// The middle one, in milliseconds, as text.
pub(crate) fn middle_ms(times: &[f64]) -> String {
    format!("{:.2}", percentile(times, 50) * 1e3)
}
