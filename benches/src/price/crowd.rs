//! Many people of few profiles: what it costs that each of them asks, and that one of them is granted something.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

use smalt::{Application, RightsKept, Session};
use smalt_benches::{Failure, ask};

use crate::args::Args;
use crate::cases::person;

/// What was measured.
pub(crate) struct Measured {
    /// What was done.
    pub(crate) what: &'static str,
    pub(crate) seconds: f64,
    /// What was compiled meanwhile.
    pub(crate) profiles: u64,
    pub(crate) masks: u64,
}

/// Steps, and what was kept after them.
pub(crate) fn measure(app: &Arc<Application>, owner: &Session, args: &Args) -> Result<(Vec<Measured>, RightsKept), Failure> {
    let mut steps = Vec::new();
    let mut step = |what, work: &mut dyn FnMut() -> Result<(), Failure>| {
        let (before, start) = (app.rights_kept(), Instant::now());
        work()?;
        let (seconds, after) = (start.elapsed().as_secs_f64(), app.rights_kept());
        let profiles = after.compiled_profiles - before.compiled_profiles;
        steps.push(Measured { what, seconds, profiles, masks: after.compiled_masks - before.compiled_masks });
        Ok::<_, Failure>(())
    };
    // A cell that is there.
    let found = ask::batches(owner, "SELECT Product, Store, Month FROM Revenue LIMIT 1;")?;
    let place = (0..3).map(|column| Ok(ask::texts(&found, column)?.pop().ok_or("no cell")?)).collect::<Result<Vec<_>, Failure>>()?;
    let place = place.iter().map(String::as_str).collect::<Vec<_>>();
    let reads = |number: usize| -> Result<bool, Failure> { Ok(app.session(&person(number))?.cell("Revenue", &place)?.is_some()) };
    let counts = |number: usize| -> Result<f64, Failure> {
        Ok(ask::row(&app.session(&person(number))?, "SELECT COUNT(*) FROM Revenue;")?.first().copied().unwrap_or(0.0))
    };
    let mut first = Vec::new();
    step("everybody opens a session and reads a cell", &mut || {
        first = (0..args.people).map(reads).collect::<Result<Vec<_>, _>>()?;
        Ok(())
    })?;
    if !(0..args.people).all(|number| first.get(number) == first.get(number % args.profiles)) || first.iter().all(|sees| *sees) {
        return Err("people of one profile read other cells, or all people the same ones".into());
    }
    step("everybody does so again", &mut || {
        let again = (0..args.people).map(reads).collect::<Result<Vec<_>, _>>()?;
        if again == first { Ok(()) } else { Err("an answer has changed".into()) }
    })?;
    let mut cells = HashSet::new();
    step("one person of each profile counts all cells", &mut || {
        (0..args.profiles).try_for_each(|number| counts(number).map(|count| cells.extend([count as u64])))
    })?;
    step("another one of each profile does so", &mut || {
        let others = (args.profiles..2 * args.profiles).map(|number| Ok(counts(number)? as u64));
        let others = others.collect::<Result<HashSet<_>, Failure>>()?;
        if others == cells { Ok(()) } else { Err("people of one profile count other cells".into()) }
    })?;
    let cell = "COPY Volume FROM 't3b_volume.parquet' (product_id -> Product, store_id -> Store, month_id -> Month, new_value -> Volume);";
    step("one cell of Volume is changed", &mut || ask::run(owner, cell))?;
    step("one person of each profile counts all cells", &mut || {
        let again = (0..args.profiles).map(|number| Ok(counts(number)? as u64)).collect::<Result<HashSet<_>, Failure>>()?;
        if again == cells { Ok(()) } else { Err("an answer has changed".into()) }
    })?;
    let one_right = format!("INSERT INTO \"Country Rights\" (User, Country, \"Country Rights\") VALUES ('{}', '24', 'r.');", person(8));
    step("one right of one person is set", &mut || ask::run(owner, &one_right))?;
    step("that person reads a cell", &mut || reads(8).map(drop))?;
    step("everybody does", &mut || (0..args.people).try_for_each(|number| reads(number).map(drop)))?;
    step("one person is given another role", &mut || ask::run(owner, &format!("GRANT ROLE Reader TO USER '{}';", person(7))))?;
    step("that person reads a cell", &mut || reads(7).map(drop))?;
    step("everybody does", &mut || (0..args.people).try_for_each(|number| reads(number).map(drop)))?;
    if !reads(7)? {
        return Err("a grant shows nothing".into());
    }
    let kept = app.rights_kept();
    Ok((steps, kept))
}
