//! Access tokens that say nothing: `dwa_` and 256 bits of chance. What such a token stands for is kept here, below its hash.

use serde_json::{Map, Value};

use super::token_store;
use crate::domain::{Digest32, Timestamp, Token};
use crate::op::{Op, OpError};

const PREFIX: &str = "dwa_";

/// What a new token stands for, until it is written with the act that gives the token out.
#[derive(Debug)]
pub(super) struct Kept {
    hash: Digest32,
    claims: Value,
    expires_at: Timestamp,
}

/// Whether a text has the look of such a token.
pub(super) fn has_look(text: &str) -> bool {
    text.starts_with(PREFIX)
}

/// A new token for claims that a signed one would carry.
pub(super) fn make(op: &Op, claims: Value, expires_at: Timestamp) -> (String, Kept) {
    let text = format!("{PREFIX}{}", op.token().expose());
    let hash = Token::presented(&text).digest();
    let kept = Kept {
        hash,
        claims,
        expires_at,
    };
    (text, kept)
}

/// Writes what a token stands for.
pub(super) async fn keep(op: &mut Op, kept: &Kept) -> Result<(), OpError> {
    let tx = op.writing().await?;
    Ok(token_store::insert_opaque(tx, &kept.hash, &kept.claims, kept.expires_at).await?)
}

/// What a token stands for; `None` if it was never made here, or has expired.
pub(super) async fn find(op: &mut Op, token: &Token) -> Result<Option<Map<String, Value>>, OpError> {
    let (hash, now) = (token.digest(), op.now);
    match token_store::find_opaque(op.reading().await?, &hash, now).await? {
        Some(Value::Object(claims)) => Ok(Some(claims)),
        Some(_) => Err(OpError::Broken("the claims of an opaque token are no object")),
        None => Ok(None),
    }
}
