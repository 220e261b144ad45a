//! What scenarios have in common is there once.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::sync::Arc;

use smalt_model::Block;
use smalt_vault::Cells;

use crate::{Application, Outcome};

/// 90,000 cells in several blocks, and as many that are computed.
const MODEL: &str = "
    CREATE DIMENSION A (Name TEXT); CREATE DIMENSION B (Name TEXT);
    INSERT INTO A SELECT 'a' || value FROM generate_series(1, 300); INSERT INTO B SELECT 'b' || value FROM generate_series(1, 300);
    CREATE METRIC Volume NUMBER BY (A, B);
    CREATE METRIC Double NUMBER BY (A, B) AS Volume * 2;
    INSERT INTO Volume SELECT A.Name, B.Name, A.Position * 1000 + B.Position FROM A CROSS JOIN B;";

fn cells(app: &Application, scenario: &str, metric: &str) -> Arc<Cells> {
    let world = app.world();
    let scenario = world.scenarios.find(scenario).unwrap();
    let revision = &world.state(scenario.id).unwrap().revision;
    match revision.schema().find(metric) {
        Some(Block::Metric(id)) => revision.cells(id).unwrap(),
        other => panic!("{other:?}"),
    }
}

/// Where the blocks of some cells are.
fn blocks(cells: &Cells) -> BTreeSet<usize> {
    let body = cells.narrow().unwrap();
    (0..body.block_count()).filter_map(|block| body.block_address(block)).collect()
}

#[test]
fn making_a_scenario_copies_nothing_and_changing_one_the_blocks_that_change() {
    let app = Application::in_memory().unwrap();
    let run = |script: &str| app.owner_session().unwrap().run(script, &mut Outcome::default()).unwrap();
    run(MODEL);
    run("CREATE SCENARIO Plan FROM Base; CREATE SCENARIO \"Plan of it\" FROM Plan;");
    for metric in ["Volume", "Double"] {
        assert_eq!(cells(&app, "Base", metric).len(), 90_000);
        assert!(blocks(&cells(&app, "Base", metric)).len() > 4);
        for scenario in ["Plan", "Plan of it"] {
            assert!(Arc::ptr_eq(&cells(&app, "Base", metric), &cells(&app, scenario, metric)), "{metric} of {scenario}");
        }
    }
    run("USE SCENARIO Plan; INSERT INTO Volume VALUES ('a7', 'b7', 1);");
    for metric in ["Volume", "Double"] {
        let (base, plan) = (blocks(&cells(&app, "Base", metric)), blocks(&cells(&app, "Plan", metric)));
        assert_eq!((base.len(), base.difference(&plan).count(), plan.difference(&base).count()), (plan.len(), 1, 1), "{metric}");
        assert!(Arc::ptr_eq(&cells(&app, "Base", metric), &cells(&app, "Plan of it", metric)), "{metric}");
    }
}
