//! What tables and views have in common: they stand on blocks and on one another, by name.

use std::collections::HashSet;
use std::sync::Arc;

use smalt_model::{Saved, Schema, ViewDef, quoted, same_name};
use smalt_query::{Reading, reading};

use super::Change;
use crate::fault::{Done, Fault};
use crate::look;
use crate::statement::Place;
use crate::statement::ast::{Name, ObjectKind};
use crate::work::Work;

/// The tables and views that could be asked before and cannot after, or that would read something else: each as one says it to who sees the
/// definitions `seen`.
pub(super) fn broken(before: &Arc<Schema>, after: &Arc<Schema>, seen: &Schema) -> Vec<String> {
    let breaks = |saved: &&Saved| match saved {
        _ if after.saved(saved.name()).is_none() => false,
        Saved::Table(def) => def.metrics.iter().any(|metric| after.metric(*metric).is_none()),
        Saved::View(def) => match reading(before, &select_all(&def.name)) {
            Ok(was) => reading(after, &select_all(&def.name)).map_or(true, |is| (&is.blocks, &is.saved) != (&was.blocks, &was.saved)),
            Err(_) => false,
        },
    };
    before.all_saved().filter(breaks).map(|saved| called(saved, seen)).collect()
}

/// Refuses a change after which another view cannot be asked any more, as it names a column that goes.
pub(super) fn refuse_lost(before: &Arc<Schema>, after: &Arc<Schema>, changed: &Name, at: Place, seen: &Schema, help: &str) -> Done {
    let lost = |saved: &&Saved| {
        let text = select_all(saved.name());
        let is_other_view = matches!(saved, Saved::View(_)) && !same_name(saved.name(), &changed.text);
        is_other_view && reading(before, &text).is_ok() && reading(after, &text).is_err()
    };
    let Some(user) = before.all_saved().find(lost) else { return Ok(()) };
    Err(Fault::new(format!("{} would no longer find what it reads here", called(user, seen))).at(at).help(help))
}

/// The views of which what they read is so, inside of other views too, each as one says it.
pub(super) fn views_that_read(change: &Change<'_>, is_so: impl Fn(&Reading) -> bool) -> Vec<String> {
    let schema = change.work.draft.schema();
    let reads = |saved: &&Saved| matches!(saved, Saved::View(def) if reading(schema, &def.text).is_ok_and(|reading| is_so(&reading)));
    schema.all_saved().filter(reads).map(|saved| called(saved, &change.seen)).collect()
}

/// A table or a view as one says it; the name of one that is not seen is not said.
pub(super) fn called(saved: &Saved, seen: &Schema) -> String {
    match seen.saved(saved.name()) {
        Some(_) => format!("the {} `{}`", saved.kind(), saved.name()),
        None => format!("a {}", saved.kind()),
    }
}

/// All that a table or a view has.
pub(super) fn select_all(name: &str) -> String {
    format!("SELECT * FROM {}", quoted(name))
}

/// Notes anew which blocks each view reads, after one that others may read has changed.
pub(super) fn refresh(work: &mut Work) {
    let schema = Arc::clone(work.draft.schema());
    for saved in schema.all_saved() {
        let Saved::View(def) = saved else { continue };
        let Ok(reads) = reading(&schema, &def.text).map(|reading| reading.blocks.into_iter().collect::<Vec<_>>()) else { continue };
        if reads != def.reads {
            work.draft.schema_mut().put_saved(ViewDef { reads, ..ViewDef::clone(def) });
        }
    }
}

/// DROP TABLE and DROP VIEW.
pub(super) fn drop(change: &mut Change<'_>, kind: ObjectKind, name: &Name) -> Done<String> {
    let saved = match kind {
        ObjectKind::Table => Saved::Table(look::table(&change.seen, name)?),
        _ => Saved::View(look::view(&change.seen, name)?),
    };
    let mut after = Schema::clone(change.work.draft.schema());
    after.remove_saved(saved.name());
    let users = broken(change.work.draft.schema(), &Arc::new(after), &change.seen);
    refuse_used(name, users)?;
    change.work.draft.schema_mut().remove_saved(saved.name());
    Ok(format!("{kind} `{}` dropped", saved.name()))
}

/// Refuses to drop what something refers to, naming what.
pub(super) fn refuse_used(name: &Name, mut users: Vec<String>) -> Done {
    let mut told = HashSet::new();
    users.retain(|user| told.insert(user.clone()));
    if users.is_empty() {
        return Ok(());
    }
    let refer = if users.len() == 1 { "refers" } else { "refer" };
    let more = if users.len() > 5 { format!(" and {} more", users.len() - 5) } else { String::new() };
    users.truncate(5);
    Err(Fault::new(format!("`{}` cannot be dropped: {}{more} {refer} to it", name.text, users.join(", "))).at(name.at))
}

/// Gives a table or a view another name; refused while a view says the old one.
pub(super) fn rename(change: &mut Change<'_>, saved: &Saved, to: &Name) -> Done<String> {
    let before = Arc::clone(change.work.draft.schema());
    if !same_name(saved.name(), &to.text) {
        look::free_for(&before, &change.seen, to)?;
    }
    let name: Arc<str> = Arc::from(to.text.as_str());
    let schema = change.work.draft.schema_mut();
    schema.remove_saved(saved.name());
    match saved.clone() {
        Saved::Table(def) => schema.put_saved(smalt_model::TableDef { name, ..smalt_model::TableDef::clone(&def) }),
        Saved::View(def) => schema.put_saved(ViewDef { name, ..ViewDef::clone(&def) }),
    }
    let users = broken(&before, change.work.draft.schema(), &change.seen);
    refuse_renamed(to, "view", users)?;
    Ok(format!("{} `{}` renamed to `{}`", saved.kind(), saved.name(), to.text))
}

/// Refuses a new name that leaves something else without what it says, naming what.
pub(super) fn refuse_renamed(to: &Name, what: &str, users: Vec<String>) -> Done {
    let Some((first, others)) = users.split_first() else { return Ok(()) };
    let more = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
    Err(Fault::new(format!("the name cannot be changed to `{}`: {first}{more} would no longer mean the same", to.text))
        .at(to.at)
        .help(format!("give the {what} another form first, and its own back afterwards")))
}
