//! Parts of a checked formula that the calculator refuses: those that it does not compute yet, and constant patterns that it cannot read.

use smalt_formula::Code;
use smalt_formula::program::{Along, Function, Kind, Node, Program};
use smalt_model::{Type, Value};

use crate::call;
use crate::error::Refusal;

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
    if let Kind::Along { function, .. } = &node.kind
        && let Some(name) = missing_along(*function)
    {
        refuse(name)?;
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
        Along::ForecastLinear => Some("FORECAST_LINEAR"),
        Along::ForecastEts => Some("FORECAST_ETS"),
        Along::SimpleSmoothing => Some("SIMPLE_SMOOTHING"),
        Along::DoubleSmoothing => Some("DOUBLE_SMOOTHING"),
        Along::SeasonalLinear => Some("SEASONAL_LINEAR"),
        _ => None,
    }
}
