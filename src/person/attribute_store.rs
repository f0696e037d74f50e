//! The table `attribute_declaration`, and the attributes of people.

use super::Attributes;
use super::attribute::Declaration;
use super::past_store;
use super::store::{attributes_value, read_attributes};
use crate::domain::{ColumnError, OrganisationId, PersonId, Subject, Timestamp};
use crate::storage::{Sql, StorageError, Tx};

const DECLARATIONS: Sql = Sql::new(
    "SELECT name, title, kind, choices, source, seen_by FROM attribute_declaration \
     WHERE organisation_id = $1 ORDER BY name",
);
const PUT: Sql = Sql::new(
    "INSERT INTO attribute_declaration (organisation_id, name, title, kind, choices, source, seen_by, declared_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (organisation_id, name) DO UPDATE SET \
     title = excluded.title, kind = excluded.kind, choices = excluded.choices, source = excluded.source, \
     seen_by = excluded.seen_by",
);
const DELETE: Sql = Sql::new("DELETE FROM attribute_declaration WHERE organisation_id = $1 AND name = $2");
// Locks the row to the end of the transaction, on both engines.
const HOLD: Sql = Sql::new(
    "UPDATE person SET updated_at = updated_at WHERE organisation_id = $1 AND id = $2 RETURNING attributes",
);
const SET: Sql =
    Sql::new("UPDATE person SET attributes = $3, updated_at = $4 WHERE organisation_id = $1 AND id = $2");

pub(super) async fn declarations(
    tx: &mut Tx,
    organisation: OrganisationId,
) -> Result<Vec<Declaration>, StorageError> {
    tx.query(DECLARATIONS)
        .bind(&organisation)
        .all(|row| {
            let choices: serde_json::Value = row.get("choices")?;
            let unreadable = |_| StorageError::Column {
                column: "choices",
                source: ColumnError::Invalid("list of texts"),
            };
            Ok(Declaration {
                name: row.get("name")?,
                title: row.get("title")?,
                kind: row.get("kind")?,
                choices: serde_json::from_value(choices).map_err(unreadable)?,
                source: row.get("source")?,
                seen_by: row.get("seen_by")?,
            })
        })
        .await
}

pub(super) async fn put_declaration(
    tx: &mut Tx,
    organisation: OrganisationId,
    new: &Declaration,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(PUT)
        .bind(&organisation)
        .bind(&new.name)
        .bind(&new.title)
        .bind(&new.kind)
        .bind(&serde_json::json!(new.choices))
        .bind(&new.source)
        .bind(&new.seen_by)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn delete_declaration(
    tx: &mut Tx,
    organisation: OrganisationId,
    name: &str,
) -> Result<(), StorageError> {
    tx.query(DELETE).bind(&organisation).bind(&name).execute().await?;
    Ok(())
}

/// What a person has, held until the end of the act.
pub(super) async fn hold_attributes(
    tx: &mut Tx,
    organisation: OrganisationId,
    person: PersonId,
) -> Result<Option<Attributes>, StorageError> {
    tx.query(HOLD)
        .bind(&organisation)
        .bind(&person)
        .optional(read_attributes)
        .await
}

pub(super) async fn set_attributes(
    tx: &mut Tx,
    (organisation, person): (OrganisationId, PersonId),
    attributes: &Attributes,
    now: Timestamp,
) -> Result<(), StorageError> {
    past_store::keep(tx, organisation, Subject::Person(person), now).await?;
    tx.query(SET)
        .bind(&organisation)
        .bind(&person)
        .bind_value(attributes_value(attributes))
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}
