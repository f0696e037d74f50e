//! The tables `policy`, `policy_version` and `policy_step`.

use super::model::{Case, Content, NewPolicy};
use super::read::{InForce, Listed, Step, Version};
use crate::domain::{ApplicationId, ColumnError, OrganisationId, PolicyState, PolicyStep, Timestamp};
use crate::storage::{Row, Sql, StorageError, Tx};

const HEADS: Sql = Sql::new(
    "SELECT name, application_id, title, revision FROM policy WHERE organisation_id = $1 ORDER BY name",
);
const STANDING: Sql = Sql::new(
    "SELECT policy, version, state, title FROM policy_version \
     WHERE organisation_id = $1 AND state <> $2 ORDER BY policy, version",
);
const HEAD: Sql =
    Sql::new("SELECT application_id, revision FROM policy WHERE organisation_id = $1 AND name = $2");
const VERSIONS: Sql = Sql::new(
    "SELECT version, state, title, purpose, cedar, cases, template, made_by, made_at, active_from, active_until \
     FROM policy_version WHERE organisation_id = $1 AND policy = $2 ORDER BY version DESC",
);
const STEPS: Sql = Sql::new(
    "SELECT version, step, at, made_by, reason FROM policy_step \
     WHERE organisation_id = $1 AND policy = $2 ORDER BY revision DESC, version DESC",
);
const IN_FORCE: Sql = Sql::new(
    "SELECT policy_version.policy AS policy, policy_version.cedar AS cedar, policy_version.cases AS cases \
     FROM policy JOIN policy_version ON policy_version.organisation_id = policy.organisation_id \
     AND policy_version.policy = policy.name \
     WHERE policy.organisation_id = $1 AND policy.application_id = $2 AND policy_version.state = $3 \
     ORDER BY policy_version.policy",
);
const IN_FORCE_AT: Sql = Sql::new(
    "SELECT policy_version.policy AS policy, policy_version.version AS version, policy_version.title AS title, \
     policy_version.cedar AS cedar \
     FROM policy JOIN policy_version ON policy_version.organisation_id = policy.organisation_id \
     AND policy_version.policy = policy.name \
     WHERE policy.organisation_id = $1 AND policy.application_id = $2 AND policy_version.active_from <= $3 \
     AND (policy_version.active_until IS NULL OR policy_version.active_until > $3) \
     ORDER BY policy_version.policy",
);
const INSERT_POLICY: Sql = Sql::new(
    "INSERT INTO policy (organisation_id, name, application_id, title, purpose, cedar, active, updated_at, revision) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)",
);
// Of two who have seen the same revision one wins.
const BUMP: Sql = Sql::new(
    "UPDATE policy SET revision = revision + 1, updated_at = $4 \
     WHERE organisation_id = $1 AND name = $2 AND revision = $3 RETURNING revision",
);
const PUT_IN_FORCE: Sql = Sql::new(
    "UPDATE policy SET title = $3, purpose = $4, cedar = $5, active = $6 WHERE organisation_id = $1 AND name = $2",
);
const PUT_OUT_OF_FORCE: Sql =
    Sql::new("UPDATE policy SET active = $3 WHERE organisation_id = $1 AND name = $2");
const INSERT_VERSION: Sql = Sql::new(
    "INSERT INTO policy_version (organisation_id, policy, version, state, title, purpose, cedar, cases, template, \
     made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
);
const CHANGE_VERSION: Sql = Sql::new(
    "UPDATE policy_version SET state = $4, title = $5, purpose = $6, cedar = $7, cases = $8, template = $9, \
     made_by = $10, made_at = $11 WHERE organisation_id = $1 AND policy = $2 AND version = $3",
);
const SET_STATE: Sql = Sql::new(
    "UPDATE policy_version SET state = $4 WHERE organisation_id = $1 AND policy = $2 AND version = $3",
);
const ACTIVATE: Sql = Sql::new(
    "UPDATE policy_version SET state = $4, active_from = $5 \
     WHERE organisation_id = $1 AND policy = $2 AND version = $3",
);
const RETIRE: Sql = Sql::new(
    "UPDATE policy_version SET state = $4, active_until = $5 \
     WHERE organisation_id = $1 AND policy = $2 AND version = $3",
);
const INSERT_STEP: Sql = Sql::new(
    "INSERT INTO policy_step (organisation_id, policy, revision, version, step, at, made_by, reason) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
);

/// Whose policy, and its name.
type Of<'a> = (OrganisationId, &'a str);

