//! The items of one dimension and their properties.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::Arc;

use roaring::RoaringBitmap;
use smalt_model::{DimensionDef, Type, Value};

use crate::stamp;
use crate::vector::Vector;

/// One immutable version of a dimension's items. An item keeps its ordinal for ever; ordinals are `0..capacity`, those of removed
/// items stay unused. Cheap to clone.
#[derive(Clone)]
pub struct Items {
    stamp: u64,
    ordinals: Arc<HashMap<Arc<str>, u32>>,
    order: Arc<Vec<u32>>,
    /// By ordinal, `u32::MAX` where the item is gone.
    positions: Arc<Vec<u32>>,
    /// By ordinal; the first one is the names.
    properties: Vec<Arc<Vector>>,
    /// Whether every ordinal is an item and the order is that of the ordinals.
    natural: bool,
}

/// The name is an item already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The item that has the name.
    pub item: u32,
}

impl fmt::Display for Duplicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is an item of that name already")
    }
}

impl std::error::Error for Duplicate {}

impl Items {
    /// No items yet, with the properties of a dimension.
    pub fn empty(def: &DimensionDef) -> Items {
        Items {
            stamp: stamp::next(),
            ordinals: Arc::default(),
            order: Arc::default(),
            positions: Arc::default(),
            properties: names_and(def.properties.iter().skip(1).map(|p| p.ty)),
            natural: true,
        }
    }

    /// A number that no other version of any dimension's items in this process has.
    pub fn stamp(&self) -> u64 {
        self.stamp
    }

    /// The number of ordinals given so far: every item's ordinal is below it.
    pub fn capacity(&self) -> u32 {
        u32::try_from(self.positions.len()).unwrap_or(u32::MAX)
    }

    /// The number of items.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The item of exactly this name.
    pub fn find(&self, name: &str) -> Option<u32> {
        self.ordinals.get(name).copied()
    }

    /// The unique name of an item; `None` where there is no such item.
    pub fn name(&self, item: u32) -> Option<&Arc<str>> {
        name_in(&self.properties, item)
    }

    /// The ordinals in item order.
    pub fn order(&self) -> &[u32] {
        &self.order
    }

    /// Whether every ordinal is an item and item order is that of the ordinals, so that a place in the order is an ordinal.
    pub fn is_natural(&self) -> bool {
        self.natural
    }

    /// The place of an item in item order, from 0; `None` where there is no such item.
    pub fn position(&self, item: u32) -> Option<u32> {
        self.positions.get(item as usize).copied().filter(|p| *p != u32::MAX)
    }

    /// The number of properties, the name being the first.
    pub fn property_count(&self) -> usize {
        self.properties.len()
    }

    /// A property by ordinal, `capacity` long; property 0 is the names.
    pub fn property(&self, property: u16) -> Option<&Arc<Vector>> {
        self.properties.get(usize::from(property))
    }

    /// Only the items that are chosen, under the same ordinals and in the same order.
    pub fn subset(&self, chosen: impl Fn(u32) -> bool) -> Items {
        let order: Vec<u32> = self.order.iter().copied().filter(|item| chosen(*item)).collect();
        let mut items = Items { positions: Arc::new(vec![u32::MAX; self.positions.len()]), ..self.clone() };
        items.place_all(order);
        let places: Vec<usize> =
            (0..self.positions.len()).map(|at| if items.positions.get(at) == Some(&u32::MAX) { usize::MAX } else { at }).collect();
        items.properties = self.properties.iter().map(|column| Arc::new(column.take(&places))).collect();
        let named = items.order.iter().filter_map(|item| self.name(*item).map(|name| (Arc::clone(name), *item)));
        items.ordinals = Arc::new(named.collect());
        ItemsEdit { items }.finish()
    }

