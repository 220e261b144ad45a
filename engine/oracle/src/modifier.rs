//! Modifiers (formulas.md §5).

use std::collections::BTreeMap;

use smalt_formula::{Expr, ExprKind, Method, MethodClause, MethodWord, ModifierKind, Name};

use crate::Found;
use crate::aggregate::{aggregate, gives};
use crate::block::{Block, project, union};
use crate::by;
use crate::operator::of;
use crate::scope::Scope;
use crate::value::{Type, Value};

pub(crate) fn modify(scope: &Scope<'_>, x: Block, modifier: &ModifierKind) -> Found<Block> {
    match modifier {
        ModifierKind::By(method, mappings) => by::by(scope, &x, method.as_ref(), mappings),
        ModifierKind::Add(method, names) => add(scope, &x, method.as_ref(), names),
        ModifierKind::Remove(method, names) => {
            let gone = named(scope, names)?;
            gone.iter().try_for_each(|d| x.place(*d).map(|_| ()))?;
            remove(scope, &x, up(method.as_ref())?, &gone)
        }
        ModifierKind::Keep(method, names) => {
            let kept = named(scope, names)?;
            kept.iter().try_for_each(|d| x.place(*d).map(|_| ()))?;
            let gone: Vec<usize> = x.dims.iter().copied().filter(|d| !kept.contains(d)).collect();
            remove(scope, &x, up(method.as_ref())?, &gone)
        }
        ModifierKind::Select(method, what) => select(scope, &x, up(method.as_ref())?, method.is_some(), what),
        ModifierKind::Filter(condition) => filter(scope, &x, condition, true),
        ModifierKind::Exclude(condition) => filter(scope, &x, condition, false),
        ModifierKind::ToSubset(_) | ModifierKind::ToParentList(_) => Err("subsets are not in here".to_owned()),
    }
}

fn named(scope: &Scope<'_>, names: &[Name]) -> Found<Vec<usize>> {
    names.iter().map(|n| scope.dimension(n)).collect()
}

/// The method of what goes up.
pub(crate) fn up(method: Option<&MethodClause>) -> Found<Method> {
    match method.map(|m| &m.word) {
        None => Ok(Method::Sum),
        Some(MethodWord::Aggregate(method)) => Ok(*method),
        Some(_) => Err("this method goes down".to_owned()),
    }
}

/// How one value becomes many.
pub(crate) enum Share {
    Copy,
    Split,
    On(Block),
}

/// The method of what goes down.
pub(crate) fn down(scope: &Scope<'_>, method: Option<&MethodClause>) -> Found<Share> {
    match method.map(|m| &m.word) {
        None | Some(MethodWord::Constant) => Ok(Share::Copy),
        Some(MethodWord::Split) => Ok(Share::Split),
        Some(MethodWord::SplitOn(weight)) => Ok(Share::On(scope.eval(weight)?)),
        Some(MethodWord::Aggregate(_)) => Err("this method goes up".to_owned()),
    }
}

/// Each coordinate with a value gets its share of it; `source` says which cell of x, and with whom it is shared.
pub(crate) fn allocate(
    scope: &Scope<'_>,
    x: &Block,
    dims: Vec<usize>,
    share: &Share,
    source: impl Fn(&[usize]) -> Option<Vec<usize>>,
) -> Found<Block> {
    if let Share::Copy = share {
        return Block::filled(scope.model, dims, x.ty, |c| x.cells.get(&source(c)?).cloned());
    }
    crate::operator::numeric(x)?;
    if let Share::On(weight) = share {
        crate::operator::numeric(weight)?;
        if !weight.is_within(&dims) {
            return Err("the weight has other dimensions".to_owned());
        }
    }
    let mut sharing: BTreeMap<Vec<usize>, Vec<Vec<usize>>> = BTreeMap::new();
    for c in scope.model.coordinates(&dims) {
        if let Some(from) = source(&c) {
            sharing.entry(from).or_default().push(c);
        }
    }
    Block::filled(scope.model, dims.clone(), Some(Type::Number), |c| {
        let from = source(c)?;
        let value = x.cells.get(&from)?.number()?;
        let with = &sharing[&from];
        match share {
            Share::On(weight) => {
                let weights: Vec<f64> = with.iter().filter_map(|c| weight.at(&dims, c)?.number()).collect();
                let total = crate::value::exact_sum(weights);
                Value::finite(value * weight.at(&dims, c)?.number()? / total)
            }
            _ => Value::finite(value / with.len() as f64),
        }
    })
}

fn add(scope: &Scope<'_>, x: &Block, method: Option<&MethodClause>, names: &[Name]) -> Found<Block> {
    let mut dims = x.dims.clone();
    for d in named(scope, names)? {
        if dims.contains(&d) {
            return Err("it has the dimension".to_owned());
        }
        dims.push(d);
    }
    let share = down(scope, method)?;
    allocate(scope, x, dims.clone(), &share, |c| project(&dims, c, &x.dims))
}

/// Aggregates dimensions away.
pub(crate) fn remove(scope: &Scope<'_>, x: &Block, method: Method, gone: &[usize]) -> Found<Block> {
    let kept: Vec<usize> = x.dims.iter().copied().filter(|d| !gone.contains(d)).collect();
    group(scope, x, method, kept.clone(), |c| project(&x.dims, c, &kept))
}

