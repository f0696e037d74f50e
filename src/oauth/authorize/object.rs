//! Signed request objects (RFC 9101, OpenID Connect Core section 6.1): an authorization request as a token of the client.

use std::time::Duration;

use serde_json::{Map, Value};

use super::parameters::Parameters;
use crate::client::{self, Client, Rules};
use crate::domain::Timestamp;
use crate::ephemeral::Verdict;
use crate::http::network_name;
use crate::jose::{self, CLOCK_DIFFERENCE, PublicKey};
use crate::oauth::error::{ErrorCode, Refusal};
use crate::oauth::mint::issuer;
use crate::op::{Op, OpError};

/// The type of request objects (RFC 9101 section 10.8); `JWT` or none is accepted beside it.
const TYPE: &str = "oauth-authz-req+jwt";

/// How old an object may be and how long it may last, where both is held (FAPI 2.0 Message Signing section 5.3.1).
const LONGEST: Duration = Duration::from_hours(1);

const fn invalid(description: &'static str) -> Refusal {
    Refusal::new(ErrorCode::InvalidRequestObject, description)
}

/// The parameters of a request that came with a request object: those of the object alone (RFC 9101 section 6.3).
pub(super) async fn read(
    op: &mut Op,
    client: &Client,
    outer: &Parameters,
    object: &str,
) -> Result<Result<Parameters, Refusal>, OpError> {
    let only = client.settings.request_object_signing_alg;
    let keys = client::keys(op, client, object, only).await;
    let inner = match believe(object, client, &keys, issuer(&op.house), op.now) {
        Ok(claims) => Parameters::of_claims(&claims),
        Err(refusal) => return Ok(Err(refusal)),
    };
    Ok(agree(outer, &inner, client).map(|()| inner))
}

/// Largest object that is fetched, in bytes.
const LARGEST: usize = 32 * 1_024;

/// The request object at an address that the client has registered (OpenID Connect Core section 6.2): no other is called,
/// so that nobody makes us knock at a door of his choice. Fetched each time: what the client changes counts at once.
pub(super) async fn fetch(op: &mut Op, client: &Client, uri: &str) -> Result<String, Refusal> {
    let refuse = |description| Refusal::new(ErrorCode::InvalidRequestUri, description);
    let without_fragment = |text: &str| text.split('#').next().unwrap_or_default().to_owned();
    let address = without_fragment(uri);
    let registered = client.settings.request_uris.iter();
    if registered
        .map(|one| without_fragment(one))
        .all(|one| one != address)
    {
        return Err(refuse(
            "request_uri is neither registered for this client nor pushed",
        ));
    }
    let key = format!("request_uri:{}:{}", client.id, network_name(op.seen.address));
    let limit = op.house.config.limits.request_objects_per_address;
    if op.house.ephemeral.count(&key, limit, op.now).await != Verdict::Within {
        return Err(Refusal::new(
            ErrorCode::TemporarilyUnavailable,
            "the request object has been fetched too often for this network; push the request instead",
        ));
    }
    // No connection to the database waits for a stranger's answer.
    op.rest();
    let accept = "application/oauth-authz-req+jwt, application/jwt";
    let answer = client::outbound(&op.house, client)
        .get(&address, accept, LARGEST)
        .await;
    let body = answer
        .ok()
        .filter(|answer| answer.status == http::StatusCode::OK)
        .and_then(|answer| String::from_utf8(answer.body).ok());
    body.map(|text| text.trim().to_owned())
        .ok_or(refuse("the request object cannot be fetched from request_uri"))
}

