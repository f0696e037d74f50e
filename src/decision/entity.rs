//! What decisions rest on, read from the tables of `person` and `access`. This is the one place that reads tables of other
//! rooms; it writes none.

use serde_json::Value as Json;

use crate::domain::{
    AccessGrantId, ApplicationId, GroupId, GroupKind, OrganisationId, OrganisationStatus, PersonId,
    PersonStatus, Right, RoleId, Subject, SubjectKind, Timestamp,
};
use crate::op::AccessEpoch;
use crate::storage::{Row, Sql, StorageError, Tx};

const PERSON: Sql = Sql::new(
    "SELECT person.organisation_id AS organisation_id, status, attributes, epochs.epoch AS access_epoch, epochs.everybody AS everybody \
     FROM person LEFT JOIN access_epoch AS epochs ON epochs.organisation_id = person.organisation_id WHERE person.id = $1",
);
const SERVICE_ACCOUNT: Sql = Sql::new(
    "SELECT service_account.organisation_id AS organisation_id, status, attributes, epochs.epoch AS access_epoch, \
     epochs.everybody AS everybody FROM service_account \
     LEFT JOIN access_epoch AS epochs ON epochs.organisation_id = service_account.organisation_id \
     WHERE service_account.id = $1",
);
const ORGANISATION: Sql = Sql::new("SELECT slug, status FROM organisation WHERE id = $1");
const GROUPS: Sql =
    Sql::new("SELECT id, kind, name, title, parent_id, ends_at FROM people_group WHERE organisation_id = $1");
