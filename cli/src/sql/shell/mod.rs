//! The shell: lines are gathered until one ends with `;`, then they run. An error does not end it.

mod complete;
mod editor;
mod history;
mod pager;
mod terminal;

use std::io::{self, BufRead, IsTerminal};

use console::Term;
use smalt::Session;

use super::{Script, run_script};
use crate::console::{Console, Status};
use crate::output::{Format, Results};
use editor::Editor;
use terminal::{Typed, read_line};

const WELCOME: &str = "statements end with `;`; `help` lists what there is, Tab completes, `quit` leaves";

const HELP: &str = "\
SHOW METRICS;  SHOW DIMENSIONS;  DESCRIBE Revenue;       what the application holds
SELECT … FROM Revenue …;                                 ask
EVALUATE Volume * 2;                                     try a formula
EXPLAIN VALUE Revenue AT (…) DEPTH 2;                    where a number comes from
BEGIN;  …;  COMMIT;  ROLLBACK;                           change several things at once
\\across Month      \\across                               months side by side, and no more
quit                                                     leave

Tab completes words, names, and items in quotes; the arrow keys bring back what was typed before, from SMALT_HISTORY or
~/.smalt_history. Long results go through PAGER.";

/// Runs until the input ends.
pub(super) fn run(session: &Session, mut script: Script, console: &Console) -> Status {
    console.note(WELCOME);
    let mut lines = Lines::new(session);
    let mut typed = String::new();
    loop {
        let line = match lines.next(if typed.is_empty() { "smalt> " } else { "  ...> " }, console) {
            Ok(Typed::Line(line)) => line,
            Ok(Typed::GivenUp) => {
                typed.clear();
                continue;
            }
            Ok(Typed::End) => break,
            Err(error) => {
                console.note(&format!("smalt: cannot read standard input: {error}"));
                return Status::BadArguments;
            }
        };
        if typed.is_empty() {
            match line.trim() {
                "" => continue,
                "quit" | "exit" | "quit;" | "exit;" | "\\q" => {
                    lines.keep(console);
                    return Status::Done;
                }
                "help" | "help;" | "?" => {
                    console.note(HELP);
                    continue;
                }
                command if command == "\\across" || command.starts_with("\\across ") => {
                    script.across = Some(command.trim_start_matches("\\across").trim().to_owned()).filter(|column| !column.is_empty());
                    continue;
                }
                _ => {}
            }
        }
        typed.push_str(&line);
        typed.push('\n');
        if line.trim_end().ends_with(';') {
            told(session, &script, &typed, console);
            typed.clear();
        }
    }
    lines.keep(console);
    if typed.trim().is_empty() { Status::Done } else { told(session, &script, &typed, console) }
}

/// Runs statements, and shows what they give page by page where somebody looks.
fn told(session: &Session, script: &Script, text: &str, console: &Console) -> Status {
    let term = Term::stdout();
    if script.format != Format::Table || !term.is_term() {
        return run_script(session, text, script, &mut Results::new(script.format, io::stdout()), console);
    }
    let mut shown = Vec::new();
    let status = run_script(session, text, script, &mut Results::new(script.format, &mut shown), console);
    let written = if pager::is_long(&shown, term.size()) { pager::show(&shown) } else { pager::print(&shown) };
    match console.outcome(written) {
        Status::Done => status,
        failed => failed,
    }
}

/// Where lines come from: keys, or standard input as it is where that is no terminal that can be steered.
enum Lines<'a> {
    Keys { term: Term, editor: Editor, session: &'a Session },
    Plain(io::Lines<io::StdinLock<'static>>),
}

impl<'a> Lines<'a> {
    fn new(session: &'a Session) -> Lines<'a> {
        let term = Term::stderr();
        if io::stdin().is_terminal() && term.features().is_attended() && std::env::var_os("TERM").is_none_or(|term| term != "dumb") {
            let before = history::file().map(|path| history::load(&path)).unwrap_or_default();
            return Lines::Keys { term, editor: Editor::new(before), session };
        }
        Lines::Plain(io::stdin().lock().lines())
    }

    fn next(&mut self, prompt: &str, console: &Console) -> io::Result<Typed> {
        match self {
            Lines::Keys { term, editor, session } => read_line(term, editor, prompt, &|text| complete::choices(text, session)),
            Lines::Plain(lines) => {
                console.redraw(prompt);
                lines.next().transpose().map(|line| line.map_or(Typed::End, Typed::Line))
            }
        }
    }

    /// Keeps what was typed for the next time.
    fn keep(&self, console: &Console) {
        if let (Lines::Keys { editor, .. }, Some(path)) = (self, history::file())
            && let Err(error) = history::save(&path, editor.history())
        {
            console.note(&format!("smalt: the history cannot be kept in `{}`: {error}", path.display()));
        }
    }
}
