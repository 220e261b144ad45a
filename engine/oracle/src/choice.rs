//! Logic (formulas.md §3 and §7).

use std::cmp::Ordering;

use smalt_formula::Expr;

use crate::Found;
use crate::aggregate;
use crate::block::Block;
use crate::operator::{chain, of};
use crate::scope::Scope;
use crate::value::{Type, Value, meet};

fn evaluated(scope: &Scope<'_>, exprs: &[&Expr]) -> Found<Vec<Block>> {
    exprs.iter().map(|e| scope.eval(e)).collect()
}

/// What is compared has one type: with a NUMBER all are. Of other numbers the digits are compared, which loses none.
fn alike(scope: &Scope<'_>, exprs: &[&Expr]) -> Found<Vec<Block>> {
    let blocks = evaluated(scope, exprs)?;
    let ty = blocks.iter().try_fold(None, |ty, b| meet(ty, b.ty))?;
    blocks.iter().map(|b| as_compared(scope, b, ty)).collect()
}

fn as_compared(scope: &Scope<'_>, block: &Block, ty: Option<Type>) -> Found<Block> {
    if ty == Some(Type::Number) { Block::strict(scope, &[block], ty, |v| Some(v[0].clone())) } else { Ok(block.clone()) }
}

pub(crate) fn is_blank(scope: &Scope<'_>, a: &Block, wanted: bool) -> Found<Block> {
    Block::filled(scope, a.dims.clone(), Some(Type::Boolean), |c| Some(Value::Boolean(a.cells.contains_key(c) != wanted)))
}

pub(crate) fn is_defined(scope: &Scope<'_>, a: &Block) -> Found<Block> {
    Block::strict(scope, &[a], Some(Type::Boolean), |_| Some(Value::Boolean(true)))
}

/// IF(test, a [, b])
pub(crate) fn choose(scope: &Scope<'_>, exprs: &[&Expr]) -> Found<Block> {
    let blocks = evaluated(scope, exprs)?;
    let (test, a, b) = (blocks.first().ok_or("IF")?, blocks.get(1).ok_or("IF")?, blocks.get(2));
    of(test, Type::Boolean)?;
    let ty = meet(a.ty, b.and_then(|b| b.ty))?;
    Block::cellwise(scope, &blocks.iter().collect::<Vec<_>>(), ty, |v| {
        let chosen = if v[0].and_then(Value::truth) == Some(true) { v[1] } else { v.get(2).copied().flatten() };
        chosen.cloned()
    })
}

/// SWITCH(e, v1, r1, … [, default])
pub(crate) fn switch(scope: &Scope<'_>, exprs: &[&Expr]) -> Found<Block> {
    let (value, rest) = exprs.split_first().ok_or("SWITCH")?;
    // What is compared first, then what is chosen among; a last one without a partner is the default.
    let pairs = rest.chunks_exact(2);
    let mut compared = vec![*value];
    compared.extend(pairs.clone().map(|pair| pair[0]));
    let mut results: Vec<&Expr> = pairs.clone().map(|pair| pair[1]).collect();
    results.extend(pairs.remainder());
    let cases = compared.len() - 1;
    let mut blocks = alike(scope, &compared)?;
    blocks.extend(evaluated(scope, &results)?);
    let ty = blocks[1 + cases..].iter().try_fold(None, |ty, b| meet(ty, b.ty))?;
    Block::cellwise(scope, &blocks.iter().collect::<Vec<_>>(), Some(ty.unwrap_or(Type::Number)), |v| {
        let equals = |case: &usize| matches!((v[0], v[*case]), (Some(a), Some(b)) if a.compared(b) == Some(Ordering::Equal));
        let chosen = (1..=cases).find(equals).map_or(1 + 2 * cases, |case| case + cases);
        v.get(chosen).copied().flatten().cloned()
    })
}

/// IFBLANK(a, b)
pub(crate) fn if_blank(scope: &Scope<'_>, exprs: &[&Expr]) -> Found<Block> {
    let blocks = evaluated(scope, exprs)?;
    let ty = meet(blocks[0].ty, blocks[1].ty)?;
    Block::cellwise(scope, &[&blocks[0], &blocks[1]], ty, |v| v[0].or(v[1]).cloned())
}

/// IFDEFINED(a, x [, y])
pub(crate) fn if_defined(scope: &Scope<'_>, exprs: &[&Expr]) -> Found<Block> {
    let blocks = evaluated(scope, exprs)?;
    let ty = meet(blocks[1].ty, blocks.get(2).and_then(|b| b.ty))?;
    Block::cellwise(scope, &blocks.iter().collect::<Vec<_>>(), ty, |v| {
        if v[0].is_some() { v[1].cloned() } else { v.get(2).copied().flatten().cloned() }
    })
}

/// `v IN (a, b, …)`: BLANK of BLANK; a BLANK among the choices equals nothing.
pub(crate) fn in_list(scope: &Scope<'_>, v: &Expr, all: &[Expr]) -> Found<Block> {
    let mut exprs = vec![v];
    exprs.extend(all);
    let blocks = alike(scope, &exprs)?;
    Block::cellwise(scope, &blocks.iter().collect::<Vec<_>>(), Some(Type::Boolean), |v| {
        let value = v[0]?;
        Some(Value::Boolean(v[1..].iter().flatten().any(|c| value.compared(c) == Some(Ordering::Equal))))
    })
}

/// `v IN (lo : hi)`
pub(crate) fn in_range(scope: &Scope<'_>, v: &Expr, low: &Expr, high: &Expr) -> Found<Block> {
    let blocks = alike(scope, &[v, low, high])?;
    Block::strict(scope, &blocks.iter().collect::<Vec<_>>(), Some(Type::Boolean), |v| {
        Some(Value::Boolean(v[0].compared(v[1])? != Ordering::Less && v[0].compared(v[2])? != Ordering::Greater))
    })
}

/// MIN(a, b, …), MAX(a, b, …): skip BLANK and have the cells that `+` would have.
pub(crate) fn extreme(scope: &Scope<'_>, exprs: &[&Expr], wanted: Ordering) -> Found<Block> {
    let blocks = evaluated(scope, exprs)?;
    let ty = Some(blocks.iter().try_fold(None, |ty, b| meet(ty, b.ty))?.unwrap_or(Type::Number));
    chain(scope, exprs, &blocks.iter().collect::<Vec<_>>(), ty, |values| {
        aggregate::best(&values.iter().copied().flatten().collect::<Vec<_>>(), wanted)
    })
}
