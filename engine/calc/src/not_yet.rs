//! Parts of the formula language that are checked and not yet computed.

use smalt_formula::program::{Along, Function, Kind, Node, Program};
use smalt_model::Type;

use crate::call;
use crate::error::NotYet;
use crate::operator::{has_method, line};

/// Refuses a program with a part that the calculator does not compute yet.
pub fn refuse_not_yet(program: &Program) -> Result<(), NotYet> {
    check(&program.root)
}

fn check(node: &Node) -> Result<(), NotYet> {
    let refuse = |what: &str| Err(NotYet { what: what.to_owned(), span: node.span });
    match &node.kind {
        Kind::Rank { .. } => refuse("RANK")?,
        Kind::Convert { .. } => refuse("TOSUBSET and TOPARENTLIST")?,
        Kind::Up { method, .. } | Kind::Whole(method, _) if !has_method(*method) => refuse("aggregation by FIRST and LAST")?,
        Kind::Call(function, _) if !call::is_here(*function) => refuse(function_name(*function))?,
        Kind::Along { function, args, order, dimension, .. } => {
            if let Some(name) = missing_along(*function) {
                refuse(name)?;
            }
            let own = |n: &Node| n.dims.iter().all(|d| d == dimension);
            if order.as_deref().is_some_and(|o| !own(o)) {
                refuse("an order (ON) that differs from line to line")?;
            }
            if matches!(function, Along::Cumulate | Along::Decumulate) {
                if args.first().and_then(Option::as_ref).is_some_and(|g| !own(g)) {
                    refuse("a group that differs from line to line")?;
                }
            } else if matches!(function, Along::MovingSum | Along::MovingAverage | Along::MovingMin | Along::MovingMax | Along::Growth)
                && args.iter().flatten().any(|a| line::constant(Some(&Some(a.clone())), None).is_none())
            {
                refuse("a window or a distance that is no constant")?;
            }
        }
        Kind::Least(_) | Kind::Greatest(_) if node.ty == Type::Boolean => refuse("MIN and MAX of Booleans")?,
        _ => {}
    }
    node.children().into_iter().try_for_each(check)
}

fn missing_along(function: Along) -> Option<&'static str> {
    match function {
        Along::Cumulate
        | Along::Decumulate
        | Along::MovingSum
        | Along::MovingAverage
        | Along::MovingMin
        | Along::MovingMax
        | Along::YearToDate
        | Along::QuarterToDate
        | Along::MonthToDate
        | Along::FillForward
        | Along::Growth => None,
        Along::Spread => Some("SPREAD"),
        Along::Npv => Some("NPV"),
        Along::Irr => Some("IRR"),
        Along::Xnpv => Some("XNPV"),
        Along::Xirr => Some("XIRR"),
        Along::Correl => Some("CORREL"),
        Along::Percentile => Some("PERCENTILE"),
        Along::ForecastLinear => Some("FORECAST_LINEAR"),
        Along::ForecastEts => Some("FORECAST_ETS"),
        Along::SimpleSmoothing => Some("SIMPLE_SMOOTHING"),
        Along::DoubleSmoothing => Some("DOUBLE_SMOOTHING"),
        Along::SeasonalLinear => Some("SEASONAL_LINEAR"),
    }
}

fn function_name(function: Function) -> &'static str {
    match function {
        Function::NetworkDays => "NETWORKDAYS",
        Function::InPeriod => "INPERIOD",
        Function::DaysInPeriod => "DAYSINPERIOD",
        Function::Prorata => "PRORATA",
        Function::Rate => "RATE",
        _ => "this function",
    }
}
