//! A session: one person at work in an application.

mod audited;
mod measured;
mod scenario;
mod thread;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use arrow::array::RecordBatch;
use datafusion::catalog::TableProvider;
use parking_lot::Mutex;
use smalt_model::{ScenarioId, Value};
use smalt_query::Stop;
use smalt_security::{Access, Permission, Principal, missing};

use crate::application::Application;
use crate::audit::{Account, Class, Deed, Outcome as End, by};
use crate::error::{Error, ScriptError};
use crate::execute::{self, Ask, Change, Kind};
use crate::fault::{Done, Fault};
use crate::outcome::{Outcome, Progress, ResultSink, Table};
use crate::overflow;
use crate::permit;
use crate::recalculation::Recalculation;
use crate::scenario::{enter, leave, settle};
use crate::settle::When;
use crate::snapshot::Snapshot;
use crate::state::State;
use crate::statement::ast::Explain;
use crate::statement::{self, Piece, Place, Splitter, Statement};
use crate::work::{Calculation, Work};
use thread::off_thread;

/// The longest text of one statement, in bytes.
const MOST_BYTES: usize = 16 << 20;

/// One person at work. What a session changes in a transaction nobody else sees before COMMIT; dropping the session rolls an open
/// transaction back.
#[derive(Clone)]
pub struct Session {
    inner: Arc<Inner>,
}

struct Inner {
    app: Arc<Application>,
    principal: Principal,
    open: Mutex<Option<Transaction>>,
    /// The scenario in use: what names without one mean, and where cells are written.
    scenario: Mutex<ScenarioId>,
    /// Whether what depends on a change is computed with it.
    autocalc: AtomicBool,
}

/// What was changed since BEGIN. The writer's place is taken with the first change, not with BEGIN.
#[derive(Default)]
struct Transaction {
    work: Option<Box<Work>>,
    /// The events of its changes, which are written with COMMIT, or when it is clear that there will be none.
    deeds: Vec<Deed>,
}

/// What a statement did, in a sentence, and how many cells, items or rows it wrote.
type Told = (String, Option<u64>);

/// What becomes of a statement beside what it says.
struct Heard<'a, 'b> {
    /// What it is an event of.
    account: &'a mut Option<Account<'b>>,
    /// What it has to tell in rows, whether it is refused or not.
    report: &'a mut Option<Table>,
    /// What it has computed, where that was asked for.
    recalculated: &'a mut Option<Recalculation>,
}

/// The rows of a query.
#[derive(Clone, Debug)]
pub struct Answer {
    table: Table,
}

impl Answer {
    /// The rows as a table with its columns.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// All rows.
    ///
    /// # Errors
    /// None today; answers that are computed while they are read may fail on the way.
    pub async fn collect(self) -> Result<Vec<RecordBatch>, ScriptError> {
        Ok(self.table.batches)
    }
}

impl Session {
    pub(crate) fn new(app: Arc<Application>, principal: Principal) -> Session {
        let (open, scenario) = (Mutex::new(None), Mutex::new(ScenarioId::BASE));
        Session { inner: Arc::new(Inner { app, principal, open, scenario, autocalc: AtomicBool::new(true) }) }
    }

    /// Runs a script, statement by statement, on the calling thread; what each statement gives goes to `sink` at once.
    ///
    /// # Errors
    /// The first statement that is refused or fails ends the script. What was committed before it stays, an open transaction is
    /// rolled back.
    pub fn run(&self, script: &str, sink: &mut dyn ResultSink) -> Result<(), ScriptError> {
        self.run_until(script, sink, &Stop::default())
    }

    /// As [`Session::run`], given up when `stop` is set, from whichever thread: the statement that runs then ends as one that fails does, and none
    /// after it begins.
    ///
    /// # Errors
    /// As [`Session::run`].
    pub fn run_until(&self, script: &str, sink: &mut dyn ResultSink, stop: &Stop) -> Result<(), ScriptError> {
        for (number, piece) in (1..).zip(Splitter::new(script)) {
            let was_open = self.is_in_transaction();
            let (at, done) = match piece {
                Ok(piece) if stop.is_stopped() => (piece.at, Err(Fault::new("the script was cancelled"))),
                Ok(piece) => (piece.at, self.inner.measured(parsed(&piece), number, sink, stop)),
                Err(e) => (Place::START, self.inner.measured(Err(e.into()), number, sink, stop)),
            };
            if let Err(fault) = done {
                self.inner.abandon();
                return Err(ScriptError { rolled_back: was_open, ..ScriptError::new(number, at, fault) });
            }
        }
        Ok(())
    }

