//! Models in memory, and how long they take to compute.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use smalt::{Application, Options, Session};
use smalt_benches::{Failure, ask, memory};

/// PlanBench's own model.
pub(crate) const PLANBENCH: Model<'static> =
    Model { inputs: include_str!("../planbench/model/inputs.sql"), formulas: include_str!("../planbench/model/formulas.sql") };

/// Statements that make an application.
pub(crate) struct Model<'a> {
    /// Dimensions, input metrics and files; `{data}` stands for the ending of these.
    pub(crate) inputs: &'a str,
    pub(crate) formulas: &'a str,
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
    /// What the whole process holds, in bytes: the difference to what it held before would leave out what it had kept from an earlier model.
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
    pub(crate) fn of(model: &Model<'_>, folder: &Path) -> Result<(Loaded, Cost), Failure> {
        let loaded = Loaded::empty(folder)?;
        let loading = timed(|| loaded.run(&model.inputs.replace("{data}", "parquet")))?;
        let inputs = ask::cells(&loaded.owner)?;
        let creating = timed(|| loaded.run(model.formulas))?;
        let held = loaded.held()?;
        let cells = ask::cells(&loaded.owner)?;
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

    /// Everything computed anew, in seconds.
    pub(crate) fn recalculate(&self) -> Result<f64, Failure> {
        timed(|| self.run("RECALCULATE ALL;"))
    }
}

impl Cost {
    /// The columns that each table of a model's costs has, from the cells on that are computed.
    pub(crate) const COLUMNS: [&'static str; 7] =
        ["cells computed", "load, s", "create the metrics, s", "recalculate all, s", "ns a cell", "MB", "bytes a cell"];

    /// What stands in them, where all of it is computed anew in so many seconds.
    pub(crate) fn columns(&self, seconds: f64) -> [String; 7] {
        [
            self.computed.to_string(),
            format!("{:.3}", self.loading),
            format!("{:.3}", self.creating),
            format!("{seconds:.3}"),
            format!("{:.1}", seconds * 1e9 / self.computed as f64),
            format!("{}", self.held / 1_000_000),
            format!("{:.1}", self.held as f64 / self.cells as f64),
        ]
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
