//! Operators (formulas.md §1 and §3).

use std::cmp::Ordering;

use smalt_formula::{BinaryOp, Comparison, Expr, ExprKind, ProductFactor, SumTerm};
use smalt_model::civil_from_days;

use crate::Found;
use crate::aggregate;
use crate::block::{Block, union};
use crate::choice;
use crate::scope::{Scope, is_constant};
use crate::value::{Type, Value, meet};

pub(crate) fn negate(scope: &Scope<'_>, a: &Block) -> Found<Block> {
    numeric(a)?;
    Block::strict(scope.model, &[a], a.ty, |v| match v[0] {
        Value::Integer(v) => Value::whole(-i128::from(*v)),
        v => Value::finite(-v.number()?),
    })
}

pub(crate) fn not(scope: &Scope<'_>, a: &Block) -> Found<Block> {
    of(a, Type::Boolean)?;
    Block::strict(scope.model, &[a], a.ty, |v| Some(Value::Boolean(!v[0].truth()?)))
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
    Block::filled(scope.model, dims.clone(), ty, |c| {
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
        let signed: Vec<Value> = values.iter().zip(terms).filter_map(|(v, t)| v.map(|v| signed(&v.widened(ty), t.negative))).collect();
        if signed.is_empty() { None } else { aggregate::sum(&signed.iter().collect::<Vec<_>>()) }
    })
}

fn signed(value: &Value, negative: bool) -> Value {
    match value {
        Value::Integer(v) if negative => Value::Integer(-*v),
        Value::Number(v) if negative => Value::Number(-*v),
        _ => value.clone(),
    }
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

pub(crate) fn product(scope: &Scope<'_>, factors: &[ProductFactor]) -> Found<Block> {
    let blocks = factors.iter().map(|f| scope.eval(&f.expr)).collect::<Found<Vec<_>>>()?;
    let mut ty = None;
    for (block, factor) in blocks.iter().zip(factors) {
        numeric(block)?;
        ty = meet(ty, block.ty)?;
        if factor.divides {
            ty = Some(Type::Number);
        }
    }
    Block::strict(scope.model, &blocks.iter().collect::<Vec<_>>(), ty, |values| {
        let mut so_far = values[0].widened(ty);
        for (value, factor) in values.iter().zip(factors).skip(1) {
            so_far = match (&so_far, *value) {
                (Value::Integer(a), Value::Integer(b)) => Value::whole(i128::from(*a) * i128::from(*b))?,
                (a, b) if factor.divides => Value::finite(a.number()? / b.number()?)?,
                (a, b) => Value::finite(a.number()? * b.number()?)?,
            };
        }
        Some(so_far)
    })
}

pub(crate) fn concat(scope: &Scope<'_>, all: &[Expr]) -> Found<Block> {
    let blocks = all.iter().map(|e| scope.eval(e)).collect::<Found<Vec<_>>>()?;
    chain(scope, &all.iter().collect::<Vec<_>>(), &blocks.iter().collect::<Vec<_>>(), Some(Type::Text), |values| {
        let texts: Vec<String> = values.iter().flatten().map(|v| v.shown(scope.model)).collect();
        if texts.is_empty() { None } else { Some(Value::Text(texts.concat())) }
    })
}

fn truths(scope: &Scope<'_>, all: &[Expr]) -> Found<Vec<Block>> {
    let blocks = all.iter().map(|e| scope.eval(e)).collect::<Found<Vec<_>>>()?;
    blocks.iter().try_for_each(|b| of(b, Type::Boolean))?;
    Ok(blocks)
}

pub(crate) fn and(scope: &Scope<'_>, all: &[Expr]) -> Found<Block> {
    let blocks = truths(scope, all)?;
    Block::strict(scope.model, &blocks.iter().collect::<Vec<_>>(), Some(Type::Boolean), |values| {
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
                *block = Block::filled(scope.model, dims.clone(), block.ty, |c| block.at(&dims, c).cloned())?;
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
    if is_blank(a) || is_blank(b) {
        let tested = scope.eval(if is_blank(b) { a } else { b })?;
        return match comparison {
            Comparison::Equal => choice::is_blank(scope, &tested, true),
            Comparison::NotEqual => choice::is_blank(scope, &tested, false),
            _ => Err("BLANK is not ordered".to_owned()),
        };
    }
    let (a, b) = (scope.eval(a)?, scope.eval(b)?);
    let ty = meet(a.ty, b.ty)?;
    if ty == Some(Type::Boolean) && !matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
        return Err("truths are not ordered".to_owned());
    }
    Block::strict(scope.model, &[&a, &b], Some(Type::Boolean), |v| {
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
    Block::strict(scope.model, &[a, b], Some(Type::Number), |v| Value::finite(v[0].number()?.powf(v[1].number()?)))
}
