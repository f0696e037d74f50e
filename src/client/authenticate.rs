//! Client authentication (RFC 6749 section 2.3, RFC 7523 section 2.2, RFC 8705 section 2).
//!
//! It takes the act and gives it back only with a client. A refusal comes out of here after it was committed, so that
//! nobody can answer one that is not on record.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;

use super::act::{Assertion, ClientAct};
use super::certificate;
use super::credential::{self, Offered, Presented};
use super::purpose::Purpose;
use super::registry::{self, Known};
use super::trusted_issuer::{self, Believed, Identity};
use super::{Client, RuleBroken, Rules, document, keys, secret, usage};
use crate::domain::{ClientAuthMethod, ClientId, Digest32, EventKind, Timestamp};
use crate::ephemeral::Verdict;
use crate::http::{Access, Form, Proof};
use crate::jose::{self, Expectations, JwkSet, JwtError, PublicKey, VerifiedToken};
use crate::op::{EventDraft, Op, OpError};

/// A client was not believed, and that is on record: made here only, after the commit.
#[derive(Debug)]
pub struct ClientRefusal {
    reason: ClientAuthError,
    wait: Option<Duration>,
}

impl ClientRefusal {
    /// For the log and for tests; outside all reasons look alike.
    #[must_use]
    pub fn reason(&self) -> ClientAuthError {
        self.reason
    }

    /// How long to wait, if there were too many failures before this one.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        self.wait
    }
}

