//! Calculation that is put off, and what RECALCULATE says of it.

use smalt::{Application, Options, Outcome, Recalculation, ResultSink, Session, Table};

use crate::world::{World, run};

const SHOP: &str = "
    CREATE DIMENSION Country (Name TEXT); INSERT INTO Country VALUES ('France'), ('Japan');
    CREATE DIMENSION Store (Name TEXT, Country Country); INSERT INTO Store VALUES ('S1', 'France'), ('S2', 'Japan');
    CREATE METRIC Volume NUMBER BY (Store); INSERT INTO Volume VALUES ('S1', 10), ('S2', 20);
    CREATE METRIC Price NUMBER BY (Store); INSERT INTO Price VALUES ('S1', 2), ('S2', 3);
    CREATE METRIC Revenue NUMBER BY (Store) AS Volume * Price;
    CREATE METRIC Total NUMBER BY (Country) AS Revenue[BY: Store.Country];
    CREATE METRIC Many BOOLEAN BY (Country) AS Total > 10;
    CREATE METRIC Twice NUMBER BY (Store) AS Price * 2;";

#[test]
fn what_is_put_off_stays_as_it_was_until_it_is_asked_for() {
    let world = World::with(SHOP);
    let owner = world.owner();
    let ask = |script: &str| run(&owner, script).unwrap();
    ask("SET autocalc = off; INSERT INTO Volume VALUES ('S1', 11)");
    assert_eq!(ask("SELECT * FROM Volume; SELECT * FROM Revenue"), "S1,11.0\nS2,20.0\nS1,20.0\nS2,60.0");
    // Also for others, and inside of a transaction.
    assert_eq!(world.run("SELECT * FROM Total"), "France,20.0\nJapan,60.0");
    assert_eq!(ask("BEGIN; INSERT INTO Price VALUES ('S1', 5); SELECT * FROM Revenue; COMMIT"), "S1,20.0\nS2,60.0");
    // One metric, and what it reads; the others wait.
    assert_eq!(ask("RECALCULATE METRIC Revenue"), "Base,Revenue,part,1,2,1,0");
    assert_eq!(ask("SELECT * FROM Revenue; SELECT * FROM Total"), "S1,55.0\nS2,60.0\nFrance,20.0\nJapan,60.0");
    assert_eq!(ask("SELECT * FROM Twice"), "S1,4.0\nS2,6.0");
    let told = ask("RECALCULATE");
    assert!(told.contains("Total,part,1,2,1") && told.contains("Many,part,1,2,0") && told.contains("Twice,part,1,2,1"), "{told}");
    assert_eq!(ask("SELECT * FROM Total; SELECT * FROM Twice"), "France,55.0\nJapan,60.0\nS1,10.0\nS2,6.0");
    assert_eq!(ask("RECALCULATE"), "");
    assert_eq!(ask("RECALCULATE ALL").lines().filter(|row| row.starts_with("Base,T") && row.ends_with(",0")).count(), 2);
    ask("SET autocalc = on; INSERT INTO Volume VALUES ('S2', 1)");
    assert_eq!(ask("SELECT * FROM Total"), "France,55.0\nJapan,3.0");
}

#[test]
fn whoever_changes_something_next_computes_what_was_put_off() {
    let world = World::with(SHOP);
    let owner = world.owner();
    run(&owner, "SET autocalc = off; INSERT INTO Volume VALUES ('S1', 11)").unwrap();
    world.run("INSERT INTO Price VALUES ('S2', 1)");
    assert_eq!(world.run("SELECT * FROM Total"), "France,22.0\nJapan,20.0");
    assert_eq!(world.run("RECALCULATE"), "");
}

#[test]
fn definitions_and_items_put_nothing_off() {
    let world = World::with(SHOP);
    let owner = world.owner();
    let ask = |script: &str| run(&owner, script).unwrap();
    ask("SET autocalc = off; INSERT INTO Volume VALUES ('S1', 11)");
    // What a total reads is worked out from the properties: a total of before must not stand there.
    ask("UPDATE Store SET Country = 'Japan' WHERE Name = 'S1'");
    assert_eq!(ask("SELECT * FROM Total"), "Japan,82.0");
    ask("INSERT INTO Volume VALUES ('S1', 12); ALTER METRIC Twice AS Volume * 2");
    assert_eq!(ask("SELECT * FROM Twice; SELECT * FROM Revenue"), "S1,24.0\nS2,40.0\nS1,24.0\nS2,60.0");
    // A formula that is wrong is refused at once.
    assert!(run(&owner, "CREATE METRIC Bad NUMBER BY (Store) AS Nothing * 2").is_err());
}

