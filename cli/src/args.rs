//! The arguments of the command line, read into what is to be done.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use crate::output::Format;

mod keeping;

pub(crate) use keeping::{BackupOptions, RekeyOptions, RestoreOptions, Verified, VerifyOptions};

/// What the caller asks for.
#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    /// Print the help on a topic.
    Help(Topic),
    /// Print the version.
    Version,
    /// Run statements.
    Sql(SqlOptions),
    /// Run the demonstration.
    Demo(DemoOptions),
    /// Print the audit of an application.
    Audit(AuditOptions),
    /// Compute scenarios anew.
    Recalc(RecalcOptions),
    /// Make a backup.
    Backup(BackupOptions),
    /// Make an application of a backup.
    Restore(RestoreOptions),
    /// Look whether an application, or backups, are whole.
    Verify(VerifyOptions),
    /// Encrypt an application, or change its keys.
    Rekey(RekeyOptions),
}

/// What the help is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    All,
    Sql,
    Demo,
    Audit,
    Recalc,
    Backup,
    Restore,
    Verify,
    Rekey,
}

impl Topic {
    /// The topics, by the commands that they are about.
    const ALL: [(&str, Topic); 8] = [
        ("sql", Topic::Sql),
        ("recalc", Topic::Recalc),
        ("demo", Topic::Demo),
        ("audit", Topic::Audit),
        ("backup", Topic::Backup),
        ("restore", Topic::Restore),
        ("verify", Topic::Verify),
        ("rekey", Topic::Rekey),
    ];

    fn named(name: &str) -> Option<Topic> {
        Topic::ALL.iter().find(|(command, _)| *command == name).map(|(_, topic)| *topic)
    }

    /// The names of all of them, as a sentence has them.
    fn names() -> String {
        let all: Vec<String> = Topic::ALL.iter().map(|(name, _)| format!("`{name}`")).collect();
        all.split_last().map(|(last, others)| format!("{} and {last}", others.join(", "))).unwrap_or_default()
    }
}

/// Where the statements come from.
#[derive(Debug, Default, PartialEq)]
pub(crate) enum Source {
    /// Standard input: a shell where that is a terminal.
    #[default]
    Input,
    /// The text of `-c`.
    Text(String),
    /// The file of `-f`.
    File(PathBuf),
}

/// The arguments of `smalt sql`.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct SqlOptions {
    /// The application's directory; in memory without it.
    pub(crate) app: Option<PathBuf>,
    /// The person; the owner without it.
    pub(crate) user: Option<String>,
    /// The scenario in which the session starts.
    pub(crate) scenario: Option<String>,
    pub(crate) format: Format,
    /// The column whose items stand side by side.
    pub(crate) across: Option<String>,
    /// Worker threads; as many as the machine has without it.
    pub(crate) threads: Option<usize>,
    /// Megabytes that one question may hold.
    pub(crate) memory: Option<usize>,
    /// Seconds that one question may take.
    pub(crate) deadline: Option<usize>,
    pub(crate) source: Source,
    /// Where the keys of an encrypted application are: a file, or `env:NAME`.
    pub(crate) keys: Option<String>,
}

/// The arguments of `smalt demo`.
#[derive(Debug, PartialEq)]
pub(crate) struct DemoOptions {
    /// 1 is about a million cells.
    pub(crate) scale: f64,
    pub(crate) threads: Option<usize>,
    /// A folder that receives the data and the model and stays; a temporary one is removed.
    pub(crate) keep: Option<PathBuf>,
}

/// The arguments of `smalt audit`.
#[derive(Debug, PartialEq)]
pub(crate) struct AuditOptions {
    /// The application's directory.
    pub(crate) app: PathBuf,
    /// A date or a time in UTC; everything without it.
    pub(crate) since: Option<String>,
    /// Whether the lines of the chain are printed as they are kept, and not in the classes of OCSF.
    pub(crate) chain: bool,
    pub(crate) keys: Option<String>,
}

/// The arguments of `smalt recalc`.
#[derive(Debug, PartialEq)]
pub(crate) struct RecalcOptions {
    /// The application's directory.
    pub(crate) app: PathBuf,
    /// In this order; all that there are where none is named.
    pub(crate) scenarios: Vec<String>,
    /// Receives the report.
    pub(crate) report: Option<PathBuf>,
    pub(crate) threads: Option<usize>,
    pub(crate) keys: Option<String>,
}

/// Why the arguments were not understood.
#[derive(Debug, PartialEq)]
pub(crate) struct ArgsError(String);

impl fmt::Display for ArgsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ArgsError {}

fn refuse<T>(message: String) -> Result<T, ArgsError> {
    Err(ArgsError(message))
}

