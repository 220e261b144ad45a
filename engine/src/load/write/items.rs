//! Rows into the items of a dimension: a name that is there is updated, another one added.

use std::collections::HashMap;
use std::sync::Arc;

use smalt_model::{DimensionDef, DimensionId, Type};
use smalt_security::{Access, Shape};
use smalt_vault::{BLANK_ITEM, Items, Vector};

use super::super::plan::{Goal, Plan};
use super::super::source::{Chunk, Source};
use super::{Load, Reader, reader};
use crate::fault::{Done, Fault};
use crate::outcome::Progress;

/// The properties of a dimension.
pub(crate) fn dimension_goals(def: &DimensionDef) -> Vec<Goal> {
    let closed = |formula: bool| match (formula, def.calendar) {
        (true, _) => Some("a formula computes it".to_owned()),
        (false, Some(_)) => Some("the calendar sets it".to_owned()),
        (false, None) => None,
    };
    let goal = |(place, p): (usize, &smalt_model::PropertyDef)| Goal {
        name: Arc::clone(&p.name),
        ty: p.ty,
        required: place == 0,
        closed: closed(p.formula.is_some()),
    };
    def.properties.iter().enumerate().map(goal).collect()
}

/// What a load did to the items of a dimension.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) rows: u64,
    /// The ordinals of the items that are new.
    pub(crate) added: Vec<u32>,
}

/// What is said of a new item that is not the writer's to add; of one that exists and is hidden too.
const NOT_YOURS: &str = "some of these items are not yours to write";

/// Loads `source`. Names come first, so that a row may refer to an item of a later one.
pub(crate) fn into_items(load: &mut Load<'_>, def: &Arc<DimensionDef>, plan: &Plan, source: &mut dyn Source) -> Done<Loaded> {
    let goals = dimension_goals(def);
    source.select(&plan.selected)?;
    let mut chunks = Vec::new();
    let mut rows = 0;
    while let Some(chunk) = source.next() {
        let chunk = chunk?;
        rows += chunk.rows as u64;
        (load.progress)(&Progress { what: format!("loading {}", def.name), done: rows, total: source.rows() });
        chunks.push(chunk);
    }
    let (Some(slot), Some(goal)) = (plan.slot(0), goals.first()) else { return Err(Fault::new("no names are given")) };
    let names = reader(slot, goal, load.revision, load.access)?;
    let (items, loaded, places) = add_names(load, def, goal, &names, &chunks, source)?;
    load.revision.set_items(def.id, Arc::new(items));
    let properties = set_properties(load, def, plan, &goals, &chunks, &places, source)?;
    load.revision.set_items(def.id, Arc::new(properties));
    check_hierarchies(def, &load.revision.items(def.id))?;
    load.touched.dimensions.insert(def.id);
    Ok(Loaded { rows, added: loaded })
}

/// The items with the new names, the new ones among them, and the item of each row.
fn add_names(
    load: &Load<'_>,
    def: &DimensionDef,
    goal: &Goal,
    names: &Reader,
    chunks: &[Chunk],
    source: &dyn Source,
) -> Done<(Items, Vec<u32>, Vec<u32>)> {
    let before = load.revision.items(def.id);
    let seen = load.access.items(def.id);
    let writing = load.access.writing_items(def.id);
    let mut edit = before.edit();
    let (mut added, mut places) = (Vec::new(), Vec::new());
    let mut first: HashMap<u32, u64> = HashMap::new();
    for chunk in chunks {
        let Vector::Text(texts) = names.read(chunk, source)? else { continue };
        edit.reserve(texts.len());
        for (row, name) in (chunk.first..).zip(&texts) {
            let name = match name {
                Some(name) if !name.is_empty() => name,
                _ => return Err(names.fault(row, goal, "an item needs a name", source)),
            };
            let item = match edit.add(name) {
                Ok(item) => {
                    added.push(item);
                    item
                }
                Err(taken) => taken.item,
            };
            if let Some(earlier) = first.insert(item, row) {
                return Err(names.fault(row, goal, &format!("the name `{name}` stands in row {earlier} already"), source));
            }
            if item < before.capacity() && !(seen.allows(&[item]) && writing.allows(&[item])) {
                return Err(Fault::new(NOT_YOURS));
            }
            places.push(item);
        }
    }
    Ok((edit.finish(), added, places))
}

fn set_properties(
    load: &Load<'_>,
    def: &DimensionDef,
    plan: &Plan,
    goals: &[Goal],
    chunks: &[Chunk],
    places: &[u32],
    source: &dyn Source,
) -> Done<Items> {
    let mut edit = load.revision.items(def.id).edit();
    for (property, goal) in (0u16..).zip(goals).skip(1) {
        let Some(slot) = plan.slot(usize::from(property)) else { continue };
        let reader = reader(slot, goal, load.revision, load.access)?;
        let writing = load.access.writing_property(def.id, property);
        let mut items = places.iter();
        for chunk in chunks {
            let values = reader.read(chunk, source)?;
            for (at, item) in (0..chunk.rows).zip(items.by_ref()) {
                if writing.shape() != Shape::Everything && !writing.allows(&[*item]) {
                    return Err(Fault::new(NOT_YOURS));
                }
                edit.set(*item, property, values.get(at).as_ref());
            }
        }
    }
    Ok(edit.finish())
}

/// Whether the writer may add these items, asked when they are there.
pub(crate) fn check_added(after: &Access, dimension: DimensionId, added: &[u32]) -> Done {
    let mask = after.adding_items(dimension);
    if mask.shape() == Shape::Everything || added.iter().all(|item| mask.allows(&[*item])) {
        return Ok(());
    }
    Err(Fault::new(NOT_YOURS))
}

/// Refuses a parent that would make a loop.
pub(crate) fn check_hierarchies(def: &DimensionDef, items: &Items) -> Done {
    for (property, property_def) in (0u16..).zip(&def.properties) {
        if property_def.ty != Type::Item(def.id) {
            continue;
        }
        let Some(Vector::Item(_, parents)) = items.property(property).map(Arc::as_ref) else { continue };
        if let Some(item) = find_loop(parents) {
            let name = items.name(item).map_or("", |n| n);
            return Err(Fault::new(format!("the `{}` of `{name}` in `{}` would make a loop", property_def.name, def.name)));
        }
    }
    Ok(())
}

/// An item from which following the parents leads back to itself.
fn find_loop(parents: &[u32]) -> Option<u32> {
    // 0: not seen, else the number of the walk that came by; a walk that meets itself goes in a circle.
    let mut walk_of = vec![0u32; parents.len()];
    for (walk, start) in (1..).zip(0..parents.len()) {
        let mut at = u32::try_from(start).unwrap_or(BLANK_ITEM);
        while let Some(seen) = walk_of.get_mut(at as usize) {
            if *seen == walk {
                return Some(at);
            }
            if *seen != 0 {
                break;
            }
            *seen = walk;
            at = parents.get(at as usize).copied().unwrap_or(BLANK_ITEM);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_are_found_wherever_they_are_entered() {
        assert_eq!(find_loop(&[BLANK_ITEM, 0, 1, 1]), None);
        assert_eq!(find_loop(&[0]), Some(0));
        assert_eq!(find_loop(&[BLANK_ITEM, 2, 3, 1]), Some(1));
        assert!(find_loop(&[1, 2, 1]).is_some());
    }
}