#[test]
fn rights_are_never_put_off() {
    let world = World::with(SHOP);
    world.run(
        "CREATE ROLE Watcher PERMISSIONS (\"Display Application\", \"Open Boards\") READ UNSPECIFIED WRITE DENIED;
         CREATE USER 'ann'; GRANT ROLE Watcher TO USER 'ann'; ALTER APPLICATION SET INHERITANCE OFF;
         CREATE METRIC Open BOOLEAN BY (User, Store); INSERT INTO Open VALUES ('ann', 'S1', TRUE), ('ann', 'S2', TRUE);
         CREATE METRIC Rights ACCESS RIGHTS BY (User, Store) AS ACCESSRIGHTS(Open, BLANK);
         CREATE RULE stores APPLY READ OF Rights TO Volume;",
    );
    assert_eq!(world.as_user("ann", "SELECT * FROM Volume"), "S1,10.0\nS2,20.0");
    run(&world.owner(), "SET autocalc = off; INSERT INTO Open VALUES ('ann', 'S2', FALSE)").unwrap();
    assert_eq!(world.as_user("ann", "SELECT * FROM Volume"), "S1,10.0");
}

#[test]
fn an_application_that_is_opened_again_is_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Application::open(folder.path().join("app"), Options::default()).unwrap();
    {
        let owner = open().owner_session().unwrap();
        run(&owner, SHOP).unwrap();
        run(&owner, "SET autocalc = off; INSERT INTO Volume VALUES ('S1', 11)").unwrap();
        assert_eq!(run(&owner, "SELECT * FROM Total").unwrap(), "France,20.0\nJapan,60.0");
    }
    let owner = open().owner_session().unwrap();
    assert_eq!(run(&owner, "SELECT * FROM Total; RECALCULATE").unwrap(), "France,22.0\nJapan,60.0\n");
}

