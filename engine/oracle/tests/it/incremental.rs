//! After edits of all kinds, what was computed cell by cell is what a calculation from scratch gives, bit for bit.
//!
//! `RECALCULATE ALL` computes everything anew and says how many cells came out different: none may.

use std::fmt::Write as _;

use smalt::output::{Form, write};
use smalt_oracle::{Cells, Metric, Type, solve};

use crate::engine::Engine;
use crate::grow::{Garden, Want, bracketed};
use crate::random::Random;
use crate::script::quoted;
use crate::world::World;

/// Formulas over input in one application, and over those.
const FIRST: usize = 16;
const THEN: usize = 9;
/// Times that something is edited.
const ROUNDS: usize = 6;

/// A row of the report.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    metric: String,
    computed: String,
    coordinates: u64,
    changed: Option<u64>,
}

/// What a RECALCULATE reports.
fn recalculated(engine: &Engine, statement: &str) -> Vec<Row> {
    let outcome = engine.told(statement).unwrap_or_else(|e| panic!("{statement}: {e}"));
    let mut csv = Vec::new();
    for (_, table) in &outcome.tables {
        write(Form::Csv, table, &mut csv, &mut |_| {}).unwrap();
    }
    let row = |line: &str| {
        // The first column is the scenario, which is Base here.
        let cells: Vec<&str> = line.split(',').skip(1).collect();
        Row {
            metric: cells[0].to_owned(),
            computed: cells[1].to_owned(),
            coordinates: cells[2].parse().unwrap(),
            changed: cells[4].parse().ok(),
        }
    };
    String::from_utf8(csv).unwrap().lines().skip(1).map(row).collect()
}

/// Formulas that grow on what a world has.
fn grow(world: &mut World, engine: &Engine, random: &mut Random, wanted: usize) -> usize {
    let cells = solve(&world.model).unwrap();
    let (mut made, mut grown) = (0, Vec::new());
    for _ in 0..wanted * 4 {
        if made == wanted {
            break;
        }
        let depth = 1 + random.below(5);
        let mut garden = Garden::new(&world.model, &cells, Random::new(random.next()));
        let piece = garden.grow(Want::Any, depth);
        let Some(ty) = piece.block.ty.filter(|ty| !world.is_item_of_subset(*ty)) else { continue };
        let mut dims = piece.block.dims.clone();
        random.shuffle(&mut dims);
        let text = match (ty, random.below(6)) {
            // Over rows, and totals inside of something else.
            (Type::Number, 0) if dims.len() == 1 => {
                format!("{} / {}[REMOVE: {}]", bracketed(&piece.text), bracketed(&piece.text), garden.dimension_name(dims[0]))
                    .replace("[REMOVE", "[REMOVE SUM")
            }
            _ => piece.text,
        };
        let name = format!("F{}", world.model.metrics.len() + grown.len());
        let dims = if text.contains("[REMOVE SUM: ") && text.contains(" / ") { piece.block.dims.clone() } else { dims };
        let metric = Metric { name, ty, dims, formula: Some(text), cells: Cells::new() };
        if engine.run(&world.create(&metric)).is_ok() {
            made += 1;
            grown.push(metric);
        }
    }
    world.model.metrics.extend(grown);
    made
}

