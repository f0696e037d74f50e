//! The token endpoint (RFC 6749 section 3.2): one file a grant.

mod answer;
mod ciba;
mod client_credentials;
mod code;
mod device_code;
mod jwt_bearer;
mod polled;
mod refresh;
mod token_exchange;

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

use super::error::{ErrorCode, Refusal, client_error, fault_answer, json_error, token_error};
use crate::client::{self, AuthenticatedClient, ByClient};
use crate::domain::Confirmation;
use crate::domain::{Actor, EventKind, GrantType, Outcome, Scopes, Seen};
use crate::http::{Form, FormError};
use crate::oauth::issue::Issued;
use crate::op::{EventDraft, House, Op, OpError};

/// `POST /token`.
pub(super) async fn token(
    _: ByClient,
    State(house): State<Arc<House>>,
    seen: Seen,
    headers: HeaderMap,
    form: Result<Form, FormError>,
) -> Response {
    let form = match form {
        Ok(form) => form,
        Err(refusal) => {
            let told = Refusal::new(ErrorCode::InvalidRequest, unreadable(refusal));
            return json_error(refusal.status(), told);
        }
    };
    let op = Op::new(&house, Actor::Anonymous, seen.clone());
    exchange(op, &headers, &form)
        .await
        .unwrap_or_else(|fault| fault_answer(&fault, &seen))
}

/// Fixed words for a body that cannot be read.
pub(super) const fn unreadable(refusal: FormError) -> &'static str {
    match refusal {
        FormError::UnsupportedType => "the content type must be application/x-www-form-urlencoded",
        FormError::TooLarge => "the body is too large",
        FormError::Incomplete => "the body is incomplete",
        FormError::Malformed => "a parameter is not percent-encoded UTF-8",
        FormError::Nul => "a parameter contains a NUL character",
        FormError::Repeated => "a parameter is given more than once",
        FormError::TooMany => "there are too many parameters",
    }
}

/// Authenticates the client and redeems its grant. A refusal is an outcome, to be committed with what follows from it.
async fn exchange(op: Op, headers: &HeaderMap, form: &Form) -> Result<Response, OpError> {
    let house = Arc::clone(&op.house);
    let count = |outcome| house.metrics.count_tokens(known_grant(form), outcome);
    let refused = |answer| {
        count(Outcome::Refused);
        answer
    };
    let mut act = match client::authenticate(op, headers, form).await? {
        Ok(act) => act,
        Err(refusal) => return Ok(refused(client_error(&refusal, headers))),
    };
    let client = act.client().clone();
    let op = act.op();
    let request = TokenRequest {
        client: &client,
        form,
        confirmation: None,
    };
    let outcome = redeem(op, &request).await?;
    if let Err(refusal) = &outcome
        && !refusal.is_waiting()
    {
        op.record(
            EventDraft::refused(EventKind::TokenRefused, refusal.description)
                .client(&client.client().id)
                .organisation(client.client().organisation_id)
                .detail("error", refusal.code.as_str())
                .detail(
                    "grant_type",
                    known_grant(form).map_or("unknown", GrantType::as_str),
                ),
        );
    }
    // What was decided is told only once it is on record.
    Ok(match (act.commit().await?, outcome) {
        (Ok(()), Ok(issued)) => {
            count(Outcome::Success);
            answer::answer(&issued)
        }
        (Ok(()), Err(refusal)) if refusal.is_waiting() => token_error(refusal),
        (Ok(()), Err(refusal)) => refused(token_error(refusal)),
        (Err(refusal), _) => refused(client_error(&refusal, headers)),
    })
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
    let is_on = |grant: &GrantType| op.house.config.oauth.grant_types.contains(grant);
    let Some(grant) = known_grant(request.form).filter(is_on) else {
        let told = Refusal::new(
            ErrorCode::UnsupportedGrantType,
            "this grant type is not known here",
        );
        return Ok(Err(told));
    };
    if !request.client.client().grant_types.contains(&grant) {
        let told = Refusal::new(
            ErrorCode::UnauthorizedClient,
            "the client may not use this grant type",
        );
        return Ok(Err(told));
    }
    match grant {
        GrantType::AuthorizationCode => code::redeem(op, request).await,
        GrantType::RefreshToken => refresh::redeem(op, request).await,
        GrantType::ClientCredentials => client_credentials::redeem(op, request).await,
        GrantType::DeviceCode => device_code::redeem(op, request).await,
        GrantType::Ciba => ciba::redeem(op, request).await,
        GrantType::TokenExchange => token_exchange::redeem(op, request).await,
        GrantType::JwtBearer => jwt_bearer::redeem(op, request).await,
    }
}
