//! T5: ten scenarios with other prices, each compared with Base.

use serde_json::json;

use crate::Failure;
use crate::ask;
use crate::expected::{Numbers, differences};
use crate::harness::{Harness, Loaded};
use crate::line::Step;

/// How many, each with the prices of another category raised.
const SCENARIOS: usize = 10;

/// Scenarios are made, changed, computed and compared. What is asked for, and what it reads, is computed: Revenue, COGS and GrossMargin, as by the
/// other systems.
pub(crate) fn scenarios(harness: &mut Harness<'_>, loaded: &Loaded) -> Result<(), Failure> {
    let session = loaded.app.owner_session()?;
    ask::run(&session, "SET autocalc = off;")?;
    let (mut creating, mut computing) = (0.0, 0.0);
    let (seconds, found) = harness.timed(|| {
        let (mut scenario_sum, mut diff_sum) = (0.0, 0.0);
        let by_category = "SELECT Product.Category, SUM(GrossMargin) FROM GrossMargin GROUP BY 1 ORDER BY 1;";
        ask::run(&session, "USE SCENARIO Base;")?;
        let base = ask::numbers(&ask::batches(&session, by_category)?, 1)?;
        for number in 0..SCENARIOS {
            let begun = std::time::Instant::now();
            ask::run(&session, &format!("CREATE SCENARIO \"Plan {number}\" FROM Base;"))?;
            creating += begun.elapsed().as_secs_f64();
            let begun = std::time::Instant::now();
            let change = format!("UPDATE Price SET Price = Price * 1.05 WHERE Product.Category = '{number}';");
            ask::run(&session, &format!("USE SCENARIO \"Plan {number}\"; {change} RECALCULATE METRIC Revenue, COGS, GrossMargin;"))?;
            computing += begun.elapsed().as_secs_f64();
            let here = ask::numbers(&ask::batches(&session, by_category)?, 1)?;
            scenario_sum += here.iter().sum::<f64>();
            diff_sum += here.iter().zip(&base).map(|(here, base)| here - base).sum::<f64>();
        }
        Ok(Numbers::from([
            ("base_sum".to_owned(), base.iter().sum()),
            ("scenario_sum".to_owned(), scenario_sum),
            ("diff_sum".to_owned(), diff_sum),
        ]))
    })?;
    let wrong = harness.expected.as_ref().map(|e| differences(&found, &e.numbers(&["T5"]), ""));
    let step = Step::new("T5", seconds).checked(wrong);
    harness.emit(step.with("creating", json!(creating)).with("computing", json!(computing)))?;
    // The tasks after it find what was there before.
    ask::run(&session, "USE SCENARIO Base;")?;
    (0..SCENARIOS).try_for_each(|number| ask::run(&session, &format!("DROP SCENARIO \"Plan {number}\";")))
}
