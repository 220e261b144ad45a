//! Arithmetic on literals is done when the formula is checked, so that `12 * 2` may stand wherever a constant must.

use smalt_model::{Type, Value};

use crate::program::{Factor, Kind, Node, Term};

/// No dimension has more items, and no distance needs to be longer.
const FARTHEST: i64 = 1 << 32;

/// The node, or the constant that it is. What has no value (a division by zero, an overflow) stays as it is, and is BLANK in every cell.
pub(super) fn folded(node: Node) -> Node {
    let value = match &node.kind {
        Kind::Sum(terms) if node.ty == Type::Integer => whole_sum(terms),
        Kind::Sum(terms) => sum(terms),
        Kind::Product(factors) if node.ty == Type::Integer => whole_product(factors),
        Kind::Product(factors) => product(factors),
        Kind::Power(a, b) => number(a).zip(number(b)).and_then(|(a, b)| finite(a.powf(b))),
        _ => None,
    };
    match value {
        Some(value) => Node { ty: value.ty(), kind: Kind::Constant(value), ..node },
        None => node,
    }
}

/// A distance along a dimension that arithmetic on places can bear: a longer constant leads off the end as well.
pub(super) fn bounded(places: i64) -> i64 {
    places.clamp(-FARTHEST, FARTHEST)
}

/// A constant distance, bounded; anything else as it is.
pub(super) fn bounded_node(node: Node) -> Node {
    match node.kind {
        Kind::Constant(Value::Integer(places)) => Node { kind: Kind::Constant(Value::Integer(bounded(places))), ..node },
        _ => node,
    }
}

fn constant(node: &Node) -> Option<&Value> {
    match &node.kind {
        Kind::Constant(value) => Some(value),
        _ => None,
    }
}

fn number(node: &Node) -> Option<f64> {
    match constant(node)? {
        Value::Number(v) => Some(*v),
        _ => None,
    }
}

fn finite(value: f64) -> Option<Value> {
    value.is_finite().then_some(Value::Number(value))
}

fn whole_sum(terms: &[Term]) -> Option<Value> {
    let mut sum = 0i128;
    for term in terms {
        let Value::Integer(value) = constant(&term.node)? else { return None };
        sum += if term.negative { -i128::from(*value) } else { i128::from(*value) };
    }
    i64::try_from(sum).ok().filter(|v| *v != i64::MIN).map(Value::Integer)
}

fn whole_product(factors: &[Factor]) -> Option<Value> {
    let mut all = 1i64;
    for factor in factors {
        let Value::Integer(value) = constant(&factor.node)? else { return None };
        all = all.checked_mul(*value).filter(|v| *v != i64::MIN)?;
    }
    Some(Value::Integer(all))
}

fn product(factors: &[Factor]) -> Option<Value> {
    let (first, rest) = factors.split_first()?;
    let mut all = number(&first.node)?;
    for factor in rest {
        let value = number(&factor.node)?;
        all = if factor.divides { all / value } else { all * value };
        if !all.is_finite() {
            return None;
        }
    }
    finite(all)
}

/// Two terms round once; a longer sum is rounded as a whole, which is the calculator's work.
fn sum(terms: &[Term]) -> Option<Value> {
    let [a, b] = terms else { return None };
    let signed = |t: &Term| number(&t.node).map(|v| if t.negative { -v } else { v });
    finite(signed(a)? + signed(b)?)
}
