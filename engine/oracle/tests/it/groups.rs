//! Metrics that refer to one another, along some dimension: the engine solves them item by item, the oracle again and again.

use smalt_oracle::{Cells, Metric, Type, solve};

use crate::engine::{Engine, difference};
use crate::grow::{Garden, Want, bracketed, name};
use crate::random::Random;
use crate::world::World;

/// `text` with dimensions `from`, moved to dimensions `to`.
fn moved(world: &World, text: &str, from: &[usize], to: &[usize]) -> String {
    let named = |dims: Vec<&usize>| dims.iter().map(|d| name(&world.model.dimensions[**d].name)).collect::<Vec<_>>().join(", ");
    let gone = named(from.iter().filter(|d| !to.contains(d)).collect());
    let new = named(to.iter().filter(|d| !from.contains(d)).collect());
    let mut text = bracketed(text);
    if !gone.is_empty() {
        text = format!("{text}[REMOVE SUM: {gone}]");
    }
    if !new.is_empty() {
        text = format!("{text}[ADD: {new}]");
    }
    text
}

/// A function along the dimension of the loop, over what is read at earlier items: such a loop leads back to earlier items too.
fn along_earlier(world: &World, random: &mut Random, earlier: &str, d: usize) -> String {
    let along = name(&world.model.dimensions[d].name);
    let n = random.within(1, 3);
    match random.below(if world.model.dimensions[d].level.is_some() { 9 } else { 8 }) {
        0 => format!("CUMULATE({earlier}, {along})"),
        1 => format!("CUMULATE({earlier}, {along}, {})", random.pick(&["SUM", "AVG", "MIN", "MAX"])),
        2 => format!("DECUMULATE({earlier}, {along})"),
        3 => format!("FILLFORWARD({earlier}, {along})"),
        4 => {
            let word = *random.pick(&["MOVINGSUM", "MOVINGAVERAGE", "MOVINGMIN", "MOVINGMAX"]);
            format!("{word}({earlier}, {n}, {}, {along})", random.within(-1, 0))
        }
        // A quotient would show last digits in which nothing is wrong.
        5 => format!("GROWTH(ROUND({earlier}, 3), {along}, {n})"),
        6 => format!("SPREAD({earlier}, {along}, {n})"),
        7 => format!("CUMULATE({earlier}, {along}, {along} = {})", first_item(world, d)),
        _ => format!("YEARTODATE({earlier})"),
    }
}

fn first_item(world: &World, d: usize) -> String {
    let dimension = &world.model.dimensions[d];
    format!("{}.\"{}\"", name(&dimension.name), dimension.items[0].replace('"', "\"\""))
}

/// A group of metrics in a world, along one dimension.
pub(crate) fn group(world: &mut World, random: &mut Random) -> usize {
    let along: Vec<usize> = ["Month", "Country", "Account", "Product"].iter().filter_map(|n| world.model.dimension(n)).collect();
    let d = *random.pick(&along);
    let others: Vec<usize> = along.iter().copied().filter(|o| *o != d).collect();
    let count = 1 + random.below(4);
    let first = world.model.metrics.len();
    let dims: Vec<Vec<usize>> = (0..count)
        .map(|_| {
            let mut dims = vec![d];
            if random.percent(60) {
                dims.push(*random.pick(&others));
            }
            random.shuffle(&mut dims);
            dims
        })
        .collect();
    let cells = solve(&world.model).unwrap();
    let along = name(&world.model.dimensions[d].name);
    let mut metrics = Vec::new();
    for i in 0..count {
        let mut garden = Garden::new(&world.model, &cells, Random::new(random.next()));
        let depth = 1 + random.below(2);
        let base = garden.grow(Want::Numeric, depth);
        let base = moved(world, &base.text, &base.block.dims, &dims[i]);
        let mut terms = vec![base.clone()];
        for _ in 0..1 + random.below(2) {
            let j = random.below(count);
            let n = 1 + random.below(3);
            let other = format!("G{j}");
            let term = match random.below(9) {
                0 if j < i => moved(world, &other, &dims[j], &dims[i]),
                0 | 1 => {
                    let n = match n {
                        1 => String::new(),
                        // Less than 1 and BLANK are BLANK.
                        2 if random.percent(50) => ", Account.Sign[REMOVE MAX: Account] - 3".to_owned(),
                        n => format!(", {n}"),
                    };
                    format!("PREVIOUS({along}{n})")
                }
                6..9 => {
                    let earlier = match random.below(2) {
                        0 => format!("{other}[SELECT: {along} - {n}]"),
                        _ => format!("PREVIOUSOF({other}, {n}, {along})"),
                    };
                    moved(world, &along_earlier(world, random, &earlier, d), &dims[j], &dims[i])
                }
                2 | 3 => moved(world, &format!("PREVIOUSOF({other}, {n}, {along})"), &dims[j], &dims[i]),
                _ => moved(world, &format!("{other}[SELECT: {along} - {n}]"), &dims[j], &dims[i]),
            };
            terms.push(term);
        }
        let text = match random.below(6) {
            0 | 1 => terms.join(" + 0.5 * "),
            2 => terms.join(" - 0.25 * "),
            3 => format!("IFBLANK({}, {} + 1)", terms[0], terms[1]),
            4 => format!("IF({} > 0, {}, {} + 1)", terms[0], terms[1..].join(" + "), terms[0]),
            _ => format!("MAX({})", terms.join(", ")),
        };
        metrics.push(Metric { name: format!("G{i}"), ty: Type::Number, dims: dims[i].clone(), formula: Some(text), cells: Cells::new() });
    }
    world.model.metrics.extend(metrics);
    first
}

#[test]
fn metrics_that_refer_to_one_another_are_solved() {
    let first = crate::formulas::asked("SMALT_SEED", 1);
    let wanted = crate::formulas::asked("SMALT_GROUPS", 150);
    let mut refused: Vec<String> = Vec::new();
    let (mut compared, mut filled) = (0, 0);
    for seed in first..first + wanted {
        let mut random = Random::new(seed ^ 0x6709);
        let mut world = World::random(&mut random);
        let engine = Engine::new(&world);
        let from = group(&mut world, &mut random);
        let statements: Vec<String> = world.model.metrics[from..].iter().map(|m| world.create(m)).collect();
        let script = format!("BEGIN; {}; COMMIT;", statements.join(";\n"));
        // The second opinion has one whether the engine takes the group or not.
        let mut solved = solve(&world.model).unwrap();
        if let Err(e) = engine.run(&script) {
            refused.push(format!("SMALT_SEED={seed}: {e}\n{script}"));
            continue;
        }
        for round in 0..2 {
            for (metric, cells) in world.model.metrics.iter().zip(&solved).skip(from) {
                compared += 1;
                filled += cells.len();
                if let Some(what) = difference(&world, metric, &engine.cells(&world, metric), cells) {
                    panic!("SMALT_SEED={seed}, round {round}: {} {what}\n{}", metric.name, world.script());
                }
            }
            crate::formulas::edit(&mut random, &engine, &mut world);
            solved = solve(&world.model).unwrap();
        }
    }
    let mut kinds: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for refusal in &refused {
        *kinds.entry(crate::shrink::kind(refusal)).or_default() += 1;
    }
    println!("refused: {kinds:#?}");
    println!("{compared} metrics of groups with {filled} cells, {} refused", refused.len());
    assert!(refused.is_empty(), "{} refused, such as {:#?}", refused.len(), &refused[..refused.len().min(5)]);
}
