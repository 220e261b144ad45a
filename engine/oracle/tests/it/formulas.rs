//! Random formulas over random models: the engine and the oracle agree.

use std::collections::BTreeMap;

use smalt_formula::parse;
use smalt_oracle::{Cells, Metric, Type, solve};

use crate::engine::{Engine, difference};
use crate::grow::{Garden, Piece, Want, bracketed};
use crate::random::Random;
use crate::shrink::{Failure, failure, kind, shrunk};
use crate::world::World;

/// Formulas in one application.
const EACH: usize = 25;

pub(crate) fn asked(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// The piece moved to other dimensions, now and then, as a metric's own dimensions may ask.
fn fixed(g: &mut Garden<'_>, piece: Piece) -> Piece {
    let mut piece = piece;
    if g.random.percent(20)
        && let Some(d) = g.dimension_of(&piece.block)
        && piece.block.ty.is_some_and(smalt_oracle::Type::is_numeric)
    {
        let text = format!("{}[REMOVE SUM: {}]", bracketed(&piece.text), g.dimension_name(d));
        piece = g.piece(text).unwrap_or(piece);
    }
    if g.random.percent(20) {
        let d = g.random.below(g.model.dimension_count());
        let text = format!("{}[ADD: {}]", bracketed(&piece.text), g.dimension_name(d));
        piece = g.piece(text).unwrap_or(piece);
    }
    piece
}

/// A type that a metric may have for an expression of a type, and the formula that it then has: numbers become others, and a NUMBER whose
/// formula says how many digits it shows becomes a DECIMAL.
fn kept(ty: Type, text: String, random: &mut Random) -> (Type, String) {
    let decimal = |random: &mut Random, least: u8| {
        let scale = least + random.below(4) as u8;
        Type::Decimal { precision: (scale + 1 + random.below(12) as u8).min(38), scale }
    };
    match ty {
        Type::Integer if random.percent(10) => (decimal(random, 0), text),
        Type::Integer | Type::Decimal { .. } if random.percent(10) => (Type::Number, text),
        Type::Decimal { .. } if random.percent(40) => (decimal(random, 0), text),
        Type::Number if random.percent(12) => {
            let places = random.within(-2, 4);
            // What goes up or down always would show where a last digit differs.
            let rounded = format!("ROUND({text}, {places})");
            let text = match random.below(3) {
                0 => format!("IF(NOT ISBLANK({}), {rounded}, 7.5)", bracketed(&text)),
                _ => rounded,
            };
            (decimal(random, u8::try_from(places).unwrap_or(0).max(1)), text)
        }
        _ => (ty, text),
    }
}

#[derive(Default)]
struct Tally {
    formulas: usize,
    cells: usize,
    /// Formulas that give DECIMALs, and those by a subset.
    decimals: usize,
    by_subset: usize,
    failures: Vec<(String, World, Failure)>,
    left: BTreeMap<String, (usize, String)>,
}

/// One application with its formulas, then some edits.
fn application(seed: u64, tally: &mut Tally) {
    let mut random = Random::new(seed);
    let mut world = World::random(&mut random);
    let engine = Engine::new(&world);
    let mut cells = solve(&world.model).unwrap();
    let mut made = 0;
    while made < EACH {
        let seed = random.next();
        let depth = 1 + random.below(5);
        let mut garden = Garden::new(&world.model, &cells, Random::new(seed));
        let grown = garden.grow(Want::Any, depth);
        let piece = fixed(&mut garden, grown);
        for (text, reason) in garden.refused {
            let entry = tally.left.entry(reason).or_insert((0, text));
            entry.0 += 1;
        }
        let Some(ty) = piece.block.ty.filter(|ty| !world.is_item_of_subset(*ty)) else { continue };
        let tree = parse(&piece.text).unwrap();
        assert_eq!(parse(&tree.to_string()).unwrap(), tree, "printed otherwise: {}", piece.text);
        made += 1;
        tally.formulas += 1;
        let mut dims = piece.block.dims.clone();
        random.shuffle(&mut dims);
        let (ty, text) = kept(ty, piece.text, &mut random);
        let metric = Metric { name: format!("F{made}"), ty, dims, formula: Some(text), cells: Cells::new() };
        let statement = world.create(&metric);
        let mut tried = world.clone();
        tried.model.metrics.push(metric.clone());
        if let Err(refusal) = engine.run(&statement) {
            tally.failures.push((format!("{seed}"), tried, Failure::Refusal(refusal)));
            continue;
        }
        let solved = solve(&tried.model).unwrap();
        let found = engine.cells(&tried, &metric);
        tally.cells += found.len();
        tally.decimals += usize::from(metric.ty.scale().is_some());
        tally.by_subset += usize::from(metric.dims.iter().any(|d| tried.is_subset(*d)));
        if let Some(what) = difference(&tried, &metric, &found, solved.last().unwrap()) {
            tally.failures.push((format!("{seed}"), tried, Failure::Cells(what)));
            let _ = engine.run(&format!("DROP METRIC {}", metric.name));
            continue;
        }
        if random.percent(5) {
            assert_eq!(engine.rows(&metric.name), found.len(), "a query sees other rows: {statement}");
        }
        // Last digits that differ would decide what is built on them.
        if crate::grow_number::is_inexact(metric.formula.as_deref().unwrap_or_default()) {
            engine.run(&format!("DROP METRIC {}", metric.name)).unwrap();
            continue;
        }
        world = tried;
        cells = solved;
    }
    edits(&mut random, &engine, world, tally);
}

/// Some cells of some inputs change; the statements that do it.
pub(crate) fn edit(random: &mut Random, engine: &Engine, world: &mut World) -> Vec<String> {
    let mut log = Vec::new();
    for _ in 0..4 {
        let inputs: Vec<usize> = (0..world.model.metrics.len()).filter(|m| world.model.metrics[*m].formula.is_none()).collect();
        let at = *random.pick(&inputs);
        let all = world.model.coordinates(&world.model.metrics[at].dims);
        let mut rows = Vec::new();
        for c in &all {
            if random.percent(40) {
                let metric = &world.model.metrics[at];
                let value = if random.percent(35) { None } else { world.value(metric.ty, random) };
                rows.push(world.row(metric, c, value.as_ref()));
                let cells = &mut world.model.metrics[at].cells;
                match value {
                    Some(value) => cells.insert(c.clone(), value),
                    None => cells.remove(c),
                };
            }
        }
        if !rows.is_empty() {
            let statement = world.insert(&world.model.metrics[at], &rows);
            engine.run(&statement).unwrap();
            log.push(statement);
            world.settle();
        }
    }
    log
}

/// Inputs change; the formulas follow.
fn edits(random: &mut Random, engine: &Engine, mut world: World, tally: &mut Tally) {
    let before = world.clone();
    let log = edit(random, engine, &mut world);
    let solved = solve(&world.model).unwrap();
    for (metric, cells) in world.model.metrics.iter().zip(&solved) {
        let found = engine.cells(&world, metric);
        if let Some(what) = difference(&world, metric, &found, cells) {
            // Is it the edit, or what was there before?
            let mut alone = world.clone();
            let at = alone.model.metrics.iter().position(|m| m.name == metric.name).unwrap();
            alone.model.metrics.truncate(at + 1);
            if failure(&alone).is_some() {
                tally.failures.push(("after edits".to_owned(), alone, Failure::Cells(what)));
            } else {
                panic!("only after edits, {what}\n{}\n{}", before.script(), log.join(";\n"));
            }
            break;
        }
    }
}

#[test]
fn the_engine_and_the_oracle_agree() {
    let first = asked("SMALT_SEED", 1);
    let wanted = asked("SMALT_FORMULAS", 2500) as usize;
    let most = asked("SMALT_SHOWN", 3) as usize;
    let mut tally = Tally::default();
    for seed in first.. {
        if tally.formulas >= wanted {
            break;
        }
        let before = tally.failures.len();
        application(seed, &mut tally);
        for failure in &mut tally.failures[before..] {
            failure.0 = format!("SMALT_SEED={seed}");
        }
    }
    let Tally { formulas, cells, decimals, by_subset, .. } = &tally;
    println!("{formulas} formulas, {cells} cells, {decimals} of DECIMALs, {by_subset} by subsets");
    if std::env::var_os("SMALT_LEFT").is_some() {
        println!("what the oracle did not take: {:#?}", tally.left);
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (seed, world, found) in &tally.failures {
        let name = match found {
            Failure::Cells(_) => "cells".to_owned(),
            Failure::Refusal(text) => kind(text),
        };
        let count = seen.entry(name).or_default();
        *count += 1;
        if *count <= most {
            println!("---- {seed}: {found:?}\n{}", world.model.metrics.last().unwrap().formula.as_ref().unwrap());
            // The model of the application holds what came before; the failure stands alone.
            let small = shrunk(world, found);
            println!("{}\n{:?}\n", small.script(), failure(&small));
        }
    }
    assert!(tally.failures.is_empty(), "{} failures: {seen:#?}", tally.failures.len());
}
