//! Scripts that are given up, how far loads are meanwhile, and what becomes of an open transaction.

use smalt::{Outcome, Progress, ResultSink, Session, Stop, Table};

use crate::world::{World, run};

/// Stops a script at its first word of progress, or at its first result.
#[derive(Default)]
struct Stopping {
    stop: Stop,
    at_results: bool,
    seen: Vec<Progress>,
    tables: usize,
}

impl ResultSink for Stopping {
    fn table(&mut self, _: usize, _: &Table) {
        self.tables += 1;
        if self.at_results {
            self.stop.stop();
        }
    }

    fn message(&mut self, _: usize, _: &str) {}

    fn progress(&mut self, progress: &Progress) {
        self.seen.push(progress.clone());
        if !self.at_results {
            self.stop.stop();
        }
    }
}

/// Rows enough for several chunks of a file.
fn world() -> World {
    let world = World::with("CREATE LIST L (Note TEXT); CREATE LIST M (Note TEXT);");
    world.file("notes.csv", &format!("Note\n{}", "some words\n".repeat(200_000)));
    world
}

fn given_up(session: &Session, script: &str, mut sink: Stopping) -> (smalt::ScriptError, Stopping) {
    let stop = sink.stop.clone();
    let error = session.run_until(script, &mut sink, &stop).unwrap_err();
    (error, sink)
}

#[test]
fn a_load_is_given_up_in_the_middle_and_nothing_of_it_stays() {
    let world = world();
    let (error, sink) = given_up(&world.owner(), "COPY L FROM 'notes.csv'; INSERT INTO M VALUES ('a');", Stopping::default());
    assert_eq!((error.statement, error.message.as_str()), (1, "the load was cancelled"));
    assert!(!sink.seen.is_empty() && !error.rolled_back);
    assert_eq!(world.run("SELECT COUNT(*) FROM L; SELECT COUNT(*) FROM M"), "0\n0");
}

#[test]
fn no_statement_begins_behind_one_at_which_a_script_is_given_up() {
    let world = world();
    let sink = Stopping { at_results: true, ..Stopping::default() };
    let (error, sink) = given_up(&world.owner(), "SELECT 1;\n INSERT INTO M VALUES ('a');", sink);
    assert_eq!((error.statement, error.line, error.column, sink.tables), (2, 2, 2, 1));
    assert_eq!(error.message, "the script was cancelled");
    assert_eq!(world.run("SELECT COUNT(*) FROM M"), "0");
}

#[test]
fn a_load_tells_how_much_of_its_file_is_read() {
    let world = world();
    world.run("COPY L FROM 'notes.csv'; COPY (SELECT * FROM L) TO 'notes.arrow';");
    for (file, ending) in [("notes.csv", ", bytes"), ("notes.arrow", ", bytes")] {
        let size = std::fs::metadata(world.folder.path().join(file)).unwrap().len();
        let mut sink = Stopping { at_results: true, ..Stopping::default() };
        world.owner().run(&format!("COPY M FROM '{file}'"), &mut sink).unwrap();
        let seen: Vec<_> = sink.seen.iter().filter(|progress| progress.what.ends_with(ending)).collect();
        assert!(seen.len() > 1, "{file}: {:?}", sink.seen);
        assert!(seen.iter().all(|p| p.total.is_some_and(|total| p.done <= total && total <= size && total > size / 2)), "{file}: {seen:?}");
        assert!(seen.windows(2).all(|two| two[0].done <= two[1].done), "{file}: {seen:?}");
        assert!(seen.first().unwrap().done < size && seen.last().unwrap().done > size * 9 / 10, "{file}: {seen:?}");
    }
}

#[test]
fn an_error_says_whether_a_transaction_went_with_it() {
    let world = World::with("CREATE LIST L (Note TEXT)");
    let owner = world.owner();
    let refused = |script: &str| owner.run(script, &mut Outcome::default()).unwrap_err();
    assert!(!refused("SELECT * FROM Nothing").rolled_back);
    assert!(refused("BEGIN; SELECT * FROM Nothing").rolled_back);
    assert!(refused("BEGIN; INSERT INTO L VALUES ('a'); SELEC 1").rolled_back);
    assert!(refused("BEGIN; BEGIN").rolled_back);
    assert!(!refused("COMMIT").rolled_back);
    assert!(!refused("BEGIN; COMMIT; SELECT * FROM Nothing").rolled_back);
    // What COMMIT itself refuses is gone too.
    assert!(refused("BEGIN; CREATE METRIC A NUMBER AS Nothing; COMMIT").rolled_back);
    assert_eq!(run(&owner, "SELECT * FROM L").unwrap(), "");
    run(&owner, "BEGIN").unwrap();
    assert!(refused("SELECT 'a").rolled_back && !owner.is_in_transaction());
}

#[test]
fn a_snapshot_has_the_names_of_what_its_person_may_see() {
    let world = World::with(
        "CREATE DIMENSION Store (Code TEXT); CREATE METRIC Sales NUMBER BY (Store); CREATE METRIC Cost NUMBER BY (Store);
         CREATE TABLE PnL OF (Sales, Cost); CREATE VIEW Best (Store, Most) AS SELECT Store, Sales FROM Sales;
         CREATE METRIC Secret NUMBER BY (Store); CREATE TABLE Hidden OF (Secret); CREATE VIEW Sealed AS SELECT * FROM Secret;
         CREATE SCENARIO Upside; CREATE SCENARIO Closed; CREATE USER 'ann'; INSERT INTO Store VALUES ('S1'); INSERT INTO Sales VALUES ('S1', 1);
         INSERT INTO Cost VALUES ('S1', 1); INSERT INTO Secret VALUES ('S1', 1);
         CREATE ROLE Planner PERMISSIONS (\"Display Application\", \"Open Boards\") READ ALLOWED WRITE DENIED; GRANT ROLE Planner TO USER 'ann';
         CREATE METRIC Rights ACCESS RIGHTS BY (User); INSERT INTO Rights VALUES ('ann', '--'); CREATE RULE secret APPLY READ OF Rights TO Secret;
         GRANT NONE ON SCENARIO Closed TO ROLE Planner;",
    );
    let names = |session: &Session| {
        let snapshot = session.snapshot().unwrap();
        let blocks: Vec<String> =
            snapshot.blocks().iter().filter(|block| !block.is_dimension).map(|block| block.name.to_string()).collect();
        (blocks.join(" "), snapshot.scenarios().join(" "))
    };
    let (blocks, scenarios) = names(&world.owner());
    assert_eq!((blocks.as_str(), scenarios.as_str()), ("Best Cost Hidden PnL Rights Sales Sealed Secret", "Base Upside Closed"));
    let ann = world.app.session("ann").unwrap();
    let (blocks, scenarios) = names(&ann);
    assert_eq!((blocks.as_str(), scenarios.as_str()), ("Best Cost PnL Sales", "Base Upside"));
    let columns = |name: &str| {
        let blocks = ann.snapshot().unwrap().blocks();
        let found = blocks.iter().find(|block| &*block.name == name).unwrap();
        found.columns.iter().map(|(name, of)| format!("{name}:{}", of.as_deref().unwrap_or(""))).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(columns("PnL"), "Store:Store Sales: Cost:");
    assert_eq!(columns("Best"), "Store: Most:");
}
