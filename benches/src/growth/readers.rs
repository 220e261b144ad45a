//! Readers beside a stream of commits: neither waits for the other.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use smalt_benches::{Failure, ask};

use crate::model::{Loaded, PLANBENCH, percentile};
use crate::{head, row};

/// How long questions are timed.
const TIMED: Duration = Duration::from_secs(10);

/// Who writes meanwhile.
#[derive(Clone, Copy)]
enum Writing {
    Nobody,
    /// Somebody who waits so long between two commits.
    Every(Duration),
}

pub(crate) fn measure(folder: &Path) -> Result<(), Failure> {
    head(&["commits meanwhile", "commits", "a question: p50, p99, ms", "a cell: p50, p99, µs"]);
    let (loaded, _) = Loaded::of(&PLANBENCH, folder)?;
    let kinds = [
        ("none", Writing::Nobody),
        ("ten a second", Writing::Every(Duration::from_millis(100))),
        ("as many as there can be", Writing::Every(Duration::ZERO)),
    ];
    for (name, writing) in kinds {
        let (is_over, commits) = (AtomicBool::new(false), AtomicU64::new(0));
        let (questions, cells) = std::thread::scope(|scope| -> Result<_, Failure> {
            let writer = scope.spawn(|| -> Result<(), String> {
                let Writing::Every(pause) = writing else { return Ok(()) };
                let session = loaded.app.owner_session().map_err(|e| e.to_string())?;
                while !is_over.load(Ordering::SeqCst) {
                    let at = commits.fetch_add(1, Ordering::SeqCst);
                    let write =
                        format!("INSERT INTO Price (Product, Month, Price) VALUES ('{}', '{}', {}.25);", at % 90, at % 36, at % 50 + 1);
                    ask::run(&session, &write).map_err(|e| e.to_string())?;
                    std::thread::sleep(pause);
                }
                Ok(())
            });
            let question =
                until(&mut || ask::batches(&loaded.owner, "SELECT Product.Category, SUM(Revenue) FROM Revenue GROUP BY 1;").map(drop));
            let cell = until(&mut || Ok(loaded.owner.cell("Revenue", &["3", "7", "5"]).map(drop)?));
            is_over.store(true, Ordering::SeqCst);
            writer.join().map_err(|_| "the writer failed")??;
            Ok((question?, cell?))
        })?;
        let both = |times: &[f64], unit: f64| format!("{:.1}, {:.1}", percentile(times, 50) * unit, percentile(times, 99) * unit);
        row(&[name.to_owned(), commits.load(Ordering::SeqCst).to_string(), both(&questions, 1e3), both(&cells, 1e6)]);
    }
    Ok(())
}

/// Does something over and over for a while; gives the times, in seconds, ascending.
fn until(work: &mut dyn FnMut() -> Result<(), Failure>) -> Result<Vec<f64>, Failure> {
    let (begun, mut times) = (Instant::now(), Vec::new());
    while begun.elapsed() < TIMED {
        let start = Instant::now();
        work()?;
        times.push(start.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    Ok(times)
}
