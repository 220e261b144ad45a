//! Smaller formulas and models that fail alike.

use smalt_formula::{
    Argument, Expr, ExprKind, MethodClause, MethodWord, Modifier, ModifierKind, Need, ProductFactor, Signature, Span, SumTerm, function,
    parse,
};
use smalt_oracle::solve;

use crate::engine::{Engine, difference};
use crate::world::World;

/// How a formula fails.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Failure {
    /// The two have other cells.
    Cells(String),
    /// The engine refuses it; the first words of its reason.
    Refusal(String),
}

impl Failure {
    fn is_like(&self, other: &Failure) -> bool {
        match (self, other) {
            (Failure::Cells(_), Failure::Cells(_)) => true,
            (Failure::Refusal(a), Failure::Refusal(b)) => kind(a) == kind(b),
            _ => false,
        }
    }
}

/// A refusal without what is particular to it.
pub(crate) fn kind(refusal: &str) -> String {
    let mut out = String::new();
    for (i, piece) in refusal.split('`').enumerate() {
        out.push_str(if i % 2 == 0 { piece } else { "_" });
    }
    let line = out.lines().next().unwrap_or_default();
    line.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// Compares the last metric of a world.
pub(crate) fn failure(world: &World) -> Option<Failure> {
    let mut world = world.clone();
    world.settle_anew().ok()?;
    let world = &world;
    let cells = solve(&world.model).ok()?;
    let engine = match Engine::try_new(world) {
        Ok(engine) => engine,
        Err(e) => return Some(Failure::Refusal(e)),
    };
    let metric = world.model.metrics.last()?;
    difference(world, metric, &engine.cells(world, metric), cells.last()?).map(Failure::Cells)
}

/// The smallest world found whose last metric fails alike.
pub(crate) fn shrunk(world: &World, found: &Failure) -> World {
    let mut best = world.clone();
    let mut tries = 600;
    let mut attempt = |candidate: World, best: &mut World| {
        if tries == 0 {
            return false;
        }
        tries -= 1;
        let fails = failure(&candidate).is_some_and(|f| f.is_like(found));
        if fails {
            *best = candidate;
        }
        fails
    };
    // Metrics that the formula does not need; those with formulas become inputs.
    if let Ok(cells) = solve(&best.model) {
        for at in (0..best.model.metrics.len() - 1).rev() {
            let mut without = best.clone();
            without.model.metrics.remove(at);
            if attempt(without, &mut best) {
                continue;
            }
            if best.model.metrics[at].formula.is_some() {
                let mut frozen = best.clone();
                frozen.model.metrics[at].formula = None;
                frozen.model.metrics[at].cells = cells[at].clone();
                attempt(frozen, &mut best);
            }
        }
    }
    loop {
        let mut progress = false;
        let text = best.model.metrics.last().and_then(|m| m.formula.clone()).unwrap_or_default();
        let Ok(expr) = parse(&text) else { break };
        for smaller in variations(&expr) {
            let text = smaller.to_string();
            if let Some(candidate) = with_formula(&best, &text)
                && attempt(candidate, &mut best)
            {
                progress = true;
                break;
            }
        }
        if !progress {
            break;
        }
    }
    for at in (0..best.model.metrics.len() - 1).rev() {
        let mut without = best.clone();
        without.model.metrics.remove(at);
        attempt(without, &mut best);
    }
    for at in 0..best.model.metrics.len() - 1 {
        let coordinates: Vec<Vec<usize>> = best.model.metrics[at].cells.keys().cloned().collect();
        for c in coordinates {
            let mut without = best.clone();
            without.model.metrics[at].cells.remove(&c);
            attempt(without, &mut best);
        }
    }
    best
}

/// The world with another formula for its last metric, which gets the formula's type and dimensions.
fn with_formula(world: &World, text: &str) -> Option<World> {
    let mut world = world.clone();
    let mut metric = world.model.metrics.pop()?;
    let cells = solve(&world.model).ok()?;
    let expr = parse(text).ok()?;
    let block = smalt_oracle::Scope::new(&world.model, &cells).eval(&expr).ok()?;
    let ty = block.ty.filter(|ty| !world.is_item_of_subset(*ty))?;
    // What a number is stored as may be what fails.
    if !(ty.is_numeric() && metric.ty.is_numeric()) {
        metric.ty = ty;
    }
    metric.dims = block.dims;
    metric.formula = Some(text.to_owned());
    world.model.metrics.push(metric);
    Some(world)
}

fn made(kind: ExprKind) -> Expr {
    Expr::new(kind, Span { start: 0, end: 0 })
}

/// All expressions that are smaller at one place, the largest cuts first.
fn variations(expr: &Expr) -> Vec<Expr> {
    let children = children(expr);
    let mut all: Vec<Expr> = children.iter().map(|c| (*c).clone()).collect();
    all.extend(shorter(expr));
    for (at, child) in children.iter().enumerate() {
        for smaller in variations(child) {
            all.push(with_child(expr, at, &smaller));
        }
    }
    all
}

fn without<T: Clone>(all: &[T], at: usize) -> Vec<T> {
    all.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, t)| t.clone()).collect()
}

