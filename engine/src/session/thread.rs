//! Threads of their own for what a host asks asynchronously.

use futures::channel::oneshot;
use smalt_query::Stop;

use crate::error::ScriptError;
use crate::fault::Fault;
use crate::statement::Place;

/// Sets its flag when it is dropped.
struct Until(Stop);

impl Drop for Until {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Runs `work` on a thread of its own, so that the host's async threads are free meanwhile. Dropping the future sets the flag that `work` gets.
pub(super) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce(&Stop) -> Result<T, ScriptError> + Send + 'static,
) -> Result<T, ScriptError> {
    let (sender, receiver) = oneshot::channel();
    let until = Until(Stop::default());
    let stop = until.0.clone();
    let failed = || ScriptError::new(1, Place::START, Fault::new("the engine failed at this statement; nothing of it was kept"));
    let started = std::thread::Builder::new().name("smalt-session".to_owned()).spawn(move || drop(sender.send(work(&stop))));
    match started {
        Ok(_) => receiver.await.unwrap_or_else(|_| Err(failed())),
        Err(e) => Err(ScriptError::new(1, Place::START, Fault::new(format!("no thread can be started: {e}")))),
    }
}
