//! The tree back to text, with as few brackets as mean the same.

use std::fmt::{self, Display, Formatter, Write};

use crate::expr::{BinaryOp, Expr, ExprKind, MethodClause, MethodWord, Modifier, ModifierKind, Name};
use crate::suggest::{quote_name, quote_text};

/// How tightly an expression holds together (formulas.md §2), loosest first.
fn tightness(kind: &ExprKind) -> u8 {
    match kind {
        ExprKind::Or(_) => 1,
        ExprKind::And(_) => 2,
        ExprKind::Not(_) => 3,
        ExprKind::Binary(BinaryOp::Compare(_), ..) | ExprKind::In(..) | ExprKind::InRange(..) => 4,
        ExprKind::Concat(_) => 5,
        ExprKind::Sum(_) => 6,
        ExprKind::Product(_) => 7,
        ExprKind::Negate(_) => 8,
        ExprKind::Binary(BinaryOp::Power, ..) => 9,
        _ => 10,
    }
}

/// Prints `expr` where something at least as tight as `least` must stand.
fn within(f: &mut Formatter<'_>, expr: &Expr, least: u8) -> fmt::Result {
    if tightness(&expr.kind) < least { write!(f, "({expr})") } else { write!(f, "{expr}") }
}

fn list<T: Display>(f: &mut Formatter<'_>, all: &[T], between: &str) -> fmt::Result {
    for (i, one) in all.iter().enumerate() {
        if i > 0 {
            f.write_str(between)?;
        }
        write!(f, "{one}")?;
    }
    Ok(())
}

fn chain(f: &mut Formatter<'_>, all: &[Expr], sign: &str, least: u8) -> fmt::Result {
    for (i, one) in all.iter().enumerate() {
        if i > 0 {
            f.write_str(sign)?;
        }
        within(f, one, least)?;
    }
    Ok(())
}

impl Display for Name {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.quoted { write!(f, "'{}'", self.text.replace('\'', "''")) } else { f.write_str(&quote_name(&self.text)) }
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::Integer(value) => write!(f, "{value}"),
            ExprKind::Number(value) => write!(f, "{value:?}"),
            ExprKind::Text(text) => f.write_str(&quote_text(text)),
            ExprKind::Boolean(true) => f.write_str("TRUE"),
            ExprKind::Boolean(false) => f.write_str("FALSE"),
            ExprKind::Blank => f.write_str("BLANK"),
            ExprKind::Name(name) => write!(f, "{name}"),
            ExprKind::Property(of, name) => {
                // A number and a dot would read as one number.
                let number = matches!(of.kind, ExprKind::Integer(_) | ExprKind::Number(_));
                within(f, of, if number { u8::MAX } else { 10 })?;
                write!(f, ".{name}")
            }
            ExprKind::Item(dimension, item) => write!(f, "{dimension}.{}", quote_text(item)),
            ExprKind::Negate(of) => {
                // `--` would be refused.
                f.write_str(if matches!(of.kind, ExprKind::Negate(_)) { "- " } else { "-" })?;
                within(f, of, 8)
            }
            ExprKind::Not(of) => {
                f.write_str("NOT ")?;
                within(f, of, 3)
            }
            ExprKind::Sum(terms) => {
                for (i, term) in terms.iter().enumerate() {
                    match (i, term.negative) {
                        (0, _) => {}
                        (_, false) => f.write_str(" + ")?,
                        (_, true) => f.write_str(" - ")?,
                    }
                    within(f, &term.expr, 7)?;
                }
                Ok(())
            }
            ExprKind::Product(factors) => {
                for (i, factor) in factors.iter().enumerate() {
                    match (i, factor.divides) {
                        (0, _) => {}
                        (_, false) => f.write_str(" * ")?,
                        (_, true) => f.write_str(" / ")?,
                    }
                    within(f, &factor.expr, 8)?;
                }
                Ok(())
            }
            ExprKind::Concat(all) => chain(f, all, " & ", 6),
            ExprKind::And(all) => chain(f, all, " AND ", 3),
            ExprKind::Or(all) => chain(f, all, " OR ", 2),
            ExprKind::Binary(op, a, b) => {
                let (sign, left, right) = match op {
                    BinaryOp::Power => ("^", 10, 8),
                    BinaryOp::Compare(comparison) => (comparison.sign(), 5, 5),
                };
                within(f, a, left)?;
                write!(f, " {sign} ")?;
                within(f, b, right)
            }
            ExprKind::In(value, choices) => {
                within(f, value, 5)?;
                f.write_str(" IN (")?;
                list(f, choices, ", ")?;
                f.write_char(')')
            }
            ExprKind::InRange(value, low, high) => {
                within(f, value, 5)?;
                write!(f, " IN ({low} : {high})")
            }
            ExprKind::Call(name, arguments) => {
                write!(f, "{}(", name.text)?;
                for (i, argument) in arguments.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{}", argument.value)?;
                    if let Some(on) = &argument.on {
                        write!(f, " ON {on}")?;
                    }
                }
                f.write_char(')')
            }
            ExprKind::Modified(base, modifiers) => {
                within(f, base, 10)?;
                modifiers.iter().try_for_each(|modifier| write!(f, "[{modifier}]"))
            }
        }
    }
}

impl Display for MethodClause {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.word {
            MethodWord::Aggregate(method) => f.write_str(method.word()),
            MethodWord::Constant => f.write_str("CONSTANT"),
            MethodWord::Split => f.write_str("SPLIT"),
            MethodWord::SplitOn(weight) => write!(f, "SPLIT ON {weight}"),
        }
    }
}

impl Display for Modifier {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let head = |f: &mut Formatter<'_>, word: &str, method: &Option<MethodClause>| match method {
            Some(method) => write!(f, "{word} {method}: "),
            None => write!(f, "{word}: "),
        };
        match &self.kind {
            ModifierKind::By(method, mappings) => {
                head(f, "BY", method)?;
                list(f, mappings, ", ")
            }
            ModifierKind::Add(method, names) => {
                head(f, "ADD", method)?;
                list(f, names, ", ")
            }
            ModifierKind::Remove(method, names) => {
                head(f, "REMOVE", method)?;
                list(f, names, ", ")
            }
            ModifierKind::Keep(method, names) => {
                head(f, "KEEP", method)?;
                list(f, names, ", ")
            }
            ModifierKind::Select(method, of) => {
                head(f, "SELECT", method)?;
                write!(f, "{of}")
            }
            ModifierKind::Filter(condition) => write!(f, "FILTER: {condition}"),
            ModifierKind::Exclude(condition) => write!(f, "EXCLUDE: {condition}"),
            ModifierKind::ToSubset(name) => write!(f, "TOSUBSET: {name}"),
            ModifierKind::ToParentList(name) => write!(f, "TOPARENTLIST: {name}"),
        }
    }
}
