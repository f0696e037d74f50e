//! The tables `session` and `continuation`.

use super::Session;
use super::continuation::Continuation;
use super::requirement::Required;
use crate::domain::{
    ClientId, ColumnError, ContinuationId, Digest32, PersonId, Scopes, Seen, SessionId, Strength, Timestamp,
};
use crate::storage::{Row, Sql, StorageError, Tx};

/// A session with what tells whether it lives.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) session: Session,
    pub(super) seen_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

const INSERT_SESSION: Sql = Sql::new(
    "INSERT INTO session (id, organisation_id, person_id, token_hash, epoch, acr, amr, authenticated_at, seen_at, \
     expires_at, address, user_agent, created_at, earlier) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $9, $13)",
);

pub(super) async fn insert_session(
    tx: &mut Tx,
    stored: &Stored,
    token: &Digest32,
    seen: &Seen,
    earlier: &[SessionId],
) -> Result<(), StorageError> {
    let session = &stored.session;
    let earlier: Vec<String> = earlier.iter().map(ToString::to_string).collect();
    let earlier = earlier.join(" ");
    tx.query(INSERT_SESSION)
        .bind(&session.id)
        .bind(&session.organisation_id)
        .bind(&session.person_id)
        .bind(token)
        .bind(&session.epoch)
        .bind(&session.strength.acr)
        .bind(&session.strength.amr)
        .bind(&session.strength.authenticated_at)
        .bind(&stored.seen_at)
        .bind(&stored.expires_at)
        .bind(&seen.address.map(|address| address.to_string()))
        .bind(&seen.user_agent)
        .bind(&earlier)
        .execute()
        .await?;
    Ok(())
}

const SESSION_BY_TOKEN: Sql = Sql::new(
    "SELECT id, organisation_id, person_id, epoch, acr, amr, authenticated_at, seen_at, expires_at FROM session \
     WHERE token_hash = $1 AND ended_at IS NULL",
);

pub(super) async fn session_by_token(tx: &mut Tx, token: &Digest32) -> Result<Option<Stored>, StorageError> {
    tx.query(SESSION_BY_TOKEN)
        .bind(token)
        .optional(session_from_row)
        .await
}

const SESSION_BY_ID: Sql = Sql::new(
    "SELECT id, organisation_id, person_id, epoch, acr, amr, authenticated_at, seen_at, expires_at FROM session \
     WHERE id = $1 AND ended_at IS NULL",
);

pub(super) async fn session_by_id(tx: &mut Tx, id: SessionId) -> Result<Option<Stored>, StorageError> {
    tx.query(SESSION_BY_ID).bind(&id).optional(session_from_row).await
}

fn session_from_row(row: &Row) -> Result<Stored, StorageError> {
    Ok(Stored {
        session: Session {
            id: row.get("id")?,
            organisation_id: row.get("organisation_id")?,
            person_id: row.get("person_id")?,
            epoch: row.get("epoch")?,
            strength: Strength {
                acr: row.get("acr")?,
                amr: row.get("amr")?,
                authenticated_at: row.get("authenticated_at")?,
            },
        },
        seen_at: row.get("seen_at")?,
        expires_at: row.get("expires_at")?,
    })
}

const SEE: Sql =
    Sql::new("UPDATE session SET seen_at = $2 WHERE id = $1 AND seen_at < $2 AND ended_at IS NULL");

pub(super) async fn see(tx: &mut Tx, id: SessionId, now: Timestamp) -> Result<(), StorageError> {
    tx.query(SEE).bind(&id).bind(&now).execute().await?;
    Ok(())
}

const END: Sql = Sql::new(
    "UPDATE session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL RETURNING person_id, earlier",
);

/// A session that has been ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) person_id: PersonId,
    /// Those of the same person that it had replaced.
    pub(super) earlier: Vec<SessionId>,
}

/// Answers whose session it was, if this call ended it.
pub(super) async fn end(tx: &mut Tx, id: SessionId, now: Timestamp) -> Result<Option<Ended>, StorageError> {
    tx.query(END)
        .bind(&id)
        .bind(&now)
        .optional(|row| {
            Ok(Ended {
                person_id: row.get("person_id")?,
                earlier: ids(&row.get::<String>("earlier")?)?,
            })
        })
        .await
}

fn ids(text: &str) -> Result<Vec<SessionId>, StorageError> {
    let parsed: Result<Vec<SessionId>, _> = text.split_ascii_whitespace().map(str::parse).collect();
    parsed.map_err(|_| StorageError::Column {
        column: "earlier",
        source: ColumnError::Invalid("list of sessions"),
    })
}

const EARLIER: Sql = Sql::new("SELECT earlier FROM session WHERE id = $1");

/// The sessions that one has replaced.
pub(super) async fn earlier(tx: &mut Tx, id: SessionId) -> Result<Vec<SessionId>, StorageError> {
    let text = tx
        .query(EARLIER)
        .bind(&id)
        .optional(|row| row.get::<String>("earlier"))
        .await?;
    ids(text.as_deref().unwrap_or_default())
}

const OPEN_OF_PERSON: Sql = Sql::new(
    "SELECT id FROM session WHERE person_id = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY id",
);

