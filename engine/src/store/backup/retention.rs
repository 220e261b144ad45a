//! Which backups stay.

use std::collections::BTreeSet;

use super::catalog::{AUDIT, Backup, CHECKPOINTS, LOG, PARTS, name};
use super::place::Backups;
use super::report::BackupOptions;
use crate::audit::Moment;
use crate::error::Error;

const DAY: i64 = 86_400_000;

/// How many backups are kept, or how long. One stays as long as either says so, and the newest always; where neither is set all do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// So many of the newest.
    pub last: Option<u32>,
    /// Those of the last days.
    pub days: Option<u32>,
}

impl Retention {
    pub(super) fn is_some(&self) -> bool {
        self.last.is_some() || self.days.is_some()
    }

    /// Whether a backup stays, of which so many are newer.
    fn keeps(&self, newer: usize, taken: Moment, now: Moment) -> bool {
        let is_young = |days: u32| now.milliseconds() - taken.milliseconds() <= i64::from(days) * DAY;
        newer == 0
            || !self.is_some()
            || self.last.is_some_and(|last| newer < usize::try_from(last).unwrap_or(usize::MAX))
            || self.days.is_some_and(is_young)
    }
}

/// Takes away the backups that need not stay, and what no other one needs. Gives their numbers, or why they are still there.
pub(super) fn apply(
    place: &Backups,
    before: &[Backup],
    newest: &Backup,
    options: &BackupOptions,
    now: Moment,
) -> (Vec<u64>, Option<String>) {
    if !options.retention.is_some() {
        return (Vec::new(), None);
    }
    let all: Vec<&Backup> = before.iter().chain([newest]).collect();
    let keeps = |(at, backup): &(usize, &Backup)| options.retention.keeps(all.len() - 1 - at, backup.catalog.taken, now);
    let (kept, gone): (Vec<_>, Vec<_>) = all.iter().copied().enumerate().partition(keeps);
    let kept: Vec<&Backup> = kept.into_iter().map(|(_, backup)| backup).collect();
    let gone: Vec<u64> = gone.into_iter().map(|(_, backup)| backup.number).collect();
    match remove(place, &kept, &gone) {
        Ok(()) => (gone, None),
        Err(e) => (Vec::new(), Some(e.to_string())),
    }
}

fn remove(place: &Backups, kept: &[&Backup], gone: &[u64]) -> Result<(), Error> {
    if gone.is_empty() {
        return Ok(());
    }
    // First what names them, so that no backup is ever there of which a part is gone.
    gone.iter().try_for_each(|number| place.remove(&name(*number)))?;
    let needed: BTreeSet<String> =
        kept.iter().flat_map(|backup| backup.catalog.objects()).map(|(folder, file)| format!("{folder}/{}", file.name)).collect();
    for folder in [PARTS, CHECKPOINTS, LOG, AUDIT] {
        for object in place.list(folder)?.into_keys().filter(|object| !needed.contains(object)) {
            place.remove(&object)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_newest_stays_and_of_the_others_those_that_either_setting_keeps() {
        let at = |day: u32| Moment::parse(&format!("2026-11-{day:02}")).unwrap();
        let keeps = |last, days, newer, day| Retention { last, days }.keeps(newer, at(day), at(20));
        assert!(keeps(None, None, 9, 1));
        assert!(keeps(Some(0), Some(0), 0, 1));
        assert!(keeps(Some(2), None, 1, 1) && !keeps(Some(2), None, 2, 19));
        assert!(keeps(None, Some(5), 9, 15) && !keeps(None, Some(5), 9, 14));
        assert!(keeps(Some(2), Some(5), 1, 1) && keeps(Some(2), Some(5), 7, 16) && !keeps(Some(2), Some(5), 2, 14));
    }
}
