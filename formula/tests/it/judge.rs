//! What must hold for any text: used by the fuzz test here and by the targets in `fuzz/`.

use std::collections::BTreeSet;
use std::mem::discriminant;

use smalt_formula::{
    BinaryOp, Diagnostics, Expr, ExprKind, Kind, Node, Place, Program, check, parse, redact, referenced_names, security_call,
};
use smalt_model::{Type, Value};

use super::model::Model;

/// The longest report of all that is wrong with a formula, in bytes.
const LONGEST_REPORT: usize = 40_000;

/// Reads a text. What is read and printed is read back as the same tree.
pub(crate) fn reads(text: &str) -> Option<Expr> {
    match parse(text) {
        Ok(expr) => {
            let printed = expr.to_string();
            match parse(&printed) {
                Ok(back) => assert!(back == expr, "`{printed}` is another tree"),
                // Brackets that the text did not have may nest too deeply.
                Err(e) => assert_eq!(e.first().code.text(), "E_LIMIT", "`{printed}` is refused: {e}"),
            }
            let _ = (referenced_names(&expr), security_call(&expr));
            assert!(redact(text, &|_, _| true).is_ok(), "a formula cannot be redacted");
            assert_eq!(redact(text, &|_, _| false).as_deref(), Ok(text), "nothing is hidden, yet the text changes");
            Some(expr)
        }
        Err(e) => {
            well_told(text, &e);
            None
        }
    }
}

/// Checks a formula for each place. Gives what it comes to, as far as it is accepted.
pub(crate) fn checks(model: &Model, text: &str, expr: &Expr, places: &[Place]) -> Vec<Result<Program, Diagnostics>> {
    let answers: Vec<_> = places.iter().map(|place| check(text, expr, &model.schema, model, place)).collect();
    for (place, answer) in places.iter().zip(&answers) {
        match answer {
            Ok(program) => sound(model, program, place),
            Err(e) => {
                assert!(e.iter().all(|d| d.code.text() != "E_INTERNAL"), "{e}");
                well_told(text, e);
            }
        }
    }
    answers
}

/// The errors have places in the text, a reason, what to do, a line with carets, and are not endless.
fn well_told(text: &str, e: &Diagnostics) {
    let report = e.to_string();
    assert!(report.len() < LONGEST_REPORT, "the report has {} bytes", report.len());
    assert!(e.iter().count() <= 20);
    for d in e.iter() {
        assert!(!d.message.is_empty() && d.help.as_deref().is_some_and(|help| !help.is_empty()), "{d}");
        assert!(d.span.start <= d.span.end, "{d}");
        let line = text.split('\n').nth(d.line - 1).unwrap_or_else(|| panic!("no line {}\n{d}", d.line));
        assert!(d.column >= 1 && d.column <= line.chars().count() + 1, "{d}");
        assert!(d.excerpt().ends_with('^'), "{d}");
    }
}

/// A checked formula has the type and the dimensions of its place, and everything in it exists.
fn sound(model: &Model, program: &Program, place: &Place) {
    let root = &program.root;
    let wanted = match place {
        Place::Metric(target) => Some((target.ty, target.dims.clone())),
        Place::Property { dimension, ty } => Some((*ty, vec![*dimension])),
        Place::Subset(dimension) => Some((Type::Boolean, vec![*dimension])),
        Place::Free => None,
    };
    if let Some((ty, dims)) = wanted {
        assert_eq!(root.ty, ty);
        assert_eq!(root.dims.iter().collect::<BTreeSet<_>>(), dims.iter().collect::<BTreeSet<_>>());
        assert!(root.rows.is_none());
    }
    each(root, &mut |node| {
        assert_eq!(node.dims.len(), node.dims.iter().collect::<BTreeSet<_>>().len(), "a dimension twice");
        assert!(node.rows.is_none() || node.dims.is_empty(), "rows and dimensions");
        assert!(node.dims.iter().all(|d| model.schema.dimension(*d).is_some()));
        if let Kind::Constant(value) = &node.kind {
            assert_eq!(node.ty, value.ty());
            assert!(!matches!(value, Value::Number(n) if !n.is_finite()));
        }
    });
    let same: Result<Node, std::convert::Infallible> = root.rebuild(&mut |part| Ok(part.clone()));
    assert!(same.is_ok_and(|same| same == *root));
}

fn each(node: &Node, f: &mut dyn FnMut(&Node)) {
    f(node);
    node.children().into_iter().for_each(|child| each(child, f));
}

