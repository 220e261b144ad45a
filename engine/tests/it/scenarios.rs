//! Scenarios and revisions through the public doors: random histories against a simple model, what files keep, who may see what.

use std::collections::BTreeMap;

use smalt::{Application, Options, Value};

use crate::random::Random;
use crate::world::{World, run};

const MODEL: &str = "
    CREATE DIMENSION Product (Code TEXT);
    INSERT INTO Product VALUES ('p0'), ('p1'), ('p2'), ('p3'), ('p4'), ('p5');
    CREATE METRIC Volume NUMBER BY (Product);
    CREATE METRIC Double NUMBER BY (Product) AS Volume * 2;
    CREATE METRIC Total NUMBER AS Double[REMOVE SUM: Product];
";

/// The cells of one scenario, as a map.
type Cells = BTreeMap<usize, f64>;

/// A scenario of the simple model: its cells, and what it has in common with others.
#[derive(Clone, Debug)]
struct Branch {
    cells: Cells,
    source: Option<(String, Cells)>,
    /// The last common state with another scenario, with the number of the step.
    common: BTreeMap<String, (usize, Cells)>,
    factor: Option<f64>,
}

/// What a scenario shows of Volume.
fn shown(branch: &Branch) -> Cells {
    branch.cells.iter().map(|(k, v)| (*k, v * branch.factor.unwrap_or(1.0))).collect()
}

fn values(session: &smalt::Session, scenario: &str, metric: &str, at: &str) -> Cells {
    let text = run(session, &format!("SELECT Product.Position, {metric} FROM \"{scenario}\".{metric}{at}")).unwrap();
    let cell = |line: &str| {
        let (item, value) = line.split_once(',').unwrap();
        (item.parse::<usize>().unwrap() - 1, value.parse::<f64>().unwrap())
    };
    text.lines().filter(|line| !line.is_empty()).map(cell).collect()
}

fn check(world: &World, branches: &BTreeMap<String, Branch>) {
    let session = world.owner();
    for (name, branch) in branches {
        let volume = shown(branch);
        assert_eq!(values(&session, name, "Volume", ""), volume, "Volume in {name}");
        let double: Cells = volume.iter().map(|(k, v)| (*k, v * 2.0)).collect();
        assert_eq!(values(&session, name, "Double", ""), double, "Double in {name}");
        let total = run(&session, &format!("SELECT Total FROM \"{name}\".Total")).unwrap();
        let expected = if double.is_empty() { String::new() } else { format!("{:?}", double.values().sum::<f64>()) };
        assert_eq!(total, expected, "Total in {name}");
    }
}

