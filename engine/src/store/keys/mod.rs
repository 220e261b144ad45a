//! Encryption at rest: how what is kept is sealed, and with which keys.
//!
//! ```text
//! master key   the host's: a file, a variable, a key service   [`KeyProvider`]: it wraps data keys, and smalt never sees it
//!  └ data key  in the file `keys`, wrapped                     [`Keyring`]: one more each time the keys are changed
//!     ├ HMAC-SHA256 with a salt of this opening                [`Seals`]: records, manifests, parts, events: AES-256-GCM
//!     └ HMAC-SHA256 with a salt of its own                     a segment: Parquet's own encryption
//! ```
//!
//! INVARIANT: no key seals twice with one nonce. A position of the log can be written again after a crash, so each opening has a key of its
//! own (its salt is random, and stands beside what it seals), and counts its nonces in memory alone.

mod masters;
mod provider;
mod ring;
mod seals;

pub use masters::{KeyFile, KeyVariable};
pub use provider::{DataKey, KeyError, KeyProvider, WrappedKey};

pub(crate) use ring::{Found, Keyring, Twin, find, write};
pub(crate) use seals::Seals;
