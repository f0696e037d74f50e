//! What can go wrong with keys.

/// A fault of the key store.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the master key is not 32 bytes in base64")]
    MasterKey,
    #[error("the file of the master key cannot be read or made")]
    MasterKeyFile(#[source] std::io::Error),
    #[error("a sealed value does not open: it was sealed with another master key or for another use")]
    Unseal,
    #[error("a value cannot be sealed")]
    Seal,
    #[error("there is no key for checkpoints")]
    NoCheckpointKey,
    #[error("there is no signing key for {0}")]
    NoKey(crate::jose::Algorithm),
    #[error(transparent)]
    SigningKey(#[from] crate::jose::SigningKeyError),
    #[error(transparent)]
    Storage(#[from] crate::storage::StorageError),
}
