//! What a formula reads beyond what it names: items, their order, and what decides on both.

use std::collections::BTreeSet;

use smalt_formula::{Comparison, Function, Kind, Method, Node, Program, Spread, Ties};
use smalt_model::{DimensionId, Schema, Type};

/// A property: its dimension and its place in it. Place 0 of a subset are its members, which its formula gives.
pub(crate) type Property = (DimensionId, u16);

/// Every dimension that a formula looks at, directly or through what a part of it gives.
pub(crate) fn dimensions(program: &Program) -> BTreeSet<DimensionId> {
    let mut found = BTreeSet::new();
    each(&program.root, &mut |node| {
        found.extend(&node.dims);
        found.extend(node.item_dimension());
        match &node.kind {
            Kind::Convert { from, to, .. } => found.extend([from, to]),
            Kind::Rollup { dimension, .. } | Kind::Previous { dimension, .. } | Kind::PreviousOf { dimension, .. } => {
                found.insert(*dimension);
            }
            _ => {}
        }
    });
    found
}

/// The dimensions whose item order a formula depends on.
pub(crate) fn orders(program: &Program) -> BTreeSet<DimensionId> {
    orders_in(&program.root)
}

/// The dimensions whose item order an expression depends on.
pub(crate) fn orders_in(root: &Node) -> BTreeSet<DimensionId> {
    let mut found = BTreeSet::new();
    each(root, &mut |node| {
        let items = |part: &Node| part.item_dimension();
        match &node.kind {
            Kind::Along { dimension, input, order, .. } => {
                found.insert(*dimension);
                found.extend(items(input));
                found.extend(order.as_deref().and_then(items));
            }
            Kind::Offset { dimension, .. } | Kind::Previous { dimension, .. } | Kind::PreviousOf { dimension, .. } => {
                found.insert(*dimension);
            }
            Kind::ParentOffset { input, parent, method, .. } => {
                found.extend(items(parent));
                found.extend(items(input));
                if in_order(*method) {
                    found.extend(&input.dims);
                }
            }
            Kind::Compare(comparison, a, _) if !matches!(comparison, Comparison::Equal | Comparison::NotEqual) => found.extend(items(a)),
            Kind::InRange(value, ..) => found.extend(items(value)),
            Kind::Least(parts) | Kind::Greatest(parts) => found.extend(parts.iter().filter_map(items)),
            Kind::Call(Function::Shift | Function::Match(_), _) => found.extend(items(node)),
            Kind::Rank { input, ties: Ties::Sequential, .. } => found.extend(&input.dims),
            Kind::Rank { input, .. } => found.extend(items(input)),
            Kind::Up { input, method, .. } => {
                found.extend(items(input));
                if in_order(*method) {
                    found.extend(&input.dims);
                }
            }
            Kind::Whole(method, input) => {
                found.extend(items(input));
                if in_order(*method) {
                    found.extend(&input.dims);
                }
            }
            _ => {}
        }
    });
    found
}

/// The dimensions whose items a formula counts, steps over or looks up, so that one more of them changes what it gives for others.
pub(crate) fn counted(program: &Program) -> BTreeSet<DimensionId> {
    let mut found = BTreeSet::new();
    each(&program.root, &mut |node| match &node.kind {
        Kind::Along { dimension, .. }
        | Kind::Offset { dimension, .. }
        | Kind::Previous { dimension, .. }
        | Kind::PreviousOf { dimension, .. }
        | Kind::Rollup { dimension, .. } => drop(found.insert(*dimension)),
        Kind::ParentOffset { input, parent, .. } => {
            found.extend(&input.dims);
            found.extend(parent.item_dimension());
        }
        Kind::Call(Function::Shift | Function::Match(_) | Function::Item(_), _) => found.extend(node.item_dimension()),
        Kind::Rank { input, .. } | Kind::CountAll(input) | Kind::CountBlank(input) => found.extend(&input.dims),
        Kind::Up { input, method, .. } | Kind::Whole(method, input) if takes_a_place(*method) || input.any(&|part| fills(part)) => {
            found.extend(&input.dims);
        }
        Kind::Down { mappings, spread: Spread::Split | Spread::SplitOn(_), .. } => {
            for (_, mapping) in mappings {
                found.extend(&mapping.dims);
                found.extend(mapping.item_dimension());
            }
        }
        Kind::Add { added, spread: Spread::Split | Spread::SplitOn(_), .. } => found.extend(added),
        _ => {}
    });
    found
}

