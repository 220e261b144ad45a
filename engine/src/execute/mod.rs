//! What each statement does. One file per family; [`change`] and [`ask`] choose.

mod access;
mod audit;
mod calendar;
mod catalog;
mod comment;
mod copy;
mod delete;
mod dimension;
mod drop;
mod evaluate;
mod explain;
mod export;
mod formula;
mod insert;
mod item_names;
mod list;
mod merge;
mod metric;
mod people;
mod property;
mod proposal;
mod recalculate;
mod revision;
mod role;
mod rows;
mod rule;
mod saved;
mod scenario;
mod select;
mod show;
mod subset;
mod table;
mod target;
mod update;
mod view;
mod written;

use std::path::PathBuf;
use std::sync::Arc;

use rayon::ThreadPool;

use smalt_model::{Block, ScenarioId, Schema};
use smalt_query::{Errand, MaskedView, QueryOptions, Stop, Views};
use smalt_security::{Access, Permission, Policy, Principal, ScenarioRight};

use crate::audit::Log;
use crate::fault::{Done, Fault};
use crate::guard::{self, Guarded};
use crate::load::write::{Created, Load};
use crate::outcome::{Progress, Table};
use crate::recalculation::Recalculation;
use crate::scenario::{leave, settle};
use crate::settle::When;
use crate::state::State;
use crate::statement::Statement;
use crate::statement::ast::{Duplicates, Explain};
use crate::work::Work;
use crate::world::World;

pub(crate) use scenario::no_scenario;
use select::Asks;
pub(crate) use select::Questions;

/// What a statement that changes something sees.
pub(crate) struct Change<'a> {
    pub(crate) work: &'a mut Work,
    pub(crate) principal: Principal,
    /// Set when nobody waits for the statement any more.
    pub(crate) stop: &'a Stop,
    /// The scenario in use.
    pub(crate) scenario: ScenarioId,
    /// The rights before the statement.
    pub(crate) access: Arc<Access>,
    /// The definitions whose names the person may see.
    pub(crate) seen: Arc<Schema>,
    pub(crate) folders: &'a [PathBuf],
    /// The number of the statement in its script.
    pub(crate) number: usize,
    /// Whether a COMMIT comes later, so that formulas may name what is not there yet.
    pub(crate) deferred: bool,
    pub(crate) questions: &'a Questions,
    pub(crate) progress: &'a mut dyn FnMut(&Progress),
    /// How many cells, items or rows the statement has written.
    pub(crate) written: Option<u64>,
    /// What it has to tell in rows, whether it is refused or not.
    pub(crate) report: Option<Table>,
    /// What it has computed, where that was asked for.
    pub(crate) recalculated: Option<Recalculation>,
}

impl Change<'_> {
    /// Refuses who lacks a permission.
    fn require(&self, permission: Permission) -> Done {
        if self.access.permits(permission) { Ok(()) } else { Err(Fault::missing(permission)) }
    }

    /// The state as it is now, everything computed that can be: what a query inside the statement asks, in the scenario in use.
    fn asked(&mut self) -> Done<Asked> {
        settle(self.work, &self.access, When::Meanwhile, &mut *self.progress)?;
        let home = self.work.active();
        let world = Arc::new(self.world());
        let is_readable = world.right(self.scenario, &self.principal) > ScenarioRight::None;
        let scenario = if is_readable { self.scenario } else { home };
        let state = Arc::clone(world.state(scenario).unwrap_or(world.base()));
        let access = state.access(&self.principal);
        Ok(Asked { world, scenario, state, access, principal: self.principal, stop: self.stop.clone() })
    }

    /// Everything as it is now, in every scenario.
    fn world(&mut self) -> World {
        let home = self.work.active();
        leave(self.work);
        let world = self.work.world();
        self.work.activate(home);
        world
    }

    /// The draft, to be written to.
    fn load(&mut self, duplicates: Duplicates) -> Load<'_> {
        let policy: &Policy = &self.work.policy;
        Load {
            revision: &mut self.work.draft,
            access: &self.access,
            policy,
            programs: &self.work.programs,
            touched: &mut self.work.touched,
            progress: &mut *self.progress,
            duplicates,
            created: Created::default(),
        }
    }

    fn guarded(&self) -> Guarded {
        Guarded::of(self.work.draft.schema(), &self.work.policy, &self.work.programs)
    }

    /// Refuses to touch what rights are made of without the permission for it.
    fn allow(&self, guarded: bool) -> Done {
        guard::allow(guarded, self.access.permits(Permission::DefineSecurity))
    }

    /// Whether a block was only named so far, and is not there.
    fn is_promised(&self, block: Block) -> bool {
        matches!(block, Block::Dimension(id) if self.work.is_promised(id))
    }
}

