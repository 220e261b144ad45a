//! A sum pushed through a product, and a sum of a sum.
//!
//! `(Revenue * Mix)[BY SUM: Product.Category, Store.Country]` with Mix by (Store, Channel) need not make a product for every product, store,
//! month and channel: Mix does not depend on Product, so Revenue is summed to categories first. What is summed first is rounded first, so
//! this is decided here, by the formula alone, and never by the data. (`a*c + b*c` becomes `(a + b)*c`; which cells there are stays the
//! same: a cell that lacks the other factor lacks it for all that is summed.)

use smalt_model::{DimensionId, Type};

use crate::program::{Factor, Kind, Method, Node};

/// The sum with a part of it moved into one factor of the product under it; `None` where that saves nothing.
pub(super) fn distribute(node: &Node) -> Option<Node> {
    let Kind::Up { input, mappings, kept, method: Method::Sum } = &node.kind else { return None };
    if node.ty != Type::Number || node.rows.is_some() || input.rows.is_some() {
        return None;
    }
    let mut factors = Vec::new();
    collect(input, &mut factors);
    let (place, inner) = (0..factors.len())
        .filter_map(|place| Some((place, Inner::of(place, &factors, mappings, kept)?)))
        .max_by_key(|(_, i)| i.goes.len())?;
    let factor = factors.get_mut(place)?;
    factor.node = inner.sum(&factor.node);
    let mut dims: Vec<DimensionId> = Vec::new();
    factors.iter().flat_map(|f| &f.node.dims).for_each(|d| {
        if !dims.contains(d) {
            dims.push(*d);
        }
    });
    let product = Node { kind: Kind::Product(factors), dims, ..input.as_ref().clone() };
    let rest: Vec<_> = mappings.iter().filter(|(target, _)| !inner.targets.contains(target)).cloned().collect();
    let mut stays = kept.clone();
    stays.extend(&inner.targets);
    if rest.is_empty() && product.dims.iter().all(|d| stays.contains(d)) {
        return Some(Node { dims: node.dims.clone(), ..product });
    }
    Some(Node { kind: Kind::Up { input: Box::new(product), mappings: rest, kept: stays, method: Method::Sum }, ..node.clone() })
}

/// A sum of a sum as one, where the outer one takes away only what the inner one kept: `x[BY SUM: Store.Country][REMOVE: Product]`.
/// It is rounded once instead of twice.
pub(super) fn merge(node: &Node) -> Option<Node> {
    let Kind::Up { input, mappings, kept, method: Method::Sum } = &node.kind else { return None };
    let Kind::Up { input: source, mappings: inner, kept: inner_kept, method: Method::Sum } = &input.kind else { return None };
    let stays = |d: &DimensionId| kept.contains(d);
    if node.ty != Type::Number || !mappings.is_empty() || source.rows.is_some() || !inner.iter().all(|(target, _)| stays(target)) {
        return None;
    }
    let kept = inner_kept.iter().copied().filter(stays).collect();
    Some(Node { kind: Kind::Up { input: source.clone(), mappings: inner.clone(), kept, method: Method::Sum }, ..node.clone() })
}

/// The factors of a chain of products of numbers; brackets inside it are opened, but not those that are divided by.
fn collect(node: &Node, factors: &mut Vec<Factor>) {
    match &node.kind {
        Kind::Product(parts) if node.ty == Type::Number => parts.iter().for_each(|part| match part.divides {
            true => factors.push(part.clone()),
            false => collect(&part.node, factors),
        }),
        _ => factors.push(Factor { divides: false, node: node.clone() }),
    }
}

/// The part of a sum that one factor can do by itself.
struct Inner {
    mappings: Vec<(DimensionId, Node)>,
    targets: Vec<DimensionId>,
    /// Dimensions that the factor loses.
    goes: Vec<DimensionId>,
}

impl Inner {
    /// `None` where nothing can be moved, or where the product has no more dimensions than the factor, so that nothing is saved.
    fn of(place: usize, factors: &[Factor], mappings: &[(DimensionId, Node)], kept: &[DimensionId]) -> Option<Inner> {
        let factor = &factors.get(place).filter(|f| !f.divides)?.node;
        let others = factors.iter().enumerate().filter(|(at, _)| *at != place).flat_map(|(_, f)| &f.node.dims);
        if !others.clone().any(|d| !factor.dims.contains(d)) {
            return None;
        }
        let all: Vec<DimensionId> = factors.iter().flat_map(|f| f.node.dims.iter().copied()).collect();
        let alone = |d: &DimensionId| factor.dims.contains(d) && !kept.contains(d) && !others.clone().any(|o| o == d);
        let mut goes: Vec<DimensionId> = factor.dims.iter().copied().filter(|d| alone(d)).collect();
        // A dimension goes only if every mapping that reads it reads nothing else and leads somewhere new.
        let moves = |(target, mapping): &(DimensionId, Node), goes: &[DimensionId]| {
            !mapping.dims.is_empty() && mapping.dims.iter().all(|d| goes.contains(d)) && !all.contains(target)
        };
        loop {
            let before = goes.len();
            let free: Vec<DimensionId> =
                goes.iter().copied().filter(|d| mappings.iter().filter(|(_, m)| m.dims.contains(d)).all(|m| moves(m, &goes))).collect();
            goes = free;
            if goes.len() == before {
                break;
            }
        }
        if goes.is_empty() {
            return None;
        }
        let moved: Vec<_> = mappings.iter().filter(|m| moves(m, &goes)).cloned().collect();
        Some(Inner { targets: moved.iter().map(|(target, _)| *target).collect(), mappings: moved, goes })
    }

    fn sum(&self, factor: &Node) -> Node {
        let kept: Vec<DimensionId> = factor.dims.iter().copied().filter(|d| !self.goes.contains(d)).collect();
        // A target takes the place of its first source, so that neighbouring cells stay neighbours.
        let mut dims: Vec<DimensionId> = Vec::new();
        for dimension in &factor.dims {
            let targets = self.mappings.iter().filter(|(_, m)| m.dims.first() == Some(dimension)).map(|(target, _)| *target);
            dims.extend(targets.chain(kept.contains(dimension).then_some(*dimension)));
        }
        let kind = Kind::Up { input: Box::new(factor.clone()), mappings: self.mappings.clone(), kept, method: Method::Sum };
        Node { kind, dims, ty: Type::Number, rows: None, span: factor.span }
    }
}
