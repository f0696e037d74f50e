//! The table `notice`.

use crate::domain::Notice;
use crate::storage::{Sql, StorageError, Tx};

/// More than are told while nobody looks.
const PAGE: i64 = 1_000;

const TELL: Sql = Sql::new("INSERT INTO notice (sender, body) VALUES ($1, $2)");
const LAST: Sql = Sql::new("SELECT id FROM notice ORDER BY id DESC LIMIT 1");
const AFTER: Sql = Sql::new("SELECT id, sender, body FROM notice WHERE id > $1 ORDER BY id LIMIT $2");
const FORGET: Sql = Sql::new("DELETE FROM notice WHERE id <= $1");

/// A notice as it is stored; none where a newer version tells something that this one cannot read.
pub(super) struct Told {
    pub(super) id: i64,
    pub(super) sender: String,
    pub(super) notice: Option<Notice>,
}

pub(super) async fn tell(tx: &mut Tx, sender: &str, notice: &Notice) -> Result<(), StorageError> {
    let body = serde_json::to_string(notice).unwrap_or_default();
    tx.query(TELL).bind(&sender).bind(&body).execute().await?;
    Ok(())
}

/// The id of the newest; 0 if there is none.
pub(super) async fn last(tx: &mut Tx) -> Result<i64, StorageError> {
    let found: Option<i64> = tx.query(LAST).optional(|row| row.get("id")).await?;
    Ok(found.unwrap_or_default())
}

/// Those after an id, in their order.
pub(super) async fn after(tx: &mut Tx, id: i64) -> Result<Vec<Told>, StorageError> {
    let rows = tx.query(AFTER).bind(&id).bind(&PAGE);
    rows.all(|row| {
        let body: String = row.get("body")?;
        Ok(Told {
            id: row.get("id")?,
            sender: row.get("sender")?,
            notice: serde_json::from_str(&body).ok(),
        })
    })
    .await
}

pub(super) async fn forget(tx: &mut Tx, until: i64) -> Result<(), StorageError> {
    tx.query(FORGET).bind(&until).execute().await?;
    Ok(())
}
