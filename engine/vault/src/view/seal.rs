//! What leaves the wall is copied into buffers of its own: a slice, a filtered dictionary or a null leaves hidden values behind.

use smalt_model::Type;

use crate::cells::Column;
use crate::each_vector;
use crate::vector::Vector;

/// An empty vector with room for exactly `len` values.
pub(super) fn room(ty: Type, len: usize) -> Vector {
    let mut out = Vector::blank(ty, 0);
    each_vector!(&mut out, v => v.reserve_exact(len));
    out
}

/// Copies the values at `from..to` behind `out`.
pub(super) fn copy_cells(column: &Column, from: usize, to: usize, out: &mut Vector) {
    match (column, out) {
        (Column::Number(v), Vector::Number(out)) => out.extend_from_slice(v.get(from..to).unwrap_or_default()),
        (Column::Integer(v), Vector::Integer(out)) => out.extend_from_slice(v.get(from..to).unwrap_or_default()),
        (Column::Decimal(d, v), Vector::Decimal(e, out)) if d == e => out.extend_from_slice(v.get(from..to).unwrap_or_default()),
        (Column::Text(v), Vector::Text(out)) => out.extend(v.get(from..to).unwrap_or_default().iter().cloned().map(Some)),
        (Column::Boolean(v), Vector::Boolean(out)) | (Column::Rights(v), Vector::Rights(out)) => {
            out.extend_from_slice(v.get(from..to).unwrap_or_default());
        }
        (Column::Date(v), Vector::Date(out)) => out.extend_from_slice(v.get(from..to).unwrap_or_default()),
        (Column::Item(_, v), Vector::Item(_, out)) => out.extend_from_slice(v.get(from..to).unwrap_or_default()),
        (_, out) => (from..to).for_each(|_| out.push(None)),
    }
}

/// Copies the values at `from..to` behind `out`.
pub(super) fn copy_rows(column: &Vector, from: usize, to: usize, out: &mut Vector) {
    match (column, out) {
        (Vector::Number(v), Vector::Number(out)) => out.extend_from_slice(v.get(from..to).unwrap_or_default()),
        (Vector::Integer(v), Vector::Integer(out)) => out.extend_from_slice(v.get(from..to).unwrap_or_default()),
        (Vector::Decimal(d, v), Vector::Decimal(e, out)) if d == e => out.extend_from_slice(v.get(from..to).unwrap_or_default()),
        (Vector::Text(v), Vector::Text(out)) => out.extend_from_slice(v.get(from..to).unwrap_or_default()),
        (Vector::Boolean(v), Vector::Boolean(out)) | (Vector::Rights(v), Vector::Rights(out)) => {
            out.extend_from_slice(v.get(from..to).unwrap_or_default());
        }
        (Vector::Date(v), Vector::Date(out)) => out.extend_from_slice(v.get(from..to).unwrap_or_default()),
        (Vector::Item(_, v), Vector::Item(_, out)) => out.extend_from_slice(v.get(from..to).unwrap_or_default()),
        (_, out) => (from..to).for_each(|_| out.push(None)),
    }
}

/// A copy in which every place but the visible ones is BLANK.
pub(super) fn only(values: &Vector, visible: impl Fn(usize) -> bool) -> Vector {
    let places: Vec<usize> = (0..values.len()).map(|at| if visible(at) { at } else { usize::MAX }).collect();
    values.take(&places)
}
