//! Making tokens: claims written straight to bytes, signed with the client's algorithm.

use serde::Serialize;

use super::act::Act;
use super::asked_claims::AskedClaims;
use super::claims::{Place, RuleClaims, Sources};
use super::encryption;
use super::opaque::{self, Kept};
use super::standard::StandardClaims;
use super::subject::{self, SubjectText};
use super::{introspect, userinfo};
use crate::access::{Application, Detail};
use crate::client::{Client, Encrypted, MayAct, Rules};
use crate::domain::{
    Acr, Amr, AuthorizationId, Confirmation, Id, OrganisationId, Scopes, SessionId, Strength, Timestamp,
    TokenFormat,
};
use crate::jose::{Algorithm, half_hash};
use crate::op::{House, Op, OpError};
use crate::person::Standing;

/// The `typ` of access tokens (RFC 9068 section 2.1).
pub(super) const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// Longest token with long claims in it, in bytes: servers and proxies take some 8,000 for all headers of a request.
const LONGEST: usize = 4_096;

/// Marks the id of a token.
#[derive(Debug)]
pub(super) enum TokenKind {}

/// The `jti` of a token; tells when it was made.
pub(super) type TokenId = Id<TokenKind>;

/// What a token says. A [`Standing`] is needed to make one: the subject may act.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mint<'a> {
    pub(super) client: &'a Client,
    pub(super) standing: &'a Standing,
    pub(super) scopes: &'a Scopes,
    pub(super) target: Target<'a>,
    /// What it gives in detail (RFC 9396 section 9.1).
    pub(super) details: &'a [Detail],
    pub(super) sources: &'a Sources,
    /// How a person came to give it; `None` for service accounts.
    pub(super) given: Option<Given<'a>>,
    /// The key to which the access token is bound.
    pub(super) confirmation: Option<&'a Confirmation>,
    /// Who acts for the subject.
    pub(super) act: Option<&'a Act>,
}

/// The one resource that an access token is for (RFC 9068 section 3), and the form that it wants.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) audience: &'a str,
    format: TokenFormat,
}

impl<'a> Target<'a> {
    /// An application.
    pub(super) fn of(api: &'a Application) -> Self {
        Self {
            audience: &api.audience,
            format: api.token_format,
        }
    }

    /// The endpoints of this server, by the name of the issuer.
    pub(super) const fn server(issuer: &'a str) -> Self {
        Self {
            audience: issuer,
            format: TokenFormat::Jwt,
        }
    }
}

/// How a person was authenticated, and where it belongs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given<'a> {
    pub(super) strength: &'a Strength,
    pub(super) session: SessionId,
    pub(super) authorization: AuthorizationId,
    /// Claims that the application asked for by name.
    pub(super) claims: &'a AskedClaims,
}

/// What an ID token vouches for beside the person.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Beside<'a> {
    pub(super) nonce: Option<&'a str>,
    /// `at_hash` (OpenID Connect Core section 3.1.3.6).
    pub(super) access_token: Option<&'a str>,
    /// `c_hash` (section 3.3.2.11).
    pub(super) code: Option<&'a str>,
    /// `s_hash` (Financial-grade API 1.0 part 2, section 5.1), of an ID token that comes through the browser.
    pub(super) state: Option<&'a str>,
    /// The claims of scopes too, where no access token gives them at the userinfo endpoint (section 5.4).
    pub(super) with_scopes: bool,
}

/// An access token and its id.
#[derive(Debug)]
pub(super) struct AccessToken {
    pub(super) text: String,
    pub(super) id: String,
    /// For how long it is good, in seconds.
    pub(super) life: u64,
    /// What must be written for an opaque one before it is handed out.
    pub(super) kept: Option<Kept>,
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
    /// Of the subject, where there is no authorization that knows it: what was given out before it rose is dead.
    #[serde(skip_serializing_if = "Option::is_none")]
    epoch: Option<i64>,
    /// Of access: what has changed for the subject since has a higher one ([`crate::op::AccessEpoch`]).
    access_epoch: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<&'a Confirmation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<&'a Act>,
    #[serde(skip_serializing_if = "Option::is_none")]
    may_act: Option<&'a MayAct>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    at_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    c_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    s_hash: Option<String>,
    org_id: OrganisationId,
    #[serde(skip_serializing_if = "Option::is_none")]
    may_act: Option<&'a MayAct>,
    #[serde(flatten)]
    given: GivenClaims<'a>,
    #[serde(flatten)]
    standard: StandardClaims<'a>,
    #[serde(flatten)]
    rules: RuleClaims<'a>,
}

/// How and when a person was authenticated, and in which session.
#[derive(Debug, Serialize)]
pub(super) struct GivenClaims<'a> {
    auth_time: i64,
    acr: Acr,
    amr: &'a [Amr],
    sid: SessionId,
}

impl<'a> GivenClaims<'a> {
    fn new(given: &Given<'a>) -> Self {
        Self::of(given.strength, given.session)
    }

    pub(super) fn of(strength: &'a Strength, session: SessionId) -> Self {
        Self {
            auth_time: strength.authenticated_at.as_seconds(),
            acr: strength.acr,
            amr: &strength.amr,
            sid: session,
        }
    }
}

const UNWRITABLE: OpError = OpError::Broken("claims cannot be written");

/// The issuer's name: as configured, without a slash at the end.
pub(super) fn issuer(house: &House) -> &str {
    house.config.server.issuer.as_str().trim_end_matches('/')
}

