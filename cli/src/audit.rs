//! `smalt audit`: the audit of an application as JSON lines.

use std::io::{self, Write};

use smalt::{Application, Error};

use crate::args::AuditOptions;
use crate::console::{Console, Status};
use crate::host;

/// Prints the events.
pub(crate) fn run(options: &AuditOptions, console: &Console) -> Status {
    if !Application::exists(&options.app) {
        console.note(&format!("smalt: there is no application in `{}`", options.app.display()));
        return Status::BadArguments;
    }
    let app = match host::open(Some(&options.app), None, Vec::new()) {
        Ok(app) => app,
        Err(error) => return refused(&error, console),
    };
    host::tell_damage(&app, console);
    // Kept until it is whole: a reader that goes away is no failure, one of the audit is.
    let mut lines = Vec::new();
    let since = options.since.as_deref();
    let written = if options.chain { app.audit_chain_lines(since, &mut lines) } else { app.audit_json_lines(since, &mut lines) };
    match written {
        Ok(_) => {
            let mut stream = io::stdout().lock();
            console.outcome(stream.write_all(&lines).and_then(|()| stream.flush()))
        }
        Err(error) => refused(&error, console),
    }
}

fn refused(error: &Error, console: &Console) -> Status {
    console.note(&format!("smalt: {error}"));
    host::status(error)
}
