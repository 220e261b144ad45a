//! CREATE LIST and ALTER LIST.

use std::sync::Arc;

use smalt_formula::Renamed;
use smalt_model::{Block, ColumnDef, ListDef, Type, same_name};
use smalt_security::Permission;
use smalt_vault::Rows;

use super::property::recompile;
use super::saved::{broken, refuse_used};
use super::{Change, formula};
use crate::fault::{Done, Fault};
use crate::look;
use crate::statement::Place;
use crate::statement::ast::{AlterList, CreateList, Name, Property};

pub(super) fn create(change: &mut Change<'_>, create: &CreateList) -> Done<String> {
    look::free(change.work.draft.schema(), &create.name)?;
    let mut columns: Vec<ColumnDef> = Vec::new();
    for column in &create.columns {
        if columns.iter().any(|c| same_name(&c.name, &column.name.text)) {
            return Err(Fault::new(format!("`{}` is named twice", column.name.text)).at(column.name.at));
        }
        let ty = match change.work.type_of(&column.ty, change.number)? {
            Type::Rights => return Err(Fault::new("a list holds no access rights").at(column.ty.at).help("create a metric for them")),
            ty => ty,
        };
        columns.push(ColumnDef { name: Arc::from(column.name.text.as_str()), ty });
    }
    let schema = change.work.draft.schema_mut();
    let def = ListDef { id: schema.next_list(), name: Arc::from(create.name.text.as_str()), columns };
    let (id, rows) = (def.id, Arc::new(Rows::empty(&def)));
    schema.put_list(def);
    change.work.draft.set_rows(id, rows);
    change.work.touched.lists.insert(id);
    Ok(format!("list `{}` created", create.name.text))
}

pub(super) fn alter(change: &mut Change<'_>, list: &Name, to: &AlterList) -> Done<String> {
    let def = look::list(&change.seen, list)?;
    change.allow(change.guarded().list(def.id))?;
    match to {
        AlterList::AddColumn(column) => add_column(change, &def, column),
        AlterList::DropColumn(column) => drop_column(change, &def, column),
        AlterList::RenameColumn { column, to } => rename_column(change, &def, column, to),
        AlterList::Rename(name) => rename(change, &def, name),
    }
}

fn add_column(change: &mut Change<'_>, def: &ListDef, column: &Property) -> Done<String> {
    if def.column(&column.name.text).is_some() {
        return Err(Fault::new(format!("`{}` has a column `{}` already", def.name, column.name.text)).at(column.name.at));
    }
    if def.columns.len() >= usize::from(u16::MAX) {
        return Err(Fault::new("a list has at most 65,535 columns").at(column.name.at));
    }
    let ty = match change.work.type_of(&column.ty, change.number)? {
        Type::Rights => return Err(Fault::new("a list holds no access rights").at(column.ty.at).help("create a metric for them")),
        ty => ty,
    };
    if matches!(ty, Type::Item(_)) {
        refuse_ruled(change, def, column.name.at)?;
    }
    let mut changed = def.clone();
    changed.columns.push(ColumnDef { name: Arc::from(column.name.text.as_str()), ty });
    change.work.draft.schema_mut().put_list(changed);
    edit_rows(change, def, |rows| rows.add_column(ty));
    Ok(format!("column `{}` added to `{}`", column.name.text, def.name))
}

fn drop_column(change: &mut Change<'_>, def: &ListDef, column: &Name) -> Done<String> {
    let (index, found) = look::column(def, column)?;
    if def.columns.len() == 1 {
        return Err(Fault::new(format!("`{}` is the only column of `{}` and stays", found.name, def.name))
            .at(column.at)
            .help(format!("`DROP LIST \"{}\"` drops the list", def.name)));
    }
    if matches!(found.ty, Type::Item(_)) {
        refuse_ruled(change, def, column.at)?;
    }
    let before = Arc::clone(change.work.draft.schema());
    let mut changed = def.clone();
    changed.columns.remove(usize::from(index));
    change.work.draft.schema_mut().put_list(changed);
    edit_rows(change, def, |rows| rows.drop_column(index));
    let mut users = recompile(change);
    users.extend(broken(&before, change.work.draft.schema(), &change.seen));
    refuse_used(column, users)?;
    Ok(format!("column `{}` of `{}` dropped", found.name, def.name))
}

fn rename_column(change: &mut Change<'_>, def: &ListDef, column: &Name, to: &Name) -> Done<String> {
    let (index, found) = look::column(def, column)?;
    if !same_name(&found.name, &to.text) && def.column(&to.text).is_some() {
        return Err(Fault::new(format!("`{}` has a column `{}` already", def.name, to.text)).at(to.at));
    }
    let renamed = Renamed::Part { of: Block::List(def.id), from: &found.name, to: &to.text };
    formula::rename(change, to, renamed, |change| {
        let mut changed = def.clone();
        if let Some(slot) = changed.columns.get_mut(usize::from(index)) {
            slot.name = Arc::from(to.text.as_str());
        }
        change.work.draft.schema_mut().put_list(changed);
        Ok(())
    })?;
    Ok(format!("column `{}` of `{}` renamed to `{}`", found.name, def.name, to.text))
}

fn rename(change: &mut Change<'_>, def: &ListDef, name: &Name) -> Done<String> {
    if !same_name(&def.name, &name.text) {
        look::free(change.work.draft.schema(), name)?;
    }
    let renamed = Renamed::Block { from: &def.name, to: &name.text };
    formula::rename(change, name, renamed, |change| {
        change.work.draft.schema_mut().put_list(ListDef { name: Arc::from(name.text.as_str()), ..def.clone() });
        Ok(())
    })?;
    Ok(format!("list `{}` renamed to `{}`", def.name, name.text))
}

/// Which rows of a list a person reads depends on the items in them: a column of items that comes or goes would change that.
fn refuse_ruled(change: &Change<'_>, def: &ListDef, at: Place) -> Done {
    let rules = change.work.policy.rules_on(Block::List(def.id));
    let Some(first) = rules.first() else { return Ok(()) };
    let by = if change.access.permits(Permission::DefineSecurity) { format!("the rule `{first}`") } else { "a rule".to_owned() };
    Err(Fault::new(format!("{by} goes by the columns of `{}` that hold items, so they stay as they are", def.name)).at(at))
}

fn edit_rows(change: &mut Change<'_>, def: &ListDef, edit: impl FnOnce(&mut Rows)) {
    let mut rows = change.work.draft.rows(def.id).map_or_else(|| Rows::empty(def), |rows| Rows::clone(&rows));
    edit(&mut rows);
    change.work.draft.set_rows(def.id, Arc::new(rows));
    change.work.touched.lists.insert(def.id);
}
