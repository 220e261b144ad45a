//! The last step of compilation: a checked formula as a tree of operators.

use std::sync::Arc;

use datafusion_common::Result;
use datafusion_expr::{Extension, LogicalPlan};
use smalt_model::{CalendarLevel, DimensionId, Schema, Type, Value};

use super::distribute::{distribute, merge};
use super::node::CellNode;
use super::text;
use crate::dims::union;
use crate::program::{Along, Comparison, Factor, Function, Kind, Method, Node, Spread, Term};
use crate::span::Span;

/// A MOVING… function over at most this many items asks for each of them at each cell; a longer one is an operator along its lines.
const WINDOW_BY_LOOK_UP: i64 = 16;

/// The plan of an expression. A [`Kind::Input`] that stands in it already is an input from outside.
pub fn lower(node: &Node, schema: &Schema) -> Result<LogicalPlan> {
    operator(&simplify(node, schema, true)?, schema)
}

/// What [`lower`] makes a plan of: what is short for something else is written out, and sums stand where they save work.
pub fn simplified(node: &Node, schema: &Schema) -> Result<Node> {
    simplify(node, schema, true)
}

/// The plan of an expression that is [`simplified`] already.
pub fn lower_simplified(node: &Node, schema: &Schema) -> Result<LogicalPlan> {
    operator(node, schema)
}

/// The plan of an expression as it is written, before anything is moved.
pub fn lower_as_written(node: &Node, schema: &Schema) -> Result<LogicalPlan> {
    operator(&simplify(node, schema, false)?, schema)
}

/// Writes what is short for something else as what it is short for, and moves sums to where they save work.
fn simplify(node: &Node, schema: &Schema, moves: bool) -> Result<Node> {
    let node = node.rebuild(&mut |part| simplify(part, schema, moves))?;
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
        Kind::Add { input, added, spread: Spread::SplitOn(weight) } => {
            let kept: Vec<DimensionId> = weight.dims.iter().copied().filter(|d| !added.contains(d)).collect();
            let weight = repeated(weight, added);
            let kind = Kind::Up { input: Box::new(weight.clone()), mappings: Vec::new(), kept: kept.clone(), method: Method::Sum };
            let total = Node { kind, dims: kept, ..weight.clone() };
            let copied = with(Kind::Add { input: input.clone(), added: added.clone(), spread: Spread::Constant });
            with(proportional(copied, weight, total))
        }
        // Evenly over the items that map to the same target: divided by their number.
        Kind::Down { input, mappings, spread: Spread::Split } => {
            let ways = Ways::of(input, mappings);
            let mapped = mappings.iter().map(|(_, m)| Node { kind: Kind::IsDefined(Box::new(m.clone())), ty: Type::Boolean, ..m.clone() });
            let mapped: Vec<Node> = mapped.collect();
            let mapped = Node { kind: Kind::And(mapped), ty: Type::Boolean, dims: ways.sources.clone(), rows: None, span: node.span };
            let count = ways.up(mapped, Method::Count, Type::Integer);
            let copied = with(Kind::Down { input: input.clone(), mappings: mappings.clone(), spread: Spread::Constant });
            with(Kind::Product(vec![factor(copied), divisor(ways.down(count))]))
        }
        Kind::Down { input, mappings, spread: Spread::SplitOn(weight) } => {
            let ways = Ways::of(input, mappings);
            let weight = repeated(weight, &ways.sources);
            let total = ways.down(ways.up(weight.clone(), Method::Sum, weight.ty));
            let copied = with(Kind::Down { input: input.clone(), mappings: mappings.clone(), spread: Spread::Constant });
            with(proportional(copied, weight, total))
        }
        Kind::PreviousOf { .. } => look_back(&node),
        Kind::Along { function, input, dimension, order, method, .. } => {
            let level = match function {
                Along::YearToDate => CalendarLevel::Year,
                Along::QuarterToDate => CalendarLevel::Quarter,
                Along::MonthToDate => CalendarLevel::Month,
                _ => return Ok(node),
            };
            let Some(group) = period(*dimension, level, schema) else { return Ok(node) };
            with(Kind::Along {
                function: Along::Cumulate,
                input: input.clone(),
                dimension: *dimension,
                order: order.clone(),
                args: vec![Some(group)],
                method: *method,
            })
        }
        Kind::Up { .. } if moves => {
            let node = merge(&node).unwrap_or(node);
            distribute(&node).unwrap_or(node)
        }
        _ => node,
    })
}

