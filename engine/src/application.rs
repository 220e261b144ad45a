//! An application: its current state, its one writer, its files.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::{Mutex, RwLock};
use rayon::{ThreadPool, ThreadPoolBuilder};
use smalt_model::SystemDimension;
use smalt_query::Stop;
use smalt_security::{Permission, Policy, Principal};
use smalt_vault::{Revision, Vault};

use crate::audit::{Class, Deed, Entered, Log, Outcome, Who, by, taken_back};
use crate::calc::{CalcOptions, Ending, Watch};
use crate::error::Error;
use crate::execute::Questions;
use crate::fault::{Done, Fault};
use crate::history::{History, Made};
use crate::metrics::Metrics;
use crate::options::Options;
use crate::restore::{Restored, restore};
use crate::rights_cache::RightsKept;
use crate::scenario::leave;
use crate::session::Session;
use crate::state::{Programs, State};
use crate::store::{Claim, Contents, Disk, KeyProvider, Loaded, Opened, RealDisk, Store, Unlock, seed};
use crate::work::Work;
use crate::world::{Parts, World};

/// How long a statement waits for another session's change to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many revisions before the current one are kept, where a host does not say.
const KEPT_REVISIONS: usize = 1_000;

/// How long a change may compute, where a host does not say.
const CHANGE: Duration = Duration::from_secs(3_600);

/// What the audit calls it when somebody comes in.
const LOGIN: &str = "OPEN SESSION";

/// A planning application: definitions, data, formulas, people and their rights.
///
/// Readers see the last committed state and never wait; one session at a time changes it.
pub struct Application {
    /// What readers see: the last moment that is on the disk.
    world: RwLock<Arc<World>>,
    /// What the next writer starts from: the last moment that was committed, on its way to the disk.
    ahead: Mutex<Arc<World>>,
    vault: Arc<Vault>,
    questions: Questions,
    pool: Arc<ThreadPool>,
    folders: Vec<PathBuf>,
    /// Before the store, with which the folder goes.
    audit: Arc<Log>,
    store: Option<Arc<Store>>,
    /// The thread that writes a checkpoint.
    checkpoint: Mutex<Option<JoinHandle<()>>>,
    metrics: Option<Arc<dyn Metrics>>,
    keys: Option<Arc<dyn KeyProvider>>,
    change_deadline: Duration,
    /// What is said of the formulas that could not be restored.
    broken: Vec<String>,
}

impl Application {
    /// An empty application that lives in memory only and lends no folder to COPY.
    ///
    /// # Errors
    /// The machine gives no threads.
    pub fn in_memory() -> Result<Arc<Application>, Error> {
        Application::in_memory_with(Options::default())
    }

    /// An empty application that lives in memory only.
    ///
    /// # Errors
    /// The machine gives no threads.
    pub fn in_memory_with(options: Options) -> Result<Arc<Application>, Error> {
        let audit = Log::in_memory(options.clock.clone());
        Application::start(&calculators(&options)?, seed(), None, audit, options)
    }

    /// The application whose files are in the folder `path`, created where there is none. Every commit is on the disk when it
    /// returns. Only one process at a time can have it open.
    ///
    /// Files of earlier versions are read, and written anew. What is damaged and can be made good is, see [`Application::mended`].
    ///
    /// # Errors
    /// The folder cannot be read or written, another process has it open, or the files are damaged ([`Error::is_damaged`]).
    pub fn open(path: impl AsRef<Path>, options: Options) -> Result<Arc<Application>, Error> {
        Application::open_on(Arc::new(RealDisk), path.as_ref(), options)
    }

    pub(crate) fn open_on(disk: Arc<dyn Disk>, path: &Path, options: Options) -> Result<Arc<Application>, Error> {
        let pool = calculators(&options)?;
        let unlock = Unlock { keys: options.keys.as_deref(), encrypt: options.encrypt };
        let claim = Claim::take(disk, path, unlock)?;
        let seals = claim.seals().clone();
        let taken_back = taken_back(path, &seals).map_err(|e| Error::files("the audit cannot be read, in", path, e))?;
        let (opened, Contents { loaded, events }) = pool.install(|| Store::open(claim, &taken_back))?;
        let audit = Log::open(path, &seals, loaded.number, options.clock.clone(), &events)?;
        let app = Application::start(&pool, loaded, Some(opened), audit, options)?;
        app.encrypt_the_rest()?;
        Ok(app)
    }

