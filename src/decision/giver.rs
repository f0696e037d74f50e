//! Why grants were given and by whom: read for those who are told of them, never for a decision. Like [`super::entity`], this file reads tables
//! of other rooms and writes none.

use std::collections::HashMap;

use super::entity::{GrantRow, read_grant};
use crate::domain::{AccessGrantId, OrganisationId, Subject, SubjectKind, Timestamp};
use crate::storage::{Row, Sql, StorageError, Tx};

// Whoever gave it is kept as `person:ID` or `service_account:ID`, of the same organisation.
const OF_SUBJECT: Sql = Sql::new(
    "SELECT access_grant.id AS id, access_grant.reason AS reason, access_grant.given_by AS given_by, \
     access_grant.next_review_at AS next_review_at, person.username AS username, service_account.name AS name FROM access_grant \
     LEFT JOIN person ON person.id = substr(access_grant.given_by, 8) \
     AND person.organisation_id = access_grant.organisation_id \
     LEFT JOIN service_account ON service_account.id = substr(access_grant.given_by, 17) \
     AND service_account.organisation_id = access_grant.organisation_id \
     WHERE access_grant.subject_id = $1 AND access_grant.subject_kind = $2 AND access_grant.organisation_id = $3 \
     AND (access_grant.valid_until IS NULL OR access_grant.valid_until > $4) \
     AND (access_grant.ended_at IS NULL OR access_grant.ended_at > $4)",
);
const OF_GROUPS: Sql = Sql::new(
    "WITH RECURSIVE above (id) AS (\
     SELECT membership.group_id FROM membership \
     WHERE membership.subject_id = $1 AND membership.subject_kind = $2 AND membership.organisation_id = $3 \
     UNION \
     SELECT people_group.parent_id FROM people_group JOIN above ON people_group.id = above.id \
     WHERE people_group.parent_id IS NOT NULL) \
     SELECT access_grant.id AS id, access_grant.reason AS reason, access_grant.given_by AS given_by, \
     access_grant.next_review_at AS next_review_at, person.username AS username, service_account.name AS name \
     FROM access_grant \
     LEFT JOIN person ON person.id = substr(access_grant.given_by, 8) \
     AND person.organisation_id = access_grant.organisation_id \
     LEFT JOIN service_account ON service_account.id = substr(access_grant.given_by, 17) \
     AND service_account.organisation_id = access_grant.organisation_id \
     WHERE access_grant.subject_id IN (SELECT id FROM above) AND access_grant.subject_kind = $4 AND access_grant.organisation_id = $3 \
     AND (access_grant.valid_until IS NULL OR access_grant.valid_until > $5) \
     AND (access_grant.ended_at IS NULL OR access_grant.ended_at > $5)",
);

const OF_GRANT: Sql = Sql::new(
    "SELECT access_grant.id AS id, access_grant.reason AS reason, access_grant.given_by AS given_by, \
     CAST(NULL AS BIGINT) AS next_review_at, person.username AS username, service_account.name AS name FROM access_grant \
     LEFT JOIN person ON person.id = substr(access_grant.given_by, 8) \
     AND person.organisation_id = access_grant.organisation_id \
     LEFT JOIN service_account ON service_account.id = substr(access_grant.given_by, 17) \
     AND service_account.organisation_id = access_grant.organisation_id \
     WHERE access_grant.id = $1 AND access_grant.organisation_id = $2",
);

const GIVEN_BY: Sql = Sql::new(
    "SELECT access_grant.id AS id, access_grant.subject_kind AS subject_kind, access_grant.subject_id AS subject_id, \
     access_grant.role_id AS role_id, access_grant.valid_from AS valid_from, access_grant.valid_until AS valid_until, \
     access_grant.ended_at AS ended_at, access_grant.last_used_at AS last_used_at, \
     access_grant.next_review_at AS next_review_at, access_grant.reason AS reason, access_grant_within.group_id AS within_id \
     FROM (SELECT * FROM access_grant WHERE organisation_id = $1 AND given_by = $2 AND id < $4 \
     AND (valid_until IS NULL OR valid_until > $3) AND (ended_at IS NULL OR ended_at > $3) \
     ORDER BY id DESC LIMIT $5) AS access_grant \
     LEFT JOIN access_grant_within ON access_grant_within.grant_id = access_grant.id \
     ORDER BY access_grant.id DESC",
);

const COUNT_GIVEN_BY: Sql = Sql::new(
    "SELECT CAST(COUNT(*) AS BIGINT) AS given FROM access_grant WHERE organisation_id = $1 AND given_by = $2 \
     AND (valid_until IS NULL OR valid_until > $3) AND (ended_at IS NULL OR ended_at > $3)",
);

