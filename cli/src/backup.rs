//! `smalt backup`, `restore`, `verify` and `rekey`.

use smalt::{Application, BackupInfo, Backups, Options, Retention, Target};

use crate::args::{BackupOptions, RekeyOptions, RestoreOptions, Verified, VerifyOptions};
use crate::console::{Console, Status};
use crate::host;

/// Makes a backup.
pub(crate) fn backup(options: &BackupOptions, console: &Console) -> Status {
    let lent = Options { keys: host::keys(options.keys.as_deref()), ..Options::default() };
    let app = match host::existing(&options.app, lent, console) {
        Ok(app) => app,
        Err(status) => return status,
    };
    let retention = Retention { last: options.keep_last, days: options.keep_days };
    let wanted = smalt::BackupOptions { region: options.region.clone(), retention };
    let report = match Backups::at(&options.to).and_then(|place| app.back_up(&place, &wanted)) {
        Ok(report) => report,
        Err(error) => return host::refused(&error, console),
    };
    if let Some(gap) = report.gap_before {
        console.note(&format!("smalt: not every revision before {gap} can be restored: the log of some commits is not there any more"));
    }
    if let Some(failed) = &report.retention_failed {
        console.note(&format!("smalt: no old backup was taken away: {failed}"));
    }
    let removed = match report.removed.len() {
        0 => String::new(),
        count => format!("; {count} old backups taken away"),
    };
    console.note(&format!(
        "{}: {} objects written and verified, {} bytes{removed}",
        told(&report.backup),
        report.written,
        report.written_bytes
    ));
    Status::Done
}

/// Makes an application of a backup.
pub(crate) fn restore(options: &RestoreOptions, console: &Console) -> Status {
    let target = match (options.backup, options.revision, &options.time) {
        (Some(number), ..) => Target::Backup(number),
        (_, Some(revision), _) => Target::Revision(revision),
        (_, _, Some(time)) => Target::Time(time.clone()),
        _ => Target::Newest,
    };
    let keys = host::keys(options.keys.as_deref());
    let wanted = smalt::RestoreOptions { target, region: options.region.clone(), force: options.force, keys };
    match Backups::existing(&options.from).and_then(|place| place.restore(&options.app, &wanted)) {
        Ok(report) => {
            let (of, replayed) = (told(&report.backup), report.replayed);
            console.note(&format!("revision {} restored from {of}, {replayed} commits made again from the log", report.revision));
            Status::Done
        }
        Err(error) => host::refused(&error, console),
    }
}

/// Looks whether an application, or backups, are whole. Backups are listed on standard output.
pub(crate) fn verify(options: &VerifyOptions, console: &Console) -> Status {
    let keys = host::keys(options.keys.as_deref());
    match &options.what {
        Verified::App(app) => match Application::verify(app, keys.as_deref()) {
            Ok((revision, damage)) => {
                damage.iter().for_each(|damage| console.note(&format!("smalt: {damage}")));
                console.note(&format!("revision {revision} can be read"));
                if damage.is_empty() { Status::Done } else { Status::Damaged }
            }
            Err(error) => host::refused(&error, console),
        },
        Verified::Backups(place) => match Backups::existing(place).and_then(|place| place.verify(keys.as_deref())) {
            Ok(report) => {
                let lines: String = report.backups.iter().map(|backup| told(backup) + "\n").collect();
                let printed = console.print(&lines);
                report.damage.iter().for_each(|damage| console.note(&format!("smalt: {damage}")));
                console.note(&format!("{} objects read, {} bytes", report.objects, report.bytes));
                if report.damage.is_empty() { printed } else { Status::Damaged }
            }
            Err(error) => host::refused(&error, console),
        },
    }
}

/// Encrypts an application that is in clear; gives new keys to one that is not.
pub(crate) fn rekey(options: &RekeyOptions, console: &Console) -> Status {
    let keys = host::keys(Some(&options.keys));
    // One that is in clear is encrypted by being opened so; there is nothing to change then.
    let was_clear = Application::verify(&options.app, None).is_ok();
    let lent = Options { keys, encrypt: true, ..Options::default() };
    let app = match host::existing(&options.app, lent, console) {
        Ok(app) => app,
        Err(status) => return status,
    };
    if was_clear {
        console.note("the application is encrypted now");
        return Status::Done;
    }
    match app.change_keys() {
        Ok(()) => {
            console.note("the keys are changed: the master key of before is needed for older backups only");
            Status::Done
        }
        Err(error) => host::refused(&error, console),
    }
}

fn told(backup: &BackupInfo) -> String {
    let region = backup.region.as_ref().map(|region| format!(", at home in {region}")).unwrap_or_default();
    format!("backup {}: revision {}, {}{region}, {} bytes in all", backup.number, backup.revision, backup.taken, backup.bytes)
}