/// A version that is not retired.
pub(super) struct Standing {
    pub(super) policy: String,
    pub(super) version: i64,
    pub(super) state: PolicyState,
    pub(super) title: String,
}

/// The version of a policy that is in force.
pub(super) struct Active {
    pub(super) policy: String,
    pub(super) cedar: String,
    pub(super) cases: Vec<Case>,
}

/// What was done, to be kept.
pub(super) struct Mark<'a> {
    pub(super) revision: i64,
    pub(super) version: i64,
    pub(super) step: PolicyStep,
    pub(super) reason: &'a str,
}

pub(super) async fn heads(tx: &mut Tx, organisation: OrganisationId) -> Result<Vec<Listed>, StorageError> {
    tx.query(HEADS)
        .bind(&organisation)
        .all(|row| {
            Ok(Listed {
                name: row.get("name")?,
                application: row.get("application_id")?,
                title: row.get("title")?,
                revision: row.get("revision")?,
                active: None,
                open: None,
                open_state: None,
            })
        })
        .await
}

pub(super) async fn standing(
    tx: &mut Tx,
    organisation: OrganisationId,
) -> Result<Vec<Standing>, StorageError> {
    tx.query(STANDING)
        .bind(&organisation)
        .bind(&PolicyState::Retired)
        .all(|row| {
            Ok(Standing {
                policy: row.get("policy")?,
                version: row.get("version")?,
                state: row.get("state")?,
                title: row.get("title")?,
            })
        })
        .await
}

/// The application and the revision.
pub(super) async fn head(
    tx: &mut Tx,
    organisation: OrganisationId,
    name: &str,
) -> Result<Option<(ApplicationId, i64)>, StorageError> {
    tx.query(HEAD)
        .bind(&organisation)
        .bind(&name)
        .optional(|row| Ok((row.get("application_id")?, row.get("revision")?)))
        .await
}

pub(super) async fn versions(
    tx: &mut Tx,
    organisation: OrganisationId,
    name: &str,
) -> Result<Vec<Version>, StorageError> {
    tx.query(VERSIONS)
        .bind(&organisation)
        .bind(&name)
        .all(read_version)
        .await
}

fn read_version(row: &Row) -> Result<Version, StorageError> {
    let template: Option<serde_json::Value> = row.get("template")?;
    let template = template.map(serde_json::from_value).transpose();
    Ok(Version {
        version: row.get("version")?,
        state: row.get("state")?,
        content: Content {
            title: row.get("title")?,
            purpose: row.get("purpose")?,
            cedar: row.get("cedar")?,
            cases: cases(row)?,
            template: template.map_err(|_| unreadable("template"))?,
        },
        made_by: row.get("made_by")?,
        made_at: row.get("made_at")?,
        active_from: row.get("active_from")?,
        active_until: row.get("active_until")?,
    })
}

fn cases(row: &Row) -> Result<Vec<Case>, StorageError> {
    serde_json::from_value(row.get("cases")?).map_err(|_| unreadable("cases"))
}

fn unreadable(column: &'static str) -> StorageError {
    StorageError::Column {
        column,
        source: ColumnError::Invalid("part of a policy"),
    }
}

pub(super) async fn steps(
    tx: &mut Tx,
    organisation: OrganisationId,
    name: &str,
) -> Result<Vec<Step>, StorageError> {
    tx.query(STEPS)
        .bind(&organisation)
        .bind(&name)
        .all(|row| {
            Ok(Step {
                version: row.get("version")?,
                step: row.get("step")?,
                at: row.get("at")?,
                by: row.get("made_by")?,
                reason: row.get("reason")?,
            })
        })
        .await
}

/// What is in force now, with its test cases.
pub(super) async fn in_force(
    tx: &mut Tx,
    organisation: OrganisationId,
    application: ApplicationId,
) -> Result<Vec<Active>, StorageError> {
    tx.query(IN_FORCE)
        .bind(&organisation)
        .bind(&application)
        .bind(&PolicyState::Active)
        .all(|row| {
            Ok(Active {
                policy: row.get("policy")?,
                cedar: row.get("cedar")?,
                cases: cases(row)?,
            })
        })
        .await
}

pub(super) async fn in_force_at(
    tx: &mut Tx,
    (organisation, application): (OrganisationId, ApplicationId),
    at: Timestamp,
) -> Result<Vec<InForce>, StorageError> {
    tx.query(IN_FORCE_AT)
        .bind(&organisation)
        .bind(&application)
        .bind(&at)
        .all(|row| {
            Ok(InForce {
                name: row.get("policy")?,
                version: row.get("version")?,
                title: row.get("title")?,
                cedar: row.get("cedar")?,
            })
        })
        .await
}