/// Why a client is not believed: told alike outside, told apart in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClientAuthError {
    #[error("no client authentication")]
    Missing,
    #[error("two ways of client authentication in one request")]
    Several,
    #[error("malformed client authentication")]
    Malformed,
    #[error("unknown or disabled client, or of a suspended organisation")]
    Unknown,
    #[error("another method than the registered one")]
    Method,
    #[error("{0}")]
    Profile(RuleBroken),
    #[error("wrong secret")]
    Secret,
    #[error("assertion refused: {0}")]
    Assertion(&'static str),
    #[error("certificate refused: {0}")]
    Certificate(&'static str),
}

/// Declares that a route authenticates the client itself, from header and body.
#[derive(Debug, Clone, Copy)]
pub struct ByClient;

impl<S: Sync> FromRequestParts<S> for ByClient {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl Proof for ByClient {
    const ACCESS: Access = Access::Client;
}

/// The path of the token endpoint.
pub const TOKEN_PATH: &str = "/token";

/// The path of pushed authorization requests.
pub const PAR_PATH: &str = "/par";

/// The path of the backchannel authentication endpoint.
const BACKCHANNEL_PATH: &str = "/backchannel_authentication";

/// How long a client assertion may live from now on.
const LONGEST_ASSERTION_LIFE: Duration = Duration::from_mins(5);

/// Authenticates the client of a request, by exactly the method that it is registered with.
///
/// A refusal is on record as `oauth.client.refused` when it comes out. One beyond the limit has no event of its own; those
/// of the failures before it tell the story. Nothing is written for a client that is believed: the end of its act remembers
/// its assertion.
pub async fn authenticate(
    mut op: Op,
    headers: &HeaderMap,
    form: &Form,
) -> Result<Result<ClientAct, ClientRefusal>, OpError> {
    let presented = match credential::presented(headers, form) {
        Ok(presented) => presented,
        Err(reason) => return refuse(op, form.get("client_id"), None, reason).await.map(Err),
    };
    let id = ClientId::parse(&presented.client_id).ok();
    if let Some(id) = id.as_ref().filter(|id| id.is_document()) {
        document::refresh(&mut op, id).await?;
    }
    let known = match &id {
        Some(id) => registry::known(&mut op, id).await?,
        None => None,
    };
    let is_active = match &known {
        Some(known) => registry::is_active(&mut op, known).await?,
        None => false,
    };
    let fetched = match (&known, &presented.proof) {
        (Some(known), Offered::Assertion(assertion)) if is_active => {
            fetched_keys(&mut op, known, assertion).await
        }
        _ => None,
    };
    let set = match &known {
        Some(known) if is_active => certificate_keys(&mut op, &known.client).await,
        _ => None,
    };
    let outside = outside(&mut op, known.as_deref().filter(|_| is_active), &presented).await?;
    let elsewhere = Elsewhere {
        keys: fetched.as_deref(),
        set: set.as_deref(),
        outside,
    };
    match prove(&op, known.as_deref().filter(|_| is_active), &presented, elsewhere) {
        Ok((client, assertion)) => {
            keys::prepare(&mut op, &client).await;
            Ok(Ok(ClientAct::new(op, client, assertion)))
        }
        Err(reason) => {
            let client = known.as_deref().map(|known| &*known.client);
            refuse(op, Some(&presented.client_id), client, reason)
                .await
                .map(Err)
        }
    }
}

/// The keys of a client that publishes them itself; those of others are known already.
async fn fetched_keys(op: &mut Op, known: &Known, assertion: &str) -> Option<Vec<PublicKey>> {
    let client = &known.client;
    let is_elsewhere =
        client.auth_method == ClientAuthMethod::PrivateKeyJwt && client.settings.jwks_uri.is_some();
    if is_elsewhere {
        let only = client.settings.token_endpoint_auth_signing_alg();
        Some(keys::keys(op, client, assertion, only).await)
    } else {
        None
    }
}

/// The keys among which that of a client's own certificate must be.
async fn certificate_keys(op: &mut Op, client: &Client) -> Option<Arc<JwkSet>> {
    let shows_one = op.seen.certificate.is_some();
    if shows_one && client.auth_method == ClientAuthMethod::SelfSignedTlsClientAuth {
        keys::jwk_set(op, client, None).await
    } else {
        None
    }
}

/// What an issuer outside says, if the assertion is one of those and the client may prove itself by it.
async fn outside(
    op: &mut Op,
    known: Option<&Known>,
    presented: &Presented<'_>,
) -> Result<Option<Result<Believed, &'static str>>, OpError> {
    let (Some(known), Offered::Assertion(assertion)) = (known, &presented.proof) else {
        return Ok(None);
    };
    let client = &known.client;
    let own = trusted_issuer::of_assertion(assertion).is_none_or(|issuer| issuer == client.id.as_str());
    let is_allowed = client.settings.outside_assertion && Rules::from(&**client).outside_assertion().is_ok();
    if own || !is_allowed {
        return Ok(None);
    }
    let (organisation, purpose) = (client.organisation_id, Purpose::ClientAuthentication);
    let believed = trusted_issuer::believe(op, organisation, purpose, assertion).await?;
    Ok(Some(believed))
}

/// An assertion of an issuer outside that means this client; answers the name that must be the first, if it has one.
fn check_outside(
    known: &Known,
    outside: Result<Believed, &'static str>,
) -> Result<Option<Assertion>, ClientAuthError> {
    let believed = outside.map_err(ClientAuthError::Assertion)?;
    if believed.identity != Identity::Client(known.client.id.clone()) {
        return Err(ClientAuthError::Assertion("the assertion is of somebody else"));
    }
    Ok(believed.once.map(|(jti, until)| Assertion { jti, until }))
}

/// What was found out elsewhere about what a client presents.
struct Elsewhere<'a> {
    /// Its own keys, where it publishes them itself.
    keys: Option<&'a [PublicKey]>,
    /// Its key set, where its certificate must be of one of those keys.
    set: Option<&'a JwkSet>,
    /// What an issuer says that its organisation trusts.
    outside: Option<Result<Believed, &'static str>>,
}

