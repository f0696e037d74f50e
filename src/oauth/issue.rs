//! The one place where tokens are issued: every grant comes through here, with a subject that may act.

use super::act::Act;
use super::error::{ErrorCode, Refusal};
use super::mint::{Beside, Given, Mint};
use super::opaque::Kept;
use super::rights::Rights;
use crate::client::{Client, Rules};
use crate::domain::{Confirmation, Scopes, Token};
use crate::op::{Op, OpError};
use crate::person::Standing;

const NO_SCOPE: Refusal = Refusal::new(
    ErrorCode::InvalidScope,
    "none of the asked scopes may be given to this client and subject",
);

/// What a grant has found out, for the tokens that it gives.
#[derive(Debug, Clone, Copy)]
pub(super) struct Issue<'a> {
    pub(super) client: &'a Client,
    /// The subject may act: proven.
    pub(super) standing: &'a Standing,
    /// Nothing asked: all that may be given.
    pub(super) asked: Option<&'a Scopes>,
    /// How a person came to give it; `None` where no person did.
    pub(super) given: Option<Given<'a>>,
    /// Of the authentication that the grant stands for (OpenID Connect Core section 12.2: not of a refresh).
    pub(super) nonce: Option<&'a str>,
    /// The key that the client has proven, to which the tokens are bound.
    pub(super) confirmation: Option<&'a Confirmation>,
}

/// Tokens on their way to the client; told once everything is on record.
#[derive(Debug)]
pub(super) struct Issued {
    pub(super) access_token: Token,
    /// What the token endpoint must write before it hands out an opaque access token.
    pub(super) kept: Option<Kept>,
    /// The `jti` of the access token.
    pub(super) id: String,
    pub(super) token_type: &'static str,
    /// Seconds.
    pub(super) expires_in: u64,
    pub(super) refresh_token: Option<Token>,
    pub(super) id_token: Option<Token>,
    pub(super) scopes: Scopes,
    /// What kind of token it is, where the client asked by kind (RFC 8693 section 2.2.1).
    pub(super) token_kind: Option<&'static str>,
}

impl Issue<'_> {
    /// Bounds the scopes by the rights of this moment and signs; writes nothing, so that it can come before the write
    /// transaction opens. Refused when no scope is left.
    pub(super) async fn tokens(&self, op: &mut Op) -> Result<Result<Issued, Refusal>, OpError> {
        self.issue(op, None, true).await
    }

    /// The same with an access token alone, which tells who acts for its subject.
    pub(super) async fn access_token(
        &self,
        op: &mut Op,
        act: Option<&Act>,
    ) -> Result<Result<Issued, Refusal>, OpError> {
        self.issue(op, act, false).await
    }

    async fn issue(
        &self,
        op: &mut Op,
        act: Option<&Act>,
        with_id_token: bool,
    ) -> Result<Result<Issued, Refusal>, OpError> {
        if let Err(broken) = Rules::from(self.client).tokens(self.confirmation.is_some()) {
            return Ok(Err(Refusal::new(ErrorCode::InvalidRequest, broken.text())));
        }
        let rights = Rights::now(op, self.client, self.standing, self.asked).await?;
        if rights.scopes.is_empty() {
            return Ok(Err(NO_SCOPE));
        }
        let mut sources = rights.sources(op, self.client, self.standing).await?;
        if self.given.is_some_and(|given| !given.claims.id_token.is_empty()) {
            sources = sources.with_person(op, self.standing.subject()).await?;
        }
        op.rest();
        let mint = Mint {
            client: self.client,
            standing: self.standing,
            scopes: &rights.scopes,
            application: rights.application.as_deref(),
            sources: &sources,
            given: self.given,
            confirmation: self.confirmation,
            act,
        };
        let access_token = mint.access_token(op)?;
        let id_token = if with_id_token {
            let beside = Beside {
                nonce: self.nonce,
                access_token: Some(&access_token.text),
                ..Beside::default()
            };
            mint.id_token(op, &beside)?
        } else {
            None
        };
        Ok(Ok(Issued {
            access_token: Token::presented(&access_token.text),
            kept: access_token.kept,
            id: access_token.id,
            token_type: Confirmation::token_type(self.confirmation),
            expires_in: op.house.config.tokens.access_token_life.as_secs(),
            refresh_token: None,
            id_token: id_token.as_deref().map(Token::presented),
            scopes: rights.scopes,
            token_kind: None,
        }))
    }
}
