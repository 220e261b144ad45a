//! The last step of compilation: a checked formula as a tree of operators.

use std::sync::Arc;

use datafusion_common::Result;
use datafusion_expr::{Extension, LogicalPlan};
use smalt_model::{CalendarLevel, DimensionId, Schema, Type, Value};

use super::distribute::distribute;
use super::node::CellNode;
use super::text;
use crate::program::{Along, Comparison, Kind, Method, Node, Spread};

/// A MOVING… function over at most this many items asks for each of them at each cell; a longer one is an operator along its lines.
const WINDOW_BY_LOOK_UP: i64 = 16;

/// The plan of an expression. A [`Kind::Input`] that stands in it already is an input from outside.
pub fn lower(node: &Node, schema: &Schema) -> Result<LogicalPlan> {
    let node = simplify(node, schema)?;
    operator(&node, schema)
}

/// Writes what is short for something else as what it is short for.
fn simplify(node: &Node, schema: &Schema) -> Result<Node> {
    let node = node.rebuild(&mut |part| simplify(part, schema))?;
    let with = |kind: Kind| Node { kind, ..node.clone() };
    Ok(match &node.kind {
        // Aggregated to the parent, shifted there, copied back.
        Kind::ParentOffset { input, dimension, parent, offset, method } => {
            let Type::Item(target) = parent.ty else { return Ok(node) };
            let dims: Vec<DimensionId> = input.dims.iter().map(|d| if d == dimension { target } else { *d }).collect();
            let kept = input.dims.iter().copied().filter(|d| d != dimension).collect();
            let part = |kind: Kind| Node { kind, ty: node.ty, dims: dims.clone(), rows: None, span: node.span };
            let up = part(Kind::Up { input: input.clone(), mappings: vec![(target, parent.as_ref().clone())], kept, method: *method });
            let moved = if *offset == 0 { up } else { part(Kind::Offset { input: Box::new(up), dimension: target, offset: *offset }) };
            with(Kind::Down { input: Box::new(moved), mappings: vec![(target, parent.as_ref().clone())], spread: Spread::Constant })
        }
        // In proportion to a weight: the value times the weight over the total of the weight.
        Kind::Add { input, added, spread: Spread::SplitOn(weight) } => {
            let kept: Vec<DimensionId> = weight.dims.iter().copied().filter(|d| !added.contains(d)).collect();
            let total = Node {
                kind: Kind::Up { input: weight.clone(), mappings: Vec::new(), kept: kept.clone(), method: Method::Sum },
                dims: kept,
                ..weight.as_ref().clone()
            };
            let share = Node { kind: Kind::Divide(weight.clone(), Box::new(total)), ty: Type::Number, ..weight.as_ref().clone() };
            let copied = with(Kind::Add { input: input.clone(), added: added.clone(), spread: Spread::Constant });
            with(Kind::Multiply(Box::new(copied), Box::new(share)))
        }
        // Evenly over the items that map to the same target: divided by their number.
        Kind::Down { input, mappings, spread: Spread::Split } => {
            let sources: Vec<DimensionId> = mappings.iter().flat_map(|(_, m)| m.dims.clone()).collect();
            let targets: Vec<DimensionId> = mappings.iter().map(|(d, _)| *d).collect();
            let one = Node {
                kind: Kind::Compare(
                    Comparison::Equal,
                    Box::new(mappings.first().map_or_else(|| node.clone(), |(_, m)| m.clone())),
                    Box::new(mappings.first().map_or_else(|| node.clone(), |(_, m)| m.clone())),
                ),
                ty: Type::Boolean,
                dims: sources,
                rows: None,
                span: node.span,
            };
            let count = Node {
                kind: Kind::Up { input: Box::new(one), mappings: mappings.clone(), kept: Vec::new(), method: Method::Count },
                ty: Type::Integer,
                dims: targets,
                rows: None,
                span: node.span,
            };
            let copied = with(Kind::Down { input: input.clone(), mappings: mappings.clone(), spread: Spread::Constant });
            let shares = Node {
                kind: Kind::Down { input: Box::new(count), mappings: mappings.clone(), spread: Spread::Constant },
                ty: Type::Integer,
                ..node.clone()
            };
            with(Kind::Divide(Box::new(copied), Box::new(shares)))
        }
        Kind::Down { input, mappings, spread: Spread::SplitOn(weight) } => {
            let targets: Vec<DimensionId> = mappings.iter().map(|(d, _)| *d).collect();
            let kept: Vec<DimensionId> =
                weight.dims.iter().copied().filter(|d| !mappings.iter().any(|(_, m)| m.dims.contains(d))).collect();
            let total = Node {
                kind: Kind::Up { input: weight.clone(), mappings: mappings.clone(), kept: kept.clone(), method: Method::Sum },
                dims: targets.into_iter().chain(kept).collect(),
                ..weight.as_ref().clone()
            };
            let copied = with(Kind::Down { input: input.clone(), mappings: mappings.clone(), spread: Spread::Constant });
            let total = Node {
                kind: Kind::Down { input: Box::new(total), mappings: mappings.clone(), spread: Spread::Constant },
                ..weight.as_ref().clone()
            };
            let share = Node { kind: Kind::Divide(weight.clone(), Box::new(total)), ty: Type::Number, ..weight.as_ref().clone() };
            with(Kind::Multiply(Box::new(copied), Box::new(share)))
        }
        Kind::Along { function, input, dimension, order, method, .. } => {
            let level = match function {
                Along::YearToDate => CalendarLevel::Year,
                Along::QuarterToDate => CalendarLevel::Quarter,
                Along::MonthToDate => CalendarLevel::Month,
                _ => return Ok(node),
            };
            match period(*dimension, level, schema) {
                Some((property, ty)) => {
                    let current = Node {
                        kind: Kind::Current(*dimension),
                        ty: Type::Item(*dimension),
                        dims: vec![*dimension],
                        rows: None,
                        span: node.span,
                    };
                    let group = Node { kind: Kind::Property { item: Box::new(current.clone()), property }, ty, ..current };
                    with(Kind::Along {
                        function: Along::Cumulate,
                        input: input.clone(),
                        dimension: *dimension,
                        order: order.clone(),
                        args: vec![Some(group)],
                        method: *method,
                    })
                }
                None => node,
            }
        }
        Kind::Up { .. } => distribute(&node).unwrap_or(node),
        _ => node,
    })
}

