//! What it costs to keep an application elsewhere, and what commits and questions feel of a checkpoint.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use smalt::{Application, BackupOptions, Backups, KeyProvider, Options, RestoreOptions};
use smalt_benches::Failure;

use crate::{say, script, seconds};

/// How long commits and questions are timed with and without checkpoints.
const TIMED: Duration = Duration::from_secs(8);

/// Times commits and questions alone, and while one checkpoint after another is written.
pub(crate) fn feel(app: &Arc<Application>, question: &str) -> Result<(), Failure> {
    for (with, when) in [(false, "no checkpoint"), (true, "checkpoints one after another")] {
        let (is_over, count) = (AtomicBool::new(false), AtomicU64::new(0));
        let (commits, questions) = std::thread::scope(|scope| -> Result<_, String> {
            let checkpoints = scope.spawn(|| -> Result<(), String> {
                while with && !is_over.load(Ordering::SeqCst) {
                    app.checkpoint().map_err(|e| e.to_string())?;
                    count.fetch_add(1, Ordering::SeqCst);
                }
                Ok(())
            });
            let asking = scope.spawn(|| times(|_| script(app, question).map_err(|e| e.to_string())));
            let commits = times(|at| script(app, &format!("INSERT INTO Edited VALUES ('k7', {at})")).map_err(|e| e.to_string()));
            is_over.store(true, Ordering::SeqCst);
            let failed = |_| "a thread failed".to_owned();
            let questions = asking.join().map_err(failed)?;
            checkpoints.join().map_err(failed)??;
            Ok((commits?, questions?))
        })?;
        for (what, mut times) in [("a commit", commits), ("a question", questions)] {
            times.sort_unstable();
            let of = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default().as_secs_f64() * 1e3;
            let number = times.len();
            say(&format!("{what}, {when}"), &format!("p50 {:.1} ms, p99 {:.1} ms of {number}", of(50), of(99)));
        }
        if with {
            say("checkpoints meanwhile", &count.load(Ordering::SeqCst).to_string());
        }
    }
    Ok(())
}

fn times(mut work: impl FnMut(u64) -> Result<(), String>) -> Result<Vec<Duration>, String> {
    let begun = Instant::now();
    let mut times = Vec::new();
    while begun.elapsed() < TIMED {
        let start = Instant::now();
        work(times.len() as u64)?;
        times.push(start.elapsed());
    }
    Ok(times)
}

/// Backs up, twice, verifies and restores.
pub(crate) fn keep(app: &Arc<Application>, scratch: &Path, keys: Option<&Arc<dyn KeyProvider>>) -> Result<(), Failure> {
    let place = Backups::in_folder(scratch.join("backups"))?;
    let rate = |bytes: u64, start: Instant| {
        let took = start.elapsed().as_secs_f64();
        format!("{took:.2} s, {:.0} MB, {:.0} MB a second", bytes as f64 / 1e6, bytes as f64 / 1e6 / took)
    };
    let start = Instant::now();
    let first = app.back_up(&place, &BackupOptions::default())?;
    say("the first backup, written and read back", &rate(first.written_bytes, start));
    for at in 0..1_000 {
        script(app, &format!("INSERT INTO Edited VALUES ('k9', {at})"))?;
    }
    let start = Instant::now();
    let second = app.back_up(&place, &BackupOptions::default())?;
    say("a backup after 1,000 commits", &rate(second.written_bytes, start));
    let start = Instant::now();
    let verified = place.verify(keys.map(|keys| &**keys))?;
    say("both verified", &rate(verified.bytes, start));
    let start = Instant::now();
    let restored = place.restore(scratch.join("restored"), &RestoreOptions { keys: keys.cloned(), ..RestoreOptions::default() })?;
    say("restored, and read", &rate(restored.bytes, start));
    let start = Instant::now();
    drop(Application::open(scratch.join("restored"), Options { keys: keys.cloned(), ..Options::default() })?);
    say("opened", &seconds(start));
    if keys.is_some() {
        let start = Instant::now();
        app.change_keys()?;
        say("the keys changed, all of it written anew", &seconds(start));
    }
    Ok(())
}

/// What is asked while checkpoints are written.
pub(crate) fn question(has_data: bool) -> &'static str {
    if has_data { "SELECT Product.Category, SUM(Revenue) FROM Revenue GROUP BY 1" } else { "SELECT SUM(Edited) FROM Edited" }
}
