//! What holds whatever the cells are, bit for bit.

use smalt_oracle::{Cells, Metric, Type, Value, solve};

use crate::engine::Engine;
use crate::grow::{Garden, Piece, Want, bracketed};
use crate::grow_any::condition;
use crate::random::Random;
use crate::world::World;

/// Worlds for each law.
const WORLDS: u64 = 12;

/// Makes pairs of formulas in many worlds and compares what the engine gives for them. `make` gives two formulas that are the same, and
/// an expression that has their dimensions and type.
fn holds(name: &str, odd: bool, make: impl Fn(&mut Garden<'_>) -> Option<(String, String)>) {
    let first = crate::formulas::asked("SMALT_SEED", 1);
    let (mut compared, mut filled) = (0, 0);
    for seed in first..first + WORLDS {
        let mut random = Random::new(seed ^ 0x1A35);
        let mut world = World::random(&mut random);
        if odd {
            make_odd(&mut world, &mut random);
        }
        let engine = Engine::new(&world);
        let cells = solve(&world.model).unwrap();
        let mut garden = Garden::new(&world.model, &cells, Random::new(random.next()));
        for number in 0..10 {
            let Some((left, right)) = make(&mut garden) else { continue };
            let Some(piece) = garden.piece(left.clone()) else { continue };
            if piece.block.ty.is_none_or(|ty| world.is_item_of_subset(ty)) {
                continue;
            }
            let metric = |name: String, text: &str| Metric {
                name,
                ty: piece.block.ty.unwrap(),
                dims: piece.block.dims.clone(),
                formula: Some(text.to_owned()),
                cells: Cells::new(),
            };
            let (a, b) = (metric(format!("Left{number}"), &left), metric(format!("Right{number}"), &right));
            engine.run(&world.create(&a)).and_then(|()| engine.run(&world.create(&b))).unwrap();
            let (a, b) = (engine.cells(&world, &a), engine.cells(&world, &b));
            compared += 1;
            filled += a.len();
            assert!(same_bits(&a, &b), "{name}, SMALT_SEED={seed}:\n{left}\n{right}\n{a:?}\n{b:?}\n{}", world.script());
        }
    }
    println!("{name}: {compared} pairs, {filled} cells");
    assert!(compared > 40 && filled > 100, "{compared} pairs, {filled} cells");
}

pub(crate) fn same_bits(a: &Cells, b: &Cells) -> bool {
    let bits = |v: &Value| if let Value::Number(v) = v { Err(v.to_bits()) } else { Ok(v.clone()) };
    a.len() == b.len() && a.iter().zip(b).all(|((c, v), (d, w))| c == d && bits(v) == bits(w))
}

/// Numbers whose sums depend on the order in which they are added.
fn make_odd(world: &mut World, random: &mut Random) {
    for metric in world.model.metrics.iter_mut().filter(|m| m.ty == Type::Number) {
        for value in metric.cells.values_mut() {
            let size = *random.pick(&[1e-3, 1.0, 1e3, 1e9, 1e17]);
            *value = Value::Number((random.within(-1_000_000, 1_000_000) as f64 / 700_000.0) * size);
        }
    }
    world.settle_anew().unwrap();
}

/// Inputs whose sums are exact.
fn exact_inputs() -> Vec<String> {
    let numbers = (1..=6).map(|n| format!("N{n}")).chain((1..=4).map(|n| format!("I{n}")));
    numbers.chain(["Q1", "Qa1", "Qb1", "Qc1"].map(str::to_owned)).collect()
}

fn numeric(g: &mut Garden<'_>) -> Piece {
    let depth = g.random.below(3);
    g.grow(Want::Numeric, depth)
}

#[test]
fn a_total_of_totals_is_the_total() {
    // Items that are mapped to BLANK are left out, so they are left out on the other side too.
    holds("x[BY SUM: p][REMOVE: …] = x[REMOVE: …]", false, |g| {
        let metrics = exact_inputs();
        let pairs = [
            ("Country", "Region"),
            ("Product", "Category"),
            ("Product", "Home"),
            ("Month", "Quarter"),
            ("Month", "Year"),
            ("Day", "Month"),
            ("Month", "Half"),
            ("Day", "Week"),
        ];
        let mut found = None;
        for _ in 0..30 {
            let (x, (d, p)) = (g.random.pick(&metrics).clone(), *g.random.pick(&pairs));
            let target = if p == "Home" { "Country" } else { p };
            let block = g.piece(x.clone())?.block;
            let has = |name| g.model.dimension(name).is_some_and(|d| block.dims.contains(&d));
            if has(d) && !has(target) && g.model.dimension(target).is_some() && !block.cells.is_empty() {
                found = Some((x, d, p, target));
                break;
            }
        }
        let (x, d, p, target) = found?;
        let x = format!("{x}[FILTER: {d}.{p} <> BLANK]");
        Some((format!("{x}[BY SUM: {d}.{p}][REMOVE: {target}]"), format!("{x}[REMOVE: {d}]")))
    });
}

#[test]
fn what_is_kept_and_what_is_dropped_make_the_whole() {
    holds("x[FILTER: c] + x[EXCLUDE: c] = x", true, |g| {
        let x = numeric(g);
        let c = condition(g, &x.block, 2)?;
        let base = bracketed(&x.text);
        Some((format!("{base}[FILTER: {c}] + {base}[EXCLUDE: {c}]"), x.text))
    });
}

#[test]
fn decumulate_undoes_cumulate() {
    holds("DECUMULATE(CUMULATE(x)) = x", false, |g| {
        let metrics = exact_inputs();
        let name = g.random.pick(&metrics).clone();
        let x = g.piece(name)?;
        let d = g.dimension_of(&x.block)?;
        let along = crate::grow_any::ordered(g, &x.block, d, 1);
        let group = crate::grow_any::own_group(g, &x.block, 1);
        Some((format!("DECUMULATE(CUMULATE({}, {along}{group}), {along}{group})", x.text), x.text))
    });
}

#[test]
fn the_order_of_terms_changes_nothing() {
    holds("a + b - c = b - c + a", true, |g| {
        let mut terms: Vec<(bool, String)> = (0..3 + g.below(3)).map(|_| (g.random.percent(40), bracketed(&numeric(g).text))).collect();
        let written = |terms: &[(bool, String)]| {
            let mut text = String::new();
            for (i, (negative, term)) in terms.iter().enumerate() {
                text.push_str(match (i, negative) {
                    (0, _) => "",
                    (_, true) => " - ",
                    (_, false) => " + ",
                });
                text.push_str(term);
            }
            text
        };
        terms[0].0 = false;
        let left = written(&terms);
        loop {
            g.random.shuffle(&mut terms);
            if !terms[0].0 {
                break;
            }
        }
        // The block of the left side says the dimensions; a metric has them in its own order.
        Some((left, written(&terms)))
    });
}

#[test]
fn what_follows_edits_is_what_is_made_anew() {
    let first = crate::formulas::asked("SMALT_SEED", 1);
    let mut compared = 0;
    for seed in first..first + 8 {
        let mut random = Random::new(seed ^ 0xED17);
        let mut world = World::random(&mut random);
        make_odd(&mut world, &mut random);
        let engine = Engine::new(&world);
        for number in 0..20 {
            let cells = solve(&world.model).unwrap();
            let mut garden = Garden::new(&world.model, &cells, Random::new(random.next()));
            let depth = 1 + random.below(4);
            let piece = garden.grow(Want::Any, depth);
            let Some(ty) = piece.block.ty.filter(|ty| !world.is_item_of_subset(*ty)) else { continue };
            let metric = Metric { name: format!("F{number}"), ty, dims: piece.block.dims, formula: Some(piece.text), cells: Cells::new() };
            if engine.run(&world.create(&metric)).is_ok() {
                world.model.metrics.push(metric);
            }
        }
        for _ in 0..3 {
            crate::formulas::edit(&mut random, &engine, &mut world);
        }
        let anew = Engine::new(&world);
        for metric in &world.model.metrics {
            compared += 1;
            let (a, b) = (engine.cells(&world, metric), anew.cells(&world, metric));
            assert!(same_bits(&a, &b), "SMALT_SEED={seed}: {} is {a:?} after edits, {b:?} anew\n{}", metric.name, world.script());
        }
    }
    println!("{compared} metrics after edits are as those made anew");
}
