//! `smalt sql`: statements from a text, a file, standard input or a terminal.

mod shell;
mod sink;

use std::io::{self, IsTerminal, Read, Write};
use std::time::Duration;

use smalt::statement::{Place, Splitter};
use smalt::{Application, Options, Outcome, ScriptError, Session, Stop};

use crate::args::{Source, SqlOptions};
use crate::console::{Console, Status};
use crate::host;
use crate::output::{Format, Results};
pub(crate) use sink::seconds;
use sink::{Across, StatementSink, Written};
use smalt_model::quoted;

/// How the results of a script are shown, and whose it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script {
    pub(crate) format: Format,
    /// The column whose items stand side by side.
    pub(crate) across: Option<String>,
    /// The file that it was read from, if it was.
    pub(crate) file: Option<String>,
}

/// Runs the statements.
pub(crate) fn run(options: &SqlOptions, console: &Console) -> Status {
    if let Err(message) = check_reader(options) {
        console.note(&format!("smalt: {message}"));
        return Status::BadArguments;
    }
    // Read the script first: a file that is not there must not make an application.
    let script = match script(&options.source) {
        Ok(script) => script,
        Err(message) => {
            console.note(&format!("smalt: {message}"));
            return Status::BadArguments;
        }
    };
    let session = match open(options, console) {
        Ok(session) => session,
        Err((status, message)) => {
            console.note(&format!("smalt: {message}"));
            return status;
        }
    };
    let file = match &options.source {
        Source::File(path) => Some(path.display().to_string()),
        _ => None,
    };
    let how = Script { format: options.format, across: options.across.clone(), file };
    match script {
        Some(script) => run_whole(&session, &script, &how, console),
        None => shell::run(&session, how, console),
    }
}

/// Refuses a format of bytes where a terminal would have to show it.
fn check_reader(options: &SqlOptions) -> Result<(), String> {
    if !options.format.is_binary() {
        return Ok(());
    }
    let name = options.format.name();
    if io::stdout().is_terminal() {
        return Err(format!("`--format {name}` is nothing that a terminal can show; send standard output to a file: `> result.{name}`"));
    }
    if options.source == Source::Input && io::stdin().is_terminal() {
        return Err(format!("`--format {name}` holds one result, and a shell gives many; give the statements with `-c` or `-f`"));
    }
    Ok(())
}

/// Runs a script that ends with the program.
fn run_whole(session: &Session, script: &str, how: &Script, console: &Console) -> Status {
    let mut results = Results::new(how.format, io::stdout());
    match run_script(session, script, how, &mut results, console, &Stop::default()) {
        Status::Done if session.is_in_transaction() => {
            console.note("smalt: the script ends in an open transaction, which was rolled back; end it with COMMIT");
            Status::Refused
        }
        Status::Done if how.format.is_binary() && results.is_empty() => {
            console.note(&format!("smalt: the script has no result, so there is nothing to write as `{}`", how.format.name()));
            Status::Refused
        }
        status => status,
    }
}

/// Runs a script until it ends or `stop` is set, and reports its outcome on standard error.
pub(crate) fn run_script<W: Write + Send>(
    session: &Session,
    script: &str,
    how: &Script,
    output: &mut Results<W>,
    console: &Console,
    stop: &Stop,
) -> Status {
    let across = how.across.as_deref().map(|column| Across { column, session });
    let mut sink = StatementSink::new(output, across, console, stop);
    let outcome = session.run_until(script, &mut sink, stop);
    let written = sink.finish();
    match (written, outcome) {
        (Written::Refused { statement, message }, outcome) => {
            let at = Splitter::new(script).nth(statement.saturating_sub(1)).and_then(Result::ok).map_or(Place::START, |piece| piece.at);
            console.note(&format!("smalt: {}: {message}", located(statement, at.line, at.column, how)));
            let rolled_back = match outcome {
                // It was the last statement.
                Ok(()) => roll_back(session),
                // The script was to go no further, or the statement failed by itself too.
                Err(error) => {
                    if error.statement == statement {
                        console.note(&told(&error, how));
                    }
                    error.rolled_back
                }
            };
            refused(rolled_back, console)
        }
        (_, Err(error)) => {
            console.note(&told(&error, how));
            refused(error.rolled_back, console)
        }
        (Written::Done, Ok(())) => Status::Done,
        (Written::Lost(error), Ok(())) => console.outcome(Err(error)),
    }
}

