//! Queries, as oneself and as another.

use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use parking_lot::Mutex;
use smalt_model::SystemDimension;
use smalt_query::{Affected, Answer, Asker, Memory, QueryError, QueryOptions, Stop};
use smalt_security::{Access, Permission, Principal};
use smalt_vault::{MaskedView, Vault};

use super::{Ask, Told, people};
use crate::calc::CalcOptions;
use crate::fault::{Done, Fault};
use crate::options::Options;
use crate::outcome::Table;
use crate::state::State;
use crate::statement::Place;
use crate::statement::ast::{Name, Sql};

/// How long a waiting thread of the pool looks away.
const GLANCE: Duration = Duration::from_micros(100);

/// More readable rows than this need the permission to export data.
const ROW_LIMIT: u64 = 1_000_000;

/// Bounds of questions where the host gives none: see [`crate::Options`].
const DEADLINE: Duration = Duration::from_secs(300);
const QUESTION_MEMORY: usize = 2 << 30;
const PERSON_MEMORY: usize = 4 << 30;
const MEMORY: usize = 8 << 30;
const PLAYGROUND: u64 = 50_000_000;

/// The question door of an application.
#[derive(Debug)]
pub(crate) struct Questions {
    pub(crate) vault: Arc<Vault>,
    pub(crate) threads: usize,
    deadline: Duration,
    question_memory: usize,
    person_memory: usize,
    playground_limit: u64,
    memory: Arc<Memory>,
    /// What each person who asked shares among their questions.
    askers: Mutex<HashMap<Principal, Arc<Asker>>>,
}

impl Questions {
    pub(crate) fn new(vault: Arc<Vault>, threads: usize, options: &Options) -> Questions {
        Questions {
            vault,
            threads,
            deadline: options.deadline.unwrap_or(DEADLINE),
            question_memory: options.question_memory.unwrap_or(QUESTION_MEMORY),
            person_memory: options.person_memory.unwrap_or(PERSON_MEMORY),
            playground_limit: options.playground_limit.unwrap_or(PLAYGROUND),
            memory: Memory::new(options.memory.unwrap_or(MEMORY)),
            askers: Mutex::default(),
        }
    }

    /// What a person may see of a state.
    pub(crate) fn view(&self, state: &State, access: &Arc<Access>) -> MaskedView {
        state.view(&self.vault, access)
    }

    /// The bounds on the questions of who asks, with the rights of somebody.
    pub(crate) fn options(&self, asks: &Asks<'_>, access: &Access) -> QueryOptions {
        let row_limit = (!access.permits(Permission::ExportData)).then_some(ROW_LIMIT);
        let asker = Arc::clone(self.askers.lock().entry(asks.principal).or_insert_with(|| Asker::new(&self.memory, self.person_memory)));
        QueryOptions {
            threads: self.threads,
            row_limit,
            memory_limit: self.question_memory,
            deadline: Some(self.deadline),
            asker,
            stop: asks.stop.clone(),
        }
    }

    /// The limits of a formula that is not saved.
    pub(crate) fn playground(&self, saved: &CalcOptions) -> CalcOptions {
        CalcOptions { cell_limit: saved.cell_limit.min(self.playground_limit) }
    }
}

/// Who asks, and by what a host gives the question up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asks<'a> {
    pub(crate) principal: Principal,
    pub(crate) stop: &'a Stop,
}

pub(super) fn query(ask: &Ask<'_>, sql: &Sql) -> Done<Told> {
    answer(ask.questions, ask.state, &ask.asks(), &ask.access, sql).map(|answer| told(ask, &ask.access, answer, sql))
}

pub(super) fn explain(ask: &Ask<'_>, analyze: bool, verbose: bool, sql: &Sql) -> Done<Told> {
    let prefix = match (analyze, verbose) {
        (false, false) => "EXPLAIN ",
        (true, false) => "EXPLAIN ANALYZE ",
        (false, true) => "EXPLAIN VERBOSE ",
        (true, true) => "EXPLAIN ANALYZE VERBOSE ",
    };
    run(ask.questions, ask.state, &ask.asks(), &ask.access, prefix, sql).map(|answer| told(ask, &ask.access, answer, sql))
}

