//! What COPY and INSERT write to, and whether they may.

use std::sync::Arc;

use smalt_model::{Block, DimensionDef, DimensionId, ListDef, MetricDef, Schema, SystemDimension, same_name};
use smalt_security::{Permission, Role, UserKind};

use super::Change;
use crate::calendar;
use crate::fault::{Done, Fault};
use crate::guard;
use crate::load::plan::Goal;
use crate::load::write::{Into, Missing, dimension_goals, into_cells, into_items, into_rows, list_goals, metric_goals, sift};
use crate::load::{Plan, Source};
use crate::look;
use crate::outcome::Table;
use crate::scenario::{BASE, settle};
use crate::settle::When;
use crate::statement::ast::{Duplicates, Name, Unknown};

/// A block that takes rows.
pub(super) enum Target {
    Metric(Arc<MetricDef>),
    Dimension(Arc<DimensionDef>),
    List(Arc<ListDef>),
}

impl Target {
    /// The block of a name, if its rows can be changed, for who holds the permission for it. Nothing is said of the block to anybody else. To
    /// who may change no cells, a metric and a name that is nothing are the same.
    pub(super) fn find_permitted(change: &Change<'_>, scenario: Option<&Name>, name: &Name) -> Done<Target> {
        change.require(match change.seen.find(&name.text) {
            Some(Block::Dimension(_) | Block::List(_)) => Permission::ManageListItems,
            Some(Block::Metric(_)) | None => Permission::OpenBoards,
        })?;
        Target::find(change, scenario, name)
    }

