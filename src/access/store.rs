//! The tables `people_group`, `membership`, `application`, `permission`, `role`, `role_permission`, `access_grant`,
//! `access_grant_within`, `policy`, `authorization_details_type`.

use super::detail::{DetailType, NewDetailType};
use super::model::{
    Application, NewApplication, NewGrant, NewGroup, NewPermission, NewPolicy, NewRole, Period,
};
use crate::domain::{
    AccessGrantId, ApplicationId, ColumnError, GroupId, GroupKind, OrganisationId, RoleId, Subject,
    SubjectKind, Timestamp, TokenFormat,
};
use crate::storage::{Row, Sql, StorageError, Tx};

const INSERT_GROUP: Sql = Sql::new(
    "INSERT INTO people_group (id, organisation_id, kind, name, title, parent_id, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)",
);
const GROUP_KIND: Sql = Sql::new("SELECT kind FROM people_group WHERE organisation_id = $1 AND id = $2");
const PUT_MEMBERSHIP: Sql = Sql::new(
    "INSERT INTO membership (group_id, subject_kind, subject_id, organisation_id, valid_from, valid_until) \
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (group_id, subject_kind, subject_id) \
     DO UPDATE SET valid_from = excluded.valid_from, valid_until = excluded.valid_until",
);
const MEMBERSHIP: Sql = Sql::new(
    "SELECT valid_from, valid_until FROM membership \
     WHERE group_id = $1 AND subject_kind = $2 AND subject_id = $3 AND organisation_id = $4",
);
const DELETE_MEMBERSHIP: Sql = Sql::new(
    "DELETE FROM membership WHERE group_id = $1 AND subject_kind = $2 AND subject_id = $3 AND organisation_id = $4",
);

const INSERT_APPLICATION: Sql = Sql::new(
    "INSERT INTO application (id, organisation_id, name, audience, shared, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6)",
);
const INSERT_PERMISSION: Sql = Sql::new(
    "INSERT INTO permission (application_id, name, title, purpose, sensitivity) VALUES ($1, $2, $3, $4, $5)",
);
const APPLICATION_BY_AUDIENCE: Sql = Sql::new("SELECT id FROM application WHERE audience = $1");

const FIND_APPLICATION: Sql = Sql::new(
    "SELECT id, organisation_id, name, audience, shared, token_format FROM application WHERE id = $1",
);
const APPLICATIONS: Sql = Sql::new(
    "SELECT id, organisation_id, name, audience, shared, token_format FROM application ORDER BY name, id",
);
const SET_TOKEN_FORMAT: Sql =
    Sql::new("UPDATE application SET token_format = $3 WHERE organisation_id = $1 AND id = $2");
const PERMISSIONS: Sql =
    Sql::new("SELECT name, title, purpose FROM permission WHERE application_id = $1 ORDER BY name");

const INSERT_DETAIL_TYPE: Sql = Sql::new(
    "INSERT INTO authorization_details_type (name, application_id, rules, created_at) VALUES ($1, $2, $3, $4)",
);
const DELETE_DETAIL_TYPE: Sql = Sql::new("DELETE FROM authorization_details_type WHERE name = $1");
const DETAIL_TYPES: Sql =
    Sql::new("SELECT name, application_id, rules FROM authorization_details_type ORDER BY name");

const INSERT_ROLE: Sql = Sql::new(
    "INSERT INTO role (id, organisation_id, name, title, purpose, second_factor, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)",
);
const INSERT_ROLE_RIGHT: Sql = Sql::new("INSERT INTO role_right (role_id, house_right) VALUES ($1, $2)");
const INSERT_ROLE_PERMISSION: Sql =
    Sql::new("INSERT INTO role_permission (role_id, application_id, permission) VALUES ($1, $2, $3)");
const ROLE_NAME: Sql = Sql::new("SELECT name FROM role WHERE organisation_id = $1 AND id = $2");

