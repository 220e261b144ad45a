//! Items that formulas say by name (`Country."France"`).
//!
//! A formula is kept as it is written, and read again when the application is opened. So it follows an item that gets another name, and keeps
//! one from being deleted.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use smalt_formula::rename_items;
use smalt_model::{Block, DimensionDef, DimensionId, MetricDef, Schema};

use super::Change;
use super::formula::texts;
use crate::fault::{Done, Fault};
use crate::settle;
use crate::statement::Place;
use crate::statement::ast::Formula;
use crate::work::{Computed, Work};

/// Whether a name is that of a dimension or of one of its subsets.
fn means(schema: &Schema, name: &str, dimension: DimensionId) -> bool {
    matches!(schema.find(name), Some(Block::Dimension(id)) if schema.whole(id) == dimension)
}

/// Refuses to delete items that formulas name. `is_gone` tells of an item's name.
pub(super) fn refuse_named(change: &Change<'_>, dimension: DimensionId, is_gone: &dyn Fn(&str) -> bool) -> Done {
    let schema = change.work.draft.schema();
    for (of, text) in texts(schema) {
        let named = RefCell::new(None);
        let look = |name: &str, item: &str| {
            if means(schema, name, dimension) && is_gone(item) {
                named.borrow_mut().get_or_insert_with(|| item.to_owned());
            }
            None
        };
        // What is no formula names nothing; it is kept as it is until it is replaced.
        if rename_items(&text, &look).is_err() {
            continue;
        }
        let named: Option<String> = named.take();
        if let Some(item) = named {
            let shown = match of {
                Computed::Metric(id) => change.seen.metric(id).is_some(),
                Computed::Property(id, _) => change.seen.dimension(id).is_some(),
            };
            let by = if shown { format!("the formula of `{}`", of.name(schema)) } else { "a formula".to_owned() };
            return Err(Fault::new(format!("`{item}` cannot be deleted: {by} names it")).help("give the formula another form first"));
        }
    }
    Ok(())
}

/// Writes the new names of items into the formulas that say the old ones. The items have their new names already.
pub(super) fn follow(work: &mut Work, dimension: DimensionId, names: &HashMap<Arc<str>, Arc<str>>) -> Done {
    let schema = Arc::clone(work.draft.schema());
    let mut changed = Vec::new();
    for (of, text) in texts(&schema) {
        let renamed = |name: &str, item: &str| names.get(item).filter(|_| means(&schema, name, dimension)).map(|new| new.to_string());
        match rename_items(&text, &renamed) {
            Ok(written) if written != text.as_ref() => changed.push((of, written)),
            _ => {}
        }
    }
    for (of, text) in &changed {
        write(work, *of, text);
    }
    for (of, text) in changed {
        let formula = Formula { text, at: Place::START };
        if let Some(pending) = work.pending.iter_mut().find(|pending| pending.of == of) {
            pending.formula.text = formula.text;
            continue;
        }
        // The same formula as before, so nobody is asked again whether it may be. What is wrong with it would show it to who may not see it.
        let unsaid =
            |_| Fault::new("a formula that names one of these items cannot say its new name").help("choose a shorter or simpler name");
        let compile = |work: &Work| settle::compile(work, None, of, &formula).map(Arc::new).map_err(unsaid);
        match of {
            Computed::Metric(id) if work.programs.metrics.contains_key(&id) => {
                let program = compile(work)?;
                work.programs.metrics.insert(id, program);
            }
            Computed::Property(dimension, property) if work.programs.property(dimension, property).is_some() => {
                let program = compile(work)?;
                let own = |(d, p, _): &&mut (DimensionId, u16, _)| (*d, *p) == (dimension, property);
                if let Some((.., slot)) = work.programs.properties.iter_mut().find(own) {
                    *slot = program;
                }
            }
            // One that could not be restored stays set aside.
            _ => {}
        }
    }
    Ok(())
}

/// Keeps a formula in another form.
fn write(work: &mut Work, of: Computed, text: &str) {
    let schema = work.draft.schema_mut();
    match of {
        Computed::Metric(id) => {
            if let Some(def) = schema.metric(id).map(Arc::clone) {
                schema.put_metric(MetricDef { formula: Some(Arc::from(text)), ..MetricDef::clone(&def) });
            }
        }
        Computed::Property(id, property) => {
            if let Some(def) = schema.dimension(id).map(Arc::clone) {
                let mut def = DimensionDef::clone(&def);
                if let Some(slot) = def.properties.get_mut(usize::from(property)) {
                    slot.formula = Some(Arc::from(text));
                }
                schema.put_dimension(def);
            }
        }
    }
}
