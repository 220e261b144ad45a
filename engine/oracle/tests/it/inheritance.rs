//! Random formulas under random rules: what a person may not see never shows through them.
//!
//! Rules hide cells, items, properties and rows of what random formulas are made of. Then everything that is hidden changes, and the person must
//! still read the very same cells: the same coordinates, the same values, bit for bit.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

use smalt::{Application, Outcome, Session};
use smalt_oracle::{Cells, Metric, Value, solve};

use crate::grow::{Garden, Want};
use crate::random::Random;
use crate::script::{quoted, sql};
use crate::world::World;

/// Formulas in one application.
const EACH: usize = 12;

/// What rules say of one input: by which of its dimensions, and where they deny and allow.
struct Ruled {
    metric: usize,
    by: Vec<usize>,
    words: BTreeMap<Vec<usize>, bool>,
}

/// All that is hidden from the person, said once more in plain words.
struct Rules {
    /// Does the role allow what no word speaks of?
    open: bool,
    inputs: Vec<Ruled>,
    items: BTreeMap<usize, BTreeSet<usize>>,
    /// Of a property of a dimension, the items at which it may not be read.
    properties: Vec<(usize, String, BTreeSet<usize>)>,
    /// Countries whose rows of the ledger may not be read.
    rows: Option<BTreeSet<usize>>,
}

/// `r.` or `-.` at some items of a dimension; those that are hidden.
fn words(random: &mut Random, open: bool, count: usize) -> Vec<Option<bool>> {
    (0..count)
        .map(|_| match random.below(10) {
            0..=2 => Some(false),
            3..=7 => Some(true),
            _ if open => None,
            _ => Some(true),
        })
        .collect()
}

impl Rules {
    fn random(world: &World, random: &mut Random, script: &mut String) -> Rules {
        let model = &world.model;
        let open = random.percent(75);
        let mut rules = Rules { open, inputs: Vec::new(), items: BTreeMap::new(), properties: Vec::new(), rows: None };
        let default = if open { "ALLOWED" } else { "UNSPECIFIED" };
        let _ = writeln!(
            script,
            "CREATE USER 'u'; CREATE ROLE \"Some\" PERMISSIONS (\"Display Application\", \"Open Boards\", \"Display Block Explorer\") READ {default} WRITE DENIED; GRANT ROLE \"Some\" TO USER 'u';"
        );
        let inputs: Vec<usize> = (0..model.metrics.len()).filter(|m| !model.metrics[*m].dims.is_empty()).collect();
        for number in 0..2 + random.below(4) {
            let metric = *random.pick(&inputs);
            if rules.inputs.iter().any(|ruled| ruled.metric == metric) {
                continue;
            }
            let mut by = model.metrics[metric].dims.clone();
            random.shuffle(&mut by);
            by.truncate(1 + random.below(2));
            let all = model.coordinates(&by);
            let said = words(random, open, all.len());
            let words: BTreeMap<Vec<usize>, bool> = all.into_iter().zip(said).filter_map(|(c, w)| Some((c, w?))).collect();
            rights(world, script, &format!("Rule{number}"), &by, &words);
            let _ = writeln!(script, "CREATE RULE \"r{number}\" APPLY READ OF Rule{number} TO {};", quoted(&model.metrics[metric].name));
            rules.inputs.push(Ruled { metric, by, words });
        }
        let one = |random: &mut Random, d: usize| -> (BTreeMap<Vec<usize>, bool>, BTreeSet<usize>) {
            let said = words(random, open, model.dimensions[d].items.len());
            let hidden = (0..said.len()).filter(|i| said[*i] == Some(false) || !open && said[*i].is_none()).collect();
            (said.into_iter().enumerate().filter_map(|(i, w)| Some((vec![i], w?))).collect(), hidden)
        };
        for name in ["Country", "Product", "Account", "Month"] {
            if let (Some(d), true) = (model.dimension(name), random.percent(12)) {
                let (words, hidden) = one(random, d);
                rights(world, script, &format!("On{name}"), &[d], &words);
                let _ = writeln!(script, "CREATE RULE \"i{name}\" APPLY READ OF On{name} TO ITEMS OF {};", quoted(name));
                rules.items.insert(d, hidden);
            }
        }
        for (name, property) in [("Country", "Size"), ("Product", "Price"), ("Product", "Home"), ("Country", "Region"), ("Account", "Sign")]
        {
            let d = model.dimension(name).unwrap();
            if random.percent(12) {
                let (words, hidden) = one(random, d);
                rights(world, script, &format!("Of{name}{property}"), &[d], &words);
                let _ = writeln!(
                    script,
                    "CREATE RULE \"p{name}{property}\" APPLY READ OF Of{name}{property} TO PROPERTY {}.{};",
                    quoted(name),
                    quoted(property)
                );
                rules.properties.push((d, property.to_owned(), hidden));
            }
        }
        if random.percent(35) {
            let d = model.dimension("Country").unwrap();
            let (words, hidden) = one(random, d);
            rights(world, script, "Rows", &[d], &words);
            script.push_str("CREATE RULE \"l\" APPLY READ OF Rows TO LIST \"Ledger\";\n");
            rules.rows = Some(hidden);
        }
        rules
    }