/// Reads the arguments (without the program's name).
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, ArgsError> {
    let mut args = Args { rest: args.into_iter().collect::<Vec<_>>().into_iter(), inline: None };
    let Some(command) = args.next()? else {
        return refuse(format!("a command is missing: one of {}, or `help`", Topic::names()));
    };
    match command.as_str() {
        "sql" => sql(&mut args),
        "demo" => demo(&mut args),
        "audit" => audit(&mut args),
        "recalc" => recalc(&mut args),
        "backup" => keeping::backup(&mut args),
        "restore" => keeping::restore(&mut args),
        "verify" => keeping::verify(&mut args),
        "rekey" => keeping::rekey(&mut args),
        "help" | "--help" | "-h" => match args.next()?.as_deref() {
            None => Ok(Command::Help(Topic::All)),
            Some(name) => match Topic::named(name) {
                Some(topic) => Ok(Command::Help(topic)),
                None => refuse(format!("there is no help on `{name}`; there is on {}", Topic::names())),
            },
        },
        "--version" | "-V" => Ok(Command::Version),
        name => refuse(format!("there is no command `{name}`; there are {}, and `help`", Topic::names())),
    }
}

fn sql(args: &mut Args) -> Result<Command, ArgsError> {
    let mut options = SqlOptions::default();
    let mut format = None;
    while let Some(option) = args.next()? {
        match option.as_str() {
            "--help" | "-h" => return Ok(Command::Help(Topic::Sql)),
            "--app" => set(&mut options.app, &option, folder(args, &option)?)?,
            "--user" => set(&mut options.user, &option, args.text(&option)?)?,
            "--scenario" => set(&mut options.scenario, &option, args.text(&option)?)?,
            "--format" => set(&mut format, &option, read_format(&args.text(&option)?)?)?,
            "--threads" => set(&mut options.threads, &option, threads(&args.text(&option)?)?)?,
            "--across" => set(&mut options.across, &option, args.text(&option)?)?,
            "--memory" => set(&mut options.memory, &option, count(&option, &args.text(&option)?)?)?,
            "--keys" => set(&mut options.keys, &option, args.text(&option)?)?,
            "--deadline" => set(&mut options.deadline, &option, count(&option, &args.text(&option)?)?)?,
            "-c" | "-f" if options.source != Source::Input => return refuse("give one of `-c` and `-f`, once".to_owned()),
            "-c" => options.source = Source::Text(args.text(&option)?),
            "-f" => options.source = Source::File(args.value(&option)?.into()),
            other => return unknown(other, "sql"),
        }
        args.finish_option(&option)?;
    }
    options.format = format.unwrap_or_default();
    Ok(Command::Sql(options))
}

fn demo(args: &mut Args) -> Result<Command, ArgsError> {
    let (mut scale, mut threads_wanted, mut keep) = (None, None, None);
    while let Some(option) = args.next()? {
        match option.as_str() {
            "--help" | "-h" => return Ok(Command::Help(Topic::Demo)),
            "--scale" => set(&mut scale, &option, read_scale(&args.text(&option)?)?)?,
            "--threads" => set(&mut threads_wanted, &option, threads(&args.text(&option)?)?)?,
            "--keep" => set(&mut keep, &option, args.value(&option)?.into())?,
            other => return unknown(other, "demo"),
        }
        args.finish_option(&option)?;
    }
    Ok(Command::Demo(DemoOptions { scale: scale.unwrap_or(1.0), threads: threads_wanted, keep }))
}

fn audit(args: &mut Args) -> Result<Command, ArgsError> {
    let (mut app, mut since, mut chain, mut keys) = (None, None, None, None);
    while let Some(option) = args.next()? {
        match option.as_str() {
            "--help" | "-h" => return Ok(Command::Help(Topic::Audit)),
            "--app" => set(&mut app, &option, folder(args, &option)?)?,
            "--keys" => set(&mut keys, &option, args.text(&option)?)?,
            "--since" => set(&mut since, &option, args.text(&option)?)?,
            "--format" => {
                let is_chain = match args.text(&option)?.as_str() {
                    "ocsf" => false,
                    "chain" => true,
                    other => return refuse(format!("there is no format `{other}`; there are `ocsf` and `chain`")),
                };
                set(&mut chain, &option, is_chain)?;
            }
            other => return unknown(other, "audit"),
        }
        args.finish_option(&option)?;
    }
    match app {
        Some(app) => Ok(Command::Audit(AuditOptions { app, since, chain: chain.unwrap_or(false), keys })),
        None => refuse("`smalt audit` needs `--app DIR`".to_owned()),
    }
}

