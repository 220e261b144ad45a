//! The tree to a checked program: names, types (formulas.md §1), dimensions (§4), modifiers (§5), functions (§7).

mod aggregate;
mod along;
mod argument;
mod by;
mod call;
mod dates;
mod exact;
mod fit;
mod fold;
mod instead;
mod logic;
mod lookup;
mod meant;
mod modifier;
mod name;
mod operator;
mod otherwise;
mod select;
mod shape;
mod subset;

use std::sync::Arc;

use instead::{closed, in_brackets};
use smalt_model::{DimensionId, ListId, MetricId, Schema, Type, Value};

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expr::{BinaryOp, Expr, ExprKind};
use crate::names::Items;
use crate::program::{Kind, Node, Program};
use crate::span::Span;

/// After so many errors the rest of the formula is not looked at.
const MOST_ERRORS: usize = 20;

/// A correction does not repeat more of the formula than so many characters.
const LONGEST_PASTED: usize = 400;

/// The metric that a formula is for.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Its name.
    pub name: Arc<str>,
    /// Its id, where it has one already.
    pub id: Option<MetricId>,
    /// Its type.
    pub ty: Type,
    /// Its dimensions.
    pub dims: Vec<DimensionId>,
}

/// What a formula is for: it decides which type and dimensions it must end with.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// A metric's formula.
    Metric(Target),
    /// The formula of a property: exactly that dimension.
    Property {
        /// Whose property.
        dimension: DimensionId,
        /// The property's type.
        ty: Type,
    },
    /// The condition of a subset: a Boolean over exactly the dimension whose items it chooses from.
    Subset(DimensionId),
    /// EVALUATE: any type, any dimensions.
    Free,
}

/// Checks a parsed formula. `text` is what it was parsed from. All errors that do not follow from one another are reported, at most 20.
pub fn check(text: &str, expr: &Expr, schema: &Schema, items: &dyn Items, place: &Place) -> Result<Program, Diagnostics> {
    let mut checker = Checker { text, schema, items, place, found: Vec::new(), current: Vec::new(), trying: false };
    let (want, own) = match place {
        Place::Metric(target) => (Some(target.ty), target.id),
        Place::Property { ty, .. } => (Some(*ty), None),
        Place::Subset(_) => (Some(Type::Boolean), None),
        Place::Free => (None, None),
    };
    let root = match checker.expr(expr, want) {
        Err(failed) => {
            checker.blame_texts(expr);
            Err(failed)
        }
        Ok(node) => {
            let fitting = checker.fit(node, expr);
            if fitting.is_err() {
                checker.blame_whole(expr, want);
            }
            fitting
        }
    };
    match (root, Diagnostics::from_list(checker.found)) {
        (Ok(root), None) => Ok(Program::of(root, own)),
        (_, Some(diagnostics)) => Err(diagnostics),
        (Err(Failed), None) => {
            let message = "the formula cannot be checked".to_owned();
            Err(Diagnostics::one(Diagnostic::new(text, Code::Internal, expr.span, message, None)))
        }
    }
}

/// An error was reported already.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failed;

pub(crate) type Checked<T = Node> = Result<T, Failed>;

pub(crate) struct Checker<'a> {
    text: &'a str,
    schema: &'a Schema,
    items: &'a dyn Items,
    place: &'a Place,
    found: Vec<Diagnostic>,
    /// What `CurrentValue` stands for, the innermost FILTER last.
    current: Vec<Shape>,
    /// Whether this checks a correction: none is offered for that.
    trying: bool,
}

/// What an expression looks like from outside.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    ty: Type,
    dims: Vec<DimensionId>,
    rows: Option<ListId>,
}

