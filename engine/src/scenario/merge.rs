//! Merging by cell: what one scenario has changed since a common state, put into another.
//!
//! Three states are compared: what both were made from, the source and the target. A cell that only the source has changed is taken over, one
//! that both have changed to different values is a conflict. Only cells that the person may read on both sides and write in the target take part:
//! about the others nothing is done and nothing is said, and they count as not merged yet. A value that is an item which the person may not see is
//! BLANK to them here as it is everywhere: whether it is there decides nothing that they are told.

use std::collections::BTreeSet;
use std::sync::Arc;

use smalt_model::{MetricDef, Type, Value};
use smalt_security::{Access, Mask};
use smalt_vault::{BLANK_ITEM, Cells, Edits, Layout, Revision, Vector};

use crate::calc::{Watch, go_on};
use crate::fault::{Done, Fault};

/// Cells between two looks at the time.
const GLANCE: usize = 65_536;

/// One side of a merge as one person may see it.
pub(crate) struct Seen<'a> {
    pub(crate) revision: &'a Revision,
    pub(crate) access: &'a Access,
}

/// A cell that both sides have changed, to different values.
#[derive(Clone, Debug)]
pub(crate) struct Clash {
    pub(crate) metric: Arc<MetricDef>,
    /// The items, by the metric's dimensions.
    pub(crate) items: Vec<u32>,
    pub(crate) before: Option<Value>,
    pub(crate) source: Option<Value>,
    pub(crate) target: Option<Value>,
}

/// What a merge comes to for one metric.
#[derive(Debug)]
pub(crate) struct MetricMerge {
    pub(crate) metric: Arc<MetricDef>,
    layout: Arc<Layout>,
    /// The cells that the source alone has changed, with its values.
    taken: Vec<(u128, Option<Value>)>,
    /// Those that both have changed to the same.
    alike: Vec<(u128, Option<Value>)>,
    /// Where both sides differ, the source's value there, and what is told of it.
    clashes: Vec<(u128, Option<Value>, Clash)>,
}

impl MetricMerge {
    pub(crate) fn clashes(&self) -> impl Iterator<Item = &Clash> {
        self.clashes.iter().map(|(.., clash)| clash)
    }

    /// How many cells of the target change.
    pub(crate) fn count(&self, theirs: bool) -> u64 {
        (self.taken.len() + if theirs { self.clashes.len() } else { 0 }) as u64
    }

    /// The target's cells after the merge.
    pub(crate) fn apply(&self, cells: &Cells, theirs: bool) -> Done<Cells> {
        let clashes = self.clashes.iter().filter(|_| theirs).map(|(key, value, _)| (*key, value.clone()));
        edited(cells, self.metric.ty, self.taken.iter().cloned().chain(clashes))
    }

    /// The common state's cells, with what the source has changed and this merge has dealt with: from now on that is common.
    pub(crate) fn common(&self, before: Option<Arc<Cells>>) -> Done<Cells> {
        let empty = || Cells::empty(Arc::clone(&self.layout), self.metric.ty);
        let cells = before.and_then(|cells| cells.relayout(&self.layout)).unwrap_or_else(empty);
        let clashes = self.clashes.iter().map(|(key, value, _)| (*key, value.clone()));
        edited(&cells, self.metric.ty, self.taken.iter().chain(&self.alike).cloned().chain(clashes))
    }
}

fn edited(cells: &Cells, ty: Type, values: impl Iterator<Item = (u128, Option<Value>)>) -> Done<Cells> {
    let mut edits = Edits::new(ty);
    values.for_each(|(key, value)| edits.push(key, value.as_ref()));
    cells.apply(edits).map_err(|_| Fault::new("a cell stands twice in a merge"))
}

/// The state before a merge: of both sides, and the one whose input the target has had.
pub(crate) struct Before {
    pub(crate) common: Arc<Revision>,
    pub(crate) kept: Arc<Revision>,
}

