//! Sealing what is kept, and opening it.
//!
//! A seal has the mark and the format of all files, what it is for, its length, the number of its data key, a salt, a nonce, and the encrypted
//! bytes with their tag; all that stands before them is covered by the tag too.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::{Mutex, RwLock};
use parquet::encryption::decrypt::{FileDecryptionProperties, KeyRetriever};
use parquet::encryption::encrypt::FileEncryptionProperties;
use parquet::errors::{ParquetError, Result as ParquetResult};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

use super::super::bytes::Broken;
use super::super::envelope::{self, Content, ENCRYPTED, MAGIC};
use super::masters::{of_text, to_text};
use super::ring::Keyring;

const SALT_LEN: usize = 16;
type Salt = [u8; SALT_LEN];
/// What stands before the encrypted bytes: mark, format, content, length, data key, salt, nonce.
const HEADER: usize = 8 + 4 + 4 + 8 + 4 + SALT_LEN + NONCE_LEN;
/// What a derived key is for, so that none is used for two things.
const OF_SEALS: &[u8] = b"smalt seal";
const OF_SEGMENTS: &[u8] = b"smalt segment";
/// More keys of earlier openings than this are not kept at hand.
const MOST_KNOWN: usize = 256;

const NO_KEY: Broken = Broken("it is encrypted with a key that is not there");
const IN_CLEAR: Broken = Broken("it is not encrypted, and the application is");

/// How an application's files are sealed: with a hash, or with its keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seals(Option<Arc<Keys>>);

struct Keys {
    ring: RwLock<Keyring>,
    now: RwLock<Arc<Current>>,
    known: Mutex<HashMap<(u32, Salt), Arc<LessSafeKey>>>,
}

/// Says nothing of the keys.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

/// The key of this opening.
struct Current {
    number: u32,
    salt: Salt,
    key: LessSafeKey,
    /// What nonces begin with, and how many there were.
    prefix: [u8; 4],
    count: AtomicU64,
}

impl Current {
    fn new(ring: &Keyring) -> io::Result<Current> {
        let number = ring.newest();
        let salt = random()?;
        Ok(Current { number, salt, key: derived_cipher(ring, number, &salt)?, prefix: random()?, count: AtomicU64::new(0) })
    }

    fn nonce(&self) -> [u8; NONCE_LEN] {
        let mut nonce = [0; NONCE_LEN];
        let (prefix, count) = nonce.split_at_mut(self.prefix.len());
        prefix.copy_from_slice(&self.prefix);
        // It would take a machine some thousand years to come round.
        count.copy_from_slice(&self.count.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        nonce
    }
}

fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| io::Error::other("the system gives no random bytes"))?;
    Ok(bytes)
}

/// A key for one purpose and one salt.
fn derived(ring: &Keyring, number: u32, purpose: &[u8], salt: &Salt) -> Option<[u8; 32]> {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, ring.key(number)?.bytes()));
    context.update(purpose);
    context.update(salt);
    context.sign().as_ref().try_into().ok()
}

fn derived_cipher(ring: &Keyring, number: u32, salt: &Salt) -> io::Result<LessSafeKey> {
    let key = derived(ring, number, OF_SEALS, salt).ok_or_else(|| io::Error::other(NO_KEY.0))?;
    UnboundKey::new(&AES_256_GCM, &key).map(LessSafeKey::new).map_err(|_| io::Error::other(NO_KEY.0))
}

impl Seals {
    /// In clear, with a hash.
    pub(crate) fn clear() -> Seals {
        Seals(None)
    }

