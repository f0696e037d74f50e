//! The tables `opaque_token`, `revoked_token` and `token_cutoff`.

use serde_json::Value;

use crate::domain::{ClientId, Digest32, Timestamp};
use crate::storage::{Sql, StorageError, Tx};

const INSERT_OPAQUE: Sql =
    Sql::new("INSERT INTO opaque_token (hash, claims, expires_at) VALUES ($1, $2, $3)");

const FIND_OPAQUE: Sql = Sql::new("SELECT claims FROM opaque_token WHERE hash = $1 AND expires_at > $2");

const DELETE_OPAQUE: Sql = Sql::new("DELETE FROM opaque_token WHERE expires_at < $1");

const INSERT_REVOKED: Sql = Sql::new(
    "INSERT INTO revoked_token (jti, client_id, expires_at, revoked_at) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (jti) DO NOTHING",
);

const FIND_REVOKED: Sql = Sql::new("SELECT client_id FROM revoked_token WHERE jti = $1");

const DELETE_REVOKED: Sql = Sql::new("DELETE FROM revoked_token WHERE expires_at < $1");

const CUT: Sql = Sql::new(
    "INSERT INTO token_cutoff (client_id, cut_at) VALUES ($1, $2) \
     ON CONFLICT (client_id) DO UPDATE SET cut_at = excluded.cut_at",
);

const FIND_CUT: Sql = Sql::new("SELECT cut_at FROM token_cutoff WHERE client_id = $1");

pub(super) async fn insert_opaque(
    tx: &mut Tx,
    hash: &Digest32,
    claims: &Value,
    expires_at: Timestamp,
) -> Result<(), StorageError> {
    tx.query(INSERT_OPAQUE)
        .bind(hash)
        .bind(claims)
        .bind(&expires_at)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn find_opaque(
    tx: &mut Tx,
    hash: &Digest32,
    now: Timestamp,
) -> Result<Option<Value>, StorageError> {
    tx.query(FIND_OPAQUE)
        .bind(hash)
        .bind(&now)
        .optional(|row| row.get("claims"))
        .await
}

/// Answers whether this call revoked it.
pub(super) async fn insert_revoked(
    tx: &mut Tx,
    jti: &str,
    client: &ClientId,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let changed = tx
        .query(INSERT_REVOKED)
        .bind(&jti)
        .bind(client)
        .bind(&expires_at)
        .bind(&now)
        .execute()
        .await?;
    Ok(changed == 1)
}

pub(super) async fn is_revoked(tx: &mut Tx, jti: &str) -> Result<bool, StorageError> {
    let found: Option<ClientId> = tx
        .query(FIND_REVOKED)
        .bind(&jti)
        .optional(|row| row.get("client_id"))
        .await?;
    Ok(found.is_some())
}

pub(super) async fn cut(tx: &mut Tx, client: &ClientId, now: Timestamp) -> Result<(), StorageError> {
    tx.query(CUT).bind(client).bind(&now).execute().await?;
    Ok(())
}

pub(super) async fn find_cut(tx: &mut Tx, client: &ClientId) -> Result<Option<Timestamp>, StorageError> {
    tx.query(FIND_CUT)
        .bind(client)
        .optional(|row| row.get("cut_at"))
        .await
}

/// Deletes what ended before a moment; answers how much.
pub(super) async fn delete_expired(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    let opaque = tx.query(DELETE_OPAQUE).bind(&before).execute().await?;
    let revoked = tx.query(DELETE_REVOKED).bind(&before).execute().await?;
    Ok(opaque + revoked)
}
