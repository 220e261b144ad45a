//! More and more commits to one application: what they hold, and what the next one costs.

use std::path::Path;

use smalt_benches::{Failure, ask};

use crate::model::{Loaded, PLANBENCH, middle_ms, timed, times};
use crate::{head, row};

const STEPS: [usize; 5] = [1, 10, 100, 1_000, 10_000];
const RUNS: usize = 15;

pub(crate) fn measure(folder: &Path) -> Result<(), Failure> {
    head(&["commits", "MB held", "a commit since the line before, ms", "a question, ms", "the same as of the oldest kept revision, ms"]);
    let (loaded, _) = Loaded::of(&PLANBENCH, folder)?;
    let question = "SELECT Product.Category, SUM(Revenue) FROM Revenue";
    let kept = || ask::numbers(&ask::batches(&loaded.owner, "SHOW REVISIONS;")?, 0);
    // Before it there were no metrics.
    let first = kept()?.into_iter().fold(0.0, f64::max);
    let mut commits = 0;
    for step in STEPS {
        let mut took = Vec::new();
        while commits < step {
            // Another cell, and so another block and other totals, each time.
            let (product, month) = (commits * 7 % 90, commits % 36);
            let write = format!("INSERT INTO Price (Product, Month, Price) VALUES ('{product}', '{month}', {}.25);", commits % 100 + 1);
            took.push(timed(|| loaded.run(&write))?);
            commits += 1;
        }
        took.sort_by(f64::total_cmp);
        let held = loaded.held()? / 1_000_000;
        let now = times(RUNS, |_| ask::batches(&loaded.owner, &format!("{question} GROUP BY 1;")).map(drop))?;
        let oldest = kept()?.into_iter().filter(|number| *number >= first).fold(f64::INFINITY, f64::min);
        let then = times(RUNS, |_| ask::batches(&loaded.owner, &format!("{question} AS OF REVISION {oldest} GROUP BY 1;")).map(drop))?;
        row(&[commits.to_string(), held.to_string(), middle_ms(&took), middle_ms(&now), middle_ms(&then)]);
    }
    Ok(())
}