const ROLES: Sql = Sql::new("SELECT id, name, title, second_factor FROM role WHERE organisation_id = $1");
const ROLE_PERMISSIONS: Sql = Sql::new(
    "SELECT role_permission.role_id AS role_id, role_permission.application_id AS application_id, \
     role_permission.permission AS permission \
     FROM role JOIN role_permission ON role_permission.role_id = role.id WHERE role.organisation_id = $1",
);
const ROLE_RIGHTS: Sql = Sql::new(
    "SELECT role_right.role_id AS role_id, role_right.house_right AS house_right \
     FROM role JOIN role_right ON role_right.role_id = role.id WHERE role.organisation_id = $1",
);
const ROLE_INCLUDES: Sql = Sql::new(
    "SELECT role_include.role_id AS role_id, role_include.included_id AS included_id \
     FROM role JOIN role_include ON role_include.role_id = role.id WHERE role.organisation_id = $1",
);
const ROLE_GIVING: Sql = Sql::new(
    "SELECT role_giving.role_id AS role_id, role_giving.given_id AS given_id, \
     role_giving.longest_days AS longest_days \
     FROM role JOIN role_giving ON role_giving.role_id = role.id WHERE role.organisation_id = $1",
);
const MEMBERSHIPS: Sql = Sql::new(
    "SELECT group_id, valid_from, valid_until FROM membership \
     WHERE subject_id = $1 AND subject_kind = $2 AND organisation_id = $3 \
     AND (valid_until IS NULL OR valid_until > $4)",
);
const GRANTS: Sql = Sql::new(
    "SELECT access_grant.id AS id, access_grant.subject_kind AS subject_kind, access_grant.subject_id AS subject_id, \
     access_grant.role_id AS role_id, access_grant.valid_from AS valid_from, access_grant.valid_until AS valid_until, \
     access_grant.ended_at AS ended_at, access_grant.last_used_at AS last_used_at, access_grant_within.group_id AS within_id \
     FROM access_grant LEFT JOIN access_grant_within ON access_grant_within.grant_id = access_grant.id \
     WHERE access_grant.subject_id = $1 AND access_grant.subject_kind = $2 AND access_grant.organisation_id = $3 \
     AND (access_grant.valid_until IS NULL OR access_grant.valid_until > $4) \
     AND (access_grant.ended_at IS NULL OR access_grant.ended_at > $4) \
     ORDER BY access_grant.id",
);
const ALL_MEMBERSHIPS: Sql = Sql::new(
    "SELECT subject_id, group_id, valid_from, valid_until FROM membership \
     WHERE organisation_id = $1 AND subject_kind = $2 AND (valid_until IS NULL OR valid_until > $3)",
);
const ALL_GRANTS: Sql = Sql::new(
    "SELECT access_grant.id AS id, access_grant.subject_kind AS subject_kind, access_grant.subject_id AS subject_id, \
     access_grant.role_id AS role_id, access_grant.valid_from AS valid_from, access_grant.valid_until AS valid_until, \
     access_grant.ended_at AS ended_at, access_grant.last_used_at AS last_used_at, access_grant_within.group_id AS within_id \
     FROM access_grant LEFT JOIN access_grant_within ON access_grant_within.grant_id = access_grant.id \
     WHERE access_grant.organisation_id = $1 AND access_grant.subject_kind = $2 \
     AND (access_grant.valid_until IS NULL OR access_grant.valid_until > $3) \
     AND (access_grant.ended_at IS NULL OR access_grant.ended_at > $3) \
     ORDER BY access_grant.id",
);
// Grants of the groups that the subject is in, and of the groups above those. In no order: to have one, SQLite would read all grants of the
// organisation. PostgreSQL takes the recursion for many rows and reads all of them too, unless it has the ids as one array.
const GROUP_GRANTS: Sql = Sql::pair(
    "WITH RECURSIVE above (id) AS (\
     SELECT membership.group_id FROM membership \
     WHERE membership.subject_id = $1 AND membership.subject_kind = $2 AND membership.organisation_id = $3 \
     UNION \
     SELECT people_group.parent_id FROM people_group JOIN above ON people_group.id = above.id \
     WHERE people_group.parent_id IS NOT NULL) \
     SELECT access_grant.id AS id, access_grant.subject_kind AS subject_kind, access_grant.subject_id AS subject_id, \
     access_grant.role_id AS role_id, access_grant.valid_from AS valid_from, access_grant.valid_until AS valid_until, \
     access_grant.ended_at AS ended_at, access_grant.last_used_at AS last_used_at, access_grant_within.group_id AS within_id \
     FROM access_grant LEFT JOIN access_grant_within ON access_grant_within.grant_id = access_grant.id \
     WHERE access_grant.subject_id IN (SELECT id FROM above) AND access_grant.subject_kind = $4 AND access_grant.organisation_id = $3 \
     AND (access_grant.valid_until IS NULL OR access_grant.valid_until > $5) \
     AND (access_grant.ended_at IS NULL OR access_grant.ended_at > $5)",
    "WITH RECURSIVE above (id) AS (\
     SELECT membership.group_id FROM membership \
     WHERE membership.subject_id = $1 AND membership.subject_kind = $2 AND membership.organisation_id = $3 \
     UNION \
     SELECT people_group.parent_id FROM people_group JOIN above ON people_group.id = above.id \
     WHERE people_group.parent_id IS NOT NULL) \
     SELECT access_grant.id AS id, access_grant.subject_kind AS subject_kind, access_grant.subject_id AS subject_id, \
     access_grant.role_id AS role_id, access_grant.valid_from AS valid_from, access_grant.valid_until AS valid_until, \
     access_grant.ended_at AS ended_at, access_grant.last_used_at AS last_used_at, access_grant_within.group_id AS within_id \
     FROM access_grant LEFT JOIN access_grant_within ON access_grant_within.grant_id = access_grant.id \
     WHERE access_grant.subject_id = ANY (ARRAY (SELECT id FROM above)) AND access_grant.subject_kind = $4 AND access_grant.organisation_id = $3 \
     AND (access_grant.valid_until IS NULL OR access_grant.valid_until > $5) \
     AND (access_grant.ended_at IS NULL OR access_grant.ended_at > $5)",
);
const POLICIES: Sql = Sql::new(
    "SELECT name, cedar FROM policy WHERE organisation_id = $1 AND application_id = $2 AND active = $3 ORDER BY name",
);

