//! Who and what may turn up in an answer to a question asked backwards, read from the tables of `person` and `access`: always enough, never
//! the answer itself, which [`super::decide()`] gives of each. Like [`super::entity`], this file reads tables of other rooms and writes none.

use serde_json::{Map, Value as Json};

use crate::domain::{ApplicationId, ColumnError, OrganisationId, RoleId, Subject, SubjectKind, Timestamp};
use crate::storage::{Row, Sql, StorageError, Tx};

const HOLDERS: Sql = Sql::new(
    "SELECT subject_id FROM access_grant \
     WHERE role_id = $1 AND subject_kind = $2 AND organisation_id = $3 AND (valid_until IS NULL OR valid_until > $4) \
     AND (ended_at IS NULL OR ended_at > $4) LIMIT $5",
);
// Members of the groups that hold the role, and of those below: they hold it by what is above them.
const HOLDERS_BY_GROUP: Sql = Sql::new(
    "WITH RECURSIVE below (id) AS (\
     SELECT access_grant.subject_id FROM access_grant \
     WHERE access_grant.role_id = $1 AND access_grant.subject_kind = $2 AND access_grant.organisation_id = $3 \
     AND (access_grant.valid_until IS NULL OR access_grant.valid_until > $4) \
     AND (access_grant.ended_at IS NULL OR access_grant.ended_at > $4) \
     UNION \
     SELECT people_group.id FROM people_group JOIN below ON people_group.parent_id = below.id) \
     SELECT membership.subject_id AS subject_id FROM below JOIN membership ON membership.group_id = below.id \
     WHERE membership.subject_kind = $5 AND membership.organisation_id = $3 \
     AND (membership.valid_until IS NULL OR membership.valid_until > $4) LIMIT $6",
);
const PEOPLE: Sql =
    Sql::new("SELECT id FROM person WHERE organisation_id = $1 AND id > $2 ORDER BY id LIMIT $3");
const SERVICE_ACCOUNTS: Sql =
    Sql::new("SELECT id FROM service_account WHERE organisation_id = $1 AND id > $2 ORDER BY id LIMIT $3");
const ORGANISATION_BY_SLUG: Sql = Sql::new("SELECT id FROM organisation WHERE slug = $1");
const RESOURCES: Sql = Sql::new(
    "SELECT id, properties FROM resource WHERE application_id = $1 AND kind = $2 AND id > $3 ORDER BY id LIMIT $4",
);

/// What an application has told of a resource.
#[derive(Debug)]
pub struct Registered {
    pub id: String,
    pub properties: Map<String, Json>,
}

/// The subjects of a kind that hold a role, by themselves or by a group, now or later: at most so many by either way, in no order, somebody
/// perhaps more than once.
pub(super) async fn holders(
    tx: &mut Tx,
    organisation: OrganisationId,
    role: RoleId,
    kind: SubjectKind,
    (now, most): (Timestamp, i64),
) -> Result<Vec<Subject>, StorageError> {
    let read = |row: &Row| read_subject(row, kind, "subject_id");
    let own = tx.query(HOLDERS).bind(&role).bind(&kind).bind(&organisation);
    let mut found = own.bind(&now).bind(&most).all(read).await?;
    let by_group = tx.query(HOLDERS_BY_GROUP).bind(&role).bind(&SubjectKind::Group);
    let by_group = by_group.bind(&organisation).bind(&now).bind(&kind).bind(&most);
    found.extend(by_group.all(read).await?);
    Ok(found.into_iter().flatten().collect())
}

/// The subjects of a kind of an organisation, by id, from after one on.
pub(super) async fn everybody(
    tx: &mut Tx,
    organisation: OrganisationId,
    kind: SubjectKind,
    (after, most): (&str, i64),
) -> Result<Vec<Subject>, StorageError> {
    let statement = match kind {
        SubjectKind::Person => PEOPLE,
        SubjectKind::ServiceAccount => SERVICE_ACCOUNTS,
        SubjectKind::Group => return Ok(Vec::new()),
    };
    let rows = tx.query(statement).bind(&organisation).bind(&after).bind(&most);
    let found = rows.all(|row| read_subject(row, kind, "id")).await?;
    Ok(found.into_iter().flatten().collect())
}

fn read_subject(row: &Row, kind: SubjectKind, column: &'static str) -> Result<Option<Subject>, StorageError> {
    Ok(match kind {
        SubjectKind::Person => Some(Subject::Person(row.get(column)?)),
        SubjectKind::ServiceAccount => Some(Subject::ServiceAccount(row.get(column)?)),
        SubjectKind::Group => None,
    })
}

pub(super) async fn organisation_by_slug(
    tx: &mut Tx,
    slug: &str,
) -> Result<Option<OrganisationId>, StorageError> {
    let found = tx.query(ORGANISATION_BY_SLUG).bind(&slug);
    found.optional(|row| row.get("id")).await
}

/// The resources of a type that an application has registered, by id, from after one on.
pub(super) async fn resources(
    tx: &mut Tx,
    application: ApplicationId,
    kind: &str,
    (after, most): (&str, i64),
) -> Result<Vec<Registered>, StorageError> {
    let rows = tx.query(RESOURCES).bind(&application).bind(&kind);
    rows.bind(&after)
        .bind(&most)
        .all(|row| {
            let Json::Object(properties) = row.get::<Json>("properties")? else {
                return Err(StorageError::Column {
                    column: "properties",
                    source: ColumnError::Invalid("JSON object"),
                });
            };
            Ok(Registered {
                id: row.get("id")?,
                properties,
            })
        })
        .await
}
