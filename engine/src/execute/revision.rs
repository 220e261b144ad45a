//! Revisions and snapshots: SHOW, CREATE, DROP, and REVERT.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema as ArrowSchema};
use smalt_model::{Block, fold};
use smalt_security::{Permission, Principal, ScenarioRight, Shape};

use super::saved::{refuse_used, views_that_read};
use super::{Ask, Change};
use crate::audit::{Kind, Moment, Who};
use crate::fault::{Done, Fault};
use crate::guard::Guarded;
use crate::history::Made;
use crate::load::write::NOT_YOUR_CELLS;
use crate::outcome::Table;
use crate::scenario::settle;
use crate::settle::{When, ensure_cells};
use crate::sight::sees_all_of;
use crate::state::State;
use crate::statement::ast::{Name, Revision};
use crate::world::World;

/// `SHOW REVISIONS`: those that are kept, the newest first. Who made one, and by what, is for who made it and for who defines security: of others
/// it would tell what they do in blocks that the reader may not see.
pub(super) fn show(ask: &Ask<'_>) -> Done<Table> {
    let all = ask.access.permits(Permission::DefineSecurity);
    let is_own = |who: &Who| match (who, ask.principal) {
        (Who::User { item, .. }, Principal::User(own)) => *item == own,
        (Who::Owner, Principal::Owner { .. }) => true,
        _ => false,
    };
    let user = |who: &Who| match who {
        Who::Owner => "owner".to_owned(),
        Who::User { name, .. } | Who::Nobody { name } => name.to_string(),
    };
    let before = ask.world.history.iter().rev().map(|past| (past.number(), past.made()));
    let all_made: Vec<(u64, &Made)> = std::iter::once((ask.world.number(), &ask.world.made)).chain(before).collect();
    let numbers: Int64Array = all_made.iter().map(|(number, _)| i64::try_from(*number).ok()).collect();
    let text = |of: &dyn Fn(&Made) -> Option<String>| all_made.iter().map(|(_, made)| of(made)).collect::<StringArray>();
    let times = text(&|made| made.at.map(|at: Moment| at.to_string()));
    let told = |made: &Made| all || is_own(&made.who);
    let is_made = |made: &Made| !made.action.is_empty();
    let users = text(&|made| (told(made) && is_made(made)).then(|| user(&made.who)));
    let actions = text(&|made| (told(made) && is_made(made)).then(|| made.action.to_string()));
    // That an AI agent did it is marked for every reader, as in the audit.
    let kinds = text(&|made| match &made.who {
        Who::User { kind: Kind::AiAgent, .. } => Some(Kind::AiAgent.to_string()),
        Who::User { kind, .. } if told(made) && is_made(made) => Some(kind.to_string()),
        _ => None,
    });
    let columns: [(&str, ArrayRef); 5] = [
        ("Revision", Arc::new(numbers)),
        ("Time", Arc::new(times)),
        ("User", Arc::new(users)),
        ("Statement", Arc::new(actions)),
        ("Kind", Arc::new(kinds)),
    ];
    table(columns)
}

/// `SHOW SNAPSHOTS`
pub(super) fn snapshots(ask: &Ask<'_>) -> Done<Table> {
    let names: StringArray = ask.world.snapshots.iter().map(|named| Some(named.name.to_string())).collect();
    let numbers: Int64Array = ask.world.snapshots.iter().map(|named| i64::try_from(named.world.number()).ok()).collect();
    table([("Snapshot", Arc::new(names) as ArrayRef), ("Revision", Arc::new(numbers))])
}

fn table<const N: usize>(columns: [(&str, ArrayRef); N]) -> Done<Table> {
    let field = |(name, array): &(&str, ArrayRef)| Field::new(*name, DataType::clone(array.data_type()), true);
    let schema = Arc::new(ArrowSchema::new(columns.iter().map(field).collect::<Vec<_>>()));
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).map_err(|e| Fault::new(format!("the revisions cannot be shown: {e}")))?;
    Ok(Table::new(&schema, vec![batch]))
}

/// `CREATE SNAPSHOT`: all scenarios as they are now, under a name.
pub(super) fn snapshot(change: &mut Change<'_>, name: &Name) -> Done<String> {
    if name.text.trim().is_empty() {
        return Err(Fault::new("a snapshot has a name").at(name.at));
    }
    if let Some(there) = change.work.snapshots.find(&name.text) {
        return Err(Fault::new(format!("there is a snapshot `{}` already", there.name)).at(name.at));
    }
    settle(change.work, &change.access, When::Commit, &mut *change.progress)?;
    let number = change.work.draft.base().number() + 1;
    let world = change.work.world().at_rest(None).numbered(number);
    change.work.snapshots.put(&name.text, Arc::new(world));
    Ok(format!("snapshot `{}` created", name.text))
}