/// What a query inside a statement that changes something sees.
pub(crate) struct Asked {
    world: Arc<World>,
    scenario: ScenarioId,
    state: Arc<State>,
    access: Arc<Access>,
    principal: Principal,
    stop: Stop,
}

impl Asked {
    fn view(&self, questions: &Questions) -> MaskedView {
        questions.view(&self.state, &self.access)
    }

    fn views(&self, questions: &Questions) -> Views {
        questions.views(&self.world, self.scenario, &self.state, &self.principal, &self.access)
    }

    /// What the query may take.
    fn options(&self, questions: &Questions) -> QueryOptions {
        questions.options(&Asks { principal: self.principal, stop: &self.stop }, &self.access)
    }
}

/// What a statement that asks sees.
pub(crate) struct Ask<'a> {
    pub(crate) world: &'a Arc<World>,
    /// The scenario in use.
    pub(crate) scenario: ScenarioId,
    /// Its state.
    pub(crate) state: &'a Arc<State>,
    pub(crate) principal: Principal,
    pub(crate) access: Arc<Access>,
    pub(crate) questions: &'a Questions,
    pub(crate) audit: &'a Log,
    pub(crate) folders: &'a [PathBuf],
    /// Set when nobody waits for the answer any more.
    pub(crate) stop: &'a Stop,
}

impl Ask<'_> {
    fn asks(&self) -> Asks<'_> {
        Asks { principal: self.principal, stop: self.stop }
    }

    /// Begins work that is no query, under the bounds of one.
    fn errand(&self) -> Done<Arc<Errand>> {
        let options = self.questions.options(&self.asks(), &self.access);
        Errand::begin(&options).map(Arc::new).map_err(|e| evaluate::told(&e))
    }
}

/// What kind of work a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Ask,
    /// Asks, and writes the answer to a file.
    Export,
    Change,
}

/// What kind of work a statement is.
pub(crate) fn kind(statement: &Statement) -> Kind {
    use Statement as S;
    match statement {
        S::CopyTo(_) => Kind::Export,
        S::Query(_) | S::Explain(_) | S::Evaluate(_) | S::Show(_) | S::Describe(_) | S::ExecuteAs { .. } | S::VerifyAudit => Kind::Ask,
        S::CompareScenarios(_) => Kind::Ask,
        _ => Kind::Change,
    }
}

/// What a question is answered with.
pub(crate) struct Told {
    pub(crate) table: Table,
    /// Why there are no more rows, where the query has more than the person may take.
    pub(crate) cut: Option<Fault>,
}