const POLICIES_OF: Sql = Sql::new(
    "SELECT organisation_id, name, cedar FROM policy WHERE application_id = $1 AND active = $2 ORDER BY name",
);

pub(super) struct SubjectRow {
    pub(super) organisation_id: OrganisationId,
    pub(super) status: PersonStatus,
    pub(super) attributes: Json,
    /// Of its organisation, as it was before anything else was read.
    pub(super) epoch: AccessEpoch,
}

pub(super) struct OrganisationRow {
    pub(super) slug: String,
    pub(super) status: OrganisationStatus,
}

pub(super) struct GroupRow {
    pub(super) id: GroupId,
    pub(super) kind: GroupKind,
    pub(super) name: String,
    pub(super) title: String,
    pub(super) parent: Option<GroupId>,
    pub(super) ends_at: Option<Timestamp>,
}

pub(super) struct RoleRow {
    pub(super) id: RoleId,
    pub(super) name: String,
    pub(super) title: String,
    pub(super) second_factor: bool,
}

pub(super) struct RolePermissionRow {
    pub(super) role: RoleId,
    pub(super) application: ApplicationId,
    pub(super) permission: String,
}

#[derive(Debug, Clone)]
pub(super) struct MembershipRow {
    pub(super) group: GroupId,
    pub(super) window: Window,
}

/// A grant that has not ended yet; `within` is empty if it holds everywhere.
#[derive(Debug, Clone)]
pub(super) struct GrantRow {
    pub(super) id: AccessGrantId,
    /// The group that holds it, unless the subject holds it itself.
    pub(super) group: Option<GroupId>,
    pub(super) role: RoleId,
    pub(super) window: Window,
    pub(super) within: Vec<GroupId>,
    /// When it was last of use, to about an hour.
    pub(super) last_used: Option<Timestamp>,
}

/// From the first moment on, until just before the second.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) from: Timestamp,
    pub(super) until: Option<Timestamp>,
}

impl Window {
    pub(super) fn contains(&self, now: Timestamp) -> bool {
        self.from <= now && self.until.is_none_or(|until| now < until)
    }

    /// The next moment at which the answer of [`Window::contains`] changes.
    pub(super) fn next_edge(&self, now: Timestamp) -> Option<Timestamp> {
        if now < self.from {
            Some(self.from)
        } else {
            self.until.filter(|until| now < *until)
        }
    }
}

pub(super) struct PolicyRow {
    pub(super) name: String,
    pub(super) cedar: String,
}

pub(super) async fn subject(tx: &mut Tx, subject: Subject) -> Result<Option<SubjectRow>, StorageError> {
    let statement = match subject {
        Subject::Person(_) => PERSON,
        Subject::ServiceAccount(_) => SERVICE_ACCOUNT,
    };
    tx.query(statement)
        .bind_value(subject.id_value())
        .optional(|row| {
            Ok(SubjectRow {
                organisation_id: row.get("organisation_id")?,
                status: row.get("status")?,
                attributes: row.get("attributes")?,
                epoch: AccessEpoch {
                    epoch: row.get::<Option<i64>>("access_epoch")?.unwrap_or_default(),
                    everybody: row.get::<Option<i64>>("everybody")?.unwrap_or_default(),
                },
            })
        })
        .await
}

pub(super) async fn organisation(
    tx: &mut Tx,
    id: OrganisationId,
) -> Result<Option<OrganisationRow>, StorageError> {
    tx.query(ORGANISATION)
        .bind(&id)
        .optional(|row| {
            Ok(OrganisationRow {
                slug: row.get("slug")?,
                status: row.get("status")?,
            })
        })
        .await
}

pub(super) async fn groups(tx: &mut Tx, organisation: OrganisationId) -> Result<Vec<GroupRow>, StorageError> {
    tx.query(GROUPS)
        .bind(&organisation)
        .all(|row| {
            Ok(GroupRow {
                id: row.get("id")?,
                kind: row.get("kind")?,
                name: row.get("name")?,
                title: row.get("title")?,
                parent: row.get("parent_id")?,
                ends_at: row.get("ends_at")?,
            })
        })
        .await
}

