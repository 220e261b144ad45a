//! `smalt audit`: the audit of an application as JSON lines.

use std::io::{self, Write};

use smalt::Options;

use crate::args::AuditOptions;
use crate::console::{Console, Status};
use crate::host;

/// Prints the events.
pub(crate) fn run(options: &AuditOptions, console: &Console) -> Status {
    let app = match host::existing(&options.app, Options { keys: host::keys(options.keys.as_deref()), ..Options::default() }, console) {
        Ok(app) => app,
        Err(status) => return status,
    };
    // Kept until it is whole: a reader that goes away is no failure, one of the audit is.
    let mut lines = Vec::new();
    let since = options.since.as_deref();
    let written = if options.chain { app.audit_chain_lines(since, &mut lines) } else { app.audit_json_lines(since, &mut lines) };
    match written {
        Ok(_) => {
            let mut stream = io::stdout().lock();
            console.outcome(stream.write_all(&lines).and_then(|()| stream.flush()))
        }
        Err(error) => host::refused(&error, console),
    }
}
