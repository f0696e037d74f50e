//! The table `organisation`.

use super::Organisation;
use crate::domain::{OrganisationId, OrganisationStatus, Timestamp};
use crate::storage::{Row, Sql, StorageError, Tx};

const INSERT_ORGANISATION: Sql = Sql::new(
    "INSERT INTO organisation (id, slug, name, status, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)",
);
const FIND_ORGANISATION: Sql = Sql::new("SELECT id, slug, name, status FROM organisation WHERE id = $1");
const FIND_ORGANISATION_BY_SLUG: Sql =
    Sql::new("SELECT id, slug, name, status FROM organisation WHERE slug = $1");
const LIST_ORGANISATIONS: Sql = Sql::new("SELECT id, slug, name, status FROM organisation ORDER BY slug");
// Of a house without organisations there is none to find.
const ORGANISATION_IDS: Sql = Sql::new("SELECT id FROM organisation ORDER BY id");
// Locks the row to the end of the transaction, on both engines.
const HOLD_ORGANISATION: Sql = Sql::new("UPDATE organisation SET updated_at = updated_at WHERE id = $1");
const SET_ORGANISATION_STATUS: Sql =
    Sql::new("UPDATE organisation SET status = $2, updated_at = $3 WHERE id = $1");

pub(super) async fn insert_organisation(
    tx: &mut Tx,
    organisation: &Organisation,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(INSERT_ORGANISATION)
        .bind(&organisation.id)
        .bind(&organisation.slug)
        .bind(&organisation.name)
        .bind(&organisation.status)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn organisation(
    tx: &mut Tx,
    id: OrganisationId,
) -> Result<Option<Organisation>, StorageError> {
    tx.query(FIND_ORGANISATION)
        .bind(&id)
        .optional(read_organisation)
        .await
}

pub(super) async fn organisation_by_slug(
    tx: &mut Tx,
    slug: &str,
) -> Result<Option<Organisation>, StorageError> {
    tx.query(FIND_ORGANISATION_BY_SLUG)
        .bind(&slug)
        .optional(read_organisation)
        .await
}

pub(super) async fn organisations(tx: &mut Tx) -> Result<Vec<Organisation>, StorageError> {
    tx.query(LIST_ORGANISATIONS).all(read_organisation).await
}

pub(super) async fn organisation_ids(tx: &mut Tx) -> Result<Vec<OrganisationId>, StorageError> {
    tx.query(ORGANISATION_IDS).all(|row| row.get("id")).await
}

pub(super) async fn hold_organisation(tx: &mut Tx, id: OrganisationId) -> Result<(), StorageError> {
    tx.query(HOLD_ORGANISATION).bind(&id).execute().await?;
    Ok(())
}

pub(super) async fn set_organisation_status(
    tx: &mut Tx,
    id: OrganisationId,
    status: OrganisationStatus,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let changed = tx
        .query(SET_ORGANISATION_STATUS)
        .bind(&id)
        .bind(&status)
        .bind(&now)
        .execute()
        .await?;
    Ok(changed == 1)
}

fn read_organisation(row: &Row) -> Result<Organisation, StorageError> {
    Ok(Organisation {
        id: row.get("id")?,
        slug: row.get("slug")?,
        name: row.get("name")?,
        status: row.get("status")?,
    })
}
