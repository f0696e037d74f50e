//! Encrypting what is told to a client, if it has registered so: the one function for all that can be encrypted.

use crate::client::{self, Client, Encrypted};
use crate::domain::Timestamp;
use crate::jose::EncryptionKey;
use crate::op::{House, Op, OpError};

const NO_KEY: OpError = OpError::Broken("a client that asks for encryption has no key for it");
const OFF: OpError =
    OpError::Broken("a client asks for an encryption that the configuration has switched off since");
const FAILED: OpError = OpError::Broken("a token cannot be encrypted");

/// The signed token, or that encrypted for the client (signed first, then encrypted: OpenID Connect Core section 10.2).
pub(super) fn for_client(
    op: &Op,
    client: &Client,
    what: Encrypted,
    token: String,
) -> Result<String, OpError> {
    match key(&op.house, client, what, op.now)? {
        Some(key) => key.encrypt_token(&token).map_err(|_| FAILED),
        None => Ok(token),
    }
}

/// The key for something, if that is to be encrypted: the first of the client's set that may encrypt in the registered way.
/// Sets that clients publish were fetched when the client came ([`client::prepare`]); without a key, it is a fault.
pub(super) fn key(
    house: &House,
    client: &Client,
    what: Encrypted,
    now: Timestamp,
) -> Result<Option<EncryptionKey>, OpError> {
    let Some((management, content)) = client.settings.encryption.of(what) else {
        return Ok(None);
    };
    if !house.config.oauth.encrypts(management, content) {
        return Err(OFF);
    }
    let keys = client::jwk_set_at_hand(house, client, now);
    keys.and_then(|set| EncryptionKey::of_set(&set, management, content))
        .map(Some)
        .ok_or(NO_KEY)
}

/// Claims without a signature, encrypted for the client if that is how it wants them.
pub(super) fn claims_for_client(
    op: &Op,
    client: &Client,
    what: Encrypted,
    claims: &[u8],
) -> Result<Option<String>, OpError> {
    key(&op.house, client, what, op.now)?
        .map(|key| key.encrypt_claims(claims).map_err(|_| FAILED))
        .transpose()
}
