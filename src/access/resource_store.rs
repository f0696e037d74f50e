//! The table `resource`.

use serde_json::{Map, Value as Json};

use super::resource::ResourceKey;
use crate::domain::{ApplicationId, ColumnError, Timestamp};
use crate::storage::{Row, Sql, StorageError, Tx};

const FIND: Sql =
    Sql::new("SELECT properties FROM resource WHERE application_id = $1 AND kind = $2 AND id = $3");
const COUNT: Sql = Sql::new("SELECT COUNT(*) AS count FROM resource WHERE application_id = $1");
const PUT: Sql = Sql::new(
    "INSERT INTO resource (application_id, kind, id, properties, updated_at) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (application_id, kind, id) \
     DO UPDATE SET properties = excluded.properties, updated_at = excluded.updated_at",
);
const DELETE: Sql =
    Sql::new("DELETE FROM resource WHERE application_id = $1 AND kind = $2 AND id = $3 RETURNING properties");

pub(super) async fn resource(
    tx: &mut Tx,
    key: &ResourceKey,
) -> Result<Option<Map<String, Json>>, StorageError> {
    let found = tx.query(FIND).bind(&key.application).bind(&key.kind);
    found.bind(&key.id).optional(properties).await
}

pub(super) async fn count(tx: &mut Tx, application: ApplicationId) -> Result<usize, StorageError> {
    let counted = tx.query(COUNT).bind(&application);
    let counted: i64 = counted.one(|row| row.get("count")).await?;
    Ok(usize::try_from(counted).unwrap_or(usize::MAX))
}

pub(super) async fn put(
    tx: &mut Tx,
    key: &ResourceKey,
    properties: &Json,
    now: Timestamp,
) -> Result<(), StorageError> {
    let put = tx.query(PUT).bind(&key.application).bind(&key.kind).bind(&key.id);
    put.bind(properties).bind(&now).execute().await?;
    Ok(())
}

/// Removes it; answers what was there.
pub(super) async fn remove(
    tx: &mut Tx,
    key: &ResourceKey,
) -> Result<Option<Map<String, Json>>, StorageError> {
    let removed = tx.query(DELETE).bind(&key.application).bind(&key.kind);
    removed.bind(&key.id).optional(properties).await
}

fn properties(row: &Row) -> Result<Map<String, Json>, StorageError> {
    match row.get("properties")? {
        Json::Object(properties) => Ok(properties),
        _ => Err(StorageError::Column {
            column: "properties",
            source: ColumnError::Invalid("JSON object"),
        }),
    }
}