    /// Whether there is an application in the folder `path`: [`Application::open`] creates one where there is none.
    pub fn exists(path: impl AsRef<Path>) -> bool {
        Store::exists(path.as_ref())
    }

    fn start(
        pool: &Arc<ThreadPool>,
        loaded: Loaded,
        opened: Option<Opened>,
        audit: Log,
        options: Options,
    ) -> Result<Arc<Application>, Error> {
        let (threads, pool) = (pool.current_num_threads(), Arc::clone(pool));
        let limits = options.cell_limit.map_or_else(CalcOptions::default, |cell_limit| CalcOptions { cell_limit });
        let Restored { parts, broken } = restore(&pool, loaded, limits, options.kept_revisions.unwrap_or(KEPT_REVISIONS))?;
        // Questions have threads of their own: they are not to wait for a calculation that keeps the others busy.
        let vault = Arc::new(Vault::with_pool(Revision::clone(&parts.base.revision), Arc::new(threads_for("smalt-view", threads)?)));
        let world = Arc::new(World::new(parts));
        let store = opened.map(|opened| opened.start(&world, options.checkpoint_after)).transpose()?.map(Arc::new);
        let questions = Questions::new(Arc::clone(&vault), threads, &options);
        let change_deadline = options.change_deadline.unwrap_or(CHANGE);
        let Options { folders, metrics, keys, .. } = options;
        Ok(Arc::new(Application {
            ahead: Mutex::new(Arc::clone(&world)),
            world: RwLock::new(world),
            questions,
            vault,
            pool,
            folders,
            store,
            audit: Arc::new(audit),
            checkpoint: Mutex::new(None),
            metrics,
            keys,
            change_deadline,
            broken,
        }))
    }

    /// The formulas of the files that this version could not restore, each with the reason, for the owner's eyes. Such a metric is kept with
    /// its formula, and has no cells until another formula is given to it; one on which rights depend keeps everybody but the owner out.
    pub fn broken_formulas(&self) -> &[String] {
        &self.broken
    }

    /// What was damaged in the files and has been made good, each with the file, for the owner's eyes: cells of formulas that were computed
    /// again, or a checkpoint in whose place the one before it was taken, with the log.
    pub fn mended(&self) -> &[String] {
        self.store.as_ref().map_or(&[], |store| store.mended())
    }

    /// Writes a checkpoint now, and waits for it; `false` where one is being written. Nothing needs this: it is done in the background when it is
    /// due, and when the application is closed.
    ///
    /// # Errors
    /// It cannot be written. Nothing is lost by that.
    pub fn checkpoint(&self) -> Result<bool, Error> {
        let Some(store) = &self.store else { return Ok(false) };
        let written = write_checkpoint(store, &self.audit);
        written.map_err(|e| Error::refused(format!("the checkpoint cannot be written: {e}")))
    }

    /// A session of the owner, who holds the role Admin. Whoever holds the application (its folder) can have it.
    ///
    /// # Errors
    /// None today.
    pub fn owner_session(self: &Arc<Application>) -> Result<Session, Error> {
        self.audit.note(Deed::plain(Class::Login, LOGIN, Outcome::Done, Who::Owner));
        Ok(Session::new(Arc::clone(self), Principal::Owner { user: None }))
    }

    /// A session of a user. The host has found out before that it is this user who asks.
    ///
    /// # Errors
    /// There is no such user, the user may not open the application, or rights cannot be told because a formula was not restored.
    pub fn session(self: &Arc<Application>, user: &str) -> Result<Session, Error> {
        let world = self.world();
        let state = world.base();
        let def = state.revision.schema().system(SystemDimension::User);
        let item = def.and_then(|def| state.revision.items(def.id).find(user));
        let Some(item) = item else {
            self.audit.note(Deed::plain(Class::Login, LOGIN, Outcome::Refused, Who::nobody(user)));
            return Err(Error::refused(format!("there is no user `{user}`")));
        };
        let principal = Principal::User(item);
        let admitted = admit(state, user, &principal);
        let outcome = if admitted.is_ok() { Outcome::Done } else { Outcome::Refused };
        self.audit.note(by(Class::Login, LOGIN, &principal, outcome, &state.revision, &state.policy));
        admitted.map(|()| Session::new(Arc::clone(self), principal))
    }

