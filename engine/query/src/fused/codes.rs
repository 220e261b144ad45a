//! Numbers for the groups of an axis: by the item, or by what stands at the end of a path.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, UInt32Array};
use datafusion::arrow::compute::{SortOptions, take};
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::common::{Result, exec_err};
use smalt_model::DimensionId;
use smalt_vault::{BLANK_ITEM, MaskedView, NO_GROUP, Vector};

use crate::source::Field;
use crate::table::{Computed, Lookup, Values};

/// The groups of one column of GROUP BY.
pub(super) struct Codes {
    /// From the item of the axis to the number of its group.
    pub(super) by_item: Arc<[u32]>,
    /// What each group is called, by number.
    pub(super) names: ArrayRef,
}

/// What one column of GROUP BY is.
#[derive(Clone, Debug)]
pub(super) enum Group {
    /// A column of the table, by its place in [`Shared::fields`](crate::table::Shared::fields).
    Field(usize),
    /// What an expression makes of some of the same axis.
    Computed(Computed),
}

/// Numbers the groups of items by what was computed for them, ascending; NULL is the last.
pub(super) fn codes_of(values: &Values, capacity: u32) -> Result<Codes> {
    let ranks = ranks(&values.values)?;
    let mut by_item = vec![NO_GROUP; capacity as usize];
    let mut examples = vec![0; ranks.iter().max().map_or(0, |last| *last as usize + 1)];
    for (at, (item, rank)) in (0u32..).zip(values.items.iter().zip(&ranks)) {
        by_item.iter_mut().skip(*item as usize).take(1).for_each(|slot| *slot = *rank);
        examples.iter_mut().skip(*rank as usize).take(1).for_each(|slot| *slot = at);
    }
    Ok(Codes { by_item: by_item.into(), names: take(&values.values, &UInt32Array::from(examples), None)? })
}

/// Numbers groups in item order where they are items, ascending where they are values; BLANK is the last.
pub(super) fn codes(view: &MaskedView, dimension: DimensionId, field: &Field) -> Result<Codes> {
    let start = view.items(dimension);
    let by_item = Lookup::new(view).by_item(dimension, field)?;
    let mut keys = vec![None; start.capacity() as usize];
    match field {
        Field::Path { properties, .. } => {
            let ends = view.path(dimension, properties);
            match ends.as_ref() {
                Vector::Item(end, items) => {
                    let end = view.items(*end);
                    let place = |item: u32| if item == BLANK_ITEM { u32::MAX } else { end.position(item).unwrap_or(u32::MAX) };
                    set(&mut keys, start.order(), |item| items.get(item).map(|end| place(*end)));
                }
                _ => {
                    let ranks = ranks(&by_item)?;
                    set(&mut keys, start.order(), |item| ranks.get(item).copied());
                }
            }
        }
        Field::Position { .. } => {
            let ranks = ranks(&by_item)?;
            set(&mut keys, start.order(), |item| ranks.get(item).copied());
        }
        Field::Value | Field::Column(_) | Field::Row | Field::Scenario => return exec_err!("groups are of items"),
    }
    number(&keys, start.order(), &by_item)
}

fn set(keys: &mut [Option<u32>], order: &[u32], key: impl Fn(usize) -> Option<u32>) {
    for item in order {
        let at = *item as usize;
        if let Some(slot) = keys.get_mut(at) {
            *slot = key(at);
        }
    }
}

/// Equal values to equal ranks, ascending, NULL last.
fn ranks(values: &ArrayRef) -> Result<Vec<u32>> {
    let options = SortOptions { descending: false, nulls_first: false };
    let converter = RowConverter::new(vec![SortField::new_with_options(values.data_type().clone(), options)])?;
    let rows = converter.convert_columns(std::slice::from_ref(values))?;
    let mut order: Vec<usize> = (0..rows.num_rows()).collect();
    order.sort_unstable_by_key(|i| rows.row(*i));
    let mut ranks = vec![0; rows.num_rows()];
    let mut rank = 0;
    let mut before = None;
    for i in order {
        let row = rows.row(i);
        if before.is_some_and(|b| b != row) {
            rank += 1;
        }
        before = Some(row);
        if let Some(slot) = ranks.get_mut(i) {
            *slot = rank;
        }
    }
    Ok(ranks)
}

/// Numbers the keys that visible items have, in their order.
fn number(keys: &[Option<u32>], order: &[u32], by_item: &ArrayRef) -> Result<Codes> {
    let key = |item: u32| keys.get(item as usize).copied().flatten();
    let mut used: HashMap<u32, u32> = HashMap::new();
    for item in order {
        if let Some(key) = key(*item) {
            used.entry(key).or_insert(*item);
        }
    }
    let mut sorted: Vec<(u32, u32)> = used.into_iter().collect();
    sorted.sort_unstable();
    let numbers: HashMap<u32, u32> = (0u32..).zip(&sorted).map(|(n, (key, _))| (*key, n)).collect();
    let codes = keys.iter().map(|k| k.and_then(|k| numbers.get(&k).copied()).unwrap_or(NO_GROUP)).collect();
    let examples: UInt32Array = sorted.iter().map(|(_, item)| Some(*item)).collect();
    Ok(Codes { by_item: codes, names: take(by_item, &examples, None)? })
}
