//! Operators (formulas.md §1 and §3).

use std::cmp::Ordering;

use smalt_formula::{BinaryOp, Comparison, Expr, ExprKind, ProductFactor, SumTerm};
use smalt_model::civil_from_days;

use crate::Found;
use crate::arithmetic;
use crate::block::{Block, union};
use crate::choice;
use crate::function::text;
use crate::scope::{Scope, is_constant};
use crate::value::{Type, Value, meet};

pub(crate) fn negate(scope: &Scope<'_>, a: &Block) -> Found<Block> {
    numeric(a)?;
    Block::strict(scope, &[a], a.ty, |v| arithmetic::negated(v[0]))
}

pub(crate) fn not(scope: &Scope<'_>, a: &Block) -> Found<Block> {
    of(a, Type::Boolean)?;
    Block::strict(scope, &[a], a.ty, |v| Some(Value::Boolean(!v[0].truth()?)))
}

pub(crate) fn numeric(a: &Block) -> Found<()> {
    if a.ty.is_none_or(Type::is_numeric) { Ok(()) } else { Err(format!("{:?} is no number", a.ty)) }
}

pub(crate) fn of(a: &Block, ty: Type) -> Found<()> {
    if a.ty.is_none_or(|t| t == ty) { Ok(()) } else { Err(format!("{:?} is no {ty:?}", a.ty)) }
}

/// The cells of a chain: its terms' values at each cell that the chain has. A constant makes no cell beside what is none, also where
/// the chain has no dimensions at all: `R + 100` fills no blank cell.
pub(crate) fn chain(
    scope: &Scope<'_>,
    exprs: &[&Expr],
    parts: &[&Block],
    ty: Option<Type>,
    f: impl Fn(&[Option<&Value>]) -> Option<Value>,
) -> Found<Block> {
    let dims = union(parts);
    let constant: Vec<bool> = exprs.iter().map(|e| is_constant(e)).collect();
    let only_constants = constant.iter().all(|c| *c);
    let full: Vec<bool> = parts.iter().zip(&constant).map(|(p, c)| p.dims.len() == dims.len() && (only_constants || !c)).collect();
    Block::filled(scope, dims.clone(), ty, |c| {
        let values: Vec<Option<&Value>> = parts.iter().map(|p| p.at(&dims, c)).collect();
        let is_cell = if full.contains(&true) {
            values.iter().zip(&full).any(|(v, full)| *full && v.is_some())
        } else {
            values.iter().zip(&constant).all(|(v, constant)| *constant || v.is_some())
        };
        if is_cell { f(&values) } else { None }
    })
}

pub(crate) fn sum(scope: &Scope<'_>, terms: &[SumTerm]) -> Found<Block> {
    let exprs: Vec<&Expr> = terms.iter().map(|t| &t.expr).collect();
    let blocks = exprs.iter().map(|e| scope.eval(e)).collect::<Found<Vec<_>>>()?;
    let parts: Vec<&Block> = blocks.iter().collect();
    if blocks.iter().any(|b| b.ty == Some(Type::Date)) {
        return days(scope, terms, &exprs, &parts);
    }
    let mut ty = None;
    for part in &parts {
        numeric(part)?;
        ty = meet(ty, part.ty)?;
    }
    chain(scope, &exprs, &parts, ty, |values| {
        let signed =
            |(v, t): (&Option<&Value>, &SumTerm)| v.and_then(|v| if t.negative { arithmetic::negated(v) } else { Some(v.clone()) });
        let signed: Vec<Value> = values.iter().zip(terms).filter_map(signed).collect();
        if signed.is_empty() { None } else { arithmetic::sum(&signed.iter().collect::<Vec<_>>(), ty) }
    })
}