    /// The same items where ordinals below `capacity` were given: those behind the last one stay unused.
    pub fn with_room_for(&self, capacity: u32) -> Items {
        let places = capacity.max(self.capacity()) as usize;
        let mut positions = Vec::clone(&self.positions);
        positions.resize(places, u32::MAX);
        let take: Vec<usize> = (0..places).map(|at| if at < self.positions.len() { at } else { usize::MAX }).collect();
        let properties = self.properties.iter().map(|column| Arc::new(column.take(&take))).collect();
        let items = Items { stamp: stamp::next(), positions: Arc::new(positions), properties, ..self.clone() };
        ItemsEdit { items }.finish()
    }

    /// Sets the order, of which the positions follow.
    fn place_all(&mut self, order: Vec<u32>) {
        let positions = Arc::make_mut(&mut self.positions);
        positions.fill(u32::MAX);
        for (place, ordinal) in (0u32..).zip(&order) {
            if let Some(slot) = positions.get_mut(*ordinal as usize) {
                *slot = place;
            }
        }
        self.order = Arc::new(order);
    }

    /// Starts a change of many items at once; what it does not touch stays shared.
    pub fn edit(&self) -> ItemsEdit {
        ItemsEdit { items: self.clone() }
    }
}

fn names_and(types: impl Iterator<Item = Type>) -> Vec<Arc<Vector>> {
    std::iter::once(Type::Text).chain(types).map(|ty| Arc::new(Vector::blank(ty, 0))).collect()
}

fn name_in(properties: &[Arc<Vector>], item: u32) -> Option<&Arc<str>> {
    match properties.first().map(Arc::as_ref) {
        Some(Vector::Text(names)) => names.get(item as usize)?.as_ref(),
        _ => None,
    }
}

impl fmt::Debug for Items {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("len", &self.len()).field("properties", &self.properties.len()).finish_non_exhaustive()
    }
}

/// A change to the items of one dimension, see [`Items::edit`].
#[derive(Clone, Debug)]
pub struct ItemsEdit {
    items: Items,
}

impl ItemsEdit {
    /// The items as changed so far. Its stamp is still that of the version before.
    pub fn items(&self) -> &Items {
        &self.items
    }

    /// Makes room for more items that are about to be added.
    pub fn reserve(&mut self, more: usize) {
        Arc::make_mut(&mut self.items.ordinals).reserve(more);
        Arc::make_mut(&mut self.items.order).reserve(more);
        Arc::make_mut(&mut self.items.positions).reserve(more);
    }

    /// Adds an item at the end of the order; its properties are BLANK.
    ///
    /// # Errors
    /// The name is an item already.
    pub fn add(&mut self, name: &str) -> Result<u32, Duplicate> {
        let name: Arc<str> = Arc::from(name);
        let ordinal = self.items.capacity();
        match Arc::make_mut(&mut self.items.ordinals).entry(Arc::clone(&name)) {
            Entry::Occupied(taken) => return Err(Duplicate { item: *taken.get() }),
            Entry::Vacant(free) => free.insert(ordinal),
        };
        let position = u32::try_from(self.items.order.len()).unwrap_or(u32::MAX);
        Arc::make_mut(&mut self.items.order).push(ordinal);
        Arc::make_mut(&mut self.items.positions).push(position);
        let name = Value::Text(name);
        for (i, column) in self.items.properties.iter_mut().enumerate() {
            Arc::make_mut(column).push((i == 0).then_some(&name));
        }
        Ok(ordinal)
    }

    /// Gives an item another name.
    ///
    /// # Errors
    /// Another item has that name.
    pub fn rename(&mut self, item: u32, name: &str) -> Result<(), Duplicate> {
        self.rename_all(&[(item, Arc::from(name))])
    }

    /// Gives items other names, all at once, so that two may change places. What is no item is passed over.
    ///
    /// # Errors
    /// An item that keeps its name, or another one of these, has a name that is given. Nothing is changed then.
    pub fn rename_all(&mut self, names: &[(u32, Arc<str>)]) -> Result<(), Duplicate> {
        let mut ordinals = HashMap::clone(&self.items.ordinals);
        for name in names.iter().filter_map(|(item, _)| self.items.name(*item)) {
            ordinals.remove(name);
        }
        let there: Vec<_> = names.iter().filter(|(item, _)| self.items.position(*item).is_some()).collect();
        for (item, name) in &there {
            if let Some(taken) = ordinals.insert(Arc::clone(name), *item).filter(|taken| taken != item) {
                return Err(Duplicate { item: taken });
            }
        }
        self.items.ordinals = Arc::new(ordinals);
        for (item, name) in there {
            self.place(0, *item, Some(&Value::Text(Arc::clone(name))));
        }
        Ok(())
    }