/// Of one grant.
#[derive(Debug, Clone)]
pub(super) struct Giver {
    pub(super) reason: String,
    /// `person:ID`, `operator`, …
    pub(super) given_by: String,
    /// What whoever gave it is called: a user name, or the name of a service account; none if it is neither, or not there any more.
    pub(super) name: Option<String>,
    /// When somebody is to look whether it is still needed.
    pub(super) next_review: Option<Timestamp>,
}

/// Of all grants of a subject that have not ended by `now`, its own and those of its groups.
pub(super) async fn of_subject(
    tx: &mut Tx,
    subject: Subject,
    organisation: OrganisationId,
    now: Timestamp,
) -> Result<HashMap<AccessGrantId, Giver>, StorageError> {
    let own = tx.query(OF_SUBJECT).bind_value(subject.id_value());
    let own = own.bind(&subject.kind()).bind(&organisation).bind(&now);
    let own = own.all(read).await?;
    let of_groups = tx.query(OF_GROUPS).bind_value(subject.id_value());
    let of_groups = of_groups.bind(&subject.kind()).bind(&organisation);
    let of_groups = of_groups.bind(&SubjectKind::Group).bind(&now).all(read).await?;
    Ok(own.into_iter().chain(of_groups).collect())
}

/// Of these grants, whether they have ended or not.
pub(super) async fn of_grants(
    tx: &mut Tx,
    organisation: OrganisationId,
    ids: impl Iterator<Item = AccessGrantId>,
) -> Result<HashMap<AccessGrantId, Giver>, StorageError> {
    let mut all = HashMap::new();
    for id in ids {
        let found = tx.query(OF_GRANT).bind(&id).bind(&organisation);
        all.extend(found.optional(read).await?);
    }
    Ok(all)
}

fn read(row: &Row) -> Result<(AccessGrantId, Giver), StorageError> {
    let username: Option<String> = row.get("username")?;
    let name: Option<String> = row.get("name")?;
    let giver = Giver {
        reason: row.get("reason")?,
        given_by: row.get("given_by")?,
        name: username.or(name),
        next_review: row.get("next_review_at")?,
    };
    Ok((row.get("id")?, giver))
}

/// A grant with who holds it, unless a group does, and the reason.
pub(super) struct GivenRow {
    pub(super) holder: Option<Subject>,
    pub(super) reason: String,
    pub(super) next_review: Option<Timestamp>,
    pub(super) grant: GrantRow,
}

/// The grants of an organisation that somebody has given and that have not ended by `now`, the newest first: at most `most`, and of those
/// before `before` if there is one. `giver` as it is stored: `person:ID`.
pub(super) async fn given_by(
    tx: &mut Tx,
    (organisation, giver): (OrganisationId, &str),
    now: Timestamp,
    (before, most): (Option<AccessGrantId>, usize),
) -> Result<Vec<GivenRow>, StorageError> {
    let rows = tx
        .query(GIVEN_BY)
        .bind(&organisation)
        .bind(&giver)
        .bind(&now)
        .bind(&before.unwrap_or_else(|| AccessGrantId::from_bytes([u8::MAX; 16])))
        .bind(&i64::try_from(most).unwrap_or(i64::MAX))
        .all(|row| {
            Ok(GivenRow {
                holder: match row.get::<SubjectKind>("subject_kind")? {
                    SubjectKind::Person => Some(Subject::Person(row.get("subject_id")?)),
                    SubjectKind::ServiceAccount => Some(Subject::ServiceAccount(row.get("subject_id")?)),
                    SubjectKind::Group => None,
                },
                reason: row.get("reason")?,
                next_review: row.get("next_review_at")?,
                grant: read_grant(row)?,
            })
        })
        .await?;
    let mut grants: Vec<GivenRow> = Vec::new();
    for row in rows {
        match grants.last_mut() {
            Some(last) if last.grant.id == row.grant.id => last.grant.within.extend(row.grant.within),
            _ => grants.push(row),
        }
    }
    Ok(grants)
}

/// How many those are.
pub(super) async fn count_given_by(
    tx: &mut Tx,
    organisation: OrganisationId,
    giver: &str,
    now: Timestamp,
) -> Result<i64, StorageError> {
    let row = tx
        .query(COUNT_GIVEN_BY)
        .bind(&organisation)
        .bind(&giver)
        .bind(&now);
    let count = row.optional(|row| row.get("given")).await?;
    Ok(count.unwrap_or_default())
}