    /// Whether a transaction is open, which dropping the session rolls back.
    pub fn is_in_transaction(&self) -> bool {
        self.inner.open.lock().is_some()
    }

    /// Runs a script on a thread of its own and keeps what it gives. Dropping the future gives the script up: the question that is being
    /// answered ends, and no further statement begins.
    ///
    /// # Errors
    /// As [`Session::run`].
    pub async fn execute(&self, script: &str) -> Result<Outcome, ScriptError> {
        let (session, script) = (self.clone(), script.to_owned());
        off_thread(move |stop| {
            let mut outcome = Outcome::default();
            session.run_until(&script, &mut outcome, stop).map(|()| outcome)
        })
        .await
    }

    /// Asks one query, on a thread of its own. Dropping the future ends it.
    ///
    /// # Errors
    /// The query is refused or fails, or `query` is not exactly one statement that asks.
    pub async fn sql(&self, query: &str) -> Result<Answer, ScriptError> {
        let (session, text) = (self.clone(), query.to_owned());
        off_thread(move |stop| session.ask_one(&text, stop)).await
    }

    fn ask_one(&self, text: &str, stop: &Stop) -> Result<Answer, ScriptError> {
        let fault = |at, fault| ScriptError::new(1, at, fault);
        let pieces = statement::split(text).map_err(|e| fault(Place::START, e.into()))?;
        let [piece] = pieces.as_slice() else {
            return Err(fault(Place::START, Fault::new("one query is expected").help("use `execute` for scripts")));
        };
        let parsed = parsed(piece).map_err(|e| fault(piece.at, e))?;
        if matches!(execute::kind(&parsed), Kind::Change | Kind::Export) {
            return Err(fault(piece.at, Fault::new(format!("`{}` is no query", parsed.title())).help("use `execute` for statements")));
        }
        let mut outcome = Outcome::default();
        self.inner.measured(Ok(parsed), 1, &mut outcome, stop).map_err(|e| fault(piece.at, e))?;
        match outcome.tables.pop() {
            Some((_, table)) => Ok(Answer { table }),
            None => Err(fault(piece.at, Fault::new("the statement gives no rows"))),
        }
    }

    /// One cell, without planning: its value, an item as its name; `None` where it is BLANK or not this person's to see.
    ///
    /// # Errors
    /// There is no such metric or item for this person.
    pub fn cell(&self, metric: &str, items: &[&str]) -> Result<Option<Value>, Error> {
        self.snapshot()?.cell(metric, items)
    }

    /// The cells along one dimension, the one whose item is `None`: item names and values in item order.
    ///
    /// # Errors
    /// There is no such metric or item for this person, or not exactly one item is left open.
    pub fn series(&self, metric: &str, items: &[Option<&str>]) -> Result<Vec<(Arc<str>, Value)>, Error> {
        self.snapshot()?.series(metric, items)
    }

    /// What this person may see of the last committed state, pinned.
    ///
    /// # Errors
    /// The person may not query blocks.
    pub fn snapshot(&self) -> Result<Snapshot, Error> {
        let world = self.inner.app.world();
        let state = self.inner.state_in_use(&world).map_err(|fault| Error::refused(fault.message))?;
        let access = state.access(&self.inner.principal);
        for permission in [Permission::DisplayApplication, Permission::OpenBoards] {
            if !access.permits(permission) {
                let deed = by(Class::Application, "SNAPSHOT", &self.inner.principal, End::Refused, &state.revision, &state.policy);
                self.inner.app.audit().note(deed);
                return Err(Error::refused(missing(permission)));
            }
        }
        let scenarios = world.readable(&self.inner.principal).map(|scenario| Arc::clone(&scenario.name)).collect();
        Ok(Snapshot::new(self.inner.app.questions().view(state, &access), scenarios))
    }