/// Stores what a policy is called; nothing of it is in force.
pub(super) async fn insert_policy(tx: &mut Tx, new: &NewPolicy, now: Timestamp) -> Result<(), StorageError> {
    tx.query(INSERT_POLICY)
        .bind(&new.organisation_id)
        .bind(&new.name)
        .bind(&new.application)
        .bind(&new.content.title)
        .bind(&new.content.purpose)
        .bind(&String::new())
        .bind(&false)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

/// Counts a change of the policy that was seen at a revision; none if it has changed meanwhile. Whoever is second waits until the first is
/// done.
pub(super) async fn bump(
    tx: &mut Tx,
    (organisation, name): Of<'_>,
    seen: i64,
    now: Timestamp,
) -> Result<Option<i64>, StorageError> {
    tx.query(BUMP)
        .bind(&organisation)
        .bind(&name)
        .bind(&seen)
        .bind(&now)
        .optional(|row| row.get("revision"))
        .await
}

pub(super) async fn put_in_force(
    tx: &mut Tx,
    (organisation, name): Of<'_>,
    content: &Content,
) -> Result<(), StorageError> {
    tx.query(PUT_IN_FORCE)
        .bind(&organisation)
        .bind(&name)
        .bind(&content.title)
        .bind(&content.purpose)
        .bind(&content.cedar)
        .bind(&true)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn put_out_of_force(tx: &mut Tx, (organisation, name): Of<'_>) -> Result<(), StorageError> {
    tx.query(PUT_OUT_OF_FORCE)
        .bind(&organisation)
        .bind(&name)
        .bind(&false)
        .execute()
        .await?;
    Ok(())
}

/// A draft of this number.
pub(super) async fn insert_version(
    tx: &mut Tx,
    of: (Of<'_>, i64),
    content: &Content,
    made: (Timestamp, &str),
) -> Result<(), StorageError> {
    write_version(tx, INSERT_VERSION, of, content, made).await
}

/// It is a draft again.
pub(super) async fn change_version(
    tx: &mut Tx,
    of: (Of<'_>, i64),
    content: &Content,
    made: (Timestamp, &str),
) -> Result<(), StorageError> {
    write_version(tx, CHANGE_VERSION, of, content, made).await
}

async fn write_version(
    tx: &mut Tx,
    statement: Sql,
    ((organisation, name), version): (Of<'_>, i64),
    content: &Content,
    (now, by): (Timestamp, &str),
) -> Result<(), StorageError> {
    let template = content.template.as_ref();
    let template = template.map(serde_json::to_value).transpose();
    tx.query(statement)
        .bind(&organisation)
        .bind(&name)
        .bind(&version)
        .bind(&PolicyState::Draft)
        .bind(&content.title)
        .bind(&content.purpose)
        .bind(&content.cedar)
        .bind(&serde_json::json!(content.cases))
        .bind(&template.map_err(|_| unreadable("template"))?)
        .bind(&by)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn set_state(
    tx: &mut Tx,
    ((organisation, name), version): (Of<'_>, i64),
    state: PolicyState,
) -> Result<(), StorageError> {
    tx.query(SET_STATE)
        .bind(&organisation)
        .bind(&name)
        .bind(&version)
        .bind(&state)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn activate(tx: &mut Tx, of: (Of<'_>, i64), now: Timestamp) -> Result<(), StorageError> {
    set_time(tx, (ACTIVATE, PolicyState::Active), of, now).await
}

pub(super) async fn retire(tx: &mut Tx, of: (Of<'_>, i64), now: Timestamp) -> Result<(), StorageError> {
    set_time(tx, (RETIRE, PolicyState::Retired), of, now).await
}

async fn set_time(
    tx: &mut Tx,
    (statement, state): (Sql, PolicyState),
    ((organisation, name), version): (Of<'_>, i64),
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(statement)
        .bind(&organisation)
        .bind(&name)
        .bind(&version)
        .bind(&state)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn insert_step(
    tx: &mut Tx,
    (organisation, name): Of<'_>,
    mark: &Mark<'_>,
    (now, by): (Timestamp, &str),
) -> Result<(), StorageError> {
    tx.query(INSERT_STEP)
        .bind(&organisation)
        .bind(&name)
        .bind(&mark.revision)
        .bind(&mark.version)
        .bind(&mark.step)
        .bind(&now)
        .bind(&by)
        .bind(&mark.reason)
        .execute()
        .await?;
    Ok(())
}
