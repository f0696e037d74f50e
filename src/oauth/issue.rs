//! The one place where tokens are issued: every grant comes through here, with a subject that may act.

use super::act::Act;
use super::aim::Aim;
use super::claims::Sources;
use super::client_request::is_worth_a_record;
use super::details::{self, Given as GivenDetail};
use super::error::{ErrorCode, Refusal};
use super::mint::{Beside, Given, Mint, Target, issuer};
use super::opaque::Kept;
use super::rights::Rights;
use super::scope::{of_api, of_openid};
use crate::access::Detail;
use crate::client::{Client, Rules};
use crate::domain::{ClientAuthMethod, Confirmation, EventKind, Scopes, Subject, Token};
use crate::op::{EventDraft, Op, OpError};
use crate::person::Standing;
use crate::rule;

const OF_OTHERS: Refusal = Refusal::new(
    ErrorCode::InvalidGrant,
    "the client is not open to subjects of this organisation",
);
/// Its event, which names the rule, is recorded where it is found.
pub(super) const BY_RULE: Refusal = Refusal::new(
    ErrorCode::InvalidGrant,
    "a rule of the organisation does not let this person in",
);
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
    /// What the token endpoint must write before it hands out an opaque access token.
    pub(super) kept: Option<Kept>,
    /// The `jti` of the access token.
    pub(super) id: String,
    pub(super) token_type: &'static str,
    /// To what the access token is bound, for the log.
    bound: Option<&'static str>,
    /// Seconds.
    pub(super) expires_in: u64,
    pub(super) refresh_token: Option<Token>,
    pub(super) id_token: Option<Token>,
    pub(super) scopes: Scopes,
    /// What kind of token it is, where the client asked by kind (RFC 8693 section 2.2.1).
    pub(super) token_kind: Option<&'static str>,
    /// What the access token gives in detail.
    pub(super) details: Vec<Detail>,
}

impl Issued {
    /// Says on record what was issued.
    pub(super) fn told_in(&self, draft: EventDraft) -> EventDraft {
        let draft = draft
            .detail("scope", self.scopes.to_string())
            .detail("jti", self.id.clone());
        match self.bound {
            Some(bound) => draft.detail("bound", bound),
            None => draft,
        }
    }
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

    /// What of the client itself, and of the rules of sign-in, is asked anew for each token: an administrator may have changed it
    /// since.
    async fn is_allowed(&self, op: &mut Op) -> Result<Result<(), Refusal>, OpError> {
        let (client, standing) = (self.client, self.standing);
        if let Err(broken) = Rules::from(client).tokens(self.confirmation.is_some()) {
            return Ok(Err(Refusal::new(ErrorCode::InvalidRequest, broken.text())));
        }
        if !client.shared && standing.organisation_id() != client.organisation_id {
            return Ok(Err(OF_OTHERS));
        }
        let refused = self.is_refused(op).await?;
        Ok(if refused { Err(BY_RULE) } else { Ok(()) })
    }

    /// Whether the rules let the person not in: tokens that a person gave are not made anew then, whatever the grant.
    async fn is_refused(&self, op: &mut Op) -> Result<bool, OpError> {
        let Subject::Person(person) = self.standing.subject() else {
            return Ok(false);
        };
        let organisation = self.standing.organisation_id();
        let aim = rule::Aim {
            client: Some(&self.client.id),
            scopes: self.asked.unwrap_or(Scopes::none()),
        };
        let Some(rule) = rule::refusing(op, (organisation, person), aim).await? else {
            return Ok(false);
        };
        if self.client.auth_method == ClientAuthMethod::None && !is_worth_a_record(op).await {
            return Ok(true);
        }
        op.record(
            EventDraft::refused(EventKind::TokenRefused, BY_RULE.description)
                .client(&self.client.id)
                .on_behalf_of(person)
                .organisation(organisation)
                .detail("error", BY_RULE.code.as_str())
                .detail("rules", serde_json::json!([rule])),
        );
        Ok(true)
    }

    async fn issue(
        &self,
        op: &mut Op,
        act: Option<&Act>,
        with_id_token: bool,
    ) -> Result<Result<Issued, Refusal>, OpError> {
        if let Err(refusal) = self.is_allowed(op).await? {
            return Ok(Err(refusal));
        }
        let (client, standing) = (self.client, self.standing);
        let named = self.aim.resource.as_ref().map(std::slice::from_ref);
        let rights = Rights::now(op, client, standing, self.asked, named.unwrap_or_default()).await?;
        let given = details::given(op, client, standing.subject(), &self.aim.details).await?;
        if rights.scopes.is_empty() && given.is_empty() {
            return Ok(Err(NO_SCOPE));
        }
        let sources = self.sources(op, &rights).await?;
        rights.note_use(op, standing.subject()).await?;
        op.rest();
        let (target, scopes) = self.narrowed(op, &rights, &given);
        let details: Vec<Detail> = given
            .iter()
            .filter(|given| given.api.audience == target.audience)
            .map(|given| given.detail.clone())
            .collect();
        let mint = Mint {
            client,
            standing,
            scopes: &scopes,
            target,
            details: &details,
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
            let whole = Mint {
                scopes: &rights.scopes,
                ..mint
            };
            whole.id_token(op, &beside)?
        } else {
            None
        };
        Ok(Ok(Issued {
            access_token: Token::presented(&access_token.text),
            kept: access_token.kept,
            id: access_token.id,
            token_type: Confirmation::token_type(self.confirmation),
            bound: self.confirmation.map(Confirmation::word),
            expires_in: access_token.life,
            refresh_token: None,
            id_token: id_token.as_deref().map(Token::presented),
            scopes: rights.scopes,
            token_kind: None,
            details,
        }))
    }

    /// What the claims draw on; the person too, where claims were asked for by name.
    async fn sources(&self, op: &mut Op, rights: &Rights) -> Result<Sources, OpError> {
        let sources = rights.sources(op, self.client, self.standing).await?;
        if self.given.is_some_and(|given| !given.claims.id_token.is_empty()) {
            sources.with_person(op, self.standing.subject()).await
        } else {
            Ok(sources)
        }
    }

    /// The one audience of the access token, and those of the scopes that mean something there.
    ///
    /// The scopes of OpenID Connect belong to this server: a token for a named API carries none, so that this API cannot
    /// go to userinfo with it. A token for the default resource does, since OpenID Connect Core section 5.3 promises that
    /// the token of a sign-in opens userinfo.
    fn narrowed<'a>(
        &'a self,
        op: &'a Op,
        rights: &'a Rights,
        given: &'a [GivenDetail],
    ) -> (Target<'a>, Scopes) {
        let here = Target::server(issuer(&op.house));
        let of_server = || of_openid(&rights.scopes);
        let api = match &self.aim.resource {
            Some(named) if named == here.audience => return (here, of_server()),
            Some(named) => {
                let named = rights.applications.iter().find(|api| api.audience == *named);
                // A name that no application has any more gives nothing.
                return match named {
                    Some(api) => (Target::of(api), of_api(&rights.scopes)),
                    None => (here, Scopes::default()),
                };
            }
            None => {
                let has_permission = !of_api(&rights.scopes).is_empty();
                let own = rights.applications.first().filter(|_| has_permission);
                own.or_else(|| given.first().map(|given| &given.api))
            }
        };
        (api.map_or(here, |api| Target::of(api)), rights.scopes.clone())
    }
}
