//! What decisions rested on at a moment in the past, read from what the rooms of people, access and policies have kept. Like
//! [`super::entity`], this file reads tables of other rooms and writes none.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value as Json;

use super::entity::{
    GrantRow, GroupRow, MembershipRow, PolicyRow, RolePermissionRow, RoleRow, gather, read_grant,
    read_membership, read_policy,
};
use super::rulebook::Roles;
use crate::domain::{
    ApplicationId, ColumnError, GroupId, GroupKind, OrganisationId, PersonStatus, Right, RoleId, Subject,
    SubjectKind, Timestamp, Value,
};
use crate::storage::{Sql, StorageError, Tx};

// The last that was said of each by a moment.
const REVISIONS: Sql = Sql::new(
    "SELECT item_id, content FROM access_revision WHERE organisation_id = $1 AND item_kind = $2 AND at = (\
     SELECT MAX(other.at) FROM access_revision AS other WHERE other.organisation_id = $1 AND other.item_kind = $2 \
     AND other.item_id = access_revision.item_id AND other.at <= $3)",
);
const LATER_GROUPS: Sql =
    Sql::new("SELECT id FROM people_group WHERE organisation_id = $1 AND created_at > $2");
const LATER_ROLES: Sql = Sql::new("SELECT id FROM role WHERE organisation_id = $1 AND created_at > $2");
const PERSON: Sql =
    Sql::new("SELECT organisation_id, status, attributes FROM person WHERE id = $1 AND created_at <= $2");
const SERVICE_ACCOUNT: Sql = Sql::new(
    "SELECT organisation_id, status, attributes FROM service_account WHERE id = $1 AND created_at <= $2",
);
const ACCOUNT: Sql = Sql::new(
    "SELECT organisation_id, status, attributes FROM account_past \
     WHERE subject_id = $1 AND subject_kind = $2 AND until > $3 ORDER BY until LIMIT 1",
);
const MEMBERSHIPS: Sql = Sql::new(
    "SELECT group_id, valid_from, valid_until FROM membership \
     WHERE subject_id = $1 AND subject_kind = $2 AND organisation_id = $3 AND COALESCE(created_at, valid_from) <= $4 \
     UNION ALL \
     SELECT group_id, valid_from, valid_until FROM membership_past \
     WHERE subject_id = $1 AND subject_kind = $2 AND organisation_id = $3 AND created_at <= $4 AND ended_at > $4",
);
// That it was ended later was not known then.
const GRANTS: Sql = Sql::new(
    "SELECT access_grant.id AS id, access_grant.subject_kind AS subject_kind, access_grant.subject_id AS subject_id, \
     access_grant.role_id AS role_id, access_grant.valid_from AS valid_from, access_grant.valid_until AS valid_until, \
     CAST(NULL AS BIGINT) AS ended_at, CAST(NULL AS BIGINT) AS last_used_at, access_grant_within.group_id AS within_id \
     FROM access_grant LEFT JOIN access_grant_within ON access_grant_within.grant_id = access_grant.id \
     WHERE access_grant.subject_id = $1 AND access_grant.subject_kind = $2 AND access_grant.organisation_id = $3 \
     AND access_grant.created_at <= $4 AND (access_grant.valid_until IS NULL OR access_grant.valid_until > $4) \
     AND (access_grant.ended_at IS NULL OR access_grant.ended_at > $4) \
     ORDER BY access_grant.id",
);
const POLICIES: Sql = Sql::new(
    "SELECT policy_version.policy AS name, policy_version.cedar AS cedar \
     FROM policy JOIN policy_version ON policy_version.organisation_id = policy.organisation_id \
     AND policy_version.policy = policy.name \
     WHERE policy.organisation_id = $1 AND policy.application_id = $2 AND policy_version.active_from <= $3 \
     AND (policy_version.active_until IS NULL OR policy_version.active_until > $3) \
     ORDER BY policy_version.policy",
);

/// What a group was, as its revision says.
#[derive(Debug, Deserialize)]
struct GroupThen {
    kind: GroupKind,
    name: String,
    title: String,
    parent: Option<GroupId>,
    ends_at: Option<Timestamp>,
}

/// What a role was, as its revision says.
#[derive(Debug, Deserialize)]
struct RoleThen {
    name: String,
    title: String,
    second_factor: bool,
    permissions: Vec<PermittedThen>,
    rights: BTreeSet<Right>,
    includes: BTreeSet<RoleId>,
    giving: BTreeMap<RoleId, Option<i64>>,
}

#[derive(Debug, Deserialize)]
struct PermittedThen {
    application: ApplicationId,
    name: String,
}

async fn revisions(
    tx: &mut Tx,
    (organisation, kind): (OrganisationId, &str),
    at: Timestamp,
) -> Result<Vec<(String, Json)>, StorageError> {
    tx.query(REVISIONS)
        .bind(&organisation)
        .bind(&kind)
        .bind(&at)
        .all(|row| Ok((row.get("item_id")?, row.get("content")?)))
        .await
}

fn read<T: serde::de::DeserializeOwned>(content: Json) -> Result<Option<T>, StorageError> {
    serde_json::from_value(content).map_err(|_| StorageError::Column {
        column: "content",
        source: ColumnError::Invalid("what a role or group was"),
    })
}

fn id<T: std::str::FromStr>(text: &str) -> Result<T, StorageError> {
    text.parse().map_err(|_| StorageError::Column {
        column: "item_id",
        source: ColumnError::Invalid("id"),
    })
}