    /// How much is kept of what people may see, and how often it was compiled: for hosts that watch what security costs.
    pub fn rights_kept(&self) -> RightsKept {
        RightsKept::of(&self.world().base().rights, &self.vault)
    }

    pub(crate) fn metrics(&self) -> Option<&dyn Metrics> {
        self.metrics.as_deref()
    }

    pub(crate) fn store(&self) -> Option<&Store> {
        self.store.as_deref()
    }

    /// Who has the master key.
    pub(crate) fn keys(&self) -> Option<&dyn KeyProvider> {
        self.keys.as_deref()
    }

    pub(crate) fn audit(&self) -> &Log {
        &self.audit
    }

    /// What was committed last.
    pub(crate) fn world(&self) -> Arc<World> {
        Arc::clone(&self.world.read())
    }

    pub(crate) fn questions(&self) -> &Questions {
        &self.questions
    }

    pub(crate) fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    /// What ends the calculation of a change that begins now.
    pub(crate) fn watch(&self, stop: &Stop) -> Watch {
        let (until, stop) = (Instant::now().checked_add(self.change_deadline), stop.clone());
        Watch::new(move || match until {
            _ if stop.is_stopped() => Some(Ending::Stopped),
            Some(until) if Instant::now() >= until => Some(Ending::Late),
            _ => None,
        })
    }

    pub(crate) fn pool(&self) -> &ThreadPool {
        &self.pool
    }

    /// Threads for one formula that is evaluated and not saved: it may take long, and nobody else is to wait for it.
    pub(crate) fn own_pool(&self) -> Done<ThreadPool> {
        threads_for("smalt-formula", self.questions.threads).map_err(|e| Fault::new(e.to_string()))
    }

    /// Starts a change; waits for another one to end.
    pub(crate) fn begin(&self) -> Done<Work> {
        if let Some(store) = &self.store {
            store.check().map_err(Fault::new)?;
        }
        let draft = self.vault.begin(PATIENCE).map_err(|busy| Fault::new(busy.to_string()))?;
        // Whoever had the ticket before appended its state together with its revision, so this is the state of the draft.
        Ok(Work::new(draft, Arc::clone(&self.ahead.lock())))
    }

    /// Waits until what a change started from is on the disk. Nobody is told of anything else.
    pub(crate) fn await_ground(&self, number: u64) -> Done {
        match &self.store {
            Some(store) if self.world().number() < number => store.wait(number).map_err(|e| unsaved(&e)),
            _ => Ok(()),
        }
    }

    /// Writes a change to the files and publishes it. Its events come first, and are taken out of `deeds` then: a crash may leave events
    /// without their change, which are taken back when the files are opened again, but no change without its events.
    ///
    /// The next writer begins as soon as the change has its place in the log; readers see it when it is on the disk.
    pub(crate) fn commit(&self, mut work: Work, deeds: &mut Vec<Deed>) -> Done {
        leave(&mut work);
        let number = work.draft.base().number() + 1;
        let branches = work.branches(number);
        let last = deeds.last();
        let made = Made {
            at: Some(self.audit.now()),
            who: last.map_or(Who::Owner, |deed| deed.who.clone()),
            action: last.map_or_else(|| Arc::from(""), |deed| Arc::from(&*deed.action)),
        };
        let Work { draft, policy, programs, files, scenarios, snapshots, .. } = work;
        let who = made.who.clone();
        let entered = self.audit.enter(std::mem::take(deeds), number).map_err(|e| unsaved(&e))?;
        let parts = |base, history| Parts { base, scenarios, branches, made, history, snapshots };
        let next = self.append(draft, policy, programs, parts, &entered);
        let written = next.and_then(|next| {
            if let Some(store) = &self.store {
                store.wait(number).map_err(|e| e.to_string())?;
            }
            Ok(next)
        });
        let next = written.map_err(|e| {
            self.audit.note(Deed::taking_back(number, who));
            unsaved(&e)
        })?;
        self.audit.landed(&entered);
        self.publish(next);
        self.check_due();
        let told = |fault: Fault| Fault::new(format!("the change is made, but {}", fault.message));
        files.into_iter().try_for_each(|file| file.publish().map_err(told))
    }

