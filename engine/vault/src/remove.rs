//! Items that are taken out, and all that named them.

use std::collections::BTreeSet;
use std::sync::Arc;

use roaring::RoaringBitmap;
use smalt_model::{DimensionId, ListId, MetricId, Type};

use crate::cells::{Body, Builder, Cells, Field, Key};
use crate::revision::Revision;
use crate::vector::{BLANK_ITEM, Vector};

/// What changed with items that were taken out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Metrics that lost cells.
    pub metrics: BTreeSet<MetricId>,
    /// Dimensions whose items or properties changed: the one of the items is among them.
    pub dimensions: BTreeSet<DimensionId>,
    /// Lists with columns that are BLANK now where they named one.
    pub lists: BTreeSet<ListId>,
    /// The input cells that went.
    pub cells: u64,
    /// The properties and the columns of list rows that are BLANK now.
    pub references: u64,
}

impl Revision {
    /// Takes items out of a dimension that is no subset, with the cells that they key and those that hold them. A property that held one,
    /// or a column of a list's row, is BLANK from then on; the row stays.
    pub fn remove_items(&mut self, dimension: DimensionId, gone: &RoaringBitmap) -> Removed {
        let mut removed = Removed::default();
        self.remove_cells(dimension, gone, &mut removed);
        let mut edit = self.items(dimension).edit();
        edit.remove_all(gone);
        self.set_items(dimension, Arc::new(edit.finish()));
        removed.dimensions.insert(dimension);
        // After the items: what one of them held is none of the references that are left.
        self.blank_properties(dimension, gone, &mut removed);
        self.blank_columns(dimension, gone, &mut removed);
        let changed: Vec<DimensionId> = removed.dimensions.iter().copied().collect();
        for dimension in changed {
            removed.dimensions.extend(self.arrange(dimension));
        }
        removed
    }

    pub(crate) fn remove_cells(&mut self, dimension: DimensionId, gone: &RoaringBitmap, removed: &mut Removed) {
        let schema = Arc::clone(self.schema());
        for def in schema.metrics() {
            let keys: Vec<DimensionId> = def.dimensions.iter().copied().filter(|d| schema.whole(*d) == dimension).collect();
            if keys.is_empty() && def.ty != Type::Item(dimension) {
                continue;
            }
            for id in [def.id, def.id.input()] {
                if let Some(cells) = self.cells(id)
                    && let Some(kept) = cells.without(&keys, dimension, gone)
                {
                    if def.formula.is_none() || id.is_input() {
                        removed.cells += cells.len().saturating_sub(kept.len());
                    }
                    self.set_cells(id, Arc::new(kept));
                    removed.metrics.insert(id);
                }
            }
            if let Some(kept) = self.parked(def.id).and_then(|parked| parked.without(&keys, dimension, gone)) {
                self.set_parked(def.id, Arc::new(kept));
            }
        }
    }

    fn blank_properties(&mut self, dimension: DimensionId, gone: &RoaringBitmap, removed: &mut Removed) {
        let schema = Arc::clone(self.schema());
        // The properties of a subset are copies.
        for def in schema.dimensions().filter(|def| def.parent.is_none()) {
            let items = self.items(def.id);
            let mut edit = None;
            for (property, of) in (0u16..).zip(&def.properties).filter(|(_, p)| p.ty == Type::Item(dimension)) {
                let Some((values, count)) = items.property(property).and_then(|values| without(values, gone)) else { continue };
                edit.get_or_insert_with(|| items.edit()).set_column(property, values);
                if of.formula.is_none() {
                    removed.references += count;
                }
            }
            if let Some(edit) = edit {
                self.set_items(def.id, Arc::new(edit.finish()));
                removed.dimensions.insert(def.id);
            }
        }
    }

    fn blank_columns(&mut self, dimension: DimensionId, gone: &RoaringBitmap, removed: &mut Removed) {
        let schema = Arc::clone(self.schema());
        for def in schema.lists() {
            let Some(rows) = self.rows(def.id) else { continue };
            let mut changed = None;
            for (column, _) in (0u16..).zip(&def.columns).filter(|(_, c)| c.ty == Type::Item(dimension)) {
                let Some((values, count)) = rows.column(column).and_then(|values| without(values, gone)) else { continue };
                changed.get_or_insert_with(|| rows.as_ref().clone()).set_column(column, values);
                removed.references += count;
            }
            if let Some(rows) = changed {
                self.set_rows(def.id, Arc::new(rows));
                removed.lists.insert(def.id);
            }
        }
    }
}

