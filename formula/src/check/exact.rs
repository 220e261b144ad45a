//! Numbers that become DECIMALs, or refuse to.

use smalt_model::{Decimal, Type, Value};

use super::modifier::with_input;
use super::shape::{to_decimal, to_number, widened};
use crate::program::{Function, Kind, Node, Spread};

/// A node as one of another type where nothing is lost that its author has not given away: an INTEGER or a DECIMAL becomes a NUMBER or another
/// DECIMAL, and a NUMBER that shows no more digits than a DECIMAL has becomes that. The node as it was where it cannot become it.
pub(super) fn converted(node: Node, ty: Type) -> Result<Node, Box<Node>> {
    match (node.ty, ty) {
        (from, to) if from == to => Ok(node),
        (Type::Integer | Type::Decimal { .. }, Type::Number) => Ok(to_number(node)),
        (Type::Integer | Type::Decimal { .. }, Type::Decimal { .. }) => Ok(to_decimal(node, ty)),
        (Type::Number, Type::Decimal { scale, .. }) if ends_within(&node, scale) => match node.kind {
            Kind::Call(..) => Ok(to_decimal(node, ty)),
            // What is chosen has all its digits until it is stored.
            _ => Ok(to_decimal(exactly(node, widened(ty)), ty)),
        },
        _ => Err(Box::new(node)),
    }
}

/// Whether a number shows at most so many digits after the point, whatever the data: it is rounded to them, written with them, or chosen among
/// such numbers.
fn ends_within(node: &Node, scale: u8) -> bool {
    let ends = |node: &Node| ends_within(node, scale);
    let or_none = |node: &Option<Box<Node>>| node.as_deref().is_none_or(ends);
    match &node.kind {
        Kind::Blank => true,
        Kind::Constant(Value::Number(value)) => {
            Decimal::of_number(*value, scale).is_ok_and(|decimal| decimal.to_number().to_bits() == (value + 0.0).to_bits())
        }
        Kind::Call(Function::Round | Function::RoundUp | Function::RoundDown, args) => {
            matches!(args.get(1).map(|digits| &digits.kind), Some(Kind::Constant(Value::Integer(n))) if *n <= i64::from(scale))
        }
        Kind::ToNumber(of) => of.ty.digits().map_or(of.ty == Type::Integer, |digits| digits.scale <= scale),
        Kind::Negate(a)
        | Kind::Filter { input: a, .. }
        | Kind::Offset { input: a, .. }
        | Kind::AtMapping { input: a, .. }
        | Kind::Add { input: a, spread: Spread::Constant, .. }
        | Kind::Down { input: a, spread: Spread::Constant, .. } => ends(a),
        Kind::If { then, otherwise, .. } | Kind::IfDefined(_, then, otherwise) => ends(then) && or_none(otherwise),
        Kind::Switch { cases, otherwise, .. } => cases.iter().all(|(_, result)| ends(result)) && or_none(otherwise),
        Kind::IfBlank(a, b) => ends(a) && ends(b),
        Kind::Least(parts) | Kind::Greatest(parts) => parts.iter().all(ends),
        _ => false,
    }
}

/// A number that [`ends_within`] a DECIMAL's scale as that DECIMAL: what it is chosen among becomes one, so that no DECIMAL or INTEGER loses
/// digits on a way through NUMBER.
fn exactly(node: Node, ty: Type) -> Node {
    let go = |node: Box<Node>| Box::new(exactly(*node, ty));
    let or_none = |node: Option<Box<Node>>| node.map(go);
    let Node { kind, ty: was, dims, rows, span } = node;
    let kind = match kind {
        Kind::ToNumber(of) => return Node { span, ..to_decimal(*of, ty) },
        Kind::Negate(a) => Kind::Negate(go(a)),
        Kind::Filter { input, condition, keep } => {
            let current = Node { kind: Kind::CurrentValue, ty, dims: input.dims.clone(), rows: input.rows, span: condition.span };
            let condition = Box::new(with_input(&to_number(current), &condition, true));
            Kind::Filter { input: go(input), condition, keep }
        }
        Kind::Offset { input, dimension, offset } => Kind::Offset { input: go(input), dimension, offset },
        Kind::AtMapping { input, dimension, mapping } => Kind::AtMapping { input: go(input), dimension, mapping },
        Kind::Add { input, added, spread: spread @ Spread::Constant } => Kind::Add { input: go(input), added, spread },
        Kind::Down { input, mappings, spread: spread @ Spread::Constant } => Kind::Down { input: go(input), mappings, spread },
        Kind::If { test, then, otherwise } => Kind::If { test, then: go(then), otherwise: or_none(otherwise) },
        Kind::IfDefined(of, then, otherwise) => Kind::IfDefined(of, go(then), or_none(otherwise)),
        Kind::Switch { value, cases, otherwise } => {
            let cases = cases.into_iter().map(|(case, result)| (case, exactly(result, ty))).collect();
            Kind::Switch { value, cases, otherwise: or_none(otherwise) }
        }
        Kind::IfBlank(a, b) => Kind::IfBlank(go(a), go(b)),
        Kind::Least(parts) => Kind::Least(parts.into_iter().map(|part| exactly(part, ty)).collect()),
        Kind::Greatest(parts) => Kind::Greatest(parts.into_iter().map(|part| exactly(part, ty)).collect()),
        kind => return to_decimal(Node { kind, ty: was, dims, rows, span }, ty),
    };
    Node { kind, ty, dims, rows, span }
}