/// What another person would get. Only a query can stand here, so it is read-only.
pub(super) fn execute_as(ask: &Ask<'_>, user: &Name, sql: &Sql) -> Done<Told> {
    let item = people::find(&ask.state.revision, SystemDimension::User, user)?;
    ask.state.check_rights().map_err(|e| Fault::new(e.to_string()))?;
    let access = ask.state.access(&Principal::User(item));
    let needs = [Some(Permission::DisplayApplication), Some(Permission::OpenBoards), sql.looks_back().then_some(Permission::ViewUpdates)];
    for permission in needs.into_iter().flatten() {
        if !access.permits(permission) {
            return Err(Fault::denied(format!("`{}` would be refused: {}", user.text, smalt_security::missing(permission))).at(user.at));
        }
    }
    answer(ask.questions, ask.state, &ask.asks(), &access, sql).map(|answer| told(ask, &access, answer, sql))
}

/// The rows of a query for one person.
pub(super) fn answer(questions: &Questions, state: &State, asks: &Asks<'_>, access: &Arc<Access>, sql: &Sql) -> Done<Answer> {
    run(questions, state, asks, access, "", sql)
}

fn run(questions: &Questions, state: &State, asks: &Asks<'_>, access: &Arc<Access>, prefix: &str, sql: &Sql) -> Done<Answer> {
    let view = questions.view(state, access);
    let text = format!("{prefix}{}", sql.text);
    let answer = wait(smalt_query::query(&view, &text, &questions.options(asks, access)));
    answer.map_err(|e| placed(&e, prefix.chars().count(), sql.at))
}

/// Waits for a query. Where a thread of the pool waits, in a statement that changes what it asks for, it takes part in the pool's work
/// meanwhile: the query needs the pool, which may have no other thread.
fn wait<T>(answer: impl Future<Output = T>) -> T {
    if rayon::current_thread_index().is_none() {
        return futures::executor::block_on(answer);
    }
    let mut answer = pin!(answer);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(answer) = answer.as_mut().poll(&mut context) {
            return answer;
        }
        if rayon::yield_now() != Some(rayon::Yield::Executed) {
            std::thread::sleep(GLANCE);
        }
    }
}

/// The rows that a statement is about to change. They go nowhere, so that no limit of results applies.
pub(super) fn affected(questions: &Questions, state: &State, asks: &Asks<'_>, access: &Arc<Access>, affected: &Affected) -> Done<Answer> {
    let view = questions.view(state, access);
    let options = QueryOptions { row_limit: None, ..questions.options(asks, access) };
    wait(smalt_query::affected(&view, affected, &options)).map_err(|error| {
        let fault = Fault::new(error.message()).help_if(error.help_text().map(str::to_owned));
        let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        match (error.line().map(size), error.column().map(size)) {
            (Some(line), Some(column)) => fault.at(Place { offset: 0, line, column }),
            _ => fault,
        }
    })
}

/// An error of a query at its place in the script.
fn placed(error: &QueryError, prefix: usize, at: Place) -> Fault {
    let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let fault = Fault::new(error.message()).help_if(error.help_text().map(str::to_owned));
    match (error.line().map(size), error.column().map(size)) {
        (Some(1), Some(column)) if column > prefix => fault.at(Place { column: at.column + column - prefix - 1, ..at }),
        (Some(line), Some(column)) if line > 1 => fault.at(Place { offset: at.offset, line: at.line + line - 1, column }),
        _ => fault.at(at),
    }
}

/// The rows, and the refusal of those that are more than the person may take.
fn told(ask: &Ask<'_>, access: &Arc<Access>, answer: Answer, sql: &Sql) -> Told {
    let cut = cut(&answer, sql);
    let schema = Arc::clone(answer.schema());
    let dimensions: Vec<_> = answer.columns().iter().map(|column| column.dimension).collect();
    let table = Table::new(&schema, answer.into_batches());
    Told { table: table.labelled(&ask.questions.view(ask.state, access), dimensions), cut }
}

/// Why an answer has not all rows, where that is so: more take the permission to export data.
pub(super) fn cut(answer: &Answer, sql: &Sql) -> Option<Fault> {
    answer.cut().map(|error| Fault { denied: true, ..placed(error, 0, sql.at) })
}
