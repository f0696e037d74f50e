//! The tables `role`, `role_permission`, `role_right`, `role_include`, `role_giving`.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{NewRole, Permitted, Role, RoleAbout};
use crate::domain::{OrganisationId, Right, RoleId, Timestamp};
use crate::storage::{Row, Sql, StorageError, Tx};

const INSERT_ROLE: Sql = Sql::new(
    "INSERT INTO role (id, organisation_id, name, title, purpose, second_factor, owner_id, risk, requestable, \
     longest_days, review_days, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
);
const CHANGE_ROLE: Sql = Sql::new(
    "UPDATE role SET title = $3, purpose = $4, second_factor = $5, owner_id = $6, risk = $7, requestable = $8, \
     longest_days = $9, review_days = $10 WHERE organisation_id = $1 AND id = $2",
);
const DELETE_ROLE: Sql = Sql::new("DELETE FROM role WHERE organisation_id = $1 AND id = $2");
const IS_GIVEN: Sql = Sql::new("SELECT id FROM access_grant WHERE role_id = $1 LIMIT 1");
const CLEAR: [Sql; 4] = [
    Sql::new("DELETE FROM role_permission WHERE role_id = $1"),
    Sql::new("DELETE FROM role_right WHERE role_id = $1"),
    Sql::new("DELETE FROM role_include WHERE role_id = $1"),
    Sql::new("DELETE FROM role_giving WHERE role_id = $1"),
];
const INSERT_RIGHT: Sql = Sql::new("INSERT INTO role_right (role_id, house_right) VALUES ($1, $2)");
const INSERT_PERMISSION: Sql =
    Sql::new("INSERT INTO role_permission (role_id, application_id, permission) VALUES ($1, $2, $3)");
const INSERT_INCLUDE: Sql = Sql::new("INSERT INTO role_include (role_id, included_id) VALUES ($1, $2)");
const INSERT_GIVING: Sql =
    Sql::new("INSERT INTO role_giving (role_id, given_id, longest_days) VALUES ($1, $2, $3)");
const ROLES: Sql = Sql::new(
    "SELECT id, name, title, purpose, second_factor, owner_id, risk, requestable, longest_days, review_days \
     FROM role WHERE organisation_id = $1 ORDER BY name",
);
const PERMISSIONS: Sql = Sql::new(
    "SELECT role_permission.role_id AS role_id, role_permission.application_id AS application_id, \
     role_permission.permission AS permission FROM role \
     JOIN role_permission ON role_permission.role_id = role.id WHERE role.organisation_id = $1",
);
const RIGHTS: Sql = Sql::new(
    "SELECT role_right.role_id AS role_id, role_right.house_right AS house_right FROM role \
     JOIN role_right ON role_right.role_id = role.id WHERE role.organisation_id = $1",
);
const INCLUDES: Sql = Sql::new(
    "SELECT role_include.role_id AS role_id, role_include.included_id AS included_id FROM role \
     JOIN role_include ON role_include.role_id = role.id WHERE role.organisation_id = $1",
);
const GIVING: Sql = Sql::new(
    "SELECT role_giving.role_id AS role_id, role_giving.given_id AS given_id, \
     role_giving.longest_days AS longest_days FROM role \
     JOIN role_giving ON role_giving.role_id = role.id WHERE role.organisation_id = $1",
);
const ROLE_NAMED: Sql = Sql::new("SELECT id FROM role WHERE organisation_id = $1 AND name = $2");

pub(super) async fn insert_role(
    tx: &mut Tx,
    id: RoleId,
    new: &NewRole,
    now: Timestamp,
) -> Result<(), StorageError> {
    let about = &new.about;
    tx.query(INSERT_ROLE)
        .bind(&id)
        .bind(&new.organisation_id)
        .bind(&new.name)
        .bind(&about.title)
        .bind(&about.purpose)
        .bind(&about.second_factor)
        .bind(&about.owner)
        .bind(&about.risk)
        .bind(&about.requestable)
        .bind(&about.longest_days)
        .bind(&about.review_days)
        .bind(&now)
        .execute()
        .await?;
    fill(tx, id, about).await
}

pub(super) async fn change_role(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: RoleId,
    about: &RoleAbout,
) -> Result<(), StorageError> {
    tx.query(CHANGE_ROLE)
        .bind(&organisation)
        .bind(&id)
        .bind(&about.title)
        .bind(&about.purpose)
        .bind(&about.second_factor)
        .bind(&about.owner)
        .bind(&about.risk)
        .bind(&about.requestable)
        .bind(&about.longest_days)
        .bind(&about.review_days)
        .execute()
        .await?;
    for statement in CLEAR {
        tx.query(statement).bind(&id).execute().await?;
    }
    fill(tx, id, about).await
}