fn recalc(args: &mut Args) -> Result<Command, ArgsError> {
    let (mut app, mut report, mut threads_wanted, mut keys, mut scenarios) = (None, None, None, None, Vec::new());
    let mut among_scenarios = false;
    while let Some(option) = args.next()? {
        if among_scenarios && !option.starts_with('-') {
            scenarios.push(option);
            continue;
        }
        among_scenarios = option == "--scenario";
        match option.as_str() {
            "--help" | "-h" => return Ok(Command::Help(Topic::Recalc)),
            "--app" => set(&mut app, &option, folder(args, &option)?)?,
            "--scenario" => scenarios.push(args.text(&option)?),
            "--keys" => set(&mut keys, &option, args.text(&option)?)?,
            "--report" => set(&mut report, &option, args.value(&option)?.into())?,
            "--threads" => set(&mut threads_wanted, &option, threads(&args.text(&option)?)?)?,
            other => return unknown(other, "recalc"),
        }
        args.finish_option(&option)?;
    }
    match app {
        Some(app) => Ok(Command::Recalc(RecalcOptions { app, scenarios, report, threads: threads_wanted, keys })),
        None => refuse("`smalt recalc` needs `--app DIR`".to_owned()),
    }
}

fn folder(args: &mut Args, option: &str) -> Result<PathBuf, ArgsError> {
    match args.value(option)? {
        folder if folder.is_empty() => refuse(format!("`{option}` needs the name of a folder")),
        folder => Ok(folder.into()),
    }
}

fn set<T>(slot: &mut Option<T>, option: &str, value: T) -> Result<(), ArgsError> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => refuse(format!("`{option}` is given twice")),
    }
}

fn unknown<T>(argument: &str, command: &str) -> Result<T, ArgsError> {
    refuse(format!("`smalt {command}` takes no `{argument}`; see `smalt help {command}`"))
}

fn read_format(text: &str) -> Result<Format, ArgsError> {
    match Format::named(text) {
        Some(format) => Ok(format),
        None => refuse(format!("`--format` takes {}, not `{text}`", Format::NAMES)),
    }
}

fn threads(text: &str) -> Result<usize, ArgsError> {
    match text.parse() {
        Ok(count @ 1..=1024) => Ok(count),
        _ => refuse(format!("`--threads` takes a number from 1 to 1024, not `{text}`")),
    }
}

/// A bound, small enough to be counted in bytes.
fn count(option: &str, text: &str) -> Result<usize, ArgsError> {
    match text.parse() {
        Ok(count @ 1..=1_000_000) => Ok(count),
        _ => refuse(format!("`{option}` takes a number from 1 to 1000000, not `{text}`")),
    }
}

/// The largest scale: beyond it the generated codes would need more digits.
const LARGEST_SCALE: f64 = 50.0;

fn read_scale(text: &str) -> Result<f64, ArgsError> {
    match text.parse::<f64>() {
        Ok(scale) if scale > 0.0 && scale <= LARGEST_SCALE => Ok(scale),
        _ => refuse(format!("`--scale` takes a number above 0, up to {LARGEST_SCALE}, not `{text}`")),
    }
}

/// The arguments still to be read; `--name=value` counts as two.
struct Args {
    rest: std::vec::IntoIter<OsString>,
    inline: Option<String>,
}

impl Args {
    /// The next option or word.
    fn next(&mut self) -> Result<Option<String>, ArgsError> {
        let Some(argument) = self.rest.next() else {
            return Ok(None);
        };
        let argument = readable(argument)?;
        if argument.starts_with("--")
            && let Some((name, value)) = argument.split_once('=')
        {
            self.inline = Some(value.to_owned());
            return Ok(Some(name.to_owned()));
        }
        Ok(Some(argument))
    }

    /// The value of an option, as the system gives it: a path need not be Unicode.
    fn value(&mut self, option: &str) -> Result<OsString, ArgsError> {
        if let Some(value) = self.inline.take() {
            return Ok(value.into());
        }
        match self.rest.next() {
            Some(value) => Ok(value),
            None => refuse(format!("`{option}` needs a value")),
        }
    }

    fn text(&mut self, option: &str) -> Result<String, ArgsError> {
        readable(self.value(option)?)
    }

    /// An option that takes no value was given one.
    fn finish_option(&mut self, option: &str) -> Result<(), ArgsError> {
        match self.inline.take() {
            None => Ok(()),
            Some(value) => refuse(format!("`{option}` takes no value `{value}`")),
        }
    }
}

fn readable(argument: OsString) -> Result<String, ArgsError> {
    argument.into_string().map_err(|raw| ArgsError(format!("`{}` is not valid UTF-8", raw.to_string_lossy())))
}

#[cfg(test)]
mod tests;
