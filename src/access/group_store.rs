//! The tables `people_group`, `group_owner`, `membership`, `membership_past`, `access_revision`.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Group, GroupAbout, NewGroup, Period};
use crate::domain::{GroupId, GroupKind, OrganisationId, PersonId, Subject, SubjectKind, Timestamp};
use crate::storage::{Row, Sql, StorageError, Tx};

const INSERT_GROUP: Sql = Sql::new(
    "INSERT INTO people_group (id, organisation_id, kind, name, title, purpose, parent_id, ends_at, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
);
const CHANGE_GROUP: Sql = Sql::new(
    "UPDATE people_group SET title = $3, purpose = $4, parent_id = $5, ends_at = $6 \
     WHERE organisation_id = $1 AND id = $2",
);
const CLEAR_OWNERS: Sql = Sql::new("DELETE FROM group_owner WHERE group_id = $1");
const INSERT_OWNER: Sql = Sql::new("INSERT INTO group_owner (group_id, person_id) VALUES ($1, $2)");
const GROUP: Sql = Sql::new(
    "SELECT id, kind, name, title, purpose, parent_id, ends_at FROM people_group \
     WHERE organisation_id = $1 AND id = $2",
);
const GROUPS: Sql = Sql::new(
    "SELECT id, kind, name, title, purpose, parent_id, ends_at FROM people_group \
     WHERE organisation_id = $1 ORDER BY kind, name",
);
const OWNED: Sql = Sql::new("SELECT group_id FROM group_owner WHERE person_id = $1 ORDER BY group_id");
const OWNERS_OF: Sql = Sql::new("SELECT person_id FROM group_owner WHERE group_id = $1");
const OWNERS: Sql = Sql::new(
    "SELECT group_owner.group_id AS group_id, group_owner.person_id AS person_id FROM group_owner \
     JOIN people_group ON people_group.id = group_owner.group_id WHERE people_group.organisation_id = $1",
);
const GROUP_NAMED: Sql =
    Sql::new("SELECT id FROM people_group WHERE organisation_id = $1 AND kind = $2 AND name = $3");

// A membership that is there already gets the new period; what it was before is kept by KEEP_MEMBERSHIP.
const PUT_MEMBERSHIP: Sql = Sql::new(
    "INSERT INTO membership (group_id, subject_kind, subject_id, organisation_id, valid_from, valid_until, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (group_id, subject_kind, subject_id) \
     DO UPDATE SET valid_from = excluded.valid_from, valid_until = excluded.valid_until, \
     created_at = excluded.created_at",
);
const MEMBERSHIP: Sql = Sql::new(
    "SELECT valid_from, valid_until FROM membership \
     WHERE group_id = $1 AND subject_kind = $2 AND subject_id = $3 AND organisation_id = $4",
);
const KEEP_MEMBERSHIP: Sql = Sql::new(
    "INSERT INTO membership_past (group_id, subject_kind, subject_id, organisation_id, valid_from, valid_until, \
     created_at, ended_at) \
     SELECT group_id, subject_kind, subject_id, organisation_id, valid_from, valid_until, \
     COALESCE(created_at, valid_from), $5 FROM membership \
     WHERE group_id = $1 AND subject_kind = $2 AND subject_id = $3 AND organisation_id = $4 \
     ON CONFLICT (group_id, subject_kind, subject_id, ended_at) DO NOTHING",
);
const DELETE_MEMBERSHIP: Sql = Sql::new(
    "DELETE FROM membership WHERE group_id = $1 AND subject_kind = $2 AND subject_id = $3 AND organisation_id = $4",
);
const MEMBERS: Sql = Sql::new(
    "SELECT subject_kind, subject_id, valid_from, valid_until FROM membership \
     WHERE organisation_id = $1 AND group_id = $2 AND (valid_until IS NULL OR valid_until > $3) \
     ORDER BY subject_kind, subject_id",
);
const COUNT_MEMBERS: Sql = Sql::new(
    "SELECT group_id, COUNT(*) AS members FROM membership \
     WHERE organisation_id = $1 AND valid_from <= $2 AND (valid_until IS NULL OR valid_until > $2) GROUP BY group_id",
);

const REVISE: Sql = Sql::new(
    "INSERT INTO access_revision (organisation_id, item_kind, item_id, at, content) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (organisation_id, item_kind, item_id, at) DO UPDATE SET content = excluded.content",
);

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
        .bind(&new.about.title)
        .bind(&new.about.purpose)
        .bind(&new.about.parent)
        .bind(&new.about.ends_at)
        .bind(&now)
        .execute()
        .await?;
    put_owners(tx, id, &new.about.owners).await
}

pub(super) async fn change_group(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: GroupId,
    about: &GroupAbout,
) -> Result<(), StorageError> {
    tx.query(CHANGE_GROUP)
        .bind(&organisation)
        .bind(&id)
        .bind(&about.title)
        .bind(&about.purpose)
        .bind(&about.parent)
        .bind(&about.ends_at)
        .execute()
        .await?;
    tx.query(CLEAR_OWNERS).bind(&id).execute().await?;
    put_owners(tx, id, &about.owners).await
}