#[test]
fn the_report_speaks_only_of_what_is_seen_whole() {
    let world = World::with(SHOP);
    world.run(
        "CREATE ROLE Builder PERMISSIONS (\"Display Application\", \"Open Boards\", \"Configure Blocks\") READ ALLOWED WRITE ALLOWED;
         CREATE USER 'bob'; GRANT ROLE Builder TO USER 'bob';
         CREATE ROLE Watcher PERMISSIONS (\"Display Application\", \"Open Boards\") READ UNSPECIFIED WRITE DENIED;
         CREATE USER 'eve'; GRANT ROLE Watcher TO USER 'eve';
         CREATE METRIC Rights ACCESS RIGHTS BY (User, Store); INSERT INTO Rights VALUES ('bob', 'S2', '--');
         CREATE RULE stores APPLY READ OF Rights TO Volume;",
    );
    run(&world.owner(), "SET autocalc = off; INSERT INTO Volume VALUES ('S2', 21); INSERT INTO Price VALUES ('S1', 4)").unwrap();
    // Revenue and all that is made of it read hidden cells.
    assert_eq!(world.as_user("bob", "RECALCULATE"), "Base,Twice,part,1,2,1,0");
    assert_eq!(world.run("SELECT * FROM Total"), "France,40.0\nJapan,63.0");
    let refused = world.as_user("eve", "RECALCULATE");
    assert!(refused.contains("Configure Blocks"), "{refused}");
    let refused = world.as_user("eve", "SET autocalc = off");
    assert!(refused.contains("Configure Blocks"), "{refused}");
    let unknown = world.error("RECALCULATE METRIC Nothing");
    assert!(unknown.contains("there is no metric `Nothing`"), "{unknown}");
}

/// Keeps the reports.
#[derive(Default)]
struct Reports(Outcome, Vec<Recalculation>);

impl ResultSink for Reports {
    fn table(&mut self, statement: usize, table: &Table) {
        self.0.table(statement, table);
    }
    fn message(&mut self, statement: usize, text: &str) {
        self.0.message(statement, text);
    }
    fn progress(&mut self, _: &smalt::Progress) {}
    fn recalculated(&mut self, _: usize, report: &Recalculation) {
        self.1.push(report.clone());
    }
}

#[test]
fn a_report_has_times_too_and_is_written_as_json() {
    let world = World::with(SHOP);
    let session: Session = world.owner();
    let mut reports = Reports::default();
    session.run("RECALCULATE ALL", &mut reports).unwrap();
    let [report] = reports.1.as_slice() else { panic!("{:?}", reports.1) };
    assert_eq!(report.metrics.len(), 4);
    assert!(report.metrics.iter().all(|m| m.milliseconds > 0.0 && m.computed == "all" && m.changed == Some(0)), "{report:?}");
    let json = serde_json::to_value(report).unwrap();
    assert_eq!(json["metrics"][0]["computed"], "all");
    assert_eq!(reports.0.messages.last().map(|(_, text)| text.as_str()), Some("recalculated 4 metrics"));
}

const BRANCHES: &str = "
    CREATE SCENARIO Up FROM Base; CREATE SCENARIO Down FROM Base; ALTER METRIC Twice IN SCENARIO Down AS Volume * 3;
    USE SCENARIO Up; UPDATE Price SET Price = 7 WHERE Store = 'S1'; USE SCENARIO Down; INSERT INTO Volume VALUES ('S2', 25);";

/// All cells of a scenario.
fn cells(world: &World, scenario: &str) -> String {
    ["Revenue", "Total", "Many", "Twice"].map(|metric| world.run(&format!("SELECT * FROM {scenario}.{metric}"))).join("|")
}

#[test]
fn a_scenario_is_computed_anew_from_what_it_has_in_common_with_base() {
    let world = World::with(SHOP);
    world.run(BRANCHES);
    let before = ["Base", "Up", "Down"].map(|scenario| cells(&world, scenario));
    assert_eq!(before[1], "S1,70.0\nS2,60.0|France,70.0\nJapan,60.0|France,true\nJapan,true|S1,14.0\nS2,6.0");
    assert_eq!(before[2], "S1,20.0\nS2,75.0|France,20.0\nJapan,75.0|France,true\nJapan,true|S1,30.0\nS2,75.0");
    // Only what the price of S1 reaches; nothing comes out different from what the scenario had.
    let told = world.run("RECALCULATE ALL IN SCENARIO Up");
    let mut rows: Vec<&str> = told.lines().collect();
    rows.sort_unstable();
    assert_eq!(rows, ["Up,Many,part,1,2,0,0", "Up,Revenue,part,1,2,0,0", "Up,Total,part,1,2,0,0", "Up,Twice,part,1,2,0,0"]);
    let told = world.run("RECALCULATE ALL IN SCENARIO Down");
    assert!(told.contains("Down,Twice,all,2,2,") && told.contains("Down,Revenue,part,1,2,0,0") && !told.contains("Base"), "{told}");
    let told = world.run("RECALCULATE ALL");
    assert_eq!(["Base,", "Up,", "Down,"].map(|of| told.lines().filter(|row| row.starts_with(of)).count()), [4, 4, 4], "{told}");
    assert_eq!(["Base", "Up", "Down"].map(|scenario| cells(&world, scenario)), before);
    let unknown = world.error("RECALCULATE ALL IN SCENARIO Upp");
    assert!(unknown.contains("there is no scenario `Upp`") && unknown.contains("did you mean `Up`?"), "{unknown}");
}

#[test]
fn who_may_not_read_base_is_not_told_what_differs_from_it() {
    let world = World::with(SHOP);
    world.run(BRANCHES);
    world.run(
        "CREATE ROLE Builder PERMISSIONS (\"Display Application\", \"Open Boards\", \"Configure Blocks\") READ ALLOWED WRITE ALLOWED;
         CREATE USER 'bob'; GRANT ROLE Builder TO USER 'bob';",
    );
    assert!(world.as_user("bob", "RECALCULATE ALL IN SCENARIO Up").contains("Up,Revenue,part,1,2,0,0"));
    world.run("GRANT NONE ON SCENARIO Base TO ROLE Builder");
    for statement in ["RECALCULATE ALL IN SCENARIO Up", "RECALCULATE ALL"] {
        let mut reports = Reports::default();
        world.app.session("bob").unwrap().run(statement, &mut reports).unwrap();
        assert!(reports.1.iter().all(|report| report.metrics.is_empty()), "{statement}: {:?}", reports.1);
        assert!(reports.0.messages.iter().all(|(_, text)| text == "recalculated"), "{statement}: {:?}", reports.0.messages);
    }
}

#[test]
fn what_is_out_of_date_in_a_scenario_that_is_not_named_stays_so() {
    let world = World::with(SHOP);
    world.run("CREATE SCENARIO Up FROM Base; CREATE SCENARIO Down FROM Base");
    let owner = world.owner();
    run(&owner, "SET autocalc = off; USE SCENARIO Up; INSERT INTO Volume VALUES ('S1', 11)").unwrap();
    run(&owner, "USE SCENARIO Down; INSERT INTO Volume VALUES ('S1', 12)").unwrap();
    // This session would compute what is out of date with its next change.
    let told = world.run("RECALCULATE SCENARIO Up");
    assert!(told.contains("Up,Total,part,1,2,1") && !told.contains("Down"), "{told}");
    assert_eq!(world.run("SELECT * FROM Up.Total; SELECT * FROM Down.Total"), "France,22.0\nJapan,60.0\nFrance,20.0\nJapan,60.0");
    assert!(world.run("RECALCULATE SCENARIO Up, Down").contains("Down,Total,part,1,2,1"));
    assert_eq!(world.run("SELECT * FROM Down.Total"), "France,24.0\nJapan,60.0");
}

#[test]
fn a_scenario_that_cannot_be_computed_stops_no_other() {
    let app = Application::in_memory_with(Options { cell_limit: Some(5_000), ..Options::default() }).unwrap();
    let owner = app.owner_session().unwrap();
    let items = |of: &str| (0..100).map(|i| format!("('{of}{i}')")).collect::<Vec<_>>().join(", ");
    run(&owner, &format!("CREATE DIMENSION A (Name TEXT); INSERT INTO A VALUES {}", items("a"))).unwrap();
    run(&owner, &format!("CREATE DIMENSION B (Name TEXT); INSERT INTO B VALUES {}", items("b"))).unwrap();
    run(&owner, "CREATE METRIC Input NUMBER BY (A, B); CREATE METRIC Double NUMBER BY (A, B) AS Input * 2").unwrap();
    run(&owner, "CREATE SCENARIO Large FROM Base; CREATE SCENARIO Small FROM Base; SET autocalc = off").unwrap();
    let cells = |n: usize| (0..n).map(|i| format!("('a{}', 'b{}', 1)", i % 100, i / 100)).collect::<Vec<_>>().join(", ");
    run(&owner, &format!("USE SCENARIO Large; INSERT INTO Input VALUES {}", cells(6_000))).unwrap();
    run(&owner, &format!("USE SCENARIO Small; INSERT INTO Input VALUES {}", cells(3))).unwrap();
    let refused = run(&owner, "RECALCULATE ALL IN SCENARIO Large").unwrap_err().to_string();
    assert!(refused.contains("`Double` cannot be calculated"), "{refused}");
    for recalculate in ["RECALCULATE ALL IN SCENARIO Small", "RECALCULATE SCENARIO Small"] {
        run(&owner, recalculate).unwrap();
        assert_eq!(run(&owner, "SELECT COUNT(*) FROM Small.Double; SELECT COUNT(*) FROM Large.Double").unwrap(), "3\n0");
    }
}

/// 120 products, 40 stores and 36 months, with four cells of five: some blocks, of neighbouring products.
fn cube() -> World {
    let world = World::new();
    let list = |of: &str, n: usize, more: &dyn Fn(usize) -> String| {
        (0..n).map(|i| format!("('{of}{i}'{})", more(i))).collect::<Vec<_>>().join(", ")
    };
    let cells = (0..120usize).flat_map(|p| (0..40usize).flat_map(move |s| (0..36usize).map(move |m| (p, s, m))));
    let lines = cells.filter(|(p, s, m)| (p * 7 + s * 3 + m) % 5 != 0);
    let lines = lines.map(|(p, s, m)| format!("P{p},S{s},M{m},{}.37", (p * 31 + s * 17 + m * 5) % 97)).collect::<Vec<_>>();
    world.file("volume.csv", &format!("Product,Store,Month,Volume\n{}\n", lines.join("\n")));
    let prices = (0..120).flat_map(|p| (0..36).map(move |m| format!("P{p},M{m},{}.5", 1 + (p + m) % 13))).collect::<Vec<_>>();
    world.file("price.csv", &format!("Product,Month,Price\n{}\n", prices.join("\n")));
    world.run(&format!(
        "CREATE DIMENSION Category (Name TEXT); INSERT INTO Category VALUES {};
         CREATE DIMENSION Product (Name TEXT, Category Category); INSERT INTO Product VALUES {};
         CREATE DIMENSION Country (Name TEXT); INSERT INTO Country VALUES {};
         CREATE DIMENSION Store (Name TEXT, Country Country); INSERT INTO Store VALUES {};
         CREATE DIMENSION Year (Name TEXT); INSERT INTO Year VALUES {};
         CREATE DIMENSION Month (Name TEXT, Year Year); INSERT INTO Month VALUES {};
         CREATE METRIC Volume NUMBER BY (Product, Store, Month); COPY Volume FROM 'volume.csv';
         CREATE METRIC Price NUMBER BY (Product, Month); COPY Price FROM 'price.csv';
         CREATE METRIC Rate NUMBER BY (Country, Month); INSERT INTO Rate SELECT Country, Month, 1.25 FROM Country CROSS JOIN Month;
         CREATE METRIC Revenue NUMBER BY (Product, Store, Month) AS Volume * Price * Rate[BY: Store.Country];
         CREATE METRIC Cost NUMBER BY (Product, Store, Month) AS Volume * 0.3;
         CREATE METRIC Margin NUMBER BY (Product, Store, Month) AS Revenue - Cost;
         CREATE METRIC Running NUMBER BY (Product, Store, Month) AS CUMULATE(Revenue, Month, Month.Year);
         CREATE METRIC Smooth NUMBER BY (Product, Store, Month) AS IFDEFINED(Revenue, MOVINGAVERAGE(Revenue, 3, 0, Month));
         CREATE METRIC Growth NUMBER BY (Product, Store, Month) AS Revenue / Revenue[SELECT: Month - 12] - 1;
         CREATE METRIC Turned NUMBER BY (Month, Product, Store) AS Margin * 2;
         CREATE METRIC \"Turned Running\" NUMBER BY (Month, Product, Store) AS CUMULATE(Turned, Month, Month.Year);
         CREATE METRIC Weighted NUMBER BY (Category, Country, Month) AS (Margin * Volume)[BY: Product.Category, Store.Country] * 2;
         CREATE METRIC Large NUMBER BY (Product, Store, Month) AS IF(Revenue > 500, Revenue);
         CREATE METRIC Total NUMBER BY (Category, Country, Month) AS Margin[BY: Product.Category, Store.Country];",
        list("C", 12, &|_| String::new()),
        list("P", 120, &|i| format!(", 'C{}'", i / 10)),
        list("L", 5, &|_| String::new()),
        list("S", 40, &|i| format!(", 'L{}'", i % 5)),
        list("Y", 3, &|_| String::new()),
        list("M", 36, &|i| format!(", 'Y{}'", i / 12)),
    ));
    world
}

#[test]
fn edits_of_large_regions_come_to_the_bits_of_a_calculation_from_scratch() {
    let world = cube();
    let edits = [
        "UPDATE Price SET Price = Price * 1.05 WHERE Product.Category = 'C3'",
        "UPDATE Volume SET Volume = Volume * 1.1 WHERE Product.Category = 'C5'",
        "DELETE FROM Volume WHERE Product = 'P17' OR Product = 'P18' OR Product = 'P19' OR Product = 'P20' OR Product = 'P21'",
        "INSERT INTO Volume SELECT Product, Store, Month, 3.5 FROM Product CROSS JOIN Store CROSS JOIN Month WHERE Product.Category = 'C0'",
        "UPDATE Rate SET Rate = 1.3 WHERE Country = 'L2'",
        "UPDATE Price SET Price = 0.01 WHERE Product.Category = 'C7'",
        "DELETE FROM Price WHERE Product.Category = 'C9'",
        "UPDATE Volume SET Volume = Volume * 3 WHERE Product = 'P3' AND Store = 'S4'",
        "DELETE FROM Volume WHERE Product = 'P41' AND Month = 'M5'",
        "INSERT INTO Rate VALUES ('L1', 'M7', 9.75)",
    ];
    let owner = world.owner();
    for (at, edit) in edits.into_iter().enumerate() {
        run(&owner, &format!("SET autocalc = off; {edit}")).unwrap();
        let report = run(&owner, "RECALCULATE").unwrap();
        let told = |metric: &str| {
            let row: Vec<&str> = report.lines().find(|row| row.starts_with(&format!("Base,{metric},"))).unwrap().split(',').collect();
            (row[2].to_owned(), row[3].parse::<u64>().unwrap(), row[4].parse::<u64>().unwrap())
        };
        let (computed, visited, cells) = told("Revenue");
        // The rates of a country are read in all blocks.
        assert!(at == 4 || (computed == "part" && visited < cells / 2), "{edit}: {report}");
        // A few terms of a sum are exchanged, whether they are cells or have to be worked out: nothing else of their groups is read.
        assert!(at < 7 || told("Weighted").1 < 1_200, "{edit}: {report}");
        let again = run(&owner, "RECALCULATE ALL").unwrap();
        assert!(again.lines().count() == 11 && again.lines().all(|row| row.ends_with(",0")), "{edit}\n{report}\n{again}");
    }
    run(&owner, "SET autocalc = on; CREATE SCENARIO Up FROM Base; USE SCENARIO Up; UPDATE Price SET Price = Price * 1.2 WHERE Product.Category = 'C1'")
        .unwrap();
    let before = world.run("SELECT SUM(Margin), COUNT(*) FROM Up.Margin; SELECT * FROM Up.Total");
    run(&owner, "RECALCULATE ALL IN SCENARIO Up").unwrap();
    assert_eq!(world.run("SELECT SUM(Margin), COUNT(*) FROM Up.Margin; SELECT * FROM Up.Total"), before);
}

/// The largest term of a sum becomes too large for its type: its group is added up anew, and it is told once.
#[test]
fn a_term_that_becomes_too_large_is_told_once() {
    let world = World::with(
        "CREATE DIMENSION C (Name TEXT); INSERT INTO C VALUES ('c'); CREATE DIMENSION P (Name TEXT, C C);
         CREATE METRIC I INTEGER BY (P); CREATE METRIC V NUMBER BY (P);",
    );
    let rows = |value: &dyn Fn(usize) -> String| (0..100).map(|p| format!("('P{p}', {})", value(p))).collect::<Vec<_>>().join(", ");
    let value = |p: usize| if p == 3 { "1e15".to_owned() } else { "1.5".to_owned() };
    world.run(&format!(
        "INSERT INTO P VALUES {}; INSERT INTO I VALUES {}; INSERT INTO V VALUES {};
         CREATE METRIC T NUMBER BY (C) AS (ABS(I * I) * V)[BY: P.C] * 2;",
        rows(&|_| "'c'".to_owned()),
        rows(&|_| "1".to_owned()),
        rows(&value),
    ));
    let owner = world.owner();
    run(&owner, "SET autocalc = off; UPDATE I SET I = 4000000000 WHERE P = 'P3'").unwrap();
    for (recalculate, how) in [("RECALCULATE", "Base,T,part,"), ("RECALCULATE ALL", "Base,T,all,")] {
        let report = run(&owner, recalculate).unwrap();
        assert!(report.starts_with(how) && report.ends_with(",1"), "{report}");
        assert_eq!(run(&owner, "SELECT * FROM T").unwrap(), "c,297.0");
    }
}
