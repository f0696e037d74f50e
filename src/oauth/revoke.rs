//! Token revocation (RFC 7009).

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CACHE_CONTROL;

use super::client_request::ClientRequest;
use super::error::{ErrorCode, Refusal, token_error};
use super::family::{self, Family};
use super::presented::{self, Presented};
use super::{hint, refresh_token, revocation, store};
use crate::client::{ByClient, Client};
use crate::domain::{AuthorizationId, EventKind, Token};
use crate::op::{EventDraft, Op, OpError};

const NO_TOKEN: Refusal = Refusal::new(ErrorCode::InvalidRequest, "token is missing");
const OTHER_TYPE: Refusal = Refusal::new(
    ErrorCode::UnsupportedTokenType,
    "access tokens and refresh tokens can be revoked, ID tokens cannot",
);

const OTHER_CLIENT: Refusal = Refusal::new(ErrorCode::InvalidGrant, "the token was issued to another client");

/// Why it ended, for the log.
const REASON: &str = "the client has revoked it";

/// `POST /revoke`.
pub(super) async fn revoke(_: ByClient, request: ClientRequest) -> Response {
    request
        .answer(async |op, client| answer(op, client.client(), request.form.get("token")).await)
        .await
}

async fn answer(op: &mut Op, client: &Client, token: Option<&str>) -> Result<Response, OpError> {
    let ended = match token {
        Some(text) => end(op, client, text).await?,
        None => Err(NO_TOKEN),
    };
    Ok(match ended {
        Ok(()) => (StatusCode::OK, [(CACHE_CONTROL, "no-store")]).into_response(),
        Err(refusal) => token_error(refusal),
    })
}

/// What a token that was sent turned out to be.
enum Found {
    Refresh(Box<Family>),
    Access(Arc<Presented>),
    IdToken,
    /// Never made here, or expired.
    Nothing,
}

/// A token of either kind tells itself what it is, so the hint of its type has nothing to add: it may be ignored, and must be
/// where it is wrong or unknown (RFC 7009 sections 2.1 and 2.2).
async fn find(op: &mut Op, text: &str) -> Result<Found, OpError> {
    if let Some(shown) = refresh_token::read(&op.house.master_key, text) {
        let family = store::find_family(op.reading().await?, shown.family).await?;
        return Ok(family.map_or(Found::Nothing, |family| Found::Refresh(Box::new(family))));
    }
    Ok(match presented::verified(op, &Token::presented(text)).await? {
        Some(token) => Found::Access(token),
        None if hint::read(op, text).is_some() => Found::IdToken,
        None => Found::Nothing,
    })
}

/// Ends a token of this client. One that is unknown has ended already (RFC 7009 section 2.2); another client's is refused, and
/// its caller told so (section 2.1).
async fn end(op: &mut Op, client: &Client, text: &str) -> Result<Result<(), Refusal>, OpError> {
    match find(op, text).await? {
        Found::IdToken => return Ok(Err(OTHER_TYPE)),
        Found::Nothing => {}
        // A refresh token that was used before ends its family too: whoever holds it wants no more of it.
        Found::Refresh(family) if family.client_id == client.id => {
            family::revoke(op, family.id, REASON).await?;
        }
        Found::Access(token) if token.client == client.id => end_access(op, client, &token).await?,
        Found::Refresh(family) => {
            leave(op, client, "authorization", family.id.to_string());
            return Ok(Err(OTHER_CLIENT));
        }
        Found::Access(token) => {
            leave(op, client, "token", token.id.to_string());
            return Ok(Err(OTHER_CLIENT));
        }
    }
    Ok(Ok(()))
}

/// An access token ends with its whole family (RFC 7009 section 2.1 lets the refresh token go with it). One that the client
/// has by another client's family ends alone.
async fn end_access(op: &mut Op, client: &Client, token: &Presented) -> Result<(), OpError> {
    match own_family(op, client, token).await? {
        Some(id) => family::revoke(op, id, REASON).await,
        None => revocation::end_token(op, token, REASON).await,
    }
}

async fn own_family(
    op: &mut Op,
    client: &Client,
    token: &Presented,
) -> Result<Option<AuthorizationId>, OpError> {
    let Some(id) = token.authorization else {
        return Ok(None);
    };
    let family = store::find_family(op.reading().await?, id).await?;
    Ok(family
        .filter(|family| family.client_id == client.id)
        .map(|family| family.id))
}

/// Another client's token stays as it is; that it was shown is on record.
fn leave(op: &mut Op, client: &Client, kind: &'static str, id: String) {
    op.record(
        EventDraft::refused(EventKind::TokenRevoked, OTHER_CLIENT.description)
            .client(&client.id)
            .organisation(client.organisation_id)
            .target_named(kind, id),
    );
}
