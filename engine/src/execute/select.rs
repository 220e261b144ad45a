//! Queries, as oneself and as another.

use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use parking_lot::Mutex;
use smalt_model::{ScenarioId, SystemDimension};
use smalt_query::{Affected, Answer, Asker, Memory, QueryError, QueryOptions, Stop, Views};
use smalt_security::{Access, Permission, Principal, ScenarioRight};
use smalt_vault::{MaskedView, Vault};

use super::{Ask, Asked, Told, people};
use crate::calc::CalcOptions;
use crate::elsewhere::Around;
use crate::fault::{Done, Fault};
use crate::options::Options;
use crate::outcome::Table;
use crate::state::State;
use crate::statement::Place;
use crate::statement::ast::{Name, Sql};
use crate::world::World;

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
    row_limit: u64,
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
            row_limit: options.row_limit.unwrap_or(ROW_LIMIT),
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

    /// What a person's query can name: the state of the scenario in use, and the others.
    pub(crate) fn views(
        &self,
        world: &Arc<World>,
        scenario: ScenarioId,
        state: &State,
        principal: &Principal,
        access: &Arc<Access>,
    ) -> Views {
        let around = Around { world: Arc::clone(world), vault: Arc::clone(&self.vault), principal: *principal, scenario };
        Views::new(self.view(state, access), Arc::new(around))
    }

    /// The bounds on the questions of who asks, with the rights of somebody.
    pub(crate) fn options(&self, asks: &Asks<'_>, access: &Access) -> QueryOptions {
        let row_limit = (!access.permits(Permission::ExportData)).then_some(self.row_limit);
        let asker = Arc::clone(self.askers.lock().entry(asks.principal).or_insert_with(|| Asker::new(&self.memory, self.person_memory)));
        QueryOptions {
            threads: self.threads,
            row_limit,
            memory_limit: self.question_memory,
            deadline: Some(self.deadline),
            asker,
            stop: asks.stop.clone(),
            tells_time: access.permits(Permission::DefineSecurity),
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
    answer(ask, sql).map(|answer| told(ask, &ask.access, answer, sql))
}

pub(super) fn explain(ask: &Ask<'_>, analyze: bool, verbose: bool, sql: &Sql) -> Done<Told> {
    let prefix = match (analyze, verbose) {
        (false, false) => "EXPLAIN ",
        (true, false) => "EXPLAIN ANALYZE ",
        (false, true) => "EXPLAIN VERBOSE ",
        (true, true) => "EXPLAIN ANALYZE VERBOSE ",
    };
    run(ask, &ask.principal, &ask.access, prefix, sql).map(|answer| told(ask, &ask.access, answer, sql))
}

/// What another person would get. Only a query can stand here, so it is read-only.
pub(super) fn execute_as(ask: &Ask<'_>, user: &Name, sql: &Sql) -> Done<Told> {
    let item = people::find(&ask.state.revision, SystemDimension::User, user)?;
    ask.state.check_rights().map_err(|e| Fault::new(e.to_string()))?;
    let principal = Principal::User(item);
    if ask.world.right(ask.scenario, &principal) == ScenarioRight::None {
        return Err(Fault::denied(format!("`{}` would be refused: the scenario in use is not theirs to read", user.text)).at(user.at));
    }
    let access = ask.state.access(&principal);
    let needs = [Some(Permission::DisplayApplication), Some(Permission::OpenBoards), sql.looks_back().then_some(Permission::ViewUpdates)];
    for permission in needs.into_iter().flatten() {
        if !access.permits(permission) {
            return Err(Fault::denied(format!("`{}` would be refused: {}", user.text, smalt_security::missing(permission))).at(user.at));
        }
    }
    run(ask, &principal, &access, "", sql).map(|answer| told(ask, &access, answer, sql))
}

/// The rows of a query that the engine asks for the person.
pub(super) fn rows(ask: &Ask<'_>, sql: &Sql) -> Done<Table> {
    let told = query(ask, sql)?;
    told.cut.map_or(Ok(told.table), Err)
}

/// Whether a query can be asked by one person: it is planned, and no row is read.
pub(super) fn check(questions: &Questions, from: &Asked, sql: &Sql) -> Done {
    let options = from.options(questions);
    wait(smalt_query::check(from.views(questions), &sql.text, &options)).map_err(|e| placed(&e, 0, sql.at))
}

/// The rows of a query for the person who asks.
pub(super) fn answer(ask: &Ask<'_>, sql: &Sql) -> Done<Answer> {
    run(ask, &ask.principal, &ask.access, "", sql)
}

/// The rows of a query with the eyes of somebody; what it takes, it takes of the share of who asks.
fn run(ask: &Ask<'_>, principal: &Principal, access: &Arc<Access>, prefix: &str, sql: &Sql) -> Done<Answer> {
    let views = ask.questions.views(ask.world, ask.scenario, ask.state, principal, access);
    asked(&views, &ask.questions.options(&ask.asks(), access), prefix, sql)
}

/// The rows of a query over some views.
pub(super) fn asked(views: &Views, options: &QueryOptions, prefix: &str, sql: &Sql) -> Done<Answer> {
    let text = format!("{prefix}{}", sql.text);
    let answer = wait(smalt_query::query(views, &text, options));
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
pub(super) fn affected(questions: &Questions, from: &Asked, affected: &Affected) -> Done<Answer> {
    let options = QueryOptions { row_limit: None, ..from.options(questions) };
    wait(smalt_query::affected(from.views(questions), affected, &options)).map_err(|error| {
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