/// Aggregates the coordinates of x that go to the same coordinate.
pub(crate) fn group(
    scope: &Scope<'_>,
    x: &Block,
    method: Method,
    dims: Vec<usize>,
    target: impl Fn(&[usize]) -> Option<Vec<usize>>,
) -> Found<Block> {
    let ty = gives(method, x.ty)?;
    let mut groups: BTreeMap<Vec<usize>, Vec<Option<&Value>>> = BTreeMap::new();
    for c in scope.model.coordinates(&x.dims) {
        if let Some(to) = target(&c) {
            groups.entry(to).or_default().push(x.cells.get(&c));
        }
    }
    let cells = groups.into_iter().filter_map(|(to, all)| aggregate(method, &all).map(|v| (to, v))).collect();
    Ok(Block { dims, ty, cells })
}

fn filter(scope: &Scope<'_>, x: &Block, condition: &Expr, keeps: bool) -> Found<Block> {
    let condition = scope.with_current(x.clone()).eval(condition)?;
    of(&condition, Type::Boolean)?;
    if !condition.is_within(&x.dims) {
        return Err("the condition has other dimensions".to_owned());
    }
    let is_true = |c: &[usize]| condition.at(&x.dims, c) == Some(&Value::Boolean(true));
    let cells = x.cells.iter().filter(|(c, _)| is_true(c) == keeps).map(|(c, v)| (c.clone(), v.clone())).collect();
    Ok(Block { dims: x.dims.clone(), ty: x.ty, cells })
}

fn select(scope: &Scope<'_>, x: &Block, method: Method, named: bool, what: &Expr) -> Found<Block> {
    if let Some((base, offset)) = offset(what) {
        let base = scope.eval(base)?;
        if let Some(Type::Item(_)) = base.ty {
            return select_offset(scope, x, method, named, &base, offset);
        }
    }
    let what = scope.eval(what)?;
    match what.ty {
        Some(Type::Boolean) => {
            if !what.is_within(&x.dims) || what.dims.is_empty() {
                return Err("the condition has other dimensions".to_owned());
            }
            let is_true = |c: &[usize]| what.at(&x.dims, c) == Some(&Value::Boolean(true));
            let cells = x.cells.iter().filter(|(c, _)| is_true(c)).map(|(c, v)| (c.clone(), v.clone())).collect();
            remove(scope, &Block { dims: x.dims.clone(), ty: x.ty, cells }, method, &what.dims)
        }
        // An item alone: the value there.
        Some(Type::Item(d)) if what.dims.is_empty() => {
            let item = what.cells.values().next().and_then(Value::item);
            let place = x.place(d)?;
            let cells = x.cells.iter().filter(|(c, _)| Some(c[place]) == item).map(|(c, v)| (c.clone(), v.clone())).collect();
            remove(scope, &Block { dims: x.dims.clone(), ty: x.ty, cells }, method, &[d])
        }
        Some(Type::Item(_)) => select_offset(scope, x, method, named, &what, 0),
        _ => Err("SELECT takes a condition, an item, an offset or a mapping".to_owned()),
    }
}

/// `D - 1`, `D + 1`, `Month.Quarter - 1`: what is moved, and by how many items later the value stands.
fn offset(what: &Expr) -> Option<(&Expr, i64)> {
    let ExprKind::Sum(terms) = &what.kind else { return None };
    let [base, by] = terms.as_slice() else { return None };
    let ExprKind::Integer(n) = by.expr.kind else { return None };
    Some((&base.expr, if by.negative { -n } else { n }))
}

/// The value at the mapped item; a mapping to another dimension aggregates to it and copies back, an offset moves on the way.
fn select_offset(scope: &Scope<'_>, x: &Block, method: Method, named: bool, mapping: &Block, offset: i64) -> Found<Block> {
    let Some(Type::Item(target)) = mapping.ty else { return Err("no item".to_owned()) };
    if !mapping.is_within(&x.dims) {
        return Err("the mapping has other dimensions".to_owned());
    }
    let moved = |c: &[usize]| {
        let at = mapping.at(&x.dims, c)?.item()? as i64 + offset;
        usize::try_from(at).ok().filter(|at| *at < scope.count(target))
    };
    if let Ok(place) = x.place(target) {
        if !mapping.has(target) {
            return Err("it has the target beside the mapping's dimensions".to_owned());
        }
        if named {
            return Err("one cell is read for each cell, without a method".to_owned());
        }
        return Block::filled(scope.model, x.dims.clone(), x.ty, |c| {
            let mut from = c.to_vec();
            from[place] = moved(c)?;
            x.cells.get(&from).cloned()
        });
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
    let parents = group(scope, x, method, dims, |c| with(c, mapping.at(&x.dims, c)?.item()?))?;
    Block::filled(scope.model, x.dims.clone(), parents.ty, |c| parents.cells.get(&with(c, moved(c)?)?).cloned())
}

/// All dimensions of some blocks.
pub(crate) fn all_dims(blocks: &[Block]) -> Vec<usize> {
    union(&blocks.iter().collect::<Vec<_>>())
}
