//! The arguments of the command line, read into what is to be done.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use crate::output::Format;

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
}

/// What the help is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    All,
    Sql,
    Demo,
    Audit,
    Recalc,
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

/// Commands that the reference names and that this version does not have.
const NOT_YET: [&str; 3] = ["backup", "restore", "verify"];

/// Reads the arguments (without the program's name).
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, ArgsError> {
    let mut args = Args { rest: args.into_iter().collect::<Vec<_>>().into_iter(), inline: None };
    let Some(command) = args.next()? else {
        return refuse("a command is missing: `sql`, `recalc`, `demo`, `audit` or `help`".to_owned());
    };
    match command.as_str() {
        "sql" => sql(&mut args),
        "demo" => demo(&mut args),
        "audit" => audit(&mut args),
        "recalc" => recalc(&mut args),
        "help" | "--help" | "-h" => match args.next()?.as_deref() {
            None => Ok(Command::Help(Topic::All)),
            Some("sql") => Ok(Command::Help(Topic::Sql)),
            Some("demo") => Ok(Command::Help(Topic::Demo)),
            Some("audit") => Ok(Command::Help(Topic::Audit)),
            Some("recalc") => Ok(Command::Help(Topic::Recalc)),
            Some(other) => refuse(format!("there is no help on `{other}`; there is on `sql`, `recalc`, `demo` and `audit`")),
        },
        "--version" | "-V" => Ok(Command::Version),
        name if NOT_YET.contains(&name) => refuse(format!("`smalt {name}` is not there yet")),
        name => refuse(format!("there is no command `{name}`; there are `sql`, `recalc`, `demo`, `audit` and `help`")),
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
    let (mut app, mut since, mut chain) = (None, None, None);
    while let Some(option) = args.next()? {
        match option.as_str() {
            "--help" | "-h" => return Ok(Command::Help(Topic::Audit)),
            "--app" => set(&mut app, &option, folder(args, &option)?)?,
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
        Some(app) => Ok(Command::Audit(AuditOptions { app, since, chain: chain.unwrap_or(false) })),
        None => refuse("`smalt audit` needs `--app DIR`".to_owned()),
    }
}

fn recalc(args: &mut Args) -> Result<Command, ArgsError> {
    let (mut app, mut report, mut threads_wanted, mut scenarios) = (None, None, None, Vec::new());
    while let Some(option) = args.next()? {
        match option.as_str() {
            "--help" | "-h" => return Ok(Command::Help(Topic::Recalc)),
            "--app" => set(&mut app, &option, folder(args, &option)?)?,
            "--scenario" => scenarios.push(args.text(&option)?),
            "--report" => set(&mut report, &option, args.value(&option)?.into())?,
            "--threads" => set(&mut threads_wanted, &option, threads(&args.text(&option)?)?)?,
            other => return unknown(other, "recalc"),
        }
        args.finish_option(&option)?;
    }
    match app {
        Some(app) => Ok(Command::Recalc(RecalcOptions { app, scenarios, report, threads: threads_wanted })),
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
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use super::*;

    fn read(args: &[&str]) -> Result<Command, ArgsError> {
        parse(args.iter().map(OsString::from))
    }

    fn message(args: &[&str]) -> String {
        match read(args) {
            Err(error) => error.to_string(),
            Ok(command) => panic!("{args:?} was read as {command:?}"),
        }
    }

    #[test]
    fn every_option_of_sql_is_read() {
        let args = [
            "sql",
            "--app",
            "d",
            "--user",
            "ann",
            "--scenario=Up",
            "--format",
            "csv",
            "--threads",
            "3",
            "--across",
            "Month",
            "-c",
            "SELECT 1=1",
        ];
        let Command::Sql(options) = read(&args).unwrap() else { panic!("not sql") };
        assert_eq!(options.app, Some("d".into()));
        assert_eq!(options.user.as_deref(), Some("ann"));
        assert_eq!(options.scenario.as_deref(), Some("Up"));
        assert_eq!(options.format, Format::Csv);
        assert_eq!(options.threads, Some(3));
        assert_eq!(options.across.as_deref(), Some("Month"));
        assert_eq!(options.source, Source::Text("SELECT 1=1".to_owned()));
    }

    #[test]
    fn without_options_sql_reads_standard_input_as_the_owner() {
        assert_eq!(read(&["sql"]).unwrap(), Command::Sql(SqlOptions::default()));
        assert_eq!(
            read(&["sql", "-f", "x.sql"]).unwrap(),
            Command::Sql(SqlOptions { source: Source::File("x.sql".into()), ..Default::default() })
        );
    }

    #[test]
    fn a_text_that_looks_like_an_option_is_the_value_of_c() {
        let Command::Sql(options) = read(&["sql", "-c", "--format"]).unwrap() else { panic!("not sql") };
        assert_eq!(options.source, Source::Text("--format".to_owned()));
    }

    #[test]
    fn the_demo_takes_a_scale() {
        let expected = DemoOptions { scale: 0.5, threads: Some(1), keep: None };
        assert_eq!(read(&["demo", "--scale", "0.5", "--threads=1"]).unwrap(), Command::Demo(expected));
    }

    #[test]
    fn the_audit_takes_an_application_and_a_time() {
        let expected = |chain| AuditOptions { app: "d".into(), since: Some("2026-11-01".to_owned()), chain };
        assert_eq!(read(&["audit", "--app", "d", "--since=2026-11-01"]).unwrap(), Command::Audit(expected(false)));
        let formats = [("ocsf", false), ("chain", true)];
        for (format, chain) in formats {
            assert_eq!(read(&["audit", "--app", "d", "--since=2026-11-01", "--format", format]).unwrap(), Command::Audit(expected(chain)));
        }
        assert!(read(&["audit", "--app", "d", "--format", "xml"]).is_err());
    }

    #[test]
    fn scenarios_to_compute_are_named_one_by_one() {
        let expected = RecalcOptions {
            app: "d".into(),
            scenarios: vec!["Up".to_owned(), "Down".to_owned()],
            report: Some("r.json".into()),
            threads: Some(2),
        };
        let args = ["recalc", "--app", "d", "--scenario", "Up", "--scenario=Down", "--report", "r.json", "--threads", "2"];
        assert_eq!(read(&args).unwrap(), Command::Recalc(expected));
    }

    #[test]
    fn help_is_everywhere() {
        for args in [&["help"][..], &["--help"], &["-h"]] {
            assert_eq!(read(args).unwrap(), Command::Help(Topic::All));
        }
        assert_eq!(read(&["sql", "--help"]).unwrap(), Command::Help(Topic::Sql));
        assert_eq!(read(&["help", "demo"]).unwrap(), Command::Help(Topic::Demo));
        assert_eq!(read(&["audit", "-h"]).unwrap(), Command::Help(Topic::Audit));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (args, expected) in [
            (&[][..], "a command is missing"),
            (&["sqll"], "no command `sqll`"),
            (&["recalc"], "`smalt recalc` needs `--app DIR`"),
            (&["recalc", "--app", "d", "Upside"], "takes no `Upside`"),
            (&["backup"], "`smalt backup` is not there yet"),
            (&["help", "me"], "no help on `me`"),
            (&["sql", "--format", "xml"], "not `xml`"),
            (&["sql", "--format"], "`--format` needs a value"),
            (&["sql", "--user", "a", "--user", "b"], "`--user` is given twice"),
            (&["sql", "-c", "x", "-f", "y"], "one of `-c` and `-f`"),
            (&["sql", "-c", "x", "-c", "y"], "one of `-c` and `-f`"),
            (&["sql", "--across"], "`--across` needs a value"),
            (&["sql", "file.sql"], "takes no `file.sql`"),
            (&["sql", "--threads", "0"], "not `0`"),
            (&["sql", "--memory", "1.5"], "`--memory` takes a number from 1 to 1000000, not `1.5`"),
            (&["sql", "--deadline=0"], "`--deadline` takes a number from 1 to 1000000, not `0`"),
            (&["demo", "--scale", "-1"], "not `-1`"),
            (&["demo", "--scale", "NaN"], "not `NaN`"),
            (&["demo", "--fast"], "takes no `--fast`"),
            (&["audit"], "needs `--app DIR`"),
            (&["audit", "--app="], "needs the name of a folder"),
        ] {
            let message = message(args);
            assert!(message.contains(expected), "{args:?}: {message}");
        }
    }
}
