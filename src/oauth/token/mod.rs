//! The token endpoint (RFC 6749 section 3.2). Each grant is a file of [`grant`].

mod answer;
#[cfg(fuzzing)]
pub(super) mod fuzz;
mod grant;
mod polled;

use axum::response::Response;

use super::binding::{self, Endpoint};
use super::client_request::{ClientRequest, NOT_KNOWN, is_worth_a_record, may_use, too_often};
use super::error::{ErrorCode, Refusal, client_error, fault_answer, token_error};
use crate::client::{self, AuthenticatedClient, ByClient, TOKEN_PATH};
use crate::domain::{ClientAuthMethod, Confirmation, EventKind, GrantType, Outcome, Scopes};
use crate::http::{Form, PASSING};
use crate::oauth::issue::{BY_RULE, Issued};
use crate::oauth::opaque;
use crate::op::{EventDraft, Op, OpError};

const HERE: Endpoint<'static> = Endpoint {
    method: "POST",
    path: TOKEN_PATH,
};

/// `POST /token`.
pub(super) async fn token(_: ByClient, request: ClientRequest) -> Response {
    let answer = exchange(&request)
        .await
        .unwrap_or_else(|fault| fault_answer(&fault, &request.seen));
    binding::with_nonce(&request.house, answer)
}

/// Authenticates the client and redeems its grant. A refusal is an outcome, to be committed with what follows from it. Not
/// the frame of the other endpoints: what is asked is counted, and a nonce is asked for without a trace.
async fn exchange(request: &ClientRequest) -> Result<Response, OpError> {
    let (op, headers, form) = (request.op(), &request.headers, &request.form);
    let count = |outcome| request.house.metrics.count_tokens(known_grant(form), outcome);
    let refused = |answer| {
        count(Outcome::Refused);
        answer
    };
    let mut act = match client::authenticate(op, headers, form).await? {
        Ok(act) => act,
        Err(refusal) => return Ok(refused(client_error(&refusal))),
    };
    let client = act.client().clone();
    let op = act.op();
    let now = op.now;
    let outcome = match binding::confirmation(op, client.client(), headers, HERE).await? {
        Ok(confirmation) => {
            let request = TokenRequest {
                client: &client,
                form,
                confirmation: confirmation.as_ref(),
            };
            redeem(op, &request).await?
        }
        // A step of the protocol, after which the same request comes again: nothing has happened, nothing is on record, and
        // an assertion that was shown stays unused.
        Err(refusal) if refusal.code == ErrorCode::UseDpopNonce => {
            return Ok(refused(token_error(refusal)));
        }
        Err(refusal) if refusal == binding::TOO_MANY_PROOFS => {
            return Ok(refused(too_often(refusal, PASSING)));
        }
        Err(refusal) => Err(refusal),
    };
    if let Ok(Issued { kept: Some(kept), .. }) = &outcome {
        opaque::keep(op, kept).await?;
    }
    // Whoever still waits has done nothing that is worth a record.
    if let Err(refusal) = &outcome
        && !refusal.is_waiting()
        && *refusal != BY_RULE
        && is_known_or_rare(op, client.client()).await
    {
        record(op, client.client(), *refusal, known_grant(form));
    }
    // What was decided is told only once it is on record.
    Ok(match (act.commit().await?, outcome) {
        (Ok(()), Ok(issued)) => {
            count(Outcome::Success);
            client::note_use(&request.house, &client.client().id, now);
            answer::answer(&issued)
        }
        (Ok(()), Err(refusal)) if refusal.is_waiting() => token_error(refusal),
        (Ok(()), Err(refusal)) => refused(token_error(refusal)),
        (Err(refusal), _) => refused(client_error(&refusal)),
    })
}

/// A client that has proven nothing may be named by anybody.
async fn is_known_or_rare(op: &Op, client: &client::Client) -> bool {
    client.auth_method != ClientAuthMethod::None || is_worth_a_record(op).await
}

fn record(op: &mut Op, client: &client::Client, refusal: Refusal, grant: Option<GrantType>) {
    op.record(
        EventDraft::refused(EventKind::TokenRefused, refusal.description)
            .client(&client.id)
            .organisation(client.organisation_id)
            .detail("error", refusal.code.as_str())
            .detail("grant_type", grant.map_or("unknown", GrantType::as_str)),
    );
}

fn known_grant(form: &Form) -> Option<GrantType> {
    GrantType::parse(form.get("grant_type")?)
}

/// A request of a client that is proven: what every grant is given.
#[derive(Clone, Copy)]
struct TokenRequest<'a> {
    client: &'a AuthenticatedClient,
    form: &'a Form,
    /// The key that the client has proven beside, to which tokens are bound.
    confirmation: Option<&'a Confirmation>,
}

impl<'a> TokenRequest<'a> {
    /// A parameter that the grant cannot do without.
    fn required(&self, name: &str, missing: &'static str) -> Result<&'a str, Refusal> {
        let refusal = Refusal::new(ErrorCode::InvalidRequest, missing);
        self.form.get(name).ok_or(refusal)
    }

    /// The scope parameter, if there is one.
    fn asked_scopes(&self) -> Result<Option<Scopes>, Refusal> {
        self.form
            .get("scope")
            .map(Scopes::parse)
            .transpose()
            .map_err(|_| Refusal::new(ErrorCode::InvalidScope, "the scope is malformed"))
    }
}

async fn redeem(op: &mut Op, request: &TokenRequest<'_>) -> Result<Result<Issued, Refusal>, OpError> {
    if request.form.get("grant_type").is_none() {
        return Ok(Err(Refusal::new(
            ErrorCode::InvalidRequest,
            "grant_type is missing",
        )));
    }
    let Some(grant) = known_grant(request.form) else {
        return Ok(Err(NOT_KNOWN));
    };
    if let Err(refusal) = may_use(&op.house, request.client.client(), grant) {
        return Ok(Err(refusal));
    }
    grant::redeem(grant, op, request).await
}