    fn hides_item(&self, d: usize, item: usize) -> bool {
        self.items.get(&d).is_some_and(|hidden| hidden.contains(&item))
    }

    /// Whether a rule keeps a cell of an input from the person.
    fn hides_cell(&self, at: usize, metric: &Metric, c: &[usize]) -> bool {
        let keyed = metric.dims.iter().zip(c).any(|(d, item)| self.hides_item(*d, *item));
        keyed
            || self.inputs.iter().filter(|ruled| ruled.metric == at).any(|ruled| {
                let there: Vec<usize> = ruled.by.iter().map(|d| c[metric.dims.iter().position(|own| own == d).unwrap()]).collect();
                match ruled.words.get(&there) {
                    Some(word) => !word,
                    None => !self.open,
                }
            })
    }
}

/// A rights metric with its cells.
fn rights(world: &World, script: &mut String, name: &str, by: &[usize], words: &BTreeMap<Vec<usize>, bool>) {
    let model = &world.model;
    let dims: Vec<String> = by.iter().map(|d| quoted(&model.dimensions[*d].name)).collect();
    let _ = writeln!(script, "CREATE METRIC {name} ACCESS RIGHTS BY (User, {});", dims.join(", "));
    let row = |(c, word): (&Vec<usize>, &bool)| {
        let items: Vec<String> = by.iter().zip(c).map(|(d, item)| sql(&Value::Item(*d, *item), model)).collect();
        format!("('u', {}, '{}')", items.join(", "), if *word { "r." } else { "-." })
    };
    let rows: Vec<String> = words.iter().map(row).collect();
    if !rows.is_empty() {
        let _ = writeln!(script, "INSERT INTO {name} (User, {}, {name}) VALUES {};", dims.join(", "), rows.join(", "));
    }
}

/// Everything hidden gets other values.
fn change(world: &World, rules: &Rules, random: &mut Random) -> String {
    let mut script = String::from("BEGIN;\n");
    let model = &world.model;
    for (at, metric) in model.metrics.iter().enumerate().filter(|(_, m)| m.formula.is_none()) {
        let hidden: Vec<Vec<usize>> = model.coordinates(&metric.dims).into_iter().filter(|c| rules.hides_cell(at, metric, c)).collect();
        let rows: Vec<String> = hidden
            .iter()
            .map(|c| {
                let value = if random.percent(25) { None } else { world.value(metric.ty, random) };
                world.row(metric, c, value.as_ref())
            })
            .collect();
        if !rows.is_empty() {
            let _ = writeln!(script, "{};", world.insert(metric, &rows));
        }
    }
    for (d, property, hidden) in &rules.properties {
        let dimension = &model.dimensions[*d];
        let ty = dimension.property(property).unwrap().ty;
        for item in hidden {
            let value = if random.percent(20) { None } else { world.value(ty, random) };
            let value = value.map_or("NULL".to_owned(), |v| sql(&v, model));
            let own = sql(&Value::Item(*d, *item), model);
            let _ = writeln!(script, "UPDATE {} SET {} = {value} WHERE \"Name\" = {own};", quoted(&dimension.name), quoted(property));
        }
    }
    let country = model.dimension("Country").unwrap();
    let rows = rules.rows.iter().flatten().chain(rules.items.get(&country).into_iter().flatten());
    for item in rows {
        let name = sql(&Value::Item(country, *item), model);
        for _ in 0..2 {
            let columns: Vec<String> = ["Product", "Month"].iter().map(|n| quoted(n)).collect();
            let cell = |name: &str, random: &mut Random| {
                let d = model.dimension(name).unwrap();
                sql(&Value::Item(d, random.below(model.dimensions[d].items.len())), model)
            };
            let (product, month) = (cell("Product", random), cell("Month", random));
            let _ = writeln!(
                script,
                "INSERT INTO \"Ledger\" (\"Country\", {}, \"Amount\", \"Pieces\", \"Paid\") VALUES ({name}, {product}, {month}, {}, {}, TRUE);",
                columns.join(", "),
                random.within(1, 500),
                random.within(1, 9)
            );
        }
    }
    script.push_str("COMMIT;");
    script
}

/// Cells by metric and coordinate, with their values as text.
type Shown = BTreeMap<(String, Vec<usize>), String>;

/// What a person reads of some metrics: each cell, and what a query over all of it gives.
fn read(session: &Session, world: &World, metrics: &[Metric]) -> (Shown, Vec<String>) {
    let snapshot = session.snapshot().unwrap();
    let mut cells = BTreeMap::new();
    let mut tables = Vec::new();
    for metric in metrics {
        for c in world.model.coordinates(&metric.dims) {
            let items: Vec<&str> = metric.dims.iter().zip(&c).map(|(d, item)| world.model.dimensions[*d].items[*item].as_str()).collect();
            if let Ok(Some(value)) = snapshot.cell(&metric.name, &items) {
                cells.insert((metric.name.clone(), c), format!("{value:?}"));
            }
        }
        let mut outcome = Outcome::default();
        let ran = session.run(&format!("SELECT * FROM \"{}\"", metric.name), &mut outcome);
        tables.push(format!(
            "{:?} {:?}",
            ran.map_err(|e| e.to_string()),
            outcome.tables.iter().map(|(_, t)| &t.batches).collect::<Vec<_>>()
        ));
    }
    (cells, tables)
}

