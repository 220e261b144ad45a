//! The two streams of the terminal and the exit status. Neither a closed pipe nor a full disk makes a panic.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

/// How the program ended, as the shell sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Everything was done: 0.
    Done,
    /// A statement was refused or failed: 1.
    Refused,
    /// The arguments make no sense, or name something that cannot be opened: 2.
    BadArguments,
    /// The files of the application are damaged: 3.
    Damaged,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        ExitCode::from(match status {
            Status::Done => 0u8,
            Status::Refused => 1,
            Status::BadArguments => 2,
            Status::Damaged => 3,
        })
    }
}

/// Standard output for results, standard error for everything else.
#[derive(Debug)]
pub(crate) struct Console {
    watched: bool,
}

impl Console {
    pub(crate) fn new() -> Self {
        Self { watched: io::stderr().is_terminal() }
    }

    /// Whether somebody looks at standard error, so that progress is worth drawing.
    pub(crate) fn is_watched(&self) -> bool {
        self.watched
    }

    /// One line on standard error. Nothing can be done when even that is closed.
    pub(crate) fn note(&self, line: &str) {
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    /// Redraws the current line of standard error; an empty text erases it.
    pub(crate) fn redraw(&self, line: &str) {
        if self.watched {
            let mut stream = io::stderr().lock();
            let _ = write!(stream, "\r\x1b[2K{line}");
            let _ = stream.flush();
        }
    }

    /// A text on standard output, as it is.
    pub(crate) fn print(&self, text: &str) -> Status {
        let mut stream = io::stdout().lock();
        self.outcome(stream.write_all(text.as_bytes()).and_then(|()| stream.flush()))
    }

    /// What a finished write to standard output means: a reader that has gone away (`smalt … | head`) is no failure.
    pub(crate) fn outcome(&self, written: io::Result<()>) -> Status {
        match written {
            Ok(()) => Status::Done,
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Status::Done,
            Err(error) => {
                self.note(&format!("smalt: cannot write to standard output: {error}"));
                Status::Refused
            }
        }
    }
}