#[test]
fn random_histories_of_scenarios_come_out_as_in_a_simple_model() {
    for seed in 0..6 {
        let mut random = Random::new(0x5ce7 + seed);
        let world = World::with(MODEL);
        let session = world.owner();
        let empty = Branch { cells: Cells::new(), source: None, common: BTreeMap::new(), factor: None };
        let mut branches = BTreeMap::from([("Base".to_owned(), empty)]);
        // What was at some revisions: the number and all scenarios.
        let mut past: Vec<(u64, BTreeMap<String, Branch>)> = Vec::new();
        let mut made = 0;
        for step in 1..=60 {
            let names: Vec<String> = branches.keys().cloned().collect();
            let pick = |random: &mut Random| names[random.below(names.len())].clone();
            match random.below(12) {
                0 | 1 if branches.len() < 5 => {
                    let source = pick(&mut random);
                    made += 1;
                    let name = format!("s{made}");
                    run(&session, &format!("CREATE SCENARIO {name} FROM {source}")).unwrap();
                    let of = branches[&source].clone();
                    let branch = Branch { source: Some((source, shown(&of))), common: BTreeMap::new(), ..of };
                    branches.insert(name, branch);
                }
                2 if branches.len() > 3 => {
                    let name = pick(&mut random);
                    if name == "Base" {
                        continue;
                    }
                    run(&session, &format!("DROP SCENARIO {name}")).unwrap();
                    let gone = branches.remove(&name).unwrap();
                    for branch in branches.values_mut() {
                        branch.common.remove(&name);
                        if branch.source.as_ref().is_some_and(|(of, _)| *of == name) {
                            branch.source.clone_from(&gone.source);
                        }
                    }
                }
                3 => {
                    // Rebase takes in what the direct source has gained.
                    let name = pick(&mut random);
                    let Some((source, before)) = branches[&name].source.clone() else { continue };
                    if branches.values().any(|b| b.factor.is_some() || b.common.contains_key(&name) || b.common.contains_key(&source)) {
                        continue;
                    }
                    run(&session, &format!("REBASE SCENARIO {name}")).unwrap();
                    let theirs = branches[&source].cells.clone();
                    let branch = branches.get_mut(&name).unwrap();
                    for item in 0..6 {
                        let (was, now, own) = (before.get(&item), theirs.get(&item), branch.cells.get(&item).copied());
                        if now != was && own.as_ref() == was {
                            match now {
                                Some(value) => drop(branch.cells.insert(item, *value)),
                                None => drop(branch.cells.remove(&item)),
                            }
                        }
                    }
                    branch.source = Some((source, theirs));
                }
                4 => {
                    let name = pick(&mut random);
                    let branch = branches.get_mut(&name).unwrap();
                    if name == "Base" {
                        continue;
                    }
                    match branch.factor.take() {
                        Some(_) => run(&session, &format!("ALTER METRIC Volume IN SCENARIO {name} DROP FORMULA")).unwrap(),
                        None => {
                            branch.factor = Some(3.0);
                            run(&session, &format!("ALTER METRIC Volume IN SCENARIO {name} AS Volume * 3")).unwrap()
                        }
                    };
                }
                5 => {
                    let number = world.owner().snapshot().unwrap().revision();
                    past.push((number, branches.clone()));
                }
                _ => {
                    let name = pick(&mut random);
                    let branch = branches.get_mut(&name).unwrap();
                    if branch.factor.is_some() {
                        continue;
                    }
                    let (item, value) = (random.below(6), random.below(9));
                    let literal = if value == 0 { "NULL".to_owned() } else { value.to_string() };
                    run(&session, &format!("USE SCENARIO {name}; INSERT INTO Volume VALUES ('p{item}', {literal}); USE SCENARIO Base"))
                        .unwrap();
                    match value {
                        0 => drop(branch.cells.remove(&item)),
                        n => drop(branch.cells.insert(item, n as f64)),
                    }
                }
            }
            if step % 7 == 0 {
                check(&world, &branches);
            }
        }
        check(&world, &branches);
        for (number, then) in &past {
            for (name, branch) in then.iter().filter(|(name, _)| branches.contains_key(*name)) {
                let at = format!(" AS OF REVISION {number}");
                assert_eq!(values(&session, name, "Volume", &at), shown(branch), "Volume in {name} at {number}, seed {seed}");
            }
        }
        if let Some((number, then)) = past.first() {
            if world.owner().snapshot().unwrap().revision() > *number {
                run(&session, &format!("REVERT TO REVISION {number}")).unwrap();
            }
            check(&world, then);
        }
    }
}

