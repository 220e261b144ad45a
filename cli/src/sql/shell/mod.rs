//! The shell: lines are gathered until a statement is whole, then it runs. An error does not end it, and ^C ends what runs.

mod complete;
mod cut;
mod editor;
mod history;
mod interrupt;
mod pager;
mod terminal;

use std::io::{self, BufRead, IsTerminal, Write};

use console::Term;
use smalt::Session;

use super::{Script, run_script};
use crate::console::{Console, Status};
use crate::output::{Format, Results};
use editor::{Choices, Editor};
use history::History;
use interrupt::Interrupts;
use terminal::{Prompts, Typed, read_lines};

const WELCOME: &str = "statements end with `;`; `help` lists what there is, Tab completes, `quit` leaves";

const HELP: &str = "\
SHOW METRICS;  SHOW DIMENSIONS;  DESCRIBE Revenue;       what the application holds
SELECT … FROM Revenue …;                                 ask
EVALUATE Volume * 2;                                     try a formula
EXPLAIN VALUE Revenue AT (…) DEPTH 2;                    where a number comes from
BEGIN;  …;  COMMIT;  ROLLBACK;                           change several things at once; an error rolls all of it back
\\across Month      \\across                               months side by side, and no more
quit                                                     leave

A statement runs when its `;` is there, over as many lines as it takes. ^C gives up what is typed, and ends the statement that runs.
In a transaction the prompt has a `*`. Tab completes words, names, and items in quotes; the arrow keys bring back what was typed before,
from SMALT_HISTORY or ~/.smalt_history, and ^R what has the letters on the line. Long results go through PAGER.";

/// Runs until the input ends.
pub(super) fn run(session: &Session, script: Script, console: &Console) -> Status {
    console.note(WELCOME);
    let interrupts = Interrupts::caught().unwrap_or_else(|error| {
        console.note(&format!("smalt: ^C ends the shell, since it cannot be caught: {error}"));
        Interrupts::default()
    });
    let mut lines = Lines::new(session);
    let mut shell = Shell { session, script, console, interrupts, typed: String::new() };
    let status = loop {
        let typed = lines.next(&shell.prompts(), &shell.typed, console);
        // Where keys are read, ^C is one of them; else it is a signal, and what was typed since is on the line.
        if matches!(lines, Lines::Plain(_)) && shell.interrupts.was_given_up() {
            shell.typed.clear();
        }
        match typed {
            Ok(Typed::Lines(lines)) => {
                if let Some(status) = shell.take(lines) {
                    break status;
                }
            }
            Ok(Typed::GivenUp) => shell.typed.clear(),
            Ok(Typed::End) if shell.typed.trim().is_empty() => break Status::Done,
            Ok(Typed::End) => break shell.run(&shell.typed),
            Err(error) => {
                console.note(&format!("smalt: cannot read standard input: {error}"));
                break Status::BadArguments;
            }
        }
    };
    if session.is_in_transaction() {
        console.note("smalt: the shell ends in an open transaction, which was rolled back; end it with COMMIT");
        return if status == Status::Done { Status::Refused } else { status };
    }
    status
}

/// What was typed and has not run.
struct Shell<'a> {
    session: &'a Session,
    script: Script,
    console: &'a Console,
    interrupts: Interrupts,
    typed: String,
}

