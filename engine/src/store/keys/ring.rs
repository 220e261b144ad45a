//! The data keys of an application, and the file that has them wrapped.
//!
//! The file is there twice (`keys`, `keys.copy`), since all else is lost with it. It tells the number of its keys and the names of the master
//! keys; a code over it, made with the newest data key, keeps others from changing what it says.

use std::io;
use std::path::Path;

use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

use super::super::bytes::Broken;
use super::super::disk::{Disk, put};
use super::super::envelope::{self, Content};
use super::masters::{of_text, to_text};
use super::provider::{DataKey, KeyError, KeyProvider, WrappedKey};

/// The files.
const NAMES: [&str; 2] = ["keys", "keys.copy"];

/// The keys of an application, unwrapped.
#[derive(Clone, Debug)]
pub(crate) struct Keyring {
    /// By their numbers, from 1, without a gap; the last one is in use.
    keys: Vec<(DataKey, WrappedKey)>,
    /// Whether there may be files that were never encrypted: an application is being turned into an encrypted one.
    takes_clear: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    keys: Vec<KeptKey>,
    takes_clear: bool,
    /// Over what stands above.
    code: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptKey {
    master: String,
    wrapped: String,
}

/// What a folder has of the file.
#[derive(Debug)]
pub(crate) enum Found {
    /// None: it is not encrypted.
    Nothing,
    /// It, and what of its two files is not as it should be.
    Bytes(Vec<u8>, Twin),
    /// Both are damaged.
    Damaged,
}

/// How the two files are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Twin {
    /// Both are the same.
    Same,
    /// A crash came between the two.
    Behind,
    /// One was damaged.
    Damaged,
}

