//! How costs grow: with the cells, the people, the scenarios, the revisions and readers beside writers; and whether other models cost the same.
//!
//!     growth [--data DIR]… [--part PART]…
//!
//! `DIR` are folders of PlanBench's data at different scales; the parts `people`, `scenarios`, `revisions` and `readers` take the first of them and
//! `renamed` the last, `sparse` needs none. Each part prints a table.

mod model;
mod people;
mod readers;
mod renamed;
mod revisions;
mod scales;
mod scenarios;
mod sparse;

use std::path::PathBuf;
use std::process::ExitCode;

use smalt_benches::Failure;

// As in the `smalt` program: many buffers of the same few sizes are made and dropped.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "growth [--data DIR]… [--part scales|renamed|sparse|people|scenarios|revisions|readers]…";

#[allow(clippy::print_stderr, reason = "a program says why it stops")]
fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("growth: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let (mut data, mut parts) = (Vec::new(), Vec::new());
    let mut given = std::env::args().skip(1);
    while let Some(flag) = given.next() {
        let value = given.next().ok_or_else(|| format!("`{flag}` has a value: {USAGE}"))?;
        match flag.as_str() {
            "--data" => data.push(PathBuf::from(value)),
            "--part" => parts.push(value),
            _ => return Err(format!("`{flag}` is unknown: {USAGE}").into()),
        }
    }
    if parts.is_empty() {
        parts = ["scales", "renamed", "sparse", "people", "scenarios", "revisions", "readers"].map(str::to_owned).to_vec();
    }
    for part in parts {
        let first = || data.first().ok_or_else(|| format!("the part `{part}` needs `--data DIR`"));
        match part.as_str() {
            "scales" => scales::measure(&data)?,
            "renamed" => renamed::measure(data.last().ok_or("the part `renamed` needs `--data DIR`")?)?,
            "sparse" => sparse::measure()?,
            sparse::FILES => sparse::write(first()?)?,
            "people" => people::measure(first()?)?,
            "scenarios" => scenarios::measure(first()?)?,
            "revisions" => revisions::measure(first()?)?,
            "readers" => readers::measure(first()?)?,
            _ => return Err(format!("there is no part `{part}`: {USAGE}").into()),
        }
    }
    Ok(())
}

/// One line of a table.
#[allow(clippy::print_stdout, reason = "what the program is for")]
fn row(cells: &[String]) {
    println!("| {} |", cells.join(" | "));
}

/// The head of a table.
#[allow(clippy::print_stdout, reason = "what the program is for")]
fn head(cells: &[&str]) {
    println!("\n| {} |\n|{}", cells.join(" | "), "---|".repeat(cells.len()));
}
