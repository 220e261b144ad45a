//! ROLLUP of integers and decimals: exact, each product with a weight rounded half away from zero.

use smalt_formula::program::Node;
use smalt_model::{Decimal, DecimalSum, Lost, Type, Value};
use smalt_vault::{BLANK_ITEM, Cells, Vector};

use super::exact::integer;
use super::rollup::Tree;
use super::stretch::{Stretch, by_stretch, last_field, lines_of, put_together};
use crate::error::CalcError;
use crate::eval::{Scope, Site, exact};
use crate::feed::Places;
use crate::width::Width;

/// The sum at an item so far.
#[derive(Clone, Default)]
struct Branch {
    sum: DecimalSum,
    /// A part of it was too large, and so there is none.
    lost: bool,
}

/// The sums over a hierarchy, which is the cells' last dimension; they have the scale of the result.
pub(super) fn lines<K: Width>(cells: &Cells, scope: &Scope, tree: &Tree, weight: Option<&Node>, ty: Type) -> Result<Cells, CalcError> {
    let layout = cells.layout();
    let field = last_field(layout)?;
    let pieces = by_stretch(cells, |stretch: Stretch<K>| {
        let (mut keys, mut values) = (Vec::new(), Vector::blank(ty, 0));
        for found in lines_of(stretch.keys(), field) {
            let line_keys: Vec<K> = tree.bottom_up.iter().map(|i| found.head.with(field, *i)).collect();
            let weights = weight.map(|node| scope.values(node, &Site::at(layout, &line_keys))).transpose()?;
            let mut branches = vec![Branch::default(); tree.parents.len()];
            for (i, key) in stretch.keys().iter().enumerate().skip(found.from).take(found.len) {
                if let (Some(branch), Some(value)) = (branches.get_mut(key.get(field) as usize), exact(&stretch.values, i)) {
                    branch.sum.add(value.units);
                }
            }
            let mut line = add_up(tree, &mut branches, weights.as_ref(), ty, || scope.run.add_too_large(1));
            line.sort_unstable_by_key(|(place, _)| line_keys.get(*place).copied());
            for (place, value) in line {
                if let Some(key) = line_keys.get(place) {
                    keys.push(*key);
                    values.push(Some(&value));
                }
            }
        }
        Ok((Places::Listed(keys), values))
    })?;
    Ok(put_together(layout, ty, pieces))
}

/// One line's sums: places of `tree.bottom_up`, and what stands there.
fn add_up(tree: &Tree, branches: &mut [Branch], weights: Option<&Vector>, ty: Type, too_large: impl Fn()) -> Vec<(usize, Value)> {
    let scale = ty.digits().map_or(0, |d| d.scale);
    let mut line = Vec::new();
    for (place, item) in tree.bottom_up.iter().enumerate() {
        let Some(own) = branches.get(*item as usize).filter(|b| b.lost || b.sum.count() > 0) else { continue };
        let total = if own.lost { Err(Lost::TooLarge) } else { own.sum.units() };
        let value = total.and_then(|units| value(units, ty));
        let weight = match weights {
            None => Some(Decimal::whole(1)),
            Some(column) => exact(column, place),
        };
        let parent = tree.parents.get(*item as usize).copied().unwrap_or(BLANK_ITEM);
        if let (Some(weight), Some(above)) = (weight, branches.get_mut(parent as usize)) {
            let part = match &value {
                Ok((units, _)) => (Decimal { units: *units, scale }).times(weight).and_then(|part| part.at_scale(scale)),
                Err(lost) => Err(*lost),
            };
            match part {
                Ok(part) => above.sum.add(part.units),
                Err(_) => above.lost = true,
            }
        }
        match value {
            Ok((_, value)) => line.push((place, value)),
            Err(_) => too_large(),
        }
    }
    line
}

/// The units of a sum, and the cell that it is.
fn value(units: i128, ty: Type) -> Result<(i128, Value), Lost> {
    match ty.digits() {
        Some(digits) if digits.hold(units) => Ok((units, Value::Decimal(digits, units))),
        Some(_) => Err(Lost::TooLarge),
        None => Ok((units, Value::Integer(integer(units)?))),
    }
}
