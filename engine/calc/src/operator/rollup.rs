//! ROLLUP: each item's own value plus those of all its descendants, each link times the child's weight.

use smalt_formula::program::Node;
use smalt_model::{DimensionId, Type};
use smalt_vault::{BLANK_ITEM, Cells, ExactSum, Vector};

use super::exact_rollup;
use super::stretch::{Stretch, by_stretch, dimension_last, last_field, lines_of, put_together};
use crate::call::Facts;
use crate::error::CalcError;
use crate::eval::{Scope, Site, to_numbers};
use crate::feed::Places;
use crate::width::Width;

/// A hierarchy's items, children before their parents.
pub(super) struct Tree {
    /// Items so that every child stands before its parent.
    pub(super) bottom_up: Vec<u32>,
    pub(super) parents: Vec<u32>,
}

fn tree(scope: &Scope, dimension: DimensionId, parent: u16) -> Result<Tree, CalcError> {
    let items = scope.run.items(dimension);
    let Vector::Item(_, parents) = scope.run.property(dimension, parent).as_ref().clone() else {
        return Err(CalcError::Internal("a parent that is no item"));
    };
    // Depth below the root; a loop is refused when a parent is set, so a walk up ends within the number of items.
    let depth = |item: u32| {
        let (mut at, mut depth) = (item, 0u32);
        while let Some(next) = parents.get(at as usize).copied().filter(|p| *p != BLANK_ITEM) {
            at = next;
            depth += 1;
            if depth > items.capacity() {
                return Err(CalcError::Internal("a hierarchy runs in a loop"));
            }
        }
        Ok(depth)
    };
    let mut by_depth = items.order().iter().map(|i| depth(*i).map(|d| (std::cmp::Reverse(d), *i))).collect::<Result<Vec<_>, _>>()?;
    // A stable sort: items of one depth keep item order.
    by_depth.sort_by_key(|(d, _)| *d);
    Ok(Tree { bottom_up: by_depth.into_iter().map(|(_, i)| i).collect(), parents })
}

/// The sums over a hierarchy. The result has the hierarchy's dimension last.
pub(crate) fn rollup(
    cells: &Cells,
    scope: &Scope,
    dimension: DimensionId,
    parent: u16,
    weight: Option<&Node>,
    ty: Type,
) -> Result<Cells, CalcError> {
    let cells = dimension_last(cells, dimension, &scope.run)?;
    let tree = tree(scope, dimension, parent)?;
    match (cells.layout().is_wide(), ty == Type::Number) {
        (false, true) => lines::<u64>(&cells, scope, &tree, weight),
        (true, true) => lines::<u128>(&cells, scope, &tree, weight),
        (false, false) => exact_rollup::lines::<u64>(&cells, scope, &tree, weight, ty),
        (true, false) => exact_rollup::lines::<u128>(&cells, scope, &tree, weight, ty),
    }
}

fn lines<K: Width>(cells: &Cells, scope: &Scope, tree: &Tree, weight: Option<&Node>) -> Result<Cells, CalcError> {
    let layout = cells.layout();
    let field = last_field(layout)?;
    let pieces = by_stretch(cells, |mut stretch: Stretch<K>| {
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        let own = to_numbers(stretch.take_values());
        for found in lines_of(stretch.keys(), field) {
            let line_keys: Vec<K> = tree.bottom_up.iter().map(|i| found.head.with(field, *i)).collect();
            let weights = match weight {
                Some(node) => Some(to_numbers(scope.values(node, &Site::at(layout, &line_keys))?)),
                None => None,
            };
            let mut sums = vec![ExactSum::default(); tree.parents.len()];
            for (k, v) in stretch.keys().iter().zip(&own).skip(found.from).take(found.len) {
                if let Some(sum) = sums.get_mut(k.get(field) as usize) {
                    sum.add(*v);
                }
            }
            let mut line: Vec<(K, f64)> = Vec::new();
            for (at, (item, key)) in tree.bottom_up.iter().zip(&line_keys).enumerate() {
                let Some(sum) = sums.get(*item as usize).copied().filter(ExactSum::seen) else { continue };
                let total = sum.value();
                line.push((*key, total));
                let weight = weights.as_ref().map_or(1.0, |w| w.get(at).copied().unwrap_or(f64::NAN));
                let parent = tree.parents.get(*item as usize).copied().unwrap_or(BLANK_ITEM);
                if let (false, Some(above)) = (weight.is_nan(), sums.get_mut(parent as usize)) {
                    above.add(total * weight);
                }
            }
            line.sort_unstable_by_key(|(k, _)| *k);
            for (key, value) in line {
                if value.is_finite() {
                    keys.push(key);
                    values.push(value);
                }
            }
        }
        Ok((Places::Listed(keys), Vector::Number(values)))
    })?;
    Ok(put_together(layout, Type::Number, pieces))
}