#[test]
fn files_keep_scenarios_their_formulas_what_they_have_in_common_and_snapshots() {
    let folder = tempfile::tempdir().unwrap();
    let questions = [
        "SHOW SCENARIOS",
        "SELECT * FROM all_scenarios.Double",
        "SELECT * FROM all_scenarios.Volume",
        "SELECT * FROM Double AS OF SNAPSHOT \"Plan\"",
        "SELECT * FROM Up.Double AS OF SNAPSHOT \"Plan\"",
        "SHOW SNAPSHOTS",
    ];
    let answers = |app: &std::sync::Arc<Application>| -> Vec<String> {
        let session = app.owner_session().unwrap();
        questions.iter().map(|q| run(&session, q).unwrap()).collect()
    };
    let before = {
        let app = Application::open(folder.path(), Options::default()).unwrap();
        let session = app.owner_session().unwrap();
        run(&session, MODEL).unwrap();
        run(
            &session,
            "INSERT INTO Volume VALUES ('p0', 1), ('p1', 2); CREATE SCENARIO Up; CREATE SCENARIO Down FROM Up;
             USE SCENARIO Up; INSERT INTO Volume VALUES ('p0', 10); ALTER METRIC Volume IN SCENARIO Down AS Volume + 100;
             ALTER SCENARIO Down SET READ ONLY; CREATE SNAPSHOT Plan; INSERT INTO Volume VALUES ('p2', 5);
             MERGE SCENARIO Up INTO Base; DELETE FROM Product WHERE Code = 'p5'; INSERT INTO Product VALUES ('p6');",
        )
        .unwrap();
        answers(&app)
    };
    for _ in 0..2 {
        let app = Application::open(folder.path(), Options::default()).unwrap();
        assert!(app.broken_formulas().is_empty());
        assert_eq!(answers(&app), before);
    }
    let app = Application::open(folder.path(), Options::default()).unwrap();
    let session = app.owner_session().unwrap();
    // What was merged is common still, and changes go on.
    run(&session, "INSERT INTO Volume VALUES ('p0', 7)").unwrap();
    let mut outcome = smalt::Outcome::default();
    session.run("MERGE SCENARIO Up INTO Base", &mut outcome).unwrap();
    assert_eq!(outcome.messages[0].1, "0 cells merged from `Up` into `Base`");
    assert_eq!(run(&session, "SELECT * FROM Up.Double WHERE Product = 'p0'").unwrap(), "p0,20.0");
    run(&session, "ALTER SCENARIO Down SET READ WRITE; ALTER METRIC Volume IN SCENARIO Down DROP FORMULA").unwrap();
    assert_eq!(run(&session, "SELECT * FROM Down.Volume").unwrap(), "p0,1.0\np1,2.0");
}