/// What the file of a folder holds.
pub(crate) fn find(disk: &dyn Disk, folder: &Path) -> io::Result<Found> {
    let mut files = Vec::new();
    for name in NAMES {
        match disk.read(&folder.join(name)) {
            Ok(bytes) => files.push(Some(bytes)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => files.push(None),
            Err(e) => return Err(e),
        }
    }
    if files.iter().all(Option::is_none) {
        return Ok(Found::Nothing);
    }
    let is_whole = |bytes: &Vec<u8>| envelope::open(Content::Keys, bytes).is_ok();
    let twin = match () {
        () if files.iter().flatten().any(|bytes| !is_whole(bytes)) => Twin::Damaged,
        () if files.first() == files.get(1) => Twin::Same,
        () => Twin::Behind,
    };
    // The first is written first.
    Ok(files.into_iter().flatten().find(is_whole).map_or(Found::Damaged, |bytes| Found::Bytes(bytes, twin)))
}

impl Keyring {
    /// One with a first key.
    pub(crate) fn new(provider: &dyn KeyProvider, takes_clear: bool) -> Result<Keyring, KeyError> {
        Keyring { keys: Vec::new(), takes_clear }.with_new_key(provider)
    }

    /// All keys, wrapped by the provider's key of today, and a new one, which is to be used from now on.
    pub(crate) fn with_new_key(&self, provider: &dyn KeyProvider) -> Result<Keyring, KeyError> {
        let mut new = [0; 32];
        SystemRandom::new().fill(&mut new).map_err(|_| KeyError::new("the system gives no random bytes"))?;
        let all = self.keys.iter().map(|(key, _)| key.clone()).chain([DataKey::new(new)]);
        let keys = all.map(|key| Ok((key.clone(), provider.wrap(&key)?))).collect::<Result<_, _>>()?;
        Ok(Keyring { keys, takes_clear: self.takes_clear })
    }

    /// The same, of an application that is encrypted throughout.
    pub(crate) fn without_clear(&self) -> Keyring {
        Keyring { takes_clear: false, ..self.clone() }
    }

    pub(crate) fn takes_clear(&self) -> bool {
        self.takes_clear
    }

    /// The number of the key in use.
    pub(super) fn newest(&self) -> u32 {
        u32::try_from(self.keys.len()).unwrap_or(u32::MAX)
    }

    /// The key of a number.
    pub(super) fn key(&self, number: u32) -> Option<&DataKey> {
        let at = usize::try_from(number).ok()?.checked_sub(1)?;
        self.keys.get(at).map(|(key, _)| key)
    }

    /// All keys, by their numbers.
    #[cfg(test)]
    pub(crate) fn data_keys(&self) -> impl Iterator<Item = &DataKey> {
        self.keys.iter().map(|(key, _)| key)
    }

    /// The keys of a file.
    ///
    /// # Errors
    /// The provider does not open them, or they are not what was written.
    pub(crate) fn open(bytes: &[u8], provider: &dyn KeyProvider) -> Result<Keyring, KeyError> {
        let kept = Kept::read(bytes).map_err(|e| KeyError::new(format!("the kept keys cannot be read: {e}")))?;
        let mut keys = Vec::new();
        for kept in &kept.keys {
            let bytes = of_text(&kept.wrapped).ok_or_else(|| KeyError::new("the kept keys cannot be read"))?;
            let wrapped = WrappedKey { master: kept.master.clone(), bytes };
            keys.push((provider.unwrap(&wrapped)?, wrapped));
        }
        let ring = Keyring { keys, takes_clear: kept.takes_clear };
        match of_text(&kept.code).is_some_and(|code| ring.code().is_some_and(|(key, text)| hmac::verify(&key, &text, &code).is_ok())) {
            true => Ok(ring),
            false => Err(KeyError::new("the kept keys are not those that were written")),
        }
    }

    /// What the code is made with, and over.
    fn code(&self) -> Option<(hmac::Key, Vec<u8>)> {
        let newest = self.key(self.newest())?;
        let mut text = b"smalt keys".to_vec();
        text.push(u8::from(self.takes_clear));
        for (key, wrapped) in &self.keys {
            text.extend_from_slice(key.bytes());
            text.extend_from_slice(&(wrapped.bytes.len() as u64).to_le_bytes());
            text.extend_from_slice(&wrapped.bytes);
            text.extend_from_slice(&(wrapped.master.len() as u64).to_le_bytes());
            text.extend_from_slice(wrapped.master.as_bytes());
        }
        Some((hmac::Key::new(hmac::HMAC_SHA256, newest.bytes()), text))
    }

    /// The file that has them.
    pub(crate) fn bytes(&self) -> io::Result<Vec<u8>> {
        let kept = |(_, wrapped): &(DataKey, WrappedKey)| KeptKey { master: wrapped.master.clone(), wrapped: to_text(&wrapped.bytes) };
        let code = self.code().map(|(key, text)| to_text(hmac::sign(&key, &text).as_ref())).unwrap_or_default();
        let kept = Kept { keys: self.keys.iter().map(kept).collect(), takes_clear: self.takes_clear, code };
        Ok(envelope::seal(Content::Keys, &serde_json::to_vec(&kept)?))
    }

    /// Puts them on the disk.
    pub(crate) fn write(&self, disk: &dyn Disk, folder: &Path) -> io::Result<()> {
        write(disk, folder, &self.bytes()?)
    }
}

/// Puts the file on the disk, twice: one is whole at each moment.
pub(crate) fn write(disk: &dyn Disk, folder: &Path, bytes: &[u8]) -> io::Result<()> {
    for name in NAMES {
        put(disk, &folder.join(format!("{name}{}", super::super::log::NEW)), &folder.join(name), bytes)?;
        disk.sync_folder(folder)?;
    }
    Ok(())
}

impl Kept {
    fn read(bytes: &[u8]) -> Result<Kept, Broken> {
        let json = envelope::open(Content::Keys, bytes)?;
        serde_json::from_slice(json).map_err(|_| Broken("it is no file of keys of this version"))
    }
}