impl Shell<'_> {
    fn prompts(&self) -> Prompts {
        let star = if self.session.is_in_transaction() { "*" } else { "" };
        let next = format!("  ...{star}> ");
        Prompts { first: if self.typed.is_empty() { format!("smalt{star}> ") } else { next.clone() }, next }
    }

    /// Takes the lines that came at once. How the shell ends, if it is to.
    fn take(&mut self, lines: Vec<String>) -> Option<Status> {
        let mut lines = lines.into_iter();
        while let Some(line) = lines.next() {
            if self.typed.is_empty() {
                match line.trim() {
                    "" => continue,
                    "quit" | "exit" | "quit;" | "exit;" | "\\q" => return Some(Status::Done),
                    "help" | "help;" | "?" => {
                        self.console.note(HELP);
                        continue;
                    }
                    command if command == "\\across" || command.starts_with("\\across ") => {
                        let column = command.trim_start_matches("\\across").trim();
                        self.script.across = Some(column.to_owned()).filter(|column| !column.is_empty());
                        continue;
                    }
                    _ => {}
                }
            }
            self.typed.push_str(&line);
            self.typed.push('\n');
            if self.run_whole(&line) != Status::Done {
                self.typed.clear();
                // What was pasted behind it was meant for what it would have done.
                if lines.any(|line| !line.trim().is_empty()) {
                    self.console.note("smalt: what was pasted behind it was not run");
                }
                break;
            }
        }
        None
    }

    /// Runs what of the lines so far is whole, of which `line` is the last one.
    fn run_whole(&mut self, line: &str) -> Status {
        let cut = cut::cut(&self.typed);
        if let Some(open) = cut.open.filter(|_| line.trim_end().ends_with(';')) {
            self.console.note(&format!("smalt: the statement goes on: {open}"));
        }
        let rest = self.typed.split_off(cut.whole.min(self.typed.len()));
        let whole = std::mem::replace(&mut self.typed, rest);
        if self.typed.trim().is_empty() {
            self.typed.clear();
        }
        if whole.trim().is_empty() { Status::Done } else { self.run(&whole) }
    }

    /// Runs statements, and shows what they give page by page where somebody looks.
    fn run(&self, text: &str) -> Status {
        let (term, format) = (Term::stdout(), self.script.format);
        if format != Format::Table || !term.is_term() {
            return self.run_into(text, &mut Results::new(format, io::stdout()));
        }
        let mut shown = Vec::new();
        let status = self.run_into(text, &mut Results::new(format, &mut shown));
        let written = if pager::is_long(&shown, term.size()) { pager::show(&shown) } else { pager::print(&shown) };
        match self.console.outcome(written) {
            Status::Done => status,
            failed => failed,
        }
    }

    fn run_into<W: Write + Send>(&self, text: &str, output: &mut Results<W>) -> Status {
        self.interrupts.during(|stop| run_script(self.session, text, &self.script, output, self.console, stop))
    }
}

/// Where lines come from: keys, or standard input as it is where that is no terminal that can be steered.
enum Lines<'a> {
    Keys { term: Term, editor: Editor, history: History, session: &'a Session },
    Plain(io::Lines<io::StdinLock<'static>>),
}

impl<'a> Lines<'a> {
    fn new(session: &'a Session) -> Lines<'a> {
        let term = Term::stderr();
        if io::stdin().is_terminal() && term.features().is_attended() && std::env::var_os("TERM").is_none_or(|term| term != "dumb") {
            let history = History::load(history::file());
            let editor = Editor::new(history.lines().to_vec());
            return Lines::Keys { term, editor, history, session };
        }
        Lines::Plain(io::stdin().lock().lines())
    }

    /// The next lines; `typed` are those before them that have not run.
    fn next(&mut self, prompts: &Prompts, typed: &str, console: &Console) -> io::Result<Typed> {
        match self {
            Lines::Keys { term, editor, history, session } => {
                let complete = |lines: &[String], before: &str| complete_in(typed, lines, before, session);
                let read = read_lines(term, editor, prompts, &complete)?;
                if let Typed::Lines(lines) = &read {
                    lines.iter().for_each(|line| history.add(line));
                }
                if let Some(failure) = history.take_failure() {
                    console.note(&format!("smalt: {failure}"));
                }
                Ok(read)
            }
            Lines::Plain(lines) => {
                console.redraw(&prompts.first);
                lines.next().transpose().map(|line| line.map_or(Typed::End, |line| Typed::Lines(vec![line])))
            }
        }
    }
}

/// The choices for a line behind others.
fn complete_in(typed: &str, lines: &[String], before: &str, session: &Session) -> Choices {
    let earlier: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
    let above = typed.chars().count() + earlier.chars().count();
    let (start, choices) = complete::choices(&format!("{typed}{earlier}{before}"), session);
    // What begins in a line above cannot be replaced.
    start.checked_sub(above).map_or((0, Vec::new()), |start| (start, choices))
}