async fn fill(tx: &mut Tx, id: RoleId, about: &RoleAbout) -> Result<(), StorageError> {
    for permitted in &about.permissions {
        let row = tx.query(INSERT_PERMISSION).bind(&id);
        let row = row.bind(&permitted.application).bind(&permitted.name);
        row.execute().await?;
    }
    for right in &about.rights {
        tx.query(INSERT_RIGHT).bind(&id).bind(right).execute().await?;
    }
    for included in &about.includes {
        tx.query(INSERT_INCLUDE)
            .bind(&id)
            .bind(included)
            .execute()
            .await?;
    }
    for (given, longest) in &about.giving {
        let row = tx.query(INSERT_GIVING).bind(&id).bind(given);
        row.bind(longest).execute().await?;
    }
    Ok(())
}

/// Answers whether any grant of it was ever made.
pub(super) async fn is_given(tx: &mut Tx, id: RoleId) -> Result<bool, StorageError> {
    let found: Option<String> = tx.query(IS_GIVEN).bind(&id).optional(|row| row.get("id")).await?;
    Ok(found.is_some())
}

pub(super) async fn delete_role(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: RoleId,
) -> Result<(), StorageError> {
    tx.query(DELETE_ROLE)
        .bind(&organisation)
        .bind(&id)
        .execute()
        .await?;
    Ok(())
}

/// All roles of an organisation by name.
pub(super) async fn roles(tx: &mut Tx, organisation: OrganisationId) -> Result<Vec<Role>, StorageError> {
    let mut roles = tx.query(ROLES).bind(&organisation).all(bare).await?;
    let mut places: BTreeMap<RoleId, usize> = BTreeMap::new();
    for (place, role) in roles.iter().enumerate() {
        places.insert(role.id, place);
    }
    let mut at = |id: RoleId, add: &dyn Fn(&mut RoleAbout)| {
        if let Some(role) = places.get(&id).and_then(|place| roles.get_mut(*place)) {
            add(&mut role.about);
        }
    };
    let rows = tx.query(PERMISSIONS).bind(&organisation);
    for (role, permission) in rows.all(permission).await? {
        at(role, &|about| {
            about.permissions.insert(permission.clone());
        });
    }
    let rows = tx.query(RIGHTS).bind(&organisation);
    for (role, right) in rows
        .all(|row| Ok((row.get("role_id")?, row.get::<Right>("house_right")?)))
        .await?
    {
        at(role, &|about| {
            about.rights.insert(right);
        });
    }
    let rows = tx.query(INCLUDES).bind(&organisation);
    for (role, included) in rows
        .all(|row| Ok((row.get("role_id")?, row.get::<RoleId>("included_id")?)))
        .await?
    {
        at(role, &|about| {
            about.includes.insert(included);
        });
    }
    let rows = tx.query(GIVING).bind(&organisation);
    for (role, given, longest) in rows.all(giving).await? {
        at(role, &|about| {
            about.giving.insert(given, longest);
        });
    }
    Ok(roles)
}

fn permission(row: &Row) -> Result<(RoleId, Permitted), StorageError> {
    let permitted = Permitted {
        application: row.get("application_id")?,
        name: row.get("permission")?,
    };
    Ok((row.get("role_id")?, permitted))
}

fn giving(row: &Row) -> Result<(RoleId, RoleId, Option<i64>), StorageError> {
    Ok((
        row.get("role_id")?,
        row.get("given_id")?,
        row.get("longest_days")?,
    ))
}

/// A role without what it gives.
fn bare(row: &Row) -> Result<Role, StorageError> {
    Ok(Role {
        id: row.get("id")?,
        name: row.get("name")?,
        about: RoleAbout {
            title: row.get("title")?,
            purpose: row.get("purpose")?,
            second_factor: row.get("second_factor")?,
            permissions: BTreeSet::new(),
            rights: BTreeSet::new(),
            includes: BTreeSet::new(),
            giving: BTreeMap::new(),
            owner: row.get("owner_id")?,
            risk: row.get("risk")?,
            requestable: row.get("requestable")?,
            longest_days: row.get("longest_days")?,
            review_days: row.get("review_days")?,
        },
    })
}

pub(super) async fn role_named(
    tx: &mut Tx,
    organisation: OrganisationId,
    name: &str,
) -> Result<Option<RoleId>, StorageError> {
    tx.query(ROLE_NAMED)
        .bind(&organisation)
        .bind(&name)
        .optional(|row| row.get("id"))
        .await
}
