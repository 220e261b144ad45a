//! Parts of a checked formula that the calculator refuses: those that it does not compute yet, and constant patterns that it cannot read.

use smalt_formula::Code;
use smalt_formula::program::{Along, Function, Kind, Node, Program};
use smalt_model::{Type, Value};

use crate::call;
use crate::error::Refusal;
use crate::operator::{has_method, line};

/// Refuses a program with a part that the calculator does not compute yet, or that would be BLANK in every cell for its pattern.
pub fn refuse_not_yet(program: &Program) -> Result<(), Refusal> {
    check(&program.root)
}

fn check(node: &Node) -> Result<(), Refusal> {
    let refuse =
        |what: &str| Err(Refusal { code: Code::NotYet, message: format!("{what} is not yet supported"), help: None, span: node.span });
    if let Some(refusal) = wrong_pattern(node) {
        return Err(refusal);
    }
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

/// What is wrong with a constant pattern.
fn wrong_pattern(node: &Node) -> Option<Refusal> {
    let Kind::Call(function @ (Function::Text | Function::DateValue), args) = &node.kind else { return None };
    let [value, Node { kind: Kind::Constant(Value::Text(pattern)), span, .. }] = args.as_slice() else { return None };
    let (fits, what, instead) = match (function, value.ty) {
        (Function::DateValue, _) => (call::reads_dates(pattern), "to read a date by", "yyyy-MM-dd"),
        (_, Type::Date) => (call::writes_dates(pattern), "of dates", "yyyy-MM-dd"),
        _ => (call::writes_numbers(pattern), "of numbers", "#,##0.00"),
    };
    (!fits).then(|| Refusal {
        code: Code::Pattern,
        message: format!("`{pattern}` is no pattern {what}, such as `{instead}`"),
        help: Some(format!("write `\"{instead}\"`")),
        span: *span,
    })
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