/// Fewer terms, arguments or modifiers.
fn shorter(expr: &Expr) -> Vec<Expr> {
    let mut all = Vec::new();
    match &expr.kind {
        ExprKind::Sum(terms) => {
            for at in 0..terms.len() {
                let mut rest = without(terms, at);
                rest[0].negative = false;
                all.push(if rest.len() == 1 { rest[0].expr.clone() } else { made(ExprKind::Sum(rest)) });
            }
        }
        ExprKind::Product(factors) => {
            for at in 0..factors.len() {
                let mut rest = without(factors, at);
                rest[0].divides = false;
                all.push(if rest.len() == 1 { rest[0].expr.clone() } else { made(ExprKind::Product(rest)) });
            }
        }
        ExprKind::Concat(terms) | ExprKind::And(terms) | ExprKind::Or(terms) if terms.len() > 2 => {
            for at in 0..terms.len() {
                let rest = without(terms, at);
                all.push(made(match &expr.kind {
                    ExprKind::Concat(_) => ExprKind::Concat(rest),
                    ExprKind::And(_) => ExprKind::And(rest),
                    _ => ExprKind::Or(rest),
                }));
            }
        }
        ExprKind::In(v, choices) if choices.len() > 1 => {
            all.extend((0..choices.len()).map(|at| made(ExprKind::In(v.clone(), without(choices, at)))));
        }
        ExprKind::Call(name, arguments) => {
            let required = |f: &Signature| f.parameters.iter().filter(|p| p.need != Need::Optional).count();
            let least = function(&name.text).map_or(1, required);
            for at in (least.max(1)..arguments.len()).rev() {
                all.push(made(ExprKind::Call(name.clone(), without(arguments, at))));
            }
            for at in 0..arguments.len() {
                if arguments[at].on.is_some() {
                    let mut rest = arguments.clone();
                    rest[at].on = None;
                    all.push(made(ExprKind::Call(name.clone(), rest)));
                }
            }
        }
        ExprKind::Modified(x, modifiers) => {
            for at in 0..modifiers.len() {
                let rest = without(modifiers, at);
                all.push(if rest.is_empty() { (**x).clone() } else { made(ExprKind::Modified(x.clone(), rest)) });
            }
        }
        _ => {}
    }
    all
}

fn children(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Property(a, _) | ExprKind::Negate(a) | ExprKind::Not(a) => vec![a],
        ExprKind::Sum(terms) => terms.iter().map(|t| &t.expr).collect(),
        ExprKind::Product(factors) => factors.iter().map(|f| &f.expr).collect(),
        ExprKind::Concat(all) | ExprKind::And(all) | ExprKind::Or(all) => all.iter().collect(),
        ExprKind::Binary(_, a, b) => vec![a, b],
        ExprKind::In(v, all) => std::iter::once(&**v).chain(all).collect(),
        ExprKind::InRange(v, a, b) => vec![v, a, b],
        ExprKind::Call(_, arguments) => arguments.iter().flat_map(|a| std::iter::once(&a.value).chain(&a.on)).collect(),
        ExprKind::Modified(x, modifiers) => std::iter::once(&**x).chain(modifiers.iter().flat_map(of_modifier)).collect(),
        _ => Vec::new(),
    }
}

