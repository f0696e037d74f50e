//! What a client sends to one of its endpoints, and the act around it: authenticated first, answered once everything is on
//! record. One frame for all of them, so that none forgets a part of it.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::error::{ErrorCode, Refusal, client_error, fault_answer, json_error, token_error, unreadable};
use crate::client::{self, AuthenticatedClient};
use crate::domain::{Actor, ClientAuthMethod, EventKind, GrantType, Limit, Seen};
use crate::ephemeral::Verdict;
use crate::http::{Form, network_name, retry_after};
use crate::op::{EventDraft, House, Op, OpError};

/// The grant is one that nobody has here.
pub(super) const NOT_KNOWN: Refusal = Refusal::new(
    ErrorCode::UnsupportedGrantType,
    "this grant type is not known here",
);
const TOO_MANY_REQUESTS: Refusal = Refusal::new(
    ErrorCode::TemporarilyUnavailable,
    "too many requests from this network",
);
const NOT_FOR_CLIENT: Refusal = Refusal::new(
    ErrorCode::UnauthorizedClient,
    "the client may not use this grant type",
);

/// Extractor for what is sent to an endpoint for clients; a body that cannot be read is answered in JSON.
#[derive(Debug)]
pub(super) struct ClientRequest {
    pub(super) house: Arc<House>,
    pub(super) seen: Seen,
    pub(super) headers: HeaderMap,
    pub(super) form: Form,
}

impl FromRequest<Arc<House>> for ClientRequest {
    type Rejection = Response;

    async fn from_request(request: Request, house: &Arc<House>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let seen = Seen::from_request_parts(&mut parts, house)
            .await
            .map_err(IntoResponse::into_response)?;
        let headers = parts.headers.clone();
        let form = Form::from_request(Request::from_parts(parts, body), house)
            .await
            .map_err(unreadable)?;
        Ok(Self {
            house: Arc::clone(house),
            seen,
            headers,
            form,
        })
    }
}

/// What an endpoint has found out.
pub(super) enum Outcome {
    /// To be told once it is on record.
    Recorded(Response),
    /// A step of the protocol, after which the same request comes again: nothing has happened, nothing is on record, and an
    /// assertion that was shown stays unused.
    Untraced(Response),
}

impl From<Response> for Outcome {
    fn from(response: Response) -> Self {
        Self::Recorded(response)
    }
}

impl ClientRequest {
    /// Begins the operation of this request; nobody is authenticated yet.
    pub(super) fn op(&self) -> Op {
        Op::new(&self.house, Actor::Anonymous, self.seen.clone())
    }

    /// Authenticates the client and lets it be answered; nothing leaves before it is on record.
    pub(super) async fn answer<T: Into<Outcome>>(
        &self,
        answer: impl AsyncFnOnce(&mut Op, &AuthenticatedClient) -> Result<T, OpError>,
    ) -> Response {
        self.act(answer)
            .await
            .unwrap_or_else(|fault| fault_answer(&fault, &self.seen))
    }

    async fn act<T: Into<Outcome>>(
        &self,
        answer: impl AsyncFnOnce(&mut Op, &AuthenticatedClient) -> Result<T, OpError>,
    ) -> Result<Response, OpError> {
        let mut act = match client::authenticate(self.op(), &self.headers, &self.form).await? {
            Ok(act) => act,
            Err(refusal) => return Ok(client_error(&refusal)),
        };
        let client = act.client().clone();
        if let Some(wait) = beyond_limit(act.op(), client.client()).await {
            return Ok(too_often(TOO_MANY_REQUESTS, wait));
        }
        let answer = match answer(act.op(), &client).await?.into() {
            Outcome::Recorded(answer) => answer,
            Outcome::Untraced(answer) => return Ok(answer),
        };
        Ok(match act.commit().await? {
            Ok(()) => answer,
            Err(refusal) => client_error(&refusal),
        })
    }
}

/// Whether an installation has a grant turned on.
pub(super) fn is_on(house: &House, grant: GrantType) -> bool {
    house.config.oauth.grant_types.contains(&grant)
}

