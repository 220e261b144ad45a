//! SELECT (formulas.md §5).

use smalt_formula::{Expr, ExprKind, Method, MethodClause};

use crate::Found;
use crate::block::{Block, project};
use crate::modifier::{group, named_or, remove};
use crate::operator::of;
use crate::scope::{Scope, is_constant};
use crate::value::{Type, Value};

pub(crate) fn select(scope: &Scope<'_>, x: &Block, method: Option<&MethodClause>, what: &Expr) -> Found<Block> {
    if let Some((base, places)) = moved_by(scope, what)? {
        return at_mapping(scope, x, method, &base, places);
    }
    let place = scope.eval(what)?;
    match (place.ty, &what.kind) {
        // An item alone: the value there.
        (Some(Type::Item(d)), ExprKind::Item(..)) => {
            let item = place.cells.values().next().and_then(Value::item);
            let at = x.place(d)?;
            chosen(scope, x, named_or(method, placed(x))?, &[d], |c| Some(c[at]) == item)
        }
        (Some(Type::Item(_)), _) => at_mapping(scope, x, method, &place, 0),
        _ => {
            of(&place, Type::Boolean)?;
            if !place.is_within(&x.dims) {
                return Err("the condition has other dimensions".to_owned());
            }
            let method = named_or(method, if is_one_item(scope, what) { placed(x) } else { Method::Sum })?;
            chosen(scope, x, method, &place.dims, |c| place.at(&x.dims, c) == Some(&Value::Boolean(true)))
        }
    }
}

/// What stands at one item is no sum, so it may have any type; numbers are summed all the same.
pub(crate) fn placed(x: &Block) -> Method {
    if x.ty.is_none_or(Type::is_numeric) { Method::Sum } else { Method::FirstNonBlank }
}

/// `D = D."item"`
fn is_one_item(scope: &Scope<'_>, what: &Expr) -> bool {
    let current = |e: &Expr| matches!(&e.kind, ExprKind::Name(n) if scope.model.metric(&n.text).is_none());
    let item = |e: &Expr| matches!(e.kind, ExprKind::Item(..));
    match &what.kind {
        ExprKind::Binary(smalt_formula::BinaryOp::Compare(smalt_formula::Comparison::Equal), a, b) => {
            (current(a) && item(b)) || (item(a) && current(b))
        }
        _ => false,
    }
}

/// The cells that are chosen, without the dimensions that choose.
fn chosen(scope: &Scope<'_>, x: &Block, method: Method, gone: &[usize], is_chosen: impl Fn(&[usize]) -> bool) -> Found<Block> {
    let cells = x.cells.iter().filter(|(c, _)| is_chosen(c)).map(|(c, v)| (c.clone(), v.clone())).collect();
    remove(scope, &Block { dims: x.dims.clone(), ty: x.ty, cells }, method, gone)
}

/// `D - 1`, `D + 1`, `Month.Quarter - 1`: what is moved, and by how many items later the value stands.
fn moved_by(scope: &Scope<'_>, what: &Expr) -> Found<Option<(Block, i64)>> {
    let ExprKind::Sum(terms) = &what.kind else { return Ok(None) };
    let Some((base, rest)) = terms.split_first() else { return Ok(None) };
    let base = scope.eval(&base.expr)?;
    if !matches!(base.ty, Some(Type::Item(_))) {
        return Ok(None);
    }
    let mut places: i64 = 0;
    for term in rest {
        let by = scope.eval(&term.expr)?;
        match by.cells.values().next() {
            Some(Value::Integer(n)) if is_constant(&term.expr) => {
                places = places.saturating_add(if term.negative { -*n } else { *n });
            }
            _ => return Err("an offset is a whole constant".to_owned()),
        }
    }
    Ok(Some((base, places)))
}

/// The value at the mapped item; a mapping to another dimension aggregates to it and copies back, an offset moves on the way.
fn at_mapping(scope: &Scope<'_>, x: &Block, method: Option<&MethodClause>, mapping: &Block, offset: i64) -> Found<Block> {
    let Some(Type::Item(target)) = mapping.ty else { return Err("no item".to_owned()) };
    if !mapping.is_within(&x.dims) {
        return Err("the mapping has other dimensions".to_owned());
    }
    let moved = |c: &[usize]| {
        let at = (mapping.at(&x.dims, c)?.item()? as i64).checked_add(offset)?;
        usize::try_from(at).ok().filter(|at| *at < scope.count(target))
    };
    if let Ok(place) = x.place(target) {
        if !mapping.has(target) && !mapping.dims.is_empty() {
            return Err("it has the target beside the mapping's dimensions".to_owned());
        }
        if method.is_some() {
            return Err("one cell is read for each cell, without a method".to_owned());
        }
        return Block::filled(scope, x.dims.clone(), x.ty, |c| {
            let mut from = c.to_vec();
            from[place] = moved(c)?;
            x.cells.get(&from).cloned()
        });
    }
    if mapping.dims.is_empty() {
        return Err("it lacks the dimension of the item".to_owned());
    }
    // The dimensions of the mapping become its target.
    let mut dims: Vec<usize> = x.dims.iter().copied().filter(|d| !mapping.has(*d)).collect();
    let rest = dims.clone();
    dims.push(target);
    let with = |c: &[usize], item: usize| {
        let mut to = project(&x.dims, c, &rest)?;
        to.push(item);
        Some(to)
    };
    let method = named_or(method, Method::Sum)?;
    let parents = group(scope, x, method, dims, |c| with(c, mapping.at(&x.dims, c)?.item()?))?;
    Block::filled(scope, x.dims.clone(), parents.ty, |c| parents.cells.get(&with(c, moved(c)?)?).cloned())
}