/// Pure rule: whether the object is the client's own, meant for this server, and good at this moment.
pub(super) fn believe(
    object: &str,
    client: &Client,
    keys: &[PublicKey],
    issuer: &str,
    now: Timestamp,
) -> Result<Map<String, Value>, Refusal> {
    let signed = jose::verify_signed(object, keys, &[TYPE])
        .map_err(|_| invalid("the request object is not signed by a registered key of the client"))?;
    let rules = Rules::from(client);
    let wanted = client.settings.request_object_signing_alg;
    if wanted.is_some_and(|wanted| wanted != signed.algorithm) || rules.algorithm(signed.algorithm).is_err() {
        return Err(invalid(
            "the request object is not signed with the algorithm of the client",
        ));
    }
    let claims = signed.claims;
    // RFC 9101 section 4 advises both, and the profile for signed messages asks for them.
    let must_name = rules.request_object_is_fresh();
    let by_client = match claims.get("iss") {
        Some(issuer) => issuer.as_str() == Some(client.id.as_str()),
        None => !must_name,
    };
    if !by_client {
        return Err(invalid("iss of the request object is not the client"));
    }
    // An assertion that authenticates the client is no request of it (RFC 9101 section 10.8).
    if claims.get("sub").and_then(Value::as_str) == Some(client.id.as_str()) {
        return Err(invalid("sub of the request object must not be the client"));
    }
    let is_us = |one: &Value| one.as_str() == Some(issuer);
    let meant = match claims.get("aud") {
        Some(Value::Array(list)) => list.iter().any(is_us),
        Some(one) => is_us(one),
        None => !must_name,
    };
    if !meant {
        return Err(invalid("aud of the request object is not this issuer"));
    }
    if claims.contains_key("request") || claims.contains_key("request_uri") {
        return Err(invalid("a request object holds no other request"));
    }
    check_times(&claims, rules, now)?;
    check_text(&claims)?;
    Ok(claims)
}

/// As in a form, NUL is part of no value: not every database could keep it.
fn check_text(claims: &Map<String, Value>) -> Result<(), Refusal> {
    let has_nul = |value: &Value| value.as_str().is_some_and(|text| text.contains('\0'));
    let any_has = |value: &Value| match value {
        Value::Array(list) => list.iter().any(has_nul),
        one => has_nul(one),
    };
    if claims.values().any(any_has) {
        return Err(invalid(
            "a parameter of the request object contains a NUL character",
        ));
    }
    Ok(())
}

fn check_times(claims: &Map<String, Value>, rules: Rules, now: Timestamp) -> Result<(), Refusal> {
    let read =
        |name| jose::moment(claims, name).map_err(|_| invalid("a time of the request object is malformed"));
    let (exp, nbf, iat) = (read("exp")?, read("nbf")?, read("iat")?);
    if exp.is_some_and(|exp| exp <= now) {
        return Err(invalid("the request object has expired"));
    }
    if [nbf, iat]
        .into_iter()
        .flatten()
        .any(|at| at > now.plus(CLOCK_DIFFERENCE))
    {
        return Err(invalid("the request object is not valid yet"));
    }
    if !rules.request_object_is_fresh() {
        return Ok(());
    }
    let nbf = nbf.ok_or(invalid("nbf of the request object is missing"))?;
    let exp = exp.ok_or(invalid("exp of the request object is missing"))?;
    if nbf < now.minus(LONGEST) {
        return Err(invalid(
            "nbf of the request object lies more than 60 minutes back",
        ));
    }
    if exp > nbf.plus(LONGEST) {
        return Err(invalid(
            "exp of the request object lies more than 60 minutes after nbf",
        ));
    }
    Ok(())
}

/// What stands outside says the same of client and response type (RFC 9101 section 5, OpenID Connect Core section 6.1); the
/// rest of it is not read.
pub(super) fn agree(outer: &Parameters, inner: &Parameters, client: &Client) -> Result<(), Refusal> {
    if inner.get("client_id") != Some(client.id.as_str()) {
        return Err(invalid("client_id of the request object is not the client"));
    }
    match outer.get("response_type") {
        Some(outside) if inner.get("response_type") != Some(outside) => Err(Refusal::new(
            ErrorCode::InvalidRequest,
            "response_type differs from the one of the request object",
        )),
        _ => Ok(()),
    }
}
