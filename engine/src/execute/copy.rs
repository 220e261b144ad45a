//! COPY … FROM a file.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Change;
use super::target::{Handling, Target, Wrote};
use crate::fault::{Done, Fault};
use crate::files::{self, Destination};
use crate::load::source::open;
use crate::load::write::adds_up;
use crate::load::{Plan, Source, Until};
use crate::outcome::Table;
use crate::output::{Form, write};
use crate::statement::ast::{Copy, CopyOptions, Duplicates};

pub(super) fn copy(change: &mut Change<'_>, copy: &Copy) -> Done<String> {
    let target = Target::find(change, copy.scenario.as_ref(), &copy.target)?;
    check(&target, &copy.options).map_err(|fault| fault.at(copy.target.at))?;
    let path = files::find(change.folders, &copy.file.text).map_err(|f| f.at(copy.file.at))?;
    let rejects = match &copy.options.rejects {
        None => None,
        Some(name) => {
            let place = rejects(change, &name.text).map_err(|fault| fault.at(name.at))?;
            if place.is(&path) {
                return Err(Fault::new(format!("`{}` is the file that is loaded", name.text)).at(name.at));
            }
            Some(place)
        }
    };
    let load = || {
        let source = open(&path, &copy.file.text).map_err(|f| f.at(copy.file.at))?;
        let mut source = Until { source, stop: change.stop };
        load(change, &target, copy, &mut source)
    };
    // The readers of file formats are not ours: a file that trips one must not take the host along.
    let wrote = catch_unwind(AssertUnwindSafe(load))
        .unwrap_or_else(|_| Err(Fault::new(format!("`{}` cannot be read: its content is broken", copy.file.text))))
        .map_err(|fault| fault.at(copy.file.at))?;
    let mut said = format!("{} copied into `{}`", count(wrote.rows), target.name());
    let skipped = wrote.rejected.as_ref().map_or(0, |rejected| rejected.row_count() as u64);
    if skipped > 0 {
        said.push_str(&format!(", {} skipped", count(skipped)));
    }
    if wrote.created > 0 {
        said.push_str(&format!(", {} item{} created", wrote.created, if wrote.created == 1 { "" } else { "s" }));
    }
    if let Some(place) = rejects {
        // Without a row too: a file of another day must not stand there as if it were of this load.
        let rejected = wrote.rejected.unwrap_or_else(|| Table::of_texts(&[], Vec::new()));
        change.work.files.push(place.write(|out| write(Form::Csv, &rejected, out, &mut |_| {}))?);
    }
    Ok(said)
}

fn load(change: &mut Change<'_>, target: &Target, copy: &Copy, source: &mut dyn Source) -> Done<Wrote> {
    if source.columns().is_empty() && source.rows() == Some(0) {
        // An empty result as JSON is an empty array, which names no columns.
        let rejected = copy.options.rejects.is_some().then(|| Table::of_texts(&[], Vec::new()));
        target.check_guard(change, &Plan { slots: Vec::new(), selected: Vec::new() })?;
        return Ok(Wrote { rows: 0, created: 0, rejected });
    }
    let goals = target.goals(change.work.draft.schema());
    let mut plan = match &copy.columns {
        Some(maps) => Plan::by_map(&goals, source, target.name(), maps, change.work.draft.schema())?,
        None => Plan::by_name(&goals, source)?,
    };
    if copy.options.rejects.is_some() {
        plan.select_all(source.columns().len());
    }
    target.check_guard(change, &plan)?;
    let how = Handling { unknown: copy.options.unknown, duplicates: copy.options.duplicates };
    target.write(change, &plan, source, how)
}

/// Refuses options that say nothing for what is loaded.
fn check(target: &Target, options: &CopyOptions) -> Done {
    match (target, options.duplicates) {
        (_, Duplicates::Error) | (Target::Metric(_), Duplicates::Last) | (Target::Dimension(_), Duplicates::Last) => Ok(()),
        (Target::Metric(def), Duplicates::Sum) if adds_up(def.ty) => Ok(()),
        (Target::Metric(def), Duplicates::Sum) => {
            Err(Fault::new(format!("the cells of `{}` are no numbers, so they cannot be added", def.name))
                .help("`duplicates = last` takes the last one"))
        }
        (Target::Dimension(def), Duplicates::Sum) => {
            Err(Fault::new(format!("the items of `{}` cannot be added", def.name)).help("`duplicates = last` takes the last row of each"))
        }
        (Target::List(def), _) => {
            Err(Fault::new(format!("each row of the file is a row of `{}`, so none is there twice", def.name))
                .help("leave `duplicates` out"))
        }
    }
}

/// Where the rows go that are left out.
fn rejects(change: &Change<'_>, name: &str) -> Done<Destination> {
    if !name.to_ascii_lowercase().ends_with(".csv") {
        return Err(Fault::new(format!("`{name}` is no kind of file for rejects")).help("its name must end in .csv"));
    }
    files::destination(change.folders, name)
}

/// `1 row`, `3 rows`.
pub(super) fn count(rows: u64) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") }
}
