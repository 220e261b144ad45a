//! BY: up and down (formulas.md §5).

use smalt_formula::{Expr, Method, MethodClause, MethodWord};

use crate::block::{Block, project};
use crate::modifier::{allocate, group, named_or};
use crate::scope::Scope;
use crate::select::placed;
use crate::value::{Type, Value};
use crate::{Found, modifier};

fn target(mapping: &Block) -> Found<usize> {
    if let Some(Type::Item(d)) = mapping.ty { Ok(d) } else { Err("a mapping gives items".to_owned()) }
}

/// The mappings of one way, with their targets.
type Ways<'a> = Vec<(&'a Block, usize)>;

pub(crate) fn by(scope: &Scope<'_>, x: &Block, method: Option<&MethodClause>, mappings: &[Expr]) -> Found<Block> {
    let mappings = mappings.iter().map(|m| scope.eval(m)).collect::<Found<Vec<_>>>()?;
    let (mut ups, mut downs): (Ways<'_>, Ways<'_>) = (Vec::new(), Vec::new());
    for mapping in &mappings {
        let t = target(mapping)?;
        if mapping.is_within(&x.dims) && (!x.has(t) || mapping.has(t)) {
            ups.push((mapping, t));
        } else if x.has(t) && (mapping.dims.is_empty() || !mapping.is_within(&x.dims)) {
            downs.push((mapping, t));
        } else {
            return Err("the direction is not clear".to_owned());
        }
    }
    let twice = |(at, t): (usize, usize)| {
        downs.iter().enumerate().any(|(i, (m, own))| i != at && (*own == t || m.has(t))) || ups.iter().any(|(m, _)| m.has(t))
    };
    if downs.iter().enumerate().any(|(at, (_, t))| twice((at, *t))) {
        return Err("a dimension is used by two mappings".to_owned());
    }
    // A method is of the one way or of the other.
    let goes_down = matches!(method.map(|m| &m.word), Some(MethodWord::Constant | MethodWord::Split | MethodWord::SplitOn(_)));
    if downs.is_empty() {
        return aggregated(scope, x, method, &ups);
    }
    if method.is_some() && !goes_down && ups.is_empty() {
        return Err("an aggregation goes up".to_owned());
    }
    let lower = |x: &Block| down(scope, x, method.filter(|_| goes_down), &downs);
    let raise = |x: &Block| if ups.is_empty() { Ok(x.clone()) } else { aggregated(scope, x, method.filter(|_| !goes_down), &ups) };
    // What is matched on a dimension that leaves is read before it does.
    let leaves = |d: &usize| ups.iter().any(|(m, _)| m.has(*d));
    if downs.iter().any(|(m, _)| m.dims.iter().any(leaves)) { raise(&lower(x)?) } else { lower(&raise(x)?) }
}

/// Down: each target gives way to its mapping's dimensions; one that is a dimension of its mapping too stays.
fn down(scope: &Scope<'_>, x: &Block, method: Option<&MethodClause>, downs: &Ways<'_>) -> Found<Block> {
    let mut dims: Vec<usize> = Vec::new();
    for d in &x.dims {
        let instead = downs.iter().find(|(_, t)| t == d).map_or(std::slice::from_ref(d), |(mapping, _)| &mapping.dims);
        dims.extend(instead.iter().copied().filter(|d| !dims.contains(d)).collect::<Vec<_>>());
    }
    let share = modifier::down(scope, method)?;
    let source = |c: &[usize]| {
        let mut from = Vec::new();
        for d in &x.dims {
            from.push(match downs.iter().find(|(_, t)| t == d) {
                Some((mapping, _)) => mapping.at(&dims, c)?.item()?,
                None => *project(&dims, c, &[*d])?.first()?,
            });
        }
        Some(from)
    };
    allocate(scope, x, dims.clone(), &share, source)
}

fn aggregated(scope: &Scope<'_>, x: &Block, method: Option<&MethodClause>, ups: &Ways<'_>) -> Found<Block> {
    // Of a list's rows nothing is left but what the mappings lead to.
    let rows = x.dims.iter().copied().filter(|d| scope.model.dimensions[*d].is_list);
    let used: Vec<usize> = ups.iter().flat_map(|(m, _)| m.dims.iter().copied()).chain(rows).collect();
    let mut dims: Vec<usize> = Vec::new();
    // A target stays where it is, or takes the place of the first of its mapping's dimensions; one without any comes last.
    let stands_at = |m: &Block, t: usize| x.dims.iter().position(|d| if m.has(t) { *d == t } else { m.has(*d) });
    for (place, d) in x.dims.iter().enumerate() {
        let mut here: Vec<usize> = ups.iter().filter(|(m, t)| stands_at(m, *t) == Some(place)).map(|(_, t)| *t).collect();
        if !used.contains(d) {
            dims.push(*d);
        } else if let Some(at) = here.iter().position(|t| t == d) {
            // What stays comes before what arrives.
            dims.push(here.remove(at));
        }
        dims.extend(here);
    }
    dims.extend(ups.iter().filter(|(m, _)| m.dims.is_empty()).map(|(_, t)| *t));
    if (1..dims.len()).any(|i| dims[..i].contains(&dims[i])) {
        return Err("a dimension twice".to_owned());
    }
    let to = |c: &[usize]| {
        dims.iter()
            .map(|d| match ups.iter().find(|(_, t)| t == d) {
                Some((mapping, _)) => mapping.at(&x.dims, c).and_then(Value::item),
                None => project(&x.dims, c, &[*d]).and_then(|c| c.first().copied()),
            })
            .collect()
    };
    // `[BY CONSTANT: item]` places x on an item too.
    let only_items = ups.iter().all(|(m, _)| m.dims.is_empty());
    let method = match method.map(|m| &m.word) {
        Some(MethodWord::Constant) if only_items => Method::FirstNonBlank,
        _ => named_or(method, if only_items { placed(x) } else { Method::Sum })?,
    };
    group(scope, x, method, dims.clone(), to)
}
