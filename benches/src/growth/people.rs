//! More people, each with rights of their own.

use std::path::Path;

use smalt_benches::{Failure, ask};

use crate::model::{Loaded, PLANBENCH, middle_ms, times};
use crate::{head, row};

/// How many people there are, one step after the other.
const STEPS: [usize; 4] = [100, 1_000, 10_000, 100_000];
/// People in one statement.
const AT_ONCE: usize = 1_000;
const RUNS: usize = 25;

/// Rights by country: reading what is allowed, nothing else.
const RULES: &str = "CREATE ROLE Watcher PERMISSIONS (\"Display Application\", \"Open Boards\") READ UNSPECIFIED WRITE DENIED;
    CREATE METRIC \"Country Rights\" ACCESS RIGHTS BY (User, Country);
    CREATE RULE countries APPLY READ OF \"Country Rights\" THROUGH Store.Country TO ALL METRICS WITH (Store);";

pub(crate) fn measure(folder: &Path) -> Result<(), Failure> {
    head(&[
        "people",
        "one granted, ms",
        "one's first question, ms",
        "the same again, ms",
        "a cell written, ms",
        "a question of the owner, ms",
    ]);
    let (loaded, _) = Loaded::of(&PLANBENCH, folder)?;
    loaded.run("ALTER APPLICATION SET INHERITANCE OFF;")?;
    loaded.run(RULES)?;
    let question = "SELECT Product.Category, SUM(Revenue) FROM Revenue GROUP BY 1;";
    let mut people = 0;
    for step in STEPS {
        while people < step {
            let until = step.min(people + AT_ONCE);
            let list = |one: &dyn Fn(usize) -> String| (people..until).map(one).collect::<Vec<_>>().join(", ");
            let users = list(&|n| format!("('p{n}')"));
            let rights = list(&|n| format!("('p{n}', '{}', 'r.')", n % 25));
            loaded.run(&format!(
                "BEGIN; INSERT INTO User (Name) VALUES {users}; INSERT INTO \"Country Rights\" (User, Country, \"Country Rights\") VALUES {rights}; COMMIT;"
            ))?;
            people = until;
        }
        loaded.run("GRANT ROLE Watcher TO ALL USERS;")?;
        let granted = times(RUNS, |at| {
            let country = (at + 7) % 25;
            loaded.run(&format!(
                "INSERT INTO \"Country Rights\" (User, Country, \"Country Rights\") VALUES ('p{}', '{country}', 'r.');",
                at * 3
            ))
        })?;
        // Each time somebody who has not asked before.
        let person = |at: usize| loaded.app.session(&format!("p{}", people - 1 - at));
        let asks = |at: usize| -> Result<(), Failure> { ask::batches(&person(at)?, question).map(drop) };
        let (first, again) = (times(RUNS, asks)?, times(RUNS, asks)?);
        let written = times(RUNS, |at| loaded.run(&format!("INSERT INTO Price (Product, Month, Price) VALUES ('3', '4', {at}.5);")))?;
        let owner = times(RUNS, |_| ask::batches(&loaded.owner, question).map(drop))?;
        row(&[people.to_string(), middle_ms(&granted), middle_ms(&first), middle_ms(&again), middle_ms(&written), middle_ms(&owner)]);
    }
    Ok(())
}
