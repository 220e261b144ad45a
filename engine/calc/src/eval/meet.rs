//! Operands that meet in one DECIMAL: numbers of several scales beside one another.
//!
//! Written with the digits of the larger scale an operand may have more than there can be. It must not be taken for BLANK then, since a sum, a
//! choice or a comparison would go on without it: sums and comparisons take each operand as it is, and where that is not enough the cell is BLANK
//! and counted.

use smalt_formula::program::{Comparison, Kind, Node, Term};
use smalt_model::{DecimalSum, Digits, Lost};
use smalt_vault::Vector;

use super::arithmetic::Part;
use super::chain::parts;
use super::compare::compare;
use super::decimal::{convert, exact, units};
use super::{Scope, Site, Spill, at, choice, present};
use crate::error::CalcError;
use crate::width::Width;

/// The values of an operand, and the places at which it has one that no DECIMAL of its digits can have: it is BLANK there. Without such places
/// the list is empty.
pub(super) struct Operand {
    pub(super) values: Vector,
    pub(super) lost: Vec<bool>,
}

impl Operand {
    fn is_lost(&self, place: usize) -> bool {
        at(&self.lost)(place)
    }
}

impl Scope {
    /// An operand with the digits that it has itself, if those of the type in which it meets others only add zeros.
    pub(super) fn own_digits<K: Width>(&self, node: &Node, site: &Site<'_, K>) -> Result<Operand, CalcError> {
        match (&node.kind, node.ty.digits()) {
            (Kind::ToDecimal(inner), Some(digits)) if adds_zeros(inner, digits) => {
                Ok(Operand { values: self.values(inner, site)?, lost: Vec::new() })
            }
            _ => self.met(node, site),
        }
    }

    /// An operand with the digits of the type in which it meets others.
    pub(super) fn met<K: Width>(&self, node: &Node, site: &Site<'_, K>) -> Result<Operand, CalcError> {
        let (Kind::ToDecimal(inner), Some(digits)) = (&node.kind, node.ty.digits()) else {
            return Ok(Operand { values: self.values(node, site)?, lost: Vec::new() });
        };
        let spill = Spill::default();
        let values = convert(self.values(inner, site)?, digits, |place| spill.tell(place));
        let places = spill.take();
        let mut lost = vec![false; if places.is_empty() { 0 } else { site.len }];
        for place in places {
            if let Some(slot) = lost.get_mut(place) {
                *slot = true;
            }
        }
        Ok(Operand { values, lost })
    }

    /// A sum that is a DECIMAL; only the whole sum must fit.
    pub(super) fn decimal_sum<K: Width>(
        &self,
        node: &Node,
        terms: &[Term],
        digits: Digits,
        site: &Site<'_, K>,
    ) -> Result<Vector, CalcError> {
        let parts = parts(node, terms.iter().map(|t| &t.node));
        let mut operands = terms
            .iter()
            .zip(parts)
            .map(|(t, part)| Ok((t.negative, part, self.own_digits(&t.node, site)?)))
            .collect::<Result<Vec<_>, CalcError>>()?;
        let scale = |o: &Operand| o.values.ty().digits().map_or(0, |d| d.scale);
        operands.sort_by_key(|(_, _, o)| scale(o));
        let one = |place: usize| {
            let (mut sum, mut at_scale, mut cell, mut lost) = (DecimalSum::default(), 0, false, false);
            for (negative, part, operand) in &operands {
                let value = match (operand.is_lost(place), exact(&operand.values, place)) {
                    (true, _) => {
                        lost = true;
                        None
                    }
                    (false, None) if *part == Part::Needed => return Err(Lost::NoValue),
                    (false, None) => continue,
                    (false, value) => value,
                };
                cell |= *part != Part::Adds;
                if let Some(value) = value {
                    lost |= !sum.raise(value.scale.saturating_sub(at_scale));
                    at_scale = value.scale.max(at_scale);
                    sum.add(if *negative { -value.units } else { value.units });
                }
            }
            lost |= !sum.raise(digits.scale.saturating_sub(at_scale));
            match (cell, lost) {
                (false, _) => Err(Lost::NoValue),
                (true, true) => Err(Lost::TooLarge),
                (true, false) => sum.units(),
            }
        };
        Ok(Vector::Decimal(digits, (0..site.len).map(|place| units(one(place), place, &|place| site.too_large(place))).collect()))
    }

