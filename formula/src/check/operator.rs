//! Operators (formulas.md §1 and §3).

use smalt_model::{ListId, Type, Value};

use super::fold::folded;
use super::shape::{to_number, to_numeric, untyped, widened};
use super::{Checked, Checker};
use crate::code::Code;
use crate::dims::union;
use crate::expr::{Expr, ExprKind, ProductFactor, SumTerm};
use crate::program::{Comparison, Factor, Kind, Node, Term};
use crate::span::Span;

impl Checker<'_> {
    pub(super) fn negate(&mut self, of: &Expr, want: Option<Type>, span: Span) -> Checked {
        let of = self.numeric(of, want, "unary minus")?;
        match of.kind {
            Kind::Constant(Value::Integer(value)) => Ok(Node { kind: Kind::Constant(Value::Integer(-value)), span, ..of }),
            Kind::Constant(Value::Number(value)) => Ok(Node { kind: Kind::Constant(Value::Number(-value)), span, ..of }),
            _ => self.node_over(of.ty, span, [of], |[of]| Kind::Negate(Box::new(of))),
        }
    }

    /// A chain of `+` and `-`: numbers, or a date and days, or the days between two dates.
    pub(super) fn sum(&mut self, terms: &[SumTerm], want: Option<Type>, span: Span) -> Checked {
        let known = self.all(terms.iter().filter(|t| !untyped(&t.expr)), |this, t| this.expr(&t.expr, None))?;
        let with_sign: Vec<(bool, &Node)> = terms.iter().filter(|t| !untyped(&t.expr)).map(|t| t.negative).zip(&known).collect();
        let dates: Vec<(bool, &Node)> = with_sign.iter().copied().filter(|(_, n)| n.ty == Type::Date).collect();
        let ty = if dates.is_empty() { self.sum_of_numbers(&known, want)? } else { self.sum_of_dates(&dates, &known)? };
        let mut known = known.into_iter();
        let mut out = Vec::with_capacity(terms.len());
        for term in terms {
            let node = if untyped(&term.expr) {
                let blank = if ty == Type::Date { Type::Integer } else { ty };
                Some(self.expr(&term.expr, Some(blank))?)
            } else {
                known.next()
            };
            if let Some(node) = node {
                out.push(Term { negative: term.negative, node: to_numeric(node, ty) });
            }
        }
        let (dims, rows) = self.join(&out.iter().map(|t| &t.node).collect::<Vec<_>>())?;
        Ok(folded(Node { kind: Kind::Sum(out), ty, dims, rows, span }))
    }

    fn sum_of_numbers(&mut self, known: &[Node], want: Option<Type>) -> Checked<Type> {
        let mut failed = None;
        for node in known.iter().filter(|n| !n.ty.is_numeric()) {
            let written = self.written(node.span);
            let message = format!("`+` and `-` take numbers and dates, but `{written}` is {}", self.type_name(node.ty));
            let help = match node.ty {
                Type::Text => {
                    let joined = || format!("join texts with `&`; a text becomes a number by `VALUE({written})`");
                    self.name_help(node).unwrap_or_else(joined)
                }
                Type::Item(_) => format!("an item is shifted by `SHIFT({written}, -1)`, an expression by `x[SELECT: {written} - 1]`"),
                _ => self.type_help(node, Type::Number),
            };
            failed = Some(self.fail(Code::Type, node.span, message, help));
        }
        match failed {
            Some(failed) => Err(failed),
            None => {
                let met = known.iter().map(|n| n.ty).reduce(|a, b| a.meet(b).unwrap_or(Type::Number));
                Ok(widened(met.or(want.filter(|t| t.is_numeric())).unwrap_or(Type::Number)))
            }
        }
    }

    fn sum_of_dates(&mut self, dates: &[(bool, &Node)], known: &[Node]) -> Checked<Type> {
        if let Some(odd) = known.iter().find(|n| !matches!(n.ty, Type::Date | Type::Integer)) {
            let message = format!("a DATE takes a whole number of days, but `{}` is {}", self.written(odd.span), self.type_name(odd.ty));
            let help = self.type_help(odd, Type::Integer);
            return Err(self.fail(Code::Dates, odd.span, message, help));
        }
        let mut added = dates.iter().filter(|(negative, _)| !negative);
        let mut taken = dates.iter().filter(|(negative, _)| *negative);
        let (first, second, minus) = (added.next(), added.next(), taken.next());
        if let Some((_, node)) = second {
            let help = "a DATE takes days: `d + 30`; days between dates are `a - b`, in brackets inside a longer sum".to_owned();
            return Err(self.fail(Code::Dates, node.span, "DATE + DATE has no meaning", help));
        }
        match (first, minus, taken.next()) {
            (Some(_), None, _) => Ok(Type::Date),
            (Some(_), Some(_), None) => Ok(Type::Integer),
            (_, Some((_, node)), _) => {
                let help = "write `a - b` for the days between two dates, `d - 30` for an earlier date".to_owned();
                Err(self.fail(Code::Dates, node.span, "a DATE can only be taken from another DATE", help))
            }
            (None, None, _) => Ok(Type::Date),
        }
    }

    pub(super) fn concat(&mut self, all: &[Expr], span: Span) -> Checked {
        let parts = self.all(all, |this, e| {
            let part = this.expr(e, Some(Type::Text))?;
            match part.ty {
                Type::Rights => {
                    let message = format!("`&` takes no ACCESS RIGHTS, but `{}` is one", this.written(part.span));
                    let help = this.type_help(&part, Type::Text);
                    Err(this.fail(Code::Type, part.span, message, help))
                }
                _ => Ok(to_text(part)),
            }
        })?;
        self.node_over_all(Type::Text, span, parts, Kind::Concat)
    }

    pub(super) fn or(&mut self, all: &[Expr], span: Span) -> Checked {
        let parts = self.all(all, |this, e| this.typed(e, Type::Boolean, "OR"))?;
        self.node_over_all(Type::Boolean, span, parts, Kind::Or)
    }

    pub(super) fn and(&mut self, all: &[Expr], span: Span) -> Checked {
        let parts = self.all(all, |this, e| this.typed(e, Type::Boolean, "AND"))?;
        self.node_over_all(Type::Boolean, span, parts, Kind::And)
    }

    /// A chain of `*` and `/`. It is computed from left to right: of INTEGERs up to the first `/` or other number, of DECIMALs up to the first
    /// NUMBER, of NUMBERs from there on.
    pub(super) fn product(&mut self, factors: &[ProductFactor], want: Option<Type>, span: Span) -> Checked {
        // The first factor stands beside the sign of the second.
        let sign = |at: usize| if factors.get(at.max(1)).is_some_and(|f| f.divides) { "`/`" } else { "`*`" };
        let nodes = self.all(factors.iter().enumerate(), |this, (at, factor)| this.numeric(&factor.expr, want, sign(at)))?;
        let (_, rows) = self.join(&nodes.iter().collect::<Vec<_>>())?;
        let mut ty = nodes.first().map_or(Type::Number, |n| n.ty);
        let mut chain: Vec<Factor> = Vec::with_capacity(nodes.len());
        for (factor, node) in factors.iter().zip(nodes) {
            let next = match ty.meet(node.ty).unwrap_or(Type::Number) {
                Type::Integer if factor.divides => Type::Number,
                met => met,
            };
            // What is of another kind than all before it ends a product of its own.
            if std::mem::discriminant(&next) != std::mem::discriminant(&ty) && chain.len() > 1 {
                let end = chain.last().map_or(span.end, |f| f.node.span.end);
                let before = product_of(std::mem::take(&mut chain), ty, rows, Span { start: span.start, end });
                chain.push(Factor { divides: false, node: before });
            }
            ty = next;
            chain.push(Factor { divides: factor.divides, node });
        }
        Ok(product_of(chain, ty, rows, span))
    }

    /// `^`, which gives a NUMBER, or a DECIMAL where one side is one and the other no NUMBER.
    pub(super) fn power(&mut self, sign: &str, a: &Expr, b: &Expr, span: Span) -> Checked {
        let (a, b) = (self.numeric(a, None, sign), self.numeric(b, None, sign));
        let (a, b) = (a?, b?);
        let kind = |[a, b]: [Node; 2]| Kind::Power(Box::new(a), Box::new(b));
        match a.ty.meet(b.ty) {
            Some(ty @ Type::Decimal { .. }) => self.node_over(widened(ty), span, [a, b], kind),
            _ => self.node_over(Type::Number, span, [to_number(a), to_number(b)], kind).map(folded),
        }
    }

    pub(super) fn compare(&mut self, comparison: Comparison, a: &Expr, b: &Expr, span: Span) -> Checked {
        let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        let literal = |e: &Expr| matches!(e.kind, ExprKind::Blank);
        if equality && (literal(a) || literal(b)) {
            let of = self.expr(if literal(b) { a } else { b }, None)?;
            let kind = if comparison == Comparison::Equal { Kind::IsBlank } else { Kind::IsNotBlank };
            return self.node_over(Type::Boolean, span, [of], |[of]| kind(Box::new(of)));
        }
        let [a, b] = self.pair(a, b, &format!("`{}` compares equal types", comparison.sign()))?;
        if !equality {
            self.ordered(&a, &format!("`{}`", comparison.sign()))?;
        }
        self.node_over(Type::Boolean, span, [a, b], |[a, b]| Kind::Compare(comparison, Box::new(a), Box::new(b)))
    }

    /// Two expressions of one type.
    fn pair(&mut self, a: &Expr, b: &Expr, by: &str) -> Checked<[Node; 2]> {
        let both = self.alike(&[a, b], None, by)?;
        <[Node; 2]>::try_from(both).map_err(|_| super::Failed)
    }

    /// Refuses what has no order.
    pub(super) fn ordered(&mut self, node: &Node, by: &str) -> Checked<()> {
        if !matches!(node.ty, Type::Boolean | Type::Rights) {
            return Ok(());
        }
        let message = format!("{by} takes values with an order, but `{}` is {}", self.written(node.span), self.type_name(node.ty));
        let help = match node.ty {
            Type::Boolean => "compare Booleans with `=` or `<>`, or join them with AND, OR, NOT".to_owned(),
            ty => self.type_help(node, ty),
        };
        Err(self.fail(Code::NoOrder, node.span, message, help))
    }

    pub(super) fn in_list(&mut self, value: &Expr, choices: &[Expr], span: Span) -> Checked {
        let all: Vec<&Expr> = std::iter::once(value).chain(choices).collect();
        let parts = self.alike(&all, None, "IN compares equal types")?;
        if let Some(first) = parts.first() {
            self.ordered(first, "IN")?;
        }
        self.node_over_all(Type::Boolean, span, parts, |mut parts| {
            let choices = parts.split_off(1.min(parts.len()));
            match parts.pop() {
                Some(value) => Kind::InList(Box::new(value), choices),
                None => Kind::Blank,
            }
        })
    }

    pub(super) fn in_range(&mut self, value: &Expr, low: &Expr, high: &Expr, span: Span) -> Checked {
        let parts = self.alike(&[value, low, high], None, "IN compares equal types")?;
        let [value, low, high] = <[Node; 3]>::try_from(parts).map_err(|_| super::Failed)?;
        self.ordered(&value, "IN")?;
        self.node_over(Type::Boolean, span, [value, low, high], |[v, l, h]| Kind::InRange(Box::new(v), Box::new(l), Box::new(h)))
    }
}

/// A value as a text, as it stands next to `&`.
pub(super) fn to_text(node: Node) -> Node {
    if node.ty == Type::Text {
        return node;
    }
    let (dims, rows, span) = (node.dims.clone(), node.rows, node.span);
    Node { kind: Kind::ToText(Box::new(node)), ty: Type::Text, dims, rows, span }
}

/// A product of factors of one kind.
fn product_of(chain: Vec<Factor>, ty: Type, rows: Option<ListId>, span: Span) -> Node {
    let number = |f: Factor| if ty == Type::Number { Factor { node: to_number(f.node), ..f } } else { f };
    let chain: Vec<Factor> = chain.into_iter().map(number).collect();
    let dims = union(chain.iter().map(|f| f.node.dims.as_slice()));
    folded(Node { kind: Kind::Product(chain), ty: widened(ty), dims, rows, span })
}
