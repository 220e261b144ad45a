//! Items that formulas say by name (`Country."France"`).
//!
//! A formula is kept as it is written, and read again when the application is opened. So it follows an item that gets another name, and keeps
//! one from being deleted.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use smalt_formula::rename_items;
use smalt_model::{Block, DimensionId, Schema};

use super::Change;
use super::written::{self, Written};
use crate::fault::{Done, Fault};
use crate::work::Work;

/// Whether a name is that of a dimension or of one of its subsets.
fn means(schema: &Schema, name: &str, dimension: DimensionId) -> bool {
    matches!(schema.find(name), Some(Block::Dimension(id)) if schema.whole(id) == dimension)
}

/// Refuses to delete items that formulas name. `is_gone` tells of an item's name.
pub(super) fn refuse_named(change: &Change<'_>, dimension: DimensionId, is_gone: &dyn Fn(&str) -> bool) -> Done {
    let schema = change.work.draft.schema();
    for formula in written::all(change.work) {
        let named = RefCell::new(None);
        let look = |name: &str, item: &str| {
            if means(schema, name, dimension) && is_gone(item) {
                named.borrow_mut().get_or_insert_with(|| item.to_owned());
            }
            None
        };
        // What is no formula names nothing; it is kept as it is until it is replaced.
        if rename_items(&formula.text, &look).is_err() {
            continue;
        }
        let named: Option<String> = named.take();
        if let Some(item) = named {
            let by = formula.called(change);
            return Err(Fault::new(format!("`{item}` cannot be deleted: {by} names it")).help("give the formula another form first"));
        }
    }
    Ok(())
}

/// Writes the new names of items into the formulas that say the old ones, in every scenario. The items have their new names already.
pub(super) fn follow(work: &mut Work, dimension: DimensionId, names: &HashMap<Arc<str>, Arc<str>>) -> Done {
    let schema = Arc::clone(work.draft.schema());
    let mut changed = Vec::new();
    for formula in written::all(work) {
        let renamed = |name: &str, item: &str| names.get(item).filter(|_| means(&schema, name, dimension)).map(|new| new.to_string());
        match rename_items(&formula.text, &renamed) {
            Ok(text) if text != formula.text.as_ref() => changed.push(Written { text: Arc::from(text), ..formula }),
            _ => {}
        }
    }
    for formula in &changed {
        formula.keep(work);
    }
    for formula in changed {
        if let Some(pending) = formula.waiting(work) {
            pending.formula.text = formula.text.to_string();
        } else if formula.is_compiled(work) {
            // The same formula as before, so nobody is asked again whether it may be. What is wrong with it would show it to who may not see it.
            let unsaid =
                |_| Fault::new("a formula that names one of these items cannot say its new name").help("choose a shorter or simpler name");
            let program = formula.compile(work, None).map_err(unsaid)?;
            formula.put(work, program);
        }
        // One that could not be restored stays set aside.
    }
    Ok(())
}
