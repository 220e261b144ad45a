//! Master keys in a file or in a variable of the environment.
//!
//! The form is the same: keys of 64 hexadecimal digits, one a line; what stands behind `#` is a comment. The first wraps, all unwrap. So the
//! keys are changed by putting a new line first.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use sha2::{Digest, Sha256};

use super::provider::{DataKey, KeyError, KeyProvider, WrappedKey};

/// What a wrapped key is bound to.
const ABOUT: &[u8] = b"smalt data key";

/// Master keys in a file, which is read each time: it may be changed while the application is open.
#[derive(Clone, Debug)]
pub struct KeyFile(PathBuf);

impl KeyFile {
    /// The file at this path: a key of 64 hexadecimal digits in each line, the one to be used first.
    pub fn new(path: impl Into<PathBuf>) -> KeyFile {
        KeyFile(path.into())
    }

    /// A line for a new key file.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub fn generate() -> Result<String, KeyError> {
        let mut key = [0; 32];
        SystemRandom::new().fill(&mut key).map_err(|_| KeyError::new("the system gives no random bytes"))?;
        Ok(key.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    fn masters(&self) -> Result<Masters, KeyError> {
        let about = format!("the key file `{}`", self.0.display());
        let text = std::fs::read_to_string(&self.0).map_err(|e| KeyError::new(format!("{about} cannot be read: {e}")))?;
        Masters::read(&text, &about)
    }
}

impl KeyProvider for KeyFile {
    fn wrap(&self, key: &DataKey) -> Result<WrappedKey, KeyError> {
        self.masters()?.wrap(key)
    }

    fn unwrap(&self, wrapped: &WrappedKey) -> Result<DataKey, KeyError> {
        self.masters()?.unwrap(wrapped)
    }
}

/// Master keys in a variable of the environment, in the form of a [`KeyFile`]; `,` ends a line too.
#[derive(Clone, Debug)]
pub struct KeyVariable(String);

impl KeyVariable {
    /// The variable of this name.
    pub fn new(name: impl Into<String>) -> KeyVariable {
        KeyVariable(name.into())
    }

    fn masters(&self) -> Result<Masters, KeyError> {
        let about = format!("the variable `{}`", self.0);
        let text = std::env::var(&self.0).map_err(|_| KeyError::new(format!("{about} holds no key")))?;
        Masters::read(&text.replace(',', "\n"), &about)
    }
}

impl KeyProvider for KeyVariable {
    fn wrap(&self, key: &DataKey) -> Result<WrappedKey, KeyError> {
        self.masters()?.wrap(key)
    }

    fn unwrap(&self, wrapped: &WrappedKey) -> Result<DataKey, KeyError> {
        self.masters()?.unwrap(wrapped)
    }
}

/// Keys that were read.
struct Masters {
    keys: Vec<[u8; 32]>,
    /// Where they are from, in words.
    about: String,
}

impl Masters {
    fn read(text: &str, about: &str) -> Result<Masters, KeyError> {
        let mut keys = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.split_once('#').map_or(text, |(key, _)| key).trim();
            if text.is_empty() {
                continue;
            }
            // Never the text itself: it may be a key with a slip in it.
            keys.push(parse(text).ok_or_else(|| KeyError::new(format!("{about} has no key of 64 hexadecimal digits in line {line}")))?);
        }
        if keys.is_empty() { Err(KeyError::new(format!("{about} holds no key"))) } else { Ok(Masters { keys, about: about.to_owned() }) }
    }

    fn wrap(&self, key: &DataKey) -> Result<WrappedKey, KeyError> {
        let failed = |_| KeyError::new("the key cannot be wrapped");
        let master = self.keys.first().ok_or_else(|| KeyError::new(format!("{} holds no key", self.about)))?;
        // A random nonce: a master key wraps some keys a year.
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).map_err(|_| KeyError::new("the system gives no random bytes"))?;
        let mut sealed = key.bytes().to_vec();
        let about = Aad::from(ABOUT);
        cipher(master)?.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), about, &mut sealed).map_err(failed)?;
        Ok(WrappedKey { master: name_of(master), bytes: [nonce.as_slice(), &sealed].concat() })
    }

    fn unwrap(&self, wrapped: &WrappedKey) -> Result<DataKey, KeyError> {
        let master = self.keys.iter().find(|key| name_of(key) == wrapped.master);
        let master = master.ok_or_else(|| KeyError::new(format!("{} does not hold the key `{}`", self.about, wrapped.master)))?;
        let broken = || KeyError::new(format!("the key `{}` does not open what it should", wrapped.master));
        let (nonce, sealed) = wrapped.bytes.split_first_chunk::<NONCE_LEN>().ok_or_else(broken)?;
        let mut sealed = sealed.to_vec();
        let opened = cipher(master)?.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(ABOUT), &mut sealed);
        let key = opened.map_err(|_| broken())?;
        Ok(DataKey::new((&*key).try_into().map_err(|_| broken())?))
    }
}

/// A name for a key that does not tell it: the beginning of its hash.
fn name_of(key: &[u8; 32]) -> String {
    Sha256::new().chain_update(ABOUT).chain_update(key).finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

fn cipher(key: &[u8; 32]) -> Result<LessSafeKey, KeyError> {
    UnboundKey::new(&AES_256_GCM, key).map(LessSafeKey::new).map_err(|_| KeyError::new("the key is of another length"))
}

fn parse(text: &str) -> Option<[u8; 32]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let is_hexadecimal = rest.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit());
    is_hexadecimal.then(|| pairs.iter().map(byte).collect::<Option<Vec<u8>>>())??.try_into().ok()
}

/// Bytes as text.
pub(super) fn to_text(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Bytes from their text.
pub(super) fn of_text(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const A: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    const B: &str = "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    #[test]
    fn the_first_key_wraps_and_all_unwrap() {
        let key = DataKey::new([7; 32]);
        let old = Masters::read(A, "it").unwrap();
        let new = Masters::read(&format!("# newest first\n{B} # 2026\n\n{A}\n"), "it").unwrap();
        let (by_old, by_new) = (old.wrap(&key).unwrap(), new.wrap(&key).unwrap());
        assert_eq!(new.unwrap(&by_old).unwrap(), key);
        assert_eq!(new.unwrap(&by_new).unwrap(), key);
        assert_ne!(by_old.master, by_new.master);
        let missing = old.unwrap(&by_new).unwrap_err().to_string();
        assert!(missing.contains(&by_new.master), "{missing}");
        let mut changed = by_old.clone();
        changed.bytes[20] ^= 1;
        assert!(old.unwrap(&changed).unwrap_err().to_string().contains("does not open"));
        assert_ne!(old.wrap(&key).unwrap(), by_old, "each wrapping is another one");
    }

    #[test]
    fn what_is_no_key_is_refused_without_being_shown() {
        for (text, expected) in [
            ("", "holds no key"),
            ("# nothing\n", "holds no key"),
            ("secret", "in line 1"),
            (&format!("{A}\n{A}0"), "in line 2"),
            (&A.replace('0', "+"), "in line 1"),
        ] {
            let told = Masters::read(text, "the key file `x`").err().unwrap().to_string();
            assert!(told.contains(expected) && told.contains("`x`") && !told.contains("secret"), "{told}");
        }
        assert_eq!(KeyFile::generate().unwrap().len(), 64);
        assert_ne!(KeyFile::generate().unwrap(), KeyFile::generate().unwrap());
    }
}
