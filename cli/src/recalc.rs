//! `smalt recalc`: the batch job that computes scenarios anew, one commit each, and reports on them.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use arrow::array::AsArray;
use serde_json::{Value, json};
use smalt::{Options, Outcome, Progress, Recalculation, ResultSink, Session, Table};
use smalt_model::{quoted, same_name};

use crate::args::RecalcOptions;
use crate::console::{Console, Status};
use crate::host;
use crate::progress::ProgressLine;

/// Computes the scenarios.
pub(crate) fn run(options: &RecalcOptions, console: &Console) -> Status {
    let begun = Instant::now();
    let lent = Options { threads: options.threads, keys: host::keys(options.keys.as_deref()), ..Options::default() };
    let app = match host::existing(&options.app, lent, console) {
        Ok(app) => app,
        Err(status) => return status,
    };
    let session = match app.owner_session() {
        Ok(session) => session,
        Err(error) => return host::refused(&error, console),
    };
    let opening = milliseconds(begun);
    let known = match scenarios(&session) {
        Ok(names) => names,
        Err(message) => {
            console.note(&format!("smalt: {message}"));
            return Status::Refused;
        }
    };
    let names = if options.scenarios.is_empty() { &known } else { &options.scenarios };
    // Made first: that the report cannot be written should be known before the work, not behind it.
    let report = match options.report.as_deref().map(Report::open).transpose() {
        Ok(report) => report,
        Err(message) => {
            console.note(&format!("smalt: {message}"));
            return Status::BadArguments;
        }
    };
    let done: Vec<Done> = names.iter().map(|name| recalculate(&session, &known, name, console)).collect();
    let failed = done.iter().filter(|done| done.result.is_err()).count();
    let whole = json!({
        "opening_milliseconds": opening,
        "milliseconds": milliseconds(begun),
        "failed": failed,
        "scenarios": done.iter().map(Done::report).collect::<Vec<Value>>(),
    });
    if let Some(written) = report.map(|report| report.write(&whole, console))
        && written != Status::Done
    {
        return written;
    }
    if failed == 0 { Status::Done } else { Status::Refused }
}

/// What became of one scenario.
struct Done {
    scenario: String,
    result: Result<Recalculation, String>,
    milliseconds: f64,
}

impl Done {
    fn report(&self) -> Value {
        let (name, took) = (&self.scenario, self.milliseconds);
        match &self.result {
            Ok(Recalculation { metrics }) => json!({ "scenario": name, "status": "done", "milliseconds": took, "metrics": metrics }),
            Err(error) => json!({ "scenario": name, "status": "failed", "milliseconds": took, "error": error }),
        }
    }
}

/// Computes one of the scenarios that there are.
fn recalculate(session: &Session, known: &[String], name: &str, console: &Console) -> Done {
    let begun = Instant::now();
    let mut heard = Heard { report: Recalculation::default(), line: ProgressLine::new(console) };
    let ran = if known.iter().any(|known| same_name(known, name)) {
        session.run(&format!("RECALCULATE ALL IN SCENARIO {}", quoted(name)), &mut heard).map_err(|error| error.to_string())
    } else {
        // A statement that nobody has written would be named as the place.
        Err(format!("there is no scenario `{name}`"))
    };
    heard.line.clear();
    let took = milliseconds(begun);
    let result = ran.map(|()| heard.report);
    console.note(&match &result {
        Ok(report) => format!("{name}: {} metrics computed in {took:.0} ms", report.metrics.len()),
        Err(error) => format!("{name}: {error}"),
    });
    Done { scenario: name.to_owned(), result, milliseconds: took }
}

/// All scenarios, Base first.
fn scenarios(session: &Session) -> Result<Vec<String>, String> {
    let mut outcome = Outcome::default();
    session.run("SHOW SCENARIOS", &mut outcome).map_err(|error| error.to_string())?;
    let tables = outcome.tables.iter().flat_map(|(_, table)| &table.batches);
    let names = tables.filter_map(|batch| batch.columns().first()?.as_string_opt::<i32>());
    Ok(names.flat_map(|names| names.iter().flatten().map(str::to_owned)).collect())
}

fn milliseconds(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 1e6).round() / 1e3
}

/// Keeps the report of one statement and draws how far it is.
struct Heard<'a> {
    report: Recalculation,
    line: ProgressLine<'a>,
}

impl ResultSink for Heard<'_> {
    fn table(&mut self, _: usize, _: &Table) {}

    fn message(&mut self, _: usize, _: &str) {}

    fn progress(&mut self, progress: &Progress) {
        self.line.draw(progress);
    }

    fn recalculated(&mut self, _: usize, report: &Recalculation) {
        self.report = report.clone();
    }
}

/// Where the report goes. A file gets another name until it is whole: an earlier report stays until then.
enum Report<'a> {
    Output,
    File {
        path: &'a Path,
        new: PathBuf,
        file: File,
    },
    /// What is no file, such as a pipe.
    Device(&'a Path, File),
}

impl Report<'_> {
    fn open(path: &Path) -> Result<Report<'_>, String> {
        if path.as_os_str() == "-" {
            return Ok(Report::Output);
        }
        if fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir()) {
            let device = File::options().write(true).open(path).map_err(|error| cannot(path, &error))?;
            return Ok(Report::Device(path, device));
        }
        let mut new = path.as_os_str().to_owned();
        new.push(".new");
        let new = PathBuf::from(new);
        let file = File::create(&new).map_err(|error| cannot(path, &error))?;
        Ok(Report::File { path, new, file })
    }

    fn write(self, report: &Value, console: &Console) -> Status {
        let text = format!("{report:#}\n");
        match self {
            Report::Output => console.outcome(io::stdout().lock().write_all(text.as_bytes())),
            Report::Device(path, mut device) => match device.write_all(text.as_bytes()) {
                Ok(()) => Status::Done,
                Err(error) => {
                    console.note(&format!("smalt: {}", cannot(path, &error)));
                    Status::Refused
                }
            },
            Report::File { path, new, mut file } => match file.write_all(text.as_bytes()).and_then(|()| fs::rename(&new, path)) {
                Ok(()) => Status::Done,
                Err(error) => {
                    // A part of a report is of no use.
                    let _ = fs::remove_file(&new);
                    console.note(&format!("smalt: {}", cannot(path, &error)));
                    Status::Refused
                }
            },
        }
    }
}

fn cannot(path: &Path, error: &io::Error) -> String {
    format!("`{}` cannot be written: {error}", path.display())
}
