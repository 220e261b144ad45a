//! Items that get other names.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use smalt_model::DimensionDef;
use smalt_security::Shape;

use super::Load;
use super::items::{NOT_YOURS, verdict};
use crate::fault::{Done, Fault};

/// Refuses names that are none, that two items would have, or that an item which the writer sees has and keeps.
pub(crate) fn check_names(load: &Load<'_>, def: &DimensionDef, names: &[(u32, Option<Arc<str>>)]) -> Done<Vec<(u32, Arc<str>)>> {
    let items = load.revision.items(def.id);
    let seen = load.access.items(def.id);
    let renamed: HashSet<u32> = names.iter().map(|(item, _)| *item).collect();
    let mut given: HashMap<&str, u32> = HashMap::new();
    let mut checked = Vec::with_capacity(names.len());
    for (item, name) in names {
        let old = items.name(*item).map_or("", AsRef::as_ref);
        let name = match name {
            Some(name) if !name.is_empty() => name,
            _ => return Err(Fault::new(format!("`{old}` would have no name; an item needs one"))),
        };
        if given.insert(name, *item).is_some() {
            return Err(Fault::new(format!("two items of `{}` would be named `{name}`", def.name)));
        }
        let taken = items.find(name).filter(|other| !renamed.contains(other) && seen.allows(&[*other]));
        if taken.is_some() {
            return Err(Fault::new(format!("there is an item `{name}` in `{}` already", def.name)));
        }
        checked.push((*item, Arc::clone(name)));
    }
    Ok(checked)
}

/// Gives items other names, all at once. Whether the writer may is said last. Who may not see all items of the dimension may not, whatever the
/// name: else one that an unseen item has would be told by its refusal.
pub(crate) fn rename_items(load: &mut Load<'_>, def: &DimensionDef, names: &[(u32, Arc<str>)]) -> Done {
    let masks = [load.access.writing_items(def.id), load.access.writing_property(def.id, 0)];
    let writable = |item: u32| masks.iter().all(|mask| mask.shape() == Shape::Everything || mask.allows(&[item]));
    let refused = names.iter().filter(|(item, _)| !writable(*item)).count() as u64;
    verdict(refused, refused)?;
    // Where items may be hidden, a name that is taken by one must be refused like one that is free: both are.
    if !names.is_empty() && load.access.items(def.id).shape() != Shape::Everything {
        return Err(Fault::denied(NOT_YOURS));
    }
    let mut edit = load.revision.items(def.id).edit();
    edit.rename_all(names).map_err(|_| Fault::denied(NOT_YOURS))?;
    load.revision.set_items(def.id, Arc::new(edit.finish()));
    load.touched.dimensions.insert(def.id);
    Ok(())
}
