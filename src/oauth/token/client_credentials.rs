//! A client acts for itself, with the rights of its service account (RFC 6749 section 4.4).

use super::{Issued, NO_SCOPE, asked_scopes};
use crate::client::AuthenticatedClient;
use crate::domain::{ClientAuthMethod, EventKind, GrantType, Subject, Token};
use crate::http::Form;
use crate::oauth::error::{ErrorCode, Refusal};
use crate::oauth::mint::Mint;
use crate::oauth::rights::Rights;
use crate::op::{EventDraft, Op, OpError};
use crate::person;

const NO_ACCOUNT: Refusal = Refusal::new(
    ErrorCode::UnauthorizedClient,
    "the client has no service account that may act",
);

/// Touches no table when caches are warm; its event shares a commit with others.
pub(super) async fn redeem(
    op: &mut Op,
    client: &AuthenticatedClient,
    form: &Form,
) -> Result<Result<Issued, Refusal>, OpError> {
    let client = client.client();
    if client.auth_method == ClientAuthMethod::None {
        let told = Refusal::new(
            ErrorCode::UnauthorizedClient,
            "a public client cannot act for itself",
        );
        return Ok(Err(told));
    }
    let Some(account) = client.service_account_id else {
        return Ok(Err(NO_ACCOUNT));
    };
    let asked = match asked_scopes(form) {
        Ok(asked) => asked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let standing = match person::may_sign_in(op, Subject::ServiceAccount(account)).await? {
        Ok(standing) if standing.organisation_id() == client.organisation_id => standing,
        Ok(_) | Err(_) => return Ok(Err(NO_ACCOUNT)),
    };
    let rights = Rights::now(op, client, &standing, asked.as_ref()).await?;
    if rights.scopes.is_empty() {
        return Ok(Err(NO_SCOPE));
    }
    let sources = rights.sources(op, client, &standing).await?;
    op.rest();
    let mint = Mint {
        client,
        standing: &standing,
        scopes: &rights.scopes,
        application: rights.application.as_deref(),
        sources: &sources,
        given: None,
    };
    let access_token = mint.access_token(op)?;
    op.record(
        EventDraft::success(EventKind::TokenIssued)
            .client(&client.id)
            .organisation(client.organisation_id)
            .target("service_account", account)
            .detail("grant_type", GrantType::ClientCredentials.as_str())
            .detail("scope", rights.scopes.to_string())
            .detail("jti", access_token.id),
    );
    Ok(Ok(Issued {
        access_token: Token::presented(&access_token.text),
        expires_in: op.house.config.tokens.access_token_life.as_secs(),
        refresh_token: None,
        id_token: None,
        scopes: rights.scopes,
    }))
}
