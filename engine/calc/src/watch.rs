//! What ends a calculation before it is done.

use std::fmt;
use std::sync::Arc;

/// Why a calculation ends early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Nobody waits for it any more.
    Stopped,
    /// Its time is over.
    Late,
}

/// Asked now and then, on any thread, whether a calculation is to end.
#[derive(Clone, Default)]
pub struct Watch(Option<Arc<dyn Fn() -> Option<Ending> + Send + Sync>>);

impl Watch {
    /// Ends a calculation as soon as `ends` says why.
    pub fn new(ends: impl Fn() -> Option<Ending> + Send + Sync + 'static) -> Watch {
        Watch(Some(Arc::new(ends)))
    }

    /// Why the calculation is to end, if it is.
    pub fn ending(&self) -> Option<Ending> {
        self.0.as_ref().and_then(|ends| ends())
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}
