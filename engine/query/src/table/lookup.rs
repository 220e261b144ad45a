//! Columns by item: what stands in a query's column for each item of an axis. Rows are made by picking from them.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array};
use datafusion::arrow::compute::take;
use datafusion::common::{Result, exec_err};
use smalt_model::DimensionId;
use smalt_vault::{BLANK_ITEM, MaskedView, Vector};

use super::array::{ordinals, texts, to_array};
use crate::source::Field;

/// About the bytes of a column by item, counted of what its reader may see: the hidden items have places in it as well, which nobody is told.
pub(crate) fn lookup_bytes(view: &MaskedView, dimension: DimensionId, field: &Field) -> usize {
    let items = view.items(dimension);
    let visible = items.order();
    let names = match field {
        Field::Path { properties, .. } if properties.is_empty() => {
            visible.iter().map(|item| items.name(*item).map_or(0, |name| name.len())).fold(0, usize::saturating_add)
        }
        _ => 0,
    };
    visible.len().saturating_mul(2 * size_of::<u128>()).saturating_add(names)
}

/// Makes columns by item; each is made of what the view shows, so that no hidden name is in a buffer.
pub(crate) struct Lookup<'a> {
    view: &'a MaskedView,
    names: HashMap<DimensionId, ArrayRef>,
}

impl<'a> Lookup<'a> {
    /// Over a view.
    pub(crate) fn new(view: &'a MaskedView) -> Lookup<'a> {
        Lookup { view, names: HashMap::new() }
    }

    /// The column by ordinal. A path's first step starts at `dimension`.
    pub(crate) fn by_item(&mut self, dimension: DimensionId, field: &Field) -> Result<ArrayRef> {
        match field {
            Field::Path { properties, .. } if properties.is_empty() => Ok(self.names(dimension)),
            Field::Path { properties, .. } => match self.view.path(dimension, properties).as_ref() {
                Vector::Item(end, items) => Ok(take(&self.names(*end), &ordinals(items), None)?),
                other => Ok(to_array(other)),
            },
            Field::Position { properties, .. } => {
                let path = self.view.path(dimension, properties);
                let Vector::Item(end, items) = path.as_ref() else { return exec_err!("a position is of items") };
                let end = self.view.items(*end);
                let place = |item: &u32| if *item == BLANK_ITEM { None } else { end.position(*item).map(i64::from) };
                let places: Vec<Option<i64>> = items.iter().map(place).collect();
                // A column without NULL where every path has an end; hidden items are in no row.
                let start = self.view.items(dimension);
                let full = start.order().iter().all(|item| places.get(*item as usize).is_some_and(Option::is_some));
                Ok(Arc::new(if full {
                    Int64Array::from(places.into_iter().map(Option::unwrap_or_default).collect::<Vec<i64>>())
                } else {
                    Int64Array::from(places)
                }))
            }
            Field::Value | Field::Column(_) | Field::Row | Field::Scenario => exec_err!("a value is not by item"),
        }
    }

    /// The names of visible items by ordinal; the places of others hold an empty text and are in no row.
    pub(crate) fn names(&mut self, dimension: DimensionId) -> ArrayRef {
        let view = self.view;
        let made = self.names.entry(dimension).or_insert_with(|| {
            let items = view.items(dimension);
            Arc::new(texts((0..items.capacity()).map(|item| Some(items.name(item).map_or("", |name| name.as_ref())))))
        });
        Arc::clone(made)
    }
}
