//! Orders of items by a value.

use smalt_model::Type;
use smalt_vault::Vector;

use crate::call::Facts;
use crate::run::Run;

/// The places of a column in the order of its values: ties keep their order, BLANK comes last.
pub(crate) fn order_of(values: &Vector, run: &Run) -> Vec<usize> {
    let mut places: Vec<usize> = (0..values.len()).collect();
    let positions = match values.ty() {
        Type::Item(d) => Some(run.position(d)),
        _ => None,
    };
    places.sort_by(|a, b| {
        use std::cmp::Ordering;
        match (values.is_blank(*a), values.is_blank(*b)) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => match values {
                Vector::Number(v) => v.get(*a).partial_cmp(&v.get(*b)).unwrap_or(Ordering::Equal),
                Vector::Integer(v) => v.get(*a).cmp(&v.get(*b)),
                Vector::Decimal(_, v) => v.get(*a).cmp(&v.get(*b)),
                Vector::Text(v) => v.get(*a).cmp(&v.get(*b)),
                Vector::Boolean(v) | Vector::Rights(v) => v.get(*a).cmp(&v.get(*b)),
                Vector::Date(v) => v.get(*a).cmp(&v.get(*b)),
                Vector::Item(_, v) => {
                    let place = |at: usize| v.get(at).and_then(|i| positions.as_ref()?.get(*i as usize).copied());
                    place(*a).cmp(&place(*b))
                }
            },
        }
    });
    places
}