    /// With the newest of these keys.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub(crate) fn with(ring: Keyring) -> io::Result<Seals> {
        let now = RwLock::new(Arc::new(Current::new(&ring)?));
        Ok(Seals(Some(Arc::new(Keys { ring: RwLock::new(ring), now, known: Mutex::default() }))))
    }

    /// The keys; `None` where it is all in clear.
    pub(crate) fn ring(&self) -> Option<Keyring> {
        self.0.as_ref().map(|keys| keys.ring.read().clone())
    }

    /// Uses other keys from now on, which must have those of before.
    pub(crate) fn change(&self, ring: Keyring) -> io::Result<()> {
        if let Some(keys) = &self.0 {
            let now = Arc::new(Current::new(&ring)?);
            *keys.ring.write() = ring;
            *keys.now.write() = now;
        }
        Ok(())
    }

    /// Whether what is in clear may be read.
    fn takes_clear(&self) -> bool {
        self.0.as_ref().is_none_or(|keys| keys.ring.read().takes_clear())
    }

    /// Seals some bytes.
    ///
    /// # Errors
    /// They are too many.
    pub(crate) fn seal(&self, content: Content, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let Some(keys) = &self.0 else { return Ok(envelope::seal(content, bytes)) };
        let now = Arc::clone(&keys.now.read());
        let nonce = now.nonce();
        let mut out = Vec::with_capacity(HEADER + bytes.len() + AES_256_GCM.tag_len());
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&ENCRYPTED.to_le_bytes());
        out.extend_from_slice(&(content as u32).to_le_bytes());
        out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        out.extend_from_slice(&now.number.to_le_bytes());
        out.extend_from_slice(&now.salt);
        out.extend_from_slice(&nonce);
        let about = Aad::from(out.clone());
        out.extend_from_slice(bytes);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = now.key.seal_in_place_separate_tag(nonce, about, out.get_mut(HEADER..).unwrap_or_default());
        out.extend_from_slice(tag.map_err(|_| io::Error::other("it is too long to be encrypted"))?.as_ref());
        Ok(out)
    }

    /// What is in a seal.
    pub(crate) fn open<'a>(&self, content: Content, sealed: &'a [u8]) -> Result<Cow<'a, [u8]>, Broken> {
        if !is_encrypted(sealed) {
            return if self.takes_clear() { envelope::open(content, sealed).map(Cow::Borrowed) } else { Err(IN_CLEAR) };
        }
        let keys = self.0.as_ref().ok_or(NO_KEY)?;
        let (header, body) = sealed.split_first_chunk::<HEADER>().ok_or(Broken("it ends too early"))?;
        let mut rest = header.get(MAGIC.len() + 4..).unwrap_or_default();
        let kind = u32::from_le_bytes(chunk(&mut rest)?);
        let length = u64::from_le_bytes(chunk(&mut rest)?);
        let number = u32::from_le_bytes(chunk(&mut rest)?);
        let salt: Salt = chunk(&mut rest)?;
        let nonce: [u8; NONCE_LEN] = chunk(&mut rest)?;
        if kind != content as u32 || length.checked_add(AES_256_GCM.tag_len() as u64) != Some(body.len() as u64) {
            return Err(Broken("it is not what its name says"));
        }
        let key = keys.key(number, &salt)?;
        let mut bytes = body.to_vec();
        let opened = key.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(header), &mut bytes);
        let length = opened.map_err(|_| Broken("its seal does not hold"))?.len();
        bytes.truncate(length);
        Ok(Cow::Owned(bytes))
    }

    /// A file that is as it is where nothing is encrypted.
    pub(crate) fn seal_part(&self, bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        match &self.0 {
            None => Ok(bytes),
            Some(_) => self.seal(Content::Part, &bytes),
        }
    }

    /// What is in such a file.
    pub(crate) fn open_part(&self, bytes: Vec<u8>) -> Result<Vec<u8>, Broken> {
        match (is_encrypted(&bytes), self.takes_clear()) {
            (true, _) => self.open(Content::Part, &bytes).map(Cow::into_owned),
            (false, true) => Ok(bytes),
            (false, false) => Err(IN_CLEAR),
        }
    }

    /// A line of a file of lines, without its end.
    pub(crate) fn seal_line(&self, line: &str) -> io::Result<String> {
        match &self.0 {
            None => Ok(line.to_owned()),
            Some(_) => Ok(to_text(&self.seal(Content::Line, line.as_bytes())?)),
        }
    }

    /// What such a line says; `None`: it was changed, or a part of it is missing.
    pub(crate) fn open_line(&self, line: &[u8]) -> Option<Vec<u8>> {
        let sealed = || std::str::from_utf8(line).ok().and_then(of_text).filter(|sealed| is_encrypted(sealed));
        match (&self.0, self.takes_clear()) {
            (None, _) => Some(line.to_vec()),
            (Some(_), takes_clear) => match sealed() {
                Some(sealed) => Some(self.open(Content::Line, &sealed).ok()?.into_owned()),
                None => takes_clear.then(|| line.to_vec()),
            },
        }
    }

    /// How a new segment is encrypted; `None`: not at all.
    pub(crate) fn of_new_segment(&self) -> ParquetResult<Option<Arc<FileEncryptionProperties>>> {
        let Some(keys) = &self.0 else { return Ok(None) };
        let salt: Salt = random().map_err(|e| ParquetError::General(e.to_string()))?;
        let ring = keys.ring.read();
        let number = ring.newest();
        let key = derived(&ring, number, OF_SEGMENTS, &salt).ok_or_else(|| ParquetError::General(NO_KEY.0.to_owned()))?;
        let about = serde_json::to_vec(&KeyMaterial::of(number, &salt)).map_err(|e| ParquetError::External(Box::new(e)))?;
        FileEncryptionProperties::builder(key.to_vec()).with_footer_key_metadata(about).build().map(Some)
    }

    /// How a segment is decrypted; `None`: it is in clear.
    pub(crate) fn of_segment(&self, file: &[u8]) -> Result<Option<Arc<FileDecryptionProperties>>, Broken> {
        match (file.starts_with(b"PARE"), &self.0) {
            (false, _) if self.takes_clear() => Ok(None),
            (false, _) => Err(IN_CLEAR),
            (true, None) => Err(NO_KEY),
            (true, Some(keys)) => Ok(Some(FileDecryptionProperties::with_key_retriever(Arc::new(SegmentKeys(Arc::clone(keys)))).build()?)),
        }
    }
}

