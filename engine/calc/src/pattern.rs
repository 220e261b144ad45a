//! Constant patterns of dates and numbers, which are checked when a formula is saved.

use smalt_formula::Code;
use smalt_formula::program::{Function, Kind, Node, Program};
use smalt_model::{Type, Value};

use crate::call;
use crate::error::Refusal;

/// Refuses a program that would be BLANK in every cell for a pattern.
pub fn refuse_wrong_patterns(program: &Program) -> Result<(), Refusal> {
    check(&program.root)
}

fn check(node: &Node) -> Result<(), Refusal> {
    match wrong_pattern(node) {
        Some(refusal) => Err(refusal),
        None => node.children().into_iter().try_for_each(check),
    }
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
