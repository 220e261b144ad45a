//! What every file but the segments is wrapped in where nothing is encrypted: a mark, the format, the length, and a hash over all of it.
//! [`Seals`](super::keys::Seals) says when that is.

use sha2::{Digest, Sha256};

use super::bytes::Broken;

pub(super) const MAGIC: &[u8; 8] = b"SMALTENV";
/// The format of what is written in clear. A reader refuses others.
const FORMAT: u32 = 2;
/// The format of what is encrypted.
pub(super) const ENCRYPTED: u32 = 3;
const HEADER: usize = 8 + 4 + 4 + 8;
const HASH: usize = 32;

/// What a file is for: one kind is never taken for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Manifest = 1,
    Record = 2,
    Head = 3,
    /// A file that has no wrapping where nothing is encrypted.
    Part = 4,
    /// The wrapped keys.
    Keys = 5,
    /// A line of the audit.
    Line = 6,
    /// Records, in a backup.
    Records = 7,
    /// Lines of the audit, in a backup.
    Events = 8,
    /// What a backup consists of.
    Backup = 9,
    /// How far the backups go.
    Archived = 10,
}

/// Wraps some bytes.
pub(super) fn seal(content: Content, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER + bytes.len() + HASH);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&FORMAT.to_le_bytes());
    out.extend_from_slice(&(content as u32).to_le_bytes());
    out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    out.extend_from_slice(bytes);
    let hash = Sha256::digest(&out);
    out.extend_from_slice(&hash);
    out
}

/// What is in a wrapping.
pub(super) fn open(content: Content, sealed: &[u8]) -> Result<&[u8], Broken> {
    let (body, hash) = sealed.split_at_checked(sealed.len().saturating_sub(HASH)).ok_or(Broken("it ends too early"))?;
    let (magic, rest) = body.split_at_checked(MAGIC.len()).ok_or(Broken("it ends too early"))?;
    if magic != MAGIC {
        return Err(Broken("it is not a file of this program"));
    }
    let format = rest.first_chunk::<4>().ok_or(Broken("it ends too early"))?;
    if u32::from_le_bytes(*format) == ENCRYPTED {
        return Err(Broken("it is encrypted, and no key was given"));
    }
    if u32::from_le_bytes(*format) != FORMAT {
        return Err(Broken("its format is not one that this version reads"));
    }
    if Sha256::digest(body).as_slice() != hash {
        return Err(Broken("a checksum does not hold"));
    }
    let header = body.get(12..HEADER).ok_or(Broken("it ends too early"))?;
    let (kind, length) = header.split_first_chunk::<4>().ok_or(Broken("it ends too early"))?;
    let length = length.first_chunk::<8>().ok_or(Broken("it ends too early"))?;
    let bytes = body.get(HEADER..).ok_or(Broken("it ends too early"))?;
    match u32::from_le_bytes(*kind) == content as u32 && u64::from_le_bytes(*length) == bytes.len() as u64 {
        true => Ok(bytes),
        false => Err(Broken("it is not what its name says")),
    }
}

/// The name of a file by what is in it: half of its hash, in hexadecimal digits.
pub(super) fn name_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