const INSERT_GRANT: Sql = Sql::new(
    "INSERT INTO access_grant (id, organisation_id, subject_kind, subject_id, role_id, valid_from, valid_until, reason, \
     given_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
);
const INSERT_WITHIN: Sql =
    Sql::new("INSERT INTO access_grant_within (grant_id, organisation_id, group_id) VALUES ($1, $2, $3)");
const END_GRANT: Sql = Sql::new(
    "UPDATE access_grant SET ended_at = $3 \
     WHERE organisation_id = $1 AND id = $2 AND ended_at IS NULL AND (valid_until IS NULL OR valid_until > $3) \
     RETURNING subject_kind, subject_id, role_id, valid_from, valid_until",
);

const INSERT_POLICY: Sql = Sql::new(
    "INSERT INTO policy (organisation_id, name, application_id, title, purpose, cedar, active, updated_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
);
const POLICY_ACTIVE: Sql = Sql::new("SELECT active FROM policy WHERE organisation_id = $1 AND name = $2");
const SET_POLICY_ACTIVE: Sql =
    Sql::new("UPDATE policy SET active = $3, updated_at = $4 WHERE organisation_id = $1 AND name = $2");

pub(super) async fn insert_group(
    tx: &mut Tx,
    id: GroupId,
    new: &NewGroup,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(INSERT_GROUP)
        .bind(&id)
        .bind(&new.organisation_id)
        .bind(&new.kind)
        .bind(&new.name)
        .bind(&new.title)
        .bind(&new.parent)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn group_kind(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: GroupId,
) -> Result<Option<GroupKind>, StorageError> {
    tx.query(GROUP_KIND)
        .bind(&organisation)
        .bind(&id)
        .optional(|row| row.get("kind"))
        .await
}

pub(super) async fn membership(
    tx: &mut Tx,
    organisation: OrganisationId,
    group: GroupId,
    subject: Subject,
) -> Result<Option<Period>, StorageError> {
    tx.query(MEMBERSHIP)
        .bind(&group)
        .bind(&subject.kind())
        .bind_value(subject.id_value())
        .bind(&organisation)
        .optional(|row| {
            Ok(Period {
                from: row.get("valid_from")?,
                until: row.get("valid_until")?,
            })
        })
        .await
}

pub(super) async fn put_membership(
    tx: &mut Tx,
    organisation: OrganisationId,
    group: GroupId,
    subject: Subject,
    period: Period,
) -> Result<(), StorageError> {
    tx.query(PUT_MEMBERSHIP)
        .bind(&group)
        .bind(&subject.kind())
        .bind_value(subject.id_value())
        .bind(&organisation)
        .bind(&period.from)
        .bind(&period.until)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn delete_membership(
    tx: &mut Tx,
    organisation: OrganisationId,
    group: GroupId,
    subject: Subject,
) -> Result<(), StorageError> {
    tx.query(DELETE_MEMBERSHIP)
        .bind(&group)
        .bind(&subject.kind())
        .bind_value(subject.id_value())
        .bind(&organisation)
        .execute()
        .await?;
    Ok(())
}

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
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn insert_permission(
    tx: &mut Tx,
    application: ApplicationId,
    new: &NewPermission,
) -> Result<(), StorageError> {
    tx.query(INSERT_PERMISSION)
        .bind(&application)
        .bind(&new.name.as_str())
        .bind(&new.title)
        .bind(&new.purpose)
        .bind(&new.sensitivity)
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

/// Answers whether there is such an application.
pub(super) async fn set_token_format(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: ApplicationId,
    format: TokenFormat,
) -> Result<bool, StorageError> {
    let changed = tx
        .query(SET_TOKEN_FORMAT)
        .bind(&organisation)
        .bind(&id)
        .bind(&format)
        .execute()
        .await?;
    Ok(changed == 1)
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

pub(super) async fn insert_role(
    tx: &mut Tx,
    id: RoleId,
    new: &NewRole,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(INSERT_ROLE)
        .bind(&id)
        .bind(&new.organisation_id)
        .bind(&new.name)
        .bind(&new.title)
        .bind(&new.purpose)
        .bind(&new.second_factor)
        .bind(&now)
        .execute()
        .await?;
    for (application, permission) in &new.permissions {
        tx.query(INSERT_ROLE_PERMISSION)
            .bind(&id)
            .bind(application)
            .bind(permission)
            .execute()
            .await?;
    }
    for right in &new.rights {
        tx.query(INSERT_ROLE_RIGHT)
            .bind(&id)
            .bind(right)
            .execute()
            .await?;
    }
    Ok(())
}

pub(super) async fn role_name(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: RoleId,
) -> Result<Option<String>, StorageError> {
    tx.query(ROLE_NAME)
        .bind(&organisation)
        .bind(&id)
        .optional(|row| row.get("name"))
        .await
}

pub(super) async fn insert_grant(
    tx: &mut Tx,
    id: AccessGrantId,
    new: &NewGrant,
    given_by: &str,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(INSERT_GRANT)
        .bind(&id)
        .bind(&new.organisation_id)
        .bind(&new.holder.kind())
        .bind_value(new.holder.id_value())
        .bind(&new.role)
        .bind(&new.period.from)
        .bind(&new.period.until)
        .bind(&new.reason)
        .bind(&given_by)
        .bind(&now)
        .execute()
        .await?;
    for group in &new.within {
        tx.query(INSERT_WITHIN)
            .bind(&id)
            .bind(&new.organisation_id)
            .bind(group)
            .execute()
            .await?;
    }
    Ok(())
}

/// A grant that has just been ended.
pub(super) struct Ended {
    pub(super) subject_kind: SubjectKind,
    pub(super) subject_id: String,
    pub(super) role: RoleId,
    pub(super) period: Period,
}

/// Ends a grant that has not ended yet. Of two at once, one wins.
pub(super) async fn end_grant(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: AccessGrantId,
    now: Timestamp,
) -> Result<Option<Ended>, StorageError> {
    tx.query(END_GRANT)
        .bind(&organisation)
        .bind(&id)
        .bind(&now)
        .optional(|row| {
            Ok(Ended {
                subject_kind: row.get("subject_kind")?,
                subject_id: row.get("subject_id")?,
                role: row.get("role_id")?,
                period: Period {
                    from: row.get("valid_from")?,
                    until: row.get("valid_until")?,
                },
            })
        })
        .await
}

pub(super) async fn insert_policy(tx: &mut Tx, new: &NewPolicy, now: Timestamp) -> Result<(), StorageError> {
    tx.query(INSERT_POLICY)
        .bind(&new.organisation_id)
        .bind(&new.name)
        .bind(&new.application)
        .bind(&new.title)
        .bind(&new.purpose)
        .bind(&new.cedar)
        .bind(&true)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn policy_active(
    tx: &mut Tx,
    organisation: OrganisationId,
    name: &str,
) -> Result<Option<bool>, StorageError> {
    tx.query(POLICY_ACTIVE)
        .bind(&organisation)
        .bind(&name)
        .optional(|row| row.get("active"))
        .await
}

pub(super) async fn set_policy_active(
    tx: &mut Tx,
    organisation: OrganisationId,
    name: &str,
    active: bool,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(SET_POLICY_ACTIVE)
        .bind(&organisation)
        .bind(&name)
        .bind(&active)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

const ROLE_NAMED: Sql = Sql::new("SELECT id FROM role WHERE organisation_id = $1 AND name = $2");

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

const GROUP_NAMED: Sql =
    Sql::new("SELECT id FROM people_group WHERE organisation_id = $1 AND kind = $2 AND name = $3");

pub(super) async fn group_named(
    tx: &mut Tx,
    organisation: OrganisationId,
    (kind, name): (GroupKind, &str),
) -> Result<Option<GroupId>, StorageError> {
    tx.query(GROUP_NAMED)
        .bind(&organisation)
        .bind(&kind)
        .bind(&name)
        .optional(|row| row.get("id"))
        .await
}
