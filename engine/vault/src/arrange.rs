//! Item order and subsets: what follows from the items of other dimensions.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use smalt_model::{DimensionId, Type};

use crate::revision::Revision;
use crate::vector::{BLANK_BOOLEAN, BLANK_DATE, BLANK_DECIMAL, BLANK_INTEGER, BLANK_ITEM, Vector};

/// Puts ordinals in the order of a property: ties stay as they come, BLANK is last whichever way. `place` gives the places of the items that
/// the property holds.
pub(crate) fn sort_by(ordinals: &mut [u32], values: &Vector, descending: bool, place: impl Fn(u32) -> Option<u32>) {
    fn sort<K>(ordinals: &mut [u32], descending: bool, key: impl Fn(usize) -> Option<K>, compare: impl Fn(&K, &K) -> Ordering) {
        let mut keyed: Vec<(Option<K>, u32)> = ordinals.iter().map(|ordinal| (key(*ordinal as usize), *ordinal)).collect();
        keyed.sort_by(|(a, _), (b, _)| match (a, b) {
            (Some(a), Some(b)) if descending => compare(b, a),
            (Some(a), Some(b)) => compare(a, b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        });
        for (slot, (_, ordinal)) in ordinals.iter_mut().zip(keyed) {
            *slot = ordinal;
        }
    }
    match values {
        // Minus zero is zero.
        Vector::Number(v) => sort(ordinals, descending, |at| v.get(at).filter(|x| !x.is_nan()).map(|x| x + 0.0), f64::total_cmp),
        Vector::Integer(v) => sort(ordinals, descending, |at| v.get(at).copied().filter(|x| *x != BLANK_INTEGER), Ord::cmp),
        Vector::Decimal(_, v) => sort(ordinals, descending, |at| v.get(at).copied().filter(|x| *x != BLANK_DECIMAL), Ord::cmp),
        Vector::Text(v) => sort(ordinals, descending, |at| v.get(at).cloned().flatten(), Ord::cmp),
        Vector::Boolean(v) => sort(ordinals, descending, |at| v.get(at).copied().filter(|x| *x < BLANK_BOOLEAN), Ord::cmp),
        Vector::Date(v) => sort(ordinals, descending, |at| v.get(at).copied().filter(|x| *x != BLANK_DATE), Ord::cmp),
        Vector::Item(_, v) => {
            sort(ordinals, descending, |at| v.get(at).copied().filter(|x| *x != BLANK_ITEM).and_then(&place), Ord::cmp);
        }
        Vector::Rights(_) => {}
    }
}

impl Revision {
    /// Brings into line what follows from the items of a dimension: their own order, the items of its subsets (whose members stay the same),
    /// and the order of the dimensions that are ordered by its items. Gives the dimensions that changed.
    pub fn arrange(&mut self, dimension: DimensionId) -> BTreeSet<DimensionId> {
        let mut changed = BTreeSet::new();
        self.put_in_order(dimension, &mut changed);
        self.follow(dimension, &mut changed);
        changed
    }

    /// Says which items of its parent a subset has; it takes on their properties and their order. Gives the dimensions that changed with it,
    /// its own subsets among them.
    pub fn set_members(&mut self, subset: DimensionId, chosen: impl Fn(u32) -> bool) -> BTreeSet<DimensionId> {
        let mut changed = BTreeSet::new();
        if let Some(parent) = self.schema().dimension(subset).and_then(|def| def.parent) {
            let items = self.items(parent).subset(chosen);
            self.set_items(subset, Arc::new(items));
            changed.insert(subset);
            self.follow(subset, &mut changed);
        }
        changed
    }

    fn put_in_order(&mut self, dimension: DimensionId, changed: &mut BTreeSet<DimensionId>) {
        let Some(by) = self.schema().dimension(dimension).and_then(|def| def.order) else { return };
        let items = self.items(dimension);
        let Some(values) = items.property(by.property) else { return };
        let mut order = items.order().to_vec();
        order.sort_unstable();
        let held = match values.ty() {
            Type::Item(of) => self.items(of),
            _ => Arc::clone(&items),
        };
        sort_by(&mut order, values, by.descending, |item| held.position(item));
        if order != items.order() {
            let mut edit = items.edit();
            edit.set_order(order);
            self.set_items(dimension, Arc::new(edit.finish()));
            changed.insert(dimension);
        }
    }

    fn follow(&mut self, dimension: DimensionId, changed: &mut BTreeSet<DimensionId>) {
        let schema = Arc::clone(self.schema());
        for subset in schema.dimensions().filter(|def| def.parent == Some(dimension)) {
            let before = self.items(subset.id);
            let items = self.items(dimension).subset(|item| before.position(item).is_some());
            self.set_items(subset.id, Arc::new(items));
            changed.insert(subset.id);
            self.follow(subset.id, changed);
        }
        // No dimension's order depends on itself: that is refused where an order is given.
        let by_these = |def: &&Arc<smalt_model::DimensionDef>| {
            let of = def.order.and_then(|by| def.properties.get(usize::from(by.property))).map(|p| p.ty);
            def.id != dimension && of == Some(Type::Item(dimension))
        };
        for def in schema.dimensions().filter(by_these) {
            let mut again = BTreeSet::new();
            self.put_in_order(def.id, &mut again);
            if !again.is_empty() {
                changed.insert(def.id);
                self.follow(def.id, changed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use smalt_model::{DimensionDef, ItemOrder, PropertyDef, Value};

    use super::*;
    use crate::items::Items;

    const REGION: DimensionId = DimensionId(0);
    const STORE: DimensionId = DimensionId(1);
    const TOP: DimensionId = DimensionId(2);
    const FEW: DimensionId = DimensionId(3);

    fn sorted(values: &Vector, descending: bool) -> Vec<u32> {
        let mut order: Vec<u32> = (0..u32::try_from(values.len()).unwrap()).collect();
        sort_by(&mut order, values, descending, |item| Some(10 - item));
        order
    }

    #[test]
    fn blank_is_last_and_ties_keep_their_order_whichever_way() {
        let nan = f64::NAN;
        assert_eq!(sorted(&Vector::Number(vec![2.0, nan, -1.0, 2.0, 0.0, -0.0]), false), [2, 4, 5, 0, 3, 1]);
        assert_eq!(sorted(&Vector::Number(vec![2.0, nan, -1.0, 2.0, 0.0, -0.0]), true), [0, 3, 4, 5, 2, 1]);
        assert_eq!(sorted(&Vector::Date(vec![5, BLANK_DATE, 3]), true), [0, 2, 1]);
        assert_eq!(sorted(&Vector::Boolean(vec![BLANK_BOOLEAN, 1, 0, 1]), false), [2, 1, 3, 0]);
        let texts = ["b", "a", "Z"].map(|t| Some(Arc::from(t))).into_iter().chain([None]).collect();
        assert_eq!(sorted(&Vector::Text(texts), false), [2, 1, 0, 3], "by code point");
        assert_eq!(sorted(&Vector::Item(REGION, vec![1, 3, BLANK_ITEM, 3]), false), [1, 3, 0, 2], "by the place of the item");
    }

    /// Regions by rank, stores by region, a subset of the stores and one of that.
    fn model() -> Revision {
        let property = |name: &str, ty| PropertyDef { name: Arc::from(name), ty, formula: None };
        let mut revision = Revision::empty();
        let order = |property| Some(ItemOrder { property, descending: false });
        let region = vec![property("Name", Type::Text), property("Rank", Type::Integer)];
        let store = vec![property("Name", Type::Text), property("Region", Type::Item(REGION))];
        let defs = [
            DimensionDef { order: order(1), ..DimensionDef::new(REGION, "Region", region) },
            DimensionDef { order: order(1), ..DimensionDef::new(STORE, "Store", store.clone()) },
            DimensionDef { parent: Some(STORE), ..DimensionDef::new(TOP, "Top", store.clone()) },
            DimensionDef { parent: Some(TOP), ..DimensionDef::new(FEW, "Few", store) },
        ];
        for def in defs {
            let id = def.id;
            let mut edit = Items::empty(&def).edit();
            revision.schema_mut().put_dimension(def);
            for (name, value) in match id {
                REGION => vec![("r0", Value::Integer(2)), ("r1", Value::Integer(1))],
                STORE => [("s0", 0), ("s1", 1), ("s2", 0), ("s3", 1)].map(|(n, r)| (n, Value::Item(REGION, r))).to_vec(),
                _ => Vec::new(),
            } {
                let item = edit.add(name).unwrap();
                edit.set(item, 1, Some(&value));
            }
            revision.set_items(id, Arc::new(edit.finish()));
        }
        revision.arrange(REGION);
        revision.arrange(STORE);
        revision
    }

    #[test]
    fn orders_follow_one_another_and_subsets_follow_them() {
        let mut revision = model();
        assert_eq!((revision.items(REGION).order(), revision.items(STORE).order()), (&[1, 0][..], &[1, 3, 0, 2][..]));
        assert_eq!(revision.set_members(TOP, |item| item != 3), BTreeSet::from([TOP, FEW]));
        assert_eq!(revision.set_members(FEW, |item| item != 0), BTreeSet::from([FEW]));
        assert_eq!((revision.items(TOP).order(), revision.items(FEW).order()), (&[1, 0, 2][..], &[1, 2][..]));
        let mut edit = revision.items(REGION).edit();
        edit.set(1, 1, None);
        revision.set_items(REGION, Arc::new(edit.finish()));
        assert_eq!(revision.arrange(REGION), BTreeSet::from([REGION, STORE, TOP, FEW]));
        assert_eq!((revision.items(STORE).order(), revision.items(TOP).order()), (&[0, 2, 1, 3][..], &[0, 2, 1][..]));
        assert_eq!(revision.items(FEW).order(), [2, 1]);
        assert_eq!(revision.arrange(REGION), BTreeSet::new(), "all in line");
    }

    #[test]
    fn a_subset_has_the_ordinals_and_properties_of_its_members_only() {
        let mut revision = model();
        revision.set_members(TOP, |item| item == 2 || item == 9);
        let (store, top) = (revision.items(STORE), revision.items(TOP));
        assert_eq!((top.len(), top.capacity(), top.find("s2"), top.find("s0")), (1, store.capacity(), Some(2), None));
        assert_eq!((top.name(2), top.name(0), top.position(2), top.position(0)), (store.name(2), None, Some(0), None));
        assert_eq!((top.property(1).unwrap().get(2), top.property(1).unwrap().get(0)), (Some(Value::Item(REGION, 0)), None));
        assert!(!top.is_natural());
        revision.set_members(TOP, |_| true);
        assert_eq!(revision.items(TOP).order(), store.order());
    }
}
