//! Texts where names should stand (formulas.md §2). A text is a value like any other, so what is wrong shows only beside it: where an
//! expression fails and would not with a name in the place of a text that is one, the text is what is reported.

use smalt_model::{Block, Type, Value, same_name};

use super::{Checker, Place};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::expr::{Expr, ExprKind, Name};
use crate::program::{Kind, Node};
use crate::span::Span;
use crate::suggest::{quote_name, quote_text};

/// Longer expressions are not checked a second time.
const LONGEST_TRIED: usize = 2_000;

/// So many parts, and so many texts of each, are tried.
const MOST_TRIED: usize = 10;

/// A text, or two with a dot between them, and the name or the path that it would be.
struct Misquoted {
    span: Span,
    name: String,
}

/// Where an expression is checked again.
#[derive(Clone, Copy)]
pub(super) enum Stage {
    /// Wherever it stands.
    Part,
    /// As the whole formula of its place, with the type that a BLANK takes there.
    Whole(Option<Type>),
}

impl Checker<'_> {
    /// The name that a text would be without its double quotes.
    fn name_in(&self, text: &str) -> Option<String> {
        let own = match self.place {
            Place::Metric(target) if same_name(&target.name, text) => Some(&target.name),
            _ => None,
        };
        let name = self.schema.find(text).and_then(|block| self.schema.name_of(block)).or(own)?;
        Some(quote_name(name))
    }

    /// What to write for an expression that is a text, moved or filtered at most, and should be the block of that name.
    pub(super) fn name_help(&self, node: &Node) -> Option<String> {
        let mut of = node;
        while let Kind::Add { input, .. } | Kind::Up { input, .. } | Kind::Down { input, .. } | Kind::Filter { input, .. } = &of.kind {
            of = input;
        }
        match &of.kind {
            Kind::Constant(Value::Text(text)) => self.name_in(text).map(|name| for_the_name(&name)),
            _ => None,
        }
    }

    /// The same for a text alone.
    pub(super) fn text_help(&self, text: &str) -> Option<String> {
        self.name_in(text).map(|name| for_the_name(&name))
    }

    /// The path or the item that two texts with a dot between them would be.
    fn path_in(&self, text: &str, name: &Name) -> Option<String> {
        let block = self.schema.find(text)?;
        let first = quote_name(self.schema.name_of(block)?);
        let dimension = match block {
            Block::Dimension(id) => id,
            Block::List(id) => {
                let list = self.schema.list(id)?;
                let column = list.columns.get(usize::from(list.column(&name.text)?))?;
                return Some(format!("{first}.{}", quote_name(&column.name)));
            }
            Block::Metric(id) => match self.schema.metric(id)?.ty {
                Type::Item(held) => held,
                _ => return None,
            },
        };
        if block == Block::Dimension(dimension) && self.items.find(dimension, &name.text).is_some() {
            return Some(format!("{first}.{}", quote_text(&name.text)));
        }
        let def = self.schema.dimension(dimension)?;
        let property = def.properties.get(usize::from(def.property(&name.text)?))?;
        Some(format!("{first}.{}", quote_name(&property.name)))
    }

    /// Whether a name behind a dot stands in double quotes.
    pub(super) fn is_text(&self, name: &Name) -> bool {
        self.text.get(name.span.start..).is_some_and(|rest| rest.starts_with('"'))
    }

    /// `"Country"."Currency"`
    pub(super) fn quoted_path(&mut self, text: &str, name: &Name, span: Span) -> super::Failed {
        let path = self.path_in(text, name).unwrap_or_else(|| {
            let first = self.name_in(text).unwrap_or_else(|| quote_name(text));
            format!("{first}.{}", quote_text(&name.text))
        });
        self.fail(Code::Quotes, span, "a text stands where a name should", format!("write `{path}`"))
    }

    /// Reports texts for what has failed in an expression, where they are to blame: each in the smallest part around it that is wrong without a
    /// name in its place and right with one.
    pub(super) fn blame_texts(&mut self, expr: &Expr) {
        let mut parts = Vec::new();
        self.around_texts(expr, &mut parts);
        for (expr, part) in parts.into_iter().take(MOST_TRIED) {
            self.blame_in(expr, part, Stage::Part);
        }
    }

    /// The same where an expression is right for itself and does not fit.
    pub(super) fn blame_whole(&mut self, expr: &Expr, want: Option<Type>) {
        self.blame_in(expr, expr.span, Stage::Whole(want));
    }

    /// The parts of an expression around texts that would be names, the inner ones first; whether it is or has such a text.
    fn around_texts<'e>(&self, expr: &'e Expr, out: &mut Vec<(&'e Expr, Span)>) -> bool {
        if self.misquoted(expr).is_some() {
            return true;
        }
        let mut around = false;
        expr.kind.each_child(&mut |child| around |= self.around_texts(child, out));
        let mut parts = Vec::new();
        if let (true, ExprKind::Modified(base, modifiers)) = (around, &expr.kind) {
            let before = modifiers.len().saturating_sub(1);
            parts.extend(modifiers.iter().take(before).map(|m| self.up_to_bracket(base.span.start, m.span.end)));
        }
        parts.extend(around.then_some(expr.span));
        out.extend(parts.into_iter().filter(|part| !self.wrong_in(*part).is_empty()).map(|part| (expr, part)));
        around
    }

    /// What is wrong in a part that is short enough to be checked again.
    fn wrong_in(&self, part: Span) -> Vec<&Diagnostic> {
        if part.end.saturating_sub(part.start) > LONGEST_TRIED {
            return Vec::new();
        }
        self.found.iter().filter(|d| within(part, d.span)).collect()
    }

    fn blame_in(&mut self, expr: &Expr, part: Span, stage: Stage) {
        let failed: Vec<Diagnostic> = self.wrong_in(part).into_iter().cloned().collect();
        let mut texts = Vec::new();
        self.texts_in(expr, &mut texts);
        texts.retain(|text| within(part, text.span));
        if failed.is_empty() || texts.is_empty() {
            return;
        }
        texts.sort_by_key(|text| text.span.start);
        if !self.holds_with(part, &texts, stage) {
            let one = texts.iter().take(MOST_TRIED).position(|one| self.holds_with(part, std::slice::from_ref(one), stage));
            // A text has no dimensions that a modifier could change.
            let base = if let ExprKind::Modified(base, _) = &expr.kind { Some(base.span) } else { None };
            let lacking = || failed.iter().all(|d| is_of_the_value(d.code));
            let one = one.or_else(|| texts.iter().position(|text| base == Some(text.span)).filter(|_| lacking()));
            texts = one.map(|one| texts.swap_remove(one)).into_iter().collect();
        }
        if texts.is_empty() {
            return;
        }
        // All else that failed here has followed from the texts.
        self.found.retain(|d| !failed.contains(d));
        for text in texts {
            let own = failed.iter().find(|d| d.span == text.span);
            let (code, message) = match own {
                Some(own) => (own.code, own.message.clone()),
                None => (Code::Quotes, "a text stands where a name should".to_owned()),
            };
            let help = own.and_then(|own| own.help.clone()).filter(|help| help.contains(&text.name));
            let help = help.unwrap_or_else(|| for_the_name(&text.name));
            self.found.push(Diagnostic::new(self.text, code, text.span, message, Some(help)));
        }
    }

    /// An expression that is a text and would be a name.
    fn misquoted(&self, expr: &Expr) -> Option<Misquoted> {
        let name = match &expr.kind {
            ExprKind::Text(text) => self.name_in(text),
            ExprKind::Property(of, name) => match &of.kind {
                ExprKind::Text(text) => self.path_in(text, name),
                _ => None,
            },
            _ => None,
        };
        name.map(|name| Misquoted { span: expr.span, name })
    }

    fn texts_in(&self, expr: &Expr, out: &mut Vec<Misquoted>) {
        match self.misquoted(expr) {
            Some(text) => out.push(text),
            None => expr.kind.each_child(&mut |child| self.texts_in(child, out)),
        }
    }

    /// Whether a part of the text is right with names in the place of some of its texts.
    fn holds_with(&self, part: Span, texts: &[Misquoted], stage: Stage) -> bool {
        let mut written = String::new();
        let mut done = part.start;
        for text in texts {
            written.push_str(self.text.get(done..text.span.start).unwrap_or_default());
            written.push_str(&text.name);
            done = text.span.end;
        }
        written.push_str(self.text.get(done..part.end).unwrap_or_default());
        self.tried_as(&written, stage).is_some()
    }
}

fn within(part: Span, span: Span) -> bool {
    part.start <= span.start && span.end <= part.end
}

fn for_the_name(name: &str) -> String {
    format!("write `{name}` for the name; double quotes make a text")
}

/// Whether a mistake is that a value has not the type or the dimensions that are wanted.
fn is_of_the_value(code: Code) -> bool {
    matches!(
        code,
        Code::Type | Code::ResultType | Code::MethodType | Code::Dimension | Code::WhichDimension | Code::Wider | Code::Direction
    )
}
