//! Who holds the master key.

use std::fmt;

/// Keeps the key that opens all others: a file, a variable of the environment, or a key service of the host's.
///
/// smalt makes the keys that data is encrypted with (data keys) and keeps them wrapped, beside the data. It asks for one to be unwrapped when
/// an application is opened, and has all of them wrapped again when the keys are changed; never in between.
pub trait KeyProvider: fmt::Debug + Send + Sync {
    /// Encrypts a data key under the master key that is to be used from now on.
    ///
    /// # Errors
    /// There is no such key, or who has it does not answer.
    fn wrap(&self, key: &DataKey) -> Result<WrappedKey, KeyError>;

    /// Decrypts what [`KeyProvider::wrap`] gave, perhaps under an earlier master key.
    ///
    /// # Errors
    /// The key is not there or is another one, or who has it does not answer.
    fn unwrap(&self, wrapped: &WrappedKey) -> Result<DataKey, KeyError>;
}

/// A key that data is encrypted with.
#[derive(Clone, PartialEq, Eq)]
pub struct DataKey([u8; 32]);

impl DataKey {
    /// From its bytes.
    pub fn new(bytes: [u8; 32]) -> DataKey {
        DataKey(bytes)
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Says nothing of the key.
impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}

/// A data key as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKey {
    /// Which master key opens it, in the provider's words. It is kept in clear, and told where that key is missing.
    pub master: String,
    /// The encrypted key, in a form that the provider chooses.
    pub bytes: Vec<u8>,
}

/// Why a key cannot be had, in words for whoever runs the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyError(String);

impl KeyError {
    /// With a reason, such as "the key service does not answer".
    pub fn new(reason: impl Into<String>) -> KeyError {
        KeyError(reason.into())
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for KeyError {}
