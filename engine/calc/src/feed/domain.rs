//! The set program: where may an expression have cells?
//!
//! The answer is a superset, as small as the expression's shape tells; the value program decides each cell.

use smalt_formula::plan::short_window;
use smalt_formula::program::{Function, Kind, Node};
use smalt_model::DimensionId;

use crate::eval::{Scope, fills, is_constant};

/// A set of coordinates over some dimensions.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Domain {
    /// None.
    Nothing,
    /// Every coordinate of these dimensions.
    Everything(Vec<DimensionId>),
    /// The cells of an input.
    Input(usize, Vec<DimensionId>),
    /// A set moved along a dimension by so many items.
    Shifted(Box<Domain>, DimensionId, i64),
    /// All items of a dimension on every line on which the set has a coordinate.
    Lines(Box<Domain>, DimensionId),
    /// Cells of any of them.
    Union(Vec<Domain>, Vec<DimensionId>),
}

impl Domain {
    /// Its dimensions.
    pub(crate) fn dims(&self) -> &[DimensionId] {
        match self {
            Domain::Nothing => &[],
            Domain::Everything(dims) | Domain::Input(_, dims) | Domain::Union(_, dims) => dims,
            Domain::Shifted(base, _, _) | Domain::Lines(base, _) => base.dims(),
        }
    }

    /// About how many coordinates.
    pub(crate) fn size(&self, scope: &Scope) -> u128 {
        match self {
            Domain::Nothing => 0,
            Domain::Everything(dims) => scope.run.space(dims),
            Domain::Input(input, _) => scope.inputs.get(*input).map_or(0, |c| u128::from(c.len())),
            Domain::Shifted(base, _, _) => base.size(scope),
            Domain::Lines(base, dimension) => base.size(scope).saturating_mul(u128::from(scope.run.count(*dimension))),
            Domain::Union(parts, _) => parts.iter().fold(0u128, |all, p| all.saturating_add(p.size(scope))),
        }
    }

    /// About how many coordinates when it is crossed with the dimensions that it lacks.
    pub(crate) fn size_over(&self, dims: &[DimensionId], scope: &Scope) -> u128 {
        let missing: Vec<DimensionId> = dims.iter().copied().filter(|d| !self.dims().contains(d)).collect();
        self.size(scope).saturating_mul(scope.run.space(&missing))
    }
}

/// Where the cells of an expression can be; the dimensions are a part of the expression's, what is missing is everywhere.
pub(crate) fn domain(node: &Node, scope: &Scope) -> Domain {
    let dims = || node.dims.clone();
    match &node.kind {
        Kind::Blank => Domain::Nothing,
        Kind::Constant(_) => Domain::Everything(Vec::new()),
        Kind::Input(input) => Domain::Input(*input, scope.inputs.get(*input).map_or_else(dims, |c| c.layout().dims().to_vec())),
        Kind::Current(_) | Kind::IsBlank(_) | Kind::IsNotBlank(_) => Domain::Everything(dims()),
        Kind::Property { item, .. } => domain(item, scope),
        Kind::Negate(a)
        | Kind::Not(a)
        | Kind::ToNumber(a)
        | Kind::ToDecimal(a)
        | Kind::ToText(a)
        | Kind::IsDefined(a)
        | Kind::ResetRights(a)
        | Kind::InList(a, _)
        | Kind::Add { input: a, .. }
        | Kind::Filter { input: a, .. } => domain(a, scope),
        Kind::Power(a, b) | Kind::Compare(_, a, b) => all(vec![domain(a, scope), domain(b, scope)], &node.dims, scope),
        Kind::Product(factors) => all(factors.iter().map(|f| domain(&f.node, scope)).collect(), &node.dims, scope),
        Kind::InRange(a, b, c) => all(vec![domain(a, scope), domain(b, scope), domain(c, scope)], &node.dims, scope),
        // The other two arguments are by day, whatever the place.
        Kind::Call(Function::NetworkDays, parts) => all(parts.iter().take(2).map(|p| domain(p, scope)).collect(), &node.dims, scope),
        Kind::Call(_, parts) | Kind::And(parts) => all(parts.iter().map(|p| domain(p, scope)).collect(), &node.dims, scope),
        Kind::Sum(terms) => chain(node, &terms.iter().map(|t| &t.node).collect::<Vec<_>>(), scope),
        Kind::Concat(parts) | Kind::Or(parts) | Kind::Least(parts) | Kind::Greatest(parts) => {
            chain(node, &parts.iter().collect::<Vec<_>>(), scope)
        }
        Kind::If { test, then, otherwise } => {
            let then = all(vec![domain(test, scope), domain(then, scope)], &node.dims, scope);
            any(vec![then, otherwise.as_deref().map_or(Domain::Nothing, |o| domain(o, scope))], &node.dims)
        }
        Kind::Switch { value, cases, otherwise } => {
            let value = domain(value, scope);
            let mut parts: Vec<Domain> = cases
                .iter()
                .map(|(case, result)| all(vec![value.clone(), domain(case, scope), domain(result, scope)], &node.dims, scope))
                .collect();
            parts.extend(otherwise.as_deref().map(|o| domain(o, scope)));
            any(parts, &node.dims)
        }
        Kind::IfBlank(a, b) | Kind::MakeRights(a, b) => any(vec![domain(a, scope), domain(b, scope)], &node.dims),
        Kind::IfDefined(a, then, otherwise) => {
            let then = all(vec![domain(a, scope), domain(then, scope)], &node.dims, scope);
            any(vec![then, otherwise.as_deref().map_or(Domain::Nothing, |o| domain(o, scope))], &node.dims)
        }
        Kind::Offset { input, dimension, offset } => shifted(domain(input, scope), *dimension, -offset),
        Kind::AtMapping { input, dimension, .. } => lines(domain(input, scope), *dimension),
        Kind::Along { input, dimension, .. } => {
            let base = domain(input, scope);
            match short_window(node) {
                Some((window, offset)) => {
                    any((offset + 1 - window..=offset).map(|o| shifted(base.clone(), *dimension, -o)).collect(), &node.dims)
                }
                None => lines(base, *dimension),
            }
        }
        Kind::Down { input, .. } if domain(input, scope) == Domain::Nothing => Domain::Nothing,
        _ => Domain::Everything(dims()),
    }
}