/// One statement that changes something.
fn edit(world: &World, random: &mut Random, number: usize) -> String {
    let inputs: Vec<&Metric> =
        world.model.metrics.iter().filter(|m| m.formula.is_none() && !m.dims.iter().any(|d| world.is_subset(*d))).collect();
    let table = |name: &str| world.model.dimension(name).map(|d| &world.model.dimensions[d]);
    match random.below(24) {
        // A row of a list.
        0 | 1 => format!("INSERT INTO Ledger (\"Amount\", \"Pieces\") VALUES ({}, {})", random.within(-9, 9), random.within(0, 9)),
        // A property.
        2 | 3 => {
            let product = table("Product").unwrap();
            let item = random.pick(&product.items).replace('\'', "''");
            let category = table("Category").unwrap();
            match random.below(2) {
                0 => format!("UPDATE \"Product\" SET \"Price\" = {} WHERE \"Name\" = '{item}'", random.within(1, 50)),
                _ => {
                    let to = random.pick(&category.items).replace('\'', "''");
                    format!("UPDATE \"Product\" SET \"Category\" = '{to}' WHERE \"Name\" = '{item}'")
                }
            }
        }
        // An item.
        4 => format!("INSERT INTO \"Product\" (\"Name\") VALUES ('New {number}')"),
        // Many cells, or a few.
        choice => {
            let metric = random.pick(&inputs);
            let all = world.model.coordinates(&metric.dims);
            let mut rows = Vec::new();
            for c in &all {
                let taken = if choice < 8 { random.percent(40) } else { random.below(all.len()) < 2 };
                if taken {
                    let value = if random.percent(30) { None } else { world.value(metric.ty, random) };
                    rows.push(world.row(metric, c, value.as_ref()));
                }
            }
            if rows.is_empty() {
                let c = random.pick(&all);
                rows.push(world.row(metric, c, world.value(metric.ty, random).as_ref()));
            }
            world.insert(metric, &rows)
        }
    }
}

#[test]
fn incremental_work_gives_the_bits_of_a_calculation_from_scratch() {
    let first = crate::formulas::asked("SMALT_SEED", 1);
    let wanted = crate::formulas::asked("SMALT_FORMULAS", 2_000) as usize;
    let (mut formulas, mut rounds, mut parts, mut ends) = (0, 0, 0, 0);
    for seed in first.. {
        if formulas >= wanted {
            break;
        }
        let mut random = Random::new(seed ^ 0x1AC5);
        let mut world = World::random(&mut random);
        let engine = Engine::new(&world);
        let before = world.clone();
        formulas += grow(&mut world, &engine, &mut random, FIRST);
        let from = crate::groups::group(&mut world, &mut random);
        let group: Vec<String> = world.model.metrics[from..].iter().map(|m| world.create(m)).collect();
        match engine.run(&format!("BEGIN; {}; COMMIT;", group.join(";\n"))) {
            Ok(()) => formulas += group.len(),
            Err(_) => world.model.metrics.truncate(from),
        }
        formulas += grow(&mut world, &engine, &mut random, THEN);
        let script = || {
            let created: Vec<String> = world.model.metrics[before.model.metrics.len()..].iter().map(|m| world.create(m)).collect();
            format!("{}\n{}", before.script(), created.join(";\n"))
        };
        let mut log = String::new();
        for round in 0..ROUNDS {
            let count = 1 + random.below(3);
            let statements: Vec<String> = (0..count).map(|at| edit(&world, &mut random, round * 10 + at)).collect();
            let all = statements.join(";\n");
            let way = random.below(6);
            let text = match way {
                0 => format!("BEGIN;\n{all};\nCOMMIT"),
                1 => format!("BEGIN;\n{};\nEVALUATE 1;\n{all};\nCOMMIT", edit(&world, &mut random, round * 10 + 7)),
                2..5 => format!("SET autocalc = off;\n{all}"),
                _ => all,
            };
            let _ = writeln!(log, "{text};");
            // What the model refuses is no edit.
            let _ = engine.run(&text);
            if (2..5).contains(&way) {
                let derived: Vec<&Metric> = world.model.metrics.iter().filter(|m| m.formula.is_some()).collect();
                if way == 3 && !derived.is_empty() {
                    let one = format!("RECALCULATE METRIC {}", quoted(&random.pick(&derived).name));
                    let _ = writeln!(log, "{one};");
                    recalculated(&engine, &one);
                }
                for row in recalculated(&engine, "RECALCULATE") {
                    parts += usize::from(row.computed == "part");
                    ends += usize::from(row.changed == Some(0));
                }
                engine.run("SET autocalc = on").unwrap();
                let _ = writeln!(log, "RECALCULATE;\nSET autocalc = on;");
                let left = recalculated(&engine, "RECALCULATE");
                assert!(left.is_empty(), "SMALT_SEED={seed}: computed twice: {left:?}");
            }
            rounds += 1;
            for row in recalculated(&engine, "RECALCULATE ALL") {
                if row.changed != Some(0) {
                    let formula = world.model.metrics.iter().find(|m| m.name == row.metric).and_then(|m| m.formula.clone());
                    panic!("SMALT_SEED={seed}, round {round}: {row:?} of {formula:?}\n{log}\n{}", script());
                }
            }
        }
    }
    println!("{formulas} formulas, {rounds} rounds, {parts} metrics computed in part, {ends} of them as before");
    assert!(parts > wanted / 10 && ends > 0, "{parts} metrics in part, {ends} as before");
}

