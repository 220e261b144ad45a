//! CREATE LIST and ALTER LIST.

use std::sync::Arc;

use smalt_model::{ColumnDef, ListDef, Type, same_name};
use smalt_vault::Rows;

use super::Change;
use crate::fault::{Done, Fault};
use crate::look;
use crate::statement::ast::{AlterList, CreateList, Name};

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

pub(super) fn alter(change: &mut Change<'_>, list: &Name, _: &AlterList) -> Done<String> {
    look::list(&change.seen, list)?;
    Err(Fault::not_yet("ALTER LIST"))
}
