//! A client acts for itself, with the rights of its service account (RFC 6749 section 4.4).

use super::TokenRequest;
use crate::domain::{ClientAuthMethod, EventKind, GrantType, Subject};
use crate::oauth::aim::Aim;
use crate::oauth::error::{ErrorCode, Refusal};
use crate::oauth::issue::{Issue, Issued};
use crate::op::{EventDraft, Op, OpError};
use crate::person;

const PUBLIC: Refusal = Refusal::new(
    ErrorCode::UnauthorizedClient,
    "a public client cannot act for itself",
);
const NO_ACCOUNT: Refusal = Refusal::new(
    ErrorCode::UnauthorizedClient,
    "the client has no service account that may act",
);

/// Touches no table when caches are warm; its event shares a commit with others.
pub(super) async fn redeem(
    op: &mut Op,
    request: &TokenRequest<'_>,
) -> Result<Result<Issued, Refusal>, OpError> {
    let client = request.client.client();
    if client.auth_method == ClientAuthMethod::None {
        return Ok(Err(PUBLIC));
    }
    let Some(account) = client.service_account_id else {
        return Ok(Err(NO_ACCOUNT));
    };
    let asked = match request.asked_scopes() {
        Ok(asked) => asked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let aim = match Aim::asked(op, client, request.form).await? {
        Ok(aim) => aim,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let standing = match person::may_sign_in(op, Subject::ServiceAccount(account)).await? {
        Ok(standing) if standing.organisation_id() == client.organisation_id => standing,
        Ok(_) | Err(_) => return Ok(Err(NO_ACCOUNT)),
    };
    let issue = Issue {
        client,
        standing: &standing,
        asked: asked.as_ref(),
        aim: &aim,
        given: None,
        nonce: None,
        confirmation: request.confirmation,
    };
    let issued = match issue.tokens(op).await? {
        Ok(issued) => issued,
        Err(refusal) => return Ok(Err(refusal)),
    };
    op.record(
        issued
            .told_in(EventDraft::success(EventKind::TokenIssued))
            .client(&client.id)
            .organisation(client.organisation_id)
            .target("service_account", account)
            .detail("grant_type", GrantType::ClientCredentials.as_str()),
    );
    Ok(Ok(issued))
}
