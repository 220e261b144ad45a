//! Which backups an application of a certain moment is made of.

use super::super::keys::KeyProvider;
use super::catalog::{Backup, RecordsEntry, numbers};
use super::place::Backups;
use super::report::Target;
use crate::audit::{Moment, Timeline};
use crate::error::Error;

/// What a restore reads.
pub(super) struct Chain {
    /// The backup whose checkpoint is taken.
    pub(super) base: Backup,
    /// The backup whose audit is taken, the same one or a later one of its history.
    pub(super) last: Backup,
    /// The records to be made again, in order.
    pub(super) log: Vec<RecordsEntry>,
    /// The revision that comes of it.
    pub(super) revision: u64,
}

impl Chain {
    /// What a target is made of.
    ///
    /// # Errors
    /// No backup has it, or backups cannot be read.
    pub(super) fn to(target: &Target, place: &Backups, keys: Option<&dyn KeyProvider>) -> Result<Chain, Error> {
        let numbers = numbers(place)?;
        let newest = *numbers.last().ok_or_else(|| Error::refused(format!("there is no backup in `{place}`")))?;
        let read = |number| Backup::read(place, number, keys);
        match target {
            Target::Newest => read(newest).map(Chain::of_one),
            Target::Backup(number) if numbers.contains(number) => read(*number).map(Chain::of_one),
            Target::Backup(number) => Err(Error::refused(format!("there is no backup {number} in `{place}`"))),
            Target::Revision(revision) => Chain::to_revision(*revision, &numbers, place, keys),
            Target::Time(time) => {
                let moment = Moment::parse(time).ok_or_else(|| Error::refused(format!("`{time}` is no date and no time")))?;
                let last = read(newest)?;
                let mut timeline = Timeline::upto(moment);
                last.each_line(place, |line| timeline.step(line))?;
                match timeline.revision() {
                    Some(revision) => Chain::to_revision(revision, &numbers, place, keys),
                    None => Err(Error::refused(format!("at `{time}` nothing had been committed yet that the backups know of"))),
                }
            }
        }
    }

    fn of_one(backup: Backup) -> Chain {
        let revision = backup.catalog.number;
        Chain { base: backup.clone(), last: backup, log: Vec::new(), revision }
    }

    /// The newest history that has a revision: where an application was restored and went on, it is another one from there.
    fn to_revision(revision: u64, numbers: &[u64], place: &Backups, keys: Option<&dyn KeyProvider>) -> Result<Chain, Error> {
        let (mut all, mut unread) = (Vec::new(), None);
        for number in numbers {
            match Backup::read(place, *number, keys) {
                Ok(backup) => all.push(backup),
                // It may be one of before the keys were changed, and not needed.
                Err(e) => drop(unread.get_or_insert(e)),
            }
        }
        if let Some(backup) = all.iter().rev().find(|backup| backup.catalog.number == revision) {
            return Ok(Chain::of_one(backup.clone()));
        }
        for tip in all.iter().rev().filter(|tip| tip.catalog.number > revision) {
            let history: Vec<&Backup> =
                all.iter().filter(|other| other.number == tip.number || tip.catalog.before.contains(&other.number)).collect();
            let at = history.iter().rposition(|backup| backup.catalog.number < revision);
            if let Some((base, later)) = at.and_then(|at| history.get(at..)).and_then(<[&Backup]>::split_first)
                && let Some(chain) = Chain::over(base, later, revision)
            {
                return Ok(chain);
            }
        }
        if let Some(unread) = unread {
            return Err(unread);
        }
        let (first, last) = (all.iter().map(|b| b.catalog.number).min(), all.iter().map(|b| b.catalog.number).max());
        let why = match (first, last) {
            (Some(first), _) if revision < first => format!("the oldest backup has revision {first}"),
            (_, Some(last)) if revision > last => format!("the newest backup has revision {last}"),
            _ => "the log of the commits before it is not there any more".to_owned(),
        };
        Err(Error::refused(format!("revision {revision} cannot be restored from `{place}`: {why}")))
    }

    /// A backup, and the records of later ones, the oldest first, up to a revision.
    fn over(base: &Backup, later: &[&Backup], revision: u64) -> Option<Chain> {
        let mut next = base.catalog.number + 1;
        let mut log = Vec::new();
        for backup in later {
            for records in &backup.catalog.log {
                if next > revision || records.last < next {
                    continue;
                }
                if records.first > next {
                    return None;
                }
                log.push(records.clone());
                next = records.last + 1;
            }
            if next > revision {
                return Some(Chain { base: base.clone(), last: Backup::clone(backup), log, revision });
            }
        }
        None
    }
}
