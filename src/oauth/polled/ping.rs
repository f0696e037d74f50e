//! Telling a client that its request was answered (OpenID CIBA Core section 10.2).
//!
//! A ping says the name of the request in the clear, with a token that the client has given for it. Both are kept sealed, since
//! whoever reads the database could use them.

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{PolledRequest, State};
use crate::client;
use crate::domain::{EventKind, PolledRequestId, Token};
use crate::job::{self, Kind, Task, Verdict, Working};
use crate::op::{EventDraft, House, Op, OpError};
use crate::outbound::{OutboundError, Post};

const NAME: &str = "oauth.ciba_ping";

/// Of an answer nothing but its status is of interest.
const LARGEST_ANSWER: usize = 64 * 1024;

const UNREADABLE: OpError = OpError::Broken("a ping cannot be read");
const UNWRITABLE: OpError = OpError::Broken("a ping cannot be written");

/// The work of this part.
pub(in crate::oauth) fn jobs() -> Vec<Kind> {
    vec![Kind {
        name: NAME,
        run: call,
    }]
}

/// What a ping says.
#[derive(Serialize, Deserialize)]
struct Ping {
    auth_req_id: String,
    client_notification_token: String,
}

fn context(id: PolledRequestId) -> String {
    format!("ping of {id}")
}

/// What is kept of a ping to be sent.
pub(super) fn seal(
    house: &House,
    id: PolledRequestId,
    auth_req_id: &Token,
    notification_token: &str,
) -> Result<String, OpError> {
    let ping = Ping {
        auth_req_id: auth_req_id.expose().to_owned(),
        client_notification_token: notification_token.to_owned(),
    };
    let plain = serde_json::to_vec(&ping).map_err(|_| UNWRITABLE)?;
    let sealed = house.master_key.seal(&context(id), &plain)?;
    Ok(BASE64.encode(&sealed))
}

fn unseal(house: &House, request: &PolledRequest) -> Result<Option<Ping>, OpError> {
    let Some(sealed) = &request.asked.ping else {
        return Ok(None);
    };
    let sealed = BASE64.decode(sealed.as_bytes()).map_err(|_| UNREADABLE)?;
    let plain = house.master_key.open(&context(request.id), &sealed)?;
    serde_json::from_slice(&plain).map(Some).map_err(|_| UNREADABLE)
}

/// Queues the ping of a request that was answered just now, if its client wants one.
pub(super) async fn queue(op: &mut Op, request: &PolledRequest) -> Result<(), OpError> {
    if request.asked.ping.is_none() {
        return Ok(());
    }
    job::queue(op, NAME, &json!(request.id)).await?;
    Ok(())
}

fn call<'a>(op: &'a mut Op, task: &'a Task) -> Working<'a> {
    Box::pin(async move {
        let id: PolledRequestId = serde_json::from_value(task.payload.clone()).map_err(|_| UNREADABLE)?;
        let Some(request) = super::find(op, id).await? else {
            return Ok(Verdict::Never("the request is gone"));
        };
        // Whoever has asked by itself meanwhile needs no word.
        if request.state == State::Redeemed {
            return Ok(Verdict::Done);
        }
        if request.expires_at <= op.now {
            return Ok(Verdict::Never("the request has expired"));
        }
        let verdict = tell(op, &request).await?;
        record(op, &request, task, verdict);
        Ok(verdict)
    })
}

async fn tell(op: &mut Op, request: &PolledRequest) -> Result<Verdict, OpError> {
    let Some(client) = client::find_active(op, &request.client_id).await? else {
        return Ok(Verdict::Never("the application may not be used any more"));
    };
    let endpoint = client
        .settings
        .ciba
        .backchannel_client_notification_endpoint
        .as_deref();
    let (Some(address), Some(ping)) = (endpoint, unseal(&op.house, request)?) else {
        return Ok(Verdict::Never(
            "the application does not want to be told any more",
        ));
    };
    // No connection to the database is held while somebody else answers.
    op.rest();
    let post = Post {
        bearer: Some(&ping.client_notification_token),
        ..Post::json(&json!({ "auth_req_id": ping.auth_req_id }))
    };
    let outbound = client::outbound(&op.house, &client);
    let answer = outbound.post(address, post, LARGEST_ANSWER).await;
    Ok(match answer {
        Ok(answer) if answer.status.is_success() => Verdict::Done,
        // It will not take the same token later either.
        Ok(answer) if answer.status.is_client_error() => Verdict::Never("the application refused it"),
        Ok(_) => Verdict::Again("the application answered with an error"),
        Err(OutboundError::Url) => Verdict::Never("the address may not be called"),
        Err(fault) => Verdict::Again(fault.reason()),
    })
}

fn record(op: &mut Op, request: &PolledRequest, task: &Task, verdict: Verdict) {
    let draft = match verdict {
        Verdict::Done => EventDraft::success(EventKind::RequestTold),
        Verdict::Again(reason) | Verdict::Never(reason) => {
            EventDraft::refused(EventKind::RequestTold, reason)
        }
    };
    let draft = draft
        .client(&request.client_id)
        .organisation(request.organisation_id)
        .target("polled_request", request.id)
        .detail("attempt", task.attempt);
    op.record(match request.person_id {
        Some(person) => draft.on_behalf_of(person),
        None => draft,
    });
}
