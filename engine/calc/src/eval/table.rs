//! A dense look-up by packed key: how a narrow operand is read at the cells of a wide one.

use std::sync::Arc;

use smalt_vault::{
    BLANK_BOOLEAN, BLANK_DATE, BLANK_DECIMAL, BLANK_INTEGER, BLANK_ITEM, BLANK_RIGHTS, Cells, Column, Layout, Projection, Vector,
};

use super::Site;
use crate::width::Width;

/// One value per packed key of a layout, BLANK where there is none.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) layout: Arc<Layout>,
    pub(crate) values: Vector,
    /// The keys at which the value was too large, ascending.
    pub(crate) spilled: Vec<u64>,
}

impl Table {
    /// The table of stored cells. The caller has checked that the layout is small.
    pub(crate) fn of_cells(cells: &Cells) -> Table {
        let layout = Arc::clone(cells.layout());
        let mut values = Vector::blank(cells.ty(), 1 << layout.bits());
        if let Some(body) = cells.narrow() {
            for chunk in (0..body.block_count()).filter_map(|i| body.chunk(i)) {
                scatter(&chunk.keys.decode(), &chunk.column, &mut values);
            }
        }
        Table { layout, values, spilled: Vec::new() }
    }

    /// The values at some places of a layout that has all dimensions of the table's.
    pub(crate) fn read<K: Width>(&self, projection: &Projection, site: &Site<'_, K>) -> Vector {
        fn pick<K: Width, T: Clone>(projection: &Projection, site: &Site<'_, K>, values: &[T], blank: T) -> Vec<T> {
            if let Some(words) = site.words() {
                return words.read(projection, values, &blank);
            }
            let indices: Vec<u64> = projection.apply_all(site.keys());
            indices.iter().map(|i| values.get(*i as usize).unwrap_or(&blank).clone()).collect()
        }
        match &self.values {
            Vector::Number(v) => Vector::Number(pick(projection, site, v, f64::NAN)),
            Vector::Integer(v) => Vector::Integer(pick(projection, site, v, BLANK_INTEGER)),
            Vector::Decimal(digits, v) => Vector::Decimal(*digits, pick(projection, site, v, BLANK_DECIMAL)),
            Vector::Text(v) => Vector::Text(pick(projection, site, v, None)),
            Vector::Boolean(v) => Vector::Boolean(pick(projection, site, v, BLANK_BOOLEAN)),
            Vector::Date(v) => Vector::Date(pick(projection, site, v, BLANK_DATE)),
            Vector::Item(d, v) => Vector::Item(*d, pick(projection, site, v, BLANK_ITEM)),
            Vector::Rights(v) => Vector::Rights(pick(projection, site, v, BLANK_RIGHTS)),
        }
    }
}

fn scatter(keys: &[u64], column: &Column, values: &mut Vector) {
    fn put<T: Clone>(keys: &[u64], from: &[T], to: &mut [T]) {
        for (key, value) in keys.iter().zip(from) {
            if let Some(slot) = to.get_mut(*key as usize) {
                *slot = value.clone();
            }
        }
    }
    match (column, values) {
        (Column::Number(c), Vector::Number(v)) => put(keys, c, v),
        (Column::Integer(c), Vector::Integer(v)) => put(keys, c, v),
        (Column::Decimal(d, c), Vector::Decimal(e, v)) if d == e => put(keys, c, v),
        (Column::Text(c), Vector::Text(v)) => {
            for (key, value) in keys.iter().zip(c.iter()) {
                if let Some(slot) = v.get_mut(*key as usize) {
                    *slot = Some(Arc::clone(value));
                }
            }
        }
        (Column::Boolean(c), Vector::Boolean(v)) | (Column::Rights(c), Vector::Rights(v)) => put(keys, c, v),
        (Column::Date(c), Vector::Date(v)) => put(keys, c, v),
        (Column::Item(_, c), Vector::Item(_, v)) => put(keys, c, v),
        _ => {}
    }
}
