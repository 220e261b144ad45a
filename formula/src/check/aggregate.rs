//! What aggregations take, and what they give.

use smalt_model::Type;

use super::operator::to_text;
use super::shape::{to_number, widened};
use super::{Checked, Checker};
use crate::code::Code;
use crate::expr::{MethodClause, MethodWord};
use crate::program::{Method, Node};
use crate::signature::{Accept, Signature};
use crate::span::Span;
use crate::suggest::any_of;

impl Checker<'_> {
    /// The method of what only goes up; SUM where none is named.
    pub(super) fn aggregation(&mut self, clause: Option<&MethodClause>, why: &str) -> Checked<Method> {
        match clause {
            None => Ok(Method::Sum),
            Some(MethodClause { word: MethodWord::Aggregate(method), .. }) => Ok(*method),
            Some(MethodClause { word: MethodWord::Constant | MethodWord::Split | MethodWord::SplitOn(_), span }) => {
                let help = "use SUM, AVG, MIN, MAX, COUNT, FIRST, ANY or another aggregation".to_owned();
                Err(self.fail(Code::MethodWay, *span, format!("{why}; CONSTANT and SPLIT only give values to more cells"), help))
            }
        }
    }

    /// The input of a modifier's aggregation, and the type that it gives.
    pub(super) fn aggregated(&mut self, method: Method, input: Node) -> Checked<(Node, Type)> {
        let ty = input.ty;
        let Some(takes) = refused(method, ty) else {
            return Ok(given(method, input));
        };
        let instead = match method {
            Method::Min | Method::Max if ty == Type::Rights => "FIRST or COUNT",
            Method::Min | Method::Max => "ANY, ALL, FIRST or COUNT",
            Method::Any | Method::All => "FIRST, MIN or COUNT",
            Method::TextList => "FIRST or COUNT",
            _ if ty == Type::Boolean => "ANY, ALL, FIRST or COUNT",
            _ if ty == Type::Rights => "FIRST, LAST or COUNT",
            _ => "FIRST, LAST, MIN, MAX or COUNT",
        };
        let message = format!("{} takes {takes}, but `{}` is {}", method.word(), self.written(input.span), self.type_name(ty));
        let help = self.name_help(&input).unwrap_or_else(|| format!("name another method: {instead}"));
        Err(self.fail(Code::MethodType, input.span, message, help))
    }

    /// The same for a function, which has a method of its own or takes one of few; `named` where the call names it.
    pub(super) fn aggregated_by(
        &mut self,
        signature: &Signature,
        method: Method,
        named: bool,
        input: Node,
        call: Span,
    ) -> Checked<(Node, Type)> {
        let ty = input.ty;
        let Some(takes) = refused(method, ty) else {
            return Ok(given(method, input));
        };
        let name = signature.name;
        let chooses = signature.parameters.iter().any(|p| matches!(p.accept, Accept::Words(_)));
        let who = if chooses { format!("{name} with {}", method.word()) } else { name.to_owned() };
        let message = format!("{who} takes {takes}, but `{}` is {}", self.written(input.span), self.type_name(ty));
        let others: &[&str] = match (name, ty) {
            ("SUMOF" | "AVGOF" | "MINOF" | "MAXOF", Type::Boolean) => &["ANYOF", "ALLOF", "COUNTOF"],
            ("SUMOF" | "AVGOF" | "MINOF" | "MAXOF", Type::Rights) => &["COUNTOF"],
            ("SUMOF" | "AVGOF", _) => &["MINOF", "MAXOF", "COUNTOF"],
            ("MOVINGSUM" | "MOVINGAVERAGE", Type::Text | Type::Date | Type::Item(_)) => &["MOVINGMIN", "MOVINGMAX"],
            _ => &[],
        };
        let written = self.pasted(call);
        let help = if let Some(help) = self.name_help(&input) {
            help
        } else if chooses && !matches!(ty, Type::Boolean | Type::Rights) {
            match written.strip_suffix(')') {
                Some(open) if !named => format!("write `{open}, MIN)` or `{open}, MAX)`"),
                _ => "name another method: MIN or MAX".to_owned(),
            }
        } else if let (false, Some((_, arguments))) = (others.is_empty(), written.split_once('(')) {
            format!("write {}", any_of(others.iter().map(|other| format!("{other}({arguments}"))))
        } else {
            let wanted = if matches!(method, Method::Any | Method::All) { Type::Boolean } else { Type::Number };
            self.type_help(&input, wanted)
        };
        Err(self.fail(Code::MethodType, input.span, message, help))
    }
}

/// What a method takes, where it refuses a type.
fn refused(method: Method, ty: Type) -> Option<&'static str> {
    let (taken, takes) = match method {
        Method::Sum | Method::Avg | Method::Median | Method::StdevS | Method::StdevP | Method::FirstNonZero | Method::LastNonZero => {
            (ty.is_numeric(), "numbers")
        }
        Method::Min | Method::Max => (!matches!(ty, Type::Boolean | Type::Rights), "values with an order"),
        Method::Any | Method::All => (ty == Type::Boolean, "Booleans"),
        Method::TextList => (ty != Type::Rights, "what a text can be made of"),
        Method::Count | Method::CountUnique | Method::First | Method::Last | Method::FirstNonBlank | Method::LastNonBlank => (true, ""),
    };
    (!taken).then_some(takes)
}

/// What a method reads, and the type that it gives.
fn given(method: Method, input: Node) -> (Node, Type) {
    let ty = input.ty;
    match method {
        Method::Sum => (input, widened(ty)),
        Method::Avg | Method::Median if ty.digits().is_some() => (input, widened(ty)),
        Method::Avg | Method::Median | Method::StdevS | Method::StdevP => (to_number(input), Type::Number),
        Method::Count | Method::CountUnique => (input, Type::Integer),
        Method::TextList => (to_text(input), Type::Text),
        _ => (input, ty),
    }
}
