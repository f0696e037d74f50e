//! Pushed authorization requests (RFC 9126): the client sends its request itself, and the browser only a name for it.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use serde::Serialize;

use super::arrival::{Pushed, URN, Way};
use super::flow;
use super::object;
use super::parameters::Parameters;
use super::request;
use crate::client::{ByClient, Client, PAR_PATH, Rules};
use crate::domain::{EventKind, Token};
use crate::http::PASSING;
use crate::oauth::binding::{self, Endpoint};
use crate::oauth::client_request::{ClientRequest, Outcome, record_refusal, too_often};
use crate::oauth::error::{ErrorCode, Refusal, token_error};
use crate::one_time::{self, Kind};
use crate::op::{EventDraft, Op, OpError};

/// RFC 9126 section 2.2.
#[derive(Serialize)]
struct Body {
    request_uri: String,
    expires_in: u64,
}

const HERE: Endpoint<'static> = Endpoint {
    method: "POST",
    path: PAR_PATH,
};

/// `POST /par`.
pub(in crate::oauth) async fn push(_: ByClient, request: ClientRequest) -> Response {
    let answer = request
        .answer(async |op, client| keep(op, client.client(), &request).await)
        .await;
    binding::with_nonce(&request.house, answer)
}

/// Judges a client's request as the authorization endpoint will, and keeps it with the key that the client has proven beside
/// it (RFC 9449 section 10.1).
async fn keep(op: &mut Op, client: &Client, request: &ClientRequest) -> Result<Outcome, OpError> {
    let pushed = match binding::thumbprint(op, client, &request.headers, HERE).await? {
        Ok(key) => judge(op, client, Parameters::of_form(&request.form), key).await?,
        Err(refusal) if refusal.code == ErrorCode::UseDpopNonce => {
            return Ok(Outcome::Untraced(token_error(refusal)));
        }
        Err(refusal) if refusal == binding::TOO_MANY_PROOFS => {
            return Ok(Outcome::Untraced(too_often(refusal, PASSING)));
        }
        Err(refusal) => Err(refusal),
    };
    Ok(Outcome::Recorded(match pushed {
        Ok(pushed) => {
            let handle = store(op, client, &pushed).await?;
            created(&handle, op.house.config.oauth.par_life.as_secs())
        }
        Err(refusal) => {
            record_refusal(op, client, EventKind::AuthorizationPushed, refusal);
            token_error(refusal)
        }
    }))
}

const OTHER_KEY: Refusal = Refusal::new(
    ErrorCode::InvalidDpopProof,
    "dpop_jkt is not the thumbprint of the key that the DPoP header proves",
);

const NO_REFERENCE: Refusal = Refusal::new(
    ErrorCode::InvalidRequest,
    "request_uri is no parameter of a pushed request",
);

const NO_ADDRESS: Refusal = Refusal::new(
    ErrorCode::InvalidRequest,
    "redirect_uri is missing, or not registered for this client",
);

/// RFC 9126 section 2.1.
async fn judge(
    op: &mut Op,
    client: &Client,
    outer: Parameters,
    key: Option<String>,
) -> Result<Result<Pushed, Refusal>, OpError> {
    if outer.get("request_uri").is_some() {
        return Ok(Err(NO_REFERENCE));
    }
    let signed = outer.get("request").is_some();
    let mut parameters = match outer.get("request") {
        Some(text) => match object::read(op, client, &outer, text).await {
            Ok(parameters) => parameters,
            Err(refusal) => return Ok(Err(refusal)),
        },
        None => outer,
    };
    if let Some(key) = key {
        if parameters
            .get("dpop_jkt")
            .is_some_and(|announced| announced != key)
        {
            return Ok(Err(OTHER_KEY));
        }
        parameters.announce_key(key);
    }
    let named = parameters.get("redirect_uri").is_some();
    if let Err(rule) = Rules::from(client).named_address(named) {
        return Ok(Err(Refusal::new(ErrorCode::InvalidRequest, rule.text())));
    }
    let Ok(back) = request::return_address(&parameters, client) else {
        return Ok(Err(NO_ADDRESS));
    };
    let way = Way {
        pushed: None,
        being_pushed: true,
        signed,
    };
    let valid = flow::validate(op, client, &parameters, (&back, way)).await?;
    let client_id = client.id.clone();
    Ok(valid.map(|_| Pushed {
        client_id,
        parameters,
        signed,
    }))
}

async fn store(op: &mut Op, client: &Client, pushed: &Pushed) -> Result<Token, OpError> {
    let payload =
        serde_json::to_value(pushed).map_err(|_| OpError::Broken("a pushed request cannot be written"))?;
    let life = op.house.config.oauth.par_life;
    let handle = one_time::issue(op, Kind::PushedRequest, Some(&client.id), payload, life).await?;
    op.record(
        EventDraft::success(EventKind::AuthorizationPushed)
            .client(&client.id)
            .organisation(client.organisation_id)
            .detail("signed", pushed.signed),
    );
    Ok(handle)
}

fn created(handle: &Token, expires_in: u64) -> Response {
    let body = Body {
        request_uri: format!("{URN}{}", handle.expose()),
        expires_in,
    };
    let bytes = serde_json::to_vec(&body).unwrap_or_default();
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-cache, no-store"),
        (PRAGMA, "no-cache"),
    ];
    (StatusCode::CREATED, headers, bytes).into_response()
}
