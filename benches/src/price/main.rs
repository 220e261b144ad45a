//! The price of security: T4's questions of PlanBench as somebody who sees a share of the cells, and as the owner, who sees all, in turns.
//!
//! Every answer is compared first with what it must be. Then each person and the owner ask by turns, and what counts is the median of the
//! ratios of neighbours, so that what else the machine does falls on both. It prints a table in Markdown.

mod answers;
mod args;
mod cases;
mod crowd;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use smalt::{Application, Options, Session};
use smalt_benches::{Failure, ask, memory};

use crate::answers::{Answers, Cube, QUESTIONS, ask_all};
use crate::args::Args;
use crate::cases::Case;

// As in the `smalt` program: many buffers of the same few sizes are made and dropped.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const MODEL: &str = include_str!("model.sql");

/// Rules on every metric, each standing for itself.
const OFF: &str = "
ALTER APPLICATION SET INHERITANCE OFF;
CREATE RULE stores APPLY READ OF \"Store Rights\" TO ALL METRICS WITH (Store);
CREATE RULE products APPLY READ OF \"Product Rights\" TO ALL METRICS WITH (Product);
CREATE RULE cells APPLY READ OF \"Cell Rights\" TO ALL METRICS WITH (Product, Store);
CREATE RULE countries APPLY READ OF \"Country Rights\" THROUGH Store.Country TO ALL METRICS WITH (Store);";

/// The same rights on what is asked and on what that is made of, as far as it has the same dimensions: so the answers are the same. Of Price and
/// FX no rule speaks, as they have not all of them.
const ON: &str = "
DROP RULE stores; DROP RULE products; DROP RULE cells; DROP RULE countries;
ALTER APPLICATION SET INHERITANCE ON;
CREATE RULE stores APPLY READ OF \"Store Rights\" TO Revenue, Volume;
CREATE RULE products APPLY READ OF \"Product Rights\" TO Revenue, Volume;
CREATE RULE cells APPLY READ OF \"Cell Rights\" TO Revenue, Volume;
CREATE RULE countries APPLY READ OF \"Country Rights\" THROUGH Store.Country TO Revenue, Volume;";

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
    let scratch = std::env::temp_dir().join(format!("smalt-price-{}", std::process::id()));
    let done = run(&args, &scratch);
    // What is left of the run is of no use to anybody.
    let _ = std::fs::remove_dir_all(&scratch);
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("price: {failure}");
            ExitCode::FAILURE
        }
    }
}

#[allow(clippy::print_stdout, reason = "the table is what the program is for")]
fn run(args: &Args, scratch: &Path) -> Result<(), Failure> {
    let meta: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(args.data.join("meta.json"))?)?;
    let size =
        |name: &str| meta.get(name).and_then(serde_json::Value::as_u64).map(|n| n as usize).ok_or(format!("meta.json has no {name}"));
    let cases = cases::all(size("products")?, size("stores")?);
    std::fs::create_dir_all(scratch)?;
    cases::write(scratch, &cases, args.people, args.profiles, 25)?;
    let folders: Vec<PathBuf> = vec![args.data.clone(), scratch.to_owned()];
    let app = Application::in_memory_with(Options { threads: Some(args.threads), folders, ..Options::default() })?;
    let owner = app.owner_session()?;
    let start = Instant::now();
    ask::run(&owner, MODEL)?;
    say(&start, "loaded");
    let cube = Cube::of(&owner)?;
    let expected = cases.iter().map(|case| cube.answers(&case.visible)).collect::<Vec<_>>();
    say(&start, "worked out what the answers must be");
    println!("| rights | visible | first time | INHERITANCE OFF | | ON | |");
    println!("|---|---|---|---|---|---|---|");
    println!("| | of the cells | ms, all three | secured / unsecured | ms | secured / unsecured | ms |");
    ask::run(&owner, OFF)?;
    say(&start, "made the rules");
    let off = cases.iter().zip(&expected).map(|(case, expected)| check(&app, expected, case)).collect::<Result<Vec<_>, _>>()?;
    say(&start, "checked all answers without inheritance");
    let off_times = times(&app, &owner, &cases, args.rounds)?;
    say(&start, "timed them");
    ask::run(&owner, ON)?;
    cases.iter().zip(&expected).try_for_each(|(case, expected)| check(&app, expected, case).map(drop))?;
    say(&start, "checked all answers with inheritance");
    let on_times = times(&app, &owner, &cases, args.rounds)?;
    say(&start, "timed them");
    let all = cube.answers(&cases::Visible::Stores((0..size("stores")?).collect())).count();
    for (((case, first), off), on) in cases.iter().zip(&off).zip(&off_times).zip(&on_times) {
        println!(
            "| {}, {} % | {:.1} % | {:.1} | {} | {:.1} | {} | {:.1} |",
            case.kind,
            case.share,
            100.0 * first.visible / all,
            first.seconds * 1e3,
            off.text(),
            off.secured * 1e3,
            on.text(),
            on.secured * 1e3,
        );
    }
    println!("\nRatios: all three questions together (by category and quarter; the count; the ten best stores). The owner: {:.1} ms.\n", {
        let all = off_times.iter().map(|times| times.unsecured).collect::<Vec<_>>();
        median(all) * 1e3
    });
    let (steps, kept) = crowd::measure(&app, &owner, args)?;
    println!("{} people of {} profiles, INHERITANCE ON:\n", args.people, args.profiles);
    println!("| step | ms | profiles compiled | masks compiled |");
    println!("|---|---|---|---|");
    for step in steps {
        println!("| {} | {:.2} | {} | {} |", step.what, step.seconds * 1e3, step.profiles, step.masks);
    }
    println!(
        "\nKept: {} profiles, {:.1} MB; {} people; {} masks over blocks, {:.1} MB. Peak of the process: {} MB.",
        kept.profiles,
        kept.profile_bytes as f64 / 1e6,
        kept.people,
        kept.resolved,
        kept.resolved_bytes as f64 / 1e6,
        memory::peak_mb().unwrap_or(0)
    );
    Ok(())
}

