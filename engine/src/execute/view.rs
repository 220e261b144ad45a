//! CREATE VIEW and ALTER VIEW: queries that have a name. They are kept as text and bound with the rights of who asks them.

use std::sync::Arc;

use smalt_model::{Saved, ViewDef, same_name};
use smalt_query::{Reading, reading};

use super::saved::{refresh, refuse_lost, rename, select_all};
use super::{Change, select};
use crate::fault::{Done, Fault};
use crate::look;
use crate::statement::ast::{AlterView, CreateView, Name, Sql};

/// Bytes of one view.
const LONGEST: usize = 1 << 20;

pub(super) fn create(change: &mut Change<'_>, create: &CreateView) -> Done<String> {
    look::free_for(change.work.draft.schema(), &change.seen, &create.name)?;
    let read = read(change, &create.query)?;
    let columns: Vec<Arc<str>> = create.columns.iter().map(|name| Arc::from(name.text.as_str())).collect();
    if !columns.is_empty() && columns.len() != read.headings.len() {
        let message = format!("{} headings are given for a query of {} columns", columns.len(), read.headings.len());
        return Err(Fault::new(message).at(create.columns.first().map_or(create.name.at, |name| name.at)));
    }
    match columns.is_empty() {
        true => check_headings(read.headings.iter().map(String::as_str)).map_err(|fault| fault.at(create.query.at))?,
        false => check_headings(columns.iter().map(AsRef::as_ref)).map_err(|fault| fault.at(create.name.at))?,
    }
    let def = define(&create.name.text, &create.query, read, columns);
    change.work.draft.schema_mut().put_saved(def);
    Ok(format!("view `{}` created", create.name.text))
}

pub(super) fn alter(change: &mut Change<'_>, view: &Name, to: &AlterView) -> Done<String> {
    let def = look::view(&change.seen, view)?;
    // What is seen of it may lack its text.
    let Some(Saved::View(def)) = change.work.draft.schema().saved(&def.name).cloned() else {
        return Err(Fault::new(format!("`{}` is gone", view.text)).at(view.at));
    };
    let query = match to {
        AlterView::Rename(to) => return rename(change, &Saved::View(def), to),
        AlterView::Query(query) => query,
    };
    let read = read(change, query)?;
    check_headings(read.headings.iter().map(String::as_str)).map_err(|fault| fault.at(query.at))?;
    let before = Arc::clone(change.work.draft.schema());
    let changed = ViewDef { comment: def.comment.clone(), ..define(&def.name, query, read, Vec::new()) };
    change.work.draft.schema_mut().put_saved(changed);
    if let Err(error) = reading(change.work.draft.schema(), &select_all(&def.name)) {
        return Err(Fault::new(error.message()).at(query.at));
    }
    let help = "change that view first, or keep the headings that it names";
    refuse_lost(&before, change.work.draft.schema(), view, query.at, &change.seen, help)?;
    refresh(change.work);
    Ok(format!("view `{}` set", def.name))
}

/// What a query reads, once it is clear that its author can ask it.
fn read(change: &mut Change<'_>, query: &Sql) -> Done<Reading> {
    if query.text.len() > LONGEST {
        return Err(Fault::new(format!("a view has at most {} KB", LONGEST >> 10)).at(query.at));
    }
    let from = change.asked()?;
    select::check(change.questions, &from, query)?;
    let view = from.view(change.questions);
    reading(view.schema(), &query.text).map_err(|error| Fault::new(error.message()).at(query.at))
}

fn define(name: &str, query: &Sql, read: Reading, columns: Vec<Arc<str>>) -> ViewDef {
    ViewDef {
        name: Arc::from(name),
        text: Arc::from(query.text.as_str()),
        columns,
        reads: read.blocks.into_iter().collect(),
        constants: read.constants,
        comment: None,
    }
}

/// A column is named by its heading alone, so that each must be another.
fn check_headings<'a>(headings: impl Iterator<Item = &'a str>) -> Done {
    let mut seen: Vec<&str> = Vec::new();
    for heading in headings {
        // A text in a heading would be read by who may not see what the text names.
        if heading.contains('\'') {
            let message = format!("the column `{heading}` of the view needs a name of its own");
            return Err(Fault::new(message).help("give it one with AS"));
        }
        if seen.iter().any(|other| same_name(other, heading)) {
            return Err(Fault::new(format!("two columns of the view are called `{heading}`")).help("give one of them another name with AS"));
        }
        seen.push(heading);
    }
    Ok(())
}