/// Carries out a statement that asks.
pub(crate) fn ask(ask: &Ask<'_>, statement: &Statement) -> Done<Told> {
    use Statement as S;
    let table = match statement {
        S::Query(sql) => return select::query(ask, sql),
        S::ExecuteAs { user, query } => return select::execute_as(ask, user, query),
        S::Explain(Explain::Query { analyze, verbose, query }) => return select::explain(ask, *analyze, *verbose, query),
        S::Evaluate(formula) => return evaluate::evaluate(ask, formula),
        S::Explain(Explain::Formula(metric)) => explain::formula(ask, metric),
        S::Explain(Explain::Access { user, metric, at: Some(at) }) => explain::cell_access(ask, user, metric, at),
        S::Explain(Explain::Access { user, metric, at: None }) => explain::block_access(ask, user, metric),
        S::Explain(Explain::Leaks(metric)) => explain::leaks(ask, metric),
        S::Explain(Explain::Value { metric, at, depth }) => explain::value(ask, metric, at, *depth),
        S::Show(show) => show::show(ask, show),
        S::Describe(name) => catalog::describe(ask, name),
        S::VerifyAudit => audit::verify(ask),
        S::CompareScenarios(compare) => merge::compare_scenarios(ask, compare),
        other => Err(Fault::not_yet(other.title())),
    };
    Ok(Told { table: table?, cut: None })
}

/// Carries out a statement that writes to a file, on the threads of a pool where it can, and says what it did.
pub(crate) fn export(
    ask: &Ask<'_>,
    statement: &Statement,
    pool: &ThreadPool,
    progress: &mut (dyn FnMut(&Progress) + Send),
) -> Done<String> {
    match statement {
        Statement::CopyTo(copy) => export::copy_to(ask, copy, pool, progress),
        other => Err(Fault::not_yet(other.title())),
    }
}

/// Carries out a statement that changes something, and says what it did.
pub(crate) fn change(change: &mut Change<'_>, statement: &Statement) -> Done<String> {
    use Statement as S;
    proposal::check(change, statement)?;
    match statement {
        S::CreateDimension(create) => dimension::create(change, create),
        S::CreateSubset(create) => subset::create(change, create),
        S::CreateCalendar(create) => calendar::create(change, create),
        S::CreateList(create) => list::create(change, create),
        S::CreateMetric(create) => metric::create(change, create),
        S::AlterMetric { metric, change: to } => metric::alter(change, metric, to),
        S::AlterDimension { dimension, change: to } => dimension::alter(change, dimension, to),
        S::AlterList { list, change: to } => list::alter(change, list, to),
        S::AlterSubset { subset, change: to } => subset::alter(change, subset, to),
        S::CreateTable(create) => table::create(change, create),
        S::AlterTable { table, change: to } => table::alter(change, table, to),
        S::CreateView(create) => view::create(change, create),
        S::AlterView { view, change: to } => view::alter(change, view, to),
        S::Comment(comment) => comment::comment(change, comment),
        S::Drop(what) => drop::drop(change, what),
        S::Copy(copy) => copy::copy(change, copy),
        S::Insert(insert) => insert::insert(change, insert),
        S::Update(update) => update::update(change, update),
        S::Delete(delete) => delete::delete(change, delete),
        S::CreateUser(create) => people::create_user(change, create),
        S::AlterUser { user, change: to } => people::alter_user(change, user, to),
        S::CreateGroup(name) => people::create_group(change, name),
        S::AlterGroup { group, change: to } => people::alter_group(change, group, to),
        S::CreateRole(create) => role::create(change, create),
        S::AlterRole { role, change: to } => role::alter(change, role, to),
        S::GrantRole { role, to } => role::grant(change, role, to),
        S::RevokeRole { role, from } => role::revoke(change, role, from),
        S::CreateRule(create) => rule::create(change, create),
        S::AlterApplication(to) => access::alter(change, *to),
        S::CreateScenario(create) => scenario::create(change, create),
        S::AlterScenario { scenario, access } => scenario::alter(change, scenario, *access),
        S::MergeScenario(what) => merge::merge(change, what),
        S::RebaseScenario(name) => merge::rebase(change, name),
        S::CreateSnapshot(name) => revision::snapshot(change, name),
        S::Revert(to) => revision::revert(change, to),
        S::GrantScenario { right, scenario, role } => scenario::grant(change, *right, scenario, role),
        S::Recalculate(what) => recalculate::recalculate(change, what),
        other => Err(Fault::not_yet(other.title())),
    }
}
