//! The tables `application`, `authorization_details_type`.

use super::detail::{DetailType, NewDetailType};
use super::model::{Application, ApplicationAbout, NewApplication};
use crate::domain::{ApplicationId, ColumnError, OrganisationId, Timestamp};
use crate::storage::{Row, Sql, StorageError, Tx};

const INSERT_APPLICATION: Sql = Sql::new(
    "INSERT INTO application (id, organisation_id, name, audience, shared, token_format, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)",
);
const APPLICATION_BY_AUDIENCE: Sql = Sql::new("SELECT id FROM application WHERE audience = $1");

const FIND_APPLICATION: Sql = Sql::new(
    "SELECT id, organisation_id, name, audience, shared, token_format, retired_at FROM application WHERE id = $1",
);
const APPLICATIONS: Sql = Sql::new(
    "SELECT id, organisation_id, name, audience, shared, token_format, retired_at FROM application ORDER BY name, id",
);
const CHANGE_APPLICATION: Sql = Sql::new(
    "UPDATE application SET name = $3, shared = $4, token_format = $5 WHERE organisation_id = $1 AND id = $2",
);
const RETIRE_APPLICATION: Sql =
    Sql::new("UPDATE application SET retired_at = $3 WHERE organisation_id = $1 AND id = $2");
const PERMISSIONS: Sql =
    Sql::new("SELECT name, title, purpose FROM permission WHERE application_id = $1 ORDER BY name");

const INSERT_DETAIL_TYPE: Sql = Sql::new(
    "INSERT INTO authorization_details_type (name, application_id, rules, created_at) VALUES ($1, $2, $3, $4)",
);
const DELETE_DETAIL_TYPE: Sql = Sql::new("DELETE FROM authorization_details_type WHERE name = $1");
const DETAIL_TYPES: Sql = Sql::new(
    "SELECT authorization_details_type.name AS name, authorization_details_type.application_id AS application_id, \
     authorization_details_type.rules AS rules, application.retired_at AS retired_at \
     FROM authorization_details_type JOIN application ON application.id = authorization_details_type.application_id \
     ORDER BY authorization_details_type.name",
);

pub(super) async fn insert_application(
    tx: &mut Tx,
    id: ApplicationId,
    new: &NewApplication,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(INSERT_APPLICATION)
        .bind(&id)
        .bind(&new.organisation_id)
        .bind(&new.name)
        .bind(&new.audience)
        .bind(&new.shared)
        .bind(&new.token_format)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn application_of(
    tx: &mut Tx,
    audience: &str,
) -> Result<Option<ApplicationId>, StorageError> {
    let found = tx.query(APPLICATION_BY_AUDIENCE).bind(&audience);
    found.optional(|row| row.get("id")).await
}

pub(super) async fn application(tx: &mut Tx, id: ApplicationId) -> Result<Option<Application>, StorageError> {
    let found = tx.query(FIND_APPLICATION).bind(&id).optional(bare).await?;
    match found {
        Some(found) => with_permissions(tx, found).await.map(Some),
        None => Ok(None),
    }
}

pub(super) async fn applications(tx: &mut Tx) -> Result<Vec<Application>, StorageError> {
    let mut all = Vec::new();
    for one in tx.query(APPLICATIONS).all(bare).await? {
        all.push(with_permissions(tx, one).await?);
    }
    Ok(all)
}

/// An application without its permissions.
fn bare(row: &Row) -> Result<Application, StorageError> {
    Ok(Application {
        id: row.get("id")?,
        organisation_id: row.get("organisation_id")?,
        name: row.get("name")?,
        audience: row.get("audience")?,
        shared: row.get("shared")?,
        token_format: row.get("token_format")?,
        retired_at: row.get("retired_at")?,
        permissions: Vec::new(),
    })
}

async fn with_permissions(tx: &mut Tx, application: Application) -> Result<Application, StorageError> {
    let found = tx.query(PERMISSIONS).bind(&application.id);
    let permissions = found
        .all(|row| Ok((row.get("name")?, row.get("title")?, row.get("purpose")?)))
        .await?;
    Ok(Application {
        permissions,
        ..application
    })
}

pub(super) async fn change_application(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: ApplicationId,
    about: &ApplicationAbout,
) -> Result<(), StorageError> {
    tx.query(CHANGE_APPLICATION)
        .bind(&organisation)
        .bind(&id)
        .bind(&about.name)
        .bind(&about.shared)
        .bind(&about.token_format)
        .execute()
        .await?;
    Ok(())
}

/// Retires an application, or brings it back.
pub(super) async fn retire_application(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: ApplicationId,
    retired_at: Option<Timestamp>,
) -> Result<(), StorageError> {
    let row = tx.query(RETIRE_APPLICATION).bind(&organisation).bind(&id);
    row.bind(&retired_at).execute().await?;
    Ok(())
}

pub(super) async fn insert_detail_type(
    tx: &mut Tx,
    new: &NewDetailType,
    now: Timestamp,
) -> Result<(), StorageError> {
    let rules = serde_json::to_value(&new.rules).map_err(|_| broken_rules())?;
    tx.query(INSERT_DETAIL_TYPE)
        .bind(&new.name)
        .bind(&new.application)
        .bind(&rules)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

/// Answers whether there was one.
pub(super) async fn delete_detail_type(tx: &mut Tx, name: &str) -> Result<bool, StorageError> {
    Ok(tx.query(DELETE_DETAIL_TYPE).bind(&name).execute().await? == 1)
}

pub(super) async fn detail_types(tx: &mut Tx) -> Result<Vec<DetailType>, StorageError> {
    tx.query(DETAIL_TYPES)
        .all(|row| {
            Ok(DetailType {
                name: row.get("name")?,
                application: row.get("application_id")?,
                rules: serde_json::from_value(row.get("rules")?).map_err(|_| broken_rules())?,
                retired: row.get::<Option<Timestamp>>("retired_at")?.is_some(),
            })
        })
        .await
}

fn broken_rules() -> StorageError {
    StorageError::Column {
        column: "rules",
        source: ColumnError::Invalid("rules of a type of authorization details"),
    }
}