/// The groups as they were. Of one about which nothing was kept by then, what stands now is the best that is known, if it was there.
pub(super) async fn groups(
    tx: &mut Tx,
    organisation: OrganisationId,
    now: Vec<GroupRow>,
    at: Timestamp,
) -> Result<Vec<GroupRow>, StorageError> {
    let later = tx.query(LATER_GROUPS).bind(&organisation).bind(&at);
    let mut told: BTreeSet<GroupId> = later.all(|row| row.get("id")).await?.into_iter().collect();
    let mut groups = Vec::new();
    for (item, content) in revisions(tx, (organisation, "group"), at).await? {
        let id: GroupId = id(&item)?;
        told.insert(id);
        groups.extend(read::<GroupThen>(content)?.map(|then| GroupRow {
            id,
            kind: then.kind,
            name: then.name,
            title: then.title,
            parent: then.parent,
            ends_at: then.ends_at,
        }));
    }
    groups.extend(now.into_iter().filter(|row| !told.contains(&row.id)));
    Ok(groups)
}

/// The roles as they were, in the same way.
pub(super) async fn roles(
    tx: &mut Tx,
    organisation: OrganisationId,
    now: Roles,
    at: Timestamp,
) -> Result<Roles, StorageError> {
    let later = tx.query(LATER_ROLES).bind(&organisation).bind(&at);
    let mut told: BTreeSet<RoleId> = later.all(|row| row.get("id")).await?.into_iter().collect();
    let mut then = Roles::default();
    for (item, content) in revisions(tx, (organisation, "role"), at).await? {
        let id: RoleId = id(&item)?;
        told.insert(id);
        if let Some(role) = read::<RoleThen>(content)? {
            add(&mut then, id, role);
        }
    }
    let kept = |role: &RoleId| !told.contains(role);
    then.rows.extend(now.rows.into_iter().filter(|row| kept(&row.id)));
    let permissions = now.permissions.into_iter().filter(|row| kept(&row.role));
    then.permissions.extend(permissions);
    then.rights
        .extend(now.rights.into_iter().filter(|(role, _)| kept(role)));
    let includes = now.includes.into_iter().filter(|(role, _)| kept(role));
    then.includes.extend(includes);
    then.giving
        .extend(now.giving.into_iter().filter(|(role, _, _)| kept(role)));
    Ok(then)
}

fn add(then: &mut Roles, id: RoleId, role: RoleThen) {
    then.rows.push(RoleRow {
        id,
        name: role.name,
        title: role.title,
        second_factor: role.second_factor,
    });
    let permissions = role.permissions.into_iter().map(|one| RolePermissionRow {
        role: id,
        application: one.application,
        permission: one.name,
    });
    then.permissions.extend(permissions);
    then.rights
        .extend(role.rights.into_iter().map(|right| (id, right)));
    then.includes
        .extend(role.includes.into_iter().map(|other| (id, other)));
    let giving = role.giving.into_iter();
    then.giving
        .extend(giving.map(|(given, longest)| (id, given, longest)));
}

/// The organisation, status and attributes of an account; nothing if it was not there.
pub(super) async fn account(
    tx: &mut Tx,
    subject: Subject,
    at: Timestamp,
) -> Result<Option<(OrganisationId, PersonStatus, Json)>, StorageError> {
    let statement = match subject {
        Subject::Person(_) => PERSON,
        Subject::ServiceAccount(_) => SERVICE_ACCOUNT,
    };
    let read = |row: &crate::storage::Row| {
        Ok((
            row.get("organisation_id")?,
            row.get("status")?,
            row.get("attributes")?,
        ))
    };
    let now = tx.query(statement).bind_value(subject.id_value()).bind(&at);
    let Some(now) = now.optional(read).await? else {
        return Ok(None);
    };
    let then = tx.query(ACCOUNT).bind_value(subject.id_value());
    let then = then.bind(&subject.kind()).bind(&at).optional(read).await?;
    Ok(Some(then.unwrap_or(now)))
}

/// The memberships that an account had or was to have.
pub(super) async fn memberships(
    tx: &mut Tx,
    subject: Subject,
    organisation: OrganisationId,
    at: Timestamp,
) -> Result<Vec<MembershipRow>, StorageError> {
    let rows = tx.query(MEMBERSHIPS).bind_value(subject.id_value());
    let rows = rows.bind(&subject.kind()).bind(&organisation).bind(&at);
    rows.all(read_membership).await
}

/// The grants of an account or group that were given and had not ended.
pub(super) async fn grants(
    tx: &mut Tx,
    (kind, holder): (SubjectKind, Value),
    organisation: OrganisationId,
    at: Timestamp,
) -> Result<Vec<GrantRow>, StorageError> {
    let rows = tx.query(GRANTS).bind_value(holder).bind(&kind);
    let rows = rows.bind(&organisation).bind(&at).all(read_grant).await?;
    Ok(gather(rows.into_iter()))
}

/// The policies that were in force.
pub(super) async fn policies(
    tx: &mut Tx,
    organisation: OrganisationId,
    application: ApplicationId,
    at: Timestamp,
) -> Result<Vec<PolicyRow>, StorageError> {
    let rows = tx
        .query(POLICIES)
        .bind(&organisation)
        .bind(&application)
        .bind(&at);
    rows.all(read_policy).await
}
