//! Rows into the items of a dimension: a name that is there is updated, another one added.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use smalt_model::{DimensionDef, DimensionId, Schema};
use smalt_planted::{Leak, planted};
use smalt_security::{Access, Mask, Shape};
use smalt_vault::{Items, Vector};

use super::super::plan::{Goal, Plan};
use super::super::source::{Chunk, Source, progress};
use super::hierarchy::{SeenLoop, find_loops};
use super::{Load, Named, Reader, fault_at, reader};
use crate::adding::rights_after;
use crate::calendar;
use crate::fault::{Done, Fault};
use crate::statement::ast::Duplicates;

/// The properties of a dimension. The name of a calendar's period tells which one is meant.
pub(crate) fn dimension_goals(def: &DimensionDef, schema: &Schema) -> Vec<Goal> {
    let closed = |place: usize, formula: bool| match (formula, place > 0 && calendar::sets(schema, def, place)) {
        (true, _) => Some("a formula computes it".to_owned()),
        (false, true) => Some("the calendar sets it".to_owned()),
        (false, false) => None,
    };
    let goal = |(place, p): (usize, &smalt_model::PropertyDef)| Goal {
        name: Arc::clone(&p.name),
        ty: p.ty,
        required: place == 0,
        closed: closed(place, p.formula.is_some()),
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

/// What is said where a writer may not write, and does not see, some of the items: it is the same for one that exists and for a new one.
pub(crate) const NOT_YOURS: &str = "some of these items are not yours to write";

/// Loads `source`. Names come first, so that a row may refer to an item of a later one. Whether the writer may write is said at the end: all
/// that is wrong with the rows themselves comes before it, so that no order of errors tells a hidden item from none.
pub(crate) fn into_items(load: &mut Load<'_>, def: &Arc<DimensionDef>, plan: &Plan, source: &mut dyn Source) -> Done<Loaded> {
    let goals = dimension_goals(def, load.revision.schema());
    source.select(&plan.selected)?;
    let mut chunks = Vec::new();
    let mut rows = 0;
    while let Some(chunk) = source.next() {
        let chunk = chunk?;
        rows += chunk.rows as u64;
        (load.progress)(&progress(source, "loading", &def.name, rows));
        chunks.push(chunk);
    }
    let (Some(slot), Some(goal)) = (plan.slot(0), goals.first()) else { return Err(Fault::new("no names are given")) };
    let names = reader(load, slot, goal, None)?;
    let first_new = load.revision.items(def.id).capacity();
    let (items, mut added, places) = add_names(load, def, goal, &names, &chunks, source)?;
    let (items, also) = add_also(&items, &load.created.own, &mut added);
    load.revision.set_items(def.id, Arc::new(items));
    let named = Named { dimension: def.id, items: Arc::new(places.iter().chain(&also).copied().collect()) };
    if planted(Leak::RightsBeforeFaults) {
        Writable { load, dimension: def.id, properties: &[], first_new }.check(&places)?;
    }
    let written = set_properties(load, def, plan, &goals, &chunks, &places, &named, source)?;
    let items = load.revision.items(def.id);
    let loops = find_loops(def, &items, |property, item, parent| {
        let exists = |item: u32| load.access.items(def.id).allows(&[item]);
        let set_now = written.contains(&property) && named.items.contains(&item);
        set_now || exists(item) && exists(parent) && load.access.property(def.id, property).allows(&[item])
    });
    if let Some(seen) = loops.seen() {
        return Err(loop_fault(seen, plan, &goals, &chunks, &places, source));
    }
    load.created.verdict()?;
    let all: Vec<u32> = places.iter().chain(&also).copied().collect();
    Writable { load, dimension: def.id, properties: &written, first_new }.check(&all)?;
    loops.refuse_hidden()?;
    load.touched.dimensions.insert(def.id);
    Ok(Loaded { rows, added })
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
    let mut edit = load.revision.items(def.id).edit();
    let (mut added, mut places) = (Vec::new(), Vec::new());
    let mut first: HashMap<u32, u64> = HashMap::new();
    let seen = load.access.items(def.id);
    for chunk in chunks {
        let Vector::Text(texts) = names.read(chunk, source)? else { continue };
        edit.reserve(texts.len());
        for (at, name) in texts.iter().enumerate() {
            let row = chunk.numbers.at(at);
            let name = match name {
                Some(name) if !name.is_empty() => name,
                _ => return Err(names.fault(row, goal, "an item needs a name", source)),
            };
            // Of a period that the writer does not see is told what is told of none.
            if def.calendar.is_some() && !edit.items().find(name).is_some_and(|item| seen.allows(&[item])) {
                return Err(names.fault(row, goal, &calendar::made(def), source));
            }
            let item = match edit.add(name) {
                Ok(item) => {
                    added.push(item);
                    item
                }
                Err(taken) if planted(Leak::ToldClashes) && !load.access.items(def.id).allows(&[taken.item]) => {
                    return Err(names.fault(row, goal, &format!("there is an item `{name}` already"), source));
                }
                Err(taken) => taken.item,
            };
            // Where the last row holds, it sets all that an earlier one has set.
            if let Some(earlier) = first.insert(item, row).filter(|_| load.duplicates != Duplicates::Last) {
                let fault = names.fault(row, goal, &format!("the name `{name}` stands in row {earlier} already"), source);
                let help = source.is_file().then(|| "`WITH (duplicates = last)` takes the last row of each".to_owned());
                return Err(fault.help_if(help));
            }
            places.push(item);
        }
    }
    Ok((edit.finish(), added, places))
}

/// Adds the items that rows name without being theirs; gives them, those among them that were there too.
fn add_also(items: &Items, names: &[String], added: &mut Vec<u32>) -> (Items, Vec<u32>) {
    let mut edit = items.edit();
    let mut also = Vec::new();
    for name in names {
        also.push(match edit.add(name) {
            Ok(item) => {
                added.push(item);
                item
            }
            Err(taken) => taken.item,
        });
    }
    (edit.finish(), also)
}

/// Sets all properties that are given; gives which.
#[expect(clippy::too_many_arguments, reason = "the parts of one load")]
fn set_properties(
    load: &mut Load<'_>,
    def: &DimensionDef,
    plan: &Plan,
    goals: &[Goal],
    chunks: &[Chunk],
    places: &[u32],
    named: &Named,
    source: &dyn Source,
) -> Done<Vec<u16>> {
    let mut edit = load.revision.items(def.id).edit();
    let mut written = Vec::new();
    for (property, goal) in (0u16..).zip(goals).skip(1) {
        let Some(slot) = plan.slot(usize::from(property)) else { continue };
        let reader = reader(load, slot, goal, Some(named))?;
        let mut items = places.iter();
        for chunk in chunks {
            let values = reader.read(chunk, source)?;
            for (at, item) in (0..chunk.rows).zip(items.by_ref()) {
                edit.set(*item, property, values.get(at).as_ref());
            }
        }
        written.push(property);
    }
    load.revision.set_items(def.id, Arc::new(edit.finish()));
    Ok(written)
}

/// What is said of a loop, at the first row that has a part in it.
fn loop_fault(seen: &SeenLoop, plan: &Plan, goals: &[Goal], chunks: &[Chunk], places: &[u32], source: &dyn Source) -> Fault {
    let of_row = |item: &u32| places.iter().position(|place| place == item);
    let property = usize::from(seen.property);
    let (Some(mut at), Some(slot), Some(goal)) = (seen.around.iter().find_map(of_row), plan.slot(property), goals.get(property)) else {
        return Fault::new(&seen.message);
    };
    for chunk in chunks {
        if at < chunk.rows {
            return fault_at(slot, chunk.numbers.at(at), goal, &seen.message, source);
        }
        at -= chunk.rows;
    }
    Fault::new(&seen.message)
}

/// What is said where so many items may not be written, of which the writer sees so many.
pub(super) fn verdict(refused: u64, seen: u64) -> Done {
    match (refused, seen) {
        (0, _) => Ok(()),
        (_, 0) => Err(Fault::denied(NOT_YOURS)),
        (_, 1) => Err(Fault::denied("1 item may not be written")),
        (_, n) => Err(Fault::denied(format!("{n} items may not be written"))),
    }
}

/// Whether the writer may write the items of a load: those that were there by the rights before it, new ones by those after it.
struct Writable<'a, 'b> {
    load: &'a Load<'b>,
    dimension: DimensionId,
    /// The properties that are set.
    properties: &'a [u16],
    /// Items from here on are new.
    first_new: u32,
}

impl Writable<'_, '_> {
    fn check(&self, places: &[u32]) -> Done {
        let (before, of) = (self.load.access, self.dimension);
        let after = self.after();
        let after = after.as_ref().unwrap_or(before);
        let masks = |access: &Access, of_item: Arc<Mask>| -> Vec<Arc<Mask>> {
            let properties = self.properties.iter().map(|property| access.writing_property(of, *property));
            [of_item].into_iter().chain(properties).filter(|mask| mask.shape() != Shape::Everything).collect()
        };
        let (old, new) = (masks(before, before.writing_items(of)), masks(after, after.adding_items(of)));
        if old.is_empty() && new.is_empty() {
            return Ok(());
        }
        let seen: Vec<_> = [before.items(of)].into_iter().chain(self.properties.iter().map(|p| before.property(of, *p))).collect();
        let (mut refused, mut refused_seen) = (0u64, 0u64);
        for item in places {
            let is_new = *item >= self.first_new;
            if (if is_new { &new } else { &old }).iter().any(|mask| !mask.allows(&[*item])) {
                refused += 1;
                refused_seen += u64::from(!is_new && seen.iter().all(|mask| mask.allows(&[*item])));
            }
        }
        verdict(refused, refused_seen)
    }

    /// The rights with the new items; `None` where no rule could tell them from the others.
    fn after(&self) -> Option<Access> {
        let rules = !self.load.policy.rules().is_empty();
        let Load { revision, programs, policy, access, .. } = self.load;
        let touched = BTreeSet::from([self.dimension]);
        rules.then(|| rights_after(revision, programs, policy, access.principal(), &touched))
    }
}
