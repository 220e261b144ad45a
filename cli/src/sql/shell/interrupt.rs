//! ^C: it ends the statement that runs, never the shell.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use smalt::Stop;

/// What ^C is about.
#[derive(Debug, Default)]
struct Now {
    /// The statements that run.
    running: Option<Stop>,
    /// Whether it came while none ran.
    given_up: bool,
}

/// Catches ^C for as long as the program runs. Programs that it starts are not concerned: they get the signal themselves.
#[derive(Clone, Debug, Default)]
pub(super) struct Interrupts(Arc<Mutex<Now>>);

impl Interrupts {
    /// Begins to catch.
    ///
    /// # Errors
    /// The system does not let it; ^C ends the program then.
    #[cfg(unix)]
    pub(super) fn caught() -> io::Result<Interrupts> {
        let interrupts = Interrupts::default();
        let mut signals = signal_hook::iterator::Signals::new([signal_hook::consts::SIGINT])?;
        let told = interrupts.clone();
        let thread = std::thread::Builder::new().name("smalt-interrupts".to_owned());
        thread.spawn(move || signals.forever().for_each(|_| told.interrupt()))?;
        Ok(interrupts)
    }

    /// Where the system has no such signal, nothing is caught.
    #[cfg(not(unix))]
    pub(super) fn caught() -> io::Result<Interrupts> {
        Ok(Interrupts::default())
    }

    /// Runs `work` with the flag that ^C sets meanwhile.
    pub(super) fn during<T>(&self, work: impl FnOnce(&Stop) -> T) -> T {
        let stop = Stop::default();
        self.now(|now| now.running = Some(stop.clone()));
        let done = work(&stop);
        self.now(|now| *now = Now::default());
        done
    }

    /// Whether ^C came since this was asked, or something ran.
    pub(super) fn was_given_up(&self) -> bool {
        self.now(|now| std::mem::take(&mut now.given_up))
    }

    fn interrupt(&self) {
        self.now(|now| match &now.running {
            Some(stop) => stop.stop(),
            None => now.given_up = true,
        });
    }

    fn now<T>(&self, work: impl FnOnce(&mut Now) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_is_stopped_and_else_what_is_typed_is_given_up() {
        let interrupts = Interrupts::default();
        assert!(!interrupts.was_given_up());
        interrupts.interrupt();
        assert!(interrupts.was_given_up() && !interrupts.was_given_up());
        let stopped = interrupts.during(|stop| {
            let before = stop.is_stopped();
            interrupts.interrupt();
            (before, stop.is_stopped())
        });
        assert_eq!(stopped, (false, true));
        assert!(!interrupts.was_given_up());
        assert!(!interrupts.during(Stop::is_stopped));
    }
}
