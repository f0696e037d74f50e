//! ID tokens that come back as a hint about whose session is meant.

use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;

use super::mint::issuer;
use super::subject;
use crate::domain::{ClientId, PersonId, SessionId, Timestamp};
use crate::jose::{Expectations, verify};
use crate::op::Op;

/// Longest hint that is looked at, in bytes.
const LIMIT: usize = 12_000;

/// What of an ID token may be read before it is verified: nothing but what verifying needs.
#[derive(Debug, Deserialize)]
pub(super) struct Addressed {
    pub(super) iat: i64,
    #[serde(rename = "aud")]
    pub(super) audience: String,
}

/// Whom an ID token is for, as it says itself.
pub(super) fn addressed(text: &str) -> Option<Addressed> {
    if text.len() > LIMIT {
        return None;
    }
    let payload = BASE64URL_NOPAD.decode(text.split('.').nth(1)?.as_bytes()).ok()?;
    serde_json::from_slice(&payload).ok()
}

/// What a hint says, once its signature is known to be ours.
#[derive(Debug, Clone)]
pub(super) struct Hint {
    pub(super) person: PersonId,
    pub(super) client: ClientId,
    /// In which it was given.
    pub(super) session: SessionId,
}

/// Reads an ID token that we have signed. An expired one is accepted (RP-Initiated Logout 1.0 section 2; OpenID Connect Core
/// section 3.1.2.1 speaks of a past session): it is verified
/// as of the moment it was issued, with keys that are trusted at this moment, so that no hint outlives its key.
pub(super) fn read(op: &Op, text: &str) -> Option<Hint> {
    let Addressed { iat, audience } = addressed(text)?;
    let issued_at = Timestamp::from_seconds(iat);
    if issued_at > op.now {
        return None;
    }
    let client = ClientId::parse(&audience).ok()?;
    let expectations = Expectations {
        typ: None,
        issuer: issuer(&op.house),
        audiences: &[client.as_str()],
        required: &["sub", "iat", "sid"],
    };
    let keys = op.house.keys().verifiers(op.now);
    let believed = verify(text, &keys, &expectations, issued_at).ok()?;
    let said = |name: &str| believed.claims.get(name)?.as_str();
    Some(Hint {
        person: subject::person(&op.house, said("sub")?)?,
        client,
        session: said("sid")?.parse().ok()?,
    })
}
