//! A sum pushed through a product.
//!
//! `(Revenue * Mix)[BY SUM: Product.Category, Store.Country]` with Mix by (Store, Channel) need not make a product for every product, store,
//! month and channel: Mix does not depend on Product, so Revenue is summed to categories first. What is summed first is rounded first, so
//! this is decided here, by the formula alone, and never by the data. (`a*c + b*c` becomes `(a + b)*c`; which cells there are stays the
//! same: a cell that lacks the other factor lacks it for all that is summed.)

use smalt_model::{DimensionId, Type};

use crate::program::{Kind, Method, Node};

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
    let mut factors: Vec<Node> = factors.into_iter().cloned().collect();
    let factor = factors.get_mut(place)?;
    *factor = inner.sum(factor);
    let product = factors.into_iter().reduce(multiply)?;
    let rest: Vec<_> = mappings.iter().filter(|(target, _)| !inner.targets.contains(target)).cloned().collect();
    let mut stays = kept.clone();
    stays.extend(&inner.targets);
    if rest.is_empty() && product.dims.iter().all(|d| stays.contains(d)) {
        return Some(Node { dims: node.dims.clone(), ..product });
    }
    Some(Node { kind: Kind::Up { input: Box::new(product), mappings: rest, kept: stays, method: Method::Sum }, ..node.clone() })
}

/// The factors of a chain of products of numbers.
fn collect<'a>(node: &'a Node, factors: &mut Vec<&'a Node>) {
    match &node.kind {
        Kind::Multiply(a, b) if node.ty == Type::Number => {
            collect(a, factors);
            collect(b, factors);
        }
        _ => factors.push(node),
    }
}

fn multiply(a: Node, b: Node) -> Node {
    let mut dims = a.dims.clone();
    dims.extend(b.dims.iter().filter(|d| !a.dims.contains(d)));
    Node { dims, ty: Type::Number, rows: None, span: a.span, kind: Kind::Multiply(Box::new(a), Box::new(b)) }
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
    fn of(place: usize, factors: &[&Node], mappings: &[(DimensionId, Node)], kept: &[DimensionId]) -> Option<Inner> {
        let factor = factors.get(place)?;
        let others = factors.iter().enumerate().filter(|(at, _)| *at != place).flat_map(|(_, f)| &f.dims);
        if !others.clone().any(|d| !factor.dims.contains(d)) {
            return None;
        }
        let all: Vec<DimensionId> = factors.iter().flat_map(|f| f.dims.iter().copied()).collect();
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
