//! Item order and subsets while a change is brought into order.

use std::collections::BTreeSet;
use std::sync::Arc;

use smalt_model::{DimensionDef, DimensionId, MetricDef, MetricId, PropertyDef, Value};
use smalt_vault::{Cells, Edits, Revision, Vector};

use crate::fault::{Done, Fault};
use crate::reads::Property;
use crate::settle::ensure_cells;
use crate::work::Work;

/// Brings orders and subsets into line with the items of some dimensions; gives what changed with them. The members stay.
pub(crate) fn arrange(work: &mut Work, dimensions: impl IntoIterator<Item = DimensionId>) -> BTreeSet<DimensionId> {
    dimensions.into_iter().flat_map(|dimension| work.draft.arrange(dimension)).collect()
}

/// Gives a subset the items for which its condition is TRUE; gives what changed with it: nothing where it has them already.
pub(crate) fn set_members(work: &mut Work, subset: &DimensionDef, condition: &Vector) -> Done<BTreeSet<DimensionId>> {
    let Some(parent) = subset.parent else { return Ok(BTreeSet::new()) };
    let (all, now) = (work.draft.items(parent), work.draft.items(subset.id));
    let chosen = |item: u32| condition.get(item as usize) == Some(Value::Boolean(true)) && all.position(item).is_some();
    if now.capacity() == all.capacity() && (0..all.capacity()).all(|item| chosen(item) == now.position(item).is_some()) {
        return Ok(BTreeSet::new());
    }
    let changed = work.draft.set_members(subset.id, chosen);
    keep_cells(work, &changed)?;
    Ok(changed)
}

/// Gives the subsets of a dimension the properties that it has, and shows them alike.
pub(crate) fn follow_properties(work: &mut Work, dimension: DimensionId) {
    let schema = Arc::clone(work.draft.schema());
    let Some(whole) = schema.dimension(dimension) else { return };
    for subset in schema.subsets(dimension) {
        let own = subset.properties.first().zip(whole.properties.first());
        let names = own.map(|(own, whole)| PropertyDef { name: Arc::clone(&whole.name), ..own.clone() });
        let others = whole.properties.iter().skip(1).map(|p| PropertyDef { formula: None, ..p.clone() });
        let properties = names.into_iter().chain(others).collect();
        let (display, fiscal_start) = (whole.display, whole.fiscal_start);
        let def = DimensionDef { properties, display, fiscal_start, ..DimensionDef::clone(subset) };
        work.draft.schema_mut().put_dimension(def);
        work.touched.dimensions.insert(subset.id);
    }
}

/// Takes out the values of computed properties; gives the dimensions that had some. The members of subsets stay: they are guarded by who may choose them.
pub(crate) fn forget_properties(revision: &mut Revision, properties: impl IntoIterator<Item = Property>) -> BTreeSet<DimensionId> {
    let mut changed = BTreeSet::new();
    for (dimension, property) in properties.into_iter().filter(|(_, property)| *property > 0) {
        let items = revision.items(dimension);
        let Some(values) = items.property(property).filter(|values| (0..values.len()).any(|item| values.get(item).is_some())) else {
            continue;
        };
        let blank = Vector::blank(values.ty(), values.len());
        let mut edit = items.edit();
        edit.set_column(property, blank);
        revision.set_items(dimension, Arc::new(edit.finish()));
        changed.insert(dimension);
    }
    changed
}

/// The input at items that have left a subset is kept aside, and is back where they have come back.
pub(crate) fn keep_cells(work: &mut Work, changed: &BTreeSet<DimensionId>) -> Done {
    let schema = Arc::clone(work.draft.schema());
    let subsets: BTreeSet<DimensionId> =
        changed.iter().copied().filter(|d| schema.dimension(*d).is_some_and(|def| def.parent.is_some())).collect();
    for metric in schema.metrics().filter(|m| m.dimensions.iter().any(|d| subsets.contains(d))) {
        ensure_cells(&mut work.draft, metric).map_err(|_| Fault::new("a metric by a subset would be too wide"))?;
        if metric.formula.is_none() {
            keep_cells_of(work, metric, metric.id)?;
        }
        keep_cells_of(work, metric, metric.id.input())?;
    }
    Ok(())
}

/// `id`: the metric's own, or that of its input.
fn keep_cells_of(work: &mut Work, metric: &MetricDef, id: MetricId) -> Done {
    let Some(cells) = work.draft.cells(id) else { return Ok(()) };
    let aside = match work.draft.parked(id) {
        Some(aside) => aside.relayout(cells.layout()),
        None => None,
    };
    let aside = aside.unwrap_or_else(|| Cells::empty(Arc::clone(cells.layout()), metric.ty));
    let items: Vec<_> = metric.dimensions.iter().map(|d| work.draft.items(*d)).collect();
    let there = |key: u128| cells.layout().unpack(key).iter().zip(&items).all(|(item, of)| of.position(*item).is_some());
    let (mut own, mut kept) = (Edits::new(metric.ty), Edits::new(metric.ty));
    let mut moved = |from: &Cells, present: bool| {
        let (keys, values) = from.entries();
        for (at, key) in keys.into_iter().enumerate().filter(|(_, key)| there(*key) != present) {
            let value = values.get(at);
            let (gains, loses) = if present { (&mut kept, &mut own) } else { (&mut own, &mut kept) };
            gains.push(key, value.as_ref());
            loses.push(key, None);
        }
    };
    moved(&cells, true);
    moved(&aside, false);
    if own.is_empty() {
        return Ok(());
    }
    let twice = |_| Fault::new("a cell stands twice in what is kept of a subset");
    let (own, kept) = (cells.apply(own).map_err(twice)?, aside.apply(kept).map_err(twice)?);
    work.draft.set_cells(id, Arc::new(own));
    work.draft.set_parked(id, Arc::new(kept));
    work.touched.metrics.insert(id);
    Ok(())
}
