//! The table `one_time_artefact`.

use super::Kind;
use crate::domain::{ClientId, Digest32, Timestamp};
use crate::storage::{Query, Sql, StorageError, Tx};

/// A new row.
pub(super) struct Artefact {
    pub(super) kind: Kind,
    pub(super) hash: Digest32,
    pub(super) client: Option<ClientId>,
    pub(super) payload: serde_json::Value,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

impl Artefact {
    fn bind<'tx>(&self, query: Query<'tx>) -> Query<'tx> {
        query
            .bind(&self.kind)
            .bind(&self.hash)
            .bind(&self.client)
            .bind(&self.payload)
            .bind(&self.created_at)
            .bind(&self.expires_at)
    }
}

const INSERT: Sql = Sql::new(
    "INSERT INTO one_time_artefact (kind, hash, client_id, payload, created_at, expires_at) \
     VALUES ($1, $2, $3, $4, $5, $6)",
);

/// Fails with a conflict if the hash is there already.
pub(super) async fn insert(tx: &mut Tx, artefact: &Artefact) -> Result<(), StorageError> {
    artefact.bind(tx.query(INSERT)).execute().await?;
    Ok(())
}

const INSERT_UNLESS_ALIVE: Sql = Sql::new(
    "INSERT INTO one_time_artefact (kind, hash, client_id, payload, created_at, expires_at) \
     VALUES ($1, $2, $3, $4, $5, $6) \
     ON CONFLICT (kind, hash) DO UPDATE SET created_at = excluded.created_at, expires_at = excluded.expires_at \
     WHERE one_time_artefact.expires_at <= excluded.created_at",
);

/// Whether the row was written: false while one that has not expired is there.
pub(super) async fn insert_unless_alive(tx: &mut Tx, artefact: &Artefact) -> Result<bool, StorageError> {
    let written = artefact.bind(tx.query(INSERT_UNLESS_ALIVE)).execute().await?;
    Ok(written == 1)
}

const USE_UP: Sql = Sql::new(
    "INSERT INTO one_time_artefact (kind, hash, client_id, payload, created_at, expires_at, used_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $5) \
     ON CONFLICT (kind, hash) DO UPDATE SET used_at = excluded.used_at, expires_at = excluded.expires_at \
     WHERE one_time_artefact.used_at IS NULL",
);

/// Marks the row as used whether or not it has expired, or puts a used one where none is; answers whether this call did.
pub(super) async fn use_up(tx: &mut Tx, artefact: &Artefact) -> Result<bool, StorageError> {
    let written = artefact.bind(tx.query(USE_UP)).execute().await?;
    Ok(written == 1)
}

const TAKE: Sql = Sql::new(
    "UPDATE one_time_artefact SET used_at = $3 \
     WHERE kind = $1 AND hash = $2 AND used_at IS NULL AND expires_at > $3 RETURNING payload",
);

/// Marks the artefact as used, if it is there, unused and in time; answers its payload.
pub(super) async fn take(
    tx: &mut Tx,
    kind: Kind,
    hash: Digest32,
    now: Timestamp,
) -> Result<Option<serde_json::Value>, StorageError> {
    tx.query(TAKE)
        .bind(&kind)
        .bind(&hash)
        .bind(&now)
        .optional(|row| row.get("payload"))
        .await
}

const UNUSED: Sql = Sql::new(
    "SELECT payload FROM one_time_artefact \
     WHERE kind = $1 AND hash = $2 AND used_at IS NULL AND expires_at > $3",
);

/// The payload of an artefact that could be used now.
pub(super) async fn unused(
    tx: &mut Tx,
    kind: Kind,
    hash: Digest32,
    now: Timestamp,
) -> Result<Option<serde_json::Value>, StorageError> {
    tx.query(UNUSED)
        .bind(&kind)
        .bind(&hash)
        .bind(&now)
        .optional(|row| row.get("payload"))
        .await
}

const USED: Sql =
    Sql::new("SELECT payload FROM one_time_artefact WHERE kind = $1 AND hash = $2 AND used_at IS NOT NULL");

/// The payload of an artefact that was used, however long ago.
pub(super) async fn used(
    tx: &mut Tx,
    kind: Kind,
    hash: Digest32,
) -> Result<Option<serde_json::Value>, StorageError> {
    tx.query(USED)
        .bind(&kind)
        .bind(&hash)
        .optional(|row| row.get("payload"))
        .await
}

const DELETE_EXPIRED: Sql = Sql::new(
    "DELETE FROM one_time_artefact WHERE expires_at <= $1 AND (used_at IS NULL OR expires_at <= $2)",
);

/// Deletes unused artefacts that expired before `now` and used ones that expired before `used_before`.
pub(super) async fn delete_expired(
    tx: &mut Tx,
    now: Timestamp,
    used_before: Timestamp,
) -> Result<u64, StorageError> {
    tx.query(DELETE_EXPIRED)
        .bind(&now)
        .bind(&used_before)
        .execute()
        .await
}