#[test]
fn from_time_to_time_everything_is_compared_with_another_application() {
    for seed in 0..6 {
        let mut random = Random::new(seed ^ 0xC0DE);
        let mut world = World::without_subsets(&mut random);
        let engine = Engine::new(&world);
        grow(&mut world, &engine, &mut random, FIRST);
        grow(&mut world, &engine, &mut random, THEN);
        for _ in 0..3 {
            crate::formulas::edit(&mut random, &engine, &mut world);
            let other = Engine::new(&world);
            for metric in world.model.metrics.iter().filter(|m| m.formula.is_some()) {
                let (here, there) = (engine.cells(&world, metric), other.cells(&world, metric));
                assert!(crate::laws::same_bits(&here, &there), "seed {seed}: {metric:?}\n{here:?}\n{there:?}");
            }
        }
    }
}

#[test]
fn an_edit_within_the_history_reaches_the_forecasts_behind_it() {
    let engine = Engine::empty();
    let names = |letter: &str, count: usize| (0..count).map(|i| format!("('{letter}{i}')")).collect::<Vec<_>>().join(", ");
    let formulas = [
        ("Straight", "FORECAST_LINEAR(X, Month)"),
        ("Seasonal", "SEASONAL_LINEAR(X, Month, 12)"),
        ("Held", "SIMPLE_SMOOTHING(X, Month, 0.3)"),
        ("Trended", "DOUBLE_SMOOTHING(X, Month, 0.3, 0.1)"),
        ("Winters", "FORECAST_ETS(X, Month, 12)"),
    ];
    // Forty months, of which every eleventh is missing, then eight to come.
    let cells: Vec<String> = (0..200 * 40)
        .filter(|i| i % 11 != 3)
        .map(|i| format!("('s{}', 'm{}', {})", i / 40, i % 40, 50.0 + (i % 12) as f64 * 1.7 + (i * 7_919 % 101) as f64 / 8.0))
        .collect();
    let metrics: String = formulas.iter().map(|(name, f)| format!("CREATE METRIC {name} NUMBER BY (Store, Month) AS {f};")).collect();
    engine
        .run(&format!(
            "CREATE DIMENSION Store (Name TEXT); INSERT INTO Store VALUES {};
             CREATE DIMENSION Month (Name TEXT); INSERT INTO Month VALUES {};
             CREATE METRIC X NUMBER BY (Store, Month); INSERT INTO X VALUES {}; {metrics}",
            names("s", 200),
            names("m", 48),
            cells.join(", ")
        ))
        .unwrap();
    // The history itself, the last item of it taken away, one added behind it, and a line without cells.
    for edit in [
        "INSERT INTO X VALUES ('s77', 'm20', 500)",
        "DELETE FROM X WHERE Store = 's77' AND Month = 'm39'",
        "INSERT INTO X VALUES ('s77', 'm44', 70)",
        "DELETE FROM X WHERE Store = 's78'",
    ] {
        engine.run(&format!("SET autocalc = off; {edit}")).unwrap();
        let rows = recalculated(&engine, "RECALCULATE");
        for (name, _) in formulas {
            let row = rows.iter().find(|row| row.metric == name).unwrap_or_else(|| panic!("{edit}: {name} is not among {rows:?}"));
            assert!(row.computed == "part" && row.coordinates <= 2 * 48 && row.changed > Some(1), "{edit}: {row:?}");
        }
        assert!(recalculated(&engine, "RECALCULATE ALL").iter().all(|row| row.changed == Some(0)), "{edit}");
    }
}