fn weight(method: &Option<MethodClause>) -> Option<&Expr> {
    match method {
        Some(MethodClause { word: MethodWord::SplitOn(weight), .. }) => Some(weight),
        _ => None,
    }
}

fn of_modifier(modifier: &Modifier) -> Vec<&Expr> {
    match &modifier.kind {
        ModifierKind::By(method, mappings) => weight(method).into_iter().chain(mappings).collect(),
        ModifierKind::Add(method, _) => weight(method).into_iter().collect(),
        ModifierKind::Select(_, what) | ModifierKind::Filter(what) | ModifierKind::Exclude(what) => vec![what],
        _ => Vec::new(),
    }
}

/// The expression with another child at a place.
fn with_child(expr: &Expr, at: usize, child: &Expr) -> Expr {
    let mut next = 0;
    let mut put = |old: &Expr| {
        next += 1;
        if next - 1 == at { child.clone() } else { old.clone() }
    };
    let kind = match &expr.kind {
        ExprKind::Property(a, name) => ExprKind::Property(Box::new(put(a)), name.clone()),
        ExprKind::Negate(a) => ExprKind::Negate(Box::new(put(a))),
        ExprKind::Not(a) => ExprKind::Not(Box::new(put(a))),
        ExprKind::Sum(terms) => ExprKind::Sum(terms.iter().map(|t| SumTerm { negative: t.negative, expr: put(&t.expr) }).collect()),
        ExprKind::Product(factors) => {
            ExprKind::Product(factors.iter().map(|f| ProductFactor { divides: f.divides, expr: put(&f.expr) }).collect())
        }
        ExprKind::Concat(all) => ExprKind::Concat(all.iter().map(put).collect()),
        ExprKind::And(all) => ExprKind::And(all.iter().map(put).collect()),
        ExprKind::Or(all) => ExprKind::Or(all.iter().map(put).collect()),
        ExprKind::Binary(op, a, b) => ExprKind::Binary(*op, Box::new(put(a)), Box::new(put(b))),
        ExprKind::In(v, all) => {
            let v = Box::new(put(v));
            ExprKind::In(v, all.iter().map(put).collect())
        }
        ExprKind::InRange(v, a, b) => ExprKind::InRange(Box::new(put(v)), Box::new(put(a)), Box::new(put(b))),
        ExprKind::Call(name, arguments) => {
            let all = arguments.iter().map(|a| Argument { value: put(&a.value), on: a.on.as_ref().map(&mut put) }).collect();
            ExprKind::Call(name.clone(), all)
        }
        ExprKind::Modified(x, modifiers) => {
            let x = Box::new(put(x));
            ExprKind::Modified(x, modifiers.iter().map(|m| Modifier { kind: of_kind(&m.kind, &mut put), span: m.span }).collect())
        }
        other => other.clone(),
    };
    made(kind)
}

fn of_kind(kind: &ModifierKind, put: &mut dyn FnMut(&Expr) -> Expr) -> ModifierKind {
    let clause = |method: &Option<MethodClause>, put: &mut dyn FnMut(&Expr) -> Expr| match method {
        Some(MethodClause { word: MethodWord::SplitOn(weight), span }) => {
            Some(MethodClause { word: MethodWord::SplitOn(Box::new(put(weight))), span: *span })
        }
        other => other.clone(),
    };
    match kind {
        ModifierKind::By(method, mappings) => {
            let method = clause(method, put);
            ModifierKind::By(method, mappings.iter().map(put).collect())
        }
        ModifierKind::Add(method, names) => ModifierKind::Add(clause(method, put), names.clone()),
        ModifierKind::Select(method, what) => ModifierKind::Select(method.clone(), Box::new(put(what))),
        ModifierKind::Filter(what) => ModifierKind::Filter(Box::new(put(what))),
        ModifierKind::Exclude(what) => ModifierKind::Exclude(Box::new(put(what))),
        other => other.clone(),
    }
}