/// What merging a metric comes to. What only the target computes is merged into its input.
pub(crate) fn compare(
    metric: &Arc<MetricDef>,
    before: &Before,
    source: &Seen<'_>,
    target: &Seen<'_>,
    watch: &Watch,
) -> Done<Option<MetricMerge>> {
    go_on(watch)?;
    let Ok(layout) = target.revision.layout_for(&metric.dimensions) else { return Ok(None) };
    let layout = Arc::clone(&layout);
    let in_layout = |cells: Option<Arc<Cells>>| -> Arc<Cells> {
        match cells {
            Some(cells) if *cells.layout() == layout => cells,
            Some(cells) => Arc::new(cells.relayout(&layout).unwrap_or_else(|| Cells::empty(Arc::clone(&layout), metric.ty))),
            None => Arc::new(Cells::empty(Arc::clone(&layout), metric.ty)),
        }
    };
    let before_cells = in_layout(before.common.cells(metric.id));
    let source_cells = in_layout(source.revision.cells(metric.id));
    // The source may have taken in what the target computes; whether the target's input has changed is seen by that input.
    let input = target.revision.cells(metric.id.input());
    let kept_cells = match &input {
        Some(_) => in_layout(before.kept.cells(metric.id.input()).or_else(|| before.kept.cells(metric.id))),
        None => Arc::clone(&before_cells),
    };
    let target_cells = in_layout(input.or_else(|| target.revision.cells(metric.id)));
    let changed = changed(&source_cells, &before_cells);
    if changed.is_empty() {
        return Ok(None);
    }
    let rights = Rights::of(metric, source.access, target.access);
    let keys: Vec<u128> = changed.into_iter().filter(|key| rights.allow(&layout.unpack(*key))).collect();
    let (source, own) = (source_cells.at(&keys), target_cells.at(&keys));
    let (seen, target) = (rights.seen(source.clone()), rights.seen(own.clone()));
    let (before, kept) = (rights.seen(before_cells.at(&keys)), rights.seen(kept_cells.at(&keys)));
    let mut merge =
        MetricMerge { metric: Arc::clone(metric), layout: Arc::clone(&layout), taken: Vec::new(), alike: Vec::new(), clashes: Vec::new() };
    for (at, key) in keys.into_iter().enumerate() {
        if at.is_multiple_of(GLANCE) {
            go_on(watch)?;
        }
        if seen.same_at(at, &before, at) {
            continue;
        }
        let theirs = source.get(at);
        if target.same_at(at, &seen, at) {
            // What only looks alike is not merged yet.
            merge.alike.extend(own.same_at(at, &source, at).then_some((key, theirs)));
        } else if target.same_at(at, &kept, at) {
            merge.taken.push((key, theirs));
        } else {
            let items = layout.unpack(key).to_vec();
            let clash = Clash { metric: Arc::clone(metric), items, before: before.get(at), source: seen.get(at), target: target.get(at) };
            merge.clashes.push((key, theirs, clash));
        }
    }
    Ok(Some(merge))
}

/// The coordinates at which two versions of cells under one layout differ.
fn changed(now: &Cells, before: &Cells) -> Vec<u128> {
    if let Some(changed) = now.changed_from(before, usize::MAX) {
        return changed;
    }
    // Too many for that: one by one.
    let ((keys, values), (old_keys, old_values)) = (now.entries(), before.entries());
    let all: BTreeSet<u128> = keys.iter().chain(&old_keys).copied().collect();
    let place = |keys: &[u128], key: &u128| keys.binary_search(key).ok();
    let differs = |key: &u128| match (place(&keys, key), place(&old_keys, key)) {
        (Some(a), Some(b)) => !values.same_at(a, &old_values, b),
        _ => true,
    };
    all.into_iter().filter(differs).collect()
}

/// What of a metric may take part.
struct Rights {
    masks: [Arc<Mask>; 2],
    /// The items that may be seen as values.
    held: Option<Arc<Mask>>,
}

impl Rights {
    fn of(metric: &MetricDef, source: &Access, target: &Access) -> Rights {
        let held = match metric.ty {
            Type::Item(_) => target.values(metric.id),
            _ => None,
        };
        // Who may write may read.
        Rights { masks: [source.reading(metric.id), target.writing(metric.id)], held }
    }

    fn allow(&self, items: &[u32]) -> bool {
        self.masks.iter().all(|mask| mask.allows(items))
    }

    /// Values as they are seen: BLANK for an item that is not.
    fn seen(&self, values: Vector) -> Vector {
        match (&self.held, values) {
            (Some(mask), Vector::Item(dimension, items)) => {
                let seen = |item: u32| if item == BLANK_ITEM || mask.allows(&[item]) { item } else { BLANK_ITEM };
                Vector::Item(dimension, items.into_iter().map(seen).collect())
            }
            (_, values) => values,
        }
    }
}
