//! What all views of a vault share: the threads, and the masks that were resolved.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;

use super::selection::Resolved;
use crate::cells::Field;

/// Resolved masks are kept up to so many bytes: those of some hundred profiles over ten million cells each.
const MOST_BYTES: usize = 256 << 20;

/// Shared by all views of one vault.
pub(crate) struct Workshop {
    pool: Option<Arc<rayon::ThreadPool>>,
    cache: Mutex<Cache>,
}

/// What a resolved mask depends on, and nothing else. People whose masks have the same fingerprint share it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// Cells of one version under a mask, and a mask of the items that they may hold.
    Cells { stamp: u64, fields: Vec<Field>, mask: u128, values: Option<u128> },
    /// Rows of one version under a mask.
    Rows { stamp: u64, mask: u128 },
}

/// A mask over cells by some fields, whichever cells.
type Family = (Vec<Field>, u128);

impl Key {
    fn family(&self) -> Option<Family> {
        match self {
            Key::Cells { fields, mask, values: None, .. } => Some((fields.clone(), *mask)),
            Key::Cells { .. } | Key::Rows { .. } => None,
        }
    }
}

#[derive(Default)]
struct Cache {
    entries: HashMap<Key, Entry>,
    /// By family the one that was made last.
    families: HashMap<Family, Key>,
    bytes: usize,
    clock: u64,
}

struct Entry {
    resolved: Arc<Resolved>,
    bytes: usize,
    used: u64,
}

impl Workshop {
    pub(crate) fn new(pool: Option<Arc<rayon::ThreadPool>>) -> Workshop {
        Workshop { pool, cache: Mutex::new(Cache::default()) }
    }

    /// Runs work in the vault's pool, or in the caller's where it has none.
    pub(super) fn run<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        match &self.pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }

    /// How many resolved masks are kept, and their bytes.
    pub(crate) fn tally(&self) -> (usize, usize) {
        let cache = self.cache.lock();
        (cache.entries.len(), cache.bytes)
    }

    /// A resolved mask, made by `make` where it is not kept yet. It is given what the same mask came to over another version of the cells, or
    /// over those of another metric, most of whose blocks may be the very same.
    pub(super) fn resolved(&self, key: Key, make: impl FnOnce(Option<&Resolved>) -> Resolved) -> Arc<Resolved> {
        let kin = {
            let mut cache = self.cache.lock();
            if let Some(found) = cache.find(&key) {
                return found;
            }
            cache.kin(&key)
        };
        let made = Arc::new(make(kin.as_deref()));
        self.cache.lock().keep(key, &made);
        made
    }
}

impl Cache {
    fn find(&mut self, key: &Key) -> Option<Arc<Resolved>> {
        self.clock += 1;
        let entry = self.entries.get_mut(key)?;
        entry.used = self.clock;
        Some(Arc::clone(&entry.resolved))
    }

    /// The one of its family that was made last.
    fn kin(&self, key: &Key) -> Option<Arc<Resolved>> {
        let other = self.families.get(&key.family()?)?;
        self.entries.get(other).map(|entry| Arc::clone(&entry.resolved))
    }

    fn keep(&mut self, key: Key, resolved: &Arc<Resolved>) {
        let bytes = resolved.bytes();
        if bytes > MOST_BYTES {
            return;
        }
        if let Some(family) = key.family() {
            self.families.insert(family, key.clone());
        }
        let entry = Entry { resolved: Arc::clone(resolved), bytes, used: self.clock };
        self.bytes += bytes;
        if let Some(old) = self.entries.insert(key, entry) {
            self.bytes -= old.bytes;
        }
        while self.bytes > MOST_BYTES {
            let Some(oldest) = self.entries.iter().min_by_key(|(_, entry)| entry.used).map(|(key, _)| key.clone()) else { return };
            if let Some(gone) = self.entries.remove(&oldest) {
                self.bytes -= gone.bytes;
            }
            if let Some(family) = oldest.family().filter(|family| self.families.get(family) == Some(&oldest)) {
                self.families.remove(&family);
            }
        }
    }
}

impl fmt::Debug for Workshop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workshop").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Cache, Key, MOST_BYTES, Resolved};
    use crate::view::selection::Selection;

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let mut cache = Cache::default();
        let key = |mask| Key::Rows { stamp: 1, mask };
        let large = || Arc::new(Resolved::new([(Selection::Bits(vec![1u64; MOST_BYTES / 8 / 3].into()), 1)]));
        cache.keep(key(1), &large());
        cache.keep(key(2), &large());
        assert!(cache.find(&key(1)).is_some());
        cache.keep(key(3), &large());
        assert!(cache.find(&key(2)).is_none());
        assert!(cache.find(&key(1)).is_some() && cache.find(&key(3)).is_some());
        assert!(cache.bytes <= MOST_BYTES);
    }
}
