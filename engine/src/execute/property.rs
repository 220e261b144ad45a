//! Properties that get another name or go, and the formulas that follow when places move.

use std::sync::Arc;

use smalt_formula::Renamed;
use smalt_model::{Block, DimensionDef, DimensionId, ItemOrder, Schema, same_name};
use smalt_security::Permission;

use super::Change;
use super::formula;
use super::saved::{broken, refuse_used};
use super::written;
use crate::calendar;
use crate::fault::{Done, Fault};
use crate::history::NamedRevision;
use crate::look;
use crate::statement::ast::Name;
use crate::subset;
use crate::work::{Computed, Work};

/// Levels of the calendar find what it sets by name.
fn refuse_calendar(schema: &Schema, def: &DimensionDef, property: u16, name: &Name) -> Done {
    if !calendar::sets(schema, def, usize::from(property)) {
        return Ok(());
    }
    let told = format!("`{}` is set by CREATE CALENDAR and stays as it is: `{}` is a level of the calendar", name.text, def.name);
    Err(Fault::new(told).at(name.at))
}

pub(super) fn rename(change: &mut Change<'_>, def: &DimensionDef, property: &Name, to: &Name) -> Done<String> {
    let (index, found) = look::property(def, property)?;
    refuse_calendar(change.work.draft.schema(), def, index, property)?;
    change.allow(change.guarded().property(def.id, index))?;
    if def.properties.iter().any(|p| same_name(&p.name, &to.text) && !same_name(&p.name, &found.name)) {
        return Err(Fault::new(format!("`{}` has a property `{}` already", def.name, to.text)).at(to.at));
    }
    let before = found.name.to_string();
    let of = Block::Dimension(change.work.draft.schema().whole(def.id));
    formula::rename(change, to, Renamed::Part { of, from: &before, to: &to.text }, |change| {
        let Some(now) = change.work.draft.schema().dimension(def.id).map(Arc::clone) else { return Ok(()) };
        let mut now = DimensionDef::clone(&now);
        if let Some(slot) = now.properties.get_mut(usize::from(index)) {
            slot.name = Arc::from(to.text.as_str());
        }
        change.work.draft.schema_mut().put_dimension(now);
        subset::follow_properties(change.work, def.id);
        Ok(())
    })?;
    change.work.touched.dimensions.insert(def.id);
    Ok(format!("property `{before}` of `{}` renamed to `{}`", def.name, to.text))
}

pub(super) fn drop(change: &mut Change<'_>, def: &DimensionDef, property: &Name) -> Done<String> {
    let (index, found) = look::property(def, property)?;
    if index == 0 {
        return Err(Fault::new(format!("`{}` is the unique name of the items and stays", property.text)).at(property.at));
    }
    refuse_calendar(change.work.draft.schema(), def, index, property)?;
    change.allow(change.guarded().property(def.id, index))?;
    let mut users = Vec::new();
    if def.order.is_some_and(|order| order.property == index) {
        users.push(format!("the ORDER BY of `{}`", def.name));
    }
    if def.display == Some(index) {
        users.push(format!("the DISPLAY of `{}`", def.name));
    }
    let before = Arc::clone(change.work.draft.schema());
    let lines = || std::iter::once(def.id).chain(before.subsets(def.id).into_iter().map(|subset| subset.id));
    let on = |at: DimensionId, property: u16| change.work.policy.rules_on_property(&before, at, property);
    // Rules count the properties of a subset for themselves.
    let moved = before
        .subsets(def.id)
        .into_iter()
        .flat_map(|s| (index..).zip(s.properties.iter().skip(usize::from(index))).map(|(p, _)| (s.id, p)));
    let rules: Vec<&str> = lines().map(|at| (at, index)).chain(moved).flat_map(|(at, property)| on(at, property)).collect();
    if change.access.permits(Permission::DefineSecurity) {
        users.extend(rules.iter().map(|rule| format!("the rule `{rule}`")));
    } else if !rules.is_empty() {
        users.push("a rule".to_owned());
    }
    // A snapshot is read under the rights of today, which would number its properties differently.
    let holds = |named: &NamedRevision| {
        let then = named.world.base().revision.schema().dimension(def.id);
        then.is_some_and(|then| then.dropped_properties != def.dropped_properties || usize::from(index) < then.properties.len())
    };
    users.extend(change.work.snapshots.iter().filter(|named| holds(named)).map(|named| format!("the snapshot `{}`", named.name)));
    users.dedup();
    refuse_used(property, users)?;
    let name = found.name.to_string();
    take_out(change.work, &before, def.id, index);
    let mut users = recompile(change);
    users.extend(broken(&before, change.work.draft.schema(), &change.seen));
    refuse_used(property, users)?;
    Ok(format!("property `{name}` of `{}` dropped", def.name))
}

/// Takes a property out of its dimension and of everything that counts properties.
fn take_out(work: &mut Work, before: &Schema, dimension: DimensionId, index: u16) {
    let behind = |place: u16| if place > index { place - 1 } else { place };
    if let Some(def) = before.dimension(dimension) {
        let mut def = DimensionDef::clone(def);
        def.properties.remove(usize::from(index));
        def.dropped_properties += 1;
        def.display = def.display.map(behind);
        def.order = def.order.map(|order| ItemOrder { property: behind(order.property), ..order });
        work.draft.schema_mut().put_dimension(def);
    }
    let mut edit = work.draft.items(dimension).edit();
    edit.drop_property(index);
    work.draft.set_items(dimension, Arc::new(edit.finish()));
    subset::follow_properties(work, dimension);
    subset::arrange(work, [dimension]);
    work.policy_mut().property_dropped(before, dimension, index);
    work.programs.properties.retain(|(d, p, _)| (*d, *p) != (dimension, index));
    for (d, p, _) in &mut work.programs.properties {
        if *d == dimension {
            *p = behind(*p);
        }
    }
    work.pending.retain(|pending| pending.of != Computed::Property(dimension, index));
    for pending in &mut work.pending {
        if let Computed::Property(d, p) = &mut pending.of
            && *d == dimension
        {
            *p = behind(*p);
        }
    }
    work.touched.dimensions.insert(dimension);
}

/// Compiles all formulas anew, whose names stand at other places now; gives those that name what is gone. One that waits for COMMIT, or was
/// set aside when the application was opened, is left alone.
pub(super) fn recompile(change: &mut Change<'_>) -> Vec<String> {
    let mut gone = Vec::new();
    for formula in written::all(change.work) {
        if !formula.is_compiled(change.work) || formula.waiting(change.work).is_some() {
            continue;
        }
        match (formula.compile(change.work, Some(&change.access)), formula.of) {
            (Ok(program), _) => formula.put(change.work, program),
            (Err(_), Computed::Property(_, 0)) => gone.push(format!("the subset `{}`", formula.of.name(change.work.draft.schema()))),
            (Err(_), _) => gone.push(formula.called(change)),
        }
    }
    gone
}