/// A chain with dates: DATE plus or minus days, or the days between two.
fn days(scope: &Scope<'_>, terms: &[SumTerm], exprs: &[&Expr], parts: &[&Block]) -> Found<Block> {
    let is_date: Vec<bool> = parts.iter().map(|p| p.ty == Some(Type::Date)).collect();
    let sign = |t: &SumTerm| if t.negative { -1 } else { 1 };
    let balance: i32 = terms.iter().zip(&is_date).filter(|(_, d)| **d).map(|(t, _)| sign(t)).sum();
    let ty = match balance {
        0 => Type::Integer,
        1 => Type::Date,
        _ => return Err("dates are not added".to_owned()),
    };
    for (part, date) in parts.iter().zip(&is_date) {
        if !date {
            of(part, Type::Integer)?;
        }
    }
    chain(scope, exprs, parts, Some(ty), |values| {
        let mut total: i128 = 0;
        for ((value, term), date) in values.iter().zip(terms).zip(&is_date) {
            let days = match value {
                Some(Value::Date(day)) => i128::from(*day),
                Some(Value::Integer(days)) => i128::from(*days),
                None if *date => return None,
                _ => 0,
            };
            total += days * i128::from(sign(term));
        }
        if ty == Type::Integer { Value::whole(total) } else { date(total) }
    })
}

/// A day in the years 1 to 9999.
pub(crate) fn date(day: i128) -> Option<Value> {
    let day = i32::try_from(day).ok().filter(|d| (-1_000_000..4_000_000).contains(d))?;
    (1..=9999).contains(&civil_from_days(day).0).then_some(Value::Date(day))
}

/// A chain of `*` and `/`, from left to right: each step has the type of what stands before it and its factor, and is rounded.
pub(crate) fn product(scope: &Scope<'_>, factors: &[ProductFactor]) -> Found<Block> {
    let blocks = factors.iter().map(|f| scope.eval(&f.expr)).collect::<Found<Vec<_>>>()?;
    let mut ty = None;
    for (block, factor) in blocks.iter().zip(factors) {
        numeric(block)?;
        ty = meet(ty, Some(block.ty.unwrap_or(Type::Number)))?.map(Type::computed);
        if factor.divides && ty == Some(Type::Integer) {
            ty = Some(Type::Number);
        }
    }
    Block::strict(scope, &blocks.iter().collect::<Vec<_>>(), ty, |values| {
        let mut so_far = values[0].clone();
        for (value, factor) in values.iter().zip(factors).skip(1) {
            so_far = if factor.divides { arithmetic::over(&so_far, value)? } else { arithmetic::times(&so_far, value)? };
        }
        Some(so_far)
    })
}

pub(crate) fn concat(scope: &Scope<'_>, all: &[Expr]) -> Found<Block> {
    let blocks = all.iter().map(|e| scope.eval(e)).collect::<Found<Vec<_>>>()?;
    chain(scope, &all.iter().collect::<Vec<_>>(), &blocks.iter().collect::<Vec<_>>(), Some(Type::Text), |values| {
        let texts: Vec<String> = values.iter().flatten().map(|v| v.shown(scope.model)).collect();
        if texts.is_empty() { None } else { text(texts.concat()) }
    })
}

fn truths(scope: &Scope<'_>, all: &[Expr]) -> Found<Vec<Block>> {
    let blocks = all.iter().map(|e| scope.eval(e)).collect::<Found<Vec<_>>>()?;
    blocks.iter().try_for_each(|b| of(b, Type::Boolean))?;
    Ok(blocks)
}

pub(crate) fn and(scope: &Scope<'_>, all: &[Expr]) -> Found<Block> {
    let blocks = truths(scope, all)?;
    Block::strict(scope, &blocks.iter().collect::<Vec<_>>(), Some(Type::Boolean), |values| {
        Some(Value::Boolean(values.iter().all(|v| v.truth() == Some(true))))
    })
}

pub(crate) fn or(scope: &Scope<'_>, all: &[Expr]) -> Found<Block> {
    let mut blocks = truths(scope, all)?;
    let dims = union(&blocks.iter().collect::<Vec<_>>());
    // The project's own reading (ARCHITECTURE.md, "In a chain of OR"): a narrower term that has a value everywhere fills cells beside full
    // ones. It stands here as if it had all dimensions.
    if blocks.iter().zip(all).any(|(b, e)| b.dims.len() == dims.len() && !is_constant(e)) {
        for (block, expr) in blocks.iter_mut().zip(all) {
            // Without dimensions it is one truth for all cells, as a constant is.
            if !block.dims.is_empty() && fills(scope, expr) {
                *block = Block::filled(scope, dims.clone(), block.ty, |c| block.at(&dims, c).cloned())?;
            }
        }
    }
    chain(scope, &all.iter().collect::<Vec<_>>(), &blocks.iter().collect::<Vec<_>>(), Some(Type::Boolean), |values| {
        let known: Vec<bool> = values.iter().flatten().filter_map(|v| v.truth()).collect();
        if known.is_empty() { None } else { Some(Value::Boolean(known.contains(&true))) }
    })
}

