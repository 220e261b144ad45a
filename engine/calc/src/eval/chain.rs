//! Chains: what stands together between `+`, `*`, `&`, `OR`, and in MIN and MAX.

use std::sync::Arc;

use smalt_formula::program::{Factor, Node, Term};
use smalt_model::Type;
use smalt_vault::Vector;

use super::arithmetic::{self, Numbers, Part, SumTerm};
use super::choice::{keep_where, present, truths};
use super::compare::extreme;
use super::form::{fills, is_constant};
use super::{Scope, Site, decimal};
use crate::call;
use crate::error::CalcError;
use crate::width::Width;

impl Scope {
    /// A chain of `*` and `/` from left to right.
    pub(super) fn product<K: Width>(&self, factors: &[Factor], ty: Type, site: &Site<'_, K>) -> Result<Vector, CalcError> {
        let Some((first, rest)) = factors.split_first() else { return Ok(Vector::blank(ty, site.len)) };
        if ty == Type::Integer {
            let mut all = self.values(&first.node, site)?;
            for factor in rest {
                all = match (all, self.values(&factor.node, site)?) {
                    (Vector::Integer(a), Vector::Integer(b)) => {
                        Vector::Integer(arithmetic::integers(a, &b, i64::checked_mul, |place| site.too_large(place)))
                    }
                    _ => return Ok(Vector::blank(ty, site.len)),
                };
            }
            return Ok(all);
        }
        if let Some(digits) = ty.digits() {
            let values = factors.iter().map(|f| Ok((f.divides, self.values(&f.node, site)?))).collect::<Result<Vec<_>, CalcError>>()?;
            return Ok(Vector::Decimal(digits, decimal::product(&values, digits, site.len, |place| site.too_large(place))));
        }
        let mut all = self.operand(&first.node, site)?;
        for factor in rest {
            let next = self.operand(&factor.node, site)?;
            all = Numbers::Many(match factor.divides {
                true => arithmetic::numbers(all, next, site.len, |x, y| x / y),
                false => arithmetic::numbers(all, next, site.len, |x, y| x * y),
            });
        }
        Ok(Vector::Number(match all {
            Numbers::One(one) => vec![one; site.len],
            Numbers::Many(all) => all,
        }))
    }

    pub(super) fn sum<K: Width>(&self, node: &Node, terms: &[Term], site: &Site<'_, K>) -> Result<Vector, CalcError> {
        if let Some(digits) = node.ty.digits() {
            return self.decimal_sum(node, terms, digits, site);
        }
        let parts = parts(node, terms.iter().map(|t| &t.node));
        let terms = terms
            .iter()
            .zip(parts)
            .map(|(t, part)| Ok(SumTerm { negative: t.negative, part, values: self.values(&t.node, site)? }))
            .collect::<Result<Vec<_>, CalcError>>()?;
        Ok(match node.ty {
            Type::Date => Vector::Date(arithmetic::dates(&terms, site.len)),
            Type::Integer if terms.iter().any(|t| matches!(t.values, Vector::Date(_))) => {
                Vector::Integer(arithmetic::days_between(&terms, site.len))
            }
            Type::Integer => Vector::Integer(arithmetic::sum_integers(&terms, site.len, |place| site.too_large(place))),
            _ => Vector::Number(arithmetic::sum_numbers(terms, site.len)),
        })
    }

    /// Columns of a chain under the rule of `+`: with the places where the chain has a cell.
    fn chain<K: Width>(&self, node: &Node, nodes: &[Node], site: &Site<'_, K>) -> Result<(Vec<Vector>, Vec<bool>), CalcError> {
        let parts = parts(node, nodes.iter());
        let columns = nodes.iter().map(|n| self.values(n, site)).collect::<Result<Vec<_>, _>>()?;
        let mut some = vec![false; site.len];
        let mut all = vec![true; site.len];
        for (column, part) in columns.iter().zip(parts) {
            let there = present(column);
            match part {
                Part::Full => some.iter_mut().zip(there).for_each(|(s, t)| *s |= t),
                Part::Needed => {
                    some.iter_mut().zip(&there).for_each(|(s, t)| *s |= t);
                    all.iter_mut().zip(there).for_each(|(a, t)| *a &= t);
                }
                Part::Adds => {}
            }
        }
        Ok((columns, some.into_iter().zip(all).map(|(s, a)| s && a).collect()))
    }

    pub(super) fn concat<K: Width>(&self, node: &Node, nodes: &[Node], site: &Site<'_, K>) -> Result<Vector, CalcError> {
        let (columns, cell) = self.chain(node, nodes, site)?;
        let parts = |i: usize| {
            columns.iter().filter_map(move |column| match column {
                Vector::Text(v) => v.get(i)?.as_deref(),
                _ => None,
            })
        };
        let length = |i: usize| parts(i).map(str::len).sum::<usize>();
        // What is too long is not made.
        self.run.takes_texts((0..cell.len()).map(length).filter(|len| *len <= call::LONGEST_TEXT))?;
        let text = |i: usize| {
            let parts = || parts(i);
            if parts().map(str::len).sum::<usize>() > call::LONGEST_TEXT {
                site.too_large(i);
                return None;
            }
            Some(Arc::from(parts().collect::<String>()))
        };
        Ok(Vector::Text(cell.iter().enumerate().map(|(i, there)| if *there { text(i) } else { None }).collect()))
    }

    pub(super) fn or<K: Width>(&self, node: &Node, nodes: &[Node], site: &Site<'_, K>) -> Result<Vector, CalcError> {
        let (columns, cell) = self.chain(node, nodes, site)?;
        let mut any = vec![0u8; site.len];
        for column in &columns {
            any.iter_mut().zip(truths(column)).for_each(|(a, t)| *a |= u8::from(t));
        }
        Ok(keep_where(Vector::Boolean(any), &cell))
    }

    pub(super) fn extreme<K: Width>(&self, node: &Node, nodes: &[Node], largest: bool, site: &Site<'_, K>) -> Result<Vector, CalcError> {
        if let Some(digits) = node.ty.digits() {
            return self.decimal_extreme(node, nodes, largest, digits, site);
        }
        let (columns, cell) = self.chain(node, nodes, site)?;
        let position = self.positions(node.ty);
        let best = columns.into_iter().reduce(|a, b| extreme(largest, a, b, position.as_deref()));
        Ok(best.map_or_else(|| Vector::blank(node.ty, site.len), |v| keep_where(v, &cell)))
    }
}

/// How each operand of a chain takes part in which cells exist (formulas.md §3).
pub(super) fn parts<'a>(node: &Node, operands: impl Iterator<Item = &'a Node> + Clone) -> Vec<Part> {
    let by_row = node.rows.is_some();
    let all_constant = operands.clone().all(is_constant);
    let wide = |n: &Node| all_constant || (!is_constant(n) && if by_row { n.rows.is_some() } else { n.dims.len() == node.dims.len() });
    let some_full = operands.clone().any(wide);
    operands
        .map(|n| match (wide(n) || some_full && fills(n), some_full || is_constant(n)) {
            (true, _) => Part::Full,
            (false, true) => Part::Adds,
            (false, false) => Part::Needed,
        })
        .collect()
}
