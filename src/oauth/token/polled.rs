//! What a person has decided elsewhere, for tokens (RFC 8628 section 3.5, OpenID CIBA Core section 11).

use super::TokenRequest;
use super::grant::authorization_code as code;
use crate::domain::Token;
use crate::oauth::approval::Approval;
use crate::oauth::error::{ErrorCode, Refusal};
use crate::oauth::family;
use crate::oauth::issue::Issued;
use crate::oauth::polled::{self, Kind, PolledRequest, State};
use crate::op::{Op, OpError};

const UNKNOWN: Refusal = Refusal::new(ErrorCode::InvalidGrant, "the request is unknown");
const USED: Refusal = Refusal::new(ErrorCode::InvalidGrant, "the request has been redeemed before");
const OTHER_CLIENT: Refusal = Refusal::new(ErrorCode::InvalidGrant, "the request was made by another client");
const EXPIRED: Refusal = Refusal::new(ErrorCode::ExpiredToken, "the request has expired");
const DENIED: Refusal = Refusal::new(ErrorCode::AccessDenied, "the person has refused");
const PENDING: Refusal = Refusal::new(ErrorCode::AuthorizationPending, "the person has not answered yet");
const TOO_SOON: Refusal = Refusal::new(
    ErrorCode::SlowDown,
    "the person has not answered yet; wait 5 seconds more between two requests",
);

pub(super) async fn redeem(
    op: &mut Op,
    request: &TokenRequest<'_>,
    kind: Kind,
    secret: &str,
) -> Result<Result<Issued, Refusal>, OpError> {
    let secret = Token::presented(secret);
    let Some(found) = polled::find_by_secret(op, kind, &secret).await? else {
        return Ok(Err(UNKNOWN));
    };
    if found.client_id != request.client.client().id {
        return Ok(Err(OTHER_CLIENT));
    }
    match (found.state, &found.given) {
        (State::Redeemed, given) => {
            if let Some(given) = given {
                family::revoke(op, given.authorization_id, "a request was redeemed twice").await?;
            }
            Ok(Err(USED))
        }
        (State::Denied, _) => Ok(Err(DENIED)),
        (State::Pending | State::Approved, _) if found.expires_at <= op.now => Ok(Err(EXPIRED)),
        (State::Approved, Some(given)) => hand_out(op, request, &found, given).await,
        (State::Pending, _) => Ok(Err(if polled::poll(op, &found).await? {
            PENDING
        } else {
            TOO_SOON
        })),
        (State::Approved, None) => Err(OpError::Broken("an approved request without what was given")),
    }
}

/// What was given is spent by the first request that asks for it, whatever has happened to the person meanwhile.
async fn hand_out(
    op: &mut Op,
    request: &TokenRequest<'_>,
    found: &PolledRequest,
    given: &Approval,
) -> Result<Result<Issued, Refusal>, OpError> {
    let prepared = code::prepare(op, request, given).await?;
    if !polled::redeem(op, found.id).await? {
        return Ok(Err(USED));
    }
    match prepared {
        Ok(issued) => code::begin_family(op, request, given, &issued)
            .await
            .map(|()| Ok(issued)),
        Err(refusal) => Ok(Err(refusal)),
    }
}
