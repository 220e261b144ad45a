//! `smalt sql`: statements from a text, a file, standard input or a terminal.

mod shell;
mod sink;

use std::io::{self, IsTerminal, Read, Write};
use std::time::Duration;

use smalt::{Application, Options, Outcome, Session};

use crate::args::{Source, SqlOptions};
use crate::console::{Console, Status};
use crate::host;
use crate::output::{Format, Results};
pub(crate) use sink::seconds;
use sink::{Across, StatementSink};
use smalt_model::quoted;

/// How the results of a script are shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script {
    pub(crate) format: Format,
    /// The column whose items stand side by side.
    pub(crate) across: Option<String>,
}

/// Runs the statements.
pub(crate) fn run(options: &SqlOptions, console: &Console) -> Status {
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
    let how = Script { format: options.format, across: options.across.clone() };
    match script {
        Some(script) => match run_script(&session, &script, &how, &mut Results::new(how.format, io::stdout()), console) {
            Status::Done if session.is_in_transaction() => {
                console.note("smalt: the script ends in an open transaction, which was rolled back; end it with COMMIT");
                Status::Refused
            }
            status => status,
        },
        None => shell::run(&session, how, console),
    }
}

/// Runs a script and reports its outcome on standard error.
pub(crate) fn run_script<W: Write + Send>(
    session: &Session,
    script: &str,
    how: &Script,
    output: &mut Results<W>,
    console: &Console,
) -> Status {
    let across = how.across.as_deref().map(|column| Across { column, session });
    let mut sink = StatementSink::new(output, across, console);
    let outcome = session.run(script, &mut sink);
    let written = sink.finish();
    match outcome {
        Ok(()) => written,
        Err(error) => {
            console.note(&format!("smalt: {error}"));
            Status::Refused
        }
    }
}

/// The statements to run; `None` is a terminal.
fn script(source: &Source) -> Result<Option<String>, String> {
    match source {
        Source::Text(text) => Ok(Some(text.clone())),
        Source::File(path) => match std::fs::read(path) {
            Ok(bytes) => decode(bytes).map(Some).map_err(|()| format!("`{}` is not valid UTF-8", path.display())),
            Err(error) => Err(format!("cannot read `{}`: {error}", path.display())),
        },
        Source::Input if io::stdin().is_terminal() => Ok(None),
        Source::Input => {
            let mut bytes = Vec::new();
            match io::stdin().lock().read_to_end(&mut bytes) {
                Ok(_) => decode(bytes).map(Some).map_err(|()| "standard input is not valid UTF-8".to_owned()),
                Err(error) => Err(format!("cannot read standard input: {error}")),
            }
        }
    }
}

/// The text of a file, without the byte order mark that some editors put in front.
fn decode(bytes: Vec<u8>) -> Result<String, ()> {
    let text = String::from_utf8(bytes).map_err(|_| ())?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
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