/// Pure rule: whether what is presented proves a client that was found and may be used, and which assertion must still be
/// the first.
fn prove(
    op: &Op,
    known: Option<&Known>,
    presented: &Presented<'_>,
    elsewhere: Elsewhere<'_>,
) -> Result<(Arc<Client>, Option<Assertion>), ClientAuthError> {
    let secret_fits = match &presented.proof {
        Offered::Basic(secret) | Offered::Post(secret) => {
            // Hashed also for an unknown client, so that time does not tell it from a known one.
            let hash = secret::hash(&op.house.master_key, &presented.client_id, secret.expose());
            fits(known, &hash, op.now).then_some(Some(hash))
        }
        Offered::Assertion(_) | Offered::Nothing => Some(None),
    };
    let known = known.ok_or(ClientAuthError::Unknown)?;
    let rules = Rules::from(&*known.client);
    let is_on = (op.house.config.oauth.client_authentication).contains(&known.client.auth_method);
    rules
        .authentication(known.client.auth_method)
        .map_err(ClientAuthError::Profile)?;
    if !is_on || !presented.proof.fits(known.client.auth_method) {
        return Err(ClientAuthError::Method);
    }
    let used = secret_fits.ok_or(ClientAuthError::Secret)?;
    if let Some(hash) = used {
        usage::note_secret(&op.house, &known.client.id, &hash, op.now);
    }
    let assertion = match presented.proof {
        Offered::Assertion(assertion) => match elsewhere.outside {
            Some(outside) => check_outside(known, outside)?,
            None => Some(check_assertion(op, (known, elsewhere.keys), assertion)?),
        },
        Offered::Nothing if known.client.auth_method != ClientAuthMethod::None => {
            certificate::prove(op, &known.client, elsewhere.set)?;
            None
        }
        Offered::Basic(_) | Offered::Post(_) | Offered::Nothing => None,
    };
    Ok((Arc::clone(&known.client), assertion))
}

/// Whether one of the client's living secrets has this hash; all are compared, each in constant time.
fn fits(known: Option<&Known>, hash: &Digest32, now: Timestamp) -> bool {
    let secrets = known.map_or(&[][..], |known| known.secrets.as_slice());
    secrets
        .iter()
        .filter(|secret| secret.lives(now))
        .fold(false, |found, secret| secret.hash.matches(hash) | found)
}

/// RFC 7523 section 3, narrowed: `aud` is one name, so that an assertion made for another server is of no use here.
///
/// That name is the issuer: whoever takes the address of an endpoint lets another server, which names our endpoint as its own,
/// collect assertions that are good here (draft-ietf-oauth-rfc7523bis, FAPI 2.0 section 5.3.2.1). An installation may go on
/// with older clients; those of a profile never.
fn check_assertion(
    op: &Op,
    (known, fetched): (&Known, Option<&[PublicKey]>),
    assertion: &str,
) -> Result<Assertion, ClientAuthError> {
    let id = &known.client.id;
    let rules = Rules::from(&*known.client);
    let issuer = op.house.config.server.issuer_text();
    let takes_endpoints = op.house.config.oauth.endpoints_as_audience && !rules.only_issuer_as_audience();
    let endpoints = takes_endpoints
        .then(|| [TOKEN_PATH, PAR_PATH, BACKCHANNEL_PATH].map(|path| format!("{issuer}{path}")));
    let mut audiences = vec![issuer];
    audiences.extend(endpoints.iter().flatten().map(String::as_str));
    let expectations = Expectations {
        typ: Purpose::ClientAuthentication.type_of(assertion),
        issuer: id.as_str(),
        audiences: &audiences,
        required: &["sub", "jti"],
    };
    let token = if known.client.auth_method == ClientAuthMethod::ClientSecretJwt {
        verify_with_secrets(op, known, assertion, &expectations)
    } else {
        let keys = fetched.unwrap_or(&known.keys);
        jose::verify(assertion, keys, &expectations, op.now)
    };
    let token = token.map_err(|error| match error {
        // The last that is looked at once the signature is right.
        JwtError::Claim("aud") if rules.only_issuer_as_audience() => {
            ClientAuthError::Profile(RuleBroken::Assertion)
        }
        error => why(&error),
    })?;
    if let Some(algorithm) = token.algorithm {
        rules.algorithm(algorithm).map_err(ClientAuthError::Profile)?;
    }
    let is_one = |audience: &serde_json::Value| match audience {
        serde_json::Value::Array(list) => list.len() == 1 && !rules.only_issuer_as_audience(),
        one => one.is_string(),
    };
    if !token.claims.get("aud").is_some_and(is_one) {
        if rules.only_issuer_as_audience() {
            return Err(ClientAuthError::Profile(RuleBroken::Assertion));
        }
        return Err(ClientAuthError::Assertion("aud is not one name"));
    }
    let text = |name: &str| token.claims.get(name).and_then(serde_json::Value::as_str);
    if text("sub") != Some(id.as_str()) {
        return Err(ClientAuthError::Assertion("sub is not the client"));
    }
    if token.expires_at > op.now.plus(LONGEST_ASSERTION_LIFE) {
        return Err(ClientAuthError::Assertion("exp lies too far ahead"));
    }
    let jti = text("jti")
        .filter(|jti| (1..=256).contains(&jti.len()))
        .ok_or(ClientAuthError::Assertion("jti is not a text of 1 to 256 bytes"))?;
    Ok(Assertion {
        jti: jti.to_owned(),
        until: token.expires_at,
    })
}

