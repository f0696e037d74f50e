//! The ring of signing keys: all keys of one moment, ready to sign and verify.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use zeroize::Zeroizing;

use super::schedule::{Term, Window, last_signature};
use super::store::{self, StoredKey};
use super::{KeyError, MasterKey};
use crate::config::Keys;
use crate::domain::Timestamp;
use crate::jose::{Algorithm, JwkSet, PublicKey, SigningKey, SigningKeyError};
use crate::storage::Storage;

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyUse {
    Token,
    Checkpoint,
}

impl KeyUse {
    /// The word for it in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Checkpoint => "checkpoint",
        }
    }

    /// The use for a word, spelled exactly.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Token, Self::Checkpoint]
            .into_iter()
            .find(|one| one.as_str() == word)
    }
}

/// All keys of one moment, ready to sign and verify; replaced as a whole after a rotation.
///
/// A key verifies from the time it is stored (so before it signs), and no longer than its row says. Public halves are
/// taken from the sealed private keys, so that whoever can write to the database cannot plant a key of their own.
#[derive(Debug)]
pub struct KeyRing {
    /// The newest first.
    signers: Vec<Signer>,
    checkpoints: Vec<(CheckpointKey, Timestamp)>,
    checkpoint_verifiers: Vec<[u8; 32]>,
    verifiers: Vec<(PublicKey, Timestamp)>,
    /// The keys of `verifiers` as they are handed out, right as long as none has ended.
    prepared: Arc<[PublicKey]>,
    prepared_until: Timestamp,
    jwks: Arc<[u8]>,
    /// What the database said of each key.
    windows: Vec<(String, Window)>,
}

#[derive(Debug)]
struct Signer {
    key: SigningKey,
    from: Timestamp,
    /// The last moment at which it signs, should its successor be late.
    until: Timestamp,
}

/// The Ed25519 key that signs the audit log's checkpoints.
#[derive(Debug)]
pub struct CheckpointKey {
    key: SigningKey,
    public: [u8; 32],
}

impl CheckpointKey {
    fn new(key: SigningKey) -> Result<Self, SigningKeyError> {
        let text = key.public_jwk().x.ok_or(SigningKeyError)?;
        let public = BASE64URL_NOPAD
            .decode(text.as_bytes())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(SigningKeyError)?;
        Ok(Self { key, public })
    }

    /// The key's id: the RFC 7638 thumbprint. The name in a signed note is the log's own affair.
    #[must_use]
    pub fn key_id(&self) -> &str {
        self.key.key_id()
    }

    /// The 32 bytes of the public key (RFC 8032 section 5.1.5).
    #[must_use]
    pub fn public_key(&self) -> &[u8; 32] {
        &self.public
    }

    /// Signs bytes as they are.
    pub fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        let signature = self.key.sign_bytes(message)?;
        Ok(signature.try_into().map_err(|_| SigningKeyError)?)
    }
}

impl Default for KeyRing {
    /// A ring without keys: nothing can be signed or verified with it.
    fn default() -> Self {
        Self {
            signers: Vec::new(),
            checkpoints: Vec::new(),
            checkpoint_verifiers: Vec::new(),
            verifiers: Vec::new(),
            prepared: Arc::default(),
            prepared_until: Timestamp::from_micros(i64::MAX),
            jwks: Arc::from(br#"{"keys":[]}"#.as_slice()),
            windows: Vec::new(),
        }
    }
}

impl KeyRing {
    /// Loads all keys that sign or verify at this moment or later. On a new database the ring is empty:
    /// [`super::rotate_due`] makes the first keys, with their events, once the house stands.
    pub async fn load(
        storage: &Storage,
        master: &MasterKey,
        settings: &Keys,
        now: Timestamp,
    ) -> Result<Self, KeyError> {
        let mut tx = storage.read().await?;
        let stored = store::all(&mut tx).await?;
        drop(tx);
        let mut ring = Self::default();
        let mut published = JwkSet::default();
        for row in stored {
            if !row.term.lives(now) {
                continue;
            }
            ring.windows.push((row.term.id.clone(), row.term.window()));
            let key = unseal(master, &row)?;
            match row.term.key_use {
                KeyUse::Token => {
                    published.keys.push(key.public_jwk());
                    ring.add_signer(key, &row.term, settings)?;
                }
                KeyUse::Checkpoint => ring.add_checkpoint(key, &row.term)?,
            }
        }
        ring.prepared = ring.verifiers.iter().map(|(key, _)| key.clone()).collect();
        ring.jwks = serde_json::to_vec(&published)
            .map_err(|_| SigningKeyError)?
            .into();
        Ok(ring)
    }

