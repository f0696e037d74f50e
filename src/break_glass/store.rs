//! The table `break_glass_use`.

use super::review::{Reviewed, Use};
use crate::domain::{BreakGlassAct, BreakGlassUseId, OrganisationId, PersonId, Timestamp};
use crate::storage::{Row, Sql, StorageError, Tx};

const INSERT: Sql = Sql::new(
    "INSERT INTO break_glass_use (id, organisation_id, person_id, act, client_id, address, used_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)",
);

pub(super) async fn insert(
    tx: &mut Tx,
    organisation: OrganisationId,
    noted: &Use,
) -> Result<(), StorageError> {
    tx.query(INSERT)
        .bind(&noted.id)
        .bind(&organisation)
        .bind(&noted.person)
        .bind(&noted.act)
        .bind(&noted.client)
        .bind(&noted.address)
        .bind(&noted.used_at)
        .execute()
        .await?;
    Ok(())
}

const FIND: Sql = Sql::new(
    "SELECT id, organisation_id, person_id, act, client_id, address, used_at, reviewed_at, reviewed_by, note \
     FROM break_glass_use WHERE id = $1",
);

/// A use with the organisation that it belongs to.
pub(super) async fn find(
    tx: &mut Tx,
    id: BreakGlassUseId,
) -> Result<Option<(OrganisationId, Use)>, StorageError> {
    tx.query(FIND)
        .bind(&id)
        .optional(|row| Ok((row.get("organisation_id")?, read(row)?)))
        .await
}

const TRIED: Sql =
    Sql::new("SELECT id FROM break_glass_use WHERE person_id = $1 AND act = $2 AND used_at > $3 LIMIT 1");

/// Whether an attempt at an account was noted since a moment.
pub(super) async fn was_tried(tx: &mut Tx, person: PersonId, since: Timestamp) -> Result<bool, StorageError> {
    let found = tx
        .query(TRIED)
        .bind(&person)
        .bind(&BreakGlassAct::Attempt)
        .bind(&since)
        .optional(|row| row.get::<BreakGlassUseId>("id"))
        .await?;
    Ok(found.is_some())
}

const LIST: Sql = Sql::new(
    "SELECT id, organisation_id, person_id, act, client_id, address, used_at, reviewed_at, reviewed_by, note \
     FROM break_glass_use WHERE organisation_id = $1 \
     ORDER BY CASE WHEN reviewed_at IS NULL THEN 0 ELSE 1 END, used_at DESC, id DESC LIMIT $2",
);

pub(super) async fn list(
    tx: &mut Tx,
    organisation: OrganisationId,
    limit: i64,
) -> Result<Vec<Use>, StorageError> {
    tx.query(LIST).bind(&organisation).bind(&limit).all(read).await
}

const COUNT_OPEN: Sql = Sql::new(
    "SELECT CAST(COUNT(*) AS BIGINT) AS open FROM break_glass_use \
     WHERE organisation_id = $1 AND reviewed_at IS NULL",
);

pub(super) async fn count_open(tx: &mut Tx, organisation: OrganisationId) -> Result<i64, StorageError> {
    let open = tx
        .query(COUNT_OPEN)
        .bind(&organisation)
        .optional(|row| row.get("open"))
        .await?;
    Ok(open.unwrap_or_default())
}

const REVIEW: Sql = Sql::new(
    "UPDATE break_glass_use SET reviewed_at = $2, reviewed_by = $3, note = $4 \
     WHERE id = $1 AND reviewed_at IS NULL",
);

/// Answers whether this call did it.
pub(super) async fn review(
    tx: &mut Tx,
    id: BreakGlassUseId,
    reviewed: &Reviewed,
) -> Result<bool, StorageError> {
    let changed = tx
        .query(REVIEW)
        .bind(&id)
        .bind(&reviewed.at)
        .bind(&reviewed.by)
        .bind(&reviewed.note)
        .execute()
        .await?;
    Ok(changed == 1)
}

fn read(row: &Row) -> Result<Use, StorageError> {
    let (at, by) = (
        row.get::<Option<Timestamp>>("reviewed_at")?,
        row.get::<Option<String>>("reviewed_by")?,
    );
    let note: Option<String> = row.get("note")?;
    Ok(Use {
        id: row.get("id")?,
        person: row.get("person_id")?,
        act: row.get("act")?,
        client: row.get("client_id")?,
        address: row.get("address")?,
        used_at: row.get("used_at")?,
        reviewed: at.map(|at| Reviewed {
            at,
            by: by.unwrap_or_default(),
            note: note.unwrap_or_default(),
        }),
    })
}