impl Checker<'_> {
    /// Reports an error, with what to do about it.
    fn fail(&mut self, code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) -> Failed {
        if self.full() {
            return Failed;
        }
        let one = Diagnostic::new(self.text, code, span, message.into(), Some(help.into()));
        if !self.found.contains(&one) {
            self.found.push(one);
        }
        Failed
    }

    fn full(&self) -> bool {
        self.found.len() >= MOST_ERRORS
    }

    /// A piece of the text, for a message.
    fn written(&self, span: Span) -> String {
        let text = self.text.get(span.start..span.end).unwrap_or_default();
        let closed = closed(text);
        let flat: Vec<&str> = closed.split_whitespace().collect();
        let flat = flat.join(" ");
        if flat.chars().count() <= 60 { flat } else { flat.chars().take(57).chain("…".chars()).collect() }
    }

    /// A piece of the text on one line, for a correction that can be pasted.
    fn pasted(&self, span: Span) -> String {
        let text = closed(self.text.get(span.start..span.end).unwrap_or_default());
        let one_line = if text.contains('\n') { crate::parse(&text).map(|e| e.to_string()).ok() } else { None };
        let text = one_line.unwrap_or(text);
        if text.chars().count() <= LONGEST_PASTED { text } else { text.chars().take(LONGEST_PASTED).chain("…".chars()).collect() }
    }

    /// From a place to an end and the bracket that closes behind it; a `;` may stand there.
    fn up_to_bracket(&self, start: usize, end: usize) -> Span {
        let after = self.text.get(end..).unwrap_or_default();
        let spaces = after.len() - after.trim_start().len();
        let bracket = if after.trim_start().starts_with(']') { spaces + 1 } else { 0 };
        Span { start, end: end + bracket }
    }

    /// The same for several expressions, from the first to the last.
    fn pasted_list(&self, exprs: &[Expr]) -> String {
        match (exprs.first(), exprs.last()) {
            (Some(first), Some(last)) => self.pasted(Span { start: first.span.start, end: last.span.end }),
            _ => String::new(),
        }
    }

    /// The text of an expression, in brackets where a modifier or a dot could not follow it.
    fn bracketed(&self, expr: &Expr) -> String {
        in_brackets(self.pasted(expr.span))
    }

    /// A list of expressions, each checked, so that the errors of all are reported.
    fn all<T>(&mut self, of: impl IntoIterator<Item = T>, mut f: impl FnMut(&mut Self, T) -> Checked) -> Checked<Vec<Node>> {
        let mut out = Vec::new();
        let mut failed = false;
        for one in of {
            if failed && self.full() {
                break;
            }
            match f(self, one) {
                Ok(node) => out.push(node),
                Err(Failed) => failed = true,
            }
        }
        if failed { Err(Failed) } else { Ok(out) }
    }

    /// Checks an expression. `want` is the type that a literal BLANK takes here; it forces nothing.
    fn expr(&mut self, expr: &Expr, want: Option<Type>) -> Checked {
        let span = expr.span;
        let constant = |value: Value| {
            let ty = value.ty();
            Ok(Node { kind: Kind::Constant(value), ty, dims: Vec::new(), rows: None, span })
        };
        match &expr.kind {
            ExprKind::Integer(value) => constant(Value::Integer(*value)),
            ExprKind::Number(value) => constant(Value::Number(*value)),
            ExprKind::Text(text) => constant(Value::Text(Arc::from(text.as_str()))),
            ExprKind::Boolean(value) => constant(Value::Boolean(*value)),
            ExprKind::Blank => Ok(Node { kind: Kind::Blank, ty: want.unwrap_or(Type::Number), dims: Vec::new(), rows: None, span }),
            ExprKind::Name(name) => self.named(name),
            ExprKind::Property(of, name) => self.property(of, name, span),
            ExprKind::Item(dimension, item) => self.item(dimension, item, span),
            ExprKind::Negate(of) => self.negate(of, want, span),
            ExprKind::Not(of) => {
                let of = self.typed(of, Type::Boolean, "NOT")?;
                self.node_over(Type::Boolean, span, [of], |[of]| Kind::Not(Box::new(of)))
            }
            ExprKind::Sum(terms) => self.sum(terms, want, span),
            ExprKind::Concat(all) => self.concat(all, span),
            ExprKind::Product(factors) => self.product(factors, want, span),
            ExprKind::And(all) => self.and(all, span),
            ExprKind::Or(all) => self.or(all, span),
            ExprKind::Binary(op, a, b) => match op {
                BinaryOp::Power => self.power("`^`", a, b, span),
                BinaryOp::Compare(comparison) => self.compare(*comparison, a, b, span),
            },
            ExprKind::In(value, choices) => self.in_list(value, choices, span),
            ExprKind::InRange(value, low, high) => self.in_range(value, low, high, span),
            ExprKind::Call(name, arguments) => self.call(name, arguments, want, span),
            ExprKind::Modified(base, modifiers) => {
                let mut node = self.expr(base, want)?;
                for (at, modifier) in modifiers.iter().enumerate() {
                    let whole = if at + 1 == modifiers.len() { span } else { self.up_to_bracket(base.span.start, modifier.span.end) };
                    node = self.modified(node, modifier, whole)?;
                    node.span = whole;
                }
                Ok(node)
            }
        }
    }
}
