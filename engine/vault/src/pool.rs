//! Work shared out to the threads of a pool, where there is one.

use rayon::prelude::*;

/// Each thing made into another one, in their order: on the threads of the pool that this thread is one of, where that is worth it. Outside of a pool
/// a parallel iterator would make the one that rayon has for a process, which is the host's to make.
pub fn map_in_pool<T: Send, R: Send>(things: Vec<T>, is_worth_it: bool, f: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    match rayon::current_thread_index() {
        Some(_) if is_worth_it => things.into_par_iter().map(f).collect(),
        _ => things.into_iter().map(f).collect(),
    }
}
