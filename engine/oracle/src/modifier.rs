//! Modifiers (formulas.md §5).

use std::collections::BTreeMap;

use smalt_formula::{Expr, Method, MethodClause, MethodWord, ModifierKind, Name};

use crate::aggregate::{aggregate, gives};
use crate::block::{Block, project, union};
use crate::operator::of;
use crate::scope::Scope;
use crate::value::{Type, Value, meet};
use crate::{Found, arithmetic, by, select, subset};

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
        ModifierKind::Select(method, what) => select::select(scope, &x, method.as_ref(), what),
        ModifierKind::Filter(condition) => filter(scope, &x, condition, true),
        ModifierKind::Exclude(condition) => filter(scope, &x, condition, false),
        ModifierKind::ToSubset(name) => subset::to_subset(scope, &x, name),
        ModifierKind::ToParentList(name) => subset::to_parent(scope, &x, name),
    }
}

fn named(scope: &Scope<'_>, names: &[Name]) -> Found<Vec<usize>> {
    names.iter().map(|n| scope.dimension(n)).collect()
}

/// The method of what goes up.
pub(crate) fn up(method: Option<&MethodClause>) -> Found<Method> {
    named_or(method, Method::Sum)
}

/// The same, where another stands in when none is named.
pub(crate) fn named_or(method: Option<&MethodClause>, default: Method) -> Found<Method> {
    match method.map(|m| &m.word) {
        None => Ok(default),
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
        return Block::filled(scope, dims, x.ty, |c| x.cells.get(&source(c)?).cloned());
    }
    crate::operator::numeric(x)?;
    let mut ty = x.ty;
    if let Share::On(weight) = share {
        crate::operator::numeric(weight)?;
        if !weight.is_within(&dims) {
            return Err("the weight has other dimensions".to_owned());
        }
        ty = meet(ty, weight.ty)?;
    }
    // Of a DECIMAL it is one, as any quotient of it is; else a NUMBER.
    let scale = ty.and_then(Type::scale);
    let ty = if scale.is_some() { ty } else { Some(Type::Number) };
    let mut sharing: BTreeMap<Vec<usize>, Vec<Vec<usize>>> = BTreeMap::new();
    scope.work.take(scope.model.size(&dims))?;
    for c in scope.model.coordinates(&dims) {
        if let Some(from) = source(&c) {
            sharing.entry(from).or_default().push(c);
        }
    }
    Block::filled(scope, dims.clone(), ty, |c| {
        let from = source(c)?;
        let value = x.cells.get(&from)?;
        let with = &sharing[&from];
        let (part, total) = match share {
            Share::On(weight) => {
                scope.work.take(with.len()).ok()?;
                let weights: Vec<&Value> = with.iter().filter_map(|c| weight.at(&dims, c)).collect();
                (weight.at(&dims, c)?.clone(), arithmetic::sum(&weights, if scale.is_some() { ty } else { Some(Type::Number) })?)
            }
            _ => (Value::Integer(1), Value::Integer(with.len() as i64)),
        };
        match scale {
            Some(scale) => value.exact()?.share(part.exact()?, total.exact()?, scale).map(Value::Decimal),
            None => Value::finite(value.number()? * part.number()? / total.number()?),
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
    let texts = match method {
        Method::TextList => Some(Block::strict(scope, &[x], ty, |v| Some(Value::Text(v[0].shown(scope.model))))?),
        _ => None,
    };
    let x = texts.as_ref().unwrap_or(x);
    scope.work.take(scope.model.size(&x.dims))?;
    let mut groups: BTreeMap<Vec<usize>, Vec<Option<&Value>>> = BTreeMap::new();
    for c in scope.model.coordinates(&x.dims) {
        if let Some(to) = target(&c) {
            groups.entry(to).or_default().push(x.cells.get(&c));
        }
    }
    let cells = groups.into_iter().filter_map(|(to, all)| aggregate(method, &all, ty).map(|v| (to, v))).collect();
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

/// All dimensions of some blocks.
pub(crate) fn all_dims(blocks: &[Block]) -> Vec<usize> {
    union(&blocks.iter().collect::<Vec<_>>())
}