fn factor(node: Node) -> Factor {
    Factor { divides: false, node }
}

fn divisor(node: Node) -> Factor {
    Factor { divides: true, node }
}

/// What is given to more cells in proportion to a weight. A DECIMAL is rounded once, not after each step.
fn proportional(copied: Node, weight: Node, total: Node) -> Kind {
    if copied.ty.digits().is_some() {
        return Kind::Call(Function::Share, vec![copied, weight, total]);
    }
    Kind::Product(vec![factor(copied), factor(weight), divisor(total)])
}

/// An expression with the dimensions of `dims` that it lacks.
fn repeated(node: &Node, dims: &[DimensionId]) -> Node {
    let added: Vec<DimensionId> = dims.iter().copied().filter(|d| !node.dims.contains(d)).collect();
    if added.is_empty() {
        return node.clone();
    }
    let dims = union([node.dims.as_slice(), &added]);
    Node { kind: Kind::Add { input: Box::new(node.clone()), added, spread: Spread::Constant }, dims, ..node.clone() }
}

/// The way that an allocation takes, to go it up and down again.
struct Ways<'a> {
    mappings: &'a [(DimensionId, Node)],
    /// The dimensions of the mappings.
    sources: Vec<DimensionId>,
    /// Those of them over which a value is divided: what it has itself is matched.
    over: Vec<DimensionId>,
}

impl Ways<'_> {
    fn of<'a>(input: &Node, mappings: &'a [(DimensionId, Node)]) -> Ways<'a> {
        let sources = union(mappings.iter().map(|(_, m)| m.dims.as_slice()));
        let matched = |d: &DimensionId| input.dims.contains(d) && !mappings.iter().any(|(target, _)| target == d);
        let over = sources.iter().copied().filter(|d| !matched(d)).collect();
        Ways { mappings, sources, over }
    }

    /// An expression that has the sources, together over what shares a value.
    fn up(&self, node: Node, method: Method, ty: Type) -> Node {
        let kept: Vec<DimensionId> = node.dims.iter().copied().filter(|d| !self.over.contains(d)).collect();
        let targets: Vec<DimensionId> = self.mappings.iter().map(|(d, _)| *d).collect();
        let (rows, span) = (None, node.span);
        let dims = union([targets.as_slice(), &kept]);
        Node { kind: Kind::Up { input: Box::new(node), mappings: self.mappings.to_vec(), kept, method }, ty, dims, rows, span }
    }

    /// Copied back to what shares it.
    fn down(&self, node: Node) -> Node {
        let own: Vec<DimensionId> = node.dims.iter().copied().filter(|d| !self.mappings.iter().any(|(t, _)| t == d)).collect();
        let (ty, span) = (node.ty, node.span);
        let dims = union([own.as_slice(), &self.sources]);
        Node {
            kind: Kind::Down { input: Box::new(node), mappings: self.mappings.to_vec(), spread: Spread::Constant },
            ty,
            dims,
            rows: None,
            span,
        }
    }
}

/// PREVIOUSOF of a metric that is not solved together with its reader: the value at an earlier item, where the number of places is at least 1.
pub fn look_back(node: &Node) -> Node {
    let Kind::PreviousOf { metric, dimension, back } = &node.kind else { return node.clone() };
    let input = Box::new(Node { kind: Kind::Metric(*metric), ..node.clone() });
    let constant = back.as_deref().map_or(Some(1), Node::integer);
    let kind = match (constant, back) {
        (Some(n), _) if n >= 1 => Kind::Offset { input, dimension: *dimension, offset: -n },
        (None, Some(back)) => {
            let span = node.span;
            let part = |kind: Kind, ty: Type, dims: Vec<DimensionId>| Node { kind, ty, dims, rows: None, span };
            let (item, dims) = (Type::Item(*dimension), union([&[*dimension], back.dims.as_slice()]));
            let one = part(Kind::Constant(Value::Integer(1)), Type::Integer, Vec::new());
            let test = Kind::Compare(Comparison::GreaterOrEqual, back.clone(), Box::new(one));
            let test = part(test, Type::Boolean, back.dims.clone());
            let here = part(Kind::Current(*dimension), item, vec![*dimension]);
            let back = part(Kind::Negate(back.clone()), Type::Integer, back.dims.clone());
            let there = part(Kind::Call(Function::Shift, vec![here, back]), item, dims.clone());
            let mapping = part(Kind::If { test: Box::new(test), then: Box::new(there), otherwise: None }, item, dims);
            Kind::AtMapping { input, dimension: *dimension, mapping: Box::new(mapping) }
        }
        _ => Kind::Blank,
    };
    Node { kind, ..node.clone() }
}