/// The sessions of a person that nobody has ended, whether or not they are still good for something.
pub(super) async fn open_of_person(
    tx: &mut Tx,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<SessionId>, StorageError> {
    tx.query(OPEN_OF_PERSON)
        .bind(&person)
        .bind(&now)
        .all(|row| row.get("id"))
        .await
}

const LISTED_OF_PERSON: Sql = Sql::new(
    "SELECT id, organisation_id, person_id, epoch, acr, amr, authenticated_at, seen_at, expires_at, address, user_agent \
     FROM session WHERE person_id = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY seen_at DESC, id DESC LIMIT 200",
);

/// The sessions of a person with where they are, the one seen last first.
pub(super) async fn listed_of_person(
    tx: &mut Tx,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<(Stored, Option<String>, Option<String>)>, StorageError> {
    tx.query(LISTED_OF_PERSON)
        .bind(&person)
        .bind(&now)
        .all(|row| {
            Ok((
                session_from_row(row)?,
                row.get("address")?,
                row.get("user_agent")?,
            ))
        })
        .await
}

const END_ALL: Sql =
    Sql::new("UPDATE session SET ended_at = $2 WHERE person_id = $1 AND ended_at IS NULL RETURNING id");

/// Answers which sessions this call ended.
pub(super) async fn end_all(
    tx: &mut Tx,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<SessionId>, StorageError> {
    tx.query(END_ALL)
        .bind(&person)
        .bind(&now)
        .all(|row| row.get("id"))
        .await
}

const DELETE_SESSIONS: Sql = Sql::new("DELETE FROM session WHERE expires_at < $1 OR ended_at < $1");

pub(super) async fn delete_sessions(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    tx.query(DELETE_SESSIONS).bind(&before).execute().await
}

const INSERT_CONTINUATION: Sql = Sql::new(
    "INSERT INTO continuation (id, browser_hash, client_id, request, required, login_hint, return_to, created_at, \
     expires_at, scopes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
);

pub(super) async fn insert_continuation(
    tx: &mut Tx,
    continuation: &Continuation,
    browser: &Digest32,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(INSERT_CONTINUATION)
        .bind(&continuation.id)
        .bind(browser)
        .bind(&continuation.client_id)
        .bind(&continuation.request)
        .bind(&serde_json::json!(continuation.required))
        .bind(&continuation.login_hint)
        .bind(&continuation.return_to)
        .bind(&now)
        .bind(&continuation.expires_at)
        .bind(&continuation.scopes.to_string())
        .execute()
        .await?;
    Ok(())
}

const CONTINUATION: Sql = Sql::new(
    "SELECT id, client_id, scopes, request, required, login_hint, return_to, proven_session_id, finished_at, \
     created_at, expires_at FROM continuation WHERE id = $1 AND browser_hash = $2",
);

pub(super) async fn continuation(
    tx: &mut Tx,
    id: ContinuationId,
    browser: &Digest32,
) -> Result<Option<Continuation>, StorageError> {
    tx.query(CONTINUATION)
        .bind(&id)
        .bind(browser)
        .optional(|row| continuation_from_row(row, *browser))
        .await
}

fn continuation_from_row(row: &Row, browser: Digest32) -> Result<Continuation, StorageError> {
    let required: serde_json::Value = row.get("required")?;
    let required: Required = serde_json::from_value(required).map_err(|_| StorageError::Column {
        column: "required",
        source: ColumnError::Invalid("requirement"),
    })?;
    let scopes: String = row.get("scopes")?;
    let scopes = Scopes::parse(&scopes).map_err(|_| StorageError::Column {
        column: "scopes",
        source: ColumnError::Invalid("list of scopes"),
    })?;
    let opened_at = row.get("created_at")?;
    Ok(Continuation {
        id: row.get("id")?,
        browser,
        client_id: row.get::<Option<ClientId>>("client_id")?,
        scopes,
        request: row.get("request")?,
        required: required.opened(opened_at),
        login_hint: row.get("login_hint")?,
        return_to: row.get("return_to")?,
        proven_session_id: row.get("proven_session_id")?,
        finished_at: row.get("finished_at")?,
        opened_at,
        expires_at: row.get("expires_at")?,
    })
}

const PROVE: Sql = Sql::new(
    "UPDATE continuation SET proven_session_id = $2, proven_at = $3 WHERE id = $1 AND finished_at IS NULL",
);

pub(super) async fn prove(
    tx: &mut Tx,
    id: ContinuationId,
    session: SessionId,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.query(PROVE)
        .bind(&id)
        .bind(&session)
        .bind(&now)
        .execute()
        .await?;
    Ok(())
}

const FINISH: Sql =
    Sql::new("UPDATE continuation SET finished_at = $2 WHERE id = $1 AND finished_at IS NULL");

pub(super) async fn finish(tx: &mut Tx, id: ContinuationId, now: Timestamp) -> Result<bool, StorageError> {
    Ok(tx.query(FINISH).bind(&id).bind(&now).execute().await? == 1)
}

const DELETE_CONTINUATIONS: Sql = Sql::new("DELETE FROM continuation WHERE expires_at < $1");

pub(super) async fn delete_continuations(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    tx.query(DELETE_CONTINUATIONS).bind(&before).execute().await
}
