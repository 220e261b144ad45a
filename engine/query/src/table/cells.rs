//! The visible cells that a scan is about, added up where they are.

use datafusion::common::{Result, exec_err};
use roaring::RoaringBitmap;
use smalt_model::DimensionId;
use smalt_vault::{GroupAxis, Groups, NO_GROUP, Wanted};

use super::Shared;
use super::exec::ItemSet;
use crate::source::Source;

/// The visible cells of a metric at the items of all sets.
#[derive(Clone, Copy)]
pub(crate) struct Cells<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) sets: &'a [ItemSet],
}

impl Cells<'_> {
    /// The groups of those at the items of `only` too.
    pub(crate) fn groups(&self, axes: &[GroupAxis], only: &[(usize, RoaringBitmap)], wanted: Wanted) -> Result<Groups> {
        let Source::Metric(def) = &self.shared.source else { return exec_err!("groups are of a metric's cells") };
        let sets = self.sets.iter().map(|(axis, items)| (usize::from(*axis), items.as_ref().clone()));
        let filter: Vec<(usize, RoaringBitmap)> = sets.chain(only.iter().cloned()).collect();
        match self.shared.view.metric(def.id) {
            None => Ok(Groups::default()),
            Some(metric) => match metric.aggregate(axes, &filter, wanted) {
                Some(groups) => Ok(groups),
                None => exec_err!("these cells cannot be added up"),
            },
        }
    }

    /// The items of an axis that a cell is at.
    pub(crate) fn items(&self, position: usize, dimension: DimensionId) -> Result<RoaringBitmap> {
        let items = self.shared.view.items(dimension);
        let mut codes = vec![NO_GROUP; items.capacity() as usize];
        for (code, item) in (0u32..).zip(items.order()) {
            codes.iter_mut().skip(*item as usize).take(1).for_each(|slot| *slot = code);
        }
        let groups = u32::try_from(items.order().len()).unwrap_or(u32::MAX);
        let axis = GroupAxis { position, codes: codes.into(), groups };
        let met = self.groups(&[axis], &[], Wanted { count: true, ..Wanted::default() })?;
        Ok(met.codes.iter().flatten().filter_map(|code| items.order().get(*code as usize).copied()).collect())
    }
}
