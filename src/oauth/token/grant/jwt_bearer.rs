//! An assertion of a trusted issuer for a token of the service account that it means (RFC 7523 section 2.1).

use super::TokenRequest;
use crate::client::Purpose;
use crate::client::trusted_issuer::{self, Believed};
use crate::domain::{EventKind, GrantType, Subject};
use crate::oauth::aim::Aim;
use crate::oauth::error::{ErrorCode, Refusal};
use crate::oauth::issue::{Issue, Issued};
use crate::op::{EventDraft, Op, OpError};
use crate::person;

const fn invalid(description: &'static str) -> Refusal {
    Refusal::new(ErrorCode::InvalidGrant, description)
}

const OF_A_CLIENT: Refusal = invalid("the assertion is of a client, not of a service account");
const NO_ACCOUNT: Refusal = invalid("the service account that the assertion means may not act");
const USED: Refusal = invalid("the assertion has been used before");

/// The assertion is what proves; the client bounds what comes of it.
pub(super) async fn redeem(
    op: &mut Op,
    request: &TokenRequest<'_>,
) -> Result<Result<Issued, Refusal>, OpError> {
    let client = request.client.client();
    let (assertion, asked) = match request
        .required("assertion", "assertion is missing")
        .and_then(|assertion| Ok((assertion, request.asked_scopes()?)))
    {
        Ok(shown) => shown,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let aim = match Aim::asked(op, client, request.form).await? {
        Ok(aim) => aim,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (organisation, purpose) = (client.organisation_id, Purpose::AuthorizationGrant);
    let believed = match trusted_issuer::believe(op, organisation, purpose, assertion).await? {
        Ok(believed) => believed,
        Err(why) => return Ok(Err(invalid(why))),
    };
    let Some(account) = believed.service_account() else {
        return Ok(Err(OF_A_CLIENT));
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
    if !trusted_issuer::is_first(op, client.organisation_id, &believed).await? {
        return Ok(Err(USED));
    }
    record(op, request, &believed, &issued);
    Ok(Ok(issued))
}

fn record(op: &mut Op, request: &TokenRequest<'_>, believed: &Believed, issued: &Issued) {
    let client = request.client.client();
    let draft = issued
        .told_in(EventDraft::success(EventKind::TokenIssued))
        .client(&client.id)
        .organisation(client.organisation_id)
        .detail("grant_type", GrantType::JwtBearer.as_str())
        .detail("issuer", believed.issuer.clone())
        .detail("subject", believed.subject.clone());
    op.record(match believed.service_account() {
        Some(account) => draft.target("service_account", account),
        None => draft,
    });
}
