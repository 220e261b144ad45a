//! Threads of their own for what a host asks asynchronously.

use futures::channel::oneshot;

use crate::error::ScriptError;
use crate::fault::Fault;
use crate::statement::Place;

/// Runs `work` on a thread of its own, so that the host's async threads are free meanwhile.
pub(super) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ScriptError> + Send + 'static,
) -> Result<T, ScriptError> {
    let (sender, receiver) = oneshot::channel();
    let failed = || ScriptError::new(1, Place::START, Fault::new("the engine failed at this statement; nothing of it was kept"));
    let started = std::thread::Builder::new().name("smalt-session".to_owned()).spawn(move || drop(sender.send(work())));
    match started {
        Ok(_) => receiver.await.unwrap_or_else(|_| Err(failed())),
        Err(e) => Err(ScriptError::new(1, Place::START, Fault::new(format!("no thread can be started: {e}")))),
    }
}
