//! IF, SWITCH, IFBLANK, IFDEFINED, MIN and MAX: functions that choose among their arguments (formulas.md §3).

use smalt_model::Type;

use super::argument::Slots;
use super::{Checked, Checker};
use crate::expr::{Argument, Expr};
use crate::program::{Kind, Node};
use crate::signature::{Signature, Special};
use crate::span::Span;

impl Checker<'_> {
    /// Two branches, of which the second may be missing, in one type.
    fn branches(&mut self, a: &Expr, b: Option<&Expr>, want: Option<Type>, by: &str) -> Checked<(Node, Option<Node>)> {
        let exprs: Vec<&Expr> = std::iter::once(a).chain(b).collect();
        let mut nodes = self.alike(&exprs, want, &format!("{by} has branches of one type"))?.into_iter();
        let first = nodes.next().ok_or(super::Failed)?;
        Ok((first, nodes.next()))
    }

    /// A node over one expression and one or two more.
    fn choice(
        &mut self,
        span: Span,
        parts: (Node, Node, Option<Node>),
        kind: impl FnOnce(Box<Node>, Box<Node>, Option<Box<Node>>) -> Kind,
    ) -> Checked {
        let (a, b, c) = parts;
        let (dims, rows) = self.join(&[&a, &b].into_iter().chain(&c).collect::<Vec<_>>())?;
        let ty = b.ty;
        Ok(Node { kind: kind(Box::new(a), Box::new(b), c.map(Box::new)), ty, dims, rows, span })
    }

    pub(super) fn if_then(&mut self, signature: &Signature, slots: &Slots<'_>, want: Option<Type>, span: Span) -> Checked {
        let [Some(test), Some(a), b] = slots[..] else {
            return Err(self.arity(signature, slots.len(), span));
        };
        let test = self.typed(&test.value, Type::Boolean, "the test of IF");
        let (a, b) = self.branches(&a.value, b.map(|b| &b.value), want, "IF")?;
        self.choice(span, (test?, a, b), |test, then, otherwise| Kind::If { test, then, otherwise })
    }

    pub(super) fn if_blank(&mut self, slots: &Slots<'_>, want: Option<Type>, span: Span) -> Checked {
        let exprs: Vec<&Expr> = slots.iter().flatten().map(|a| &a.value).collect();
        let both = self.alike(&exprs, want, "IFBLANK has arguments of one type")?;
        let both = <[Node; 2]>::try_from(both).map_err(|_| super::Failed)?;
        let ty = both[0].ty;
        self.node_over(ty, span, both, |[a, b]| Kind::IfBlank(Box::new(a), Box::new(b)))
    }

    pub(super) fn if_defined(&mut self, slots: &Slots<'_>, want: Option<Type>, span: Span) -> Checked {
        let [Some(a), Some(x), y] = slots[..] else {
            return Err(super::Failed);
        };
        let of = self.expr(&a.value, None);
        let (x, y) = self.branches(&x.value, y.map(|y| &y.value), want, "IFDEFINED")?;
        self.choice(span, (of?, x, y), Kind::IfDefined)
    }

    /// SWITCH, MIN and MAX, which take any number of arguments.
    pub(super) fn variadic(
        &mut self,
        special: Special,
        signature: &Signature,
        arguments: &[Argument],
        want: Option<Type>,
        span: Span,
    ) -> Checked {
        let least = if special == Special::Switch { 3 } else { 1 };
        if arguments.len() < least {
            return Err(self.arity(signature, arguments.len(), span));
        }
        if let Some(on) = arguments.iter().find_map(|a| a.on.as_ref()) {
            return Err(self.stray_order(signature, on.span));
        }
        let exprs: Vec<&Expr> = arguments.iter().map(|a| &a.value).collect();
        if special == Special::Switch {
            return self.switch(&exprs, want, span);
        }
        let nodes = self.alike(&exprs, want, &format!("{} compares equal types", signature.name))?;
        let mut ty = Type::Number;
        if let Some(first) = nodes.first() {
            self.ordered(first, signature.name)?;
            ty = first.ty;
        }
        let kind = if special == Special::Least { Kind::Least } else { Kind::Greatest };
        self.node_over_all(ty, span, nodes, kind)
    }

    fn switch(&mut self, exprs: &[&Expr], want: Option<Type>, span: Span) -> Checked {
        let Some((&value, rest)) = exprs.split_first() else {
            return Err(super::Failed);
        };
        let pairs = rest.chunks_exact(2);
        let default = pairs.remainder().first().copied();
        let tests: Vec<&Expr> = std::iter::once(value).chain(pairs.clone().filter_map(|p| p.first().copied())).collect();
        let results: Vec<&Expr> = pairs.filter_map(|p| p.get(1).copied()).chain(default).collect();
        let tests = self.alike(&tests, None, "SWITCH compares equal types");
        let results = self.alike(&results, want, "SWITCH has results of one type")?;
        let tests = tests?;
        let (dims, rows) = self.join(&tests.iter().chain(&results).collect::<Vec<_>>())?;
        let ty = results.first().map_or(Type::Number, |n| n.ty);
        let (mut tests, mut results) = (tests.into_iter(), results.into_iter());
        let value = tests.next().ok_or(super::Failed)?;
        let cases: Vec<(Node, Node)> = tests.zip(results.by_ref()).collect();
        let otherwise = results.next().map(Box::new);
        Ok(Node { kind: Kind::Switch { value: Box::new(value), cases, otherwise }, ty, dims, rows, span })
    }
}
