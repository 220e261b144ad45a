//! PlanBench on smalt: the tasks of the benchmark through the public library, each result checked, one JSON line a step.
//!
//! It takes the flags of the harness that runs the other systems, so that all of them can take turns in one run, and writes the same
//! lines: `system`, `scale`, `task`, `seconds`, `peak_rss_mb`, `ok` and what else the task has.

mod args;
mod expected;
mod harness;
mod line;
mod tasks;

use std::process::ExitCode;

use smalt_benches::{Failure, ask, memory};

// As in the `smalt` program: many buffers of the same few sizes are made and dropped.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[allow(clippy::print_stderr, reason = "a program says why it stops")]
fn main() -> ExitCode {
    let args = match args::parse(std::env::args().skip(1)) {
        Ok(args::Wish::Run(args)) => args,
        Ok(args::Wish::Help) => {
            eprintln!("{}", args::HELP);
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("{message}\n\n{}", args::HELP);
            return ExitCode::from(2);
        }
    };
    match harness::run(&args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("planbench: {failure}");
            ExitCode::FAILURE
        }
    }
}
