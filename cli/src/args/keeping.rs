//! The arguments of the commands that keep an application: backups, restores, verifying, keys.

use std::path::PathBuf;

use super::{Args, ArgsError, Command, Topic, folder, refuse, set, unknown};

/// The arguments of `smalt backup`.
#[derive(Debug, PartialEq)]
pub(crate) struct BackupOptions {
    /// The application's directory.
    pub(crate) app: PathBuf,
    /// A folder, or `s3://BUCKET/PREFIX`.
    pub(crate) to: String,
    /// Where the data is at home.
    pub(crate) region: Option<String>,
    /// So many of the newest backups stay.
    pub(crate) keep_last: Option<u32>,
    /// The backups of so many days stay.
    pub(crate) keep_days: Option<u32>,
    pub(crate) keys: Option<String>,
}

/// The arguments of `smalt restore`.
#[derive(Debug, PartialEq)]
pub(crate) struct RestoreOptions {
    /// A folder, or `s3://BUCKET/PREFIX`.
    pub(crate) from: String,
    /// The directory that receives the application.
    pub(crate) app: PathBuf,
    pub(crate) backup: Option<u64>,
    pub(crate) revision: Option<u64>,
    /// A date or a time in UTC.
    pub(crate) time: Option<String>,
    /// Where this is.
    pub(crate) region: Option<String>,
    pub(crate) force: bool,
    pub(crate) keys: Option<String>,
}

/// The arguments of `smalt verify`.
#[derive(Debug, PartialEq)]
pub(crate) struct VerifyOptions {
    pub(crate) what: Verified,
    pub(crate) keys: Option<String>,
}

/// What is to be verified.
#[derive(Debug, PartialEq)]
pub(crate) enum Verified {
    /// The application in a directory.
    App(PathBuf),
    /// The backups in a folder, or in `s3://BUCKET/PREFIX`.
    Backups(String),
}

/// The arguments of `smalt rekey`.
#[derive(Debug, PartialEq)]
pub(crate) struct RekeyOptions {
    pub(crate) app: PathBuf,
    pub(crate) keys: String,
}

pub(super) fn backup(args: &mut Args) -> Result<Command, ArgsError> {
    let (mut app, mut to, mut region, mut keys) = (None, None, None, None);
    let (mut keep_last, mut keep_days) = (None, None);
    while let Some(option) = args.next()? {
        match option.as_str() {
            "--help" | "-h" => return Ok(Command::Help(Topic::Backup)),
            "--app" => set(&mut app, &option, folder(args, &option)?)?,
            "--to" => set(&mut to, &option, args.text(&option)?)?,
            "--region" => set(&mut region, &option, args.text(&option)?)?,
            "--keep-last" => set(&mut keep_last, &option, number(&option, &args.text(&option)?)?)?,
            "--keep-days" => set(&mut keep_days, &option, number(&option, &args.text(&option)?)?)?,
            "--keys" => set(&mut keys, &option, args.text(&option)?)?,
            other => return unknown(other, "backup"),
        }
    }
    match (app, to) {
        (Some(app), Some(to)) => Ok(Command::Backup(BackupOptions { app, to, region, keep_last, keep_days, keys })),
        _ => refuse("`smalt backup` needs `--app DIR` and `--to PLACE`".to_owned()),
    }
}

pub(super) fn restore(args: &mut Args) -> Result<Command, ArgsError> {
    let (mut app, mut from, mut region, mut keys, mut force) = (None, None, None, None, None);
    let (mut backup, mut revision, mut time) = (None, None, None);
    while let Some(option) = args.next()? {
        match option.as_str() {
            "--help" | "-h" => return Ok(Command::Help(Topic::Restore)),
            "--app" => set(&mut app, &option, folder(args, &option)?)?,
            "--from" => set(&mut from, &option, args.text(&option)?)?,
            "--region" => set(&mut region, &option, args.text(&option)?)?,
            "--backup" => set(&mut backup, &option, number(&option, &args.text(&option)?)?)?,
            "--revision" => set(&mut revision, &option, number(&option, &args.text(&option)?)?)?,
            "--time" => set(&mut time, &option, args.text(&option)?)?,
            "--force" => set(&mut force, &option, true)?,
            "--keys" => set(&mut keys, &option, args.text(&option)?)?,
            other => return unknown(other, "restore"),
        }
        args.finish_option(&option)?;
    }
    if usize::from(backup.is_some()) + usize::from(revision.is_some()) + usize::from(time.is_some()) > 1 {
        return refuse("give one of `--backup`, `--revision` and `--time`".to_owned());
    }
    match (app, from) {
        (Some(app), Some(from)) => {
            let force = force.unwrap_or(false);
            Ok(Command::Restore(RestoreOptions { from, app, backup, revision, time, region, force, keys }))
        }
        _ => refuse("`smalt restore` needs `--from PLACE` and `--app DIR`".to_owned()),
    }
}

pub(super) fn verify(args: &mut Args) -> Result<Command, ArgsError> {
    let (mut app, mut from, mut keys) = (None, None, None);
    while let Some(option) = args.next()? {
        match option.as_str() {
            "--help" | "-h" => return Ok(Command::Help(Topic::Verify)),
            "--app" => set(&mut app, &option, folder(args, &option)?)?,
            "--from" => set(&mut from, &option, args.text(&option)?)?,
            "--keys" => set(&mut keys, &option, args.text(&option)?)?,
            other => return unknown(other, "verify"),
        }
    }
    let what = match (app, from) {
        (Some(app), None) => Verified::App(app),
        (None, Some(from)) => Verified::Backups(from),
        _ => return refuse("`smalt verify` needs one of `--app DIR` and `--from PLACE`".to_owned()),
    };
    Ok(Command::Verify(VerifyOptions { what, keys }))
}

pub(super) fn rekey(args: &mut Args) -> Result<Command, ArgsError> {
    let (mut app, mut keys) = (None, None);
    while let Some(option) = args.next()? {
        match option.as_str() {
            "--help" | "-h" => return Ok(Command::Help(Topic::Rekey)),
            "--app" => set(&mut app, &option, folder(args, &option)?)?,
            "--keys" => set(&mut keys, &option, args.text(&option)?)?,
            other => return unknown(other, "rekey"),
        }
    }
    match (app, keys) {
        (Some(app), Some(keys)) => Ok(Command::Rekey(RekeyOptions { app, keys })),
        _ => refuse("`smalt rekey` needs `--app DIR` and `--keys FILE`".to_owned()),
    }
}

fn number<T: std::str::FromStr>(option: &str, text: &str) -> Result<T, ArgsError> {
    match text.parse() {
        Ok(number) => Ok(number),
        Err(_) => refuse(format!("`{option}` takes a number, not `{text}`")),
    }
}
