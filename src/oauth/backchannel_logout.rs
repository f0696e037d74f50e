//! Telling applications that a session has ended (OpenID Connect Back-Channel Logout 1.0).
//!
//! Two jobs: one finds out who is to be told once the end of a session is committed, and queues one call for each; the other
//! makes the call, with a fresh logout token at each attempt. How it went is an event of its own.

use serde::{Deserialize, Serialize};

use super::mint::issuer;
use super::{encryption, family, store, subject};
use crate::client::{self, Client, Encrypted};
use crate::domain::{ClientId, EventKind, PersonId, SessionId, Subject};
use crate::job::{self, Kind, Task, Verdict, Working};
use crate::op::{EventDraft, Op, OpError};
use crate::outbound::{OutboundError, Post};
use crate::session::{ENDED, EndedSession};

/// The job of one call.
const CALL: &str = "oauth.backchannel_logout";

/// The `typ` of logout tokens (section 2.4).
const TYPE: &str = "logout+jwt";

/// The member of `events` that makes it a logout token (section 2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// How long a logout token is good for, in seconds: two minutes at most (section 2.4).
const LIFE: i64 = 120;

/// Of an answer nothing but its status is of interest.
const LARGEST_ANSWER: usize = 64 * 1024;

const UNREADABLE: Verdict = Verdict::Never("the job cannot be read");

/// Marks the id of a logout token (`jti`).
enum TokenKind {}

/// The work of this room.
pub(super) fn jobs() -> Vec<Kind> {
    vec![
        Kind {
            name: ENDED,
            run: fan_out,
        },
        Kind {
            name: CALL,
            run: call,
        },
    ]
}

/// One application that is to be told of one session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Call {
    client: ClientId,
    session: SessionId,
    person: PersonId,
}

/// What a session gave out ends with it, and its applications are told.
fn fan_out<'a>(op: &'a mut Op, task: &'a Task) -> Working<'a> {
    Box::pin(async move {
        let Ok(ended) = serde_json::from_value::<EndedSession>(task.payload.clone()) else {
            return Ok(UNREADABLE);
        };
        // All is read before the first is queued: an act that writes asks no copies.
        let mut calls = Vec::new();
        for &session in &ended.sessions {
            for (client, person) in clients_of(op, session).await? {
                if client.settings.logout.backchannel_logout_uri.is_some() {
                    let client = client.id.clone();
                    calls.push(Call {
                        client,
                        session,
                        person,
                    });
                }
            }
        }
        for call in calls {
            let payload =
                serde_json::to_value(call).map_err(|_| OpError::Broken("a call cannot be written"))?;
            job::queue(op, CALL, &payload).await?;
        }
        for session in ended.sessions {
            family::revoke_of_session(op, session, "the session has ended").await?;
        }
        Ok(Verdict::Done)
    })
}

/// The clients that were given something within a session, and by whom. All of it: tokens may have expired long before the
/// application lets go of its own session.
pub(super) async fn clients_of(
    op: &mut Op,
    session: SessionId,
) -> Result<Vec<(std::sync::Arc<Client>, PersonId)>, OpError> {
    let mut found = Vec::new();
    for (id, person) in store::clients_of_session(op.reading().await?, session).await? {
        if let Some(client) = client::find_active(op, &id).await? {
            found.push((client, person));
        }
    }
    Ok(found)
}

fn call<'a>(op: &'a mut Op, task: &'a Task) -> Working<'a> {
    Box::pin(async move {
        let Ok(call) = serde_json::from_value::<Call>(task.payload.clone()) else {
            return Ok(UNREADABLE);
        };
        let Some(client) = client::find_active(op, &call.client).await? else {
            return Ok(Verdict::Never("the application may not be used any more"));
        };
        let Some(address) = client.settings.logout.backchannel_logout_uri.clone() else {
            return Ok(Verdict::Never(
                "the application does not want to be told any more",
            ));
        };
        let token = logout_token(op, &client, &call)?;
        // No connection to the database is held while somebody else answers.
        op.rest();
        let post = Post::form(&[("logout_token", token.as_str())]);
        let answer = client::outbound(&op.house, &client)
            .post(&address, post, LARGEST_ANSWER)
            .await;
        let verdict = match answer {
            // Section 2.8; some frameworks say 204 where there is nothing to say.
            Ok(answer) if answer.status.is_success() => Verdict::Done,
            Ok(answer) if answer.status.is_client_error() => Verdict::Again("the application refused it"),
            Ok(_) => Verdict::Again("the application answered with an error"),
            Err(OutboundError::Url) => Verdict::Never("the address may not be called"),
            Err(fault) => Verdict::Again(fault.reason()),
        };
        record(op, &call, &client, task, verdict);
        Ok(verdict)
    })
}

fn record(op: &mut Op, call: &Call, client: &Client, task: &Task, verdict: Verdict) {
    let draft = match verdict {
        Verdict::Done => EventDraft::success(EventKind::LogoutTold),
        Verdict::Again(reason) | Verdict::Never(reason) => EventDraft::refused(EventKind::LogoutTold, reason),
    };
    op.record(
        draft
            .client(&client.id)
            .on_behalf_of(call.person)
            .organisation(client.organisation_id)
            .session(call.session)
            .target("job", task.id)
            .detail("attempt", task.attempt),
    );
}

/// Section 2.4. No `nonce`, so that it can never be taken for an ID token.
#[derive(Serialize)]
struct LogoutClaims<'a> {
    iss: &'a str,
    sub: subject::SubjectText,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: String,
    sid: SessionId,
    events: serde_json::Value,
}

/// Signed, and encrypted, with the keys of the client's ID tokens.
fn logout_token(op: &Op, client: &Client, call: &Call) -> Result<String, OpError> {
    let (issuer, iat) = (issuer(&op.house), op.now.as_seconds());
    let claims = LogoutClaims {
        iss: issuer,
        sub: subject::for_client(&op.house, client, Subject::Person(call.person)),
        aud: client.id.as_str(),
        iat,
        exp: iat.saturating_add(LIFE),
        jti: op.id::<TokenKind>().to_string(),
        sid: call.session,
        events: serde_json::json!({ EVENT: {} }),
    };
    let bytes = serde_json::to_vec(&claims).map_err(|_| OpError::Broken("claims cannot be written"))?;
    let keys = op.house.keys();
    let token = keys.sign(client.signing_algorithm, TYPE, &bytes, op.now)?;
    match encryption::key(&op.house, client, Encrypted::IdToken, op.now)? {
        Some(key) => key
            .encrypt_token_of(issuer, &token)
            .map_err(|_| OpError::Broken("a token cannot be encrypted")),
        None => Ok(token),
    }
}