    /// Takes an item out; its ordinal stays unused. The cells that it keys are the caller's business.
    pub fn remove(&mut self, item: u32) {
        self.remove_all(&RoaringBitmap::from_iter([item]));
    }

    /// Takes items out, see [`ItemsEdit::remove`].
    pub fn remove_all(&mut self, gone: &RoaringBitmap) {
        let there: Vec<u32> = gone.iter().filter(|item| self.items.position(*item).is_some()).collect();
        if there.is_empty() {
            return;
        }
        let ordinals = Arc::make_mut(&mut self.items.ordinals);
        ordinals.retain(|_, item| !gone.contains(*item));
        for property in (0u16..).take(self.items.properties.len()) {
            there.iter().for_each(|item| self.place(property, *item, None));
        }
        let order = self.items.order.iter().copied().filter(|item| !gone.contains(*item)).collect();
        self.items.place_all(order);
    }

    /// Puts the items in another order, in which each stands once.
    pub fn set_order(&mut self, order: Vec<u32>) {
        self.items.place_all(order);
    }

    /// Sets a property of an item, `None` for BLANK. The name (property 0) is changed by [`ItemsEdit::rename`] only.
    pub fn set(&mut self, item: u32, property: u16, value: Option<&Value>) {
        if property > 0 && self.items.position(item).is_some() {
            self.place(property, item, value);
        }
    }

    fn place(&mut self, property: u16, item: u32, value: Option<&Value>) {
        if let Some(column) = self.items.properties.get_mut(usize::from(property)) {
            Arc::make_mut(column).set(item as usize, value);
        }
    }

    /// Replaces a whole property but the names, by ordinal; a shorter column is filled up with BLANK, a longer one cut.
    pub fn set_column(&mut self, property: u16, mut values: Vector) {
        let capacity = self.items.positions.len();
        if values.len() > capacity {
            values = values.take(&(0..capacity).collect::<Vec<_>>());
        } else if values.len() < capacity {
            values.append(&Vector::blank(values.ty(), capacity - values.len()));
        }
        if let Some(column) = self.items.properties.get_mut(usize::from(property)).filter(|_| property > 0) {
            *column = Arc::new(values);
        }
    }

    /// Adds a property behind the others, BLANK everywhere.
    pub fn add_property(&mut self, ty: Type) {
        self.items.properties.push(Arc::new(Vector::blank(ty, self.items.positions.len())));
    }

    /// Takes a property but the names out; those behind it move up.
    pub fn drop_property(&mut self, property: u16) {
        if property > 0 && usize::from(property) < self.items.properties.len() {
            self.items.properties.remove(usize::from(property));
        }
    }

    /// The number of items.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The items of exactly this name, added ones too.
    pub fn find(&self, name: &str) -> Option<u32> {
        self.items.find(name)
    }

