//! COPY … FROM a file.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Change;
use super::target::Target;
use crate::fault::{Done, Fault};
use crate::files;
use crate::load::source::open;
use crate::load::{Plan, Source};
use crate::statement::ast::{Copy, CopyOptions, Duplicates, Unknown};

pub(super) fn copy(change: &mut Change<'_>, copy: &Copy) -> Done<String> {
    refuse_options(&copy.options)?;
    let target = Target::find(change, &copy.target)?;
    let path = files::find(change.folders, &copy.file.text).map_err(|f| f.at(copy.file.at))?;
    let load = || {
        let mut source = open(&path, &copy.file.text).map_err(|f| f.at(copy.file.at))?;
        load(change, &target, copy, source.as_mut())
    };
    // The readers of file formats are not ours: a file that trips one must not take the host along.
    let rows = catch_unwind(AssertUnwindSafe(load))
        .unwrap_or_else(|_| Err(Fault::new(format!("`{}` cannot be read: its content is broken", copy.file.text))))
        .map_err(|fault| fault.at(copy.file.at))?;
    Ok(format!("{} copied into `{}`", count(rows), target.name()))
}

fn load(change: &mut Change<'_>, target: &Target, copy: &Copy, source: &mut dyn Source) -> Done<u64> {
    let goals = target.goals(change.work.draft.schema());
    let plan = match &copy.columns {
        Some(maps) => Plan::by_map(&goals, source, target.name(), maps, change.work.draft.schema())?,
        None => Plan::by_name(&goals, source)?,
    };
    target.check_guard(change, &plan)?;
    target.write(change, &plan, source)
}

fn refuse_options(options: &CopyOptions) -> Done {
    let refused = match (options.unknown, options.duplicates, &options.rejects) {
        (Unknown::Create, ..) => "unknown = create",
        (Unknown::Skip, ..) => "unknown = skip",
        (_, Duplicates::Sum, _) => "duplicates = sum",
        (_, Duplicates::Last, _) => "duplicates = last",
        (.., Some(_)) => "rejects",
        _ => return Ok(()),
    };
    Err(Fault::not_yet(format!("COPY … WITH ({refused})")))
}

/// `1 row`, `3 rows`.
pub(super) fn count(rows: u64) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") }
}
