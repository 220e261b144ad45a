//! What the form of an expression tells, before any cell is looked at.

use smalt_formula::program::{Function, Kind, Node};

/// Whether a truth has a value at every coordinate of its dimensions, so that it fills a cell in which no operand has one (formulas.md
/// §3), also as a narrower term of a chain of OR: beside terms with all dimensions, `ISBLANK(End) OR Month <= End` is TRUE in the months of
/// somebody who has no end.
pub(crate) fn fills(node: &Node) -> bool {
    match &node.kind {
        // Without dimensions it is one truth for all cells, as a constant is, and makes none.
        Kind::IsBlank(_) | Kind::IsNotBlank(_) => !node.dims.is_empty(),
        Kind::Compare(_, a, b) => !node.dims.is_empty() && is_placed(a) && is_placed(b),
        Kind::InList(value, choices) => !node.dims.is_empty() && is_placed(value) && choices.iter().all(is_placed),
        Kind::InRange(value, low, high) => !node.dims.is_empty() && [value, low, high].into_iter().all(|n| is_placed(n)),
        Kind::Not(a) => fills(a),
        Kind::And(parts) => parts.iter().all(fills),
        Kind::Or(parts) => parts.iter().any(fills),
        _ => false,
    }
}

/// A dimension's current item, or a constant.
fn is_placed(node: &Node) -> bool {
    matches!(node.kind, Kind::Current(_)) || is_constant(node)
}

/// Whether an expression is a constant: it reads neither cells nor the coordinate.
pub(crate) fn is_constant(node: &Node) -> bool {
    match &node.kind {
        Kind::Constant(_) | Kind::Blank => true,
        Kind::Negate(a) | Kind::Not(a) | Kind::ToNumber(a) | Kind::ToDecimal(a) | Kind::ToText(a) => is_constant(a),
        Kind::Power(a, b) | Kind::Compare(_, a, b) => is_constant(a) && is_constant(b),
        Kind::Product(factors) => factors.iter().all(|f| is_constant(&f.node)),
        Kind::Sum(terms) => terms.iter().all(|t| is_constant(&t.node)),
        // What is looked up among the items of a dimension may not be there.
        Kind::Call(Function::Item(_) | Function::Match(_) | Function::TimeDim | Function::Shift, _) => false,
        Kind::Concat(parts) | Kind::And(parts) | Kind::Or(parts) | Kind::Call(_, parts) | Kind::Least(parts) | Kind::Greatest(parts) => {
            parts.iter().all(is_constant)
        }
        _ => false,
    }
}

/// Whether `CurrentValue` of a filter further out stands in an expression.
pub(crate) fn holds_current_value(node: &Node) -> bool {
    match &node.kind {
        Kind::CurrentValue => true,
        Kind::Filter { input, .. } => holds_current_value(input),
        _ => node.children().into_iter().any(holds_current_value),
    }
}