    /// Gives a change its place behind all others.
    fn append(
        &self,
        draft: smalt_vault::Draft,
        policy: Arc<Policy>,
        programs: Programs,
        parts: impl FnOnce(Arc<State>, History) -> Parts,
        entered: &Entered,
    ) -> Result<Arc<World>, String> {
        // Under the lock, so that the next writer, who can start as soon as the draft is committed, waits for the whole state.
        let mut ahead = self.ahead.lock();
        if let Some(store) = &self.store {
            store.check()?;
        }
        let revision = draft.commit();
        let base = Arc::new(State::after(ahead.base(), revision, policy, programs));
        let next = World::new(parts(base, ahead.history.clone()));
        let next = Arc::new(next.behind(&ahead));
        if let Some(store) = &self.store {
            store.append(&next, &entered.events)?;
        }
        *ahead = Arc::clone(&next);
        Ok(next)
    }

    /// Shows a moment that is on the disk, unless a later one is shown already.
    fn publish(&self, next: Arc<World>) {
        let mut current = self.world.write();
        if next.number() > current.number() {
            *current = next;
        }
    }

    /// Waits for a checkpoint that is being written in the background.
    pub(crate) fn await_checkpoint(&self) {
        if let Some(running) = self.checkpoint.lock().take() {
            drop(running.join());
        }
    }

    /// Begins a checkpoint in the background if one is due.
    fn check_due(&self) {
        let Some(store) = self.store.as_ref().filter(|store| store.is_due()) else { return };
        let mut running = self.checkpoint.lock();
        if running.as_ref().is_some_and(|thread| !thread.is_finished()) {
            return;
        }
        let (store, audit) = (Arc::clone(store), Arc::clone(&self.audit));
        let write = move || match write_checkpoint(&store, &audit) {
            Ok(_) => {}
            // The log has everything; the next one is due as if this one had been written.
            Err(error) => tracing::warn!(%error, "the checkpoint cannot be written"),
        };
        *running = std::thread::Builder::new().name("smalt-checkpoint".to_owned()).spawn(write).ok();
    }
}

impl Drop for Application {
    fn drop(&mut self) {
        self.await_checkpoint();
        if let Some(store) = &self.store
            && store.is_behind()
        {
            // Nobody is there to be told; all of it is in the log.
            drop(write_checkpoint(store, &self.audit));
        }
    }
}

/// Writes a checkpoint, unless one is being written. The log goes with it, so the events have to be on the disk elsewhere first.
fn write_checkpoint(store: &Store, audit: &Log) -> io::Result<bool> {
    audit.sync()?;
    store.checkpoint().map(|size| size.is_some())
}

/// What is said where a change is not written.
fn unsaved(error: &impl fmt::Display) -> Fault {
    Fault::new(format!("the change cannot be saved: {error}"))
}

/// The threads that calculate.
fn calculators(options: &Options) -> Result<Arc<ThreadPool>, Error> {
    let threads = options.threads.or_else(|| std::thread::available_parallelism().ok().map(usize::from)).unwrap_or(1).max(1);
    threads_for("smalt", threads).map(Arc::new)
}

fn threads_for(name: &'static str, threads: usize) -> Result<ThreadPool, Error> {
    let pool = ThreadPoolBuilder::new().num_threads(threads).thread_name(move |n| format!("{name}-{n}")).build();
    pool.map_err(|e| Error::refused(format!("no threads can be started: {e}")))
}

/// Whether a user may come in.
fn admit(state: &State, user: &str, principal: &Principal) -> Result<(), Error> {
    state.check_rights()?;
    match state.policy.role_of(principal) {
        None => Err(Error::refused(format!("`{user}` has no role in this application, or is not active"))),
        Some(role) if !role.permits(Permission::DisplayApplication) => {
            Err(Error::refused(smalt_security::missing(Permission::DisplayApplication)))
        }
        Some(_) => Ok(()),
    }
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application").field("world", &self.world.read()).finish_non_exhaustive()
    }
}
