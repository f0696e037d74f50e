//! The tables `access_grant`, `access_grant_within`.

use super::model::{NewGrant, Period};
use crate::domain::{AccessGrantId, GroupId, OrganisationId, RoleId, SubjectKind, Timestamp};
use crate::storage::{Sql, StorageError, Tx};

const INSERT: Sql = Sql::new(
    "INSERT INTO access_grant (id, organisation_id, subject_kind, subject_id, role_id, valid_from, valid_until, reason, \
     source, given_by, next_review_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
);
const INSERT_WITHIN: Sql =
    Sql::new("INSERT INTO access_grant_within (grant_id, organisation_id, group_id) VALUES ($1, $2, $3)");
const END: Sql = Sql::new(
    "UPDATE access_grant SET ended_at = $3 \
     WHERE organisation_id = $1 AND id = $2 AND ended_at IS NULL AND (valid_until IS NULL OR valid_until > $3) \
     RETURNING subject_kind, subject_id, role_id, valid_from, valid_until",
);
const TOUCH: Sql = Sql::new(
    "UPDATE access_grant SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)",
);
const ROLE_OF: Sql = Sql::new("SELECT role_id FROM access_grant WHERE organisation_id = $1 AND id = $2");
const WITHIN: Sql =
    Sql::new("SELECT group_id FROM access_grant_within WHERE grant_id = $1 ORDER BY group_id");
// Of the group itself and of those above it.
const OF_GROUP: Sql = Sql::new(
    "WITH RECURSIVE above (id) AS (\
     SELECT people_group.id FROM people_group WHERE people_group.id = $2 AND people_group.organisation_id = $1 \
     UNION \
     SELECT people_group.parent_id FROM people_group JOIN above ON people_group.id = above.id \
     WHERE people_group.parent_id IS NOT NULL) \
     SELECT access_grant.id AS id, access_grant.role_id AS role_id FROM access_grant \
     WHERE access_grant.subject_id IN (SELECT id FROM above) AND access_grant.subject_kind = $3 \
     AND access_grant.organisation_id = $1 AND access_grant.ended_at IS NULL \
     AND (access_grant.valid_until IS NULL OR access_grant.valid_until > $4)",
);

pub(super) async fn insert(
    tx: &mut Tx,
    id: AccessGrantId,
    new: &NewGrant,
    (given_by, next_review): (&str, Option<Timestamp>),
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(INSERT)
        .bind(&id)
        .bind(&new.organisation_id)
        .bind(&new.holder.kind())
        .bind_value(new.holder.id_value())
        .bind(&new.role)
        .bind(&new.period.from)
        .bind(&new.period.until)
        .bind(&new.reason)
        .bind(&new.source)
        .bind(&given_by)
        .bind(&next_review)
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
pub(super) async fn end(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: AccessGrantId,
    now: Timestamp,
) -> Result<Option<Ended>, StorageError> {
    tx.query(END)
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

/// A grant was of use.
pub(super) async fn touch(tx: &mut Tx, id: AccessGrantId, at: Timestamp) -> Result<(), StorageError> {
    tx.query(TOUCH).bind(&id).bind(&at).execute().await?;
    Ok(())
}

pub(super) async fn role_of(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: AccessGrantId,
) -> Result<Option<RoleId>, StorageError> {
    let found = tx.query(ROLE_OF).bind(&organisation).bind(&id);
    found.optional(|row| row.get("role_id")).await
}

/// The groups within which a grant holds; none: everywhere.
pub(super) async fn within(tx: &mut Tx, id: AccessGrantId) -> Result<Vec<GroupId>, StorageError> {
    tx.query(WITHIN).bind(&id).all(|row| row.get("group_id")).await
}

/// What members of a group hold by it and by those above it, or will: role and places.
pub(super) async fn of_group(
    tx: &mut Tx,
    organisation: OrganisationId,
    group: GroupId,
    now: Timestamp,
) -> Result<Vec<(RoleId, Vec<GroupId>)>, StorageError> {
    let rows = tx
        .query(OF_GROUP)
        .bind(&organisation)
        .bind(&group)
        .bind(&SubjectKind::Group)
        .bind(&now);
    let rows: Vec<(AccessGrantId, RoleId)> =
        rows.all(|row| Ok((row.get("id")?, row.get("role_id")?))).await?;
    let mut given = Vec::new();
    for (id, role) in rows {
        given.push((role, within(tx, id).await?));
    }
    Ok(given)
}
