//! BY: up and down (formulas.md §5).

use smalt_formula::{Expr, MethodClause};

use crate::Found;
use crate::block::{Block, project};
use crate::modifier::{all_dims, allocate, down, group, up};
use crate::scope::Scope;
use crate::value::{Type, Value};

fn target(mapping: &Block) -> Found<usize> {
    if let Some(Type::Item(d)) = mapping.ty { Ok(d) } else { Err("a mapping gives items".to_owned()) }
}

pub(crate) fn by(scope: &Scope<'_>, x: &Block, method: Option<&MethodClause>, mappings: &[Expr]) -> Found<Block> {
    let mappings = mappings.iter().map(|m| scope.eval(m)).collect::<Found<Vec<_>>>()?;
    let targets = mappings.iter().map(target).collect::<Found<Vec<_>>>()?;
    let goes_up = |m: &Block, t: &usize| m.is_within(&x.dims) && (!x.has(*t) || m.has(*t));
    let goes_down = |m: &Block, t: &usize| x.has(*t) && (m.dims.is_empty() || !m.is_within(&x.dims));
    if mappings.iter().zip(&targets).all(|(m, t)| goes_up(m, t)) {
        return aggregated(scope, x, method, &mappings, &targets);
    }
    if !mappings.iter().zip(&targets).all(|(m, t)| goes_down(m, t)) {
        return Err("the direction is not clear".to_owned());
    }
    let twice = |t: &usize| mappings.iter().zip(&targets).filter(|(m, own)| *own == t || m.has(*t)).count() > 1;
    if targets.iter().any(twice) {
        return Err("a dimension is used by two mappings".to_owned());
    }
    // Down: the targets leave, the mappings' dimensions arrive; a target that is a dimension of its mapping too stays.
    let mut dims: Vec<usize> = x.dims.iter().copied().filter(|d| !targets.contains(d)).collect();
    let sources = all_dims(&mappings);
    dims.extend(sources.into_iter().filter(|d| !dims.contains(d)).collect::<Vec<_>>());
    let share = down(scope, method)?;
    let source = |c: &[usize]| {
        let mut from = Vec::new();
        for d in &x.dims {
            from.push(match targets.iter().position(|t| t == d) {
                Some(at) => mappings[at].at(&dims, c)?.item()?,
                None => *project(&dims, c, &[*d])?.first()?,
            });
        }
        Some(from)
    };
    allocate(scope, x, dims.clone(), &share, source)
}

fn aggregated(scope: &Scope<'_>, x: &Block, method: Option<&MethodClause>, mappings: &[Block], targets: &[usize]) -> Found<Block> {
    let used = all_dims(mappings);
    let mut dims: Vec<usize> = Vec::new();
    // A target takes the place of its mapping's first dimension; one without any comes last.
    let stands_at = |m: &Block| m.dims.first().and_then(|d| x.dims.iter().position(|e| e == d)).unwrap_or(usize::MAX);
    for (place, d) in x.dims.iter().enumerate() {
        if !used.contains(d) {
            dims.push(*d);
        }
        dims.extend(mappings.iter().zip(targets).filter(|(m, _)| stands_at(m) == place).map(|(_, t)| *t));
    }
    dims.extend(mappings.iter().zip(targets).filter(|(m, _)| m.dims.is_empty()).map(|(_, t)| *t));
    if (1..dims.len()).any(|i| dims[..i].contains(&dims[i])) {
        return Err("a dimension twice".to_owned());
    }
    let to = |c: &[usize]| {
        dims.iter()
            .map(|d| match targets.iter().position(|t| t == d) {
                Some(at) => mappings[at].at(&x.dims, c).and_then(Value::item),
                None => project(&x.dims, c, &[*d]).and_then(|c| c.first().copied()),
            })
            .collect()
    };
    // `[BY CONSTANT: item]` places x on an item too.
    let method = match up(method) {
        Ok(method) => method,
        Err(_) if mappings.iter().all(|m| m.dims.is_empty()) && matches!(down(scope, method)?, crate::modifier::Share::Copy) => {
            smalt_formula::Method::FirstNonBlank
        }
        Err(e) => return Err(e),
    };
    group(scope, x, method, dims.clone(), to)
}