/// `DROP SNAPSHOT`
pub(super) fn drop_snapshot(change: &mut Change<'_>, name: &Name) -> Done<String> {
    if change.work.snapshots.find(&name.text).is_none() {
        return Err(Fault::new(format!("there is no snapshot `{}`", name.text)).at(name.at));
    }
    let folded = fold(&name.text);
    refuse_used(name, views_that_read(change, |reading| reading.snapshots.contains(&folded)))?;
    change.work.snapshots.remove(&name.text);
    Ok(format!("snapshot `{}` dropped", name.text))
}

/// `REVERT TO REVISION n`: everything becomes what it was, as one more revision, so that this can be taken back as well.
pub(super) fn revert(change: &mut Change<'_>, to: &Revision) -> Done<String> {
    let world = Arc::clone(change.work.started_from());
    if to.number >= world.number() {
        let reason = if to.number == world.number() { "is the current one" } else { "is not there yet" };
        return Err(Fault::new(format!("revision {} {reason}", to.number)).at(to.at));
    }
    let Some(past) = world.revision(to.number).map(Arc::clone) else {
        return Err(Fault::new(format!("revision {} is not kept any more", to.number)).at(to.at));
    };
    if change.work.is_changed() {
        return Err(Fault::new("REVERT comes first in a transaction: what was changed before would be lost").at(to.at));
    }
    check_all_is_theirs(change)?;
    if !change.access.permits(Permission::DefineSecurity) && !is_same_security(&world, &past) {
        return Err(Fault::missing(Permission::DefineSecurity));
    }
    change.work.become_again(&past);
    let metrics: Vec<_> = change.work.draft.schema().metrics().map(Arc::clone).collect();
    metrics.iter().try_for_each(|def| ensure_cells(&mut change.work.draft, def))?;
    Ok(format!("reverted to revision {}", to.number))
}

/// Refuses who may not change all that there is: which of it a revert changes would tell what is hidden.
fn check_all_is_theirs(change: &Change<'_>) -> Done {
    let (schema, access) = (change.work.draft.schema(), &change.access);
    let is_writable = |block: Block| match block {
        Block::Metric(id) => access.writing(id).shape() == Shape::Everything,
        Block::List(id) => access.writing_list(id).shape() == Shape::Everything,
        Block::Dimension(id) => access.writing_items(id).shape() == Shape::Everything,
    };
    let inputs =
        schema.metrics().filter(|def| def.formula.is_none() && def.ty != smalt_model::Type::Rights).map(|def| Block::Metric(def.id));
    let lists = schema.lists().map(|def| Block::List(def.id));
    let dimensions = schema.dimensions().filter(|def| def.system.is_none()).map(|def| Block::Dimension(def.id));
    let mut blocks = inputs.chain(lists).chain(dimensions);
    let mut scenarios = change.work.scenarios.iter();
    let writes_all = scenarios.all(|s| change.work.policy.scenario_right_of(&change.principal, s.id) == ScenarioRight::Write);
    if writes_all && blocks.all(|block| sees_all_of(access, schema, block) && is_writable(block)) {
        return Ok(());
    }
    Err(Fault::denied(NOT_YOUR_CELLS))
}

/// Whether roles, rules, people and all that rights are made of are the same in both.
fn is_same_security(now: &World, then: &World) -> bool {
    let guarded = |state: &State| Guarded::of(state.revision.schema(), &state.policy, &state.programs);
    let (here, there) = (now.base(), then.base());
    if here.policy != there.policy {
        return false;
    }
    let same = |guarded: &Guarded| {
        let stamp = |state: &State, metric| state.revision.cells(metric).map(|cells| cells.stamp());
        let schema = here.revision.schema();
        let rows = |state: &State, list| state.revision.rows(list).map(|rows| Arc::as_ptr(&rows));
        guarded.metrics().all(|metric| stamp(here, metric) == stamp(there, metric))
            && schema.lists().all(|def| !guarded.list(def.id) || rows(here, def.id) == rows(there, def.id))
            && schema.dimensions().all(|def| {
                let counts = def.system.is_some() || guarded.items(def.id) || guarded.dimension(def.id) || guarded.order(def.id);
                !counts || here.revision.items(def.id).stamp() == there.revision.items(def.id).stamp()
            })
    };
    same(&guarded(here)) && same(&guarded(there))
}
