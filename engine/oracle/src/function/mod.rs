//! Functions (formulas.md §7).

mod date;
mod finance;
mod number;
mod pattern;
mod statistics;
mod text;

use std::cmp::Ordering;

use smalt_formula::{Argument, Expr, Method};

use crate::Found;
use crate::aggregate::{aggregate, gives};
use crate::block::Block;
use crate::scope::Scope;
use crate::value::{Type, Value};
use crate::{along, choice, forecast, look, operator, rank, rollup};

pub(crate) use text::text;

/// A call by the function's name in upper case.
pub(crate) fn call(scope: &Scope<'_>, name: &str, arguments: &[Argument]) -> Found<Block> {
    if arguments.is_empty() {
        return Err(format!("{name} without arguments"));
    }
    let exprs: Vec<&Expr> = arguments.iter().map(|a| &a.value).collect();
    let whole = |method| whole_block(scope, exprs[0], method);
    match name {
        "IF" => choice::choose(scope, &exprs),
        "SWITCH" => choice::switch(scope, &exprs),
        "IFBLANK" => choice::if_blank(scope, &exprs),
        "IFDEFINED" => choice::if_defined(scope, &exprs),
        "ISBLANK" => choice::is_blank(scope, &scope.eval(exprs[0])?, true),
        "ISNOTBLANK" => choice::is_blank(scope, &scope.eval(exprs[0])?, false),
        "ISDEFINED" => choice::is_defined(scope, &scope.eval(exprs[0])?),
        "MIN" => choice::extreme(scope, &exprs, Ordering::Less),
        "MAX" => choice::extreme(scope, &exprs, Ordering::Greater),
        "CUMULATE" => along::cumulate(scope, arguments),
        "DECUMULATE" => along::decumulate(scope, arguments),
        "MOVINGSUM" => along::moving(scope, arguments, Method::Sum),
        "MOVINGAVERAGE" => along::moving(scope, arguments, Method::Avg),
        "MOVINGMIN" => along::moving(scope, arguments, Method::Min),
        "MOVINGMAX" => along::moving(scope, arguments, Method::Max),
        "YEARTODATE" => along::to_date(scope, arguments, 12),
        "QUARTERTODATE" => along::to_date(scope, arguments, 3),
        "MONTHTODATE" => along::to_date(scope, arguments, 1),
        "FILLFORWARD" => along::fill_forward(scope, arguments),
        "GROWTH" => along::growth(scope, arguments),
        "SPREAD" => along::spread(scope, arguments),
        "ROLLUP" => rollup::rollup(scope, arguments),
        "RANK" => rank::rank(scope, arguments),
        "PREVIOUS" => along::previous(scope, arguments),
        "PREVIOUSOF" => along::previous_of(scope, arguments),
        "ITEM" => along::found(scope, arguments, true),
        "MATCH" => along::found(scope, arguments, false),
        "TIMEDIM" => along::time_dim(scope, arguments),
        "INPERIOD" | "DAYSINPERIOD" | "PRORATA" => date::periods(scope, name, arguments),
        "NETWORKDAYS" => date::network_days(scope, &exprs),
        "SUMOF" => whole(Method::Sum),
        "AVGOF" => whole(Method::Avg),
        "MINOF" => whole(Method::Min),
        "MAXOF" => whole(Method::Max),
        "COUNTOF" => whole(Method::Count),
        "COUNTUNIQUEOF" => whole(Method::CountUnique),
        "ANYOF" => whole(Method::Any),
        "ALLOF" => whole(Method::All),
        "COUNTALLOF" | "COUNTBLANKOF" => {
            let x = scope.eval(exprs[0])?;
            let all = scope.model.size(&x.dims);
            let count = if name == "COUNTALLOF" { all } else { all - x.cells.len() };
            Ok(Block::constant(Some(Type::Integer), Value::whole(count as i128)))
        }
        "NPV" => finance::npv(scope, arguments),
        "IRR" => finance::irr(scope, arguments),
        "XNPV" => finance::xnpv(scope, arguments),
        "XIRR" => finance::xirr(scope, arguments),
        "FORECAST_LINEAR" | "FORECAST_ETS" | "SIMPLE_SMOOTHING" | "DOUBLE_SMOOTHING" | "SEASONAL_LINEAR" => {
            forecast::forecast(scope, name, arguments)
        }
        "CORREL" => statistics::correl(scope, arguments),
        "PERCENTILE" => statistics::percentile(scope, arguments),
        _ => {
            let blocks = exprs.iter().map(|e| scope.eval(e)).collect::<Found<Vec<_>>>()?;
            let parts: Vec<&Block> = blocks.iter().collect();
            cell(scope, name, &parts)
        }
    }
}

fn whole_block(scope: &Scope<'_>, x: &Expr, method: Method) -> Found<Block> {
    let x = scope.eval(x)?;
    let of_blank = if matches!(method, Method::Any | Method::All) { Type::Boolean } else { Type::Number };
    let ty = gives(method, Some(x.ty.unwrap_or(of_blank)))?;
    let all: Vec<Option<&Value>> = x.cells.values().map(Some).collect();
    // Of texts and numbers alike, each value is compared with those before it.
    scope.work.take(all.len() * if method == Method::CountUnique { all.len() } else { 1 })?;
    Ok(Block::constant(ty, aggregate(method, &all, ty)))
}

/// Functions of the values in one cell, BLANK when any argument is.
fn cell(scope: &Scope<'_>, name: &str, parts: &[&Block]) -> Found<Block> {
    match name {
        "POWER" => return operator::power(scope, parts[0], parts.get(1).ok_or("POWER")?),
        "SHIFT" => return look::shift(scope, parts[0], parts.get(1).ok_or("SHIFT")?),
        _ => {}
    }
    if let Some(ty) = number::gives(name, parts)? {
        return Block::strict(scope, parts, Some(ty), |v| number::compute(name, v, ty));
    }
    if let Some(ty) = date::gives(name) {
        return Block::strict(scope, parts, Some(ty), |v| date::compute(name, v));
    }
    if let Some(ty) = text::gives(name) {
        return Block::strict(scope, parts, Some(ty), |v| text::compute(scope.model, name, v));
    }
    if finance::is_here(name) {
        parts.iter().try_for_each(|p| operator::numeric(p))?;
        return Block::strict(scope, parts, Some(Type::Number), |v| {
            scope.work.take(finance::steps(name)).ok()?;
            let numbers: Option<Vec<f64>> = v.iter().map(|v| v.number()).collect();
            Value::finite(finance::compute(name, &numbers?)?)
        });
    }
    Err(format!("unknown function {name}"))
}