const PEOPLE: &str = "
    CREATE DIMENSION Region (Name TEXT);
    INSERT INTO Region VALUES ('north'), ('south');
    CREATE METRIC Sales NUMBER BY (Region);
    CREATE METRIC Twice NUMBER BY (Region) AS Sales * 2;
    CREATE METRIC All NUMBER AS Twice[REMOVE SUM: Region];
    INSERT INTO Sales VALUES ('north', 1), ('south', 2);
    CREATE METRIC Rights ACCESS RIGHTS BY (User, Region);
    CREATE RULE r APPLY READ, WRITE OF Rights TO Sales;
    CREATE ROLE Planner PERMISSIONS (\"Display Application\", \"Open Boards\", \"Create scenarios\", \"Delete scenarios\",
        \"View Application and Blocks updates\", \"Use formula playground\", \"Configure Blocks\") READ ALLOWED WRITE ALLOWED;
    CREATE ROLE Reviewer PERMISSIONS (\"Display Application\", \"Open Boards\") READ ALLOWED WRITE ALLOWED;
    CREATE USER 'ann'; CREATE USER 'bo';
    GRANT ROLE Planner TO USER 'ann'; GRANT ROLE Reviewer TO USER 'bo';
    INSERT INTO Rights VALUES ('ann', 'south', '--');
    CREATE SCENARIO Up;
    CREATE SCENARIO Secret;
    GRANT NONE ON SCENARIO Secret TO ROLE Planner;
    GRANT READ ON SCENARIO Up TO ROLE Reviewer;
";

#[test]
fn rights_hold_in_every_scenario_and_a_hidden_one_has_no_name() {
    let world = World::with(PEOPLE);
    world.run("USE SCENARIO Up; UPDATE Sales SET Sales = Sales * 10; USE SCENARIO Secret; UPDATE Sales SET Sales = 777");
    assert_eq!(world.as_user("ann", "SELECT * FROM Up.Twice"), "north,20.0");
    assert_eq!(world.as_user("ann", "SELECT * FROM Up.All"), "");
    assert_eq!(world.as_user("ann", "SHOW SCENARIOS"), "Base,-,READ WRITE,-\nUp,Base,READ WRITE,-");
    assert_eq!(world.as_user("ann", "SELECT Scenario, SUM(Sales) FROM all_scenarios.Sales GROUP BY 1 ORDER BY 1"), "Base,1.0\nUp,10.0");
    for (statement, name) in [
        ("SELECT * FROM {}.Sales", "table"),
        ("USE SCENARIO {}", "use"),
        ("COMPARE SCENARIO {} WITH Base ON Sales", "compare"),
        ("MERGE SCENARIO {} INTO Base", "merge"),
        ("MERGE SCENARIO Base INTO {}", "merge"),
        ("REBASE SCENARIO {}", "rebase"),
        ("DROP SCENARIO {}", "drop"),
        ("ALTER SCENARIO {} SET READ ONLY", "alter"),
        ("ALTER METRIC Sales IN SCENARIO {} AS Sales * 2", "own"),
        ("CREATE SCENARIO Other FROM {}", "create"),
        ("SELECT * FROM {}.Sales AS OF REVISION 18", "then"),
    ] {
        let hidden = world.as_user("ann", &statement.replace("{}", "Secret"));
        let nothing = world.as_user("ann", &statement.replace("{}", "Nought"));
        assert_eq!(hidden.replace("Secret", "Nought").replace("Secret", "Nought"), nothing, "{name}");
        assert!(hidden.contains("there is no"), "{name}: {hidden}");
    }
    let clash = world.as_user("ann", "CREATE SCENARIO secret");
    assert!(clash.contains("not yours to write"), "{clash}");
    // One may read, and no more.
    assert_eq!(world.as_user("bo", "SELECT * FROM Up.Sales"), "north,10.0\nsouth,20.0");
    let refused = world.as_user("bo", "USE SCENARIO Up; UPDATE Sales SET Sales = 0");
    assert!(refused.contains("scenario `Up` is not yours to write"), "{refused}");
    // A new one is as its source.
    world.run("CREATE SCENARIO Child FROM Secret");
    assert!(!world.as_user("ann", "SHOW SCENARIOS").contains("Child"));
}

#[test]
fn a_merge_moves_and_reports_only_what_its_caller_may_read_and_write() {
    let world = World::with(PEOPLE);
    world.run("USE SCENARIO Up; UPDATE Sales SET Sales = Sales * 10; USE SCENARIO Base; UPDATE Sales SET Sales = 5");
    // Both have changed both cells; ann sees one of them.
    let refused = world.as_user("ann", "MERGE SCENARIO Up INTO Base");
    assert!(refused.contains("have both changed 1 cell") && !refused.contains("south"), "{refused}");
    world.as_user("ann", "MERGE SCENARIO Up INTO Base ON CONFLICT THEIRS");
    assert_eq!(world.run("SELECT * FROM Sales"), "north,10.0\nsouth,5.0");
    // What was hidden from her is not merged yet.
    let refused = world.error("MERGE SCENARIO Up INTO Base");
    assert!(refused.contains("have both changed 1 cell"), "{refused}");
    world.run("MERGE SCENARIO Up INTO Base ON CONFLICT THEIRS");
    assert_eq!(world.run("SELECT * FROM Sales"), "north,10.0\nsouth,20.0");
}

#[test]
fn what_was_is_read_under_the_rights_of_today() {
    let world = World::with(PEOPLE);
    let then = world.owner().snapshot().unwrap().revision();
    let sales = format!("SELECT * FROM Sales AS OF REVISION {then}");
    assert_eq!(world.as_user("ann", &sales), "north,1.0");
    assert_eq!(world.as_user("ann", &format!("SELECT * FROM All AS OF REVISION {then}")), "");
    let refused = world.as_user("bo", &sales);
    assert!(refused.contains("View Application and Blocks updates"), "{refused}");
    // A grant of today opens the past, a denial closes it.
    world.run("INSERT INTO Rights VALUES ('ann', 'south', 'r.'), ('ann', 'north', '-.')");
    assert_eq!(world.as_user("ann", &sales), "south,2.0");
    world.run("INSERT INTO Rights VALUES ('ann', 'north', NULL)");
    assert_eq!(world.as_user("ann", &sales), "north,1.0\nsouth,2.0");
    // Items, metrics and scenarios that are gone are for those who define security, and so is a total that holds one.
    world.run("DELETE FROM Region WHERE Name = 'south'");
    assert_eq!(world.as_user("ann", &sales), "north,1.0");
    assert_eq!(world.as_user("ann", &format!("SELECT * FROM All AS OF REVISION {then}")), "");
    assert_eq!(world.as_user("ann", &format!("SELECT * FROM Region AS OF REVISION {then}")), "north");
    assert_eq!(world.run(&sales), "north,1.0\nsouth,2.0");
    world.run("DROP METRIC All; DROP METRIC Twice; DROP SCENARIO Secret");
    let gone = world.as_user("ann", &format!("SELECT * FROM Twice AS OF REVISION {then}"));
    assert!(!gone.contains("1.0") && !gone.contains("2.0"), "{gone}");
    assert_eq!(world.run(&format!("SELECT * FROM Twice AS OF REVISION {then}")), "north,2.0\nsouth,4.0");
    let hidden = world.as_user("ann", &format!("SELECT * FROM Secret.Sales AS OF REVISION {then}"));
    assert!(hidden.contains("there is no scenario `Secret`"), "{hidden}");
    assert_eq!(world.run(&format!("SELECT COUNT(*) FROM Secret.Sales AS OF REVISION {then}")), "2");
    // A rule that is made later speaks of what was before as well.
    world.run(
        "CREATE METRIC Word ACCESS RIGHTS BY (User); CREATE RULE later APPLY READ OF Word TO Sales; INSERT INTO Word VALUES ('ann', '-.')",
    );
    assert_eq!(world.as_user("ann", &sales), "");
}

#[test]
fn a_revert_needs_all_rights_and_leaves_security_to_those_who_define_it() {
    let world = World::with(PEOPLE);
    let then = world.owner().snapshot().unwrap().revision();
    world.run("INSERT INTO Sales VALUES ('north', 9)");
    let refused = world.as_user("ann", &format!("REVERT TO REVISION {then}"));
    assert!(refused.contains("not yours to write"), "{refused}");
    world.run("INSERT INTO Rights VALUES ('ann', 'south', NULL); GRANT WRITE ON SCENARIO Secret TO ROLE Planner");
    let refused = world.as_user("ann", &format!("REVERT TO REVISION {then}"));
    assert!(refused.contains("Define Application security"), "{refused}");
    let now = world.owner().snapshot().unwrap().revision();
    world.run("INSERT INTO Sales VALUES ('north', 10)");
    assert_eq!(world.as_user("ann", &format!("REVERT TO REVISION {now}")), "");
    assert_eq!(world.run("SELECT * FROM Sales"), "north,9.0\nsouth,2.0");
    world.run(&format!("REVERT TO REVISION {then}"));
    assert_eq!(world.as_user("ann", "SELECT * FROM Sales"), "north,1.0");
}

#[test]
fn a_revert_takes_nothing_with_it_that_was_changed_before_in_its_transaction() {
    let world = World::with("CREATE LIST Notes (Text TEXT); CREATE SCENARIO Plan FROM Base; CREATE ROLE Planner");
    let then = world.owner().snapshot().unwrap().revision();
    world.run("INSERT INTO Notes VALUES ('kept')");
    let changes = [
        "INSERT INTO Notes VALUES ('lost'); CREATE VIEW All_Of_It AS SELECT * FROM Notes",
        "INSERT INTO Notes SELECT * FROM Notes",
        "ALTER SCENARIO Plan SET READ ONLY",
        "GRANT WRITE ON SCENARIO Plan TO ROLE Planner",
    ];
    for change in changes {
        let refused = world.error(&format!("BEGIN; {change}; REVERT TO REVISION {then}; COMMIT"));
        assert!(refused.contains("REVERT comes first"), "{change}: {refused}");
    }
    world.run(&format!("BEGIN; REVERT TO REVISION {then}; COMMIT"));
}

#[test]
fn a_session_works_in_the_scenario_that_it_has_in_use() {
    let world = World::with(PEOPLE);
    let session = world.owner();
    run(&session, "USE SCENARIO Up; INSERT INTO Sales VALUES ('north', 50)").unwrap();
    assert_eq!(session.cell("Sales", &["north"]).unwrap(), Some(Value::Number(50.0)));
    assert_eq!(session.snapshot().unwrap().cell("Twice", &["north"]).unwrap(), Some(Value::Number(100.0)));
    assert_eq!(world.owner().cell("Sales", &["north"]).unwrap(), Some(Value::Number(1.0)));
    world.run("DROP SCENARIO Up");
    let gone = run(&session, "SELECT * FROM Sales").unwrap_err().to_string();
    assert!(gone.contains("the scenario that was in use is there no more"), "{gone}");
    assert!(session.cell("Sales", &["north"]).is_err());
    run(&session, "USE SCENARIO Base").unwrap();
    assert_eq!(session.cell("Sales", &["north"]).unwrap(), Some(Value::Number(1.0)));
}

#[test]
fn revisions_that_nobody_keeps_are_let_go() {
    let options = Options { kept_revisions: Some(3), ..Options::default() };
    let app = Application::in_memory_with(options).unwrap();
    let session = app.owner_session().unwrap();
    run(&session, MODEL).unwrap();
    for n in 1..=5 {
        run(&session, &format!("INSERT INTO Volume VALUES ('p0', {n})")).unwrap();
    }
    let now = session.snapshot().unwrap().revision();
    assert_eq!(run(&session, &format!("SELECT * FROM Volume AS OF REVISION {}", now - 3)).unwrap(), "p0,2.0");
    let gone = run(&session, &format!("SELECT * FROM Volume AS OF REVISION {}", now - 4)).unwrap_err().to_string();
    assert!(gone.contains("is not kept any more"), "{gone}");
    assert_eq!(run(&session, "SHOW REVISIONS").unwrap().lines().count(), 4);
}

/// Everything that could tell of a scenario that somebody may not see, beside its name: that another one comes from it, and its formulas.
#[test]
fn a_hidden_scenario_shows_in_no_refusal() {
    let world = World::with(PEOPLE);
    world.run(
        "CREATE SCENARIO Child FROM Secret; GRANT WRITE ON SCENARIO Child TO ROLE Planner;
         CREATE METRIC Factor NUMBER BY (Region); CREATE METRIC Other NUMBER BY (Region);
         ALTER METRIC Other IN SCENARIO Secret AS Factor * 2;",
    );
    // A source that is hidden is like none.
    let told = |name: &str| world.as_user("ann", &format!("REBASE SCENARIO {name}")).replace(name, "{}");
    assert_eq!(told("Child"), told("Base"));
    assert!(told("Child").contains("`{}` has no source to take anything in from"), "{}", told("Child"));
    let sources = world.as_user("ann", "SHOW SCENARIOS");
    assert!(sources.contains("Child,-,"), "{sources}");
    // That some formula reads it is said, but not that it is a scenario's, nor of what.
    let refused = world.as_user("ann", "DROP METRIC Factor");
    assert!(refused.contains("a formula") && !refused.contains("cenario") && !refused.contains("Other"), "{refused}");
    let refused = world.error("DROP METRIC Factor");
    assert!(refused.contains("the formula that `Other` has in scenario `Secret`"), "{refused}");
    // A clash with its name is refused in the words of a missing right, whatever case it is written in.
    for name in ["Secret", "SECRET"] {
        let clash = world.as_user("ann", &format!("CREATE SCENARIO {name}"));
        assert!(clash.ends_with(&format!("scenario `{name}` is not yours to write")), "{clash}");
    }
}

#[test]
fn a_formula_of_a_scenarios_own_is_dropped_there() {
    let world = World::with(PEOPLE);
    world.run("ALTER METRIC Sales IN SCENARIO Up AS Sales * 2");
    let refused = world.error("USE SCENARIO Up; INSERT INTO Sales VALUES ('north', 3)");
    assert!(refused.contains("`ALTER METRIC Sales IN SCENARIO \"Up\" DROP FORMULA` makes it an input"), "{refused}");
    world.run("ALTER METRIC Sales IN SCENARIO \"Up\" DROP FORMULA; USE SCENARIO Up; INSERT INTO Sales VALUES ('north', 3)");
    let refused = world.error("USE SCENARIO Up; INSERT INTO Twice VALUES ('north', 3)");
    assert!(refused.contains("`ALTER METRIC Twice DROP FORMULA` makes it an input"), "{refused}");
}

/// Where a value is an item that somebody may not see, a merge and a rebase say and do what they would if there were none.
#[test]
fn a_hidden_item_as_a_value_decides_nothing_that_a_merge_tells() {
    let told = |hidden: &str| {
        let world = World::with(&format!(
            "CREATE DIMENSION Employee (Name TEXT); INSERT INTO Employee VALUES ('E1'), ('E2'), ('Ghost');
             CREATE DIMENSION Store (Name TEXT); INSERT INTO Store VALUES ('S1'), ('S2'), ('S3'), ('S4'), ('S5');
             CREATE METRIC Boss Employee BY (Store);
             CREATE METRIC Rights ACCESS RIGHTS BY (User, Employee);
             CREATE RULE r APPLY READ OF Rights TO ITEMS OF Employee;
             CREATE ROLE Planner PERMISSIONS (\"Display Application\", \"Open Boards\", \"Create scenarios\") READ ALLOWED WRITE ALLOWED;
             CREATE USER 'ann'; GRANT ROLE Planner TO USER 'ann'; INSERT INTO Rights VALUES ('ann', 'Ghost', '-.');
             INSERT INTO Boss VALUES ('S1', 'E1'), ('S2', {hidden}), ('S3', {hidden}), ('S4', 'E1'), ('S5', {hidden});
             CREATE SCENARIO Up;
             INSERT INTO Boss VALUES ('S4', {hidden});
             USE SCENARIO Up; INSERT INTO Boss VALUES ('S5', 'E2')"
        ));
        let mut told = Vec::new();
        for script in [
            "INSERT INTO Boss VALUES ('S2', 'E1'), ('S5', 'E1')",
            "REBASE SCENARIO Up",
            "SELECT * FROM Up.Boss ORDER BY 1",
            "INSERT INTO Up.Boss VALUES ('S3', 'E2'), ('S1', NULL)",
            "MERGE SCENARIO Up INTO Base",
            "MERGE SCENARIO Up INTO Base ON CONFLICT OURS",
            "MERGE SCENARIO Up INTO Base ON CONFLICT THEIRS",
            "SELECT * FROM Boss ORDER BY 1",
            "REBASE SCENARIO Up",
            "MERGE SCENARIO Up INTO Base",
        ] {
            let session = world.app.session("ann").unwrap();
            told.push(format!("{script}: {:?}", crate::two_worlds::answer(&session, script)));
        }
        told
    };
    assert_eq!(told("'Ghost'"), told("NULL"));
}

/// Tables, views and comments are shared like blocks: a scenario that is there already has them at once.
#[test]
fn what_is_saved_is_there_in_every_scenario_at_once() {
    let world = World::with(
        "CREATE DIMENSION C (Name TEXT); INSERT INTO C VALUES ('a');
         CREATE METRIC V NUMBER BY (C); INSERT INTO V VALUES ('a', 1); CREATE SCENARIO Up;",
    );
    let inside = |script: &str| world.run(&format!("USE SCENARIO Up; {script}"));
    assert_eq!(inside("CREATE VIEW Vw AS SELECT * FROM V; SELECT * FROM Vw"), "a,1.0");
    assert_eq!(inside("CREATE VIEW Vx AS SELECT * FROM Vw; CREATE TABLE T OF (V); SELECT * FROM Vx; SELECT * FROM T"), "a,1.0\na,1.0");
    assert_eq!(
        inside("BEGIN; CREATE VIEW Vy AS SELECT 2 AS n; SELECT * FROM Vy; COMMIT; ALTER VIEW Vy AS SELECT 3 AS n; SELECT * FROM Vy"),
        "2\n3"
    );
    assert!(inside("COMMENT ON METRIC V IS 'said'; SHOW METRICS").contains("said"));
    world.run("DROP VIEW Vx; DROP TABLE T");
    let gone = |name: &str| world.error(&format!("USE SCENARIO Up; SELECT * FROM {name}"));
    assert!(gone("Vx").contains("there is no table `Vx`") && gone("T").contains("there is no table `T`"));
}

/// What a formula has computed becomes input when the formula goes, and is under the rights of input from then on: only who sees all of it may
/// make it so, also where a scenario computes something else than Base.
#[test]
fn computed_cells_become_input_only_for_who_sees_them_all() {
    let model = "
        CREATE DIMENSION Product (Code TEXT);
        INSERT INTO Product VALUES ('p0'), ('p1');
        CREATE METRIC Open NUMBER BY (Product);
        CREATE METRIC Secret NUMBER BY (Product);
        INSERT INTO Open VALUES ('p0', 1), ('p1', 2);
        INSERT INTO Secret VALUES ('p0', 777), ('p1', 888);
        CREATE METRIC Between NUMBER BY (Product);
        CREATE METRIC Shown NUMBER BY (Product) AS Open + Between;
        CREATE USER 'mod';
        GRANT ROLE Modeler TO USER 'mod';
        CREATE METRIC Closed ACCESS RIGHTS BY (User, Product);
        INSERT INTO Closed VALUES ('mod', 'p0', '--'), ('mod', 'p1', '--');
        CREATE RULE secret APPLY READ OF Closed TO Secret;
        CREATE SCENARIO Up;
    ";
    let refused = "some of these cells are not yours to write";
    // The formula that all share goes, and reads in Up what in Base it does not.
    let world = World::with(model);
    world.run("ALTER METRIC Between IN SCENARIO Up AS Secret");
    assert_eq!(world.as_user("mod", "SELECT * FROM Shown"), "p0,1.0\np1,2.0");
    assert_eq!(world.as_user("mod", "SELECT * FROM Up.Shown"), "");
    let told = world.as_user("mod", "ALTER METRIC Shown DROP FORMULA");
    assert!(told.contains(refused), "{told}");
    assert_eq!(world.as_user("mod", "SELECT * FROM Up.Shown"), "");
    world.run("ALTER METRIC Shown DROP FORMULA");
    // A formula of Up's own goes, or makes room for another one, when the one that all share is gone.
    for change in ["ALTER METRIC Shown IN SCENARIO Up DROP FORMULA", "ALTER METRIC Shown IN SCENARIO Up AS Shown * 1"] {
        let world = World::with(model);
        world.run("ALTER METRIC Shown IN SCENARIO Up AS Secret; ALTER METRIC Shown DROP FORMULA");
        assert_eq!(world.as_user("mod", "SELECT * FROM Up.Shown"), "");
        let told = world.as_user("mod", change);
        assert!(told.contains(refused), "{change}: {told}");
        assert_eq!(world.as_user("mod", "SELECT * FROM Up.Shown"), "");
        world.run(change);
        assert_eq!(world.run("SELECT * FROM Up.Shown"), "p0,777.0\np1,888.0");
    }
    // Where input was set apart it comes back, and nobody is told anything.
    let world = World::with(model);
    world.run("INSERT INTO Up.Between VALUES ('p0', 5); ALTER METRIC Between IN SCENARIO Up AS Secret");
    assert_eq!(world.as_user("mod", "ALTER METRIC Between IN SCENARIO Up DROP FORMULA"), "");
    assert_eq!(world.as_user("mod", "SELECT * FROM Up.Between"), "p0,5.0");
}
