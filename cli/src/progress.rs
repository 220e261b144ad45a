//! The line that shows how far a long statement is.

use std::time::{Duration, Instant};

use smalt::Progress;

use crate::console::Console;

/// A statement that ends sooner shows nothing.
const QUIET: Duration = Duration::from_secs(1);

/// The line is not drawn more often: a terminal is slow, and nobody reads faster.
const INTERVAL: Duration = Duration::from_millis(100);

/// So many signs long is a bar.
const BAR: usize = 20;

/// One line of standard error, drawn over itself.
#[derive(Debug)]
pub(crate) struct ProgressLine<'a> {
    console: &'a Console,
    began: Instant,
    drawn: Option<Instant>,
}

impl<'a> ProgressLine<'a> {
    pub(crate) fn new(console: &'a Console) -> Self {
        Self { console, began: Instant::now(), drawn: None }
    }

    /// A new statement begins.
    pub(crate) fn restart(&mut self) {
        self.clear();
        self.began = Instant::now();
    }

    /// Draws, if it is time.
    pub(crate) fn draw(&mut self, progress: &Progress) {
        let now = Instant::now();
        if self.console.is_watched() && now - self.began >= QUIET && self.drawn.is_none_or(|last| now - last >= INTERVAL) {
            self.drawn = Some(now);
            self.console.redraw(&line(progress));
        }
    }

    /// Erases the line, if there is one.
    pub(crate) fn clear(&mut self) {
        if self.drawn.take().is_some() {
            self.console.redraw("");
        }
    }
}

fn line(progress: &Progress) -> String {
    match progress.total {
        Some(total) if total > 0 => {
            let percent = u128::from(progress.done.min(total)) * 100 / u128::from(total);
            let filled = usize::try_from(percent).unwrap_or(0) * BAR / 100;
            let bar = format!("{}{}", "#".repeat(filled), "-".repeat(BAR - filled));
            format!("{} [{bar}] {percent} % ({} of {total})", progress.what, progress.done)
        }
        _ => format!("{}: {}", progress.what, progress.done),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_what_and_how_far() {
        let mut progress = Progress { what: "reading `volume.csv`".to_owned(), done: 50, total: Some(200) };
        assert_eq!(line(&progress), "reading `volume.csv` [#####---------------] 25 % (50 of 200)");
        progress.total = Some(u64::MAX);
        progress.done = u64::MAX;
        assert!(line(&progress).contains("[####################] 100 %"));
        progress.total = None;
        progress.done = 7;
        assert_eq!(line(&progress), "reading `volume.csv`: 7");
    }
}