/// Whether an aggregation takes what stands at one end of all coordinates, also where that is BLANK.
pub(crate) fn takes_a_place(method: Method) -> bool {
    matches!(method, Method::First | Method::Last)
}

/// Whether a part of a formula can have a value at an item at which nothing was ever put in.
fn fills(part: &Node) -> bool {
    matches!(
        part.kind,
        Kind::Current(_)
            | Kind::IsBlank(_)
            | Kind::IsNotBlank(_)
            | Kind::IsDefined(_)
            | Kind::If { .. }
            | Kind::Switch { .. }
            | Kind::IfBlank(..)
            | Kind::IfDefined(..)
            | Kind::Down { .. }
            | Kind::Add { .. }
            | Kind::AtMapping { .. }
            | Kind::Convert { .. }
    )
}

/// Whether the order of what it takes decides on what an aggregation gives.
fn in_order(method: Method) -> bool {
    !matches!(
        method,
        Method::Sum
            | Method::Avg
            | Method::Min
            | Method::Max
            | Method::Median
            | Method::StdevS
            | Method::StdevP
            | Method::Count
            | Method::CountUnique
            | Method::Any
            | Method::All
    )
}

/// Every property that a formula reads, those among them that decide which items a subset has and in which order items stand.
pub(crate) fn properties(program: &Program, schema: &Schema) -> BTreeSet<Property> {
    let mut found = BTreeSet::new();
    for (dimension, property) in &program.properties {
        found.insert((schema.whole(*dimension), *property));
    }
    for dimension in dimensions(program) {
        found.extend(members(dimension, schema));
    }
    for dimension in orders(program) {
        found.extend(order(dimension, schema));
    }
    found
}

/// The members of a subset, and of the subsets that it is one of.
fn members(dimension: DimensionId, schema: &Schema) -> impl Iterator<Item = Property> + '_ {
    schema.line(dimension).filter(|d| schema.dimension(*d).is_some_and(|def| def.parent.is_some())).map(|subset| (subset, 0))
}

/// The properties that put the items of a type in order.
pub(crate) fn order_of_type(ty: Type, schema: &Schema) -> Vec<Property> {
    match ty {
        Type::Item(dimension) => order(dimension, schema),
        _ => Vec::new(),
    }
}

/// The dimensions whose order decides on that of a dimension: itself, and those whose items its order goes by.
pub(crate) fn ordered_by(dimension: DimensionId, schema: &Schema) -> Vec<DimensionId> {
    let mut found = Vec::new();
    let mut here = Some(schema.whole(dimension));
    while let Some(dimension) = here.filter(|d| !found.contains(d)) {
        found.push(dimension);
        let by = schema.dimension(dimension).and_then(|def| def.properties.get(usize::from(def.order?.property)));
        here = match by.map(|p| p.ty) {
            Some(Type::Item(next)) => Some(schema.whole(next)),
            _ => None,
        };
    }
    found
}

/// The properties that put a dimension's items in order: its own, and those that order the items which that one holds.
pub(crate) fn order(dimension: DimensionId, schema: &Schema) -> Vec<Property> {
    let by = |dimension: DimensionId| Some((dimension, schema.dimension(dimension)?.order?.property));
    ordered_by(dimension, schema).into_iter().filter_map(by).collect()
}

fn each(node: &Node, visit: &mut impl FnMut(&Node)) {
    visit(node);
    node.children().into_iter().for_each(|child| each(child, visit));
}