    /// A block as a table for a host's own DataFusion session: columns flat and in lower case.
    ///
    /// # Errors
    /// As [`Session::snapshot`] and [`Snapshot::table`].
    pub fn table(&self, name: &str) -> Result<Arc<dyn TableProvider>, Error> {
        self.snapshot()?.table(name)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("principal", &self.inner.principal).finish_non_exhaustive()
    }
}

impl Inner {
    /// Carries out one statement and gives the number of the rows that it answered with, or wrote. What it is an event of is taken out of
    /// `account` when that was written down, or is kept for COMMIT.
    fn carry_out(
        &self,
        open: &mut Option<Transaction>,
        statement: &Statement,
        number: usize,
        sink: &mut dyn ResultSink,
        account: &mut Option<Account<'_>>,
        stop: &Stop,
    ) -> Done<Option<u64>> {
        let role = match open.as_ref().and_then(|t| t.work.as_ref()) {
            Some(work) => work.policy.role_of(&self.principal),
            None => self.app.world().policy().role_of(&self.principal),
        };
        permit::check(statement, role.map_or_else(smalt_security::Permissions::none, |role| role.permissions))?;
        match statement {
            Statement::Begin if open.is_some() => Err(Fault::new("a transaction is open already").help("end it with COMMIT or ROLLBACK")),
            Statement::Begin => {
                *open = Some(Transaction::default());
                sink.message(number, "transaction started");
                Ok(None)
            }
            Statement::Commit => {
                let transaction = open.take().ok_or_else(no_transaction)?;
                let Transaction { work, mut deeds } = transaction;
                let notes = match work {
                    Some(mut work) => {
                        (work.calculation, work.watch) = (self.calculation(), self.app.watch(stop));
                        self.in_pool(sink, |progress| self.settle_and_commit(*work, &mut deeds, progress))
                    }
                    None => Ok(Vec::new()),
                };
                self.end(deeds, if notes.is_ok() { End::Done } else { End::Failed });
                let notes = notes?;
                sink.message(number, "committed");
                notes.iter().for_each(|note| sink.message(number, note));
                Ok(None)
            }
            Statement::Rollback => {
                let transaction = open.take().ok_or_else(no_transaction)?;
                self.end(transaction.deeds, End::RolledBack);
                sink.message(number, "rolled back");
                Ok(None)
            }
            Statement::SetAutocalc(on) => {
                self.autocalc.store(*on, Ordering::Relaxed);
                sink.message(number, if *on { "autocalc is on" } else { "autocalc is off; RECALCULATE computes what is out of date" });
                Ok(None)
            }
            Statement::UseScenario(name) => {
                let used = self.use_scenario(open, name)?;
                sink.message(number, &format!("scenario `{used}` is in use"));
                Ok(None)
            }
            _ => match execute::kind(statement) {
                Kind::Ask => {
                    let told = self.ask(open, is_about_cells(statement), sink, stop, |ask, _| match statement {
                        Statement::Evaluate(_) | Statement::Explain(Explain::Value { .. }) => {
                            self.app.own_pool()?.install(|| execute::ask(ask, statement))
                        }
                        // A query has a thread of its own and hands the pool what is worth it: a thread of the pool that waited for it
                        // would be missing there.
                        _ => execute::ask(ask, statement),
                    })?;
                    if let (Some(account), None) = (account.as_mut(), &told.cut) {
                        account.count(Some(told.table.row_count() as u64));
                        self.app.audit().note(account.close(End::Done));
                    }
                    sink.table(number, &told.table);
                    told.cut.map_or(Ok(Some(told.table.row_count() as u64)), Err)
                }
                Kind::Export => {
                    let pool = self.app.own_pool()?;
                    let text = self.ask(open, true, sink, stop, |ask, progress| execute::export(ask, statement, &pool, progress))?;
                    if let Some(account) = account.as_mut() {
                        self.app.audit().note(account.close(End::Done));
                    }
                    sink.message(number, &text);
                    Ok(None)
                }
                Kind::Change => {
                    let (mut report, mut recalculated) = (None, None);
                    let heard = Heard { account, report: &mut report, recalculated: &mut recalculated };
                    let done = self.change(open, statement, number, sink, heard, stop);
                    report.iter().for_each(|table| sink.table(number, table));
                    let ((text, written), notes) = done?;
                    if let Some(recalculated) = &recalculated {
                        sink.table(number, &recalculated.table());
                        sink.recalculated(number, recalculated);
                    }
                    sink.message(number, &text);
                    notes.iter().for_each(|note| sink.message(number, note));
                    Ok(written)
                }
            },
        }
    }