    fn add_signer(&mut self, key: SigningKey, term: &Term, settings: &Keys) -> Result<(), KeyError> {
        let public = PublicKey::from_jwk(&key.public_jwk(), term.algorithm).map_err(|_| SigningKeyError)?;
        self.verifiers.push((public, term.verifies_until));
        self.prepared_until = self.prepared_until.min(term.verifies_until);
        self.signers.push(Signer {
            key,
            from: term.signs_from,
            until: last_signature(term, settings.overlap),
        });
        Ok(())
    }

    fn add_checkpoint(&mut self, key: SigningKey, term: &Term) -> Result<(), KeyError> {
        let key = CheckpointKey::new(key)?;
        self.checkpoint_verifiers.push(key.public);
        self.checkpoints.push((key, term.signs_from));
        Ok(())
    }

    /// The key that signs checkpoints at this moment.
    pub fn checkpoint(&self, now: Timestamp) -> Result<&CheckpointKey, KeyError> {
        self.checkpoints
            .iter()
            .find(|(_, from)| *from <= now)
            .map(|(key, _)| key)
            .ok_or(KeyError::NoCheckpointKey)
    }

    /// The public halves of all keys that have ever signed checkpoints, the newest first.
    #[must_use]
    pub fn checkpoint_verifiers(&self) -> &[[u8; 32]] {
        &self.checkpoint_verifiers
    }

    /// Signs claims with the current key of an algorithm; answers the compact JWS.
    pub fn sign(
        &self,
        algorithm: Algorithm,
        typ: &str,
        claims: &[u8],
        now: Timestamp,
    ) -> Result<String, KeyError> {
        self.signers
            .iter()
            .find(|signer| signer.key.algorithm() == algorithm && signer.from <= now && now < signer.until)
            .ok_or(KeyError::NoKey(algorithm))
            .and_then(|signer| Ok(signer.key.sign(typ, claims)?))
    }

    /// The keys that verify our own tokens at this moment.
    #[must_use]
    pub fn verifiers(&self, now: Timestamp) -> Arc<[PublicKey]> {
        if now < self.prepared_until {
            return Arc::clone(&self.prepared);
        }
        self.verifiers
            .iter()
            .filter(|(_, until)| now < *until)
            .map(|(key, _)| key.clone())
            .collect()
    }

    /// Whether this ring has the living keys of the database, and no other.
    pub(super) fn holds<'t>(&self, terms: impl Iterator<Item = &'t Term>, now: Timestamp) -> bool {
        terms
            .filter(|term| term.lives(now))
            .map(|term| (term.id.as_str(), term.window()))
            .eq(self.windows.iter().map(|(id, window)| (id.as_str(), *window)))
    }

    /// The published JWK set as bytes, made once for each ring: keys that will sign, sign, or still verify.
    #[must_use]
    pub fn jwks(&self) -> Arc<[u8]> {
        Arc::clone(&self.jwks)
    }
}

/// What a private key is sealed for.
pub(super) fn seal_context(key_id: &str) -> String {
    format!("signing_key.sealed_private:{key_id}")
}

fn unseal(master: &MasterKey, row: &StoredKey) -> Result<SigningKey, KeyError> {
    let document = Zeroizing::new(master.open(&seal_context(&row.term.id), &row.sealed_private)?);
    let key = SigningKey::from_pkcs8(row.term.algorithm, &document)?;
    if key.key_id() == row.term.id {
        Ok(key)
    } else {
        Err(KeyError::Unseal)
    }
}
