//! Reading backups, and files of an application, to see that they are whole.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::super::keys::KeyProvider;
use super::super::manifest::Manifest;
use super::super::{Claim, Head, RealDisk, Unlock, read};
use super::catalog::{Backup, CHECKPOINTS, damaged, numbers};
use super::place::Backups;
use super::report::VerifyReport;
use crate::audit::{Held, taken_back};
use crate::error::Error;

impl Backups {
    /// Reads all objects of all backups, holds them against their hashes and seals, and the audit against its chain.
    ///
    /// # Errors
    /// The backups cannot be listed, or the keys are missing or wrong. That something is damaged is no error here: it is in the report.
    pub fn verify(&self, keys: Option<&dyn KeyProvider>) -> Result<VerifyReport, Error> {
        let mut report = VerifyReport { backups: Vec::new(), objects: 0, bytes: 0, damage: Vec::new() };
        let mut known: BTreeMap<String, Option<String>> = BTreeMap::new();
        let mut locked = Vec::new();
        for number in numbers(self)? {
            match Backup::read(self, number, keys) {
                Ok(backup) => {
                    let damage = self.look(&backup, &mut known, &mut report);
                    match damage.is_empty() {
                        true => report.backups.push(backup.info()),
                        false => report.damage.extend(damage.into_iter().map(|damage| format!("backup {number}: {damage}"))),
                    }
                }
                Err(e) if e.is_damaged() => report.damage.push(format!("backup {number}: {e}")),
                Err(e) if e.is_about_files() => return Err(e),
                Err(e) => locked.push((number, e)),
            }
        }
        // Where some are opened, the others are of before the keys were changed.
        match locked.pop() {
            Some((_, e)) if report.backups.is_empty() && report.damage.is_empty() => return Err(e),
            last => locked.extend(last),
        }
        report.damage.extend(locked.into_iter().map(|(number, e)| format!("backup {number}: {e}")));
        Ok(report)
    }

    /// What is wrong with one.
    fn look(&self, backup: &Backup, known: &mut BTreeMap<String, Option<String>>, report: &mut VerifyReport) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (folder, file) in backup.catalog.objects() {
            let damage = known.entry(format!("{folder}/{}", file.name)).or_insert_with(|| match self.get_hashed(folder, file) {
                Ok(bytes) => {
                    report.objects += 1;
                    report.bytes += bytes.len() as u64;
                    None
                }
                Err(e) => Some(e.to_string()),
            });
            found.extend(damage.clone());
        }
        if found.is_empty() {
            found.extend(self.inside(backup).err().map(|e| e.to_string()));
        }
        found
    }

    /// Opens what is sealed.
    fn inside(&self, backup: &Backup) -> Result<(), Error> {
        let (_, file) = &backup.catalog.checkpoint;
        let object = format!("{CHECKPOINTS}/{}", file.name);
        let sealed = self.get_hashed(CHECKPOINTS, file)?;
        let (manifest, _) = Manifest::open(&sealed, &backup.seals).map_err(|e| damaged(self, &object, e))?;
        let named: BTreeSet<&str> = manifest.files().map(|file| file.name.as_str()).collect();
        if named != backup.catalog.parts.iter().map(|file| file.name.as_str()).collect() {
            return Err(damaged(self, &object, "it names other files than the backup has"));
        }
        backup.catalog.log.iter().try_for_each(|entry| backup.records(self, entry).map(drop))?;
        let mut held = Held::default();
        backup.each_line(self, |line| held.step(line))?;
        match held.misfit() {
            None => Ok(()),
            Some(what) => Err(damaged(self, "the audit", what)),
        }
    }
}

/// Reads the files of an application that nobody has open, and holds them against their hashes and seals, without changing any; gives its
/// revision, and what is damaged but can be made good.
///
/// # Errors
/// Something is damaged that cannot be made good, another process has it open, or the keys are missing or wrong.
pub(crate) fn verify_files(folder: &Path, keys: Option<&dyn KeyProvider>) -> Result<(u64, Vec<String>), Error> {
    let claim = Claim::take(Arc::new(RealDisk), folder, Unlock { keys, encrypt: false })?;
    let unread = |e| Error::files("the files cannot be read, in", folder, e);
    let (_, last) = Head::open(&RealDisk, folder, &claim.seals).map_err(unread)?;
    let taken_back = taken_back(folder, &claim.seals).map_err(unread)?;
    let (recovered, _) = read(&claim, last, &taken_back)?;
    Ok((recovered.loaded.number, [claim.mended.clone(), recovered.mended].concat()))
}