async fn put_owners(tx: &mut Tx, id: GroupId, owners: &BTreeSet<PersonId>) -> Result<(), StorageError> {
    for owner in owners {
        tx.query(INSERT_OWNER).bind(&id).bind(owner).execute().await?;
    }
    Ok(())
}

/// A group without its owners.
fn bare(row: &Row) -> Result<Group, StorageError> {
    Ok(Group {
        id: row.get("id")?,
        kind: row.get("kind")?,
        name: row.get("name")?,
        about: GroupAbout {
            title: row.get("title")?,
            purpose: row.get("purpose")?,
            parent: row.get("parent_id")?,
            ends_at: row.get("ends_at")?,
            owners: BTreeSet::new(),
        },
    })
}

pub(super) async fn group(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: GroupId,
) -> Result<Option<Group>, StorageError> {
    let found = tx.query(GROUP).bind(&organisation).bind(&id);
    let Some(mut group) = found.optional(bare).await? else {
        return Ok(None);
    };
    let owners = tx.query(OWNERS_OF).bind(&id);
    let owners = owners.all(|row| row.get("person_id")).await?;
    group.about.owners = owners.into_iter().collect();
    Ok(Some(group))
}

/// The groups that somebody owns.
pub(super) async fn owned(tx: &mut Tx, person: PersonId) -> Result<Vec<GroupId>, StorageError> {
    tx.query(OWNED).bind(&person).all(|row| row.get("group_id")).await
}

/// All groups of an organisation by kind and name.
pub(super) async fn groups(tx: &mut Tx, organisation: OrganisationId) -> Result<Vec<Group>, StorageError> {
    let mut groups = tx.query(GROUPS).bind(&organisation).all(bare).await?;
    let mut owners: BTreeMap<GroupId, BTreeSet<PersonId>> = BTreeMap::new();
    let rows = tx.query(OWNERS).bind(&organisation);
    for (group, person) in rows
        .all(|row| Ok((row.get::<GroupId>("group_id")?, row.get::<PersonId>("person_id")?)))
        .await?
    {
        owners.entry(group).or_default().insert(person);
    }
    for group in &mut groups {
        group.about.owners = owners.remove(&group.id).unwrap_or_default();
    }
    Ok(groups)
}

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
        .optional(period)
        .await
}

fn period(row: &Row) -> Result<Period, StorageError> {
    Ok(Period {
        from: row.get("valid_from")?,
        until: row.get("valid_until")?,
    })
}

/// Keeps what a membership has been until now, before it is changed or taken back.
pub(super) async fn keep_membership(
    tx: &mut Tx,
    organisation: OrganisationId,
    group: GroupId,
    subject: Subject,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(KEEP_MEMBERSHIP)
        .bind(&group)
        .bind(&subject.kind())
        .bind_value(subject.id_value())
        .bind(&organisation)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn put_membership(
    tx: &mut Tx,
    organisation: OrganisationId,
    (group, subject): (GroupId, Subject),
    period: Period,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(PUT_MEMBERSHIP)
        .bind(&group)
        .bind(&subject.kind())
        .bind_value(subject.id_value())
        .bind(&organisation)
        .bind(&period.from)
        .bind(&period.until)
        .bind(&now)
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

/// Who is in a group itself, or will be.
pub(super) async fn members(
    tx: &mut Tx,
    organisation: OrganisationId,
    group: GroupId,
    now: Timestamp,
) -> Result<Vec<(Subject, Period)>, StorageError> {
    let rows = tx.query(MEMBERS).bind(&organisation).bind(&group).bind(&now);
    let rows = rows.all(|row| Ok((subject(row)?, period(row)?))).await?;
    Ok(rows
        .into_iter()
        .filter_map(|(subject, period)| Some((subject?, period)))
        .collect())
}

/// No group is in a group by membership: a row that says so is no member.
fn subject(row: &Row) -> Result<Option<Subject>, StorageError> {
    Ok(match row.get("subject_kind")? {
        SubjectKind::Person => Some(Subject::Person(row.get("subject_id")?)),
        SubjectKind::ServiceAccount => Some(Subject::ServiceAccount(row.get("subject_id")?)),
        SubjectKind::Group => None,
    })
}

/// How many are in each group itself now; groups with none are left out.
pub(super) async fn count_members(
    tx: &mut Tx,
    organisation: OrganisationId,
    now: Timestamp,
) -> Result<BTreeMap<GroupId, i64>, StorageError> {
    let rows = tx.query(COUNT_MEMBERS).bind(&organisation).bind(&now);
    let rows = rows
        .all(|row| Ok((row.get("group_id")?, row.get("members")?)))
        .await?;
    Ok(rows.into_iter().collect())
}

/// Keeps what a role or group is from now on: `kind` is `role` or `group`.
pub(super) async fn revise(
    tx: &mut Tx,
    organisation: OrganisationId,
    (kind, id): (&str, &str),
    content: &serde_json::Value,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(REVISE)
        .bind(&organisation)
        .bind(&kind)
        .bind(&id)
        .bind(&now)
        .bind(content)
        .execute()
        .await?;
    Ok(())
}