/// How far the run is.
#[allow(clippy::print_stderr, reason = "a run takes minutes on a machine that does something else as well")]
fn say(start: &Instant, done: &str) {
    eprintln!("{:.1} s: {done}", start.elapsed().as_secs_f64());
}

/// The first answers of somebody: they are right, and took so long with everything compiled for them.
struct First {
    visible: f64,
    seconds: f64,
}

fn check(app: &Arc<Application>, expected: &Answers, case: &Case) -> Result<First, Failure> {
    let session = app.session(&case.user)?;
    let start = Instant::now();
    let found: Answers = ask_all(&session)?;
    let seconds = start.elapsed().as_secs_f64();
    found.check(expected).map_err(|e| format!("{}: {e}", case.user))?;
    Ok(First { visible: expected.count(), seconds })
}

/// Median times and ratios of one case, by question and of all together.
struct Times {
    secured: f64,
    unsecured: f64,
    ratio: f64,
    by_question: Vec<f64>,
}

impl Times {
    fn text(&self) -> String {
        let each = self.by_question.iter().map(|ratio| format!("{ratio:.2}")).collect::<Vec<_>>();
        format!("**{:.2}** ({})", self.ratio, each.join(", "))
    }
}

fn times(app: &Arc<Application>, owner: &Session, cases: &[Case], rounds: usize) -> Result<Vec<Times>, Failure> {
    let sessions = cases.iter().map(|case| Ok(app.session(&case.user)?)).collect::<Result<Vec<_>, Failure>>()?;
    // By case and question the times of each round, unsecured and secured.
    let mut taken = vec![vec![Vec::new(); QUESTIONS.len()]; cases.len()];
    for round in 0..rounds {
        for (session, taken) in sessions.iter().zip(&mut taken) {
            for (question, taken) in QUESTIONS.iter().zip(taken) {
                let both = if round % 2 == 0 {
                    let all = time(owner, question)?;
                    (all, time(session, question)?)
                } else {
                    let own = time(session, question)?;
                    (time(owner, question)?, own)
                };
                taken.push(both);
            }
        }
    }
    let one = |taken: &Vec<Vec<(f64, f64)>>| {
        let together = (0..rounds).map(|round| {
            taken.iter().filter_map(|times| times.get(round)).fold((0.0, 0.0), |(all, own), times| (all + times.0, own + times.1))
        });
        let together = together.collect::<Vec<_>>();
        let ratio = |times: &[(f64, f64)]| median(times.iter().map(|(all, own)| own / all).collect());
        Times {
            secured: median(together.iter().map(|(_, own)| *own).collect()),
            unsecured: median(together.iter().map(|(all, _)| *all).collect()),
            ratio: ratio(&together),
            by_question: taken.iter().map(|times| ratio(times)).collect(),
        }
    };
    Ok(taken.iter().map(one).collect())
}

fn time(session: &Session, question: &str) -> Result<f64, Failure> {
    let start = Instant::now();
    ask::batches(session, question)?;
    Ok(start.elapsed().as_secs_f64())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
