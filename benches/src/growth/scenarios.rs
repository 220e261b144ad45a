//! More scenarios of one application.

use std::path::Path;

use smalt_benches::{Failure, ask, memory};

use crate::model::{Loaded, PLANBENCH, middle_ms, timed, times};
use crate::{head, row};

const STEPS: [usize; 4] = [1, 10, 100, 1_000];
const RUNS: usize = 15;

pub(crate) fn measure(folder: &Path) -> Result<(), Failure> {
    head(&[
        "scenarios",
        "one made, ms",
        "one made, changed and computed, ms",
        "MB for each",
        "a cell of Base written, ms",
        "a cell of one written, ms",
        "a question to one, ms",
        "a question to Base, ms",
        "ten computed from scratch: one by one, in one statement, ms",
    ]);
    let (loaded, _) = Loaded::of(&PLANBENCH, folder)?;
    let question = "SELECT Product.Category, SUM(GrossMargin) FROM GrossMargin GROUP BY 1;";
    let mut scenarios = 0;
    for step in STEPS {
        let (mut made, mut changed, before, first) = (Vec::new(), Vec::new(), memory::held_bytes().unwrap_or(0), scenarios);
        while scenarios < step {
            made.push(timed(|| loaded.run(&format!("CREATE SCENARIO \"S {scenarios}\" FROM Base;")))?);
            let change = format!("UPDATE Price SET Price = Price * 1.05 WHERE Product = '{}';", scenarios % 90);
            let took = timed(|| loaded.run(&format!("USE SCENARIO \"S {scenarios}\"; {change} USE SCENARIO Base;")))?;
            changed.push(took + made.last().copied().unwrap_or(0.0));
            scenarios += 1;
        }
        made.sort_by(f64::total_cmp);
        changed.sort_by(f64::total_cmp);
        let grown = memory::held_bytes().unwrap_or(0).saturating_sub(before) as f64 / 1e6 / (scenarios - first) as f64;
        let write = |at: usize| format!("INSERT INTO Price (Product, Month, Price) VALUES ('5', '4', {at}.5);");
        let in_base = times(RUNS, |at| loaded.run(&write(at)))?;
        loaded.run(&format!("USE SCENARIO \"S {}\";", scenarios - 1))?;
        let in_one = times(RUNS, |at| loaded.run(&write(at)))?;
        let of_one = times(RUNS, |_| ask::batches(&loaded.owner, question).map(drop))?;
        loaded.run("USE SCENARIO Base;")?;
        let of_base = times(RUNS, |_| ask::batches(&loaded.owner, question).map(drop))?;
        let ten: Vec<String> = (0..scenarios.min(10)).map(|n| format!("\"S {n}\"")).collect();
        let each = timed(|| ten.iter().try_for_each(|name| loaded.run(&format!("RECALCULATE ALL IN SCENARIO {name};"))))?;
        let together = timed(|| loaded.run(&format!("RECALCULATE ALL IN SCENARIO {};", ten.join(", "))))?;
        row(&[
            scenarios.to_string(),
            middle_ms(&made),
            middle_ms(&changed),
            format!("{grown:.2}"),
            middle_ms(&in_base),
            middle_ms(&in_one),
            middle_ms(&of_one),
            middle_ms(&of_base),
            format!("{:.0}, {:.0}", each * 1e3, together * 1e3),
        ]);
    }
    Ok(())
}