/// Rolls the open transaction back, if there is one; whether there was.
fn roll_back(session: &Session) -> bool {
    session.is_in_transaction() && session.run("ROLLBACK", &mut Outcome::default()).is_ok()
}

fn refused(rolled_back: bool, console: &Console) -> Status {
    if rolled_back {
        console.note("smalt: the open transaction was rolled back with it; nothing since its BEGIN was kept");
    }
    Status::Refused
}

/// An error as it is told.
fn told(error: &ScriptError, how: &Script) -> String {
    let (text, at) = (error.to_string(), format!("statement {}, line {}, column {}", error.statement, error.line, error.column));
    let reason = text.strip_prefix(&at).unwrap_or(&text);
    format!("smalt: {}{reason}", located(error.statement, error.line, error.column, how))
}

/// Where something stands in a script, with the file's name where it has one.
fn located(statement: usize, line: usize, column: usize, how: &Script) -> String {
    let of = how.file.as_ref().map_or_else(String::new, |file| format!(" of `{file}`"));
    format!("statement {statement}, line {line}, column {column}{of}")
}

/// The statements to run; `None` is a terminal.
fn script(source: &Source) -> Result<Option<String>, String> {
    match source {
        Source::Text(text) => Ok(Some(text.clone())),
        Source::File(path) => match std::fs::read(path) {
            Ok(bytes) => decode(bytes, &format!("`{}`", path.display())).map(Some),
            Err(error) => Err(format!("cannot read `{}`: {error}", path.display())),
        },
        Source::Input if io::stdin().is_terminal() => Ok(None),
        Source::Input => {
            let mut bytes = Vec::new();
            match io::stdin().lock().read_to_end(&mut bytes) {
                Ok(_) => decode(bytes, "standard input").map(Some),
                Err(error) => Err(format!("cannot read standard input: {error}")),
            }
        }
    }
}

/// The text of a file, without the byte order mark that some editors put in front.
fn decode(bytes: Vec<u8>, name: &str) -> Result<String, String> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
        Err(error) => {
            let valid = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
            let Place { line, column, .. } = Place::START.after(&String::from_utf8_lossy(valid));
            Err(format!("{name}, line {line}, column {column}: this is not UTF-8 text; save the script as UTF-8"))
        }
    }
}

fn open(options: &SqlOptions, console: &Console) -> Result<Session, (Status, String)> {
    if let (Some(user), Some(path)) = (&options.user, &options.app)
        && !Application::exists(path)
    {
        let message = format!("there is no application in `{}` that `{user}` could open; its owner creates it", path.display());
        return Err((Status::Refused, message));
    }
    let folder = std::env::current_dir().map_err(|error| (Status::BadArguments, format!("there is no working directory: {error}")))?;
    let lent = Options {
        threads: options.threads,
        folders: vec![folder],
        question_memory: options.memory.map(|megabytes| megabytes << 20),
        deadline: options.deadline.map(|seconds| Duration::from_secs(seconds as u64)),
        keys: host::keys(options.keys.as_deref()),
        ..Options::default()
    };
    let app = host::open_with(options.app.as_deref(), lent).map_err(|error| (host::status(&error), error.to_string()))?;
    let session = match &options.user {
        Some(user) => app.session(user),
        None => {
            host::tell_damage(&app, console);
            app.owner_session()
        }
    };
    let session = session.map_err(|error| (Status::Refused, error.to_string()))?;
    if let Some(scenario) = options.scenario.as_deref().filter(|name| !smalt_model::same_name(name, "Base")) {
        let statement = format!("USE SCENARIO {}", quoted(scenario));
        session
            .run(&statement, &mut Outcome::default())
            .map_err(|error| (Status::BadArguments, format!("`--scenario`: {}", error.message)))?;
    }
    Ok(session)
}
