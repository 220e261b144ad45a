//! Items by name for formulas: those that the one who saves the formula may see.

use smalt_formula::Items;
use smalt_model::DimensionId;
use smalt_planted::{Leak, planted};
use smalt_security::Access;
use smalt_vault::Revision;

use crate::near::similar;

/// The items of a revision through the eyes of a person.
#[derive(Debug)]
pub(crate) struct SeenItems<'a> {
    pub(crate) revision: &'a Revision,
    /// `None`: all items, for formulas that were saved before.
    pub(crate) access: Option<&'a Access>,
}

impl SeenItems<'_> {
    fn sees(&self, dimension: DimensionId, item: u32) -> bool {
        self.access.is_none_or(|access| access.items(dimension).allows(&[item]))
    }
}

impl Items for SeenItems<'_> {
    fn find(&self, dimension: DimensionId, name: &str) -> Option<u32> {
        let found = self.revision.items(dimension).find(name);
        // A formula that was saved before goes on naming a member that has left its subset since: it has the place that it has among all items.
        let left = || self.revision.items(self.revision.schema().whole(dimension)).find(name).filter(|_| self.access.is_none());
        found.or_else(left).filter(|item| self.sees(dimension, *item))
    }

    fn similar(&self, dimension: DimensionId, name: &str) -> Vec<String> {
        let items = self.revision.items(dimension);
        // By ordinal: the order of the items may tell of a property that is hidden.
        let seen = (0..items.capacity())
            .filter(|item| self.sees(dimension, *item) || planted(Leak::SuggestedItems))
            .filter_map(|item| items.name(item));
        similar(name, seen.map(AsRef::as_ref), 3).into_iter().map(str::to_owned).collect()
    }

    fn name(&self, dimension: DimensionId, item: u32) -> Option<String> {
        self.revision.items(dimension).name(item).map(|name| name.to_string())
    }
}