    /// The block of a name, if rows can be put into it. Only cells are a scenario's own.
    pub(super) fn find(change: &Change<'_>, scenario: Option<&Name>, name: &Name) -> Done<Target> {
        let block = look::block(&change.seen, name)?;
        if let (Some(scenario), Block::Dimension(_) | Block::List(_)) = (scenario, block)
            && !same_name(&scenario.text, BASE)
        {
            return Err(Fault::new(format!("`{}` is the same in all scenarios", name.text)).at(scenario.at).help("name it without one"));
        }
        if change.is_promised(block) {
            return Err(Fault::new(format!("there is no dimension, metric or list `{}`", name.text)).at(name.at));
        }
        let schema: &Schema = change.work.draft.schema();
        let gone = || Fault::new(format!("`{}` is gone", name.text)).at(name.at);
        match block {
            Block::Metric(id) => {
                let def = schema.metric(id).ok_or_else(gone)?;
                if def.formula.is_some() {
                    let active = change.work.scenarios.get(change.work.active());
                    let own = active.filter(|scenario| scenario.formulas.contains_key(&id));
                    let within = own.map_or_else(String::new, |scenario| format!(" IN SCENARIO \"{}\"", scenario.name));
                    return Err(Fault::new(format!("`{}` has a formula, so its cells cannot be written", def.name))
                        .at(name.at)
                        .help(format!("`ALTER METRIC {}{within} DROP FORMULA` makes it an input", def.name)));
                }
                Ok(Target::Metric(Arc::clone(def)))
            }
            Block::Dimension(id) => {
                let def = schema.dimension(id).ok_or_else(gone)?;
                if let Some(parent) = def.parent.and_then(|parent| schema.dimension(parent)) {
                    return Err(Fault::new(format!("`{}` is a subset: its condition says which items it has", def.name))
                        .at(name.at)
                        .help(format!("write to `{}`", parent.name)));
                }
                // Only what has been added to a level is anybody's to set.
                match (0..def.properties.len()).all(|place| calendar::sets(schema, def, place)) {
                    true => Err(Fault::new(calendar::made(def)).at(name.at)),
                    false => Ok(Target::Dimension(Arc::clone(def))),
                }
            }
            Block::List(id) => Ok(Target::List(Arc::clone(schema.list(id).ok_or_else(gone)?))),
        }
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Target::Metric(def) => &def.name,
            Target::Dimension(def) => &def.name,
            Target::List(def) => &def.name,
        }
    }

    pub(super) fn goals(&self, schema: &Schema) -> Vec<Goal> {
        match self {
            Target::Metric(def) => metric_goals(def, schema),
            Target::Dimension(def) => dimension_goals(def, schema),
            Target::List(def) => list_goals(def),
        }
    }

    /// Refuses what rights are made of to who does not define security.
    pub(super) fn check_guard(&self, change: &Change<'_>, plan: &Plan) -> Done {
        if change.access.permits(Permission::DefineSecurity) {
            return Ok(());
        }
        let guarded = change.guarded();
        change.allow(match self {
            Target::Metric(def) => guarded.metric(def.id),
            Target::List(def) => guarded.list(def.id),
            Target::Dimension(def) => {
                def.system.is_some()
                    || plan.slots.iter().any(|s| u16::try_from(s.goal).is_ok_and(|property| guarded.property(def.id, property)))
            }
        })
    }

    /// Writes the rows.
    pub(super) fn write(&self, change: &mut Change<'_>, plan: &Plan, source: &mut dyn Source, how: Handling) -> Done<Wrote> {
        if let Target::Metric(def) = self {
            // Inside a transaction the members of a subset may not be up to date.
            let is_subset = |d: &DimensionId| change.work.draft.schema().dimension(*d).is_some_and(|d| d.parent.is_some());
            if def.dimensions.iter().any(is_subset) && !change.work.touched.is_empty() {
                settle(change.work, &change.access, When::Meanwhile, &mut *change.progress)?;
            }
        }
        let goals = self.goals(change.work.draft.schema());
        let dimension = match self {
            Target::Dimension(def) => Some(def.id),
            Target::Metric(_) | Target::List(_) => None,
        };
        let defines = change.access.permits(Permission::DefineSecurity);
        let adds = how.unknown == Unknown::Create || dimension.is_some();
        let guarded = (adds && !defines).then(|| change.guarded());
        let may_create =
            |d: DimensionId| guard::allow(guarded.as_ref().is_some_and(|guarded| guarded.property(d, 0) || guarded.counts(d)), defines);
        let missing = match how.unknown {
            Unknown::Error => None,
            Unknown::Skip => Some(Missing::Skip),
            Unknown::Create => Some(Missing::Create(&may_create)),
        };
        let mut load = change.load(how.duplicates);
        let mut sifted = None;
        let into = Into { name: self.name(), goals: &goals, dimension };
        let source: &mut dyn Source = match &missing {
            Some(missing) => sifted.insert(sift(&mut load, into, plan, source, missing)?),
            None => source,
        };
        let (rows, added) = match self {
            Target::Metric(def) => (into_cells(&mut load, def, plan, source)?, Vec::new()),
            Target::List(def) => (into_rows(&mut load, def, plan, source)?, Vec::new()),
            Target::Dimension(def) => {
                let loaded = into_items(&mut load, def, plan, source)?;
                if !loaded.added.is_empty() {
                    guard::allow(guarded.as_ref().is_some_and(|guarded| guarded.counts(def.id)), defines)?;
                }
                (loaded.rows, loaded.added)
            }
        };
        let created = load.created.count();
        if let Target::Dimension(def) = self {
            enter(change, def, &added)?;
        }
        change.written = Some(rows);
        Ok(Wrote { rows, created, rejected: sifted.map(|sifted| sifted.rejected) })
    }
}

/// Makes users, groups and roles of new items of their dimensions: a role as CREATE ROLE makes it that says no more than its name.
fn enter(change: &mut Change<'_>, def: &DimensionDef, added: &[u32]) -> Done {
    for item in added {
        let name = change.work.draft.items(def.id).name(*item).map_or_else(String::new, |n| n.to_string());
        let policy = change.work.policy_mut();
        match def.system {
            Some(SystemDimension::User) => policy.create_user(*item, UserKind::Human)?,
            Some(SystemDimension::Group) => policy.create_group(*item, &name)?,
            Some(SystemDimension::Role) => policy.create_role(*item, Role::empty(name))?,
            None => break,
        }
    }
    Ok(())
}

/// What is done with rows that do not fit.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Handling {
    /// Names that are no items.
    pub(super) unknown: Unknown,
    /// Rows with the same key.
    pub(super) duplicates: Duplicates,
}

/// What a write did.
#[derive(Debug)]
pub(super) struct Wrote {
    pub(super) rows: u64,
    /// The items that were made because rows named them.
    pub(super) created: u64,
    /// The rows that were left out.
    pub(super) rejected: Option<Table>,
}