    /// The smallest or the largest of several, as a DECIMAL: chosen exactly, then it must fit.
    pub(super) fn decimal_extreme<K: Width>(
        &self,
        node: &Node,
        nodes: &[Node],
        largest: bool,
        digits: Digits,
        site: &Site<'_, K>,
    ) -> Result<Vector, CalcError> {
        let parts = parts(node, nodes.iter());
        let operands = nodes.iter().map(|n| self.own_digits(n, site)).collect::<Result<Vec<_>, _>>()?;
        let one = |place: usize| {
            let (mut best, mut cell, mut lost) = (None, false, false);
            for (operand, part) in operands.iter().zip(&parts) {
                let value = exact(&operand.values, place);
                let missing = value.is_none() && !operand.is_lost(place);
                if missing && *part == Part::Needed {
                    return Err(Lost::NoValue);
                }
                lost |= operand.is_lost(place);
                cell |= !missing && *part != Part::Adds;
                best = match (best, value) {
                    (Some(best), Some(value)) if value.compare(best).is_gt() == largest => Some(value),
                    (best, value) => best.or(value),
                };
            }
            match best.filter(|_| cell) {
                _ if cell && lost => Err(Lost::TooLarge),
                Some(best) => digits.take(best),
                None => Err(Lost::NoValue),
            }
        };
        Ok(Vector::Decimal(digits, (0..site.len).map(|place| units(one(place), place, &|place| site.too_large(place))).collect()))
    }

    /// A comparison of expressions. `tell` says whether an operand without a place in the type is counted.
    pub(super) fn compared<K: Width>(
        &self,
        comparison: Comparison,
        a: &Operand,
        node: &Node,
        site: &Site<'_, K>,
        tell: bool,
    ) -> Result<Vector, CalcError> {
        let position = self.positions(node.ty);
        let b = self.own_digits(node, site)?;
        if tell && !(a.lost.is_empty() && b.lost.is_empty()) {
            let there = |operand: &Operand, place: usize| operand.is_lost(place) || !operand.values.is_blank(place);
            let lost = |place: &usize| a.is_lost(*place) || b.is_lost(*place);
            (0..site.len).filter(lost).filter(|place| there(a, *place) && there(&b, *place)).for_each(|place| site.too_large(place));
        }
        Ok(compare(comparison, a.values.clone(), b.values, position.as_deref()))
    }

    /// IFBLANK: a value that has no place in the type is there all the same.
    pub(super) fn if_blank<K: Width>(&self, node: &Node, a: &Node, b: &Node, site: &Site<'_, K>) -> Result<Vector, CalcError> {
        let first = self.met(a, site)?;
        let mut there = present(&first.values);
        for (place, slot) in there.iter_mut().enumerate().filter(|(place, _)| first.is_lost(*place)) {
            *slot = true;
            site.too_large(place);
        }
        let second = self.values_where(b, site, |place| !at(&there)(place))?;
        Ok(choice::choose(node.ty, &there, first.values, second))
    }
}

/// Whether a number of a type with these digits is one of an expression's type with zeros behind it.
fn adds_zeros(node: &Node, digits: Digits) -> bool {
    let scale = match node.ty.digits() {
        Some(own) => own.scale,
        None if node.ty == smalt_model::Type::Integer => 0,
        None => return false,
    };
    scale <= digits.scale && digits == Digits::largest(digits.scale)
}