/// What the checker computes itself, against the same arithmetic done on the tree alone.
pub(crate) fn evaluates(expr: &Expr, answer: &Result<Program, Diagnostics>) {
    let (Ok(program), Some(expected)) = (answer, arithmetic(expr)) else { return };
    match &program.root.kind {
        Kind::Constant(Value::Integer(found)) => assert_eq!(Plain::Integer(*found), expected, "{expr}"),
        Kind::Constant(Value::Number(found)) => assert_eq!(Plain::Number(*found), expected, "{expr}"),
        // What is not folded is left to the engine.
        _ => {}
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Plain {
    Integer(i64),
    Number(f64),
}

impl Plain {
    fn number(self) -> f64 {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "what the conversion means")]
            Plain::Integer(n) => n as f64,
            Plain::Number(n) => n,
        }
    }
}

/// The value of literals under `+ - * / ^`; `None` for anything else, and where there is no value.
fn arithmetic(expr: &Expr) -> Option<Plain> {
    let finite = |n: f64| n.is_finite().then_some(Plain::Number(n));
    match &expr.kind {
        ExprKind::Integer(n) => Some(Plain::Integer(*n)),
        ExprKind::Number(n) => Some(Plain::Number(*n)),
        ExprKind::Negate(of) => Some(match arithmetic(of)? {
            Plain::Integer(n) => Plain::Integer(n.checked_neg()?),
            Plain::Number(n) => Plain::Number(-n),
        }),
        ExprKind::Sum(terms) => {
            let values: Vec<Plain> = terms.iter().map(|t| arithmetic(&t.expr)).collect::<Option<_>>()?;
            if values.iter().all(|v| matches!(v, Plain::Integer(_))) {
                let whole = |v: &Plain| if let Plain::Integer(n) = v { i128::from(*n) } else { 0 };
                let sum: i128 = terms.iter().zip(&values).map(|(t, v)| if t.negative { -whole(v) } else { whole(v) }).sum();
                return i64::try_from(sum).ok().map(Plain::Integer);
            }
            let [a, b] = values[..] else { return None };
            let second = if terms.get(1)?.negative { -b.number() } else { b.number() };
            finite(a.number() + second)
        }
        ExprKind::Product(factors) => {
            let mut all: Option<Plain> = None;
            for factor in factors {
                let value = arithmetic(&factor.expr)?;
                all = Some(match (all, value) {
                    (None, value) => value,
                    (Some(Plain::Integer(a)), Plain::Integer(b)) if !factor.divides => Plain::Integer(a.checked_mul(b)?),
                    (Some(a), b) if factor.divides => finite(a.number() / b.number())?,
                    (Some(a), b) => finite(a.number() * b.number())?,
                });
            }
            all
        }
        ExprKind::Binary(BinaryOp::Power, a, b) => finite(arithmetic(a)?.number().powf(arithmetic(b)?.number())),
        _ => None,
    }
}

/// What is new about an input: the codes that it gives, and which kinds of nodes stand inside which. Inputs that show something new are worth
/// keeping.
pub(crate) fn features(text: &str, expr: Option<&Expr>, answers: &[Result<Program, Diagnostics>]) -> BTreeSet<u64> {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let hash = |parts: &dyn Fn(&mut DefaultHasher)| {
        let mut hasher = DefaultHasher::new();
        parts(&mut hasher);
        hasher.finish()
    };
    let mut found = BTreeSet::new();
    if let (None, Err(e)) = (expr, parse(text)) {
        let first = e.first();
        // The words of the message that are not the user's tell one way to fail from another.
        let words = first.message.split('`').step_by(2).collect::<String>();
        found.insert(hash(&|h| (first.code, &words).hash(h)));
    }
    for answer in answers {
        match answer {
            Ok(program) => each(&program.root, &mut |node| {
                for child in node.children() {
                    let types = |ty: Type| discriminant(&ty);
                    found.insert(hash(&|h| {
                        (discriminant(&node.kind), discriminant(&child.kind), types(node.ty), types(child.ty), child.dims.len().min(2))
                            .hash(h);
                    }));
                }
            }),
            Err(e) => e.iter().for_each(|d| {
                let words = d.message.split('`').step_by(2).collect::<String>();
                let helped = d.help.as_deref().map(|help| help.split('`').next().unwrap_or_default().to_owned());
                found.insert(hash(&|h| (d.code, &words, &helped).hash(h)));
            }),
        }
    }
    found
}
