//! DELETE: cells, items with all that they key, rows of lists.
//!
//! Only what the person may read is asked, so that what is hidden stays as it is.

use std::collections::HashSet;
use std::sync::Arc;

use roaring::RoaringBitmap;
use smalt_model::{DimensionDef, DimensionId, MetricDef, SystemDimension, Type};
use smalt_query::Affected;
use smalt_security::ScenarioRight;

use super::Change;
use super::copy::count;
use super::item_names::refuse_named;
use super::rows;
use super::select::affected;
use super::target::Target;
use super::update::{delete_cells, names_of, piece};
use crate::calendar;
use crate::fault::{Done, Fault};
use crate::load::write::{NOT_YOUR_CELLS, Reach, check_removable, remove_items};
use crate::statement::ast::{Delete, Duplicates};

pub(super) fn delete(change: &mut Change<'_>, delete: &Delete) -> Done<String> {
    let target = Target::find_permitted(change, delete.scenario.as_ref(), &delete.target)?;
    let filter = delete.filter.as_ref().map(piece);
    match &target {
        Target::Metric(_) => {
            let rows = delete_cells(change, &target, delete, filter)?;
            Ok(format!("{} deleted from `{}`", count(rows), target.name()))
        }
        Target::Dimension(def) => {
            if def.calendar.is_some() {
                return Err(Fault::new(calendar::made(def)).at(delete.target.at));
            }
            refuse_people(def).map_err(|fault| fault.at(delete.target.at))?;
            items(change, def, filter)
        }
        Target::List(def) => {
            let rows = rows::delete(change, def, filter)?;
            change.written = Some(rows);
            Ok(format!("{} deleted from `{}`", count(rows), def.name))
        }
    }
}

/// People have more to them than an item.
fn refuse_people(def: &DimensionDef) -> Done {
    let statement = match def.system {
        None => return Ok(()),
        Some(SystemDimension::User) => "`DROP USER` drops one, `ALTER USER … DEACTIVATE` shuts one out",
        Some(SystemDimension::Role) => "`DROP ROLE` drops one",
        Some(SystemDimension::Group) => "`DROP GROUP` drops one",
    };
    Err(Fault::new(format!("DELETE takes nothing out of `{}`", def.name)).help(statement))
}

/// With an item go its cells in all scenarios: refuses who may not write one of them, whether or not a cell stands there.
fn check_scenarios(change: &Change<'_>, def: &DimensionDef) -> Done {
    let (schema, policy) = (change.work.draft.schema(), &change.work.policy);
    let is_own = |dimension: DimensionId| schema.whole(dimension) == def.id;
    let names_one = |metric: &MetricDef| {
        metric.dimensions.iter().any(|d| is_own(*d)) || matches!(metric.ty, Type::Item(dimension) if is_own(dimension))
    };
    let is_closed =
        change.work.scenarios.iter().any(|scenario| policy.scenario_right_of(&change.principal, scenario.id) < ScenarioRight::Write);
    if is_closed && schema.metrics().any(|metric| names_one(metric)) {
        return Err(Fault::denied(NOT_YOUR_CELLS));
    }
    Ok(())
}

fn items(change: &mut Change<'_>, def: &Arc<DimensionDef>, filter: Option<smalt_query::Piece>) -> Done<String> {
    let guarded = change.guarded();
    change.allow(guarded.items(def.id) || guarded.dimension(def.id))?;
    let from = change.asked()?;
    let key = def.properties.first().map_or_else(String::new, |p| p.name.to_string());
    let question = Affected { scenario: None, table: def.name.to_string(), columns: vec![key], values: Vec::new(), filter };
    let answer = affected(change.questions, &from, &question)?;
    let names: HashSet<String> = answer.batches().iter().flat_map(|batch| names_of(batch.columns().first())).flatten().collect();
    let all = change.work.draft.items(def.id);
    let items: RoaringBitmap = names.iter().filter_map(|name| all.find(name)).collect();
    if items.is_empty() {
        return Ok(format!("0 rows deleted from `{}`", def.name));
    }
    check_scenarios(change, def)?;
    let load = change.load(Duplicates::Error);
    let reach = check_removable(&load, def, &items)?;
    // Only who may take them out is told that formulas stand in the way.
    refuse_named(change, def.id, &|item| names.contains(item))?;
    let mut load = change.load(Duplicates::Error);
    let removed = remove_items(&mut load, def, &items);
    change.written = Some(items.len());
    let mut said = format!("{} deleted from `{}`", count(items.len()), def.name);
    if reach == Reach::Seen && removed.cells > 0 {
        said.push_str(&format!(", with {} cell{}", removed.cells, if removed.cells == 1 { "" } else { "s" }));
    }
    if reach == Reach::Seen && removed.references > 0 {
        let were = if removed.references == 1 { "value that named one is" } else { "values that named them are" };
        said.push_str(&format!("; {} {were} BLANK now", removed.references));
    }
    Ok(said)
}
