//! Believing an assertion of a trusted issuer (RFC 7523 section 3).

use std::time::Duration;

use serde_json::{Map, Value};

use super::registry::{self, Known};
use super::{Identity, rule, spiffe};
use crate::client::TOKEN_PATH;
use crate::client::purpose::Purpose;
use crate::domain::{OrganisationId, ServiceAccountId, Timestamp};
use crate::jose::{self, Expectations, PublicKey, VerifiedToken};
use crate::one_time::{self, Kind};
use crate::op::{Op, OpError};

/// An assertion that is believed, and who is meant by it.
#[derive(Debug, Clone)]
pub struct Believed {
    pub identity: Identity,
    pub issuer: String,
    pub subject: String,
    pub claims: Map<String, Value>,
    /// The name that must come for the first time, and until when it is remembered.
    pub(in crate::client) once: Option<(String, Timestamp)>,
}

impl Believed {
    /// The service account that is meant, if it is one.
    #[must_use]
    pub fn service_account(&self) -> Option<ServiceAccountId> {
        match self.identity {
            Identity::ServiceAccount(id) => Some(id),
            Identity::Client(_) => None,
        }
    }
}

/// Whose an assertion says that it is, before anything of it has been verified: its `iss`, or without one the trust domain of
/// the workload that is its `sub`, as JWT-SVIDs have it. Which of the two there may be, [`verify`] decides.
pub(in crate::client) fn of_assertion(assertion: &str) -> Option<String> {
    jose::claimed_issuer(assertion).or_else(|| {
        let subject = jose::claimed_subject(assertion)?;
        spiffe::trust_domain_of(&subject).map(str::to_owned)
    })
}

/// Believes an assertion of an issuer that the organisation trusts. Why not: a fixed word for the log. Nothing is written;
/// [`is_first`] is asked last.
pub async fn believe(
    op: &mut Op,
    organisation: OrganisationId,
    purpose: Purpose,
    assertion: &str,
) -> Result<Result<Believed, &'static str>, OpError> {
    let Some(issuer) = of_assertion(assertion) else {
        return Ok(Err("the assertion is malformed, or names no issuer"));
    };
    match registry::known(op, organisation, &issuer).await? {
        Some(known) => {
            let keys = known.verifiers(op, assertion).await;
            Ok(verify(op, (&known, &keys), purpose, assertion))
        }
        None => Ok(Err("the issuer of the assertion is not trusted")),
    }
}

/// Whether an assertion comes for the first time, whichever client of the organisation shows it. One without `jti`, or of an
/// issuer whose assertions may come again, does so always.
pub async fn is_first(
    op: &mut Op,
    organisation: OrganisationId,
    believed: &Believed,
) -> Result<bool, OpError> {
    match &believed.once {
        Some((name, until)) => {
            let owner = organisation.to_string();
            one_time::remember(op, Kind::OutsideAssertion, &owner, name, *until).await
        }
        None => Ok(true),
    }
}

/// Pure rule. The token endpoint is a name of ours for grants (RFC 7523 section 3, item 3); for client authentication only
/// where the installation says so.
fn verify(
    op: &Op,
    (known, keys): (&Known, &[PublicKey]),
    purpose: Purpose,
    assertion: &str,
) -> Result<Believed, &'static str> {
    let (trusted, config) = (&known.trusted, &op.house.config);
    let issuer = config.server.issuer_text();
    let token_endpoint = format!("{issuer}{TOKEN_PATH}");
    let takes_endpoint = purpose == Purpose::AuthorizationGrant || config.oauth.endpoints_as_audience;
    let audiences: Vec<&str> = [issuer]
        .into_iter()
        .chain(takes_endpoint.then_some(token_endpoint.as_str()))
        .chain(trusted.audiences.iter().map(String::as_str))
        .collect();
    let expectations = Expectations {
        typ: purpose.type_of(assertion),
        issuer: &trusted.issuer,
        audiences: &audiences,
        required: &["sub"],
    };
    let verified = if trusted.is_trust_domain() {
        jose::verify_svid(assertion, keys, &expectations, op.now)
    } else {
        jose::verify(assertion, keys, &expectations, op.now)
    };
    let token = verified.map_err(|_| "the assertion is not valid")?;
    let subject = token
        .claims
        .get("sub")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if trusted.is_trust_domain() && spiffe::trust_domain_of(subject) != Some(&trusted.issuer) {
        return Err("the subject is no workload of the trust domain");
    }
    if purpose == Purpose::ClientAuthentication && !is_for_us_alone(&token.claims) {
        return Err("the assertion is for others too");
    }
    if !is_young(&token, trusted.age(), op.now) {
        return Err("the assertion is too old, or lives too long");
    }
    let identity = rule::identity(&trusted.rules, &token.claims).ok_or("no rule of the issuer fits")?;
    Ok(Believed {
        identity: identity.clone(),
        issuer: trusted.issuer.clone(),
        subject: subject.to_owned(),
        once: once(&token, known)?,
        claims: token.claims,
    })
}

/// Whether the one name that an assertion is for is its only one: what proves a client to others too, each of them could show
/// here as that client (draft-ietf-oauth-rfc7523bis). Platforms write a single name as a list of one.
fn is_for_us_alone(claims: &Map<String, Value>) -> bool {
    match claims.get("aud") {
        Some(Value::Array(names)) => names.len() == 1,
        Some(name) => name.is_string(),
        None => false,
    }
}

/// Whether an assertion is no older than its issuer's may be. One that does not say when it was made must end so soon.
fn is_young(token: &VerifiedToken, longest: Duration, now: Timestamp) -> bool {
    match token.claims.get("iat").and_then(Value::as_f64) {
        Some(seconds) => Duration::try_from_secs_f64(seconds)
            .is_ok_and(|at| now.since(Timestamp::from_micros(0).plus(at)) <= longest),
        None => token.expires_at <= now.plus(longest),
    }
}

fn once(token: &VerifiedToken, known: &Known) -> Result<Option<(String, Timestamp)>, &'static str> {
    let Some(jti) = token.claims.get("jti").filter(|_| !known.trusted.reusable) else {
        return Ok(None);
    };
    let jti = jti.as_str().filter(|jti| (1..=256).contains(&jti.len()));
    let jti = jti.ok_or("jti is not a text of 1 to 256 bytes")?;
    Ok(Some((
        format!("{} {jti}", known.trusted.issuer),
        token.expires_at,
    )))
}
