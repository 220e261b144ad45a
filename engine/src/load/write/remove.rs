//! Items that are taken out of a dimension: whether the writer may write all that goes with them.
//!
//! What stands in cells has no say in it. An item may be taken out by who may write every cell that it could key, and every property and row
//! that could name it, whether or not something stands there; else the refusal, or its absence, would tell.

use std::collections::HashMap;
use std::sync::Arc;

use roaring::RoaringBitmap;
use smalt_model::{DimensionDef, DimensionId, Schema, Type};
use smalt_planted::{Leak, planted};
use smalt_security::{Access, BLANK, Mask, Shape};
use smalt_vault::Removed;

use super::Load;
use super::items::verdict;
use crate::fault::{Done, Fault};

/// What is said to who may not write all cells that would go.
pub(crate) const NOT_YOUR_CELLS: &str = "some of these cells are not yours to write";

/// Whether what goes with the items may be counted for their remover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The remover sees all of it.
    Seen,
    /// Some cells hold items that the remover does not see: they are overwritten like empty ones, and not told.
    Hidden,
}

/// Refuses to take out items for which the writer has not all rights that this needs. `items` are seen by the writer.
pub(crate) fn check_removable(load: &Load<'_>, def: &DimensionDef, items: &RoaringBitmap) -> Done<Reach> {
    let access = load.access;
    let own = (1u16..).zip(def.properties.iter().skip(1)).filter(|(_, p)| p.formula.is_none());
    let masks: Vec<Arc<Mask>> = std::iter::once(access.writing_items(def.id))
        .chain(own.map(|(property, _)| access.writing_property(def.id, property)))
        .filter(|mask| mask.shape() != Shape::Everything)
        .collect();
    let refused = items.iter().filter(|item| masks.iter().any(|mask| !mask.allows(&[*item]))).count() as u64;
    verdict(refused, refused)?;
    let seen = Seen::new(load, def.id);
    if seen.cells_are_theirs(items) && seen.names_are_theirs(items) { Ok(seen.reach()) } else { Err(Fault::denied(NOT_YOUR_CELLS)) }
}

/// Takes out the items with all that names them.
pub(crate) fn remove_items(load: &mut Load<'_>, def: &DimensionDef, items: &RoaringBitmap) -> Removed {
    let removed = load.revision.remove_items(def.id, items);
    load.touched.dimensions.extend(&removed.dimensions);
    load.touched.metrics.extend(&removed.metrics);
    load.touched.lists.extend(&removed.lists);
    removed
}

/// What the remover sees of all that may name an item.
struct Seen<'a> {
    access: &'a Access,
    schema: &'a Schema,
    dimension: DimensionId,
    /// The visible items of each dimension.
    visible: HashMap<DimensionId, RoaringBitmap>,
}

impl<'a> Seen<'a> {
    fn new(load: &'a Load<'_>, dimension: DimensionId) -> Seen<'a> {
        let schema: &Schema = load.revision.schema();
        let visible = |d: &Arc<DimensionDef>| {
            let mask = load.access.items(d.id);
            (d.id, load.revision.items(d.id).order().iter().copied().filter(|item| mask.allows(&[*item])).collect())
        };
        Seen { access: load.access, schema, dimension, visible: schema.dimensions().map(visible).collect() }
    }

    /// Every cell of an input that one of the items could key, and every one that could hold it. The rights of a person, a role or a group go with
    /// it, whoever may write them: they are no data, and only who defines security takes people out.
    fn cells_are_theirs(&self, items: &RoaringBitmap) -> bool {
        let is_person = self.schema.dimension(self.dimension).is_some_and(|def| def.system.is_some());
        let inputs = || self.schema.metrics().filter(|def| def.formula.is_none() && !(is_person && def.ty == Type::Rights));
        let keyed = inputs().all(|def| {
            let axes: Vec<Option<DimensionId>> = def.dimensions.iter().map(|d| Some(*d)).collect();
            self.allows_at(&self.access.writing(def.id), &axes, items)
        });
        let holds = |ty: Type| ty == Type::Item(self.dimension);
        keyed && inputs().filter(|def| holds(def.ty)).all(|def| self.access.writing(def.id).shape() == Shape::Everything)
    }

    /// Every property that could hold one of the items, and every row that could name it, also when it does no more.
    fn names_are_theirs(&self, items: &RoaringBitmap) -> bool {
        let holds = |ty: Type| ty == Type::Item(self.dimension);
        let properties = self.schema.dimensions().filter(|def| def.parent.is_none()).all(|def| {
            let held = (0u16..).zip(&def.properties).filter(|(_, p)| holds(p.ty) && p.formula.is_none());
            held.into_iter().all(|(property, _)| self.access.writing_property(def.id, property).shape() == Shape::Everything)
        });
        let blank = RoaringBitmap::from_iter([BLANK]);
        let lists = self.schema.lists().filter(|def| def.columns.iter().any(|c| holds(c.ty))).all(|def| {
            let mask = self.access.writing_list(def.id);
            let axis = |ty: Type| if let Type::Item(dimension) = ty { Some(dimension) } else { None };
            let axes: Vec<Option<DimensionId>> = def.columns.iter().map(|c| axis(c.ty)).collect();
            self.allows_at(&mask, &axes, items) && self.allows_at(&mask, &axes, &blank)
        });
        properties && lists
    }

    /// Whether a mask allows every coordinate that has one of the items at an axis of the dimension. A list's coordinate may be BLANK elsewhere,
    /// and a metric's regions have no BLANK.
    fn allows_at(&self, mask: &Mask, axes: &[Option<DimensionId>], items: &RoaringBitmap) -> bool {
        let is_own = |axis: &Option<DimensionId>| axis.is_some_and(|d| self.schema.whole(d) == self.dimension);
        let hides = |position: &usize| {
            let dimension = axes.get(*position).copied().flatten();
            dimension.is_some_and(|d| self.schema.whole(d) != self.dimension && self.access.items(d).shape() != Shape::Everything)
        };
        if !axes.iter().any(is_own) || mask.shape() == Shape::Everything || planted(Leak::DeletedUnseen) {
            return true;
        }
        // Where items may be hidden that could stand beside these, there may be cells that nobody may destroy unseen.
        if mask.shape() == Shape::Nothing || mask.depends_on().iter().any(hides) {
            return false;
        }
        let own = axes.iter().enumerate().filter(|(_, axis)| is_own(axis)).map(|(position, _)| position);
        let at = |own: usize, item: u32| {
            mask.allows_all(|position| -> Box<dyn Iterator<Item = u32> + '_> {
                match axes.get(position).copied().flatten() {
                    _ if position == own => Box::new(std::iter::once(item)),
                    Some(dimension) => Box::new(self.visible.get(&dimension).into_iter().flatten()),
                    None => Box::new(std::iter::once(BLANK)),
                }
            })
        };
        own.into_iter().all(|own| items.iter().all(|item| at(own, item)))
    }

    fn reach(&self) -> Reach {
        let keyed = |d: &DimensionId| self.schema.whole(*d) == self.dimension;
        let counted = self.schema.metrics().filter(|def| def.dimensions.iter().any(keyed) || def.ty == Type::Item(self.dimension));
        let hidden = counted.into_iter().any(|def| self.access.values(def.id).is_some());
        if hidden { Reach::Hidden } else { Reach::Seen }
    }
}
