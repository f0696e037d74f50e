//! Endpoints at which a client opens a request that a person answers elsewhere: authenticated as at the token endpoint,
//! refused in the same words, and told only what is on record.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};

use super::error::{ErrorCode, Refusal, client_error, fault_answer, json_error, token_error};
use super::token::unreadable;
use super::{backchannel, device};
use crate::client;
use crate::domain::{Actor, EventKind, GrantType, Seen};
use crate::http::{Form, FormError};
use crate::op::{EventDraft, House, Op, OpError};

/// Which of them.
#[derive(Debug, Clone, Copy)]
pub(super) enum Endpoint {
    Device,
    Backchannel,
}

impl Endpoint {
    /// The grant by which its requests are redeemed.
    const fn grant(self) -> GrantType {
        match self {
            Self::Device => GrantType::DeviceCode,
            Self::Backchannel => GrantType::Ciba,
        }
    }
}

/// Whether an installation has a grant turned on.
pub(super) fn is_on(house: &House, grant: GrantType) -> bool {
    house.config.oauth.grant_types.contains(&grant)
}

pub(super) async fn answer(
    endpoint: Endpoint,
    house: &Arc<House>,
    seen: Seen,
    headers: &HeaderMap,
    form: Result<Form, FormError>,
) -> Response {
    let form = match form {
        Ok(form) => form,
        Err(refusal) => {
            let told = Refusal::new(ErrorCode::InvalidRequest, unreadable(refusal));
            return json_error(refusal.status(), told);
        }
    };
    let op = Op::new(house, Actor::Anonymous, seen.clone());
    ask(endpoint, op, headers, &form)
        .await
        .unwrap_or_else(|fault| fault_answer(&fault, &seen))
}

async fn ask(endpoint: Endpoint, op: Op, headers: &HeaderMap, form: &Form) -> Result<Response, OpError> {
    let mut act = match client::authenticate(op, headers, form).await? {
        Ok(act) => act,
        Err(refusal) => return Ok(client_error(&refusal, headers)),
    };
    let authenticated = act.client().clone();
    let client = authenticated.client();
    let op = act.op();
    let opened = if !is_on(&op.house, endpoint.grant()) {
        let words = "this grant type is not known here";
        Err(Refusal::new(ErrorCode::UnsupportedGrantType, words))
    } else if !client.grant_types.contains(&endpoint.grant()) {
        let words = "the client may not use this grant type";
        Err(Refusal::new(ErrorCode::UnauthorizedClient, words))
    } else {
        match endpoint {
            Endpoint::Device => device::open(op, client, form).await?,
            Endpoint::Backchannel => backchannel::open(op, client, form).await?,
        }
    };
    if let Err(refusal) = &opened {
        op.record(
            EventDraft::refused(EventKind::AuthorizationRequested, refusal.description)
                .client(&client.id)
                .organisation(client.organisation_id)
                .detail("error", refusal.code.as_str()),
        );
    }
    Ok(match (act.commit().await?, opened) {
        (Ok(()), Ok(body)) => {
            let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
            (StatusCode::OK, headers, body.to_string()).into_response()
        }
        (Ok(()), Err(refusal)) => token_error(refusal),
        (Err(refusal), _) => client_error(&refusal, headers),
    })
}