#[test]
fn one_cell_among_many_is_followed_alone() {
    let engine = Engine::empty();
    let names = |letter: &str, count: usize| (0..count).map(|i| format!("('{letter}{i}')")).collect::<Vec<_>>().join(", ");
    let mut script = format!(
        "CREATE DIMENSION Category (Name TEXT); INSERT INTO Category VALUES {};
         CREATE DIMENSION Product (Name TEXT, Category Category);
         CREATE DIMENSION Store (Name TEXT); INSERT INTO Store VALUES {};
         CREATE DIMENSION Month (Name TEXT); INSERT INTO Month VALUES {};",
        names("c", 10),
        names("s", 6),
        names("m", 12)
    );
    let products: Vec<String> = (0..1_000).map(|p| format!("('p{p}', 'c{}')", p % 10)).collect();
    let prices: Vec<String> = (0..12_000).map(|i| format!("('p{}', 'm{}', {})", i / 12, i % 12, i % 7 + 1)).collect();
    let volumes: Vec<String> = (0..72_000).map(|i| format!("('p{}', 's{}', 'm{}', {})", i / 72, i / 12 % 6, i % 12, i % 5 + 1)).collect();
    let _ = write!(
        script,
        "INSERT INTO Product VALUES {};
         CREATE METRIC Price NUMBER BY (Product, Month); INSERT INTO Price VALUES {};
         CREATE METRIC Volume NUMBER BY (Product, Store, Month); INSERT INTO Volume VALUES {};
         CREATE METRIC Revenue NUMBER BY (Product, Store, Month) AS Volume * Price;
         CREATE METRIC Grouped NUMBER BY (Category, Month) AS Revenue[BY: Product.Category][REMOVE: Store];
         CREATE METRIC Share NUMBER BY (Product, Store, Month) AS Revenue / Revenue[REMOVE: Product, Store];
         CREATE METRIC YTD NUMBER BY (Product, Store, Month) AS CUMULATE(Revenue, Month);
         CREATE METRIC Sold BOOLEAN BY (Product, Store, Month) AS Revenue > 0;
         CREATE METRIC Bonus NUMBER BY (Product, Store, Month) AS IF(Sold, 5);
         CREATE METRIC Cost NUMBER BY (Product, Store, Month) AS Volume * 0.5;",
        products.join(", "),
        prices.join(", "),
        volumes.join(", ")
    );
    engine.run(&script).unwrap();
    engine.run("SET autocalc = off; INSERT INTO Price VALUES ('p77', 'm3', 100)").unwrap();
    let rows = recalculated(&engine, "RECALCULATE");
    let row = |name: &str| rows.iter().find(|row| row.metric == name).unwrap_or_else(|| panic!("{name} is not among {rows:?}"));
    let counts = |name: &str| (row(name).coordinates, row(name).changed);
    assert_eq!(counts("Revenue"), (6, Some(6)));
    // Six cells are exchanged in a group of six hundred.
    assert_eq!(counts("Grouped"), (6, Some(1)));
    // Lines of twelve months; nine of each change.
    assert_eq!(row("YTD").changed, Some(6 * 9));
    assert!(row("YTD").coordinates <= 2 * 72, "{rows:?}");
    // The month's total over all, and all shares of the month.
    assert_eq!(row("Share").changed, Some(6_000));
    assert!(row("Share").coordinates <= 3 * 6_000, "{rows:?}");
    // There the wave ends: it is sold as before.
    assert_eq!(counts("Sold"), (6, Some(0)));
    assert!(rows.iter().all(|row| row.metric != "Bonus" && row.metric != "Cost"), "{rows:?}");
    assert!(rows.iter().all(|row| row.computed == "part"), "{rows:?}");
    assert_eq!(recalculated(&engine, "RECALCULATE").len(), 0);
    assert!(recalculated(&engine, "RECALCULATE ALL").iter().all(|row| row.changed == Some(0)));
    let e = engine.run("RECALCULATE SCENARIO Other").unwrap_err();
    assert!(e.contains("there is no scenario `Other`"), "{e}");
}