/// A column of items with BLANK in place of some, and how many these were; `None` where it holds none of them.
fn without(values: &Vector, gone: &RoaringBitmap) -> Option<(Vector, u64)> {
    let Vector::Item(dimension, items) = values else { return None };
    let count = items.iter().filter(|item| gone.contains(**item)).count();
    let kept = || items.iter().map(|item| if gone.contains(*item) { BLANK_ITEM } else { *item }).collect();
    (count > 0).then(|| (Vector::Item(*dimension, kept()), count as u64))
}

impl Cells {
    /// These cells without those that are keyed by some items at one of `keys`, or hold one of them; `None` where none is.
    pub(crate) fn without(&self, keys: &[DimensionId], dimension: DimensionId, gone: &RoaringBitmap) -> Option<Cells> {
        fn kept<K: Key>(body: &Body<K>, fields: &[Field], holds: bool, gone: &RoaringBitmap) -> Option<Body<K>> {
            let mut builder = Builder::new(Arc::clone(body.layout()), body.ty());
            let mut lost = false;
            for chunk in (0..body.block_count()).filter_map(|block| body.chunk(block)) {
                let (keys, values) = (chunk.keys.decode(), chunk.column.to_vector());
                let held = |at: usize| match &values {
                    Vector::Item(_, items) if holds => items.get(at).is_some_and(|item| gone.contains(*item)),
                    _ => false,
                };
                let stays = |at: usize, key: &K| !fields.iter().any(|field| gone.contains(key.get(*field))) && !held(at);
                let places: Vec<usize> = keys.iter().enumerate().filter(|(at, key)| stays(*at, key)).map(|(at, _)| at).collect();
                if places.len() == keys.len() {
                    builder.push_plain(keys, values);
                    continue;
                }
                lost = true;
                if !places.is_empty() {
                    builder.push_plain(places.iter().filter_map(|at| keys.get(*at).copied()).collect(), values.take(&places));
                }
            }
            lost.then(|| builder.finish())
        }
        let fields: Vec<Field> = keys.iter().filter_map(|d| self.layout().field(*d)).collect();
        let holds = self.ty() == Type::Item(dimension);
        match (self.narrow(), self.wide()) {
            (Some(body), _) => kept(body, &fields, holds, gone).map(Cells::from),
            (None, Some(body)) => kept(body, &fields, holds, gone).map(Cells::from),
            (None, None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use smalt_model::{ColumnDef, DimensionDef, ListDef, MetricDef, PropertyDef, Value};

    use super::*;
    use crate::items::Items;
    use crate::rows::Rows;
    use crate::{Edits, Layout};

    const STORE: DimensionId = DimensionId(0);
    const TOP: DimensionId = DimensionId(1);
    const CITY: DimensionId = DimensionId(2);

    /// Four stores, the first of them the parent of the others and all of them in a subset; two cities with a flagship; a metric by store, one
    /// by subset and city, one that holds stores, and a list.
    fn model() -> Revision {
        let property = |name: &str, ty| PropertyDef { name: Arc::from(name), ty, formula: None };
        let mut revision = Revision::empty();
        let store = vec![property("Name", Type::Text), property("Parent", Type::Item(STORE))];
        let city = vec![property("Name", Type::Text), property("Flagship", Type::Item(STORE))];
        let defs = [
            DimensionDef::new(STORE, "Store", store.clone()),
            DimensionDef { parent: Some(STORE), ..DimensionDef::new(TOP, "Top", store) },
            DimensionDef::new(CITY, "City", city),
        ];
        for def in defs {
            let mut edit = Items::empty(&def).edit();
            let (names, held): (&[&str], u32) = match def.id {
                STORE => (&["s0", "s1", "s2", "s3"], 0),
                CITY => (&["c0", "c1"], 1),
                _ => (&[], 0),
            };
            for (place, name) in (0u32..).zip(names) {
                let item = edit.add(name).unwrap();
                edit.set(item, 1, (def.id == CITY || place > 0).then_some(&Value::Item(STORE, held + place % 2)));
            }
            let id = def.id;
            revision.schema_mut().put_dimension(def);
            revision.set_items(id, Arc::new(edit.finish()));
        }
        revision.set_members(TOP, |_| true);
        let metrics = [
            (MetricId(0), Type::Number, vec![STORE]),
            (MetricId(1), Type::Integer, vec![CITY, TOP]),
            (MetricId(2), Type::Item(STORE), vec![CITY]),
        ];
        for (id, ty, dimensions) in metrics {
            let sizes: Vec<_> = dimensions.iter().map(|d| (*d, revision.items(*d).capacity())).collect();
            let layout = Arc::new(Layout::new(&sizes).unwrap());
            let mut edits = Edits::new(ty);
            let width = if dimensions.contains(&CITY) { 2u32 } else { 4 };
            for first in 0..width {
                for second in 0..if dimensions.len() > 1 { 4u32 } else { 1 } {
                    let items = [first, second];
                    let key: u128 = layout.pack(&items[..dimensions.len()]);
                    let value = match ty {
                        Type::Item(_) => Value::Item(STORE, first + 2),
                        Type::Integer => Value::Integer(7),
                        _ => Value::Number(1.0),
                    };
                    edits.push(key, Some(&value));
                }
            }
            revision.set_cells(id, Arc::new(Cells::empty(layout, ty).apply(edits).unwrap()));
            revision.schema_mut().put_metric(MetricDef { id, name: Arc::from(format!("m{}", id.0)), ty, dimensions, formula: None });
        }
        let columns = [("Store", Type::Item(STORE)), ("Amount", Type::Number)];
        let columns = columns.map(|(name, ty)| ColumnDef { name: Arc::from(name), ty }).to_vec();
        let list = ListDef { id: ListId(0), name: Arc::from("l"), columns };
        let rows = vec![Vector::Item(STORE, vec![2, 0, 2, BLANK_ITEM]), Vector::Number(vec![1.0, 2.0, 3.0, 4.0])];
        revision.set_rows(ListId(0), Arc::new(Rows::empty(&list).append(rows)));
        revision.schema_mut().put_list(list);
        revision
    }

    #[test]
    fn items_go_with_all_that_named_them() {
        let mut revision = model();
        let removed = revision.remove_items(STORE, &RoaringBitmap::from_iter([0, 2]));
        assert_eq!((removed.metrics.len(), removed.lists.len()), (3, 1));
        assert_eq!(removed.dimensions, BTreeSet::from([STORE, TOP, CITY]));
        // Two cells by store, four of eight by city and subset, one that holds s2; the flagship of c1, and three rows.
        assert_eq!((removed.cells, removed.references), (2 + 4 + 1, 1 + 3));
        assert_eq!((revision.items(STORE).order(), revision.items(TOP).order()), (&[1, 3][..], &[1, 3][..]));
        assert_eq!((revision.items(STORE).find("s2"), revision.items(STORE).capacity()), (None, 4));
        let parents = revision.items(STORE).property(1).map(Arc::clone).unwrap();
        assert_eq!((parents.get(1), parents.get(3)), (Some(Value::Item(STORE, 1)), Some(Value::Item(STORE, 1))));
        let cells = |metric| revision.cells(MetricId(metric)).unwrap();
        assert_eq!((cells(0).len(), cells(0).get(&[1]), cells(0).get(&[2])), (2, Some(Value::Number(1.0)), None));
        assert_eq!((cells(1).len(), cells(1).get(&[1, 3]), cells(1).get(&[1, 2])), (4, Some(Value::Integer(7)), None));
        assert_eq!((cells(2).get(&[0]), cells(2).get(&[1])), (None, Some(Value::Item(STORE, 3))));
        let rows = revision.rows(ListId(0)).unwrap();
        assert_eq!(rows.column(0).unwrap().as_ref(), &Vector::Item(STORE, vec![BLANK_ITEM; 4]));
        assert_eq!((rows.len(), rows.column(1).unwrap().get(2)), (4, Some(Value::Number(3.0))));
    }

    #[test]
    fn what_names_none_of_them_is_left_as_it_is() {
        let mut revision = model();
        let before = revision.clone();
        let removed = revision.remove_items(CITY, &RoaringBitmap::from_iter([1]));
        assert_eq!((removed.metrics, removed.dimensions), (BTreeSet::from([MetricId(1), MetricId(2)]), BTreeSet::from([CITY])));
        assert_eq!((removed.cells, removed.references), (4 + 1, 0));
        assert_eq!(revision.cells(MetricId(0)).unwrap().stamp(), before.cells(MetricId(0)).unwrap().stamp());
        assert_eq!(before.items(CITY).len(), 2, "the revision before is not touched");
    }
}