/// `client_secret_jwt` (OpenID Connect Core section 9): the tag of a living secret.
fn verify_with_secrets(
    op: &Op,
    known: &Known,
    assertion: &str,
    expectations: &Expectations<'_>,
) -> Result<VerifiedToken, JwtError> {
    let mut last = Err(JwtError::Signature);
    for secret in known.secrets.iter().filter(|secret| secret.lives(op.now)) {
        let Some(value) = &secret.value else { continue };
        last = jose::verify_with_secret(assertion, &[value], expectations, op.now);
        if last.is_ok() {
            usage::note_secret(&op.house, &known.client.id, &secret.hash, op.now);
        }
        if last.as_ref().err() != Some(&JwtError::Signature) {
            break;
        }
    }
    last
}

/// A fixed word for each reason: nothing of the assertion gets into the log.
fn why(error: &JwtError) -> ClientAuthError {
    ClientAuthError::Assertion(match error {
        JwtError::Malformed => "malformed",
        JwtError::Key => "algorithm or key not registered",
        JwtError::Signature => "wrong signature",
        JwtError::Type => "wrong typ",
        JwtError::Expired => "expired",
        JwtError::Early => "not valid yet",
        JwtError::Claim(name) => name,
    })
}

/// Counts a failure, puts it on record and ends the act.
pub(super) async fn refuse(
    mut op: Op,
    named: Option<&str>,
    client: Option<&Client>,
    reason: ClientAuthError,
) -> Result<ClientRefusal, OpError> {
    let id = named.and_then(|named| ClientId::parse(named).ok());
    // Secrets have 256 bits, so the limits bound work and the growth of the log, not luck; a right proof is never refused for
    // the failures of others.
    let address = crate::http::network_name(op.seen.address);
    let limits = &op.house.config.limits;
    let of_address = format!("client_failure:{address}");
    let mut verdicts = vec![
        op.house
            .ephemeral
            .count(&of_address, limits.client_failures_per_address, op.now)
            .await,
    ];
    if let Some(id) = &id {
        let key = format!("client_failure:{address}:{id}");
        verdicts.push(
            op.house
                .ephemeral
                .count(&key, limits.client_failures, op.now)
                .await,
        );
    }
    let wait = verdicts.into_iter().filter_map(|verdict| match verdict {
        Verdict::Within => None,
        Verdict::Beyond(wait) => Some(wait),
    });
    if let Some(wait) = wait.max() {
        let wait = Some(wait);
        return Ok(ClientRefusal { reason, wait });
    }
    let mut draft = EventDraft::refused(EventKind::ClientAuthenticationFailed, reason.to_string());
    if let Some(id) = &id {
        draft = draft.client(id).target_named("client", id.as_str());
    }
    if let Some(client) = client {
        draft = draft.organisation(client.organisation_id);
    }
    op.record(draft);
    op.commit().await?;
    Ok(ClientRefusal { reason, wait: None })
}
