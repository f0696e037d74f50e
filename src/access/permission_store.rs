//! The table `permission`, and who gives what stands in it.

use super::model::{NewPermission, Permission, PermissionAbout};
use crate::domain::{ApplicationId, OrganisationId};
use crate::storage::{Sql, StorageError, Tx};

const INSERT: Sql = Sql::new(
    "INSERT INTO permission (application_id, name, title, purpose, sensitivity) VALUES ($1, $2, $3, $4, $5)",
);
const CHANGE: Sql = Sql::new(
    "UPDATE permission SET title = $3, purpose = $4, sensitivity = $5 WHERE application_id = $1 AND name = $2",
);
const DELETE: Sql = Sql::new("DELETE FROM permission WHERE application_id = $1 AND name = $2");
const PERMISSIONS: Sql = Sql::new(
    "SELECT name, title, purpose, sensitivity FROM permission WHERE application_id = $1 ORDER BY name",
);
const GIVING: Sql = Sql::new(
    "SELECT role.organisation_id AS organisation_id, role.name AS name FROM role_permission \
     JOIN role ON role.id = role_permission.role_id \
     WHERE role_permission.application_id = $1 AND role_permission.permission = $2 ORDER BY role.name",
);
const GIVEN_ELSEWHERE: Sql = Sql::new(
    "SELECT role.id AS id FROM role_permission JOIN role ON role.id = role_permission.role_id \
     WHERE role_permission.application_id = $1 AND role.organisation_id <> $2 LIMIT 1",
);

pub(super) async fn insert(
    tx: &mut Tx,
    application: ApplicationId,
    new: &NewPermission,
) -> Result<(), StorageError> {
    tx.query(INSERT)
        .bind(&application)
        .bind(&new.name.as_str())
        .bind(&new.title)
        .bind(&new.purpose)
        .bind(&new.sensitivity)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn change(
    tx: &mut Tx,
    (application, name): (ApplicationId, &str),
    about: &PermissionAbout,
) -> Result<(), StorageError> {
    tx.query(CHANGE)
        .bind(&application)
        .bind(&name)
        .bind(&about.title)
        .bind(&about.purpose)
        .bind(&about.sensitivity)
        .execute()
        .await?;
    Ok(())
}

/// The database itself refuses it while a role gives the permission.
pub(super) async fn delete(tx: &mut Tx, application: ApplicationId, name: &str) -> Result<(), StorageError> {
    tx.query(DELETE).bind(&application).bind(&name).execute().await?;
    Ok(())
}

/// The permissions of an application, by name.
pub(super) async fn permissions(
    tx: &mut Tx,
    application: ApplicationId,
) -> Result<Vec<Permission>, StorageError> {
    let rows = tx.query(PERMISSIONS).bind(&application);
    rows.all(|row| {
        Ok(Permission {
            name: row.get("name")?,
            title: row.get("title")?,
            purpose: row.get("purpose")?,
            sensitivity: row.get("sensitivity")?,
        })
    })
    .await
}

/// The roles that give a permission themselves: whose they are, and their names.
pub(super) async fn giving(
    tx: &mut Tx,
    application: ApplicationId,
    name: &str,
) -> Result<Vec<(OrganisationId, String)>, StorageError> {
    let rows = tx.query(GIVING).bind(&application).bind(&name);
    rows.all(|row| Ok((row.get("organisation_id")?, row.get("name")?)))
        .await
}

/// Whether a role of another organisation gives a permission of an application.
pub(super) async fn is_given_elsewhere(
    tx: &mut Tx,
    application: ApplicationId,
    organisation: OrganisationId,
) -> Result<bool, StorageError> {
    let found = tx.query(GIVEN_ELSEWHERE).bind(&application).bind(&organisation);
    let found: Option<String> = found.optional(|row| row.get("id")).await?;
    Ok(found.is_some())
}
