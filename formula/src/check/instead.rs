//! Corrections that are parts of the formula written otherwise: those that do not hold are not offered.

use smalt_model::{Block, DimensionId};

use super::Checker;
use super::meant::Stage;
use crate::expr::ExprKind;
use crate::lexer::{Token, lex};
use crate::program::Node;
use crate::span::Span;

impl Checker<'_> {
    /// A part of the text, with another text in the place of a part of it.
    pub(super) fn patched(&self, whole: Span, part: Span, with: &str) -> Option<String> {
        let (before, after) = (self.text.get(whole.start..part.start)?, self.text.get(part.end..whole.end)?);
        Some(closed(&format!("{before}{with}{after}")))
    }

    /// A formula that may stand in the place of a part of this one, as it would be checked there.
    pub(super) fn tried(&self, text: &str) -> Option<Node> {
        self.tried_as(text, Stage::Part)
    }

    /// The same for a part, or for the whole formula.
    pub(super) fn tried_as(&self, text: &str, stage: Stage) -> Option<Node> {
        if self.trying {
            return None;
        }
        let text = closed(text);
        let expr = crate::parse(&text).ok()?;
        let Checker { schema, items, place, .. } = *self;
        let current = self.current.clone();
        let mut checker = Checker { text: &text, schema, items, place, found: Vec::new(), current, trying: true };
        match stage {
            Stage::Part => checker.expr(&expr, None).ok(),
            Stage::Whole(want) => checker.expr(&expr, want).and_then(|node| checker.fit(node, &expr)).ok(),
        }
    }

    /// A part of the text that names dimensions of which an expression has a subset or a parent, with the names of those.
    pub(super) fn by_own_dimensions(&self, input: &[DimensionId], part: Span) -> Option<String> {
        let text = self.text.get(part.start..part.end)?;
        let lexemes = lex(text).ok()?;
        let mut out = String::new();
        let mut done = 0;
        for (at, lexeme) in lexemes.iter().enumerate() {
            let (Token::Name(name) | Token::Quoted(name)) = &lexeme.token else { continue };
            let after_dot = at.checked_sub(1).and_then(|before| lexemes.get(before)).is_some_and(|l| l.token == Token::Dot);
            let called = lexemes.get(at + 1).is_some_and(|l| l.token == Token::Open);
            let Some(Block::Dimension(from)) = self.schema.find(name).filter(|_| !after_dot && !called) else { continue };
            let Some(&to) = input.iter().find(|to| !input.contains(&from) && self.between(from, **to).is_some()) else { continue };
            out.push_str(text.get(done..lexeme.span.start)?);
            out.push_str(&self.dimension_name(to));
            done = lexeme.span.end;
        }
        out.push_str(text.get(done..)?);
        (done > 0).then_some(out)
    }

    /// The whole expression with such names in one of its parts, where it means something.
    pub(super) fn with_own_dimensions(&self, input: &Node, whole: Span, part: Span) -> Option<String> {
        let renamed = self.by_own_dimensions(&input.dims, part)?;
        let text = self.patched(whole, part, &renamed)?;
        self.tried(&text).map(|_| text)
    }
}

/// A text whose last bracket may be missing, as it is before a `;`.
pub(super) fn closed(text: &str) -> String {
    let text = text.trim();
    if !text.contains('[') || crate::parse(text).is_ok() {
        return text.to_owned();
    }
    let with = format!("{text}]");
    if crate::parse(&with).is_ok() { with } else { text.to_owned() }
}

/// An expression, in brackets where a modifier or a dot could not follow it.
pub(super) fn in_brackets(text: String) -> String {
    let Ok(expr) = crate::parse(&text) else { return text };
    let loose = matches!(
        &expr.kind,
        ExprKind::Negate(_)
            | ExprKind::Not(_)
            | ExprKind::Sum(_)
            | ExprKind::Product(_)
            | ExprKind::Concat(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Binary(..)
            | ExprKind::In(..)
            | ExprKind::InRange(..)
    );
    // A place inside round brackets begins before its first operand.
    let mut first = expr.span.end;
    expr.kind.each_child(&mut |child| first = first.min(child.span.start));
    let inside = text.get(expr.span.start..first).is_some_and(|lead| lead.trim_start().starts_with('('));
    if loose && !inside { format!("({text})") } else { text }
}
