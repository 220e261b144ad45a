//! The seal of an event: a hash over the hash before it and over its own text, so that no line can be changed, moved or taken out alone.
//!
//! A line is the event as JSON, fields in the order of their types, with the seal as the last field. The hash is taken over the very bytes
//! of the line, so that there is only one way to write an event.

use std::fmt;

use sha2::{Digest, Sha256};

use super::event::Event;

/// What stands before a hash in a line, and behind it.
const BEFORE: &str = ",\"hash\":\"";
const BEHIND: &str = "\"}\n";
const DIGITS: usize = 64;

/// A hash of the chain.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hash([u8; 32]);

impl Hash {
    /// What the first event follows.
    pub(crate) const ORIGIN: Hash = Hash([0; 32]);
    /// What an event follows before which something is known to be lost that the lines alone would not show. No event has this hash.
    pub(crate) const LOST: Hash = Hash([0xff; 32]);

    /// From 64 digits, small letters only: another spelling would be another line with the same meaning.
    pub(crate) fn parse(text: &str) -> Option<Hash> {
        let digit = |b: u8| match b {
            b'0'..=b'9' => Some(b - b'0'),
            b'a'..=b'f' => Some(b - b'a' + 10),
            _ => None,
        };
        let mut out = [0; 32];
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != out.len() || !rest.is_empty() {
            return None;
        }
        for (byte, [high, low]) in out.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Some(Hash(out))
    }

    fn of(before: &Hash, body: &[u8]) -> Hash {
        Hash(Sha256::new().chain_update(before.0).chain_update(body).chain_update(b"}").finalize().into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
        let mut text = String::with_capacity(DIGITS);
        for byte in self.0 {
            text.extend(HEX.get(usize::from(byte >> 4)));
            text.extend(HEX.get(usize::from(byte & 15)));
        }
        f.write_str(&text)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// An event as a line, the end of the line included, and its hash.
///
/// # Errors
/// It cannot be written as JSON, which no event is known to do.
pub(crate) fn seal(before: &Hash, event: &Event) -> serde_json::Result<(String, Hash)> {
    let mut line = serde_json::to_string(event)?;
    // The brace that ends the object comes behind the hash.
    line.pop();
    let hash = Hash::of(before, line.as_bytes());
    line.reserve(BEFORE.len() + DIGITS + BEHIND.len());
    line.push_str(BEFORE);
    line.push_str(&hash.to_string());
    line.push_str(BEHIND);
    Ok((line, hash))
}

/// A line, cut into the event and the hash that it claims.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sealed<'a> {
    /// The event without its last brace.
    body: &'a str,
    pub(crate) hash: Hash,
}

impl<'a> Sealed<'a> {
    /// `None` where it is no whole line of an audit.
    pub(crate) fn read(line: &'a [u8]) -> Option<Sealed<'a>> {
        let line = std::str::from_utf8(line).ok()?.strip_suffix(BEHIND)?;
        let (line, hash) = line.split_at_checked(line.len().checked_sub(DIGITS)?)?;
        Some(Sealed { body: line.strip_suffix(BEFORE)?, hash: Hash::parse(hash)? })
    }

    /// Whether its hash is the one that it must have behind `before`.
    pub(crate) fn follows(&self, before: &Hash) -> bool {
        Hash::of(before, self.body.as_bytes()) == self.hash
    }

    /// Whether it may be of a change: a look at the text that spares most events from being read.
    pub(crate) fn is_of_a_revision(&self) -> bool {
        self.body.contains("\"revision\":")
    }

    pub(crate) fn event(&self) -> Option<Event> {
        serde_json::from_str(&format!("{}}}", self.body)).ok()
    }
}