/// The property of a calendar level that holds a coarser one.
fn period(dimension: DimensionId, level: CalendarLevel, schema: &Schema) -> Option<(u16, Type)> {
    let target = Type::Item(schema.calendar(level)?.id);
    let at = schema.dimension(dimension)?.properties.iter().position(|p| p.ty == target)?;
    Some((u16::try_from(at).ok()?, target))
}

/// Whether a node moves cells or reads stored ones: an operator of its own.
fn stands_alone(node: &Node) -> bool {
    match &node.kind {
        Kind::Metric(_)
        | Kind::Input(_)
        | Kind::Up { .. }
        | Kind::Rollup { .. }
        | Kind::Rank { .. }
        | Kind::Whole(..)
        | Kind::CountAll(_)
        | Kind::CountBlank(_)
        | Kind::Previous { .. }
        | Kind::PreviousOf { .. }
        | Kind::Convert { .. } => true,
        Kind::Along { args, function, .. } => !is_short_window(*function, args),
        _ => false,
    }
}

/// Whether a function along a dimension is a MOVING… with a short constant window, which is computed cell by cell.
pub fn is_short_window(function: Along, args: &[Option<Node>]) -> bool {
    let constant = |arg: Option<&Option<Node>>, default: Option<i64>| match arg {
        None | Some(None) => default,
        Some(Some(node)) => match &node.kind {
            Kind::Constant(Value::Integer(v)) => Some(*v),
            Kind::Negate(inner) => match &inner.kind {
                Kind::Constant(Value::Integer(v)) => v.checked_neg(),
                _ => None,
            },
            _ => None,
        },
    };
    matches!(function, Along::MovingSum | Along::MovingAverage | Along::MovingMin | Along::MovingMax)
        && constant(args.first(), None).is_some_and(|w| (1..=WINDOW_BY_LOOK_UP).contains(&w))
        && constant(args.get(1), Some(0)).is_some()
}

/// The operator that gives a node's cells.
fn operator(node: &Node, schema: &Schema) -> Result<LogicalPlan> {
    let mut inputs = Vec::new();
    let own = if stands_alone(node) {
        let mut first = true;
        let moves = moves_its_input(&node.kind);
        node.rebuild(&mut |part| {
            // The cells that an operator moves are its first input, whole; its other parts are expressions of its own.
            if std::mem::take(&mut first) && moves { input(part, &mut inputs, schema) } else { fuse(part, &mut inputs, schema) }
        })?
    } else {
        node.rebuild(&mut |part| fuse(part, &mut inputs, schema))?
    };
    let text = text::of_operator(&own, schema);
    Ok(LogicalPlan::Extension(Extension { node: Arc::new(CellNode::new(own, inputs, text)?) }))
}

fn moves_its_input(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Up { .. }
            | Kind::Rollup { .. }
            | Kind::Rank { .. }
            | Kind::Whole(..)
            | Kind::CountAll(_)
            | Kind::CountBlank(_)
            | Kind::Along { .. }
            | Kind::Convert { .. }
    )
}

/// A part as an input of the operator around it.
fn input(part: &Node, inputs: &mut Vec<LogicalPlan>, schema: &Schema) -> Result<Node> {
    inputs.push(operator(part, schema)?);
    Ok(Node { kind: Kind::Input(inputs.len() - 1), ..part.clone() })
}

/// A part of a fused expression: operators inside become inputs.
fn fuse(part: &Node, inputs: &mut Vec<LogicalPlan>, schema: &Schema) -> Result<Node> {
    if stands_alone(part) { input(part, inputs, schema) } else { part.rebuild(&mut |inner| fuse(inner, inputs, schema)) }
}