    /// What is computed with a change.
    fn calculation(&self) -> Calculation {
        if self.autocalc.load(Ordering::Relaxed) { Calculation::Stale } else { Calculation::Later }
    }

    /// Asks the state as it is for the one who asks: the last one that was committed, or that of an open transaction.
    fn ask<T: Send>(
        &self,
        open: &mut Option<Transaction>,
        about_cells: bool,
        sink: &mut dyn ResultSink,
        stop: &Stop,
        answer: impl FnOnce(&Ask<'_>, &mut (dyn FnMut(&Progress) + Send)) -> Done<T> + Send,
    ) -> Done<T> {
        let work = open.as_mut().and_then(|t| t.work.as_mut());
        let pool = self.app.pool();
        self.aside(sink, move |progress| {
            let world = match work {
                Some(work) => pool.install(|| {
                    (work.calculation, work.watch) = (self.calculation(), self.app.watch(stop));
                    let access = work.access(&self.principal);
                    settle(work, &access, When::Meanwhile, progress)?;
                    Ok::<_, Fault>(Arc::new(work.world()))
                })?,
                None => self.app.world(),
            };
            // What is the same in all scenarios is told where none is in use.
            let state = match self.state_in_use(&world) {
                Err(_) if !about_cells => world.base(),
                state => state?,
            };
            let access = state.access(&self.principal);
            let (questions, folders) = (self.app.questions(), self.app.folders());
            let (principal, audit) = (self.principal, self.app.audit());
            let scenario = *self.scenario.lock();
            answer(&Ask { world: &world, scenario, state, principal, access, questions, folders, audit, stop }, progress)
        })
    }

    /// Carries out a statement that changes something: what it did, how much it wrote, and what else is to be said of it.
    fn change(
        &self,
        open: &mut Option<Transaction>,
        statement: &Statement,
        number: usize,
        sink: &mut dyn ResultSink,
        mut heard: Heard<'_, '_>,
        stop: &Stop,
    ) -> Done<(Told, Vec<String>)> {
        let calculation = self.calculation();
        match open {
            Some(transaction) => {
                let work = match &mut transaction.work {
                    Some(work) => work,
                    none => {
                        let work = self.app.begin()?;
                        // What is seen in a transaction is as good as told.
                        self.app.await_ground(work.draft.base().number())?;
                        none.insert(Box::new(work))
                    }
                };
                (work.calculation, work.watch) = (calculation, self.app.watch(stop));
                let done = self.in_pool(sink, |progress| {
                    let saved = work.save();
                    let done = self.apply(work, statement, Turn { number, deferred: true, stop }, progress, &mut heard);
                    if done.is_err() {
                        work.restore(saved);
                    }
                    Ok((done?, Vec::new()))
                })?;
                transaction.deeds.extend(heard.account.take().map(|account| account.close(End::Done)));
                Ok(done)
            }
            None => {
                // Before the pool: whoever waits for the writer's place in one of its threads keeps it from the writer, who needs it to
                // come to an end.
                let mut work = self.app.begin()?;
                (work.calculation, work.watch) = (calculation, self.app.watch(stop));
                let ground = work.draft.base().number();
                let (mut deeds, mut is_applied) = (Vec::new(), false);
                let done = self.in_pool(sink, |progress| {
                    let done = self.apply(&mut work, statement, Turn { number, deferred: false, stop }, progress, &mut heard)?;
                    deeds.extend(heard.account.as_ref().map(|account| account.close(End::Done)));
                    is_applied = true;
                    Ok((done, self.settle_and_commit(work, &mut deeds, progress)?))
                });
                if is_applied && deeds.is_empty() {
                    *heard.account = None;
                }
                if done.is_err() {
                    // What is wrong with it may be so because of what is not on the disk yet.
                    self.app.await_ground(ground)?;
                }
                done
            }
        }
    }

    fn apply(
        &self,
        work: &mut Work,
        statement: &Statement,
        turn: Turn<'_>,
        progress: &mut dyn FnMut(&Progress),
        heard: &mut Heard<'_, '_>,
    ) -> Done<Told> {
        enter(work, self.scenario_of(statement, work)?)?;
        let access: Arc<Access> = work.access(&self.principal);
        let sees_all = [Permission::DisplayBlockExplorer, Permission::ConfigureBlocks].into_iter().any(|p| access.permits(p));
        let seen = if sees_all {
            Arc::clone(work.draft.schema())
        } else {
            let state: State = work.state();
            Arc::clone(self.app.questions().view(&state, &access).catalog())
        };
        let mut change = Change {
            work,
            principal: self.principal,
            scenario: *self.scenario.lock(),
            stop: turn.stop,
            access,
            seen,
            folders: self.app.folders(),
            number: turn.number,
            deferred: turn.deferred,
            questions: self.app.questions(),
            progress,
            written: None,
            report: None,
            recalculated: None,
        };
        let done = execute::change(&mut change, statement);
        *heard.report = change.report.take();
        *heard.recalculated = change.recalculated.take();
        let (done, written) = (done?, change.written);
        leave(work);
        if let Some(account) = heard.account {
            account.count(written);
            account.see(work.present());
        }
        Ok((done, written))
    }

    /// Publishes a change; gives what is to be said of its calculation. Its events are taken out of `deeds` when they are written down.
    fn settle_and_commit(&self, mut work: Work, deeds: &mut Vec<Deed>, progress: &mut dyn FnMut(&Progress)) -> Done<Vec<String>> {
        let access = work.access(&self.principal);
        settle(&mut work, &access, When::Commit, progress)?;
        let notes = overflow::sentences(&work, &access);
        self.app.commit(work, deeds)?;
        Ok(notes)
    }

    /// Runs `work` in the application's own threads and hands its progress to the sink on the calling one.
    fn in_pool<T: Send>(&self, sink: &mut dyn ResultSink, work: impl FnOnce(&mut dyn FnMut(&Progress)) -> Done<T> + Send) -> Done<T> {
        let pool = self.app.pool();
        self.aside(sink, move |progress| pool.install(move || work(progress)))
    }

    /// Runs `work` on a thread of its own and hands its progress to the sink on the calling one.
    fn aside<T: Send>(
        &self,
        sink: &mut dyn ResultSink,
        work: impl FnOnce(&mut (dyn FnMut(&Progress) + Send)) -> Done<T> + Send,
    ) -> Done<T> {
        let (sender, progress) = mpsc::channel::<Progress>();
        std::thread::scope(|scope| {
            let running = scope.spawn(move || {
                // Nobody listening is no reason to stop.
                work(&mut |p: &Progress| drop(sender.send(p.clone())))
            });
            for p in progress {
                sink.progress(&p);
            }
            running.join().unwrap_or_else(|_| Err(Fault::new("the engine failed at this statement; nothing of it was kept")))
        })
    }
}

/// Whether a question is about the cells of the scenario in use.
fn is_about_cells(statement: &Statement) -> bool {
    !matches!(statement, Statement::Show(_) | Statement::Describe(_) | Statement::VerifyAudit | Statement::CompareScenarios(_))
}

/// One statement of a script that changes something.
#[derive(Clone, Copy)]
struct Turn<'a> {
    number: usize,
    /// Whether a COMMIT comes later.
    deferred: bool,
    /// Set when nobody waits for the script any more.
    stop: &'a Stop,
}

/// Reads a statement. What it is made of takes many times its text, so that the text has a bound.
fn parsed(piece: &Piece<'_>) -> Done<Statement> {
    if piece.text.len() > MOST_BYTES {
        let reason = format!("this statement is longer than {} MB", MOST_BYTES >> 20);
        return Err(Fault::new(reason).help("load large data from a file, with COPY"));
    }
    statement::parse(piece).map_err(Fault::from)
}

fn no_transaction() -> Fault {
    Fault::new("no transaction is open").help("begin one with BEGIN")
}
