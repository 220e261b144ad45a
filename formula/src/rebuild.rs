//! Rebuilding the nodes of a checked formula.

use crate::program::{Factor, Kind, Node, Spread, Term};
use crate::span::Span;

impl Node {
    /// The node with each of its direct parts replaced; type, dimensions and place stay.
    pub fn rebuild<E>(&self, f: &mut dyn FnMut(&Node) -> Result<Node, E>) -> Result<Node, E> {
        rebuild(self, f)
    }

    /// The expression without its places in the text.
    pub(crate) fn unplaced(&self) -> Node {
        let bare = match rebuild(self, &mut |part| Ok::<_, std::convert::Infallible>(part.unplaced())) {
            Ok(node) => node,
            Err(never) => match never {},
        };
        Node { span: Span::default(), ..bare }
    }

    /// Whether a test holds for the node or for any part of it.
    pub fn any(&self, test: &dyn Fn(&Node) -> bool) -> bool {
        test(self) || self.children().into_iter().any(|c| c.any(test))
    }
}

/// The node with each direct part replaced.
fn rebuild<E>(node: &Node, f: &mut dyn FnMut(&Node) -> Result<Node, E>) -> Result<Node, E> {
    let mut boxed = |n: &Node| f(n).map(Box::new);
    let kind = match &node.kind {
        Kind::Constant(_) | Kind::Blank | Kind::Metric(_) | Kind::Input(_) | Kind::Current(_) | Kind::Column(..) | Kind::CurrentValue => {
            node.kind.clone()
        }
        Kind::Property { item, property } => Kind::Property { item: boxed(item)?, property: *property },
        Kind::Negate(a) => Kind::Negate(boxed(a)?),
        Kind::Not(a) => Kind::Not(boxed(a)?),
        Kind::ToNumber(a) => Kind::ToNumber(boxed(a)?),
        Kind::ToDecimal(a) => Kind::ToDecimal(boxed(a)?),
        Kind::ToText(a) => Kind::ToText(boxed(a)?),
        Kind::IsBlank(a) => Kind::IsBlank(boxed(a)?),
        Kind::IsNotBlank(a) => Kind::IsNotBlank(boxed(a)?),
        Kind::IsDefined(a) => Kind::IsDefined(boxed(a)?),
        Kind::Offset { input, dimension, offset } => Kind::Offset { input: boxed(input)?, dimension: *dimension, offset: *offset },
        Kind::Whole(method, a) => Kind::Whole(*method, boxed(a)?),
        Kind::CountAll(a) => Kind::CountAll(boxed(a)?),
        Kind::CountBlank(a) => Kind::CountBlank(boxed(a)?),
        Kind::Convert { input, from, to } => Kind::Convert { input: boxed(input)?, from: *from, to: *to },
        Kind::ResetRights(a) => Kind::ResetRights(boxed(a)?),
        Kind::And(parts) => Kind::And(parts.iter().map(f).collect::<Result<_, E>>()?),
        Kind::Product(factors) => {
            Kind::Product(factors.iter().map(|p| Ok(Factor { divides: p.divides, node: f(&p.node)? })).collect::<Result<Vec<_>, E>>()?)
        }
        Kind::Power(a, b) => Kind::Power(boxed(a)?, boxed(b)?),
        Kind::Compare(c, a, b) => Kind::Compare(*c, boxed(a)?, boxed(b)?),
        Kind::IfBlank(a, b) => Kind::IfBlank(boxed(a)?, boxed(b)?),
        Kind::MakeRights(a, b) => Kind::MakeRights(boxed(a)?, boxed(b)?),
        Kind::Sum(terms) => {
            Kind::Sum(terms.iter().map(|t| Ok(Term { negative: t.negative, node: f(&t.node)? })).collect::<Result<Vec<_>, E>>()?)
        }
        Kind::Concat(parts) => Kind::Concat(parts.iter().map(f).collect::<Result<_, E>>()?),
        Kind::Or(parts) => Kind::Or(parts.iter().map(f).collect::<Result<_, E>>()?),
        Kind::Least(parts) => Kind::Least(parts.iter().map(f).collect::<Result<_, E>>()?),
        Kind::Greatest(parts) => Kind::Greatest(parts.iter().map(f).collect::<Result<_, E>>()?),
        Kind::Call(function, parts) => Kind::Call(*function, parts.iter().map(f).collect::<Result<_, E>>()?),
        Kind::If { test, then, otherwise } => {
            Kind::If { test: boxed(test)?, then: boxed(then)?, otherwise: otherwise.as_deref().map(boxed).transpose()? }
        }
        Kind::Switch { value, cases, otherwise } => Kind::Switch {
            value: Box::new(f(value)?),
            cases: cases.iter().map(|(a, b)| Ok((f(a)?, f(b)?))).collect::<Result<Vec<_>, E>>()?,
            otherwise: otherwise.as_deref().map(|n| f(n).map(Box::new)).transpose()?,
        },
        Kind::IfDefined(a, b, c) => Kind::IfDefined(boxed(a)?, boxed(b)?, c.as_deref().map(boxed).transpose()?),
        Kind::InList(a, choices) => Kind::InList(Box::new(f(a)?), choices.iter().map(f).collect::<Result<_, E>>()?),
        Kind::InRange(a, b, c) => Kind::InRange(boxed(a)?, boxed(b)?, boxed(c)?),
        Kind::Up { input, mappings, kept, method } => Kind::Up {
            input: Box::new(f(input)?),
            mappings: mappings.iter().map(|(d, m)| Ok((*d, f(m)?))).collect::<Result<Vec<_>, E>>()?,
            kept: kept.clone(),
            method: *method,
        },
        Kind::Down { input, mappings, spread } => Kind::Down {
            input: Box::new(f(input)?),
            mappings: mappings.iter().map(|(d, m)| Ok((*d, f(m)?))).collect::<Result<Vec<_>, E>>()?,
            spread: rebuild_spread(spread, f)?,
        },
        Kind::Add { input, added, spread } => {
            Kind::Add { input: Box::new(f(input)?), added: added.clone(), spread: rebuild_spread(spread, f)? }
        }
        Kind::Filter { input, condition, keep } => Kind::Filter { input: boxed(input)?, condition: boxed(condition)?, keep: *keep },
        Kind::ParentOffset { input, dimension, parent, offset, method } => {
            Kind::ParentOffset { input: boxed(input)?, dimension: *dimension, parent: boxed(parent)?, offset: *offset, method: *method }
        }
        Kind::AtMapping { input, dimension, mapping } => {
            Kind::AtMapping { input: boxed(input)?, dimension: *dimension, mapping: boxed(mapping)? }
        }
        Kind::Along { function, input, dimension, order, args, method } => Kind::Along {
            function: *function,
            input: boxed(input)?,
            dimension: *dimension,
            order: order.as_deref().map(&mut boxed).transpose()?,
            args: args.iter().map(|a| a.as_ref().map(&mut *f).transpose()).collect::<Result<_, E>>()?,
            method: *method,
        },
        Kind::Rollup { input, dimension, parent, weight } => {
            Kind::Rollup { input: boxed(input)?, dimension: *dimension, parent: *parent, weight: weight.as_deref().map(boxed).transpose()? }
        }
        Kind::Rank { input, group, descending, ties } => {
            Kind::Rank { input: boxed(input)?, group: group.as_deref().map(boxed).transpose()?, descending: *descending, ties: *ties }
        }
        Kind::Previous { dimension, back } => Kind::Previous { dimension: *dimension, back: back.as_deref().map(boxed).transpose()? },
        Kind::PreviousOf { metric, dimension, back } => {
            Kind::PreviousOf { metric: *metric, dimension: *dimension, back: back.as_deref().map(boxed).transpose()? }
        }
    };
    Ok(Node { kind, ty: node.ty, dims: node.dims.clone(), rows: node.rows, span: node.span })
}

fn rebuild_spread<E>(spread: &Spread, f: &mut dyn FnMut(&Node) -> Result<Node, E>) -> Result<Spread, E> {
    Ok(match spread {
        Spread::Constant => Spread::Constant,
        Spread::Split => Spread::Split,
        Spread::SplitOn(weight) => Spread::SplitOn(Box::new(f(weight)?)),
    })
}