pub(super) async fn roles(tx: &mut Tx, organisation: OrganisationId) -> Result<Vec<RoleRow>, StorageError> {
    tx.query(ROLES)
        .bind(&organisation)
        .all(|row| {
            Ok(RoleRow {
                id: row.get("id")?,
                name: row.get("name")?,
                title: row.get("title")?,
                second_factor: row.get("second_factor")?,
            })
        })
        .await
}

pub(super) async fn role_permissions(
    tx: &mut Tx,
    organisation: OrganisationId,
) -> Result<Vec<RolePermissionRow>, StorageError> {
    tx.query(ROLE_PERMISSIONS)
        .bind(&organisation)
        .all(|row| {
            Ok(RolePermissionRow {
                role: row.get("role_id")?,
                application: row.get("application_id")?,
                permission: row.get("permission")?,
            })
        })
        .await
}

pub(super) async fn role_rights(
    tx: &mut Tx,
    organisation: OrganisationId,
) -> Result<Vec<(RoleId, Right)>, StorageError> {
    tx.query(ROLE_RIGHTS)
        .bind(&organisation)
        .all(|row| Ok((row.get("role_id")?, row.get("house_right")?)))
        .await
}

/// (role, a role that it includes)
pub(super) async fn role_includes(
    tx: &mut Tx,
    organisation: OrganisationId,
) -> Result<Vec<(RoleId, RoleId)>, StorageError> {
    tx.query(ROLE_INCLUDES)
        .bind(&organisation)
        .all(|row| Ok((row.get("role_id")?, row.get("included_id")?)))
        .await
}

/// (role, a role that its holders may give, for so many days at most)
pub(super) async fn role_giving(
    tx: &mut Tx,
    organisation: OrganisationId,
) -> Result<Vec<(RoleId, RoleId, Option<i64>)>, StorageError> {
    tx.query(ROLE_GIVING)
        .bind(&organisation)
        .all(|row| {
            Ok((
                row.get("role_id")?,
                row.get("given_id")?,
                row.get("longest_days")?,
            ))
        })
        .await
}

/// Memberships that have not ended by `now`, those that have not begun included.
pub(super) async fn memberships(
    tx: &mut Tx,
    subject: Subject,
    organisation: OrganisationId,
    now: Timestamp,
) -> Result<Vec<MembershipRow>, StorageError> {
    tx.query(MEMBERSHIPS)
        .bind_value(subject.id_value())
        .bind(&subject.kind())
        .bind(&organisation)
        .bind(&now)
        .all(read_membership)
        .await
}

pub(super) fn read_membership(row: &Row) -> Result<MembershipRow, StorageError> {
    Ok(MembershipRow {
        group: row.get("group_id")?,
        window: Window {
            from: row.get("valid_from")?,
            until: row.get("valid_until")?,
        },
    })
}

/// The memberships of all people of an organisation.
pub(super) async fn all_memberships(
    tx: &mut Tx,
    organisation: OrganisationId,
    now: Timestamp,
) -> Result<Vec<(PersonId, MembershipRow)>, StorageError> {
    tx.query(ALL_MEMBERSHIPS)
        .bind(&organisation)
        .bind(&SubjectKind::Person)
        .bind(&now)
        .all(|row| Ok((row.get("subject_id")?, read_membership(row)?)))
        .await
}

