//! Batches made on threads of their own while the reader works on those before. Their order stays.

use std::sync::mpsc::{Receiver, sync_channel};

use datafusion::arrow::array::RecordBatch;
use datafusion::common::{Result, exec_err};

/// Batches that a thread may be ahead of its reader.
pub(super) const AHEAD: usize = 16;

/// A batch, or the end of a unit.
pub(super) type Message = Option<Result<RecordBatch>>;

/// Makes the units that are its own, in order, each with its end behind it. It stops where `send` says that nobody reads any more.
pub(super) type Worker = Box<dyn FnOnce(&dyn Fn(Message) -> bool) + Send>;

/// The batches of so many units, which the workers make by turns: the first one the first unit, the second one the second, and so on.
pub(super) struct InTurns {
    workers: Vec<Receiver<Message>>,
    unit: usize,
    units: usize,
}

impl InTurns {
    /// Starts the workers.
    pub(super) fn new(workers: Vec<Worker>, units: usize) -> InTurns {
        let start = |worker: Worker| {
            let (send, receive) = sync_channel(AHEAD);
            // A thread that cannot be started leaves a closed channel, as one does that ends before its work does.
            drop(std::thread::Builder::new().name("smalt-scan".to_owned()).spawn(move || worker(&|message| send.send(message).is_ok())));
            receive
        };
        InTurns { workers: workers.into_iter().map(start).collect(), unit: 0, units }
    }
}

impl Iterator for InTurns {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Result<RecordBatch>> {
        while self.unit < self.units {
            let worker = self.workers.get(self.unit.checked_rem(self.workers.len())?)?;
            match worker.recv() {
                Ok(Some(batch)) => return Some(batch),
                Ok(None) => self.unit += 1,
                Err(_) => {
                    self.unit = self.units;
                    return Some(exec_err!("a thread of the scan could not be started, or ended early"));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use datafusion::arrow::array::{AsArray, Int64Array};
    use datafusion::arrow::datatypes::Int64Type;

    use super::*;

    fn batch(number: usize) -> RecordBatch {
        RecordBatch::try_from_iter([("n", Arc::new(Int64Array::from(vec![number as i64])) as _)]).unwrap()
    }

    /// A worker of several, whose units have as many batches as their number says.
    fn worker(first: usize, workers: usize, units: usize) -> Worker {
        Box::new(move |send| {
            for unit in (first..units).step_by(workers) {
                let all = (0..unit % 40).map(|n| Some(Ok(batch(unit * 100 + n)))).chain([None]);
                if !all.into_iter().all(send) {
                    return;
                }
            }
        })
    }

    #[test]
    fn batches_come_in_the_order_of_their_units() {
        for workers in 1..=3 {
            for units in [0, 1, 2, 100] {
                let made = InTurns::new((0..workers).map(|first| worker(first, workers, units)).collect(), units);
                let found: Vec<i64> = made.map(|batch| batch.unwrap().column(0).as_primitive::<Int64Type>().value(0)).collect();
                let wanted = (0..units).flat_map(|unit| (0..unit % 40).map(move |n| (unit * 100 + n) as i64));
                assert!(found.into_iter().eq(wanted), "{workers} {units}");
            }
        }
    }

    #[test]
    fn a_worker_that_ends_early_is_no_end_of_rows() {
        let early: Worker = Box::new(|send| {
            send(Some(Ok(batch(0))));
        });
        let mut made = InTurns::new(vec![early, worker(1, 2, 4)], 4);
        assert!(made.next().unwrap().is_ok());
        assert!(made.next().unwrap().unwrap_err().to_string().contains("ended early"));
        assert!(made.next().is_none());
    }

    #[test]
    fn workers_stop_where_nobody_reads() {
        let (told, ended) = sync_channel(1);
        let endless: Worker = Box::new(move |send| {
            while send(Some(Ok(batch(1)))) {}
            told.send(()).unwrap();
        });
        let mut made = InTurns::new(vec![endless], 1);
        assert!(made.next().unwrap().is_ok());
        drop(made);
        ended.recv().unwrap();
    }
}
