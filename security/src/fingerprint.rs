//! A content hash of 128 bits with a fixed key: equal contents, equal hash, in every process of one build.

use std::hash::{DefaultHasher, Hasher};

pub(crate) struct Fingerprint {
    halves: [DefaultHasher; 2],
}

impl Fingerprint {
    /// `domain` keeps hashes of different things apart.
    pub(crate) fn new(domain: &str) -> Fingerprint {
        let mut hash = Fingerprint { halves: [DefaultHasher::new(), DefaultHasher::new()] };
        for (prefix, half) in [1u8, 2].into_iter().zip(&mut hash.halves) {
            half.write_u8(prefix);
            half.write(domain.as_bytes());
            half.write_u8(0xff);
        }
        hash
    }

    pub(crate) fn number(&mut self, number: u64) {
        for half in &mut self.halves {
            half.write_u64(number);
        }
    }

    pub(crate) fn print(&mut self, print: u128) {
        for half in &mut self.halves {
            half.write_u128(print);
        }
    }

    /// Rising numbers, as runs: sets of items are mostly ranges.
    pub(crate) fn runs(&mut self, numbers: impl Iterator<Item = u64>) {
        let mut run: Option<(u64, u64)> = None;
        let mut count = 0;
        for number in numbers {
            match &mut run {
                Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
                _ => {
                    self.run(run.replace((number, number)));
                    count += 1;
                }
            }
        }
        self.run(run);
        self.number(count);
    }

    fn run(&mut self, run: Option<(u64, u64)>) {
        if let Some((first, last)) = run {
            self.number(first);
            self.number(last);
        }
    }

    pub(crate) fn finish(&self) -> u128 {
        let [high, low] = &self.halves;
        u128::from(high.finish()) << 64 | u128::from(low.finish())
    }
}

/// The hash of a path's map.
pub(crate) fn of_map(map: &[u32]) -> u128 {
    let mut hash = Fingerprint::new("map");
    let mut bytes = Vec::with_capacity(4096);
    for chunk in map.chunks(1024) {
        bytes.clear();
        bytes.extend(chunk.iter().flat_map(|item| item.to_le_bytes()));
        for half in &mut hash.halves {
            half.write(&bytes);
        }
    }
    hash.number(map.len() as u64);
    hash.finish()
}

/// The hash of rising packed tuples.
pub(crate) fn of_tuples(radix: &[u32], sorted: impl Iterator<Item = u64>) -> u128 {
    let mut hash = Fingerprint::new("words");
    radix.iter().for_each(|radix| hash.number(u64::from(*radix)));
    hash.runs(sorted);
    hash.finish()
}
