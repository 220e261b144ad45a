//! What durability costs: commits a second, a checkpoint, and opening again.
//!
//!     durability [--data DIR] [--commits N] [--encrypted yes]
//!
//! With a folder of PlanBench's data its model is loaded and kept; without one a small application is. One line a step, in words.

mod keeping;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use smalt::{Application, KeyFile, KeyProvider, Options, Outcome};
use smalt_benches::{Failure, ask};

// As in the `smalt` program: many buffers of the same few sizes are made and dropped.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const INPUTS: &str = include_str!("../planbench/model/inputs.sql");
const FORMULAS: &str = include_str!("../planbench/model/formulas.sql");
/// What a committer writes to.
const EDITED: &str = "CREATE DIMENSION Desk (Name TEXT); CREATE METRIC Edited NUMBER BY (Desk);";
const DESKS: usize = 1_000;
/// How long commits are counted for each kind of committer.
const COUNTED: Duration = Duration::from_secs(3);

#[allow(clippy::print_stderr, reason = "a program says why it stops")]
fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("durability: {failure}");
            ExitCode::FAILURE
        }
    }
}

struct Args {
    data: Option<PathBuf>,
    commits: u64,
    is_encrypted: bool,
}

fn args() -> Result<Args, Failure> {
    let mut args = Args { data: None, commits: 10_000, is_encrypted: false };
    let mut given = std::env::args().skip(1);
    while let Some(flag) = given.next() {
        let value = given.next().ok_or_else(|| format!("`{flag}` has a value"))?;
        match flag.as_str() {
            "--data" => args.data = Some(PathBuf::from(value)),
            "--commits" => args.commits = value.parse()?,
            "--encrypted" => args.is_encrypted = value == "yes",
            _ => return Err(format!("`{flag}` is unknown: durability [--data DIR] [--commits N] [--encrypted yes]").into()),
        }
    }
    Ok(args)
}

#[allow(clippy::print_stdout, reason = "what the program is for")]
fn say(what: &str, value: &str) {
    println!("{what}: {value}");
}

fn seconds(since: Instant) -> String {
    format!("{:.3} s", since.elapsed().as_secs_f64())
}

fn script(app: &Arc<Application>, script: &str) -> Result<(), Failure> {
    Ok(app.owner_session()?.run(script, &mut Outcome::default())?)
}

fn bytes_of(folder: &Path) -> Result<u64, Failure> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() { bytes_of(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}

fn run() -> Result<(), Failure> {
    let args = args()?;
    let scratch = std::env::temp_dir().join(format!("smalt-durability-{}", std::process::id()));
    fs::create_dir_all(&scratch)?;
    let done = measure(&args, &scratch);
    fs::remove_dir_all(&scratch)?;
    done
}

fn measure(args: &Args, scratch: &Path) -> Result<(), Failure> {
    let folder = scratch.join("app");
    let keys: Option<Arc<dyn KeyProvider>> = match args.is_encrypted {
        true => {
            let path = scratch.join("master.keys");
            fs::write(&path, KeyFile::generate()?)?;
            Some(Arc::new(KeyFile::new(path)))
        }
        false => None,
    };
    // No checkpoint but those that are asked for.
    let folders: Vec<PathBuf> = args.data.iter().cloned().collect();
    let options = || Options { folders: folders.clone(), keys: keys.clone(), checkpoint_after: Some(u64::MAX), ..Options::default() };
    let app = Application::open(&folder, options())?;
    if args.data.is_some() {
        let start = Instant::now();
        script(&app, &INPUTS.replace("{data}", "parquet"))?;
        script(&app, FORMULAS)?;
        say("PlanBench's model loaded and calculated", &seconds(start));
    }
    let desks: Vec<String> = (0..DESKS).map(|n| format!("('k{n}')")).collect();
    script(&app, &format!("{EDITED} INSERT INTO Desk VALUES {};", desks.join(", ")))?;
    let start = Instant::now();
    app.checkpoint()?;
    say("the first checkpoint", &seconds(start));
    let cells = ask::cells(&app.owner_session()?)?;
    drop(app);
    say("all files", &format!("{:.1} MB", bytes_of(&folder)? as f64 / 1e6));
    say("the segments and lists of the checkpoint", &format!("{} bytes", bytes_of(&folder.join("parts"))?));
    say("bytes on the disk for each cell", &format!("{:.2} of {cells} cells", bytes_of(&folder)? as f64 / cells.max(1) as f64));
    for _ in 0..3 {
        let start = Instant::now();
        let app = Application::open(&folder, options())?;
        say("opened, nothing in the log", &seconds(start));
        drop(app);
    }
    let app = Application::open(&folder, options())?;
    for committers in [1, 4, 16] {
        say(&format!("commits of one cell, {committers} at once"), &rate(&app, committers, 1)?);
    }
    for committers in [1, 4] {
        say(&format!("commits of 1,000 cells, {committers} at once"), &rate(&app, committers, DESKS)?);
    }
    let start = Instant::now();
    app.checkpoint()?;
    say("a checkpoint after these", &seconds(start));
    keeping::feel(&app, keeping::question(args.data.is_some()))?;
    let each = args.commits.div_ceil(16);
    std::thread::scope(|scope| -> Result<(), String> {
        let app = &app;
        let work = |who: u64| {
            (0..each).try_for_each(|at| script(app, &format!("INSERT INTO Edited VALUES ('k{who}', {at})")).map_err(|e| e.to_string()))
        };
        let threads: Vec<_> = (0..16).map(|who| scope.spawn(move || work(who))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a committer failed".to_owned())?)
    })?;
    // A copy of the folder is what a crash would leave; the application itself writes a checkpoint when it is closed.
    let crashed = scratch.join("crashed");
    copy(&folder, &crashed)?;
    let start = Instant::now();
    let again = Application::open(&crashed, options())?;
    say(&format!("opened, {} commits in the log", each * 16), &seconds(start));
    drop(again);
    keeping::keep(&app, scratch, keys.as_ref())?;
    let start = Instant::now();
    drop(app);
    say("closed, with a checkpoint", &seconds(start));
    Ok(())
}

fn rate(app: &Arc<Application>, committers: usize, cells: usize) -> Result<String, Failure> {
    let start = Instant::now();
    let counts = std::thread::scope(|scope| {
        let work = move |who: usize| -> Result<u64, String> {
            let mut count = 0;
            while start.elapsed() < COUNTED {
                let rows: Vec<String> = (0..cells).map(|cell| format!("('k{}', {count})", (who + cell) % DESKS)).collect();
                script(app, &format!("INSERT INTO Edited VALUES {}", rows.join(", "))).map_err(|e| e.to_string())?;
                count += 1;
            }
            Ok(count)
        };
        let threads: Vec<_> = (0..committers).map(|who| scope.spawn(move || work(who))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err("a committer failed".to_owned())))
            .collect::<Result<Vec<_>, _>>()
    })?;
    Ok(format!("{:.0} a second", counts.iter().sum::<u64>() as f64 / start.elapsed().as_secs_f64()))
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let Some(name) = path.file_name() else { continue };
        if path.is_dir() {
            copy(&path, &to.join(name))?;
        } else {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}
