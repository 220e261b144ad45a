//! A simple shell: lines are gathered until one ends with `;`, then they run. An error does not end it.

use std::io::{self, BufRead};

use smalt::Session;

use super::{Output, run_script};
use crate::console::{Console, Status};

const WELCOME: &str = "statements end with `;`; `help` lists what there is, `quit` leaves";

const HELP: &str = "\
SHOW METRICS;  SHOW DIMENSIONS;  DESCRIBE Revenue;       what the application holds
SELECT … FROM Revenue …;                                 ask
EVALUATE Volume * 2;                                     try a formula
EXPLAIN VALUE Revenue AT (…);                            where a number comes from
BEGIN;  …;  COMMIT;  ROLLBACK;                           change several things at once
quit                                                     leave";

/// Runs until the input ends.
pub(crate) fn run(session: &Session, output: &mut Output, console: &Console) -> Status {
    console.note(WELCOME);
    let mut typed = String::new();
    let mut lines = io::stdin().lock().lines();
    loop {
        console.redraw(if typed.is_empty() { "smalt> " } else { "  ...> " });
        let line = match lines.next() {
            Some(Ok(line)) => line,
            Some(Err(error)) => {
                console.note(&format!("smalt: cannot read standard input: {error}"));
                return Status::BadArguments;
            }
            None => break,
        };
        if typed.is_empty() {
            match line.trim() {
                "" => continue,
                "quit" | "exit" | "quit;" | "exit;" | "\\q" => return Status::Done,
                "help" | "help;" | "?" => {
                    console.note(HELP);
                    continue;
                }
                _ => {}
            }
        }
        typed.push_str(&line);
        typed.push('\n');
        if line.trim_end().ends_with(';') {
            run_script(session, &typed, output, console);
            typed.clear();
        }
    }
    console.note("");
    if typed.trim().is_empty() { Status::Done } else { run_script(session, &typed, output, console) }
}