/// A value that is the same for the items of a calendar level that lie in one period: the item of that period, where the model has that level,
/// else a number made of the start date.
fn period(dimension: DimensionId, level: CalendarLevel, schema: &Schema) -> Option<Node> {
    let def = schema.dimension(dimension)?;
    let part = |kind: Kind, ty: Type| Node { kind, ty, dims: vec![dimension], rows: None, span: Span::default() };
    let property = |property: u16, ty: Type| {
        let current = part(Kind::Current(dimension), Type::Item(dimension));
        part(Kind::Property { item: Box::new(current), property }, ty)
    };
    let coarser = schema.calendar(level).and_then(|target| {
        let ty = Type::Item(target.id);
        Some(property(u16::try_from(def.properties.iter().position(|p| p.ty == ty)?).ok()?, ty))
    });
    coarser.or_else(|| {
        let start = property(def.property("Start Date")?, Type::Date);
        let whole = |n: i64| Node { dims: Vec::new(), ..part(Kind::Constant(Value::Integer(n)), Type::Integer) };
        let call = |function: Function, args: Vec<Node>| part(Kind::Call(function, args), Type::Integer);
        let sum = |a: Node, b: Node| {
            let term = |node: Node| Term { negative: false, node };
            part(Kind::Sum(vec![term(a), term(b)]), Type::Integer)
        };
        // A week belongs to the year of its Thursday, as its name says.
        let start = match def.calendar {
            Some(CalendarLevel::Week) => {
                let term = |node: Node| Term { negative: false, node };
                part(Kind::Sum(vec![term(start), term(whole(3))]), Type::Date)
            }
            _ => start,
        };
        let (year, month) = (call(Function::Year, vec![start.clone()]), call(Function::Month, vec![start]));
        let years = part(Kind::Product(vec![factor(year), factor(whole(12))]), Type::Integer);
        // Months since the first one of a year, of the kind that the calendar has.
        let months = sum(sum(years, month), whole(-i64::from(def.fiscal_start.unwrap_or(1))));
        let parts = |count: i64| call(Function::Quotient, vec![months.clone(), whole(count)]);
        Some(match level {
            CalendarLevel::Month => months,
            CalendarLevel::Quarter => parts(3),
            _ => parts(12),
        })
    })
}

/// Whether a node moves cells or reads stored ones: an operator of its own.
pub fn stands_alone(node: &Node) -> bool {
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
        Kind::Along { .. } => short_window(node).is_none(),
        _ => false,
    }
}

/// The window and the offset of a MOVING… in item order where both are constants and the window is short: it is computed cell by cell. A window
/// of windows is not: it would ask for all items of all of them at each cell.
pub fn short_window(node: &Node) -> Option<(i64, i64)> {
    let Kind::Along { function, input, order: None, args, .. } = &node.kind else { return None };
    let moves = matches!(function, Along::MovingSum | Along::MovingAverage | Along::MovingMin | Along::MovingMax);
    if !moves || input.any(&|part| matches!(part.kind, Kind::Along { .. })) {
        return None;
    }
    let given = |arg: usize| args.get(arg).and_then(Option::as_ref);
    let window = given(0)?.integer().filter(|window| (1..=WINDOW_BY_LOOK_UP).contains(window))?;
    Some((window, given(1).map_or(Some(0), Node::integer)?))
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
    Ok(LogicalPlan::Extension(Extension { node: Arc::new(CellNode::new(own, inputs, text, identity(node))?) }))
}

/// What an operator that moves cells computes, without the places in the text: the same for two that give the same cells.
fn identity(node: &Node) -> Option<Arc<str>> {
    fn without_places(node: &Node) -> Node {
        let rebuilt: Result<Node, std::convert::Infallible> = node.rebuild(&mut |part| Ok(without_places(part)));
        match rebuilt {
            Ok(node) => Node { span: Span::default(), ..node },
            Err(never) => match never {},
        }
    }
    let from_outside = |n: &Node| matches!(n.kind, Kind::Input(_) | Kind::Previous { .. } | Kind::PreviousOf { .. } | Kind::CurrentValue);
    let shared = stands_alone(node) && !matches!(node.kind, Kind::Metric(_)) && !node.any(&from_outside);
    shared.then(|| format!("{:?}", without_places(node)).into())
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