fn shifted(base: Domain, dimension: DimensionId, by: i64) -> Domain {
    match base {
        base if by == 0 || !base.dims().contains(&dimension) => base,
        Domain::Everything(dims) => Domain::Everything(dims),
        Domain::Shifted(inner, d, first) if d == dimension => shifted(*inner, d, first.saturating_add(by)),
        base => Domain::Shifted(Box::new(base), dimension, by),
    }
}

fn lines(base: Domain, dimension: DimensionId) -> Domain {
    match base {
        base @ (Domain::Nothing | Domain::Everything(_) | Domain::Lines(..)) => base,
        base if !base.dims().contains(&dimension) => base,
        base => Domain::Lines(Box::new(base), dimension),
    }
}

/// The smallest of several sets that must all hold a cell.
fn all(parts: Vec<Domain>, dims: &[DimensionId], scope: &Scope) -> Domain {
    if parts.contains(&Domain::Nothing) {
        return Domain::Nothing;
    }
    let everything = |p: &Domain| matches!(p, Domain::Everything(_));
    if parts.iter().all(everything) {
        return Domain::Everything(dims.to_vec());
    }
    parts.into_iter().filter(|p| !everything(p)).min_by_key(|p| p.size_over(dims, scope)).unwrap_or(Domain::Nothing)
}

/// The cells of any of several sets. Sets with fewer dimensions are everywhere along those that they lack.
fn any(parts: Vec<Domain>, dims: &[DimensionId]) -> Domain {
    let mut out: Vec<Domain> = Vec::new();
    for part in parts {
        let inner = match part {
            Domain::Nothing => continue,
            Domain::Everything(own) if own.len() == dims.len() || own.is_empty() => return Domain::Everything(dims.to_vec()),
            Domain::Union(inner, over) if over.len() == dims.len() => inner,
            other => vec![other],
        };
        for part in inner {
            if !out.contains(&part) {
                out.push(part);
            }
        }
    }
    match out.len() {
        0 => Domain::Nothing,
        1 => out.pop().unwrap_or(Domain::Nothing),
        _ => Domain::Union(out, dims.to_vec()),
    }
}

/// A chain under the rule of `+`: the cells of the terms with all dimensions, or where every narrower one is.
fn chain(node: &Node, parts: &[&Node], scope: &Scope) -> Domain {
    let terms: Vec<&&Node> = parts.iter().filter(|p| !is_constant(p)).collect();
    if terms.is_empty() {
        return Domain::Everything(Vec::new());
    }
    let full: Vec<&&&Node> = terms.iter().filter(|p| p.dims.len() == node.dims.len()).collect();
    if full.is_empty() {
        return all(terms.iter().map(|p| domain(p, scope)).collect(), &node.dims, scope);
    }
    let filling = terms.iter().filter(|p| p.dims.len() < node.dims.len() && fills(p));
    any(full.into_iter().chain(filling).map(|p| domain(p, scope)).collect(), &node.dims)
}
