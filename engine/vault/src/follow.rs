//! A scenario's state brought into line with what all scenarios share.

use std::sync::Arc;

use roaring::RoaringBitmap;
use smalt_model::{MetricId, Schema};

use crate::items::Items;
use crate::remove::Removed;
use crate::revision::Revision;

impl Revision {
    /// Takes over from `shared`, the state of another scenario, what all scenarios have in common: items and list rows, and the definitions
    /// as `schema` has them. Cells stay this scenario's own, but for those of metrics and items that are there no more. Gives the metrics
    /// that lost cells.
    pub fn follow_shared(&mut self, shared: &Revision, schema: Arc<Schema>) -> Vec<MetricId> {
        let mut removed = Removed::default();
        self.set_schema(schema);
        let schema = Arc::clone(self.schema());
        for metric in self.kept().into_iter().filter(|metric| schema.metric(*metric).is_none()) {
            self.forget(metric);
        }
        for def in schema.dimensions() {
            let (before, now) = (self.items(def.id), shared.items(def.id));
            if before.stamp() == now.stamp() {
                continue;
            }
            let gone = gone(&before, &now);
            // Input at items that left a subset is set aside by whoever calls this.
            if def.parent.is_none() && !gone.is_empty() {
                self.remove_cells(def.id, &gone, &mut removed);
            }
            self.set_items(def.id, now);
        }
        for def in schema.lists() {
            match shared.rows(def.id) {
                Some(rows) => self.set_rows(def.id, rows),
                None => drop(self.take_rows(def.id)),
            }
        }
        removed.metrics.into_iter().collect()
    }

    /// Takes over the cells of a metric that no scenario branches; gives whether that changed something.
    pub fn share_cells(&mut self, shared: &Revision, metric: MetricId) -> bool {
        let stamp = |revision: &Revision| revision.cells(metric).map(|cells| cells.stamp());
        if stamp(self) == stamp(shared) {
            return false;
        }
        match shared.cells(metric) {
            Some(cells) => self.set_cells(metric, cells),
            None => self.forget(metric),
        }
        match shared.parked(metric) {
            Some(parked) => self.set_parked(metric, parked),
            None => self.drop_parked(metric),
        }
        true
    }
}

impl Revision {
    /// This state again, after `now`: ids and ordinals that were given since stay given. Cells keep their layouts.
    pub fn again_after(&self, now: &Revision) -> Revision {
        let mut again = self.clone();
        again.schema_mut().keep_ids_of(now.schema());
        let schema = Arc::clone(again.schema());
        for def in schema.dimensions() {
            let capacity = now.items(def.id).capacity();
            let items = again.items(def.id);
            if items.capacity() < capacity {
                again.set_items(def.id, Arc::new(items.with_room_for(capacity)));
            }
        }
        again
    }
}

/// The items that were there before and are not now.
fn gone(before: &Items, now: &Items) -> RoaringBitmap {
    before.order().iter().copied().filter(|item| now.position(*item).is_none()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use smalt_model::{DimensionDef, DimensionId, MetricDef, PropertyDef, Type, Value};

    use super::*;
    use crate::{Cells, Edits};

    const STORE: DimensionId = DimensionId(0);
    const SALES: MetricId = MetricId(0);
    const COST: MetricId = MetricId(1);

    fn revision() -> Revision {
        let mut revision = Revision::empty();
        let def = DimensionDef::new(STORE, "Store", vec![PropertyDef { name: Arc::from("Name"), ty: Type::Text, formula: None }]);
        let mut items = Items::empty(&def).edit();
        for name in ["a", "b", "c"] {
            items.add(name).unwrap();
        }
        revision.schema_mut().put_dimension(def);
        revision.set_items(STORE, Arc::new(items.finish()));
        for (id, name) in [(SALES, "Sales"), (COST, "Cost")] {
            let def = MetricDef { id, name: Arc::from(name), ty: Type::Number, dimensions: vec![STORE], formula: None };
            revision.schema_mut().put_metric(def);
            let layout = revision.layout_for(&[STORE]).unwrap();
            let mut edits = Edits::new(Type::Number);
            (0u32..3).for_each(|item| edits.push(layout.pack(&[item]), Some(&Value::Number(f64::from(item) + 1.0))));
            revision.set_cells(id, Arc::new(Cells::empty(layout, Type::Number).apply(edits).unwrap()));
        }
        revision
    }

    #[test]
    fn cells_stay_but_those_of_what_is_gone() {
        let mut branch = revision();
        branch.set_input_apart(SALES);
        let mut shared = branch.clone();
        shared.remove_items(STORE, &RoaringBitmap::from_iter([1]));
        shared.remove(smalt_model::Block::Metric(COST));
        let schema = Arc::clone(shared.schema());
        let lost = branch.follow_shared(&shared, schema);
        assert_eq!(lost, [SALES, SALES.input()]);
        assert!(branch.cells(COST).is_none());
        assert_eq!(branch.items(STORE).stamp(), shared.items(STORE).stamp());
        let cells = branch.cells(SALES.input()).unwrap();
        assert_eq!((cells.len(), cells.get(&[0]), cells.get(&[1])), (2, Some(Value::Number(1.0)), None));
        assert!(branch.follow_shared(&shared, Arc::clone(shared.schema())).is_empty(), "nothing more to do");
    }

    #[test]
    fn what_no_scenario_branches_is_taken_over_once() {
        let (mut branch, shared) = (revision(), revision());
        assert!(branch.share_cells(&shared, SALES));
        assert!(!branch.share_cells(&shared, SALES));
        assert_eq!(branch.cells(SALES).unwrap().stamp(), shared.cells(SALES).unwrap().stamp());
    }

    #[test]
    fn input_set_apart_comes_back() {
        let mut branch = revision();
        let input = branch.cells(SALES).unwrap().stamp();
        branch.set_input_apart(SALES);
        let computed = Cells::empty(branch.layout_for(&[STORE]).unwrap(), Type::Number);
        branch.set_cells(SALES, Arc::new(computed));
        assert_eq!(branch.inputs().collect::<Vec<_>>(), [SALES.input()]);
        assert_eq!(branch.cells(SALES.input()).unwrap().stamp(), input);
        branch.take_input_back(SALES);
        assert_eq!((branch.cells(SALES).unwrap().stamp(), branch.inputs().count()), (input, 0));
    }
}
