//! The items of a dimension that exist for a person.

use std::fmt;
use std::sync::{Arc, OnceLock};

use smalt_model::{DimensionDef, DimensionId, Type};
use smalt_planted::{Leak, planted};
use smalt_security::{Access, Mask, Shape};

use super::seal;
use crate::arrange::sort_by;
use crate::items::Items;
use crate::vector::Vector;

/// The items of a dimension that exist for a person, with the properties that this person may see.
pub struct MaskedItems {
    def: Arc<DimensionDef>,
    items: Arc<Items>,
    /// Visible ordinals in item order.
    order: Arc<[u32]>,
    /// By ordinal, from 1; 0 where hidden.
    positions: Arc<[u32]>,
    masks: Vec<Arc<Mask>>,
    /// The items that each property may hold, `None` where that is no matter.
    held: Vec<Option<Arc<Mask>>>,
    properties: Vec<OnceLock<Arc<Vector>>>,
}

impl MaskedItems {
    /// `others` are the items of another dimension as the same person sees them.
    pub(super) fn new(
        def: Arc<DimensionDef>,
        items: Arc<Items>,
        access: &Access,
        others: &dyn Fn(DimensionId) -> Arc<MaskedItems>,
    ) -> MaskedItems {
        let mask = access.items(def.id);
        let visible = items.order().iter().copied().filter(|item| mask.allows(&[*item]));
        let order: Arc<[u32]> = match def.parent {
            // In the parent's order, as this person sees it.
            Some(parent) => others(parent).order().iter().copied().filter(|item| items.position(*item).is_some()).collect(),
            None => visible.collect(),
        };
        let positions = positions(&order, items.capacity());
        let masks = (0u16..).zip(&def.properties).map(|(property, _)| access.property(def.id, property)).collect::<Vec<_>>();
        let held = (0u16..).zip(&def.properties).map(|(property, _)| access.property_values(def.id, property)).collect();
        let properties = masks.iter().map(|_| OnceLock::new()).collect();
        let seen = MaskedItems { def, items, order, positions, masks, held, properties };
        seen.ordered(others)
    }

    /// What this person does not see of the property that orders the items says nothing about their order either: they stand as if the
    /// property were BLANK there.
    fn ordered(mut self, others: &dyn Fn(DimensionId) -> Arc<MaskedItems>) -> MaskedItems {
        let Some(by) = self.def.order.filter(|_| !planted(Leak::OrderOfHiddenValues)) else { return self };
        let ty = self.def.properties.get(usize::from(by.property)).map_or(Type::Text, |p| p.ty);
        let everything = self.masks.get(usize::from(by.property)).is_some_and(|mask| mask.shape() == Shape::Everything);
        if everything && !matches!(ty, Type::Item(_)) {
            return self;
        }
        let held = match ty {
            Type::Item(dimension) => Some(others(dimension)),
            _ => None,
        };
        let mut order = self.order.to_vec();
        order.sort_unstable();
        let values = self.property(by.property);
        sort_by(&mut order, &values, by.descending, |item| held.as_ref()?.position(item));
        self.positions = positions(&order, self.items.capacity());
        self.order = order.into();
        self
    }

    /// The dimension.
    pub fn def(&self) -> &Arc<DimensionDef> {
        &self.def
    }

    /// The number of visible items.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether no item is visible.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Every ordinal is below it. For the size of tables by ordinal, not to be shown: hidden items count.
    pub fn capacity(&self) -> u32 {
        self.items.capacity()
    }

    /// The visible ordinals in item order.
    pub fn order(&self) -> &[u32] {
        &self.order
    }

    /// The place of an item among the visible ones, from 1.
    pub fn position(&self, item: u32) -> Option<u32> {
        let shown = self.positions.get(item as usize).copied().filter(|p| *p != 0)?;
        if planted(Leak::PositionsOfAllItems) { Some(self.items.position(item)? + 1) } else { Some(shown) }
    }

    /// The unique name of a visible item.
    pub fn name(&self, item: u32) -> Option<&Arc<str>> {
        if planted(Leak::NamesInBuffers) {
            return self.items.name(item);
        }
        match self.masked(0)?.as_ref() {
            Vector::Text(names) => names.get(item as usize)?.as_ref(),
            _ => None,
        }
    }

    /// The visible item of exactly this name.
    pub fn find(&self, name: &str) -> Option<u32> {
        self.items.find(name).filter(|item| self.position(*item).is_some())
    }

    /// A property by ordinal, `capacity` long; BLANK where the item is hidden, the property is, or its value is a hidden item. A
    /// number that is no property gives BLANKs.
    pub fn property(&self, property: u16) -> Arc<Vector> {
        self.masked(property).map_or_else(|| Arc::new(Vector::blank(Type::Text, self.positions.len())), Arc::clone)
    }

    fn masked(&self, property: u16) -> Option<&Arc<Vector>> {
        let (mask, slot) = (self.masks.get(usize::from(property))?, self.properties.get(usize::from(property))?);
        Some(slot.get_or_init(|| {
            let ty = self.def.properties.get(usize::from(property)).map_or(Type::Text, |p| p.ty);
            let Some(values) = self.items.property(property) else { return Arc::new(Vector::blank(ty, self.positions.len())) };
            let held = self.held.get(usize::from(property)).and_then(Option::as_ref).filter(|_| !planted(Leak::HiddenParents));
            // Shared only where nothing in it is hidden; the places of removed items are BLANK already.
            if mask.shape() == Shape::Everything && held.is_none() && self.order.len() == self.items.len() {
                return Arc::clone(values);
            }
            let shown = |at: usize| match (held, values.as_ref()) {
                (Some(held), Vector::Item(_, ends)) => ends.get(at).is_some_and(|end| held.allows(&[*end])),
                (Some(_), _) => false,
                (None, _) => true,
            };
            let may = |at: usize| mask.allows(&[at as u32]) || planted(Leak::UnmaskedProperties);
            let visible = |at: usize| self.positions.get(at).is_some_and(|p| *p != 0) && may(at) && shown(at);
            Arc::new(seal::only(values, visible))
        }))
    }
}

/// By ordinal, from 1; 0 where the item does not stand in the order.
fn positions(order: &[u32], capacity: u32) -> Arc<[u32]> {
    let mut positions = vec![0u32; capacity as usize];
    for (position, item) in (1u32..).zip(order) {
        if let Some(slot) = positions.get_mut(*item as usize) {
            *slot = position;
        }
    }
    positions.into()
}

impl fmt::Debug for MaskedItems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MaskedItems").field("dimension", &self.def.name).field("len", &self.len()).finish_non_exhaustive()
    }
}