/// The grants of all people of an organisation, without those of their groups.
pub(super) async fn all_grants(
    tx: &mut Tx,
    organisation: OrganisationId,
    now: Timestamp,
) -> Result<Vec<(PersonId, GrantRow)>, StorageError> {
    let rows = tx
        .query(ALL_GRANTS)
        .bind(&organisation)
        .bind(&SubjectKind::Person)
        .bind(&now)
        .all(|row| Ok((row.get::<PersonId>("subject_id")?, read_grant(row)?)))
        .await?;
    let mut grants: Vec<(PersonId, GrantRow)> = Vec::new();
    for (person, row) in rows {
        match grants.last_mut() {
            Some((_, last)) if last.id == row.id => last.within.extend(row.within),
            _ => grants.push((person, row)),
        }
    }
    Ok(grants)
}

/// The grants of all groups of an organisation.
pub(super) async fn all_group_grants(
    tx: &mut Tx,
    organisation: OrganisationId,
    now: Timestamp,
) -> Result<Vec<GrantRow>, StorageError> {
    let rows = tx
        .query(ALL_GRANTS)
        .bind(&organisation)
        .bind(&SubjectKind::Group)
        .bind(&now)
        .all(read_grant)
        .await?;
    Ok(gather(rows.into_iter()))
}

/// The subject's own grants and those of its groups that have not ended by `now`, those that have not begun included.
pub(super) async fn grants(
    tx: &mut Tx,
    subject: Subject,
    organisation: OrganisationId,
    now: Timestamp,
) -> Result<Vec<GrantRow>, StorageError> {
    let own = tx
        .query(GRANTS)
        .bind_value(subject.id_value())
        .bind(&subject.kind())
        .bind(&organisation)
        .bind(&now)
        .all(read_grant)
        .await?;
    let mut of_groups = tx
        .query(GROUP_GRANTS)
        .bind_value(subject.id_value())
        .bind(&subject.kind())
        .bind(&organisation)
        .bind(&SubjectKind::Group)
        .bind(&now)
        .all(read_grant)
        .await?;
    of_groups.sort_by_key(|row| row.id);
    Ok(gather(own.into_iter().chain(of_groups)))
}

/// One row for each place becomes one grant with its places; rows of a grant follow one another.
pub(super) fn gather(rows: impl Iterator<Item = GrantRow>) -> Vec<GrantRow> {
    let mut grants: Vec<GrantRow> = Vec::new();
    for row in rows {
        match grants.last_mut() {
            Some(last) if last.id == row.id => last.within.extend(row.within),
            _ => grants.push(row),
        }
    }
    grants
}

pub(super) fn read_grant(row: &Row) -> Result<GrantRow, StorageError> {
    let group = match row.get::<SubjectKind>("subject_kind")? {
        SubjectKind::Group => Some(row.get("subject_id")?),
        SubjectKind::Person | SubjectKind::ServiceAccount => None,
    };
    let until: Option<Timestamp> = row.get("valid_until")?;
    let ended: Option<Timestamp> = row.get("ended_at")?;
    Ok(GrantRow {
        id: row.get("id")?,
        group,
        role: row.get("role_id")?,
        window: Window {
            from: row.get("valid_from")?,
            until: until.into_iter().chain(ended).min(),
        },
        within: row.get::<Option<GroupId>>("within_id")?.into_iter().collect(),
        last_used: row.get("last_used_at")?,
    })
}

pub(super) async fn policies(
    tx: &mut Tx,
    organisation: OrganisationId,
    application: ApplicationId,
) -> Result<Vec<PolicyRow>, StorageError> {
    tx.query(POLICIES)
        .bind(&organisation)
        .bind(&application)
        .bind(&true)
        .all(read_policy)
        .await
}

/// Those of all organisations, each with the one whose it is.
pub(super) async fn policies_of(
    tx: &mut Tx,
    application: ApplicationId,
) -> Result<Vec<(OrganisationId, PolicyRow)>, StorageError> {
    let rows = tx.query(POLICIES_OF).bind(&application).bind(&true);
    rows.all(|row| Ok((row.get("organisation_id")?, read_policy(row)?)))
        .await
}

pub(super) fn read_policy(row: &Row) -> Result<PolicyRow, StorageError> {
    Ok(PolicyRow {
        name: row.get("name")?,
        cedar: row.get("cedar")?,
    })
}
