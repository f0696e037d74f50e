//! Making tokens: claims written straight to bytes, signed with the client's algorithm.

use serde::Serialize;

use super::claims::{Place, RuleClaims, Sources};
use crate::access::Detail;
use crate::client::Client;
use crate::domain::{
    Acr, Amr, AuthorizationId, Confirmation, OrganisationId, Scopes, SessionId, Strength, Subject,
};
use crate::jose::half_hash;
use crate::op::{House, Op, OpError};
use crate::person::Standing;

/// The `typ` of access tokens (RFC 9068 section 2.1).
pub(super) const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// Marks the id of a token (`jti`).
enum TokenKind {}

/// What a token says. A [`Standing`] is needed to make one: the subject may act.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mint<'a> {
    pub(super) client: &'a Client,
    pub(super) standing: &'a Standing,
    pub(super) scopes: &'a Scopes,
    /// The one resource that the access token is for (RFC 9068 section 3).
    pub(super) audience: &'a str,
    /// What it gives in detail (RFC 9396 section 9.1).
    pub(super) details: &'a [Detail],
    pub(super) sources: &'a Sources,
    /// How a person came to give it; `None` for service accounts.
    pub(super) given: Option<Given<'a>>,
    /// The key to which the access token is bound.
    pub(super) confirmation: Option<&'a Confirmation>,
}

/// How a person was authenticated, and where it belongs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given<'a> {
    pub(super) strength: &'a Strength,
    pub(super) session: SessionId,
    pub(super) authorization: AuthorizationId,
}

/// A signed access token and its id.
#[derive(Debug)]
pub(super) struct AccessToken {
    pub(super) text: String,
    pub(super) id: String,
}

/// RFC 9068 section 2.2.
#[derive(Serialize)]
struct AccessClaims<'a> {
    iss: &'a str,
    sub: SubjectText,
    aud: &'a str,
    client_id: &'a str,
    exp: i64,
    iat: i64,
    jti: &'a str,
    #[serde(skip_serializing_if = "Scopes::is_empty")]
    scope: &'a Scopes,
    #[serde(skip_serializing_if = "<[Detail]>::is_empty")]
    authorization_details: &'a [Detail],
    org_id: OrganisationId,
    #[serde(flatten)]
    given: Option<GivenClaims<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_id: Option<AuthorizationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<&'a Confirmation>,
    #[serde(flatten)]
    rules: RuleClaims<'a>,
}

/// OpenID Connect Core section 2.
#[derive(Serialize)]
struct IdClaims<'a> {
    iss: &'a str,
    sub: SubjectText,
    aud: &'a str,
    exp: i64,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    at_hash: String,
    org_id: OrganisationId,
    #[serde(flatten)]
    given: GivenClaims<'a>,
    #[serde(flatten)]
    rules: RuleClaims<'a>,
}

#[derive(Serialize)]
struct GivenClaims<'a> {
    auth_time: i64,
    acr: Acr,
    amr: &'a [Amr],
    sid: SessionId,
}

impl<'a> GivenClaims<'a> {
    fn new(given: &Given<'a>) -> Self {
        Self {
            auth_time: given.strength.authenticated_at.as_seconds(),
            acr: given.strength.acr,
            amr: &given.strength.amr,
            sid: given.session,
        }
    }
}

/// The `sub` of a subject.
#[derive(Debug, Clone, Copy)]
struct SubjectText(Subject);

impl Serialize for SubjectText {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Subject::Person(id) => serializer.collect_str(&id),
            Subject::ServiceAccount(id) => serializer.collect_str(&id),
        }
    }
}

/// The issuer's name: as configured, without a slash at the end.
pub(super) fn issuer(house: &House) -> &str {
    house.config.server.issuer.as_str().trim_end_matches('/')
}

fn seconds(life: std::time::Duration) -> i64 {
    i64::try_from(life.as_secs()).unwrap_or(i64::MAX)
}

impl Mint<'_> {
    /// The access token, for one audience.
    pub(super) fn access_token(&self, op: &Op) -> Result<AccessToken, OpError> {
        let id = op.id::<TokenKind>().to_string();
        let issuer = issuer(&op.house);
        let iat = op.now.as_seconds();
        let claims = AccessClaims {
            iss: issuer,
            sub: SubjectText(self.standing.subject()),
            aud: self.audience,
            client_id: self.client.id.as_str(),
            exp: iat.saturating_add(seconds(op.house.config.tokens.access_token_life)),
            iat,
            jti: &id,
            scope: self.scopes,
            authorization_details: self.details,
            org_id: self.standing.organisation_id(),
            given: self.given.as_ref().map(GivenClaims::new),
            authorization_id: self.given.map(|given| given.authorization),
            cnf: self.confirmation,
            rules: self.rules(Place::AccessToken),
        };
        let text = self.sign(op, ACCESS_TOKEN_TYPE, &claims)?;
        Ok(AccessToken { text, id })
    }

    /// The ID token beside an access token, if it was asked for (`openid`).
    pub(super) fn id_token(
        &self,
        op: &Op,
        access_token: &str,
        nonce: Option<&str>,
    ) -> Result<Option<String>, OpError> {
        let Some(given) = self.given.filter(|_| self.scopes.contains("openid")) else {
            return Ok(None);
        };
        let iat = op.now.as_seconds();
        let claims = IdClaims {
            iss: issuer(&op.house),
            sub: SubjectText(self.standing.subject()),
            aud: self.client.id.as_str(),
            exp: iat.saturating_add(seconds(op.house.config.tokens.id_token_life)),
            iat,
            nonce,
            at_hash: half_hash(self.client.signing_algorithm, access_token),
            org_id: self.standing.organisation_id(),
            given: GivenClaims::new(&given),
            rules: self.rules(Place::IdToken),
        };
        self.sign(op, "JWT", &claims).map(Some)
    }

    fn rules(&self, place: Place) -> RuleClaims<'_> {
        RuleClaims {
            rules: &self.client.claim_rules,
            sources: self.sources,
            place,
            taken: &[],
        }
    }

    fn sign(&self, op: &Op, typ: &str, claims: &impl Serialize) -> Result<String, OpError> {
        let bytes = serde_json::to_vec(claims).map_err(|_| OpError::Broken("claims cannot be written"))?;
        let keys = op.house.keys();
        Ok(keys.sign(self.client.signing_algorithm, typ, &bytes, op.now)?)
    }
}