#[derive(Default)]
struct Tally {
    formulas: usize,
    cells: usize,
    shown: usize,
    closed: usize,
    whole: usize,
}

fn application(seed: u64, tally: &mut Tally) {
    let mut random = Random::new(seed ^ 0x1f0e);
    let mut world = World::without_subsets(&mut random);
    let app: Arc<Application> = Application::in_memory().unwrap();
    let owner = app.owner_session().unwrap();
    let run = |script: &str| owner.run(script, &mut Outcome::default()).map_err(|e| e.to_string());
    run(&world.script()).unwrap();
    let mut script = String::new();
    let rules = Rules::random(&world, &mut random, &mut script);
    let first = world.model.metrics.len();
    for number in 0..EACH {
        let cells = solve(&world.model).unwrap();
        let (seed, depth) = (random.next(), 1 + random.below(4));
        let mut garden = Garden::new(&world.model, &cells, Random::new(seed));
        let piece = garden.grow(Want::Any, depth);
        let Some(ty) = piece.block.ty else { continue };
        let metric =
            Metric { name: format!("F{number}"), ty, dims: piece.block.dims.clone(), formula: Some(piece.text), cells: Cells::new() };
        let statement = world.create(&metric);
        if let Err(refusal) = run(&statement) {
            panic!("{refusal}: {statement}");
        }
        world.model.metrics.push(metric);
    }
    if let Err(refusal) = run(&script) {
        panic!("SMALT_SEED={seed}: {refusal}\n{script}");
    }
    let derived = &world.model.metrics[first..];
    if !rules.open {
        let names: Vec<&str> = derived.iter().map(|m| m.name.as_str()).collect();
        run("CREATE METRIC Opened ACCESS RIGHTS BY (User); INSERT INTO Opened VALUES ('u', 'r.');").unwrap();
        run(&format!("CREATE RULE opened APPLY READ OF Opened TO {};", names.join(", "))).unwrap();
    }
    let person = app.session("u").unwrap();
    let before = read(&person, &world, derived);
    let all = read(&owner, &world, derived).0;
    let changed = change(&world, &rules, &mut random);
    if let Err(refusal) = run(&changed) {
        panic!("SMALT_SEED={seed}: {refusal}\n{changed}");
    }
    let after = read(&person, &world, derived);
    let other = read(&owner, &world, derived).0;
    for metric in derived {
        let of = |cells: &Shown| cells.keys().filter(|(name, _)| *name == metric.name).count();
        tally.formulas += 1;
        tally.cells += of(&all);
        tally.shown += of(&before.0);
        tally.closed += usize::from(of(&before.0) == 0 && of(&all) > 0);
        tally.whole += usize::from(of(&before.0) == of(&all) && of(&all) > 0);
    }
    if before == after {
        return;
    }
    let bad = derived.iter().zip(before.1.iter().zip(&after.1)).find(|(metric, (a, b))| {
        let of = |cells: &Shown| {
            cells.iter().filter(|((name, _), _)| *name == metric.name).map(|(k, v)| (k.clone(), v.clone())).collect::<Vec<_>>()
        };
        a != b || of(&before.0) != of(&after.0)
    });
    let told = bad.map(|(metric, (a, b))| {
        let was = before.0.iter().filter(|((name, _), _)| *name == metric.name).collect::<Vec<_>>();
        let is = after.0.iter().filter(|((name, _), _)| *name == metric.name).collect::<Vec<_>>();
        format!("{}\nbefore {was:?}\nafter  {is:?}\n{a}\n{b}", world.create(metric))
    });
    panic!(
        "SMALT_SEED={seed}: what is hidden shows: {}\n{}\n{script}\n{changed}\n(the owner reads {} cells, then {})",
        told.unwrap_or_default(),
        world.script(),
        all.len(),
        other.len()
    );
}

#[test]
fn what_is_hidden_never_shows_through_formulas() {
    let first = crate::formulas::asked("SMALT_SEED", 1);
    let wanted = crate::formulas::asked("SMALT_HIDDEN", 60);
    let mut tally = Tally::default();
    for seed in first..first + wanted {
        application(seed, &mut tally);
    }
    let Tally { formulas, cells, shown, closed, whole } = tally;
    println!("{formulas} formulas with {cells} cells, of which {shown} are shown; {whole} formulas whole, {closed} not at all");
    // Rules that hide everything would hide every fault.
    assert!(shown * 5 > cells && closed * 2 < formulas, "{shown} of {cells} cells are shown");
    assert!(whole * 10 < formulas * 9, "rules hide next to nothing");
}