/// Whether a client may use a grant, here and now.
pub(super) fn may_use(house: &House, client: &client::Client, grant: GrantType) -> Result<(), Refusal> {
    if !is_on(house, grant) {
        return Err(NOT_KNOWN);
    }
    if !client.grant_types.contains(&grant) {
        return Err(NOT_FOR_CLIENT);
    }
    Ok(())
}

/// How long somebody must wait who has left too much behind without having proven anything.
pub(super) async fn beyond_unproven(op: &Op) -> Option<Duration> {
    beyond(
        op,
        "unproven_request",
        op.house.config.limits.unproven_requests_per_address,
    )
    .await
}

/// Whether too many proofs of keys (RFC 9449) are remembered of clients that have proven nothing else, of this network or in
/// all. Each is remembered as long as it would be believed, and what remembers them has an end.
pub(super) async fn is_beyond_proofs(op: &Op) -> bool {
    let limits = &op.house.config.limits;
    if beyond(op, "unproven_proof", limits.unproven_proofs_per_address)
        .await
        .is_some()
    {
        return true;
    }
    let all = op
        .house
        .ephemeral
        .count("unproven_proofs", limits.unproven_proofs, op.now)
        .await;
    all != Verdict::Within
}

async fn beyond(op: &Op, what: &str, limit: Limit) -> Option<Duration> {
    let key = format!("{what}:{}", network_name(op.seen.address));
    match op.house.ephemeral.count(&key, limit, op.now).await {
        Verdict::Within => None,
        Verdict::Beyond(wait) => Some(wait),
    }
}

/// A client without a secret may be named by anybody.
async fn beyond_limit(op: &Op, client: &client::Client) -> Option<Duration> {
    if client.auth_method == ClientAuthMethod::None {
        beyond_unproven(op).await
    } else {
        None
    }
}

/// The same request may come again after a while.
pub(super) fn too_often(told: Refusal, wait: Duration) -> Response {
    let mut response = json_error(StatusCode::TOO_MANY_REQUESTS, told);
    response.headers_mut().insert(RETRY_AFTER, retry_after(wait));
    response
}

/// Whether a refusal of somebody who has proven nothing is put on record: more would only make the log grow, which cannot be
/// pruned.
pub(super) async fn is_worth_a_record(op: &Op) -> bool {
    let key = format!("oauth_refusal:{}", network_name(op.seen.address));
    let limit = op.house.config.limits.request_refusals;
    op.house.ephemeral.count(&key, limit, op.now).await == Verdict::Within
}

/// Lets a client open a request that a person answers elsewhere, and that this grant redeems. A refusal is on record.
pub(super) async fn open<T>(
    op: &mut Op,
    client: &client::Client,
    grant: GrantType,
    open: impl AsyncFnOnce(&mut Op) -> Result<Result<T, Refusal>, OpError>,
) -> Result<Result<T, Refusal>, OpError> {
    let opened = match may_use(&op.house, client, grant) {
        Ok(()) => open(op).await?,
        Err(refusal) => Err(refusal),
    };
    if let Err(refusal) = &opened {
        record_refusal(op, client, EventKind::AuthorizationRequested, *refusal);
    }
    Ok(opened)
}

/// Puts on record that a client asked for something in vain.
pub(super) fn record_refusal(op: &mut Op, client: &client::Client, kind: EventKind, refusal: Refusal) {
    op.record(
        EventDraft::refused(kind, refusal.description)
            .client(&client.id)
            .organisation(client.organisation_id)
            .detail("error", refusal.code.as_str()),
    );
}

/// What an endpoint tells in JSON that nobody caches; or its refusal.
pub(super) fn told(outcome: Result<impl Serialize, Refusal>) -> Result<Response, OpError> {
    let body = match outcome {
        Ok(body) => body,
        Err(refusal) => return Ok(token_error(refusal)),
    };
    let bytes = serde_json::to_vec(&body).map_err(|_| OpError::Broken("an answer cannot be written"))?;
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
        (PRAGMA, "no-cache"),
    ];
    Ok((StatusCode::OK, headers, bytes).into_response())
}
