//! Pushed authorization requests (RFC 9126): the client sends its request itself, and the browser only a name for it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::arrival::{Pushed, URN, Way};
use super::flow;
use super::object;
use super::parameters::Parameters;
use super::request;
use crate::client::{self, ByClient, Client};
use crate::domain::{Actor, EventKind, Seen, Token};
use crate::http::{Form, FormError};
use crate::oauth::error::{ErrorCode, Refusal, client_error, fault_answer, json_error, unreadable};
use crate::one_time::{self, Kind};
use crate::op::{EventDraft, House, Op, OpError};

/// RFC 9126 section 2.2.
#[derive(Serialize)]
struct Body {
    request_uri: String,
    expires_in: u64,
}

/// `POST /par`.
pub(in crate::oauth) async fn push(
    _: ByClient,
    State(house): State<Arc<House>>,
    seen: Seen,
    headers: HeaderMap,
    form: Result<Form, FormError>,
) -> Response {
    let form = match form {
        Ok(form) => form,
        Err(refusal) => return unreadable(refusal),
    };
    let op = Op::new(&house, Actor::Anonymous, seen.clone());
    keep(op, &headers, &form)
        .await
        .unwrap_or_else(|fault| fault_answer(&fault, &seen))
}

/// Authenticates the client, judges its request as the authorization endpoint will, and keeps it.
async fn keep(op: Op, headers: &HeaderMap, form: &Form) -> Result<Response, OpError> {
    let mut act = match client::authenticate(op, headers, form).await? {
        Ok(act) => act,
        Err(refusal) => return Ok(client_error(&refusal, headers)),
    };
    let client = Arc::clone(act.client().client());
    let op = act.op();
    let outcome = match judge(op, &client, Parameters::of_form(form)).await? {
        Ok(pushed) => Ok(store(op, &client, &pushed).await?),
        Err(refusal) => {
            op.record(
                EventDraft::refused(EventKind::AuthorizationPushed, refusal.description)
                    .client(&client.id)
                    .organisation(client.organisation_id)
                    .detail("error", refusal.code.as_str()),
            );
            Err(refusal)
        }
    };
    let life = op.house.config.oauth.par_life;
    Ok(match (act.commit().await?, outcome) {
        (Ok(()), Ok(handle)) => created(&handle, life.as_secs()),
        (Ok(()), Err(refusal)) => json_error(StatusCode::BAD_REQUEST, refusal),
        (Err(refusal), _) => client_error(&refusal, headers),
    })
}

const NO_REFERENCE: Refusal = Refusal::new(
    ErrorCode::InvalidRequest,
    "request_uri is no parameter of a pushed request",
);

const NO_ADDRESS: Refusal = Refusal::new(
    ErrorCode::InvalidRequest,
    "redirect_uri is missing, or not registered for this client",
);

/// RFC 9126 section 2.1.
async fn judge(op: &mut Op, client: &Client, outer: Parameters) -> Result<Result<Pushed, Refusal>, OpError> {
    if outer.get("request_uri").is_some() {
        return Ok(Err(NO_REFERENCE));
    }
    let signed = outer.get("request").is_some();
    let parameters = match outer.get("request") {
        Some(text) => match object::read(op, client, &outer, text).await? {
            Ok(parameters) => parameters,
            Err(refusal) => return Ok(Err(refusal)),
        },
        None => outer,
    };
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
    ];
    (StatusCode::CREATED, headers, bytes).into_response()
}