/// Has it a value in every cell, whatever the cells of metrics are? ISBLANK, and a comparison of a dimension itself.
fn fills(scope: &Scope<'_>, expr: &Expr) -> bool {
    let is_placed = |e: &Expr| match &e.kind {
        ExprKind::Name(name) => scope.model.metric(&name.text).is_none() && scope.model.dimension(&name.text).is_some(),
        _ => is_constant(e),
    };
    let tests = |e: &Expr| scope.eval(e).is_ok_and(|b| !b.dims.is_empty());
    match &expr.kind {
        ExprKind::Call(name, arguments) if ["ISBLANK", "ISNOTBLANK"].contains(&name.text.to_ascii_uppercase().as_str()) => {
            arguments.first().is_some_and(|a| tests(&a.value))
        }
        ExprKind::Binary(BinaryOp::Compare(_), a, b) if a.kind == ExprKind::Blank => tests(b),
        ExprKind::Binary(BinaryOp::Compare(_), a, b) if b.kind == ExprKind::Blank => tests(a),
        ExprKind::Binary(BinaryOp::Compare(_), a, b) => is_placed(a) && is_placed(b),
        ExprKind::In(v, all) => is_placed(v) && all.iter().all(is_placed),
        ExprKind::InRange(v, a, b) => is_placed(v) && is_placed(a) && is_placed(b),
        ExprKind::Not(a) => fills(scope, a),
        ExprKind::And(all) => all.iter().all(|e| fills(scope, e)),
        ExprKind::Or(all) => all.iter().any(|e| fills(scope, e)),
        _ => false,
    }
}

pub(crate) fn binary(scope: &Scope<'_>, op: BinaryOp, a: &Expr, b: &Expr) -> Found<Block> {
    let comparison = match op {
        BinaryOp::Power => {
            let (a, b) = (scope.eval(a)?, scope.eval(b)?);
            return power(scope, &a, &b);
        }
        BinaryOp::Compare(comparison) => comparison,
    };
    let is_blank = |e: &Expr| e.kind == ExprKind::Blank;
    let wanted = match comparison {
        Comparison::Equal => Some(true),
        Comparison::NotEqual => Some(false),
        _ => None,
    };
    if let (Some(wanted), true) = (wanted, is_blank(a) || is_blank(b)) {
        return choice::is_blank(scope, &scope.eval(if is_blank(b) { a } else { b })?, wanted);
    }
    let (a, b) = (scope.eval(a)?, scope.eval(b)?);
    let ty = meet(a.ty, b.ty)?;
    if ty == Some(Type::Boolean) && wanted.is_none() {
        return Err("truths are not ordered".to_owned());
    }
    Block::strict(scope, &[&a, &b], Some(Type::Boolean), |v| {
        let order = v[0].compared(v[1])?;
        Some(Value::Boolean(match comparison {
            Comparison::Equal => order == Ordering::Equal,
            Comparison::NotEqual => order != Ordering::Equal,
            Comparison::Less => order == Ordering::Less,
            Comparison::LessOrEqual => order != Ordering::Greater,
            Comparison::Greater => order == Ordering::Greater,
            Comparison::GreaterOrEqual => order != Ordering::Less,
        }))
    })
}

pub(crate) fn power(scope: &Scope<'_>, a: &Block, b: &Block) -> Found<Block> {
    numeric(a)?;
    numeric(b)?;
    let number = |block: &Block| Some(block.ty.unwrap_or(Type::Number));
    let ty = match meet(number(a), number(b))? {
        ty @ Some(Type::Decimal { .. }) => ty.map(Type::computed),
        _ => Some(Type::Number),
    };
    Block::strict(scope, &[a, b], ty, |v| match (ty, v[0].exact(), v[1].exact()) {
        (Some(Type::Decimal { .. }), Some(base), Some(exponent)) => {
            scope.work.take(10_000).ok()?;
            base.to_the(exponent).map(Value::Decimal)
        }
        _ => Value::finite(v[0].number()?.powf(v[1].number()?)),
    })
}
