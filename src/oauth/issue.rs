//! The one place where tokens are issued: every grant comes through here, with a subject that may act.

use super::aim::Aim;
use super::details::{self, Given as GivenDetail};
use super::error::{ErrorCode, Refusal};
use super::mint::{Given, Mint, issuer};
use super::rights::Rights;
use super::scope::{of_api, of_openid};
use crate::access::Detail;
use crate::client::Client;
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
    /// The resource and the details that the tokens are for.
    pub(super) aim: &'a Aim,
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
    /// The `jti` of the access token.
    pub(super) id: String,
    pub(super) token_type: &'static str,
    /// Seconds.
    pub(super) expires_in: u64,
    pub(super) refresh_token: Option<Token>,
    pub(super) id_token: Option<Token>,
    pub(super) scopes: Scopes,
    /// What the access token gives in detail.
    pub(super) details: Vec<Detail>,
}

impl Issue<'_> {
    /// Bounds the scopes by the rights of this moment and signs; writes nothing, so that it can come before the write
    /// transaction opens. Refused when no scope is left.
    pub(super) async fn tokens(&self, op: &mut Op) -> Result<Result<Issued, Refusal>, OpError> {
        let (client, standing) = (self.client, self.standing);
        let named = self.aim.resource.as_ref().map(std::slice::from_ref);
        let rights = Rights::now(op, client, standing, self.asked, named.unwrap_or_default()).await?;
        let given = details::given(op, client, standing.subject(), &self.aim.details).await?;
        if rights.scopes.is_empty() && given.is_empty() {
            return Ok(Err(NO_SCOPE));
        }
        let sources = rights.sources(op, client, standing).await?;
        op.rest();
        let (audience, scopes) = self.narrowed(op, &rights, &given);
        let details: Vec<Detail> = given
            .iter()
            .filter(|given| given.api.audience == audience)
            .map(|given| given.detail.clone())
            .collect();
        let mint = Mint {
            client,
            standing,
            scopes: &scopes,
            audience: &audience,
            details: &details,
            sources: &sources,
            given: self.given,
            confirmation: self.confirmation,
        };
        let access_token = mint.access_token(op)?;
        let whole = Mint {
            scopes: &rights.scopes,
            ..mint
        };
        let id_token = whole.id_token(op, &access_token.text, self.nonce)?;
        Ok(Ok(Issued {
            access_token: Token::presented(&access_token.text),
            id: access_token.id,
            token_type: Confirmation::token_type(self.confirmation),
            expires_in: op.house.config.tokens.access_token_life.as_secs(),
            refresh_token: None,
            id_token: id_token.as_deref().map(Token::presented),
            scopes: rights.scopes,
            details,
        }))
    }

    /// The one audience of the access token, and those of the scopes that mean something there.
    ///
    /// The scopes of OpenID Connect belong to this server: a token for a named API carries none, so that this API cannot
    /// go to userinfo with it. A token for the default resource does, since OpenID Connect Core section 5.3 promises that
    /// the token of a sign-in opens userinfo.
    fn narrowed(&self, op: &Op, rights: &Rights, given: &[GivenDetail]) -> (String, Scopes) {
        let of_server = of_openid(&rights.scopes);
        let here = issuer(&op.house);
        match &self.aim.resource {
            Some(named) if named == here => (named.clone(), of_server),
            Some(named) => (named.clone(), of_api(&rights.scopes)),
            None => {
                let has_permission = !of_api(&rights.scopes).is_empty();
                let own = rights.applications.first().filter(|_| has_permission);
                let audience = own
                    .or_else(|| given.first().map(|given| &given.api))
                    .map_or(here, |api| api.audience.as_str());
                (audience.to_owned(), rights.scopes.clone())
            }
        }
    }
}