    /// The new version.
    pub fn finish(mut self) -> Items {
        self.items.stamp = stamp::next();
        self.items.natural = self.items.order.len() == self.items.positions.len() && self.items.order.is_sorted();
        self.items
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use smalt_model::{DimensionDef, DimensionId, PropertyDef, Type, Value};

    use super::{Duplicate, Items};
    use crate::vector::Vector;

    fn empty() -> Items {
        let property = |name: &str, ty| PropertyDef { name: Arc::from(name), ty, formula: None };
        let properties = vec![property("Name", Type::Text), property("Size", Type::Number)];
        Items::empty(&DimensionDef::new(DimensionId(3), "Store", properties))
    }

    #[test]
    fn many_items_are_added_and_found() {
        let mut edit = empty().edit();
        edit.reserve(100_000);
        for i in 0..100_000u32 {
            assert_eq!(edit.add(&format!("Store {i}")), Ok(i));
        }
        assert_eq!(edit.add("Store 77"), Err(Duplicate { item: 77 }));
        let items = edit.finish();
        assert_eq!((items.len(), items.capacity(), items.find("Store 99999")), (100_000, 100_000, Some(99_999)));
        assert_eq!(items.find("store 5"), None, "items are matched exactly");
        assert_eq!(items.property(1).unwrap().len(), 100_000);
        assert!(items.order().iter().enumerate().all(|(p, i)| items.position(*i) == Some(p as u32)));
    }

    #[test]
    fn an_edit_leaves_the_version_before_alone() {
        let mut edit = empty().edit();
        edit.add("a").unwrap();
        edit.set(0, 1, Some(&Value::Number(4.0)));
        let before = edit.finish();
        let mut edit = before.edit();
        edit.add("b").unwrap();
        edit.rename(0, "c").unwrap();
        assert_eq!(edit.rename(0, "b"), Err(Duplicate { item: 1 }));
        edit.set(0, 1, None);
        edit.set(0, 0, None);
        edit.add_property(Type::Boolean);
        edit.set_column(2, Vector::Boolean(vec![1, 0, 1, 1]));
        let after = edit.finish();
        assert_eq!((before.name(0).map(AsRef::as_ref), before.find("c"), before.len()), (Some("a"), None, 1));
        assert_eq!(before.property(1).unwrap().get(0), Some(Value::Number(4.0)));
        assert_eq!((after.name(0).map(AsRef::as_ref), after.find("a"), after.find("c")), (Some("c"), None, Some(0)));
        assert!(after.property(1).unwrap().is_blank(0));
        assert_eq!(after.property(2).unwrap().as_ref(), &Vector::Boolean(vec![1, 0]));
        assert_ne!(before.stamp(), after.stamp());
        let mut edit = after.edit();
        edit.drop_property(1);
        edit.drop_property(0);
        let dropped = edit.finish();
        assert_eq!((dropped.property_count(), dropped.property(1).unwrap().ty()), (2, Type::Boolean));
    }

    #[test]
    fn names_change_places_at_once_or_not_at_all() {
        let mut edit = empty().edit();
        ["a", "b", "c"].iter().for_each(|name| assert!(edit.add(name).is_ok()));
        let to = |item: u32, name: &str| (item, Arc::from(name));
        assert_eq!(edit.rename_all(&[to(0, "b"), to(1, "a")]), Ok(()));
        assert_eq!((edit.find("a"), edit.find("b"), edit.items().name(0).map(AsRef::as_ref)), (Some(1), Some(0), Some("b")));
        assert_eq!(edit.rename_all(&[to(0, "x"), to(1, "c")]), Err(Duplicate { item: 2 }));
        assert_eq!(edit.rename_all(&[to(0, "x"), to(1, "x")]), Err(Duplicate { item: 0 }));
        assert_eq!((edit.find("a"), edit.find("b"), edit.find("x")), (Some(1), Some(0), None), "nothing was changed");
        assert_eq!(edit.rename_all(&[to(0, "b"), to(9, "y")]), Ok(()), "its own name, and what is no item");
        assert_eq!(edit.find("y"), None);
    }

    #[test]
    fn a_removed_item_leaves_its_ordinal_unused() {
        let mut edit = empty().edit();
        ["a", "b", "c"].iter().for_each(|name| assert!(edit.add(name).is_ok()));
        edit.set(1, 1, Some(&Value::Number(1.0)));
        edit.remove(1);
        edit.set(1, 1, Some(&Value::Number(2.0)));
        let items = edit.finish();
        assert_eq!((items.order(), items.len(), items.capacity()), (&[0, 2][..], 2, 3));
        assert_eq!((items.find("b"), items.name(1), items.position(1), items.position(2)), (None, None, None, Some(1)));
        assert!(items.property(1).unwrap().is_blank(1));
        let mut edit = items.edit();
        assert_eq!(edit.add("b"), Ok(3));
        assert_eq!(edit.finish().position(3), Some(2));
    }
}