/// Whether bytes have the mark of an encrypted seal.
pub(crate) fn is_encrypted(sealed: &[u8]) -> bool {
    sealed.strip_prefix(MAGIC).is_some_and(|rest| rest.starts_with(&ENCRYPTED.to_le_bytes()))
}

fn chunk<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], Broken> {
    let (chunk, behind) = rest.split_first_chunk::<N>().ok_or(Broken("it ends too early"))?;
    *rest = behind;
    Ok(*chunk)
}

impl Keys {
    /// The key of an opening.
    fn key(&self, number: u32, salt: &Salt) -> Result<Arc<LessSafeKey>, Broken> {
        let mut known = self.known.lock();
        if let Some(key) = known.get(&(number, *salt)) {
            return Ok(Arc::clone(key));
        }
        let key = Arc::new(derived_cipher(&self.ring.read(), number, salt).map_err(|_| NO_KEY)?);
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert((number, *salt), Arc::clone(&key));
        Ok(key)
    }
}

/// Finds the key of a segment by what its footer says.
struct SegmentKeys(Arc<Keys>);

impl KeyRetriever for SegmentKeys {
    fn retrieve_key(&self, about: &[u8]) -> ParquetResult<Vec<u8>> {
        let material: Option<KeyMaterial> = serde_json::from_slice(about).ok();
        let named = material.and_then(|material| material.read());
        let key = named.and_then(|(number, salt)| derived(&self.0.ring.read(), number, OF_SEGMENTS, &salt));
        key.map(|key| key.to_vec()).ok_or_else(|| ParquetError::General(NO_KEY.0.to_owned()))
    }
}

/// What a segment's footer says of its key, in the form that other readers of Parquet hand to whoever knows the keys: the number of the data key
/// as the name of the master key, and the salt as the wrapped key.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyMaterial {
    key_material_type: String,
    internal_storage: bool,
    is_footer_key: bool,
    #[serde(rename = "kmsInstanceID")]
    kms_instance_id: String,
    #[serde(rename = "kmsInstanceURL")]
    kms_instance_url: String,
    #[serde(rename = "masterKeyID")]
    master_key_id: String,
    double_wrapping: bool,
    #[serde(rename = "wrappedDEK")]
    wrapped_dek: String,
}

impl KeyMaterial {
    fn of(number: u32, salt: &Salt) -> KeyMaterial {
        KeyMaterial {
            key_material_type: "PKMT1".to_owned(),
            internal_storage: true,
            is_footer_key: true,
            kms_instance_id: "smalt".to_owned(),
            kms_instance_url: "smalt".to_owned(),
            master_key_id: number.to_string(),
            double_wrapping: false,
            wrapped_dek: to_text(salt),
        }
    }

    fn read(&self) -> Option<(u32, Salt)> {
        Some((self.master_key_id.parse().ok()?, of_text(&self.wrapped_dek)?.try_into().ok()?))
    }
}