/// With what something is signed for a client that has not said it: RS256, as RFC 9701 section 6 and JARM section 3 have it;
/// as the client's tokens where its profile forbids that, or this installation signs with RS256 no more.
pub(super) fn usual_algorithm(house: &House, client: &Client) -> Algorithm {
    let has_rsa = house.config.keys.algorithms.contains(&Algorithm::Rs256);
    if has_rsa && !Rules::from(client).signs_as_id_tokens() {
        Algorithm::Rs256
    } else {
        client.signing_algorithm
    }
}

/// Whether a token is to be made again with its long claims left out.
fn is_too_long(token: &str, rules: &RuleClaims<'_>) -> bool {
    token.len() > LONGEST && rules.have_long()
}

fn seconds(life: std::time::Duration) -> i64 {
    i64::try_from(life.as_secs()).unwrap_or(i64::MAX)
}

impl Mint<'_> {
    /// The access token, for one audience, in the form that its application has chosen. What it gives may end by itself, and the token ends
    /// with it.
    pub(super) fn access_token(&self, op: &Op) -> Result<AccessToken, OpError> {
        let id = TokenId::to_string(&op.id());
        let life = self.life(op);
        let exp = op.now.as_seconds().saturating_add_unsigned(life);
        let endpoint;
        let mut claims = self.access_claims(op, (&id, exp));
        let (text, kept) = match self.target.format {
            TokenFormat::Opaque => {
                let claims = serde_json::to_value(&claims).map_err(|_| UNWRITABLE)?;
                let (text, kept) = opaque::make(op, claims, Timestamp::from_seconds(exp));
                (text, Some(kept))
            }
            TokenFormat::Jwt => {
                let mut text = self.sign(op, ACCESS_TOKEN_TYPE, &claims)?;
                if is_too_long(&text, &claims.rules) {
                    endpoint = format!("{}{}", issuer(&op.house), introspect::PATH);
                    claims.rules = claims.rules.told_at(&endpoint);
                    text = self.sign(op, ACCESS_TOKEN_TYPE, &claims)?;
                }
                (text, None)
            }
        };
        Ok(AccessToken { text, id, life, kept })
    }

    fn access_claims<'a>(&'a self, op: &'a Op, (id, exp): (&'a str, i64)) -> AccessClaims<'a> {
        AccessClaims {
            iss: issuer(&op.house),
            sub: self.subject(op),
            aud: self.target.audience,
            client_id: self.client.id.as_str(),
            exp,
            iat: op.now.as_seconds(),
            jti: id,
            scope: self.scopes,
            authorization_details: self.details,
            org_id: self.standing.organisation_id(),
            given: self.given.as_ref().map(GivenClaims::new),
            authorization_id: self.given.map(|given| given.authorization),
            epoch: self.given.is_none().then(|| self.standing.epoch()),
            access_epoch: self.sources.profile.epoch,
            cnf: self.confirmation,
            act: self.act,
            may_act: self.client.settings.may_act.as_ref(),
            rules: self.rules(Place::AccessToken),
        }
    }

    /// Seconds; at least one, so that a token is of use.
    fn life(&self, op: &Op) -> u64 {
        let most = op.house.config.tokens.access_token_life.as_secs();
        let edge = self.sources.profile.edge;
        edge.map_or(most, |edge| edge.since(op.now).as_secs().clamp(1, most))
    }

    /// The ID token, if one was asked for (`openid`).
    pub(super) fn id_token(&self, op: &Op, beside: &Beside<'_>) -> Result<Option<String>, OpError> {
        let Some(given) = self.given.filter(|_| self.scopes.contains("openid")) else {
            return Ok(None);
        };
        let iat = op.now.as_seconds();
        let half = |text: Option<&str>| text.map(|text| half_hash(self.client.signing_algorithm, text));
        let standard = StandardClaims {
            person: self.sources.person(),
            scopes: beside.with_scopes.then_some(self.scopes),
            asked: &given.claims.id_token,
        };
        let told_already = standard.given();
        let endpoint;
        let mut claims = IdClaims {
            iss: issuer(&op.house),
            sub: self.subject(op),
            aud: self.client.id.as_str(),
            exp: iat.saturating_add(seconds(op.house.config.tokens.id_token_life)),
            iat,
            nonce: beside.nonce,
            at_hash: half(beside.access_token),
            c_hash: half(beside.code),
            s_hash: half(beside.state),
            org_id: self.standing.organisation_id(),
            may_act: self.client.settings.may_act.as_ref(),
            given: GivenClaims::new(&given),
            standard,
            rules: RuleClaims {
                asked: &given.claims.id_token,
                taken: &told_already,
                ..self.rules(Place::IdToken)
            },
        };
        let mut token = self.sign(op, "JWT", &claims)?;
        // Without an access token nobody comes to userinfo.
        if beside.access_token.is_some() && is_too_long(&token, &claims.rules) {
            endpoint = format!("{}{}", issuer(&op.house), userinfo::PATH);
            claims.rules = claims.rules.told_at(&endpoint);
            token = self.sign(op, "JWT", &claims)?;
        }
        encryption::for_client(op, self.client, Encrypted::IdToken, token).map(Some)
    }

    fn subject(&self, op: &Op) -> SubjectText {
        subject::for_client(&op.house, self.client, self.standing.subject())
    }

    fn rules(&self, place: Place) -> RuleClaims<'_> {
        RuleClaims::of(self.client, self.sources, place)
    }

    fn sign(&self, op: &Op, typ: &str, claims: &impl Serialize) -> Result<String, OpError> {
        let bytes = serde_json::to_vec(claims).map_err(|_| UNWRITABLE)?;
        let keys = op.house.keys();
        Ok(keys.sign(self.client.signing_algorithm, typ, &bytes, op.now)?)
    }
}
