//! Tells what happens, on standard output.

use std::time::Instant;

use crate::console::{Console, Status};
use crate::output::thousands;
use crate::sql::seconds;

/// The one who tells, and who counts what did not hold.
#[derive(Debug)]
pub(crate) struct Narrator<'a> {
    console: &'a Console,
    began: Instant,
    checks: usize,
    broken: usize,
}

/// How far two ways to add the same numbers up may differ, as a share of the result.
const TOLERANCE: f64 = 1e-9;

impl<'a> Narrator<'a> {
    pub(crate) fn new(console: &'a Console) -> Self {
        Self { console, began: Instant::now(), checks: 0, broken: 0 }
    }

    /// A heading.
    pub(crate) fn title(&self, title: &str) {
        self.say(&format!("\n== {title}"));
    }

    /// A line. Nobody may be listening any more; that is no reason to stop.
    pub(crate) fn say(&self, line: &str) {
        self.console.print(&format!("{line}\n"));
    }

    /// Lines, set in.
    pub(crate) fn quote(&self, text: &str) {
        for line in text.lines() {
            self.say(&format!("   {line}"));
        }
    }

    /// Something that must hold.
    pub(crate) fn check(&mut self, what: &str, holds: bool) {
        self.checks += 1;
        if holds {
            self.say(&format!("   ok: {what}"));
        } else {
            self.broken += 1;
            self.say(&format!("   WRONG: {what}"));
        }
    }

    /// Two numbers that must agree but for the last digits.
    pub(crate) fn check_close(&mut self, what: &str, found: Option<f64>, expected: f64) {
        let holds = found.is_some_and(|found| (found - expected).abs() <= TOLERANCE * expected.abs().max(1.0));
        let shown = found.map_or("nothing".to_owned(), thousands);
        if holds {
            self.check(&format!("{what}: {shown}"), true);
        } else {
            self.check(&format!("{what}: {shown}, but it must be {}", thousands(expected)), false);
        }
    }

    /// The last words.
    pub(crate) fn end(&self) -> Status {
        let taken = seconds(self.began.elapsed());
        if self.broken == 0 {
            self.say(&format!("\nall {} checks hold ({taken})", self.checks));
            Status::Done
        } else {
            self.say(&format!("\n{} of {} checks do NOT hold ({taken})", self.broken, self.checks));
            Status::Refused
        }
    }
}
